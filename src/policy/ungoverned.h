/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef POLICY_UNGOVERNED_H
#define POLICY_UNGOVERNED_H

#include "policy/policy.h"

/*
 * `ungoverned` in [policy]: the places that the policy does not judge. A value
 * is a pattern of directories (it starts with `/` or `**`), or of URLs. URLs
 * are compared as places (base/url.h), so that all spellings of one are one.
 * All results are borrowed from the policy.
 */

/* The glob's pattern for a value, a new string; for URLs that of places. */
char *ungoverned_pattern(const char *text);

/* What is wrong with a value, a new string, or NULL. */
char *ungoverned_problem(const char *text);

/* Whether the value is about URLs rather than directories. */
bool ungoverned_is_url(const struct value *value);

/*
 * The line that exempts a directory, absolute and without symbolic links, or
 * NULL. A line that names it in full comes before patterns. A `.git` at the end
 * of the work tree's path may be left out of the line.
 */
const struct value *ungoverned_directory(const struct policy *policy,
					 const char *dir);

/*
 * The line that exempts a URL, or NULL. URLs that a server may read as another
 * place, by `..`, `?` or `#`, are never exempt.
 */
const struct value *ungoverned_url(const struct policy *policy,
				   const char *url);

/*
 * Whether a tree's `repository` claims the directory, so that it is judged even
 * though the line `by` (may be NULL) exempts it: all lines do, but a pattern
 * does not where `by` names the directory in full.
 */
bool ungoverned_is_claimed(const struct policy *policy, const char *dir,
			   const struct value *by);

#endif
