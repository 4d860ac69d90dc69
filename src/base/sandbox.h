/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BASE_SANDBOX_H
#define BASE_SANDBOX_H

#include <stdbool.h>

/*
 * Takes rights away from this process and all that it starts, for good: if
 * hostile bytes ever take it over, they can change only the files and run only
 * the programs named here. Reading stays allowed, because nobody can list what
 * git, NSS and the linker read.
 */
struct sandbox {
	/* Files, and directories with all below them; those that do not exist
	 * are left out. NULL-terminated. */
	const char *const *writable;
	/* Programs, looked for in PATH. They, and what a system runs programs
	 * from (such as /usr), may be executed. NULL-terminated. */
	const char *const *programs;
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
