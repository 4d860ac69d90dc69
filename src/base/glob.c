/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/glob.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/*
 * A pattern of n tokens is an automaton with the positions 0..n; position n
 * accepts. The set of positions is a bit set of `words(n)` 64-bit words.
 */
static size_t words(size_t n)
{
	return n / 64 + 1;
}

static bool has(const uint64_t *set, size_t i)
{
	return set[i / 64] >> (i % 64) & 1;
}

/* Adds a position, and all that it leads to without reading a character. */
static void enter(const struct glob *glob, uint64_t *set, size_t i)
{
	for (;; i++) {
		unsigned char type;

		set[i / 64] |= UINT64_C(1) << (i % 64);
		if (i == glob->n)
			return;
		type = glob_token_at(glob, i).type;
		if (type != TOKEN_STAR && type != TOKEN_GLOBSTAR &&
		    type != TOKEN_DIRS)
			return;
	}
}

static void step_one(const struct glob *glob, size_t i, char c, uint64_t *to)
{
	const struct glob_token t = glob_token_at(glob, i);

	switch (t.type) {
	case TOKEN_ONE:
		if (c == t.c)
			enter(glob, to, i + 1);
		break;
	case TOKEN_ANY_IN_NAME:
		if (c != '/')
			enter(glob, to, i + 1);
		break;
	case TOKEN_ANY:
		enter(glob, to, i + 1);
		break;
	case TOKEN_STAR:
		if (c != '/')
			enter(glob, to, i);
		break;
	case TOKEN_GLOBSTAR:
		enter(glob, to, i);
		break;
	case TOKEN_DIRS:
		to[i / 64] |= UINT64_C(1) << (i % 64);
		if (c == '/')
			enter(glob, to, i + 1);
		break;
	case TOKEN_BELOW:
		if (c == '/')
			enter(glob, to, i + 1);
		break;
	}
}

/*
 * Sets `to` to where `from` leads with the character `c`; false when it leads
 * nowhere.
 */
static bool step(const struct glob *glob, const uint64_t *from, char c,
		 uint64_t *to)
{
	uint64_t any = 0;

	memset(to, 0, words(glob->n) * sizeof(*to));
	for (size_t w = 0; w < words(glob->n); w++) {
		for (uint64_t bits = from[w]; bits; bits &= bits - 1) {
			size_t i = w * 64 + (size_t)__builtin_ctzll(bits);

			if (i < glob->n)
				step_one(glob, i, c, to);
		}
	}
	for (size_t w = 0; w < words(glob->n); w++)
		any |= to[w];
	return any;
}

static bool accepts(const struct glob *glob, const uint64_t *set)
{
	if (has(set, glob->n))
		return true;
	return glob->n >= 2 && has(set, glob->n - 2) &&
	       glob_token_at(glob, glob->n - 2).type == TOKEN_BELOW;
}

/* Patterns that end in these share their tokens. */
static const struct glob_token star[] = { { TOKEN_STAR, 0 } };
static const struct glob_token below[] = {
	{ TOKEN_BELOW, 0 }, { TOKEN_GLOBSTAR, 0 },
};

/* A tail that is being made. */
struct tail {
	struct glob_token *v;
	size_t n;
};

/* Makes room for the tokens of so many characters. */
static struct tail tail_for(size_t len)
{
	struct tail tail = { 0 };

	tail.v = xcalloc(len + 2, sizeof(*tail.v));
	return tail;
}

static void add(struct tail *tail, enum glob_token_type type, char c)
{
	tail->v[tail->n++] = (struct glob_token){ (unsigned char)type, c };
}

static void set_tail(struct glob *glob, const struct glob_token *tail, size_t n)
{
	glob->tail = tail;
	glob->n = glob->prefix_len + (uint32_t)n;
	glob->literal = !n;
	glob->below = n == 2 && tail[0].type == TOKEN_BELOW;
	glob->is_open = n == 1 && tail[0].type == TOKEN_STAR;
}

static void own_tail(struct glob *glob, const struct tail *tail)
{
	set_tail(glob, tail->v, tail->n);
	glob->owns_tail = true;
}

/* Adds the token for the run of stars at `p`; returns what follows it. */
static const char *add_stars(struct tail *tail, const char *p, bool at_name)
{
	size_t run = strspn(p, "*");

	if (run == 1) {
		add(tail, TOKEN_STAR, 0);
	} else if (at_name && p[run] == '/' && p[run + 1]) {
		add(tail, TOKEN_DIRS, 0);
		run++;
	} else {
		add(tail, TOKEN_GLOBSTAR, 0);
	}
	return p + run;
}

/* `p` is what follows the plain text at the beginning of the pattern. */
static void tokenize_path(struct tail *tail, const char *pattern, const char *p)
{
	while (*p) {
		bool at_name = p == pattern || p[-1] == '/';

		if (*p == '*') {
			p = add_stars(tail, p, at_name);
		} else if (*p == '/' && !p[1] && p != pattern) {
			add(tail, TOKEN_BELOW, 0);
			add(tail, TOKEN_GLOBSTAR, 0);
			p++;
		} else {
			add(tail, *p == '?' ? TOKEN_ANY_IN_NAME : TOKEN_ONE,
			    *p);
			p++;
		}
	}
}

