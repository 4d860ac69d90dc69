/* SPDX-License-Identifier: GPL-2.0-only */
#include "policy/keys.h"

#include "base/mem.h"
#include "policy/policy.h"

static const char *const yes_no[] = { "no", "yes", NULL };
static const char *const modes[] = { "enforce", "report", NULL };
static const char *const unowneds[] = { "allow", "deny", NULL };
static const char *const owners[] = { "any", "nearest", NULL };
static const char *const freezes[] = { "push", "merge", NULL };
static const char *const severities[] = { "off", "info", "warn", "error",
					  NULL };
static const char *const roles[] = { "maintainer", "upstream", "integration",
				     NULL };

#define ONE(key, type, strct, member) \
	{ key, KEY_##type, false, offsetof(struct strct, member), NULL, 0, \
	  NULL }
#define MANY(key, type, strct, member) \
	{ key, KEY_##type, true, offsetof(struct strct, member), NULL, 0, NULL }
#define CHOICE(key, words, dflt, strct, member, only) \
	{ key, KEY_CHOICE, false, offsetof(struct strct, member), words, dflt, \
	  only }
#define END { .name = NULL }

static const struct key policy_keys[] = {
	ONE("version", VERSION, policy_head, version),
	CHOICE("mode", modes, MODE_ENFORCE, policy_head, mode, NULL),
	CHOICE("unowned", unowneds, UNOWNED_ALLOW, policy_head,
	       unowned, NULL),
	CHOICE("owners", owners, OWNERS_ANY, policy_head, owners,
	       NULL),
	MANY("commons", PATH, policy_head, commons),
	MANY("incidental", PATH, policy_head, incidental),
	MANY("ungoverned", PLACE, policy_head, ungoverned),
	MANY("keyring", FILE, policy_head, keyring),
	END
};

static const struct key signer_keys[] = {
	MANY("gpg", FINGERPRINT, signer, gpg),
	MANY("ssh", SSH, signer, ssh),
	MANY("keyring", FILE, signer, keyring),
	END
};

static const struct key tree_keys[] = {
	CHOICE("role", roles, ROLE_MAINTAINER, tree, role, NULL),
	MANY("url", TEXT, tree, url),
	MANY("repository", REPOSITORY, tree, repository),
	MANY("branch", REF, tree, branch),
	MANY("rewind", REF, tree, rewind),
	MANY("backport", REF, tree, backport),
	MANY("neighbour", PATH, tree, neighbour),
	MANY("base", TAG, tree, base),
	MANY("ref", REF, tree, ref),
	MANY("signer", NAME, tree, signer),
	CHOICE("signed", yes_no, true, tree, is_signed, NULL),
	MANY("marker-path", PATH, tree, marker_path),
	MANY("marker-subject", SUBJECT, tree, marker_subject),
	END
};

static const struct key subsystem_keys[] = {
	MANY("tree", NAME, subsystem, tree),
	MANY("path", PATH, subsystem, path),
	MANY("match", REGEX, subsystem, match),
	MANY("exclude", PATH, subsystem, exclude),
	MANY("exclude-match", REGEX, subsystem, exclude_match),
	MANY("maintainer", TEXT, subsystem, maintainer),
	END
};

static const struct key immutable_keys[] = {
	MANY("tag", TAG, immutable, tag),
	END
};

static const struct key shared_tag_keys[] = {
	ONE("tree", NAME, shared_tag, tree),
	MANY("scope", NAME, shared_tag, scope),
	MANY("based-on", TAG, shared_tag, based_on),
	MANY("consumer", NAME, shared_tag, consumer),
	ONE("format", FORMAT, shared_tag, format),
	CHOICE("freeze", freezes, FREEZE_PUSH, shared_tag, freeze,
	       NULL),
	CHOICE("signed", yes_no, true, shared_tag, is_signed, NULL),
	END
};

static const struct key rule_keys[] = {
	CHOICE("severity", severities, -1, rule_config, severity, NULL),
	CHOICE("accept-ack", yes_no, false, rule_config, accept_ack,
	       "foreign-path"),
	CHOICE("accept-committer", yes_no, false, rule_config,
	       accept_committer, "foreign-path"),
	END
};

static const struct key waiver_keys[] = {
	ONE("rule", NAME, waiver, rule),
	ONE("tree", NAME, waiver, tree),
	MANY("commit", OID, waiver, commit),
	MANY("path", PATH, waiver, path),
	MANY("tag", TAG, waiver, tag),
	ONE("expires", DATE, waiver, expires),
	ONE("reason", TEXT, waiver, reason),
	ONE("by", TEXT, waiver, by),
	END
};

const struct section_info section_infos[SECTION_KINDS] = {
	[SECTION_POLICY] = { "policy", false, policy_keys },
	[SECTION_SIGNER] = { "signer", true, signer_keys },
	[SECTION_TREE] = { "tree", true, tree_keys },
	[SECTION_SUBSYSTEM] = { "subsystem", true, subsystem_keys },
	[SECTION_IMMUTABLE] = { "immutable", true, immutable_keys },
	[SECTION_SHARED_TAG] = { "shared-tag", true, shared_tag_keys },
	[SECTION_RULE] = { "rule", true, rule_keys },
	[SECTION_WAIVER] = { "waiver", true, waiver_keys },
};

/* The reader keeps a line number for each key, hence the limit. */
_Static_assert(ARRAY_SIZE(policy_keys) <= MAX_KEYS &&
	       ARRAY_SIZE(signer_keys) <= MAX_KEYS &&
	       ARRAY_SIZE(tree_keys) <= MAX_KEYS &&
	       ARRAY_SIZE(subsystem_keys) <= MAX_KEYS &&
	       ARRAY_SIZE(immutable_keys) <= MAX_KEYS &&
	       ARRAY_SIZE(shared_tag_keys) <= MAX_KEYS &&
	       ARRAY_SIZE(rule_keys) <= MAX_KEYS &&
	       ARRAY_SIZE(waiver_keys) <= MAX_KEYS, "MAX_KEYS is too small");
