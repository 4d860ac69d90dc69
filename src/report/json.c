/* SPDX-License-Identifier: GPL-2.0-only */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "report/report.h"

/* A string whatever its bytes are; JSON null for NULL. */
static json_t *text(const char *s)
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
			"{s:o, s:o, s:o}", "path", text(f->paths[i].path),
			"subsystem", text(f->paths[i].subsystem),
			"tree", text(f->paths[i].tree)));
	return list;
}

static json_t *policy_line(const struct report *r, const struct finding *f)
{
	char *at;
	json_t *json;

	if (!f->line)
		return json_null();
	at = xasprintf("%s:%d", r->verdict->policy->file, f->line);
	json = text(at);
	free(at);
	return json;
}

static json_t *commit(const struct oid *oid)
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
			 "ref", text(f->ref),
			 "commit", commit(&f->commit),
			 "subject", text(f->subject),
			 "merge", commit(&f->via),
			 "paths", paths(f),
			 "tag", text(f->tag),
			 "policy", policy_line(r, f),
			 "why", text(f->why),
			 "fix", text(f->fix));
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
	put(text(r->command), out);
	fputs(",\"tree\":", out);
	put(text(r->tree), out);
	fprintf(out, ",\"verdict\":\"%s\",\"commits\":%zu,\"findings\":[",
		report_refuses(r) ? "refuse" : "accept",
		r->verdict->n_commits);
	for (size_t i = 0; i < r->verdict->n; i++) {
		if (i)
			fputs(",\n", out);
		put(finding(r, &r->verdict->findings[i]), out);
	}
	fputs("]}\n", out);
}
