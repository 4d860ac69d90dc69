/* SPDX-License-Identifier: GPL-2.0-only */
#include <string.h>

#include "report/baseline.h"
#include "report/blocks.h"
#include "report/chapter.h"
#include "report/markup.h"
#include "report/pulls.h"
#include "report/verdict_json.h"

/*
 * SARIF 2.1.0: https://docs.oasis-open.org/sarif/sarif/v2.1.0/. Section numbers
 * below are its.
 */

static const char *level(enum severity severity)
{
	static const char *const levels[] = {
		[SEVERITY_OFF] = "none",
		[SEVERITY_INFO] = "note",
		[SEVERITY_WARN] = "warning",
		[SEVERITY_ERROR] = "error",
	};

	return levels[severity];
}

/*
 * A message may hold {0} for an argument (3.11.5) and [text](link) (3.11.6):
 * neither is meant here.
 */
static json_t *message(const char *why, const char *fix)
{
	const char *const parts[] = { why, ". To mend it: ", fix };
	struct buf text = BUF_INIT;
	json_t *json;

	for (size_t i = 0; i < (*fix ? 3u : 1u); i++) {
		for (const char *p = parts[i]; *p; p++) {
			if (strchr("{}", *p))
				buf_addch(&text, *p);
			if (p[0] == ']' && p[1] == '(')
				buf_addch(&text, '\\');
			buf_addch(&text, *p);
		}
	}
	json = json_pack("{s:o}", "text", json_text(buf_str(&text)));
	buf_release(&text);
	return json;
}

static json_t *rule(enum rule_id id, const struct policy *policy)
{
	enum severity severity = (enum severity)policy->rules[id].severity;
	struct buf text = BUF_INIT, markdown = BUF_INIT;
	json_t *json;

	chapter_render(rule_infos[id].name, CHAPTER_PLAIN, &text);
	chapter_render(rule_infos[id].name, CHAPTER_MARKDOWN, &markdown);
	json = json_pack("{s:s, s:{s:s}, s:{s:s}, s:{s:o, s:o}, "
			 "s:{s:b, s:s}}",
			 "id", rule_infos[id].name,
			 "shortDescription", "text", rule_infos[id].heading,
			 "fullDescription", "text", rule_infos[id].heading,
			 "help", "text", json_text(buf_str(&text)),
			 "markdown", json_text(buf_str(&markdown)),
			 "defaultConfiguration",
			 "enabled", severity != SEVERITY_OFF,
			 "level", level(severity));
	buf_release(&text);
	buf_release(&markdown);
	return json;
}

static void put_tool(const struct report *r, FILE *out)
{
	fputs("\"tool\":{\"driver\":{\"name\":\"git-treaty\","
	      "\"semanticVersion\":\"" TREATY_VERSION "\",\"rules\":[", out);
	for (int id = 0; id < RULE_COUNT; id++) {
		if (id)
			fputs(",\n", out);
		json_put(rule((enum rule_id)id, r->verdict->policy), out);
	}
	fputs("]}}", out);
}

static json_t *place(const char *path, int line)
{
	struct buf uri = BUF_INIT;
	json_t *json;

	add_uri(path, &uri);
	json = json_pack("{s:{s:s}}", "artifactLocation",
			 "uri", buf_str(&uri));
	if (line)
		json_object_set_new(json, "region", json_pack(
			"{s:i}", "startLine", line));
	buf_release(&uri);
	return json;
}

static void add_logical(json_t *list, json_t *name, const char *kind)
{
	json_array_append_new(list, json_pack(
		"{s:o, s:s}", "fullyQualifiedName", name, "kind", kind));
}

/*
 * The commit, the tag, the ref and the merge of the pull, as SARIF names what
 * is no file.
 */
static json_t *logical_locations(const struct finding *f)
{
	json_t *list = json_array();

	if (!oid_is_zero(&f->commit))
		add_logical(list, report_json_oid(&f->commit), "commit");
	if (f->tag)
		add_logical(list, json_text(f->tag), "tag");
	add_logical(list, json_text(f->ref), "ref");
	if (f->pull)
		add_logical(list, report_json_oid(&f->pull->merge), "pull");
	return list;
}

/* One for each path; for none, the line of the policy, or no file. */
static json_t *locations(const struct report *r, const struct finding *f)
{
	json_t *list = json_array(), *first;

	for (size_t i = 0; i < f->n_paths; i += owners_of_path(f, i))
		json_array_append_new(list, json_pack(
			"{s:o}", "physicalLocation",
			place(f->paths[i].path, 0)));
	if (!f->n_paths)
		json_array_append_new(list, f->line ? json_pack(
			"{s:o}", "physicalLocation",
			place(r->verdict->policy->file, f->line)) :
			json_object());
	first = json_array_get(list, 0);
	json_object_set_new(first, "logicalLocations", logical_locations(f));
	return list;
}

