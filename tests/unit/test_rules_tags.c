/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "scene.h"

static const char somebody[] = "A U Thor <a@example.org> 1700000000 +0100";
static const char another[] = "C O Mitter <c@example.org> 1700000001 +0000";

#define SIGNED(who) "s\n\nSigned-off-by: " who "\n"

/* One that sign-off has nothing to say of. */
static struct commit_fact signed_commit(size_t n_parents)
{
	struct commit_fact commit = commit_of(NULL, 0, n_parents);

	commit.text.author = commit.text.committer = somebody;
	commit.text.author_len = commit.text.committer_len = strlen(somebody);
	commit.text.message = SIGNED("A U Thor <a@example.org>");
	commit.text.message_len = strlen(commit.text.message);
	return commit;
}

static void assert_lacks(const char *text, const char *part)
{
	if (strstr(text, part))
		fail_msg("'%s' in '%s'", part, text);
}

/* shared-tag */

/* A tag that is all right, for a test to spoil. */
static struct tag_fact tag_of(const struct scene *s, const char *ref)
{
	return (struct tag_fact){
		.ref = ref, .oid = numbered(5),
		.shared = shared_tag_match(s->policy, tag_name(ref)),
		.is_annotated = true, .is_commit = true,
	};
}

static struct tag_fact topic(const struct scene *s)
{
	return tag_of(s, "refs/tags/topic-x-2024-02-29");
}

static void judge_tags(struct scene *s, const struct tag_fact *tags, size_t n)
{
	for (size_t i = 0; i < n; i++)
		assert_non_null(tags[i].shared);
	s->facts.tags = tags;
	s->facts.n_tags = n;
	rules_judge_refs(&s->facts, &s->verdict);
	s->facts.tags = NULL;
	s->facts.n_tags = 0;
}

static const struct finding *tag_finding(const struct scene *s,
					 const char *line)
{
	const struct finding *f = only_finding(s, RULE_SHARED_TAG,
					       SEVERITY_ERROR);

	assert_string_equal(f->ref, "refs/tags/topic-x-2024-02-29");
	assert_string_equal(f->tag, "topic-x-2024-02-29");
	assert_true(oid_is_zero(&f->via));
	assert_int_equal(f->line, line_of(s, line));
	return f;
}

static void test_shared_tag_accepts(void **state)
{
	struct scene *s = *state;
	const struct tag_base bases[] = {
		{ numbered(1), numbered(2), "v1", true },
		{ numbered(3), numbered(2), NULL, true },
		{ numbered(0), numbered(4), NULL, true },
	};
	struct tag_fact tags[4];

	tags[0] = topic(s);
	tags[0].bases = bases;
	tags[0].n_bases = ARRAY_SIZE(bases);
	tags[1] = tag_of(s, "refs/tags/plain-a");
	tags[2] = tag_of(s, "refs/tags/noinstr-a");
	tags[3] = tag_of(s, "refs/tags/draft-a");
	judge_tags(s, tags, ARRAY_SIZE(tags));
	if (s->verdict.n)
		fail_msg("%s", s->verdict.findings[0].why);
}

/* One finding about the object, the first reason that there is. */
static void test_shared_tag_object(void **state)
{
	static const struct {
		const char *ref;
		bool is_annotated, is_commit;
		const char *unsigned_why, *why, *fix;
	} cases[] = {
		{ "refs/tags/noinstr-a", false, true, NULL,
		  "tag noinstr-a is lightweight",
		  "a signer of tip make the tag: git tag -f -s noinstr-a " },
		{ "refs/tags/noinstr-a", false, true, "it is lightweight",
		  "tag noinstr-a is lightweight", "git tag -f -s noinstr-a " },
		{ "refs/tags/noinstr-a", true, true, "it bears no signature",
		  "tag noinstr-a must be signed by a signer of tip, but "
		  "it bears no signature", "git tag -f -s noinstr-a <commit>" },
		{ "refs/tags/noinstr-a", true, false, NULL,
		  "tag noinstr-a points to no commit",
		  "git tag -f -s noinstr-a " },
		{ "refs/tags/noinstr-a", false, false, "it bears none",
		  "tag noinstr-a points to no commit",
		  "git tag -f -s noinstr-a " },
		{ "refs/tags/plain-a", false, true, NULL,
		  "tag plain-a is lightweight",
		  "a signer of net make the tag: git tag -f -a plain-a " },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct finding *f;
		struct tag_fact tag;
		struct scene s;

		scene_init(&s, "", "");
		tag = tag_of(&s, cases[i].ref);
		tag.is_annotated = cases[i].is_annotated;
		tag.is_commit = cases[i].is_commit;
		tag.unsigned_why = cases[i].unsigned_why;
		judge_tags(&s, &tag, 1);
		f = only_finding(&s, RULE_SHARED_TAG, SEVERITY_ERROR);
		assert_string_equal(f->ref, cases[i].ref);
		assert_string_equal(f->tag, tag_name(cases[i].ref));
		assert_true(oid_is_zero(&f->commit));
		assert_int_equal(f->n_paths, 0);
		assert_int_equal(f->line, tag.shared->section.line);
		assert_holds(f->why, cases[i].why);
		assert_holds(f->fix, cases[i].fix);
		scene_release(&s);
	}
}

