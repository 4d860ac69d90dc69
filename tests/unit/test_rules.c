/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "facts/consent.h"
#include "scene.h"

/* Refs */

static struct ref_fact ref_of(const struct scene *s, const char *name,
			      unsigned char old, unsigned char new,
			      enum object_type type)
{
	return (struct ref_fact){
		.name = name, .old = numbered(old), .new = numbered(new),
		.new_type = new ? type : OBJECT_MISSING,
		.rule = govern_ref(s->policy, s->facts.tree, name),
	};
}

static void judge_ref(struct scene *s, const struct ref_fact *ref)
{
	s->facts.refs = ref;
	s->facts.n_refs = 1;
	rules_judge_refs(&s->facts, &s->verdict);
	s->facts.refs = NULL;
	s->facts.n_refs = 0;
}

/* Commits */

/* Judges a commit that changes the paths, up to the first NULL. */
static void judge_work(struct scene *s, const char *const *names,
		       const struct commit_text *text)
{
	struct path_fact paths[8] = { { 0 } };
	struct commit_fact commit = commit_of(paths, 0, 1);

	commit.text = *text;
	for (; names[commit.n_paths]; commit.n_paths++)
		paths[commit.n_paths] = (struct path_fact)
			PATH(names[commit.n_paths], PATH_CHANGED, true);
	judge_commit(s, &commit);
}

static void judge_change(struct scene *s, const char *const *names,
			 const char *message)
{
	judge_work(s, names, &(struct commit_text){
		.subject = "a subject", .author = "", .committer = "",
		.message = message, .message_len = strlen(message),
	});
}

/* The same without trailers, of that author and committer. */
static void judge_by(struct scene *s, const char *const *names,
		     const char *author, const char *committer)
{
	judge_work(s, names, &(struct commit_text){
		.subject = "a subject", .message = "",
		.author = author, .author_len = strlen(author),
		.committer = committer, .committer_len = strlen(committer),
	});
}

#define PATHS(...) ((const char *const[]){ __VA_ARGS__, NULL })

/* foreign-path */

static void test_foreign_path(void **state)
{
	struct scene *s = *state;
	const struct finding *f;
	struct oid oid = numbered(77), via = numbered(78);

	judge_change(s, PATHS("virt/ours.c", "arch/x86/a.c",
			      "kernel/time/b.c", "net/c.c"), "");
	f = only_finding(s, RULE_FOREIGN_PATH, SEVERITY_ERROR);
	assert_string_equal(f->ref, "refs/heads/main");
	assert_string_equal(f->subject, "a subject");
	assert_true(oid_equal(&f->commit, &oid));
	assert_true(oid_equal(&f->via, &via));
	assert_null(f->tag);
	assert_int_equal(f->line, line_of(s, "path = arch/x86/\n"));
	assert_int_equal(f->n_paths, 3);
	assert_string_equal(f->paths[0].path, "arch/x86/a.c");
	assert_string_equal(f->paths[0].subsystem, "x86");
	assert_string_equal(f->paths[0].tree, "tip");
	assert_string_equal(f->paths[1].subsystem, "timers");
	assert_string_equal(f->paths[2].tree, "net");
	assert_holds(f->why, "owned by tip and net, not by kvm");
	assert_holds(f->fix, "tip or net");
}

/* With `owners = any`, one owner's tree is enough. */
static void test_foreign_path_accepts(void **state)
{
	struct scene *s = *state;
	static const char *const paths[] = {
		"virt/a.c", "arch/x86/kvm/mmu.c", "net/vmw_vsock/kvm/a.c",
		"Documentation/a.rst", "no-subsystem.c", "arch/x86",
	};

	for (size_t i = 0; i + 1 < ARRAY_SIZE(paths); i++) {
		judge_change(s, PATHS(paths[i]), "");
		if (s->verdict.n)
			fail_msg("%s is refused", paths[i]);
	}
	judge_change(s, (const char *const[]){ NULL }, "");
	assert_int_equal(s->verdict.n, 0);
	/* The directory itself, turned into a file. */
	judge_change(s, PATHS(paths[ARRAY_SIZE(paths) - 1]), "");
	assert_int_equal(s->verdict.n, 1);
}

/* Two subsystems of other trees: each is named. */
static void test_foreign_path_of_two(void **state)
{
	struct scene *s = *state;
	const struct finding *f;

	judge_change(s, PATHS("drivers/both/a.c"), "");
	f = only_finding(s, RULE_FOREIGN_PATH, SEVERITY_ERROR);
	assert_int_equal(f->n_paths, 2);
	assert_string_equal(f->paths[0].subsystem, "net");
	assert_string_equal(f->paths[1].subsystem, "timers");
	assert_string_equal(f->paths[0].path, f->paths[1].path);
}

/* The other side of a rename or a deletion counts as much. */
static void test_foreign_path_deleted(void **state)
{
	struct scene *s = *state;
	struct path_fact path = PATH("arch/x86/a.c", PATH_CHANGED, false);
	struct commit_fact commit = commit_of(&path, 1, 1);

	judge_commit(s, &commit);
	only_finding(s, RULE_FOREIGN_PATH, SEVERITY_ERROR);
}

static void test_foreign_path_root_commit(void **state)
{
	struct scene *s = *state;
	struct path_fact path = PATH("arch/x86/a.c", PATH_CHANGED, true);
	struct commit_fact commit = commit_of(&path, 1, 0);

	judge_commit(s, &commit);
	only_finding(s, RULE_FOREIGN_PATH, SEVERITY_ERROR);
}

static void test_foreign_path_says_why_no_tag_helps(void **state)
{
	struct scene *s = *state;
	struct path_fact path = PATH("arch/x86/a.c", PATH_CHANGED, true);
	struct commit_fact commit = commit_of(&path, 1, 1);

	commit.unvouched = "noinstr-x is unsigned";
	judge_commit(s, &commit);
	assert_holds(only_finding(s, RULE_FOREIGN_PATH, SEVERITY_ERROR)->why,
		     "; noinstr-x is unsigned");
}

static void test_unowned(void **state)
{
	struct scene *s = *state;
	const struct finding *f;

	scene_change(s, "unowned = deny\n", "");
	judge_change(s, PATHS("virt/a.c", "Documentation/a"), "");
	assert_int_equal(s->verdict.n, 0);
	judge_change(s, PATHS("nobody.c"), "");
	f = only_finding(s, RULE_FOREIGN_PATH, SEVERITY_ERROR);
	assert_int_equal(f->line, line_of(s, "[policy]"));
	assert_int_equal(f->n_paths, 1);
	assert_null(f->paths[0].subsystem);
	assert_null(f->paths[0].tree);
	assert_holds(f->why, "unowned = deny");
}

