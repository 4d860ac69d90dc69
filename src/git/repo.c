/* SPDX-License-Identifier: GPL-2.0-only */
#include "git/repo.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cache.h"
#include "base/mem.h"
#include "base/text.h"
#include "git/commitgraph.h"
#include "git/libgit2.h"
#include "git/odb.h"
#include "git/pack.h"
#include "git/refs.h"
#include "git/treecache.h"

enum {
	MAX_SHALLOW_FILE = 64 << 20,
	MAX_POLICY = 16 << 20,
	MAX_SYMBOLIC = 10,
	MAX_COMMITS = 16 << 20,		/* bytes of those read last */
};

const int repo_config_local = GIT_CONFIG_LEVEL_LOCAL;

struct repo {
	git_repository *handle;
	git_odb *odb;
	char **object_dirs;
	struct packs *packs;
	char *git_dir, *common_dir, *work_tree;
	struct oidmap shallow;
	struct tree_cache *trees;
	struct cache commits;		/* known_commit */
	struct ref_store refs;
	struct oidmap tags;		/* that packed-refs peels; in `refs` */
	bool knows_refs;
	struct commit_graph *commit_graph;
	struct commit_graph_parents parents;	/* of the last one checked */
	bool knows_commit_graph;
};

/* A commit that was read lately: walks and judging ask again. */
struct known_commit {
	struct oid oid;
	struct content *content;
};

static size_t known_size(const void *item)
{
	const struct known_commit *known = item;

	return sizeof(*known) + sizeof(*known->content) + known->content->len;
}

static void known_free(void *item)
{
	struct known_commit *known = item;

	content_put(known->content);
	free(known);
}

/* Opening */

static int open_failed(struct error *err)
{
	const char *msg = libgit2_message();

	if (strstr(msg, "objectformat"))
		return error_set(err, "this repository names objects by "
				 "SHA-256, which cannot be judged yet");
	if (strstr(msg, "refstorage"))
		return error_set(err, "this repository keeps its refs in a "
				 "reftable, which cannot be judged yet");
	return error_set(err, "cannot open the repository: %s", msg);
}

/* libgit2 leaves out alternates that git reads: hand it each directory. */
static int open_odb(struct repo *repo, struct error *err)
{
	if (odb_directories(repo->common_dir, &repo->object_dirs, err))
		return -1;
	if (git2.odb_new(&repo->odb))
		return error_set(err, "libgit2: %s", libgit2_message());
	for (size_t i = 0; repo->object_dirs[i]; i++)
		if (git2.odb_add_disk_alternate(repo->odb,
					       repo->object_dirs[i]))
			return error_set(err, "%s: %s", repo->object_dirs[i],
					 libgit2_message());
	if (git2.odb_set_commit_graph(repo->odb, NULL) ||
	    git2.repository_set_odb(repo->handle, repo->odb))
		return error_set(err, "libgit2: %s", libgit2_message());
	return 0;
}

static int read_shallow(struct repo *repo, struct error *err)
{
	char *path = xasprintf("%s/shallow", repo->common_dir);
	struct buf text = BUF_INIT;
	int rc = 0;

	if (!access(path, F_OK))
		rc = buf_read_file(&text, path, MAX_SHALLOW_FILE, err);
	for (const char *p = buf_str(&text); !rc && *p;) {
		size_t n = strcspn(p, "\n");
		struct oid oid;

		if (!oid_parse(&oid, p, n))
			rc = error_set(err, "%s is garbled", path);
		else
			oidmap_put(&repo->shallow, &oid, 1);
		p += n + (p[n] == '\n');
	}
	buf_release(&text);
	free(path);
	return rc;
}

static char *without_slash(const char *dir)
{
	size_t n = strlen(dir);

	while (n > 1 && dir[n - 1] == '/')
		n--;
	return xstrndup(dir, n);
}

struct repo *repo_open(struct error *err)
{
	const char *namespace = getenv("GIT_NAMESPACE");
	struct repo *repo;
	int rc;

