/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BASE_SANDBOX_H
#define BASE_SANDBOX_H

#include <stdbool.h>

/*
 * Takes rights away from this process and all that it starts, for good: if
 * hostile bytes ever take it over, they can read and change only the files and
 * run only the programs named here. A directory stands for all below it; what
 * does not exist is left out. All lists end with NULL.
 */
struct sandbox {
	/* What may be changed, and read. */
	const char *const *writable;
	/*
	 * What else may be read, besides what programs of the system need: its
	 * libraries, locales, time zones and users, and /proc. NULL: all.
	 */
	const char *const *readable;
	/*
	 * Programs, looked for in PATH. They, what was installed with them, and
	 * what a system runs programs from (such as /usr), may be executed and
	 * read.
	 */
	const char *const *programs;
	/* What else may be executed and read. */
	const char *const *runnable;
};

/* Whether the kernel can do it (landlock(7)). */
bool sandbox_is_supported(void);

/*
 * Enters it. If the kernel has no landlock, this rules out only setuid
 * programs, core files and debuggers. Never fails: the sandbox is a second
 * wall.
 */
void sandbox_enter(const struct sandbox *sandbox);

#endif
