/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "git/pack.h"
#include "scratch_files.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { NAMES = 8 + 256 * 4, LAST_COUNT = NAMES - 4 };

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	files_start((const char *const[]){ "pack", NULL });
	return 0;
}

/* A pack that the index could be about: some bytes, and its checksum. */
static void put_pack(const uint8_t *data, size_t size)
{
	static const char blob[] = "\x31\x78\x9c\x4b\x04\x00\x00\x62\x00\x62";
	struct buf pack = BUF_INIT;

	buf_add(&pack, "PACK\0\0\0\2", 8);
	buf_add(&pack, data + LAST_COUNT, 4);
	for (int i = 0; i < 20; i++)
		buf_add(&pack, blob, sizeof(blob) - 1);
	buf_add(&pack, data + size - 2 * OID_SIZE, OID_SIZE);
	files_put("pack/pack-x.pack", pack.ptr, pack.len);
	buf_release(&pack);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *const dirs[] = { (char *)files_dir(), NULL };
	struct packs *packs;
	struct oid oid;

	if (size < NAMES + 2 * OID_SIZE)
		return 0;
	files_put("pack/pack-x.idx", data, size);
	put_pack(data, size);
	packs = packs_open(dirs);
	for (size_t at = NAMES; at + OID_SIZE <= size; at += OID_SIZE) {
		memcpy(oid.b, data + at, OID_SIZE);
		object_bytes_put(packs_read(packs, &oid));
		packs_have(packs, &oid);
	}
	packs_free(packs);
	return 0;
}
