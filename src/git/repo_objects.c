/* SPDX-License-Identifier: GPL-2.0-only */
#include "git/repo.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "git/libgit2.h"
#include "git/loose.h"
#include "git/odb.h"
#include "git/repo_private.h"
#include "git/tree_cache.h"

enum {
	MAX_COMMITS = 1 << 20,		/* bytes of those read last */
	MAX_SLOW = 128 << 20,		/* bytes that libgit2 may read: it and
					 * we have them both for a while */
	READ_WORK = 3,			/* for each byte, where no pack was
					 * read; see repo_work() */
	FREE_WORK = 64 << 10,
};

/* A commit read lately: walks and judging ask for it again. */
struct known_commit {
	struct oid oid;
	struct object_bytes *content;
};

static size_t known_size(const void *item)
{
	const struct known_commit *known = item;

	return sizeof(*known) + sizeof(*known->content) + known->content->len;
}

static void known_free(void *item)
{
	struct known_commit *known = item;

	object_bytes_put(known->content);
	free(known);
}

/* Opening */

/* libgit2 ignores some alternates that git reads, so pass it each directory. */
static int open_odb(struct repo *repo, struct error *err)
{
	if (repo->odb)
		return 0;
	if (repo_use_libgit2(repo, err))
		return -1;
	if (git2.odb_new(&repo->odb))
		return error_set(err, "libgit2: %s", libgit2_message());
	for (size_t i = 0; repo->object_dirs[i]; i++)
		if (git2.odb_add_disk_alternate(repo->odb,
						repo->object_dirs[i]))
			return error_set(err, "%s: %s", repo->object_dirs[i],
					 libgit2_message());
	if (git2.odb_set_commit_graph(repo->odb, NULL) ||
	    (repo->handle &&
	     git2.repository_set_odb(repo->handle, repo->odb)))
		return error_set(err, "libgit2: %s", libgit2_message());
	return 0;
}

int repo_objects_open(struct repo *repo, struct error *err)
{
	cache_init(&repo->commits, MAX_COMMITS, MAX_COMMITS / 16, known_size,
		   known_free);
	if (odb_directories(repo->common_dir, &repo->object_dirs, err) ||
	    (repo->handle && open_odb(repo, err)))
		return -1;
	repo->packs = packs_open(repo->object_dirs);
	return 0;
}

int repo_add_objects(struct repo *repo, const char *dir, struct error *err)
{
	if (open_odb(repo, err))
		return -1;
	return git2.odb_add_disk_alternate(repo->odb, dir) ?
	       error_set(err, "%s: %s", dir, libgit2_message()) : 0;
}

void repo_objects_close(struct repo *repo)
{
	packs_free(repo->packs);
	packs_free(repo->stored_packs);
	oidmap_release(&repo->brought);
	if (repo->odb)
		git2.odb_free(repo->odb);
	odb_directories_free(repo->object_dirs);
	oidmap_release(&repo->types);
	oidmap_release(&repo->tag_targets);
	free(repo->targets.v);
	oidmap_release(&repo->believed);
	free(repo->next_believed);
	cache_release(&repo->commits);
	commit_heads_release(&repo->heads);
}

/* Reading */

static git_object_t to_git_type(enum object_type type)
{
	static const git_object_t types[] = {
		[OBJECT_COMMIT] = GIT_OBJECT_COMMIT,
		[OBJECT_TREE] = GIT_OBJECT_TREE,
		[OBJECT_BLOB] = GIT_OBJECT_BLOB,
		[OBJECT_TAG] = GIT_OBJECT_TAG,
	};

	return types[type];
}

static enum object_type from_git_type(git_object_t type)
{
	for (int t = OBJECT_COMMIT; t <= OBJECT_TAG; t++)
		if (to_git_type((enum object_type)t) == type)
			return (enum object_type)t;
	return OBJECT_MISSING;
}

/* Turns libgit2's return value into `*has`, or an error. */
static int odb_answer(int rc, const struct oid *oid, bool *has,
		      struct error *err)
{
	char hex[OID_HEX + 1];

