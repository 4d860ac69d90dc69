/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef POLICY_GOVERN_H
#define POLICY_GOVERN_H

#include "policy/policy.h"

/*
 * What the policy says of a ref, of a tag and of a repository. Everything
 * handed out is borrowed from the policy.
 */

enum ref_kind {
	REF_UNGOVERNED,
	REF_BRANCH,		/* one of the tree's branches */
	REF_TAG,		/* below refs/tags/ */
	REF_INTEGRATION,	/* an integration tree's: never judged */
	REF_UPSTREAM,		/* an upstream tree's, and none of the above */
	REF_PROTECTED,		/* refs/replace/, refs/treaty/ */
};

struct ref_rule {
	enum ref_kind kind;
	const struct tree *owner;	/* of an integration or upstream ref */
	int line;			/* of the pattern that decides, or 0 */
	bool may_rewind;		/* a branch that may be rebuilt */
	bool is_upstream;		/* a tag or branch that is upstream's */
};

/*
 * What `ref` is to `tree`, whose repository it is in. A final `/` and star in
 * a `branch` pattern stands for all below, as in a refspec (git-fetch(1)): else
 * the default would leave refs/heads/x86/entry unjudged. In every other key a
 * star stops at `/`.
 */
struct ref_rule govern_ref(const struct policy *policy,
			   const struct tree *tree, const char *ref);

/* "v1" for "refs/tags/v1", NULL for a ref that is no tag. */
const char *tag_name(const char *ref);

/* The `tag` pattern of an [immutable] section that matches, or NULL. */
const struct value *immutable_match(const struct policy *policy,
				    const char *tag);

/* The first [shared-tag] section that the tag's name matches, or NULL. */
const struct shared_tag *shared_tag_match(const struct policy *policy,
					  const char *tag);

/* The section of a ref that is a shared tag, and not upstream's, or NULL. */
const struct shared_tag *govern_shared_tag(const struct policy *policy,
					   const struct tree *tree,
					   const char *ref);

/* The same where it is another tree that hands the tag out. */
const struct shared_tag *foreign_shared_tag(const struct policy *policy,
					    const struct tree *tree,
					    const char *ref);

/*
 * The line that freezes a tag of that name, be it from the start or once it is
 * merged; 0 where none does.
 */
int freezing_line(const struct policy *policy, const char *tag);

/* Whether the shared tag is handed out by `tree`. */
bool shared_tag_is_of(const struct shared_tag *shared,
		      const struct tree *tree);

/*
 * The integration tree whose mark a subject, or a path, is; NULL where there
 * is none. `*marker` is the pattern.
 */
const struct tree *marked_subject(const struct policy *policy,
				  const char *subject,
				  const struct value **marker);
const struct tree *marked_path(const struct policy *policy, const char *path,
			       const struct value **marker);

/* Whether there are marks of subjects at all. */
bool marks_subjects(const struct policy *policy);

/* Whether a path below the directory may be a mark. No is sure, yes is not. */
bool marked_below(const struct policy *policy, const char *dir);

/*
 * The tree whose `url` is `url` (trailing `/` and `.git` apart), or whose
 * `repository` pattern matches the absolute directory. NULL where there is
 * none; where it is more than one, NULL and `*ambiguous` is the second.
 */
const struct tree *tree_by_url(const struct policy *policy, const char *url,
			       const struct tree **ambiguous);
const struct tree *tree_by_repository(const struct policy *policy,
				      const char *dir,
				      const struct tree **ambiguous);

#endif
