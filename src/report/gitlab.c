/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>

#include "report/blocks.h"
#include "report/markup.h"
#include "report/pulls.h"
#include "report/verdict_json.h"

/*
 * The Code Quality report of GitLab, which its merge requests show. GitLab
 * wants a path for each entry: that of the first file, or of the policy.
 */

static const char *severity(const struct finding *f)
{
	if (f->waiver || f->severity == SEVERITY_INFO)
		return "info";
	return f->severity == SEVERITY_ERROR ? "major" : "minor";
}

static json_t *description(const struct finding *f)
{
	struct buf text = BUF_INIT;
	char *subject = text_cut(f->subject ? f->subject : "", SHOWN_TEXT);
	char name[OID_ABBREV + 1];
	size_t n_paths = 0;
	json_t *json;

	oid_abbreviate(name, &f->commit);
	if (oid_is_zero(&f->commit))
		buf_addf(&text, "%s: ", f->ref);
	else
		buf_addf(&text, "%s %s: ", name, subject);
	free(subject);
	buf_addstr(&text, f->why);
	for (size_t i = 0; i < f->n_paths; i += owners_of_path(f, i))
		n_paths++;
	if (n_paths > 1)
		buf_addf(&text, " (and %zu more paths)", n_paths - 1);
	if (f->pull) {
		buf_addstr(&text, " (");
		pulls_name(f->pull, &text);
		buf_addch(&text, ')');
	}
	if (f->waiver)
		buf_addf(&text, " (waived: %s)", f->waiver->section.name);
	json = json_text(buf_str(&text));
	buf_release(&text);
	return json;
}

static json_t *entry(const struct report *r, const struct finding *f)
{
	const char *path = f->n_paths ? f->paths[0].path :
					r->verdict->policy->file;
	int line = f->n_paths || !f->line ? 1 : f->line;

	return json_pack("{s:s, s:o, s:s, s:s, s:s, s:{s:o, s:{s:i}}}",
			 "type", "issue",
			 "description", description(f),
			 "check_name", rule_infos[f->rule].name,
			 "fingerprint", f->fingerprint ? f->fingerprint : "",
			 "severity", severity(f),
			 "location", "path", json_text(path),
			 "lines", "begin", line);
}

void report_gitlab(const struct report *r, FILE *out)
{
	bool is_first = true;

	fputc('[', out);
	for (size_t i = 0; i < r->verdict->n; i++) {
		if (r->verdict->findings[i].is_known)
			continue;
		if (!is_first)
			fputs(",\n", out);
		json_put(entry(r, &r->verdict->findings[i]), out);
		is_first = false;
	}
	fputs("]\n", out);
}