static void test_shared_tag_fault(void **state)
{
	struct scene *s = *state;
	struct path_fact paths[] = {
		PATH("net/a.c", PATH_CHANGED, true),
		PATH("nobody.c", PATH_CHANGED, true),
		PATH("drivers/both/b.c", PATH_CHANGED, true),
	};
	struct tag_fault fault = { numbered(9), "a fault", NULL, paths, 3 };
	struct path_owners owners = { 0 };
	struct oid nine = numbered(9);
	const struct finding *f;
	struct tag_fact tag;

	find_owners(s, &owners, paths, ARRAY_SIZE(paths));
	tag = topic(s);
	tag.faults = &fault;
	tag.n_faults = 1;
	judge_tags(s, &tag, 1);
	path_owners_release(&owners);
	f = tag_finding(s, "[shared-tag \"topic-*\"]");
	assert_true(oid_equal(&f->commit, &nine));
	assert_string_equal(f->subject, "a fault");
	/* The third has two owners, the second none. */
	assert_int_equal(f->n_paths, 4);
	assert_string_equal(f->paths[0].path, "net/a.c");
	assert_string_equal(f->paths[0].subsystem, "net");
	assert_string_equal(f->paths[0].tree, "net");
	assert_string_equal(f->paths[1].path, "nobody.c");
	assert_null(f->paths[1].subsystem);
	assert_null(f->paths[1].tree);
	assert_string_equal(f->paths[2].path, "drivers/both/b.c");
	assert_string_equal(f->paths[2].subsystem, "net");
	assert_string_equal(f->paths[3].path, "drivers/both/b.c");
	assert_string_equal(f->paths[3].subsystem, "timers");
	assert_string_equal(f->paths[3].tree, "tip");
	assert_holds(f->why, "tag topic-x-2024-02-29 contains it, but it "
		     "changes paths that the tag's section does not let tip "
		     "share");
	assert_lacks(f->why, "so do more");
	assert_holds(f->fix, "make the tag again without this commit");
}

static void test_shared_tag_fault_says_why(void **state)
{
	struct scene *s = *state;
	const struct tag_fault fault = {
		.commit = numbered(9), .subject = "next",
		.why = "was made by next",
	};
	const struct finding *f;
	struct tag_fact tag;

	tag = topic(s);
	tag.faults = &fault;
	tag.n_faults = 1;
	judge_tags(s, &tag, 1);
	f = tag_finding(s, "[shared-tag \"topic-*\"]");
	assert_string_equal(f->why, "a commit in tag topic-x-2024-02-29 was "
			    "made by next");
	assert_int_equal(f->n_paths, 0);
}

/* The fix names the draft that has the commit, unless that is hidden. */
static void test_shared_tag_fault_within_draft(void **state)
{
	static const char *const hidden[] = {
		"refs/tags/y", "refs/tags/draft",
	};
	const struct tag_fault fault = {
		.commit = numbered(9), .subject = "x",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(hidden); i++) {
		struct strings hides = { 0 };
		struct tag_fact tag;
		struct scene s;

		scene_init(&s, "", "");
		strings_add(&hides, hidden[i], strlen(hidden[i]));
		s.verdict.hides = &hides;
		tag = topic(&s);
		tag.faults = &fault;
		tag.n_faults = 1;
		tag.draft_within = "refs/tags/draft";
		judge_tags(&s, &tag, 1);
		assert_int_equal(s.verdict.n, 1);
		assert_int_equal(!strstr(s.verdict.findings[0].fix, "draft"),
				 i);
		scene_release(&s);
		strings_release(&hides);
	}
}

/* Each has its own finding, in their order, and all that is cut is said. */
static void test_shared_tag_many_faults(void **state)
{
	struct scene *s = *state;
	struct path_fact path = PATH("net/a.c", PATH_CHANGED, true);
	const struct tag_fault faults[] = {
		{ numbered(7), "first", NULL, &path, 1 },
		{ numbered(8), "second", "was made by next", NULL, 0 },
		{ numbered(9), "third", NULL, &path, 1 },
	};
	const struct finding *f;
	struct tag_fact tag;

	tag = topic(s);
	tag.faults = faults;
	tag.n_faults = ARRAY_SIZE(faults);
	tag.has_more_faults = true;
	judge_tags(s, &tag, 1);
	assert_int_equal(s->verdict.n, ARRAY_SIZE(faults));
	f = s->verdict.findings;
	for (size_t i = 0; i < ARRAY_SIZE(faults); i++) {
		assert_string_equal(f[i].subject, faults[i].subject);
		assert_true(oid_equal(&f[i].commit, &faults[i].commit));
		assert_int_equal(f[i].n_paths, faults[i].n_paths);
	}
	assert_holds(f[0].why, " (and so do more commits)");
	assert_holds(f[1].why, "was made by next");
	/* What says the same is one block of the report. */
	assert_ptr_equal(f[0].why, f[2].why);
}