static void test_nearest(void **state)
{
	static const char both[] = "[subsystem \"apic\"]\ntree = tip\n"
		"path = arch/x86/kvm/apic.c\n[subsystem \"more\"]\n"
		"tree = kvm\npath = net/more/\n";
	struct scene any, nearest;

	(void)state;
	scene_init(&any, "owners = any\n", both);
	scene_init(&nearest, "owners = nearest\n", both);
	judge_change(&any, PATHS("arch/x86/kvm/apic.c", "net/more/a"), "");
	assert_int_equal(any.verdict.n, 0);
	judge_change(&nearest, PATHS("arch/x86/kvm/mmu.c", "net/more/a"), "");
	assert_int_equal(nearest.verdict.n, 0);
	judge_change(&nearest, PATHS("arch/x86/kvm/apic.c"), "");
	assert_string_equal(only_finding(&nearest, RULE_FOREIGN_PATH,
					 SEVERITY_ERROR)->paths[0].subsystem,
			    "apic");
	scene_release(&any);
	scene_release(&nearest);
}

static void test_commons(void **state)
{
	struct scene *s = *state;

	scene_change(s, "unowned = deny\ncommons = MAINTAINERS\n"
		     "commons = arch/x86/Kconfig\n", "");
	judge_change(s, PATHS("MAINTAINERS", "arch/x86/Kconfig"), "");
	assert_int_equal(s->verdict.n, 0);
	judge_change(s, PATHS("MAINTAINERS", "arch/x86/Makefile"), "");
	assert_int_equal(only_finding(s, RULE_FOREIGN_PATH,
				      SEVERITY_ERROR)->n_paths, 1);
}

/* Acked-by */

static const char accept_ack[] =
	"[rule \"foreign-path\"]\naccept-ack = yes\n";

static size_t findings(const char *tail, const char *const *paths,
		       const char *message)
{
	struct scene s;
	size_t n;

	scene_init(&s, "", tail);
	judge_change(&s, paths, message);
	n = s.verdict.n;
	scene_release(&s);
	return n;
}

static void test_ack_counts_where_told(void **state)
{
	static const char message[] =
		"s\n\nAcked-by: Thomas Gleixner <tglx@example.org>\n";
	static const char no[] = "[rule \"foreign-path\"]\naccept-ack = no\n";
	const char *const *path = PATHS("arch/x86/a.c");

	(void)state;
	assert_int_equal(findings(accept_ack, path, message), 0);
	assert_int_equal(findings(accept_ack, path, "s\n"), 1);
	assert_int_equal(findings("", path, message), 1);
	assert_int_equal(findings(no, path, message), 1);
}

