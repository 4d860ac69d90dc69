/* SPDX-License-Identifier: GPL-2.0-only */
#include "cli/find_policy.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"
#include "cli/judged_push.h"
#include "policy/waiver.h"

void policy_source_release(struct policy_source *source)
{
	free(source->where);
	free(source->label);
	free(source->ref);
	*source = (struct policy_source){ 0 };
}

static void set_source(struct policy_source *source, const char *where,
		       const char *label)
{
	policy_source_release(source);
	source->where = xstrdup(where);
	source->label = xstrdup(label);
}

/* `name` in the directory of the file `path`; a new string. */
static char *beside(const char *path, const char *name)
{
	const char *slash = strrchr(path, '/');

	return name[0] == '/' || !slash ? xstrdup(name) :
	       xasprintf("%.*s/%s", (int)(slash - path), path, name);
}

static bool is_in_commit(const struct policy_source *source, const char *name)
{
	return source->repo && name[0] != '/';
}

static int read_beside(void *ctx, const char *name, size_t limit,
		       struct buf *out, struct error *err)
{
	struct policy_source *source = ctx;
	bool in_commit = is_in_commit(source, name);
	char *path = beside(in_commit ? strchr(source->label, ':') + 1 :
			    source->label, name);
	int rc;

	rc = in_commit ? repo_read_blob(source->repo, &source->commit, path,
					limit, out, err) :
			 buf_read_file(out, path, limit, err);
	free(path);
	return rc;
}

struct key_source policy_source_keys(struct policy_source *source)
{
	return (struct key_source){ .read = read_beside, .ctx = source };
}

static void add_files(const struct policy_source *source,
		      const struct values *names, struct strings *files)
{
	for (size_t i = 0; i < names->n; i++) {
		char *path;

		if (is_in_commit(source, names->v[i].text))
			continue;
		path = beside(source->label, names->v[i].text);
		strings_add(files, path, strlen(path));
		free(path);
	}
}

void policy_source_files(const struct policy_source *source,
			 const struct policy *policy, struct strings *files)
{
	add_files(source, &policy->head.keyring, files);
	for (size_t i = 0; i < policy->n_signers; i++)
		add_files(source, &policy->signers[i].keyring, files);
}

static int read_file(const char *where, const char *path,
		     struct policy_source *source, struct buf *text,
		     struct error *err)
{
	set_source(source, where, path);
	if (buf_read_file(text, path, MAX_POLICY, err))
		return error_wrap(err, "cannot read the policy (%s)", where);
	return 0;
}

/* Relative to where git runs the hook: the work tree, or the repository. */
static int read_config_file(struct repo *repo, struct policy_source *source,
			    struct buf *text, struct error *err)
{
	const char *base = repo_work_tree(repo);
	char *path, *full;
	int rc;

	if (repo_config_path(repo, "treaty.policy", &path, err))
		return -1;
	full = path[0] == '/' ? xstrdup(path) :
	       xasprintf("%s/%s", base ? base : repo_git_dir(repo), path);
	rc = read_file("git config treaty.policy", full, source, text, err);
	free(path);
	free(full);
	return rc;
}

/*
 * The commit with the policy. If this push changes the ref, that is the commit
 * which was there before it, so that no push changes its own policy.
 */
static int find_commit(struct repo *repo, const struct push *push,
		       const char *ref, struct oid *commit, struct error *err)
{
	struct oid now;
	bool found;

	for (size_t i = 0; push && i < push->n; i++) {
		const struct ref_update *u = &push->updates[i];

		if (!push->local[i] || (strcmp(u->name, ref) &&
					strcmp(push->local[i], ref)))
			continue;
		*commit = u->old;
		if (oid_is_zero(commit))
			return error_set(err, "this push creates %s, which has "
					 "the policy: a policy cannot judge "
					 "the push that creates it", ref);
		return 0;
	}
	if (repo_ref_target(repo, ref, &now, &found, err))
		return -1;
	if (!found)
		return error_set(err, "this repository has no ref %s", ref);
	*commit = now;
	return push && push->is_one_by_one ?
	       judged_push_policy(repo, push->taker, ref, &now, commit, err) :
	       0;
}

/*
 * A short name means the branch. Of the other refs that it could mean (see
 * gitrevisions(7)), somebody could push one that takes its place.
 */
static int read_blob(struct repo *repo, const char *spec,
		     const struct push *push, struct policy_source *source,
		     struct buf *text, struct error *err)
{
	const char *colon = strchr(spec, ':');
	char *ref, *target = NULL;
	struct oid commit;
	int rc;

	set_source(source, "git config treaty.policyBlob", spec);
	if (!colon || colon == spec || !colon[1])
		return error_set(err, "git config treaty.policyBlob is '%s': "
				 "expected <ref>:<path>", spec);
	ref = xasprintf("%s%.*s", text_starts_with(spec, "refs/") ||
			text_starts_with(spec, "HEAD:") ? "" : "refs/heads/",
			(int)(colon - spec), spec);
	rc = repo_resolve_name(repo, ref, &target, err);
	if (!rc)
		rc = find_commit(repo, push, target, &commit, err);
	if (!rc)
		rc = repo_read_blob(repo, &commit, colon + 1, MAX_POLICY, text,
				    err);
	if (!rc) {
		source->commit = commit;
		source->repo = repo;
		source->ref = target;
		target = NULL;
	}
	free(ref);
	free(target);
	return rc ? error_wrap(err, "cannot read the policy (git config "
			       "treaty.policyBlob = %s)", spec) : 0;
}

