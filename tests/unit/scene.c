/* SPDX-License-Identifier: GPL-2.0-only */
#include "scene.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static const char policy_format[] =
	"[policy]\n"
	"version = 1\n"
	"%s"
	"[tree \"mainline\"]\n"
	"role = upstream\n"
	"ref = refs/tags/v*\n"
	"[tree \"next\"]\n"
	"role = integration\n"
	"ref = refs/tags/next-*\n"
	"marker-path = Next/SHA1s\n"
	"marker-subject = Add linux-next specific files for *\n"
	"[tree \"tip\"]\n"
	"[tree \"net\"]\n"
	"[tree \"kvm\"]\n"
	"branch = refs/heads/*\n"
	"rewind = refs/heads/auto-*\n"
	"[subsystem \"x86\"]\n"
	"tree = tip\n"
	"path = arch/x86/\n"
	"maintainer = Thomas Gleixner <tglx@example.org>\n"
	"maintainer = Ingo Molnar <mingo@example.org>\n"
	"[subsystem \"kvm-x86\"]\n"
	"tree = kvm\n"
	"path = arch/x86/kvm/\n"
	"[subsystem \"net\"]\n"
	"tree = net\n"
	"path = net/\n"
	"path = drivers/both/\n"
	"maintainer = David <davem@example.org>\n"
	"[subsystem \"timers\"]\n"
	"tree = tip\n"
	"path = drivers/both/\n"
	"path = kernel/time/\n"
	"maintainer = Thomas Gleixner <tglx@example.org>\n"
	"[subsystem \"virt\"]\n"
	"tree = kvm\n"
	"path = virt/\n"
	"path = net/vmw_vsock/kvm/\n"
	"[subsystem \"docs\"]\n"
	"path = Documentation/\n"
	"[immutable \"releases\"]\n"
	"tag = v*\n"
	"[shared-tag \"noinstr-*\"]\n"
	"tree = tip\n"
	"[shared-tag \"draft-*\"]\n"
	"tree = tip\n"
	"freeze = merge\n"
	"[shared-tag \"topic-*\"]\n"
	"tree = tip\n"
	"scope = x86\n"
	"based-on = v*\n"
	"based-on = base-*\n"
	"consumer = net\n"
	"consumer = mainline\n"
	"format = topic-<topic>-<YYYY>-<MM>-<DD>\n"
	"[shared-tag \"plain-*\"]\n"
	"tree = net\n"
	"signed = no\n"
	"%s";

struct oid numbered(unsigned char i)
{
	struct oid oid = { { 0 } };

	oid.b[0] = i;
	oid.b[19] = i;
	return oid;
}

void scene_init(struct scene *s, const char *head, const char *tail)
{
	struct diags diags = { 0 };

	*s = (struct scene){ .text = xasprintf(policy_format, head, tail) };
	s->policy = policy_parse("test.ini", s->text, strlen(s->text), &diags);
	if (!s->policy)
		fail_msg("%d: %s", diags.v[0].line, diags.v[0].msg);
	diags_release(&diags);
	s->facts = (struct facts){
		.policy = s->policy, .tree = policy_tree(s->policy, "kvm"),
		.dag = &s->dag, .in_n = IN_N, .paths = &s->paths,
	};
	verdict_init(&s->verdict, s->policy);
}

void scene_release(struct scene *s)
{
	verdict_release(&s->verdict);
	free(s->paths.from);
	dag_release(&s->dag);
	policy_free(s->policy);
	free(s->text);
}

void scene_change(struct scene *s, const char *head, const char *tail)
{
	scene_release(s);
	scene_init(s, head, tail);
}

int scene_setup(void **state)
{
	*state = xmalloc(sizeof(struct scene));
	scene_init(*state, "", "");
	return 0;
}

int scene_teardown(void **state)
{
	scene_release(*state);
	free(*state);
	return 0;
}