static void test_acks(void **state)
{
	static const struct {
		const char *trailers;
		size_t wanted;
	} cases[] = {
		{ "Acked-by: Thomas Gleixner <tglx@example.org>", 0 },
		{ "Acked-by: Ingo Molnar <mingo@example.org>", 0 },
		{ "Acked-by: tglx@example.org", 0 },
		{ "Acked-by: X <x@example.org>\n"
		  "Acked-by: T <TGLX@example.org>", 0 },
		{ "Acked-by: X <x@example.org>", 1 },
		{ "Acked-by: Thomas Gleixner <tglx@example.org.evil>", 1 },
		{ "Acked-by: Thomas Gleixner <xtglx@example.org>", 1 },
		{ "Acked-by: Thomas Gleixner <>", 1 },
		{ "Acked-by: Thomas Gleixner", 1 },
		{ "Acked-by: <tglx@example.org> <x@example.org>", 1 },
		{ "Acked-by:", 1 },
		{ "Cc: Thomas Gleixner <tglx@example.org>", 1 },
		{ "Reviewed-by: Thomas Gleixner <tglx@example.org>", 1 },
		{ "Tested-by: Thomas Gleixner <tglx@example.org>", 1 },
		{ "Acked-for-MFD-by: T <tglx@example.org>", 1 },
		{ "Not-Acked-by: T <tglx@example.org>", 1 },
		{ "acked-by: T <tglx@example.org>", 1 },
		{ "Acked-by: T <tglx@example.org>\n\nand more text", 1 },
		/* kvm's is not asked, net's is no owner */
		{ "Acked-by: D <davem@example.org>", 1 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char *message = xasprintf("s\n\nbody\n\n%s\n",
					  cases[i].trailers);

		if (findings(accept_ack, PATHS("arch/x86/a.c"), message) !=
		    cases[i].wanted)
			fail_msg("%s", cases[i].trailers);
		free(message);
	}
}

/* Each subsystem asks for its own. */
static void test_ack_of_every_owner(void **state)
{
	const char *const *one = PATHS("drivers/both/a.c");
	const char *const *two = PATHS("net/a.c", "arch/x86/b.c");
	const char *tglx = "s\n\nAcked-by: T <tglx@example.org>\n";
	const char *davem = "s\n\nAcked-by: D <davem@example.org>\n";
	const char *both = "s\n\nAcked-by: D <davem@example.org>\n"
		"Acked-by: T <tglx@example.org>\n";

	(void)state;
	assert_int_equal(findings(accept_ack, one, tglx), 1);
	assert_int_equal(findings(accept_ack, one, davem), 1);
	assert_int_equal(findings(accept_ack, one, both), 0);
	assert_int_equal(findings(accept_ack, two, tglx), 1);
	assert_int_equal(findings(accept_ack, two, davem), 1);
	assert_int_equal(findings(accept_ack, two, both), 0);
}

/* What is acked is not listed beside what is not. */
static void test_ack_of_some_paths(void **state)
{
	struct scene *s = *state;
	const struct finding *f;

	scene_change(s, "", accept_ack);
	judge_change(s, PATHS("arch/x86/b.c", "net/a.c"),
		     "s\n\nAcked-by: T <tglx@example.org>\n");
	f = only_finding(s, RULE_FOREIGN_PATH, SEVERITY_ERROR);
	assert_int_equal(f->n_paths, 1);
	assert_string_equal(f->paths[0].path, "net/a.c");
	assert_null(strstr(f->why, "tip"));
}

/* Nobody can ack what nobody owns. */
static void test_ack_of_nobody(void **state)
{
	struct scene *s = *state;

	scene_change(s, "unowned = deny\n", accept_ack);
	judge_change(s, PATHS("nobody.c"),
		     "s\n\nAcked-by: T <tglx@example.org>\n");
	only_finding(s, RULE_FOREIGN_PATH, SEVERITY_ERROR);
}

/* The author and the committer */

#define TGLX "Thomas <TGLX@example.org> 1 +0000"
#define OTHER "Some Body <body@example.org> 1 +0000"

static size_t found_of(const char *tail, const char *const *paths,
		       const char *author, const char *committer)
{
	struct scene s;
	size_t n;

	scene_init(&s, "", tail);
	judge_by(&s, paths, author, committer);
	n = s.verdict.n;
	scene_release(&s);
	return n;
}

/* With accept-ack, a maintainer who commits his own work has said yes. */
static void test_author_who_maintains(void **state)
{
	const char *const *x86 = PATHS("arch/x86/a.c", "kernel/time/a.c");

	(void)state;
	assert_int_equal(found_of(accept_ack, x86, TGLX, TGLX), 0);
	assert_int_equal(found_of("", x86, TGLX, TGLX), 1);
	assert_int_equal(found_of(accept_ack, x86, TGLX, OTHER), 1);
	assert_int_equal(found_of(accept_ack, x86, OTHER, TGLX), 1);
	assert_int_equal(found_of(accept_ack, x86, OTHER, OTHER), 1);
	assert_int_equal(found_of(accept_ack, PATHS("arch/x86/a.c", "net/a"),
				  TGLX, TGLX), 1);
	/* Who has no address is nobody. */
	assert_int_equal(found_of(accept_ack, x86, "", ""), 1);
	assert_int_equal(found_of(accept_ack, x86, "A <> 1 +0000",
				  "A <> 1 +0000"), 1);
}

/* A committer counts where he maintains all that is foreign. */
static void test_committer_who_maintains(void **state)
{
	static const char yes[] =
		"[rule \"foreign-path\"]\naccept-committer = yes\n";
	static const char no[] =
		"[rule \"foreign-path\"]\naccept-committer = no\n";
	const char *const *x86 = PATHS("arch/x86/a.c", "kernel/time/a.c");

	(void)state;
	assert_int_equal(found_of(yes, x86, OTHER, TGLX), 0);
	assert_int_equal(found_of(yes, x86, TGLX, OTHER), 1);
	assert_int_equal(found_of(no, x86, OTHER, TGLX), 1);
	assert_int_equal(found_of("", x86, OTHER, TGLX), 1);
	assert_int_equal(found_of(yes, PATHS("arch/x86/a.c", "net/a"), OTHER,
				  TGLX), 1);
	assert_int_equal(found_of(yes, x86, OTHER, ""), 1);
}

/* Who may agree for owners of the path, without `accept-` settings. */
static void assert_consent(const struct scene *s, const char *path,
			   bool wanted)
{
	struct path_fact fact = PATH(path, PATH_CHANGED, true);
	struct commit_fact commit = commit_of(&fact, 1, 1);
	struct path_owners owners = { 0 };
	struct consent consent;

	commit.text = (struct commit_text){
		.author = TGLX, .author_len = strlen(TGLX),
		.committer = TGLX, .committer_len = strlen(TGLX),
		.message = "",
	};
	find_owners(s, &owners, &fact, 1);
	consent_read(&commit, &consent);
	assert_int_equal(is_acked(&consent, &fact.owners), wanted);
	assert_int_equal(committer_maintains(&consent, &fact.owners), wanted);
	consent_release(&consent);
	path_owners_release(&owners);
}

/* A subsystem that no tree has has nobody who could agree. */
static void test_consent_without_tree(void **state)
{
	const struct scene *s = *state;

	assert_consent(s, "kernel/time/a.c", true);
	assert_consent(s, "net/a.c", false);
	assert_consent(s, "Documentation/a", false);
	assert_consent(s, "nobody.c", false);
}

/* The owners of paths */

/* Number `i` is nobody's or net's alone, or net's and tip's. */
static char *path_number(size_t i)
{
	static const char *const dirs[] = { "lib", "net", "drivers/both" };

	return xasprintf("%s/%zu", dirs[i % ARRAY_SIZE(dirs)], i);
}

/* Looks up the paths `first` to `first + n - 1` together. */
static void assert_owners(const struct scene *s, struct path_owners *owners,
			  size_t first, size_t n)
{
	static const char *const trees[] = { "net", "tip" };
	struct path_fact *paths = xcalloc(n, sizeof(*paths));

	for (size_t i = 0; i < n; i++)
		paths[i].path = path_number(first + i);
	find_owners(s, owners, paths, n);
	for (size_t i = 0; i < n; i++) {
		const struct owners *found = &paths[i].owners;

		assert_int_equal(found->n, (first + i) % 3);
		for (size_t k = 0; k < found->n; k++)
			assert_true(values_have(&found->v[k].subsystem->tree,
						trees[k]));
		free((char *)paths[i].path);
	}
	free(paths);
}

/* More paths than are remembered: at once, and one commit after the other. */
static void test_owners_of_many_paths(void **state)
{
	struct path_owners owners = { 0 };

	assert_owners(*state, &owners, 0, 5);
	assert_owners(*state, &owners, 1, 20000);
	assert_owners(*state, &owners, 2, 20000);
	for (size_t i = 0; i < 40000; i += 900)
		assert_owners(*state, &owners, i, 1000);
	path_owners_release(&owners);
}

/* What there is to do */

static void assert_fix(const char *tail, const char *author,
		       const char *const *paths, const char *has,
		       const char *lacks)
{
	const struct finding *f;
	struct scene s;

	scene_init(&s, "", tail);
	judge_by(&s, paths, author, OTHER);
	f = only_finding(&s, RULE_FOREIGN_PATH, SEVERITY_ERROR);
	assert_holds(f->fix, has);
	if (lacks && strstr(f->fix, lacks))
		fail_msg("'%s' in '%s'", lacks, f->fix);
	scene_release(&s);
}

/* What there is to do is what this policy accepts, from whom it does. */
static void test_ways_in(void **state)
{
	static const char both[] = "[rule \"foreign-path\"]\n"
		"accept-ack = yes\naccept-committer = yes\n";
	const char *const *x86 = PATHS("arch/x86/a.c");

	(void)state;
	assert_fix("", OTHER, x86, "hand it to tip, or pull a shared tag of "
		   "tip that carries it", "Acked-by");
	assert_fix(accept_ack, OTHER, x86, "or get an Acked-by: of Thomas "
		   "Gleixner <tglx@example.org> or Ingo Molnar "
		   "<mingo@example.org> (x86)", "somebody");
	assert_fix(accept_ack, TGLX, x86, "or get an Acked-by: of Ingo Molnar "
		   "<mingo@example.org> (x86)", "Thomas");
	assert_fix(accept_ack, TGLX, PATHS("kernel/time/a.c"), "or get its "
		   "author to commit it himself (timers)", "Acked-by");
	assert_fix(accept_ack, OTHER, PATHS("arch/x86/a.c", "net/a.c"),
		   " (x86) and an Acked-by: of David <davem@example.org> "
		   "(net)", NULL);
	assert_fix(both, OTHER, x86, "or have somebody commit it who "
		   "maintains all of these paths", NULL);
	/* There is nobody to ask. */
	assert_fix("[rule \"foreign-path\"]\naccept-ack = yes\n"
		   "[tree \"rcu\"]\n[subsystem \"rcu\"]\ntree = rcu\n"
		   "path = kernel/rcu/\n", OTHER, PATHS("kernel/rcu/a.c"),
		   "hand it to rcu", "Acked-by");
}

/* Glue may come along with work of one's own, and with nothing else. */
static void test_incidental(void **state)
{
	static const char head[] = "incidental = **/Kconfig\n";
	struct path_fact path = PATH("arch/x86/Kconfig", PATH_CHANGED, true);
	struct commit_fact commit = commit_of(&path, 1, 1);
	struct scene s;

	(void)state;
	scene_init(&s, head, "");
	judge_change(&s, PATHS("virt/a.c", "arch/x86/Kconfig",
			       "net/b/Kconfig"), "");
	assert_int_equal(s.verdict.n, 0);
	/* What is this tree's own need not be listed. */
	commit.changes_own = true;
	judge_commit(&s, &commit);
	assert_int_equal(s.verdict.n, 0);
	commit.changes_own = false;
	judge_commit(&s, &commit);
	assert_int_equal(s.verdict.n, 1);
	/* Neither nobody's paths nor others' are one's own. */
	judge_change(&s, PATHS("Documentation/a", "arch/x86/Kconfig"), "");
	assert_int_equal(s.verdict.n, 2);
	judge_change(&s, PATHS("virt/a.c", "arch/x86/a.c",
			       "arch/x86/Kconfig"), "");
	assert_int_equal(s.verdict.n, 3);
	assert_int_equal(s.verdict.findings[2].n_paths, 1);
	assert_string_equal(s.verdict.findings[2].paths[0].path,
			    "arch/x86/a.c");
	scene_release(&s);
	scene_init(&s, "", "");
	judge_change(&s, PATHS("virt/a.c", "arch/x86/Kconfig"), "");
	assert_int_equal(s.verdict.n, 1);
	scene_release(&s);
}

/* What a tree changes by custom is said, and no error. */
static void test_neighbour(void **state)
{
	struct scene *s = *state;
	static const char tail[] = "[tree \"imx\"]\nneighbour = net/fec/\n"
		"[tree \"other\"]\n";
	const struct finding *f;

	scene_change(s, "", tail);
	s->facts.tree = policy_tree(s->policy, "imx");
	judge_change(s, PATHS("net/fec/a.c"), "");
	f = only_finding(s, RULE_FOREIGN_PATH, SEVERITY_INFO);
	assert_int_equal(f->line, line_of(s, "neighbour = net/fec/"));
	assert_holds(f->why, "owned by net, but imx changes such paths by "
		     "custom");
	assert_int_equal(f->n_paths, 1);
	assert_false(verdict_refuses(&s->verdict));
	judge_change(s, PATHS("net/fec/a.c", "net/a.c"), "");
	assert_int_equal(s->verdict.n, 3);
	assert_int_equal(s->verdict.findings[1].severity, SEVERITY_ERROR);
	assert_string_equal(s->verdict.findings[1].paths[0].path, "net/a.c");
	assert_int_equal(s->verdict.findings[2].severity, SEVERITY_INFO);
	s->facts.tree = policy_tree(s->policy, "other");
	judge_change(s, PATHS("net/fec/a.c"), "");
	assert_int_equal(s->verdict.findings[3].severity, SEVERITY_ERROR);
}

/* merge-changes */

static void judge_merge(struct scene *s, const char *path,
			enum path_kind kind, size_t n_parents)
{
	struct path_fact fact = PATH(path, kind, true);
	struct commit_fact commit = commit_of(&fact, 1, n_parents);

	judge_commit(s, &commit);
}

/* What each kind of path weighs; off: nothing. */
static void test_merge_changes(void **state)
{
	static const struct {
		const char *path;
		enum path_kind kind;
		enum severity wanted;
		const char *why, *line;
	} cases[] = {
		{ "arch/x86/a.c", PATH_MERGE_CHANGED, SEVERITY_ERROR,
		  "itself changes paths of tip:", "path = arch/x86/\n" },
		{ "arch/x86/a.c", PATH_RESOLVED, SEVERITY_WARN,
		  "by hand in paths of tip", "path = arch/x86/\n" },
		{ "virt/a.c", PATH_MERGE_CHANGED, SEVERITY_WARN,
		  "itself changes paths of kvm:", "path = virt/\n" },
		{ "virt/a.c", PATH_RESOLVED, SEVERITY_INFO,
		  "by hand in paths of kvm", "path = virt/\n" },
		{ "nobody.c", PATH_MERGE_CHANGED, SEVERITY_OFF, NULL, NULL },
		{ "nobody.c", PATH_RESOLVED, SEVERITY_OFF, NULL, NULL },
		{ "Documentation/a", PATH_MERGE_CHANGED, SEVERITY_OFF, NULL,
		  NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct finding *f;
		struct scene s;

		scene_init(&s, "", "");
		judge_merge(&s, cases[i].path, cases[i].kind, 2);
		if (cases[i].why) {
			f = only_finding(&s, RULE_MERGE_CHANGES,
					 cases[i].wanted);
			assert_holds(f->why, cases[i].why);
			assert_int_equal(f->line, line_of(&s, cases[i].line));
			assert_int_equal(f->n_paths, 1);
		} else {
			assert_int_equal(s.verdict.n, 0);
		}
		scene_release(&s);
	}
}

/* A path that the tree owns with others is its own. */
static void test_merge_shared_path(void **state)
{
	struct scene *s = *state;

	judge_merge(s, "arch/x86/kvm/a.c", PATH_MERGE_CHANGED, 2);
	only_finding(s, RULE_MERGE_CHANGES, SEVERITY_WARN);
}

/* All kinds in one merge: a finding for each, with its own paths. */
static void test_merge_of_all_kinds(void **state)
{
	struct scene *s = *state;
	struct path_fact paths[] = {
		PATH("arch/x86/a.c", PATH_RESOLVED, true),
		PATH("net/b.c", PATH_MERGE_CHANGED, true),
		PATH("virt/c.c", PATH_MERGE_CHANGED, true),
		PATH("net/d.c", PATH_RESOLVED, false),
		PATH("virt/e.c", PATH_RESOLVED, false),
	};
	struct commit_fact commit = commit_of(paths, ARRAY_SIZE(paths), 3);
	const struct finding *f;

	judge_commit(s, &commit);
	assert_int_equal(s->verdict.n, 4);
	f = s->verdict.findings;
	assert_int_equal(f[0].severity, SEVERITY_ERROR);
	assert_int_equal(f[0].n_paths, 1);
	assert_string_equal(f[0].paths[0].path, "net/b.c");
	assert_int_equal(f[1].severity, SEVERITY_WARN);
	assert_int_equal(f[1].n_paths, 1);
	assert_string_equal(f[1].paths[0].path, "virt/c.c");
	assert_int_equal(f[2].severity, SEVERITY_WARN);
	assert_int_equal(f[2].n_paths, 2);
	assert_holds(f[2].why, "tip and net");
	assert_int_equal(f[3].severity, SEVERITY_INFO);
	assert_string_equal(f[3].paths[0].path, "virt/e.c");
}

static void test_merge_unowned(void **state)
{
	struct scene *s = *state;

	scene_change(s, "unowned = deny\ncommons = MAINTAINERS\n", "");
	judge_merge(s, "MAINTAINERS", PATH_MERGE_CHANGED, 2);
	assert_int_equal(s->verdict.n, 0);
	judge_merge(s, "nobody.c", PATH_MERGE_CHANGED, 2);
	assert_holds(only_finding(s, RULE_MERGE_CHANGES, SEVERITY_ERROR)->why,
		     "that no subsystem claims");
}

/* A merge is one rule's business, any other commit the other's. */
static void test_merges_and_others(void **state)
{
	struct scene s;

	(void)state;
	for (size_t n_parents = 0; n_parents < 4; n_parents++) {
		scene_init(&s, "", "");
		judge_merge(&s, "arch/x86/a.c", PATH_MERGE_CHANGED, n_parents);
		only_finding(&s, n_parents < 2 ? RULE_FOREIGN_PATH :
			     RULE_MERGE_CHANGES, SEVERITY_ERROR);
		scene_release(&s);
	}
}

/* forbidden-base */

/* Adds `n` commits in a row; the first is the tip. */
static uint32_t add_chain(struct scene *s, unsigned char n)
{
	uint32_t tip = DAG_NONE;

	for (unsigned char i = 0; i < n; i++) {
		struct oid oid = numbered((unsigned char)(i + 1));
		uint32_t node = dag_add(&s->dag, &oid, 1);

		s->dag.nodes[node].flags = IN_N;
		if (i)
			dag_parents(&s->dag, node - 1)[0] = node;
		else
			tip = node;
	}
	return tip;
}

static struct commit_fact commit_in(const struct scene *s, uint32_t tip,
				    uint32_t node)
{
	struct commit_fact commit = commit_of(NULL, 0, 1);

	commit.tip = tip;
	commit.node = node;
	commit.oid = s->dag.nodes[node].oid;
	return commit;
}

static void test_integration_chain(void **state)
{
	struct scene *s = *state;
	struct commit_fact commit;
	const struct finding *f;
	uint32_t tip;

	tip = add_chain(s, 3);
	commit = commit_in(s, tip, tip + 2);
	judge_commit(s, &commit);
	assert_int_equal(s->verdict.n, 0);
	commit.integration = policy_tree(s->policy, "next");
	commit.integration_ref = "refs/tags/next-20200506";
	judge_commit(s, &commit);
	f = only_finding(s, RULE_FORBIDDEN_BASE, SEVERITY_ERROR);
	assert_int_equal(f->line, line_of(s, "[tree \"next\"]"));
	assert_true(oid_equal(&f->commit, &commit.oid));
	assert_holds(f->why, "refs/tags/next-20200506");
	assert_holds(f->why, "010000000000 -> 020000000000 -> 030000000000");
	assert_holds(f->fix, "git rebase --onto");
}

static void test_way_is_cut_in_the_middle(void **state)
{
	struct scene *s = *state;
	struct commit_fact commit;
	uint32_t tip;

	tip = add_chain(s, 20);
	commit = commit_in(s, tip, tip + 19);
	commit.integration = policy_tree(s->policy, "next");
	commit.integration_ref = "r";
	judge_commit(s, &commit);
	assert_holds(only_finding(s, RULE_FORBIDDEN_BASE, SEVERITY_ERROR)->why,
		     ": 010000000000 -> 020000000000 -> 030000000000 -> "
		     "040000000000 ... (12 more) -> 110000000000 -> "
		     "120000000000 -> 130000000000 -> 140000000000");
}

/* The shortest way, and a new one for another tip. */
static void test_way_of_each_tip(void **state)
{
	struct scene *s = *state;
	struct commit_fact commit;
	struct oid oid = numbered(9);
	uint32_t tip, other;

	tip = add_chain(s, 6);
	other = dag_add(&s->dag, &oid, 2);
	dag_parents(&s->dag, other)[0] = tip;
	dag_parents(&s->dag, other)[1] = tip + 4;
	s->dag.nodes[other].flags = IN_N;
	for (int i = 0; i < 2; i++) {
		commit = commit_in(s, i ? other : tip, tip + 5);
		commit.integration = policy_tree(s->policy, "next");
		commit.integration_ref = "r";
		judge_commit(s, &commit);
	}
	commit = commit_in(s, other, other);
	commit.integration = policy_tree(s->policy, "next");
	commit.integration_ref = "r";
	judge_commit(s, &commit);
	assert_int_equal(s->verdict.n, 3);
	assert_holds(s->verdict.findings[0].why, ": 010000000000 -> 0200");
	assert_holds(s->verdict.findings[1].why, ": 090000000000 -> "
		     "050000000000 -> 060000000000");
	assert_holds(s->verdict.findings[2].why, ": 090000000000");
	assert_null(strstr(s->verdict.findings[2].why, "->"));
}

static void test_marker_subject(void **state)
{
	static const struct {
		const char *subject;
		size_t wanted;
	} cases[] = {
		{ "Add linux-next specific files for 20200506", 1 },
		{ "Add linux-next specific files for ", 1 },
		{ "Add linux-next specific files", 0 },
		{ "Revert \"Add linux-next specific files for 20200506\"", 0 },
		{ "add linux-next specific files for 20200506", 0 },
		{ "", 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct commit_fact commit;
		struct scene s;

		scene_init(&s, "", "");
		commit = commit_in(&s, 0, add_chain(&s, 1));
		commit.text.subject = cases[i].subject;
		judge_commit(&s, &commit);
		if (s.verdict.n != cases[i].wanted)
			fail_msg("'%s'", cases[i].subject);
		if (s.verdict.n)
			assert_int_equal(only_finding(&s, RULE_FORBIDDEN_BASE,
						      SEVERITY_ERROR)->line,
					 line_of(&s, "marker-subject"));
		scene_release(&s);
	}
}

static void judge_marker(struct scene *s, struct path_fact path,
			 size_t n_parents)
{
	struct commit_fact commit = commit_in(s, 0, s->dag.n ? 0 :
					      add_chain(s, 1));

	commit.paths = &path;
	commit.n_paths = 1;
	commit.n_parents = n_parents;
	judge_commit(s, &commit);
}

static void test_marker_path(void **state)
{
	struct scene *s = *state;

	judge_marker(s, (struct path_fact)
		     PATH("Next/Trees", PATH_CHANGED, true), 1);
	/* The commit that takes the mark away bears it no more. */
	judge_marker(s, (struct path_fact)
		     PATH("Next/SHA1s", PATH_CHANGED, false), 1);
	assert_int_equal(s->verdict.n, 0);
	judge_marker(s, (struct path_fact)
		     PATH("Next/SHA1s", PATH_CHANGED, true), 1);
	assert_int_equal(only_finding(s, RULE_FORBIDDEN_BASE,
				      SEVERITY_ERROR)->line,
			 line_of(s, "marker-path"));
	assert_holds(s->verdict.findings[0].why, "'Next/SHA1s' of next");
	judge_marker(s, (struct path_fact)
		     PATH("Next/SHA1s", PATH_MERGE_CHANGED, true), 2);
	assert_int_equal(s->verdict.n, 2);
}

/* Marks are an integration tree's. */
static void test_marker_of_another_role(void **state)
{
	struct scene *s = *state;

	for (size_t i = 0; i < s->policy->n_trees; i++)
		s->policy->trees[i].role = ROLE_MAINTAINER;
	judge_marker(s, (struct path_fact)
		     PATH("Next/SHA1s", PATH_CHANGED, true), 1);
	assert_int_equal(s->verdict.n, 0);
}

/* immutable-tag */

static void test_immutable(void **state)
{
	struct scene *s = *state;
	const struct finding *f;
	struct ref_fact ref;

	ref = ref_of(s, "refs/tags/v1", 1, 2, OBJECT_TAG);
	judge_ref(s, &ref);
	f = only_finding(s, RULE_IMMUTABLE_TAG, SEVERITY_ERROR);
	assert_string_equal(f->ref, "refs/tags/v1");
	assert_string_equal(f->tag, "v1");
	assert_true(oid_is_zero(&f->commit));
	assert_int_equal(f->line, line_of(s, "tag = v*"));
	assert_holds(f->why, "replaces");
	assert_holds(f->fix, "v1-v2");
}

/* Frozen whatever else it is. */
static void test_immutable_of_integration(void **state)
{
	struct scene *s = *state;
	struct ref_fact ref;

	scene_change(s, "", "[immutable \"next\"]\ntag = next-*\n");
	ref = ref_of(s, "refs/tags/next-1", 1, 0, OBJECT_MISSING);
	judge_ref(s, &ref);
	only_finding(s, RULE_IMMUTABLE_TAG, SEVERITY_ERROR);
}

/* protected-ref */

static void assert_protected(struct scene *s, const struct ref_fact *ref,
			     const char *why)
{
	const struct finding *f;

	judge_ref(s, ref);
	f = only_finding(s, RULE_PROTECTED_REF, SEVERITY_ERROR);
	assert_string_equal(f->ref, ref->name);
	assert_holds(f->why, why);
}

static void test_protected_names(void **state)
{
	static const struct {
		const char *name;
		unsigned char old, new;
		const char *unproven, *why;
	} cases[] = {
		{ "refs/tags/next-1", 1, 0, NULL, "deletes" },
		{ "refs/tags/next-1", 1, 2, NULL, "moves" },
		{ "refs/tags/v1", 0, 2, "it is not signed", "not signed" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct ref_fact ref;
		struct scene s;

		scene_init(&s, "", "");
		ref = ref_of(&s, cases[i].name, cases[i].old, cases[i].new,
			     cases[i].new ? OBJECT_TAG : OBJECT_MISSING);
		ref.unproven = cases[i].unproven;
		assert_protected(&s, &ref, cases[i].why);
		scene_release(&s);
	}
}

static void test_immutable_accepts(void **state)
{
	struct scene *s = *state;
	static const struct {
		const char *name;
		unsigned char old, new;
	} cases[] = {
		{ "refs/tags/v1", 0, 2 }, { "refs/tags/v1", 2, 2 },
		{ "refs/tags/x", 1, 2 }, { "refs/tags/x", 1, 0 },
		{ "refs/tags/noinstr-a", 0, 2 },
		{ "refs/tags/draft-a", 1, 0 }, { "refs/tags/draft-a", 0, 2 },
		{ "refs/tags/next-1", 0, 2 }, { "refs/tags/next-1", 2, 2 },
		{ "refs/other/v1", 1, 2 },
	};

	scene_change(s, "", "[immutable \"next\"]\ntag = next-*\n");
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct ref_fact ref = ref_of(s, cases[i].name, cases[i].old,
					     cases[i].new, OBJECT_TAG);

		judge_ref(s, &ref);
		if (s->verdict.n)
			fail_msg("%s: %s", cases[i].name,
				 s->verdict.findings[0].why);
	}
}

static void redo_draft(struct scene *s)
{
	struct ref_fact ref = ref_of(s, "refs/tags/draft-a", 1, 2, OBJECT_TAG);

	judge_ref(s, &ref);
}

/* A draft may be redone; that is said, and refuses nothing. */
static void test_immutable_redone_draft(void **state)
{
	struct scene *s = *state;
	const struct finding *f;

	redo_draft(s);
	assert_int_equal(s->verdict.n, 1);
	f = &s->verdict.findings[0];
	assert_int_equal(f->severity, SEVERITY_INFO);
	assert_string_equal(f->tag, "draft-a");
	assert_string_equal(f->why, "draft draft-a is redone, and whoever "
			    "fetched it still has the old one");
	assert_false(verdict_refuses(&s->verdict));
	scene_change(s, "", "[rule \"immutable-tag\"]\nseverity = warn\n");
	redo_draft(s);
	assert_int_equal(s->verdict.findings[0].severity, SEVERITY_INFO);
	scene_change(s, "", "[rule \"immutable-tag\"]\nseverity = off\n");
	redo_draft(s);
	assert_int_equal(s->verdict.n, 0);
}

static void test_immutable_refuses(void **state)
{
	static const struct {
		const char *name;
		unsigned char new;
		enum object_type type;
		enum draft_state draft;
		const char *why, *line;
	} cases[] = {
		{ "refs/tags/v1", 0, OBJECT_MISSING, DRAFT_UNMERGED,
		  "deletes", "tag = v*" },
		{ "refs/tags/v1", 2, OBJECT_COMMIT, DRAFT_UNMERGED,
		  "lightweight", "tag = v*" },
		{ "refs/tags/v1", 2, OBJECT_BLOB, DRAFT_UNMERGED,
		  "lightweight", "tag = v*" },
		{ "refs/tags/noinstr-a", 2, OBJECT_TAG, DRAFT_UNMERGED,
		  "once they are pushed", "[shared-tag \"noinstr" },
		{ "refs/tags/noinstr-a", 2, OBJECT_COMMIT, DRAFT_UNMERGED,
		  "lightweight", "[shared-tag \"noinstr" },
		{ "refs/tags/noinstr-a", 0, OBJECT_MISSING, DRAFT_UNMERGED,
		  "deletes", "[shared-tag \"noinstr" },
		{ "refs/tags/draft-a", 2, OBJECT_TAG, DRAFT_MERGED,
		  "a governed branch contains it", "[shared-tag \"draft" },
		{ "refs/tags/draft-a", 0, OBJECT_MISSING, DRAFT_MERGED,
		  "deletes", "[shared-tag \"draft" },
		{ "refs/tags/draft-a", 2, OBJECT_TAG, DRAFT_UNKNOWN,
		  "nobody can tell whether", "[shared-tag \"draft" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct finding *f;
		struct ref_fact ref;
		struct scene s;

		scene_init(&s, "", "");
		ref = ref_of(&s, cases[i].name, 1, cases[i].new,
			     cases[i].type);
		ref.draft = cases[i].draft;
		judge_ref(&s, &ref);
		f = only_finding(&s, RULE_IMMUTABLE_TAG, SEVERITY_ERROR);
		assert_holds(f->why, cases[i].why);
		assert_int_equal(f->line, line_of(&s, cases[i].line));
		scene_release(&s);
	}
}

/* The new name is of the form that the policy wants. */
static void test_immutable_format(void **state)
{
	struct scene *s = *state;
	struct ref_fact ref = ref_of(s, "refs/tags/topic-x-2024-02-29", 1, 2,
				     OBJECT_TAG);
	const struct finding *f;

	judge_ref(s, &ref);
	f = only_finding(s, RULE_IMMUTABLE_TAG, SEVERITY_ERROR);
	assert_holds(f->fix, "under a new name of the form "
		     "topic-<topic>-<YYYY>-<MM>-<DD>, and leave "
		     "topic-x-2024-02-29 as it is");
}

/* Both an immutable tag and a draft: it is immutable. */
static void test_immutable_before_draft(void **state)
{
	struct scene *s = *state;
	struct ref_fact ref;

	scene_change(s, "", "[immutable \"drafts\"]\ntag = draft-final-*\n");
	ref = ref_of(s, "refs/tags/draft-final-1", 1, 2, OBJECT_TAG);
	judge_ref(s, &ref);
	assert_int_equal(only_finding(s, RULE_IMMUTABLE_TAG,
				      SEVERITY_ERROR)->line,
			 line_of(s, "tag = draft-final-*"));
}

/* rewound-branch */

static void test_rewound(void **state)
{
	static const struct {
		const char *name;
		unsigned char old, new;
		enum fast_forward ff;
		const char *why;		/* NULL: accepted */
	} cases[] = {
		{ "refs/heads/main", 1, 2, FF_YES, NULL },
		{ "refs/heads/main", 1, 2, FF_NO, "would lose commits" },
		{ "refs/heads/main", 1, 2, FF_UNKNOWN, "not in this repo" },
		{ "refs/heads/main", 1, 0, FF_YES, "deletes the governed" },
		{ "refs/heads/main", 1, 0, FF_UNKNOWN, "deletes the governed" },
		{ "refs/heads/main", 0, 2, FF_NO, NULL },
		{ "refs/heads/x86/a", 1, 2, FF_NO, "would lose commits" },
		{ "refs/heads/auto-1", 1, 2, FF_NO, NULL },
		{ "refs/heads/auto-1", 1, 2, FF_UNKNOWN, NULL },
		{ "refs/heads/auto-1", 1, 0, FF_NO, NULL },
		{ "refs/heads/auto-1/a", 1, 2, FF_NO, "would lose commits" },
		{ "refs/tags/x", 1, 2, FF_NO, NULL },
		{ "refs/scratch/main", 1, 2, FF_NO, NULL },
		{ "refs/scratch/main", 1, 0, FF_NO, NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct finding *f;
		struct ref_fact ref;
		struct scene s;

		scene_init(&s, "", "");
		ref = ref_of(&s, cases[i].name, cases[i].old, cases[i].new,
			     OBJECT_COMMIT);
		ref.ff = cases[i].ff;
		judge_ref(&s, &ref);
		if (cases[i].why) {
			f = only_finding(&s, RULE_REWOUND_BRANCH,
					 SEVERITY_ERROR);
			assert_string_equal(f->ref, cases[i].name);
			assert_null(f->tag);
			assert_holds(f->why, cases[i].why);
			assert_int_equal(f->line,
					 line_of(&s, "branch = refs/heads/*"));
		} else if (s.verdict.n) {
			fail_msg("case %zu: %s", i, s.verdict.findings[0].why);
		}
		scene_release(&s);
	}
}

/* protected-ref */

static void test_protected(void **state)
{
	static const struct {
		const char *name;
		size_t wanted;
	} cases[] = {
		{ "refs/replace/0123456789abcdef0123456789abcdef01234567", 1 },
		{ "refs/treaty/ledger", 1 }, { "refs/treaty/a/b", 1 },
		{ "refs/heads/replace/a", 0 }, { "refs/replaced/a", 0 },
		{ "refs/treaty-x/a", 0 }, { "refs/notes/commits", 0 },
		{ "refs/tags/treaty", 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		for (unsigned char old = 0; old < 4; old++) {
			struct ref_fact ref;
			struct scene s;

			scene_init(&s, "", "");
			ref = ref_of(&s, cases[i].name, old & 1, old & 2,
				     OBJECT_COMMIT);
			/* Deleting what never was is nothing to a branch. */
			judge_ref(&s, &ref);
			if (cases[i].wanted)
				only_finding(&s, RULE_PROTECTED_REF,
					     SEVERITY_ERROR);
			else if ((old & 2) && s.verdict.n)
				fail_msg("%s", cases[i].name);
			scene_release(&s);
		}
	}
}

/* Severities */

static void break_protected(struct scene *s)
{
	struct ref_fact ref = ref_of(s, "refs/treaty/x", 0, 1, OBJECT_COMMIT);

	judge_ref(s, &ref);
}

static void break_immutable(struct scene *s)
{
	struct ref_fact ref = ref_of(s, "refs/tags/v1", 1, 2, OBJECT_TAG);

	judge_ref(s, &ref);
}

static void break_rewound(struct scene *s)
{
	struct ref_fact ref = ref_of(s, "refs/heads/a", 1, 0, OBJECT_COMMIT);

	judge_ref(s, &ref);
}

static void break_base(struct scene *s)
{
	judge_marker(s, (struct path_fact)PATH("Next/SHA1s", PATH_CHANGED, true),
		     1);
}

static void break_foreign(struct scene *s)
{
	judge_change(s, PATHS("arch/x86/a.c", "net/b.c"), "");
}

static void break_merge(struct scene *s)
{
	judge_merge(s, "arch/x86/a.c", PATH_MERGE_CHANGED, 2);
}

static void break_resolved(struct scene *s)
{
	judge_merge(s, "arch/x86/a.c", PATH_RESOLVED, 2);
}

static void break_own_merge(struct scene *s)
{
	judge_merge(s, "virt/a.c", PATH_MERGE_CHANGED, 2);
}

static void break_own_resolved(struct scene *s)
{
	judge_merge(s, "virt/a.c", PATH_RESOLVED, 2);
}

static const struct breach breaches[] = {
	{ RULE_PROTECTED_REF, SEVERITY_ERROR, break_protected },
	{ RULE_IMMUTABLE_TAG, SEVERITY_ERROR, break_immutable },
	{ RULE_REWOUND_BRANCH, SEVERITY_ERROR, break_rewound },
	{ RULE_FORBIDDEN_BASE, SEVERITY_ERROR, break_base },
	{ RULE_FOREIGN_PATH, SEVERITY_ERROR, break_foreign },
	{ RULE_MERGE_CHANGES, SEVERITY_ERROR, break_merge },
	{ RULE_MERGE_CHANGES, SEVERITY_WARN, break_resolved },
	{ RULE_MERGE_CHANGES, SEVERITY_WARN, break_own_merge },
	{ RULE_MERGE_CHANGES, SEVERITY_INFO, break_own_resolved },
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

/* Every ref of the push is looked at. */
static void test_many_refs(void **state)
{
	struct scene *s = *state;
	struct ref_fact refs[4];

	refs[0] = ref_of(s, "refs/heads/ok", 0, 1, OBJECT_COMMIT);
	refs[1] = ref_of(s, "refs/treaty/x", 0, 1, OBJECT_COMMIT);
	refs[2] = ref_of(s, "refs/heads/a", 1, 0, OBJECT_COMMIT);
	refs[3] = ref_of(s, "refs/heads/b", 1, 0, OBJECT_COMMIT);
	s->facts.refs = refs;
	s->facts.n_refs = ARRAY_SIZE(refs);
	rules_judge_refs(&s->facts, &s->verdict);
	assert_int_equal(s->verdict.n, 3);
	assert_string_equal(s->verdict.findings[0].ref, "refs/treaty/x");
	assert_string_equal(s->verdict.findings[1].ref, "refs/heads/a");
	assert_string_equal(s->verdict.findings[2].ref, "refs/heads/b");
}

static void test_no_facts(void **state)
{
	struct scene *s = *state;

	rules_judge_refs(&s->facts, &s->verdict);
	judge_change(s, (const char *const[]){ NULL }, "");
	assert_int_equal(s->verdict.n, 0);
}

/* Each rule of the list does something. */
static void test_list(void **state)
{
	(void)state;
	for (size_t id = 0; id < RULE_COUNT; id++)
		assert_true(rules[id]->refs || rules[id]->commit);
}

static unsigned needs_of(const char *head, const char *tail)
{
	struct scene s;
	unsigned needs;

	scene_init(&s, head, tail);
	needs = rules_needs(s.policy);
	scene_release(&s);
	return needs;
}

/* What costs something is found only where a rule that is on needs it. */
static void test_needs(void **state)
{
	static const char off[] =
		"[rule \"foreign-path\"]\nseverity = off\naccept-ack = yes\n"
		"[rule \"merge-changes\"]\nseverity = off\n"
		"[rule \"forbidden-base\"]\nseverity = off\n"
		"[rule \"rebased-tag\"]\nseverity = off\n";
	unsigned usual = NEED_OWNERS | NEED_MERGE_PATHS | NEED_TEXT |
			 NEED_COPIES | NEED_DOUBLED_TAGS;

	(void)state;
	assert_int_equal(needs_of("", ""), usual);
	assert_int_equal(needs_of("", accept_ack), usual | NEED_FOREIGN_TEXT);
	assert_int_equal(needs_of("", off), NEED_COPIES);
	assert_int_equal(needs_of("", "[rule \"tagged-base\"]\n"
				  "severity = warn\n"),
			 usual | NEED_LOOSE_PARENTS);
	assert_int_equal(needs_of("", "[rule \"sign-off\"]\n"
				  "severity = info\n"),
			 usual | NEED_UNKNOWN_FIX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCENE_TEST(test_foreign_path),
		SCENE_TEST(test_foreign_path_accepts),
		SCENE_TEST(test_foreign_path_of_two),
		SCENE_TEST(test_foreign_path_deleted),
		SCENE_TEST(test_foreign_path_root_commit),
		SCENE_TEST(test_foreign_path_says_why_no_tag_helps),
		SCENE_TEST(test_unowned),
		cmocka_unit_test(test_nearest),
		SCENE_TEST(test_commons),
		cmocka_unit_test(test_ack_counts_where_told),
		cmocka_unit_test(test_acks),
		cmocka_unit_test(test_ack_of_every_owner),
		SCENE_TEST(test_ack_of_some_paths),
		SCENE_TEST(test_ack_of_nobody),
		cmocka_unit_test(test_merge_changes),
		SCENE_TEST(test_merge_shared_path),
		SCENE_TEST(test_merge_of_all_kinds),
		SCENE_TEST(test_merge_unowned),
		cmocka_unit_test(test_merges_and_others),
		SCENE_TEST(test_integration_chain),
		SCENE_TEST(test_way_is_cut_in_the_middle),
		SCENE_TEST(test_way_of_each_tip),
		cmocka_unit_test(test_marker_subject),
		SCENE_TEST(test_marker_path),
		SCENE_TEST(test_marker_of_another_role),
		SCENE_TEST(test_immutable),
		SCENE_TEST(test_immutable_of_integration),
		cmocka_unit_test(test_protected_names),
		SCENE_TEST(test_immutable_accepts),
		SCENE_TEST(test_immutable_redone_draft),
		cmocka_unit_test(test_immutable_refuses),
		SCENE_TEST(test_immutable_format),
		SCENE_TEST(test_immutable_before_draft),
		cmocka_unit_test(test_rewound),
		cmocka_unit_test(test_protected),
		cmocka_unit_test(test_severities),
		cmocka_unit_test(test_never_one_that_is_off),
		SCENE_TEST(test_many_refs),
		SCENE_TEST(test_no_facts),
		cmocka_unit_test(test_author_who_maintains),
		cmocka_unit_test(test_committer_who_maintains),
		SCENE_TEST(test_consent_without_tree),
		SCENE_TEST(test_owners_of_many_paths),
		cmocka_unit_test(test_ways_in),
		cmocka_unit_test(test_incidental),
		SCENE_TEST(test_neighbour),
		cmocka_unit_test(test_list),
		cmocka_unit_test(test_needs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
