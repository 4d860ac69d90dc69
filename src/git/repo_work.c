/* SPDX-License-Identifier: GPL-2.0-only */
#include <errno.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>

#include "git/repo.h"
#include "git/repo_private.h"

int repo_limit_work(struct repo *repo, const struct work_limit *limit,
		    struct error *err)
{
	void *shared;

	repo->work_limit = *limit;
	if (!limit->base)
		return 0;
	shared = mmap(NULL, sizeof(*repo->work_left), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		return error_errno(err, "mmap");
	repo->work_left = shared;
	atomic_init(repo->work_left, limit->base);
	return 0;
}

void repo_work_close(struct repo *repo)
{
	if (repo->work_left)
		munmap(repo->work_left, sizeof(*repo->work_left));
}

static void allow(struct repo *repo, int64_t work)
{
	if (repo->work_left)
		atomic_fetch_add(repo->work_left, work);
}

void repo_allow_commits(struct repo *repo, size_t n)
{
	allow(repo, (int64_t)n * repo->work_limit.per_commit);
}

void repo_allow_others(struct repo *repo, size_t n)
{
	allow(repo, (int64_t)n * repo->work_limit.per_commit / 20);
}

int64_t repo_work_left(const struct repo *repo)
{
	int64_t left = repo->work_left ? atomic_load(repo->work_left) : 0;

	return repo->work_left && left < 1 ? 1 : left;
}

int repo_work(const struct repo *repo, int64_t work, const char *what,
	      struct error *err)
{
	if (!repo->work_left ||
	    atomic_fetch_sub(repo->work_left, work) > work)
		return 0;
	return error_set(err, "this push has too many %s to be judged at "
			 "once: push fewer commits, or 'git config "
			 "treaty.timeLimit SECONDS' allows more", what);
}

void repo_show_progress(struct repo *repo, struct progress *progress)
{
	repo->progress = progress;
}

struct progress *repo_progress(const struct repo *repo)
{
	return repo->progress;
}
