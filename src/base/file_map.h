/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BASE_FILE_MAP_H
#define BASE_FILE_MAP_H

#include <stdbool.h>
#include <stddef.h>

/*
 * A whole file mapped for reading. Map only files that nobody changes in place,
 * such as git's packs and commit-graphs: reading past an end that has moved
 * kills the process.
 */
struct file_map {
	const unsigned char *p;		/* NULL: not open */
	size_t len;
	unsigned char *touched;		/* a bit for each piece */
};

enum { FILE_MAP_PIECE = 64 << 10 };

/*
 * Returns false when the file is missing or empty. `map` need not be closed
 * before, but must be zeroed.
 */
bool file_map_open(struct file_map *map, const char *path);
void file_map_close(struct file_map *map);

/*
 * For callers that limit their memory: notes that the byte at `at` is read, and
 * returns true for the first read of its piece since file_map_forget(). That
 * function gives the memory back; the mapping stays.
 */
bool file_map_touch(struct file_map *map, size_t at);
void file_map_forget(struct file_map *map);

#endif