	if (namespace && *namespace) {
		error_set(err, "ref namespaces (GIT_NAMESPACE) cannot be "
			  "judged yet");
		return NULL;
	}
	if (libgit2_start(err))
		return NULL;
	repo = xcalloc(1, sizeof(*repo));
	repo->trees = tree_cache_new();
	cache_init(&repo->commits, MAX_COMMITS, MAX_COMMITS / 16, known_size,
		   known_free);
	rc = git2.repository_open_ext(&repo->handle, NULL,
				     GIT_REPOSITORY_OPEN_FROM_ENV, NULL);
	if (rc) {
		open_failed(err);
		goto fail;
	}
	repo->git_dir = without_slash(git2.repository_path(repo->handle));
	repo->common_dir =
		without_slash(git2.repository_commondir(repo->handle));
	if (git2.repository_workdir(repo->handle))
		repo->work_tree =
			without_slash(git2.repository_workdir(repo->handle));
	if (open_odb(repo, err) || read_shallow(repo, err))
		goto fail;
	repo->packs = packs_open(repo->object_dirs);
	return repo;
fail:
	repo_free(repo);
	return NULL;
}

void repo_free(struct repo *repo)
{
	if (!repo)
		return;
	packs_free(repo->packs);
	git2.odb_free(repo->odb);
	git2.repository_free(repo->handle);
	odb_directories_free(repo->object_dirs);
	oidmap_release(&repo->shallow);
	tree_cache_free(repo->trees);
	cache_release(&repo->commits);
	oidmap_release(&repo->tags);
	ref_store_release(&repo->refs);
	repo_drop_commit_graph(repo);
	free(repo->parents.v);
	free(repo->git_dir);
	free(repo->common_dir);
	free(repo->work_tree);
	free(repo);
	libgit2_stop();
}

const char *repo_git_dir(const struct repo *repo)
{
	return repo->git_dir;
}

const char *repo_common_dir(const struct repo *repo)
{
	return repo->common_dir;
}

const char *repo_work_tree(const struct repo *repo)
{
	return repo->work_tree;
}

git_odb *repo_odb(const struct repo *repo)
{
	return repo->odb;
}

struct tree_cache *repo_tree_cache(const struct repo *repo)
{
	return repo->trees;
}

char *const *repo_object_dirs(const struct repo *repo)
{
	return repo->object_dirs;
}

bool repo_is_shallow_at(const struct repo *repo, const struct oid *oid)
{
	return oidmap_get(&repo->shallow, oid) >= 0;
}

/* Config */

int repo_config(struct repo *repo, const char *key, char **value, int *level,
		struct error *err)
{
	git_config_entry *entry = NULL;
	git_config *config = NULL;
	int rc;

	*value = NULL;
	rc = git2.repository_config(&config, repo->handle);
	if (!rc)
		rc = git2.config_get_entry(&entry, config, key);
	if (!rc && !entry->value)
		rc = error_set(err, "git config %s has no value", key);
	else if (!rc)
		*value = xstrdup(entry->value);
	else if (rc == GIT_ENOTFOUND)
		rc = 0;
	else
		rc = error_set(err, "git config %s: %s", key,
			       libgit2_message());
	if (entry && level)
		*level = (int)entry->level;
	git2.config_entry_free(entry);
	git2.config_free(config);
	return rc;
}

int repo_config_path(struct repo *repo, const char *key, char **value,
		     struct error *err)
{
	git_buf path = GIT_BUF_INIT;
	git_config *config = NULL;
	int rc;

	*value = NULL;
	rc = git2.repository_config(&config, repo->handle);
	if (!rc)
		rc = git2.config_get_path(&path, config, key);
	if (!rc)
		*value = xstrdup(path.ptr);
	else
		rc = error_set(err, "git config %s: %s", key,
			       libgit2_message());
	git2.buf_dispose(&path);
	git2.config_free(config);
	return rc;
}

/* Reads the refs, once for all. */
static int read_refs(struct repo *repo, struct error *err)
{
	if (repo->knows_refs)
		return 0;
	if (ref_store_read(&repo->refs, repo->common_dir, err)) {
		ref_store_release(&repo->refs);
		return -1;
	}
	for (size_t i = 0; i < repo->refs.n; i++)
		if (!oid_is_zero(&repo->refs.v[i].peeled))
			oidmap_put(&repo->tags, &repo->refs.v[i].oid,
				   (uint32_t)i);
	repo->knows_refs = true;
	return 0;
}

/* The commit-graph */