int line_of(const struct scene *s, const char *text)
{
	const char *at = strstr(s->text, text);
	int line = 1;

	assert_non_null(at);
	for (const char *p = s->text; p < at; p++)
		line += *p == '\n';
	return line;
}

const struct finding *only_finding(const struct scene *s, enum rule_id rule,
				   enum severity severity)
{
	const struct finding *f = s->verdict.findings;

	if (s->verdict.n != 1)
		fail_msg("%zu findings", s->verdict.n);
	assert_int_equal(f->rule, rule);
	assert_int_equal(f->severity, severity);
	assert_true(f->ref[0] && f->why[0] && f->fix[0]);
	return f;
}

void assert_holds(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("no '%s' in '%s'", part, text);
}

struct commit_fact commit_of(const struct path_fact *paths, size_t n_paths,
			     size_t n_parents)
{
	return (struct commit_fact){
		.oid = numbered(77), .via = numbered(78),
		.ref = "refs/heads/main", .n_parents = n_parents,
		.text = { .subject = "a subject", .author = "",
			  .committer = "", .message = "" },
		.paths = paths, .n_paths = n_paths,
	};
}

void find_owners(const struct scene *s, struct path_owners *owners,
		 struct path_fact *paths, size_t n)
{
	struct error err;

	assert_int_equal(path_owners_find(owners, s->policy, paths, n, &err),
			 0);
}

void judge_commit(struct scene *s, const struct commit_fact *commit)
{
	struct path_owners owners = { 0 };
	struct commit_fact judged = *commit;
	struct path_fact *paths = xcalloc(commit->n_paths, sizeof(*paths));

	for (size_t i = 0; i < commit->n_paths; i++)
		paths[i] = commit->paths[i];
	find_owners(s, &owners, paths, commit->n_paths);
	judged.paths = paths;
	rules_judge_commit(&s->facts, &judged, &s->verdict);
	path_owners_release(&owners);
	free(paths);
}

static void assert_severity(const struct breach *breach, enum severity wanted)
{
	char *tail = xasprintf("[rule \"%s\"]\nseverity = %s\n",
			       rule_infos[breach->rule].name,
			       severity_name(wanted));
	struct scene s;

	scene_init(&s, "", tail);
	breach->act(&s);
	if (wanted == SEVERITY_OFF)
		assert_int_equal(s.verdict.n, 0);
	else
		only_finding(&s, breach->rule, wanted < breach->most ? wanted :
			     breach->most);
	scene_release(&s);
	free(tail);
}

void assert_severities(const struct breach *breaches, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (int wanted = SEVERITY_OFF; wanted <= SEVERITY_ERROR;
		     wanted++)
			assert_severity(&breaches[i], (enum severity)wanted);
}

/* No rule speaks but those of the breaches, `off` apart. */
static void silence_others(struct scene *s, const struct breach *breaches,
			   size_t n, size_t off)
{
	for (size_t id = 0; id < RULE_COUNT; id++)
		s->policy->rules[id].severity = SEVERITY_OFF;
	for (size_t i = 0; i < n; i++)
		if (off != RULE_COUNT && breaches[i].rule != off)
			s->policy->rules[breaches[i].rule].severity =
				SEVERITY_ERROR;
}

void assert_off_is_silent(const struct breach *breaches, size_t n)
{
	for (size_t off = 0; off <= RULE_COUNT; off++) {
		size_t wanted = 0;
		struct scene s;

		scene_init(&s, "", "");
		silence_others(&s, breaches, n, off);
		for (size_t i = 0; i < n; i++) {
			breaches[i].act(&s);
			wanted += off != RULE_COUNT && breaches[i].rule != off;
		}
		assert_int_equal(s.verdict.n, wanted);
		for (size_t i = 0; i < s.verdict.n; i++)
			assert_int_not_equal(s.verdict.findings[i].rule, off);
		scene_release(&s);
	}
}
