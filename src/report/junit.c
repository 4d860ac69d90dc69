/* SPDX-License-Identifier: GPL-2.0-only */
#include "report/blocks.h"
#include "report/markup.h"
#include "report/report.h"

/*
 * JUnit's XML as CI servers read it: a suite for each rule that is on, a case
 * for each commit or ref that it finds fault with. Only errors fail; what is
 * waived or known is skipped. A rule that finds nothing has one case that
 * passes.
 */

struct counts {
	size_t all, failed, skipped;
};

static bool is_skipped(const struct finding *f)
{
	return f->waiver || f->is_known;
}

static struct counts count(const struct verdict *v, enum rule_id rule)
{
	struct counts counts = { 0 };

	for (size_t i = 0; i < v->n; i++) {
		const struct finding *f = &v->findings[i];

		if (f->rule != rule)
			continue;
		counts.all++;
		counts.skipped += is_skipped(f);
		counts.failed += !is_skipped(f) &&
				 f->severity == SEVERITY_ERROR;
	}
	counts.all += !counts.all;
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
	if (f->subject)
		put_xml(f->subject, out);
	fputs("\">\n", out);
	put_outcome(r, f, out);
	fputs("</testcase>\n", out);
}

static void put_suite(const struct report *r, enum rule_id rule, FILE *out)
{
	const char *name = rule_infos[rule].name;
	struct counts counts = count(r->verdict, rule);
	size_t n = 0;

	fprintf(out, "<testsuite name=\"%s\" tests=\"%zu\" failures=\"%zu\" "
		"errors=\"0\" skipped=\"%zu\">\n", name, counts.all,
		counts.failed, counts.skipped);
	for (size_t i = 0; i < r->verdict->n; i++) {
		if (r->verdict->findings[i].rule != rule)
			continue;
		put_case(r, &r->verdict->findings[i], out);
		n++;
	}
	if (!n)
		fprintf(out, "<testcase classname=\"%s\" name=\"nothing "
			"found\"/>\n", name);
	fputs("</testsuite>\n", out);
}

void report_junit(const struct report *r, FILE *out)
{
	const struct rule_config *rules = r->verdict->policy->rules;
	struct counts all = { 0 };

	for (int id = 0; id < RULE_COUNT; id++) {
		struct counts counts = count(r->verdict, (enum rule_id)id);

		if (rules[id].severity == SEVERITY_OFF)
			continue;
		all.all += counts.all;
		all.failed += counts.failed;
		all.skipped += counts.skipped;
	}
	fprintf(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<testsuites name=\"git-treaty\" tests=\"%zu\" "
		"failures=\"%zu\" errors=\"0\" skipped=\"%zu\">\n", all.all,
		all.failed, all.skipped);
	for (int id = 0; id < RULE_COUNT; id++)
		if (rules[id].severity != SEVERITY_OFF)
			put_suite(r, (enum rule_id)id, out);
	fputs("</testsuites>\n", out);
}
