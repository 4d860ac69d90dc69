/* SPDX-License-Identifier: GPL-2.0-only */
#include "git/pack_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

enum {
	MAX_MAPPED = 16 << 20,
	/* Is read where the part before it was not. */
	MIN_PART = 4 << 10,
	/* Is read where objects are asked for in the order of the file. */
	MAX_PART = 64 << 10,
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
static bool read_part(struct pack_window *window)
{
	size_t n_read = 0;

	while (n_read < window->len) {
		ssize_t n = pread(window->file->fd, window->bytes + n_read,
				  window->len - n_read,
				  (off_t)(window->offset + n_read));

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		n_read += (size_t)n;
	}
	return true;
}

/* How much to read: more where the parts before this were asked for in turn. */
static size_t part_len(const struct pack_window *window, size_t offset,
		       size_t want)
{
	size_t len = MIN_PART;

	if (offset > window->offset &&
	    offset - window->offset <= window->len + MIN_PART)
		len = 2 * window->len;
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

static bool has(const struct pack_window *window, const struct pack_file *file,
		size_t offset, size_t want)
{
	return window->file == file && offset >= window->offset &&
	       offset - window->offset <= window->len &&
	       want <= window->len - (offset - window->offset);
}

struct bytes pack_file_read(const struct pack_file *file,
			    struct pack_window *window, size_t offset,
			    size_t want)
{
	size_t rest = offset < file->len ? file->len - offset : 0;

	if (file->map.p)
		return (struct bytes){ file->map.p + file->len - rest,
				       file->map.p + file->len };
	if (want > rest)
		want = rest;
	if (!has(window, file, offset, want)) {
		size_t len = part_len(window, offset, want);

		window->len = len < rest ? len : rest;
		reserve(window, window->len);
		window->file = file;
		window->offset = offset;
		if (!read_part(window))
			*window = (struct pack_window){
				.bytes = window->bytes, .cap = window->cap,
			};
	}
	if (!window->file)
		return (struct bytes){ window->bytes, window->bytes };
	return (struct bytes){ window->bytes + (offset - window->offset),
			       window->bytes + window->len };
}

void pack_window_release(struct pack_window *window)
{
	free(window->bytes);
	*window = (struct pack_window){ 0 };
}
