/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FACTS_CHANGED_LINES_H
#define FACTS_CHANGED_LINES_H

#include <stddef.h>
#include <stdint.h>

#include "git/repo.h"

/*
 * Finds a number for the lines that each commit changes against its first
 * parent: `numbers[i]` is that of `commits[i]`, made of line_sum_between() of
 * each file. Commits with different numbers are not the same patch. Those with
 * the same number may be: only git-patch-id(1) can tell, which takes many times
 * as long. -1 if an object cannot be read, or the push makes too much work
 * (repo_work()).
 *
 * A patch id does not say where lines end. So git gives the same id to a patch
 * that adds the lines `a` and `b`, and to one that adds `a+b` in their place.
 * Their numbers differ, and these patches are not the same.
 *
 * Many commits are shared between processes, which take less time if commits
 * that change the same paths follow each other.
 */
int changed_lines(struct repo *repo, const struct oid *commits, size_t n,
		  uint64_t *numbers, struct error *err);

#endif
