/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/text_pool.h"

#include <stdlib.h>

#include "base/mem.h"

const char *text_pool_keep(struct text_pool *pool, char *text)
{
	GROW(pool->v, pool->n, pool->cap);
	return pool->v[pool->n++] = text;
}

void text_pool_release(struct text_pool *pool)
{
	for (size_t i = 0; i < pool->n; i++)
		free(pool->v[i]);
	free(pool->v);
	*pool = (struct text_pool){ 0 };
}
