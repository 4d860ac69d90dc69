/* SPDX-License-Identifier: GPL-2.0-only */
#include "gather/gather.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/workers.h"
#include "gather/state.h"
#include "policy/owners.h"
#include "rules/rules.h"

/* Which ref and which merge brought each commit of N; by node. */
struct origins {
	uint32_t *start;		/* index of the start, or GRAPH_NONE */
	uint32_t *via;			/* a merge, or GRAPH_NONE */
};

const char *gather_keep(struct gather *g, char *text)
{
	GROW(g->texts, g->n_texts, g->cap_texts);
	return g->texts[g->n_texts++] = text;
}

int gather_walk(struct gather *g, const struct oid_list *from,
		const struct oid_list *not, struct history *history)
{
	if (history_walk(g->repo, from->v, from->n, not->v, not->n,
			 g->is_exact, history, g->err))
		return -1;
	g->is_doubtful |= !history->exact;
	return 0;
}

static int walk(struct gather *g)
{
	struct oid_list from = { 0 }, not = { 0 };
	int rc;

	for (size_t i = 0; i < g->n_starts; i++)
		oid_list_add(&from, &g->starts[i].commit);
	for (size_t i = 0; i < g->n_vouchers; i++)
		if (!g->vouchers[i].is_own &&
		    !oid_is_zero(&g->vouchers[i].commit))
			oid_list_add(&from, &g->vouchers[i].commit);
	oid_list_add_all(&not, &g->hidden);
	oid_list_add_all(&not, &g->upstream);
	rc = gather_walk(g, &from, &not, &g->history);
	free(from.v);
	free(not.v);
	return rc;
}

static void mark_starts(struct gather *g, uint32_t flag, bool branches_only)
{
	struct graph *graph = &g->history.graph;

	for (size_t i = 0; i < g->n_starts; i++) {
		uint32_t node = graph_find(graph, &g->starts[i].commit);

		if (g->starts[i].is_branch || !branches_only)
			graph_mark(graph, node, flag, 0);
	}
}

/* A tag of another tree that is not what it should be is judged itself. */
static void start_at_invalid(struct gather *g)
{
	for (size_t i = 0; i < g->n_vouchers; i++) {
		const struct voucher *v = &g->vouchers[i];

		if (v->is_pushed && !v->is_own && !v->is_valid &&
		    !v->upstream && !oid_is_zero(&v->commit))
			gather_start(g, v->name, &v->commit, false);
	}
}

static void mark_n(struct gather *g)
{
	struct graph *graph = &g->history.graph;

	mark_starts(g, NODE_STARTED, false);
	for (size_t i = 0; i < graph->n; i++)
		if ((graph->nodes[i].flags & (NODE_STARTED | NODE_VOUCHED |
					      NODE_UPSTREAM)) == NODE_STARTED)
			graph->nodes[i].flags |= NODE_IN_N;
}

/* Origins */

/* What one merge brought in. */
struct inflow {
	const struct graph *graph;
	struct origins *origins;
	uint32_t start, via;
};

/* Gives `start` and `via` to what is of N and has none yet. */
static bool enter_inflow(void *ctx, uint32_t node)
{
	const struct inflow *in = ctx;

	if (in->origins->start[node] != GRAPH_NONE ||
	    !(in->graph->nodes[node].flags & NODE_IN_N))
		return false;
	in->origins->start[node] = in->start;
	in->origins->via[node] = in->via;
	return true;
}

static void take_in(const struct graph *graph, struct origins *o,
		    uint32_t start, uint32_t merge)
{
	struct inflow in = { graph, o, start, merge };

	for (uint32_t p = 1; p < graph->nodes[merge].n_parents; p++)
		graph_spread(graph, graph_parents(graph, merge)[p],
			     enter_inflow, &in);
}

