/* SPDX-License-Identifier: GPL-2.0-only */
#include "report/pulls.h"

#include <string.h>

#include "base/mem.h"
#include "base/text.h"
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
	buf_addf(out, "pull %s of %s", name, pull->tree->section.name);
}

static struct report report_of(const struct report *r, size_t i)
{
	const struct tree *tree = r->pulls->pulls->v[i].tree;
	struct report report = *r;

	report.verdict = &r->pulls->verdicts[i];
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
	char name[OID_ABBREV + 1];

	oid_abbreviate(name, &pull->merge);
	buf_addf(&line, "%s %s", name, pull->subject);
	put_line(&line, out);
	buf_addstr(&line, "  ");
	add_tree(pull, &line);
	add_verdict(pull, report.verdict, &line);
	put_line(&line, out);
	buf_release(&line);
	if (report.verdict->n > report.verdict->n_known) {
		report_findings_text(&report, out);
		fputc('\n', out);
	}
}

static void add_counts(const struct report *r, size_t n_refused,
		       size_t n_untold, struct buf *line)
{
	buf_addf(line, "git-treaty: %s: %zu of ",
		 n_refused ? "found" : "clean", n_refused);
	put_plural(line, r->pulls->pulls->n, "pull");
	buf_addf(line, " refused, ");
	put_plural(line, r->verdict->n_commits, "commit");
	buf_addstr(line, " judged");
	if (r->verdict->has_baseline)
		buf_addf(line, ", %zu known before", r->verdict->n_known);
	if (n_untold)
		buf_addf(line, ", %zu of a tree that cannot be told",
			 n_untold);
	buf_addf(line, " (policy %s)", r->verdict->policy->file);
}

void pulls_text(const struct report *r, FILE *out)
{
	const struct merged_pulls *pulls = r->pulls->pulls;
	size_t n_refused = 0, n_untold = 0;
	struct buf line = BUF_INIT;

	for (size_t i = 0; i < pulls->n; i++) {
		bool refuses = verdict_refuses(&r->pulls->verdicts[i]);

		n_refused += refuses;
		n_untold += !pulls->v[i].tree;
		if (refuses || !r->pulls->quiet)
			put_pull(r, i, out);
	}
	add_counts(r, n_refused, n_untold, &line);
	put_line(&line, out);
	buf_release(&line);
}

/* JSON */

static json_t *pull_json(const struct report *r, size_t i)
{
	const struct merged_pull *pull = &r->pulls->pulls->v[i];
	const struct report report = report_of(r, i);

	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:I, s:o, s:o}",
		"merge", report_json_oid(&pull->merge),
		"subject", json_text(pull->subject),
		"tree", json_text(report.tree),
		"how", json_text(told_by_name(pull->how)),
		"tag", json_text(pull->tag),
		"commits", (json_int_t)report.verdict->n_commits,
		"verdict", json_text(!pull->tree ? NULL :
				     verdict_refuses(report.verdict) ?
				     "refuse" : "accept"),
		"findings", report_json_findings(&report));
}

void pulls_json(const struct report *r, FILE *out)
{
	fputs("{\"version\":1,\"command\":", out);
	json_put(json_text(r->command), out);
	fputs(",\"pulls\":[", out);
	for (size_t i = 0; i < r->pulls->pulls->n; i++) {
		if (i)
			fputs(",\n", out);
		json_put(pull_json(r, i), out);
	}
	fputs("]}\n", out);
}