static bool has_grafts(const struct repo *repo)
{
	char *path = xasprintf("%s/info/grafts", repo->common_dir);
	struct stat st;
	bool has = !stat(path, &st) && st.st_size;

	free(path);
	return has;
}

/* Refs that cannot be read are as bad; who needs them will say so. */
static bool has_replacements(struct repo *repo)
{
	struct error ignored;

	return read_refs(repo, &ignored) ||
	       ref_store_has_prefix(&repo->refs, "refs/replace/");
}

static bool is_switched_off(const struct repo *repo)
{
	git_config *config = NULL;
	int value = true;

	if (!git2.repository_config_snapshot(&config, repo->handle))
		git2.config_get_bool(&value, config, "core.commitgraph");
	git2.config_free(config);
	return !value;
}

const struct commit_graph *repo_commit_graph(struct repo *repo)
{
	if (!repo->knows_commit_graph && !repo->shallow.n &&
	    !has_grafts(repo) && !has_replacements(repo) &&
	    !is_switched_off(repo))
		repo->commit_graph = commit_graph_open(repo->object_dirs);
	repo->knows_commit_graph = true;
	return repo->commit_graph;
}

void repo_drop_commit_graph(struct repo *repo)
{
	commit_graph_free(repo->commit_graph);
	repo->commit_graph = NULL;
	repo->knows_commit_graph = true;
}

/* Whether the commit-graph says of a commit what the commit says itself. */
static bool agrees(struct repo *repo, const struct oid *oid,
		   const struct commit *commit)
{
	const struct commit_graph *graph = repo->commit_graph;
	struct commit_graph_parents *parents = &repo->parents;
	uint32_t position = graph ? commit_graph_find(graph, oid) :
				    COMMIT_GRAPH_NONE;
	struct commit_graph_entry entry;

	if (position == COMMIT_GRAPH_NONE)
		return true;
	entry = commit_graph_read(graph, position);
	if (!oid_equal(&entry.tree, &commit->tree) ||
	    !commit_graph_read_parents(graph, position, parents) ||
	    parents->n != commit->n_parents)
		return false;
	for (size_t i = 0; i < parents->n; i++) {
		struct oid parent = commit_parent(commit, i);

		entry = commit_graph_read(graph, parents->v[i]);
		if (!oid_equal(&entry.oid, &parent))
			return false;
	}
	return true;
}

/* Objects */

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

/*
 * Through libgit2, which has what no pack had when this started. `*content` is
 * NULL where nobody has it.
 */
static int read_slowly(struct repo *repo, const struct oid *oid,
		       struct content **content, struct error *err)
{
	git_oid id = libgit2_oid(oid);
	git_odb_object *o = NULL;
	char hex[OID_HEX + 1];
	int rc = git2.odb_read(&o, repo->odb, &id);

	*content = NULL;
	if (rc == GIT_ENOTFOUND)
		return 0;
	oid_format(hex, oid);
	if (rc)
		return error_set(err, "object %s cannot be read: %s", hex,
				 libgit2_message());
	*content = content_new(from_git_type(git2.odb_object_type(o)),
			       git2.odb_object_size(o));
	memcpy((*content)->data, git2.odb_object_data(o), (*content)->len);
	git2.odb_object_free(o);
	return 0;
}

static void know_commit(struct repo *repo, const struct oid *oid,
			struct content *content)
{
	struct known_commit *known = xmalloc(sizeof(*known));

	*known = (struct known_commit){ *oid, content_get(content) };
	cache_keep(&repo->commits, oid_hash(oid), known);
}

/* The object's bytes, the caller's to put back; see read_slowly(). */
static int read_object(struct repo *repo, const struct oid *oid,
		       struct content **content, struct error *err)
{
	struct known_commit *known = cache_at(&repo->commits, oid_hash(oid));

	if (known && oid_equal(&known->oid, oid)) {
		*content = content_get(known->content);
		return 0;
	}
	*content = packs_read(repo->packs, oid);
	if (!*content && read_slowly(repo, oid, content, err))
		return -1;
	if (*content && (*content)->type == OBJECT_COMMIT)
		know_commit(repo, oid, *content);
	return 0;
}