/* Walks the ref's own line, oldest first, and what each merge brought in. */
static void trace(const struct gather *g, struct origins *o, uint32_t start)
{
	const struct graph *graph = &g->history.graph;
	uint32_t *line = NULL, node;
	size_t n = 0, cap = 0;

	node = graph_find(graph, &g->starts[start].commit);
	while (node != GRAPH_NONE && o->start[node] == GRAPH_NONE &&
	       graph->nodes[node].flags & NODE_IN_N) {
		GROW(line, n, cap);
		line[n++] = node;
		o->start[node] = start;
		node = graph->nodes[node].n_parents ?
		       graph_parents(graph, node)[0] : GRAPH_NONE;
	}
	while (n--)
		take_in(graph, o, start, line[n]);
	free(line);
}

static void origins_init(struct gather *g, struct origins *o)
{
	size_t n = g->history.graph.n;

	o->start = xcalloc(n, sizeof(*o->start));
	o->via = xcalloc(n, sizeof(*o->via));
	for (size_t i = 0; i < n; i++)
		o->start[i] = o->via[i] = GRAPH_NONE;
	for (uint32_t i = 0; i < g->n_starts; i++)
		trace(g, o, i);
}

static void origins_release(struct origins *o)
{
	free(o->start);
	free(o->via);
}

/* Judging */

static void fill_fact(struct gather *g, const struct origins *o, uint32_t node,
		      const struct commit *commit, struct commit_fact *fact)
{
	const struct graph *graph = &g->history.graph;
	const struct start *start = &g->starts[o->start[node]];

	*fact = (struct commit_fact){
		.oid = graph->nodes[node].oid,
		.node = node,
		.ref = start->name,
		.tip = graph_find(graph, &start->commit),
		.n_parents = commit->n_parents,
		.author = commit->author,
		.author_len = commit->author_len,
		.committer = commit->committer,
		.committer_len = commit->committer_len,
		.message = commit->message,
		.message_len = commit->message_len,
		.paths = g->changes.paths,
		.n_paths = g->changes.n,
		.subtree = buf_str(&g->changes.subtree),
		.integration = g->integration[node],
		.integration_ref = g->integration_ref[node],
	};
	if (o->via[node] != GRAPH_NONE)
		fact->via = graph->nodes[o->via[node]].oid;
	if (g->copy_of[node] != GRAPH_NONE)
		fact->copy = &g->copies[g->copy_of[node]];
	if (graph->nodes[node].flags & NODE_LABELLED)
		fact->unvouched = g->vouchers[g->labels[node]].reason;
}

struct fixes {
	struct gather *g;
	bool failed;
};

/* Keeps the first Fixes: that names no commit here. */
static void on_fixes(void *ctx, const char *value, size_t len)
{
	struct fixes *fixes = ctx;
	struct gather *g = fixes->g;
	size_t hex = 0;
	bool is = false;

	while (hex < len && isxdigit((unsigned char)value[hex]))
		hex++;
	if (fixes->failed || g->unknown_fix.len)
		return;
	if (repo_is_commit_prefix(g->repo, value, hex, &is, g->err))
		fixes->failed = true;
	else if (!is)
		buf_add(&g->unknown_fix, value, len);
}

/* What only rules ask for that are off unless the policy says otherwise. */
static int fill_rare(struct gather *g, uint32_t node,
		     const struct commit *commit, struct commit_fact *fact)
{
	const struct rule_config *config = g->policy->rules;
	struct fixes fixes = { .g = g };

	if (config[RULE_TAGGED_BASE].severity != SEVERITY_OFF &&
	    gather_loose_parents(g, node, commit, fact))
		return -1;
	if (config[RULE_SIGN_OFF].severity == SEVERITY_OFF)
		return 0;
	buf_reset(&g->unknown_fix);
	commit_trailers(commit->message, commit->message_len, "Fixes:",
			on_fixes, &fixes);
	fact->unknown_fix = g->unknown_fix.len ? buf_str(&g->unknown_fix) :
			    NULL;
	return fixes.failed ? -1 : 0;
}

static int judge_commit(struct gather *g, const struct facts *facts,
			const struct origins *o, uint32_t node,
			struct verdict *verdict)
{
	struct graph_node *n = &g->history.graph.nodes[node];
	struct buf subject = BUF_INIT;
	struct commit_fact fact;
	struct object object;
	struct commit commit;
	int rc;

