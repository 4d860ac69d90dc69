/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GIT_REPO_H
#define GIT_REPO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/oid.h"
#include "base/strings.h"
#include "git/object.h"

/*
 * A repository, found through the environment that git gives its hooks
 * (including a quarantine), and read without replace refs and grafts. One for
 * each process is enough. Config, objects, commits and refs each have a file
 * (repo_config.c and so on) and share git/repo_private.h.
 */
struct repo;
struct progress;
struct scratch;

/*
 * Opens the repository that GIT_DIR names, or the one around the current
 * directory. Formats that cannot be judged (SHA-256, reftable, ref namespaces)
 * are errors. The caller frees it.
 */
struct repo *repo_open(struct error *err);

/*
 * The same for a hook, which may read the config once, and need not start
 * libgit2 for that where all of it is plain (git/config_text.h).
 */
struct repo *repo_open_once(struct error *err);
void repo_free(struct repo *repo);

/*
 * A small push can make much work: by trees that name one tree a thousand
 * times, deltas of deltas, criss-crossed merges. All processes that judge one
 * push count their work together, in about nanoseconds of one processor, so
 * that the limit hardly depends on the machine. Without a limit, as in an
 * audit, nothing is counted.
 */
struct work_limit {
	int64_t base;			/* of any push; 0: no limit */
	int64_t per_commit;		/* more for each new commit */
};

/* Call it once, before other processes are forked. */
int repo_limit_work(struct repo *repo, const struct work_limit *limit,
		    struct error *err);

/*
 * Raises the limit for so many new commits; or, by a twentieth of that, for
 * commits that were there before and have to be compared with the new ones.
 */
void repo_allow_commits(struct repo *repo, size_t n);
void repo_allow_others(struct repo *repo, size_t n);

/* The work that is left, at least 1; 0 if there is no limit. */
int64_t repo_work_left(const struct repo *repo);

/*
 * Counts work. More than is left is an error, which says that the push has too
 * many `what`, and what to do about it.
 */
int repo_work(const struct repo *repo, int64_t work, const char *what,
	      struct error *err);

/*
 * From now on walks, signatures and programs that are waited for are counted
 * there (base/progress.h), until it is NULL again. Borrowed.
 */
void repo_show_progress(struct repo *repo, struct progress *progress);

/* Where that is, or NULL. */
struct progress *repo_progress(const struct repo *repo);

/* Absolute, without a trailing slash; borrowed. */
const char *repo_git_dir(const struct repo *repo);
const char *repo_common_dir(const struct repo *repo);

/* The work tree, or NULL in a bare repository; borrowed. */
const char *repo_work_tree(const struct repo *repo);

/*
 * Reads all of git's config files for the last time: from now on the config is
 * what it is now, and no file of it is opened again.
 */
int repo_freeze_config(struct repo *repo, struct error *err);

/*
 * Adds the files and directories where this repository is read: its own, its
 * object directories with all alternates, and where symbolic links in them
 * lead.
 */
void repo_add_places(const struct repo *repo, struct strings *places);

/*
 * Reads a value of git's config files into a new string, or NULL when it is not
 * set. Ignores the environment and the command line. `level` (may be NULL)
 * tells which file won: a larger one is nearer to this repository.
 */
int repo_config(struct repo *repo, const char *key, char **value, int *level,
		struct error *err);

/* Adds all values of a key that may be repeated, in the order of the files. */
int repo_config_all(struct repo *repo, const char *key, struct strings *values,
		    struct error *err);

/* The level of the repository's own config file, see repo_config(). */
extern const int repo_config_local;

/* Whether a level is that of the user's own files, which HOME chooses. */
bool repo_config_is_users(int level);

/* A path in the config with ~ expanded, as a new string; it must be set. */
int repo_config_path(struct repo *repo, const char *key, char **value,
		     struct error *err);

/* Adds the patterns of hidden refs, in the configuration's order. */
int repo_hidden_refs(struct repo *repo, struct strings *patterns,
		     struct error *err);

/* Whether the ref is hidden from a pusher, or nobody can tell. */
bool repo_hides(struct repo *repo, const char *ref);

/* One object's bytes, borrowed until object_release(). */
struct object {
	const char *data;
	size_t len;
	struct object_bytes *content;	/* whose bytes these are */
};

/* Reads an object that must be there and be of that type. */
int repo_read(struct repo *repo, const struct oid *oid,
	      enum object_type type, struct object *object, struct error *err);
void object_release(struct object *object);

/*
 * Reads and parses a commit, whose fields point into `object`. It is an error
 * if the commit-graph, when open, has another tree or other parents for it.
 */
int repo_read_commit(struct repo *repo, const struct oid *oid,
		     struct object *object, struct commit *commit,
		     struct error *err);

/* The tree of a commit, from the commit-graph or the commit itself. */
int repo_commit_tree(struct repo *repo, const struct oid *oid,
		     struct oid *tree, struct error *err);

/*
 * The same for a commit that was read, and for its first parent: zero if it has
 * none.
 */
int repo_trees_of(struct repo *repo, const struct commit *commit,
		  struct oid trees[2], struct error *err);

/*
 * The trees of a commit with at most one parent, and of that parent (zero when
 * there is none), from the commit-graph. False when it does not know.
 */
bool repo_known_trees(struct repo *repo, const struct oid *oid,
		      struct oid trees[2]);

/*
 * Whether there is no commit-graph where git would use one, so that writing one
 * helps.
 */