int repo_read(struct repo *repo, const struct oid *oid,
	      enum object_type type, struct object *object, struct error *err)
{
	struct content *content;
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
		return error_set(err, "%s %s is missing",
				 object_type_name(type), hex);
	content_put(content);
	return error_set(err, "object %s is no %s", hex,
			 object_type_name(type));
}

void object_release(struct object *object)
{
	content_put(object->content);
	*object = (struct object){ 0 };
}

int repo_read_commit(struct repo *repo, const struct oid *oid,
		     struct object *object, struct commit *commit,
		     struct error *err)
{
	char hex[OID_HEX + 1];
	bool parsed;

	if (repo_read(repo, oid, OBJECT_COMMIT, object, err))
		return -1;
	parsed = !commit_parse(commit, object->data, object->len, err);
	if (parsed && agrees(repo, oid, commit))
		return 0;
	oid_format(hex, oid);
	if (!parsed)
		error_wrap(err, "commit %s", hex);
	else
		error_set(err, "the commit-graph is wrong about commit %s: "
			  "'git commit-graph write --reachable' makes it again",
			  hex);
	object_release(object);
	return -1;
}

int repo_commit_tree(struct repo *repo, const struct oid *oid,
		     struct oid *tree, struct error *err)
{
	const struct commit_graph *graph = repo_commit_graph(repo);
	uint32_t position = graph ? commit_graph_find(graph, oid) :
				    COMMIT_GRAPH_NONE;
	struct object object;
	struct commit commit;

	if (position != COMMIT_GRAPH_NONE) {
		*tree = commit_graph_read(graph, position).tree;
		return 0;
	}
	if (repo_read_commit(repo, oid, &object, &commit, err))
		return -1;
	*tree = commit.tree;
	object_release(&object);
	return 0;
}

bool repo_known_trees(struct repo *repo, const struct oid *oid,
		      struct oid trees[2])
{
	const struct commit_graph *graph = repo_commit_graph(repo);
	struct commit_graph_parents *parents = &repo->parents;
	uint32_t position = graph ? commit_graph_find(graph, oid) :
				    COMMIT_GRAPH_NONE;

	if (position == COMMIT_GRAPH_NONE ||
	    !commit_graph_read_parents(graph, position, parents) ||
	    parents->n > 1)
		return false;
	trees[0] = commit_graph_read(graph, position).tree;
	trees[1] = (struct oid){ { 0 } };
	if (parents->n)
		trees[1] = commit_graph_read(graph, parents->v[0]).tree;
	return true;
}

int repo_type(struct repo *repo, const struct oid *oid,
	      enum object_type *type, struct error *err)
{
	git_oid id = libgit2_oid(oid);
	git_object_t t;
	size_t len;
	int rc = git2.odb_read_header(&len, &t, repo->odb, &id);
	char hex[OID_HEX + 1];

	*type = OBJECT_MISSING;
	if (rc == GIT_ENOTFOUND)
		return 0;
	oid_format(hex, oid);
	if (rc)
		return error_set(err, "object %s cannot be read: %s", hex,
				 libgit2_message());
	*type = from_git_type(t);
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

struct oid repo_hash(enum object_type type, const char *data, size_t len)
{
	git_oid id;

	if (git2.odb_hash(&id, data, len, to_git_type(type)))
		abort();
	return libgit2_oid_of(&id);
}

/* What packed-refs and the commit-graph know of an object, read or not. */
static bool knows_peeled(struct repo *repo, struct oid *oid)
{
	const struct commit_graph *graph = repo_commit_graph(repo);
	int64_t i = oidmap_get(&repo->tags, oid);

	if (i >= 0)
		*oid = repo->refs.v[i].peeled;
	return graph && commit_graph_find(graph, oid) != COMMIT_GRAPH_NONE;
}

int repo_peel(struct repo *repo, const struct oid *oid, struct oid *peeled,
	      enum object_type *type, struct error *err)
{
	char hex[OID_HEX + 1];

