/* SPDX-License-Identifier: GPL-2.0-only */
#include "git/repo.h"

#include <stdlib.h>
#include <string.h>

#include "git/loose.h"
#include "git/repo_private.h"

/* The directories that others than this push have objects in, or NULL. */
static char **stored_dirs(const struct repo *repo)
{
	const char *env = getenv("GIT_QUARANTINE_PATH");
	char *path = env && *env ? realpath(env, NULL) : NULL;
	bool is_first = path && !strcmp(path, repo->object_dirs[0]);

	free(path);
	return is_first ? repo->object_dirs + 1 : NULL;
}

bool repo_has_quarantine(const struct repo *repo)
{
	return stored_dirs(repo) != NULL;
}

/* Whether the object has a file of its own, even if that is broken. */
static bool is_loose(char *const *dirs, const struct oid *oid)
{
	struct object_bytes *small = NULL;
	enum object_type type;
	struct error ignored;
	bool is = loose_type(dirs, oid, &type, &small, &ignored) ||
		  type != OBJECT_MISSING;

	object_bytes_put(small);
	return is;
}

static bool is_stored(struct packs *packs, char *const *dirs,
		      const struct oid *oid)
{
	return packs_have(packs, oid) || is_loose(dirs, oid);
}

/*
 * Whether all are stored, as far as is known without looking at packs that came
 * later. Callers ask again and again, so what is not stored is remembered.
 */
static bool seem_stored(struct repo *repo, char *const *dirs,
			const struct oid_list *there)
{
	if (!repo->stored_packs)
		repo->stored_packs = packs_open(dirs);
	for (size_t i = 0; i < there->n; i++) {
		if (oidmap_get(&repo->brought, &there->v[i]) >= 0)
			return false;
		if (!is_stored(repo->stored_packs, dirs, &there->v[i])) {
			oidmap_put(&repo->brought, &there->v[i], 1);
			return false;
		}
	}
	return true;
}

/* Whether any of them is in an open pack, which no file has to be read for. */
static bool any_packed(struct packs *packs, const struct oid_list *brought)
{
	for (size_t i = 0; i < brought->n; i++)
		if (packs_have(packs, &brought->v[i]))
			return true;
	return false;
}

/*
 * Looks for `there` first: if it is stored, so is its history, and both stay.
 * Looks for files of objects before packs: an object may move from its file to
 * a pack meanwhile.
 */
bool repo_push_brought(struct repo *repo, const struct oid_list *brought,
		       const struct oid_list *there)
{
	char **dirs = stored_dirs(repo);
	struct packs *packs;
	bool is = dirs && seem_stored(repo, dirs, there) &&
		  !any_packed(repo->stored_packs, brought);

	for (size_t i = 0; is && i < brought->n; i++)
		is = !is_loose(dirs, &brought->v[i]);
	if (!is)
		return false;
	packs = packs_open(dirs);
	for (size_t i = 0; is && i < brought->n; i++)
		is = !packs_have(packs, &brought->v[i]);
	is = is && packs_are_usable(packs);
	packs_free(packs);
	return is;
}
