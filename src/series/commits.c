/* SPDX-License-Identifier: GPL-2.0-only */
#include "series/commits.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "facts/paths.h"
#include "git/command.h"
#include "git/history.h"
#include "git/remote.h"
#include "git/revision.h"
#include "policy/govern.h"
#include "series/words.h"

enum {
	IN_RANGE = 1,			/* in the range that was asked for */
	IN_TREE = 2,			/* in another tree's history */
	IN_THIS = 4,			/* in the history of the current ref */
};

enum { MAX_WITH_WORDS = 200 };		/* each costs a git diff-tree */

struct search {
	struct repo *repo;
	const struct policy *policy;
	struct series *series;
	struct scratch scratch;		/* for git */
	struct repo_refs refs;
	struct remotes remotes;
	struct oid_list from, not, upstream;
	bool is_odd;			/* an end of it is no commit */
	struct history history;		/* from `from` down to upstream */
};

static void take_end(void *ctx, const struct revision *revision)
{
	struct search *s = ctx;

	s->is_odd |= oid_is_zero(&revision->commit);
	oid_list_add(revision->is_excluded ? &s->not : &s->from,
		     &revision->commit);
}

static bool is_upstream(const struct policy *policy, const char *ref)
{
	for (size_t i = 0; i < policy->n_trees; i++)
		if (policy->trees[i].role == ROLE_UPSTREAM &&
		    values_match(&policy->trees[i].ref, ref))
			return true;
	return false;
}

static int find_upstream(struct search *s, struct error *err)
{
	for (size_t i = 0; i < s->refs.n; i++) {
		struct oid commit;
		bool is_commit;

		if (!is_upstream(s->policy, s->refs.v[i].name))
			continue;
		if (repo_peel_commit(s->repo, &s->refs.v[i].oid, &commit,
				     &is_commit, err))
			return -1;
		if (is_commit)
			oid_list_add(&s->upstream, &commit);
	}
	s->series->knows_upstream = s->upstream.n;
	return 0;
}

/* Another tree's history */

/*
 * Marks the commits of the history that are reachable from the commit, and
 * counts the new ones.
 */
static int mark_commit(struct search *s, const struct oid *commit, size_t *n,
		       struct error *err)
{
	struct dag *dag = &s->history.dag;
	struct history other = { 0 };
	int rc;

	*n = 0;
	rc = history_walk(s->repo, commit, 1, s->upstream.n ? s->upstream.v :
			  s->not.v, s->upstream.n ? s->upstream.n : s->not.n,
			  false, &other, err);
	for (size_t i = 0; !rc && i < other.dag.n; i++) {
		uint32_t node = dag_find(dag, &other.dag.nodes[i].oid);

		if (node == DAG_NONE)
			continue;
		*n += !(dag->nodes[node].flags & IN_THIS);
		dag->nodes[node].flags |= IN_TREE | IN_THIS;
	}
	history_release(&other);
	return rc;
}

static int mark_ref(struct search *s, const struct repo_ref *ref,
		    struct series_base *base, size_t *most, struct error *err)
{
	struct oid commit;
	bool is_commit;
	size_t n;

	if (repo_peel_commit(s->repo, &ref->oid, &commit, &is_commit, err))
		return -1;
	if (!is_commit)
		return 0;
	if (mark_commit(s, &commit, &n, err))
		return -1;
	base->n += n;
	if (n > *most) {
		*most = n;
		free(base->ref);
		base->ref = xstrdup(ref->name);
	}
	return 0;
}

static bool is_shared(const struct policy *policy, const struct tree *tree,
		      const char *ref)
{
	const char *tag = tag_name(ref);
	const struct shared_tag *shared = tag ? shared_tag_match(policy, tag) :
						NULL;

	return shared && shared_tag_is_of(shared, tree);
}

/* Finds where the remotes with the tree's urls keep their refs here. */
static void find_refspecs(const struct search *s, const struct tree *tree,
			  struct refspecs *specs)
{
	for (size_t i = 0; i < tree->url.n; i++)
		remotes_tracking(&s->remotes, tree->url.v[i].text, specs);
}

static int mark_tree(struct search *s, const struct tree *tree,
		     struct error *err)
{
	struct dag *dag = &s->history.dag;
	struct series_base base = { .tree = tree };
	struct refspecs specs = { 0 };
	size_t most = 0;
	int rc = 0;

	find_refspecs(s, tree, &specs);
	for (size_t i = 0; i < dag->n; i++)
		dag->nodes[i].flags &= ~(uint32_t)IN_THIS;
	for (size_t i = 0; !rc && i < s->refs.n; i++) {
		const struct repo_ref *ref = &s->refs.v[i];
		char *source = refspecs_source(&specs, ref->name);

		if (source || values_match(&tree->ref, ref->name) ||
		    is_shared(s->policy, tree, ref->name))
			rc = mark_ref(s, ref, &base, &most, err);
		free(source);
	}
	refspecs_release(&specs);
	if (rc || !base.n) {
		free(base.ref);
		return rc;
	}
	GROW(s->series->bases, s->series->n_bases, s->series->cap_bases);
	s->series->bases[s->series->n_bases++] = base;
	return 0;
}

