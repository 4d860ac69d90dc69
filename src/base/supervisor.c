/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/supervisor.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/scratch.h"

/* How long the work may take after a first, polite signal: milliseconds. */
enum { GRACE = 1000 };

/* The work's end of the pipe through which it sets its time limit, or -1. */
static int limit_pipe = -1;

/* One supervised piece of work, as the parent sees it. */
struct watch {
	pid_t pid;
	int signals;		/* a signalfd */
	int limits;		/* the parent's end of the pipe */
	unsigned int seconds;
	int64_t deadline;	/* milliseconds of CLOCK_MONOTONIC; 0: none */
	int raw;		/* as waitpid() has it, once it has ended */
	bool has_ended;
	int signal;		/* that we were sent, or 0 */
	bool is_late;
};

static int64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void set_deadline(struct watch *w, unsigned int seconds)
{
	w->seconds = seconds;
	w->deadline = seconds ? now() + (int64_t)seconds * 1000 : 0;
}

/* The signals that the parent waits for. */
static void watched_signals(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGCHLD);
	sigaddset(set, SIGTERM);
	sigaddset(set, SIGHUP);
	sigaddset(set, SIGINT);
}

int supervisor_limit(unsigned int seconds, size_t memory, struct error *err)
{
	struct rlimit limit = { memory, memory };
	ssize_t n;

	if (limit_pipe < 0)
		return 0;
	/* A sanitizer's shadow memory is larger than any limit. */
#if !defined(TREATY_SANITIZE)
	if (memory)
		setrlimit(RLIMIT_DATA, &limit);
#else
	(void)limit;
#endif
	do {
		n = write(limit_pipe, &seconds, sizeof(seconds));
	} while (n < 0 && errno == EINTR);
	return n == sizeof(seconds) ? 0 :
	       error_set(err, "the time limit cannot be set: %s",
			 n < 0 ? strerror(errno) : "a short write");
}

