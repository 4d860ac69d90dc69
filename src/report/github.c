/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "report/blocks.h"
#include "report/lines.h"
#include "report/markup.h"
#include "report/pulls.h"

/*
 * Workflow commands of GitHub Actions: an annotation for each finding, as many
 * as GitHub shows; then everything as text, in one folded group. The summary
 * of the job is Markdown in a file of its own.
 */
enum {
	SHOWN = 10,		/* GitHub shows so many of each kind */
	/* Its summaries end at 1 MiB: */
	SUMMARY_ROWS = 100,
	CUT = 300,		/* bytes of a text that others wrote */
};

static const char *const commands[] = {
	[SEVERITY_INFO] = "notice",
	[SEVERITY_WARN] = "warning",
	[SEVERITY_ERROR] = "error",
};

/* Properties of a command end at ',' and ':'. */
static void put_command_text(const char *text, bool is_property, FILE *out)
{
	struct buf safe = BUF_INIT;

	text_escape(&safe, text, strlen(text));
	for (size_t i = 0; i < safe.len; i++) {
		if (strchr("%\r\n", safe.ptr[i]) ||
		    (is_property && strchr(":,", safe.ptr[i])))
			fprintf(out, "%%%02X", (unsigned char)safe.ptr[i]);
		else
			fputc(safe.ptr[i], out);
	}
	buf_release(&safe);
}

static void put_cut_text(const char *text, FILE *out)
{
	char *cut = text_cut(text ? text : "", CUT);

	put_command_text(cut, false, out);
	free(cut);
}

static void put_annotation(const struct finding *f, FILE *out)
{
	struct buf pull = BUF_INIT;
	char name[OID_ABBREV + 1];

	oid_abbreviate(name, &f->commit);
	fprintf(out, "::%s title=%s", commands[f->severity],
		rule_infos[f->rule].name);
	if (f->n_paths) {
		fputs(",file=", out);
		put_command_text(f->paths[0].path, true, out);
	}
	fputs("::", out);
	if (oid_is_zero(&f->commit))
		put_cut_text(f->ref, out);
	else
		fprintf(out, "%s ", name);
	put_cut_text(f->subject, out);
	pulls_name(f->pull, &pull);
	fputs(pull.len ? "%0A" : "", out);
	put_cut_text(buf_str(&pull), out);
	buf_release(&pull);
	fputs("%0Awhy: ", out);
	put_cut_text(f->why, out);
	fputs("%0Afix: ", out);
	put_cut_text(f->fix, out);
	fputc('\n', out);
}

static void put_annotations(const struct verdict *v, FILE *out)
{
	size_t shown[SEVERITY_ERROR + 1] = { 0 };

	for (size_t i = 0; i < v->n; i++) {
		const struct finding *f = &v->findings[i];

		if (f->is_known || f->waiver || shown[f->severity]++ >= SHOWN)
			continue;
		put_annotation(f, out);
	}
}

/*
 * Prints a line that is no command: the runner takes a line for one if "::" is
 * at its start, after blanks, or "##[" anywhere.
 */
static void put_log_line(const struct lines *lines, const char *line,
			 size_t len)
{
	size_t blanks = strspn(line, " ");
	bool is_command = text_starts_with(line + blanks, "::");

	for (size_t i = 0; i < len; i++) {
		if (is_command && i == blanks)
			fputs("\\x3a", lines->out);
		else if (text_starts_with(line + i, "##["))
			fputs("\\x23", lines->out);
		else
			fputc(line[i], lines->out);
	}
	fputc('\n', lines->out);
}

/* What the text has, with all commits. */
static void put_log(const struct report *r, FILE *out)
{
	const struct lines lines = { .put = put_log_line, .out = out };
	struct report whole = *r;
	FILE *log = lines_open(&lines);

	whole.verbose = true;
	whole.color = false;
	fputs("::group::git-treaty: all findings\n", out);
	report_text(&whole, log);
	fclose(log);
	fputs("::endgroup::\n", out);
}

static void put_cell(const char *text, const char *end, FILE *out)
{
	char *cut = text_cut(text ? text : "", CUT);

	put_markdown(cut, out);
	fputs(end, out);
	free(cut);
}

static void put_row(const struct finding *f, FILE *out)
{
	char name[OID_ABBREV + 1];

	oid_abbreviate(name, &f->commit);
	fprintf(out, "| %s | %s | ", finding_severity(f),
		rule_infos[f->rule].name);
	if (oid_is_zero(&f->commit))
		put_cell(f->ref, "", out);
	else
		fprintf(out, "`%s` ", name);
	put_cell(f->subject, " | ", out);
	put_cell(f->why, " | ", out);
	put_cell(f->fix, " |\n", out);
}

static void put_more(size_t n, size_t shown, FILE *out)
{
	if (n > shown)
		fprintf(out, "\nand %zu more, which the log lists\n",
			n - shown);
	fputc('\n', out);
}

static void put_pull_row(const struct report *r, size_t i, FILE *out)
{
	const struct merged_pull *pull = &r->pulls->pulls->v[i];
	char name[OID_ABBREV + 1];

	oid_abbreviate(name, &pull->merge);
	fprintf(out, "| `%s` ", name);
	put_cell(pull->subject, " | ", out);
	put_cell(pull->tree->section.name, " | ", out);
	fprintf(out, "%zu | %zu |\n", r->pulls->verdicts[i].n_commits,
		r->pulls->verdicts[i].counts[SEVERITY_ERROR]);
}

static void put_refused_pulls(const struct report *r, FILE *out)
{
	size_t n = 0;

	fputs("| refused pull | tree | commits | errors |\n"
	      "| --- | --- | --- | --- |\n", out);
	for (size_t i = 0; i < r->pulls->pulls->n; i++)
		if (verdict_refuses(&r->pulls->verdicts[i]) &&
		    n++ < SUMMARY_ROWS)
			put_pull_row(r, i, out);
	put_more(n, SUMMARY_ROWS, out);
}

static void put_summary(const struct report *r, FILE *out)
{
	size_t n;
	struct finding **v = findings_in_order(r->verdict, &n);

	fprintf(out, "## git-treaty: %s\n\n",
		report_refuses(r) ? "found" : "clean");
	report_put_counts(r, out);
	fputs("\n\n", out);
	if (r->pulls && pulls_n_refused(r->pulls))
		put_refused_pulls(r, out);
	if (n)
		fputs("| | rule | commit | why | fix |\n"
		      "| --- | --- | --- | --- | --- |\n", out);
	for (size_t i = 0; i < n && i < SUMMARY_ROWS; i++)
		put_row(v[i], out);
	put_more(n, SUMMARY_ROWS, out);
	free(v);
}

void report_github(const struct report *r, FILE *out)
{
	put_annotations(r->verdict, out);
	put_log(r, out);
	if (r->summary)
		put_summary(r, r->summary);
}
