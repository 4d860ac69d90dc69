/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CLI_UNGOVERNED_H
#define CLI_UNGOVERNED_H

#include <stdbool.h>

#include "cli/place.h"

/*
 * Places that the policy exempts from being judged: `ungoverned` in [policy].
 * Its word comes before --tree and treaty.tree.
 */

/* What is exempt, and the line that says so (borrowed); zeroed: nothing is. */
struct exemption {
	const struct value *line;
	char *what;
};

/*
 * Finds out whether the repository is exempt, by its real path, or where a push
 * goes (`target`, NULL for all but pre-push). What a tree claims is not exempt:
 * a URL by `url`, a directory as ungoverned_is_claimed() has it.
 */
void exemption_find(struct exemption *exemption, const struct place *place,
		    const struct push_target *target);
void exemption_release(struct exemption *exemption);

/* "/srv/git/me.git is ungoverned (policy.ini:4)", a new string. */
char *exemption_text(const struct exemption *exemption,
		     const struct place *place);

/*
 * Whether anything is exempt. If `options` are not NULL, and not --quiet, says
 * so on standard error.
 */
bool place_is_exempt(const struct place *place,
		     const struct push_target *target,
		     const struct options *options);

#endif
