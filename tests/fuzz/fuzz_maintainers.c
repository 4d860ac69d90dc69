/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "policy/import.h"
#include "policy/owners.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_dir(void *ctx, const char *path)
{
	(void)ctx;
	return strlen(path) % 3 == 0;
}

static void no_warning(void *ctx, const char *file, int line, const char *msg)
{
	(void)ctx;
	(void)file;
	(void)line;
	(void)msg;
}

/* Whatever is imported is a policy, and can be asked. */
static void check(const struct buf *text)
{
	struct diags diags = { 0 };
	struct owners owners = { 0 };
	struct error err;
	struct policy *policy = policy_parse("fuzz", buf_str(text), text->len,
					     &diags);

	if (!policy)
		abort();
	(void)owners_find(policy, "a/b/c.c", &owners, &err);
	(void)owners_find(policy, "a", &owners, &err);
	owners_below(policy, "a/b", &owners);
	owners_release(&owners);
	policy_free(policy);
	diags_release(&diags);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct maintainers m = { 0 };
	struct import import = { .maintainers = &m, .is_dir = is_dir,
				 .warn = no_warning };
	struct buf out = BUF_INIT;
	struct error err;

	/* A file with a NUL byte in it is refused before. */
	if (size && memchr(data, 0, size))
		return 0;
	maintainers_read(&m, "M", (const char *)data, size);
	buf_addstr(&out, import_preamble);
	if (!import_print(&import, &out, &err))
		check(&out);
	maintainers_release(&m);
	buf_release(&out);
	return 0;
}
