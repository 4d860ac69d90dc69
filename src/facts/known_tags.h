/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FACTS_KNOWN_TAGS_H
#define FACTS_KNOWN_TAGS_H

#include "base/error.h"
#include "facts/refs.h"
#include "facts/vouchers.h"

/* A tag as the push leaves it, or upstream's that a mergetag proves. */
struct known_tag {
	const char *name;		/* full ref, borrowed */
	struct oid commit;
	bool is_annotated;
	bool is_pushed;
};

/* All of them, of commits, by commit. The caller sets what it borrows. */
struct known_tags {
	struct repo *repo;
	const struct policy *policy;
	const struct refs *refs;
	const struct vouchers *vouchers;
	bool is_audit;			/* then nothing is pushed */
	struct known_tag *v;		/* once known_tags_load() was called */
	size_t n, cap;
	bool is_loaded;
};

/*
 * Finds them, once. Call it after mergetags_find(), and before the functions
 * below.
 */
int known_tags_load(struct known_tags *tags, struct error *err);
void known_tags_release(struct known_tags *tags);

/*
 * Whether the tag is evidence: it must be annotated. One of this push must also
 * be signed and what it should be, because git may refuse it and take the rest.
 */
bool known_tag_counts(const struct known_tags *tags,
		      const struct known_tag *tag);

/* The first tag at the commit, or NULL. */
const struct known_tag *known_tag_at(const struct known_tags *tags,
				     const struct oid *commit);

/* The first tag at the commit that matches a pattern, or NULL. */
const struct known_tag *known_tag_like(const struct known_tags *tags,
				       const struct values *patterns,
				       const struct oid *commit);

/* The same of tags that count (known_tag_counts()). */
const struct known_tag *known_tag_base(const struct known_tags *tags,
				       const struct values *patterns,
				       const struct oid *commit);

/*
 * Whether a tag at the commit is frozen, or will be once a branch of this push
 * is built on it.
 */
bool known_tags_freeze(const struct known_tags *tags, const struct oid *commit);

#endif
