/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef UNIT_SCENE_H
#define UNIT_SCENE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "facts/path_owners.h"
#include "rules/rules.h"

/*
 * What the tests of the rules share: a policy, facts to fill in, and the
 * verdict on them. What does not hold fails the test that runs.
 */
struct scene {
	char *text;			/* of the policy */
	struct policy *policy;
	struct dag dag;
	struct facts_paths paths;
	struct facts facts;
	struct verdict verdict;
};

enum { IN_N = 1 };

/*
 * The repository is kvm's. What a test adds to the policy goes into [policy]
 * (`head`), and after all else (`tail`).
 */
void scene_init(struct scene *s, const char *head, const char *tail);
void scene_release(struct scene *s);

/* The same of a scene that has a policy already. */
void scene_change(struct scene *s, const char *head, const char *tail);

/* A test whose state is a scene with nothing added to the policy. */
#define SCENE_TEST(test) \
	cmocka_unit_test_setup_teardown(test, scene_setup, scene_teardown)
int scene_setup(void **state);
int scene_teardown(void **state);

/* The line of the policy that has the text. */
int line_of(const struct scene *s, const char *text);

/* A name; zero for 0. */
struct oid numbered(unsigned char i);

/* A path whose owners are still to be found. */
#define PATH(name, what, there) \
	{ .path = (name), .kind = (what), .exists = (there) }

/* A commit of refs/heads/main that a merge brought in; borrows the paths. */
struct commit_fact commit_of(const struct path_fact *paths, size_t n_paths,
			     size_t n_parents);

/* Finds the owners of the paths. */
void find_owners(const struct scene *s, struct path_owners *owners,
		 struct path_fact *paths, size_t n);

/* Finds the owners of the commit's paths and asks the rules. */
void judge_commit(struct scene *s, const struct commit_fact *commit);

/* The verdict's finding, which must be its only one and say why and how. */
const struct finding *only_finding(const struct scene *s, enum rule_id rule,
				   enum severity severity);
void assert_holds(const char *text, const char *part);

/* Something that one rule finds wrong, once, with at most that severity. */
struct breach {
	enum rule_id rule;
	enum severity most;
	void (*act)(struct scene *s);
};

/* Each has the severity that the policy gives its rule, at most its own. */
void assert_severities(const struct breach *breaches, size_t n);

/* All of them at once: each is found, but for a rule that is off. */
void assert_off_is_silent(const struct breach *breaches, size_t n);

#endif
