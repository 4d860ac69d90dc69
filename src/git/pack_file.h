/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GIT_PACK_FILE_H
#define GIT_PACK_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/file_map.h"
#include "git/delta.h"

/*
 * The bytes of a pack. Small files are mapped. Of large ones, parts are read:
 * objects lie far apart, and to map the pages around each of them costs more
 * than to copy it. Large ones are mapped, too, when they would take more than
 * a quarter of the files that may be open.
 */
struct pack_file {
	struct file_map map;		/* of a file that is mapped */
	int fd;				/* of another */
	size_t len;			/* 0: not open */
};

/*
 * What was read last, of any of the files: one long part, for objects that are
 * large or asked for in the order of the file; and blocks, for the trees of one
 * commit and the bases of their deltas, which lie near each other. Zero it
 * before use.
 */
struct pack_window {
	const struct pack_file *file;	/* of the part; NULL: there is none */
	unsigned char *bytes;
	size_t offset, len, cap;
	struct pack_blocks *blocks;	/* or NULL */
	size_t last_end, last_len;	/* of the part or block read last */
};

/* False where it cannot be read. `file` is zeroed before. */
bool pack_file_open(struct pack_file *file, const char *path);

/* Accepts a zeroed one. A window with its bytes must not be used afterwards. */
void pack_file_close(struct pack_file *file);

/*
 * The bytes from there on: at least so many, or all up to the end of the file.
 * They are good until the next call with that window. None where they cannot
 * be read.
 */
struct bytes pack_file_read(const struct pack_file *file,
			    struct pack_window *window, size_t offset,
			    size_t want);

/*
 * Copies `len` bytes from there on, or those that are left before the end of
 * the file. Returns how many, 0 if they cannot be read. Keeps nothing in a
 * window: for bytes that are asked for once.
 */
size_t pack_file_peek(const struct pack_file *file, size_t offset, void *to,
		      size_t len);

void pack_window_release(struct pack_window *window);

#endif
