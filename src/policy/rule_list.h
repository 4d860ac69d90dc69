/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef POLICY_RULE_LIST_H
#define POLICY_RULE_LIST_H

/*
 * Every rule, in the order in which they are asked: its id, the stem of its
 * file in src/rules, its name in a policy, its default severity, how its
 * findings are grouped (enum grouping), and the heading above them. The enum,
 * the policy's severities, the table of rules, the help and the tests that
 * compare the manual with the program all come from this one list.
 */
#define RULE_LIST(X) \
	X(PROTECTED_REF, protected_ref, "protected-ref", ERROR, BY_WHY, \
	  "protected refs changed") \
	X(IMMUTABLE_TAG, immutable_tag, "immutable-tag", ERROR, BY_WHY, \
	  "tags moved, deleted or replaced") \
	X(SHARED_TAG, shared_tag, "shared-tag", ERROR, BY_WHY, \
	  "shared tags that are not what their section asks for") \
	X(TAG_CONSUMER, tag_consumer, "tag-consumer", WARN, BY_WHY, \
	  "shared tags pulled by a tree that they are not for") \
	X(REWOUND_BRANCH, rewound_branch, "rewound-branch", ERROR, BY_WHY, \
	  "governed branches rewound or deleted") \
	X(REBASED_TAG, rebased_tag, "rebased-tag", ERROR, BY_FIX, \
	  "frozen tags whose commits were rewritten or dropped") \
	X(FORBIDDEN_BASE, forbidden_base, "forbidden-base", ERROR, BY_REF, \
	  "work based on an integration tree") \
	X(TAGGED_BASE, tagged_base, "tagged-base", OFF, BY_WHY, \
	  "work that starts at no tag that is a base") \
	X(FOREIGN_PATH, foreign_path, "foreign-path", ERROR, BY_WHY, \
	  "commits that change paths this tree does not own") \
	X(MERGE_CHANGES, merge_changes, "merge-changes", ERROR, BY_WHY, \
	  "merges with changes of their own") \
	X(DUPLICATE_PATCH, duplicate_patch, "duplicate-patch", WARN, BY_FIX, \
	  "patches that are known from elsewhere too") \
	X(SIGN_OFF, sign_off, "sign-off", OFF, BY_WHY, \
	  "missing sign-offs, and Fixes: of unknown commits")

#define RULE_ENUM(id, ...) RULE_##id,
enum rule_id { RULE_LIST(RULE_ENUM) RULE_COUNT };
#undef RULE_ENUM

enum severity { SEVERITY_OFF, SEVERITY_INFO, SEVERITY_WARN, SEVERITY_ERROR };

/*
 * Which findings about commits of one ref stand in one block of a report: all
 * of them, or those with the same reason, or those with the same way out.
 * Commits that one merge brought in always stand together.
 */
enum grouping { GROUP_BY_REF, GROUP_BY_WHY, GROUP_BY_FIX };

struct rule_info {
	const char *name;
	enum severity severity;		/* where the policy names none */
	enum grouping grouping;
	const char *heading;		/* what it finds */
};

/* One for each id, in the list's order. */
extern const struct rule_info rule_infos[RULE_COUNT];

/* "error", "warn", "info", "off". */
const char *severity_name(enum severity severity);

/* The id of the rule of that name, or -1. */
int rule_by_name(const char *name);

#endif
