/* SPDX-License-Identifier: GPL-2.0-only */
#include "report/pulls.h"

#include <string.h>

#include "base/text.h"
#include "report/verdict_json.h"

bool pulls_refuse(const struct pulls_report *report)
{
	for (size_t i = 0; i < report->pulls->n; i++)
		if (verdict_refuses(&report->verdicts[i]))
			return true;
	return false;
}

static struct report report_of(const struct pulls_report *r, size_t i)
{
	struct report report = r->report;
	const struct tree *tree = r->pulls->v[i].tree;

	report.verdict = &r->verdicts[i];
	report.tree = tree ? tree->section.name : NULL;
	return report;
}

/* Text */

static void put_plural(struct buf *line, size_t n, const char *what)
{
	buf_addf(line, "%zu %s%s", n, what, n == 1 ? "" : "s");
}

static void add_tree(const struct merged_pull *pull, struct buf *line)
{
	if (pull->tree)
		buf_addf(line, "tree %s, told by its %s",
			 pull->tree->section.name, told_by_name(pull->how));
	else
		buf_addstr(line, "tree not told");
	if (pull->tag)
		buf_addf(line, "; tag %s", pull->tag);
	if (pull->signer)
		buf_addf(line, ", signed by %s", pull->signer);
	else if (pull->unsigned_why)
		buf_addf(line, ", whose signature does not count: %s",
			 pull->unsigned_why);
}

static void add_verdict(const struct merged_pull *pull,
			const struct verdict *verdict, struct buf *line)
{
	buf_addstr(line, "; ");
	put_plural(line, verdict->n_commits, "commit");
	if (!pull->tree) {
		buf_addstr(line, ": not judged");
		return;
	}
	buf_addstr(line, verdict_refuses(verdict) ? ": refused, " :
						    ": accepted");
	if (verdict_refuses(verdict))
		put_plural(line, verdict->counts[SEVERITY_ERROR], "error");
	if (verdict->counts[SEVERITY_WARN]) {
		buf_addstr(line, ", ");
		put_plural(line, verdict->counts[SEVERITY_WARN], "warning");
	}
}

static void put_line(struct buf *line, FILE *out)
{
	struct buf escaped = BUF_INIT;

	text_escape(&escaped, buf_str(line), line->len);
	fprintf(out, "%s\n", buf_str(&escaped));
	buf_release(&escaped);
	buf_reset(line);
}

static void put_pull(const struct pulls_report *r, size_t i, FILE *out)
{
	const struct merged_pull *pull = &r->pulls->v[i];
	const struct report report = report_of(r, i);
	struct buf line = BUF_INIT;
	char name[OID_ABBREV + 1];

	oid_abbreviate(name, &pull->merge);
	buf_addf(&line, "%s %s", name, pull->subject);
	put_line(&line, out);
	buf_addstr(&line, "  ");
	add_tree(pull, &line);
	add_verdict(pull, &r->verdicts[i], &line);
	put_line(&line, out);
	buf_release(&line);
	if (r->verdicts[i].n) {
		report_findings_text(&report, out);
		fputc('\n', out);
	}
}

void pulls_text(const struct pulls_report *r, FILE *out)
{
	size_t n_refused = 0, n_untold = 0, n_commits = 0;
	struct buf line = BUF_INIT;

	for (size_t i = 0; i < r->pulls->n; i++) {
		bool refuses = verdict_refuses(&r->verdicts[i]);

		n_refused += refuses;
		n_untold += !r->pulls->v[i].tree;
		n_commits += r->pulls->v[i].tree ? r->verdicts[i].n_commits : 0;
		if (refuses || !r->quiet)
			put_pull(r, i, out);
	}
	buf_addf(&line, "git-treaty: %s: %zu of ",
		 n_refused ? "found" : "clean", n_refused);
	put_plural(&line, r->pulls->n, "pull");
	buf_addf(&line, " refused, ");
	put_plural(&line, n_commits, "commit");
	buf_addstr(&line, " judged");
	if (n_untold)
		buf_addf(&line, ", %zu of a tree that cannot be told",
			 n_untold);
	buf_addf(&line, " (policy %s)", r->policy->file);
	put_line(&line, out);
	buf_release(&line);
}

/* JSON */

static json_t *pull_json(const struct pulls_report *r, size_t i)
{
	const struct merged_pull *pull = &r->pulls->v[i];
	const struct report report = report_of(r, i);
	const struct verdict *verdict = &r->verdicts[i];

	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:I, s:o, s:o}",
		"merge", report_json_oid(&pull->merge),
		"subject", json_text(pull->subject),
		"tree", json_text(report.tree),
		"how", json_text(told_by_name(pull->how)),
		"tag", json_text(pull->tag),
		"commits", (json_int_t)verdict->n_commits,
		"verdict", json_text(!pull->tree ? NULL :
				     verdict_refuses(verdict) ? "refuse" :
								"accept"),
		"findings", report_json_findings(&report));
}

void pulls_json(const struct pulls_report *r, FILE *out)
{
	fputs("{\"version\":1,\"command\":", out);
	json_put(json_text(r->report.command), out);
	fputs(",\"pulls\":[", out);
	for (size_t i = 0; i < r->pulls->n; i++) {
		if (i)
			fputs(",\n", out);
		json_put(pull_json(r, i), out);
	}
	fputs("]}\n", out);
}
