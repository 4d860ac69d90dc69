/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>

#include "base/mem.h"
#include "report/blocks.h"
#include "report/markup.h"
#include "report/pulls.h"

/*
 * JUnit's XML as CI servers read it: a suite for each rule that is on, or for
 * each pull; a case for each commit or ref that a rule finds fault with. Only
 * errors fail; what is waived or known is skipped. A suite in which nothing is
 * found has one case that passes; that of a pull whose tree cannot be told, one
 * that is skipped.
 */

/* All findings of a pull, or those of one rule. */
struct suite {
	const struct verdict *verdict;
	const struct merged_pull *pull;	/* or NULL */
	enum rule_id rule;
};

struct counts {
	size_t all, failed, skipped;
};

static bool is_skipped(const struct finding *f)
{
	return f->waiver || f->is_known;
}

static bool is_of(const struct finding *f, const struct suite *suite)
{
	return suite->pull || f->rule == suite->rule;
}

static struct counts count(const struct suite *suite)
{
	const struct verdict *v = suite->verdict;
	struct counts counts = { 0 };

	for (size_t i = 0; i < v->n; i++) {
		const struct finding *f = &v->findings[i];

		if (!is_of(f, suite))
			continue;
		counts.all++;
		counts.skipped += is_skipped(f);
		counts.failed += !is_skipped(f) &&
				 f->severity == SEVERITY_ERROR;
	}
	counts.all += !counts.all;
	counts.skipped += suite->pull && !suite->pull->tree;
	return counts;
}

static void put_attribute(const char *name, const char *value, FILE *out)
{
	fprintf(out, " %s=\"", name);
	put_xml(value, out);
	fputc('"', out);
}

static void put_line(const char *label, const char *text, FILE *out)
{
	fputs(label, out);
	put_xml(text, out);
	fputc('\n', out);
}

static void put_details(const struct report *r, const struct finding *f,
			FILE *out)
{
	put_line("ref: ", f->ref, out);
	for (size_t i = 0; i < f->n_paths; i += owners_of_path(f, i))
		put_line("path: ", f->paths[i].path, out);
	put_line("why: ", f->why, out);
	put_line("fix: ", f->fix, out);
	if (!f->line)
		return;
	fputs("policy: ", out);
	put_xml(r->verdict->policy->file, out);
	fprintf(out, ":%d\n", f->line);
}

static void put_outcome(const struct report *r, const struct finding *f,
			FILE *out)
{
	if (f->waiver) {
		fputs("<skipped", out);
		put_attribute("message", f->waiver->section.name, out);
		fputs("/>\n", out);
	} else if (f->is_known) {
		fputs("<skipped message=\"known from the baseline\"/>\n", out);
	} else if (f->severity == SEVERITY_ERROR) {
		fputs("<failure", out);
		put_attribute("message", f->why, out);
		put_attribute("type", severity_name(f->severity), out);
		fputs(">", out);
		put_details(r, f, out);
		fputs("</failure>\n", out);
		return;
	}
	fprintf(out, "<system-out>%s\n", severity_name(f->severity));
	put_details(r, f, out);
	fputs("</system-out>\n", out);
}

static void put_subject(const struct finding *f, FILE *out)
{
	char *cut = text_cut(f->subject ? f->subject : "", SHOWN_TEXT);

	put_xml(cut, out);
	free(cut);
}

static void put_case(const struct report *r, const struct finding *f,
		     FILE *out)
{
	char hex[OID_HEX + 1];

	fputs("<testcase", out);
	put_attribute("classname", rule_infos[f->rule].name, out);
	fputs(" name=\"", out);
	oid_format(hex, &f->commit);
	if (oid_is_zero(&f->commit))
		put_xml(f->ref, out);
	else
		fprintf(out, "%s ", hex);
	put_subject(f, out);
	fputs("\">\n", out);
	put_outcome(r, f, out);
	fputs("</testcase>\n", out);
}