static void tokenize_text(struct tail *tail, const char *p)
{
	for (; *p; p++) {
		if (*p == '*')
			add(tail, TOKEN_GLOBSTAR, 0);
		else
			add(tail, *p == '?' ? TOKEN_ANY : TOKEN_ONE, *p);
	}
}

void glob_init(struct glob *glob, const char *pattern, enum glob_kind kind)
{
	bool is_path = kind == GLOB_PATH;
	size_t n = strcspn(pattern, "*?");
	struct tail tail;

	n -= is_path && !pattern[n] && n > 1 && pattern[n - 1] == '/';
	*glob = (struct glob){ .prefix = pattern, .prefix_len = (uint32_t)n };
	if (!pattern[n]) {
		set_tail(glob, NULL, 0);
	} else if (is_path && !pattern[n + 1] && pattern[n] == '/') {
		set_tail(glob, below, ARRAY_SIZE(below));
	} else if (is_path && !pattern[n + 1] && pattern[n] == '*') {
		set_tail(glob, star, ARRAY_SIZE(star));
	} else {
		tail = tail_for(strlen(pattern + n));
		if (is_path)
			tokenize_path(&tail, pattern, pattern + n);
		else
			tokenize_text(&tail, pattern + n);
		own_tail(glob, &tail);
	}
}

void glob_init_containing(struct glob *glob, const char *text)
{
	struct tail tail = tail_for(strlen(text));

	*glob = (struct glob){ .prefix = "" };
	add(&tail, TOKEN_GLOBSTAR, 0);
	for (const char *p = text; *p; p++)
		add(&tail, TOKEN_ONE, *p);
	add(&tail, TOKEN_GLOBSTAR, 0);
	own_tail(glob, &tail);
}

void glob_release(struct glob *glob)
{
	if (glob->owns_tail)
		free((void *)glob->tail);
	*glob = (struct glob){ 0 };
}

static bool run(const struct glob *glob, const char *s, uint64_t *sets)
{
	uint64_t *now = sets, *next = sets + words(glob->n), *swap;

	memset(now, 0, words(glob->n) * sizeof(*now));
	enter(glob, now, glob->prefix_len);
	for (; *s; s++) {
		if (!step(glob, now, *s, next))
			return false;
		swap = now;
		now = next;
		next = swap;
	}
	return accepts(glob, now);
}

bool glob_match(const struct glob *glob, const char *s)
{
	uint64_t small[16], *sets = small;
	bool matched;

	if (strncmp(s, glob->prefix, glob->prefix_len))
		return false;
	s += glob->prefix_len;
	if (glob->literal)
		return !*s;
	if (glob->below)
		return !*s || *s == '/';
	if (glob->is_open)
		return !strchr(s, '/');
	if (2 * words(glob->n) > ARRAY_SIZE(small))
		sets = xcalloc(2 * words(glob->n), sizeof(*sets));
	matched = run(glob, s, sets);
	if (sets != small)
		free(sets);
	return matched;
}

bool glob_may_match_below(const struct glob *glob, const char *dir)
{
	size_t len = strlen(dir), n = glob->prefix_len;

	if (strncmp(glob->prefix, dir, n < len ? n : len))
		return false;
	if (n > len)
		return !len || glob->prefix[len] == '/';
	if (glob->below)
		return !dir[n] || dir[n] == '/';
	return !glob->literal;
}

/*
 * The search for a witness: breadth first through the product of the automata,
 * each made deterministic as it goes. A node is the sets of all globs, one
 * after the other, with the character that led to it.
 */
enum { MAX_NODES = 20000 };

struct search {
	const struct glob **globs;
	size_t n_globs, n_all;
	size_t width;			/* words of one node's sets */
	uint64_t *sets;			/* n * width */
	size_t *parent;
	char *via;
	size_t n;
	uint32_t *table;		/* hash -> node + 1 */
	size_t table_size;
	char alphabet[260];
	size_t n_alphabet;
};

static uint64_t *node_sets(const struct search *s, size_t node)
{
	return s->sets + node * s->width;
}

static void search_alphabet(struct search *s)
{
	bool seen[256] = { false };
	const char *other = "xyzabcdefghijklmnopqrstuvwXYZ0123456789_";

	for (size_t g = 0; g < s->n_globs; g++)
		for (size_t i = 0; i < s->globs[g]->n; i++) {
			struct glob_token t = glob_token_at(s->globs[g], i);

			if (t.type == TOKEN_ONE)
				seen[(unsigned char)t.c] = true;
		}
	seen['/'] = true;
	for (int c = 1; c < 256; c++)
		if (seen[c])
			s->alphabet[s->n_alphabet++] = (char)c;
	while (*other && seen[(unsigned char)*other])
		other++;
	s->alphabet[s->n_alphabet++] = *other ? *other : '\x01';
}

