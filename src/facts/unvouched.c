/* SPDX-License-Identifier: GPL-2.0-only */
#include "facts/unvouched.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "facts/nodes.h"
#include "git/hidden_refs.h"

struct labelling {
	struct dag *dag;
	bool *seen;			/* in this pass */
	const char **reasons;		/* by node */
	const char *reason;
	const struct strings *hides;	/* see struct refs */
};

static bool enter_label(void *ctx, uint32_t node)
{
	const struct labelling *l = ctx;
	struct dag_node *n = &l->dag->nodes[node];

	if (l->seen[node])
		return false;
	l->seen[node] = true;
	if (!(n->flags & (NODE_VOUCHED | NODE_LABELLED))) {
		n->flags |= NODE_LABELLED;
		l->reasons[node] = l->reason;
	}
	return true;
}

/* Whether those who are judged know of the tag. */
static bool is_told(const struct labelling *l, const struct voucher *v)
{
	return v->is_pushed || v->raw || !hidden_refs_have(l->hides, v->name);
}

/* Remembers for each commit of the tag that the tag does not help it. */
static void label(struct labelling *l, const struct voucher *v)
{
	uint32_t carrier;

	if (!v->reason)
		return;
	/* A merge did not bring what its first parent had. */
	carrier = v->raw ? dag_find(l->dag, &v->carrier) : DAG_NONE;
	if (carrier != DAG_NONE)
		dag_see(l->dag, dag_parents(l->dag, carrier)[0], l->seen);
	l->reason = is_told(l, v) ? v->reason :
		    "a tag that is hidden from you contains it, but does not "
		    "count";
	dag_spread(l->dag, dag_find(l->dag, &v->commit), enter_label, l);
}

/* A tag, and the height of its commit, or of its merge, in history. */
struct placed {
	const struct voucher *voucher;
	uint32_t height;
	size_t index;
};

static int compare_placed(const void *a, const void *b)
{
	const struct placed *x = a, *y = b;
	int names = strcmp(x->voucher->name, y->voucher->name);

	if (x->height != y->height)
		return x->height < y->height ? -1 : 1;
	if (names)
		return names;
	return x->index < y->index ? -1 : x->index > y->index;
}

/*
 * Orders the vouchers: of two tags that hold a commit, the inner one is named.
 */
static struct placed *place_vouchers(const struct dag *dag,
				     const struct vouchers *vouchers)
{
	struct placed *list = xcalloc(vouchers->n, sizeof(*list));
	uint32_t *heights = dag_heights(dag);

	for (size_t i = 0; i < vouchers->n; i++) {
		const struct voucher *v = &vouchers->v[i];
		uint32_t node = dag_find(dag, v->raw ? &v->carrier :
						       &v->commit);

		list[i] = (struct placed){
			.voucher = v, .index = i,
			.height = node == DAG_NONE ? DAG_NONE : heights[node],
		};
	}
	free(heights);
	qsort(list, vouchers->n, sizeof(*list), compare_placed);
	return list;
}

static char *fault_reason(const struct voucher *v,
			  const struct tag_fault *fault)
{
	char *subject = voucher_subject(v), *reason;
	char name[OID_ABBREV + 1];

	oid_abbreviate(name, &fault->commit);
	reason = fault->why ?
		 xasprintf("%s contains it, but does not count for it: its "
			   "commit %s %s", subject, name, fault->why) :
		 xasprintf("%s contains it, but does not count for it: its "
			   "commit %s changes %s, outside its scope", subject,
			   name, fault->paths[0].path);
	free(subject);
	return reason;
}

/* For commits that the tag should not hold, says what is wrong with them. */
static void label_faults(const struct labelling *l, const struct voucher *v,
			 struct text_pool *texts)
{
	for (size_t i = 0; v->is_valid && i < v->n_faults; i++) {
		const struct tag_fault *fault = &v->faults[i];
		uint32_t node = dag_find(l->dag, &fault->commit);

		if (node == DAG_NONE || l->reasons[node] != v->reason)
			continue;
		l->reasons[node] = text_pool_keep(texts,
						  fault_reason(v, fault));
	}
}

static bool is_pushed(const struct voucher *v)
{
	return v->is_pushed;
}

static bool is_valid_mergetag(const struct voucher *v)
{
	return v->raw && v->is_valid;
}

static bool is_mergetag(const struct voucher *v)
{
	return v->raw;
}

static bool is_here(const struct voucher *v)
{
	return !v->raw;
}

/*
 * What was pushed explains a refusal better than what was here, and the tag
 * that was merged better than others that hold the commit.
 */
static bool (*const passes[])(const struct voucher *) = {
	is_pushed, is_valid_mergetag, is_mergetag, is_here,
};

const char **unvouched_find(const struct unvouched_in *in)
{
	const struct vouchers *vouchers = in->vouchers;
	struct labelling l = {
		.dag = in->dag, .reasons = xcalloc(in->dag->n, sizeof(char *)),
		.hides = in->hides,
	};
	struct placed *placed;

	if (!vouchers->n)
		return l.reasons;
	placed = place_vouchers(in->dag, vouchers);
	for (size_t pass = 0; pass < ARRAY_SIZE(passes); pass++) {
		l.seen = xcalloc(in->dag->n, sizeof(bool));
		for (size_t i = 0; i < vouchers->n; i++)
			if (passes[pass](placed[i].voucher))
				label(&l, placed[i].voucher);
		free(l.seen);
	}
	for (size_t i = 0; i < vouchers->n; i++)
		label_faults(&l, &vouchers->v[i], in->texts);
	free(placed);
	return l.reasons;
}