	*has = !rc;
	if (!rc || rc == GIT_ENOTFOUND)
		return 0;
	oid_format(hex, oid);
	return error_access(err, "object %s cannot be read: %s", hex,
			    libgit2_message());
}

/* Larger objects would fill the memory. */
static int check_size(struct repo *repo, const struct oid *oid,
		      const git_oid *id, struct error *err)
{
	char hex[OID_HEX + 1];
	git_object_t type;
	size_t len;

	if (git2.odb_read_header(&len, &type, repo->odb, id) ||
	    len <= MAX_SLOW)
		return 0;
	oid_format(hex, oid);
	return error_set(err, "object %s is larger than %d MiB, too large to "
			 "be judged", hex, MAX_SLOW >> 20);
}

/*
 * Reads through libgit2, which also has objects that came after the packs were
 * opened. `*content` is NULL when it is missing.
 */
static int read_slowly(struct repo *repo, const struct oid *oid,
		       struct object_bytes **content, struct error *err)
{
	git_oid id = libgit2_oid(oid);
	git_odb_object *o = NULL;
	bool has;
	int rc;

	*content = NULL;
	if (open_odb(repo, err) || check_size(repo, oid, &id, err))
		return -1;
	rc = odb_answer(git2.odb_read(&o, repo->odb, &id), oid, &has, err);
	if (!has)
		return rc;
	*content = object_bytes_new(from_git_type(git2.odb_object_type(o)),
				    git2.odb_object_size(o));
	memcpy((*content)->data, git2.odb_object_data(o), (*content)->len);
	git2.odb_object_free(o);
	return 0;
}

static void know_commit(struct repo *repo, const struct oid *oid,
			struct object_bytes *content)
{
	struct known_commit *known = xmalloc(sizeof(*known));

	*known = (struct known_commit){ *oid, object_bytes_get(content) };
	cache_keep(&repo->commits, oid_hash(oid), known);
}

static int chain_too_long(const struct oid *oid, struct error *err)
{
	char hex[OID_HEX + 1];

	oid_format(hex, oid);
	return error_set(err, "object %s is made of too many large deltas: "
			 "'git repack -adf --depth=50' may help", hex);
}

/*
 * Reads what is in no cache. libgit2 never meets a loose object: version 1.5
 * hangs on damaged ones.
 */
static int read_stored(struct repo *repo, const struct oid *oid,
		       struct object_bytes **content, struct error *err)
{
	*content = packs_read(repo->packs, oid);
	if (*content)
		return 0;
	if (packs_gave_up(repo->packs))
		return chain_too_long(oid, err);
	if (loose_read(repo->object_dirs, oid, content, err))
		return -1;
	return *content ? 0 : read_slowly(repo, oid, content, err);
}

/*
 * Counts what it took to read the object, and what it will take to look at its
 * bytes. Commits and tags of a usual size are free: history may be long, but
 * each is read once.
 */
static int count(struct repo *repo, const struct object_bytes *content,
		 int64_t packs_took, struct error *err)
{
	int64_t work = (int64_t)content->len;

	work += packs_took ? packs_took : work * READ_WORK;
	if (content->type == OBJECT_COMMIT || content->type == OBJECT_TAG)
		work = work > FREE_WORK ? work - FREE_WORK : 0;
	return repo_work(repo, work, "or too large trees and files", err);
}

/* Gets the object's bytes, which the caller puts back; see read_slowly(). */
static int read_object(struct repo *repo, const struct oid *oid,
		       struct object_bytes **content, struct error *err)
{
	struct known_commit *known = cache_at(&repo->commits, oid_hash(oid));
	int64_t before = packs_work(repo->packs);

