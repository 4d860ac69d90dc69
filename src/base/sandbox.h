/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BASE_SANDBOX_H
#define BASE_SANDBOX_H

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

/*
 * Enters it, by landlock(7). Returns 0, or the errno why files and programs
 * stay as they are: ENOSYS or EOPNOTSUPP if the kernel has no landlock, another
 * if something forbids it. Setuid programs, core files and debuggers are ruled
 * out then too. No reason to stop: the sandbox is a second wall.
 */
int sandbox_enter(const struct sandbox *sandbox);

/*
 * Enters one in a child, where nothing may be read, and tries to read. Returns
 * the same; EPERM if it can.
 */
int sandbox_try(void);

#endif