	if (repo_read_commit(g->repo, &n->oid, &object, &commit, g->err))
		return -1;
	rc = changes_find_judged(&g->changes, &commit, &n->oid, g->tree,
				 g->err);
	if (!rc) {
		fill_fact(g, o, node, &commit, &fact);
		rc = fill_rare(g, node, &commit, &fact);
	}
	if (!rc) {
		commit_subject(&commit, &subject);
		fact.subject = buf_str(&subject);
		rules_judge_commit(facts, &fact, verdict);
		verdict->n_commits++;
	}
	buf_release(&subject);
	object_release(&object);
	return rc;
}

/* Fewer commits than MIN_SHARED are not worth a process. */
enum { PIECE = 256, MIN_SHARED = 500 };

/* The commits of N in the order in which they are judged. */
struct docket {
	struct gather *g;
	const struct facts *facts;
	const struct origins *origins;
	struct verdict *verdict;
	uint32_t *nodes;
	size_t n;
};

static void show_progress(const struct docket *d, size_t done)
{
	const struct gather_input *input = d->g->input;

	if (input->progress)
		input->progress(input->progress_ctx, done, d->n);
}

static int judge_span(const struct docket *d, size_t from, size_t to,
		      struct verdict *verdict)
{
	int rc = 0;

	for (size_t i = from; !rc && i < to; i++)
		rc = judge_commit(d->g, d->facts, d->origins, d->nodes[i],
				  verdict);
	return rc;
}

static size_t piece_end(const struct docket *d, size_t piece)
{
	size_t end = (piece + 1) * PIECE;

	return end < d->n ? end : d->n;
}

/* In a worker process. */
static int judge_piece(void *ctx, size_t piece, struct buf *result,
		       struct error *err)
{
	struct docket *d = ctx;
	struct verdict verdict;
	int rc;

	d->g->err = err;
	verdict_init(&verdict, d->g->policy);
	rc = judge_span(d, piece * PIECE, piece_end(d, piece), &verdict);
	/* What an owner's expression left open here, the parent cannot know. */
	if (!rc)
		rc = owners_decided(d->g->policy, err);
	if (!rc)
		verdict_pack(&verdict, result);
	verdict_release(&verdict);
	return rc;
}

static int take_piece(void *ctx, size_t piece, const char *result, size_t len,
		      struct error *err)
{
	struct docket *d = ctx;

	(void)piece;
	return verdict_unpack(d->verdict, result, len, err);
}

static void count_pieces(void *ctx, size_t n_done)
{
	const struct docket *d = ctx;

	show_progress(d, piece_end(d, n_done - 1));
}

static int judge_shared(struct docket *d, size_t n_workers)
{
	const struct workers_job job = {
		.n = (d->n + PIECE - 1) / PIECE,
		.work = judge_piece, .take = take_piece,
		.arrived = count_pieces, .ctx = d,
	};

	/* Made here, it is taken away here, whatever becomes of them. */
	if (scratch_open(d->g->changes.scratch->scratch, d->g->err))
		return -1;
	return workers_run(&job, n_workers, d->g->err);
}

static int judge_docket(struct docket *d)
{
	size_t n_workers = d->n < MIN_SHARED ? 1 : workers_useful();
	int rc = 0;

	if (n_workers > 1)
		return judge_shared(d, n_workers);
	for (size_t i = 0; !rc && i * PIECE < d->n; i++) {
		rc = judge_span(d, i * PIECE, piece_end(d, i), d->verdict);
		show_progress(d, piece_end(d, i));
	}
	return rc;
}

static int judge(struct gather *g, const struct origins *o,
		 struct verdict *verdict)
{
	struct graph *graph = &g->history.graph;
	struct facts_paths paths = { 0 };
	struct facts facts = {
		.policy = g->policy, .tree = g->tree,
		.refs = g->facts, .n_refs = g->n_facts,
		.tags = g->tag_facts, .n_tags = g->n_tag_facts,
		.pulls = g->pulls, .n_pulls = g->n_pulls,
		.twins = g->twins, .n_twins = g->n_twins,
		.lost = g->lost, .n_lost = g->n_lost,
		.graph = graph, .in_n = NODE_IN_N, .paths = &paths,
	};
	struct docket docket = {
		.g = g, .facts = &facts, .origins = o, .verdict = verdict,
		.nodes = xcalloc(graph->n, sizeof(*docket.nodes)),
	};
	int rc;

