/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FACTS_REQUEST_H
#define FACTS_REQUEST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/oid.h"
#include "git/history.h"
#include "git/refspec.h"
#include "git/remote_refs.h"
#include "git/repo.h"
#include "policy/policy.h"

/* What is judged: a push, or revisions that are audited. All is borrowed. */

enum judge_mode {
	JUDGE_SERVER,		/* pre-receive and update */
	JUDGE_CLIENT,		/* pre-push */
	JUDGE_AUDIT,
};

struct ref_update {
	char *name;		/* full; in an audit, the revision as given */
	struct oid old, new;	/* zero: not there before, deleted */
};

/*
 * What is known of the repository's refs in the audit of an old pull. Refs of
 * commits that contain it came after it: they were not here when it was made,
 * so they neither excuse nor accuse.
 */
struct line_refs {
	/* For commits of refs, the youngest pull that they contain, counted
	 * from 0 for the youngest of all. */
	const struct oidmap *youngest;
	uint32_t pull;
	const struct history_floor *floor;	/* of all walks; or NULL */
};

struct request {
	enum judge_mode mode;
	const struct ref_update *updates;	/* of an audit: `new` only */
	size_t n_updates;
	const struct oid *excluded;		/* of an audit: not these */
	size_t n_excluded;
	const struct oidmap *only;		/* of an audit: NULL, or what
						 * alone is judged */
	const struct refspecs *tracking;	/* of a client: its refs that
						 * tell what the server has */
	const struct remote_refs *theirs;	/* as it says; or NULL */
	const struct line_refs *line;		/* of a pull's audit, or NULL */
	bool is_locked;		/* of a server: git writes these refs now, and
				 * perhaps has written others of the push */
	/* Refs that others are changing right now: `new` only, zero where it
	 * is not known. They keep nothing, and may merge anything. */
	const struct ref_update *pending;
	size_t n_pending;
};

/*
 * What an audit without revisions looks at: all governed branches and all
 * tags, integration trees' refs apart. Borrows the names of `refs`; the caller
 * frees the array.
 */
struct ref_update *request_everything(const struct policy *policy,
				      const struct tree *tree,
				      const struct repo_refs *refs, size_t *n);

#endif
