/* SPDX-License-Identifier: GPL-2.0-only */
#include "report/graph.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/process.h"
#include "base/text.h"
#include "report/markup.h"
#include "report/pulls.h"

enum {
	DOT_SECONDS = 20,
	LABEL = 60,			/* bytes of a name that are shown */
};

/* What is wrong; a page has colors of its own for the class. */
#define BAD "class=\"bad\", color=red3, fontcolor=red3"

struct graph {
	const struct report *report;
	size_t max;
	FILE *out;
};

/* Names of nodes: a letter for their kind, and the name that git gives. */
static void put_node(const struct graph *g, char kind, const char *name)
{
	fprintf(g->out, "\"%c ", kind);
	put_dot(name, g->out);
	fputc('"', g->out);
}

static void put_label(const struct graph *g, const char *text)
{
	char *cut = text_cut(text, LABEL);

	put_dot(cut, g->out);
	free(cut);
}

/* A branch needs less room without its prefix. */
static void put_ref_label(const struct graph *g, const char *ref)
{
	static const char prefix[] = "refs/heads/";

	put_label(g, text_starts_with(ref, prefix) ? ref + strlen(prefix) :
						     ref);
}

static void put_tree(const struct graph *g, const char *name)
{
	fputs("\t", g->out);
	put_node(g, 't', name);
	fputs(" [shape=box, style=rounded, class=\"tree\", label=\"", g->out);
	put_label(g, name);
	fputs("\"];\n", g->out);
}

static void put_edge(const struct graph *g, char from_kind, const char *from,
		     char to_kind, const char *to)
{
	fputs("\t", g->out);
	put_node(g, from_kind, from);
	fputs(" -> ", g->out);
	put_node(g, to_kind, to);
}

static void put_pulls(const struct graph *g, const struct listed_tag *tag)
{
	const char *tree = g->report->tree ? g->report->tree : "";

	if (!strcmp(tag->shared->tree.v[0].text, tree) || !tag->n_pulls)
		return;
	put_edge(g, 's', tag->name, 't', tree);
	fputs(" [label=\"pulled: ", g->out);
	put_ref_label(g, tag->pulls[0].ref);
	if (tag->n_pulls > 1)
		fprintf(g->out, " and %zu more", tag->n_pulls - 1);
	fputs("\"];\n", g->out);
}

static void put_consumers(const struct graph *g, const struct listed_tag *tag)
{
	const struct values *consumers = &tag->shared->consumer;

	for (size_t i = 0; i < consumers->n; i++) {
		/* Whose pull is drawn. */
		if (tag->n_pulls && g->report->tree &&
		    !strcmp(consumers->v[i].text, g->report->tree))
			continue;
		put_tree(g, consumers->v[i].text);
		put_edge(g, 's', tag->name, 't', consumers->v[i].text);
		fputs(" [style=dotted, label=\"is for\"];\n", g->out);
	}
}

static void put_tag(const struct graph *g, const struct listed_tag *tag)
{
	const char *owner = tag->shared->tree.v[0].text;

	put_tree(g, owner);
	fputs("\t", g->out);
	put_node(g, 's', tag->name);
	fprintf(g->out, " [shape=note%s, label=\"",
		tag->is_valid ? "" : ", " BAD);
	put_label(g, tag->name);
	fprintf(g->out, "\\n%s%s\"];\n", tag->is_frozen ? "frozen" : "draft",
		tag->is_valid ? "" : ", does not count");
	put_edge(g, 't', owner, 's', tag->name);
	fputs(" [label=\"made\"];\n", g->out);
	put_pulls(g, tag);
	put_consumers(g, tag);
}

/* One step of a way: to a commit, after which `more` commits are left out. */
struct step {
	char commit[OID_ABBREV + 1];
	unsigned long more;
};

/* Takes the first step off a finding's `way`, which is not empty. */
static struct step take_step(const char **way)
{
	static const char arrow[] = " -> ", gap[] = " ... (";
	struct step step = { "", 0 };
	size_t len = strcspn(*way, " ");

	snprintf(step.commit, sizeof(step.commit), "%.*s", (int)len, *way);
	*way += len;
	if (text_starts_with(*way, gap))
		step.more = strtoul(*way + strlen(gap), NULL, 10);
	*way = strstr(*way, arrow);
	*way = *way ? *way + strlen(arrow) : "";
	return step;
}

/* Draws the step after another, or after the ref if that is NULL. */
static void put_step(const struct graph *g, const struct finding *f,
		     const struct step *before, const struct step *step,
		     bool is_last)
{
	fputs("\t", g->out);
	put_node(g, 'c', step->commit);
	fprintf(g->out, " [shape=box, fontsize=9, height=0.3%s, label=\"%s\"];"
		"\n", is_last ? ", " BAD : "", step->commit);
	put_edge(g, before ? 'c' : 'r', before ? before->commit : f->ref,
		 'c', step->commit);
	fputs(" [" BAD ", style=dashed", g->out);
	if (before && before->more)
		fprintf(g->out, ", label=\"%lu more\"", before->more);
	fputs("];\n", g->out);
}

/* The way from a tip to a commit that an integration tree made. */
static void put_way(const struct graph *g, const struct finding *f)
{
	const char *rest = f->way;
	struct step before, step;

	put_tree(g, f->way_to);
	fputs("\t", g->out);
	put_node(g, 'r', f->ref);
	fputs(" [shape=ellipse, " BAD ", label=\"", g->out);
	put_ref_label(g, f->ref);
	fputs("\"];\n", g->out);
	put_edge(g, 't', g->report->tree ? g->report->tree : "", 'r', f->ref);
	fputs(" [arrowhead=none];\n", g->out);
	for (bool is_first = true; *rest; is_first = false) {
		step = take_step(&rest);
		put_step(g, f, is_first ? NULL : &before, &step, !*rest);
		before = step;
	}
	put_edge(g, 't', f->way_to, 'c', step.commit);
	fputs(" [" BAD ", label=\"made\"];\n", g->out);
}

