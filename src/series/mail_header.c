/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>
#include <string.h>

#include "series/mails.h"

static void add_address(const char *s, size_t len, struct strings *addresses)
{
	char *address = mail_address(s, len);

	if (*address && !strings_have(addresses, address))
		strings_add(addresses, address, strlen(address));
	free(address);
}

void mail_addresses(const char *s, size_t len, struct strings *addresses)
{
	bool quoted = false;
	int comment = 0;
	size_t start = 0;

	for (size_t i = 0; i < len; i++) {
		if (s[i] == '\\' && (quoted || comment))
			i++;
		else if (s[i] == '"' && !comment)
			quoted = !quoted;
		else if (s[i] == '(' && !quoted)
			comment++;
		else if (s[i] == ')' && !quoted && comment)
			comment--;
		else if (s[i] == ',' && !quoted && !comment) {
			add_address(s + start, i - start, addresses);
			start = i + 1;
		}
	}
	add_address(s + start, len - start, addresses);
}

/* The number n of `n/m` in a word; -1 where it is none. */
static int fraction(const char *s, size_t len, int *total)
{
	const char *slash = memchr(s, '/', len);
	long n, m;
	char *end;

	if (!slash)
		return -1;
	n = strtol(s, &end, 10);
	if (end != slash || end == s)
		return -1;
	m = strtol(slash + 1, &end, 10);
	if (end != s + len || end == slash + 1 || n < 0 || n > 100000 ||
	    m < 0 || m > 100000)
		return -1;
	*total = (int)m;
	return (int)n;
}

int mail_number(const char *subject, const char **rest, int *total)
{
	const char *p = subject;
	int number = -1;

	*total = 0;
	while (*p == '[') {
		const char *end = strchr(p, ']');

		if (!end)
			break;
		for (p++; p < end; p += strspn(p, " \t")) {
			size_t n = strcspn(p, " \t]");

			if (number < 0)
				number = fraction(p, n, total);
			p += n;
		}
		p = end + 1;
		p += strspn(p, " \t");
	}
	*rest = p;
	return number;
}