static json_t *properties(const struct report *r, const struct finding *f)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:s}",
			 "ref", json_text(f->ref),
			 "commit", report_json_oid(&f->commit),
			 "subject", json_text(f->subject),
			 "merge", report_json_oid(&f->via),
			 "paths", report_json_paths(f),
			 "tag", json_text(f->tag),
			 "policy", json_policy_line(r->verdict->policy,
						    f->line),
			 "why", json_text(f->why),
			 "fix", json_text(f->fix),
			 "severity", severity_name(f->severity));
}

static json_t *pull(const struct merged_pull *pull)
{
	return json_pack("{s:o, s:o, s:o, s:o}",
			 "merge", report_json_oid(&pull->merge),
			 "subject", json_text(pull->subject),
			 "tree", json_text(pull->tree->section.name),
			 "tag", json_text(pull->tag));
}

static json_t *suppressions(const struct waiver *w)
{
	json_t *json = json_pack("{s:s, s:s}", "kind", "external",
				 "status", "accepted");

	json_object_set_new(json, "justification", json_text(
		w->reason.n ? w->reason.v[0].text : w->section.name));
	json_object_set_new(json, "properties", json_pack(
		"{s:o}", "waiver", json_text(w->section.name)));
	return json_pack("[o]", json);
}

static json_t *result(const struct report *r, const struct finding *f)
{
	json_t *json = json_pack("{s:s, s:i, s:s, s:o, s:o, s:o}",
				 "ruleId", rule_infos[f->rule].name,
				 "ruleIndex", (int)f->rule,
				 "level", level(f->severity),
				 "message", message(f->why, f->fix),
				 "locations", locations(r, f),
				 "properties", properties(r, f));

	if (f->pull)
		json_object_set_new(json_object_get(json, "properties"),
				    "pull", pull(f->pull));
	if (f->fingerprint)
		json_object_set_new(json, "partialFingerprints", json_pack(
			"{s:s}", SARIF_FINGERPRINT, f->fingerprint));
	if (r->verdict->has_baseline)
		json_object_set_new(json, "baselineState", json_string(
			f->is_known ? "unchanged" : "new"));
	if (f->waiver)
		json_object_set_new(json, "suppressions",
				    suppressions(f->waiver));
	return json;
}

/* Audits of one tree can be compared with each other, and those of pulls. */
static json_t *run_id(const struct report *r)
{
	struct buf id = BUF_INIT;
	json_t *json;

	buf_addf(&id, "git-treaty%s/%s/", r->pulls ? "-pulls" : "",
		 r->tree ? r->tree : "");
	json = json_text(buf_str(&id));
	buf_release(&id);
	return json;
}

static void put_properties(const struct report *r, FILE *out)
{
	fprintf(out, ",\"properties\":{\"verdict\":\"%s\",\"commits\":%zu,"
		"\"tree\":", report_refuses(r) ? "refuse" : "accept",
		r->verdict->n_commits);
	json_put(json_text(r->tree), out);
	for (size_t i = 0; r->pulls && i < r->pulls->pulls->n; i++) {
		fputs(i ? ",\n" : ",\"pulls\":[", out);
		json_put(pulls_json_pull(r->pulls, i), out);
	}
	if (r->pulls && r->pulls->pulls->n)
		fputc(']', out);
	fputc('}', out);
}

/* Prints one result at a time, as the JSON does. */
void report_sarif(const struct report *r, FILE *out)
{
	fputs("{\"$schema\":\"https://docs.oasis-open.org/sarif/sarif/v2.1.0/"
	      "errata01/os/schemas/sarif-schema-2.1.0.json\","
	      "\"version\":\"2.1.0\",\"runs\":[{", out);
	put_tool(r, out);
	fputs(",\n\"automationDetails\":{\"id\":", out);
	json_put(run_id(r), out);
	fputs("},\"columnKind\":\"unicodeCodePoints\",\"results\":[\n", out);
	for (size_t i = 0; i < r->verdict->n; i++) {
		if (i)
			fputs(",\n", out);
		json_put(result(r, &r->verdict->findings[i]), out);
	}
	fputc(']', out);
	put_properties(r, out);
	fputs("}]}\n", out);
}
