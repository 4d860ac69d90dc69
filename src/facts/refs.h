/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FACTS_REFS_H
#define FACTS_REFS_H

#include "facts/facts.h"
#include "git/repo.h"

/* What each update is, and what stood where before the push. */
struct refs {
	struct repo_refs here;		/* this repository's */
	struct ref_fact *updates;	/* in the order of the push */
	size_t n_updates;
	const struct ref_fact **by_name;	/* the same, sorted */
	char **targets;			/* what each update's ref is, or NULL */
	/* Commits of governed branches; `kept`: the push leaves them alone. */
	struct oid_list branches_before, branches_after, branches_kept;
	struct oid_list hidden;		/* of all refs judged before */
	struct oid_list upstream;	/* what counts as upstream's */
};

/* The update of the ref of that name, or NULL. */
const struct ref_fact *refs_update(const struct refs *refs, const char *name);

void refs_release(struct refs *refs);

#endif
