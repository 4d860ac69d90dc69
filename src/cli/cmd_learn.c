/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/mem.h"
#include "cli/find_policy.h"
#include "cli/progress.h"
#include "cli/pull_line.h"
#include "judge/run.h"
#include "report/learn.h"

enum { MIN_PULLS = 2, MIN_TREES = 3 };

/* git treaty policy learn: from accepted pulls to lines of a policy. */
struct learn_call {
	const struct options *options;
	struct repo *repo;
	struct policy_source source;
	struct buf text;		/* without what was learned before */
	struct policy *policy;
	struct judge judge;
	struct pull_line line;
	struct merged_pulls merged;
	struct pull_commits commits;
	struct learn_commit *views;	/* of the commits */
	struct learn_pull *pulls;	/* the oldest first */
	struct measured_pull *measured;	/* the same */
	size_t split;
	struct learned learned, to_mend;
	struct measure measures[LEARNED_KINDS + 2];
	struct strings unknown;
	struct learn_in in;
	struct error *err;
};

static struct policy *parse(struct learn_call *c, const struct buf *text)
{
	struct diags diags = { 0 };
	struct policy *policy = policy_parse(c->source.label, buf_str(text),
					     text->len, &diags);

	if (!policy) {
		diags_print(c->source.label, &diags);
		error_set(c->err, "%s: the policy has errors",
			  c->source.label);
	}
	diags_release(&diags);
	return policy;
}

static int read_policy(struct learn_call *c)
{
	const char *onto = c->options->onto;
	struct buf text = BUF_INIT;
	int rc;

	if (onto) {
		c->source.label = xstrdup(onto);
		rc = buf_read_file(&text, onto, MAX_POLICY, c->err);
	} else {
		rc = policy_find(c->repo, c->options, NULL, &c->source, &text,
				 c->err);
	}
	if (!rc && learned_remove(buf_str(&text), text.len, &c->text, c->err))
		rc = error_wrap(c->err, "%s", c->source.label);
	buf_release(&text);
	if (!rc)
		c->policy = parse(c, &c->text);
	return c->policy ? 0 : -1;
}

static int read_number(const char *name, const char *text, unsigned dflt,
		       unsigned *number, struct error *err)
{
	char *end = NULL;
	unsigned long n = text ? strtoul(text, &end, 10) : dflt;

	*number = (unsigned)n;
	if (text && (*text < '0' || *text > '9' || *end || n < 1 ||
		     n > 1000000))
		return error_set(err, "--%s: '%s' is no number from 1 to "
				 "1000000", name, text);
	return 0;
}

static int read_thresholds(struct learn_call *c)
{
	const struct options *o = c->options;

	if (o->split && !date_is_real(o->split))
		return error_set(c->err, "--split: '%s' is not a day: expected "
				 "YYYY-MM-DD", o->split);
	if (c->policy->rules[RULE_FOREIGN_PATH].severity < SEVERITY_WARN)
		return error_set(c->err, "the rule foreign-path is off in %s: "
				 "there is nothing to learn for",
				 c->source.label);
	return read_number("min-pulls", o->min_pulls, MIN_PULLS,
			   &c->in.min_pulls, c->err) ||
	       read_number("min-trees", o->min_trees, MIN_TREES,
			   &c->in.min_trees, c->err) ? -1 : 0;
}

static int read_pulls(struct learn_call *c, int argc, char **argv)
{
	const struct merged_pulls_in in = {
		.repo = c->repo, .policy = c->policy,
		.signers = &c->judge.signers, .scratch = &c->judge.scratch,
		.merges = &c->line.merges,
	};

	if (pull_line_find(&c->line, c->repo, c->options, argc, argv, c->err) ||
	    merged_pulls_find(&in, &c->merged, c->err))
		return -1;
	return pull_commits_find(c->repo, c->policy, &c->merged,
				 &c->judge.merges, &c->commits, c->err);
}

static size_t first_measured(const struct learn_call *c)
{
	size_t n = c->merged.n, i = 0;
	char day[DATE_LEN + 1];

	if (!c->options->split)
		return n * 2 / 3;
	for (; i < n; i++) {
		date_format(day, (time_t)c->pulls[i].time, 0);
		if (strcmp(day, c->options->split) >= 0)
			break;
	}
	return i;
}

/* Makes views of the pulls for the learner and for the measure. */
static void make_views(struct learn_call *c)
{
	const struct pull_commits *all = &c->commits;
	size_t n = c->merged.n;

	c->views = xcalloc(all->n + 1, sizeof(*c->views));
	c->pulls = xcalloc(n + 1, sizeof(*c->pulls));
	c->measured = xcalloc(n + 1, sizeof(*c->measured));
	for (size_t i = 0; i < all->n; i++)
		c->views[i] = (struct learn_commit){
			(const char *const *)all->commits[i].paths,
			all->commits[i].n_paths,
		};
	for (size_t i = 0; i < n; i++) {
		const struct tree *tree = c->merged.v[n - 1 - i].tree;
		const char *name = tree ? tree->section.name : NULL;
		size_t from = all->first[i], len = all->first[i + 1] - from;

		c->pulls[i] = (struct learn_pull){
			name, c->views + from, len, all->time[i],
		};
		c->measured[i] = (struct measured_pull){
			name, all->commits + from, len,
		};
	}
	c->split = first_measured(c);
}

