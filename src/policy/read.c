/* SPDX-License-Identifier: GPL-2.0-only */
#include <ctype.h>
#include <ini.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/oid.h"
#include "base/strmap.h"
#include "base/text.h"
#include "policy/keys.h"
#include "policy/policy.h"
#include "policy/values.h"

/*
 * inih splits lines into key and value, and gets only lines that it cannot
 * misread. The reader callback sees each raw line first. It counts lines, keeps
 * the section's name (inih would cut it at 49 bytes), and refuses lines that
 * inih would silently cut, join or skip. inih gets lines with keys only. It
 * looks at each character of a value, to find a comment: where there is none,
 * the value stays where it is, and inih gets a stand-in.
 */
struct reader {
	char *text;			/* the policy's */
	size_t len, pos;
	int line;
	int size;			/* of inih's buffer for a line */
	char *value;			/* in it; NULL if inih gets the value */
	struct policy *policy;
	struct diags *diags;
	enum section_kind kind;
	struct section *section;	/* NULL: none yet, or a bad one */
	struct buf kind_text, name;	/* of the header read last */
	bool in_section;		/* a header was seen, valid or not */
	int key_line[MAX_KEYS];		/* of the section, by key; 0: not set */
	struct strmap seen[SECTION_KINDS];	/* names -> lines */
};

#define ERROR(r, ...) diags_add((r)->diags, (r)->line, true, __VA_ARGS__)

static const char *kind_name(const void *ctx, size_t i)
{
	(void)ctx;
	return i < SECTION_KINDS ? section_infos[i].name : NULL;
}

static const char *rule_name(const void *ctx, size_t i)
{
	(void)ctx;
	return i < RULE_COUNT ? rule_infos[i].name : NULL;
}

static bool key_is_of(const struct key *key, const struct reader *r)
{
	return !key->only || !strcmp(key->only, r->section->name);
}

static const char *key_name(const void *ctx, size_t i)
{
	const struct reader *r = ctx;

	for (const struct key *key = section_infos[r->kind].keys; key->name;
	     key++)
		if (key_is_of(key, r) && !i--)
			return key->name;
	return NULL;
}

/* The end of the sentence: the likely word, or all words. */
static char *hint(const char *word,
		  const char *(*next)(const void *ctx, size_t i),
		  const void *ctx)
{
	const char *near = text_nearest(word, next, ctx), *candidate;
	struct buf b = BUF_INIT;

	if (near)
		return xasprintf("did you mean '%s'?", near);
	buf_addstr(&b, "expected ");
	for (size_t i = 0; (candidate = next(ctx, i)); i++)
		buf_addf(&b, "%s%s", i ? ", " : "", candidate);
	return buf_detach(&b);
}

/* Sections */

/*
 * Takes a name up to its closing quote; returns what follows that, or NULL. In
 * the name \" and \\ stand for " and \, as in git's config.
 */
static const char *take_name(const char *s, struct buf *name)
{
	for (;;) {
		size_t n = strcspn(s, "\\\"");

		buf_add(name, s, n);
		s += n;
		if (*s != '\\')
			return *s ? s + 1 : NULL;
		if (*++s != '"' && *s != '\\')
			return NULL;
		buf_addch(name, *s++);
	}
}

/* Parses `[kind]` or `[kind "name"]`, with or without a comment. */
static bool parse_header(const char *s, struct buf *kind, struct buf *name,
			 bool *has_name)
{
	size_t n = 0;

	for (s++; islower((unsigned char)s[n]) || s[n] == '-'; n++)
		;
	buf_add(kind, s, n);
	s += n;
	*has_name = *s == ' ' || *s == '\t';
	if (*has_name) {
		s += strspn(s, " \t");
		if (*s++ != '"' || !(s = take_name(s, name)))
			return false;
	}
	if (*s++ != ']')
		return false;
	s += strspn(s, " \t");
	return !*s || *s == ';' || *s == '#';
}

static int find_kind(const char *name)
{
	for (int i = 0; i < SECTION_KINDS; i++)
		if (!strcmp(section_infos[i].name, name))
			return i;
	return -1;
}

