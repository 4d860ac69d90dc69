/* SPDX-License-Identifier: GPL-2.0-only */
#include "judge/commit.h"

#include <ctype.h>
#include <stdlib.h>

#include "rules/rules.h"

/* The commit that is judged. It is read only if something needs it. */
struct reading {
	struct repo *repo;
	const struct oid *oid;
	struct object object;
	struct commit commit;
	struct buf subject;
	bool is_read;
};

static int read_commit(struct reading *r, struct error *err)
{
	if (r->is_read)
		return 0;
	if (repo_read_commit(r->repo, r->oid, &r->object, &r->commit, err))
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
 * Finds what the commit changes. An audit believes the commit-graph if it has
 * the commit. A hook reads the commit and compares it with the dag.
 */
static int find_changes(const struct commit_in *in, uint32_t node,
			struct reading *r, struct error *err)
{
	const struct facts *facts = in->facts;
	struct oid trees[2];

	if (in->is_audit && facts->dag->nodes[node].n_parents < 2 &&
	    repo_known_trees(in->repo, r->oid, trees))
		return paths_between(in->paths, trees, r->oid,
				     facts->tree, err);
	if (read_commit(r, err))
		return -1;
	return paths_find_judged(in->paths, &r->commit, r->oid,
				 facts->tree, err);
}

static void fill_fact(const struct commit_in *in, uint32_t node,
		      const struct reading *r, struct commit_fact *fact)
{
	const struct dag *dag = in->facts->dag;
	const struct brought_by *by = in->brought_by;
	const struct start *start = &in->starts->v[by->start[node]];

	*fact = (struct commit_fact){
		.oid = dag->nodes[node].oid,
		.node = node,
		.ref = start->name,
		.tip = dag_find(dag, &start->commit),
		.n_parents = r->is_read ? r->commit.n_parents :
					  dag->nodes[node].n_parents,
		.paths = in->paths->v,
		.n_paths = in->paths->n,
		.changes_own = in->paths->changes_own,
		.subtree = buf_str(&in->paths->subtree),
		.integration = in->integration->tree[node],
		.integration_ref = in->integration->ref[node],
	};
	if (by->via[node] != DAG_NONE)
		fact->via = dag->nodes[by->via[node]].oid;
	fact->copy = rewritten_at(in->rewritten, node);
	if (dag->nodes[node].flags & NODE_LABELLED)
		fact->unvouched = in->unvouched[node];
}

struct fixes {
	struct repo *repo;
	struct buf *unknown;
	struct error *err;
	bool failed;
};

/* Keeps the first Fixes: that names no commit here. */
static void on_fixes(void *ctx, const char *value, size_t len)
{
	enum { SEARCH_WORK = 20000 };	/* see repo_work() */
	struct fixes *fixes = ctx;
	size_t hex = 0;
	bool is = false;

	while (hex < len && isxdigit((unsigned char)value[hex]))
		hex++;
	if (fixes->failed || fixes->unknown->len)
		return;
	if (repo_work(fixes->repo, SEARCH_WORK, "Fixes: of commits",
		      fixes->err) ||
	    repo_is_commit_prefix(fixes->repo, value, hex, &is, fixes->err))
		fixes->failed = true;
	else if (!is)
		buf_add(fixes->unknown, value, len);
}

static int fill_unknown_fix(struct commit_judge *j, struct reading *r,
			    struct commit_fact *fact, struct error *err)
{
	struct fixes fixes = { .repo = j->in.repo, .unknown = &j->unknown_fix,
			       .err = err };

	buf_reset(&j->unknown_fix);
	if (read_commit(r, err))
		return -1;
	commit_trailers(r->commit.message, r->commit.message_len, "Fixes:",
			on_fixes, &fixes);
	fact->unknown_fix = j->unknown_fix.len ? buf_str(&j->unknown_fix) :
			    NULL;
	return fixes.failed ? -1 : 0;
}

static int fill_loose_parents(struct commit_judge *j, struct reading *r,
			      struct commit_fact *fact, struct error *err)
{
	if (read_commit(r, err))
		return -1;
	return loose_parents_find(&j->in.loose_parents, &r->commit, fact,
				  &j->loose_parents, err);
}

static bool changes_foreign(const struct facts *facts,
			    const struct commit_fact *fact)
{
	for (size_t i = 0; i < fact->n_paths; i++)
		if (owners_foreign(facts->policy, &fact->paths[i].owners,
				   facts->tree))
			return true;
	return false;
}

static int fill_text(const struct commit_in *in, struct reading *r,
		     struct commit_fact *fact, struct error *err)
{
	if (!(in->needs & NEED_TEXT) &&
	    !(in->needs & NEED_FOREIGN_TEXT &&
	      changes_foreign(in->facts, fact)))
		return 0;
	if (read_commit(r, err))
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
static int fill_needed(struct commit_judge *j, struct reading *r,
		       struct commit_fact *fact, struct error *err)
{
	const struct commit_in *in = &j->in;

	if (in->needs & NEED_OWNERS &&
	    path_owners_find(&j->owners, in->facts->policy, in->paths->v,
			     in->paths->n, err))
		return -1;
	if (fill_text(in, r, fact, err))
		return -1;
	if (in->needs & NEED_LOOSE_PARENTS &&
	    fill_loose_parents(j, r, fact, err))
		return -1;
	return in->needs & NEED_UNKNOWN_FIX ?
	       fill_unknown_fix(j, r, fact, err) : 0;
}

/* Adds the subject to findings about a commit. Few commits have findings. */
static int fill_subjects(struct reading *r, struct verdict *verdict,
			 size_t first, struct error *err)
{
	for (size_t i = first; i < verdict->n; i++) {
		struct finding *f = &verdict->findings[i];

		if (f->subject)
			continue;
		if (read_commit(r, err))
			return -1;
		f->subject = verdict_text(verdict, buf_str(&r->subject));
	}
	return 0;
}

int commit_judge(struct commit_judge *j, uint32_t node,
		 struct verdict *verdict, struct error *err)
{
	const struct commit_in *in = &j->in;
	struct reading r = { .repo = in->repo,
			     .oid = &in->facts->dag->nodes[node].oid };
	size_t n_before = verdict->n;
	struct commit_fact fact;
	int rc = find_changes(in, node, &r, err);

	if (!rc) {
		fill_fact(in, node, &r, &fact);
		rc = fill_needed(j, &r, &fact, err);
	}
	if (!rc) {
		rules_judge_commit(in->facts, &fact, verdict);
		rc = fill_subjects(&r, verdict, n_before, err);
		verdict->n_commits++;
	}
	reading_release(&r);
	return rc;
}

void commit_judge_release(struct commit_judge *j)
{
	path_owners_release(&j->owners);
	free(j->loose_parents.v);
	buf_release(&j->unknown_fix);
}
