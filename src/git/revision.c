/* SPDX-License-Identifier: GPL-2.0-only */
#include "git/revision.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/process.h"
#include "base/text.h"
#include "git/libgit2.h"
#include "git/repo_private.h"

/* What is judged is what others will fetch: replace refs do not count. */
static const char *const env[] = { "GIT_NO_REPLACE_OBJECTS=1", NULL };

struct ends {
	struct repo *repo;
	void (*fn)(void *ctx, const struct revision *revision);
	void *ctx;
	struct error *err;
};

static bool is_tag_ref(const git_reference *ref)
{
	return ref && text_starts_with(git2.reference_name(ref), "refs/tags/");
}

/* Fills in `oid` and `commit`. */
static int peel(struct ends *e, const char *spec, const git_reference *ref,
		const git_object *object, struct revision *revision)
{
	git_object *commit = NULL;
	bool is_tag = is_tag_ref(ref);

	if (!git2.object_peel(&commit, object, GIT_OBJECT_COMMIT))
		revision->commit = libgit2_oid_of(git2.object_id(commit));
	else if (!is_tag)
		return error_set(e->err, "revision '%s' is not a commit",
				 spec);
	revision->oid = is_tag ? libgit2_oid_of(git2.object_id(object)) :
				 revision->commit;
	git2.object_free(commit);
	return 0;
}

static int add_end(struct ends *e, const char *spec, bool exclude)
{
	struct revision revision = { .name = spec, .is_excluded = exclude };
	git_object *object = NULL;
	git_reference *ref = NULL;
	int rc = git2.revparse_ext(&object, &ref, e->repo->handle, spec);

	if (rc == GIT_EAMBIGUOUS)
		error_set(e->err, "revision '%s' is ambiguous", spec);
	else if (rc)
		error_set(e->err, "no revision '%s' here", spec);
	else
		rc = peel(e, spec, ref, object, &revision);
	if (!rc && ref)
		revision.name = git2.reference_name(ref);
	if (!rc)
		e->fn(e->ctx, &revision);
	git2.reference_free(ref);
	git2.object_free(object);
	return rc ? -1 : 0;
}

/* Whether it is more than the name of one object. */
static bool is_range(const char *spec)
{
	return strstr(spec, "..") || strstr(spec, "^!") ||
	       strstr(spec, "^@") || strstr(spec, "^-");
}

/* By what git makes of it: one end a line, ^ before the excluded ones. */
static int add_range(struct ends *e, const char *spec)
{
	const char *const argv[] = { "git", "rev-parse", "--symbolic", spec,
				     "--", NULL };
	struct buf output = BUF_INIT;
	struct process process = { .argv = argv, .env = env,
				   .output = &output };
	char *line, *next = NULL;
	int rc = process_check(&process, "git rev-parse", e->err);

	for (line = rc ? NULL : strtok_r(output.ptr, "\n", &next);
	     !rc && line; line = strtok_r(NULL, "\n", &next))
		if (strcmp(line, "--"))
			rc = add_end(e, line + (*line == '^'), *line == '^');
	buf_release(&output);
	return rc;
}

int revision_resolve(struct repo *repo, const char *spec,
		     void (*fn)(void *ctx, const struct revision *revision),
		     void *ctx, struct error *err)
{
	struct ends e = { repo, fn, ctx, err };

	if (*spec == '-')
		return error_set(err, "no revision '%s' here", spec);
	if (is_range(spec))
		return add_range(&e, spec);
	return add_end(&e, spec + (*spec == '^'), *spec == '^');
}

/* Fills the list from lines of names. */
static int read_list(const struct buf *output, struct oid_list *commits,
		     struct error *err)
{
	const char *p = buf_str(output), *end = p + output->len;
	struct oid oid;

	for (; p < end; p += OID_HEX + 1) {
		if (end - p <= OID_HEX || p[OID_HEX] != '\n' ||
		    !oid_parse(&oid, p, OID_HEX))
			return error_set(err, "git rev-list printed a line "
					 "that names no commit");
		oid_list_add(commits, &oid);
	}
	return 0;
}

int revision_list(const char *const *args, struct oid_list *commits,
		  struct error *err)
{
	static const char *const own[] = { "git", "rev-list" };
	struct buf output = BUF_INIT;
	struct process process = { .env = env, .output = &output };
	const char **argv;
	size_t n = 0;
	int rc;

	while (args[n])
		n++;
	argv = xcalloc(ARRAY_SIZE(own) + n + 1, sizeof(*argv));
	memcpy(argv, own, sizeof(own));
	memcpy(argv + ARRAY_SIZE(own), args, n * sizeof(*args));
	process.argv = argv;
	rc = process_check(&process, "git rev-list", err);
	if (!rc)
		rc = read_list(&output, commits, err);
	free(argv);
	buf_release(&output);
	return rc;
}
