/* SPDX-License-Identifier: GPL-2.0-only */
#include "cli/hook_call.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "cli/kept_hooks.h"

/* 5,000 refs take half a megabyte. */
enum { MAX_INPUT = 64 << 20 };

static int undecided(const char *why, const char *hint)
{
	return complain(EXIT_UNDECIDED, "cannot decide, so the push is refused:"
			" %s%s", why, hint);
}

int hook_undecided(const char *why)
{
	return undecided(why, "");
}

int hook_failed(const struct place *place, const struct error *err)
{
	return undecided(err->msg, place->is_confined &&
				   err->kind == ERROR_ACCESS ?
		"; if the sandbox of hooks is why, 'git config --add "
		"treaty.sandboxPath DIRECTORY' lets them read and run what is "
		"there" : "");
}

int hook_read_input(struct buf *input, struct error *err)
{
	if (buf_read_fd(input, STDIN_FILENO, MAX_INPUT, err))
		return error_wrap(err, "the hook's input");
	return 0;
}

/* Where the hook file that calls us keeps the earlier one; a new string. */
static int find_kept(const struct options *options, const char *name,
		     char **path, struct error *err)
{
	const char *file = options->installed;
	const char *slash = file ? strrchr(file, '/') : NULL;
	char *dir = slash ? xstrndup(file, (size_t)(slash - file)) :
			    xstrdup(".");
	struct kept kept = { 0 };
	int rc = 0;

	*path = NULL;
	if (file)
		rc = kept_find(&kept, dir, err);
	else if (options->chained)
		*path = xstrdup(options->chained);
	if (!rc && file && kept_has(&kept, name)) {
		*path = kept_path(&kept, name);
		rc = kept_link(&kept, err);
	}
	kept_release(&kept);
	free(dir);
	return rc;
}

/* The hook that was here before comes first; its refusal is the push's. */
int hook_run_kept(const struct command *command, const struct options *options,
		  int argc, char **argv, const struct buf *input)
{
	char *path = NULL;
	struct error err;
	int status = 0;

	if (find_kept(options, command->name, &path, &err) ||
	    (path && kept_run(path, options->installed, argc, argv,
			      input, &status, &err))) {
		status = complain(EXIT_UNDECIDED, "cannot decide, so the push "
				  "is refused: the hook kept as %s cannot be "
				  "run: %s", path, err.msg);
	} else if (status) {
		complain(status, "the hook kept as %s refuses the push (exit "
			 "status %d)", path, status);
	}
	free(path);
	return status;
}
