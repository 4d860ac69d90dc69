/* SPDX-License-Identifier: GPL-2.0-only */
#include "cli/progress.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"

enum {
	DELAY = 1000, INTERVAL = 200,	/* ms */
	FAST = 10,			/* per second: without decimals */
	MAX_LINE = 200,			/* bytes */
};

struct progress_line {
	struct progress *progress;
	struct repo *repo;
	pthread_t thread;
	pthread_mutex_t lock;		/* of what is below */
	pthread_cond_t wake;
	bool is_forced, has_thread, has_ended;
	int64_t start, step_start;	/* ms */
	size_t columns;			/* that fit; 0: any number */
	char shown[MAX_LINE];		/* stands there, unfinished */
};

static int64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* What is written */

__attribute__((format(printf, 2, 3)))
static void append(char *text, const char *fmt, ...)
{
	size_t len = strlen(text);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text + len, MAX_LINE - len, fmt, ap);
	va_end(ap);
}

/* How fast it is, and how much longer it takes. */
static void add_rate(char *text, size_t done, size_t total, int64_t ms)
{
	double rate = (double)done * 1000 / (double)(ms > 0 ? ms : 1);

	append(text, rate < FAST ? ", %.1f/s" : ", %.0f/s", rate);
	append(text, ", %.0f s left", (double)(total - done) / rate);
}

/* How far the run has come: the end of the line depends on it. */
enum state { RUNNING, DONE, FAILED };

static void describe(const struct progress *p, int64_t ms, enum state state,
		     char *text)
{
	const char *step = p->step, *command = p->command;
	size_t total = p->total, done = p->done < total ? p->done : total;
	size_t commits = p->commits, signatures = p->signatures;

	*text = '\0';
	append(text, "%s: ", step);
	if (total)
		append(text, "%3zu%% (%zu/%zu)", done * 100 / total, done,
		       total);
	else
		append(text, "%zu commits", commits);
	if (state != RUNNING) {
		append(text, state == DONE ? ", done in %.1f s" :
		       ", failed after %.1f s", (double)ms / 1000);
		return;
	}
	if (done && done < total)
		add_rate(text, done, total, ms);
	else
		append(text, ", %lld s", (long long)ms / 1000);
	if (total && commits)
		append(text, ", %zu commits read", commits);
	if (signatures)
		append(text, ", %zu signatures verified", signatures);
	if (command)
		append(text, ", waiting for git %s", command);
}

static void put(struct progress_line *line, enum state state)
{
	const struct progress *p = line->progress;
	int width = (int)strlen(line->shown);
	char text[MAX_LINE];

	describe(p, now() - (state == RUNNING ? line->step_start :
			     line->start), state, text);
	if (line->columns && line->columns < sizeof(text))
		text[line->columns] = '\0';
	if (!strcmp(text, line->shown))
		return;
	fprintf(stderr, "\r%-*s", width, text);
	fflush(stderr);
	memcpy(line->shown, text, sizeof(text));
}

/* Who writes it */

static bool is_due(const struct progress_line *line)
{
	return line->progress->step &&
	       (line->is_forced || now() - line->start >= DELAY);
}

static void *show(void *ctx)
{
	struct progress_line *line = ctx;
	struct timespec until;

	pthread_mutex_lock(&line->lock);
	while (!line->has_ended) {
		if (is_due(line))
			put(line, RUNNING);
		clock_gettime(CLOCK_REALTIME, &until);
		until.tv_nsec += INTERVAL * 1000000;
		until.tv_sec += until.tv_nsec / 1000000000;
		until.tv_nsec %= 1000000000;
		pthread_cond_timedwait(&line->wake, &line->lock, &until);
	}
	pthread_mutex_unlock(&line->lock);
	return NULL;
}

/* Each step can be seen where progress was asked for, however short it is. */
static void on_step(void *ctx)
{
	struct progress_line *line = ctx;

	pthread_mutex_lock(&line->lock);
	line->step_start = now();
	if (is_due(line))
		put(line, RUNNING);
	pthread_mutex_unlock(&line->lock);
}

/* A line that fills the terminal could not be written over. */
static size_t columns(void)
{
	struct winsize size;

	return !ioctl(STDERR_FILENO, TIOCGWINSZ, &size) && size.ws_col > 1 ?
	       size.ws_col - 1U : 0;
}

struct progress_line *progress_line_start(struct repo *repo,
					  const struct options *options)
{
	bool is_wanted = options->progress ||
			 (!options->quiet && isatty(STDERR_FILENO));
	struct progress *progress = is_wanted ? progress_new() : NULL;
	struct progress_line *line;

	if (!progress)
		return NULL;
	line = xcalloc(1, sizeof(*line));
	line->progress = progress;
	line->repo = repo;
	line->is_forced = options->progress;
	line->columns = columns();
	line->start = now();
	pthread_mutex_init(&line->lock, NULL);
	pthread_cond_init(&line->wake, NULL);
	progress->begun = on_step;
	progress->ctx = line;
	repo_show_progress(repo, progress);
	line->has_thread = !pthread_create(&line->thread, NULL, show, line);
	return line;
}

void progress_line_end(struct progress_line *line, bool has_failed)
{
	if (!line)
		return;
	pthread_mutex_lock(&line->lock);
	line->has_ended = true;
	pthread_cond_signal(&line->wake);
	pthread_mutex_unlock(&line->lock);
	if (line->has_thread)
		pthread_join(line->thread, NULL);
	if (*line->shown) {
		put(line, has_failed ? FAILED : DONE);
		fputc('\n', stderr);
	}
	repo_show_progress(line->repo, NULL);
	pthread_cond_destroy(&line->wake);
	pthread_mutex_destroy(&line->lock);
	progress_free(line->progress);
	free(line);
}
