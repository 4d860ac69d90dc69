/* SPDX-License-Identifier: GPL-2.0-only */
#include "git/repo.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "git/ref_name.h"
#include "git/repo_private.h"

enum { MAX_SYMBOLIC = 10 };

int repo_refs_open(struct repo *repo, struct error *err)
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

void repo_refs_close(struct repo *repo)
{
	oidmap_release(&repo->tags);
	ref_store_release(&repo->refs);
}

static int broken(const char *name, struct error *err)
{
	return error_access(err, "ref %s is broken or cannot be read: restore "
			    "its file, or remove it", name);
}

int repo_refs(struct repo *repo, struct repo_refs *refs, struct error *err)
{
	if (repo_refs_open(repo, err))
		return -1;
	for (size_t i = 0; i < repo->refs.n; i++) {
		const struct ref_entry *entry = &repo->refs.v[i];

		if (entry->is_broken)
			return broken(entry->name, err);
		if (entry->target)
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

/* The store has neither HEAD nor the refs of one worktree. */
static bool is_own_ref(const char *name)
{
	return !text_starts_with(name, "refs/") ||
	       text_starts_with(name, "refs/bisect/") ||
	       text_starts_with(name, "refs/worktree/") ||
	       text_starts_with(name, "refs/rewritten/");
}

/*
 * `*found` tells whether there is a ref of that name. A broken one is an error.
 */
static int read_ref(struct repo *repo, const char *name,
		    struct ref_entry *entry, bool *found, struct error *err)
{
	const struct ref_entry *known;
	char *path;

	*entry = (struct ref_entry){ 0 };
	*found = false;
	if (repo_refs_open(repo, err))
		return -1;
	if (is_own_ref(name)) {
		if (!ref_name_is_valid(name))
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
	return entry->is_broken ? broken(name, err) : 0;
}

/* Follows symbolic refs, down to a name that need not exist. */
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

int repo_symrefs(struct repo *repo, struct repo_symrefs *refs,
		 struct error *err)
{
	if (repo_refs_open(repo, err))
		return -1;
	for (size_t i = 0; i < repo->refs.n; i++) {
		const char *name = repo->refs.v[i].name;
		struct ref_entry entry;
		struct error ignored;
		const char *last;
		bool found;

		if (!repo->refs.v[i].target ||
		    follow_ref(repo, name, &last, &entry, &found, &ignored))
			continue;
		GROW(refs->v, refs->n, refs->cap);
		refs->v[refs->n++] = (struct repo_symref){ name,
							   xstrdup(last) };
	}
	return 0;
}

void repo_symrefs_release(struct repo_symrefs *refs)
{
	for (size_t i = 0; i < refs->n; i++)
		free(refs->v[i].target);
	free(refs->v);
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
