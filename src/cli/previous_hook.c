/* SPDX-License-Identifier: GPL-2.0-only */
#include "cli/previous_hook.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/process.h"

/*
 * `git treaty` has put git's own directory in front of PATH, where git had put
 * it for the hook already: without the second one it is the hook's again.
 */
static char *own_path(void)
{
	const char *path = getenv("PATH");
	size_t n = path ? strcspn(path, ":") : 0;

	if (!n || path[n] != ':' || strncmp(path, path + n + 1, n) ||
	    (path[2 * n + 1] != ':' && path[2 * n + 1]))
		return xstrdup("");
	return xasprintf("PATH=%s", path + n + 1);
}

int previous_hook_run(const char *path, int argc, char **argv,
	      const struct buf *input, int *status, struct error *err)
{
	struct process process = { .input = buf_str(input),
				   .input_len = input->len };
	const char *env[] = { NULL, NULL };
	const char **args;
	char *with_path, *file;
	int rc;

	*status = 0;
	if (access(path, F_OK))
		return errno == ENOENT ? 0 :
		       error_set(err, "%s: %s", path, strerror(errno));
	/* Git runs no hook that is not executable: nor do we. */
	if (access(path, X_OK))
		return 0;
	args = xcalloc((size_t)argc + 2, sizeof(*args));
	file = strchr(path, '/') ? xstrdup(path) : xasprintf("./%s", path);
	args[0] = file;
	for (int i = 0; i < argc; i++)
		args[i + 1] = argv[i];
	process.argv = args;
	with_path = own_path();
	env[0] = *with_path ? with_path : NULL;
	process.env = env;
	rc = process_run(&process, status, err);
	free(with_path);
	free(file);
	free(args);
	return rc;
}
