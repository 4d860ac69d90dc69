/* SPDX-License-Identifier: GPL-2.0-only */
#include "git/ref_store.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/search.h"
#include "base/text.h"
#include "git/ref_name.h"

enum { MAX_PACKED = 1 << 30, MAX_LOOSE = 4096, MAX_DEPTH = 200 };

void ref_store_release(struct ref_store *store)
{
	for (size_t i = 0; i < store->n_strings; i++)
		free(store->strings[i]);
	free(store->strings);
	free(store->packed);
	free(store->v);
	*store = (struct ref_store){ 0 };
}

static char *keep(struct ref_store *store, char *string)
{
	GROW(store->strings, store->n_strings, store->cap_strings);
	store->strings[store->n_strings++] = string;
	return string;
}

static void add(struct ref_store *store, const struct ref_entry *entry)
{
	GROW(store->v, store->n, store->cap);
	store->v[store->n++] = *entry;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct ref_entry *)a)->name,
		      ((const struct ref_entry *)b)->name);
}

/* Loose refs */

static void parse_loose(struct ref_store *store, char *text,
			struct ref_entry *entry)
{
	size_t n = strlen(text);

	while (n && isspace((unsigned char)text[n - 1]))
		text[--n] = '\0';
	if (text_starts_with(text, "ref:")) {
		for (text += 4; isspace((unsigned char)*text); text++)
			;
		entry->target = keep(store, xstrdup(text));
		return;
	}
	/* Git reads only the name and a blank. */
	if (n > OID_HEX && isspace((unsigned char)text[OID_HEX]))
		n = OID_HEX;
	entry->is_broken = !oid_parse(&entry->oid, text, n) ||
			   oid_is_zero(&entry->oid);
}

/* At most so many bytes, with a NUL; false where it cannot be read. */
static bool read_all(int fd, char *text, size_t max)
{
	size_t len = 0;
	ssize_t n;

	do {
		n = read(fd, text + len, max - 1 - len);
		len += n > 0 ? (size_t)n : 0;
	} while ((n > 0 && len < max - 1) || (n < 0 && errno == EINTR));
	text[len] = '\0';
	return n >= 0;
}

bool ref_store_read_file(struct ref_store *store, const char *path,
			 struct ref_entry *entry)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char text[MAX_LOOSE];

	if (fd < 0) {
		entry->is_broken = errno != ENOENT && errno != ENOTDIR;
		return entry->is_broken;
	}
	if (read_all(fd, text, sizeof(text)))
		parse_loose(store, text, entry);
	else
		entry->is_broken = true;
	close(fd);
	return true;
}

static int read_loose(struct ref_store *store, const char *dir,
		      const char *name, int depth, struct error *err);

static int read_one(struct ref_store *store, const char *dir, const char *name,
		    const struct dirent *file, int depth, struct error *err)
{
	struct ref_entry entry = { 0 };
	char *path = xasprintf("%s/%s", dir, file->d_name);
	char *full = xasprintf("%s/%s", name, file->d_name);
	bool is_dir = file->d_type == DT_DIR;
	struct stat st;
	int rc = 0;

	if (file->d_type != DT_DIR && file->d_type != DT_REG)
		is_dir = !stat(path, &st) && S_ISDIR(st.st_mode);
	if (is_dir) {
		rc = read_loose(store, path, full, depth + 1, err);
	} else if (!text_ends_with(full, ".") &&
		   ref_store_read_file(store, path, &entry)) {
		entry.name = keep(store, full);
		full = NULL;
		add(store, &entry);
	}
	free(path);
	free(full);
	return rc;
}

static int read_loose(struct ref_store *store, const char *path,
		      const char *name, int depth, struct error *err)
{
	DIR *dir = opendir(path);
	struct dirent *file;
	int rc = 0;

	/* It may be gone by now: git removes empty directories. */
	if (!dir && (errno == ENOENT || errno == ENOTDIR))
		return 0;
	if (!dir)
		return error_errno(err, "%s", path);
	if (depth == MAX_DEPTH)
		rc = error_set(err, "%s: nested too deeply", path);
	while (!rc && (file = readdir(dir)))
		if (ref_component_is_valid(file->d_name,
					   strlen(file->d_name)))
			rc = read_one(store, path, name, file, depth, err);
	closedir(dir);
	return rc;
}

