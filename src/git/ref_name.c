/* SPDX-License-Identifier: GPL-2.0-only */
#include "git/ref_name.h"

#include <string.h>

/* A name without a slash. */
static bool is_pseudo_ref(const char *name)
{
	return *name && !name[strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_")];
}

bool ref_component_is_valid(const char *component, size_t len)
{
	static const char lock[] = ".lock";
	const char *end = component + len;

	if (!len || *component == '.')
		return false;
	for (const char *p = component; p < end; p++)
		if ((unsigned char)*p <= ' ' || *p == 127 ||
		    strchr("~^:?*[\\", *p) ||
		    (p + 1 < end && p[0] == '.' && p[1] == '.') ||
		    (p + 1 < end && p[0] == '@' && p[1] == '{'))
			return false;
	return len < strlen(lock) ||
	       memcmp(end - strlen(lock), lock, strlen(lock)) != 0;
}

bool ref_name_is_valid(const char *name)
{
	const char *p = name;
	size_t len = strcspn(p, "/");

	if (!p[len])
		return is_pseudo_ref(name);
	while (ref_component_is_valid(p, len)) {
		if (!p[len])
			return p[len - 1] != '.';
		p += len + 1;
		len = strcspn(p, "/");
	}
	return false;
}