	rules_judge_refs(&facts, verdict);
	for (size_t i = graph->n; i-- > 0;)
		if (graph->nodes[i].flags & NODE_IN_N)
			docket.nodes[docket.n++] = (uint32_t)i;
	rc = judge_docket(&docket);
	free(docket.nodes);
	free(paths.from);
	return rc;
}

static void gather_release(struct gather *g)
{
	for (size_t i = 0; i < g->n_facts; i++)
		free(g->names[i]);
	for (size_t i = 0; i < g->n_vouchers; i++)
		voucher_release(&g->vouchers[i]);
	for (size_t i = 0; i < g->n_texts; i++)
		free(g->texts[i]);
	tag_graph_free(g->tag_graph);
	free(g->texts);
	free(g->names);
	free(g->facts);
	free(g->sorted);
	free(g->branches_before.v);
	free(g->branches_after.v);
	free(g->branches_kept.v);
	free(g->hidden.v);
	free(g->upstream.v);
	free(g->starts);
	free(g->vouchers);
	free(g->labels);
	free(g->tags);
	free(g->loose_parents.v);
	buf_release(&g->unknown_fix);
	free(g->tag_facts);
	free(g->pulls);
	free(g->lost);
	free(g->copies);
	free(g->copy_of);
	free(g->twins);
	free(g->leads_to_start);
	free(g->integration);
	free(g->integration_ref);
	repo_refs_release(&g->refs);
	refspecs_release(&g->refspecs);
	history_release(&g->history);
	changes_release(&g->changes);
}

static int gather_once(struct gather *g, struct verdict *verdict)
{
	struct origins origins = { 0 };
	int rc;

	if (gather_refs(g) || walk(g))
		return -1;
	mark_starts(g, NODE_MERGED, true);
	mark_starts(g, NODE_STARTED, false);
	if (gather_mergetags(g) || gather_integration(g) || gather_tags(g))
		return -1;
	start_at_invalid(g);
	mark_n(g);
	if (gather_lost(g) || gather_copies(g) || gather_twins(g))
		return -1;
	origins_init(g, &origins);
	rc = judge(g, &origins, verdict);
	if (!rc && g->input->lists_tags)
		rc = gather_listing(g, verdict);
	origins_release(&origins);
	return rc;
}

/* Whether the verdict says what more commits than there are could have made. */
static bool rests_on_walks(const struct gather *g,
			   const struct verdict *verdict)
{
	if (g->n_pulls || g->n_lost || g->n_twins || verdict->has_tags)
		return true;
	for (size_t i = 0; i < verdict->n; i++)
		if (!oid_is_zero(&verdict->findings[i].commit))
			return true;
	return false;
}

int gather_and_judge(struct repo *repo, const struct policy *policy,
		     const struct tree *tree, const struct gather_input *input,
		     struct verdict *verdict, struct error *err)
{
	struct scratch scratch = { 0 };
	struct merge_scratch merges = { .scratch = &scratch };
	struct signers signers;
	bool exact = false, again;
	int rc;

	signers_init(&signers, policy, &input->keys, &scratch);
	do {
		struct gather g = {
			.repo = repo, .policy = policy, .tree = tree,
			.input = input, .err = err, .signers = &signers,
			.scratch = &scratch, .is_exact = exact,
		};

		changes_init(&g.changes, repo, policy, &merges);
		rc = gather_once(&g, verdict);
		again = !exact && g.is_doubtful &&
			(rc || rests_on_walks(&g, verdict));
		gather_release(&g);
		if (again) {
			verdict_release(verdict);
			verdict_init(verdict, policy);
			exact = true;
		}
	} while (again);
	signers_release(&signers);
	scratch_release(&scratch);
	return rc;
}
