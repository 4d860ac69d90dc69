/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BASE_TEXT_POOL_H
#define BASE_TEXT_POOL_H

#include <stddef.h>

/* Strings that live as long as the pool. Zeroed memory is an empty pool. */
struct text_pool {
	char **v;
	size_t n, cap;
};

/* Takes a string over, to be freed with the pool; gives it back. */
const char *text_pool_keep(struct text_pool *pool, char *text);
void text_pool_release(struct text_pool *pool);

#endif
