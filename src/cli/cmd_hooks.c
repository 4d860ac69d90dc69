/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/errand.h"
#include "base/mem.h"
#include "base/supervisor.h"
#include "base/url.h"
#include "cli/hook_call.h"
#include "cli/hook_files.h"
#include "cli/hook_input.h"
#include "cli/judge_and_report.h"
#include "cli/judged_push.h"
#include "cli/limits.h"
#include "cli/ungoverned.h"
#include "git/remote.h"
#include "policy/govern.h"

struct hook_call {
	const struct command *command;
	const struct options *options;
	char **argv;
	struct buf input;
	struct push push;
	struct place place;
	struct remotes remotes;		/* of a client */
	struct refspecs tracking;	/* what tracks where it pushes */
	struct errand asking;		/* asks the other side what it has */
	struct remote_refs theirs;	/* its answer */
	struct error not_told;		/* or why there is none */
	bool asked;
	struct strings tags;		/* ours that the verdict rests on */
	bool tags_are_signed;
	char *real_path;		/* of a local repository, or NULL */
	pid_t parent;			/* the git that takes the push */
	bool note_failed;
};

static void hook_call_release(void *ctx)
{
	struct hook_call *call = ctx;

	push_release(&call->push);
	place_release(&call->place);
	remotes_release(&call->remotes);
	refspecs_release(&call->tracking);
	errand_release(&call->asking);
	remote_refs_release(&call->theirs);
	strings_release(&call->tags);
	free(call->real_path);
	buf_release(&call->input);
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
		call->push.is_one_by_one = true;
		call->push.taker = call->parent;
		return push_parse_update(&call->push, call->argv[0],
					 call->argv[1], call->argv[2], err);
	}
}

/*
 * Finds the URL by which the policy knows where a push goes, and whether any
 * tree has it.
 */
static void find_target(struct hook_call *call, struct push_target *target)
{
	const char *url = call->argv[1];
	const char *urls[3] = { url };
	const struct tree *second;

	if (url_is_local(url))
		urls[1] = call->real_path = remote_place(url);
	urls[2] = remotes_raw_url(&call->remotes, call->argv[0], url);
	*target = (struct push_target){ .url = url };
	for (size_t i = 0; i < ARRAY_SIZE(urls); i++) {
		if (!urls[i])
			continue;
		if (tree_by_url(call->place.policy, urls[i], &second) &&
		    !target->known)
			target->known = urls[i];
		target->is_trees |= target->known || second;
	}
}

static int read_remotes(struct hook_call *call, struct error *err)
{
	if (remotes_read(call->place.repo, &call->remotes, err))
		return -1;
	remotes_tracking(&call->remotes, call->argv[1], &call->tracking);
	return 0;
}

/* Whether the branches that the other side says it has are here. */
static bool knows_branches(const struct hook_call *call)
{
	struct error ignored;
	size_t n = 0;

	for (size_t i = 0; i < call->theirs.n; i++) {
		const struct remote_ref *ref = &call->theirs.v[i];
		bool has;

		if (tag_name(ref->name))
			continue;
		if (repo_has(call->place.repo, &ref->oid, &has, &ignored) ||
		    !has)
			return false;
		n++;
	}
	return n;
}

/* Without remote-tracking refs, old commits may have been taken for new. */
static void say_what_is_unknown(const struct hook_call *call)
{
	const char *url = call->argv[1];

	if (!call->tracking.n && !knows_branches(call))
		complain(0, "nothing here tells what %s has already: if it has "
			 "commits that are refused, 'git remote add NAME %s' "
			 "and 'git fetch NAME' make them known", url, url);
}

static void relies_on(void *ctx, const char *ref, bool is_signed)
{
	struct hook_call *call = ctx;
	const char *tag = tag_name(ref);

	call->tags_are_signed = is_signed &&
				(!call->tags.n || call->tags_are_signed);
	if (!strings_have(&call->tags, tag))
		strings_add(&call->tags, tag, strlen(tag));
}

/* In a process that may still use the network, and run ssh. */
static int ask_remote(void *ctx, struct buf *out, struct error *err)
{
	const struct hook_call *call = ctx;

	return remote_refs_ask(call->place.repo, call->argv[1], out, err);
}

/*
 * A clone does not know which tags the other side has, nor always which
 * branches. So it asks as soon as the verdict may depend on them.
 */
static bool ask_for_refs(void *ctx, const struct verdict *verdict,
			 struct judge_input *input)
{
	struct hook_call *call = ctx;

	if (!call->tags.n && !verdict->n)
		return false;
	call->asked = true;
	if (errand_run(&call->asking, &call->theirs.text, &call->not_told) ||
	    remote_refs_parse(&call->theirs, &call->not_told))
		return false;
	input->request.theirs = &call->theirs;
	return true;
}

/*
 * Tags of the other side that this clone never fetched, although it has what
 * they tag.
 */
static void say_what_is_not_fetched(const struct hook_call *call)
{
	const struct remote_refs *theirs = &call->theirs;
	bool has_tag = true, has_commit = false;
	struct error ignored;

	for (size_t i = 0; i < theirs->n; i++) {
		const struct remote_ref *tag = &theirs->v[i];

		if (!tag_name(tag->name) || oid_is_zero(&tag->peeled) ||
		    repo_has(call->place.repo, &tag->oid, &has_tag, &ignored) ||
		    repo_has(call->place.repo, &tag->peeled, &has_commit,
			     &ignored) ||
		    has_tag || !has_commit)
			continue;
		complain(0, "%s has %s and perhaps other tags that are not "
			 "here: 'git fetch %s \"refs/tags/*:refs/tags/*\"' "
			 "makes them known", call->argv[1],
			 tag_name(tag->name), call->argv[0]);
		return;
	}
}

