/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_VERDICT_JSON_H
#define REPORT_VERDICT_JSON_H

#include <jansson.h>
#include <stdio.h>

#include "policy/policy.h"

/* The parts from which all JSON is made. */

/* A string with any bytes, escaped; JSON null for NULL. */
json_t *json_text(const char *s);

/* "file:line" of the policy; null for line 0. */
json_t *json_policy_line(const struct policy *policy, int line);

/* The texts of a list. */
json_t *json_texts(const struct values *values);

/*
 * Prints the value and releases it. Prints ASCII only, because the output of a
 * hook ends up on the pusher's terminal.
 */
void json_put(json_t *json, FILE *out);

#endif
