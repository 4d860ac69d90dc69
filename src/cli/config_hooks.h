/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CLI_CONFIG_HOOKS_H
#define CLI_CONFIG_HOOKS_H

#include <stdbool.h>

#include "base/error.h"
#include "cli/problems.h"

/*
 * Hooks that are named in git's configuration ([hook "NAME"] event, command,
 * enabled). Git runs them since version 2.54.
 */
struct config_hooks {
	struct config_hook {
		char *name, *command;
		char **events;
		size_t n_events, cap_events;
		bool is_off;
	} *v;
	size_t n, cap;
	size_t n_running;	/* that run git-treaty, here and now */
};

/*
 * Reads those of all configuration files, prints those that run git-treaty, and
 * adds as problems those that are switched off. The caller releases it.
 */
int config_hooks_find(struct config_hooks *hooks, struct problems *problems,
		      struct error *err);
void config_hooks_release(struct config_hooks *hooks);

/* Whether git runs git-treaty at this event by its configuration. */
bool config_hooks_run(const struct config_hooks *hooks, const char *event);

#endif
