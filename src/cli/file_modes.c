/* SPDX-License-Identifier: GPL-2.0-only */
#include "cli/file_modes.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

enum { PERM_GROUP = 0660, PERM_EVERYBODY = 0664 };

/* The words of git-config(1), core.sharedRepository. */
static bool named_perm(const char *value, int *shared)
{
	static const struct { const char *name; int shared; } names[] = {
		{ "umask", 0 }, { "false", 0 }, { "no", 0 }, { "off", 0 },
		{ "0", 0 }, { "group", PERM_GROUP }, { "true", PERM_GROUP },
		{ "yes", PERM_GROUP }, { "on", PERM_GROUP },
		{ "1", PERM_GROUP }, { "all", PERM_EVERYBODY },
		{ "world", PERM_EVERYBODY }, { "everybody", PERM_EVERYBODY },
		{ "2", PERM_EVERYBODY },
	};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (!strcasecmp(value, names[i].name)) {
			*shared = names[i].shared;
			return true;
		}
	}
	return false;
}

static int parse_perm(const char *value, int *shared, struct error *err)
{
	char *end;
	long octal;

	if (named_perm(value, shared))
		return 0;
	octal = strtol(value, &end, 8);
	if (*end || end == value || (octal & ~0777) || (octal & 0600) != 0600)
		return error_set(err, "git config core.sharedRepository is "
				 "'%s', which git does not take", value);
	*shared = -(int)(octal & 0666);
	return 0;
}

int file_modes_find(struct repo *repo, struct file_modes *modes,
		    struct error *err)
{
	char *value = NULL;
	struct stat st;
	int rc = 0;

	*modes = (struct file_modes){ 0 };
	if (repo_config(repo, "core.sharedrepository", &value, NULL, err))
		return -1;
	if (value)
		rc = parse_perm(value, &modes->shared, err);
	free(value);
	if (!rc && stat(repo_common_dir(repo), &st))
		rc = error_errno(err, "%s", repo_common_dir(repo));
	if (!rc)
		modes->group = st.st_gid;
	return rc;
}

/* As git's adjust_shared_perm() reckons it. */
static mode_t shared_mode(int shared, mode_t mode)
{
	mode_t bits = (mode_t)abs(shared);

	if (!(mode & S_IWUSR))
		bits &= ~(mode_t)0222;
	if (mode & S_IXUSR)
		bits |= (bits & 0444) >> 2;
	mode = (shared < 0 ? mode & ~(mode_t)0777 : mode) | bits;
	return S_ISDIR(mode) ? mode | S_ISGID : mode;
}

int file_modes_apply(const struct file_modes *modes, const char *path,
		     struct error *err)
{
	struct stat st;

	if (!modes->shared)
		return 0;
	if (stat(path, &st) ||
	    (st.st_gid != modes->group &&
	     chown(path, (uid_t)-1, modes->group)) ||
	    chmod(path, shared_mode(modes->shared, st.st_mode) & 07777))
		return error_set(err, "%s, which core.sharedRepository gives "
				 "to a group: %s", path, strerror(errno));
	return 0;
}

bool file_modes_match(const struct file_modes *modes, const char *path)
{
	struct stat st;

	return !modes->shared ||
	       (!stat(path, &st) &&
		shared_mode(modes->shared, st.st_mode) == st.st_mode);
}

int file_modes_mkdir(const struct file_modes *modes, const char *path,
		     struct error *err)
{
	if (!mkdir(path, 0777))
		return file_modes_apply(modes, path, err);
	return errno == EEXIST ? 0 :
	       error_errno(err, "%s", path);
}

int act_as_owner(const char *path, struct error *err)
{
	const struct passwd *pw;
	struct stat st;

	if (getuid())
		return 0;
	if (seteuid(0) || stat(path, &st))
		goto failed;
	if (!st.st_uid)
		return 0;
	pw = getpwuid(st.st_uid);
	if ((pw ? initgroups(pw->pw_name, st.st_gid) :
		  setgroups(1, &st.st_gid)) || setegid(st.st_gid) ||
	    setenv("HOME", pw ? pw->pw_dir : "/nonexistent", 1) ||
	    seteuid(st.st_uid))
		goto failed;
	return 0;
failed:
	return error_errno(err, "cannot act as the owner of %s", path);
}

/* libgit2 looks for the user's configuration when it starts. */
struct repo *repo_open_as_owner(struct error *err)
{
	struct repo *repo = repo_open(err);

	if (!repo || getuid())
		return repo;
	if (act_as_owner(repo_common_dir(repo), err)) {
		repo_free(repo);
		return NULL;
	}
	repo_free(repo);
	return repo_open(err);
}
