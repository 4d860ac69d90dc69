/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/workers.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/write_all.h"

/*
 * Runs are short because results are kept until those before them are in. Pipes
 * are large so that workers need not wait until a result is read.
 */
enum { MAX_WORKERS = 8, LONGEST_RUN = 8, PIPE_BYTES = 1 << 20 };

/* Sent instead of a piece number: there are no more. */
static const size_t no_piece = SIZE_MAX;

struct worker {
	pid_t pid;
	int fd;				/* its pipe; -1: it is done */
	struct buf in;			/* bytes of it not yet handled */
};

/* Precedes each result; `no_piece` ends them. */
struct head {
	size_t piece, len;
	bool failed;			/* the result is a struct error */
};

struct result {
	char *data;			/* NULL: not here yet */
	size_t len;
	bool failed;
};

struct pool {
	const struct workers_job *job;
	struct worker workers[MAX_WORKERS];
	size_t n;			/* workers */
	/*
	 * In shared memory: the pieces that each worker still has to do, and
	 * at last those that no worker has. Begin and end are in one number, so
	 * that nobody sees half a change.
	 */
	_Atomic uint64_t *runs;
	struct result *results;
	size_t n_taken;
};

/* A worker has others beside it. */
static bool is_worker;

size_t workers_useful(void)
{
	cpu_set_t set;
	int n = 1;

	if (!is_worker && !sched_getaffinity(0, sizeof(set), &set))
		n = CPU_COUNT(&set);
	return n < 1 ? 1 : n > MAX_WORKERS ? MAX_WORKERS : (size_t)n;
}

/* Who does what */

static uint64_t run_of(size_t first, size_t end)
{
	return (uint64_t)first << 32 | (uint64_t)end;
}

static size_t run_first(uint64_t run)
{
	return (size_t)(run >> 32);
}

static size_t run_end(uint64_t run)
{
	return (size_t)(run & UINT32_MAX);
}

static size_t run_len(uint64_t run)
{
	return run_end(run) - run_first(run);
}

/* Takes the first piece of a run. */
static size_t take_first(_Atomic uint64_t *run)
{
	uint64_t now = atomic_load(run);

	while (run_len(now))
		if (atomic_compare_exchange_weak(run, &now,
						 run_of(run_first(now) + 1,
							run_end(now))))
			return run_first(now);
	return no_piece;
}

/* Takes a run of those that no worker has; false: there is none. */
static bool take_run(struct pool *pool, size_t self)
{
	_Atomic uint64_t *rest = &pool->runs[pool->n];
	uint64_t now = atomic_load(rest);

	while (run_len(now)) {
		size_t n = (run_len(now) + pool->n - 1) / pool->n;
		size_t first = run_first(now);
		size_t end = first + (n < LONGEST_RUN ? n : LONGEST_RUN);

		if (!atomic_compare_exchange_weak(rest, &now,
						  run_of(end, run_end(now))))
			continue;
		atomic_store(&pool->runs[self], run_of(first, end));
		return true;
	}
	return false;
}

/* Takes over the second half of the longest run; false: there is none. */
static bool take_over(struct pool *pool, size_t self)
{
	for (;;) {
		uint64_t now = 0, run;
		size_t longest = self, first;

		for (size_t i = 0; i < pool->n; i++) {
			run = atomic_load(&pool->runs[i]);
			if (run_len(run) > run_len(now)) {
				longest = i;
				now = run;
			}
		}
		if (!run_len(now))
			return false;
		first = run_first(now) + run_len(now) / 2;
		run = run_of(run_first(now), first);
		if (!atomic_compare_exchange_strong(&pool->runs[longest], &now,
						    run))
			continue;
		atomic_store(&pool->runs[self], run_of(first, run_end(now)));
		return true;
	}
}

static size_t next_piece(struct pool *pool, size_t self)
{
	size_t piece;

	do
		piece = take_first(&pool->runs[self]);
	while (piece == no_piece &&
	       (take_run(pool, self) || take_over(pool, self)));
	return piece;
}

/* The workers' side */

/* Never returns. */
static void work(struct pool *pool, size_t self, int fd)
{
	const struct workers_job *job = pool->job;
	struct buf result = BUF_INIT;
	struct head head = { 0 };
	struct error err = { 0 };

	is_worker = true;
	while (head.piece != no_piece && !head.failed) {
		buf_reset(&result);
		head.piece = next_piece(pool, self);
		if (head.piece != no_piece)
			head.failed = job->work(job->ctx, head.piece,
						run_end(pool->runs[self]),
						&result, &err);
		if (head.failed) {
			buf_reset(&result);
			buf_add(&result, &err, sizeof(err));
		}
		head.len = result.len;
		if (!write_all(fd, &head, sizeof(head)) ||
		    !write_all(fd, buf_str(&result), result.len))
			_exit(1);
	}
	_exit(0);
}

