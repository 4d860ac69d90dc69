/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GIT_PACKED_REFS_H
#define GIT_PACKED_REFS_H

#include <stdbool.h>

#include "base/file_map.h"
#include "base/oid.h"

/*
 * The file packed-refs (git-pack-refs(1)), for callers that look for a few refs
 * only; see git/ref_store.h for all of them. If the first line says that the
 * file is sorted, a ref is found without reading the rest, as git finds it.
 */
struct packed_refs {
	struct file_map file;		/* not open: nothing is packed */
	bool is_sorted;			/* as the first line says */
	struct line *lines;		/* sorted, if the file is not */
	size_t n;
};

/* False if there is a file that cannot be read. Accepts any content. */
bool packed_refs_open(struct packed_refs *packed, const char *common_dir);
void packed_refs_close(struct packed_refs *packed);

/* What the ref points to; false if it is not there. */
bool packed_refs_find(const struct packed_refs *packed, const char *name,
		      struct oid *oid);

#endif
