/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GIT_REF_NAME_H
#define GIT_REF_NAME_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Whether git can store a ref of that name (git-check-ref-format(1)), or it is
 * one such as HEAD: capitals and `_`.
 */
bool ref_name_is_valid(const char *name);

/*
 * The same of one component: what stands before, after or between slashes. The
 * last one of a name may not end with a dot besides.
 */
bool ref_component_is_valid(const char *component, size_t len);

#endif
