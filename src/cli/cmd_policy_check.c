/* SPDX-License-Identifier: GPL-2.0-only */
#include "cli/cmd_policy_check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "cli/find_policy.h"
#include "git/revision_paths.h"
#include "report/coverage_text.h"

/* If there are more than `MANY` warnings of one kind, `SHOWN` are printed. */
enum { MANY = 10, SHOWN = 3 };

struct kind {
	const char *fmt;
	size_t n, shown;
};

struct kinds {
	struct kind *v;
	size_t n, cap;
};

static struct kind *find_kind(struct kinds *kinds, const char *fmt)
{
	for (size_t i = 0; i < kinds->n; i++)
		if (kinds->v[i].fmt == fmt)
			return &kinds->v[i];
	GROW(kinds->v, kinds->n, kinds->cap);
	kinds->v[kinds->n] = (struct kind){ .fmt = fmt };
	return &kinds->v[kinds->n++];
}

/* Prints the format, with dots for its arguments. */
static void put_kind(const struct kind *kind)
{
	printf("%8zu  ", kind->n);
	for (const char *p = kind->fmt; *p; p++) {
		if (*p != '%') {
			putchar(*p);
			continue;
		}
		fputs(p[1] == '%' ? "%" : "...", stdout);
		p += 1 + strspn(p + 1, "0123456789.*lzh");
	}
	putchar('\n');
}

static void put_counts(const char *label, const struct diags *diags,
		       const struct kinds *kinds)
{
	size_t errors = diags_errors(diags);
	char *name = text_escaped(label);

	printf("%s: %zu error%s, %zu warning%s\n", name, errors,
	       errors == 1 ? "" : "s", diags->n - errors,
	       diags->n - errors == 1 ? "" : "s");
	for (size_t i = 0; i < kinds->n; i++)
		if (kinds->v[i].n > MANY)
			put_kind(&kinds->v[i]);
	fflush(stdout);
	free(name);
}

/* Prints the counts, then all errors, and all or some warnings. */
static void put_diags(const char *label, const struct diags *diags,
		      const struct options *options)
{
	struct kinds kinds = { 0 };
	size_t left = 0;

	for (size_t i = 0; i < diags->n; i++)
		if (!diags->v[i].is_error)
			find_kind(&kinds, diags->v[i].kind)->n++;
	if (!options->quiet || diags_errors(diags))
		put_counts(label, diags, &kinds);
	for (size_t i = 0; i < diags->n; i++) {
		const struct diag *d = &diags->v[i];
		struct kind *kind = d->is_error ? NULL :
				    find_kind(&kinds, d->kind);

		if (kind && kind->n > MANY && !options->verbose &&
		    kind->shown++ >= SHOWN)
			left++;
		else
			diag_print(label, d);
	}
	if (left)
		fprintf(stderr, "... and %zu more warnings of these kinds "
			"(--verbose lists all)\n", left);
	free(kinds.v);
}

static int put_survey(const struct policy *policy,
		      const struct options *options, struct error *err)
{
	struct repo *repo = repo_open(err);
	struct revision_paths paths = { 0 };
	struct coverage coverage;
	int rc = repo ? 0 : -1;

	if (!rc)
		rc = revision_paths_read(repo, options->against, &paths, err);
	if (!rc) {
		coverage_init(&coverage, policy);
		for (size_t i = 0; !rc && i < paths.n; i++)
			rc = coverage_add(&coverage, paths.v[i].path, err);
		coverage_finish(&coverage);
		if (!rc)
			coverage_text(&coverage, options->against,
				      options->verbose, stdout);
		coverage_release(&coverage);
	}
	revision_paths_release(&paths);
	repo_free(repo);
	return rc;
}

int policy_check(const char *label, const struct policy *policy,
		 const struct key_source *keys, struct diags *diags,
		 const struct options *options)
{
	struct error err;

	if (policy) {
		policy_lint(policy, diags);
		signer_keys_lint(policy, keys, diags);
	}
	diags_sort(diags);
	if (policy && options->against && put_survey(policy, options, &err))
		return complain(EXIT_UNDECIDED, "%s", err.msg);
	if (policy && options->against)
		putchar('\n');
	put_diags(label, diags, options);
	return !policy ? EXIT_UNDECIDED : diags_errors(diags) ? EXIT_REFUSED :
	       EXIT_ACCEPTED;
}
