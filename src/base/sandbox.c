/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/sandbox.h"

#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"

/*
 * From linux/landlock.h, which not every system that builds this has, and whose
 * newer rights not every header has.
 */
enum {
	CREATE_RULESET = 444, ADD_RULE = 445, RESTRICT_SELF = 446,
	ASK_VERSION = 1, PATH_BENEATH = 1,

	EXECUTE = 1 << 0, WRITE_FILE = 1 << 1, READ_FILE = 1 << 2,
	READ_DIR = 1 << 3, LAST_OF_1 = 1 << 12, REFER = 1 << 13,
	TRUNCATE = 1 << 14,
	OF_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE,
};

struct ruleset {
	uint64_t handled;
};

struct path_beneath {
	uint64_t allowed;
	int32_t parent_fd;
} __attribute__((packed));

/* Where systems keep programs, and what runs these. */
static const char *const system_dirs[] = {
	"/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/nix",
	"/gnu",
};

static int version(void)
{
	return (int)syscall(CREATE_RULESET, NULL, 0, ASK_VERSION);
}

bool sandbox_is_supported(void)
{
	return version() > 0;
}

/* All rights that change files, and to execute them. */
static uint64_t handled_rights(int abi)
{
	uint64_t rights = (LAST_OF_1 << 1) - 1;

	rights &= ~(uint64_t)(READ_FILE | READ_DIR);
	if (abi >= 2)
		rights |= REFER;
	if (abi >= 3)
		rights |= TRUNCATE;
	return rights;
}

static void allow(int ruleset, const char *path, uint64_t rights)
{
	struct path_beneath rule = { .allowed = rights };
	struct stat st;

	rule.parent_fd = open(path, O_PATH | O_CLOEXEC);
	if (rule.parent_fd < 0)
		return;
	if (!fstat(rule.parent_fd, &st) && !S_ISDIR(st.st_mode))
		rule.allowed &= OF_FILES;
	syscall(ADD_RULE, ruleset, PATH_BENEATH, &rule, 0);
	close(rule.parent_fd);
}

/* What was installed along with a program: all below the parent of its bin. */
static void allow_around(int ruleset, const char *program)
{
	char *dir = xstrdup(program), *slash = strrchr(dir, '/');

	if (slash)
		*slash = '\0';
	if (text_ends_with(dir, "/bin"))
		dir[strlen(dir) - strlen("/bin")] = '\0';
	if (*dir)
		allow(ruleset, dir, EXECUTE);
	free(dir);
}

static void allow_program(int ruleset, const char *program)
{
	const char *path = getenv("PATH");

	for (; path && *path; path += *path == ':') {
		size_t n = strcspn(path, ":");
		char *file = xasprintf("%.*s/%s", (int)n, path, program);
		char *real = access(file, X_OK) ? NULL : realpath(file, NULL);

		if (real) {
			allow_around(ruleset, file);
			allow_around(ruleset, real);
		}
		free(real);
		free(file);
		path += n;
	}
}

static void restrict_files(const struct sandbox *sandbox)
{
	int abi = version();
	struct ruleset rights = { .handled = abi > 0 ? handled_rights(abi) :
						       0 };
	int fd;

	if (abi <= 0)
		return;
	fd = (int)syscall(CREATE_RULESET, &rights, sizeof(rights), 0);
	if (fd < 0)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(system_dirs); i++)
		allow(fd, system_dirs[i], EXECUTE);
	for (size_t i = 0; sandbox->programs[i]; i++)
		allow_program(fd, sandbox->programs[i]);
	for (size_t i = 0; sandbox->writable[i]; i++)
		allow(fd, sandbox->writable[i],
		      rights.handled & ~(uint64_t)EXECUTE);
	syscall(RESTRICT_SELF, fd, 0);
	close(fd);
}

void sandbox_enter(const struct sandbox *sandbox)
{
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	/* Sanitizers read their own process as a debugger does. */
#if !defined(TREATY_SANITIZE)
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
	restrict_files(sandbox);
}