	if (known && oid_equal(&known->oid, oid)) {
		*content = object_bytes_get(known->content);
		return 0;
	}
	if (read_stored(repo, oid, content, err))
		return -1;
	if (!*content)
		return 0;
	if (count(repo, *content, packs_work(repo->packs) - before, err)) {
		object_bytes_put(*content);
		return -1;
	}
	if ((*content)->type == OBJECT_COMMIT)
		know_commit(repo, oid, *content);
	return 0;
}

static void take_promisor(void *ctx, const char *name, const char *value)
{
	const char *prefix = "remote.", *suffix = ".promisor";
	char **remote = ctx;

	(void)value;
	if (!*remote && text_starts_with(name, prefix) &&
	    text_ends_with(name, suffix))
		*remote = xstrndup(name + strlen(prefix), strlen(name) -
				   strlen(prefix) - strlen(suffix));
}

/*
 * The command that gets what a partial clone of that remote left out
 * (git-clone(1), --filter); a new string. A bare one fetches no refs by itself.
 */
static char *fetch_command(struct repo *repo, const char *remote)
{
	char *key = xasprintf("remote.%s.fetch", remote);
	char *refs = NULL, *command;
	struct error ignored;

	if (repo_config(repo, key, &refs, NULL, &ignored) || refs)
		command = xasprintf("'git fetch --refetch --no-filter %s' "
				    "gets it", remote);
	else
		command = xstrdup("'git rev-list --objects --missing=print "
				  "--all | sed -n s/^?//p | git cat-file "
				  "--batch-check' gets it; run it until it "
				  "prints nothing");
	free(refs);
	free(key);
	return command;
}

int repo_missing(struct repo *repo, enum object_type type,
		 const struct oid *oid, struct error *err)
{
	const char *what = type == OBJECT_MISSING ? "object" :
			   object_type_name(type);
	char hex[OID_HEX + 1];
	struct error ignored;
	/* The remote that promises what is not here. */
	char *remote = NULL, *command = NULL;

	oid_format(hex, oid);
	repo_each_config(repo, "the remotes", take_promisor, &remote,
			 &ignored);
	if (remote)
		command = fetch_command(repo, remote);
	if (remote)
		error_set(err, "%s %s is missing: this is a partial clone; %s",
			  what, hex, command);
	else
		error_set(err, "%s %s is missing", what, hex);
	free(command);
	free(remote);
	return -1;
}

int repo_read(struct repo *repo, const struct oid *oid,
	      enum object_type type, struct object *object, struct error *err)
{
	struct object_bytes *content;
	char hex[OID_HEX + 1];

	*object = (struct object){ 0 };
	if (read_object(repo, oid, &content, err))
		return -1;
	if (content && content->type == type) {
		*object = (struct object){ content->data, content->len,
					   content };
		return 0;
	}
	oid_format(hex, oid);
	if (!content)
		return repo_missing(repo, type, oid, err);
	object_bytes_put(content);
	return error_set(err, "object %s is not a %s", hex,
			 object_type_name(type));
}

void object_release(struct object *object)
{
	object_bytes_put(object->content);
	*object = (struct object){ 0 };
}

/* Files */

static int find_path(struct repo *repo, const struct oid *commit,
		     const char *path, struct tree_entry *entry,
		     struct error *err)
{
	struct object object;
	struct commit parsed;
	struct oid tree;

	if (repo_read_commit(repo, commit, &object, &parsed, err))
		return -1;
	tree = parsed.tree;
	object_release(&object);
	return tree_find_path(repo, &tree, path, entry, err);
}

int repo_find_path(struct repo *repo, const struct oid *commit,
		   const char *path, bool *found, bool *is_tree,
		   struct error *err)
{
	struct tree_entry entry;

	if (find_path(repo, commit, path, &entry, err))
		return -1;
	*found = entry.mode;
	*is_tree = mode_is_tree(entry.mode);
	return 0;
}

int repo_read_blob(struct repo *repo, const struct oid *commit,
		   const char *path, size_t limit, struct buf *out,
		   struct error *err)
{
	struct tree_entry entry;
	struct object object;
	int rc = 0;

