/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GIT_PLAIN_CONFIG_H
#define GIT_PLAIN_CONFIG_H

#include <stdbool.h>

/*
 * Where a repository's own config file names its policy, read without libgit2,
 * whose start takes longer than most hooks have. The repository's file is the
 * last that git reads, so what it sets holds, whatever others set.
 */
struct plain_config {
	char *policy;			/* treaty.policy, an absolute path */
	char *tree;			/* treaty.tree */
};

/*
 * Reads the file of that path into a zeroed struct. False where it is not sure
 * to find what git-config(1) does (git/config_text.h), or where the file sets a
 * key of ours twice or not at all, or sets treaty.policyBlob.
 */
bool plain_config_read(struct plain_config *config, const char *path);
bool plain_config_parse(struct plain_config *config, char *text);
void plain_config_release(struct plain_config *config);

#endif
