/* SPDX-License-Identifier: GPL-2.0-only */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/sandbox.h"
#include "base/text.h"
#include "cli/commit_graph.h"
#include "cli/limits.h"
#include "cli/place.h"
#include "cli/problems.h"
#include "cli/ungoverned.h"
#include "facts/signer_keys.h"
#include "policy/govern.h"
#include "policy/ungoverned.h"
#include "policy/waiver.h"

/* What is printed */

void status_line(const char *label, const char *fmt, ...)
{
	char *text = NULL, *escaped;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		abort();
	va_end(ap);
	escaped = text_escaped(text);
	printf("%-12s %s\n", label, escaped);
	free(escaped);
	free(text);
}

void problem_add(struct problems *problems, const char *fmt, ...)
{
	va_list ap;

	GROW(problems->v, problems->n, problems->cap);
	va_start(ap, fmt);
	if (vasprintf(&problems->v[problems->n++], fmt, ap) < 0)
		abort();
	va_end(ap);
}

void problems_print(struct problems *problems)
{
	for (size_t i = 0; i < problems->n; i++) {
		status_line("problem", "%s", problems->v[i]);
		free(problems->v[i]);
	}
	free(problems->v);
	*problems = (struct problems){ 0 };
}

/* Policy and tree */

/* Finds keys that the policy needs and no file has. */
static void put_keys(const struct policy *policy, struct policy_source *source)
{
	const struct key_source keys = policy_source_keys(source);
	struct diags diags = { 0 };

	signer_keys_lint(policy, &keys, &diags);
	for (size_t i = 0; i < diags.n; i++)
		status_line(i ? "" : "keys", "%s", diags.v[i].msg);
	diags_release(&diags);
}

static void put_patterns(const char *label, const struct values *values)
{
	for (size_t i = 0; i < values->n; i++)
		status_line(i ? "" : label, "%s", values->v[i].text);
}

