/* SPDX-License-Identifier: GPL-2.0-only */
#include "git/repo.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "git/command.h"
#include "git/repo_private.h"

/* The commit-graph */

static bool has_grafts(const struct repo *repo)
{
	char *path = xasprintf("%s/info/grafts", repo->common_dir);
	struct stat st;
	bool has = !stat(path, &st) && st.st_size;

	free(path);
	return has;
}

/* Unreadable refs count as such; callers that need refs will report them. */
static bool has_replacements(struct repo *repo)
{
	struct error ignored;

	return repo_refs_open(repo, &ignored) ||
	       ref_store_has_prefix(&repo->refs, "refs/replace/");
}

/* What git_config_bool() takes for false: a word, nothing, or zero. */
static bool is_false(const char *text)
{
	static const char *const words[] = { "false", "no", "off" };
	char *end;

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (!strcasecmp(text, words[i]))
			return true;
	return !*text || (!strtol(text, &end, 10) && end > text &&
			  (!*end || strchr("kKmMgG", *end)));
}

static bool is_switched_off(struct repo *repo)
{
	struct error ignored;
	char *value;
	bool is;

	is = !repo_config(repo, "core.commitgraph", &value, NULL, &ignored) &&
	     value && is_false(value);
	free(value);
	return is;
}

static bool may_have_commit_graph(struct repo *repo)
{
	return !repo->shallow.n && !has_grafts(repo) &&
	       !has_replacements(repo) && !is_switched_off(repo);
}

const struct commit_graph *repo_commit_graph(struct repo *repo)
{
	if (!repo->knows_commit_graph && may_have_commit_graph(repo))
		repo->commit_graph = commit_graph_open(repo->object_dirs);
	repo->knows_commit_graph = true;
	return repo->commit_graph;
}

bool repo_lacks_commit_graph(struct repo *repo)
{
	return !repo_commit_graph(repo) && !repo->dropped[0] &&
	       may_have_commit_graph(repo);
}

int repo_make_commit_graph(struct repo *repo, struct scratch *scratch,
			   const struct oid_list *tips, struct error *err)
{
	const char *const args[] = { "commit-graph", "write",
				     "--stdin-commits", "--no-progress", NULL };
	struct buf input = BUF_INIT, output = BUF_INIT;
	struct process process = { .output = &output };
	char hex[OID_HEX + 1];
	int rc;

	if (!repo_lacks_commit_graph(repo))
		return 0;
	for (size_t i = 0; i < tips->n; i++) {
		oid_format(hex, &tips->v[i]);
		buf_addf(&input, "%s\n", hex);
	}
	process.input = buf_str(&input);
	process.input_len = input.len;
	rc = git_run(repo, scratch, args, &process, err);
	if (!rc)
		repo->commit_graph =
			commit_graph_open((char *[]){ scratch->dir, NULL });
	buf_release(&input);
	buf_release(&output);
	return rc;
}

static void drop(struct repo *repo)
{
	repo->dropped[repo->dropped[0] != NULL] = repo->commit_graph;
	repo->commit_graph = NULL;
}

bool repo_check_commit_graph(struct repo *repo)
{
	const struct commit_graph *graph = repo_commit_graph(repo);
	struct commit_graph *levels;

	if (!graph || repo->is_ordered)
		return true;
	repo->is_ordered = true;
	if (commit_graph_is_ordered(graph))
		return true;
	drop(repo);
	levels = commit_graph_by_levels(graph);
	if (commit_graph_is_ordered(levels))
		repo->commit_graph = levels;
	else
		commit_graph_free(levels);
	return false;
}

bool repo_rests_on_commit_graph(const struct repo *repo)
{
	return repo->rests_on_order;
}

void repo_drop_commit_graph(struct repo *repo, const struct commit_graph *graph)
{
	if (graph && graph == repo->commit_graph &&
	    repo_check_commit_graph(repo))
		drop(repo);
}

/* Commits */

/* Whether the commit-graph's entry agrees with the commit. */
static bool agrees(struct repo *repo, const struct oid *oid,
		   const struct commit *commit)
{
	const struct commit_graph *graph = repo->commit_graph;
	struct commit_graph_parents *parents = &repo->parents;
	uint32_t position = commit_graph_find(graph, oid);
	struct commit_graph_entry entry;

	if (position == COMMIT_GRAPH_NONE)
		return true;
	entry = commit_graph_read(graph, position);
	if (!oid_equal(&entry.tree, &commit->tree) ||
	    !commit_graph_read_parents(graph, position, parents) ||
	    parents->n != commit->n_parents)
		return false;
	for (size_t i = 0; i < parents->n; i++) {
		struct oid parent = commit_parent(commit, i);

		entry = commit_graph_read(graph, parents->v[i]);
		if (!oid_equal(&entry.oid, &parent))
			return false;
	}
	return true;
}

int repo_read_commit(struct repo *repo, const struct oid *oid,
		     struct object *object, struct commit *commit,
		     struct error *err)
{
	char hex[OID_HEX + 1];
	bool parsed;

	if (repo_read(repo, oid, OBJECT_COMMIT, object, err))
		return -1;
	parsed = !commit_parse(commit, object->data, object->len, err);
	if (parsed && agrees(repo, oid, commit))
		return 0;
	oid_format(hex, oid);
	if (!parsed)
		error_wrap(err, "commit %s", hex);
	else
		error_set(err, "the commit-graph is wrong about commit %s: "
			  "'git commit-graph write --reachable' makes it again",
			  hex);
	object_release(object);
	return -1;
}

int repo_commit_tree(struct repo *repo, const struct oid *oid,
		     struct oid *tree, struct error *err)
{
	const struct commit_graph *graph = repo_commit_graph(repo);
	uint32_t position = commit_graph_find(graph, oid);
	struct object object;
	char hex[OID_HEX + 1];
	int rc;

	if (position != COMMIT_GRAPH_NONE) {
		*tree = commit_graph_read(graph, position).tree;
		return 0;
	}
	if (repo_read(repo, oid, OBJECT_COMMIT, &object, err))
		return -1;
	rc = commit_parse_tree(tree, object.data, object.len, err);
	object_release(&object);
	if (rc) {
		oid_format(hex, oid);
		error_wrap(err, "commit %s", hex);
	}
	return rc;
}

int repo_trees_of(struct repo *repo, const struct commit *commit,
		  struct oid trees[2], struct error *err)
{
	struct oid parent;

	trees[0] = commit->tree;
	trees[1] = (struct oid){ { 0 } };
	if (!commit->n_parents)
		return 0;
	parent = commit_parent(commit, 0);
	return repo_commit_tree(repo, &parent, &trees[1], err);
}

bool repo_known_trees(struct repo *repo, const struct oid *oid,
		      struct oid trees[2])
{
	const struct commit_graph *graph = repo_commit_graph(repo);
	struct commit_graph_parents *parents = &repo->parents;
	uint32_t position = commit_graph_find(graph, oid);

	if (position == COMMIT_GRAPH_NONE ||
	    !commit_graph_read_parents(graph, position, parents) ||
	    parents->n > 1)
		return false;
	trees[0] = commit_graph_read(graph, position).tree;
	trees[1] = (struct oid){ { 0 } };
	if (parents->n)
		trees[1] = commit_graph_read(graph, parents->v[0]).tree;
	return true;
}
