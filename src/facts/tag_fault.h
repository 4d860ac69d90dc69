/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FACTS_TAG_FAULT_H
#define FACTS_TAG_FAULT_H

#include "facts/tag_contents.h"

/*
 * Holds one of a shared tag's own commits, `fault->commit`, against the tag's
 * scope. If there is a fault, sets its `subject`, and `why` or the paths; the
 * texts stay in `in->texts`. The caller releases the fault, after an error as
 * well.
 *
 * The tree is the one that hands the tag out. One that the policy names but
 * does not define owns what the subsystems say it owns, so a stand-in will do.
 */
int tag_fault_find(const struct tag_contents_in *in,
		   const struct voucher *voucher, struct tag_fault *fault,
		   struct error *err);

#endif
