/* SPDX-License-Identifier: GPL-2.0-only */
#include "git/pack_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

enum {
	MAX_MAPPED = 16 << 20,
	BLOCK = 8 << 10,
	BLOCKS = 256,
	/* To read ahead, where objects are asked for in the file's order. */
	MAX_PART = 64 << 10,
};

/* Each block of a file has one place, by its number. */
struct pack_blocks {
	struct block {
		const struct pack_file *file;	/* NULL: the place is free */
		size_t offset, len;
	} v[BLOCKS];
	unsigned char bytes[BLOCKS][BLOCK];
};

/*
 * Whether there is room for one more open file: a repository may have more
 * packs than a process may have open files, and it needs others, too.
 */
static bool may_keep(int fd)
{
	struct rlimit limit;

	return !getrlimit(RLIMIT_NOFILE, &limit) &&
	       (rlim_t)fd < limit.rlim_cur / 4;
}

bool pack_file_open(struct pack_file *file, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	bool ok;

	if (fd < 0)
		return false;
	ok = !fstat(fd, &st) && S_ISREG(st.st_mode) && st.st_size > 0;
	if (ok && st.st_size > MAX_MAPPED && may_keep(fd)) {
		file->fd = fd;
		file->len = (size_t)st.st_size;
		return true;
	}
	close(fd);
	if (!ok || !file_map_open(&file->map, path))
		return false;
	file->len = file->map.len;
	return true;
}

void pack_file_close(struct pack_file *file)
{
	if (file->map.p)
		file_map_close(&file->map);
	else if (file->len)
		close(file->fd);
	*file = (struct pack_file){ 0 };
}

/* False where the file ends before that, or cannot be read. */
static bool read_all(const struct pack_file *file, unsigned char *to,
		     size_t offset, size_t len)
{
	while (len) {
		ssize_t n = pread(file->fd, to, len, (off_t)offset);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		to += n;
		offset += (size_t)n;
		len -= (size_t)n;
	}
	return true;
}

static size_t rest_of(const struct pack_file *file, size_t offset)
{
	return offset < file->len ? file->len - offset : 0;
}

static void remember(struct pack_window *window, size_t offset, size_t len)
{
	window->last_end = offset + len;
	window->last_len = len;
}

static bool is_in_turn(const struct pack_window *window, size_t offset)
{
	return window->last_len && offset + BLOCK > window->last_end &&
	       offset <= window->last_end + BLOCK / 2;
}

/* How much to read: more where the parts before this were asked for in turn. */
static size_t part_len(const struct pack_window *window, size_t offset,
		       size_t want)
{
	size_t len = is_in_turn(window, offset) ? 2 * window->last_len : 0;

	if (len > MAX_PART)
		len = MAX_PART;
	return len < want ? want : len;
}

static void reserve(struct pack_window *window, size_t len)
{
	/* One for a large object is not kept. */
	if (window->cap >= len && window->cap <= MAX_PART)
		return;
	free(window->bytes);
	window->cap = len < MAX_PART ? MAX_PART : len;
	window->bytes = xmalloc(window->cap);
}

/* Reads a part that begins there, of which `rest` bytes are left. */
static struct bytes read_part(const struct pack_file *file,
			      struct pack_window *window, size_t offset,
			      size_t want, size_t rest)
{
	size_t len = part_len(window, offset, want);

	window->len = len < rest ? len : rest;
	reserve(window, window->len);
	window->file = file;
	window->offset = offset;
	if (!read_all(file, window->bytes, offset, window->len)) {
		window->file = NULL;
		window->len = 0;
	}
	remember(window, offset, window->len);
	return (struct bytes){ window->bytes, window->bytes + window->len };
}

static bool has(const struct pack_window *window, const struct pack_file *file,
		size_t offset, size_t want)
{
	return window->file == file && offset >= window->offset &&
	       offset - window->offset <= window->len &&
	       want <= window->len - (offset - window->offset);
}

/* Makes the block with that offset the one in its place. */
static void read_block(const struct pack_file *file, struct pack_window *window,
		       size_t offset, struct block *block, unsigned char *bytes)
{
	size_t begin = offset - offset % BLOCK, rest = rest_of(file, begin);

	*block = (struct block){ file, begin, rest < BLOCK ? rest : BLOCK };
	if (!read_all(file, bytes, begin, block->len))
		*block = (struct block){ 0 };
	remember(window, begin, block->len);
}

/* The bytes there up to the end of their block, or of a longer part. */
static struct bytes read_some(const struct pack_file *file,
			      struct pack_window *window, size_t offset,
			      size_t want, size_t rest)
{
	size_t place = offset / BLOCK % BLOCKS;
	unsigned char *bytes;
	struct block *block;
	bool is_there;

	if (!window->blocks)
		window->blocks = xcalloc(1, sizeof(*window->blocks));
	block = &window->blocks->v[place];
	bytes = window->blocks->bytes[place];
	is_there = block->file == file &&
		   block->offset == offset - offset % BLOCK;
	if (!is_there && is_in_turn(window, offset))
		return read_part(file, window, offset, want, rest);
	if (!is_there)
		read_block(file, window, offset, block, bytes);
	if (!block->file)
		return (struct bytes){ bytes, bytes };
	return (struct bytes){ bytes + (offset - block->offset),
			       bytes + block->len };
}

struct bytes pack_file_read(const struct pack_file *file,
			    struct pack_window *window, size_t offset,
			    size_t want)
{
	size_t rest = rest_of(file, offset);

	if (file->map.p)
		return (struct bytes){ file->map.p + file->len - rest,
				       file->map.p + file->len };
	if (want > rest)
		want = rest;
	if (has(window, file, offset, want))
		return (struct bytes){
			window->bytes + (offset - window->offset),
			window->bytes + window->len,
		};
	if (want > BLOCK - offset % BLOCK || !rest)
		return read_part(file, window, offset, want, rest);
	return read_some(file, window, offset, want, rest);
}

size_t pack_file_peek(const struct pack_file *file, size_t offset, void *to,
		      size_t len)
{
	size_t rest = rest_of(file, offset);

	if (len > rest)
		len = rest;
	if (file->map.p)
		memcpy(to, file->map.p + file->len - rest, len);
	else if (!read_all(file, to, offset, len))
		return 0;
	return len;
}

void pack_window_release(struct pack_window *window)
{
	free(window->bytes);
	free(window->blocks);
	*window = (struct pack_window){ 0 };
}
