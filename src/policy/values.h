/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef POLICY_VALUES_H
#define POLICY_VALUES_H

#include "policy/keys.h"
#include "policy/policy.h"

/*
 * Adds values and sections to a policy; for the reader, and for tests that
 * build policies by hand.
 */

/*
 * Appends the text to a list of the policy's, and compiles it where the key is
 * a pattern. The list is freed with the policy, and the text must not change
 * before that. Fails if it is no valid regular expression where it should be
 * one; it is appended nevertheless.
 */
int policy_add_value(struct policy *policy, struct values *values,
		     enum key_type type, char *text, int line,
		     struct error *err);

/* Frees what was compiled. The list itself and its texts stay the policy's. */
void values_release_compiled(struct values *values);

/*
 * Of a list that is no policy's, but the caller's: appends a copy of a name,
 * and frees the list with its names.
 */
void values_add(struct values *values, const char *name);
void values_release(struct values *values);

/*
 * What is wrong with `text` as a value of `key`: a new sentence, or NULL.
 * Regular expressions are not compiled.
 */
char *value_problem(const struct key *key, const char *text);

/*
 * Appends an empty section with the defaults. If only one may have that name
 * ([policy], [rule "..."] with a known name) returns the existing one. Borrowed
 * until the next section of its kind is added.
 */
struct section *policy_add(struct policy *policy, enum section_kind kind,
			   const char *name, int line);

/* Whether the text starts like the line of a .pub file. */
bool is_ssh_key(const char *text);

/* The index of `word` among the key's choices, or -1. */
int choice_index(const struct key *key, const char *word);

/*
 * "a", "a or b", "a, b or c"; more than five end in "or 3 more". A new string.
 */
char *join_names(const struct values *list, const char *last);

#endif
