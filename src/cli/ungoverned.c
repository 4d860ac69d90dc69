/* SPDX-License-Identifier: GPL-2.0-only */
#include "cli/ungoverned.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/url.h"
#include "git/remote.h"
#include "policy/ungoverned.h"

/* Takes `dir` over, which may be NULL. */
static bool take_directory(struct exemption *exemption,
			   const struct policy *policy, char *dir)
{
	if (dir)
		exemption->line = ungoverned_directory(policy, dir);
	if (exemption->line)
		exemption->what = dir;
	else
		free(dir);
	return exemption->line;
}

/*
 * Whether a tree's `repository` has this repository, by any of the names that
 * find a tree; see tree_find().
 */
static bool is_claimed(const struct place *place, const struct value *by)
{
	const char *dirs[] = { repo_common_dir(place->repo),
			       repo_work_tree(place->repo) };
	bool is = false;

	for (size_t i = 0; i < ARRAY_SIZE(dirs); i++) {
		char *real = dirs[i] ? realpath(dirs[i], NULL) : NULL;

		is |= dirs[i] && ungoverned_is_claimed(place->policy, dirs[i],
						       by);
		is |= real && ungoverned_is_claimed(place->policy, real, by);
		free(real);
	}
	return is;
}

static void find_repository(struct exemption *exemption,
			    const struct place *place)
{
	char *dir = realpath(repo_common_dir(place->repo), NULL);

	if (take_directory(exemption, place->policy, dir) &&
	    is_claimed(place, exemption->line))
		exemption_release(exemption);
}

/* Where a push goes: a URL, or a directory of this machine. */
static void find_url(struct exemption *exemption, const struct policy *policy,
		     const char *url)
{
	exemption->line = ungoverned_url(policy, url);
	if (exemption->line)
		exemption->what = url_shown(url);
	else if (take_directory(exemption, policy, remote_directory(url)) &&
		 ungoverned_is_claimed(policy, exemption->what,
				       exemption->line))
		exemption_release(exemption);
}

void exemption_find(struct exemption *exemption, const struct place *place,
		    const struct push_target *target)
{
	*exemption = (struct exemption){ 0 };
	if ((target && target->is_trees) || !place->policy->head.ungoverned.n)
		return;
	if (target)
		find_url(exemption, place->policy, target->url);
	if (!exemption->line)
		find_repository(exemption, place);
}

void exemption_release(struct exemption *exemption)
{
	free(exemption->what);
	*exemption = (struct exemption){ 0 };
}

char *exemption_text(const struct exemption *exemption,
		     const struct place *place)
{
	return xasprintf("%s is ungoverned (%s:%d)", exemption->what,
			 place->policy->file, exemption->line->line);
}

bool place_is_exempt(const struct place *place,
		     const struct push_target *target,
		     const struct options *options)
{
	struct exemption exemption;
	bool is;

	exemption_find(&exemption, place, target);
	is = exemption.line;
	if (is && options && !options->quiet) {
		char *text = exemption_text(&exemption, place);

		complain(EXIT_ACCEPTED, "not judged: %s", text);
		free(text);
	}
	exemption_release(&exemption);
	return is;
}