static struct policy *with_lines(struct learn_call *c, unsigned kinds)
{
	struct buf text = BUF_INIT;
	struct policy *policy;

	learned_insert(&c->learned, kinds, buf_str(&c->text), c->text.len,
		       &text);
	policy = parse(c, &text);
	buf_release(&text);
	return policy;
}

/*
 * What other kinds are learned with: whom a section belongs to, and then what
 * it claims without any effect, decide what is foreign.
 */
static const unsigned learned_with[LEARNED_KINDS] = {
	[LEARNED_EXCLUDE] = 1U << LEARNED_TREE,
	[LEARNED_GLUE] = 1U << LEARNED_TREE | 1U << LEARNED_EXCLUDE,
	[LEARNED_NEIGHBOUR] = 1U << LEARNED_TREE | 1U << LEARNED_EXCLUDE,
};

static int learn(struct learn_call *c)
{
	int rc = 0;

	c->in.base = c->policy;
	c->in.pulls = c->pulls;
	c->in.n_pulls = c->split;
	for (unsigned kind = 0; !rc && kind < LEARNED_KINDS; kind++) {
		struct policy *policy = with_lines(c, learned_with[kind]);

		c->in.policy = policy;
		rc = !policy ? -1 : learn_lines(&c->in,
			(enum learned_kind)kind, &c->learned, c->err);
		policy_free(policy);
	}
	c->in.policy = c->policy;
	c->in.n_pulls = c->merged.n;
	return rc ? rc : learn_lines(&c->in, LEARNED_TO_MEND, &c->to_mend,
				     c->err);
}

static int measure(struct learn_call *c)
{
	const unsigned all = (1U << LEARNED_KINDS) - 1;
	int rc = 0;

	for (unsigned i = 0; !rc && i < LEARNED_KINDS + 2; i++) {
		unsigned kinds = !i ? 0 : i <= LEARNED_KINDS ? 1U << (i - 1) :
				 all;
		struct policy *policy = with_lines(c, kinds);

		rc = !policy ? -1 :
		     learning_measure(policy, c->policy, &rule_foreign_path,
				      c->measured + c->split,
				      c->merged.n - c->split, &c->measures[i],
				      c->err);
		policy_free(policy);
	}
	return rc;
}

/* The URLs of pulls whose tree cannot be told. */
static void find_unknown(struct learn_call *c)
{
	for (size_t i = 0; i < c->merged.n; i++) {
		const struct merged_pull *pull = &c->merged.v[i];
		struct pull_sources sources = { 0 };

		if (!pull->tree)
			pull_sources_parse(pull->subject, &sources);
		for (size_t k = 0; k < sources.n; k++) {
			const char *url = sources.v[k].url;

			if (url && !strings_have(&c->unknown, url))
				strings_add(&c->unknown, url, strlen(url));
		}
		pull_sources_release(&sources);
	}
	strings_sort(&c->unknown);
}

static void print(struct learn_call *c)
{
	const struct learn_report report = {
		.policy = c->policy, .learned = &c->learned,
		.to_mend = &c->to_mend, .pulls = c->pulls,
		.n_pulls = c->merged.n, .split = c->split,
		.measures = c->measures, .unknown = &c->unknown,
	};
	struct buf out = BUF_INIT;

	if (c->options->onto) {
		learned_insert(&c->learned, ~0U, buf_str(&c->text),
			       c->text.len, &out);
		fwrite(buf_str(&out), 1, out.len, stdout);
		if (!c->options->quiet)
			learn_figures(&report, stderr);
	} else {
		learn_figures(&report, stdout);
		learn_lines_text(&report, stdout);
	}
	buf_release(&out);
}

static int learn_and_print(struct learn_call *c, int argc, char **argv)
{
	const struct key_source keys = policy_source_keys(&c->source);
	struct progress_line *progress;
	int rc;

	if (read_thresholds(c))
		return -1;
	judge_init(&c->judge, c->repo, c->policy, &keys);
	progress = progress_line_start(c->repo, c->options);
	rc = read_pulls(c, argc, argv);
	progress_line_end(progress, rc != 0);
	if (!rc) {
		make_views(c);
		rc = learn(c);
	}
	if (!rc)
		rc = measure(c);
	if (!rc) {
		find_unknown(c);
		print(c);
	}
	judge_release(&c->judge);
	return rc;
}

static void release(struct learn_call *c)
{
	free(c->views);
	free(c->pulls);
	free(c->measured);
	learned_release(&c->learned);
	learned_release(&c->to_mend);
	strings_release(&c->unknown);
	pull_commits_release(&c->commits);
	merged_pulls_release(&c->merged);
	pull_line_release(&c->line);
	policy_free(c->policy);
	policy_source_release(&c->source);
	buf_release(&c->text);
	repo_free(c->repo);
}

int policy_learn(const struct options *options, int argc, char **argv)
{
	struct error err;
	struct learn_call c = { .options = options, .err = &err };
	int status = EXIT_ACCEPTED;

	c.repo = repo_open(&err);
	if (!c.repo || read_policy(&c) || learn_and_print(&c, argc, argv))
		status = complain(EXIT_UNDECIDED, "%s", err.msg);
	release(&c);
	return status;
}
