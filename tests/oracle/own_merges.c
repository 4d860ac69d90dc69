/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "facts/paths.h"
#include "policy/policy.h"

/*
 * Says of merges what each of them changes by itself, when all paths matter.
 * Reads commits, one a line, and prints for each
 *
 *	COMMIT own|git|octopus|subtree|error BASES
 *
 * how that was found out, where "own" is without git, and how many merge bases
 * there are if git was asked; then the paths, and an empty line:
 *
 *	changed|resolved PATH
 *
 * Each line ends with a NUL.
 */
enum { BATCH = 256 };

static const char policy_text[] =
	"[policy]\n"
	"version = 1\n"
	"[tree \"all\"]\n"
	"[subsystem \"all\"]\n"
	"tree = all\n"
	"path = **\n";

struct asked {
	struct oid oid;
	bool needs_git, failed;
	size_t n_bases;
};

struct oracle {
	struct repo *repo;
	struct commit_paths paths;
	struct merge_bases bases;
	const struct tree *tree;
	struct asked merges[BATCH];
	size_t n;
};

static void die(const struct error *err)
{
	fprintf(stderr, "own_merges: %s\n", err->msg);
	exit(128);
}

static int find(struct oracle *o, const struct oid *oid, size_t *n_parents)
{
	struct object object;
	struct commit commit;
	struct error err;
	int rc;

	if (repo_read_commit(o->repo, oid, &object, &commit, &err))
		die(&err);
	*n_parents = commit.n_parents;
	rc = paths_find(&o->paths, &commit, oid, o->tree, &err);
	if (rc)
		fprintf(stderr, "own_merges: %s\n", err.msg);
	object_release(&object);
	return rc;
}

/* How many merge bases the first two parents have. */
static size_t count_bases(struct oracle *o, const struct oid *oid)
{
	struct object object;
	struct commit commit;
	struct error err;
	struct oid a, b;

	if (repo_read_commit(o->repo, oid, &object, &commit, &err))
		die(&err);
	a = commit_parent(&commit, 0);
	b = commit_parent(&commit, 1);
	object_release(&object);
	if (merge_bases_find(&o->bases, &a, 1, &b, &err))
		die(&err);
	return o->bases.n_found;
}

/* Finds out what git is needed for, and asks it about all of that at once. */
static void look(struct oracle *o)
{
	struct merges_ahead *ahead = &o->paths.ahead;
	size_t n_parents;

	ahead->n_pairs = 0;
	ahead->is_looking = true;
	for (size_t i = 0; i < o->n; i++) {
		struct asked *m = &o->merges[i];
		size_t n_pairs = ahead->n_pairs;

		m->failed = find(o, &m->oid, &n_parents);
		m->needs_git = ahead->n_pairs > n_pairs ||
			       (n_parents > 2 && o->paths.n);
		m->n_bases = m->needs_git ? count_bases(o, &m->oid) : 0;
	}
	ahead->is_looking = false;
	merge_ahead(o->repo, o->paths.scratch, ahead->pairs, ahead->n_pairs);
}

static void tell(struct oracle *o, const struct asked *m)
{
	char hex[OID_HEX + 1];
	size_t n_parents = 0;
	bool failed = m->failed || find(o, &m->oid, &n_parents);

	oid_format(hex, &m->oid);
	printf("%s %s %zu%c", hex, failed ? "error" :
	       o->paths.subtree.len ? "subtree" :
	       !m->needs_git ? "own" : n_parents > 2 ? "octopus" : "git",
	       m->n_bases, '\0');
	for (size_t i = 0; !failed && i < o->paths.n; i++)
		printf("%s %s%c", o->paths.v[i].kind == PATH_RESOLVED ?
		       "resolved" : "changed", o->paths.v[i].path, '\0');
	putchar('\0');
}

static void answer(struct oracle *o)
{
	look(o);
	for (size_t i = 0; i < o->n; i++)
		tell(o, &o->merges[i]);
	o->n = 0;
}

int main(void)
{
	static struct oracle o;
	struct diags diags = { 0 };
	struct scratch scratch = { 0 };
	struct merge_scratch merges = { .scratch = &scratch };
	struct policy *policy = policy_parse("p", policy_text,
					     sizeof(policy_text) - 1, &diags);
	struct error err;
	char *line = NULL;
	size_t size = 0;

	o.repo = repo_open(&err);
	if (!o.repo)
		die(&err);
	o.tree = &policy->trees[0];
	paths_init(&o.paths, o.repo, policy, &merges);
	merge_bases_init(&o.bases, o.repo);
	while (getline(&line, &size, stdin) > 0) {
		if (!oid_parse(&o.merges[o.n++].oid, line, strcspn(line, "\n")))
			exit(129);
		if (o.n == BATCH)
			answer(&o);
	}
	answer(&o);
	free(line);
	merge_bases_release(&o.bases);
	paths_release(&o.paths);
	merge_scratch_release(&merges);
	repo_free(o.repo);
	policy_free(policy);
	scratch_release(&scratch);
	return 0;
}
