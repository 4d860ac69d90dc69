/* SPDX-License-Identifier: GPL-2.0-only */
#include "judge/run.h"

#include <stdlib.h>

#include "base/progress.h"
#include "base/text_pool.h"
#include "facts/backported.h"
#include "facts/doubled_tags.h"
#include "facts/drafts.h"
#include "facts/dropped_tags.h"
#include "facts/mergetags.h"
#include "facts/pulls.h"
#include "facts/rewritten.h"
#include "facts/tags.h"
#include "facts/upstream_tags.h"
#include "judge/fingerprints.h"
#include "judge/listed_tags.h"
#include "judge/share.h"
#include "rules/rules.h"
#include "rules/waive.h"

/* What the steps find, in their order. */
struct gather {
	struct repo *repo;
	const struct policy *policy;
	const struct tree *tree;
	const struct judge_input *input;
	const struct request *request;
	unsigned needs;			/* of the rules: enum need */
	struct error *err;
	struct scratch *scratch;
	struct signers *signers;
	struct text_pool texts;
	struct walker walker;

	struct refs refs;
	struct vouchers vouchers;
	struct new_commits commits;
	struct integration integration;
	struct known_tags known;
	struct judged_tags tags;
	struct pulls pulls;
	struct commit_paths paths;
	struct dropped_tags dropped;
	struct rewritten rewritten;
	struct backported backported;
	struct doubled_tags doubled;
};

static void gather_init(struct gather *g, struct merge_scratch *merges)
{
	g->known = (struct known_tags){
		.repo = g->repo, .policy = g->policy, .refs = &g->refs,
		.vouchers = &g->vouchers,
		.is_audit = g->request->mode == JUDGE_AUDIT,
	};
	paths_init(&g->paths, g->repo, g->policy, merges);
	g->paths.upstream = &g->refs.upstream;
}

static void gather_release(struct gather *g)
{
	refs_release(&g->refs);
	vouchers_release(&g->vouchers);
	new_commits_release(&g->commits);
	integration_release(&g->integration);
	known_tags_release(&g->known);
	tags_release(&g->tags);
	free(g->pulls.v);
	paths_release(&g->paths);
	text_pool_release(&g->texts);
	dropped_tags_release(&g->dropped);
	rewritten_release(&g->rewritten);
	backported_release(&g->backported);
	free(g->doubled.v);
	walker_release(&g->walker);
}

static int find_refs(struct gather *g)
{
	const struct refs_in refs = {
		.repo = g->repo, .policy = g->policy, .tree = g->tree,
		.request = g->request, .signers = g->signers,
	};
	const struct drafts_in drafts = {
		.repo = g->repo, .policy = g->policy, .mode = g->request->mode,
		.is_locked = g->request->is_locked,
	};

	if (refs_find(&refs, &g->refs, g->err))
		return -1;
	return drafts_find(&drafts, &g->refs, g->err);
}

/*
 * Writes a commit-graph for a long history that has none. To find the bases of
 * its merges, git and we would take much longer than to write it. It only saves
 * time, so an error says nothing.
 */
static void make_commit_graph(struct gather *g)
{
	enum { MANY_COMMITS = 5000, MANY_MERGES = 500 };
	const struct dag *dag = &g->commits.history.dag;
	struct oid_list tips = { 0 };
	struct error ignored;
	size_t n_merges = 0;

	for (uint32_t i = 0; i < dag->n; i++)
		n_merges += dag->nodes[i].n_parents > 1;
	if (!(g->needs & NEED_MERGE_PATHS) || dag->n < MANY_COMMITS ||
	    n_merges < MANY_MERGES)
		return;
	for (size_t i = 0; i < g->commits.starts.n; i++)
		oid_list_add(&tips, &g->commits.starts.v[i].commit);
	if (!repo_make_commit_graph(g->repo, g->scratch, &tips, &ignored))
		paths_restart(&g->paths);
	free(tips.v);
}