static bool check_name(struct reader *r, enum section_kind kind,
		       const char *name, bool has_name)
{
	const struct section_info *info = &section_infos[kind];
	struct key tag = { .name = "shared-tag", .type = KEY_TAG };
	char *problem;
	int64_t line;

	if (has_name != info->named || (has_name && !*name)) {
		ERROR(r, info->named ? "[%s] needs a name: write [%s \"NAME\"]"
		      : "[%s] has no name: write [%s]", info->name, info->name);
		return false;
	}
	if (kind == SECTION_RULE && rule_by_name(name) < 0) {
		problem = hint(name, rule_name, NULL);
		ERROR(r, "unknown rule '%s': %s", name, problem);
		free(problem);
		return false;
	}
	problem = kind == SECTION_SHARED_TAG ? value_problem(&tag, name) : NULL;
	if (problem) {
		ERROR(r, "%s", problem);
		free(problem);
		return false;
	}
	line = strmap_get(&r->seen[kind], name);
	if (line >= 0)
		ERROR(r, "[%s%s%s%s] is already on line %d: put all of its "
		      "keys there", info->name, has_name ? " \"" : "",
		      name, has_name ? "\"" : "", (int)line);
	return line < 0;
}

static void read_header(struct reader *r, const char *line)
{
	const char *kind, *name;
	bool has_name = false;
	int k;

	r->section = NULL;
	r->in_section = true;
	memset(r->key_line, 0, sizeof(r->key_line));
	buf_reset(&r->kind_text);
	buf_reset(&r->name);
	if (!parse_header(line, &r->kind_text, &r->name, &has_name)) {
		ERROR(r, "'%s' is not a section: expected [kind] or "
		      "[kind \"name\"]", line);
		return;
	}
	kind = buf_str(&r->kind_text);
	name = buf_str(&r->name);
	k = find_kind(kind);
	if (k < 0) {
		char *h = hint(kind, kind_name, NULL);

		ERROR(r, "unknown section [%s]: %s", kind, h);
		free(h);
	} else if (check_name(r, (enum section_kind)k, name, has_name)) {
		r->kind = (enum section_kind)k;
		r->section = policy_add(r->policy, r->kind, name, r->line);
		strmap_put(&r->seen[k], r->section->name, (uint32_t)r->line);
	}
}

/* Keys, as inih hands them over */

static const char stand_in[] = "v";

static const struct key *find_key(const struct reader *r, const char *name)
{
	for (const struct key *key = section_infos[r->kind].keys; key->name;
	     key++)
		if (*key->name == *name && !strcmp(key->name, name) &&
		    key_is_of(key, r))
			return key;
	return NULL;
}

static void unknown_key(struct reader *r, const char *name)
{
	char *h = hint(name, key_name, r);

	ERROR(r, "unknown key '%s' in [%s]: %s", name,
	      section_infos[r->kind].name, h);
	free(h);
}

static int set_value(struct reader *r, const struct key *key, char *text,
		     struct error *err)
{
	void *at = (char *)r->section + key->offset;
	size_t index = (size_t)(key - section_infos[r->kind].keys);

	if (!key->many && r->key_line[index]) {
		ERROR(r, "'%s' is already set on line %d, and takes one value",
		      key->name, r->key_line[index]);
		return 0;
	}
	r->key_line[index] = r->line;
	if (key->type != KEY_CHOICE)
		return policy_add_value(r->policy, at, key->type, text,
					r->line, err);
	*(int *)at = choice_index(key, text);
	return 0;
}

static int on_key(void *user, const char *section, const char *name,
		  const char *text)
{
	struct reader *r = user;
	const struct key *key;
	char *problem, *value;
	struct error err;
	int rc = 0;

	(void)section;
	if (r->value && strcmp(text, stand_in)) {
		ERROR(r, "the line is not understood");
		return 1;
	}
	if (!r->section) {
		if (!r->in_section)
			ERROR(r, "'%s' stands before the first section: put it "
			      "below [policy] or another one", name);
		return 1;
	}
	key = find_key(r, name);
	if (!key) {
		unknown_key(r, name);
		return 1;
	}
	value = r->value ? r->value : arena_strdup(&r->policy->texts, text);
	problem = value_problem(key, value);
	/*
	 * Adds invalid values too, or the list would also be reported as empty.
	 */
	if (!problem || key->type != KEY_CHOICE)
		rc = set_value(r, key, value, &err);
	if (problem || rc)
		ERROR(r, "%s", problem ? problem : err.msg);
	free(problem);
	return 1;
}

/* Lines, as inih asks for them */

/* Has a bit set if one of the eight bytes is a control character. */
static uint64_t controls(const char *s)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	uint64_t eight;

	memcpy(&eight, s, 8);
	return (eight - 0x20 * ones) & ~eight & 0x80 * ones;
}

