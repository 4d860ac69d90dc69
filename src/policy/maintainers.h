/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef POLICY_MAINTAINERS_H
#define POLICY_MAINTAINERS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"

/*
 * MAINTAINERS files, read as scripts/get_maintainer.pl of Linux and U-Boot
 * reads them (get_maintainer.pl, read_maintainer_file() and
 * file_match_pattern()): a line `X:` and a value is a field, blank lines and
 * those that begin with # are nothing, any other is the title of a section.
 * What has no field (the explanations at the top) is no section.
 */
struct maintainers_field {
	char type;			/* M, T, F, X, N, ... */
	char *value;
	int line;
};

struct maintainers_section {
	char *title;
	const char *file;		/* borrowed */
	int line;
	struct maintainers_field *v;
	size_t n, cap;
};

struct maintainers {
	struct maintainers_section *v;
	size_t n, cap;
	char *title;			/* the last that was read */
	int title_line;
	bool is_new;			/* no field came yet */
};

/*
 * Adds what a file has; zero the struct for the first. Files follow each other
 * as if they were one, which is how get_maintainer.pl has it. `file` must live
 * as long.
 */
void maintainers_read(struct maintainers *m, const char *file,
		      const char *text, size_t len);
void maintainers_release(struct maintainers *m);

/*
 * What an F: or X: (`is_name` false), or an N: (true), comes to in a policy: a
 * list of globs, or one regular expression, that together match the paths that
 * get_maintainer.pl matches, and no others. The one exception: `dir/` also
 * claims `dir` itself, should it be no directory.
 */
struct path_pattern {
	bool is_regex;
	char **v;			/* n strings; none: matches nothing */
	size_t n, cap;
};

/*
 * `is_dir`: the value names an existing directory; see path_pattern_may_be_dir.
 * -1: it is no regular expression. Release the pattern in any case.
 */
int path_pattern_file(struct path_pattern *pattern, const char *value,
		      bool is_dir, struct error *err);
int path_pattern_name(struct path_pattern *pattern, const char *value,
		      struct error *err);
void path_pattern_release(struct path_pattern *pattern);

/* Whether it makes a difference if the value of an F: or X: is a directory. */
bool path_pattern_may_be_dir(const char *value);

#endif
