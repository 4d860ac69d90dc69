/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CLI_OWN_SETTINGS_H
#define CLI_OWN_SETTINGS_H

#include "base/error.h"
#include "cli/cli.h"
#include "git/repo.h"

/*
 * The repository's own settings, treaty.policy, treaty.policyBlob and
 * treaty.tree, as install writes them and uninstall takes them back. What the
 * config file was is kept in the repository, below treaty/.
 */

/* Writes what the options name. */
int settings_write(struct repo *repo, const struct options *options,
		   struct error *err);

/*
 * Puts the config file back to the byte, or, where it was changed by others
 * since, takes out of it what settings_write() put in. Does nothing where
 * install had written nothing.
 */
int settings_restore(struct repo *repo, struct error *err);

#endif
