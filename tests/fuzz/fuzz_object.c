/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "git/object.h"
#include "git/tree.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void on_trailer(void *ctx, const char *value, size_t len)
{
	*(size_t *)ctx += len + (len ? (unsigned char)value[0] : 0);
}

static void try_commit(const char *raw, size_t len)
{
	struct buf subject = BUF_INIT;
	struct commit commit;
	struct error err;
	size_t sum = 0;

	if (commit_parse(&commit, raw, len, &err))
		return;
	for (size_t i = 0; i < commit.n_parents; i++)
		sum += commit_parent(&commit, i).b[0];
	commit_subject(&commit, &subject);
	if (strchr(buf_str(&subject), '\n'))
		abort();
	commit_trailers(commit.message, commit.message_len, "Acked-by:",
			on_trailer, &sum);
	buf_release(&subject);
}

/* What is accepted is in git's order, each name once. */
static void try_tree(const char *raw, size_t len)
{
	struct tree_entries entries = { 0 };
	struct tree_entry last, e;
	struct error err;
	int rc = tree_parse(&entries, raw, len, &err);

	for (size_t i = 0; !rc && i < entries.n; i++, last = e) {
		e = tree_entry_at(&entries, i);
		if (i && tree_entry_cmp(&last, &e) >= 0)
			abort();
	}
	tree_entries_release(&entries);
}

/* With the help of what comes before it, a tree is understood the same. */
static void try_tree_like(const char *raw, size_t at, size_t len)
{
	struct tree_entries like = { 0 }, alone = { 0 }, helped = { 0 };
	struct error err;
	int rc;

	if (!tree_parse(&like, raw, at, &err)) {
		rc = tree_parse(&alone, raw + at, len - at, &err);
		if (rc != tree_parse_like(&helped, raw + at, len - at, &like,
					  &err))
			abort();
		if (!rc && (helped.n != alone.n ||
			    memcmp(helped.starts, alone.starts,
				   (alone.n + 1) * sizeof(*alone.starts))))
			abort();
	}
	tree_entries_release(&like);
	tree_entries_release(&alone);
	tree_entries_release(&helped);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *raw = (const char *)data;
	struct error err;
	struct tag tag;

	try_commit(raw, size);
	try_tree(raw, size);
	try_tree_like(raw, size ? data[size - 1] % size : 0, size);
	if (!tag_parse(&tag, raw, size, &err) && tag.name_len > size)
		abort();
	return 0;
}
