/* SPDX-License-Identifier: GPL-2.0-only */
#include "facts/tags.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/progress.h"
#include "facts/mergetags.h"
#include "facts/nodes.h"
#include "facts/tag_contents.h"
#include "facts/unvouched.h"

struct judging {
	const struct tags_in *in;
	struct vouchers *vouchers;
	struct dag *dag;
	bool *leads_to_start;		/* node -> has a judged ancestor */
	struct tag_contents *contents;	/* or NULL */
	struct vouchers past;		/* the mergetags of old merges */
	bool past_is_read;
	struct error *err;
};

/* Whether a tag counts */

/* A tag's name may be enough, but a merge proves nothing by a name. */
static char *signature_reason(const struct voucher *v, const char *why)
{
	bool is_asked = v->upstream ? v->upstream->is_signed :
				      v->shared->is_signed;
	char *subject = voucher_subject(v), *reason;

	if (!is_asked)
		reason = xasprintf("%s contains it, but does not count without "
				   "a good signature: %s", subject, why);
	else
		reason = xasprintf("%s contains it, but does not count: [%s "
				   "\"%s\"] asks for a signature ('signed = "
				   "yes'), and %s", subject,
				   v->upstream ? "tree" : "shared-tag",
				   v->upstream ? v->upstream->section.name :
				   v->shared->section.name, why);
	free(subject);
	return reason;
}

/* A tag that only this clone has: its signature would count there, too. */
static char *unsent_reason(const struct voucher *v)
{
	char *subject = voucher_subject(v), *reason;

	reason = xasprintf("%s contains it, but the repository that is pushed "
			   "to does not have that tag: %s", subject,
			   v->signer ?
			   "push it along, or pull it with --no-ff" :
			   "push the tag first, then the branch");
	free(subject);
	return reason;
}

/* Where no signature is asked for, a good one counts at once all the same. */
static int check_late(struct judging *j, struct voucher *v)
{
	const struct tree *tree = !v->shared ? NULL :
		policy_tree(j->in->freezing.policy,
			    v->shared->tree.v[0].text);
	char *why = NULL;

	if (!tree || !tree->signer.n)
		return 0;
	if (voucher_signature(j->in->signers, v, &v->signer, &why, j->err))
		return -1;
	v->is_late = why;
	free(why);
	return 0;
}

/* The mergetags in what branches had before, down to upstream. */
static int read_past(struct judging *j)
{
	const struct tags_in *in = j->in;
	const struct oid_list *before = &in->freezing.refs->branches_before;
	struct history history = { 0 };
	const struct mergetags_in mergetags = {
		.repo = in->freezing.repo, .policy = in->freezing.policy,
		.tree = in->tree, .dag = &history.dag, .vouchers = &j->past,
		.is_past = true,
	};
	int rc = 0;

	if (j->past_is_read || !before->n)
		return 0;
	j->past_is_read = true;
	if (walker_walk(in->walker, before, in->upstream, &history, j->err) ||
	    mergetags_find_past(&mergetags, j->err))
		rc = -1;
	history_release(&history);
	return rc;
}

/* Whether a merge, of this push or an older one, has another such tag. */
static int find_rival(struct judging *j, const struct voucher *v, bool *has)
{
	*has = false;
	if (v->raw && voucher_has_rival(j->in->signers, j->vouchers, v, has,
					j->err))
		return -1;
	if (*has || !v->shared || v->is_own)
		return 0;
	if (read_past(j))
		return -1;
	return voucher_has_rival(j->in->signers, &j->past, v, has, j->err);
}

static char *rival_reason(const struct voucher *v)
{
	char *subject = voucher_subject(v), *reason;

	reason = xasprintf("%s contains it, but does not count: another merge "
			   "has another signed tag of that name", subject);
	free(subject);
	return reason;
}

