/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_OWNER_H
#define REPORT_OWNER_H

#include <stdio.h>

#include "policy/owners.h"
#include "report/verdict_json.h"

/*
 * Prints who owns a path, as text and as JSON. Paths may come from anybody and
 * are escaped.
 */
struct owned_path {
	const char *path;
	const struct owners *owners;
	bool is_dir;			/* what holds for all below it */
	bool is_exact;			/* of a directory: see owners_below() */
};

void owner_text(const struct policy *policy, const struct owned_path *path,
		FILE *out);

/* One element of "paths"; the caller releases it. */
json_t *owner_as_json(const struct policy *policy,
		      const struct owned_path *path);
void owner_json(const struct policy *policy, const struct owned_path *path,
		FILE *out);

#endif
