/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef POLICY_KEYS_H
#define POLICY_KEYS_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The policy's vocabulary: each kind of section and each key, once. The reader,
 * the printer, "did you mean" and the test of the manual use it.
 */
enum section_kind {
	SECTION_POLICY,
	SECTION_SIGNER,
	SECTION_TREE,
	SECTION_SUBSYSTEM,
	SECTION_IMMUTABLE,
	SECTION_SHARED_TAG,
	SECTION_RULE,
	SECTION_WAIVER,
	SECTION_KINDS,
};

enum key_type {
	KEY_CHOICE,	/* an int at `offset`: the index of the word */
	KEY_VERSION,	/* struct values, like all that follow */
	KEY_TEXT,
	KEY_NAME,	/* of another section */
	KEY_REGEX,	/* a regular expression for paths */
	KEY_PATH,	/* GLOB_PATH patterns: paths from the root, */
	KEY_REF,	/* full refs, */
	KEY_TAG,	/* names below refs/tags/, */
	KEY_REPOSITORY,	/* absolute directories */
	KEY_PLACE,	/* directories or URLs: policy/ungoverned.h */
	KEY_SUBJECT,	/* GLOB_TEXT pattern */
	KEY_FINGERPRINT,
	KEY_SSH,
	KEY_FORMAT,
	KEY_OID,	/* a full object name */
	KEY_DATE,	/* YYYY-MM-DD */
	KEY_FILE,	/* a file, relative to the policy */
};

struct key {
	const char *name;
	enum key_type type;
	bool many;
	size_t offset;			/* in the section's struct */
	const char *const *choices;	/* KEY_CHOICE: NULL-terminated */
	int dflt;			/* KEY_CHOICE */
	const char *only;		/* if not NULL, only the section of
					 * this name has it */
};

enum {
	MAX_KEYS = 16,		/* of one kind of section */
	MAX_LINE = 199,		/* bytes; inih's INI_MAX_LINE with its NUL */
};

struct section_info {
	const char *name;
	bool named;			/* [kind "name"] rather than [kind] */
	const struct key *keys;		/* the last one's name is NULL */
};

extern const struct section_info section_infos[SECTION_KINDS];

#endif
