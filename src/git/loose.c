/* SPDX-License-Identifier: GPL-2.0-only */
#include "git/loose.h"

#include <fcntl.h>
#include <libdeflate.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "base/file_map.h"
#include "base/mem.h"

/* "commit 18446744073709551615" and its NUL; a small file, and its object. */
enum { MAX_HEADER = 32, SMALL_FILE = 4096, SMALL_OBJECT = 8192 };

/* A file that is inflated piece by piece. */
struct loose {
	const char *why;		/* it is no object */
	struct file_map file;
	z_stream z;
	enum object_type type;
	size_t size;
	unsigned char head[MAX_HEADER];	/* the header, and what follows it */
	size_t n_head, n_header;
};

static char *file_path(const char *dir, const struct oid *oid)
{
	char hex[OID_HEX + 1];

	oid_format(hex, oid);
	return xasprintf("%s/%.2s/%s", dir, hex, hex + 2);
}

static const char not_read[] = "it is empty or cannot be read";
static const char too_large[] = "it is too large";

static bool find_file(char *const *dirs, const struct oid *oid,
		      struct loose *loose)
{
	bool found = false;

	for (size_t i = 0; dirs[i] && !found; i++) {
		char *path = file_path(dirs[i], oid);

		found = file_map_open(&loose->file, path);
		if (!found && !access(path, F_OK)) {
			loose->why = not_read;
			found = true;
		}
		free(path);
	}
	return found;
}

static void *allocate(void *ctx, uInt n, uInt size)
{
	(void)ctx;
	return xcalloc(n, size);
}

static void deallocate(void *ctx, void *ptr)
{
	(void)ctx;
	free(ptr);
}

/* Inflates at most `len` bytes; gives how many there were. */
static size_t inflate_some(struct loose *loose, unsigned char *out, size_t len)
{
	z_stream *z = &loose->z;
	int rc = Z_OK;

	z->next_out = out;
	z->avail_out = (uInt)len;
	while (z->avail_out && rc == Z_OK)
		rc = inflate(z, Z_SYNC_FLUSH);
	if (rc != Z_OK && rc != Z_STREAM_END)
		loose->why = rc == Z_BUF_ERROR ? "it is cut short" :
			     "it cannot be inflated";
	return len - z->avail_out;
}

/* Reads the digits of the size as git does: no sign, no leading zero. */
static bool read_size(const char *digits, const char *end, size_t *size)
{
	*size = 0;
	if (digits == end || (*digits == '0' && end - digits > 1))
		return false;
	for (; digits < end; digits++) {
		if (*digits < '0' || *digits > '9' || *size > SIZE_MAX / 20)
			return false;
		*size = *size * 10 + (size_t)(*digits - '0');
	}
	return true;
}

/* How long the header at the start is, or 0 if it is none. */
static size_t parse_header(const char *head, size_t len,
			   enum object_type *type, size_t *size)
{
	const char *nul = memchr(head, '\0', len);
	const char *space = nul ? memchr(head, ' ', (size_t)(nul - head)) :
			    NULL;

	*type = OBJECT_MISSING;
	for (int t = OBJECT_COMMIT; space && t <= OBJECT_TAG; t++) {
		const char *name = object_type_name((enum object_type)t);

		if (strlen(name) == (size_t)(space - head) &&
		    !memcmp(name, head, strlen(name)))
			*type = (enum object_type)t;
	}
	return *type != OBJECT_MISSING && read_size(space + 1, nul, size) ?
	       (size_t)(nul - head) + 1 : 0;
}

/* Small objects */

/* The file's bytes; 0 if it is not there, or not a small one. */
static size_t read_small_file(char *const *dirs, const struct oid *oid,
			      char *bytes)
{
	bool is_there = false;
	ssize_t n = 0;
	int fd = -1;

	for (size_t i = 0; dirs[i] && !is_there; i++) {
		char *path = file_path(dirs[i], oid);

		fd = open(path, O_RDONLY | O_CLOEXEC);
		is_there = fd >= 0 || !access(path, F_OK);
		free(path);
	}
	if (fd < 0)
		return 0;
	n = read(fd, bytes, SMALL_FILE);
	close(fd);
	return n > 0 && n < SMALL_FILE ? (size_t)n : 0;
}

/*
 * Most objects are small. NULL if this one is not, or if anything is wrong with
 * it: then it is read piece by piece, which finds out what.
 */
