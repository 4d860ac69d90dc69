/* SPDX-License-Identifier: GPL-2.0-only */
#include "policy/learn.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strmap.h"
#include "base/text.h"
#include "policy/keys.h"
#include "policy/owners.h"

enum {
	/* A beginning of fewer letters says little: the whole name counts. */
	MIN_STEM = 3,
	/* Who has changed something since then goes on to do so; seconds. */
	RECENTLY = 182 * 24 * 60 * 60,
};

/* How many pulls of a tree did something. */
struct tree_pulls {
	const char *tree;
	size_t n;
	size_t last;			/* counted, + 1 */
};

/* What several commits did. If enough did it, it becomes a line. */
struct group {
	char *id;			/* section, key, value and tree */
	struct learned_line line;
	struct tree_pulls *trees;
	size_t cap_trees;
	size_t last_pull, last_commit;	/* counted, + 1 */
	size_t last_own;		/* likewise, of `n_own` */
	/* Of `exclude`: the directory that has all that was changed, and files
	 * that others changed, as many as are needed. */
	char *within;
	size_t subsystem;
	const char **files;
	size_t n_files, cap_files;
	bool is_alone;			/* a commit did it without paths of its
					 * tree's own */
};

struct groups {
	struct group *v;
	size_t n, cap;
	struct strmap index;
};

static void groups_release(struct groups *groups)
{
	for (size_t i = 0; i < groups->n; i++) {
		free(groups->v[i].id);
		free(groups->v[i].line.value);
		free(groups->v[i].within);
		free(groups->v[i].files);
		free(groups->v[i].trees);
	}
	free(groups->v);
	strmap_release(&groups->index);
}

/* Where the search is: the one commit that is looked at. */
struct search {
	const struct learn_in *in;
	struct groups groups;
	struct owners owners;
	const struct tree *tree;
	size_t pull, commit;		/* counted from 1 */
	int64_t time, youngest;		/* of its pull, and of all */
	int64_t *own_time;		/* by subsystem: the youngest pull of
					 * its own trees */
	bool has_own;			/* it changes paths of its own tree */
};

static struct group *find_group(struct groups *groups,
				const struct learned_line *line,
				const char *for_tree)
{
	char *id = xasprintf("%d %s %s\n%s", line->section, line->key,
			     line->value, for_tree);
	int64_t at = strmap_get(&groups->index, id);

	if (at >= 0) {
		free(id);
		return &groups->v[at];
	}
	GROW(groups->v, groups->n, groups->cap);
	groups->v[groups->n] = (struct group){ .id = id, .line = *line };
	groups->v[groups->n].line.value = xstrdup(line->value);
	strmap_put(&groups->index, id, (uint32_t)groups->n);
	return &groups->v[groups->n++];
}

/* Counts the commit for a line, once for each tree or for the tree alone. */
static void count(struct search *s, const struct learned_line *line,
		  bool by_tree)
{
	const char *tree = s->tree->section.name;
	struct group *g = find_group(&s->groups, line, by_tree ? tree : "");
	size_t i = 0;

	while (i < g->line.n_trees && g->trees[i].tree != tree)
		i++;
	if (i == g->line.n_trees) {
		GROW(g->trees, g->line.n_trees, g->cap_trees);
		g->trees[g->line.n_trees++] = (struct tree_pulls){ tree, 0, 0 };
	}
	g->trees[i].n += g->trees[i].last != s->pull;
	g->trees[i].last = s->pull;
	g->line.n_pulls += g->last_pull != s->pull;
	g->line.n_commits += g->last_commit != s->commit;
	g->last_pull = s->pull;
	g->last_commit = s->commit;
	g->is_alone |= !s->has_own;
	if (s->time > g->line.last)
		g->line.last = s->time;
}

/* Whether a policy can have the path as it is. */
static bool is_plain(const char *path)
{
	for (const char *p = path; *p; p++)
		if ((unsigned char)*p <= ' ' || *p == 127 ||
		    strchr("*?;#\"\\[]", *p))
			return false;
	return *path && strlen(path) < MAX_LINE / 2;
}

/*
 * The end of the next directory above a path, from the top down. A directory at
 * the top is nearly everything, and does not count.
 */
static const char *next_dir(const char *path, const char *last)
{
	if (!last)
		last = strchr(path, '/');
	return last ? strchr(last + 1, '/') : NULL;
}

static bool is_below(const char *dir, const char *value)
{
	return strlen(value) > strlen(dir) && text_starts_with(value, dir);
}

/* Trees of sections without one */

