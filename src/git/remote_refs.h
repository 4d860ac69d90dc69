/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GIT_REMOTE_REFS_H
#define GIT_REMOTE_REFS_H

#include "base/buf.h"
#include "git/repo.h"

/* A branch or tag of another repository. */
struct remote_ref {
	char *name;			/* full ref */
	struct oid oid;
	struct oid peeled;		/* zero where it is no tag object */
};

struct remote_refs {
	struct buf text;		/* the names are in it */
	struct remote_ref *v;
	size_t n, cap;			/* sorted by name */
};

/*
 * Asks the repository at the URL, to which insteadOf is not applied, which
 * branches and tags it has, by running git ls-remote, which may not ask anyone
 * for a password. Appends the answer. It is an error if that fails or takes
 * longer than ten seconds.
 */
int remote_refs_ask(struct repo *repo, const char *url, struct buf *answer,
		    struct error *err);

/* Parses that answer, in `refs->text`; the rest of `refs` is zeroed. */
int remote_refs_parse(struct remote_refs *refs, struct error *err);
void remote_refs_release(struct remote_refs *refs);

/* The ref of that name, or NULL. */
const struct remote_ref *remote_refs_find(const struct remote_refs *refs,
					  const char *name);

#endif
