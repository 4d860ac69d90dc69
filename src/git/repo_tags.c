/* SPDX-License-Identifier: GPL-2.0-only */
#include "git/repo.h"

#include "base/mem.h"
#include "git/repo_private.h"

/* Where `next_believed` has no other ref. */
#define LAST (UINT32_MAX - 1)
#define NOT_BELIEVED UINT32_MAX

/* Notes a tag that is not read, since packed-refs says where it points to. */
static void believe(struct repo *repo, uint32_t ref)
{
	const struct oid *commit = &repo->refs.v[ref].peeled;
	uint32_t *next;
	int64_t first;

	if (!repo->next_believed) {
		repo->next_believed = xcalloc(repo->refs.n, sizeof(*next));
		for (size_t i = 0; i < repo->refs.n; i++)
			repo->next_believed[i] = NOT_BELIEVED;
	}
	next = &repo->next_believed[ref];
	if (*next != NOT_BELIEVED)
		return;
	first = oidmap_get(&repo->believed, commit);
	*next = first < 0 ? LAST : (uint32_t)first;
	oidmap_put(&repo->believed, commit, ref);
}

/*
 * Peels with what packed-refs and the commit-graph know, without reading the
 * object. True if that was enough.
 */
static bool knows_peeled(struct repo *repo, struct oid *oid)
{
	const struct commit_graph *graph = repo_commit_graph(repo);
	int64_t i = oidmap_get(&repo->tags, oid);

	if (i >= 0) {
		*oid = repo->refs.v[i].peeled;
		believe(repo, (uint32_t)i);
	}
	return commit_graph_find(graph, oid) != COMMIT_GRAPH_NONE;
}

/* What a tag object points to. */
static int find_target(struct repo *repo, const struct oid *oid,
		       struct oid *target, struct error *err)
{
	int64_t known = oidmap_get(&repo->tag_targets, oid);
	char hex[OID_HEX + 1];
	struct object object;
	struct tag tag;
	int rc;

	if (known >= 0) {
		*target = repo->targets.v[known];
		return 0;
	}
	if (repo_read(repo, oid, OBJECT_TAG, &object, err))
		return -1;
	rc = tag_parse(&tag, object.data, object.len, err);
	object_release(&object);
	if (rc) {
		oid_format(hex, oid);
		return error_wrap(err, "tag %s", hex);
	}
	*target = tag.target;
	repo_know_target(repo, oid, target);
	return 0;
}

/* Goes on from `*peeled` by what the objects say. */
static int peel_objects(struct repo *repo, struct oid *peeled,
			enum object_type *type, struct error *err)
{
	char hex[OID_HEX + 1];

	for (;;) {
		struct oid tag = *peeled;

		if (repo_type(repo, &tag, type, err))
			return -1;
		oid_format(hex, &tag);
		if (*type == OBJECT_MISSING)
			return repo_missing(repo, OBJECT_MISSING, &tag, err);
		if (*type != OBJECT_TAG)
			return 0;
		if (find_target(repo, &tag, peeled, err))
			return -1;
	}
}

int repo_peel(struct repo *repo, const struct oid *oid, struct oid *peeled,
	      enum object_type *type, struct error *err)
{
	*peeled = *oid;
	*type = OBJECT_COMMIT;
	return knows_peeled(repo, peeled) ? 0 :
	       peel_objects(repo, peeled, type, err);
}

/* That the ref's tag object says what packed-refs says. */
static int check_ref(struct repo *repo, const struct ref_entry *ref,
		     struct error *err)
{
	struct oid peeled = ref->oid;
	char hex[OID_HEX + 1];
	enum object_type type;

	if (peel_objects(repo, &peeled, &type, err))
		return -1;
	if (oid_equal(&peeled, &ref->peeled))
		return 0;
	oid_format(hex, &peeled);
	return error_set(err, "packed-refs has a wrong line '^...' after %s, "
			 "which is of %s: delete that line", ref->name, hex);
}

int repo_check_tag(struct repo *repo, const struct oid *oid,
		   struct error *err)
{
	int64_t i = oidmap_get(&repo->tags, oid);

	return i < 0 ? 0 : check_ref(repo, &repo->refs.v[i], err);
}

int repo_check_peeled(struct repo *repo, const struct oid *commit,
		      struct error *err)
{
	int64_t first = oidmap_get(&repo->believed, commit);
	uint32_t at = first < 0 ? LAST : (uint32_t)first;

	for (; at != LAST; at = repo->next_believed[at])
		if (check_ref(repo, &repo->refs.v[at], err))
			return -1;
	if (first >= 0)
		oidmap_put(&repo->believed, commit, LAST);
	return 0;
}

int repo_peel_commit(struct repo *repo, const struct oid *oid,
		     struct oid *commit, bool *is_commit, struct error *err)
{
	enum object_type type;

	if (repo_peel(repo, oid, commit, &type, err))
		return -1;
	*is_commit = type == OBJECT_COMMIT;
	return 0;
}
