/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "rules/verdict.h"

struct scene {
	struct policy *policy;
	struct verdict verdict;
};

static int setup(void **state)
{
	struct scene *s = xcalloc(1, sizeof(*s));

	s->policy = policy_new("test.ini");
	verdict_init(&s->verdict, s->policy);
	*state = s;
	return 0;
}

static int teardown(void **state)
{
	struct scene *s = *state;

	verdict_release(&s->verdict);
	policy_free(s->policy);
	free(s);
	return 0;
}

static void test_empty(void **state)
{
	struct scene *s = *state;

	assert_ptr_equal(s->verdict.policy, s->policy);
	assert_int_equal(s->verdict.n, 0);
	assert_int_equal(s->verdict.n_commits, 0);
	for (int i = 0; i <= SEVERITY_ERROR; i++)
		assert_int_equal(s->verdict.counts[i], 0);
	assert_false(verdict_refuses(&s->verdict));
}

static void test_release_twice(void **state)
{
	struct verdict zero = { 0 };
	struct scene *s = *state;

	verdict_text(&s->verdict, "a");
	verdict_release(&s->verdict);
	verdict_release(&s->verdict);
	verdict_release(&zero);
}

static void test_texts_are_kept_once(void **state)
{
	struct scene *s = *state;
	char mine[] = "refs/heads/a";
	const char *kept = verdict_text(&s->verdict, mine);

	assert_ptr_not_equal(kept, mine);
	assert_ptr_equal(verdict_text(&s->verdict, "refs/heads/a"), kept);
	assert_ptr_equal(verdict_text(&s->verdict, kept), kept);
	assert_ptr_equal(verdict_textf(&s->verdict, "refs/%s/%c", "heads",
				       'a'), kept);
	mine[11] = 'b';
	assert_string_equal(kept, "refs/heads/a");
	assert_ptr_not_equal(verdict_text(&s->verdict, mine), kept);
	assert_string_equal(verdict_text(&s->verdict, ""), "");
	assert_string_equal(verdict_text(&s->verdict, "100%s %n"), "100%s %n");
	assert_string_equal(verdict_textf(&s->verdict, "%s", ""), "");
}

static void test_many_texts(void **state)
{
	enum { MANY = 20000 };
	const char **kept = xcalloc(MANY, sizeof(*kept));
	struct scene *s = *state;

	for (int i = 0; i < MANY; i++)
		kept[i] = verdict_textf(&s->verdict, "text %d", i);
	for (int i = 0; i < MANY; i++) {
		char *text = xasprintf("text %d", i);

		assert_string_equal(kept[i], text);
		assert_ptr_equal(verdict_text(&s->verdict, text), kept[i]);
		free(text);
	}
	free(kept);
}

static void test_long_text(void **state)
{
	enum { LONG = 1 << 20 };
	struct scene *s = *state;
	char *text = xmalloc(LONG + 1);

	memset(text, 'x', LONG);
	text[LONG] = '\0';
	assert_int_equal(strlen(verdict_textf(&s->verdict, "%s!", text)),
			 LONG + 1);
	free(text);
}

static void test_defaults_of_a_finding(void **state)
{
	struct scene *s = *state;
	struct finding *f = verdict_add(&s->verdict, RULE_FOREIGN_PATH,
					SEVERITY_ERROR);

	assert_non_null(f);
	assert_int_equal(f->rule, RULE_FOREIGN_PATH);
	assert_int_equal(f->severity, SEVERITY_ERROR);
	assert_string_equal(f->ref, "");
	assert_string_equal(f->why, "");
	assert_string_equal(f->fix, "");
	assert_true(oid_is_zero(&f->commit));
	assert_true(oid_is_zero(&f->via));
	assert_null(f->subject);
	assert_null(f->tag);
	assert_int_equal(f->n_paths, 0);
	assert_int_equal(f->line, 0);
}

