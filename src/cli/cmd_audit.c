/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>

#include "base/mem.h"
#include "cli/judge_and_report.h"
#include "cli/ungoverned.h"
#include "git/revision.h"

/* The revisions that were asked for. */
struct revisions {
	struct ref_update *v;
	size_t n, cap;
	struct oid_list excluded;
	struct oidmap only;		/* what they are limited to */
};

static void add(struct revisions *r, const char *name, const struct oid *oid)
{
	GROW(r->v, r->n, r->cap);
	r->v[r->n++] = (struct ref_update){ .name = xstrdup(name),
					    .new = *oid };
}

static void exclude_revision(void *ctx, const struct revision *revision)
{
	struct revisions *r = ctx;

	if (!oid_is_zero(&revision->commit))
		oid_list_add(&r->excluded, &revision->commit);
}

static void add_revision(void *ctx, const struct revision *revision)
{
	struct revisions *r = ctx;

	if (revision->is_excluded)
		exclude_revision(ctx, revision);
	else
		add(r, revision->name, &revision->oid);
}

static int take_revisions(struct revisions *r, struct repo *repo,
			  const struct options *options, int argc, char **argv,
			  struct error *err)
{
	for (int i = 0; i < argc; i++)
		if (revision_resolve(repo, argv[i], add_revision, r, err))
			return -1;
	for (size_t i = 0; i < options->base.n; i++)
		if (revision_resolve(repo, options->base.v[i],
				     exclude_revision, r, err))
			return -1;
	return 0;
}

/*
 * Finds the commits to which --since, -n, paths and so on limit the audit, by
 * running git rev-list.
 */
static int take_limits(struct revisions *r, const struct options *options,
		       int argc, char **argv, struct error *err)
{
	struct strings args = options->limits;
	struct oid_list found = { 0 };
	const char **list = xcalloc(args.n + (size_t)argc + options->n_paths +
				    r->n + 3, sizeof(*list));
	size_t n = 0;
	int rc;

	for (size_t i = 0; i < args.n; i++)
		list[n++] = args.v[i];
	if (options->all)
		list[n++] = "--all";
	for (int i = 0; i < argc; i++)
		list[n++] = argv[i];
	for (size_t i = 0; !argc && !options->all && i < r->n; i++)
		list[n++] = r->v[i].name;
	list[n++] = "--";
	for (size_t i = 0; i < options->n_paths; i++)
		list[n++] = options->paths[i];
	rc = revision_list(list, &found, err);
	for (size_t i = 0; i < found.n; i++)
		oidmap_put(&r->only, &found.v[i], 0);
	free(found.v);
	free(list);
	return rc;
}

/* Without revisions: what the policy governs. */
static int take_everything(struct revisions *r, struct repo *repo,
			   const struct policy *policy,
			   const struct tree *tree, struct error *err)
{
	struct repo_refs refs = { 0 };
	struct ref_update *all;
	size_t n;

	if (repo_refs(repo, &refs, err)) {
		repo_refs_release(&refs);
		return -1;
	}
	all = request_everything(policy, tree, &refs, &n);
	for (size_t i = 0; i < n; i++)
		add(r, all[i].name, &all[i].new);
	free(all);
	repo_refs_release(&refs);
	return 0;
}

/* All refs, and HEAD where no branch has it. */
static int take_all(struct revisions *r, struct repo *repo, struct error *err)
{
	struct repo_refs refs = { 0 };
	int rc = repo_refs(repo, &refs, err);

	for (size_t i = 0; !rc && i < refs.n; i++)
		add(r, refs.v[i].name, &refs.v[i].oid);
	repo_refs_release(&refs);
	return rc ? rc : revision_resolve(repo, "HEAD", add_revision, r, err);
}

static int audit(struct judge_call *call, struct place *place, int argc,
		 char **argv, struct error *err)
{
	struct judge_input input = {
		.request.mode = JUDGE_AUDIT,
		.lists_tags = call->options->tags,
	};
	const struct options *options = call->options;
	bool is_limited = options->limits.n || options->n_paths;
	struct revisions r = { 0 };
	int status = -1;

	if (take_revisions(&r, place->repo, options, argc, argv, err))
		goto out;
	if (options->all && take_all(&r, place->repo, err))
		goto out;
	if (!argc && !options->all &&
	    take_everything(&r, place->repo, place->policy, place->tree, err))
		goto out;
	if (is_limited && take_limits(&r, options, argc, argv, err))
		goto out;
	input.request.updates = r.v;
	input.request.n_updates = r.n;
	input.request.excluded = r.excluded.v;
	input.request.n_excluded = r.excluded.n;
	input.request.only = is_limited ? &r.only : NULL;
	call->input = &input;
	status = judge_and_report(call);
out:
	for (size_t i = 0; i < r.n; i++)
		free(r.v[i].name);
	free(r.v);
	free(r.excluded.v);
	oidmap_release(&r.only);
	return status;
}

int cmd_audit(const struct command *command, const struct options *options,
	      int argc, char **argv)
{
	struct place place;
	struct judge_call call = { .command = command, .options = options,
				   .place = &place, .out = stdout };
	struct error err;
	int status = -1;

	if (options->pulls)
		return audit_pulls(command, options, argc, argv);
	if (options->tags && argc)
		return usage_error(command, "--tags lists all shared tags, and "
				   "takes no revisions");
	if (place_open(&place, options, NULL, &err))
		status = -1;
	else if (!options->tree && place_is_exempt(&place, NULL, options))
		status = report_nothing(&call);
	else if (!place_find_tree(&place, options, NULL, &err))
		status = audit(&call, &place, argc, argv, &err);
	if (status < 0)
		status = complain(EXIT_UNDECIDED, "cannot decide: %s",
				  err.msg);
	place_release(&place);
	return status;
}
