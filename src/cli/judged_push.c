/* SPDX-License-Identifier: GPL-2.0-only */
#include "cli/judged_push.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"
#include "base/write_all.h"
#include "cli/file_modes.h"

enum { MAX_RECORD = 16 << 20, LOCK_WAITS = 100, LOCK_WAIT_US = 10000 };
enum { MAX_ANCESTORS = 8, STAT_PARENT = 4, STAT_START = 22 };

static char *records_dir(const char *common_dir)
{
	return xasprintf("%s/treaty/pushes", common_dir);
}

static char *record_path(const char *common_dir, pid_t pid)
{
	return xasprintf("%s/treaty/pushes/%ld", common_dir, (long)pid);
}

/* Removes the records of processes that are gone, that of `own`, or all. */
static void remove_records(const char *path, pid_t own, bool all)
{
	DIR *dir = opendir(path);
	struct dirent *e;

	while (dir && (e = readdir(dir))) {
		long pid = strtol(e->d_name, NULL, 10);

		if (pid > 0 && (all || pid == (long)own ||
				(kill((pid_t)pid, 0) && errno == ESRCH)))
			unlinkat(dirfd(dir), e->d_name, 0);
	}
	if (dir)
		closedir(dir);
}

void judged_push_begin(struct repo *repo, pid_t pid, bool is_new)
{
	char *dir = records_dir(repo_common_dir(repo));

	remove_records(dir, is_new ? pid : 0, false);
	free(dir);
}

void judged_push_forget_all(struct repo *repo)
{
	char *dir = records_dir(repo_common_dir(repo));

	remove_records(dir, 0, true);
	rmdir(dir);
	free(dir);
}

static int add_line(const char *path, const char *line, int how,
		    struct error *err)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | how, 0666);
	int rc = 0;

	if (fd < 0 || !write_all(fd, line, strlen(line)))
		rc = error_errno(err, "%s", path);
	if (fd >= 0)
		close(fd);
	return rc;
}

static int write_line(struct repo *repo, const char *path, const char *line,
		      int how, struct error *err)
{
	char *dir = records_dir(repo_common_dir(repo));
	struct file_modes modes;
	int rc = file_modes_find(repo, &modes, err);

	if (!rc)
		rc = file_modes_mkdir(&modes, dir, err);
	if (!rc)
		rc = add_line(path, line, how, err);
	free(dir);
	return rc;
}

int judged_push_note(struct repo *repo, pid_t pid, const char *ref,
		     const struct oid *oid, struct error *err)
{
	char *path = record_path(repo_common_dir(repo), pid), *line;
	char hex[OID_HEX + 1];
	int rc;

	oid_format(hex, oid);
	line = xasprintf("%s %s\n", hex, ref);
	rc = write_line(repo, path, line, O_APPEND, err);
	free(line);
	free(path);
	return rc;
}

bool judged_push_is_noted(const char *common_dir, pid_t pid)
{
	char *path = record_path(common_dir, pid);
	bool is = !access(path, F_OK);

	free(path);
	return is;
}

/* Reads a file of the process below /proc; false if nobody lets us. */
static bool read_proc(pid_t pid, const char *name, struct buf *text)
{
	char *path = xasprintf("/proc/%ld/%s", (long)pid, name);
	struct error ignored;
	bool is = !buf_read_file(text, path, MAX_RECORD, &ignored);

	free(path);
	return is;
}

/* A field of /proc/PID/stat, see proc(5); 0 if nobody tells. */
static unsigned long long stat_field(pid_t pid, int n)
{
	struct buf text = BUF_INIT;
	unsigned long long value = 0;
	const char *p;

	/* The second field may hold anything. */
	if (read_proc(pid, "stat", &text) &&
	    (p = strrchr(buf_str(&text), ')'))) {
		for (int field = 2; p && field < n; field++)
			p = strchr(p + 1, ' ');
		value = p ? strtoull(p, NULL, 10) : 0;
	}
	buf_release(&text);
	return value;
}

bool takes_push(pid_t pid)
{
	struct buf words = BUF_INIT;
	bool is = false;

	if (read_proc(pid, "cmdline", &words) && words.len) {
		const char *first = buf_str(&words);
		const char *slash = strrchr(first, '/');
		const char *name = slash ? slash + 1 : first;
		const char *second = name + strlen(name) + 1;

		is = !strcmp(name, "git-receive-pack") ||
		     (!strcmp(name, "git") && second < first + words.len &&
		      !strcmp(second, "receive-pack"));
	}
	buf_release(&words);
	return is;
}