/* Whether no byte is a control character. */
static bool has_no_controls(const char *s, size_t len)
{
	const char *end = s + len;
	uint64_t found = 0;

	if (len < 8) {
		while (s < end && (unsigned char)*s >= 0x20)
			s++;
		return s == end;
	}
	for (; end - s > 8; s += 8)
		found |= controls(s);
	return !(found | controls(end - 8));
}

static bool printable(struct reader *r, const char *s, size_t len)
{
	if (has_no_controls(s, len))
		return true;
	if (memchr(s, '\0', len)) {
		ERROR(r, "the line has a NUL byte");
		return false;
	}
	for (size_t i = 0; i < len; i++) {
		if ((unsigned char)s[i] < 0x20 && s[i] != '\t') {
			ERROR(r, "the line has a control character (byte "
			      "0x%02x)%s", (unsigned char)s[i],
			      s[i] == '\r' ? ": end lines with a line feed" :
			      "");
			return false;
		}
	}
	return true;
}

static bool is_letter(char c)
{
	return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

static char *skip_blanks(char *s)
{
	while (*s == ' ' || *s == '\t')
		s++;
	return s;
}

/*
 * The end of the key that the line starts with, before any blanks and the `=`.
 * NULL if it starts with none.
 */
static char *find_key_end(char *s)
{
	char *end = s;

	if (!is_letter(*s))
		return NULL;
	while (is_letter(*end) || isdigit((unsigned char)*end) || *end == '-' ||
	       *end == '_')
		end++;
	return *skip_blanks(end) == '=' ? end : NULL;
}

/* After a refused header, the keys below it belong to no section. */
static void lose_section(struct reader *r, char first)
{
	if (first != '[')
		return;
	r->section = NULL;
	r->in_section = true;
}

/*
 * Returns the end of the key of a line that inih may see; NULL if it may not.
 */
static char *check_line(struct reader *r, char *s)
{
	char *first = skip_blanks(s), *end;

	if (!*first || *first == ';' || *first == '#')
		return NULL;
	if (first != s) {
		ERROR(r, "the line is indented, which would continue the value "
		      "above: start '%s' in the first column", first);
		lose_section(r, *first);
		return NULL;
	}
	if (*s == '[') {
		read_header(r, s);
		return NULL;
	}
	end = find_key_end(s);
	if (!end)
		ERROR(r, "'%s' is neither a section nor a key: expected "
		      "'key = value'", s);
	return end;
}

/* Takes the next raw line, without its end. */
static bool next_line(struct reader *r, char **start, size_t *len)
{
	char *end;

	if (r->pos == r->len || r->line == INT_MAX)
		return false;
	*start = r->text + r->pos;
	end = memchr(*start, '\n', r->len - r->pos);
	*len = end ? (size_t)(end - *start) : r->len - r->pos;
	r->pos += *len + (end != NULL);
	r->line++;
	if (*len && (*start)[*len - 1] == '\r')
		(*len)--;
	if (r->line == 1 && *len >= 3 && !memcmp(*start, "\xef\xbb\xbf", 3)) {
		*start += 3;
		*len -= 3;
	}
	return true;
}

/*
 * Hands a line with a key to inih. A value without a semicolon has no comment;
 * one that is not empty leaves room for the stand-in.
 */
static void hand_over(struct reader *r, char *line, size_t len,
		      const char *key_end, char *out)
{
	size_t n = (size_t)(key_end - line);
	char *end = line + len, *value = strchr(key_end, '=') + 1;

	r->value = NULL;
	if (!*value || strchr(value, ';')) {
		memcpy(out, line, len + 1);
		return;
	}
	while (end > value && (end[-1] == ' ' || end[-1] == '\t'))
		end--;
	*end = '\0';
	r->value = skip_blanks(value);
	memcpy(out, line, n);
	out[n++] = '=';
	memcpy(out + n, stand_in, sizeof(stand_in));
}

/* Takes a line, and fills `out`; false where inih may not see it. */
static bool take_line(struct reader *r, char *start, size_t len, char *out)
{
	const char *key_end;

	if (len > MAX_LINE || len >= (size_t)r->size) {
		ERROR(r, "the line has %zu bytes, at most %d are read: shorten "
		      "it", len, MAX_LINE);
		lose_section(r, *start);
		return false;
	}
	if (!printable(r, start, len)) {
		lose_section(r, *start);
		return false;
	}
	start[len] = '\0';
	key_end = check_line(r, start);
	if (key_end)
		hand_over(r, start, len, key_end, out);
	return key_end;
}

static char *read_line(char *out, int size, void *stream)
{
	struct reader *r = stream;
	char *start;
	size_t len;

	/* inih 58 asks for the rest of a line that filled its buffer. */
	if (size < r->size)
		return NULL;
	r->size = size;
	while (next_line(r, &start, &len))
		if (take_line(r, start, len, out))
			return out;
	return NULL;
}

static void add_default(struct policy *p, struct values *values,
			enum key_type type, const char *text, int line)
{
	struct error unused;

	if (!values->n)
		policy_add_value(p, values, type,
				 arena_strdup(&p->texts, text), line, &unused);
}

/* The default values of lists. */
static void fill_defaults(struct policy *p)
{
	add_default(p, &p->head.version, KEY_VERSION, "1", 0);
	for (size_t i = 0; i < p->n_trees; i++)
		add_default(p, &p->trees[i].branch, KEY_REF, "refs/heads/*",
			    p->trees[i].section.line);
}

static const char *tree_name(const void *ctx, size_t i)
{
	const struct policy *p = ctx;

	return i < p->n_trees ? p->trees[i].section.name : NULL;
}

static void check_waiver_name(struct reader *r, const struct values *names,
			      const char *key, bool is_known,
			      const char *(*next)(const void *ctx, size_t i))
{
	char *h;

	if (!names->n || is_known)
		return;
	h = hint(names->v[0].text, next, r->policy);
	diags_add(r->diags, names->v[0].line, true, "unknown %s '%s': %s",
		  key, names->v[0].text, h);
	free(h);
}

/* A waiver says what it is for, or it is too wide. */
static void check_waiver(struct reader *r, const struct waiver *w)
{
	const struct {
		bool has;
		const char *missing;
	} needs[] = {
		{ w->rule.n, "rule = NAME" },
		{ w->tree.n, "tree = NAME" },
		{ w->commit.n || w->path.n || w->tag.n,
		  "commit = OID', 'path = PATTERN' or 'tag = PATTERN" },
		{ w->expires.n, "expires = YYYY-MM-DD" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(needs); i++)
		if (!needs[i].has)
			diags_add(r->diags, w->section.line, true,
				  "[waiver \"%s\"] is too wide: add '%s'",
				  w->section.name, needs[i].missing);
	check_waiver_name(r, &w->rule, "rule", w->rule.n &&
			  rule_by_name(w->rule.v[0].text) >= 0, rule_name);
	check_waiver_name(r, &w->tree, "tree", w->tree.n &&
			  policy_tree(r->policy, w->tree.v[0].text),
			  tree_name);
}

/* What only the whole file shows. */
static void check_whole(struct reader *r)
{
	const struct policy *p = r->policy;

	for (size_t i = 0; i < p->n_immutables; i++)
		if (!p->immutables[i].tag.n)
			diags_add(r->diags, p->immutables[i].section.line,
				  true, "[immutable \"%s\"] freezes nothing: "
				  "add 'tag = PATTERN'",
				  p->immutables[i].section.name);
	for (size_t i = 0; i < p->n_shared_tags; i++)
		if (!p->shared_tags[i].tree.n)
			diags_add(r->diags, p->shared_tags[i].section.line,
				  true, "[shared-tag \"%s\"] belongs to "
				  "nobody: add 'tree = NAME'",
				  p->shared_tags[i].section.name);
	for (size_t i = 0; i < p->n_waivers; i++)
		check_waiver(r, &p->waivers[i]);
}

struct policy *policy_parse(const char *file, const char *text, size_t len,
			    struct diags *diags)
{
	struct buf copy = BUF_INIT;

	buf_add(&copy, text, len);
	return policy_take(file, &copy, diags);
}

struct policy *policy_take(const char *file, struct buf *text,
			   struct diags *diags)
{
	struct reader r = { .len = text->len, .diags = diags };
	size_t before = diags_errors(diags);
	int rc;

	r.policy = policy_new(file);
	r.text = r.policy->text = buf_detach(text);
	rc = ini_parse_stream(read_line, &r, on_key, &r);
	fill_defaults(r.policy);
	check_whole(&r);
	for (size_t i = 0; i < SECTION_KINDS; i++)
		strmap_release(&r.seen[i]);
	buf_release(&r.kind_text);
	buf_release(&r.name);
	if ((rc || r.pos != r.len) && diags_errors(diags) == before)
		diags_add(diags, 0, true, "a line is not understood");
	diags_sort(diags);
	if (diags_errors(diags) != before) {
		policy_free(r.policy);
		return NULL;
	}
	return r.policy;
}
