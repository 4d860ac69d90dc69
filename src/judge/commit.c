/* SPDX-License-Identifier: GPL-2.0-only */
#include "judge/commit.h"

#include <ctype.h>

#include "rules/rules.h"

/* The commit that is judged. Not every one has to be read. */
struct reading {
	struct gather *g;
	const struct oid *oid;
	struct object object;
	struct commit commit;
	struct buf subject;
	bool is_read;
};

static int read_commit(struct reading *r)
{
	if (r->is_read)
		return 0;
	if (repo_read_commit(r->g->repo, r->oid, &r->object, &r->commit,
			     r->g->err))
		return -1;
	r->is_read = true;
	commit_subject(&r->commit, &r->subject);
	return 0;
}

static void reading_release(struct reading *r)
{
	object_release(&r->object);
	buf_release(&r->subject);
}

/*
 * What the commit changes. An audit believes the commit-graph, if that covers
 * it; a hook reads the commit, which is held against the dag.
 */
static int find_changes(struct gather *g, uint32_t node, struct reading *r)
{
	struct oid trees[2];

	if (g->request->mode == JUDGE_AUDIT &&
	    g->commits.history.dag.nodes[node].n_parents < 2 &&
	    repo_known_trees(g->repo, r->oid, trees))
		return changes_between(&g->changes, trees, r->oid, g->tree,
				       g->err);
	if (read_commit(r))
		return -1;
	return changes_find_judged(&g->changes, &r->commit, r->oid, g->tree,
				   g->err);
}

static void fill_fact(struct gather *g, const struct brought_by *o, uint32_t node,
		      struct reading *r, struct commit_fact *fact)
{
	const struct dag *dag = &g->commits.history.dag;
	const struct start *start = &g->commits.starts.v[o->start[node]];

	*fact = (struct commit_fact){
		.oid = dag->nodes[node].oid,
		.node = node,
		.ref = start->name,
		.tip = dag_find(dag, &start->commit),
		.n_parents = r->is_read ? r->commit.n_parents :
					  dag->nodes[node].n_parents,
		.paths = g->changes.paths,
		.n_paths = g->changes.n,
		.subtree = buf_str(&g->changes.subtree),
		.integration = g->integration.tree[node],
		.integration_ref = g->integration.ref[node],
	};
	if (o->via[node] != DAG_NONE)
		fact->via = dag->nodes[o->via[node]].oid;
	if (g->copy_of[node] != DAG_NONE)
		fact->copy = &g->copies[g->copy_of[node]];
	if (dag->nodes[node].flags & NODE_LABELLED)
		fact->unvouched = g->vouchers.v[g->tags.labels[node]].reason;
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

static int fill_unknown_fix(struct gather *g, const struct commit *commit,
			    struct commit_fact *fact)
{
	struct fixes fixes = { .g = g };

	buf_reset(&g->unknown_fix);
	commit_trailers(commit->message, commit->message_len, "Fixes:",
			on_fixes, &fixes);
	fact->unknown_fix = g->unknown_fix.len ? buf_str(&g->unknown_fix) :
			    NULL;
	return fixes.failed ? -1 : 0;
}

static bool changes_foreign(const struct gather *g,
			    const struct commit_fact *fact)
{
	for (size_t i = 0; i < fact->n_paths; i++)
		if (owners_foreign(g->policy, &fact->paths[i].owners, g->tree))
			return true;
	return false;
}

static int fill_text(struct gather *g, struct reading *r,
		     struct commit_fact *fact)
{
	if (!(g->needs & NEED_TEXT) &&
	    !(g->needs & NEED_FOREIGN_TEXT && changes_foreign(g, fact)))
		return 0;
	if (read_commit(r))
		return -1;
	fact->text = (struct commit_text){
		.subject = buf_str(&r->subject),
		.author = r->commit.author,
		.author_len = r->commit.author_len,
		.committer = r->commit.committer,
		.committer_len = r->commit.committer_len,
		.message = r->commit.message,
		.message_len = r->commit.message_len,
	};
	return 0;
}

/* Finds what the rules that are on need. */
static int fill_needed(struct gather *g, struct reading *r,
		       struct commit_fact *fact)
{
	const struct loose_parents_in loose = {
		.repo = g->repo, .tree = g->tree, .request = g->request,
		.refs = &g->refs, .known = &g->known,
		.dag = &g->commits.history.dag,
	};

	if (g->needs & NEED_OWNERS &&
	    path_owners_find(&g->path_owners, g->policy, g->changes.paths,
			     g->changes.n, g->err))
		return -1;
	if (fill_text(g, r, fact))
		return -1;
	if (g->needs & NEED_LOOSE_PARENTS &&
	    (read_commit(r) ||
	     loose_parents_find(&loose, &r->commit, fact,
				&g->loose_parents, g->err)))
		return -1;
	if (g->needs & NEED_UNKNOWN_FIX &&
	    (read_commit(r) || fill_unknown_fix(g, &r->commit, fact)))
		return -1;
	return 0;
}

/* Findings about a commit name its subject. Few commits have any. */
static int fill_subjects(struct reading *r, struct verdict *verdict,
			 size_t first)
{
	for (size_t i = first; i < verdict->n; i++) {
		struct finding *f = &verdict->findings[i];

		if (f->subject)
			continue;
		if (read_commit(r))
			return -1;
		f->subject = verdict_text(verdict, buf_str(&r->subject));
	}
	return 0;
}

int gather_judge_commit(struct gather *g, const struct facts *facts,
			const struct brought_by *o, uint32_t node,
			struct verdict *verdict)
{
	struct reading r = { .g = g,
			     .oid = &g->commits.history.dag.nodes[node].oid };
	size_t n_before = verdict->n;
	struct commit_fact fact;
	int rc = find_changes(g, node, &r);

	if (!rc) {
		fill_fact(g, o, node, &r, &fact);
		rc = fill_needed(g, &r, &fact);
	}
	if (!rc) {
		rules_judge_commit(facts, &fact, verdict);
		rc = fill_subjects(&r, verdict, n_before);
		verdict->n_commits++;
	}
	reading_release(&r);
	return rc;
}
