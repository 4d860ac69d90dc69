/* SPDX-License-Identifier: GPL-2.0-only */
#include "facts/tags.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "facts/nodes.h"
#include "facts/tag_contents.h"

struct judging {
	const struct tags_in *in;
	struct vouchers *vouchers;
	struct dag *dag;
	bool *leads_to_start;		/* node -> has a judged ancestor */
	struct tag_contents *contents;	/* or NULL */
	struct error *err;
};

static const char *short_name(const struct voucher *v)
{
	const char *tag = tag_name(v->name);

	return tag ? tag : v->name;
}

/* What a tag holds */

struct labelling {
	struct dag *dag;
	bool *seen;			/* by one of the vouchers */
	uint32_t *labels;
	uint32_t voucher;
};

static bool enter_label(void *ctx, uint32_t node)
{
	const struct labelling *l = ctx;
	struct dag_node *n = &l->dag->nodes[node];

	if (l->seen[node])
		return false;
	l->seen[node] = true;
	if (!(n->flags & NODE_VOUCHED)) {
		n->flags |= NODE_LABELLED;
		l->labels[node] = l->voucher;
	}
	return true;
}

/* Remembers for each commit of the tag that the tag does not help it. */
static void label(struct labelling *l, const struct voucher *v,
		  uint32_t voucher)
{
	l->voucher = voucher;
	if (v->reason)
		dag_spread(l->dag, dag_find(l->dag, &v->commit), enter_label,
			   l);
}

/* Whether a tag counts */

/* How a sentence about it begins. */
static char *subject_of(const struct voucher *v)
{
	if (v->raw)
		return xasprintf("the mergetag of %s", short_name(v));
	return xasprintf("%s%s", v->upstream ? "" : "shared tag ",
			 short_name(v));
}

