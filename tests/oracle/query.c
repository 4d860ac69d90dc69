/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "git/contained.h"
#include "git/history.h"
#include "git/merge_base.h"
#include "git/tree_diff.h"

/*
 * Asks the git layer what git can be asked too. Reads questions, one a line,
 * and prints each line of an answer with the question's number before it:
 *
 *	walk|exact NEW... -- OLD...	commits; "guess" where dates decided
 *	contains WANTED TIP...		yes or no
 *	lacks TIP COMMIT...		those that it does not contain
 *	dropped				how many others contained_drop() found
 *	bases A B			commits
 *	paths COMMIT			paths that differ from all parents'
 *	pruned COMMIT			those not below a directory named d1
 */
enum { MAX_OIDS = 4096 };

struct question {
	struct repo *repo;
	struct merge_bases bases;
	unsigned int number;
	struct oid oids[MAX_OIDS];
	size_t n, n_new;		/* n_new: before the `--` */
	size_t n_dropped;		/* by all of `lacks` */
};

static void die(const struct error *err)
{
	fprintf(stderr, "query: %s\n", err->msg);
	exit(128);
}

static void print_oid(const struct question *q, const struct oid *oid)
{
	char hex[OID_HEX + 1];

	oid_format(hex, oid);
	printf("%u %s\n", q->number, hex);
}

static int walk(struct question *q, bool exact, struct error *err)
{
	struct history history;

	if (history_walk(q->repo, q->oids, q->n_new, q->oids + q->n_new,
			 q->n - q->n_new, exact, &history, err))
		return -1;
	if (!history.exact)
		printf("%u guess\n", q->number);
	for (size_t i = 0; i < history.dag.n; i++)
		print_oid(q, &history.dag.nodes[i].oid);
	history_release(&history);
	return 0;
}

static int ask_walk(struct question *q, struct error *err)
{
	return walk(q, false, err);
}

static int ask_exact(struct question *q, struct error *err)
{
	return walk(q, true, err);
}

static int ask_contains(struct question *q, struct error *err)
{
	bool contains;

	if (history_contains(q->repo, q->oids + 1, q->n - 1, q->oids,
			     &contains, err))
		return -1;
	printf("%u %s\n", q->number, contains ? "yes" : "no");
	return 0;
}

static int ask_lacks(struct question *q, struct error *err)
{
	struct oid_list left = { 0 };
	bool contains;
	int rc = 0;

	for (size_t i = 1; i < q->n; i++)
		oid_list_add(&left, &q->oids[i]);
	contained_drop(q->repo, &q->oids[0], &left);
	q->n_dropped += q->n - 1 - left.n;
	for (size_t i = 0; !rc && i < left.n; i++) {
		rc = history_contains(q->repo, &q->oids[0], 1, &left.v[i],
				      &contains, err);
		if (!rc && !contains)
			print_oid(q, &left.v[i]);
	}
	free(left.v);
	return rc;
}

static int ask_dropped(struct question *q, struct error *err)
{
	(void)err;
	printf("%u %zu\n", q->number, q->n_dropped);
	return 0;
}

static int ask_bases(struct question *q, struct error *err)
{
	if (merge_bases_find(&q->bases, q->oids, 1, &q->oids[1], err))
		return -1;
	for (size_t i = 0; i < q->bases.n_found; i++)
		print_oid(q, &q->bases.found[i]);
	return 0;
}

static bool skip_equal(void *ctx, const struct tree_entry *side, size_t n)
{
	(void)ctx;
	for (size_t i = 1; i < n; i++)
		if (tree_entry_equal(&side[0], &side[i]))
			return true;
	return false;
}

static int print_path(void *ctx, const char *path, size_t len,
		      const struct tree_entry *side, size_t n,
		      struct error *err)
{
	const struct question *q = ctx;

	(void)side;
	(void)n;
	(void)err;
	printf("%u %.*s\n", q->number, (int)len, path);
	return 0;
}

static bool is_d1(void *ctx, const char *path, size_t len)
{
	(void)ctx;
	return strlen(path) == len && !strcmp(path, "d1");
}

static int compare(struct question *q,
		   bool (*prune)(void *ctx, const char *path, size_t len),
		   struct error *err)
{
	const struct tree_diff cmp = { .skip = skip_equal, .prune = prune,
				       .visit = print_path, .ctx = q };
	struct oid trees[MAX_OIDS] = { { { 0 } } }, parent;
	struct object object, other;
	struct commit commit, old;
	size_t n = 1;

	if (repo_read_commit(q->repo, q->oids, &object, &commit, err))
		return -1;
	trees[0] = commit.tree;
	for (; n <= commit.n_parents; n++) {
		parent = commit_parent(&commit, n - 1);
		if (repo_read_commit(q->repo, &parent, &other, &old, err))
			return -1;
		trees[n] = old.tree;
		object_release(&other);
	}
	object_release(&object);
	return tree_diff(q->repo, trees, n < 2 ? 2 : n, &cmp, err);
}

static int ask_paths(struct question *q, struct error *err)
{
	return compare(q, NULL, err);
}

static int ask_pruned(struct question *q, struct error *err)
{
	return compare(q, is_d1, err);
}

static const struct {
	const char *word;
	int (*ask)(struct question *q, struct error *err);
} verbs[] = {
	{ "walk", ask_walk },
	{ "exact", ask_exact },
	{ "contains", ask_contains },
	{ "lacks", ask_lacks },
	{ "dropped", ask_dropped },
	{ "bases", ask_bases },
	{ "paths", ask_paths },
	{ "pruned", ask_pruned },
};

static void parse(struct question *q, char *words)
{
	q->n = q->n_new = 0;
	for (char *w = strtok(words, " \n"); w; w = strtok(NULL, " \n")) {
		if (!strcmp(w, "--"))
			q->n_new = q->n;
		else if (q->n == MAX_OIDS ||
			 !oid_parse(&q->oids[q->n++], w, strlen(w)))
			exit(129);
	}
}

int main(void)
{
	static struct question q;
	struct repo_refs refs = { 0 };
	struct error err;
	char *line = NULL, *rest;
	size_t size = 0;

	q.repo = repo_open(&err);
	if (!q.repo || repo_refs(q.repo, &refs, &err))
		die(&err);
	repo_refs_release(&refs);
	merge_bases_init(&q.bases, q.repo);
	q.bases.is_strict = true;
	for (; getline(&line, &size, stdin) > 0; q.number++) {
		rest = line + strcspn(line, " \n");
		if (*rest)
			*rest++ = '\0';
		parse(&q, rest);
		for (size_t i = 0; i < ARRAY_SIZE(verbs); i++)
			if (!strcmp(line, verbs[i].word) &&
			    verbs[i].ask(&q, &err))
				die(&err);
	}
	free(line);
	merge_bases_release(&q.bases);
	repo_free(q.repo);
	return 0;
}
