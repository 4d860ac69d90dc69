/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>

#include "base/mem.h"
#include "cli/judge_and_report.h"
#include "git/revision.h"

/* The revisions that were asked for. */
struct revisions {
	struct ref_update *v;
	size_t n, cap;
	struct oid *excluded;
	size_t n_excluded, cap_excluded;
};

static void add_revision(void *ctx, const char *name, const struct oid *oid,
			 bool exclude)
{
	struct revisions *r = ctx;

	if (exclude) {
		GROW(r->excluded, r->n_excluded, r->cap_excluded);
		r->excluded[r->n_excluded++] = *oid;
		return;
	}
	GROW(r->v, r->n, r->cap);
	r->v[r->n++] = (struct ref_update){ .name = xstrdup(name),
					    .new = *oid };
}

static void exclude_revision(void *ctx, const char *name,
			     const struct oid *oid, bool exclude)
{
	(void)exclude;
	add_revision(ctx, name, oid, true);
}

static int take_revisions(struct revisions *r, struct repo *repo,
			  const struct options *options, int argc, char **argv,
			  struct error *err)
{
	for (int i = 0; i < argc; i++)
		if (revision_resolve(repo, argv[i], add_revision, r, err))
			return -1;
	for (size_t i = 0; i < options->n_base; i++)
		if (revision_resolve(repo, options->base[i], exclude_revision,
				     r, err))
			return -1;
	return 0;
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
		add_revision(r, all[i].name, &all[i].new, false);
	free(all);
	repo_refs_release(&refs);
	return 0;
}

static int audit(struct judge_call *call, struct place *place, int argc,
		 char **argv, struct error *err)
{
	struct judge_input input = {
		.request.mode = JUDGE_AUDIT,
		.keys = policy_source_keys(&place->source),
		.lists_tags = call->options->tags,
	};
	struct revisions r = { 0 };
	int status = -1;

	if (take_revisions(&r, place->repo, call->options, argc, argv, err))
		goto out;
	if (!argc && take_everything(&r, place->repo, place->policy,
				     place->tree, err))
		goto out;
	input.request.updates = r.v;
	input.request.n_updates = r.n;
	input.request.excluded = r.excluded;
	input.request.n_excluded = r.n_excluded;
	call->input = &input;
	status = judge_and_report(call);
out:
	for (size_t i = 0; i < r.n; i++)
		free(r.v[i].name);
	free(r.v);
	free(r.excluded);
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

	if (options->tags && argc)
		return usage_error(command, "--tags lists the tags of the "
				   "repository: it goes without revisions");
	if (!place_open(&place, options, NULL, &err) &&
	    !place_find_tree(&place, options, NULL, &err))
		status = audit(&call, &place, argc, argv, &err);
	if (status < 0)
		status = complain(EXIT_UNDECIDED, "cannot decide: %s",
				  err.msg);
	place_release(&place);
	return status;
}
