/* SPDX-License-Identifier: GPL-2.0-only */
#include "rules/fingerprint.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/sha1.h"
#include "base/strmap.h"

/* "KIND VALUE" or a value alone, and a NUL. */
static void add_part(struct buf *text, const char *kind, const char *value)
{
	buf_addstr(text, kind);
	buf_addstr(text, value);
	buf_addch(text, '\0');
}

static void add_change(struct buf *text, const struct change *change)
{
	char hex[OID_HEX + 1];

	oid_format(hex, &change->patch_id);
	if (change->author)
		add_part(text, "author ", change->author);
	else
		add_part(text, "patch ", hex);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Each path once, sorted by bytes. */
static void add_paths(struct buf *text, const struct finding *f)
{
	const char **v = xcalloc(f->n_paths, sizeof(*v));

	for (size_t i = 0; i < f->n_paths; i++)
		v[i] = f->paths[i].path;
	qsort(v, f->n_paths, sizeof(*v), by_text);
	for (size_t i = 0; i < f->n_paths; i++)
		if (!i || strcmp(v[i], v[i - 1]))
			add_part(text, "path ", v[i]);
	free(v);
}

static void describe(const struct finding *f, const char *tree,
		     const struct change *change, struct buf *text)
{
	bool has_commit = !oid_is_zero(&f->commit);

	add_part(text, "rule ", rule_infos[f->rule].name);
	add_part(text, "tree ", tree);
	if (has_commit)
		add_change(text, change);
	if (f->tag)
		add_part(text, "tag ", f->tag);
	if (!has_commit && !f->tag)
		add_part(text, "ref ", f->ref);
	add_paths(text, f);
}

static void hash(const struct buf *text, char hex[OID_HEX + 1])
{
	struct sha1 sha1;
	struct oid sum;

	sha1_init(&sha1);
	sha1_add(&sha1, buf_str(text), text->len);
	sha1_finish(&sha1, sum.b);
	oid_format(hex, &sum);
}

void fingerprints_add(struct verdict *verdict, const char *tree,
		      const struct change *changes, struct strmap *seen)
{
	struct buf text = BUF_INIT;
	char hex[OID_HEX + 1];

	for (size_t i = 0; i < verdict->n; i++) {
		struct finding *f = &verdict->findings[i];
		const char *first;
		int64_t n;

		buf_reset(&text);
		describe(f, tree, &changes[i], &text);
		hash(&text, hex);
		first = verdict_text(verdict, hex);
		n = strmap_get(seen, first);
		n = n < 0 ? 1 : n + 1;
		strmap_put(seen, first, (uint32_t)n);
		if (n > 1) {
			buf_addf(&text, "again %lld", (long long)n);
			buf_addch(&text, '\0');
			hash(&text, hex);
		}
		f->fingerprint = verdict_text(verdict, hex);
	}
	buf_release(&text);
}
