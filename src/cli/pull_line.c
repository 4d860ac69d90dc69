/* SPDX-License-Identifier: GPL-2.0-only */
#include "cli/pull_line.h"

#include <stdlib.h>

#include "base/mem.h"
#include "git/revision.h"

static void take_end(void *ctx, const struct revision *revision)
{
	struct pull_line *line = ctx;

	if (!revision->is_excluded)
		line->n_tips++;
	else if (!oid_is_zero(&revision->commit))
		oid_list_add(&line->excluded, &revision->commit);
}

static void exclude(void *ctx, const struct revision *revision)
{
	struct pull_line *line = ctx;

	if (!oid_is_zero(&revision->commit))
		oid_list_add(&line->excluded, &revision->commit);
}

static int take_ends(struct pull_line *line, struct repo *repo,
		     const struct options *options, int argc, char **argv,
		     struct error *err)
{
	for (int i = 0; i < argc; i++)
		if (revision_resolve(repo, argv[i], take_end, line, err))
			return -1;
	for (size_t i = 0; i < options->base.n; i++)
		if (revision_resolve(repo, options->base.v[i], exclude, line,
				     err))
			return -1;
	if (line->n_tips > 1)
		return error_set(err, "expected one revision, whose first "
				 "parents to follow, not %zu", line->n_tips);
	return 0;
}

/* Has git rev-list find the merges. */
static int list_merges(struct pull_line *line, const struct options *options,
		       int argc, char **argv, struct error *err)
{
	const struct strings *limits = &options->limits;
	const char **args = xcalloc(limits->n + line->excluded.n +
				    options->n_paths + (size_t)argc + 5,
				    sizeof(*args));
	char (*hidden)[OID_HEX + 2] = xcalloc(line->excluded.n + 1,
					      sizeof(*hidden));
	size_t n = 0;
	int rc;

	args[n++] = "--first-parent";
	args[n++] = "--merges";
	for (size_t i = 0; i < limits->n; i++)
		args[n++] = limits->v[i];
	for (int i = 0; i < argc; i++)
		args[n++] = argv[i];
	if (!line->n_tips)
		args[n++] = "HEAD";
	for (size_t i = 0; i < line->excluded.n; i++) {
		hidden[i][0] = '^';
		oid_format(hidden[i] + 1, &line->excluded.v[i]);
		args[n++] = hidden[i];
	}
	args[n++] = "--";
	for (size_t i = 0; i < options->n_paths; i++)
		args[n++] = options->paths[i];
	rc = revision_list(args, &line->merges, err);
	free(hidden);
	free(args);
	return rc;
}

int pull_line_find(struct pull_line *line, struct repo *repo,
		   const struct options *options, int argc, char **argv,
		   struct error *err)
{
	*line = (struct pull_line){ 0 };
	return take_ends(line, repo, options, argc, argv, err) ?
	       -1 : list_merges(line, options, argc, argv, err);
}

void pull_line_release(struct pull_line *line)
{
	free(line->excluded.v);
	free(line->merges.v);
}