/*
 * No path is empty or contains `//`. So besides the sets, the last character
 * decides what may follow and whether a path may end here.
 */
static unsigned char node_end(const struct search *s, size_t node)
{
	return s->via[node] == '\0' ? 2 : s->via[node] == '/';
}

static uint64_t node_hash(const struct search *s, size_t node)
{
	const uint64_t *sets = node_sets(s, node);
	uint64_t h = node_end(s, node);

	for (size_t i = 0; i < s->width; i++)
		h = (h ^ sets[i]) * 0x9e3779b97f4a7c15u ^ h >> 29;
	return h;
}

static bool same_node(const struct search *s, size_t a, size_t b)
{
	return node_end(s, a) == node_end(s, b) &&
	       !memcmp(node_sets(s, a), node_sets(s, b),
		       s->width * sizeof(*s->sets));
}

/* Keeps the node at `s->n` if it is new. */
static void keep_node(struct search *s)
{
	size_t slot = node_hash(s, s->n) & (s->table_size - 1);

	while (s->table[slot]) {
		if (same_node(s, s->table[slot] - 1, s->n))
			return;
		slot = (slot + 1) & (s->table_size - 1);
	}
	s->table[slot] = (uint32_t)++s->n;
}

/*
 * Makes the node that `c` leads to from `node`, unless some glob of `all` has
 * no position left.
 */
static void expand(struct search *s, size_t node, char c)
{
	const uint64_t *from = node_sets(s, node);
	uint64_t *to = node_sets(s, s->n);

	if (c == '/' && (!node || s->via[node] == '/'))
		return;
	for (size_t g = 0; g < s->n_globs; g++) {
		bool alive = step(s->globs[g], from, c, to);

		if (!alive && g < s->n_all)
			return;
		from += words(s->globs[g]->n);
		to += words(s->globs[g]->n);
	}
	s->parent[s->n] = node;
	s->via[s->n] = c;
	keep_node(s);
}

static bool is_witness(const struct search *s, size_t node)
{
	const uint64_t *sets = node_sets(s, node);

	if (!node || s->via[node] == '/')
		return false;
	for (size_t g = 0; g < s->n_globs; g++) {
		if (accepts(s->globs[g], sets) != (g < s->n_all))
			return false;
		sets += words(s->globs[g]->n);
	}
	return true;
}

static void spell(const struct search *s, size_t node, struct buf *out)
{
	if (!node)
		return;
	spell(s, s->parent[node], out);
	buf_addch(out, s->via[node]);
}

static int search(struct search *s, struct buf *witness)
{
	uint64_t *sets = node_sets(s, 0);

	memset(sets, 0, s->width * sizeof(*sets));
	for (size_t g = 0; g < s->n_globs; g++) {
		enter(s->globs[g], sets, 0);
		sets += words(s->globs[g]->n);
	}
	s->via[0] = '\0';
	keep_node(s);
	for (size_t node = 0; node < s->n; node++) {
		if (is_witness(s, node)) {
			spell(s, node, witness);
			return 1;
		}
		for (size_t i = 0; i < s->n_alphabet; i++) {
			if (s->n == MAX_NODES)
				return -1;
			expand(s, node, s->alphabet[i]);
		}
	}
	return 0;
}

/* A cheap no: globs whose literal prefixes differ share no path. */
static bool prefixes_agree(const struct glob *const *all, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		size_t len = all[0]->prefix_len;

		if (all[i]->prefix_len < len)
			len = all[i]->prefix_len;
		if (memcmp(all[0]->prefix, all[i]->prefix, len))
			return false;
	}
	return true;
}

int glob_witness(const struct glob *const *all, size_t n_all,
		 const struct glob *const *none, size_t n_none,
		 struct buf *witness)
{
	struct search s = { .n_globs = n_all + n_none, .n_all = n_all };
	int found;

	if (!prefixes_agree(all, n_all))
		return 0;
	s.globs = xcalloc(s.n_globs, sizeof(*s.globs));
	for (size_t g = 0; g < s.n_globs; g++) {
		s.globs[g] = g < n_all ? all[g] : none[g - n_all];
		s.width += words(s.globs[g]->n);
	}
	s.sets = xreallocarray(NULL, (MAX_NODES + 1) * s.width,
			       sizeof(*s.sets));
	s.parent = xreallocarray(NULL, MAX_NODES + 1, sizeof(*s.parent));
	s.via = xmalloc(MAX_NODES + 1);
	s.table_size = 65536;
	s.table = xcalloc(s.table_size, sizeof(*s.table));
	search_alphabet(&s);
	found = search(&s, witness);
	free(s.globs);
	free(s.sets);
	free(s.parent);
	free(s.via);
	free(s.table);
	return found;
}