static int find_new_commits(struct gather *g)
{
	const struct new_commits_in in = {
		.policy = g->policy, .tree = g->tree, .refs = &g->refs,
		.vouchers = &g->vouchers, .walker = &g->walker,
		.is_audit = g->request->mode == JUDGE_AUDIT,
	};
	const struct vouchers_in vouchers = {
		.repo = g->repo, .policy = g->policy, .tree = g->tree,
		.refs = &g->refs, .is_audit = in.is_audit,
	};
	const struct upstream_tags_in upstream = {
		.repo = g->repo, .signers = g->signers, .walker = &g->walker,
		.refs = &g->refs, .vouchers = &g->vouchers,
		.is_audit = in.is_audit,
	};

	if (vouchers_find(&vouchers, &g->vouchers, g->err) ||
	    upstream_tags_prove(&upstream, g->err))
		return -1;
	if (new_commits_find(&in, &g->commits, g->err))
		return -1;
	repo_allow_commits(g->repo, g->commits.history.dag.n);
	make_commit_graph(g);
	return 0;
}

static int find_mergetags(struct gather *g)
{
	const struct mergetags_in in = {
		.repo = g->repo, .policy = g->policy, .tree = g->tree,
		.signers = g->signers, .dag = &g->commits.history.dag,
		.refs = &g->refs, .vouchers = &g->vouchers,
		.upstream = &g->refs.upstream, .walker = &g->walker,
		.bases_matter = g->needs & NEED_LOOSE_PARENTS,
	};

	if (mergetags_find(&in, g->err))
		return -1;
	return mergetags_find_below(&in, g->err);
}

static int find_integration(struct gather *g)
{
	const struct integration_in in = {
		.repo = g->repo, .policy = g->policy, .tree = g->tree,
		.refs = &g->refs, .upstream = &g->refs.upstream,
		.history = &g->commits.history,
	};

	return integration_find(&in, &g->integration, g->err);
}

static struct freezing freezing(struct gather *g)
{
	return (struct freezing){
		.repo = g->repo, .policy = g->policy, .refs = &g->refs,
		.is_audit = g->request->mode == JUDGE_AUDIT,
	};
}

static int judge_tags(struct gather *g)
{
	const struct tags_in in = {
		.freezing = freezing(g), .tree = g->tree, .signers = g->signers,
		.walker = &g->walker, .paths = &g->paths,
		.vouchers = &g->vouchers, .known = &g->known,
		.upstream = &g->refs.upstream,
		.integration = &g->integration,
		.starts = &g->commits.starts,
		.dag = &g->commits.history.dag, .texts = &g->texts,
		.bases_matter = g->needs & NEED_LOOSE_PARENTS,
	};

	return tags_judge(&in, &g->tags, g->err);
}

static void find_pulls(struct gather *g)
{
	const struct pulls_in in = {
		.tree = g->tree, .vouchers = &g->vouchers,
		.starts = &g->commits.starts,
		.dag = &g->commits.history.dag,
	};

	pulls_find(&in, &g->pulls);
}

static int find_dropped_tags(struct gather *g)
{
	const struct dropped_tags_in in = {
		.repo = g->repo, .policy = g->policy, .tree = g->tree,
		.refs = &g->refs, .known = &g->known, .walker = &g->walker,
		.signers = g->signers,
	};

	return dropped_tags_find(&in, &g->dropped, g->err);
}

static struct originals_in originals(struct gather *g)
{
	return (struct originals_in){
		.repo = g->repo, .policy = g->policy, .tree = g->tree,
		.refs = &g->refs, .vouchers = &g->vouchers,
		.known = &g->known, .walker = &g->walker,
	};
}

static int find_rewritten(struct gather *g)
{
	const struct rewritten_in in = {
		.originals = originals(g), .starts = &g->commits.starts,
		.dag = &g->commits.history.dag, .bases = &g->paths.bases,
		.signers = g->signers, .scratch = g->scratch,
	};

	if (!(g->needs & NEED_COPIES))
		return 0;
	if (rewritten_find(&in, &g->rewritten, g->err))
		return -1;
	return backported_find(&in, &g->backported, g->err);
}

static int find_doubled_tags(struct gather *g)
{
	const struct doubled_tags_in in = {
		.originals = originals(g), .starts = &g->commits.starts,
		.scratch = g->scratch,
	};

	if (!(g->needs & NEED_DOUBLED_TAGS))
		return 0;
	return doubled_tags_find(&in, &g->doubled, g->err);
}

