/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "cli/hook_input.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Each line taken is one ref; none is dropped. */
static void check(const struct push *push, const char *text, size_t size)
{
	size_t lines = size && text[size - 1] != '\n';

	for (size_t i = 0; i < size; i++)
		lines += text[i] == '\n';
	if (push->n != lines)
		abort();
	for (size_t i = 0; i < push->n; i++)
		if (strncmp(push->updates[i].name, "refs/", 5))
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct push push = { 0 };
	struct error err;

	if (!push_parse_receive(&push, text, size, &err))
		check(&push, text, size);
	push_release(&push);
	if (!push_parse_push(&push, text, size, &err))
		check(&push, text, size);
	push_release(&push);
	return 0;
}
