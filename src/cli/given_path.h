/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CLI_GIVEN_PATH_H
#define CLI_GIVEN_PATH_H

#include <stdbool.h>

#include "base/error.h"
#include "git/repo.h"

/*
 * Paths as people give them: relative to where they stand in the work tree, as
 * git takes them (gitglossary(7), pathspec). `:/` and `:(top)` start at its
 * root; an absolute path is one of this machine. Other magic of pathspecs is an
 * error.
 */
struct standpoint {
	struct repo *repo;	/* borrowed; NULL: no repository, so paths
				 * start at the root of the tree */
	char *root;		/* the work tree's real path, or NULL */
	char *prefix;		/* from there to here: "" or "a/b" */
	struct oid head;	/* zero where there is no commit */
};

struct given_path {
	char *path;		/* from the root, without a slash at its end */
	bool is_dir;		/* all below it */
	bool is_there;		/* in the work tree or in HEAD; true where
				 * there is no repository */
};

/* Finds out where we are. */
void standpoint_init(struct standpoint *at, struct repo *repo);
void standpoint_release(struct standpoint *at);

/* An error if the path is outside the tree. The caller frees `given->path`. */
int given_path_find(const struct standpoint *at, const char *arg,
		    struct given_path *given, struct error *err);

#endif
