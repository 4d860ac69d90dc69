/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef POLICY_RULE_LIST_H
#define POLICY_RULE_LIST_H

/*
 * Every rule that a policy may name: id, name, default severity, what it
 * finds. The enum, the policy's severities, the help and the tests that hold
 * the manual against the program all come from this one list.
 */
#define RULE_LIST(X) \
	X(IMMUTABLE_TAG, "immutable-tag", ERROR, \
	  "a frozen tag moved, deleted or made again") \
	X(REBASED_TAG, "rebased-tag", ERROR, \
	  "a rewritten copy of a commit in a frozen tag") \
	X(PROTECTED_REF, "protected-ref", ERROR, \
	  "a push to refs/replace/ or refs/treaty/") \
	X(REWOUND_BRANCH, "rewound-branch", ERROR, \
	  "a governed branch rewound or deleted") \
	X(FOREIGN_PATH, "foreign-path", ERROR, \
	  "a commit that changes paths of other trees only") \
	X(MERGE_CHANGES, "merge-changes", ERROR, \
	  "a merge that itself changes paths of other trees") \
	X(FORBIDDEN_BASE, "forbidden-base", ERROR, \
	  "work based on an integration tree") \
	X(TAGGED_BASE, "tagged-base", OFF, \
	  "work that does not start at a tag") \
	X(SHARED_TAG, "shared-tag", ERROR, \
	  "a shared tag that is not what its section says") \
	X(TAG_CONSUMER, "tag-consumer", WARN, \
	  "a shared tag pulled by a tree it is not for") \
	X(DUPLICATE_PATCH, "duplicate-patch", WARN, \
	  "the same patch on another tree's history") \
	X(SIGN_OFF, "sign-off", OFF, \
	  "a Signed-off-by missing, a Fixes: that names nothing")

#define RULE_ENUM(id, name, severity, summary) RULE_##id,
enum rule_id { RULE_LIST(RULE_ENUM) RULE_COUNT };
#undef RULE_ENUM

enum severity { SEVERITY_OFF, SEVERITY_INFO, SEVERITY_WARN, SEVERITY_ERROR };

struct rule_info {
	const char *name;
	enum severity severity;		/* where the policy names none */
	const char *summary;
};

/* One for each id, in the list's order. */
extern const struct rule_info rule_infos[RULE_COUNT];

/* "error", "warn", "info", "off". */
const char *severity_name(enum severity severity);

/* The id of the rule of that name, or -1. */
int rule_by_name(const char *name);

#endif
