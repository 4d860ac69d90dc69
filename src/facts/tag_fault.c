/* SPDX-License-Identifier: GPL-2.0-only */
#include "facts/tag_fault.h"

#include "base/mem.h"
#include "facts/consent.h"
#include "policy/owners.h"

/* Whether the tag's section lets it touch a path. */
static bool in_scope(const struct policy *policy,
		     const struct shared_tag *shared,
		     const struct tree *tree, const struct owners *owners)
{
	if (owners->common)
		return true;
	if (owners_foreign(policy, owners, tree))
		return false;
	if (!shared->scope.n || !owners->n)
		return true;
	for (size_t i = 0; i < owners->n; i++)
		if (values_have(&shared->scope,
				owners->v[i].subsystem->section.name))
			return true;
	return false;
}

/* Takes the owners over. */
static void add_path(const struct tag_contents_in *in, struct tag_fault *fault,
		     const struct path_fact *path, struct owners *owners)
{
	struct path_fact *added;

	fault->paths = xreallocarray(fault->paths, fault->n_paths + 1,
				     sizeof(*fault->paths));
	added = &fault->paths[fault->n_paths++];
	*added = *path;
	added->path = text_pool_keep(in->texts, xstrdup(path->path));
	added->owners = *owners;
	*owners = (struct owners){ 0 };
}

/* Drops incidental paths: for a commit that also changes the tree's own. */
static void drop_incidental(const struct policy *policy,
			    struct tag_fault *fault)
{
	size_t n = 0;

	for (size_t i = 0; i < fault->n_paths; i++) {
		struct path_fact *path = &fault->paths[i];

		if (values_match(&policy->head.incidental, path->path))
			owners_release(&path->owners);
		else
			fault->paths[n++] = *path;
	}
	fault->n_paths = n;
}

/* `consent` is the commit's, or NULL where none counts. */
static int check_paths(const struct tag_contents_in *in,
		       const struct voucher *v, const struct tree *tree,
		       const struct consent *consent,
		       struct tag_fault *fault, struct error *err)
{
	struct owners owners = { 0 };
	const struct value *marker;
	bool changes_own = false;
	int rc = 0;

	for (size_t i = 0; !rc && !fault->why && i < in->paths->n; i++) {
		const struct path_fact *path = &in->paths->v[i];

		if (path->exists && marked_path(in->policy, path->path,
						&marker)) {
			fault->why = text_pool_keep(in->texts, xasprintf(
				"has %s, a mark of an integration tree",
				path->path));
			break;
		}
		rc = owners_find(in->policy, path->path, &owners, err);
		if (rc)
			break;
		if (!in_scope(in->policy, v->shared, tree, &owners) &&
		    !(consent && is_acked(consent, &owners)))
			add_path(in, fault, path, &owners);
		else if (owners_have_tree(&owners, tree->section.name))
			changes_own = true;
	}
	if (changes_own)
		drop_incidental(in->policy, fault);
	owners_release(&owners);
	return rc;
}

static void check_maker(const struct tag_contents_in *in, const char *subject,
			struct tag_fault *fault)
{
	uint32_t node = dag_find(in->dag, &fault->commit);
	const struct tree *tree = node == DAG_NONE ? NULL :
				  in->integration->tree[node];
	const struct value *marker;

	if (!tree)
		tree = marked_subject(in->policy, subject, &marker);
	if (tree)
		fault->why = text_pool_keep(in->texts, xasprintf(
			"was made by %s", tree->section.name));
}

int tag_fault_find(const struct tag_contents_in *in, const struct voucher *v,
		   struct tag_fault *fault, struct error *err)
{
	struct tree tree = { .section.name = v->shared->tree.v[0].text };
	struct buf subject = BUF_INIT;
	struct commit_fact fact = { .oid = fault->commit };
	bool accepts_acks = policy_accepts_acks(in->policy);
	struct consent consent = { 0 };
	struct object object;
	struct commit commit;
	int rc;

	if (repo_read_commit(in->repo, &fault->commit, &object, &commit, err))
		return -1;
	fact.text = (struct commit_text){
		.author = commit.author, .author_len = commit.author_len,
		.committer = commit.committer,
		.committer_len = commit.committer_len,
		.message = commit.message, .message_len = commit.message_len,
	};
	if (accepts_acks)
		consent_read(&fact, &consent);
	rc = paths_find(in->paths, &commit, &fault->commit, &tree, err);
	commit_subject(&commit, &subject);
	if (!rc)
		check_maker(in, buf_str(&subject), fault);
	if (!rc && !fault->why)
		rc = check_paths(in, v, &tree, accepts_acks ? &consent : NULL,
				 fault, err);
	if (fault->why || fault->n_paths)
		fault->subject = text_pool_keep(in->texts,
						xstrdup(buf_str(&subject)));
	consent_release(&consent);
	buf_release(&subject);
	object_release(&object);
	return rc;
}
