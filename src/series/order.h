/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SERIES_ORDER_H
#define SERIES_ORDER_H

#include "series/plan.h"

/*
 * Fills in `after` of each patch and `n_waiting`, once it is known which trees
 * can carry which patch. A patch goes after an earlier one that no tree can
 * carry with it if both change one path, or if it adds a use of an identifier
 * that came into the series with that one. Time grows with the patches' size.
 */
void order_find(struct plan *plan);

#endif