/* The child's side: never returns. */
static void work(const struct supervised *s, const sigset_t *old, pid_t parent)
{
	const struct rlimit no_core = { 0, 0 };
	int status;

	/* Who supervises may be killed, and then this ends too. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(128);
	scratch_mark();
	setrlimit(RLIMIT_CORE, &no_core);
	sigprocmask(SIG_SETMASK, old, NULL);
	status = s->work(s->ctx);
#if defined(TREATY_SANITIZE)
	if (s->release)
		s->release(s->ctx);
#endif
	fflush(NULL);
	exit(status);
}

/*
 * Takes the end of every child that has ended; notes that of the work. False
 * where no child is left.
 */
static bool reap(struct watch *w)
{
	int raw;
	pid_t pid;

	while ((pid = waitpid(-1, &raw, WNOHANG)) > 0 ||
	       (pid < 0 && errno == EINTR))
		if (pid == w->pid) {
			w->raw = raw;
			w->has_ended = true;
		}
	return !pid;
}

static void read_signal(struct watch *w)
{
	struct signalfd_siginfo info;

	if (read(w->signals, &info, sizeof(info)) != sizeof(info))
		return;
	if (info.ssi_signo != SIGCHLD && !w->signal)
		w->signal = (int)info.ssi_signo;
	reap(w);
}

static void read_limit(struct watch *w)
{
	unsigned int seconds;
	ssize_t n = read(w->limits, &seconds, sizeof(seconds));

	if (n == sizeof(seconds))
		set_deadline(w, seconds);
	if (n == sizeof(seconds) || (n < 0 && errno == EINTR))
		return;
	close(w->limits);
	w->limits = -1;
}

/* Until the work ends, its time is up, or we are told to end. */
static void wait_for_work(struct watch *w)
{
	while (!w->has_ended && !w->signal && !w->is_late) {
		struct pollfd fds[2] = {
			{ .fd = w->signals, .events = POLLIN },
			{ .fd = w->limits, .events = POLLIN },
		};
		int64_t left = w->deadline ? w->deadline - now() : -1;
		int n = left == 0 || left < -1 ? 0 :
			poll(fds, 2, left > INT32_MAX ? -1 : (int)left);

		if (!n)
			w->is_late = true;
		if (n > 0 && fds[1].revents)
			read_limit(w);
		if (n > 0 && fds[0].revents)
			read_signal(w);
	}
}

/*
 * Kills the children that this process has now. The list may lack some while
 * others end.
 */
static void kill_children(void)
{
	char *path = xasprintf("/proc/self/task/%ld/children",
			       (long)getpid());
	FILE *file = fopen(path, "re");
	long pid;

	free(path);
	while (file && fscanf(file, "%ld", &pid) == 1)
		kill((pid_t)pid, SIGKILL);
	if (file)
		fclose(file);
}

/*
 * Ends the work and what it started. The orphans of a dead process become our
 * children (PR_SET_CHILD_SUBREAPER), so this goes on until there are none.
 */
static void end_all(struct watch *w)
{
	int64_t patience = now() + GRACE;

	if (!w->has_ended)
		kill(w->pid, SIGKILL);
	while (reap(w) && now() < patience) {
		kill_children();
		poll(NULL, 0, 1);
	}
}

/* Why the work gave no answer, or NULL where it gave one. */
static char *what_broke(const struct watch *w)
{
	if (w->signal)
		return xasprintf("the hook was ended by signal %d (%s)",
				 w->signal, strsignal(w->signal));
	if (w->is_late)
		return xasprintf("judging took longer than %u seconds: push "
				 "fewer commits at once, or 'git config "
				 "treaty.timeLimit SECONDS' allows more",
				 w->seconds);
	if (WIFSIGNALED(w->raw))
		return xasprintf("judging was ended by signal %d (%s)",
				 WTERMSIG(w->raw),
				 strsignal(WTERMSIG(w->raw)));
	return NULL;
}

static int attend(const struct supervised *s, struct watch *w)
{
	char *why;
	int status;

	set_deadline(w, s->time_limit);
	wait_for_work(w);
	/* What died by itself may have left others running. */
	end_all(w);
	why = what_broke(w);
	/*
	 * Work that runs out of memory exits at once, and leaves its scratch
	 * files.
	 */
	if (why || WEXITSTATUS(w->raw) > 1)
		scratch_remove_all(w->pid);
	status = why ? s->broken(s->ctx, why) : WEXITSTATUS(w->raw);
	free(why);
	return status;
}

static int start(const struct supervised *s, const sigset_t *old,
		 struct watch *w)
{
	pid_t parent = getpid();
	int ends[2];

	if (pipe2(ends, O_CLOEXEC))
		return -1;
	w->pid = fork();
	if (!w->pid) {
		close(ends[0]);
		limit_pipe = ends[1];
		close(w->signals);
		work(s, old, parent);
	}
	close(ends[1]);
	w->limits = ends[0];
	return w->pid < 0 ? -1 : 0;
}

int supervise(const struct supervised *s)
{
	struct watch w = { .signals = -1, .limits = -1 };
	sigset_t watched, old;
	char *why;
	int status;

	watched_signals(&watched);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	sigprocmask(SIG_BLOCK, &watched, &old);
	w.signals = signalfd(-1, &watched, SFD_CLOEXEC);
	if (w.signals < 0 || start(s, &old, &w)) {
		why = xasprintf("no process can be started: %s",
				strerror(errno));
		status = s->broken(s->ctx, why);
		free(why);
	} else {
		status = attend(s, &w);
	}
	if (w.signals >= 0)
		close(w.signals);
	if (w.limits >= 0)
		close(w.limits);
	sigprocmask(SIG_SETMASK, &old, NULL);
	prctl(PR_SET_CHILD_SUBREAPER, 0);
	return status;
}
