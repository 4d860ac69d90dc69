/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"

enum { MAX_OUTPUT = 256 << 20 };

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

/* Makes a file, or else a pipe's end, one of the standard streams. */
static bool redirect(const char *file, int flags, int pipe_end, int stream)
{
	int fd = file ? open(file, flags | O_CLOEXEC, 0600) : pipe_end;

	return fd < 0 ? !file : dup2(fd, stream) >= 0;
}

/* The child's side: never returns. Tells the parent why exec failed. */
static void become(const struct process *process, const struct pipes *pipes)
{
	int out = process->output ? pipes->out[1] : -1;
	int why;

	signal(SIGPIPE, SIG_DFL);
	if (process->time_limit) {
		setpgid(0, 0);
		prctl(PR_SET_PDEATHSIG, SIGKILL);
	}
	apply_env(process->env);
	if (redirect(process->quiet ? "/dev/null" : NULL, O_WRONLY, -1,
		     STDERR_FILENO) &&
	    redirect(process->input_file, O_RDONLY, pipes->in[0],
		     STDIN_FILENO) &&
	    redirect(process->output_file, O_WRONLY | O_CREAT | O_TRUNC, out,
		     STDOUT_FILENO))
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

/* Milliseconds until the deadline; -1: there is none. */
static int time_left(const struct timespec *deadline)
{
	struct timespec now;
	int64_t ms;

	if (!deadline->tv_sec)
		return -1;
	clock_gettime(CLOCK_MONOTONIC, &now);
	ms = (deadline->tv_sec - now.tv_sec) * 1000 +
	     (deadline->tv_nsec - now.tv_nsec) / 1000000;
	return ms > 0 ? (int)ms : 0;
}

static int too_long(const struct process *process, struct error *err)
{
	return error_set(err, "%s did not end within %d seconds",
			 process->argv[0], process->time_limit);
}

static int talk(const struct process *process, struct pipes *pipes,
		const struct timespec *deadline, struct error *err)
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
		int n = poll(fds, 2, time_left(deadline));

		if (!n)
			return too_long(process, err);
		if (n < 0 && errno != EINTR)
			return error_set(err, "poll: %s", strerror(errno));
		if (n < 0)
			continue;
		if (fds[0].revents)
			feed(&pipes->in[1], &data, &len);
		if (fds[1].revents && drain(&pipes->out[0], process->output,
					    err))
			return -1;
	}
	return 0;
}

/* Waits for its end; with a deadline no longer than that. */
static int wait_for(const struct process *process, pid_t pid,
		    const struct timespec *deadline, int *status,
		    struct error *err)
{
	const struct timespec pause = { .tv_nsec = 1000000 };
	int raw, options = deadline->tv_sec ? WNOHANG : 0;
	pid_t done;

	while ((done = waitpid(pid, &raw, options)) != pid) {
		if (done < 0 && errno != EINTR)
			return error_set(err, "waitpid: %s", strerror(errno));
		if (!time_left(deadline))
			return too_long(process, err);
		if (!done)
			nanosleep(&pause, NULL);
	}
	*status = WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw);
	return 0;
}

/* Ends what did not end by itself, with all that it started. */
static void put_down(const struct process *process, pid_t pid)
{
	kill(process->time_limit ? -pid : pid, SIGKILL);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
}

/* The parent's side. */
static int attend(const struct process *process, pid_t pid,
		  struct pipes *pipes, int *status, struct error *err)
{
	struct timespec deadline = { 0 };
	int rc, why = 0;

	if (process->time_limit) {
		setpgid(pid, pid);
		clock_gettime(CLOCK_MONOTONIC, &deadline);
		deadline.tv_sec += process->time_limit;
	}
	close_fd(&pipes->in[0]);
	close_fd(&pipes->out[1]);
	close_fd(&pipes->failed[1]);
	rc = talk(process, pipes, &deadline, err);
	close_fd(&pipes->in[1]);
	close_fd(&pipes->out[0]);
	if (!rc)
		rc = wait_for(process, pid, &deadline, status, err);
	if (rc)
		put_down(process, pid);
	if (!rc && read(pipes->failed[0], &why, sizeof(why)) == sizeof(why))
		rc = error_set(err, "cannot run %s: %s", process->argv[0],
			       strerror(why));
	return rc;
}

int process_run(const struct process *process, int *status, struct error *err)
{
	void (*old)(int) = signal(SIGPIPE, SIG_IGN);
	struct pipes pipes;
	int rc;
	pid_t pid;

	rc = open_pipes(&pipes, err);
	pid = rc ? -1 : fork();
	if (!rc && pid < 0)
		rc = error_set(err, "fork: %s", strerror(errno));
	if (!rc && !pid)
		become(process, &pipes);
	if (!rc)
		rc = attend(process, pid, &pipes, status, err);
	close_pipes(&pipes);
	signal(SIGPIPE, old);
	return rc;
}