	if (find_path(repo, commit, path, &entry, err))
		return -1;
	if (!mode_is_file(entry.mode))
		return error_set(err, "there is no such file");
	if (repo_read(repo, &entry.oid, OBJECT_BLOB, &object, err))
		return -1;
	if (object.len > limit)
		rc = error_set(err, "%s is larger than %zu bytes", path, limit);
	else
		buf_add(out, object.data, object.len);
	object_release(&object);
	return rc;
}

/* What there is */

size_t repo_count_packed(struct repo *repo)
{
	return packs_count(repo->packs);
}

void repo_know_target(struct repo *repo, const struct oid *oid,
		      const struct oid *target)
{
	oidmap_put(&repo->tag_targets, oid, (uint32_t)repo->targets.n);
	oid_list_add(&repo->targets, target);
}

/* Remembers what a small object says, and puts it back. */
static void know_small(struct repo *repo, const struct oid *oid,
		       struct object_bytes *small)
{
	struct error ignored;
	struct tag tag;

	if (small->type == OBJECT_COMMIT)
		know_commit(repo, oid, small);
	if (small->type == OBJECT_TAG &&
	    !tag_parse(&tag, small->data, small->len, &ignored))
		repo_know_target(repo, oid, &tag.target);
	object_bytes_put(small);
}

static int find_type(struct repo *repo, const struct oid *oid,
		     enum object_type *type, struct error *err)
{
	git_oid id = libgit2_oid(oid);
	struct object_bytes *small = NULL;
	git_object_t t;
	size_t len;
	bool has;
	int rc;

	*type = packs_type(repo->packs, oid);
	if (*type == OBJECT_MISSING && !packs_have(repo->packs, oid) &&
	    loose_type(repo->object_dirs, oid, type, &small, err))
		return -1;
	if (small)
		know_small(repo, oid, small);
	if (*type != OBJECT_MISSING)
		return 0;
	if (open_odb(repo, err))
		return -1;
	rc = odb_answer(git2.odb_read_header(&len, &t, repo->odb, &id), oid,
			&has, err);
	*type = has ? from_git_type(t) : OBJECT_MISSING;
	return rc;
}

/* Refs are read again and again, so the objects that exist are remembered. */
int repo_type(struct repo *repo, const struct oid *oid,
	      enum object_type *type, struct error *err)
{
	int64_t known = oidmap_get(&repo->types, oid);

	if (known >= 0) {
		*type = (enum object_type)known;
		return 0;
	}
	if (find_type(repo, oid, type, err))
		return -1;
	if (*type != OBJECT_MISSING)
		oidmap_put(&repo->types, oid, (uint32_t)*type);
	return 0;
}

int repo_has(struct repo *repo, const struct oid *oid, bool *has,
	     struct error *err)
{
	enum object_type type;

	*has = packs_have(repo->packs, oid);
	if (*has)
		return 0;
	if (repo_type(repo, oid, &type, err))
		return -1;
	*has = type != OBJECT_MISSING;
	return 0;
}

int repo_is_commit_prefix(struct repo *repo, const char *hex, size_t len,
			  bool *is, struct error *err)
{
	git_oid prefix, id;
	struct oid oid;
	enum object_type type;
	int rc;

	*is = false;
	if (open_odb(repo, err))
		return -1;
	if (len < GIT_OID_MINPREFIXLEN || len > OID_HEX ||
	    git2.oid_fromstrn(&prefix, hex, len))
		return 0;
	rc = git2.odb_exists_prefix(&id, repo->odb, &prefix, len);
	if (rc == GIT_ENOTFOUND)
		return 0;
	if (rc && rc != GIT_EAMBIGUOUS)
		return error_set(err, "object %.*s cannot be looked for: %s",
				 (int)len, hex, libgit2_message());
	*is = rc == GIT_EAMBIGUOUS;
	if (*is)
		return 0;
	oid = libgit2_oid_of(&id);
	if (repo_type(repo, &oid, &type, err))
		return -1;
	*is = type == OBJECT_COMMIT;
	return 0;
}
