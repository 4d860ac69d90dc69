/* SPDX-License-Identifier: GPL-2.0-only */
#include "git/odb.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"

enum { MAX_DEPTH = 5, MAX_ALTERNATES_FILE = 16 << 20 };

struct dirs {
	char **v;
	size_t n, cap;
};

static int add_directory(struct dirs *dirs, const char *path, int depth,
			 struct error *err);

/* Decodes one character of git's C-style quoting; -1 when it is invalid. */
static int unquote_char(const char **p)
{
	static const char from[] = "abfnrtv\\\"", to[] = "\a\b\f\n\r\t\v\\\"";
	const char *s = *p;
	const char *at;

	if (*s != '\\') {
		*p = s + 1;
		return (unsigned char)*s;
	}
	at = s[1] ? strchr(from, s[1]) : NULL;
	if (at) {
		*p = s + 2;
		return to[at - from];
	}
	for (int i = 1; i <= 3; i++)
		if (s[i] < '0' || s[i] > '7')
			return -1;
	*p = s + 4;
	return (s[1] - '0') << 6 | (s[2] - '0') << 3 | (s[3] - '0');
}

/*
 * Takes the path at `*p` up to `sep` (quoted or plain) into `out`, and moves
 * `*p` past the separator. False when a quote is not closed.
 */
static bool take_path(const char **p, char sep, struct buf *out)
{
	const char *s = *p;

	if (*s == '"') {
		for (s++; *s && *s != '"';) {
			int c = unquote_char(&s);

			if (c < 0)
				return false;
			buf_addch(out, (char)c);
		}
		if (*s++ != '"' || (*s && *s != sep))
			return false;
	} else {
		size_t n = strcspn(s, (char[]){ sep, '\0' });

		buf_add(out, s, n);
		s += n;
	}
	*p = *s ? s + 1 : s;
	return true;
}

/* Adds each path of a list; relative ones are relative to `base`. */
static int add_list(struct dirs *dirs, const char *list, char sep,
		    const char *base, int depth, struct error *err)
{
	struct buf path = BUF_INIT;
	int rc = 0;

	while (*list && !rc) {
		const char *entry = list;

		buf_reset(&path);
		if (sep == '\n' && *list == '#') {
			list += strcspn(list, "\n");
			list += *list == '\n';
			continue;
		}
		if (!take_path(&list, sep, &path)) {
			rc = error_set(err, "an alternate object directory is "
				       "quoted wrongly: %.200s", entry);
		} else if (path.len && path.ptr[0] != '/' && base) {
			char *full = xasprintf("%s/%s", base, path.ptr);

			rc = add_directory(dirs, full, depth, err);
			free(full);
		} else if (path.len) {
			rc = add_directory(dirs, path.ptr, depth, err);
		}
	}
	buf_release(&path);
	return rc;
}

static bool known(const struct dirs *dirs, const char *path)
{
	for (size_t i = 0; i < dirs->n; i++)
		if (!strcmp(dirs->v[i], path))
			return true;
	return false;
}

static int add_alternates(struct dirs *dirs, const char *dir, int depth,
			  struct error *err)
{
	char *file = xasprintf("%s/info/alternates", dir);
	struct buf text = BUF_INIT;
	int rc = 0;

	if (access(file, F_OK) && errno == ENOENT)
		goto out;
	rc = buf_read_file(&text, file, MAX_ALTERNATES_FILE, err);
	if (rc)
		goto out;
	if (depth > MAX_DEPTH && text.len)
		rc = error_set(err, "%s: alternates nest deeper than %d", file,
			       MAX_DEPTH);
	else
		rc = add_list(dirs, buf_str(&text), '\n', dir, depth + 1, err);
out:
	buf_release(&text);
	free(file);
	return rc;
}

static int add_directory(struct dirs *dirs, const char *path, int depth,
			 struct error *err)
{
	char *real = realpath(path, NULL);

	if (!real && (errno == ENOENT || errno == ENOTDIR) && depth)
		return 0;
	if (!real)
		return error_errno(err, "object directory %s", path);
	if (known(dirs, real)) {
		free(real);
		return 0;
	}
	GROW(dirs->v, dirs->n, dirs->cap);
	dirs->v[dirs->n++] = real;
	return add_alternates(dirs, real, depth, err);
}

int odb_directories(const char *common_dir, char ***out, struct error *err)
{
	const char *own = getenv("GIT_OBJECT_DIRECTORY");
	const char *others = getenv("GIT_ALTERNATE_OBJECT_DIRECTORIES");
	char *dflt = xasprintf("%s/objects", common_dir);
	struct dirs dirs = { 0 };
	int rc;

	rc = add_directory(&dirs, own && *own ? own : dflt, 0, err);
	if (!rc && others)
		rc = add_list(&dirs, others, ':', NULL, 1, err);
	free(dflt);
	GROW(dirs.v, dirs.n, dirs.cap);
	dirs.v[dirs.n] = NULL;
	*out = dirs.v;
	if (rc) {
		odb_directories_free(dirs.v);
		*out = NULL;
	}
	return rc;
}

void odb_directories_free(char **dirs)
{
	for (size_t i = 0; dirs && dirs[i]; i++)
		free(dirs[i]);
	free(dirs);
}
