/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/armor.h"
#include "base/mem.h"
#include "git/mergetag.h"
#include "git/object.h"
#include "git/signature.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Payload and signature are all of the bytes, one after the other. */
static void check(const char *raw, size_t len)
{
	struct buf key = BUF_INIT, name_space = BUF_INIT, block = BUF_INIT;
	struct signature s;

	signature_split(&s, raw, len);
	if (s.format == SIGNATURE_OPENPGP || s.format == SIGNATURE_SSH) {
		if (s.text != raw + s.payload_len || s.payload_len + s.len != len)
			abort();
		if (signature_ssh_claim(&s, &key, &name_space) && !key.len)
			abort();
		ssh_key_is("ssh-ed25519 AAAA", &key);
	}
	armor_decode("PGP SIGNATURE", raw, len, &block);
	armor_decode("SSH SIGNATURE", raw, len, &block);
	buf_release(&key);
	buf_release(&name_space);
	buf_release(&block);
}

static void on_mergetag(void *ctx, const char *tag, size_t len)
{
	struct error err;
	struct tag parsed;

	(void)ctx;
	check(tag, len);
	if (!tag_parse(&parsed, tag, len, &err) && parsed.name_len > len)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *raw = (const char *)data;
	char *line = xstrndup(raw, size);
	struct buf key = BUF_INIT;

	check(raw, size);
	mergetags_each(raw, size, on_mergetag, NULL);
	buf_addstr(&key, "key");
	ssh_key_is(line, &key);
	buf_release(&key);
	free(line);
	return 0;
}
