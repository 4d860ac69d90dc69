/* SPDX-License-Identifier: GPL-2.0-only */
#include "git/revision.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "git/libgit2.h"
#include "git/repo_private.h"

struct revisions {
	struct repo *repo;
	void (*fn)(void *ctx, const char *name, const struct oid *oid,
		   bool exclude);
	void *ctx;
	struct error *err;
};

/*
 * Reports one end of a revision: peeled to a commit, and by its ref's name if
 * it has one.
 */
static int one_revision(struct revisions *r, const char *spec, bool exclude)
{
	git_object *object = NULL, *commit = NULL;
	git_reference *ref = NULL;
	struct oid oid;
	int rc = git2.revparse_ext(&object, &ref, r->repo->handle, spec);

	if (rc == GIT_EAMBIGUOUS)
		error_set(r->err, "revision '%s' is ambiguous", spec);
	else if (rc)
		error_set(r->err, "no revision '%s' here", spec);
	else if (git2.object_peel(&commit, object, GIT_OBJECT_COMMIT))
		rc = error_set(r->err, "revision '%s' is not a commit", spec);
	if (!rc) {
		oid = libgit2_oid_of(git2.object_id(commit));
		r->fn(r->ctx, ref ? git2.reference_name(ref) : spec, &oid,
		      exclude);
	}
	git2.reference_free(ref);
	git2.object_free(commit);
	git2.object_free(object);
	return rc ? -1 : 0;
}

static int exclude_bases(struct revisions *r, const char *a, const char *b)
{
	git_object *x = NULL, *y = NULL, *cx = NULL, *cy = NULL;
	git_oidarray bases = { 0 };
	int rc;

	rc = git2.revparse_single(&x, r->repo->handle, a) ||
	     git2.revparse_single(&y, r->repo->handle, b) ||
	     git2.object_peel(&cx, x, GIT_OBJECT_COMMIT) ||
	     git2.object_peel(&cy, y, GIT_OBJECT_COMMIT);
	if (rc)
		error_set(r->err, "no revisions '%s' and '%s' here", a, b);
	else
		rc = git2.merge_bases(&bases, r->repo->handle,
				     git2.object_id(cx), git2.object_id(cy));
	if (rc == GIT_ENOTFOUND)
		rc = 0;
	else if (rc < 0)
		error_set(r->err, "the merge bases of '%s' and '%s' cannot be "
			  "found: %s", a, b, libgit2_message());
	for (size_t i = 0; !rc && i < bases.count; i++) {
		struct oid oid = libgit2_oid_of(&bases.ids[i]);

		r->fn(r->ctx, "merge base", &oid, true);
	}
	git2.oidarray_dispose(&bases);
	git2.object_free(x);
	git2.object_free(y);
	git2.object_free(cx);
	git2.object_free(cy);
	return rc ? -1 : 0;
}

int revision_resolve(struct repo *repo, const char *spec,
		     void (*fn)(void *ctx, const char *name,
				const struct oid *oid, bool exclude),
		     void *ctx, struct error *err)
{
	struct revisions r = { repo, fn, ctx, err };
	const char *dots = strstr(spec, "..");
	bool symmetric;
	char *a, *b;
	int rc;

	if (spec[0] == '^')
		return one_revision(&r, spec + 1, true);
	if (!dots)
		return one_revision(&r, spec, false);
	symmetric = dots[2] == '.';
	a = dots == spec ? xstrdup("HEAD") :
	    xstrndup(spec, (size_t)(dots - spec));
	b = xstrdup(dots[symmetric ? 3 : 2] ? dots + (symmetric ? 3 : 2) :
		    "HEAD");
	rc = one_revision(&r, b, false);
	if (!rc)
		rc = one_revision(&r, a, !symmetric);
	if (!rc && symmetric)
		rc = exclude_bases(&r, a, b);
	free(a);
	free(b);
	return rc;
}