/* A tag's name may be enough, but a merge proves nothing by a name. */
static char *signature_reason(const struct voucher *v, const char *why)
{
	char *subject = subject_of(v), *reason;

	bool is_asked = v->upstream ? v->upstream->is_signed :
				      v->shared->is_signed;

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

/* What its section asks of the tag object itself. */
static int check_object(struct judging *j, struct voucher *v)
{
	char *why = NULL;

	if (tag_name(v->name) && !v->is_annotated) {
		v->reason = xasprintf("tag %s contains it, but a lightweight "
				      "tag vouches for nothing",
				      short_name(v));
		return 0;
	}
	if (!voucher_needs_signature(v))
		return 0;
	if (voucher_signature(j->in->signers, v, &v->signer, &why, j->err))
		return -1;
	if (why)
		v->reason = signature_reason(v, why);
	v->unsigned_why = why;
	return 0;
}

static char *fault_reason(const struct tag_fault *fault)
{
	char name[OID_ABBREV + 1];

	oid_abbreviate(name, &fault->commit);
	return fault->why ? xasprintf("its commit %s %s", name, fault->why) :
	       xasprintf("its commit %s changes %s, outside its scope", name,
			 fault->paths[0].path);
}

static char *base_reason(const struct tag_base *base)
{
	char name[OID_ABBREV + 1];

	oid_abbreviate(name, &base->commit);
	return oid_is_zero(&base->commit) ?
	       xstrdup("its history starts at a commit without parents, not at "
		       "a tag that 'based-on' allows") :
	       xasprintf("its history starts at %s, which has no tag that "
			 "'based-on' allows", name);
}

/* What its section asks of its commits. */
static int check_commits(struct judging *j, struct voucher *v)
{
	char *why = NULL, *subject;

	if (oid_is_zero(&v->commit)) {
		v->reason = v->reason ? v->reason :
			    xasprintf("tag %s points to no commit",
				      short_name(v));
		return 0;
	}
	if (tag_contents_find(j->contents, v, j->err))
		return -1;
	if (v->reason)
		return 0;
	if (v->n_faults)
		why = fault_reason(&v->faults[0]);
	for (size_t i = 0; !why && i < v->n_bases; i++)
		if (!v->bases[i].is_allowed)
			why = base_reason(&v->bases[i]);
	if (why) {
		subject = subject_of(v);
		v->reason = xasprintf("%s contains it, but does not count: %s",
				      subject, why);
		free(subject);
	}
	free(why);
	return 0;
}

/* What a draft holds, but for what some start has only in part. */
struct draft {
	struct dag *dag;
	bool *seen;
};

static bool enter_draft(void *ctx, uint32_t node)
{
	const struct draft *d = ctx;
	struct dag_node *n = &d->dag->nodes[node];

	if (n->flags & NODE_VOUCHED || d->seen[node])
		return false;
	n->flags |= NODE_VOUCHED;
	return true;
}

/*
 * A branch of this push freezes a draft by having all of it, but not for refs
 * that have less: git may refuse the branch, and take them.
 */
static void vouch_draft(struct judging *j, uint32_t node)
{
	const struct starts *starts = j->in->starts;
	struct draft d = {
		j->dag, xcalloc(j->dag->n, sizeof(*d.seen)),
	};

	for (size_t i = 0; i < starts->n; i++) {
		uint32_t start = dag_find(j->dag, &starts->v[i].commit);

		if (start != DAG_NONE && !dag_leads(j->dag, start, node))
			dag_see(j->dag, start, d.seen);
	}
	dag_spread(j->dag, node, enter_draft, &d);
	free(d.seen);
}

static char *late_reason(const struct voucher *v)
{
	char *subject = subject_of(v), *reason;

	reason = xasprintf("%s holds it, but is not signed, so it counts only "
			   "once it is here: push the tag first, then the "
			   "branch", subject);
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
	if (v->shared->freeze == FREEZE_PUSH) {
		dag_mark(dag, node, NODE_VOUCHED, 0);
		return;
	}
	if (dag->nodes[node].flags & NODE_MERGED)
		vouch_draft(j, node);
	subject = subject_of(v);
	v->reason = xasprintf("%s contains it, but is still a draft: no "
			      "governed branch contains all of the tag",
			      subject);
	free(subject);
}

/*
 * Whether it lies within a tag in question: that one may be based on it, if it
 * is what it should be. Of the tree's own tags this is known.
 */
static bool is_within(const struct judging *j, const struct voucher *v)
{
	return v->shared && !v->is_own && j->contents &&
	       dag_find(tag_contents_dag(j->contents), &v->commit) !=
	       DAG_NONE;
}

static int decide(struct judging *j, struct voucher *v)
{
	uint32_t node = dag_find(j->dag, &v->commit);
	bool leads = !v->is_own && node != DAG_NONE &&
		     j->leads_to_start[node];

	if (v->raw && v->upstream)
		return 0;
	if (!v->is_pushed && !leads && !is_within(j, v))
		return 0;
	if (check_object(j, v) || (v->shared && check_commits(j, v)))
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
	uint32_t *order = dag_topological(dag);

	j->leads_to_start = xcalloc(dag->n, sizeof(*j->leads_to_start));
	for (size_t i = 0; i < dag->n; i++) {
		uint32_t node = order[i];
		const uint32_t *parents = dag_parents(dag, node);
		bool leads = dag->nodes[node].flags & NODE_STARTED;

		for (uint32_t p = 0; p < dag->nodes[node].n_parents; p++)
			leads |= parents[p] != DAG_NONE &&
				 j->leads_to_start[parents[p]];
		j->leads_to_start[node] = leads;
	}
	free(order);
}

/* The vouchers, those that others contain before these. */
static struct ranked *rank(const struct vouchers *vouchers,
			   const struct dag *dag)
{
	struct ranked *ranked = xcalloc(vouchers->n, sizeof(*ranked));
	uint32_t *at = dag_places(dag);

	for (uint32_t i = 0; i < vouchers->n; i++) {
		uint32_t node = dag_find(dag, &vouchers->v[i].commit);

		ranked[i] = (struct ranked){
			node == DAG_NONE ? 0 : at[node] + 1, i
		};
	}
	qsort(ranked, vouchers->n, sizeof(*ranked), by_rank);
	free(at);
	return ranked;
}

static int decide_all(struct judging *j)
{
	static const struct dag none;
	struct ranked *ranked;
	int rc = 0;

	ranked = rank(j->vouchers, j->contents ?
		      tag_contents_dag(j->contents) : &none);
	for (size_t i = 0; !rc && i < j->vouchers->n; i++)
		rc = decide(j, &j->vouchers->v[ranked[i].voucher]);
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

static uint32_t *find_labels(const struct tags_in *in)
{
	const struct vouchers *vouchers = in->vouchers;
	struct labelling l = {
		.dag = in->dag, .labels = xcalloc(in->dag->n, sizeof(uint32_t)),
		.seen = xcalloc(in->dag->n, sizeof(bool)),
	};

	/* What was pushed explains a refusal better than what was here. */
	for (uint32_t i = 0; i < vouchers->n; i++)
		if (vouchers->v[i].is_pushed)
			label(&l, &vouchers->v[i], i);
	for (uint32_t i = 0; i < vouchers->n; i++)
		label(&l, &vouchers->v[i], i);
	free(l.seen);
	return l.labels;
}

/* What the rules are told of the push's own */

static void add_fact(struct judged_tags *tags, const struct voucher *v)
{
	if (!v->is_pushed || !v->shared)
		return;
	tags->facts[tags->n_facts++] = (struct tag_fact){
		.ref = v->name, .oid = v->oid, .shared = v->shared,
		.is_annotated = v->is_annotated,
		.is_commit = !oid_is_zero(&v->commit),
		.unsigned_why = v->unsigned_why, .signer = v->signer,
		.faults = v->faults, .n_faults = v->n_faults,
		.has_more_faults = v->has_more_faults,
		.bases = v->bases, .n_bases = v->n_bases,
	};
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
		free(j.leads_to_start);
	}
	if (rc)
		return -1;
	tags->labels = find_labels(in);
	tags->facts = xcalloc(in->vouchers->n, sizeof(*tags->facts));
	for (size_t i = 0; i < in->vouchers->n; i++)
		add_fact(tags, &in->vouchers->v[i]);
	return 0;
}

void tags_release(struct judged_tags *tags)
{
	free(tags->labels);
	free(tags->facts);
}