static bool claims_all(const struct subsystem *subsystem)
{
	return values_have(&subsystem->path, "*/**") ||
	       values_have(&subsystem->path, "**");
}

static void count_sections(struct search *s)
{
	for (size_t i = 0; i < s->owners.n; i++) {
		const struct subsystem *sub = s->owners.v[i].subsystem;
		struct learned_line line = {
			.kind = LEARNED_TREE, .section = sub->section.line,
			.key = "tree", .value = s->tree->section.name,
		};

		if (!sub->tree.n && !claims_all(sub))
			count(s, &line, false);
	}
}

/* Only where nearly all who change a section's paths are of one tree. */
static bool is_sections_own(const struct search *s, const struct group *g)
{
	size_t all = 0;

	for (size_t i = 0; i < s->groups.n; i++)
		if (s->groups.v[i].line.section == g->line.section)
			all += s->groups.v[i].line.n_pulls;
	return g->line.n_pulls > s->in->min_pulls &&
	       g->line.n_pulls * 5 >= all * 4;
}

/* What a section claims, and others change */

/* The end of the name of the directory in which both paths are. */
static size_t common_directory(const char *a, const char *b)
{
	size_t end = 0;

	for (size_t i = 0; a[i] && a[i] == b[i]; i++)
		if (a[i] == '/')
			end = i + 1;
	return end;
}

/* Both policies have the same subsystems. */
static const struct subsystem *in_base(const struct search *s,
				       const struct subsystem *sub)
{
	return &s->in->base->subsystems[sub - s->in->policy->subsystems];
}

static void add_file(const struct search *s, struct group *g, const char *path)
{
	size_t i = 0;

	while (i < g->n_files && strcmp(g->files[i], path))
		i++;
	if (i < g->n_files || i == s->in->min_trees)
		return;
	GROW(g->files, g->n_files, g->cap_files);
	g->files[g->n_files++] = path;
}

static void count_directory(struct search *s, const struct subsystem *sub,
			    const char *path, char *dir)
{
	struct learned_line line = {
		.kind = LEARNED_EXCLUDE,
		.section = in_base(s, sub)->section.line,
		.key = "exclude", .value = dir,
	};
	struct group *g = find_group(&s->groups, &line, "");

	g->subsystem = (size_t)(sub - s->in->policy->subsystems);
	if (!g->within)
		g->within = xstrdup(path);
	g->within[common_directory(g->within, path)] = '\0';
	if (!values_have(&sub->tree, s->tree->section.name)) {
		count(s, &line, false);
		add_file(s, g, path);
	} else {
		g->line.n_own += g->last_own != s->pull;
		g->last_own = s->pull;
		if (s->time > s->own_time[g->subsystem])
			s->own_time[g->subsystem] = s->time;
	}
	free(dir);
}

static void count_excludes(struct search *s, const char *path)
{
	for (size_t i = 0; i < s->owners.n; i++) {
		const struct subsystem *sub = s->owners.v[i].subsystem;
		const char *slash = sub->tree.n ? strchr(path, '/') : NULL;

		for (; slash; slash = strchr(slash + 1, '/'))
			count_directory(s, sub, path, xstrndup(path,
				(size_t)(slash - path) + 1));
	}
}

/*
 * A tree that has changed some of its section not long ago keeps all that it
 * ever changed.
 */
static bool is_awake(const struct search *s, const struct group *g)
{
	return g->line.n_own &&
	       s->own_time[g->subsystem] >= s->youngest - RECENTLY;
}

static bool is_others(const struct search *s, const struct group *g)
{
	size_t n_trees = 0;

	for (size_t i = 0; i < g->line.n_trees; i++)
		n_trees += g->trees[i].n > s->in->min_pulls;
	return n_trees >= s->in->min_trees &&
	       g->n_files >= s->in->min_trees && !is_awake(s, g) &&
	       g->line.n_own * 4 <= g->line.n_pulls;
}

static bool is_excluded(const struct search *s, const struct group *g)
{
	if (!is_others(s, g))
		return false;
	for (size_t i = 0; i < s->groups.n; i++) {
		const struct group *other = &s->groups.v[i];

		if (other->line.section == g->line.section &&
		    is_others(s, other) &&
		    is_below(other->line.value, g->line.value))
			return false;
	}
	return true;
}

/* Incidental and common paths */

static const char *file_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* Whether a name says what files of that name hold: Kconfig, but not core.c. */
static bool is_telling(const char *name)
{
	const char *dot = strrchr(name, '.');

	return !dot || strlen(dot) > 3;
}

