/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef POLICY_POLICY_H
#define POLICY_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/glob.h"
#include "base/regex.h"
#include "policy/rule_list.h"

/*
 * The policy as its file states it, in the file's order. The policy owns
 * everything in it; policy_free() frees it all.
 */

/* One value, with its line in the file. */
struct value {
	char *text;
	int line;
	struct glob glob;	/* compiled where the key is a pattern, */
	struct regex *regex;	/* or a regular expression; else NULL */
};

struct values {
	struct value *v;
	size_t n, cap;
};

/* The head of each section. The name is "" for [policy]. */
struct section {
	char *name;
	int line;
};

enum tree_role { ROLE_MAINTAINER, ROLE_UPSTREAM, ROLE_INTEGRATION };
enum policy_mode { MODE_ENFORCE, MODE_REPORT };
enum policy_unowned { UNOWNED_ALLOW, UNOWNED_DENY };
enum policy_owners { OWNERS_ANY, OWNERS_NEAREST };
enum tag_freeze { FREEZE_PUSH, FREEZE_MERGE };

struct signer {
	struct section section;
	struct values gpg, ssh, keyring;
};

struct tree {
	struct section section;
	int role;			/* enum tree_role */
	int is_signed;			/* bool */
	struct values url, repository, branch, rewind, backport, base, ref;
	struct values neighbour;
	struct values signer;
	struct values marker_path, marker_subject;
};

struct subsystem {
	struct section section;
	struct values tree, path, match, exclude, exclude_match, maintainer;
};

struct immutable {
	struct section section;
	struct values tag;
};

struct shared_tag {
	struct section section;		/* its name is the tag pattern */
	struct glob glob;
	struct values tree;		/* one */
	struct values scope, based_on, consumer, format;
	int freeze;			/* enum tag_freeze */
	int is_signed;			/* bool */
};

/* Findings that are known and accepted, for a time. */
struct waiver {
	struct section section;
	struct values rule, tree, expires;	/* one each */
	struct values commit, path, tag;	/* those given must all match */
	struct values reason, by;
};

struct rule_config {
	struct section section;
	int severity;			/* enum severity */
	int accept_ack;			/* bool */
	int accept_committer;		/* bool */
};

struct policy_head {
	struct section section;
	struct values version;
	int mode, unowned, owners;	/* the enums above */
	struct values commons, incidental, ungoverned, keyring;
};

struct policy {
	char *file;			/* as diagnostics name it */
	char *text;			/* what was read; or NULL */
	struct arena texts, lists;	/* what is not in there, and the lists */
	struct policy_head head;
	struct signer *signers;
	struct tree *trees;
	struct subsystem *subsystems;
	struct immutable *immutables;
	struct shared_tag *shared_tags;
	struct waiver *waivers;
	size_t n_waivers, cap_waivers;
	size_t n_signers, n_trees, n_subsystems, n_immutables, n_shared_tags;
	size_t cap_signers, cap_trees, cap_subsystems, cap_immutables;
	size_t cap_shared_tags;
	struct rule_config rules[RULE_COUNT];	/* line 0: not in the file */
	struct ownership *ownership;	/* see policy/owners.h */
};

/*
 * The problems of a policy, by line. Zeroed memory is an empty list. The `fmt`
 * of diags_add() must be a literal, since it is kept.
 */
struct diags {
	struct diag {
		int line;		/* 0: the file as a whole */
		bool is_error;		/* else a warning */
		char *msg;
		const char *kind;	/* equal for similar problems: the
					 * format of the message; static */
	} *v;
	size_t n, cap;
};

void diags_add(struct diags *diags, int line, bool is_error,
	       const char *fmt, ...) __attribute__((format(printf, 4, 5)));
void diags_sort(struct diags *diags);
size_t diags_errors(const struct diags *diags);
void diags_release(struct diags *diags);

/*
 * Reads a policy. `file` is its name in messages. Adds all problems to `diags`.
 * With any error it returns NULL, so that a policy is never half-used. The
 * caller frees the policy.
 */
struct policy *policy_parse(const char *file, const char *text, size_t len,
			    struct diags *diags);

/* The same, but takes the text over: the buffer is empty afterwards. */
struct policy *policy_take(const char *file, struct buf *text,
			   struct diags *diags);

/* An empty policy with the defaults, from which policy_parse() starts. */
struct policy *policy_new(const char *file);
void policy_free(struct policy *policy);

/* Prints the effective policy; parsing it gives the same policy. */
void policy_print(const struct policy *policy, struct buf *out);

/* Adds warnings about what is well-formed but cannot be intended. */
void policy_lint(const struct policy *policy, struct diags *diags);

/* Finds one by its name; borrowed, NULL when there is none. */
const struct tree *policy_tree(const struct policy *policy, const char *name);
const struct subsystem *policy_subsystem(const struct policy *policy,
					 const char *name);
const struct signer *policy_signer(const struct policy *policy,
				   const char *name);

/* Whether an Acked-by of its owners lets a commit change foreign paths. */
bool policy_accepts_acks(const struct policy *policy);

/* Whether a value in the list is exactly `text`. */
bool values_have(const struct values *values, const char *text);

/* The first pattern in the list that matches, or NULL. */
const struct value *values_match(const struct values *values, const char *s);

#endif