/* Packed refs */

/* "<hex> <name>\n", and the line after a tag's: "^<hex>\n". */
static bool parse_line(struct ref_store *store, char *line, size_t len,
		       size_t first)
{
	struct ref_entry entry = { 0 };

	if (*line == '^')
		return store->n > first && len == OID_HEX + 1 &&
		       oid_parse(&store->v[store->n - 1].peeled, line + 1,
				 OID_HEX);
	if (len < OID_HEX + 2 || line[OID_HEX] != ' ' ||
	    !oid_parse(&entry.oid, line, OID_HEX) || strlen(line) != len)
		return false;
	entry.is_broken = oid_is_zero(&entry.oid);
	entry.name = line + OID_HEX + 1;
	add(store, &entry);
	return true;
}

static int parse_packed(struct ref_store *store, size_t len, struct error *err)
{
	char *line = store->packed, *end = line + len;
	size_t first = store->n;

	while (line < end) {
		char *nl = memchr(line, '\n', (size_t)(end - line));

		if (!nl)
			return error_set(err, "packed-refs ends in the middle "
					 "of a line");
		*nl = '\0';
		if (*line != '#' && !parse_line(store, line,
						(size_t)(nl - line), first))
			return error_set(err, "packed-refs is garbled: %.100s",
					 line);
		line = nl + 1;
	}
	return 0;
}

static int read_packed(struct ref_store *store, const char *common_dir,
		       struct error *err)
{
	char *path = xasprintf("%s/packed-refs", common_dir);
	struct buf text = BUF_INIT;
	int rc = 0;

	if (!access(path, F_OK) || errno != ENOENT)
		rc = buf_read_file(&text, path, MAX_PACKED, err);
	free(path);
	if (rc || !text.len) {
		buf_release(&text);
		return rc;
	}
	store->packed = text.ptr;
	return parse_packed(store, text.len, err);
}

static void sort(struct ref_entry *v, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (by_name(&v[i - 1], &v[i]) > 0) {
			qsort(v, n, sizeof(*v), by_name);
			return;
		}
}

/* Merges the first `n` entries with the rest. */
static void merge(struct ref_store *store, size_t n)
{
	struct ref_entry *merged = xcalloc(store->n, sizeof(*merged));
	struct ref_entry *a = store->v, *a_end = a + n;
	struct ref_entry *b = a_end, *b_end = store->v + store->n;
	size_t total = 0;

	while (a < a_end || b < b_end) {
		int cmp = a == a_end ? 1 : b == b_end ? -1 : by_name(a, b);

		b += !cmp;
		merged[total++] = cmp <= 0 ? *a++ : *b++;
	}
	free(store->v);
	store->v = merged;
	store->n = store->cap = total;
}

int ref_store_read(struct ref_store *store, const char *common_dir,
		   struct error *err)
{
	char *path = xasprintf("%s/refs", common_dir);
	int rc = read_loose(store, path, "refs", 0, err);
	size_t n = store->n;

	free(path);
	if (!rc)
		rc = read_packed(store, common_dir, err);
	if (rc)
		return error_wrap(err, "cannot read the refs");
	if (!store->n)
		return 0;
	sort(store->v, n);
	sort(store->v + n, store->n - n);
	if (n)
		merge(store, n);
	return 0;
}

struct wanted {
	const struct ref_store *store;
	const char *name;
};

static bool is_before(const void *ctx, size_t i)
{
	const struct wanted *wanted = ctx;

	return strcmp(wanted->store->v[i].name, wanted->name) < 0;
}

/* The first ref whose name is not before that one. */
static size_t lower_bound(const struct ref_store *store, const char *name)
{
	const struct wanted wanted = { store, name };

	return search_first(0, store->n, is_before, &wanted);
}

const struct ref_entry *ref_store_find(const struct ref_store *store,
				       const char *name)
{
	size_t i = lower_bound(store, name);

	return i < store->n && !strcmp(store->v[i].name, name) ? &store->v[i] :
								 NULL;
}

bool ref_store_has_prefix(const struct ref_store *store, const char *prefix)
{
	size_t i = lower_bound(store, prefix);

	return i < store->n && text_starts_with(store->v[i].name, prefix);
}
