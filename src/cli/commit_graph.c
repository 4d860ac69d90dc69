/* SPDX-License-Identifier: GPL-2.0-only */
#include "cli/commit_graph.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/process.h"

/* Git itself writes a commit-graph at gc. */
enum { MANY_COMMITS = 10000 };

static int count_commits(long *n, struct error *err)
{
	char *most = xasprintf("--max-count=%d", MANY_COMMITS + 1);
	const char *argv[] = { "git", "rev-list", "--count", "--branches",
			       "--remotes", most, NULL };
	struct buf out = BUF_INIT;
	struct process process = { .argv = argv, .output = &out };
	int status;
	int rc = process_run(&process, &status, err);

	*n = rc || status ? 0 : atol(buf_str(&out));
	buf_release(&out);
	free(most);
	return rc;
}

int commit_graph_advice(struct repo *repo, char **advice, struct error *err)
{
	long n = 0;

	*advice = NULL;
	if (repo_lacks_commit_graph(repo) &&
	    repo_count_packed(repo) > MANY_COMMITS && count_commits(&n, err))
		return -1;
	if (n > MANY_COMMITS)
		*advice = xasprintf("there is no commit-graph for more than "
				    "%d commits, so audits and some pushes "
				    "take long: git commit-graph write "
				    "--reachable", MANY_COMMITS);
	return 0;
}