/* The lesser of what the policy says and what the rule allows. */
static void test_severities(void **state)
{
	struct scene *s = *state;
	size_t counts[SEVERITY_ERROR + 1] = { 0 }, n = 0;

	for (int policy = SEVERITY_INFO; policy <= SEVERITY_ERROR; policy++) {
		s->policy->rules[RULE_MERGE_CHANGES].severity = policy;
		for (int most = SEVERITY_INFO; most <= SEVERITY_ERROR;
		     most++) {
			int wanted = policy < most ? policy : most;
			struct finding *f;

			f = verdict_add(&s->verdict, RULE_MERGE_CHANGES,
					(enum severity)most);
			assert_int_equal(f->severity, wanted);
			counts[wanted]++;
			n++;
		}
	}
	assert_int_equal(s->verdict.n, n);
	assert_int_equal(s->verdict.counts[SEVERITY_OFF], 0);
	for (int i = 0; i <= SEVERITY_ERROR; i++)
		assert_int_equal(s->verdict.counts[i], counts[i]);
}

static void test_refuses(void **state)
{
	struct scene *s = *state;

	verdict_add(&s->verdict, RULE_REWOUND_BRANCH, SEVERITY_INFO);
	verdict_add(&s->verdict, RULE_REWOUND_BRANCH, SEVERITY_WARN);
	assert_false(verdict_refuses(&s->verdict));
	verdict_add(&s->verdict, RULE_TAG_CONSUMER, SEVERITY_ERROR);
	assert_false(verdict_refuses(&s->verdict));
	verdict_add(&s->verdict, RULE_REWOUND_BRANCH, SEVERITY_ERROR);
	assert_true(verdict_refuses(&s->verdict));
}

static void test_paths(void **state)
{
	enum { MANY = 100 };
	struct scene *s = *state;
	struct finding *f = verdict_add(&s->verdict, RULE_FOREIGN_PATH,
					SEVERITY_ERROR);
	char name[] = "x86", tree[] = "tip";

	for (int i = 0; i < MANY; i++) {
		char *path = xasprintf("file %d", i);

		finding_add_path(&s->verdict, f, path, i % 2 ? name : NULL,
				 i % 2 ? tree : NULL);
		free(path);
	}
	name[0] = tree[0] = '?';
	assert_int_equal(f->n_paths, MANY);
	assert_string_equal(f->paths[99].path, "file 99");
	assert_null(f->paths[98].subsystem);
	assert_null(f->paths[98].tree);
	assert_string_equal(f->paths[99].subsystem, "x86");
	assert_string_equal(f->paths[99].tree, "tip");
	assert_ptr_equal(f->paths[1].tree, f->paths[99].tree);
}

/* What was found first stays as it was while more is found. */
static void test_many_findings(void **state)
{
	enum { MANY = 1000 };
	struct scene *s = *state;

	for (int i = 0; i < MANY; i++) {
		struct finding *f = verdict_add(&s->verdict, RULE_FOREIGN_PATH,
						SEVERITY_ERROR);

		f->line = i;
		f->ref = verdict_textf(&s->verdict, "refs/heads/%d", i);
		finding_add_path(&s->verdict, f, f->ref, NULL, NULL);
	}
	assert_int_equal(s->verdict.n, MANY);
	assert_int_equal(s->verdict.counts[SEVERITY_ERROR], MANY);
	for (int i = 0; i < MANY; i++) {
		const struct finding *f = &s->verdict.findings[i];
		char *ref = xasprintf("refs/heads/%d", i);

		assert_int_equal(f->line, i);
		assert_string_equal(f->ref, ref);
		assert_ptr_equal(f->paths[0].path, f->ref);
		free(ref);
	}
}

static void assert_text(const char *a, const char *b)
{
	assert_true(!a == !b);
	if (a)
		assert_string_equal(a, b);
}

static void fill(struct verdict *v)
{
	struct finding *f = verdict_add(v, RULE_FOREIGN_PATH, SEVERITY_ERROR);

	f->ref = "refs/heads/main";
	f->commit.b[3] = 7;
	f->via.b[4] = 8;
	f->subject = "";
	f->why = "why";
	f->line = 42;
	finding_add_path(v, f, "a/b", "sub", "tip, kvm");
	finding_add_path(v, f, "c", NULL, NULL);
	f = verdict_add(v, RULE_MERGE_CHANGES, SEVERITY_WARN);
	f->tag = "v1";
	f->fix = "fix";
	v->n_commits = 3;
}

