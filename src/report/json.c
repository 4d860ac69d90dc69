/* SPDX-License-Identifier: GPL-2.0-only */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "report/report.h"

json_t *report_json_text(const char *s)
{
	struct buf utf8 = BUF_INIT;
	json_t *json;

	if (!s)
		return json_null();
	text_to_utf8(&utf8, s, strlen(s));
	json = json_string(buf_str(&utf8));
	buf_release(&utf8);
	return json;
}

static json_t *paths(const struct finding *f)
{
	json_t *list = json_array();

	for (size_t i = 0; i < f->n_paths; i++)
		json_array_append_new(list, json_pack(
			"{s:o, s:o, s:o}", "path", report_json_text(f->paths[i].path),
			"subsystem", report_json_text(f->paths[i].subsystem),
			"tree", report_json_text(f->paths[i].tree)));
	return list;
}

static json_t *policy_line(const struct report *r, const struct finding *f)
{
	char *at;
	json_t *json;

	if (!f->line)
		return json_null();
	at = xasprintf("%s:%d", r->verdict->policy->file, f->line);
	json = report_json_text(at);
	free(at);
	return json;
}

json_t *report_json_oid(const struct oid *oid)
{
	char hex[OID_HEX + 1];

	if (oid_is_zero(oid))
		return json_null();
	oid_format(hex, oid);
	return json_string(hex);
}

static json_t *finding(const struct report *r, const struct finding *f)
{
	return json_pack("{s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, "
			 "s:o}",
			 "rule", rule_infos[f->rule].name,
			 "severity", severity_name(f->severity),
			 "ref", report_json_text(f->ref),
			 "commit", report_json_oid(&f->commit),
			 "subject", report_json_text(f->subject),
			 "merge", report_json_oid(&f->via),
			 "paths", paths(f),
			 "tag", report_json_text(f->tag),
			 "policy", policy_line(r, f),
			 "why", report_json_text(f->why),
			 "fix", report_json_text(f->fix));
}

/*
 * One finding at a time: a verdict of any size takes the memory of one. In
 * ASCII, since what a hook prints ends up on the pusher's terminal.
 */
static void put(json_t *json, FILE *out)
{
	if (!json)
		abort();
	/* What cannot be written shows when the stream is flushed. */
	json_dumpf(json, out, JSON_COMPACT | JSON_ENCODE_ANY |
		   JSON_ENSURE_ASCII);
	json_decref(json);
}

void report_json(const struct report *r, FILE *out)
{
	fputs("{\"version\":1,\"command\":", out);
	put(report_json_text(r->command), out);
	fputs(",\"tree\":", out);
	put(report_json_text(r->tree), out);
	fprintf(out, ",\"verdict\":\"%s\",\"commits\":%zu,\"findings\":[",
		report_refuses(r) ? "refuse" : "accept",
		r->verdict->n_commits);
	for (size_t i = 0; i < r->verdict->n; i++) {
		if (i)
			fputs(",\n", out);
		put(finding(r, &r->verdict->findings[i]), out);
	}
	fputs("]", out);
	if (r->verdict->has_tags) {
		fputs(",\"tags\":", out);
		put(report_tags_json(r), out);
	}
	fputs("}\n", out);
}
