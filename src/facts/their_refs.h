/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FACTS_THEIR_REFS_H
#define FACTS_THEIR_REFS_H

#include "git/remote_refs.h"
#include "git/repo.h"

/*
 * Replaces the tags among `here`, all refs of this repository, by those of
 * another: of `theirs`, whose names are borrowed, the ones of which the objects
 * are here. The tags of this repository that the other one lacks, or has as
 * another object, are added to `unsent`.
 */
int their_tags_adopt(struct repo *repo, const struct remote_refs *theirs,
		     struct repo_refs *here, struct repo_refs *unsent,
		     struct error *err);

#endif
