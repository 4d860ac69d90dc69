/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cli/find_policy.h"
#include "cli/maintainers_files.h"
#include "policy/import.h"

/* git treaty policy import: makes a policy from MAINTAINERS files. */
struct import_call {
	const struct options *options;
	struct maintainers_files sources;
	struct maintainers maintainers;
	struct buf text;		/* of the policy to import onto */
	struct import_frame frame;
	struct policy *onto;
	struct buf out;
};

static void print_warning(void *ctx, const char *file, int line,
			  const char *msg)
{
	const struct import_call *call = ctx;
	char *name, *text;

	if (call->options->quiet)
		return;
	name = text_escaped(file);
	text = text_escaped(msg);
	fprintf(stderr, "%s:%d: warning: %s\n", name, line, text);
	free(name);
	free(text);
}

static bool have_dir(void *ctx, const char *path)
{
	struct import_call *call = ctx;

	return maintainers_files_have_dir(&call->sources, path);
}

static int read_sources(struct import_call *call, int argc, char **argv,
			struct error *err)
{
	struct repo *repo = NULL;
	int rc = 0;

	for (int i = 0; !rc && i < argc; i++)
		rc = maintainers_files_add(&call->sources, argv[i], &repo, err);
	repo_free(repo);
	for (size_t i = 0; !rc && i < call->sources.n; i++) {
		const struct source *s = &call->sources.v[i];

		if (memchr(buf_str(&s->text), '\0', s->text.len))
			rc = error_set(err, "%s has a NUL byte: is this a "
				       "MAINTAINERS file?",
				       s->name);
		maintainers_read(&call->maintainers, s->name, buf_str(&s->text),
				 s->text.len);
	}
	if (!rc && !call->maintainers.n)
		rc = error_set(err, "%s: no section has a field: is this a "
			       "MAINTAINERS file?", argv[0]);
	return rc;
}

/* Reads a policy, and prints its errors. */
static struct policy *parse(const char *label, const struct buf *text,
			    struct error *err)
{
	struct diags diags = { 0 };
	struct policy *policy = policy_parse(label, buf_str(text), text->len,
					     &diags);

	if (!policy) {
		diags_print(label, &diags);
		error_set(err, "%s: the policy has errors", label);
	}
	diags_release(&diags);
	return policy;
}

/* The part that is not imported, with its lines at their places. */
static int read_onto(struct import_call *call, struct error *err)
{
	const char *file = call->options->onto;
	struct buf hand = BUF_INIT;
	const char *text;

	if (!file) {
		buf_addstr(&call->text, import_preamble);
	} else if (buf_read_file(&call->text, file, MAX_POLICY, err)) {
		return -1;
	}
	text = buf_str(&call->text);
	if (import_find(text, call->text.len, &call->frame, err))
		return error_wrap(err, "%s", file);
	buf_add(&hand, text, call->frame.before);
	for (const char *p = text + call->frame.before;
	     p < text + call->frame.behind; p++)
		if (*p == '\n')
			buf_addch(&hand, '\n');
	buf_addstr(&hand, text + call->frame.behind);
	if (file)
		call->onto = parse(file, &hand, err);
	buf_release(&hand);
	return file && !call->onto ? -1 : 0;
}

/* Puts the parts together, and checks the result as a hook would. */
static int assemble(struct import_call *call, struct error *err)
{
	const struct import import = {
		.maintainers = &call->maintainers, .onto = call->onto,
		.is_literal = call->options->no_infer, .is_dir = have_dir,
		.warn = print_warning, .ctx = call,
	};
	struct policy *policy;
	int rc;

	buf_add(&call->out, buf_str(&call->text), call->frame.before);
	buf_addstr(&call->out, import_begin);
	rc = import_print(&import, &call->out, err);
	buf_addf(&call->out, "\n%s", import_end);
	buf_addstr(&call->out, buf_str(&call->text) + call->frame.behind);
	if (rc)
		return rc;
	policy = parse("the policy that this gives", &call->out, err);
	policy_free(policy);
	return policy ? 0 : -1;
}

int policy_import(const struct options *options, int argc, char **argv)
{
	struct import_call call = { .options = options };
	struct error err;
	int status = EXIT_ACCEPTED;

	if (read_sources(&call, argc, argv, &err) || read_onto(&call, &err) ||
	    assemble(&call, &err))
		status = complain(EXIT_UNDECIDED, "%s", err.msg);
	else
		fwrite(buf_str(&call.out), 1, call.out.len, stdout);
	maintainers_release(&call.maintainers);
	maintainers_files_release(&call.sources);
	policy_free(call.onto);
	buf_release(&call.text);
	buf_release(&call.out);
	return status;
}