/* If it did not answer, nobody knows whether it has our tags. */
static void say_what_was_not_told(const struct hook_call *call, int status)
{
	if (!call->asked || !*call->not_told.msg)
		return;
	if (call->tags.n && status == EXIT_ACCEPTED)
		complain(0, "this push counts on %s%s, which %s may lack: then "
			 "it refuses the push. It cannot be asked (%s). Push "
			 "the tag %s", call->tags.v[0],
			 call->tags.n > 1 ? " and other tags" : "",
			 call->argv[1], call->not_told.msg,
			 call->tags_are_signed ? "along" : "first");
	else
		complain(0, "it is not known which tags %s has (%s): this "
			 "verdict assumes that it has those that are here",
			 call->argv[1], call->not_told.msg);
}

/* Remembers the drafts that the push merges; see cli/judged_push.h. */
static void merges_draft(void *ctx, const char *ref, const struct oid *oid)
{
	struct hook_call *call = ctx;
	struct error err;

	if (!call->note_failed && judged_push_note(call->place.repo,
						   call->parent, ref, oid,
						   &err)) {
		call->note_failed = true;
		complain(0, "cannot remember what this push is judged for: %s",
			 err.msg);
	}
}

/* It is no fault by the policy that judges, but it will be by the next one. */
static void warn_of_policy(const struct hook_call *call)
{
	struct error why;

	if (policy_is_broken_by(&call->place.source, &call->push, &why))
		complain(0, "warning: %s: every later push will be refused, "
			 "until somebody mends %s where the repository is",
			 why.msg, call->place.source.ref);
}

static bool has_transaction(struct repo *repo)
{
	return hook_is_recorded(repo, hook_file_find("reference-transaction"));
}

/* What is said after the report. */
static void say_more(struct hook_call *call, int status)
{
	if (call->command->bit != CMD_PRE_PUSH) {
		if (status == EXIT_ACCEPTED)
			warn_of_policy(call);
		return;
	}
	say_what_was_not_told(call, status);
	if (status == EXIT_REFUSED) {
		say_what_is_unknown(call);
		say_what_is_not_fetched(call);
	}
}

/* Reading the refs of the other side needs rights that judging does not. */
static int confine_client(struct hook_call *call, struct error *err)
{
	if (errand_start(&call->asking, "ask for its refs", ask_remote,
			 call, err))
		return -1;
	return limits_confine(&call->place, err);
}

static int judge(struct hook_call *call)
{
	bool is_client = call->command->bit == CMD_PRE_PUSH;
	struct push_target found = { 0 }, *target = is_client ? &found : NULL;
	struct judge_input input = {
		.request = {
			.mode = is_client ? JUDGE_CLIENT : JUDGE_SERVER,
			.updates = call->push.updates,
			.n_updates = call->push.n,
			.tracking = &call->tracking,
		},
	};
	struct judge_call judge = {
		.command = call->command, .options = call->options,
		.place = &call->place, .input = &input, .out = stderr,
	};
	struct error err;
	int status;

	if (is_client && read_remotes(call, &err))
		return hook_failed(&call->place, &err);
	if (is_client)
		find_target(call, target);
	if (place_is_exempt(&call->place, target, call->options))
		return EXIT_ACCEPTED;
	if (place_find_tree(&call->place, call->options, target, &err) ||
	    (is_client && confine_client(call, &err)))
		return hook_failed(&call->place, &err);
	if (!is_client && has_transaction(call->place.repo)) {
		judged_push_begin(call->place.repo, call->parent,
				  call->command->bit == CMD_PRE_RECEIVE);
		input.merges_draft = merges_draft;
		input.merges_ctx = call;
	}
	if (is_client) {
		input.relies_on = relies_on;
		input.relies_ctx = judge.ctx = call;
		judge.look_again = ask_for_refs;
	}
	status = judge_and_report(&judge);
	say_more(call, status);
	return status || !call->note_failed ? status : EXIT_UNDECIDED;
}

/* In the process that is supervised. */
static int load_and_judge(void *ctx)
{
	struct hook_call *call = ctx;
	struct error err;
	int status;

	if (parse_push(call, &call->input, &err) ||
	    place_open(&call->place, call->options, &call->push, &err) ||
	    (call->command->bit != CMD_PRE_PUSH &&
	     limits_confine(&call->place, &err)))
		return hook_failed(&call->place, &err);
	status = judge(call);
	errand_release(&call->asking);
	return status;
}

static int on_broken(void *ctx, const char *why)
{
	(void)ctx;
	return hook_undecided(why);
}

/* Git runs no pre-receive without a ref: who has read the input before us? */
static int read_input(const struct command *command, struct buf *input)
{
	struct error err;

	if (command->bit == CMD_UPDATE)
		return 0;
	if (hook_read_input(input, &err))
		return hook_undecided(err.msg);
	if (!input->len && command->bit == CMD_PRE_RECEIVE)
		return hook_undecided("the hook's input is empty: whatever "
				      "calls git-treaty must hand on the "
				      "lines that it gets from git");
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
				  .argv = argv, .parent = getppid() };
	const struct supervised judging = {
		.work = load_and_judge, .release = hook_call_release,
		.broken = on_broken, .ctx = &call,
		.time_limit = DEFAULT_TIME_LIMIT,
	};
	int status;

	if (argc != expected_args(command))
		return usage_error(command, "%s takes %d arguments, not %d",
				   command->name, expected_args(command),
				   argc);
	status = read_input(command, &call.input);
	if (!status)
		status = hook_run_kept(command, options, argc, argv,
				       &call.input);
	if (!status)
		status = supervise(&judging);
	hook_call_release(&call);
	return status;
}