	*peeled = *oid;
	*type = OBJECT_COMMIT;
	if (knows_peeled(repo, peeled))
		return 0;
	for (;;) {
		struct object object;
		struct tag tag;
		int rc;

		if (repo_type(repo, peeled, type, err))
			return -1;
		oid_format(hex, peeled);
		if (*type == OBJECT_MISSING)
			return error_set(err, "object %s is missing", hex);
		if (*type != OBJECT_TAG)
			return 0;
		if (repo_read(repo, peeled, OBJECT_TAG, &object, err))
			return -1;
		rc = tag_parse(&tag, object.data, object.len, err);
		object_release(&object);
		if (rc)
			return error_wrap(err, "tag %s", hex);
		*peeled = tag.target;
	}
}

/* Refs */

int repo_refs(struct repo *repo, struct repo_refs *refs, struct error *err)
{
	if (read_refs(repo, err))
		return -1;
	for (size_t i = 0; i < repo->refs.n; i++) {
		const struct ref_entry *entry = &repo->refs.v[i];

		if (entry->target || entry->is_broken)
			continue;
		GROW(refs->v, refs->n, refs->cap);
		refs->v[refs->n++] = (struct repo_ref){ entry->name,
							entry->oid };
	}
	return 0;
}

void repo_refs_release(struct repo_refs *refs)
{
	free(refs->v);
	*refs = (struct repo_refs){ 0 };
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct repo_ref *)a)->name,
		      ((const struct repo_ref *)b)->name);
}

const struct repo_ref *repo_refs_find(const struct repo_refs *refs,
				      const char *name)
{
	struct repo_ref key = { .name = (char *)name };

	return refs->n ? bsearch(&key, refs->v, refs->n, sizeof(*refs->v),
				 by_name) : NULL;
}

bool repo_is_ref_name(const char *name)
{
	int valid = 0;

	return !git2.reference_name_is_valid(&valid, name) && valid;
}

/* HEAD, and what each worktree has for itself, is in no store. */
static bool is_own_ref(const char *name)
{
	return !text_starts_with(name, "refs/") ||
	       text_starts_with(name, "refs/bisect/") ||
	       text_starts_with(name, "refs/worktree/") ||
	       text_starts_with(name, "refs/rewritten/");
}

/* `*found`: there is a ref of that name. One that is broken is an error. */
static int read_ref(struct repo *repo, const char *name,
		    struct ref_entry *entry, bool *found, struct error *err)
{
	const struct ref_entry *known;
	char *path;

	*entry = (struct ref_entry){ 0 };
	*found = false;
	if (read_refs(repo, err))
		return -1;
	if (is_own_ref(name)) {
		if (!repo_is_ref_name(name))
			return 0;
		path = xasprintf("%s/%s", repo->git_dir, name);
		*found = ref_store_read_file(&repo->refs, path, entry);
		free(path);
	} else {
		known = ref_store_find(&repo->refs, name);
		*found = known;
		if (known)
			*entry = *known;
	}
	return entry->is_broken ?
	       error_set(err, "ref %s cannot be read: it is broken", name) : 0;
}

/* Follows symbolic refs; where the last one is not there, to its name. */
static int follow_ref(struct repo *repo, const char *name, const char **last,
		      struct ref_entry *entry, bool *found, struct error *err)
{
	*last = name;
	for (int depth = 0; depth < MAX_SYMBOLIC; depth++) {
		if (read_ref(repo, *last, entry, found, err))
			return -1;
		if (!*found || !entry->target)
			return 0;
		*last = entry->target;
	}
	return error_set(err, "ref %s is symbolic in a circle", name);
}

int repo_resolve_name(struct repo *repo, const char *name, char **resolved,
		      struct error *err)
{
	struct ref_entry entry;
	const char *last;
	bool found;
	int rc = follow_ref(repo, name, &last, &entry, &found, err);

	*resolved = rc ? NULL : xstrdup(last);
	return rc;
}

int repo_ref_target(struct repo *repo, const char *name, struct oid *oid,
		    bool *found, struct error *err)
{
	struct ref_entry entry;
	const char *last;

	if (follow_ref(repo, name, &last, &entry, found, err))
		return -1;
	*oid = entry.oid;
	return 0;
}

static void add_refspec(struct refspecs *specs, const char *text)
{
	const char *colon;

	text += *text == '+';
	colon = strchr(text, ':');
	if (*text == '^' || !colon || !colon[1])
		return;
	GROW(specs->v, specs->n, specs->cap);
	specs->v[specs->n++] = (struct refspec){
		xstrndup(text, (size_t)(colon - text)), xstrdup(colon + 1),
	};
}