static int check_signature(struct judging *j, struct voucher *v)
{
	bool has_rival;
	char *why = NULL;

	if (voucher_signature(j->in->signers, v, &v->signer, &why, j->err))
		return -1;
	if (why)
		v->reason = signature_reason(v, why);
	v->unsigned_why = why;
	if (why)
		return 0;
	if (find_rival(j, v, &has_rival))
		return -1;
	if (has_rival)
		v->reason = rival_reason(v);
	return 0;
}

/* What its section asks of the tag object itself. */
static int check_object(struct judging *j, struct voucher *v)
{
	if (tag_name(v->name) && !v->is_annotated)
		v->reason = xasprintf("tag %s contains it, but a lightweight "
				      "tag vouches for nothing",
				      voucher_short_name(v));
	else if (v->is_late ? check_late(j, v) :
		 voucher_needs_signature(v) && check_signature(j, v))
		return -1;
	if (v->is_unsent && !v->reason)
		v->reason = unsent_reason(v);
	return 0;
}

static bool bases_allowed(const struct voucher *v)
{
	for (size_t i = 0; i < v->n_bases; i++)
		if (!v->bases[i].is_allowed)
			return false;
	return true;
}

/* What its section asks of its commits. */
static int check_commits(struct judging *j, struct voucher *v)
{
	if (oid_is_zero(&v->commit)) {
		v->reason = v->reason ? v->reason :
			    xasprintf("tag %s points to no commit",
				      voucher_short_name(v));
		return 0;
	}
	if (tag_contents_find(j->contents, v, j->err))
		return -1;
	v->is_sound = !v->reason && !v->n_faults && bases_allowed(v);
	return 0;
}

static void mark_legit(struct dag *dag, const struct voucher *v,
		       const bool *not)
{
	for (size_t i = 0; i < v->n_legit; i++)
		if (!not || !not[v->legit[i]])
			dag->nodes[v->legit[i]].flags |= NODE_VOUCHED;
}

/* Marks what the tag vouches for, except for commits that are set in `not`. */
static void mark_vouched(struct judging *j, const struct voucher *v,
			 const bool *not)
{
	mark_legit(j->dag, v, not);
	for (size_t i = 0; i < v->n_drafts; i++)
		mark_legit(j->dag, &j->vouchers->v[v->drafts[i]], not);
}

/*
 * A branch of this push that has all of a draft freezes it. But the draft does
 * not vouch for refs that have only a part of it: git may refuse the branch,
 * and take these.
 */
static void vouch_draft(struct judging *j, const struct voucher *v,
			uint32_t node)
{
	const struct starts *starts = j->in->starts;
	bool *seen = xcalloc(j->dag->n, sizeof(*seen));

	for (size_t i = 0; i < starts->n; i++) {
		uint32_t start = dag_find(j->dag, &starts->v[i].commit);

		if (start != DAG_NONE && !dag_leads(j->dag, start, node))
			dag_see(j->dag, start, seen);
	}
	mark_vouched(j, v, seen);
	free(seen);
}

static char *late_reason(const struct voucher *v)
{
	char *subject = voucher_subject(v), *reason;

	reason = xasprintf("%s contains it, but does not count yet: it is not "
			   "signed, so push the tag first, then the branch",
			   subject);
	free(subject);
	return reason;
}

static void vouch(struct judging *j, struct voucher *v, uint32_t node)
{
	struct dag *dag = j->dag;
	char *subject;

	if (v->is_late) {
		v->reason = late_reason(v);
		return;
	}
	if (v->upstream)
		return;
	subject = voucher_subject(v);
	if (v->shared->freeze == FREEZE_PUSH)
		mark_vouched(j, v, NULL);
	else if (dag->nodes[node].flags & NODE_MERGED)
		vouch_draft(j, v, node);
	if (v->shared->freeze == FREEZE_PUSH || (v->n_faults &&
	    dag->nodes[node].flags & NODE_MERGED))
		v->reason = xasprintf("%s contains it, but does not count for "
				      "it", subject);
	else
		v->reason = xasprintf("%s contains it, but is still a draft: "
				      "no governed branch contains all of "
				      "the tag", subject);
	free(subject);
}

