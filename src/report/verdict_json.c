/* SPDX-License-Identifier: GPL-2.0-only */
#include "report/verdict_json.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "report/pulls.h"

json_t *json_text(const char *s)
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

json_t *json_texts(const struct values *values)
{
	json_t *list = json_array();

	for (size_t i = 0; i < values->n; i++)
		json_array_append_new(list, json_text(values->v[i].text));
	return list;
}

json_t *json_policy_line(const struct policy *policy, int line)
{
	char *at;
	json_t *json;

	if (!line)
		return json_null();
	at = xasprintf("%s:%d", policy->file, line);
	json = json_text(at);
	free(at);
	return json;
}

void json_put(json_t *json, FILE *out)
{
	if (!json)
		abort();
	/* Write errors are found when the stream is flushed. */
	json_dumpf(json, out, JSON_COMPACT | JSON_ENCODE_ANY |
		   JSON_ENSURE_ASCII);
	json_decref(json);
}

json_t *report_json_paths(const struct finding *f)
{
	json_t *list = json_array();

	for (size_t i = 0; i < f->n_paths; i++)
		json_array_append_new(list, json_pack(
			"{s:o, s:o, s:o}", "path", json_text(f->paths[i].path),
			"subsystem", json_text(f->paths[i].subsystem),
			"tree", json_text(f->paths[i].tree)));
	return list;
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
	json_t *json = json_pack(
			 "{s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, "
			 "s:o, s:o, s:o}",
			 "rule", rule_infos[f->rule].name,
			 "severity", severity_name(f->severity),
			 "ref", json_text(f->ref),
			 "commit", report_json_oid(&f->commit),
			 "subject", json_text(f->subject),
			 "merge", report_json_oid(&f->via),
			 "paths", report_json_paths(f),
			 "tag", json_text(f->tag),
			 "policy", json_policy_line(r->verdict->policy,
							f->line),
			 "waiver", json_text(f->waiver ?
					     f->waiver->section.name : NULL),
			 "why", json_text(f->why),
			 "fix", json_text(f->fix),
			 "fingerprint", json_text(f->fingerprint));

	if (r->verdict->has_baseline)
		json_object_set_new(json, "known", json_boolean(f->is_known));
	return json;
}

json_t *report_json_findings(const struct report *r)
{
	json_t *list = json_array();

	for (size_t i = 0; i < r->verdict->n; i++)
		json_array_append_new(list,
				      finding(r, &r->verdict->findings[i]));
	return list;
}

/* Prints one finding at a time, so a large verdict needs little memory. */
void report_json(const struct report *r, FILE *out)
{
	if (r->pulls) {
		pulls_json(r, out);
		return;
	}
	fputs("{\"version\":1,\"command\":", out);
	json_put(json_text(r->command), out);
	fputs(",\"tree\":", out);
	json_put(json_text(r->tree), out);
	fprintf(out, ",\"verdict\":\"%s\",\"commits\":%zu,\"findings\":[",
		report_refuses(r) ? "refuse" : "accept",
		r->verdict->n_commits);
	for (size_t i = 0; i < r->verdict->n; i++) {
		if (i)
			fputs(",\n", out);
		json_put(finding(r, &r->verdict->findings[i]), out);
	}
	fputs("]", out);
	if (r->verdict->has_tags) {
		fputs(",\"tags\":", out);
		json_put(report_tags_json(r), out);
	}
	fputs("}\n", out);
}
