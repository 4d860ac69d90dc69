/* SPDX-License-Identifier: GPL-2.0-only */
#include "facts/merge_compare.h"

#include "facts/merge_paths.h"
#include "git/merge_file.h"
#include "policy/govern.h"

int merge_is_foreign(struct merge_compare *m, const char *path, bool *is,
		     struct error *err)
{
	if (owners_find(m->paths->policy, path, &m->owners, err))
		return -1;
	*is = owners_foreign(m->paths->policy, &m->owners, m->tree);
	return 0;
}

int merge_is_watched(struct merge_compare *m, const char *path, bool *is,
		     struct error *err)
{
	const struct value *marker;

	if (merge_is_foreign(m, path, is, err))
		return -1;
	*is = *is || owners_have_tree(&m->owners, m->tree->section.name) ||
	      marked_path(m->paths->policy, path, &marker);
	return 0;
}

/* The entry that all of the bases agree on, or NULL. */
static const struct tree_entry *common_base(const struct tree_entry *bases,
					    size_t n)
{
	static const struct tree_entry none;

	for (size_t i = 1; i < n; i++)
		if (!tree_entry_equal(&bases[0], &bases[i]))
			return NULL;
	return n ? &bases[0] : &none;
}

/* What merging two bases gives: a file that one of them changed; or NULL. */
static const struct tree_entry *merged_base(const struct tree_entry *bases)
{
	const struct tree_entry *inner = &bases[2];

	for (size_t i = 0; i <= 2; i++)
		if (!bases[i].mode || mode_is_tree(bases[i].mode))
			return NULL;
	return tree_entry_equal(&bases[0], inner) ? &bases[1] :
	       tree_entry_equal(&bases[1], inner) ? &bases[0] : NULL;
}

/* The base of parent i + 1, whose merge bases start at `bases`; or NULL. */
static const struct tree_entry *find_base(const struct merge_compare *m,
					  const struct tree_entry *bases,
					  size_t i)
{
	const struct tree_entry *base = common_base(bases, m->n_bases[i]);

	return base || !m->has_inner ? base : merged_base(bases);
}

bool merge_is_by_name(const struct merge_compare *m,
		      const struct tree_entry *result,
		      const struct tree_entry *parents)
{
	const struct tree_entry *now = &parents[0];
	const struct tree_entry *bases = parents + m->n_parents;

	for (size_t i = 1; i < m->n_parents; i++) {
		const struct tree_entry *other = &parents[i];
		const struct tree_entry *base =
			find_base(m, bases, i - 1);

		bases += m->n_bases[i - 1];
		if (tree_entry_equal(now, other))
			continue;
		if (base && tree_entry_equal(now, base))
			now = other;
		else if (!base || !tree_entry_equal(other, base))
			return false;
	}
	return tree_entry_equal(result, now);
}

/* For a merge of two, in any order: see merge_skip_merged(). */
static bool may_be_renamed(const struct tree_entry *base,
			   const struct tree_entry *ours,
			   const struct tree_entry *theirs)
{
	if (!base || !base->mode || (ours->mode && theirs->mode))
		return false;
	if (!ours->mode && !theirs->mode)
		return true;
	return mode_is_tree(base->mode) &&
	       !tree_entry_equal(base, ours->mode ? ours : theirs);
}

bool merge_skip_merged(void *ctx, const struct tree_entry *side, size_t n)
{
	struct merge_compare *m = ctx;

	(void)n;
	if (m->n_parents == 2 && !m->may_be_renamed)
		m->may_be_renamed = may_be_renamed(
			find_base(m, &side[3], 0), &side[1], &side[2]);
	return merge_is_by_name(m, &side[0], &side[1]);
}

static bool are_files(const struct tree_entry *side, size_t n,
		      unsigned int mode)
{
	for (size_t i = 0; i < n; i++)
		if (side[i].mode != mode)
			return false;
	return mode_is_file(mode);
}

/* What the merge has of a file that both sides changed. */
static int compare_file(struct merge_compare *m, const struct tree_entry *side,
			enum file_merge *is, struct error *err)
{
	const struct tree_entry *bases = side + 1 + m->n_parents;
	const struct tree_entry *base = find_base(m, bases, 0);
	unsigned int mode = side[0].mode;
	struct merge_file file = { .result = side[0].oid, .ours = side[1].oid,
				   .theirs = side[2].oid };

	*is = FILE_OPEN;
	if (m->n_parents != 2 || !are_files(side, 3, mode))
		return 0;
	if (base && base->mode == mode) {
		file.base = base->oid;
	} else if (!base && m->has_inner && are_files(bases, 3, mode)) {
		file.base = bases[0].oid;
		file.other_base = bases[1].oid;
		file.inner = bases[2].oid;
	} else {
		return 0;
	}
	return merge_file_compare(m->paths->repo, &file, m->parents, is, err);
}

int merge_visit_merged(void *ctx, const char *path, size_t len,
		       const struct tree_entry *side, size_t n,
		       struct error *err)
{
	struct merge_compare *m = ctx;
	enum path_kind kind;
	enum file_merge is;
	bool watched;

	(void)n;
	if (merge_is_watched(m, path, &watched, err))
		return -1;
	if (!watched)
		return 0;
	if (compare_file(m, side, &is, err))
		return -1;
	m->is_open |= is == FILE_OPEN;
	if (is == FILE_MERGED)
		return 0;
	/* In a subtree merge nobody has seen the conflict. */
	kind = is == FILE_RESOLVED && !m->paths->subtree.len ? PATH_RESOLVED :
	       PATH_MERGE_CHANGED;
	if (paths_add(m->paths, path, len, kind, side[0].mode, err))
		return -1;
	m->found = m->stops_at && m->paths->n == m->stops_at;
	return m->found ? -1 : 0;
}
