/* SPDX-License-Identifier: GPL-2.0-only */
#include "policy/rule_list.h"

#include <string.h>

#define RULE_INFO(id, stem, name, severity, grouping, heading) \
	[RULE_##id] = { name, SEVERITY_##severity, GROUP_##grouping, heading },
const struct rule_info rule_infos[RULE_COUNT] = { RULE_LIST(RULE_INFO) };
#undef RULE_INFO

const char *severity_name(enum severity severity)
{
	static const char *const names[] = {
		[SEVERITY_OFF] = "off",
		[SEVERITY_INFO] = "info",
		[SEVERITY_WARN] = "warn",
		[SEVERITY_ERROR] = "error",
	};

	return names[severity];
}

int rule_by_name(const char *name)
{
	for (int id = 0; id < RULE_COUNT; id++)
		if (!strcmp(rule_infos[id].name, name))
			return id;
	return -1;
}
