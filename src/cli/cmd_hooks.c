/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>
#include <unistd.h>

#include "cli/previous_hook.h"
#include "cli/judge_and_report.h"

/* 5,000 refs take half a megabyte. */
enum { MAX_INPUT = 64 << 20 };

struct hook_call {
	const struct command *command;
	const struct options *options;
	char **argv;
	struct push push;
	struct place place;
};

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

	if (place_find_tree(&call->place, call->options, input.request.url, &err))
		return undecided(err.msg);
	return judge_and_report(&judge);
}

static int load_and_judge(struct hook_call *call, const struct buf *input)
{
	struct error err;

	if (parse_push(call, input, &err) ||
	    place_open(&call->place, call->options, &call->push, &err))
		return undecided(err.msg);
	return judge(call);
}

/* The hook that was here before comes first; its refusal is the push's. */
static int run_chained(const struct hook_call *call, int argc,
		       const struct buf *input)
{
	struct error err;
	int status;

	if (!call->options->chained)
		return 0;
	if (previous_hook_run(call->options->chained, argc, call->argv, input, &status,
		      &err))
		return complain(EXIT_UNDECIDED, "cannot decide, so the push is "
				"refused: the hook kept as %s cannot be run: "
				"%s", call->options->chained, err.msg);
	if (status)
		complain(status, "the hook kept as %s refuses the push (exit "
			 "status %d)", call->options->chained, status);
	return status;
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
	struct buf input = BUF_INIT;
	struct error err;
	int status = 0;

	if (argc != expected_args(command))
		return usage_error(command, "%s takes %d arguments, not %d",
				   command->name, expected_args(command),
				   argc);
	if (command->bit != CMD_UPDATE &&
	    buf_read_fd(&input, STDIN_FILENO, MAX_INPUT, &err))
		status = complain(EXIT_UNDECIDED, "cannot decide, so the push "
				  "is refused: the hook's input: %s", err.msg);
	if (!status)
		status = run_chained(&call, argc, &input);
	if (!status)
		status = load_and_judge(&call, &input);
	push_release(&call.push);
	place_release(&call.place);
	buf_release(&input);
	return status;
}