static int list_tags(struct gather *g, struct verdict *verdict)
{
	const struct listed_tags_in in = {
		.freezing = freezing(g), .vouchers = &g->vouchers,
		.starts = &g->commits.starts,
		.dag = &g->commits.history.dag,
	};

	return listed_tags_find(&in, verdict, g->err);
}

static int judge_commits(struct gather *g, const struct facts *facts,
			 struct verdict *verdict)
{
	struct brought_by brought_by = { 0 };
	struct commit_judge judge = { .in = {
		.repo = g->repo, .facts = facts, .needs = g->needs,
		.is_audit = g->request->mode == JUDGE_AUDIT,
		.only = g->request->only,
		.starts = &g->commits.starts, .brought_by = &brought_by,
		.integration = &g->integration, .unvouched = g->tags.unvouched,
		.rewritten = &g->rewritten, .paths = &g->paths,
		.loose_parents = {
			.repo = g->repo, .tree = g->tree,
			.request = g->request, .refs = &g->refs,
			.known = &g->known, .dag = facts->dag,
		},
	} };
	int rc;

	brought_by_find(facts->dag, &g->commits.starts, &brought_by);
	rc = share_commits(&judge, verdict, g->err);
	commit_judge_release(&judge);
	brought_by_release(&brought_by);
	return rc;
}

static int judge_facts(struct gather *g, struct verdict *verdict)
{
	struct dag *dag = &g->commits.history.dag;
	struct facts_paths paths = { 0 };
	const struct facts facts = {
		.policy = g->policy, .tree = g->tree,
		.refs = g->refs.updates, .n_refs = g->refs.n_updates,
		.tags = g->tags.facts, .n_tags = g->tags.n_facts,
		.pulls = g->pulls.v, .n_pulls = g->pulls.n,
		.doubled = g->doubled.v, .n_doubled = g->doubled.n,
		.dropped = g->dropped.v, .n_dropped = g->dropped.n,
		.backported = g->backported.v,
		.n_backported = g->backported.n,
		.dag = dag, .in_n = NODE_IN_N,
		.on_way = NODE_STARTED, .paths = &paths,
	};
	int rc;

	g->paths.marks_only = !(g->needs & NEED_MERGE_PATHS);
	verdict->hides = &g->refs.hides;
	rules_judge_refs(&facts, verdict);
	rc = judge_commits(g, &facts, verdict);
	verdict->hides = NULL;
	free(paths.from);
	return rc;
}

static void tell_drafts(struct gather *g)
{
	const struct dag *dag = &g->commits.history.dag;

	for (size_t i = 0; g->input->merges_draft && i < g->vouchers.n; i++) {
		const struct voucher *v = &g->vouchers.v[i];
		uint32_t node;

		if (!v->shared || v->made_name || v->is_pushed ||
		    v->shared->freeze != FREEZE_MERGE)
			continue;
		node = dag_find(dag, &v->commit);
		if (node != DAG_NONE && dag->nodes[node].flags & NODE_MERGED)
			g->input->merges_draft(g->input->merges_ctx, v->name,
					       &v->oid);
	}
}

static void tell_reliance(struct gather *g)
{
	const struct judge_input *input = g->input;
	const struct upstream_claims *claims = &g->refs.claims;
	const struct dag *dag = &g->commits.history.dag;

	if (!input->relies_on || g->request->theirs)
		return;
	for (size_t i = 0; i < claims->n; i++)
		if (claims->v[i].counts)
			input->relies_on(input->relies_ctx, claims->v[i].name,
					 claims->v[i].tree->is_signed);
	for (size_t i = 0; i < g->vouchers.n; i++) {
		const struct voucher *v = &g->vouchers.v[i];
		uint32_t node = dag_find(dag, &v->commit);

		if (!v->shared || !v->is_valid || v->is_own || v->is_pushed ||
		    v->raw || node == DAG_NONE)
			continue;
		if (dag->nodes[node].flags & NODE_STARTED)
			input->relies_on(input->relies_ctx, v->name,
					 v->shared->is_signed);
	}
}

