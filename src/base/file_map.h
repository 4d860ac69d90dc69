/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BASE_FILE_MAP_H
#define BASE_FILE_MAP_H

#include <stdbool.h>
#include <stddef.h>

/*
 * A whole file in memory, to be read. It must be one that nobody changes in
 * place (git's packs and commit-graphs are not): reading behind an end that
 * moved kills the process.
 */
struct file_map {
	const unsigned char *p;		/* NULL: not open */
	size_t len;
	unsigned char *touched;		/* a bit for each piece */
};

enum { FILE_MAP_PIECE = 64 << 10 };

/* False where there is no such file, or an empty one. Zeroed memory is fine. */
bool file_map_open(struct file_map *map, const char *path);
void file_map_close(struct file_map *map);

/*
 * For users that keep their memory bounded: notes that the byte at `at` is
 * read; true if nothing was read of its piece since file_map_forget(), which
 * gives the memory back (the file's bytes stay where they are).
 */
bool file_map_touch(struct file_map *map, size_t at);
void file_map_forget(struct file_map *map);

#endif
