/* SPDX-License-Identifier: GPL-2.0-only */
#include "cli/terminal.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/process.h"

enum { MIN_WIDTH = 20, MAX_WIDTH = 10000 };

static bool is_one_of(const char *text, const char *const *words)
{
	for (; *words; words++)
		if (!strcasecmp(text, *words))
			return true;
	return false;
}

static bool is_set(const char *name)
{
	const char *value = getenv(name);

	return value && *value;
}

static bool is_for_people(FILE *out)
{
	const char *term = getenv("TERM");

	if (is_set("NO_COLOR") || !term || !strcmp(term, "dumb"))
		return false;
	return isatty(fileno(out)) || is_set("GIT_PAGER_IN_USE");
}

/* By a word of --color or color.ui. */
static bool by_word(const char *word, FILE *out)
{
	static const char *const never[] = { "never", "false", "no", "off",
					     "0", NULL };

	if (!strcasecmp(word, "always"))
		return true;
	return !is_one_of(word, never) && is_for_people(out);
}

bool wants_color(const struct options *options, struct repo *repo, FILE *out)
{
	char *value = NULL;
	struct error err;
	bool wants;

	if (options->color)
		return by_word(options->color, out);
	if (options->no_color)
		return false;
	/* Whether the configuration counts is not decided here. */
	if (repo && repo_config(repo, "color.ui", &value, NULL, &err))
		value = NULL;
	wants = by_word(value ? value : "auto", out);
	free(value);
	return wants;
}

/* In columns; 0: as wide as the lines are. */
static size_t width_of(FILE *out)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size;
	long n = 0;

	if (columns)
		n = strtol(columns, NULL, 10);
	if (n <= 0 && isatty(fileno(out)) &&
	    !ioctl(fileno(out), TIOCGWINSZ, &size))
		n = size.ws_col;
	if (n <= 0 || n > MAX_WIDTH)
		return 0;
	return n < MIN_WIDTH ? MIN_WIDTH : (size_t)n;
}

/* The command that git would run, by GIT_PAGER, core.pager and PAGER. */
static void find_pager(struct buf *command)
{
	static const char *const argv[] = { "git", "var", "GIT_PAGER", NULL };
	const struct process process = { .argv = argv, .output = command,
					 .quiet = true };
	struct error err;
	int status;

	if (process_run(&process, &status, &err) || status)
		buf_reset(command);
	while (command->len && command->ptr[command->len - 1] == '\n')
		command->ptr[--command->len] = '\0';
}

/* Starts the pager as git does; NULL if none is wanted. */
static FILE *start_pager(const struct options *options)
{
	struct buf command = BUF_INIT;
	FILE *pager = NULL;

	if (options->no_pager || !isatty(STDOUT_FILENO))
		return NULL;
	find_pager(&command);
	if (command.len && strcmp(command.ptr, "cat")) {
		setenv("LESS", "FRX", 0);
		setenv("LV", "-c", 0);
		/* A reader who has read enough closes the pager: no error. */
		signal(SIGPIPE, SIG_IGN);
		fflush(stdout);
		pager = popen(command.ptr, "we");
	}
	buf_release(&command);
	return pager;
}

void terminal_open(struct terminal *t, const struct options *options,
		   struct repo *repo)
{
	*t = (struct terminal){
		.has_color = wants_color(options, repo, stdout),
		.lines = { .put = lines_fold, .width = width_of(stdout) },
		.pager = start_pager(options),
	};
	t->lines.out = t->pager ? t->pager : stdout;
	t->out = t->lines.width ? lines_open(&t->lines) : t->lines.out;
}

void terminal_close(struct terminal *t)
{
	if (t->out != t->lines.out)
		fclose(t->out);
	if (t->pager)
		pclose(t->pager);
}
