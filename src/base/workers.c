/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/workers.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"

enum { MAX_WORKERS = 8 };

struct worker {
	pid_t pid;
	int fd;				/* what it tells us */
};

/* What stands before each result. */
struct head {
	size_t len;
	bool failed;			/* the result is a sentence */
};

size_t workers_useful(void)
{
	cpu_set_t set;
	int n = 1;

	if (!sched_getaffinity(0, sizeof(set), &set))
		n = CPU_COUNT(&set);
	return n < 1 ? 1 : n > MAX_WORKERS ? MAX_WORKERS : (size_t)n;
}

static bool write_all(int fd, const void *data, size_t len)
{
	const char *p = data;

	while (len) {
		ssize_t n = write(fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		p += n;
		len -= (size_t)n;
	}
	return true;
}

static bool read_all(int fd, void *data, size_t len)
{
	char *p = data;

	while (len) {
		ssize_t n = read(fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		p += n;
		len -= (size_t)n;
	}
	return true;
}

/* The worker's side: every n-th piece. Never returns. */
static void work(const struct workers_job *job, size_t first, size_t step,
		 int fd)
{
	struct buf result = BUF_INIT;
	struct error err = { "" };
	struct head head = { 0 };

	for (size_t i = first; i < job->n && !head.failed; i += step) {
		buf_reset(&result);
		head.failed = job->work(job->ctx, i, &result, &err);
		if (head.failed) {
			buf_reset(&result);
			buf_addstr(&result, err.msg);
		}
		head.len = result.len;
		if (!write_all(fd, &head, sizeof(head)) ||
		    !write_all(fd, buf_str(&result), result.len))
			_exit(1);
	}
	_exit(0);
}

static int start(const struct workers_job *job, struct worker *workers,
		 size_t i, size_t n, struct error *err)
{
	int fds[2];

	if (pipe(fds))
		return error_set(err, "pipe: %s", strerror(errno));
	workers[i].pid = fork();
	if (!workers[i].pid) {
		for (size_t k = 0; k < i; k++)
			close(workers[k].fd);
		close(fds[0]);
		work(job, i, n, fds[1]);
	}
	close(fds[1]);
	workers[i].fd = fds[0];
	if (workers[i].pid > 0)
		return 0;
	close(fds[0]);
	return error_set(err, "fork: %s", strerror(errno));
}

/* One result; `result` is room to be used again. */
static int take(const struct workers_job *job, size_t piece, int fd,
		struct buf *result, struct error *err)
{
	struct head head;
	char part[4096];

	buf_reset(result);
	if (!read_all(fd, &head, sizeof(head)))
		return error_set(err, "a worker process died");
	while (result->len < head.len) {
		size_t n = head.len - result->len;

		if (n > sizeof(part))
			n = sizeof(part);
		if (!read_all(fd, part, n))
			return error_set(err, "a worker process died");
		buf_add(result, part, n);
	}
	if (head.failed)
		return error_set(err, "%s", buf_str(result));
	return job->take(job->ctx, piece, buf_str(result), result->len, err);
}

/* Whoever still works then does so for nobody. */
static void stop(const struct worker *workers, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		close(workers[i].fd);
		kill(workers[i].pid, SIGKILL);
		while (waitpid(workers[i].pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
}

int workers_run(const struct workers_job *job, size_t n, struct error *err)
{
	struct worker *workers = xcalloc(n, sizeof(*workers));
	struct buf result = BUF_INIT;
	size_t started = 0;
	int rc = 0;

	for (; !rc && started < n; started += !rc)
		rc = start(job, workers, started, n, err);
	for (size_t i = 0; !rc && i < job->n; i++)
		rc = take(job, i, workers[i % n].fd, &result, err);
	stop(workers, started);
	buf_release(&result);
	free(workers);
	return rc;
}