/* The series itself */

static int mark_range(struct search *s, struct error *err)
{
	struct dag *dag = &s->history.dag;
	struct history range = { 0 };
	int rc;

	rc = history_walk(s->repo, s->from.v, s->from.n, s->not.v, s->not.n,
			  false, &range, err);
	for (size_t i = 0; !rc && i < range.dag.n; i++) {
		uint32_t node = dag_find(dag, &range.dag.nodes[i].oid);

		if (node != DAG_NONE)
			dag->nodes[node].flags |= IN_RANGE;
	}
	history_release(&range);
	return rc;
}

/*
 * The words of its diff, which show which patch needs which. Without them, as
 * in a partial clone that lacks files, the rest is still true.
 */
static void add_words(struct search *s, const struct oid *oid,
		      struct patch *patch)
{
	char hex[OID_HEX + 1];
	const char *args[] = { "diff-tree", "-p", "--root", "--no-commit-id",
			       "--no-ext-diff", "--no-textconv", hex, NULL };
	struct buf out = BUF_INIT;
	struct process process = { .output = &out };
	struct error ignored;

	if (s->series->patches.n > MAX_WITH_WORDS)
		return;
	oid_format(hex, oid);
	if (!git_run(s->repo, &s->scratch, args, &process, &ignored))
		words_of_diff(patch, buf_str(&out), out.len);
	buf_release(&out);
}

static int add_commit(struct search *s, struct commit_paths *paths,
		      const struct oid *oid, struct error *err)
{
	char name[OID_ABBREV + 1];
	struct buf subject = BUF_INIT;
	struct object object;
	struct commit commit;
	struct patch *patch;
	int rc = 0;

	if (repo_read_commit(s->repo, oid, &object, &commit, err))
		return -1;
	if (commit.n_parents < 2) {
		rc = paths_find(paths, &commit, oid, NULL, err);
		patch = patch_list_add(&s->series->patches);
		oid_abbreviate(name, oid);
		patch->name = xstrdup(name);
		commit_subject(&commit, &subject);
		patch->subject = buf_detach(&subject);
		for (size_t i = 0; !rc && i < paths->n; i++)
			strings_add(&patch->paths, paths->v[i].path,
				    strlen(paths->v[i].path));
		strings_sort_unique(&patch->paths);
		words_of_message(patch, commit.message, commit.message_len);
		add_words(s, oid, patch);
	}
	object_release(&object);
	return rc;
}

static int add_commits(struct search *s, struct error *err)
{
	struct dag *dag = &s->history.dag;
	uint32_t *order = dag_topological(dag);
	struct commit_paths paths;
	int rc = 0;

	paths_init(&paths, s->repo, s->policy, NULL);
	for (size_t i = 0; !rc && i < dag->n; i++) {
		const struct dag_node *node = &dag->nodes[order[i]];

		if ((node->flags & (IN_RANGE | IN_TREE)) == IN_RANGE)
			rc = add_commit(s, &paths, &node->oid, err);
	}
	paths_release(&paths);
	free(order);
	return rc;
}

static int search(struct search *s, struct error *err)
{
	bool all = false;

	if (repo_refs(s->repo, &s->refs, err) ||
	    remotes_read(s->repo, &s->remotes, err) || find_upstream(s, err))
		return -1;
	all = s->upstream.n;
	if (history_walk(s->repo, s->from.v, s->from.n,
			 all ? s->upstream.v : s->not.v,
			 all ? s->upstream.n : s->not.n, false, &s->history,
			 err) || mark_range(s, err))
		return -1;
	for (size_t i = 0; i < s->policy->n_trees; i++)
		if (s->policy->trees[i].role == ROLE_MAINTAINER &&
		    mark_tree(s, &s->policy->trees[i], err))
			return -1;
	return add_commits(s, err);
}

int series_find(struct repo *repo, const struct policy *policy,
		const char *spec, struct series *series, struct error *err)
{
	struct search s = { .repo = repo, .policy = policy, .series = series };
	int rc;

	if (scratch_open(&s.scratch, err))
		return -1;
	rc = revision_resolve(repo, spec, take_end, &s, err);
	if (!rc && s.is_odd)
		rc = error_set(err, "'%s' is not a range of commits", spec);
	if (!rc && (!s.from.n || !s.not.n))
		rc = error_set(err, "'%s' is not a range: write A..B", spec);
	if (!rc)
		rc = search(&s, err);
	scratch_release(&s.scratch);
	repo_refs_release(&s.refs);
	remotes_release(&s.remotes);
	history_release(&s.history);
	free(s.from.v);
	free(s.not.v);
	free(s.upstream.v);
	return rc;
}

void series_release(struct series *series)
{
	patch_list_release(&series->patches);
	for (size_t i = 0; i < series->n_bases; i++)
		free(series->bases[i].ref);
	free(series->bases);
	*series = (struct series){ 0 };
}