/* The shortest way of each ref; a ref's findings follow each other. */
static void put_ways(const struct graph *g)
{
	const struct verdict *v = g->report->verdict;
	const struct finding *shortest = NULL;
	size_t n = 0;

	for (size_t i = 0; i < v->n && n < g->max; i++) {
		const struct finding *f = &v->findings[i];

		if (!f->way)
			continue;
		if (shortest && shortest->ref != f->ref) {
			put_way(g, shortest);
			shortest = NULL;
			n++;
		}
		if (!shortest || strlen(f->way) < strlen(shortest->way))
			shortest = f;
	}
	if (shortest && n < g->max)
		put_way(g, shortest);
}

/* Of pulls: all of a tree are one edge, to the branch that has them. */
struct pulled {
	size_t n, n_by_tag, n_commits, n_refused;
};

/* Counts the i-th pull for its tree, if that is known. */
static void count_pull(const struct report *r, size_t i, struct pulled *of)
{
	const struct merged_pull *pull = &r->pulls->pulls->v[i];
	const struct verdict *verdict = &r->pulls->verdicts[i];
	struct pulled *pulled;

	if (!pull->tree)
		return;
	pulled = &of[pull->tree - r->verdict->policy->trees];
	pulled->n++;
	pulled->n_by_tag += !!pull->tag;
	pulled->n_commits += verdict->n_commits;
	pulled->n_refused += verdict_refuses(verdict);
}

static void put_pulled(const struct graph *g, const char *tree,
		       const struct pulled *pulled)
{
	put_tree(g, tree);
	put_edge(g, 't', tree, 'b', "");
	fprintf(g->out, " [%slabel=\"%zu pull%s",
		pulled->n_refused ? BAD ", " : "", pulled->n,
		pulled->n == 1 ? "" : "s");
	if (pulled->n_refused)
		fprintf(g->out, ", %zu refused", pulled->n_refused);
	fputs("\\n", g->out);
	if (pulled->n_by_tag)
		fprintf(g->out, "%zu by tag, ", pulled->n_by_tag);
	fprintf(g->out, "%zu commit%s\"];\n", pulled->n_commits,
		pulled->n_commits == 1 ? "" : "s");
}

static void put_all_pulls(const struct graph *g)
{
	const struct pulls_report *pulls = g->report->pulls;
	const struct policy *policy = g->report->verdict->policy;
	struct pulled *of = xcalloc(policy->n_trees, sizeof(*of));
	size_t n = 0;

	fputs("\t\"b \" [shape=ellipse, label=\"the branch\"];\n", g->out);
	for (size_t i = 0; i < pulls->pulls->n; i++)
		count_pull(g->report, i, of);
	for (size_t t = 0; t < policy->n_trees; t++)
		if (of[t].n && n++ < g->max)
			put_pulled(g, policy->trees[t].section.name, &of[t]);
	if (n > g->max)
		fprintf(g->out, "\t\"b more\" [shape=plaintext, "
			"label=\"and %zu more trees\"];\n", n - g->max);
	free(of);
}

void graph_put(const struct report *r, size_t max, FILE *out)
{
	const struct graph g = { .report = r, .max = max, .out = out };
	const struct verdict *v = r->verdict;

	fputs("digraph treaty {\n\trankdir=LR;\n\tbgcolor=transparent;\n"
	      "\tnode [fontname=\"sans-serif\", fontsize=11];\n"
	      "\tedge [fontname=\"sans-serif\", fontsize=9];\n", out);
	if (r->pulls)
		put_all_pulls(&g);
	else
		put_tree(&g, r->tree ? r->tree : "");
	for (size_t i = 0; i < v->n_tags && i < max; i++)
		put_tag(&g, &v->tags[i]);
	if (!r->pulls)
		put_ways(&g);
	fputs("}\n", out);
}

void report_dot(const struct report *r, FILE *out)
{
	graph_put(r, SIZE_MAX, out);
}

/* What comes before <svg> does not belong in a page. */
static int take_svg(const struct buf *output, struct buf *svg,
		    struct error *err)
{
	const char *start = strstr(buf_str(output), "<svg ");

	if (!start)
		return error_set(err, "dot printed no picture");
	buf_addstr(svg, "<svg role=\"img\" aria-label=\"Trees, and the shared "
		   "tags between them\" ");
	buf_addstr(svg, start + strlen("<svg "));
	return 0;
}

int graph_draw(const struct report *r, size_t max, struct buf *svg,
	       struct error *err)
{
	static const char *const argv[] = { "dot", "-Tsvg", NULL };
	struct buf output = BUF_INIT, errors = BUF_INIT;
	struct process process = { .argv = argv, .output = &output,
				   .errors = &errors,
				   .time_limit = DOT_SECONDS };
	char *text = NULL;
	size_t len = 0;
	FILE *memory = open_memstream(&text, &len);
	int status, rc;

	if (!memory)
		abort();
	graph_put(r, max, memory);
	if (fclose(memory))
		abort();
	process.input = text;
	process.input_len = len;
	rc = process_run(&process, &status, err);
	if (!rc && status)
		rc = error_set(err, "dot failed (exit status %d)", status);
	if (!rc)
		rc = take_svg(&output, svg, err);
	buf_release(&output);
	buf_release(&errors);
	free(text);
	return rc;
}
