/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
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
	READ = READ_FILE | READ_DIR,
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

/*
 * What the linker and the libraries of git, gpgv and ssh-keygen read besides:
 * users (ssh-keygen wants a name), time zones, settings of their cryptography.
 */
static const char *const system_files[] = {
	"/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d",
	"/etc/ld.so.preload", "/etc/ld-musl-x86_64.path",
	"/etc/ld-musl-aarch64.path", "/etc/alternatives",
	"/etc/passwd", "/etc/group", "/etc/nsswitch.conf", "/etc/default/nss",
	"/etc/libnss-ldap.conf", "/etc/ldap.conf", "/etc/ldap",
	"/etc/openldap/ldap.conf", "/etc/hosts", "/etc/host.conf",
	"/etc/resolv.conf", "/etc/yp.conf", "/etc/userdb",
	"/var/lib/sss/mc", "/var/lib/extrausers", "/var/lib/misc", "/var/yp",
	"/run/systemd/userdb", "/run/current-system",
	"/etc/localtime", "/etc/timezone", "/etc/locale.alias",
	"/etc/locale.conf", "/etc/ssl/openssl.cnf", "/etc/pki/tls/openssl.cnf",
	"/etc/crypto-policies", "/etc/gcrypt", "/etc/gnupg",
	"/dev/null", "/dev/zero", "/dev/urandom", "/dev/random",
	"/proc", "/sys/devices/system/cpu",
};

static int version(void)
{
	return (int)syscall(CREATE_RULESET, NULL, 0, ASK_VERSION);
}

/* The rights to change and to execute files, and if wanted, to read them. */
static uint64_t handled_rights(int abi, bool with_reading)
{
	uint64_t rights = (LAST_OF_1 << 1) - 1;

	if (!with_reading)
		rights &= ~(uint64_t)READ;
	if (abi >= 2)
		rights |= REFER;
	if (abi >= 3)
		rights |= TRUNCATE;
	return rights;
}

struct domain {
	int fd;				/* of the ruleset */
	uint64_t handled;
};

static void allow(const struct domain *domain, const char *path,
		  uint64_t rights)
{
	struct path_beneath rule = { .allowed = rights & domain->handled };
	struct stat st;

	rule.parent_fd = open(path, O_PATH | O_CLOEXEC);
	if (rule.parent_fd < 0)
		return;
	if (!fstat(rule.parent_fd, &st) && !S_ISDIR(st.st_mode))
		rule.allowed &= OF_FILES;
	if (rule.allowed)
		syscall(ADD_RULE, domain->fd, PATH_BENEATH, &rule, 0);
	close(rule.parent_fd);
}

static void allow_all(const struct domain *domain, const char *const *paths,
		      uint64_t rights)
{
	for (; paths && *paths; paths++)
		allow(domain, *paths, rights);
}

/* What a variable of the environment lists, separated as in PATH. */
static void allow_listed(const struct domain *domain, const char *variable)
{
	const char *path = getenv(variable);

	for (; path && *path; path += *path == ':') {
		size_t n = strcspn(path, ":");
		char *one = xstrndup(path, n);

		if (*one == '/')
			allow(domain, one, READ);
		free(one);
		path += n;
	}
}

static bool is_system_dir(const char *dir)
{
	for (size_t i = 0; i < ARRAY_SIZE(system_dirs); i++)
		if (!strcmp(dir, system_dirs[i]))
			return true;
	return false;
}

/* What was installed along with a program: all below the parent of its bin. */
static void allow_around(const struct domain *domain, const char *program)
{
	char *dir = xstrdup(program), *slash = strrchr(dir, '/');

	if (slash)
		*slash = '\0';
	if (text_ends_with(dir, "/bin"))
		dir[strlen(dir) - strlen("/bin")] = '\0';
	if (*dir && !is_system_dir(dir))
		allow(domain, dir, EXECUTE | READ);
	free(dir);
}

static void allow_program(const struct domain *domain, const char *program)
{
	const char *path = getenv("PATH");

	for (; path && *path; path += *path == ':') {
		size_t n = strcspn(path, ":");
		char *file = xasprintf("%.*s/%s", (int)n, path, program);
		char *real = access(file, X_OK) ? NULL : realpath(file, NULL);

		if (real) {
			allow_around(domain, file);
			allow_around(domain, real);
		}
		free(real);
		free(file);
		path += n;
	}
}

/*
 * What every program reads. The environment may say that libraries and the time
 * zone are somewhere else.
 */
static void allow_system(const struct domain *domain)
{
	for (size_t i = 0; i < ARRAY_SIZE(system_dirs); i++)
		allow(domain, system_dirs[i], EXECUTE | READ);
	if (!(domain->handled & READ))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(system_files); i++)
		allow(domain, system_files[i], READ);
	allow_listed(domain, "LD_LIBRARY_PATH");
	allow_listed(domain, "LD_PRELOAD");
	allow_listed(domain, "TZDIR");
	allow_listed(domain, "TZ");
}

static int restrict_files(const struct sandbox *sandbox)
{
	int abi = version(), rc = 0;
	struct domain domain = {
		.handled = abi > 0 ? handled_rights(abi, sandbox->readable) : 0
	};
	struct ruleset rights = { .handled = domain.handled };

	if (abi <= 0)
		return errno;
	domain.fd = (int)syscall(CREATE_RULESET, &rights, sizeof(rights), 0);
	if (domain.fd < 0)
		return errno;
	allow_system(&domain);
	for (size_t i = 0; sandbox->programs[i]; i++)
		allow_program(&domain, sandbox->programs[i]);
	allow_all(&domain, sandbox->readable, READ);
	allow_all(&domain, sandbox->runnable, EXECUTE | READ);
	allow_all(&domain, sandbox->writable, ~(uint64_t)EXECUTE);
	if (syscall(RESTRICT_SELF, domain.fd, 0))
		rc = errno;
	close(domain.fd);
	return rc;
}

int sandbox_enter(const struct sandbox *sandbox)
{
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	/* Sanitizers read their own process as a debugger does. */
#if !defined(TREATY_SANITIZE)
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
	return restrict_files(sandbox);
}

int sandbox_try(void)
{
	const char *const none[] = { NULL };
	const struct sandbox sandbox = { .readable = none, .programs = none };
	pid_t pid = fork();
	int rc, status;

	if (!pid) {
		rc = sandbox_enter(&sandbox);
		if (!rc && open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC) >= 0)
			rc = EPERM;
		_exit(rc);
	}
	if (pid < 0)
		return errno;
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return errno;
	return WIFEXITED(status) ? WEXITSTATUS(status) : EPERM;
}
