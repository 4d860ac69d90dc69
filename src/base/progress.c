/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/progress.h"

#include <sys/mman.h>

struct progress *progress_new(void)
{
	void *p = mmap(NULL, sizeof(struct progress), PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

void progress_free(struct progress *progress)
{
	if (progress)
		munmap(progress, sizeof(*progress));
}

static void add(atomic_size_t *count, size_t n)
{
	atomic_fetch_add_explicit(count, n, memory_order_relaxed);
}

void progress_step(struct progress *progress, const char *step, size_t total)
{
	if (!progress)
		return;
	progress->total = 0;
	progress->done = 0;
	progress->commits = 0;
	progress->signatures = 0;
	progress->step = step;
	progress->total = total;
	if (progress->begun)
		progress->begun(progress->ctx);
}

void progress_done(struct progress *progress, size_t n)
{
	if (progress)
		add(&progress->done, n);
}

void progress_commit(struct progress *progress)
{
	if (progress)
		add(&progress->commits, 1);
}

void progress_signature(struct progress *progress)
{
	if (progress)
		add(&progress->signatures, 1);
}

void progress_wait(struct progress *progress, const char *command)
{
	if (progress)
		progress->command = command;
}
