/* SPDX-License-Identifier: GPL-2.0-only */
#include "git/object.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"

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

/* Headers */

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

/* The line at the cursor, without its end; the cursor moves behind it. */
static const char *take_line(struct cursor *c, size_t *len)
{
	const char *line = c->p;
	const char *nl = memchr(line, '\n', (size_t)(c->end - line));

	*len = (size_t)((nl ? nl : c->end) - line);
	c->p = nl ? nl + 1 : c->end;
	return line;
}

/* The seconds behind the last `>` of "committer NAME <MAIL> SECONDS ZONE". */
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
	const size_t line = strlen("parent ") + OID_HEX + 1;
	struct oid oid = { { 0 } };

	oid_parse(&oid, commit->parents + i * line + strlen("parent "),
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

/* Where the last paragraph starts, trailing blank lines apart. */
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

/* Trees */

int tree_entry_cmp(const struct tree_entry *a, const struct tree_entry *b)
{
	size_t n = a->name_len < b->name_len ? a->name_len : b->name_len;
	int cmp = memcmp(a->name, b->name, n);
	unsigned char x, y;

	if (cmp)
		return cmp;
	x = a->name_len > n ? (unsigned char)a->name[n] :
	    mode_is_tree(a->mode) ? '/' : 0;
	y = b->name_len > n ? (unsigned char)b->name[n] :
	    mode_is_tree(b->mode) ? '/' : 0;
	return x < y ? -1 : x > y;
}

static bool name_is(const struct tree_entry *e, const char *name)
{
	return e->name_len == strlen(name) &&
	       !strncasecmp(e->name, name, e->name_len);
}

static const char *name_problem(const struct tree_entry *e)
{
	if (!e->name_len)
		return "an empty name";
	if (memchr(e->name, '/', e->name_len))
		return "a name with a slash";
	if (e->name[0] == '.' &&
	    (name_is(e, ".") || name_is(e, "..") || name_is(e, ".git")))
		return "the name '.', '..' or '.git'";
	return NULL;
}

/*
 * Whether a directory has the name of a file before it. In git's order only
 * names that begin with the same bytes can stand between the two.
 */
static bool has_twin(const struct tree_entries *entries,
		     const struct tree_entry *dir)
{
	for (size_t i = entries->n; i-- > 0;) {
		const struct tree_entry *e = &entries->v[i];

		if (e->name_len < dir->name_len ||
		    memcmp(e->name, dir->name, dir->name_len))
			return false;
		if (e->name_len == dir->name_len)
			return true;
	}
	return false;
}

/* Old trees have modes such as 100664, which git reads as 100644. */
static unsigned int canonical_mode(unsigned int mode)
{
	if (mode_is_file(mode))
		return mode & 0100 ? 0100755 : 0100644;
	if (mode_is_tree(mode) || (mode & MODE_TYPE) == MODE_LINK)
		return mode & MODE_TYPE;
	return MODE_GITLINK;
}

/* "<octal mode> <name>\0<20 bytes>" */
static bool take_entry(struct cursor *c, struct tree_entry *e)
{
	const char *nul;

	e->mode = 0;
	if (c->p < c->end && *c->p == ' ')
		return false;
	for (; c->p < c->end && *c->p != ' '; c->p++) {
		if (*c->p < '0' || *c->p > '7' || e->mode > 0777777)
			return false;
		e->mode = e->mode << 3 | (unsigned int)(*c->p - '0');
	}
	if (c->p == c->end || !e->mode)
		return false;
	e->name = ++c->p;
	nul = memchr(c->p, '\0', (size_t)(c->end - c->p));
	if (!nul || c->end - nul <= OID_SIZE)
		return false;
	e->name_len = (size_t)(nul - e->name);
	memcpy(e->oid.b, nul + 1, OID_SIZE);
	c->p = nul + 1 + OID_SIZE;
	e->mode = canonical_mode(e->mode);
	return true;
}

int tree_parse(struct tree_entries *entries, const char *raw, size_t len,
	       struct error *err)
{
	struct cursor c = { raw, raw + len };
	const char *problem;

	entries->n = 0;
	while (c.p < c.end) {
		struct tree_entry e;

		if (!take_entry(&c, &e))
			return error_set(err, "the tree is cut or garbled");
		problem = name_problem(&e);
		if (problem)
			return error_set(err, "the tree has %s", problem);
		if (entries->n &&
		    tree_entry_cmp(&entries->v[entries->n - 1], &e) >= 0)
			return error_set(err, "the tree has entries out of "
					 "order or twice");
		if (mode_is_tree(e.mode) && has_twin(entries, &e))
			return error_set(err, "the tree has a file and a "
					 "directory of one name");
		GROW(entries->v, entries->n, entries->cap);
		entries->v[entries->n++] = e;
	}
	return 0;
}

void tree_entries_release(struct tree_entries *entries)
{
	free(entries->v);
	*entries = (struct tree_entries){ 0 };
}