static void count_glue_value(struct search *s, const char *key, char *value)
{
	struct learned_line line = {
		.kind = LEARNED_GLUE, .key = key, .value = value,
		.section = s->in->base->head.section.line,
	};

	count(s, &line, false);
	free(value);
}

static void count_glue(struct search *s, const char *path)
{
	const char *name = file_name(path), *suffix = strrchr(name, '_');
	const char *slash = NULL;

	count_glue_value(s, "commons", xstrdup(path));
	if (!s->has_own)
		return;
	count_glue_value(s, "incidental", xstrdup(path));
	if (is_telling(name))
		count_glue_value(s, "incidental", xasprintf("**/%s", name));
	if (is_telling(name) && suffix > name)
		count_glue_value(s, "incidental", xasprintf("%.*s*%s",
			(int)(name - path), path, suffix));
	while ((slash = next_dir(path, slash)))
		count_glue_value(s, "incidental",
				 xstrndup(path, (size_t)(slash - path) + 1));
}

static bool is_glob(const char *value)
{
	return strchr(value, '*') || text_ends_with(value, "/");
}

/* Whether a line says the same of more paths: a directory, or a pattern. */
static bool covers(const struct learned_line *line, const char *value)
{
	struct glob glob;
	bool is;

	if (strcmp(line->key, "incidental") || !is_glob(line->value) ||
	    !strcmp(line->value, value))
		return false;
	glob_init(&glob, line->value, GLOB_PATH);
	is = glob_match(&glob, value);
	glob_release(&glob);
	return is;
}

static bool is_covered(const struct search *s, const struct learned_line *line)
{
	if (strcmp(line->key, "incidental") || !strncmp(line->value, "**", 2))
		return false;
	for (size_t i = 0; i < s->groups.n; i++) {
		const struct learned_line *other = &s->groups.v[i].line;

		if (other->n_trees >= s->in->min_trees &&
		    covers(other, line->value))
			return true;
	}
	return false;
}

/* Neighbours */

static void count_neighbour_value(struct search *s, char *value)
{
	struct learned_line line = {
		.kind = LEARNED_NEIGHBOUR, .key = "neighbour", .value = value,
		.section = policy_tree(s->in->base, s->tree->section.name)
				->section.line,
	};

	count(s, &line, true);
	free(value);
}

static void count_neighbour(struct search *s, const char *path)
{
	const char *name = file_name(path), *slash = NULL;
	size_t stem = 0;

	while (isalpha((unsigned char)name[stem]))
		stem++;
	count_neighbour_value(s, stem < MIN_STEM || !name[stem] ?
			      xstrdup(path) :
			      xasprintf("%.*s*", (int)(name - path +
				        (ptrdiff_t)stem), path));
	while ((slash = next_dir(path, slash)))
		count_neighbour_value(s, xstrndup(path, (size_t)(slash - path) +
						  1));
}

/* Whether the tree made a fourth of the pulls that show this line for any. */
static bool has_share(const struct search *s, const struct learned_line *line)
{
	size_t all = 0;

	for (size_t i = 0; i < s->groups.n; i++)
		if (!strcmp(s->groups.v[i].line.value, line->value))
			all += s->groups.v[i].line.n_pulls;
	return line->n_pulls * 4 >= all;
}

/*
 * A directory needs one pull more, and more pulls than any one name in it. If
 * many trees change it, none of them is its neighbour.
 */
static bool is_neighbour(const struct search *s, const struct group *g)
{
	const struct learned_line *line = &g->line;

	if (!text_ends_with(line->value, "/"))
		return line->n_pulls >= s->in->min_pulls;
	if (line->n_pulls <= s->in->min_pulls || !has_share(s, line))
		return false;
	for (size_t i = 0; i < s->groups.n; i++) {
		const struct learned_line *other = &s->groups.v[i].line;

		if (other->section == line->section &&
		    other->n_pulls == line->n_pulls &&
		    is_below(line->value, other->value))
			return false;
	}
	return true;
}

/* To be mended */

static void count_owners(struct search *s)
{
	for (size_t i = 0; i < s->owners.n; i++) {
		const struct subsystem *sub = s->owners.v[i].subsystem;
		char *value = xasprintf("%s: tree %s", sub->section.name,
					s->tree->section.name);
		struct learned_line line = {
			.kind = LEARNED_TO_MEND, .key = "",
			.section = sub->section.line, .value = value,
		};

		if (sub->tree.n)
			count(s, &line, true);
		free(value);
	}
}

/* The search */

