/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "report/series.h"

/* Of a path, and maintainers of a subsystem. */
enum { SHOWN_OWNERS = 5 };

static void put(const char *s, FILE *out)
{
	char *text = text_escaped(s);

	fputs(text, out);
	free(text);
}

static void put_trees(const struct tree_list *trees, FILE *out)
{
	for (size_t i = 0; i < trees->n; i++) {
		fputs(i ? ", " : "", out);
		put(trees->v[i]->section.name, out);
	}
}

/* The trees of a path's owners, and the subsystems that it is in. */
static void put_path(const struct routed_path *path, FILE *out)
{
	fputs("    ", out);
	put(path->path, out);
	for (size_t i = 0; i < path->owners.n && i < SHOWN_OWNERS; i++) {
		const struct subsystem *s = path->owners.v[i].subsystem;

		fputs(i ? ", " : "  (", out);
		put(s->section.name, out);
		for (size_t k = 0; k < s->tree.n; k++) {
			fputs(k ? ", " : ", tree ", out);
			put(s->tree.v[k].text, out);
		}
	}
	if (path->owners.n > SHOWN_OWNERS)
		fprintf(out, ", and %zu more",
			path->owners.n - SHOWN_OWNERS);
	fputs(path->owners.n ? ")\n" : "  (no subsystem claims it)\n", out);
}

static void put_missing(const struct contacts *contacts, const char *before,
			FILE *out)
{
	bool first = true;

	for (size_t i = 0; i < contacts->n; i++) {
		if (!contacts->v[i].is_missing)
			continue;
		fputs(first ? before : ", ", out);
		put(contacts->v[i].maintainer, out);
		first = false;
	}
	fputs(first ? "" : "\n", out);
}

/* What an earlier patch is called, and who can carry it. */
static void put_earlier(const struct route *route, FILE *out)
{
	put(route->patch->name, out);
	fputs(" (", out);
	if (route->carriers.n)
		put_trees(&route->carriers, out);
	else
		fputs("no tree alone", out);
	fputc(')', out);
}

/* Earlier patches that go through other trees, and why this one needs them. */
static void put_after(const struct route *route, FILE *out)
{
	for (size_t i = 0; i < route->n_after; i++) {
		const struct after *after = &route->after[i];

		fputs("  goes after ", out);
		if (after->route)
			put_earlier(after->route, out);
		else
			put(after->trailer, out);
		fputs(after->path ? ": both change " : after->word ?
		      ": it uses " : ", which its message names\n", out);
		if (after->path || after->word) {
			put(after->path ? after->path : after->word, out);
			fputc('\n', out);
		}
	}
}

static void put_route(const struct series_report *r, const struct route *route,
		      FILE *out)
{
	fprintf(out, "%s ", route->patch->name);
	put(route->patch->subject, out);
	fputc('\n', out);
	if (!route->n_paths) {
		put_after(route, out);
		return;
	}
	fputs("  trees: ", out);
	put_trees(&route->owners, out);
	fputs(route->owners.n ? "" : "none", out);
	if (!route->is_free && !route->carriers.n)
		fputs("; none of them can carry it alone", out);
	else if (route->carriers.n && route->carriers.n < route->owners.n) {
		fputs("; can be carried by ", out);
		put_trees(&route->carriers, out);
	}
	fputc('\n', out);
	for (size_t i = 0; i < route->n_paths; i++)
		if (r->verbose || route->carriers.n < route->owners.n)
			put_path(&route->paths[i], out);
	put_after(route, out);
	put_missing(&route->contacts, "  not in To or Cc: ", out);
}

/* "A or B"; more than five end in "or 3 more". */
static void put_maintainers(const struct subsystem *s, FILE *out)
{
	const struct values *list = &s->maintainer;

	for (size_t k = 0; k < list->n && k < SHOWN_OWNERS; k++) {
		fputs(k ? " or " : "", out);
		put(list->v[k].text, out);
	}
	if (list->n > SHOWN_OWNERS)
		fprintf(out, " or %zu more", list->n - SHOWN_OWNERS);
	if (list->n)
		return;
	fputs("a maintainer of ", out);
	put(s->section.name, out);
}

/* Whose Acked-by a path needs: one maintainer of each subsystem. */
static void put_acks(const struct routed_path *path, FILE *out)
{
	bool first = true;

	for (size_t i = 0; i < path->owners.n; i++) {
		const struct subsystem *s = path->owners.v[i].subsystem;

		if (!s->tree.n)
			continue;
		fputs(first ? "an Acked-by of " : " and of ", out);
		put_maintainers(s, out);
		first = false;
	}
}

static void put_foreign(const struct series_report *r,
			const struct route *route, FILE *out)
{
	const struct plan *plan = r->plan;
	size_t shown = 0;

	for (size_t i = 0; i < route->n_paths; i++) {
		const struct routed_path *path = &route->paths[i];

		if (!plan_is_foreign(plan, path, plan->best))
			continue;
		if (!shown++) {
			fprintf(out, "  %s ", route->patch->name);
			put(route->patch->subject, out);
			fputs("\n", out);
		}
		put_path(path, out);
		if (path->owners.n) {
			fputs("      needs a shared tag of its tree, or ", out);
			put_acks(path, out);
			fputc('\n', out);
		}
	}
}

/* Which paths keep the best tree from carrying the whole series. */
static void put_handover(const struct series_report *r, FILE *out)
{
	const struct plan *plan = r->plan;

	fputs("no tree can carry all of it; ", out);
	put(plan->best->section.name, out);
	fputs(" owns most of it, but not these paths:\n", out);
	for (size_t i = 0; i < plan->n; i++)
		put_foreign(r, &plan->routes[i], out);
}

static void put_bases(const struct series_report *r, FILE *out)
{
	for (size_t i = 0; i < r->n_bases; i++) {
		fprintf(out, "based on %zu commit%s of ", r->bases[i].n,
			r->bases[i].n == 1 ? "" : "s");
		put(r->bases[i].tree, out);
		fputs(" that upstream does not have: ", out);
		put(r->bases[i].ref, out);
		fputc('\n', out);
	}
}

void series_text(const struct series_report *r, FILE *out)
{
	const struct plan *plan = r->plan;
	size_t n = 0;

	for (size_t i = 0; i < plan->n; i++) {
		put_route(r, &plan->routes[i], out);
		n += plan->routes[i].n_paths > 0;
	}
	fprintf(out, "\n%zu patch%s: ", n, n == 1 ? "" : "es");
	if (plan->is_free) {
		fputs("any tree can carry it\n", out);
	} else if (plan->carriers.n) {
		fputs("all of it can be carried by ", out);
		put_trees(&plan->carriers, out);
		fputc('\n', out);
	} else if (plan->best) {
		put_handover(r, out);
	} else {
		fputs("no maintainer's tree can carry any of it\n", out);
	}
	if (plan->n_waiting)
		fprintf(out, "%zu of them must wait for a patch that goes "
			"through another tree: until upstream has it, or that "
			"tree shares it by a tag\n", plan->n_waiting);
	put_bases(r, out);
	if (plan->has_people) {
		put_missing(&plan->contacts, "not in To or Cc of some mail: ",
			    out);
		return;
	}
	for (size_t i = 0; i < plan->contacts.n; i++) {
		fputs(i ? ", " : "must reach: ", out);
		put(plan->contacts.v[i].maintainer, out);
	}
	fputs(plan->contacts.n ? "\n" : "", out);
}