static void put_rules(const struct policy *policy)
{
	for (int id = 0; id < RULE_COUNT; id++)
		status_line(id ? "" : "rules", "%-16s %s", rule_infos[id].name,
			    severity_name((enum severity)
					  policy->rules[id].severity));
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

/* Whoever runs git chooses HOME, and so the user's own configuration. */
static int check_level(struct repo *repo, const char *key, struct error *err)
{
	char *value = NULL;
	int level = 0;

	if (repo_config(repo, key, &value, &level, err))
		return -1;
	if (value && repo_config_is_users(level))
		status_line("warning", "git config %s is set in the user's own "
			    "configuration, which HOME chooses: whoever pushes "
			    "as another user has none; set it in the "
			    "repository", key);
	free(value);
	return 0;
}

static int check_levels(struct repo *repo, struct error *err)
{
	return check_level(repo, "treaty.policy", err) ||
	       check_level(repo, "treaty.policyblob", err) ||
	       check_level(repo, "treaty.tree", err) ? -1 : 0;
}

static void check_keyrings(struct policy_source *source,
			   const struct values *names,
			   struct problems *problems)
{
	struct key_source keys = policy_source_keys(source);

	for (size_t i = 0; i < names->n; i++) {
		struct buf text = BUF_INIT;
		struct error err;

		if (keys.read(keys.ctx, names->v[i].text, MAX_POLICY, &text,
			      &err))
			problem_add(problems, "%s:%d: the keyring cannot be "
				    "read: %s", source->label,
				    names->v[i].line, err.msg);
		buf_release(&text);
	}
}

/* Waivers that have ended, or soon will. */
static void put_waivers(const struct policy *policy)
{
	struct diags diags = { 0 };

	waivers_check(policy, time(NULL), &diags);
	for (size_t i = 0; i < diags.n; i++)
		status_line(i ? "" : "waivers", "%s", diags.v[i].msg);
	diags_release(&diags);
}

static void put_tree(const struct tree *tree, const char *how)
{
	status_line("tree", "%s (%s)", tree->section.name, how);
	put_patterns("branches", &tree->branch);
	put_patterns("rewinding", &tree->rewind);
}

/* Where pushes from a clone are not judged. */
static void put_exempt_urls(const struct place *place)
{
	const struct values *lines = &place->policy->head.ungoverned;
	const char *label = "ungoverned";

	for (size_t i = 0; i < lines->n && repo_work_tree(place->repo); i++) {
		if (!ungoverned_is_url(&lines->v[i]))
			continue;
		status_line(label, "%s", lines->v[i].text);
		label = "";
	}
}

/* Whether nothing is judged here; says by which line, and what it overrides. */
static bool put_exemption(const struct place *place)
{
	struct exemption exemption;
	char *text;

	exemption_find(&exemption, place, NULL);
	if (!exemption.line)
		return false;
	text = exemption_text(&exemption, place);
	status_line("tree", "none, no push is judged: %s%s", text, place->tree ?
		    ", whatever tree --tree or treaty.tree name" : "");
	free(text);
	exemption_release(&exemption);
	return true;
}

/* Prints what restricts hooks if hostile input takes them over. */
static int put_sandbox(struct repo *repo, struct error *err)
{
	static const char label[] = "sandbox";
	static const char rest[] =
		"hooks only lose the right to setuid programs";
	bool wanted;
	int why;

	if (limits_want_sandbox(repo, &wanted, err))
		return -1;
	why = wanted ? sandbox_try() : 0;
	if (!wanted)
		status_line(label, "none (treaty.sandbox is false)");
	else if (!why)
		status_line(label, "hooks read this repository and the "
			    "policy's keys, write scratch files only, and run "
			    "git, gpgv and ssh-keygen (landlock)");
	else if (why == ENOSYS || why == EOPNOTSUPP)
		status_line(label, "no landlock in this kernel: %s", rest);
	else
		status_line(label, "landlock is forbidden here (%s): %s",
			    strerror(why), rest);
	return 0;
}

/* Prints what the policy says. A policy that cannot judge is a problem. */
static int put_policy(struct place *place, const struct options *options,
		      struct problems *problems, struct error *err)
{
	const char *how = NULL;
	struct error why;

	status_line("policy", "%s (%s)", place->source.label,
		    place->source.where);
	status_line("mode", "%s", place->policy->head.mode == MODE_REPORT ?
		    "report: findings are printed, pushes are accepted" :
		    "enforce");
	put_keys(place->policy, &place->source);
	check_keyrings(&place->source, &place->policy->head.keyring, problems);
	for (size_t i = 0; i < place->policy->n_signers; i++)
		check_keyrings(&place->source,
			       &place->policy->signers[i].keyring, problems);
	put_exempt_urls(place);
	place->tree = tree_find(place->repo, place->policy, options, NULL,
				&how, &why);
	if (put_exemption(place))
		place->tree = NULL;
	else if (place->tree)
		put_tree(place->tree, how);
	else if (tree_is_by_url(place->repo, place->policy, options))
		status_line("tree", "the one whose url is pushed to; a push to "
			    "any other url is refused");
	else
		problem_add(problems, "every push is refused: %s", why.msg);
	if (place->tree && put_refs(place->repo, place->policy, place->tree,
				    err))
		return -1;
	put_rules(place->policy);
	put_waivers(place->policy);
	return 0;
}

static int put_all(struct place *place, const struct options *options,
		   struct problems *problems, struct error *err)
{
	char *advice;
	struct error why;
	int rc = place_open(place, options, NULL, &why);

	if (!place->repo) {
		*err = why;
		return -1;
	}
	status_line("repository", "%s", repo_git_dir(place->repo));
	if (status_hooks(place->repo, problems, err) ||
	    check_levels(place->repo, err))
		return -1;
	if (put_sandbox(place->repo, &why))
		problem_add(problems, "every push is refused: %s", why.msg);
	if (rc)
		problem_add(problems, "every push is refused: %s", why.msg);
	else if (put_policy(place, options, problems, err))
		return -1;
	if (commit_graph_advice(place->repo, &advice, err))
		return -1;
	if (advice)
		problem_add(problems, "%s", advice);
	free(advice);
	return 0;
}

int cmd_status(const struct command *command, const struct options *options,
	       int argc, char **argv)
{
	struct problems problems = { 0 };
	int status = EXIT_ACCEPTED;
	struct place place;
	struct error err;

	(void)argv;
	if (argc)
		return usage_error(command, "status takes no arguments");
	if (put_all(&place, options, &problems, &err))
		status = complain(EXIT_UNDECIDED, "%s", err.msg);
	else if (problems.n)
		status = EXIT_REFUSED;
	problems_print(&problems);
	place_release(&place);
	return status;
}
