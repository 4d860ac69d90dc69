/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_OWNER_H
#define REPORT_OWNER_H

#include <stdio.h>

#include "policy/owners.h"
#include "report/verdict_json.h"

/*
 * Who owns a path, for people and for programs. The paths are anybody's, and
 * escaped on their way out.
 */
struct owned_path {
	const char *path;
	const struct owners *owners;
	bool is_dir;			/* what holds for all below it */
	bool is_exact;			/* of a directory: see owners_below() */
};

void owner_text(const struct policy *policy, const struct owned_path *path,
		FILE *out);

/* One element of "paths"; the caller gives the first back. */
json_t *owner_as_json(const struct policy *policy,
		      const struct owned_path *path);
void owner_json(const struct policy *policy, const struct owned_path *path,
		FILE *out);

#endif
