/* SPDX-License-Identifier: GPL-2.0-only */
#include "git/packed_refs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"

/* "<hex> <name>\n"; `name` is NULL for what is no such line. */
struct line {
	const char *start, *next;	/* of this one, of the one after it */
	const char *name;
	size_t len;			/* of the name */
};

static struct line line_at(const char *start, const char *end)
{
	const char *nl = memchr(start, '\n', (size_t)(end - start));
	const char *name = start + OID_HEX + 1;
	struct line line = { .start = start, .next = nl ? nl + 1 : end };

	if (nl && nl > name && name[-1] == ' ' && *start != '#') {
		line.name = name;
		line.len = (size_t)(nl - name);
	}
	return line;
}

/* By their bytes, as git sorts them. */
static int compare(const struct line *a, const struct line *b)
{
	int cmp = memcmp(a->name, b->name, a->len < b->len ? a->len : b->len);

	return cmp ? cmp : (a->len > b->len) - (a->len < b->len);
}

static int by_name(const void *a, const void *b)
{
	return compare(a, b);
}

static const char *text_of(const struct packed_refs *packed)
{
	return (const char *)packed->file.p;
}

static bool says_sorted(const struct packed_refs *packed)
{
	static const char start[] = "# pack-refs with:";
	const char *text = text_of(packed);
	const char *nl = memchr(text, '\n', packed->file.len);
	size_t len = nl ? (size_t)(nl - text) : 0;

	return len > strlen(start) && !memcmp(text, start, strlen(start)) &&
	       (memmem(text, len, " sorted ", strlen(" sorted ")) ||
		memmem(text, len + 1, " sorted\n", strlen(" sorted\n")));
}

static void sort_lines(struct packed_refs *packed)
{
	const char *at = text_of(packed), *end = at + packed->file.len;
	size_t cap = 0;

	while (at < end) {
		struct line line = line_at(at, end);

		at = line.next;
		if (!line.name)
			continue;
		GROW(packed->lines, packed->n, cap);
		packed->lines[packed->n++] = line;
	}
	if (packed->n)
		qsort(packed->lines, packed->n, sizeof(*packed->lines),
		      by_name);
}

bool packed_refs_open(struct packed_refs *packed, const char *common_dir)
{
	char *path = xasprintf("%s/packed-refs", common_dir);
	struct stat st;
	bool is_good;

	*packed = (struct packed_refs){ 0 };
	is_good = file_map_open(&packed->file, path) ||
		  (stat(path, &st) ? errno == ENOENT : !st.st_size);
	packed->is_sorted = packed->file.p && says_sorted(packed);
	if (packed->file.p && !packed->is_sorted)
		sort_lines(packed);
	free(path);
	return is_good;
}

void packed_refs_close(struct packed_refs *packed)
{
	file_map_close(&packed->file);
	free(packed->lines);
	*packed = (struct packed_refs){ 0 };
}

/* The ref among the lines from `low` on, which are sorted. */
static struct line find_sorted(const char *low, const char *end,
			       const struct line *wanted)
{
	const char *high = end;

	while (low < high) {
		const char *mid = low + (high - low) / 2;
		const char *nl = memrchr(low, '\n', (size_t)(mid - low));
		struct line line = line_at(mid = nl ? nl + 1 : low, end);
		int cmp;

		while (!line.name && line.next < high)
			line = line_at(line.next, end);
		cmp = line.name ? compare(&line, wanted) : 1;
		if (!cmp)
			return line;
		if (cmp < 0)
			low = line.next;
		else
			high = mid;
	}
	return (struct line){ 0 };
}

bool packed_refs_find(const struct packed_refs *packed, const char *name,
		      struct oid *oid)
{
	const struct line wanted = { .name = name, .len = strlen(name) };
	const char *text = text_of(packed);
	const struct line *sorted = NULL;
	struct line line = { 0 };

	if (packed->is_sorted)
		line = find_sorted(text, text + packed->file.len, &wanted);
	else if (packed->n)
		sorted = bsearch(&wanted, packed->lines, packed->n,
				 sizeof(*packed->lines), by_name);
	if (sorted)
		line = *sorted;
	return line.name && oid_parse(oid, line.start, OID_HEX);
}