static int start(struct pool *pool, size_t i, struct error *err)
{
	struct worker *worker = &pool->workers[i];
	int fds[2];

	if (pipe(fds))
		return error_errno(err, "pipe");
	(void)fcntl(fds[1], F_SETPIPE_SZ, PIPE_BYTES);
	worker->pid = fork();
	if (!worker->pid) {
		for (size_t k = 0; k < i; k++)
			close(pool->workers[k].fd);
		close(fds[0]);
		work(pool, i, fds[1]);
	}
	close(fds[1]);
	worker->fd = fds[0];
	if (worker->pid > 0)
		return 0;
	close(fds[0]);
	return error_errno(err, "fork");
}

/* Our side */

static void keep(struct pool *pool, const struct head *head, const char *data)
{
	struct result *result = &pool->results[head->piece];

	result->data = xmalloc(head->len + 1);
	memcpy(result->data, data, head->len);
	result->data[head->len] = '\0';
	result->len = head->len;
	result->failed = head->failed;
}

/* Stores a complete result. */
static void understand(struct pool *pool, struct worker *worker)
{
	const char *start = buf_str(&worker->in), *p = start;
	const char *end = start + worker->in.len;
	struct buf rest = BUF_INIT;
	struct head head;

	while ((size_t)(end - p) >= sizeof(head)) {
		memcpy(&head, p, sizeof(head));
		if ((size_t)(end - p) - sizeof(head) < head.len)
			break;
		p += sizeof(head);
		if (head.piece != no_piece)
			keep(pool, &head, p);
		p += head.len;
		if (head.piece == no_piece || head.failed) {
			close(worker->fd);
			worker->fd = -1;
		}
	}
	if (p == start)
		return;
	buf_add(&rest, p, (size_t)(end - p));
	buf_release(&worker->in);
	worker->in = rest;
}

static int listen_to(struct pool *pool, struct worker *worker,
		     struct error *err)
{
	char part[65536];
	ssize_t n = read(worker->fd, part, sizeof(part));

	if (n < 0 && errno == EINTR)
		return 0;
	if (n <= 0)
		return error_set(err, "a worker process died");
	buf_add(&worker->in, part, (size_t)n);
	understand(pool, worker);
	return 0;
}

static int listen_to_all(struct pool *pool, struct error *err)
{
	struct pollfd fds[MAX_WORKERS];

	for (size_t i = 0; i < pool->n; i++)
		fds[i] = (struct pollfd){ .fd = pool->workers[i].fd,
					  .events = POLLIN };
	if (poll(fds, pool->n, -1) < 0 && errno != EINTR)
		return error_errno(err, "poll");
	for (size_t i = 0; i < pool->n; i++)
		if (fds[i].revents &&
		    listen_to(pool, &pool->workers[i], err))
			return -1;
	return 0;
}

/* Hands on the results up to the first piece that is still missing. */
static int take(struct pool *pool, struct error *err)
{
	const struct workers_job *job = pool->job;

	while (pool->n_taken < job->n && pool->results[pool->n_taken].data) {
		struct result *result = &pool->results[pool->n_taken];

		if (result->failed) {
			memcpy(err, result->data, sizeof(*err));
			return -1;
		}
		if (job->take(job->ctx, pool->n_taken++, result->data,
			      result->len, err))
			return -1;
		free(result->data);
		result->data = NULL;
	}
	return 0;
}

/* Kills the workers that are left: their results are not needed. */
static void stop(struct pool *pool, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct worker *worker = &pool->workers[i];

		if (worker->fd >= 0)
			close(worker->fd);
		buf_release(&worker->in);
		kill(worker->pid, SIGKILL);
		while (waitpid(worker->pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
}

static int share_out(struct pool *pool, struct error *err)
{
	pool->runs = mmap(NULL, (MAX_WORKERS + 1) * sizeof(*pool->runs),
			  PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
			  -1, 0);
	if (pool->runs == MAP_FAILED)
		return error_errno(err, "mmap");
	for (size_t i = 0; i < pool->n; i++)
		atomic_init(&pool->runs[i], 0);
	atomic_init(&pool->runs[pool->n], run_of(0, pool->job->n));
	return 0;
}

int workers_run(const struct workers_job *job, size_t n, struct error *err)
{
	struct pool pool = { .job = job,
			     .n = n < MAX_WORKERS ? n : MAX_WORKERS };
	size_t started = 0;
	int rc = share_out(&pool, err);

	if (rc)
		return rc;
	pool.results = xcalloc(job->n, sizeof(*pool.results));
	for (; !rc && started < pool.n; started += !rc)
		rc = start(&pool, started, err);
	while (!rc && pool.n_taken < job->n) {
		rc = listen_to_all(&pool, err);
		if (!rc)
			rc = take(&pool, err);
	}
	stop(&pool, started);
	for (size_t i = 0; i < job->n; i++)
		free(pool.results[i].data);
	free(pool.results);
	munmap((void *)pool.runs, (MAX_WORKERS + 1) * sizeof(*pool.runs));
	return rc;
}
