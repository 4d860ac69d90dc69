/* SPDX-License-Identifier: GPL-2.0-only */
#include "cli/place.h"

#include "cli/limits.h"

int place_open(struct place *place, const struct options *options,
	       const struct push *push, struct error *err)
{
	*place = (struct place){
		.repo = push ? repo_open_once(err) : repo_open(err),
	};
	if (!place->repo || (push && limits_apply(place->repo, err)))
		return -1;
	place->policy = policy_load(place->repo, options, push,
				    &place->source, err);
	return place->policy ? 0 : -1;
}

int place_find_tree(struct place *place, const struct options *options,
		    const struct push_target *target, struct error *err)
{
	place->tree = tree_find(place->repo, place->policy, options, target,
				NULL, err);
	return place->tree ? 0 : -1;
}

void place_release(struct place *place)
{
	policy_free(place->policy);
	policy_source_release(&place->source);
	repo_free(place->repo);
	*place = (struct place){ 0 };
}
