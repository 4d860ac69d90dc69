/* SPDX-License-Identifier: GPL-2.0-only */
#include "git/object.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/sha1.h"

static const char *const type_names[] = {
	[OBJECT_MISSING] = "missing",
	[OBJECT_COMMIT] = "commit",
	[OBJECT_TREE] = "tree",
	[OBJECT_BLOB] = "blob",
	[OBJECT_TAG] = "tag",
};

const char *object_type_name(enum object_type type)
{
	return type_names[type];
}

struct oid object_hash(enum object_type type, const char *data, size_t len)
{
	struct buf head = BUF_INIT;
	struct sha1 sha1;
	struct oid oid;

	buf_addf(&head, "%s %zu", object_type_name(type), len);
	buf_addch(&head, '\0');
	sha1_init(&sha1);
	sha1_add(&sha1, head.ptr, head.len);
	sha1_add(&sha1, data, len);
	sha1_finish(&sha1, oid.b);
	buf_release(&head);
	return oid;
}

/* Headers */

enum { PARENT_LINE = sizeof("parent ") - 1 + OID_HEX + 1 };

struct cursor {
	const char *p, *end;
};

static bool take(struct cursor *c, const char *word)
{
	size_t n = strlen(word);

	if ((size_t)(c->end - c->p) < n || memcmp(c->p, word, n))
		return false;
	c->p += n;
	return true;
}

/* "<word><40 hex>\n" */
static bool take_oid_line(struct cursor *c, const char *word, struct oid *oid)
{
	const char *start = c->p;

	if (take(c, word) && c->end - c->p > OID_HEX &&
	    c->p[OID_HEX] == '\n' && oid_parse(oid, c->p, OID_HEX)) {
		c->p += OID_HEX + 1;
		return true;
	}
	c->p = start;
	return false;
}

/* Takes the line at the cursor, without its end, and moves past it. */
static const char *take_line(struct cursor *c, size_t *len)
{
	const char *line = c->p;
	const char *nl = memchr(line, '\n', (size_t)(c->end - line));

	*len = (size_t)((nl ? nl : c->end) - line);
	c->p = nl ? nl + 1 : c->end;
	return line;
}

/* The seconds after the last `>` of "committer NAME <MAIL> SECONDS ZONE". */
static int64_t line_time(const char *line, size_t len)
{
	const char *p = memrchr(line, '>', len), *end = line + len;
	int64_t time = 0;

	if (!p)
		return 0;
	for (p++; p < end && (*p == ' ' || *p == '\t'); p++)
		;
	for (; p < end && isdigit((unsigned char)*p); p++) {
		if (time > INT64_MAX / 10 - 10)
			return 0;
		time = time * 10 + (*p - '0');
	}
	return time;
}

/* "author IDENT", "committer IDENT": the first of each counts. */
static void take_ident(struct commit *commit, const char *line, size_t len)
{
	const size_t a = strlen("author "), c = strlen("committer ");

	if (!commit->author_len && len > a && !memcmp(line, "author ", a)) {
		commit->author = line + a;
		commit->author_len = len - a;
	} else if (!commit->committer_len && len > c &&
		   !memcmp(line, "committer ", c)) {
		commit->committer = line + c;
		commit->committer_len = len - c;
		commit->time = line_time(line, len);
	}
}

/* Whether several lines of parents name one commit. */
static bool is_repeated(const char *lines, size_t n)
{
	size_t i = 1;

	while (i < n && !memcmp(lines, lines + i * PARENT_LINE, PARENT_LINE))
		i++;
	return n > 1 && i == n;
}

int commit_parse_tree(struct oid *tree, const char *raw, size_t len,
		      struct error *err)
{
	struct cursor c = { raw, raw + len };

	return take_oid_line(&c, "tree ", tree) ? 0 :
	       error_set(err, "the commit has no tree line");
}

int commit_parse(struct commit *commit, const char *raw, size_t len,
		 struct error *err)
{
	struct cursor c = { raw, raw + len };
	struct oid parent;

	*commit = (struct commit){ .author = "", .committer = "" };
	if (!take_oid_line(&c, "tree ", &commit->tree))
		return error_set(err, "the commit has no tree line");
	commit->parents = c.p;
	while (take_oid_line(&c, "parent ", &parent))
		commit->n_parents++;
	if (take(&c, "parent "))
		return error_set(err, "the commit has a bad parent line");
	if (is_repeated(commit->parents, commit->n_parents))
		commit->n_parents = 1;
	while (c.p < c.end) {
		size_t n;
		const char *line = take_line(&c, &n);

		if (!n)
			break;
		take_ident(commit, line, n);
	}
	commit->message = c.p;
	commit->message_len = (size_t)(c.end - c.p);
	return 0;
}

