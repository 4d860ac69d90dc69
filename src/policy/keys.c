/* SPDX-License-Identifier: GPL-2.0-only */
#include "policy/keys.h"

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

#define ONE(kind, key, type, strct, member) \
	{ SECTION_##kind, key, KEY_##type, false, \
	  offsetof(struct strct, member), NULL, 0, NULL }
#define MANY(kind, key, type, strct, member) \
	{ SECTION_##kind, key, KEY_##type, true, \
	  offsetof(struct strct, member), NULL, 0, NULL }
#define CHOICE(kind, key, words, dflt, strct, member, only) \
	{ SECTION_##kind, key, KEY_CHOICE, false, \
	  offsetof(struct strct, member), words, dflt, only }

const struct key policy_keys[] = {
	ONE(POLICY, "version", VERSION, policy_head, version),
	CHOICE(POLICY, "mode", modes, MODE_ENFORCE, policy_head, mode, NULL),
	CHOICE(POLICY, "unowned", unowneds, UNOWNED_ALLOW, policy_head,
	       unowned, NULL),
	CHOICE(POLICY, "owners", owners, OWNERS_ANY, policy_head, owners,
	       NULL),
	MANY(POLICY, "commons", PATH, policy_head, commons),
	MANY(POLICY, "incidental", PATH, policy_head, incidental),
	MANY(POLICY, "ungoverned", PLACE, policy_head, ungoverned),
	MANY(POLICY, "keyring", FILE, policy_head, keyring),

	MANY(SIGNER, "gpg", FINGERPRINT, signer, gpg),
	MANY(SIGNER, "ssh", SSH, signer, ssh),
	MANY(SIGNER, "keyring", FILE, signer, keyring),

	CHOICE(TREE, "role", roles, ROLE_MAINTAINER, tree, role, NULL),
	MANY(TREE, "url", TEXT, tree, url),
	MANY(TREE, "repository", REPOSITORY, tree, repository),
	MANY(TREE, "branch", REF, tree, branch),
	MANY(TREE, "rewind", REF, tree, rewind),
	MANY(TREE, "backport", REF, tree, backport),
	MANY(TREE, "neighbour", PATH, tree, neighbour),
	MANY(TREE, "base", TAG, tree, base),
	MANY(TREE, "ref", REF, tree, ref),
	MANY(TREE, "signer", NAME, tree, signer),
	CHOICE(TREE, "signed", yes_no, true, tree, is_signed, NULL),
	MANY(TREE, "marker-path", PATH, tree, marker_path),
	MANY(TREE, "marker-subject", SUBJECT, tree, marker_subject),

	MANY(SUBSYSTEM, "tree", NAME, subsystem, tree),
	MANY(SUBSYSTEM, "path", PATH, subsystem, path),
	MANY(SUBSYSTEM, "match", REGEX, subsystem, match),
	MANY(SUBSYSTEM, "exclude", PATH, subsystem, exclude),
	MANY(SUBSYSTEM, "exclude-match", REGEX, subsystem, exclude_match),
	MANY(SUBSYSTEM, "maintainer", TEXT, subsystem, maintainer),

	MANY(IMMUTABLE, "tag", TAG, immutable, tag),

	ONE(SHARED_TAG, "tree", NAME, shared_tag, tree),
	MANY(SHARED_TAG, "scope", NAME, shared_tag, scope),
	MANY(SHARED_TAG, "based-on", TAG, shared_tag, based_on),
	MANY(SHARED_TAG, "consumer", NAME, shared_tag, consumer),
	ONE(SHARED_TAG, "format", FORMAT, shared_tag, format),
	CHOICE(SHARED_TAG, "freeze", freezes, FREEZE_PUSH, shared_tag, freeze,
	       NULL),
	CHOICE(SHARED_TAG, "signed", yes_no, true, shared_tag, is_signed, NULL),

	CHOICE(RULE, "severity", severities, -1, rule_config, severity, NULL),
	CHOICE(RULE, "accept-ack", yes_no, false, rule_config, accept_ack,
	       "foreign-path"),
	CHOICE(RULE, "accept-committer", yes_no, false, rule_config,
	       accept_committer, "foreign-path"),

	ONE(WAIVER, "rule", NAME, waiver, rule),
	ONE(WAIVER, "tree", NAME, waiver, tree),
	MANY(WAIVER, "commit", OID, waiver, commit),
	MANY(WAIVER, "path", PATH, waiver, path),
	MANY(WAIVER, "tag", TAG, waiver, tag),
	ONE(WAIVER, "expires", DATE, waiver, expires),
	ONE(WAIVER, "reason", TEXT, waiver, reason),
	ONE(WAIVER, "by", TEXT, waiver, by),
	{ .name = NULL },
};

/* The reader keeps a line number for each key, hence the limit. */
_Static_assert(sizeof(policy_keys) / sizeof(policy_keys[0]) <= MAX_KEYS,
	       "MAX_KEYS is too small");

const struct section_info section_infos[SECTION_KINDS] = {
	[SECTION_POLICY] = { "policy", false },
	[SECTION_SIGNER] = { "signer", true },
	[SECTION_TREE] = { "tree", true },
	[SECTION_SUBSYSTEM] = { "subsystem", true },
	[SECTION_IMMUTABLE] = { "immutable", true },
	[SECTION_SHARED_TAG] = { "shared-tag", true },
	[SECTION_RULE] = { "rule", true },
	[SECTION_WAIVER] = { "waiver", true },
};