/* A tag of this tree of which a mergetag tells, but perhaps no ref. */
static bool is_own_mergetag(const struct voucher *v)
{
	return v->is_own && v->raw;
}

/*
 * Whether it lies within a tag in question, which may be based on it if it is
 * what it should be. Of the tree's own refs this is known.
 */
static bool is_within(const struct judging *j, const struct voucher *v)
{
	return v->shared && (!v->is_own || v->raw) && j->contents &&
	       dag_find(tag_contents_dag(j->contents), &v->commit) !=
	       DAG_NONE;
}

/*
 * Whether to look at its commits. A mergetag that does not count is no finding
 * of any rule, whatever commits it has, and these may be all of history.
 */
static bool are_commits_wanted(const struct voucher *v)
{
	return v->shared && !is_own_mergetag(v) &&
	       !(v->raw && v->reason && v->shared->freeze == FREEZE_PUSH);
}

/* A mergetag of a shared tag all of whose commits were judged before. */
static bool may_be_base(const struct judging *j, const struct voucher *v,
			uint32_t node)
{
	return j->in->bases_matter && v->raw && !v->upstream &&
	       (node == DAG_NONE || j->dag->nodes[node].flags & NODE_UPSTREAM);
}

static int decide_base(struct judging *j, struct voucher *v)
{
	if (!v->reason && check_object(j, v))
		return -1;
	v->is_base = !v->reason;
	return 0;
}

static int decide(struct judging *j, struct voucher *v)
{
	uint32_t node = dag_find(j->dag, &v->commit);
	bool leads = !v->is_own && node != DAG_NONE &&
		     j->leads_to_start[node];

	if (v->raw && v->upstream)
		return 0;
	if (!v->is_pushed && !leads && (v->is_old || !is_within(j, v)))
		return may_be_base(j, v, node) ? decide_base(j, v) : 0;
	if ((!v->reason && check_object(j, v)) ||
	    (are_commits_wanted(v) && check_commits(j, v)))
		return -1;
	v->is_valid = !v->reason;
	if (v->is_valid && !v->is_own && node != DAG_NONE)
		vouch(j, v, node);
	return 0;
}

/* Their order */

struct ranked {
	uint32_t rank, voucher;
};

static int by_rank(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	return x->voucher < y->voucher ? -1 : x->voucher > y->voucher;
}

/* Which commits have one among their ancestors that is to be judged. */
static void find_leads(struct judging *j)
{
	const struct dag *dag = j->dag;

	j->leads_to_start = xcalloc(dag->n, sizeof(*j->leads_to_start));
	for (size_t i = 0; i < dag->n; i++)
		j->leads_to_start[i] = dag->nodes[i].flags & NODE_STARTED;
	dag_see_descendants(dag, j->leads_to_start);
}

/* The vouchers, those that others contain before these. */
static struct ranked *rank(const struct vouchers *vouchers,
			   const struct dag *dag)
{
	struct ranked *ranked = xcalloc(vouchers->n, sizeof(*ranked));
	uint32_t *heights = dag_heights(dag);

	for (uint32_t i = 0; i < vouchers->n; i++) {
		uint32_t node = dag_find(dag, &vouchers->v[i].commit);

		ranked[i] = (struct ranked){
			node == DAG_NONE ? 0 : heights[node] + 1, i
		};
	}
	qsort(ranked, vouchers->n, sizeof(*ranked), by_rank);
	free(heights);
	return ranked;
}

static int decide_all(struct judging *j)
{
	static const struct dag none;
	struct progress *progress = repo_progress(j->in->freezing.repo);
	struct ranked *ranked;
	int rc = 0;

	ranked = rank(j->vouchers, j->contents ?
		      tag_contents_dag(j->contents) : &none);
	progress_step(progress, "Judging tags", j->vouchers->n);
	for (size_t i = 0; !rc && i < j->vouchers->n; i++) {
		rc = decide(j, &j->vouchers->v[ranked[i].voucher]);
		progress_done(progress, 1);
	}
	free(ranked);
	return rc;
}

