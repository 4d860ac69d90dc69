/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/address.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void address_find(const char *s, size_t len, const char **address, size_t *n)
{
	const char *open = memrchr(s, '<', len);
	const char *close = open ? memchr(open, '>',
					  len - (size_t)(open - s)) : NULL;

	*address = close ? open + 1 : s;
	*n = close ? (size_t)(close - open - 1) : len;
}

char *address_bare(const char *s, size_t len)
{
	char *address;
	size_t n = 0;

	address_find(s, len, &s, &len);
	while (len && isspace((unsigned char)*s)) {
		s++;
		len--;
	}
	while (n < len && s[n] != '(' && !isspace((unsigned char)s[n]))
		n++;
	address = xstrndup(s, memchr(s, '@', n) ? n : 0);
	for (char *p = address; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	return address;
}

static void add_address(const char *s, size_t len, struct strings *addresses)
{
	char *address = address_bare(s, len);

	if (*address && !strings_have(addresses, address))
		strings_add(addresses, address, strlen(address));
	free(address);
}

void address_list(const char *s, size_t len, struct strings *addresses)
{
	bool quoted = false;
	int comment = 0;
	size_t start = 0;

	for (size_t i = 0; i < len; i++) {
		if (s[i] == '\\' && (quoted || comment)) {
			i++;
		} else if (s[i] == '"' && !comment) {
			quoted = !quoted;
		} else if (s[i] == '(' && !quoted) {
			comment++;
		} else if (s[i] == ')' && !quoted && comment) {
			comment--;
		} else if (s[i] == ',' && !quoted && !comment) {
			add_address(s + start, i - start, addresses);
			start = i + 1;
		}
	}
	add_address(s + start, len - start, addresses);
}
