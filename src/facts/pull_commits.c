/* SPDX-License-Identifier: GPL-2.0-only */
#include "facts/pull_commits.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/progress.h"
#include "facts/paths.h"
#include "git/history.h"

enum { ON_LINE = 1 };

struct reader {
	struct repo *repo;
	const struct merged_pulls *pulls;
	struct pull_commits *out;
	struct commit_paths paths;
	struct dag dag;			/* the line, and all that it got */
	const struct tree *tree;	/* of the pull that is read */
	struct error *err;
	bool failed;
};

static void take_paths(const struct commit_paths *paths,
		       struct pulled_commit *commit)
{
	for (size_t i = 0; i < paths->n; i++) {
		GROW(commit->paths, commit->n_paths, commit->cap_paths);
		commit->paths[commit->n_paths++] = xstrdup(paths->v[i].path);
	}
}

/* The subject and paths need no text here: no rule reads them. */
static void take_text(struct pulled_commit *commit, const struct commit *parsed,
		      const char *raw, size_t len)
{
	commit->raw = memcpy(xmalloc(len + 1), raw, len);
	commit->raw[len] = '\0';
	commit->text = (struct commit_text){
		.subject = "",
		.author = commit->raw + (parsed->author - raw),
		.author_len = parsed->author_len,
		.committer = commit->raw + (parsed->committer - raw),
		.committer_len = parsed->committer_len,
		.message = commit->raw + (parsed->message - raw),
		.message_len = parsed->message_len,
	};
	if (!parsed->committer_len)
		commit->text.committer = "";
}

static int read_commit(struct reader *r, const struct oid *oid)
{
	struct pull_commits *out = r->out;
	struct object object;
	struct commit commit;
	int rc = 0;

	if (repo_read_commit(r->repo, oid, &object, &commit, r->err))
		return -1;
	if (commit.n_parents < 2)
		rc = paths_find(&r->paths, &commit, oid, r->tree, r->err);
	if (!rc && commit.n_parents < 2) {
		GROW(out->commits, out->n, out->cap);
		out->commits[out->n] = (struct pulled_commit){ .oid = *oid };
		take_text(&out->commits[out->n], &commit, object.data,
			  object.len);
		take_paths(&r->paths, &out->commits[out->n++]);
	}
	object_release(&object);
	return rc;
}

static bool enter(void *ctx, uint32_t node)
{
	struct reader *r = ctx;
	struct dag_node *n = &r->dag.nodes[node];

	if (r->failed || n->flags & ON_LINE)
		return false;
	n->flags |= ON_LINE;
	if (r->tree && read_commit(r, &n->oid))
		r->failed = true;
	return true;
}

/* The oldest first: the line has what a pull brings from then on. */
static int read_pulls(struct reader *r)
{
	struct progress *progress = repo_progress(r->repo);
	size_t n = r->pulls->n;

	progress_step(progress, "Reading pulls", n);
	for (size_t i = n; i-- > 0 && !r->failed; progress_done(progress, 1)) {
		const struct merged_pull *pull = &r->pulls->v[i];
		uint32_t merge = dag_find(&r->dag, &pull->merge);

		dag_mark(&r->dag, dag_find(&r->dag, &pull->onto), ON_LINE, 0);
		if (merge != DAG_NONE)
			r->dag.nodes[merge].flags |= ON_LINE;
		r->tree = pull->tree;
		r->out->first[n - 1 - i] = r->out->n;
		for (size_t k = 0; k < pull->heads.n; k++)
			dag_spread(&r->dag, dag_find(&r->dag,
						     &pull->heads.v[k]),
				   enter, r);
	}
	r->out->first[n] = r->out->n;
	return r->failed ? -1 : 0;
}

static int read_times(struct reader *r)
{
	size_t n = r->pulls->n;

	for (size_t i = 0; i < n; i++) {
		struct object object;
		struct commit commit;

		if (repo_read_commit(r->repo, &r->pulls->v[i].merge, &object,
				     &commit, r->err))
			return -1;
		r->out->time[n - 1 - i] = commit.time;
		object_release(&object);
	}
	return 0;
}

int pull_commits_find(struct repo *repo, const struct policy *policy,
		      const struct merged_pulls *pulls,
		      struct merge_scratch *merges, struct pull_commits *out,
		      struct error *err)
{
	struct reader r = { .repo = repo, .pulls = pulls, .out = out,
			    .err = err };
	struct history history = { 0 };
	int rc = 0;

	out->first = xcalloc(pulls->n + 1, sizeof(*out->first));
	out->time = xcalloc(pulls->n + 1, sizeof(*out->time));
	if (!pulls->n)
		return 0;
	paths_init(&r.paths, repo, policy, merges);
	rc = history_walk(repo, &pulls->v[0].merge, 1,
			  &pulls->v[pulls->n - 1].onto, 1, false, &history,
			  err);
	if (!rc) {
		r.dag = history.dag;
		history.dag = (struct dag){ 0 };
		rc = read_times(&r);
	}
	if (!rc)
		rc = read_pulls(&r);
	dag_release(&r.dag);
	history_release(&history);
	paths_release(&r.paths);
	return rc;
}

void pull_commits_release(struct pull_commits *commits)
{
	for (size_t i = 0; i < commits->n; i++) {
		struct pulled_commit *commit = &commits->commits[i];

		for (size_t k = 0; k < commit->n_paths; k++)
			free(commit->paths[k]);
		free(commit->paths);
		free(commit->raw);
	}
	free(commits->commits);
	free(commits->first);
	free(commits->time);
}