static int judge_vouchers(struct judging *j)
{
	const struct tags_in *in = j->in;
	const struct tag_contents_in contents = {
		.repo = in->freezing.repo, .policy = in->freezing.policy,
		.walker = in->walker, .paths = in->paths,
		.vouchers = in->vouchers, .known = in->known,
		.upstream = in->upstream, .integration = in->integration,
		.dag = in->dag, .leads_to_start = j->leads_to_start,
		.freezing = in->freezing, .texts = in->texts,
	};
	int rc = -1;

	if (!known_tags_load(in->known, j->err) &&
	    !tag_contents_new(&contents, &j->contents, j->err))
		rc = decide_all(j);
	tag_contents_free(j->contents);
	return rc;
}

/* What the rules are told of the push's own */

static struct tag_fact *add_fact(struct judged_tags *tags,
				 const struct voucher *v)
{
	struct tag_fact *fact = &tags->facts[tags->n_facts++];

	*fact = (struct tag_fact){
		.ref = v->name, .oid = v->oid, .shared = v->shared,
		.is_annotated = v->is_annotated,
		.is_commit = !oid_is_zero(&v->commit),
		.bases = v->bases, .n_bases = v->n_bases,
	};
	return fact;
}

static bool has_fact(const struct judged_tags *tags, const char *ref)
{
	for (size_t i = 0; i < tags->n_facts; i++)
		if (!strcmp(tags->facts[i].ref, ref))
			return true;
	return false;
}

/* The push's own. */
static void add_pushed(struct judged_tags *tags, const struct voucher *v)
{
	struct tag_fact *fact = add_fact(tags, v);

	fact->unsigned_why = v->unsigned_why;
	fact->signer = v->signer;
	fact->draft_within = v->draft_within;
	fact->faults = v->faults;
	fact->n_faults = v->n_faults;
	fact->has_more_faults = v->has_more_faults;
}

/* A push whose branch merges a tag answers for where the tag starts. */
static bool is_pulled(const struct dag *dag, const struct voucher *v)
{
	uint32_t node = dag_find(dag, &v->commit);

	return !v->is_own && v->is_valid && v->n_legit && !bases_allowed(v) &&
	       node != DAG_NONE && dag->nodes[node].flags & NODE_MERGED;
}

static void add_facts(const struct tags_in *in, struct judged_tags *tags)
{
	const struct vouchers *vouchers = in->vouchers;

	tags->facts = xcalloc(vouchers->n, sizeof(*tags->facts));
	for (size_t i = 0; i < vouchers->n; i++)
		if (vouchers->v[i].is_pushed && vouchers->v[i].shared)
			add_pushed(tags, &vouchers->v[i]);
	for (size_t i = 0; i < vouchers->n; i++) {
		const struct voucher *v = &vouchers->v[i];

		if (v->shared && !v->is_pushed && is_pulled(in->dag, v) &&
		    !has_fact(tags, v->name))
			add_fact(tags, v)->is_pulled = true;
	}
}

int tags_judge(const struct tags_in *in, struct judged_tags *tags,
	       struct error *err)
{
	struct judging j = { .in = in, .vouchers = in->vouchers,
			     .dag = in->dag, .err = err };
	int rc = 0;

	if (in->vouchers->n) {
		find_leads(&j);
		rc = judge_vouchers(&j);
		vouchers_release(&j.past);
		free(j.leads_to_start);
	}
	if (rc)
		return -1;
	tags->unvouched = unvouched_find(&(struct unvouched_in){
		.dag = in->dag, .vouchers = in->vouchers, .texts = in->texts,
		.hides = &in->freezing.refs->hides,
	});
	add_facts(in, tags);
	return 0;
}

void tags_release(struct judged_tags *tags)
{
	free(tags->unvouched);
	free(tags->facts);
}
