/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/errand.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/write_all.h"

enum { MAX_ANSWER = 256 << 20 };

/* What the answer begins with; an answer without it was cut short. */
enum { DONE = 'd', FAILED = 'f' };

static ssize_t read_byte(int fd, char *byte)
{
	ssize_t n;

	do {
		n = read(fd, byte, 1);
	} while (n < 0 && errno == EINTR);
	return n;
}

/* The child's side: never returns. */
static void wait_and_work(int fd,
			  int (*work)(void *ctx, struct buf *out,
				      struct error *err), void *ctx)
{
	struct buf out = BUF_INIT;
	struct error err;
	char byte;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (read_byte(fd, &byte) != 1)
		_exit(0);
	byte = work(ctx, &out, &err) ? FAILED : DONE;
	if (byte == FAILED) {
		buf_reset(&out);
		buf_addstr(&out, err.msg);
	}
	/* The end of the answer is a second byte like the first. */
	buf_addch(&out, byte);
	_exit(write_all(fd, &byte, 1) && write_all(fd, out.ptr, out.len) ?
	      0 : 1);
}

int errand_start(struct errand *errand, const char *what,
		 int (*work)(void *ctx, struct buf *out, struct error *err),
		 void *ctx, struct error *err)
{
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends))
		return error_errno(err, "socketpair");
	errand->what = what;
	errand->pid = fork();
	if (!errand->pid) {
		close(ends[0]);
		wait_and_work(ends[1], work, ctx);
	}
	close(ends[1]);
	errand->fd = ends[0];
	if (errand->pid > 0)
		return 0;
	errand->pid = 0;
	close(ends[0]);
	return error_errno(err, "fork");
}

int errand_run(struct errand *errand, struct buf *out, struct error *err)
{
	size_t start = out->len;
	char how = FAILED;

	/* A process that has died is no reason for a signal. */
	if (send(errand->fd, "", 1, MSG_NOSIGNAL) != 1 ||
	    read_byte(errand->fd, &how) != 1 ||
	    buf_read_fd(out, errand->fd, MAX_ANSWER, err) ||
	    out->len == start || out->ptr[out->len - 1] != how)
		return error_set(err, "the process that was to %s died",
				 errand->what);
	out->ptr[--out->len] = '\0';
	if (how == DONE)
		return 0;
	error_set(err, "%s", out->ptr + start);
	out->len = start;
	out->ptr[start] = '\0';
	return -1;
}

void errand_release(struct errand *errand)
{
	if (!errand->pid)
		return;
	close(errand->fd);
	while (waitpid(errand->pid, NULL, 0) < 0 && errno == EINTR)
		;
	*errand = (struct errand){ 0 };
}
