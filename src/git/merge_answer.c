/* SPDX-License-Identifier: GPL-2.0-only */
#include "git/merge_answer.h"

#include <string.h>

/* The next string of the output, or NULL if it has no end. */
static const char *next(const char **p, const char *end, size_t *len)
{
	const char *start = *p;
	const char *nul = start < end ?
			  memchr(start, '\0', (size_t)(end - start)) : NULL;

	if (!nul)
		return NULL;
	*len = (size_t)(nul - start);
	*p = nul + 1;
	return start;
}

/* No path is empty: the first empty string ends an answer. */
static int parse_answer(const char **p, const char *end,
			struct merge_answer *answer)
{
	const char *status, *hex, *path;
	size_t len;

	status = next(p, end, &len);
	if (!status || len != 1 || (*status != '0' && *status != '1'))
		return -1;
	hex = next(p, end, &len);
	if (!hex || !oid_parse(&answer->tree, hex, len))
		return -1;
	answer->conflicts = *p;
	do {
		path = next(p, end, &len);
	} while (path && len);
	if (!path)
		return -1;
	answer->conflicts_len = (size_t)(path - answer->conflicts);
	return *status == '1' && answer->conflicts_len ? -1 : 0;
}

int merge_answers_parse(const char *output, size_t len,
			struct merge_answer *answers, size_t n)
{
	const char *p = output, *end = output + len;

	for (size_t i = 0; i < n; i++)
		if (parse_answer(&p, end, &answers[i]))
			return -1;
	return p == end ? 0 : -1;
}