/*
 * Calls `fn` with each remote's name and the value of each of its keys that
 * is called `key`, or `other`.
 */
static int each_remote(struct repo *repo, const char *key, const char *other,
		       void (*fn)(void *ctx, const char *name,
				  const char *value),
		       void *ctx, struct error *err)
{
	git_config_iterator *it = NULL;
	git_config *config = NULL;
	git_config_entry *entry;
	int rc = git2.repository_config(&config, repo->handle);

	if (!rc)
		rc = git2.config_iterator_new(&it, config);
	while (!rc && !(rc = git2.config_next(&entry, it))) {
		const char *name = entry->name + strlen("remote.");
		const char *dot = strrchr(entry->name, '.');
		char *remote;

		if (!text_starts_with(entry->name, "remote.") || dot < name ||
		    (strcmp(dot + 1, key) && strcmp(dot + 1, other)) ||
		    !entry->value)
			continue;
		remote = xstrndup(name, (size_t)(dot - name));
		fn(ctx, remote, entry->value);
		free(remote);
	}
	git2.config_iterator_free(it);
	git2.config_free(config);
	return rc == GIT_ITEROVER ? 0 :
	       error_set(err, "the remotes cannot be read: %s",
			 libgit2_message());
}

/* A search through the remotes, by name or by url. */
struct remote_search {
	const char *name, *url;
	struct refspecs *specs;
	struct repo *repo;
	struct error *err;
	int rc;
};

static void take_fetch(void *ctx, const char *name, const char *value)
{
	struct remote_search *search = ctx;

	if (!strcmp(name, search->name))
		add_refspec(search->specs, value);
}

static void take_url(void *ctx, const char *name, const char *value)
{
	struct remote_search *search = ctx;
	struct remote_search named = { .name = name, .specs = search->specs };

	if (!search->rc && !strcmp(value, search->url))
		search->rc = each_remote(search->repo, "fetch", "fetch",
					 take_fetch, &named, search->err);
}

int repo_refspecs(struct repo *repo, const char *remote, const char *url,
		  struct refspecs *specs, struct error *err)
{
	struct remote_search search = { .name = remote, .url = url,
					.specs = specs, .repo = repo,
					.err = err };

	if (each_remote(repo, "fetch", "fetch", take_fetch, &search, err))
		return -1;
	if (!specs->n && each_remote(repo, "url", "pushurl", take_url, &search,
				     err))
		return -1;
	return search.rc;
}

void refspecs_release(struct refspecs *specs)
{
	for (size_t i = 0; i < specs->n; i++) {
		free(specs->v[i].src);
		free(specs->v[i].dst);
	}
	free(specs->v);
	*specs = (struct refspecs){ 0 };
}

/* What stands for the star of `dst` in `name`; false where it differs. */
static bool match_star(const char *dst, const char *name, const char **star,
		       size_t *len)
{
	size_t head = strcspn(dst, "*"), n = strlen(name), tail;

	if (!dst[head]) {
		*len = 0;
		return !strcmp(dst, name);
	}
	tail = strlen(dst + head + 1);
	if (n < head + tail || strncmp(dst, name, head) ||
	    strcmp(dst + head + 1, name + n - tail))
		return false;
	*star = name + head;
	*len = n - head - tail;
	return true;
}

char *refspecs_source(const struct refspecs *specs, const char *name)
{
	for (size_t i = 0; i < specs->n; i++) {
		const char *src = specs->v[i].src, *star = "";
		size_t head = strcspn(src, "*"), len;

		if (!match_star(specs->v[i].dst, name, &star, &len))
			continue;
		if (!src[head])
			return xstrdup(src);
		return xasprintf("%.*s%.*s%s", (int)head, src, (int)len, star,
				 src + head + 1);
	}
	return NULL;
}

/* Files in commits */

