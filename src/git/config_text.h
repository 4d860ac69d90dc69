/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GIT_CONFIG_TEXT_H
#define GIT_CONFIG_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Takes git's config files apart where they are plain, without libgit2, whose
 * start takes longer than most hooks have.
 *
 * Calls `take` for each entry of the text, which is changed on the way, with
 * its name as `section.key` or `section.subsection.key`, in small letters but
 * for the subsection, and its value. False, perhaps after some of them, where
 * `take` returned false, or where it is not sure that the entries are what
 * git-config(1) finds: the text includes other files, has extensions (which may
 * add a file that is read later, extensions.worktreeConfig), keys without a
 * value, a quote in a value, a backslash, a comment after a value, or anything
 * odd.
 */
bool config_text_each(char *text,
		      bool (*take)(void *ctx, const char *name,
				   const char *value),
		      void *ctx);

/* Reads a file for that; false where it cannot be read, or is too large. */
bool config_file_each(const char *path,
		      bool (*take)(void *ctx, const char *name,
				   const char *value),
		      void *ctx);

/*
 * The entries of several files, those of files that are read later last. Zeroed
 * memory is an empty list.
 */
struct config_list {
	struct config_entry {
		char *name, *value;
		int level;		/* as the caller counts files */
	} *v;
	size_t n, cap;
};

/* Adds those of a file, which need not exist; false as above. */
bool config_list_add_file(struct config_list *list, const char *path,
			  int level);

/* The entry that counts: the last one. NULL when there is none. */
const struct config_entry *config_list_find(const struct config_list *list,
					    const char *name);

void config_list_release(struct config_list *list);

#endif
