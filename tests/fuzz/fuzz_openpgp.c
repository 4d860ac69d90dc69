/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdint.h>
#include <stdlib.h>

#include "git/openpgp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void write_all(const struct openpgp_keys *keys, struct buf *out)
{
	for (int i = 0; i < OPENPGP_GROUPS; i++)
		openpgp_write(keys, (enum openpgp_group)i, out);
}

/* What is written reads back as the same keys, and adds nothing to them. */
static void read_back(struct openpgp_keys *keys)
{
	struct openpgp_keys again = { 0 };
	struct buf first = BUF_INIT, second = BUF_INIT, both = BUF_INIT;
	struct error err;

	write_all(keys, &first);
	if (first.len && (openpgp_add(&again, first.ptr, first.len, &err) ||
			  openpgp_add(keys, first.ptr, first.len, &err)))
		abort();
	write_all(&again, &second);
	write_all(keys, &both);
	if (first.len != second.len || first.len != both.len)
		abort();
	buf_release(&first);
	buf_release(&second);
	buf_release(&both);
	openpgp_release(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct openpgp_keys keys = { 0 };
	struct error err;

	if (!openpgp_add(&keys, text, size, &err))
		read_back(&keys);
	openpgp_release(&keys);
	openpgp_is_signature(text, size);
	return 0;
}