static void test_pack(void **state)
{
	struct scene *s = *state;
	struct verdict other;
	struct buf packed = BUF_INIT;
	struct error err;

	fill(&s->verdict);
	verdict_pack(&s->verdict, &packed);
	verdict_init(&other, s->policy);
	assert_int_equal(verdict_unpack(&other, packed.ptr, packed.len, &err),
			 0);
	assert_int_equal(verdict_unpack(&other, packed.ptr, packed.len, &err),
			 0);
	assert_int_equal(other.n_commits, 6);
	assert_int_equal(other.n, 4);
	assert_int_equal(other.counts[SEVERITY_ERROR], 2);
	assert_int_equal(other.counts[SEVERITY_WARN], 2);
	for (size_t i = 0; i < other.n; i++) {
		const struct finding *a = &s->verdict.findings[i % 2];
		const struct finding *b = &other.findings[i];

		assert_int_equal(a->rule, b->rule);
		assert_int_equal(a->severity, b->severity);
		assert_int_equal(a->line, b->line);
		assert_true(oid_equal(&a->commit, &b->commit));
		assert_true(oid_equal(&a->via, &b->via));
		assert_text(a->ref, b->ref);
		assert_text(a->subject, b->subject);
		assert_text(a->tag, b->tag);
		assert_text(a->why, b->why);
		assert_text(a->fix, b->fix);
		assert_int_equal(a->n_paths, b->n_paths);
		for (size_t p = 0; p < a->n_paths; p++) {
			assert_text(a->paths[p].path, b->paths[p].path);
			assert_text(a->paths[p].subsystem,
				    b->paths[p].subsystem);
			assert_text(a->paths[p].tree, b->paths[p].tree);
		}
	}
	/* A finding of a rule that is off was not made by this program. */
	s->policy->rules[RULE_MERGE_CHANGES].severity = SEVERITY_OFF;
	assert_int_equal(verdict_unpack(&other, packed.ptr, packed.len, &err),
			 -1);
	verdict_release(&other);
	buf_release(&packed);
}

/* Cut anywhere but between two findings, which makes one less. */
static void test_cut_pack(void **state)
{
	struct scene *s = *state;
	struct buf packed = BUF_INIT;
	struct error err;
	size_t whole = 0;

	fill(&s->verdict);
	verdict_pack(&s->verdict, &packed);
	for (size_t len = 0; len < packed.len; len++) {
		struct verdict other;
		char *cut = xmalloc(len + 1);

		memcpy(cut, packed.ptr, len);
		verdict_init(&other, s->policy);
		whole += !verdict_unpack(&other, cut, len, &err);
		verdict_release(&other);
		free(cut);
	}
	assert_int_equal(whole, 2);
	buf_release(&packed);
}

/* Bytes that no worker sends, among them more paths than memory can hold. */
static void test_broken_pack(void **state)
{
	struct scene *s = *state;
	struct buf packed = BUF_INIT;
	struct error err;

	fill(&s->verdict);
	verdict_pack(&s->verdict, &packed);
	for (size_t at = 0; at + 4 <= packed.len; at++) {
		struct verdict other;
		char was[4];

		memcpy(was, packed.ptr + at, sizeof(was));
		memset(packed.ptr + at, 0xff, sizeof(was));
		verdict_init(&other, s->policy);
		if (!verdict_unpack(&other, packed.ptr, packed.len, &err))
			assert_int_equal(other.n, 2);
		verdict_release(&other);
		memcpy(packed.ptr + at, was, sizeof(was));
	}
	buf_release(&packed);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_empty),
		TEST(test_release_twice),
		TEST(test_texts_are_kept_once),
		TEST(test_many_texts),
		TEST(test_long_text),
		TEST(test_defaults_of_a_finding),
		TEST(test_severities),
		TEST(test_refuses),
		TEST(test_paths),
		TEST(test_many_findings),
		TEST(test_pack),
		TEST(test_cut_pack),
		TEST(test_broken_pack),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
