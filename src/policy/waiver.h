/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef POLICY_WAIVER_H
#define POLICY_WAIVER_H

#include <time.h>

#include "policy/policy.h"

/* Whether the waiver's last day is over. */
bool waiver_has_ended(const struct waiver *waiver, time_t now);

/*
 * What only the day tells of the waivers of a policy: adds an error for each
 * that ends more than a year from now, and a warning for each that has ended or
 * does so within 14 days.
 */
void waivers_check(const struct policy *policy, time_t now,
		   struct diags *diags);

#endif
