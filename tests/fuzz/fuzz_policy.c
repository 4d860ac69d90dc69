/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "policy/policy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What the reader takes, the printer prints, and the reader takes again. */
static void round_trip(const struct policy *policy)
{
	struct buf once = BUF_INIT, twice = BUF_INIT;
	struct diags diags = { 0 };
	struct policy *again;

	policy_print(policy, &once);
	again = policy_parse("again", buf_str(&once), once.len, &diags);
	if (!again)
		abort();
	policy_print(again, &twice);
	if (strcmp(buf_str(&once), buf_str(&twice)))
		abort();
	policy_free(again);
	diags_release(&diags);
	buf_release(&once);
	buf_release(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct diags diags = { 0 };
	struct policy *policy;

	policy = policy_parse("fuzz", (const char *)data, size, &diags);
	if (!policy && !diags_errors(&diags))
		abort();
	if (policy) {
		round_trip(policy);
		policy_free(policy);
	}
	diags_release(&diags);
	return 0;
}