static void test_shared_tag_base(void **state)
{
	static const struct {
		unsigned char commit;
		const char *tag, *why;
	} cases[] = {
		{ 7, NULL, "starts at 070000000000, which has no annotated tag "
		  "like v* or base-* here" },
		{ 7, "v1-light", "starts at 070000000000 (v1-light), which has "
		  "no annotated tag like v* or base-* here" },
		{ 0, NULL, "starts at a commit without parents, not at "
		  "a tag like v* or base-*" },
		{ 0, "v1", "not at a tag like v* or base-*: v1, which it "
		  "contains, is lightweight or not proven" },
	};
	struct oid child = numbered(8);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct tag_base base = {
			numbered(cases[i].commit), child, cases[i].tag, false,
		};
		const struct finding *f;
		struct tag_fact tag;
		struct scene s;

		scene_init(&s, "", "");
		tag = topic(&s);
		tag.bases = &base;
		tag.n_bases = 1;
		judge_tags(&s, &tag, 1);
		f = tag_finding(&s, "based-on = v*");
		assert_true(oid_equal(&f->commit, &child));
		assert_non_null(f->subject);
		assert_holds(f->why, "tag topic-x-2024-02-29 ");
		assert_holds(f->why, cases[i].why);
		assert_holds(f->fix, "onto a tag like v* or base-* and tag");
		scene_release(&s);
	}
}

/* Those that are refused, and no other. */
static void test_shared_tag_many_bases(void **state)
{
	struct scene *s = *state;
	const struct tag_base bases[] = {
		{ numbered(1), numbered(11), "v1", true },
		{ numbered(2), numbered(12), NULL, false },
		{ numbered(3), numbered(13), "v2", true },
		{ numbered(4), numbered(14), NULL, false },
	};
	struct tag_fact tag;

	tag = topic(s);
	tag.bases = bases;
	tag.n_bases = ARRAY_SIZE(bases);
	judge_tags(s, &tag, 1);
	assert_int_equal(s->verdict.n, 2);
	for (size_t i = 0; i < 2; i++)
		assert_true(oid_equal(&s->verdict.findings[i].commit,
				      &bases[2 * i + 1].child));
}

