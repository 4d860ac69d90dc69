/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RULES_VERDICT_H
#define RULES_VERDICT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/oid.h"
#include "base/strings.h"
#include "policy/policy.h"

/*
 * What the rules found. Everything in a verdict belongs to it; texts that many
 * findings share are kept once.
 */
struct finding_path {
	const char *path;
	const char *subsystem;		/* NULL: no subsystem claims it */
	const char *tree;		/* names with ", " between them */
};

struct finding {
	enum rule_id rule;
	enum severity severity;
	const char *ref;
	struct oid commit;		/* zero: it is about the ref */
	struct oid via;			/* the merge that brought the commit */
	const char *subject;		/* of the commit, or NULL */
	const char *tag;		/* below refs/tags/, or NULL */
	struct finding_path *paths;
	size_t n_paths, cap_paths;
	int line;			/* of the policy, 0: no line decides */
	const char *why;
	const char *fix;
	/* Of work on an integration tree: the way from the ref's tip to the
	 * commit, abbreviated names with arrows, and the tree. Or NULL: */
	const char *way, *way_to;
	const struct waiver *waiver;	/* see verdict_waive(); or NULL */
	const char *fingerprint;	/* see fingerprints_add(); or NULL */
	bool is_known;			/* see baseline_apply() */
	const struct merged_pull *pull;	/* see pulls_join(); or NULL */
};

/* A shared tag as an audit lists it: see verdict_list_tag(). */
struct listed_base {
	struct oid commit;		/* zero: nothing */
	const char *tag;		/* a tag that is there, or NULL */
};

struct listed_pull {
	const char *ref;		/* a governed branch that contains it */
	struct oid merge;		/* that brought it, or zero */
};

struct listed_tag {
	const char *name;		/* below refs/tags/ */
	struct oid oid;
	const struct shared_tag *shared;
	bool is_frozen;			/* else a draft */
	const char *signer;		/* whose signature counts, or NULL */
	const char *unsigned_why;	/* a clause: why none does, or NULL */
	bool is_valid;			/* what its section asks for */
	struct listed_base *bases;
	size_t n_bases, cap_bases;
	struct listed_pull *pulls;
	size_t n_pulls, cap_pulls;
};

struct verdict {
	const struct policy *policy;
	/* Of refs whose names are not told; borrowed, or NULL. See
	 * hidden_refs_have(). */
	const struct strings *hides;
	struct finding *findings;
	size_t n, cap;
	size_t n_commits;		/* judged */
	struct listed_tag *tags;
	size_t n_tags, cap_tags;
	bool has_tags;			/* they were asked for */
	/* Without waived and known ones: */
	size_t counts[SEVERITY_ERROR + 1];
	size_t n_waived;
	bool has_baseline;
	size_t n_known;			/* and not waived */
	struct verdict_pool *pool;
};

void verdict_init(struct verdict *verdict, const struct policy *policy);
void verdict_release(struct verdict *verdict);

/*
 * A new finding of a rule that is on, for the caller to fill in before the next
 * is added. Its severity is the policy's, at most `most`.
 */
struct finding *verdict_add(struct verdict *verdict, enum rule_id rule,
			    enum severity most);

/* A text that lives as long as the verdict; equal texts are kept once. */
const char *verdict_text(struct verdict *verdict, const char *text);
const char *verdict_textf(struct verdict *verdict, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Whether those who are judged must not learn the ref's name. */
bool verdict_hides(const struct verdict *verdict, const char *ref);

/*
 * What to call a ref, and a tag, given by its full ref. If that is hidden: "a
 * ref that is hidden from you", and "that is hidden from you", which goes after
 * "the tag".
 */
const char *verdict_ref(struct verdict *verdict, const char *ref);
const char *verdict_tag(struct verdict *verdict, const char *ref);

/* Adds a path; the texts are copied. */
void finding_add_path(struct verdict *verdict, struct finding *finding,
		      const char *path, const char *subsystem,
		      const char *tree);

/* Makes room for so many paths, no more of which are expected. */
void finding_expect_paths(struct finding *finding, size_t n);

/* The same as finding_add_path() for texts that the verdict keeps. */
void finding_take_path(struct finding *finding, const char *path,
		       const char *subsystem, const char *tree);

/* A new entry for the caller to fill in before the next is added. */
struct listed_tag *verdict_list_tag(struct verdict *verdict, const char *name);

/*
 * Appends the findings and the number of commits as bytes, for another process
 * of this program to add them to its own verdict by verdict_unpack(); that
 * gives an error where they are cut.
 */
void verdict_pack(const struct verdict *verdict, struct buf *out);
int verdict_unpack(struct verdict *verdict, const char *data, size_t len,
		   struct error *err);

/* Whether the rules refuse: a finding of severity error. */
bool verdict_refuses(const struct verdict *verdict);

#endif
