/* SPDX-License-Identifier: GPL-2.0-only */
#include "git/command.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/progress.h"
#include "git/repo_private.h"

enum {
	WRONG_USAGE = 129,		/* what git exits with */
	MEMORY_PERCENT = 40,		/* of what this process may allocate */
};

static const char head[] = "ref: refs/heads/none\n";

/*
 * Returns GIT_ALTERNATE_OBJECT_DIRECTORIES=..., each directory quoted the way
 * git reads it.
 */
static char *alternates(struct repo *repo)
{
	struct buf b = BUF_INIT;
	char *const *dirs = repo->object_dirs;

	buf_addstr(&b, "GIT_ALTERNATE_OBJECT_DIRECTORIES=");
	for (size_t i = 0; dirs[i]; i++) {
		buf_addstr(&b, i ? ":\"" : "\"");
		for (const char *p = dirs[i]; *p; p++) {
			if (*p == '"' || *p == '\\')
				buf_addch(&b, '\\');
			buf_addch(&b, *p);
		}
		buf_addch(&b, '"');
	}
	return buf_detach(&b);
}

/*
 * Writes the file under another name and renames it, since another process may
 * use the directory at the same time.
 */
static int write_head(struct scratch *scratch, const char *name,
		      struct error *err)
{
	char *own = scratch_own_name(name);
	char *from = scratch_path(scratch, own);
	char *to = scratch_path(scratch, name);
	int rc = 0;

	if (access(to, F_OK)) {
		rc = scratch_write(scratch, own, head, strlen(head), err);
		if (!rc && rename(from, to))
			rc = error_errno(err, "%s", to);
	}
	free(own);
	free(from);
	free(to);
	return rc;
}

static int make_dir(const char *dir, struct error *err)
{
	if (!mkdir(dir, 0700) || errno == EEXIST)
		return 0;
	return error_errno(err, "%s", dir);
}

/*
 * Creates a repository without settings, attributes, index and refs, so that
 * none of them affects the result. The environment names its objects.
 */
static int open_empty(struct scratch *scratch, char **git_dir,
		      struct error *err)
{
	char *refs;
	int rc = -1;

	if (scratch_open(scratch, err))
		return -1;
	*git_dir = scratch_path(scratch, "git");
	refs = scratch_path(scratch, "git/refs");
	if (!make_dir(*git_dir, err) && !make_dir(refs, err))
		rc = write_head(scratch, "git/HEAD", err);
	free(refs);
	return rc;
}

static const char **git_argv(const char *dir, const char *const *args)
{
	const char *const own[] = {
		"git", "-C", dir, "-c", "core.attributesFile=/dev/null",
		"-c", "advice.graftFileDeprecated=false",
		/* It may send git to other objects than the packs have. */
		"-c", "core.multiPackIndex=false",
		/* Several run at once; the usual 96 MiB save them no time. */
		"-c", "core.deltaBaseCacheLimit=16m",
	};
	const char **argv;
	size_t n = 0;

	while (args[n])
		n++;
	argv = xcalloc(ARRAY_SIZE(own) + n + 1, sizeof(*argv));
	memcpy(argv, own, sizeof(own));
	memcpy(argv + ARRAY_SIZE(own), args, n * sizeof(*args));
	return argv;
}

/* Wrong usage means that git lacks an option that we use. */
static int run(struct process *process, const char *command, struct error *err)
{
	struct buf errors = BUF_INIT;
	char *what = xasprintf("git %s", command);
	int status = 0, rc;

	process->errors = &errors;
	rc = process_run(process, &status, err);
	if (!rc && status)
		rc = process_failed(what, status, &errors, err);
	if (rc && status == WRONG_USAGE)
		error_wrap(err, "git is too old (2.39 or newer is needed)");
	if (rc && strstr(buf_str(&errors), "ut of memory"))
		error_set(err, "%s needs more memory than it may have; 'git "
			  "config treaty.memoryLimit SIZE' allows more", what);
	process->errors = NULL;
	buf_release(&errors);
	free(what);
	return rc;
}

/* What it takes counts for the push; see repo_work(). */
static int run_counted(struct repo *repo, struct process *process,
		       const char *command, struct error *err)
{
	static const char what[] = "merges and patches to make again";
	int64_t before = process_cpu_time();
	int rc;

	if (repo_work(repo, 0, what, err))
		return -1;
	process->cpu_limit = repo_work_left(repo);
	process->memory_percent = MEMORY_PERCENT;
	rc = run(process, command, err);
	/* If its time was up, that is why it failed. */
	return repo_work(repo, process_cpu_time() - before, what, err) ? -1 :
	       rc;
}

int git_run(struct repo *repo, struct scratch *scratch,
	    const char *const *args, struct process *process,
	    struct error *err)
{
	char *objects, *others, *shallow, *dir = NULL, *git_dir;
	const char **argv;
	int rc;

	if (open_empty(scratch, &dir, err)) {
		free(dir);
		return -1;
	}
	objects = xasprintf("GIT_OBJECT_DIRECTORY=%s", scratch->dir);
	others = alternates(repo);
	shallow = xasprintf("GIT_SHALLOW_FILE=%s/shallow",
			    repo_common_dir(repo));
	git_dir = xasprintf("GIT_DIR=%s", dir);
	argv = git_argv(scratch->dir, args);
	process->argv = argv;
	process->env = (const char *[]){
		objects, others, shallow, git_dir, "GIT_COMMON_DIR",
		"GIT_NO_REPLACE_OBJECTS=1", "GIT_GRAFT_FILE=/dev/null",
		"GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null",
		"GIT_ATTR_NOSYSTEM=1",
		/*
		 * The empty tree: since git 2.43 a bare repository's HEAD is
		 * the default.
		 */
		"GIT_ATTR_SOURCE=4b825dc642cb6eb9a060e54bf8d69288fbee4904",
		"GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_QUARANTINE_PATH",
		"GIT_CONFIG_PARAMETERS", "GIT_CONFIG_COUNT",
		"GIT_EXTERNAL_DIFF", "LC_ALL=C", NULL };
	progress_wait(repo->progress, args[0]);
	rc = run_counted(repo, process, args[0], err);
	progress_wait(repo->progress, NULL);
	process->argv = process->env = NULL;
	free(argv);
	free(objects);
	free(others);
	free(shallow);
	free(dir);
	free(git_dir);
	return rc;
}