/* A name refuses nothing: git takes it, and so do those who pull it. */
static void test_shared_tag_name(void **state)
{
	static const struct {
		const char *ref, *why;		/* NULL: accepted */
	} cases[] = {
		{ "refs/tags/topic-x-2024-02-29", NULL },
		{ "refs/tags/topic-x", "topic-x is not of the form topic-" },
		{ "refs/tags/topic-x-2023-02-29", "has no real date where it "
		  "should be of the form topic-<topic>-<YYYY>-<MM>-<DD>" },
		{ "refs/tags/noinstr-x", NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct finding *f;
		struct tag_fact tag;
		struct scene s;

		scene_init(&s, "", "");
		tag = tag_of(&s, cases[i].ref);
		judge_tags(&s, &tag, 1);
		if (cases[i].why) {
			f = only_finding(&s, RULE_SHARED_TAG, SEVERITY_WARN);
			assert_string_equal(f->ref, cases[i].ref);
			assert_int_equal(f->line, line_of(&s, "format = "));
			assert_true(oid_is_zero(&f->commit));
			assert_holds(f->why, cases[i].why);
			assert_holds(f->fix, "delete it and make it again");
		} else {
			assert_int_equal(s.verdict.n, 0);
		}
		scene_release(&s);
	}
}

/* All that is wrong is said at once, of each tag. */
static void test_shared_tag_all_at_once(void **state)
{
	struct scene *s = *state;
	const struct tag_fault fault = {
		.commit = numbered(7), .subject = "s", .why = "is wrong",
	};
	const struct tag_base base = { numbered(1), numbered(2), NULL, false };
	struct tag_fact tags[2];

	tags[0] = tag_of(s, "refs/tags/topic-x");
	tags[0].is_annotated = false;
	tags[0].faults = &fault;
	tags[0].bases = &base;
	tags[0].n_faults = tags[0].n_bases = 1;
	tags[1] = tag_of(s, "refs/tags/plain-x");
	tags[1].is_annotated = false;
	judge_tags(s, tags, 2);
	assert_int_equal(s->verdict.n, 5);
	assert_int_equal(s->verdict.counts[SEVERITY_ERROR], 4);
	assert_string_equal(s->verdict.findings[4].tag, "plain-x");
}

/* tag-consumer */

static void judge_pull(struct scene *s, const struct pull_fact *pull)
{
	s->facts.pulls = pull;
	s->facts.n_pulls = 1;
	rules_judge_refs(&s->facts, &s->verdict);
	s->facts.pulls = NULL;
	s->facts.n_pulls = 0;
}

static struct pull_fact pull_of(const struct scene *s, unsigned char merge)
{
	return (struct pull_fact){
		.ref = "refs/heads/main", .tag = "topic-x",
		.merge = numbered(merge),
		.shared = shared_tag_match(s->policy, "topic-x"),
	};
}

/* By a merge, and by a fast-forward to it. */
static void test_tag_consumer(void **state)
{
	(void)state;
	for (unsigned char merge = 0; merge < 2; merge++) {
		struct oid oid = numbered(merge);
		const struct finding *f;
		struct pull_fact pull;
		struct scene s;

		scene_init(&s, "", "");
		pull = pull_of(&s, merge);
		judge_pull(&s, &pull);
		f = only_finding(&s, RULE_TAG_CONSUMER, SEVERITY_WARN);
		assert_string_equal(f->ref, "refs/heads/main");
		assert_string_equal(f->tag, "topic-x");
		assert_true(oid_equal(&f->commit, &oid));
		assert_non_null(f->subject);
		assert_int_equal(f->line, line_of(&s, "consumer = net"));
		assert_string_equal(f->why, "tag topic-x of tip is for net and "
				    "mainline, not for kvm");
		assert_holds(f->fix, "ask tip for a tag that is for kvm");
		assert_holds(f->fix, "consumer = kvm");
		scene_release(&s);
	}
}

static void test_tag_consumer_of_many(void **state)
{
	struct scene *s = *state;
	struct pull_fact pulls[2];

	pulls[0] = pulls[1] = pull_of(s, 1);
	pulls[1].tag = "topic-y";
	s->facts.pulls = pulls;
	s->facts.n_pulls = 2;
	rules_judge_refs(&s->facts, &s->verdict);
	assert_int_equal(s->verdict.n, 2);
	assert_string_equal(s->verdict.findings[1].tag, "topic-y");
}

/* rebased-tag and duplicate-patch: one copy is one rule's business. */

static void judge_copy(struct scene *s, const struct copy_fact *copy)
{
	struct commit_fact commit = signed_commit(1);

	commit.copy = copy;
	judge_commit(s, &commit);
}

static void assert_about_commit(const struct finding *f)
{
	struct oid oid = numbered(77), via = numbered(78);

	assert_string_equal(f->ref, "refs/heads/main");
	assert_string_equal(f->subject, "a subject");
	assert_true(oid_equal(&f->commit, &oid));
	assert_true(oid_equal(&f->via, &via));
	assert_int_equal(f->n_paths, 0);
}

static void test_no_copy(void **state)
{
	struct scene *s = *state;

	judge_copy(s, NULL);
	assert_int_equal(s->verdict.n, 0);
}

/* The line is the one that freezes the tag; a mergetag's tag may have none. */
static void test_rebased_tag(void **state)
{
	static const struct {
		const char *ref, *tag, *line;
		bool is_patch;
		const char *why;
	} cases[] = {
		{ "refs/tags/topic-x", "topic-x", "[shared-tag \"topic-*\"]",
		  true, "(the same patch)" },
		{ "refs/tags/topic-x", "topic-x", "[shared-tag \"topic-*\"]",
		  false, "(the same author, author date and subject)" },
		{ "refs/tags/v1", "v1", "tag = v*", true, "(the same patch)" },
		{ "refs/tags/x", "x", NULL, true, "(the same patch)" },
		{ "refs/notes/x", "refs/notes/x", NULL, true, "the frozen tag "
		  "refs/notes/x contains" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct copy_fact copy = {
			.original = numbered(6), .ref = cases[i].ref,
			.tree = "tip", .is_frozen = true,
			.instead_in = "refs/heads/main",
			.is_patch = cases[i].is_patch,
		};
		const struct finding *f;
		char *fix;
		struct scene s;

		scene_init(&s, "", "");
		judge_copy(&s, &copy);
		f = only_finding(&s, RULE_REBASED_TAG, SEVERITY_ERROR);
		assert_about_commit(f);
		assert_string_equal(f->tag, cases[i].tag);
		assert_int_equal(f->line, cases[i].line ?
				 line_of(&s, cases[i].line) : 0);
		assert_holds(f->why, "a copy of 060000000000 (");
		assert_holds(f->why, cases[i].why);
		fix = xasprintf(": git merge --no-ff %s", cases[i].tag);
		assert_holds(f->fix, fix);
		free(fix);
		scene_release(&s);
	}
}

/* Neither the tag that the server hides is named, nor a commit of it. */
static void test_rebased_hidden_tag(void **state)
{
	static const char hidden[] = "refs/tags/topic-x";
	const struct copy_fact copy = {
		.original = numbered(6), .ref = hidden, .tree = "tip",
		.is_frozen = true, .instead_in = "refs/heads/main",
		.is_patch = true,
	};
	struct strings hides = { 0 };
	struct scene *s = *state;
	const struct finding *f;

	strings_add(&hides, hidden, strlen(hidden));
	s->verdict.hides = &hides;
	judge_copy(s, &copy);
	f = only_finding(s, RULE_REBASED_TAG, SEVERITY_ERROR);
	assert_null(f->tag);
	assert_holds(f->why, "a copy of a commit (the same patch)");
	assert_lacks(f->why, "topic-x");
	assert_lacks(f->why, "0600");
	assert_holds(f->fix, "those who run the repository know its name");
	assert_lacks(f->fix, "topic-x");
	s->verdict.hides = NULL;
	strings_release(&hides);
}

static void judge_doubled(struct scene *s,
			  const struct doubled_tag_fact *doubled)
{
	s->facts.doubled = doubled;
	s->facts.n_doubled = 1;
	rules_judge_refs(&s->facts, &s->verdict);
	s->facts.doubled = NULL;
	s->facts.n_doubled = 0;
}

static void test_doubled_tags(void **state)
{
	struct scene *s = *state;
	const struct doubled_tag_fact doubled = {
		"refs/heads/main", "refs/tags/topic-x-v2",
		"refs/tags/noinstr-x", numbered(3), numbered(4),
	};
	const struct finding *f;

	judge_doubled(s, &doubled);
	f = only_finding(s, RULE_REBASED_TAG, SEVERITY_WARN);
	assert_string_equal(f->ref, "refs/heads/main");
	assert_string_equal(f->tag, "topic-x-v2");
	assert_true(oid_is_zero(&f->commit));
	assert_int_equal(f->line, line_of(s, "[shared-tag \"noinstr-*\"]"));
	assert_holds(f->why, "both tag topic-x-v2 and tag noinstr-x");
	assert_holds(f->why, "030000000000 of the first is 040000000000 of "
		     "the second");
}

static void judge_dropped(struct scene *s,
			  const struct dropped_tag_fact *dropped)
{
	s->facts.dropped = dropped;
	s->facts.n_dropped = 1;
	rules_judge_refs(&s->facts, &s->verdict);
	s->facts.dropped = NULL;
	s->facts.n_dropped = 0;
}

/* Of the branch that had it; of the tag where that is not known. */
static void test_lost_tag(void **state)
{
	static const char *const refs[] = { "refs/heads/main", NULL };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(refs); i++) {
		const struct dropped_tag_fact dropped = {
			"refs/tags/noinstr-x", numbered(4), refs[i], NULL, 17,
		};
		const struct finding *f;
		struct scene s;

		scene_init(&s, "", "");
		judge_dropped(&s, &dropped);
		f = only_finding(&s, RULE_REBASED_TAG, SEVERITY_ERROR);
		assert_string_equal(f->ref, refs[i] ? refs[i] : dropped.tag);
		assert_string_equal(f->tag, "noinstr-x");
		assert_true(oid_is_zero(&f->commit));
		assert_int_equal(f->line, 17);
		assert_holds(f->why, "no governed branch contains the frozen "
			     "tag noinstr-x any more");
		assert_holds(f->fix, "git merge --no-ff noinstr-x");
		scene_release(&s);
	}
}

/* A branch of the same push would keep it. */
static void test_lost_tag_kept(void **state)
{
	const struct dropped_tag_fact dropped = {
		"refs/tags/noinstr-x", numbered(4), "refs/heads/auto-x",
		"refs/heads/main", 17,
	};
	const struct finding *f;
	struct scene s;

	(void)state;
	scene_init(&s, "", "");
	judge_dropped(&s, &dropped);
	f = only_finding(&s, RULE_REBASED_TAG, SEVERITY_ERROR);
	assert_holds(f->why, "only refs/heads/main would contain the frozen "
		     "tag noinstr-x");
	assert_string_equal(f->fix, "push refs/heads/main first, alone");
	scene_release(&s);
}

/* Whose it is may not be known, or be a tree that has no section. */
static void test_duplicate_patch(void **state)
{
	static const struct {
		const char *tree, *line, *why, *fix;
	} cases[] = {
		{ "net", "[tree \"net\"]", "it is the same patch as "
		  "060000000000 of net (on refs/remotes/net/main)",
		  "agree with net which" },
		{ "gone", NULL, "of gone (on refs/remotes/net/main)",
		  "agree with gone which" },
		{ NULL, NULL, "of another tree (on refs/remotes/net/main)",
		  "agree with the other tree which" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct copy_fact copy = {
			.original = numbered(6), .tree = cases[i].tree,
			.ref = "refs/remotes/net/main", .is_patch = true,
		};
		const struct finding *f;
		struct scene s;

		scene_init(&s, "", "[rule \"duplicate-patch\"]\n"
			   "severity = error\n");
		judge_copy(&s, &copy);
		f = only_finding(&s, RULE_DUPLICATE_PATCH, SEVERITY_ERROR);
		assert_about_commit(f);
		assert_null(f->tag);
		assert_int_equal(f->line, cases[i].line ?
				 line_of(&s, cases[i].line) : 0);
		assert_holds(f->why, cases[i].why);
		assert_holds(f->fix, cases[i].fix);
		scene_release(&s);
	}
}

/* A copy beside its frozen original is no error, whatever it shares with it. */
static void test_duplicate_of_frozen(void **state)
{
	struct scene *s = *state;
	const struct copy_fact copy = {
		.original = numbered(6), .tree = "tip",
		.ref = "refs/tags/topic-x", .is_frozen = true,
	};
	const struct finding *f;

	judge_copy(s, &copy);
	f = only_finding(s, RULE_DUPLICATE_PATCH, SEVERITY_WARN);
	assert_about_commit(f);
	assert_string_equal(f->tag, "topic-x");
	assert_int_equal(f->line, line_of(s, "[shared-tag \"topic-*\"]"));
	assert_holds(f->why, "it and 060000000000, which the frozen tag "
		     "topic-x contains, have the same author, author date");
}

/* tagged-base */

static const char tagged_base[] = "[rule \"tagged-base\"]\nseverity = error\n";

static void test_tagged_base_accepts(void **state)
{
	struct scene *s = *state;
	struct commit_fact commit = commit_of(NULL, 0, 1);

	scene_change(s, "", tagged_base);
	judge_commit(s, &commit);
	assert_int_equal(s->verdict.n, 0);
}

/* Without `base`, what the tree says is the line. */
static void test_tagged_base(void **state)
{
	struct scene *s = *state;
	const struct oid parent = numbered(5);
	struct commit_fact commit = commit_of(NULL, 0, 1);
	const struct finding *f;

	scene_change(s, "", tagged_base);
	commit.loose_parents = &parent;
	commit.n_loose_parents = 1;
	judge_commit(s, &commit);
	f = only_finding(s, RULE_TAGGED_BASE, SEVERITY_ERROR);
	assert_about_commit(f);
	assert_null(f->tag);
	assert_int_equal(f->line, line_of(s, "[tree \"kvm\"]"));
	assert_string_equal(f->why, "it starts at 050000000000, which has no "
			    "tag of 'base' and no frozen tag, and was not on "
			    "refs/heads/main before");
	assert_holds(f->fix, "onto a frozen tag");
	assert_holds(f->fix, "name tags in 'base'");
}

static void test_tagged_base_of_patterns(void **state)
{
	struct scene *s = *state;
	const struct oid parents[] = { numbered(5), numbered(6) };
	struct commit_fact commit = commit_of(NULL, 0, 3);
	const struct finding *f;
	char *tail = xasprintf("%s[tree \"last\"]\nbase = v*\nbase = w*\n"
			       "base = x*\n", tagged_base);

	scene_change(s, "", tail);
	s->facts.tree = policy_tree(s->policy, "last");
	commit.loose_parents = parents;
	commit.n_loose_parents = 2;
	judge_commit(s, &commit);
	assert_int_equal(s->verdict.n, 2);
	f = s->verdict.findings;
	for (size_t i = 0; i < 2; i++) {
		assert_about_commit(&f[i]);
		assert_int_equal(f[i].line, line_of(s, "base = v*"));
		assert_holds(f[i].why, "which has no tag like v*, w* or x* "
			     "and no frozen tag");
		assert_holds(f[i].fix, "onto a tag like v*, w* or x* (git "
			     "rebase --onto");
	}
	assert_holds(f[0].why, "starts at 050000000000,");
	assert_holds(f[1].why, "starts at 060000000000,");
	free(tail);
}

static void test_tagged_base_root(void **state)
{
	struct scene *s = *state;
	struct commit_fact commit = commit_of(NULL, 0, 0);

	scene_change(s, "", tagged_base);
	commit.is_loose_root = true;
	judge_commit(s, &commit);
	assert_string_equal(only_finding(s, RULE_TAGGED_BASE,
					 SEVERITY_ERROR)->why,
			    "it has no parent, so it starts at no tag");
}

/* sign-off */

static const char sign_off[] = "[rule \"sign-off\"]\nseverity = error\n";

static void judge_sign_off(struct scene *s, const char *author,
			   const char *committer, const char *message)
{
	struct commit_fact commit = commit_of(NULL, 0, 1);

	commit.text.author = author;
	commit.text.author_len = strlen(author);
	commit.text.committer = committer;
	commit.text.committer_len = strlen(committer);
	commit.text.message = message;
	commit.text.message_len = strlen(message);
	judge_commit(s, &commit);
}

static void test_sign_off(void **state)
{
	static const char both[] = "has signed it off";
	static const char no_author[] = "its author has not";
	static const char no_committer[] = "its committer has not";
	static const struct {
		const char *author, *committer, *message;
		const char *why;		/* NULL: accepted */
	} cases[] = {
		{ somebody, somebody, SIGNED("A U Thor <a@example.org>"),
		  NULL },
		/* the same address, whatever its case and the name */
		{ somebody, somebody, SIGNED("Thor <A@EXAMPLE.ORG>"), NULL },
		{ somebody, somebody, SIGNED("<a@example.org>"), NULL },
		/* the same name, with the address of the day */
		{ somebody, somebody, SIGNED("A U Thor <a@home.example>"),
		  NULL },
		{ somebody, somebody, SIGNED("A U Thor <>"), NULL },
		{ somebody, another, SIGNED("A U Thor <a@example.org>")
		  "Signed-off-by: C O Mitter <c@example.org>\n", NULL },
		{ somebody, another, SIGNED("C O Mitter <c@example.org>")
		  "Acked-by: X <x@example.org>\n"
		  "Signed-off-by: A U Thor <a@example.org>", NULL },
		{ somebody, another, SIGNED("A U Thor <a@example.org>"),
		  no_committer },
		{ somebody, another, SIGNED("C O Mitter <c@example.org>"),
		  no_author },
		{ somebody, another, SIGNED("X <x@example.org>"),
		  "neither its author nor its committer " },
		{ somebody, somebody, "s\n", both },
		{ somebody, somebody, SIGNED("X <x@example.org>"), both },
		/* not the last paragraph, not that trailer */
		{ somebody, somebody, SIGNED("A U Thor <a@example.org>")
		  "\nmore\n", both },
		{ somebody, somebody, "s\n\nAcked-by: A U Thor "
		  "<a@example.org>\n", both },
		/* no address at all, or a part of one */
		{ somebody, somebody, SIGNED("A U Thor"), both },
		{ somebody, somebody, SIGNED("A U Thor <a@example.org"), both },
		{ somebody, somebody, SIGNED("X <a@example.or>"), both },
		{ somebody, somebody, SIGNED("X <xa@example.org>"), both },
		{ somebody, somebody, SIGNED("A U Tho <x@example.org>"), both },
		{ somebody, somebody, SIGNED("A u thor <x@example.org>"),
		  both },
		/* no name is nobody's name */
		{ "<a@example.org> 1 +0000", "<a@example.org> 1 +0000",
		  SIGNED("<x@example.org>"), both },
		{ "<a@example.org> 1 +0000", "<a@example.org> 1 +0000",
		  SIGNED("<a@example.org>"), NULL },
		/* nobody can sign off for an author that git cannot read */
		{ "", somebody, SIGNED("A U Thor <a@example.org>"),
		  no_author },
		{ somebody, "C O Mitter", SIGNED("A U Thor <a@example.org>")
		  "Signed-off-by: C O Mitter\n", no_committer },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct finding *f;
		struct scene s;

		scene_init(&s, "", sign_off);
		judge_sign_off(&s, cases[i].author, cases[i].committer,
			       cases[i].message);
		if (!cases[i].why && s.verdict.n)
			fail_msg("case %zu: %s", i, s.verdict.findings[0].why);
		if (cases[i].why) {
			f = only_finding(&s, RULE_SIGN_OFF, SEVERITY_ERROR);
			assert_about_commit(f);
			assert_int_equal(f->line,
					 line_of(&s, "[rule \"sign-off\"]"));
			assert_holds(f->why, cases[i].why);
			assert_holds(f->fix, "git commit --amend -s");
		}
		scene_release(&s);
	}
}

/* An address that both leave empty is nobody's. */
static void test_sign_off_without_address(void **state)
{
	struct scene *s = *state;
	static const char nobody[] = "A U Thor <> 1 +0000";

	scene_change(s, "", sign_off);
	judge_sign_off(s, nobody, nobody, SIGNED("X <>"));
	only_finding(s, RULE_SIGN_OFF, SEVERITY_ERROR);
}

/* Who merges signs nothing off; who starts a history does. */
static void test_sign_off_skips_merges(void **state)
{
	(void)state;
	for (size_t n_parents = 0; n_parents < 4; n_parents++) {
		struct commit_fact commit = signed_commit(n_parents);
		struct scene s;

		commit.text.message_len = 0;
		commit.unknown_fix = n_parents > 1 ? "123456" : NULL;
		scene_init(&s, "", sign_off);
		judge_commit(&s, &commit);
		assert_int_equal(s.verdict.n, n_parents < 2);
		scene_release(&s);
	}
}

static void test_unknown_fix(void **state)
{
	struct scene *s = *state;
	struct commit_fact commit = signed_commit(1);
	const struct finding *f;

	scene_change(s, "", sign_off);
	commit.unknown_fix = "123456 (\"x\")";
	judge_commit(s, &commit);
	f = only_finding(s, RULE_SIGN_OFF, SEVERITY_ERROR);
	assert_about_commit(f);
	assert_holds(f->why, "'Fixes: 123456 (\"x\")' names no commit");
	assert_holds(f->fix, "git log -1 --format='%h (\"%s\")'");
	/* Two faults are two findings. */
	commit.text.message_len = 0;
	judge_commit(s, &commit);
	assert_int_equal(s->verdict.n, 3);
}

/* Severities */

static void break_object(struct scene *s)
{
	struct tag_fact tag = tag_of(s, "refs/tags/noinstr-a");

	tag.is_annotated = false;
	judge_tags(s, &tag, 1);
}

static void break_fault(struct scene *s)
{
	const struct tag_fault fault = { .commit = numbered(7),
					 .subject = "s", .why = "is wrong" };
	struct tag_fact tag = tag_of(s, "refs/tags/noinstr-a");

	tag.faults = &fault;
	tag.n_faults = 1;
	judge_tags(s, &tag, 1);
}

static void break_tag_base(struct scene *s)
{
	const struct tag_base base = { numbered(1), numbered(2), NULL, false };
	struct tag_fact tag = topic(s);

	tag.bases = &base;
	tag.n_bases = 1;
	judge_tags(s, &tag, 1);
}

static void break_name(struct scene *s)
{
	struct tag_fact tag = tag_of(s, "refs/tags/topic-x");

	judge_tags(s, &tag, 1);
}

static void break_consumer(struct scene *s)
{
	struct pull_fact pull = pull_of(s, 1);

	judge_pull(s, &pull);
}

static void break_copy(struct scene *s)
{
	const struct copy_fact copy = { .ref = "refs/tags/noinstr-a",
					.is_frozen = true,
					.instead_in = "refs/heads/a" };

	judge_copy(s, &copy);
}

static void break_duplicate(struct scene *s)
{
	const struct copy_fact copy = { .ref = "refs/heads/a" };

	judge_copy(s, &copy);
}

static void break_doubled(struct scene *s)
{
	const struct doubled_tag_fact doubled = {
		"refs/heads/main", "refs/tags/a", "refs/tags/b", numbered(1),
		numbered(2),
	};

	judge_doubled(s, &doubled);
}

static void break_dropped(struct scene *s)
{
	const struct dropped_tag_fact dropped = {
		"refs/tags/a", numbered(1), NULL, NULL, 0,
	};

	judge_dropped(s, &dropped);
}

static void break_start(struct scene *s)
{
	struct commit_fact commit = signed_commit(0);

	commit.is_loose_root = true;
	judge_commit(s, &commit);
}

static void break_sign_off(struct scene *s)
{
	judge_sign_off(s, somebody, another, "");
}

static const struct breach breaches[] = {
	{ RULE_SHARED_TAG, SEVERITY_ERROR, break_object },
	{ RULE_SHARED_TAG, SEVERITY_ERROR, break_fault },
	{ RULE_SHARED_TAG, SEVERITY_ERROR, break_tag_base },
	{ RULE_SHARED_TAG, SEVERITY_WARN, break_name },
	{ RULE_TAG_CONSUMER, SEVERITY_ERROR, break_consumer },
	{ RULE_REBASED_TAG, SEVERITY_ERROR, break_copy },
	{ RULE_REBASED_TAG, SEVERITY_ERROR, break_dropped },
	{ RULE_REBASED_TAG, SEVERITY_WARN, break_doubled },
	{ RULE_DUPLICATE_PATCH, SEVERITY_ERROR, break_duplicate },
	{ RULE_TAGGED_BASE, SEVERITY_ERROR, break_start },
	{ RULE_SIGN_OFF, SEVERITY_ERROR, break_sign_off },
};

static void test_severities(void **state)
{
	(void)state;
	assert_severities(breaches, ARRAY_SIZE(breaches));
}

static void test_never_one_that_is_off(void **state)
{
	(void)state;
	assert_off_is_silent(breaches, ARRAY_SIZE(breaches));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCENE_TEST(test_shared_tag_accepts),
		cmocka_unit_test(test_shared_tag_object),
		SCENE_TEST(test_shared_tag_fault),
		SCENE_TEST(test_shared_tag_fault_says_why),
		cmocka_unit_test(test_shared_tag_fault_within_draft),
		SCENE_TEST(test_shared_tag_many_faults),
		cmocka_unit_test(test_shared_tag_base),
		SCENE_TEST(test_shared_tag_many_bases),
		cmocka_unit_test(test_shared_tag_name),
		SCENE_TEST(test_shared_tag_all_at_once),
		cmocka_unit_test(test_tag_consumer),
		SCENE_TEST(test_tag_consumer_of_many),
		SCENE_TEST(test_no_copy),
		cmocka_unit_test(test_rebased_tag),
		SCENE_TEST(test_rebased_hidden_tag),
		SCENE_TEST(test_doubled_tags),
		cmocka_unit_test(test_lost_tag),
		cmocka_unit_test(test_lost_tag_kept),
		cmocka_unit_test(test_duplicate_patch),
		SCENE_TEST(test_duplicate_of_frozen),
		SCENE_TEST(test_tagged_base_accepts),
		SCENE_TEST(test_tagged_base),
		SCENE_TEST(test_tagged_base_of_patterns),
		SCENE_TEST(test_tagged_base_root),
		cmocka_unit_test(test_sign_off),
		SCENE_TEST(test_sign_off_without_address),
		cmocka_unit_test(test_sign_off_skips_merges),
		SCENE_TEST(test_unknown_fix),
		cmocka_unit_test(test_severities),
		cmocka_unit_test(test_never_one_that_is_off),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
