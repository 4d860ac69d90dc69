/* SPDX-License-Identifier: GPL-2.0-only */
#include "git/tree.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/be.h"
#include "base/mem.h"
#include "base/same_bytes.h"
#include "base/search.h"

/*
 * The least bytes of an entry: one digit, a blank, one letter, NUL and an
 * object name.
 */
enum { MIN_ENTRY = 4 + OID_SIZE };

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

bool tree_entry_equal(const struct tree_entry *a, const struct tree_entry *b)
{
	if (!a->mode || !b->mode)
		return a->mode == b->mode;
	return a->mode == b->mode && oid_equal(&a->oid, &b->oid);
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

/* Reads the octal digits before a blank; 0: garbled. */
static unsigned int take_digits(const char **p, const char *end)
{
	unsigned int mode = 0;

	for (; *p < end && **p != ' '; ++*p) {
		if (**p < '0' || **p > '7' || mode > 0777777)
			return 0;
		mode = mode << 3 | (unsigned int)(**p - '0');
	}
	return *p < end ? mode : 0;
}

/*
 * Reads the mode and the blank after it; recognizes the two most usual ones at
 * a glance.
 */
static unsigned int take_mode(const char **p, const char *end)
{
	static const uint64_t file = 0x31303036343420;	/* "100644 " */
	static const uint64_t tree = 0x343030303020;	/* "40000 " */
	uint64_t head = end - *p > 8 ? be_head(*p, 8) : 0;
	unsigned int mode;

	if (head >> 8 == file) {
		*p += 7;
		return 0100644;
	}
	if (head >> 16 == tree) {
		*p += 6;
		return MODE_TREE;
	}
	mode = take_digits(p, end);
	++*p;
	return mode ? canonical_mode(mode) : 0;
}

/*
 * Parses "<octal mode> <name>\0<20 bytes>" and returns its end, NULL if
 * garbled.
 */
static const char *take_entry(const char *p, const char *end,
			      struct tree_entry *e)
{
	const char *nul;

	e->mode = take_mode(&p, end);
	if (!e->mode)
		return NULL;
	e->name = p;
	nul = memchr(p, '\0', (size_t)(end - p));
	if (!nul || end - nul <= OID_SIZE)
		return NULL;
	e->name_len = (size_t)(nul - p);
	return nul + 1 + OID_SIZE;
}

struct tree_entry tree_entry_at(const struct tree_entries *entries, size_t i)
{
	const char *p = entries->raw + entries->starts[i];
	const char *oid = entries->raw + entries->starts[i + 1] - OID_SIZE;
	struct tree_entry e = { .mode = take_mode(&p, oid) };

	e.name = p;
	e.name_len = (size_t)(oid - 1 - p);
	memcpy(e.oid.b, oid, OID_SIZE);
	return e;
}

struct prefix {
	const uint32_t *starts;
	size_t bytes;
};

static bool ends_within(const void *ctx, size_t i)
{
	const struct prefix *prefix = ctx;

	return prefix->starts[i + 1] <= prefix->bytes;
}

size_t tree_entry_after(const struct tree_entries *entries, size_t i,
			size_t bytes)
{
	const struct prefix prefix = { entries->starts, bytes };

	return search_first(i, entries->n, ends_within, &prefix);
}

static bool name_is(const struct tree_entry *e, const char *name)
{
	return e->name_len == strlen(name) &&
	       !strncasecmp(e->name, name, e->name_len);
}

/* Reads eight bytes at once; see raw_entry_cmp() for bytes past the name. */
static bool has_slash(const struct tree_entry *e)
{
	static const uint64_t ones = 0x0101010101010101;

	for (size_t i = 0; i < e->name_len; i += 8) {
		/*
		 * The xor turns a slash into a zero byte, which the
		 * subtraction's borrow finds.
		 */
		uint64_t w = be_head(e->name + i, e->name_len - i) ^ ones * '/';

		if ((w - ones) & ~w & ones << 7)
			return true;
	}
	return false;
}

static const char *name_problem(const struct tree_entry *e)
{
	if (!e->name_len)
		return "an empty name";
	if (has_slash(e))
		return "a name with a slash";
	if (e->name[0] == '.' &&
	    (name_is(e, ".") || name_is(e, "..") || name_is(e, ".git")))
		return "the name '.', '..' or '.git'";
	return NULL;
}

/* Whether the entry's name begins with `name`. */
static bool begins_with(const struct tree_entry *e,
			const struct tree_entry *name)
{
	return e->name_len >= name->name_len &&
	       !memcmp(e->name, name->name, name->name_len);
}

struct wanted {
	const struct tree_entries *entries;
	struct tree_entry entry;
};

static bool is_before(const void *ctx, size_t i)
{
	const struct wanted *wanted = ctx;
	struct tree_entry e = tree_entry_at(wanted->entries, i);

	return tree_entry_cmp(&e, &wanted->entry) < 0;
}

/*
 * Whether there is a file of the same name as the directory. Only names that
 * begin with the same bytes can stand between the two in git's order; `last` is
 * the entry before the directory, and the entries so far are sorted.
 */
static bool has_twin(const struct tree_entries *entries,
		     const struct tree_entry *last,
		     const struct tree_entry *dir)
{
	struct wanted file = { entries, *dir };
	struct tree_entry e;
	size_t i;

	if (!begins_with(last, dir))
		return false;
	file.entry.mode = MODE_FILE;
	i = search_first(0, entries->n, is_before, &file);
	if (i == entries->n)
		return false;
	e = tree_entry_at(entries, i);
	return !tree_entry_cmp(&file.entry, &e);
}

/*
 * Like tree_entry_cmp(), for names that lie in trees: the 8 bytes from the
 * start of a name are always readable, since an object name follows.
 */
static int raw_entry_cmp(const struct tree_entry *a, const struct tree_entry *b)
{
	size_t n = a->name_len < b->name_len ? a->name_len : b->name_len;
	uint64_t x = be_head(a->name, n), y = be_head(b->name, n);

	return x < y ? -1 : x > y ? 1 : tree_entry_cmp(a, b);
}

static const char *order_problem(const struct tree_entries *entries,
				 const struct tree_entry *last,
				 const struct tree_entry *e)
{
	if (!entries->n)
		return NULL;
	if (raw_entry_cmp(last, e) >= 0)
		return "entries out of order or twice";
	if (mode_is_tree(e->mode) && has_twin(entries, last, e))
		return "a file and a directory of one name";
	return NULL;
}

static void reserve(struct tree_entries *entries, size_t cap)
{
	if (entries->cap >= cap)
		return;
	entries->starts = xreallocarray(entries->starts, cap,
					sizeof(*entries->starts));
	entries->cap = cap;
}

/* Begins with none. There is room for the start of the first. */
static void begin(struct tree_entries *entries, const char *raw)
{
	entries->raw = raw;
	entries->n = 0;
	entries->starts[0] = 0;
}

/* Where the bytes begin that were not yet parsed. */
static const char *next_of(const struct tree_entries *entries)
{
	return entries->raw + entries->starts[entries->n];
}

/*
 * Reads the entry that comes next, and checks it against those so far, of which
 * `last` is the last one. Returns its end, NULL with an error.
 */
static const char *read_entry(const struct tree_entries *entries,
			      const char *p, const char *end,
			      const struct tree_entry *last,
			      struct tree_entry *e, struct error *err)
{
	const char *next = take_entry(p, end, e), *problem;

	if (!next) {
		error_set(err, "the tree is cut or garbled");
		return NULL;
	}
	problem = name_problem(e);
	if (!problem)
		problem = order_problem(entries, last, e);
	if (!problem)
		return next;
	error_set(err, "the tree has %s", problem);
	return NULL;
}

int tree_parse(struct tree_entries *entries, const char *raw, size_t len,
	       struct error *err)
{
	struct tree_entry e, last = { 0 };
	const char *end = raw + len;

	if (len > UINT32_MAX)
		return error_set(err, "the tree is too large");
	/* For as many entries as so many bytes can hold. */
	reserve(entries, len / MIN_ENTRY + 1);
	begin(entries, raw);
	for (const char *p = raw; p < end; last = e) {
		p = read_entry(entries, p, end, &last, &e, err);
		if (!p)
			return -1;
		entries->starts[++entries->n] = (uint32_t)(p - raw);
	}
	return 0;
}

/* Parsing with the help of another tree */

/* What is known of a tree while it is parsed: it goes on as `like` may. */
struct parse {
	struct tree_entries *entries;
	const struct tree_entries *like;
	const char *end;		/* of the bytes */
	size_t at;			/* the next entry of `like` */
	size_t fresh;			/* from this entry on, none is like's */
};

/*
 * The first of like's entries from the next one on whose mode or name does not
 * come next in the bytes, too. What object they name does not matter.
 */
static size_t end_of_run(const struct parse *parse)
{
	const struct tree_entries *like = parse->like;
	const char *p = next_of(parse->entries);
	const char *from = like->raw + like->starts[parse->at];
	size_t len = (size_t)(parse->end - p), same = 0, at = parse->at;
	size_t rest = like->starts[like->n] - like->starts[at];

	if (rest < len)
		len = rest;
	while (at < like->n) {
		size_t end;

		same += same_bytes_from(from + same, p + same, len - same);
		end = like->starts[at + 1] - like->starts[parse->at];
		if (same >= end) {
			at = tree_entry_after(like, at + 1, same +
					      like->starts[parse->at]);
			if (at == like->n)
				break;
			end = like->starts[at + 1] - like->starts[parse->at];
		}
		if (end > len || same + OID_SIZE < end)
			break;
		at++;
		same = end;
	}
	return at;
}

/*
 * Whether the fresh entries sort before like's next one. Also false if there
 * may be a directory with the name of a fresh file among like's: all names
 * between two such twins begin with that name.
 */
static bool fits(const struct parse *parse)
{
	const struct tree_entries *entries = parse->entries;
	struct tree_entry next, e = { 0 };

	if (parse->fresh == entries->n)
		return true;
	next = tree_entry_at(parse->like, parse->at);
	for (size_t i = parse->fresh; i < entries->n; i++) {
		e = tree_entry_at(entries, i);
		if (!mode_is_tree(e.mode) && begins_with(&next, &e))
			return false;
	}
	return raw_entry_cmp(&e, &next) < 0;
}

/* Makes room for so many more entries. */
static void make_room(struct tree_entries *entries, size_t n)
{
	size_t need = entries->n + n + 1;

	if (need > entries->cap)
		reserve(entries, need + need / 8);
}

/* Takes over like's entries before `end`. */
static void take_run(struct parse *parse, size_t end)
{
	struct tree_entries *entries = parse->entries;
	const uint32_t *from = parse->like->starts + parse->at;
	size_t n = end - parse->at;
	uint32_t *to, further;

	make_room(entries, n);
	to = entries->starts + entries->n;
	further = to[0] - from[0];
	for (size_t i = 1; i <= n; i++)
		to[i] = from[i] + further;
	entries->n += n;
	parse->fresh = entries->n;
	parse->at = end;
}

/* Parses one entry that is not like's, and leaves like's before it out. */
static bool take_fresh(struct parse *parse)
{
	struct tree_entries *entries = parse->entries;
	const struct tree_entries *like = parse->like;
	struct tree_entry e, last = { 0 };
	struct error ignored;
	const char *next;
	int cmp = -1;

	if (entries->n)
		last = tree_entry_at(entries, entries->n - 1);
	next = read_entry(entries, next_of(entries), parse->end, &last, &e,
			  &ignored);
	if (!next)
		return false;
	for (; cmp < 0 && parse->at < like->n; parse->at += cmp <= 0) {
		struct tree_entry other = tree_entry_at(like, parse->at);

		cmp = tree_entry_cmp(&other, &e);
	}
	make_room(entries, 1);
	entries->starts[++entries->n] = (uint32_t)(next - entries->raw);
	return true;
}

/*
 * Parses only the entries in which the two trees differ. If this returns false,
 * the tree is not malformed for certain: a twin may be possible. Then all of it
 * has to be parsed.
 */
static bool parse_differing(struct parse *parse)
{
	while (next_of(parse->entries) < parse->end) {
		size_t end = end_of_run(parse);

		if (end == parse->at) {
			if (!take_fresh(parse))
				return false;
			continue;
		}
		if (!fits(parse))
			return false;
		take_run(parse, end);
	}
	return true;
}

int tree_parse_like(struct tree_entries *entries, const char *raw, size_t len,
		    const struct tree_entries *like, struct error *err)
{
	if (like && len <= UINT32_MAX) {
		struct parse parse = { .entries = entries, .like = like,
				       .end = raw + len };

		reserve(entries, like->n + 2);
		begin(entries, raw);
		if (parse_differing(&parse))
			return 0;
	}
	return tree_parse(entries, raw, len, err);
}

void tree_entries_release(struct tree_entries *entries)
{
	free(entries->starts);
	*entries = (struct tree_entries){ 0 };
}
