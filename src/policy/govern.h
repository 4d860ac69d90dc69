/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef POLICY_GOVERN_H
#define POLICY_GOVERN_H

#include "policy/policy.h"

/*
 * What the policy says about a ref, a tag or a repository. All results are
 * borrowed from the policy.
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
	int owner_line;			/* of the pattern that is the owner's */
	int line;			/* of the pattern that decides, or 0 */
	bool may_rewind;		/* a branch that may be rebuilt */
	bool is_upstream;		/* a tag or branch that is upstream's */
};

/*
 * What `ref` is for `tree`, whose repository it is in. In a `branch` pattern a
 * final `/` and star matches everything below, as in a refspec (git-fetch(1));
 * otherwise the default would leave refs/heads/x86/entry unjudged. In all other
 * keys a star stops at `/`.
 */
struct ref_rule govern_ref(const struct policy *policy,
			   const struct tree *tree, const char *ref);

/* Whether no push may write a ref of that name, whatever the policy says. */
bool is_protected_ref(const char *ref);

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
 * The line that freezes a tag of that name, at once or when it is merged; 0
 * when none does.
 */
int freezing_line(const struct policy *policy, const char *tag);

/* Whether `tree` publishes the shared tag. */
bool shared_tag_is_of(const struct shared_tag *shared,
		      const struct tree *tree);

/*
 * The integration tree whose marker a subject, or a path, matches, or NULL.
 * `*marker` is the pattern.
 */
const struct tree *marked_subject(const struct policy *policy,
				  const char *subject,
				  const struct value **marker);
const struct tree *marked_path(const struct policy *policy, const char *path,
			       const struct value **marker);

/* Whether any tree has a `marker-subject`. */
bool marks_subjects(const struct policy *policy);

/*
 * Whether a path below the directory may be a marker. False is certain, true is
 * not.
 */
bool marked_below(const struct policy *policy, const char *dir);

/*
 * The tree whose `url` is `url` (ignoring a trailing `/` and `.git`), or whose
 * `repository` pattern matches the absolute directory. NULL when there is none,
 * or more than one; then `*ambiguous` is the second.
 */
const struct tree *tree_by_url(const struct policy *policy, const char *url,
			       const struct tree **ambiguous);
const struct tree *tree_by_repository(const struct policy *policy,
				      const char *dir,
				      const struct tree **ambiguous);

#endif