struct oid commit_parent(const struct commit *commit, size_t i)
{
	struct oid oid = { { 0 } };

	oid_parse(&oid, commit->parents + i * PARENT_LINE + strlen("parent "),
		  OID_HEX);
	return oid;
}

bool ident_split(const char *ident, size_t len, size_t *name_len,
		 const char **mail, size_t *mail_len)
{
	const char *open = memchr(ident, '<', len);
	const char *close = open ? memchr(open, '>', len -
					  (size_t)(open - ident)) : NULL;

	if (!close)
		return false;
	*mail = open + 1;
	*mail_len = (size_t)(close - open - 1);
	*name_len = (size_t)(open - ident);
	while (*name_len && isspace((unsigned char)ident[*name_len - 1]))
		(*name_len)--;
	return true;
}

static bool is_blank(const char *line, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!isspace((unsigned char)line[i]))
			return false;
	return true;
}

void commit_subject(const struct commit *commit, struct buf *out)
{
	struct cursor c = { commit->message,
			    commit->message + commit->message_len };
	size_t start = out->len, n;

	while (c.p < c.end) {
		const char *line = take_line(&c, &n);

		if (is_blank(line, n)) {
			if (out->len != start)
				break;
			continue;
		}
		while (n && isspace((unsigned char)line[n - 1]))
			n--;
		if (out->len != start)
			buf_addch(out, ' ');
		buf_add(out, line, n);
	}
	buf_add(out, "", 0);
}

/* Trailers */

/* The start of the last paragraph, ignoring trailing blank lines. */
static const char *last_paragraph(const char *message, size_t len)
{
	struct cursor c = { message, message + len };
	const char *start = message + len;
	bool blank = true, first = true;
	size_t n;

	while (c.p < c.end) {
		const char *line = take_line(&c, &n);

		if (is_blank(line, n)) {
			blank = true;
			continue;
		}
		if (blank && !first)
			start = line;
		blank = false;
		first = false;
	}
	return start;
}

void commit_trailers(const char *message, size_t len, const char *key,
		     void (*fn)(void *ctx, const char *value, size_t len),
		     void *ctx)
{
	struct cursor c = { last_paragraph(message, len), message + len };
	size_t key_len = strlen(key), n;

	while (c.p < c.end) {
		const char *line = take_line(&c, &n);

		if (n < key_len || memcmp(line, key, key_len))
			continue;
		line += key_len;
		n -= key_len;
		while (n && isspace((unsigned char)*line)) {
			line++;
			n--;
		}
		while (n && isspace((unsigned char)line[n - 1]))
			n--;
		fn(ctx, line, n);
	}
}

/* Tags */

int tag_parse(struct tag *tag, const char *raw, size_t len, struct error *err)
{
	struct cursor c = { raw, raw + len };
	const char *line;
	size_t n;

	*tag = (struct tag){ 0 };
	if (!take_oid_line(&c, "object ", &tag->target))
		return error_set(err, "the tag has no object line");
	if (!take(&c, "type "))
		return error_set(err, "the tag has no type line");
	line = take_line(&c, &n);
	for (int type = OBJECT_COMMIT; type <= OBJECT_TAG; type++)
		if (n == strlen(type_names[type]) &&
		    !memcmp(line, type_names[type], n))
			tag->type = (enum object_type)type;
	if (!tag->type)
		return error_set(err, "the tag has an unknown type");
	if (!take(&c, "tag "))
		return error_set(err, "the tag has no name line");
	tag->name = take_line(&c, &tag->name_len);
	if (!tag->name_len || c.p[-1] != '\n')
		return error_set(err, "the tag has no name");
	return 0;
}

int64_t tag_time(const char *raw, size_t len)
{
	const size_t key = strlen("tagger ");
	struct cursor c = { raw, raw + len };

	while (c.p < c.end) {
		size_t n;
		const char *line = take_line(&c, &n);

		if (!n)
			break;
		if (n > key && !memcmp(line, "tagger ", key))
			return line_time(line, n);
	}
	return 0;
}
