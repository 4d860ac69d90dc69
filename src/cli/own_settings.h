/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CLI_OWN_SETTINGS_H
#define CLI_OWN_SETTINGS_H

#include "base/error.h"
#include "cli/cli.h"
#include "git/repo.h"

/*
 * The settings treaty.policy, treaty.policyBlob and treaty.tree of a
 * repository: install writes them, uninstall removes them. A copy of the
 * earlier config file is kept in treaty/ in the repository.
 */

/* Writes the settings that the options name. */
int settings_write(struct repo *repo, const struct options *options,
		   struct error *err);

/*
 * Restores the config file, byte for byte. If others have changed it since,
 * removes only what settings_write() added. Does nothing if install wrote
 * nothing.
 */
int settings_restore(struct repo *repo, struct error *err);

#endif
