/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdint.h>
#include <stdlib.h>

#include "base/mem.h"
#include "cli/hook_text.h"
#include "series/mails.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What is ours names the program that it runs. And numbers of mails. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = xstrndup((const char *)data, size);
	const char *rest;
	int total;

	for (const struct hook_file *hook = hook_files; hook->name; hook++) {
		char *program = NULL;
		enum hook_state state = hook_text_state(hook, text, &program);

		if (state == HOOK_OURS && !program)
			abort();
		free(program);
	}
	hook_text_is_ours(text);
	if (mail_number(text, &rest, &total) < -1)
		abort();
	free(text);
	return 0;
}
