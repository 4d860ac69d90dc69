/* SPDX-License-Identifier: GPL-2.0-only */
#include "judge/pull_verdicts.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/progress.h"
#include "base/workers.h"
#include "git/history.h"
#include "git/ref_name.h"
#include "judge/fingerprints.h"
#include "policy/owners.h"
#include "rules/waive.h"

struct run {
	struct judge *judge;
	const struct pull_verdicts_in *in;
	struct verdict *verdicts;
	struct progress *progress;	/* or NULL */
};

/*
 * What the tree would have pushed: the merged commits, and the tag if it is
 * here.
 */
struct push {
	struct ref_update *v;
	size_t n, cap;
	struct oid_list excluded;
};

static void add_update(struct push *push, char *name, const struct oid *oid)
{
	GROW(push->v, push->n, push->cap);
	push->v[push->n++] = (struct ref_update){ .name = name, .new = *oid };
}

static int add_tag(struct repo *repo, const struct merged_pull *pull,
		   struct push *push, struct error *err)
{
	char *name = xasprintf("refs/tags/%s", pull->tag);
	bool found = false, is_commit = false, is_head = false;
	struct oid oid, commit;
	int rc = 0;

	if (ref_name_is_valid(name))
		rc = repo_ref_target(repo, name, &oid, &found, err);
	if (!rc && found)
		rc = repo_peel_commit(repo, &oid, &commit, &is_commit, err);
	for (size_t i = 0; !rc && is_commit && i < pull->heads.n; i++)
		is_head |= oid_equal(&commit, &pull->heads.v[i]);
	if (is_head)
		add_update(push, name, &oid);
	else
		free(name);
	return rc;
}

static int make_push(const struct run *run, const struct merged_pull *pull,
		     struct push *push, struct error *err)
{
	char merge[OID_ABBREV + 1];

	oid_abbreviate(merge, &pull->merge);
	for (size_t i = 0; i < pull->heads.n; i++)
		add_update(push, xasprintf("%s^%zu", merge, i + 2),
			   &pull->heads.v[i]);
	oid_list_add(&push->excluded, &pull->onto);
	oid_list_add_all(&push->excluded, run->in->excluded);
	return pull->tag ?
	       add_tag(run->judge->repo, pull, push, err) : 0;
}

static void push_release(struct push *push)
{
	for (size_t i = 0; i < push->n; i++)
		free(push->v[i].name);
	free(push->v);
	free(push->excluded.v);
}

static int count_only(const struct run *run, const struct merged_pull *pull,
		      const struct push *push, struct verdict *verdict,
		      struct error *err)
{
	struct history history = { 0 };
	int rc = history_walk(run->judge->repo, pull->heads.v, pull->heads.n,
			      push->excluded.v, push->excluded.n, false,
			      &history, err);

	verdict->n_commits = history.dag.n;
	history_release(&history);
	return rc;
}

static int judge_pull(const struct run *run, size_t i, struct verdict *verdict,
		      struct error *err)
{
	const struct merged_pull *pull = &run->in->pulls->v[i];
	const struct history_floor floor = {
		.edge = &run->in->pulls->floor,
		.below = &run->in->pulls->ancient,
	};
	const struct line_refs line = {
		.youngest = &run->in->pulls->youngest, .pull = (uint32_t)i,
		.floor = pull->is_recent ? &floor : NULL,
	};
	struct judge_input input = {
		.request = { .mode = JUDGE_AUDIT, .line = &line },
		.now = run->in->now,
	};
	struct push push = { 0 };
	char name[OID_ABBREV + 1];
	int rc = make_push(run, pull, &push, err);

	input.request.updates = push.v;
	input.request.n_updates = push.n;
	input.request.excluded = push.excluded.v;
	input.request.n_excluded = push.excluded.n;
	if (!rc)
		rc = pull->tree ? judge_run(run->judge, pull->tree, &input,
					    verdict, err) :
				  count_only(run, pull, &push, verdict, err);
	push_release(&push);
	oid_abbreviate(name, &pull->merge);
	return rc ? error_wrap(err, "merge %s", name) : 0;
}

/* In a worker process; the steps of one pull are not shown. */
static int work(void *ctx, size_t piece, size_t end, struct buf *result,
		struct error *err)
{
	const struct run *run = ctx;
	struct verdict verdict;
	int rc;

	(void)end;
	repo_show_progress(run->judge->repo, NULL);
	verdict_init(&verdict, run->judge->policy);
	rc = judge_pull(run, piece, &verdict, err);
	progress_done(run->progress, 1);
	if (!rc)
		verdict_pack(&verdict, result);
	verdict_release(&verdict);
	return rc;
}

static int take(void *ctx, size_t piece, const char *result, size_t len,
		struct error *err)
{
	const struct run *run = ctx;
	const struct tree *tree = run->in->pulls->v[piece].tree;
	struct verdict *verdict = &run->verdicts[piece];

	if (verdict_unpack(verdict, result, len, err))
		return -1;
	if (tree)
		verdict_waive(verdict, tree, run->in->now);
	return 0;
}

/* Does what each worker would otherwise repeat. */
static int prepare(struct judge *judge, struct error *err)
{
	struct owners owners = { 0 };
	int rc = owners_find(judge->policy, "", &owners, err);

	owners_release(&owners);
	return rc ? rc : scratch_open(&judge->scratch, err);
}

/*
 * The oldest first: a later pull changes no fingerprint of an earlier one.
 */
static int find_fingerprints(const struct run *run, struct error *err)
{
	size_t n = run->in->pulls->n;
	struct judged *judged = xcalloc(n, sizeof(*judged));
	int rc;

	for (size_t i = 0; i < n; i++)
		judged[n - 1 - i] = (struct judged){
			run->in->pulls->v[i].tree, &run->verdicts[i],
		};
	rc = fingerprints_find(run->judge->repo, &run->judge->scratch, judged,
			       n, err);
	free(judged);
	return rc;
}

int pull_verdicts_find(struct judge *judge, const struct pull_verdicts_in *in,
		       struct verdict *verdicts, struct error *err)
{
	struct run run = { judge, in, verdicts, repo_progress(judge->repo) };
	const struct workers_job job = {
		.n = in->pulls->n, .work = work, .take = take,
		.ctx = &run,
	};

	if (!in->pulls->n)
		return 0;
	if (prepare(judge, err))
		return -1;
	progress_step(run.progress, "Judging pulls", in->pulls->n);
	if (workers_run(&job, workers_useful(), err))
		return -1;
	return in->fingerprints ? find_fingerprints(&run, err) : 0;
}