bool repo_lacks_commit_graph(struct repo *repo);

/* The number of objects in packs, without reading them. */
size_t repo_count_packed(struct repo *repo);

/*
 * Has git write a commit-graph of the commits and their ancestors into the
 * scratch directory, for many walks through a repository that has none; only
 * where git would use it. It is read until the repository is closed.
 */
int repo_make_commit_graph(struct repo *repo, struct scratch *scratch,
			   const struct oid_list *tips, struct error *err);

/*
 * Says that an object (of the type, or OBJECT_MISSING) is missing, and how to
 * get it in a partial clone; returns -1.
 */
int repo_missing(struct repo *repo, enum object_type type,
		 const struct oid *oid, struct error *err);

/* Whether there is such an object, of whatever type. */
int repo_has(struct repo *repo, const struct oid *oid, bool *has,
	     struct error *err);

/*
 * In a hook with the pushed objects in quarantine (git-receive-pack(1)):
 * whether all commits of `brought` are in it and nowhere else, and all of
 * `there` are elsewhere. Then none of `there` has one of `brought` in its
 * history, for git lets no history in that lacks a part. False where that
 * cannot be told. Call it after the refs are read, for commits that were read.
 */
bool repo_push_brought(struct repo *repo, const struct oid_list *brought,
		       const struct oid_list *there);

/* Whether this is such a hook; elsewhere repo_push_brought() is never true. */
bool repo_has_quarantine(const struct repo *repo);

/* The type; OBJECT_MISSING where there is no such object. */
int repo_type(struct repo *repo, const struct oid *oid,
	      enum object_type *type, struct error *err);

/*
 * Whether a commit's name starts with these hex digits, of which git requires
 * four. When the prefix is ambiguous the answer is yes.
 */
int repo_is_commit_prefix(struct repo *repo, const char *hex, size_t len,
			  bool *is, struct error *err);

/*
 * Follows tags of tags to their target. An object missing on the way is an
 * error, unless packed-refs and the commit-graph have the answer. Walks that
 * come by such a commit read the tag.
 */
int repo_peel(struct repo *repo, const struct oid *oid, struct oid *peeled,
	      enum object_type *type, struct error *err);

/* The same, for callers that want commits; `*is_commit` is false for others. */
int repo_peel_commit(struct repo *repo, const struct oid *oid,
		     struct oid *commit, bool *is_commit, struct error *err);

/*
 * If packed-refs says what a tag object is of, reads the object: it is an error
 * if it says otherwise. For cases in which a wrong line would hide something.
 */
int repo_check_tag(struct repo *repo, const struct oid *oid,
		   struct error *err);

/*
 * Whether the commit-graph, if there is one, has its commits in the right
 * order: a lie makes walks list too many commits, or miss merge bases. It is
 * looked at once, which takes a millisecond for 100,000 commits. If it has not,
 * it is not believed any more, and the caller walks again.
 */
bool repo_check_commit_graph(struct repo *repo);

/*
 * Whether that order matters to what walks and merge_bases_find() have found so
 * far. It does not where walks found nothing but commits that the commit-graph
 * lacks: none of its commits has one of these in its history.
 */
bool repo_rests_on_commit_graph(const struct repo *repo);

/* Whether the history is cut at this commit (a shallow clone's boundary). */
bool repo_is_shallow_at(const struct repo *repo, const struct oid *oid);

struct repo_ref {
	char *name;			/* the repository's */
	struct oid oid;			/* what it points to */
};

struct repo_refs {
	struct repo_ref *v;		/* sorted by name, no symbolic ones */
	size_t n, cap;
};

/*
 * All refs except symbolic ones (which only repeat others), as they were when
 * this repository was first asked for refs (see git/ref_store.h). A broken one
 * is an error: nobody knows what it would have proven.
 */
int repo_refs(struct repo *repo, struct repo_refs *refs, struct error *err);
void repo_refs_release(struct repo_refs *refs);

/* A symbolic ref, and the name at the end of what it points to. */
struct repo_symref {
	const char *name;
	char *target;
};

struct repo_symrefs {
	struct repo_symref *v;		/* sorted by name */
	size_t n, cap;
};

/* The symbolic refs, but for HEAD and those that point in a circle. */
int repo_symrefs(struct repo *repo, struct repo_symrefs *refs,
		 struct error *err);
void repo_symrefs_release(struct repo_symrefs *refs);

/* The ref of that name among the sorted ones, or NULL. */
const struct repo_ref *repo_refs_find(const struct repo_refs *refs,
				      const char *name);

/*
 * The ref that a push to `name` changes: a symbolic ref's target, or the name
 * itself. A new string.
 */
int repo_resolve_name(struct repo *repo, const char *name, char **resolved,
		      struct error *err);

/*
 * The object that a full ref name points to; `*found` is false when there is no
 * such ref.
 */
int repo_ref_target(struct repo *repo, const char *name, struct oid *oid,
		    bool *found, struct error *err);

/* Whether a commit has a file or a directory of that name, "" is its root. */
int repo_find_path(struct repo *repo, const struct oid *commit,
		   const char *path, bool *found, bool *is_tree,
		   struct error *err);

/* Appends the file <path> of a commit; more than `limit` bytes is an error. */
int repo_read_blob(struct repo *repo, const struct oid *commit,
		   const char *path, size_t limit, struct buf *out,
		   struct error *err);

#endif
