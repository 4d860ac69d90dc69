/* SPDX-License-Identifier: GPL-2.0-only */
#include <string.h>

#include "base/text.h"
#include "report/report.h"
#include "report/verdict_json.h"

/* Text */

enum { SHOWN = 10 };			/* of each list, but with --verbose */

static void add_oid(struct buf *line, const struct oid *oid)
{
	char name[OID_ABBREV + 1];

	oid_abbreviate(name, oid);
	buf_addstr(line, name);
}

static void put(const char *label, struct buf *line, FILE *out)
{
	struct buf escaped = BUF_INIT;

	text_escape(&escaped, buf_str(line), line->len);
	fprintf(out, "%s%s\n", label, buf_str(&escaped));
	buf_release(&escaped);
	buf_reset(line);
}

static void add_separator(struct buf *line)
{
	if (line->len)
		buf_addstr(line, ", ");
}

static void put_signer(const struct listed_tag *tag, struct buf *line,
		       FILE *out)
{
	if (tag->signer)
		buf_addstr(line, tag->signer);
	else if (tag->unsigned_why)
		buf_addf(line, "none that counts: %s", tag->unsigned_why);
	else
		buf_addstr(line, "none needed");
	put("  signer: ", line, out);
}

/* How much of a list is shown, and how the rest is mentioned. */
static size_t shown_of(const struct report *r, size_t n)
{
	return r->verbose || n <= SHOWN ? n : SHOWN;
}

static void add_rest(const struct report *r, size_t n, struct buf *line)
{
	if (shown_of(r, n) < n)
		buf_addf(line, " and %zu more", n - shown_of(r, n));
}

static void put_bases(const struct report *r, const struct listed_tag *tag,
		      struct buf *line, FILE *out)
{
	for (size_t i = 0; i < shown_of(r, tag->n_bases); i++) {
		add_separator(line);
		if (tag->bases[i].tag)
			buf_addstr(line, tag->bases[i].tag);
		else if (oid_is_zero(&tag->bases[i].commit))
			buf_addstr(line, "a commit without parents");
		else
			add_oid(line, &tag->bases[i].commit);
	}
	add_rest(r, tag->n_bases, line);
	put("  base:   ", line, out);
}

static void put_scope(const struct listed_tag *tag, struct buf *line,
		      FILE *out)
{
	const struct values *scope = &tag->shared->scope;

	for (size_t i = 0; i < scope->n; i++) {
		add_separator(line);
		buf_addstr(line, scope->v[i].text);
	}
	if (!scope->n)
		buf_addf(line, "all of %s's", tag->shared->tree.v[0].text);
	put("  scope:  ", line, out);
}

static void put_pulls(const struct report *r, const struct listed_tag *tag,
		      struct buf *line, FILE *out)
{
	for (size_t i = 0; i < shown_of(r, tag->n_pulls); i++) {
		add_separator(line);
		buf_addstr(line, tag->pulls[i].ref);
		if (oid_is_zero(&tag->pulls[i].merge))
			continue;
		buf_addstr(line, " (merge ");
		add_oid(line, &tag->pulls[i].merge);
		buf_addch(line, ')');
	}
	add_rest(r, tag->n_pulls, line);
	if (!tag->n_pulls)
		buf_addstr(line, "by no branch here");
	put("  pulled: ", line, out);
}

void report_tags_text(const struct report *r, FILE *out)
{
	struct buf line = BUF_INIT;

	for (size_t i = 0; i < r->verdict->n_tags; i++) {
		const struct listed_tag *tag = &r->verdict->tags[i];

		buf_addf(&line, "%s of %s: %s%s", tag->name,
			 tag->shared->tree.v[0].text,
			 tag->is_frozen ? "frozen" : "draft",
			 tag->is_valid ? "" : ", does not count (see below)");
		put(i ? "\ntag " : "tag ", &line, out);
		put_signer(tag, &line, out);
		put_bases(r, tag, &line, out);
		put_scope(tag, &line, out);
		put_pulls(r, tag, &line, out);
	}
	if (!r->verdict->n_tags)
		fputs("no shared tags\n", out);
	fputc('\n', out);
	buf_release(&line);
}

/* JSON */

static json_t *bases_json(const struct listed_tag *tag)
{
	json_t *list = json_array();

	for (size_t i = 0; i < tag->n_bases; i++)
		json_array_append_new(list, json_pack(
			"{s:o, s:o}",
			"commit", report_json_oid(&tag->bases[i].commit),
			"tag", json_text(tag->bases[i].tag)));
	return list;
}

static json_t *scope_json(const struct listed_tag *tag)
{
	json_t *list = json_array();

	for (size_t i = 0; i < tag->shared->scope.n; i++)
		json_array_append_new(list, json_text(
			tag->shared->scope.v[i].text));
	return list;
}

static json_t *pulls_json(const struct listed_tag *tag)
{
	json_t *list = json_array();

	for (size_t i = 0; i < tag->n_pulls; i++)
		json_array_append_new(list, json_pack(
			"{s:o, s:o}",
			"ref", json_text(tag->pulls[i].ref),
			"merge", report_json_oid(&tag->pulls[i].merge)));
	return list;
}

json_t *report_tags_json(const struct report *r)
{
	json_t *list = json_array();

	for (size_t i = 0; i < r->verdict->n_tags; i++) {
		const struct listed_tag *tag = &r->verdict->tags[i];

		json_array_append_new(list, json_pack(
			"{s:o, s:o, s:o, s:s, s:b, s:o, s:o, s:o, s:o, s:o}",
			"tag", json_text(tag->name),
			"object", report_json_oid(&tag->oid),
			"tree", json_text(tag->shared->tree.v[0].text),
			"state", tag->is_frozen ? "frozen" : "draft",
			"counts", tag->is_valid,
			"signer", json_text(tag->signer),
			"unsigned", json_text(tag->unsigned_why),
			"bases", bases_json(tag),
			"scope", scope_json(tag),
			"pulled", pulls_json(tag)));
	}
	return list;
}