/* Uses the setting that is closer to the repository; sets `*found`. */
static int read_config(struct repo *repo, const struct push *push,
		       struct policy_source *source, struct buf *text,
		       bool *found, struct error *err)
{
	char *file = NULL, *blob = NULL;
	int file_level = -1, blob_level = -1, rc;

	rc = repo_config(repo, "treaty.policy", &file, &file_level, err);
	if (!rc)
		rc = repo_config(repo, "treaty.policyblob", &blob,
				 &blob_level, err);
	*found = file || blob;
	if (!rc && file && blob && file_level == blob_level)
		rc = error_set(err, "git config sets both treaty.policy and "
			       "treaty.policyBlob: keep one of them");
	else if (!rc && file && file_level > blob_level)
		rc = read_config_file(repo, source, text, err);
	else if (!rc && blob)
		rc = read_blob(repo, blob, push, source, text, err);
	free(file);
	free(blob);
	return rc;
}

int policy_find(struct repo *repo, const struct options *options,
		const struct push *push, struct policy_source *source,
		struct buf *text, struct error *err)
{
	bool found = false;

	if (options->policy)
		return read_file("--policy", options->policy, source, text,
				 err);
	if (repo && read_config(repo, push, source, text, &found, err))
		return -1;
	if (found)
		return 0;
	if (access(TREATY_SYSTEM_POLICY, F_OK) && errno == ENOENT)
		return error_set(err, "there is no policy: neither --policy, "
				 "nor git config treaty.policy or "
				 "treaty.policyBlob, nor %s",
				 TREATY_SYSTEM_POLICY);
	return read_file("the system's policy", TREATY_SYSTEM_POLICY, source,
			 text, err);
}

void diag_print(const char *label, const struct diag *diag)
{
	char *name = text_escaped(label), *msg = text_escaped(diag->msg);
	const char *what = diag->is_error ? "error" : "warning";

	if (diag->line)
		fprintf(stderr, "%s:%d: %s: %s\n", name, diag->line, what, msg);
	else
		fprintf(stderr, "%s: %s: %s\n", name, what, msg);
	free(msg);
	free(name);
}

void diags_print(const char *label, const struct diags *diags)
{
	for (size_t i = 0; i < diags->n; i++)
		diag_print(label, &diags->v[i]);
}

struct policy *policy_read(const char *label, struct buf *text,
			   struct diags *diags)
{
	size_t before = diags_errors(diags);
	struct policy *policy = policy_take(label, text, diags);

	if (!policy)
		return NULL;
	waivers_check(policy, time(NULL), diags);
	if (diags_errors(diags) == before)
		return policy;
	policy_free(policy);
	return NULL;
}

static int read_errors(const char *label, struct buf *text,
		       struct policy **policy, struct error *err)
{
	struct diags diags = { 0 };

	*policy = policy_read(label, text, &diags);
	if (!*policy) {
		diags_print(label, &diags);
		error_set(err, "the policy has %zu error%s",
			  diags_errors(&diags),
			  diags_errors(&diags) == 1 ? "" : "s");
	}
	diags_release(&diags);
	return *policy ? 0 : -1;
}

static int read_pushed(const struct policy_source *source,
		       const struct oid *commit, struct error *err)
{
	struct policy *policy = NULL;
	struct buf text = BUF_INIT;
	int rc;

	if (oid_is_zero(commit))
		return error_set(err, "the policy's ref is deleted");
	rc = repo_read_blob(source->repo, commit,
			    strchr(source->label, ':') + 1, MAX_POLICY, &text,
			    err);
	if (!rc)
		rc = read_errors(source->label, &text, &policy, err);
	policy_free(policy);
	buf_release(&text);
	return rc;
}

bool policy_is_broken_by(const struct policy_source *source,
			 const struct push *push, struct error *why)
{
	for (size_t i = 0; source->ref && i < push->n; i++)
		if (!strcmp(push->updates[i].name, source->ref))
			return read_pushed(source, &push->updates[i].new, why);
	return false;
}

struct policy *policy_load(struct repo *repo, const struct options *options,
			   const struct push *push,
			   struct policy_source *source, struct error *err)
{
	struct policy *policy = NULL;
	struct buf text = BUF_INIT;

	if (!policy_find(repo, options, push, source, &text, err) &&
	    read_errors(source->label, &text, &policy, err) && source->ref)
		error_wrap(err, "the policy on %s cannot be used, and no push "
			   "can mend it; where this repository is, 'git -c "
			   "core.hooksPath=/dev/null update-ref %s COMMIT' "
			   "can", source->ref, source->ref);
	buf_release(&text);
	return policy;
}
