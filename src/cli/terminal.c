/* SPDX-License-Identifier: GPL-2.0-only */
#include "cli/color.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

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
	/* What the configuration is worth is not a matter of colors. */
	if (repo && repo_config(repo, "color.ui", &value, NULL, &err))
		value = NULL;
	wants = by_word(value ? value : "auto", out);
	free(value);
	return wants;
}
