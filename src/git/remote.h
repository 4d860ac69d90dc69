/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GIT_REMOTE_H
#define GIT_REMOTE_H

#include <stdbool.h>

#include "base/strings.h"
#include "git/refspec.h"
#include "git/repo.h"

/*
 * The remotes of this repository's configuration, and what their
 * remote-tracking refs can tell about the repository at a URL (git-config(1),
 * remote.* and url.*.insteadOf; git's remote.c).
 */
struct remote {
	char *name;
	struct strings url, pushurl, fetch;	/* as configured */
};

struct remotes {
	struct remote *v;
	size_t n, cap;
	struct strings rewritten;	/* pairs: a prefix, and what git puts
					 * instead of it */
	struct strings push_rewritten;	/* the same, for pushing alone */
};

/* Zero the struct before. */
int remotes_read(struct repo *repo, struct remotes *remotes,
		 struct error *err);
void remotes_release(struct remotes *remotes);

/*
 * Adds the refspecs that map what the repository at `url` has to its
 * remote-tracking refs here: those of each remote that fetches from that place
 * and pushes nowhere else. After a push to one of several places git updates
 * the remote-tracking refs as well, so they tell nothing of any. Refs that git
 * also uses for something else, as in a mirror, are left out.
 */
void remotes_tracking(const struct remotes *remotes, const char *url,
		      struct refspecs *specs);

/*
 * What the configuration has where git calls the place `url`: the text before
 * any rewriting. `url` itself where the remote is not configured.
 */
const char *remotes_raw_url(const struct remotes *remotes, const char *remote,
			    const char *url);

/* The real path of a URL that is on this machine; a new string, or NULL. */
char *remote_directory(const char *url);

/*
 * The place that a URL names (base/url.h), by its real path where that is on
 * this machine; a new string.
 */
char *remote_place(const char *url);

#endif
