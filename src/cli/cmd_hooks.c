/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/supervisor.h"
#include "base/url.h"
#include "cli/hook_input.h"
#include "cli/judge_and_report.h"
#include "cli/kept_hooks.h"
#include "cli/limits.h"
#include "git/remote.h"
#include "policy/govern.h"

/* 5,000 refs take half a megabyte. */
enum { MAX_INPUT = 64 << 20 };

struct hook_call {
	const struct command *command;
	const struct options *options;
	char **argv;
	struct buf input;
	struct push push;
	struct place place;
	struct remotes remotes;		/* of a client */
	char *real_path;		/* of a local repository, or NULL */
};

static void hook_call_release(struct hook_call *call)
{
	push_release(&call->push);
	place_release(&call->place);
	remotes_release(&call->remotes);
	free(call->real_path);
	buf_release(&call->input);
}

static int undecided(const char *why)
{
	return complain(EXIT_UNDECIDED, "cannot decide, so the push is refused:"
			" %s", why);
}

static int parse_push(struct hook_call *call, const struct buf *input,
		      struct error *err)
{
	switch (call->command->bit) {
	case CMD_PRE_PUSH:
		return push_parse_push(&call->push, buf_str(input), input->len,
				       err);
	case CMD_PRE_RECEIVE:
		return push_parse_receive(&call->push, buf_str(input),
					  input->len, err);
	default:
		return push_parse_update(&call->push, call->argv[0],
					 call->argv[1], call->argv[2], err);
	}
}

/* The URL by which the policy knows where a push goes, if it does. */
static const char *tree_url(struct hook_call *call)
{
	const char *url = call->argv[1];
	const struct tree *second;

	if (tree_by_url(call->place.policy, url, &second))
		return url;
	call->real_path = url_is_local(url) ? remote_place(url) : NULL;
	if (call->real_path &&
	    tree_by_url(call->place.policy, call->real_path, &second))
		return call->real_path;
	return remotes_raw_url(&call->remotes, call->argv[0], url);
}

/* Without remote-tracking refs, old commits may have been taken for new. */
static void say_what_is_unknown(const struct hook_call *call)
{
	const char *url = call->argv[1];
	struct refspecs specs = { 0 };

	remotes_tracking(&call->remotes, url, &specs);
	if (!specs.n)
		complain(0, "nothing here tells what %s has already: if it has "
			 "commits that are refused, 'git remote add NAME %s' "
			 "and 'git fetch NAME' make them known", url, url);
	refspecs_release(&specs);
}

static int judge(struct hook_call *call)
{
	bool is_client = call->command->bit == CMD_PRE_PUSH;
	struct judge_input input = {
		.request = {
			.mode = is_client ? JUDGE_CLIENT : JUDGE_SERVER,
			.updates = call->push.updates,
			.n_updates = call->push.n,
			.remote = is_client ? call->argv[0] : NULL,
			.url = is_client ? call->argv[1] : NULL,
		},
		.keys = policy_source_keys(&call->place.source),
	};
	struct judge_call judge = {
		.command = call->command, .options = call->options,
		.place = &call->place, .input = &input, .out = stderr,
	};
	struct error err;
	int status;

	if (is_client && remotes_read(call->place.repo, &call->remotes, &err))
		return undecided(err.msg);
	if (place_find_tree(&call->place, call->options,
			    is_client ? tree_url(call) : NULL, &err))
		return undecided(err.msg);
	status = judge_and_report(&judge);
	if (is_client && status == EXIT_REFUSED)
		say_what_is_unknown(call);
	return status;
}

/* In the process that is supervised. */
static int load_and_judge(void *ctx)
{
	struct hook_call *call = ctx;
	struct error err;
	int status;

	if (parse_push(call, &call->input, &err) ||
	    place_open(&call->place, call->options, &call->push, &err))
		status = undecided(err.msg);
	else
		status = judge(call);
	hook_call_release(call);
	return status;
}

static int on_broken(void *ctx, const char *why)
{
	(void)ctx;
	return undecided(why);
}

/* Where the hook file that calls us keeps the earlier one; a new string. */
static int find_kept(const struct hook_call *call, char **path,
		     struct error *err)
{
	const char *file = call->options->installed;
	const char *slash = file ? strrchr(file, '/') : NULL;
	char *dir = slash ? xstrndup(file, (size_t)(slash - file)) :
			    xstrdup(".");
	struct kept kept = { 0 };
	int rc = 0;

	*path = NULL;
	if (file)
		rc = kept_find(&kept, dir, err);
	else if (call->options->chained)
		*path = xstrdup(call->options->chained);
	if (!rc && file && kept_has(&kept, call->command->name)) {
		*path = kept_path(&kept, call->command->name);
		rc = kept_link(&kept, err);
	}
	kept_release(&kept);
	free(dir);
	return rc;
}

/* Runs the hook that was here before. If it refuses, the push is refused. */
static int run_kept(const struct hook_call *call, int argc)
{
	char *path = NULL;
	struct error err;
	int status = 0;

	if (find_kept(call, &path, &err) ||
	    (path && kept_run(path, call->options->installed, argc, call->argv,
			      &call->input, &status, &err))) {
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

/* Git runs no pre-receive without a ref: who has read the input before us? */
static int read_input(const struct command *command, struct buf *input)
{
	struct error err;

	if (command->bit == CMD_UPDATE)
		return 0;
	if (buf_read_fd(input, STDIN_FILENO, MAX_INPUT, &err))
		return complain(EXIT_UNDECIDED, "cannot decide, so the push "
				"is refused: the hook's input: %s", err.msg);
	if (!input->len && command->bit == CMD_PRE_RECEIVE)
		return undecided("the hook's input is empty: whatever calls "
				 "git-treaty must hand on the lines that it "
				 "gets from git");
	return 0;
}

static int expected_args(const struct command *command)
{
	return command->bit == CMD_PRE_PUSH ? 2 :
	       command->bit == CMD_UPDATE ? 3 : 0;
}

int cmd_hook(const struct command *command, const struct options *options,
	     int argc, char **argv)
{
	struct hook_call call = { .command = command, .options = options,
				  .argv = argv };
	const struct supervised judging = {
		.work = load_and_judge, .broken = on_broken, .ctx = &call,
		.time_limit = DEFAULT_TIME_LIMIT,
	};
	int status;

	if (argc != expected_args(command))
		return usage_error(command, "%s takes %d arguments, not %d",
				   command->name, expected_args(command),
				   argc);
	status = read_input(command, &call.input);
	if (!status)
		status = run_kept(&call, argc);
	if (!status)
		status = supervise(&judging);
	hook_call_release(&call);
	return status;
}