/*
 * The process that takes the push: a hook written by hand may have started git,
 * and that us. The nearest one if none of its ancestors is known to do that.
 */
static pid_t taker_of(pid_t nearest)
{
	pid_t pid = nearest;

	for (int i = 0; i < MAX_ANCESTORS && pid > 1; i++) {
		if (takes_push(pid))
			return pid;
		pid = (pid_t)stat_field(pid, STAT_PARENT);
	}
	return nearest;
}

/*
 * `whose` is the start of the record's line: an earlier process may have had
 * the same id, but not the same start.
 */
static int recorded_policy(struct repo *repo, pid_t taker, const char *whose,
			   const struct oid *now, struct oid *then,
			   struct error *err)
{
	char *dir = records_dir(repo_common_dir(repo));
	char *path = xasprintf("%s/%ld.policy", dir, (long)taker);
	char hex[OID_HEX + 1], *line;
	struct buf text = BUF_INIT;
	struct error ignored;
	int rc = 0;

	if (buf_read_file(&text, path, MAX_RECORD, &ignored) ||
	    !text_starts_with(buf_str(&text), whose) ||
	    text.len < strlen(whose) + OID_HEX ||
	    !oid_parse(then, buf_str(&text) + strlen(whose), OID_HEX)) {
		*then = *now;
		oid_format(hex, now);
		line = xasprintf("%s%s\n", whose, hex);
		remove_records(dir, 0, false);
		rc = write_line(repo, path, line, O_TRUNC, err);
		free(line);
	}
	buf_release(&text);
	free(path);
	free(dir);
	return rc;
}

int judged_push_policy(struct repo *repo, pid_t pid, const char *ref,
		       const struct oid *now, struct oid *then,
		       struct error *err)
{
	pid_t taker = taker_of(pid);
	unsigned long long start = stat_field(taker, STAT_START);
	char *whose = xasprintf("%llu %s ", start, ref);
	int rc = start ? recorded_policy(repo, taker, whose, now, then, err) :
		 error_set(err, "/proc/%ld/stat, which tells one push from "
			   "another, cannot be read: install the hook "
			   "pre-receive, which does without", (long)taker);

	free(whose);
	return rc ? error_wrap(err, "cannot remember which policy judges this "
			       "push") : 0;
}

/* Waits until nobody else is changing the ref; false: somebody still is. */
static bool wait_for_lock(struct repo *repo, const char *ref)
{
	char *lock = xasprintf("%s/%s.lock", repo_common_dir(repo), ref);
	bool is_free = false;

	for (int i = 0; !is_free && i < LOCK_WAITS; i++) {
		is_free = access(lock, F_OK);
		if (!is_free)
			usleep(LOCK_WAIT_US);
	}
	free(lock);
	return is_free;
}

static const char *shown(struct repo *repo, const char *ref)
{
	return repo_hides(repo, ref) ? "a ref that is hidden from you" : ref;
}

static int check_line(struct repo *repo, const char *line, struct error *err)
{
	const char *ref = line + OID_HEX + 1;
	struct oid noted, now;
	bool found;

	if (strlen(line) <= OID_HEX + 1 || !oid_parse(&noted, line, OID_HEX))
		return error_set(err, "what this push was judged for cannot "
				 "be read");
	if (repo_ref_target(repo, ref, &now, &found, err))
		return -1;
	if (!found || !oid_equal(&noted, &now))
		return error_set(err, "another push has changed %s, which "
				 "this one merges, since it was judged: fetch "
				 "it, and push again", shown(repo, ref));
	return 0;
}

int judged_push_check(struct repo *repo, pid_t pid, struct error *err)
{
	char *path = record_path(repo_common_dir(repo), pid), *line, *next;
	struct buf text = BUF_INIT;
	int rc = 0;

	if (!access(path, F_OK))
		rc = buf_read_file(&text, path, MAX_RECORD, err);
	for (line = text.ptr; !rc && line && *line; line = next) {
		next = line + strcspn(line, "\n");
		if (*next)
			*next++ = '\0';
		/* First: what is written to the ref then is seen after. */
		if (strlen(line) > OID_HEX + 1 &&
		    !wait_for_lock(repo, line + OID_HEX + 1))
			rc = error_set(err, "another push is changing %s, "
				       "which this one merges: push again",
				       shown(repo, line + OID_HEX + 1));
		else
			rc = check_line(repo, line, err);
	}
	buf_release(&text);
	free(path);
	return rc;
}