/* What the rules about refs need, and nothing of the commits. */
static int judge_refs_only(struct gather *g, struct verdict *verdict)
{
	struct facts facts = { .policy = g->policy, .tree = g->tree };

	if (find_dropped_tags(g))
		return -1;
	facts.refs = g->refs.updates;
	facts.n_refs = g->refs.n_updates;
	facts.dropped = g->dropped.v;
	facts.n_dropped = g->dropped.n;
	verdict->hides = &g->refs.hides;
	rules_judge_refs(&facts, verdict);
	verdict->hides = NULL;
	return 0;
}

static int gather_once(struct gather *g, struct verdict *verdict)
{
	if (!g->input->refs_only)
		progress_step(repo_progress(g->repo), "Reading the history",
			      0);
	if (find_refs(g))
		return -1;
	if (g->input->refs_only || g->refs.is_weightless)
		return judge_refs_only(g, verdict);
	if (find_new_commits(g) || find_mergetags(g) || find_integration(g) ||
	    judge_tags(g))
		return -1;
	find_pulls(g);
	tell_drafts(g);
	tell_reliance(g);
	new_commits_mark(&g->vouchers, &g->commits);
	if (find_dropped_tags(g) || find_rewritten(g) || find_doubled_tags(g))
		return -1;
	if (judge_facts(g, verdict))
		return -1;
	return g->input->lists_tags ? list_tags(g, verdict) : 0;
}

/*
 * Whether a walk that was misled by dates, and so found too many commits, could
 * be the reason for a finding.
 */
static bool rests_on_walks(const struct gather *g,
			   const struct verdict *verdict)
{
	if (g->pulls.n || g->dropped.n || g->doubled.n || verdict->has_tags)
		return true;
	for (size_t i = 0; i < verdict->n; i++)
		if (!oid_is_zero(&verdict->findings[i].commit))
			return true;
	/* A commit too many of a tag's may seem to start at another base. */
	for (size_t i = 0; i < g->vouchers.n; i++)
		if (g->vouchers.v[i].is_examined &&
		    g->vouchers.v[i].shared->based_on.n)
			return true;
	return false;
}

/*
 * Whether to judge again: after an error nobody knows what else the walks would
 * have found. An exact walk that fails will do so again, and say why.
 */
static bool was_misled(const struct gather *g, int rc)
{
	struct error ignored;
	bool right;

	if ((rc || repo_rests_on_commit_graph(g->repo)) &&
	    !repo_check_commit_graph(g->repo))
		return true;
	if (rc)
		return g->walker.n_guesses > 0;
	return walker_confirm(&g->walker, &right, &ignored) || !right;
}

void judge_init(struct judge *judge, struct repo *repo,
		const struct policy *policy, const struct key_source *keys)
{
	*judge = (struct judge){ .repo = repo, .policy = policy };
	judge->merges.scratch = &judge->scratch;
	signers_init(&judge->signers, repo, policy, keys, &judge->scratch);
}

void judge_release(struct judge *judge)
{
	signers_release(&judge->signers);
	merge_scratch_release(&judge->merges);
	scratch_release(&judge->scratch);
}

int judge_run(struct judge *judge, const struct tree *tree,
	      const struct judge_input *input, struct verdict *verdict,
	      struct error *err)
{
	bool exact = input->refs_only, again;
	int rc;

	do {
		struct gather g = {
			.repo = judge->repo, .policy = judge->policy,
			.tree = tree, .input = input,
			.request = &input->request,
			.needs = rules_needs(judge->policy),
			.err = err, .signers = &judge->signers,
			.scratch = &judge->scratch,
			.walker = {
				.repo = judge->repo, .exact = exact,
				.floor = input->request.line ?
					 input->request.line->floor : NULL,
			},
		};

		gather_init(&g, &judge->merges);
		rc = gather_once(&g, verdict);
		again = (rc || rests_on_walks(&g, verdict)) &&
			was_misled(&g, rc);
		gather_release(&g);
		if (again) {
			verdict_release(verdict);
			verdict_init(verdict, judge->policy);
			exact = true;
		}
	} while (again);
	verdict_waive(verdict, tree, input->now);
	if (!rc && input->fingerprints)
		rc = fingerprints_find(judge->repo, &judge->scratch,
				       &(struct judged){ tree, verdict }, 1,
				       err);
	return rc;
}
