/* SPDX-License-Identifier: GPL-2.0-only */
#include "git/plain_config.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "git/config_text.h"

static bool set_once(char **value, const char *text)
{
	if (*value)
		return false;
	*value = xstrdup(text);
	return true;
}

static bool take_entry(void *ctx, const char *name, const char *value)
{
	struct plain_config *config = ctx;

	if (!strcmp(name, "treaty.policy"))
		return *value == '/' && set_once(&config->policy, value);
	if (!strcmp(name, "treaty.tree"))
		return *value && set_once(&config->tree, value);
	return strcmp(name, "treaty.policyblob");
}

bool plain_config_parse(struct plain_config *config, char *text)
{
	return config_text_each(text, take_entry, config) && config->policy &&
	       config->tree;
}

bool plain_config_read(struct plain_config *config, const char *path)
{
	return config_file_each(path, take_entry, config) && config->policy &&
	       config->tree;
}

void plain_config_release(struct plain_config *config)
{
	free(config->policy);
	free(config->tree);
	*config = (struct plain_config){ 0 };
}