static struct object_bytes *read_small(char *const *dirs,
				       const struct oid *oid)
{
	struct libdeflate_decompressor *inflater;
	char file[SMALL_FILE], text[SMALL_OBJECT];
	size_t len = read_small_file(dirs, oid, file), used, n, header, size;
	struct object_bytes *bytes = NULL;
	enum object_type type;
	bool is_good;

	inflater = len ? libdeflate_alloc_decompressor() : NULL;
	is_good = inflater &&
		  !libdeflate_zlib_decompress_ex(inflater, file, len, text,
						 sizeof(text), &used, &n) &&
		  used == len;
	libdeflate_free_decompressor(inflater);
	header = is_good ? parse_header(text, n, &type, &size) : 0;
	if (header && size == n - header) {
		bytes = object_bytes_new(type, size);
		memcpy(bytes->data, text + header, size);
	}
	return bytes;
}

/* All others */

/* Opens the file and reads its header; false where there is none. */
static bool loose_open(char *const *dirs, const struct oid *oid,
		       struct loose *loose)
{
	if (!find_file(dirs, oid, loose))
		return false;
	if (loose->why)
		return true;
	/* So that a lack of memory is not taken for a damaged file. */
	loose->z.zalloc = allocate;
	loose->z.zfree = deallocate;
	loose->z.next_in = (unsigned char *)(uintptr_t)loose->file.p;
	loose->z.avail_in = (uInt)loose->file.len;
	if (loose->file.len > UINT_MAX || inflateInit(&loose->z) != Z_OK) {
		loose->why = too_large;
		return true;
	}
	loose->n_head = inflate_some(loose, loose->head, MAX_HEADER);
	if (loose->why)
		return true;
	loose->n_header = parse_header((const char *)loose->head,
				       loose->n_head, &loose->type,
				       &loose->size);
	if (!loose->n_header)
		loose->why = "its header is garbled";
	return true;
}

static void loose_close(struct loose *loose)
{
	inflateEnd(&loose->z);
	file_map_close(&loose->file);
}

static int broken(const struct oid *oid, const char *why, struct error *err)
{
	char hex[OID_HEX + 1];

	oid_format(hex, oid);
	if (why == too_large)
		return error_set(err, "object %s is larger than %d MiB, too "
				 "large to be judged", hex, LOOSE_LIMIT >> 20);
	error_set(err, "loose object %s is damaged: %s; 'git fsck' tells more",
		  hex, why);
	if (why == not_read)
		err->kind = ERROR_ACCESS;
	return -1;
}

/* The rest of the bytes, and that the stream ends with them. */
static struct object_bytes *read_bytes(struct loose *loose)
{
	size_t have = loose->n_head - loose->n_header;
	struct object_bytes *bytes;
	unsigned char more;

	if (loose->size > LOOSE_LIMIT) {
		loose->why = too_large;
		return NULL;
	}
	if (have > loose->size) {
		loose->why = "it is longer than its header says";
		return NULL;
	}
	bytes = object_bytes_new(loose->type, loose->size);
	memcpy(bytes->data, loose->head + loose->n_header, have);
	have += inflate_some(loose, (unsigned char *)bytes->data + have,
			     loose->size - have);
	if (!loose->why && have < loose->size)
		loose->why = "it is shorter than its header says";
	if (!loose->why && inflate_some(loose, &more, 1))
		loose->why = "it is longer than its header says";
	if (!loose->why && loose->z.avail_in)
		loose->why = "there is garbage after it";
	if (!loose->why)
		return bytes;
	object_bytes_put(bytes);
	return NULL;
}

int loose_read(char *const *dirs, const struct oid *oid,
	       struct object_bytes **bytes, struct error *err)
{
	struct loose loose = { 0 };
	int rc = 0;

	*bytes = read_small(dirs, oid);
	if (*bytes || !loose_open(dirs, oid, &loose))
		return 0;
	if (!loose.why)
		*bytes = read_bytes(&loose);
	if (loose.why)
		rc = broken(oid, loose.why, err);
	loose_close(&loose);
	return rc;
}

int loose_type(char *const *dirs, const struct oid *oid,
	       enum object_type *type, struct object_bytes **small,
	       struct error *err)
{
	struct loose loose = { 0 };
	int rc = 0;

	*small = read_small(dirs, oid);
	*type = *small ? (*small)->type : OBJECT_MISSING;
	if (*small || !loose_open(dirs, oid, &loose))
		return 0;
	if (loose.why)
		rc = broken(oid, loose.why, err);
	else
		*type = loose.type;
	loose_close(&loose);
	return rc;
}
