/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "cli/cmd_policy_check.h"
#include "cli/find_policy.h"

static int show(const struct policy *policy)
{
	struct buf out = BUF_INIT;

	policy_print(policy, &out);
	fwrite(buf_str(&out), 1, out.len, stdout);
	buf_release(&out);
	return EXIT_ACCEPTED;
}

static int one_policy(bool is_check, struct policy_source *source,
		      struct buf *text, const struct options *options)
{
	const struct key_source keys = policy_source_keys(source);
	const char *label = source->label;
	struct diags diags = { 0 };
	struct policy *policy;
	int status;

	policy = policy_read(label, text, &diags);
	if (is_check) {
		status = policy_check(label, policy, &keys, &diags, options);
	} else if (policy) {
		status = show(policy);
	} else {
		diags_print(label, &diags);
		status = EXIT_UNDECIDED;
	}
	diags_release(&diags);
	policy_free(policy);
	return status;
}

static int one_file(bool is_check, const char *path,
		    const struct options *options)
{
	struct policy_source source = { .label = xstrdup(path) };
	struct buf text = BUF_INIT;
	struct error err;
	int status;

	if (buf_read_file(&text, path, MAX_POLICY, &err))
		status = complain(EXIT_UNDECIDED, "%s", err.msg);
	else
		status = one_policy(is_check, &source, &text, options);
	policy_source_release(&source);
	buf_release(&text);
	return status;
}

/* The policy that is used here. It works without a repository. */
static int effective_policy(bool is_check, const struct options *options)
{
	struct policy_source source = { 0 };
	struct buf text = BUF_INIT;
	struct error err;
	struct repo *repo = options->policy ? NULL : repo_open(&err);
	int status;

	if (policy_find(repo, options, NULL, &source, &text, &err))
		status = complain(EXIT_UNDECIDED, "%s", err.msg);
	else
		status = one_policy(is_check, &source, &text, options);
	policy_source_release(&source);
	buf_release(&text);
	repo_free(repo);
	return status;
}

static int import(const struct command *command,
		  const struct options *options, int argc, char **argv)
{
	if (options->against)
		return usage_error(command, "only 'policy check' takes "
				   "--against");
	if (options->policy)
		return usage_error(command, "'policy import' reads no policy "
				   "with --policy: did you mean --onto?");
	if (!argc)
		return usage_error(command, "'policy import' needs a "
				   "MAINTAINERS file, a directory that has "
				   "some, or <rev>:<path>");
	return policy_import(options, argc, argv);
}

/* Whether there is an option that only `learn` takes. */
static bool has_learning(const struct options *options)
{
	return options->limits.n || options->split || options->min_pulls ||
	       options->min_trees;
}

int cmd_policy(const struct command *command, const struct options *options,
	       int argc, char **argv)
{
	bool is_check = argc && !strcmp(argv[0], "check");
	int worst = EXIT_ACCEPTED;

	if (argc && !strcmp(argv[0], "learn"))
		return options->against || options->no_infer ||
		       (options->policy && options->onto) ?
		       usage_error(command, "'policy learn' takes no "
				   "--against and --no-infer, and one of "
				   "--policy and --onto") :
		       policy_learn(options, argc - 1, argv + 1);
	if (has_learning(options))
		return usage_error(command, "only 'policy learn' limits what "
				   "it looks at");
	if (argc && !strcmp(argv[0], "import"))
		return import(command, options, argc - 1, argv + 1);
	if (!argc || (!is_check && strcmp(argv[0], "show")))
		return usage_error(command, argc ? "unknown 'policy %s': "
				   "expected check, show, import or learn" :
				   "expected 'policy check', 'policy show', "
				   "'policy import' or 'policy learn'",
				   argc ? argv[0] : "");
	if (options->onto || (options->against && !is_check))
		return usage_error(command, options->onto ?
				   "only 'policy import' and 'learn' take "
				   "--onto" :
				   "only 'policy check' takes --against");
	if (argc == 1)
		return effective_policy(is_check, options);
	if (options->policy || (!is_check && argc > 2))
		return usage_error(command, options->policy ?
				   "use files or --policy, not both" :
				   "'policy show' prints one file");
	for (int i = 1; i < argc; i++) {
		int status = one_file(is_check, argv[i], options);

		if (status > worst)
			worst = status;
	}
	return worst;
}
