/* SPDX-License-Identifier: GPL-2.0-only */
#include "report/pulls.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"
#include "report/markup.h"
#include "report/verdict_json.h"

static void join_finding(const struct finding *from,
			 const struct merged_pull *pull, struct verdict *all)
{
	struct finding *f;

	GROW(all->findings, all->n, all->cap);
	f = &all->findings[all->n++];
	*f = *from;
	f->pull = pull;
	f->paths = NULL;
	f->n_paths = f->cap_paths = 0;
	for (size_t i = 0; i < from->n_paths; i++) {
		GROW(f->paths, f->n_paths, f->cap_paths);
		f->paths[f->n_paths++] = from->paths[i];
	}
}

void pulls_join(const struct pulls_report *r, struct verdict *all)
{
	for (size_t i = 0; i < r->pulls->n; i++) {
		const struct merged_pull *pull = &r->pulls->v[i];
		const struct verdict *verdict = &r->verdicts[i];

		for (size_t k = 0; k < verdict->n; k++)
			join_finding(&verdict->findings[k], pull, all);
		for (int s = 0; s <= SEVERITY_ERROR; s++)
			all->counts[s] += verdict->counts[s];
		all->n_commits += pull->tree ? verdict->n_commits : 0;
		all->n_waived += verdict->n_waived;
		all->n_known += verdict->n_known;
		all->has_baseline |= verdict->has_baseline;
	}
}

void pulls_name(const struct merged_pull *pull, struct buf *out)
{
	char name[OID_ABBREV + 1];

	if (!pull)
		return;
	oid_abbreviate(name, &pull->merge);
	buf_addf(out, "pull %s", name);
	if (pull->tree)
		buf_addf(out, " of %s", pull->tree->section.name);
}

size_t pulls_n_refused(const struct pulls_report *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->pulls->n; i++)
		n += verdict_refuses(&r->verdicts[i]);
	return n;
}

size_t pulls_n_untold(const struct pulls_report *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->pulls->n; i++)
		n += !r->pulls->v[i].tree;
	return n;
}

const char *pulls_verdict(const struct pulls_report *r, size_t i)
{
	if (!r->pulls->v[i].tree)
		return "not judged";
	return verdict_refuses(&r->verdicts[i]) ? "refused" : "accepted";
}

static struct report report_of(const struct report *r, size_t i)
{
	const struct tree *tree = r->pulls->pulls->v[i].tree;
	struct report report = *r;

	report.verdict = &r->pulls->verdicts[i];
	report.no_hints = true;
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

static void add_verdict(const struct pulls_report *r, size_t i,
			struct buf *line)
{
	const struct verdict *verdict = &r->verdicts[i];

	buf_addstr(line, "; ");
	put_plural(line, verdict->n_commits, "commit");
	buf_addf(line, ": %s", pulls_verdict(r, i));
	if (verdict_refuses(verdict)) {
		buf_addstr(line, ", ");
		put_plural(line, verdict->counts[SEVERITY_ERROR], "error");
	}
	if (verdict->counts[SEVERITY_WARN]) {
		buf_addstr(line, ", ");
		put_plural(line, verdict->counts[SEVERITY_WARN], "warning");
	}
	if (verdict->n_known)
		buf_addf(line, ", %zu known before", verdict->n_known);
}

static void put_line(struct buf *line, FILE *out)
{
	struct buf escaped = BUF_INIT;

	text_escape(&escaped, buf_str(line), line->len);
	fprintf(out, "%s\n", buf_str(&escaped));
	buf_release(&escaped);
	buf_reset(line);
}

static void put_pull(const struct report *r, size_t i, FILE *out)
{
	const struct merged_pull *pull = &r->pulls->pulls->v[i];
	const struct report report = report_of(r, i);
	struct buf line = BUF_INIT;
	char name[OID_ABBREV + 1], *subject;

	oid_abbreviate(name, &pull->merge);
	subject = text_cut(pull->subject, SHOWN_TEXT);
	buf_addf(&line, "%s %s", name, subject);
	free(subject);
	put_line(&line, out);
	buf_addstr(&line, "  ");
	add_tree(pull, &line);
	add_verdict(r->pulls, i, &line);
	put_line(&line, out);
	buf_release(&line);
	if (report.verdict->n > report.verdict->n_known) {
		report_findings_text(&report, out);
		fputc('\n', out);
	}
}

/* Once for each rule, and not once for each pull. */
static void put_hints(const struct report *r, FILE *out)
{
	bool is_found[RULE_COUNT] = { false };
	size_t n = 0;

	for (size_t i = 0; i < r->verdict->n; i++)
		if (!r->verdict->findings[i].is_known)
			is_found[r->verdict->findings[i].rule] = true;
	for (int id = 0; id < RULE_COUNT; id++) {
		if (!is_found[id])
			continue;
		report_put_hint((enum rule_id)id, out);
		n++;
	}
	fputs(n ? "\n" : "", out);
}

void pulls_text(const struct report *r, FILE *out)
{
	struct buf line = BUF_INIT;

	for (size_t i = 0; i < r->pulls->pulls->n; i++)
		if (!r->pulls->quiet ||
		    verdict_refuses(&r->pulls->verdicts[i]))
			put_pull(r, i, out);
	put_hints(r, out);
	fprintf(out, "git-treaty: %s: ", report_refuses(r) ? "found" : "clean");
	report_put_counts(r, out);
	buf_addf(&line, " (policy %s)", r->verdict->policy->file);
	put_line(&line, out);
	buf_release(&line);
}

/* JSON */

json_t *pulls_json_pull(const struct pulls_report *r, size_t i)
{
	const struct merged_pull *pull = &r->pulls->v[i];
	const struct verdict *verdict = &r->verdicts[i];

	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:I, s:o}",
		"merge", report_json_oid(&pull->merge),
		"subject", json_text(pull->subject),
		"tree", json_text(pull->tree ? pull->tree->section.name : NULL),
		"how", json_text(told_by_name(pull->how)),
		"tag", json_text(pull->tag),
		"commits", (json_int_t)verdict->n_commits,
		"verdict", json_text(!pull->tree ? NULL :
				     verdict_refuses(verdict) ? "refuse" :
								"accept"));
}

static json_t *pull_and_findings(const struct report *r, size_t i)
{
	const struct report report = report_of(r, i);
	json_t *json = pulls_json_pull(r->pulls, i);

	json_object_set_new(json, "findings", report_json_findings(&report));
	return json;
}

void pulls_json(const struct report *r, FILE *out)
{
	fputs("{\"version\":1,\"command\":", out);
	json_put(json_text(r->command), out);
	fputs(",\"pulls\":[", out);
	for (size_t i = 0; i < r->pulls->pulls->n; i++) {
		if (i)
			fputs(",\n", out);
		json_put(pull_and_findings(r, i), out);
	}
	fputs("]}\n", out);
}
