/* SPDX-License-Identifier: GPL-2.0-only */
#include "git/libgit2.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/mem.h"

enum {
	/* Packs are mapped piece by piece, so that memory stays bounded. */
	PACK_WINDOW = 8 << 20,
	PACK_WINDOWS = 64 << 20,
};

struct libgit2 git2;

/*
 * Tells packagers which library is loaded: an ELF note as in
 * https://uapi-group.org/specifications/specs/elf_dlopen_metadata/
 */
#define NOTE "[{\"feature\":\"git\",\"description\":\"Reads repositories\"," \
	     "\"priority\":\"required\",\"soname\":[\"" TREATY_LIBGIT2 "\"]}]"

static const struct {
	uint32_t name_size, text_size, type;
	char name[4];
	_Alignas(uint32_t) char text[sizeof(NOTE)];
} note __attribute__((used, section(".note.dlopen"), aligned(4))) = {
	4, sizeof(NOTE), 0x407c0c0a, "FDO", NOTE,
};

static int cannot_load(struct error *err)
{
	return error_access(err, "libgit2 cannot be loaded: %s; install %s, or "
			    "build git-treaty again with the libgit2 that is "
			    "here", dlerror(), TREATY_LIBGIT2);
}

/*
 * ISO C cannot convert dlsym()'s pointer to a function pointer; this is how
 * POSIX does it.
 */
static int find(void *library, const char *name, void *function,
		struct error *err)
{
	void *symbol = dlsym(library, name);

	if (!symbol)
		return cannot_load(err);
	memcpy(function, &symbol, sizeof(symbol));
	return 0;
}

static int load(struct error *err)
{
	struct libgit2 all;
	void *library;

	if (git2.libgit2_init)
		return 0;
	library = dlopen(TREATY_LIBGIT2, RTLD_LAZY | RTLD_LOCAL);
	if (!library)
		return cannot_load(err);
#define X(name) \
	if (find(library, "git_" #name, &all.name, err)) \
		return -1;
	GIT2_FUNCTIONS(X)
#undef X
	git2 = all;
	return 0;
}

/*
 * git_libgit2_init() parses all of the system's certificates: 63 million
 * instructions, more than most pushes take to judge, for connections that are
 * never made here. No option prevents it, and SSL_CERT_FILE does not either
 * (Debian's libgit2 uses Mbed TLS, with a path that is compiled in). But it
 * goes on if it cannot open the file, so no file can be opened meanwhile. If it
 * fails, it starts again without that.
 */
static int start_offline(void)
{
	struct rlimit limit, none;
	int rc;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		return git2.libgit2_init();
	none = (struct rlimit){ 0, limit.rlim_max };
	if (setrlimit(RLIMIT_NOFILE, &none))
		return git2.libgit2_init();
	rc = git2.libgit2_init();
	if (setrlimit(RLIMIT_NOFILE, &limit))
		abort();
	return rc < 0 ? git2.libgit2_init() : rc;
}

/*
 * Git goes on without a config file of the user if it may not read it, which is
 * what a server has whose HOME is still that of another user. libgit2 opens no
 * repository then.
 */
static void skip_unreadable(int level, const char *dir, const char *name)
{
	char *path = xasprintf("%s/%s", dir, name);

	if (access(path, R_OK) && errno == EACCES)
		git2.libgit2_opts(GIT_OPT_SET_SEARCH_PATH, level, "");
	free(path);
}

static void skip_unreadable_config(void)
{
	const char *home = getenv("HOME"), *xdg = getenv("XDG_CONFIG_HOME");

	if (home)
		skip_unreadable(GIT_CONFIG_LEVEL_GLOBAL, home, ".gitconfig");
	if (xdg && *xdg)
		skip_unreadable(GIT_CONFIG_LEVEL_XDG, xdg, "git/config");
	else if (home)
		skip_unreadable(GIT_CONFIG_LEVEL_XDG, home,
				".config/git/config");
}

int libgit2_start(struct error *err)
{
	const char *extensions[] = { "worktreeconfig", "partialclone" };

	if (load(err))
		return -1;
	if (start_offline() < 0)
		return error_set(err, "libgit2: %s", libgit2_message());
	/*
	 * git has checked safe.directory for whoever pushes, and receive-pack
	 * has hashed what it received; do not do either again.
	 */
	git2.libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
	git2.libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, 0);
	git2.libgit2_opts(GIT_OPT_SET_EXTENSIONS, extensions,
			  ARRAY_SIZE(extensions));
	git2.libgit2_opts(GIT_OPT_ENABLE_CACHING, 0);
	git2.libgit2_opts(GIT_OPT_SET_MWINDOW_SIZE, (size_t)PACK_WINDOW);
	git2.libgit2_opts(GIT_OPT_SET_MWINDOW_MAPPED_LIMIT,
			  (size_t)PACK_WINDOWS);
	skip_unreadable_config();
	return 0;
}

void libgit2_stop(void)
{
	git2.libgit2_shutdown();
}

const char *libgit2_message(void)
{
	const git_error *e = git2.error_last();

	return e && e->message ? e->message : "unknown error";
}

git_oid libgit2_oid(const struct oid *oid)
{
	git_oid out = { 0 };

	memcpy(out.id, oid->b, OID_SIZE);
	return out;
}

struct oid libgit2_oid_of(const git_oid *oid)
{
	struct oid out;

	memcpy(out.b, oid->id, OID_SIZE);
	return out;
}
