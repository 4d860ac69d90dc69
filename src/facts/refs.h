/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FACTS_REFS_H
#define FACTS_REFS_H

#include "base/text_pool.h"
#include "facts/facts.h"
#include "facts/request.h"
#include "facts/signers.h"
#include "git/repo.h"

/* What each update is, and what stood where before the push. */
struct refs_in {
	struct repo *repo;
	const struct policy *policy;
	const struct tree *tree;
	const struct request *request;
	struct signers *signers;
};

/*
 * A tag of upstream's name in the repository where an audit or a pre-push runs:
 * nobody may have judged it. See upstream_tags_prove().
 */
struct upstream_claim {
	const char *name;
	struct oid oid, commit;
	const struct tree *tree;
	int64_t time;			/* of the commit */
	bool counts;
};

struct refs {
	struct repo_refs here;		/* this repository's, but with the tags
					 * of the one that is pushed to, if
					 * these are known */
	struct repo_refs unsent;	/* tags here that that one lacks */
	struct repo_symrefs symrefs;	/* of a server */
	struct strings hides;		/* what it hides: hidden_refs_have() */
	struct ref_fact *updates;	/* in the order of the push; a ref that
					 * has several names, by each */
	size_t n_updates, cap_updates;
	const struct ref_fact **by_name;	/* the same, sorted */
	bool is_weightless;		/* a server's push that changes only
					 * ungoverned refs, or deletes refs
					 * whose objects are lost: no commit of
					 * it is judged, and `here` and what
					 * follows may be empty */
	/*
	 * Commits of governed branches; `kept`: what they contain before and
	 * after, whichever updates git refuses in the end. In an audit all are
	 * `after`: what is audited, what is left out, and the branches here.
	 */
	struct oid_list branches_before, branches_after, branches_kept;
	struct oid_list backports_before;	/* of `backport` branches */
	struct oid_list branches_settled;	/* of all others, before */
	struct oid_list steady;		/* of `kept`, those outside `rewind` */
	struct oid_list hidden;		/* of branches judged before; in an
					 * audit, what is left out */
	struct oid_list hidden_tags;	/* tags judged before, not peeled */
	struct oid_list upstream;	/* what counts as upstream's */
	struct upstream_claims {
		struct upstream_claim *v;
		size_t n, cap;
	} claims;			/* what may count, too */
	struct text_pool texts;
};

/*
 * Fills a zeroed `refs`; what `draft` says of tags is left to drafts_find().
 * Whatever in the push is upstream's is upstream only once that is proven. An
 * old value that is not what the repository has, a name that no ref can have
 * and an object that is not here are errors. The caller releases `refs`, after
 * an error as well.
 */
int refs_find(const struct refs_in *in, struct refs *refs, struct error *err);
void refs_release(struct refs *refs);

/*
 * `err` says why the object of a ref cannot be read. Adds the ref's name,
 * unless it is hidden, and how to delete it; returns -1.
 */
int refs_broken(struct repo *repo, const char *name, struct error *err);

/* Whether the object that a ref had, or what it leads to, cannot be read. */
bool refs_object_is_lost(struct repo *repo, const struct oid *oid);

/* The update of the ref of that name, or NULL. */
const struct ref_fact *refs_update(const struct refs *refs, const char *name);

#endif
