/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FUZZ_PUSH_POLICIES_H
#define FUZZ_PUSH_POLICIES_H

#include "policy/policy.h"

/* Policies for pushes of made_push.h. The first two keys there are signers'. */
void push_policies_read(void);

/* One of them; borrowed. */
const struct policy *push_policy(unsigned char which);

#endif