int repo_read_blob(struct repo *repo, const struct oid *commit,
		   const char *path, struct buf *out, struct error *err)
{
	git_object *object = NULL, *file = NULL;
	git_oid id = libgit2_oid(commit);
	git_blob *blob;
	int rc = git2.object_lookup(&object, repo->handle, &id, GIT_OBJECT_ANY);

	if (!rc)
		rc = git2.object_lookup_bypath(&file, object, path,
					      GIT_OBJECT_BLOB);
	if (rc) {
		error_set(err, "%s", libgit2_message());
		goto out;
	}
	blob = (git_blob *)file;
	if (git2.blob_rawsize(blob) > MAX_POLICY)
		rc = error_set(err, "larger than %d bytes", MAX_POLICY);
	else
		buf_add(out, git2.blob_rawcontent(blob),
			(size_t)git2.blob_rawsize(blob));
out:
	git2.object_free(file);
	git2.object_free(object);
	return rc ? -1 : 0;
}

/* Revisions */

struct revisions {
	struct repo *repo;
	void (*fn)(void *ctx, const char *name, const struct oid *oid,
		   bool exclude);
	void *ctx;
	struct error *err;
};

/* One end of a revision: peeled to a commit, named by its ref if it is one. */
static int one_revision(struct revisions *r, const char *spec, bool exclude)
{
	git_object *object = NULL, *commit = NULL;
	git_reference *ref = NULL;
	struct oid oid;
	int rc = git2.revparse_ext(&object, &ref, r->repo->handle, spec);

	if (rc == GIT_EAMBIGUOUS)
		error_set(r->err, "revision '%s' is ambiguous", spec);
	else if (rc)
		error_set(r->err, "no revision '%s' here", spec);
	else if (git2.object_peel(&commit, object, GIT_OBJECT_COMMIT))
		rc = error_set(r->err, "revision '%s' is no commit", spec);
	if (!rc) {
		oid = libgit2_oid_of(git2.object_id(commit));
		r->fn(r->ctx, ref ? git2.reference_name(ref) : spec, &oid,
		      exclude);
	}
	git2.reference_free(ref);
	git2.object_free(commit);
	git2.object_free(object);
	return rc ? -1 : 0;
}

static int exclude_bases(struct revisions *r, const char *a, const char *b)
{
	git_object *x = NULL, *y = NULL, *cx = NULL, *cy = NULL;
	git_oidarray bases = { 0 };
	int rc;

	rc = git2.revparse_single(&x, r->repo->handle, a) ||
	     git2.revparse_single(&y, r->repo->handle, b) ||
	     git2.object_peel(&cx, x, GIT_OBJECT_COMMIT) ||
	     git2.object_peel(&cy, y, GIT_OBJECT_COMMIT);
	if (rc)
		error_set(r->err, "no revisions '%s' and '%s' here", a, b);
	else
		rc = git2.merge_bases(&bases, r->repo->handle,
				     git2.object_id(cx), git2.object_id(cy));
	if (rc == GIT_ENOTFOUND)
		rc = 0;
	else if (rc < 0)
		error_set(r->err, "the merge bases of '%s' and '%s' cannot be "
			  "found: %s", a, b, libgit2_message());
	for (size_t i = 0; !rc && i < bases.count; i++) {
		struct oid oid = libgit2_oid_of(&bases.ids[i]);

		r->fn(r->ctx, "merge base", &oid, true);
	}
	git2.oidarray_dispose(&bases);
	git2.object_free(x);
	git2.object_free(y);
	git2.object_free(cx);
	git2.object_free(cy);
	return rc ? -1 : 0;
}

int repo_revisions(struct repo *repo, const char *spec,
		   void (*fn)(void *ctx, const char *name,
			      const struct oid *oid, bool exclude),
		   void *ctx, struct error *err)
{
	struct revisions r = { repo, fn, ctx, err };
	const char *dots = strstr(spec, "..");
	bool symmetric;
	char *a, *b;
	int rc;

	if (spec[0] == '^')
		return one_revision(&r, spec + 1, true);
	if (!dots)
		return one_revision(&r, spec, false);
	symmetric = dots[2] == '.';
	a = dots == spec ? xstrdup("HEAD") :
	    xstrndup(spec, (size_t)(dots - spec));
	b = xstrdup(dots[symmetric ? 3 : 2] ? dots + (symmetric ? 3 : 2) :
		    "HEAD");
	rc = one_revision(&r, b, false);
	if (!rc)
		rc = one_revision(&r, a, !symmetric);
	if (!rc && symmetric)
		rc = exclude_bases(&r, a, b);
	free(a);
	free(b);
	return rc;
}
