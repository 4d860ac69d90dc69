/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GIT_REPO_PRIVATE_H
#define GIT_REPO_PRIVATE_H

#include <stdbool.h>

#include "base/cache.h"
#include "base/error.h"
#include "base/oid.h"
#include "git/commit_graph.h"
#include "git/commit_heads.h"
#include "git/config_text.h"
#include "git/pack.h"
#include "git/ref_store.h"
#include "git/repo.h"
#include "git/tree_cache.h"

/*
 * The parts of a repository, for this folder only. repo_open() fills some of
 * them; each of the others is read when first needed.
 */
struct repo {
	/* repo.c */
	struct git_repository *handle;
	char *git_dir, *common_dir, *work_tree;
	struct oidmap shallow;

	/* repo_config.c */
	struct git_config *config;	/* frozen, or NULL */
	bool is_plain;			/* the config is: there is no handle */
	struct config_list plain;	/* then: all of the config */
	bool uses_libgit2;		/* it is started */

	/* repo_work.c */
	struct work_limit work_limit;
	_Atomic int64_t *work_left;	/* shared with children; or NULL */
	int64_t step_work;		/* of walks, not yet counted there */
	struct progress *progress;	/* or NULL */

	/* repo_objects.c */
	char **object_dirs;		/* as git reads them; NULL-terminated */
	struct git_odb *odb;
	struct packs *packs;
	struct cache commits;		/* read last */
	struct oidmap types;		/* of objects that were asked for */
	struct oidmap tag_targets;	/* tag that was read -> in `targets` */
	struct oid_list targets;
	struct commit_heads heads;	/* that walks came by */
	bool has_read_ahead;		/* see git/read_ahead.h */

	/* repo_brought.c */
	struct packs *stored_packs;	/* outside of quarantine; or NULL */
	struct oidmap brought;		/* commits that were only in there */

	/* repo_tags.c */
	struct oidmap believed;		/* commit to which packed-refs peels
					 * tags -> the first of these refs */
	uint32_t *next_believed;	/* ref -> the next one of its commit */

	/* tree_cache.c */
	struct tree_cache *trees;

	/* patch_id.c */
	struct oidmap patch_index;	/* commit that was asked about -> in
					 * `patches` */
	struct oid_list patches;	/* their ids */

	/* repo_refs.c */
	struct ref_store refs;
	struct oidmap tags;		/* that packed-refs peels; in `refs` */
	bool knows_refs;

	/* repo_commits.c */
	struct commit_graph *commit_graph;
	struct commit_graph *dropped[2];	/* that walks may still read */
	bool is_ordered;		/* the commit-graph, or there is none */
	bool rests_on_order;		/* see repo_rests_on_commit_graph() */
	struct commit_graph_parents parents;	/* of the last one checked */
	bool knows_commit_graph;
};

/* Fills its part for `common_dir`, and makes `handle` read the same objects. */
int repo_objects_open(struct repo *repo, struct error *err);
void repo_objects_close(struct repo *repo);

/* Remembers what a tag object points to. */
void repo_know_target(struct repo *repo, const struct oid *oid,
		      const struct oid *target);

/*
 * To be called for a commit that decides something because a tag is of it: if
 * only packed-refs says so, the tag object is read. It is an error if that says
 * otherwise.
 */
int repo_check_peeled(struct repo *repo, const struct oid *commit,
		      struct error *err);

void repo_work_close(struct repo *repo);
void repo_patches_forget(struct repo *repo);

/* Reads the refs, if they were not read before. */
int repo_refs_open(struct repo *repo, struct error *err);
void repo_refs_close(struct repo *repo);

/*
 * The commit-graph, opened when first needed. NULL when there is none or git
 * would not use it: core.commitGraph is false, the clone is shallow, or there
 * are grafts or replace refs (gitformat-commit-graph(5), commit-graph.c).
 */
const struct commit_graph *repo_commit_graph(struct repo *repo);

/*
 * Stops using that commit-graph, which contradicts itself; one with levels may
 * take its place. Walks that began with it may still read it until the
 * repository is closed.
 */
void repo_drop_commit_graph(struct repo *repo,
			    const struct commit_graph *graph);

/* Starts libgit2 for this repository, if it is not started. */
int repo_use_libgit2(struct repo *repo, struct error *err);

/*
 * Reads all config of a bare repository; false where it is not plain, or says
 * that the repository is anything else.
 */
bool repo_read_plain_config(struct repo *repo, const char *git_dir);

/* Adds an object directory that only libgit2 reads. */
int repo_add_objects(struct repo *repo, const char *dir, struct error *err);

/*
 * Hands each entry of git's config files, in their order, to `take`; the value
 * is NULL where there is no '='. `what` is what an error says cannot be read.
 */
int repo_each_config(struct repo *repo, const char *what,
		     void (*take)(void *ctx, const char *name,
				  const char *value),
		     void *ctx, struct error *err);

#endif
