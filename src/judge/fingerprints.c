/* SPDX-License-Identifier: GPL-2.0-only */
#include "judge/fingerprints.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/text_pool.h"
#include "git/patch_id.h"
#include "rules/fingerprint.h"

/* The commits of all findings, each once, and their patch ids. */
struct commits {
	struct oid_list oids;
	struct oid *patch_ids;
	struct oidmap index;		/* in `oids` */
};

static void collect(const struct verdict *verdict, struct commits *commits)
{
	for (size_t i = 0; i < verdict->n; i++) {
		const struct oid *oid = &verdict->findings[i].commit;

		if (oid_is_zero(oid) || oidmap_get(&commits->index, oid) >= 0)
			continue;
		oidmap_put(&commits->index, oid, (uint32_t)commits->oids.n);
		oid_list_add(&commits->oids, oid);
	}
}

static int find_author(struct repo *repo, const struct oid *oid,
		       struct text_pool *texts, const char **author,
		       struct error *err)
{
	struct object object;
	struct commit commit;

	if (repo_read_commit(repo, oid, &object, &commit, err))
		return -1;
	*author = text_pool_keep(texts, xstrndup(commit.author,
						 commit.author_len));
	object_release(&object);
	return 0;
}

static int find_changes(struct repo *repo, const struct verdict *verdict,
			const struct commits *commits, struct text_pool *texts,
			struct change *changes, struct error *err)
{
	for (size_t i = 0; i < verdict->n; i++) {
		const struct oid *oid = &verdict->findings[i].commit;
		int64_t at = oidmap_get(&commits->index, oid);

		if (at < 0)
			continue;
		changes[i].patch_id = commits->patch_ids[at];
		/* Merges, and commits that change nothing, have no patch. */
		if (oid_is_zero(&changes[i].patch_id) &&
		    find_author(repo, oid, texts, &changes[i].author, err))
			return -1;
	}
	return 0;
}

static int find_for_one(struct repo *repo, const struct judged *judged,
			const struct commits *commits, struct strmap *seen,
			struct error *err)
{
	struct verdict *verdict = judged->verdict;
	struct change *changes = xcalloc(verdict->n, sizeof(*changes));
	struct text_pool texts = { 0 };
	int rc = find_changes(repo, verdict, commits, &texts, changes, err);

	if (!rc && judged->tree)
		fingerprints_add(verdict, judged->tree->section.name, changes,
				 seen);
	text_pool_release(&texts);
	free(changes);
	return rc;
}

int fingerprints_find(struct repo *repo, struct scratch *scratch,
		      const struct judged *judged, size_t n, struct error *err)
{
	struct commits commits = { 0 };
	struct strmap seen = { 0 };
	int rc;

	for (size_t i = 0; i < n; i++)
		collect(judged[i].verdict, &commits);
	commits.patch_ids = xcalloc(commits.oids.n,
				    sizeof(*commits.patch_ids));
	rc = patch_ids(repo, scratch, commits.oids.v, commits.oids.n,
		       commits.patch_ids, err);
	for (size_t i = 0; !rc && i < n; i++)
		rc = find_for_one(repo, &judged[i], &commits, &seen, err);
	strmap_release(&seen);
	free(commits.oids.v);
	free(commits.patch_ids);
	oidmap_release(&commits.index);
	return rc;
}