/* Escaped. */
static void put_suite_name(const struct suite *suite, FILE *out)
{
	struct buf name = BUF_INIT;

	if (suite->pull)
		pulls_name(suite->pull, &name);
	else
		buf_addstr(&name, rule_infos[suite->rule].name);
	put_xml(buf_str(&name), out);
	buf_release(&name);
}

static void put_property(const char *name, const char *value, FILE *out)
{
	if (!value)
		return;
	fputs("<property", out);
	put_attribute("name", name, out);
	put_attribute("value", value, out);
	fputs("/>\n", out);
}

static void put_properties(const struct suite *suite, FILE *out)
{
	const struct merged_pull *pull = suite->pull;
	char hex[OID_HEX + 1];

	oid_format(hex, &pull->merge);
	fputs("<properties>\n", out);
	put_property("merge", hex, out);
	put_property("subject", pull->subject, out);
	if (pull->tree)
		put_property("tree", pull->tree->section.name, out);
	put_property("told-by", told_by_name(pull->how), out);
	put_property("tag", pull->tag, out);
	put_property("signer", pull->signer, out);
	fprintf(out, "<property name=\"commits\" value=\"%zu\"/>\n"
		"</properties>\n", suite->verdict->n_commits);
}

/* The only case of a suite without findings. */
static void put_nothing(const struct suite *suite, FILE *out)
{
	fputs("<testcase classname=\"", out);
	put_suite_name(suite, out);
	if (suite->pull && !suite->pull->tree)
		fputs("\" name=\"not judged\"><skipped message=\"its tree "
		      "cannot be told\"/></testcase>\n", out);
	else
		fputs("\" name=\"nothing found\"/>\n", out);
}

static void put_suite(const struct report *r, const struct suite *suite,
		      FILE *out)
{
	const struct verdict *v = suite->verdict;
	const struct counts counts = count(suite);
	bool is_empty = true;

	fputs("<testsuite name=\"", out);
	put_suite_name(suite, out);
	fprintf(out, "\" tests=\"%zu\" failures=\"%zu\" errors=\"0\" "
		"skipped=\"%zu\">\n", counts.all, counts.failed,
		counts.skipped);
	if (suite->pull)
		put_properties(suite, out);
	for (size_t i = 0; i < v->n; i++) {
		if (!is_of(&v->findings[i], suite))
			continue;
		put_case(r, &v->findings[i], out);
		is_empty = false;
	}
	if (is_empty)
		put_nothing(suite, out);
	fputs("</testsuite>\n", out);
}

/* The caller frees the array. */
static struct suite *find_suites(const struct report *r, size_t *n)
{
	const struct merged_pulls *pulls = r->pulls ? r->pulls->pulls : NULL;
	const struct rule_config *rules = r->verdict->policy->rules;
	struct suite *v = xcalloc((pulls ? pulls->n : RULE_COUNT) + 1,
				  sizeof(*v));

	*n = 0;
	for (size_t i = 0; pulls && i < pulls->n; i++)
		v[(*n)++] = (struct suite){
				.verdict = &r->pulls->verdicts[i],
				.pull = &pulls->v[i] };
	for (int id = 0; !pulls && id < RULE_COUNT; id++)
		if (rules[id].severity != SEVERITY_OFF)
			v[(*n)++] = (struct suite){
				.verdict = r->verdict,
				.rule = (enum rule_id)id };
	return v;
}

void report_junit(const struct report *r, FILE *out)
{
	struct counts all = { 0 };
	size_t n;
	struct suite *suites = find_suites(r, &n);

	for (size_t i = 0; i < n; i++) {
		struct counts counts = count(&suites[i]);

		all.all += counts.all;
		all.failed += counts.failed;
		all.skipped += counts.skipped;
	}
	fprintf(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<testsuites name=\"git-treaty\" tests=\"%zu\" "
		"failures=\"%zu\" errors=\"0\" skipped=\"%zu\">\n", all.all,
		all.failed, all.skipped);
	for (size_t i = 0; i < n; i++)
		put_suite(r, &suites[i], out);
	fputs("</testsuites>\n", out);
	free(suites);
}
