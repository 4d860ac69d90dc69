/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BASE_ADDRESS_H
#define BASE_ADDRESS_H

#include <stddef.h>

#include "base/strings.h"

/*
 * Mail addresses as people write them: `Name <user@host>`, `user@host (Name)`
 * or `user@host`. Author and committer lines of git have a stricter form; see
 * ident_split() for those.
 */

/*
 * Points `*address` at what stands between the last < and the > after it, or
 * at all of `s` where there is no such pair.
 */
void address_find(const char *s, size_t len, const char **address, size_t *n);

/*
 * The bare address in lower case, without blanks and comments; a new string,
 * "" where there is no @.
 */
char *address_bare(const char *s, size_t len);

/*
 * Appends the bare addresses of a list such as a To: line, each once. Commas in
 * quoted names and in comments do not separate.
 */
void address_list(const char *s, size_t len, struct strings *addresses);

#endif
