/* SPDX-License-Identifier: GPL-2.0-only */
#include "report/owner.h"
#include "report/series.h"
#include "report/verdict_json.h"

static json_t *tree_names(const struct tree_list *trees)
{
	json_t *list = json_array();

	for (size_t i = 0; i < trees->n; i++)
		json_array_append_new(list, json_text(
			trees->v[i]->section.name));
	return list;
}

static json_t *contacts(const struct contacts *all, bool missing)
{
	json_t *list = json_array();

	for (size_t i = 0; i < all->n; i++)
		if (!missing || all->v[i].is_missing)
			json_array_append_new(list, json_text(
				all->v[i].maintainer));
	return list;
}

static json_t *route_paths(const struct plan *r, const struct route *route)
{
	json_t *list = json_array();

	for (size_t i = 0; i < route->n_paths; i++) {
		const struct owned_path path = {
			.path = route->paths[i].path,
			.owners = &route->paths[i].owners,
		};

		json_array_append_new(list, owner_as_json(r->policy, &path));
	}
	return list;
}

static json_t *after(const struct route *route)
{
	json_t *list = json_array();

	for (size_t i = 0; i < route->n_after; i++) {
		const struct after *a = &route->after[i];

		json_array_append_new(list, json_pack(
			"{s:o, s:o, s:o, s:o}", "patch", json_text(a->route ?
				a->route->patch->name : NULL), "path",
			json_text(a->path), "word", json_text(a->word),
			"trailer", json_text(a->trailer)));
	}
	return list;
}

static json_t *one_route(const struct plan *r, const struct route *route)
{
	return json_pack("{s:o, s:o, s:o, s:b, s:o, s:o, s:o, s:o, s:o}",
			 "name", json_text(route->patch->name),
			 "subject", json_text(route->patch->subject),
			 "trees", tree_names(&route->owners),
			 "any-tree", route->is_free,
			 "carried-by", tree_names(&route->carriers),
			 "maintainers", contacts(&route->contacts, false),
			 "missing", contacts(&route->contacts, true),
			 "after", after(route),
			 "paths", route_paths(r, route));
}

/* A path that the tree which owns most of the series may not change. */
static json_t *foreign_path(const struct plan *r, const struct route *route,
			    const struct routed_path *path)
{
	const struct owned_path owned = { .path = path->path,
					  .owners = &path->owners };
	json_t *json = owner_as_json(r->policy, &owned);

	json_object_set_new(json, "patch", json_text(route->patch->name));
	return json;
}

static json_t *handover(const struct plan *r)
{
	json_t *list = json_array();

	for (size_t i = 0; i < r->n && r->best && !r->carriers.n; i++) {
		const struct route *route = &r->routes[i];

		for (size_t k = 0; k < route->n_paths; k++)
			if (plan_is_foreign(r, &route->paths[k], r->best))
				json_array_append_new(list, foreign_path(
					r, route, &route->paths[k]));
	}
	return list;
}

static json_t *bases(const struct series_report *r)
{
	json_t *list = json_array();

	for (size_t i = 0; i < r->n_bases; i++)
		json_array_append_new(list, json_pack(
			"{s:o, s:o, s:I}", "tree", json_text(r->bases[i].tree),
			"ref", json_text(r->bases[i].ref), "commits",
			(json_int_t)r->bases[i].n));
	return list;
}

void series_json(const struct series_report *r, FILE *out)
{
	const struct plan *plan = r->plan;

	fputs("{\"version\":1,\"command\":\"owner\",\"patches\":[", out);
	for (size_t i = 0; i < plan->n; i++) {
		fputs(i ? ",\n" : "", out);
		json_put(one_route(plan, &plan->routes[i]), out);
	}
	fputs("],\n\"series\":", out);
	json_put(json_pack("{s:b, s:o, s:o, s:o, s:o, s:o, s:o}",
			   "any-tree", plan->is_free,
			   "carried-by", tree_names(&plan->carriers),
			   "most-of", json_text(plan->best ?
						plan->best->section.name :
						NULL),
			   "handover", handover(plan),
			   "maintainers", contacts(&plan->contacts, false),
			   "missing", contacts(&plan->contacts, true),
			   "based-on", bases(r)), out);
	fputs("}\n", out);
}
