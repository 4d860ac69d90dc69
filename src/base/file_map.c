/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/file_map.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

bool file_map_open(struct file_map *map, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	void *p = MAP_FAILED;

	*map = (struct file_map){ 0 };
	if (fd < 0)
		return false;
	if (!fstat(fd, &st) && S_ISREG(st.st_mode) && st.st_size > 0)
		p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd,
			 0);
	close(fd);
	if (p == MAP_FAILED)
		return false;
	map->p = p;
	map->len = (size_t)st.st_size;
	return true;
}

void file_map_close(struct file_map *map)
{
	if (map->p)
		munmap((void *)map->p, map->len);
	free(map->touched);
	*map = (struct file_map){ 0 };
}

static size_t bits_size(const struct file_map *map)
{
	return map->len / FILE_MAP_PIECE / 8 + 1;
}

bool file_map_touch(struct file_map *map, size_t at)
{
	size_t piece = at / FILE_MAP_PIECE;
	unsigned char bit = (unsigned char)(1 << piece % 8), *byte;

	if (!map->touched)
		map->touched = xcalloc(bits_size(map), 1);
	byte = &map->touched[piece / 8];
	if (*byte & bit)
		return false;
	*byte |= bit;
	return true;
}

void file_map_forget(struct file_map *map)
{
	if (map->p)
		madvise((void *)map->p, map->len, MADV_DONTNEED);
	if (map->touched)
		memset(map->touched, 0, bits_size(map));
}
