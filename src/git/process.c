/* SPDX-License-Identifier: GPL-2.0-only */
#include "git/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"

enum { MAX_OUTPUT = 1 << 30 };

struct pipes {
	int in[2], out[2], failed[2];
};

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static void apply_env(const char *const *env)
{
	for (; env && *env; env++) {
		const char *eq = strchr(*env, '=');
		char *name = eq ? xstrndup(*env, (size_t)(eq - *env)) : NULL;

		if (eq)
			setenv(name, eq + 1, 1);
		else
			unsetenv(*env);
		free(name);
	}
}

/* The child's side: never returns. Tells the parent why exec failed. */
static void become(const struct process *process, const struct pipes *pipes)
{
	int why, null;

	signal(SIGPIPE, SIG_DFL);
	null = process->quiet ? open("/dev/null", O_WRONLY) : -1;
	if (null >= 0)
		dup2(null, STDERR_FILENO);
	apply_env(process->env);
	if (dup2(pipes->in[0], STDIN_FILENO) >= 0 &&
	    (!process->output || dup2(pipes->out[1], STDOUT_FILENO) >= 0))
		execvp(process->argv[0], (char *const *)process->argv);
	why = errno;
	if (write(pipes->failed[1], &why, sizeof(why)) < 0)
		_exit(126);
	_exit(127);
}

static int open_pipes(struct pipes *pipes, struct error *err)
{
	*pipes = (struct pipes){ { -1, -1 }, { -1, -1 }, { -1, -1 } };
	if (pipe2(pipes->in, O_CLOEXEC) || pipe2(pipes->out, O_CLOEXEC) ||
	    pipe2(pipes->failed, O_CLOEXEC))
		return error_set(err, "pipe: %s", strerror(errno));
	return 0;
}

static void close_pipes(struct pipes *pipes)
{
	for (int i = 0; i < 2; i++) {
		close_fd(&pipes->in[i]);
		close_fd(&pipes->out[i]);
		close_fd(&pipes->failed[i]);
	}
}

/* Writes what the pipe takes; closes it at the end or when nobody reads. */
static void feed(int *fd, const char **data, size_t *len)
{
	ssize_t n = *len ? write(*fd, *data, *len) : 0;

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n > 0) {
		*data += n;
		*len -= (size_t)n;
	}
	if (n < 0 || !*len)
		close_fd(fd);
}

static int drain(int *fd, struct buf *output, struct error *err)
{
	char chunk[65536];
	ssize_t n = read(*fd, chunk, sizeof(chunk));

	if (n < 0 && errno == EINTR)
		return 0;
	if (n < 0)
		return error_set(err, "cannot read the output: %s",
				 strerror(errno));
	if (!n)
		close_fd(fd);
	else
		buf_add(output, chunk, (size_t)n);
	if (output->len > MAX_OUTPUT)
		return error_set(err, "the output is too large");
	return 0;
}

static int talk(const struct process *process, struct pipes *pipes,
		struct error *err)
{
	const char *data = process->input;
	size_t len = process->input_len;

	fcntl(pipes->in[1], F_SETFL, O_NONBLOCK);
	if (!process->output)
		close_fd(&pipes->out[0]);
	while (pipes->in[1] >= 0 || pipes->out[0] >= 0) {
		struct pollfd fds[2] = {
			{ .fd = pipes->in[1], .events = POLLOUT },
			{ .fd = pipes->out[0], .events = POLLIN },
		};

		if (poll(fds, 2, -1) < 0 && errno != EINTR)
			return error_set(err, "poll: %s", strerror(errno));
		if (fds[0].revents)
			feed(&pipes->in[1], &data, &len);
		if (fds[1].revents && drain(&pipes->out[0], process->output,
					    err))
			return -1;
	}
	return 0;
}

static int wait_for(pid_t pid, int *status, struct error *err)
{
	int raw;

	while (waitpid(pid, &raw, 0) < 0)
		if (errno != EINTR)
			return error_set(err, "waitpid: %s", strerror(errno));
	*status = WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw);
	return 0;
}

int process_run(const struct process *process, int *status, struct error *err)
{
	void (*old)(int) = signal(SIGPIPE, SIG_IGN);
	struct pipes pipes;
	int rc, why = 0;
	pid_t pid;

	rc = open_pipes(&pipes, err);
	pid = rc ? -1 : fork();
	if (!rc && pid < 0)
		rc = error_set(err, "fork: %s", strerror(errno));
	if (rc)
		goto out;
	if (!pid)
		become(process, &pipes);
	close_fd(&pipes.in[0]);
	close_fd(&pipes.out[1]);
	close_fd(&pipes.failed[1]);
	rc = talk(process, &pipes, err);
	close_fd(&pipes.in[1]);
	close_fd(&pipes.out[0]);
	if (read(pipes.failed[0], &why, sizeof(why)) == sizeof(why))
		rc = error_set(err, "cannot run %s: %s", process->argv[0],
			       strerror(why));
	if (wait_for(pid, status, err))
		rc = -1;
out:
	close_pipes(&pipes);
	signal(SIGPIPE, old);
	return rc;
}
