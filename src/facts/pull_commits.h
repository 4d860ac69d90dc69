/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FACTS_PULL_COMMITS_H
#define FACTS_PULL_COMMITS_H

#include "facts/facts.h"
#include "facts/merged_pulls.h"
#include "git/merge.h"
#include "policy/learn.h"

/* The commits of pulls, and what each of them changes. */
struct pulled_commit {
	struct oid oid;
	char *raw;			/* the commit, which `text` borrows */
	struct commit_text text;
	char **paths;
	size_t n_paths, cap_paths;
};

struct pull_commits {
	struct pulled_commit *commits;	/* those of a pull stand together */
	size_t n, cap;
	size_t *first;			/* by pull, the oldest first; and the
					 * end of all */
	int64_t *time;			/* by pull: of the merge */
};

/*
 * Finds the commits without merges that each pull whose tree is told was the
 * first to bring onto the line. Fills a zeroed `out`; the caller releases it,
 * after an error as well.
 */
int pull_commits_find(struct repo *repo, const struct policy *policy,
		      const struct merged_pulls *pulls,
		      struct merge_scratch *merges, struct pull_commits *out,
		      struct error *err);
void pull_commits_release(struct pull_commits *commits);

#endif
