/* SPDX-License-Identifier: GPL-2.0-only */
#include "git/command.h"

#include <stdlib.h>

#include "base/mem.h"

/* GIT_ALTERNATE_OBJECT_DIRECTORIES with each directory quoted as git reads. */
static char *alternates(struct repo *repo)
{
	struct buf b = BUF_INIT;
	char *const *dirs = repo_object_dirs(repo);

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

static const char **git_argv(const char *dir, const char *const *args)
{
	const char **argv;
	size_t n = 0;

	while (args[n])
		n++;
	argv = xcalloc(n + 4, sizeof(*argv));
	argv[0] = "git";
	argv[1] = "-C";
	argv[2] = dir;
	for (size_t i = 0; i < n; i++)
		argv[3 + i] = args[i];
	return argv;
}

int git_run(struct repo *repo, struct scratch *scratch,
	    const char *const *args, struct process *process, int *status,
	    struct error *err)
{
	char *objects, *others, *git_dir;
	const char **argv;
	int rc;

	if (scratch_open(scratch, err))
		return -1;
	objects = xasprintf("GIT_OBJECT_DIRECTORY=%s", scratch->dir);
	others = alternates(repo);
	git_dir = xasprintf("GIT_DIR=%s", repo_git_dir(repo));
	argv = git_argv(scratch->dir, args);
	process->argv = argv;
	process->env = (const char *[]){
		objects, others, git_dir, "GIT_NO_REPLACE_OBJECTS=1",
		"GIT_GRAFT_FILE=/dev/null", "GIT_ATTR_NOSYSTEM=1",
		/* The empty tree: since 2.43 a bare repository has its HEAD's. */
		"GIT_ATTR_SOURCE=4b825dc642cb6eb9a060e54bf8d69288fbee4904",
		"GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_QUARANTINE_PATH",
		"GIT_CONFIG_PARAMETERS", "GIT_CONFIG_COUNT",
		"GIT_EXTERNAL_DIFF", "LC_ALL=C", NULL };
	rc = process_run(process, status, err);
	process->argv = process->env = NULL;
	free(argv);
	free(objects);
	free(others);
	free(git_dir);
	return rc;
}
