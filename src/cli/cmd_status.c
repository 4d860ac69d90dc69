/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"
#include "cli/place.h"
#include "cli/hook_files.h"
#include "facts/signer_keys.h"
#include "policy/govern.h"

static void put(const char *label, const char *text)
{
	char *escaped = text_escaped(text);

	printf("%-12s %s\n", label, escaped);
	free(escaped);
}

/* Hooks */

static const char *state_text(const struct hook_place *place,
			      const struct hook_file *hook,
			      enum hook_state state)
{
	char *path = xasprintf("%s/%s", place->dir, hook->name);
	bool runs = !access(path, X_OK);

	free(path);
	switch (state) {
	case HOOK_NONE:
		return "not installed";
	case HOOK_OTHER:
		return "not installed (another hook is there)";
	case HOOK_EDITED:
		return "installed, and edited since";
	case HOOK_OURS:
	case HOOK_OLDER:
		return runs ? "installed" :
		       "installed, but not executable: git does not run it";
	}
	return "";
}

static int put_hook(const struct hook_place *place,
		    const struct hook_file *hook, struct error *err)
{
	enum hook_state state;
	char *line;

	if (hook_file_state(place, hook, &state, NULL, err))
		return -1;
	line = xasprintf("%-12s %s%s", hook->name,
			 state_text(place, hook, state),
			 hook_file_keeps(place, hook) ?
			 ", runs the earlier hook first" : "");
	put("", line);
	free(line);
	return 0;
}

static int put_hooks(struct repo *repo, struct error *err)
{
	struct hook_place place;
	int rc = 0;

	for (const struct hook_file *h = hook_files; !rc && h->name; h++) {
		if (hook_place_find(repo, h->is_server, &place, err)) {
			put("hooks", err->msg);
			return 0;
		}
		if (h == hook_files)
			put("hooks", place.dir);
		rc = put_hook(&place, h, err);
		hook_place_release(&place);
	}
	return rc;
}

/* Policy and tree */

/* Keys that the policy counts on, and no file has. */
static void put_keys(const struct policy *policy, struct policy_source *source)
{
	const struct key_source keys = policy_source_keys(source);
	struct diags diags = { 0 };

	signer_keys_lint(policy, &keys, &diags);
	for (size_t i = 0; i < diags.n; i++)
		put(i ? "" : "keys", diags.v[i].msg);
	diags_release(&diags);
}

static void put_patterns(const char *label, const struct values *values)
{
	for (size_t i = 0; i < values->n; i++)
		put(i ? "" : label, values->v[i].text);
}

static void put_rules(const struct policy *policy)
{
	for (int id = 0; id < RULE_COUNT; id++) {
		enum severity severity =
			(enum severity)policy->rules[id].severity;
		char *line = xasprintf("%-16s %s", rule_infos[id].name,
				       severity_name(severity));

		put(id ? "" : "rules", line);
		free(line);
	}
}

static void count_refs(const struct policy *policy, const struct tree *tree,
		       const struct repo_refs *refs, size_t *upstream,
		       size_t *integration)
{
	*upstream = *integration = 0;
	for (size_t i = 0; i < refs->n; i++) {
		struct ref_rule rule = govern_ref(policy, tree,
						  refs->v[i].name);

		*upstream += rule.is_upstream;
		*integration += rule.kind == REF_INTEGRATION;
	}
}

static int put_refs(struct repo *repo, const struct policy *policy,
		    const struct tree *tree, struct error *err)
{
	struct repo_refs refs = { 0 };
	size_t upstream, integration;
	int rc = repo_refs(repo, &refs, err);

	if (!rc) {
		count_refs(policy, tree, &refs, &upstream, &integration);
		printf("%-12s %zu ref%s\n", "upstream", upstream,
		       upstream == 1 ? "" : "s");
		printf("%-12s %zu ref%s%s\n", "integration", integration,
		       integration == 1 ? "" : "s", upstream ? "" :
		       "; without an upstream ref, only markers tell which "
		       "commits they made");
	}
	repo_refs_release(&refs);
	return rc;
}

static int put_policy(struct repo *repo, const struct options *options,
		      struct error *err)
{
	struct policy_source source = { 0 };
	struct policy *policy = policy_load(repo, options, NULL, &source, err);
	const struct tree *tree;
	const char *how = NULL;
	char *line;
	int rc = -1;

	if (!policy)
		goto out;
	line = xasprintf("%s (%s)", source.label, source.where);
	put("policy", line);
	free(line);
	put("mode", policy->head.mode == MODE_REPORT ?
	    "report: findings are printed, pushes go through" : "enforce");
	put_keys(policy, &source);
	tree = tree_find(repo, policy, options, NULL, &how, err);
	if (!tree && tree_is_by_url(repo, policy, options)) {
		put("tree", "the one whose url is pushed to; a push to any "
		    "other url is refused");
		put_rules(policy);
		rc = 0;
	}
	if (!tree)
		goto out;
	line = xasprintf("%s (%s)", tree->section.name, how);
	put("tree", line);
	free(line);
	put_patterns("branches", &tree->branch);
	put_patterns("rewinding", &tree->rewind);
	rc = put_refs(repo, policy, tree, err);
	put_rules(policy);
out:
	policy_free(policy);
	policy_source_release(&source);
	return rc;
}

int cmd_status(const struct command *command, const struct options *options,
	       int argc, char **argv)
{
	struct repo *repo;
	struct error err;
	int status = EXIT_ACCEPTED;

	(void)argv;
	if (argc)
		return usage_error(command, "status takes no arguments");
	repo = repo_open(&err);
	if (!repo)
		return complain(EXIT_UNDECIDED, "%s", err.msg);
	put("repository", repo_git_dir(repo));
	if (put_hooks(repo, &err) || put_policy(repo, options, &err))
		status = complain(EXIT_UNDECIDED, "every push is refused: %s",
				  err.msg);
	repo_free(repo);
	return status;
}
