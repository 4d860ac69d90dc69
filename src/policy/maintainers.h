/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef POLICY_MAINTAINERS_H
#define POLICY_MAINTAINERS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"

/*
 * Reads MAINTAINERS files as scripts/get_maintainer.pl of Linux and U-Boot does
 * (read_maintainer_file() and file_match_pattern()). A line `X:` and a value is
 * a field, blank lines and lines that begin with # are ignored, and any other
 * line is the title of a section. A section without fields (such as the
 * explanations at the top) is ignored.
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
 * Adds the sections of a file. Zero the struct before the first. Several files
 * are read as if they were one, as get_maintainer.pl does. `file` must live as
 * long.
 */
void maintainers_read(struct maintainers *m, const char *file,
		      const char *text, size_t len);
void maintainers_release(struct maintainers *m);

/*
 * What an F: or X: (`is_name` false) or an N: (true) becomes in a policy: a
 * list of globs, or one regular expression, that match the same paths as in
 * get_maintainer.pl. The one exception: `dir/` also claims `dir` itself, if
 * that is not a directory.
 */
struct path_pattern {
	bool is_regex;
	char **v;			/* n strings; 0: matches nothing */
	size_t n, cap;
};

/*
 * `is_dir`: the value names an existing directory; see
 * path_pattern_may_be_dir(). Returns -1 when it is not a regular expression.
 * Release the pattern in any case.
 */
int path_pattern_file(struct path_pattern *pattern, const char *value,
		      bool is_dir, struct error *err);
int path_pattern_name(struct path_pattern *pattern, const char *value,
		      struct error *err);
void path_pattern_release(struct path_pattern *pattern);

/* Whether it matters if the value of an F: or X: is a directory. */
bool path_pattern_may_be_dir(const char *value);

#endif