static bool is_foreign(const struct search *s, const char *path)
{
	const struct values *incidental = &s->in->policy->head.incidental;

	return owners_foreign(s->in->policy, &s->owners, s->tree) &&
	       !(s->has_own && values_match(incidental, path)) &&
	       !values_match(&s->tree->neighbour, path);
}

static int look_at_path(struct search *s, const char *path,
			enum learned_kind kind, struct error *err)
{
	if (owners_find(s->in->policy, path, &s->owners, err))
		return -1;
	if (!is_plain(path))
		return 0;
	if (kind == LEARNED_TREE)
		count_sections(s);
	else if (kind == LEARNED_EXCLUDE && !s->owners.common)
		count_excludes(s, path);
	else if (kind == LEARNED_EXCLUDE)
		return 0;
	else if (is_foreign(s, path) && kind == LEARNED_GLUE)
		count_glue(s, path);
	else if (is_foreign(s, path) && kind == LEARNED_NEIGHBOUR)
		count_neighbour(s, path);
	else if (is_foreign(s, path))
		count_owners(s);
	return 0;
}

static int look_at_commit(struct search *s, const struct learn_commit *commit,
			  enum learned_kind kind, struct error *err)
{
	s->commit++;
	s->has_own = false;
	for (size_t i = 0; i < commit->n_paths && !s->has_own; i++) {
		if (owners_find(s->in->policy, commit->paths[i], &s->owners,
				err))
			return -1;
		s->has_own = owners_have_tree(&s->owners,
					      s->tree->section.name);
	}
	for (size_t i = 0; i < commit->n_paths; i++)
		if (look_at_path(s, commit->paths[i], kind, err))
			return -1;
	return 0;
}

static int look_at_all(struct search *s, enum learned_kind kind,
		       struct error *err)
{
	for (size_t i = 0; i < s->in->n_pulls; i++) {
		const struct learn_pull *pull = &s->in->pulls[i];

		s->tree = pull->tree ? policy_tree(s->in->policy, pull->tree) :
				       NULL;
		if (!s->tree || s->tree->role != ROLE_MAINTAINER)
			continue;
		s->pull = i + 1;
		s->time = pull->time;
		for (size_t k = 0; k < pull->n_commits; k++)
			if (look_at_commit(s, &pull->commits[k], kind, err))
				return -1;
	}
	return 0;
}

static bool is_shown(const struct search *s, const struct group *g)
{
	const struct learned_line *line = &g->line;

	if (line->kind == LEARNED_TREE)
		return is_sections_own(s, g);
	if (line->kind == LEARNED_EXCLUDE)
		return is_excluded(s, g);
	if (line->kind == LEARNED_NEIGHBOUR)
		return is_neighbour(s, g);
	if (line->kind == LEARNED_TO_MEND)
		return line->n_pulls >= s->in->min_pulls;
	if (!strcmp(line->key, "commons") && !g->is_alone)
		return false;
	return line->n_trees >= s->in->min_trees && !is_covered(s, line);
}

static void add_shown(const struct search *s, struct learned *learned)
{
	for (size_t i = 0; i < s->groups.n; i++) {
		const struct group *g = &s->groups.v[i];

		if (!is_shown(s, g))
			continue;
		GROW(learned->v, learned->n, learned->cap);
		learned->v[learned->n] = g->line;
		learned->v[learned->n++].value =
			xstrdup(g->within ? g->within : g->line.value);
	}
}

static int by_place(const void *a, const void *b)
{
	const struct learned_line *x = a, *y = b;
	int cmp = strcmp(x->key, y->key);

	if (x->section != y->section)
		return x->section < y->section ? -1 : 1;
	return cmp ? cmp : strcmp(x->value, y->value);
}

int learn_lines(const struct learn_in *in, enum learned_kind kind,
		struct learned *learned, struct error *err)
{
	struct search s = {
		.in = in,
		.own_time = xcalloc(in->policy->n_subsystems + 1,
				    sizeof(*s.own_time)),
	};
	int rc;

	for (size_t i = 0; i < in->n_pulls; i++)
		if (in->pulls[i].time > s.youngest)
			s.youngest = in->pulls[i].time;
	rc = look_at_all(&s, kind, err);
	if (!rc)
		add_shown(&s, learned);
	if (learned->n)
		qsort(learned->v, learned->n, sizeof(*learned->v), by_place);
	groups_release(&s.groups);
	owners_release(&s.owners);
	free(s.own_time);
	return rc;
}

void learned_release(struct learned *learned)
{
	for (size_t i = 0; i < learned->n; i++)
		free(learned->v[i].value);
	free(learned->v);
	*learned = (struct learned){ 0 };
}
