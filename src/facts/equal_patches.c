/* SPDX-License-Identifier: GPL-2.0-only */
#include "facts/equal_patches.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/keyed_hash.h"
#include "base/mem.h"
#include "base/progress.h"
#include "facts/changed_lines.h"
#include "git/patch_id.h"
#include "git/tree_diff.h"

void equal_patches_init(struct equal_patches *p, struct repo *repo,
			struct scratch *scratch)
{
	*p = (struct equal_patches){ .repo = repo, .scratch = scratch };
}

void equal_patches_release(struct equal_patches *p)
{
	free(p->ours.v);
	free(p->others.v);
	free(p->touched);
	free(p->hashes);
	*p = (struct equal_patches){ 0 };
}

/* Paths */

struct touch {
	struct equal_patches *patches;
	uint64_t paths;
	uint32_t classes;		/* that touch all paths so far */
	bool ours;
};

static int by_hash(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static int by_touched(const void *a, const void *b)
{
	const struct touched *x = a, *y = b;

	return by_hash(&x->hash, &y->hash);
}

/* Sorts what ours touch, each path once. */
static void sort_touched(struct equal_patches *p)
{
	size_t n = 0;

	if (p->n_touched)
		qsort(p->touched, p->n_touched, sizeof(*p->touched),
		      by_touched);
	for (size_t i = 0; i < p->n_touched; i++) {
		if (n && p->touched[n - 1].hash == p->touched[i].hash)
			p->touched[n - 1].classes |= p->touched[i].classes;
		else
			p->touched[n++] = p->touched[i];
	}
	p->n_touched = n;
}

static void sort_hashes(struct equal_patches *p)
{
	p->hashes = xcalloc(p->ours.n, 2 * sizeof(*p->hashes));
	for (size_t i = 0; i < p->ours.n; i++) {
		p->hashes[p->n_hashes++] = p->ours.v[i].who;
		p->hashes[p->n_hashes++] = p->ours.v[i].paths;
	}
	if (p->n_hashes)
		qsort(p->hashes, p->n_hashes, sizeof(*p->hashes), by_hash);
}

/* To be called before the first of the others is looked at. */
static void sort_ours(struct equal_patches *p)
{
	if (p->is_sorted)
		return;
	sort_touched(p);
	sort_hashes(p);
	p->is_sorted = true;
}

static bool has_hash(const struct equal_patches *p, uint64_t hash)
{
	return p->n_hashes && bsearch(&hash, p->hashes, p->n_hashes,
				      sizeof(hash), by_hash);
}

/* The classes of ours that touch a path, or something below it. */
static uint32_t touched_by(const struct equal_patches *p, uint64_t hash)
{
	const struct touched key = { .hash = hash }, *found;

	found = p->n_touched ? bsearch(&key, p->touched, p->n_touched,
				       sizeof(key), by_touched) : NULL;
	return found ? found->classes : 0;
}

static void add_touched(struct equal_patches *p, const char *path, size_t len,
			uint32_t classes)
{
	for (size_t i = 1; i <= len; i++) {
		if (i < len && path[i] != '/')
			continue;
		GROW(p->touched, p->n_touched, p->cap_touched);
		p->touched[p->n_touched++] = (struct touched){
			hash_add(HASH_START, path, i), classes
		};
	}
}

/*
 * Ends the comparison of one of the others at a directory that none of ours
 * touches.
 */
static bool prune(void *ctx, const char *path, size_t len)
{
	struct touch *t = ctx;

	if (!t->ours)
		t->classes &= touched_by(t->patches,
					 hash_add(HASH_START, path, len));
	return !t->classes;
}

/* Paths come in order, so one hash over all of them will do. */
static int on_path(void *ctx, const char *path, size_t len,
		   const struct tree_entry *side, size_t n, struct error *err)
{
	struct touch *t = ctx;
	uint64_t hash = hash_add(HASH_START, path, len);

	(void)side;
	(void)n;
	(void)err;
	t->paths = hash_add(t->paths, &hash, sizeof(hash));
	if (t->ours)
		add_touched(t->patches, path, len, t->classes);
	else
		t->classes &= touched_by(t->patches, hash);
	return t->classes ? 0 : -1;
}

static int hash_paths(struct equal_patches *p, const struct commit *commit,
		      bool ours, struct work *patch, struct error *err)
{
	struct touch t = { .patches = p, .paths = HASH_START, .ours = ours,
			   .classes = patch->classes };
	const struct tree_diff cmp = { .skip = tree_diff_skip_equal,
				       .prune = prune, .visit = on_path,
				       .ctx = &t };
	struct oid trees[2];

	if (repo_trees_of(p->repo, commit, trees, err))
		return -1;
	if (tree_diff(p->repo, trees, 2, &cmp, err) && t.classes)
		return -1;
	if (t.classes && t.paths != HASH_START)
		patch->paths = t.paths;
	return 0;
}

/* Author, author date and subject. All that are alike are compared. */
static uint64_t hash_who(const struct commit *commit)
{
	struct buf who = BUF_INIT;
	uint64_t hash;

	commit_subject(commit, &who);
	buf_addch(&who, '\n');
	buf_add(&who, commit->author, commit->author_len);
	hash = keyed_hash(who.ptr, who.len);
	buf_release(&who);
	return hash;
}

static int hash_work(struct equal_patches *p, const struct commit *commit,
		     bool ours, struct work *work, struct error *err)
{
	if (hash_paths(p, commit, ours, work, err))
		return -1;
	work->who = hash_who(commit);
	return 0;
}

static void add_work(struct patch_list *list, const struct work *work)
{
	GROW(list->v, list->n, list->cap);
	list->v[list->n++] = *work;
}

int equal_patches_look(struct equal_patches *p, const struct oid *oid,
		       const struct commit *commit, uint32_t node,
		       uint32_t classes, struct work *other, bool *is_like,
		       struct error *err)
{
	*other = (struct work){ .oid = *oid, .node = node, .classes = classes };
	sort_ours(p);
	if (hash_work(p, commit, false, other, err))
		return -1;
	*is_like = has_hash(p, other->who) ||
		   (other->paths && has_hash(p, other->paths));
	return 0;
}

void equal_patches_add_other(struct equal_patches *p, const struct work *other)
{
	add_work(&p->others, other);
}

int equal_patches_add(struct equal_patches *p, const struct oid *oid,
		      const struct commit *commit, uint32_t node,
		      uint32_t classes, bool ours, struct error *err)
{
	struct work work = { .oid = *oid, .node = node, .classes = classes };
	bool is_like = false;

	if (ours) {
		if (hash_work(p, commit, true, &work, err))
			return -1;
		add_work(&p->ours, &work);
	} else {
		if (equal_patches_look(p, oid, commit, node, classes, &work,
				       &is_like, err))
			return -1;
		if (is_like)
			add_work(&p->others, &work);
	}
	return 0;
}

/* Who is like whom */

typedef int compare_fn(const struct work *a, const struct work *b);

static int by_who(const struct work *a, const struct work *b)
{
	return by_hash(&a->who, &b->who);
}

static int by_paths(const struct work *a, const struct work *b)
{
	return by_hash(&a->paths, &b->paths);
}

static int by_id(const struct work *a, const struct work *b)
{
	return oid_cmp(&a->id, &b->id);
}

static int compare_in(const void *a, const void *b, void *compare)
{
	const struct work *const *x = a, *const *y = b;
	int cmp = (*(compare_fn **)compare)(*x, *y);

	/* As they were added. */
	return cmp ? cmp : *x < *y ? -1 : *x > *y;
}

/* The list's patches in that order; the caller frees the array. */
static struct work **sorted(const struct patch_list *list,
			    compare_fn *compare)
{
	struct work **v = xcalloc(list->n, sizeof(*v));

	for (size_t i = 0; i < list->n; i++)
		v[i] = &list->v[i];
	if (list->n)
		qsort_r(v, list->n, sizeof(*v), compare_in, &compare);
	return v;
}

/* The first in the sorted array that is not less than the patch. */
static size_t lower(struct work *const *v, size_t n, const struct work *patch,
		    compare_fn *compare)
{
	size_t low = 0;

	while (low < n) {
		size_t mid = low + (n - low) / 2;

		if (compare(v[mid], patch) < 0)
			low = mid + 1;
		else
			n = mid;
	}
	return low;
}

/* Whether the only one of the others that touches the same paths is itself. */
static bool is_alone(struct work *const *others, size_t n, size_t k,
		     const struct work *patch)
{
	return k < n && oid_equal(&others[k]->oid, &patch->oid) &&
	       (k + 1 == n || others[k + 1]->paths != patch->paths);
}

/*
 * Marks the commits to compare among `n` of ours and the others from place k
 * on, all of which touch the same paths.
 */
static void want_group(struct work *const *ours, size_t n,
		       struct work *const *others, size_t n_others, size_t k)
{
	uint32_t our_classes = 0, other_classes = 0;

	for (size_t i = 0; i < n; i++)
		if (!is_alone(others, n_others, k, ours[i]))
			our_classes |= ours[i]->classes;
	for (; k < n_others && others[k]->paths == ours[0]->paths; k++) {
		other_classes |= others[k]->classes;
		others[k]->is_wanted = others[k]->classes & our_classes;
	}
	for (size_t i = 0; i < n; i++)
		ours[i]->is_wanted = our_classes & ours[i]->classes &
				     other_classes;
}

/* Marks those of both lists that touch the same paths. */
static void want_ids(struct equal_patches *p)
{
	struct work **ours = sorted(&p->ours, by_paths);
	struct work **others = sorted(&p->others, by_paths);
	size_t n;

	for (size_t i = 0; i < p->ours.n; i += n) {
		for (n = 1; i + n < p->ours.n &&
			    ours[i + n]->paths == ours[i]->paths; n++)
			;
		if (ours[i]->paths)
			want_group(ours + i, n, others, p->others.n,
				   lower(others, p->others.n, ours[i],
					 by_paths));
	}
	free(ours);
	free(others);
}

/*
 * Lists the commits that are wanted and are not listed yet, in their order:
 * those that touch the same paths are together. `place` has where each is.
 */
static void list_wanted(struct work *const *works, size_t n,
			struct oid_list *commits, struct oidmap *place)
{
	for (size_t i = 0; i < n; i++) {
		if (!works[i]->is_wanted ||
		    oidmap_get(place, &works[i]->oid) >= 0)
			continue;
		oidmap_put(place, &works[i]->oid, (uint32_t)commits->n);
		oid_list_add(commits, &works[i]->oid);
	}
}

/*
 * Adds the lines that the wanted commits change to their `paths`, and takes
 * their marks away.
 */
static void add_lines(struct work **works, size_t n,
		      const struct oidmap *place, const uint64_t *lines)
{
	for (size_t i = 0; i < n; i++) {
		struct work *w = works[i];

		if (!w->is_wanted)
			continue;
		w->is_wanted = false;
		w->paths = hash_add(w->paths,
				    &lines[oidmap_get(place, &w->oid)],
				    sizeof(*lines));
	}
}

/*
 * Of the commits that are marked, leaves the mark on those that also change the
 * same lines. The `paths` of all of them stands for paths and lines afterwards.
 */
static int compare_lines(struct equal_patches *p, struct error *err)
{
	struct work **ours = sorted(&p->ours, by_paths);
	struct work **others = sorted(&p->others, by_paths);
	struct oid_list commits = { 0 };
	struct oidmap place = { 0 };
	uint64_t *lines;
	int rc;

	list_wanted(ours, p->ours.n, &commits, &place);
	list_wanted(others, p->others.n, &commits, &place);
	lines = xcalloc(commits.n, sizeof(*lines));
	progress_step(repo_progress(p->repo), "Comparing patches", commits.n);
	rc = changed_lines(p->repo, commits.v, commits.n, lines, err);
	if (!rc) {
		add_lines(ours, p->ours.n, &place, lines);
		add_lines(others, p->others.n, &place, lines);
		want_ids(p);
	}
	free(lines);
	free(commits.v);
	oidmap_release(&place);
	free(ours);
	free(others);
	return rc;
}

static int ask_ids(struct equal_patches *p, const struct patch_list *list,
		   struct error *err)
{
	struct work **v = sorted(list, by_paths);
	struct oid *commits = xcalloc(list->n, sizeof(*commits));
	struct oid *ids = xcalloc(list->n, sizeof(*ids));
	size_t n = 0;
	int rc;

	for (size_t i = 0; i < list->n; i++)
		if (v[i]->is_wanted)
			commits[n++] = v[i]->oid;
	rc = patch_ids(p->repo, p->scratch, commits, n, ids, err);
	n = 0;
	for (size_t i = 0; !rc && i < list->n; i++)
		if (v[i]->is_wanted)
			v[i]->id = ids[n++];
	free(v);
	free(commits);
	free(ids);
	return rc;
}

/* Whether author, author date and subject are the same; their hashes are. */
static int same_who(struct equal_patches *p, const struct work *a,
		    const struct work *b, bool *same, struct error *err)
{
	struct object x, y;
	struct commit first, second;
	struct buf s = BUF_INIT, t = BUF_INIT;

	if (repo_read_commit(p->repo, &a->oid, &x, &first, err))
		return -1;
	if (repo_read_commit(p->repo, &b->oid, &y, &second, err)) {
		object_release(&x);
		return -1;
	}
	commit_subject(&first, &s);
	commit_subject(&second, &t);
	*same = first.author_len == second.author_len &&
		!memcmp(first.author, second.author, first.author_len) &&
		!strcmp(buf_str(&s), buf_str(&t));
	buf_release(&s);
	buf_release(&t);
	object_release(&x);
	object_release(&y);
	return 0;
}

struct match_list {
	struct patch_match *v;
	size_t n, cap;
};

static void add_match(struct match_list *list, const struct work *ours,
		      const struct work *other, bool is_patch)
{
	if (oid_equal(&ours->oid, &other->oid) ||
	    !(ours->classes & other->classes))
		return;
	GROW(list->v, list->n, list->cap);
	list->v[list->n++] = (struct patch_match){ ours, other, is_patch };
}

static bool same_id(const struct work *a, const struct work *b)
{
	return !oid_is_zero(&a->id) && oid_equal(&a->id, &b->id);
}

/*
 * Matches of each kind for one commit. A patch that is made over and over is
 * nobody's work, and to list all pairs of such commits would take too long.
 */
enum { MAX_ALIKE = 100 };

static int match_one(struct equal_patches *p, const struct work *ours,
		     struct work *const *ids, struct work *const *whos,
		     struct match_list *list, struct error *err)
{
	size_t n = p->others.n;
	size_t max = list->n + MAX_ALIKE;
	bool same;

	for (size_t i = lower(ids, n, ours, by_id);
	     i < n && list->n < max && same_id(ours, ids[i]); i++)
		add_match(list, ours, ids[i], true);
	max = list->n + MAX_ALIKE;
	/* Commits that change nothing are nobody's work. */
	for (size_t i = lower(whos, n, ours, by_who);
	     ours->paths && i < n && list->n < max &&
	     whos[i]->who == ours->who; i++) {
		if (same_id(ours, whos[i]) ||
		    oid_equal(&ours->oid, &whos[i]->oid))
			continue;
		if (same_who(p, ours, whos[i], &same, err))
			return -1;
		if (same)
			add_match(list, ours, whos[i], false);
	}
	return 0;
}

int equal_patches_match(struct equal_patches *p, struct patch_match **matches,
			size_t *n, struct error *err)
{
	struct match_list list = { 0 };
	struct work **ids, **whos;
	int rc;

	want_ids(p);
	rc = compare_lines(p, err);
	if (!rc)
		rc = ask_ids(p, &p->ours, err);
	if (!rc)
		rc = ask_ids(p, &p->others, err);
	ids = sorted(&p->others, by_id);
	whos = sorted(&p->others, by_who);
	for (size_t i = 0; !rc && i < p->ours.n; i++)
		rc = match_one(p, &p->ours.v[i], ids, whos, &list, err);
	free(ids);
	free(whos);
	*matches = list.v;
	*n = list.n;
	return rc;
}
