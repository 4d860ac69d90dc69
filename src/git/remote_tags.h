/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GIT_REMOTE_TAGS_H
#define GIT_REMOTE_TAGS_H

#include "base/buf.h"
#include "git/repo.h"

/* A tag of another repository. */
struct remote_tag {
	char *name;			/* full ref */
	struct oid oid;
	struct oid peeled;		/* zero where it is no tag object */
};

struct remote_tags {
	struct buf text;		/* the names are in it */
	struct remote_tag *v;
	size_t n, cap;
};

/*
 * Asks the repository at the URL which tags it has, by running git ls-remote,
 * which may not ask anyone for a password. Fills a zeroed `tags`. It is an error
 * if that fails or takes longer than ten seconds.
 */
int remote_tags_ask(struct repo *repo, const char *url,
		    struct remote_tags *tags, struct error *err);
void remote_tags_release(struct remote_tags *tags);

#endif
