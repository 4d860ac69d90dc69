/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BASE_STRINGS_H
#define BASE_STRINGS_H

#include <stdbool.h>
#include <stddef.h>

/* A list of strings that belong to it. Zeroed memory is an empty list. */
struct strings {
	char **v;
	size_t n, cap;
};

/* Appends a copy. */
void strings_add(struct strings *list, const char *s, size_t len);

bool strings_have(const struct strings *list, const char *s);

/* Sorts by bytes. */
void strings_sort(struct strings *list);

/* The same, and removes duplicates. */
void strings_sort_unique(struct strings *list);

void strings_release(struct strings *list);

#endif
