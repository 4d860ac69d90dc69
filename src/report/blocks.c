/* SPDX-License-Identifier: GPL-2.0-only */
#include "report/blocks.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/*
 * Puts findings together that say the same about one ref and one merge. A
 * verdict keeps equal texts once, so pointers can be compared.
 */
static int compare(const struct finding *a, const struct finding *b)
{
	enum grouping grouping = rule_infos[a->rule].grouping;
	int cmp;

	if (a->waiver != b->waiver)
		return !a->waiver ? -1 : !b->waiver ? 1 :
		       a->waiver < b->waiver ? -1 : 1;
	if (a->severity != b->severity)
		return a->severity > b->severity ? -1 : 1;
	if (a->rule != b->rule)
		return a->rule < b->rule ? -1 : 1;
	cmp = strcmp(a->ref, b->ref);
	if (!cmp)
		cmp = oid_cmp(&a->via, &b->via);
	if (cmp || oid_is_zero(&a->commit) || oid_is_zero(&b->commit) ||
	    !oid_is_zero(&a->via) || grouping == GROUP_BY_REF)
		return cmp;
	return grouping == GROUP_BY_FIX ? strcmp(a->fix, b->fix) :
					  strcmp(a->why, b->why);
}

static int by_block(const void *x, const void *y)
{
	const struct finding *const *a = x, *const *b = y;
	int cmp = compare(*a, *b);

	if (cmp)
		return cmp;
	return *a < *b ? -1 : *a > *b;
}

struct finding **findings_in_order(const struct verdict *verdict, size_t *n)
{
	struct finding **v = xcalloc(verdict->n, sizeof(*v));

	*n = 0;
	for (size_t i = 0; i < verdict->n; i++)
		if (!verdict->findings[i].is_known)
			v[(*n)++] = &verdict->findings[i];
	qsort(v, *n, sizeof(*v), by_block);
	return v;
}

size_t block_length(struct finding *const *v, size_t n)
{
	size_t len = 1;

	while (len < n && !oid_is_zero(&v[0]->commit) &&
	       !oid_is_zero(&v[len]->commit) && !compare(v[0], v[len]))
		len++;
	return n ? len : 0;
}

bool starts_heading(const struct finding *before, const struct finding *f)
{
	return !before || before->rule != f->rule ||
	       before->severity != f->severity || before->waiver != f->waiver;
}

const char *finding_severity(const struct finding *f)
{
	return f->waiver ? "waived" : severity_name(f->severity);
}

size_t owners_of_path(const struct finding *f, size_t i)
{
	size_t n = 1;

	while (i + n < f->n_paths && f->paths[i + n].path == f->paths[i].path)
		n++;
	return n;
}
