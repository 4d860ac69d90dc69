/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/process.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"

enum {
	MAX_OUTPUT = 256 << 20,
	MAX_ERRORS = 4096,	/* bytes kept of its standard error, */
	MAX_SHOWN = 400,	/* and shown */
};

struct pipes {
	int in[2], out[2], errors[2], failed[2];
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

/* Makes a file, or else the end of a pipe, one of the standard streams. */
static bool redirect(const char *file, int flags, int pipe_end, int stream)
{
	int fd = file ? open(file, flags | O_CLOEXEC, 0600) : pipe_end;

	return fd < 0 ? !file : dup2(fd, stream) >= 0;
}

/*
 * The kernel counts whole ticks for this, which on a busy virtual machine comes
 * to more than getrusage() says: a process must not end before its time is up
 * by that, too.
 */
void process_limit_cpu(int64_t limit)
{
	const rlim_t seconds = (rlim_t)((limit + limit / 4) / 1000000000 + 1);

	if (limit)
		setrlimit(RLIMIT_CPU,
			  &(struct rlimit){ seconds, seconds + 1 });
}

static void limit_memory(int percent)
{
	struct rlimit data;

	if (!percent || getrlimit(RLIMIT_DATA, &data) ||
	    data.rlim_cur == RLIM_INFINITY)
		return;
	data.rlim_cur = data.rlim_max = data.rlim_cur / 100 * (rlim_t)percent;
	setrlimit(RLIMIT_DATA, &data);
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
	process_limit_cpu(process->cpu_limit);
	limit_memory(process->memory_percent);
	apply_env(process->env);
	if (redirect(process->quiet ? "/dev/null" : NULL, O_WRONLY,
		     process->errors ? pipes->errors[1] : -1,
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
	*pipes = (struct pipes){ { -1, -1 }, { -1, -1 }, { -1, -1 },
				 { -1, -1 } };
	if (pipe2(pipes->in, O_CLOEXEC) || pipe2(pipes->out, O_CLOEXEC) ||
	    pipe2(pipes->errors, O_CLOEXEC) ||
	    pipe2(pipes->failed, O_CLOEXEC))
		return error_errno(err, "pipe");
	return 0;
}

static void close_pipes(struct pipes *pipes)
{
	for (int i = 0; i < 2; i++) {
		close_fd(&pipes->in[i]);
		close_fd(&pipes->out[i]);
		close_fd(&pipes->errors[i]);
		close_fd(&pipes->failed[i]);
	}
}

/* Writes what the pipe takes; closes it at the end or when nobody reads. */
static int feed(int *fd, const char **data, size_t *len, struct error *err)
{
	ssize_t n = *len ? write(*fd, *data, *len) : 0;

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return 0;
	if (n < 0 && errno != EPIPE)
		return error_errno(err, "cannot write the input");
	if (n > 0) {
		*data += n;
		*len -= (size_t)n;
	}
	if (n < 0 || !*len)
		close_fd(fd);
	return 0;
}

/* Reads what the pipe has, and keeps it up to `limit` bytes. */
static int drain(int *fd, struct buf *output, size_t limit, bool *is_cut,
		 struct error *err)
{
	char chunk[65536];
	ssize_t n = read(*fd, chunk, sizeof(chunk));

	if (n < 0 && errno == EINTR)
		return 0;
	if (n < 0)
		return error_errno(err, "cannot read the output");
	if (!n)
		close_fd(fd);
	*is_cut = (size_t)n > limit - output->len;
	if (n)
		buf_add(output, chunk, *is_cut ? limit - output->len :
						 (size_t)n);
	return 0;
}

static int drain_output(const struct process *process, struct pipes *pipes,
			struct error *err)
{
	bool is_cut = false;

	if (drain(&pipes->out[0], process->output, MAX_OUTPUT, &is_cut, err))
		return -1;
	return is_cut ? error_set(err, "the output is too large") : 0;
}

static int drain_errors(const struct process *process, struct pipes *pipes,
			struct error *err)
{
	bool ignored;

	return drain(&pipes->errors[0], process->errors, MAX_ERRORS, &ignored,
		     err);
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
	if (!process->errors)
		close_fd(&pipes->errors[0]);
	while (pipes->in[1] >= 0 || pipes->out[0] >= 0 ||
	       pipes->errors[0] >= 0) {
		struct pollfd fds[3] = {
			{ .fd = pipes->in[1], .events = POLLOUT },
			{ .fd = pipes->out[0], .events = POLLIN },
			{ .fd = pipes->errors[0], .events = POLLIN },
		};
		int n = poll(fds, 3, time_left(deadline));

		if (!n)
			return too_long(process, err);
		if (n < 0 && errno != EINTR)
			return error_errno(err, "poll");
		if (n < 0)
			continue;
		if (fds[0].revents && feed(&pipes->in[1], &data, &len, err))
			return -1;
		if (fds[1].revents && drain_output(process, pipes, err))
			return -1;
		if (fds[2].revents && drain_errors(process, pipes, err))
			return -1;
	}
	return 0;
}

/* Waits for its end, at most until the deadline. */
static int wait_for(const struct process *process, pid_t pid,
		    const struct timespec *deadline, int *status,
		    struct error *err)
{
	const struct timespec pause = { .tv_nsec = 1000000 };
	int raw, options = deadline->tv_sec ? WNOHANG : 0;
	pid_t done;

	while ((done = waitpid(pid, &raw, options)) != pid) {
		if (done < 0 && errno != EINTR)
			return error_errno(err, "waitpid");
		if (!time_left(deadline))
			return too_long(process, err);
		if (!done)
			nanosleep(&pause, NULL);
	}
	*status = WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw);
	return 0;
}

/* Kills a process that did not end by itself, and its process group. */
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
	close_fd(&pipes->errors[1]);
	close_fd(&pipes->failed[1]);
	rc = talk(process, pipes, &deadline, err);
	close_fd(&pipes->in[1]);
	close_fd(&pipes->out[0]);
	close_fd(&pipes->errors[0]);
	if (!rc)
		rc = wait_for(process, pid, &deadline, status, err);
	if (rc)
		put_down(process, pid);
	if (!rc && read(pipes->failed[0], &why, sizeof(why)) == sizeof(why))
		rc = error_access(err, "cannot run %s: %s", process->argv[0],
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
		rc = error_errno(err, "fork");
	if (!rc && !pid)
		become(process, &pipes);
	if (!rc)
		rc = attend(process, pid, &pipes, status, err);
	close_pipes(&pipes);
	signal(SIGPIPE, old);
	return rc;
}

static int64_t nanoseconds(const struct timeval *t)
{
	return ((int64_t)t->tv_sec * 1000000 + t->tv_usec) * 1000;
}

int64_t process_cpu_time(void)
{
	struct rusage usage;

	return getrusage(RUSAGE_CHILDREN, &usage) ? 0 :
	       nanoseconds(&usage.ru_utime) + nanoseconds(&usage.ru_stime);
}

/* Appends lines as one, and not too much of them. */
static void shorten(struct buf *out, const struct buf *errors)
{
	size_t end = errors->len, start = 0;
	const char *p = errors->ptr;

	while (end && isspace((unsigned char)p[end - 1]))
		end--;
	while (start < end && isspace((unsigned char)p[start]))
		start++;
	if (start < end)
		buf_addstr(out, ": ");
	for (size_t i = start; i < end && i < start + MAX_SHOWN; i++)
		buf_addch(out, p[i] == '\n' ? ' ' : p[i]);
	if (end > start + MAX_SHOWN)
		buf_addstr(out, "...");
}

int process_failed(const char *what, int status, const struct buf *errors,
		   struct error *err)
{
	struct buf text = BUF_INIT;

	shorten(&text, errors);
	error_set(err, "%s failed (exit status %d)%s", what, status,
		  buf_str(&text));
	/* So say shells and the dynamic linker, or the program itself. */
	if (status == 126 || status == 127 ||
	    strstr(buf_str(&text), "Permission denied"))
		err->kind = ERROR_ACCESS;
	buf_release(&text);
	return -1;
}

int process_check(const struct process *process, const char *what,
		  struct error *err)
{
	struct buf errors = BUF_INIT;
	struct process checked = *process;
	int status, rc;

	checked.quiet = false;
	checked.errors = &errors;
	rc = process_run(&checked, &status, err);
	if (!rc && status)
		rc = process_failed(what, status, &errors, err);
	buf_release(&errors);
	return rc;
}
