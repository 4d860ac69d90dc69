/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CLI_CMD_POLICY_CHECK_H
#define CLI_CMD_POLICY_CHECK_H

#include "cli/cli.h"
#include "facts/signer_keys.h"
#include "policy/policy.h"

/*
 * policy check: prints what is wrong with a policy, the counts first, and what
 * it comes to on the files of --against. `policy` is NULL where it could not be
 * read; `diags` says why, and gets more. Gives an exit status: 128 for no
 * policy at all, 1 for one that names what is not there.
 */
int policy_check(const char *label, const struct policy *policy,
		 const struct key_source *keys, struct diags *diags,
		 const struct options *options);

#endif
