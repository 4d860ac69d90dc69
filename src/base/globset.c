/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/globset.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"

/*
 * A node stands for a beginning of tokens and for all globs that have it: the
 * range `lo`..`hi` of `order`. It is opened, its range sorted by the next
 * token and its children made, when a walk first comes by. Once there are
 * nodes, a position in the walk is
 *
 *	2 * node	all of the beginning was read (a star may read on)
 *	2 * node + 1	in the directories that a TOKEN_DIRS stands for
 *
 * The set of positions at a directory's `/` is a state; each set is kept once.
 * A state and a name lead to the next state, which is looked up by both.
 */
enum {
	CODE_END = 0,		/* no next token; else literal_code(), or */
	CODE_WILD = 512,	/* this and the type */
	CODES = CODE_WILD + 8,
	LIMIT = 32 << 20,
	MANY = 4,		/* children */
};

#define NO_STATE UINT32_MAX

struct node {
	uint32_t lo, hi;
	uint32_t depth;		/* tokens that the beginning has */
	uint32_t child;		/* the first; the others are behind it */
	uint16_t n_children;
	uint16_t code;		/* of its last token */
	uint32_t n_end;		/* globs that end here: the first ones */
	bool is_below;		/* some have TOKEN_BELOW next: end here too */
	uint32_t table;		/* of its children by character, or 0 */
	bool has_wild;		/* the last child is no character */
	bool is_sure;		/* matches whatever follows */
	bool is_open;
};

struct state {
	uint32_t at, n;		/* its positions in `pool` */
};

/* Where a state and a name lead to. */
struct move {
	uint32_t hash;
	uint32_t from, to;	/* states; `from` is NO_STATE in a free slot */
	uint32_t name, len;	/* in `names` */
};

struct globset {
	const struct glob **globs;
	uint32_t *order;
	size_t n_globs, cap_globs;
	struct node *nodes;
	size_t n_nodes, cap_nodes;
	struct table {
		uint16_t at[256];	/* from the first child on, plus 1 */
	} *tables;			/* the first is not used */
	size_t n_tables, cap_tables;

	uint32_t *now, *next;	/* positions of the walk */
	size_t n_now, cap_now, n_next, cap_next;
	uint32_t *mark;		/* position -> the round it was entered in */
	size_t n_mark;
	uint32_t round;

	struct state *states;
	size_t n_states, cap_states;
	uint32_t *pool;
	size_t n_pool, cap_pool;
	uint32_t *state_table;	/* hash -> state + 1 */
	size_t n_state_slots;
	struct move *moves;
	size_t n_moves, n_move_slots;
	char *names;
	size_t n_names, cap_names;
	size_t limit;
	uint32_t *seen;		/* glob -> the round it was given out in */
	uint32_t seen_round;
};

struct globset *globset_new(void)
{
	struct globset *set = xcalloc(1, sizeof(*set));

	set->limit = LIMIT;
	return set;
}

/* Forgets all states and moves. */
static void forget(struct globset *set)
{
	free(set->nodes);
	free(set->tables);
	free(set->mark);
	free(set->states);
	free(set->pool);
	free(set->state_table);
	free(set->moves);
	free(set->names);
	set->nodes = NULL;
	set->tables = NULL;
	set->mark = NULL;
	set->states = NULL;
	set->pool = NULL;
	set->state_table = NULL;
	set->moves = NULL;
	set->names = NULL;
	set->n_nodes = set->cap_nodes = set->n_mark = 0;
	set->n_tables = set->cap_tables = 0;
	set->n_states = set->cap_states = set->n_pool = set->cap_pool = 0;
	set->n_state_slots = set->n_moves = set->n_move_slots = 0;
	set->n_names = set->cap_names = 0;
}

void globset_free(struct globset *set)
{
	if (!set)
		return;
	forget(set);
	free(set->globs);
	free(set->order);
	free(set->now);
	free(set->next);
	free(set->seen);
	free(set);
}

uint32_t globset_add(struct globset *set, const struct glob *glob)
{
	GROW(set->globs, set->n_globs, set->cap_globs);
	set->globs[set->n_globs] = glob;
	return (uint32_t)set->n_globs++;
}

void globset_limit(struct globset *set, size_t bytes)
{
	set->limit = bytes;
}

static size_t memory(const struct globset *set)
{
	return set->cap_nodes * sizeof(*set->nodes) +
	       set->cap_tables * sizeof(*set->tables) +
	       set->n_mark * sizeof(*set->mark) +
	       set->cap_states * sizeof(*set->states) +
	       set->cap_pool * sizeof(*set->pool) +
	       set->n_state_slots * sizeof(*set->state_table) +
	       set->n_move_slots * sizeof(*set->moves) + set->cap_names;
}

/* Nodes */

static unsigned int literal_code(char c)
{
	return 1 + 2 * (unsigned int)(unsigned char)c;
}

/* The sort order of a range: globs that end, then characters, then stars. */
static unsigned int sort_key(const struct globset *set, uint32_t id,
			     uint32_t depth)
{
	const struct glob *glob = set->globs[id];
	struct glob_token t;

	if (depth == glob->n)
		return CODE_END;
	t = glob_token_at(glob, depth);
	if (t.type == TOKEN_BELOW)
		return literal_code('/') - 1;
	if (t.type == TOKEN_ONE)
		return literal_code(t.c);
	return CODE_WILD + (unsigned int)t.type;
}

/* The same for globs that stay together. */
static unsigned int code_of(unsigned int key)
{
	return key == literal_code('/') - 1 ? key + 1 : key;
}

static void sort_few(struct globset *set, const struct node *node)
{
	for (uint32_t i = node->lo + 1; i < node->hi; i++) {
		uint32_t id = set->order[i], k = i;
		unsigned int key = sort_key(set, id, node->depth);

		for (; k > node->lo && sort_key(set, set->order[k - 1],
						node->depth) > key; k--)
			set->order[k] = set->order[k - 1];
		set->order[k] = id;
	}
}

static void sort_many(struct globset *set, const struct node *node)
{
	uint32_t n = node->hi - node->lo, start[CODES + 1] = { 0 };
	uint32_t *copy = xreallocarray(NULL, n, sizeof(*copy));

	memcpy(copy, set->order + node->lo, n * sizeof(*copy));
	for (uint32_t i = 0; i < n; i++)
		start[sort_key(set, copy[i], node->depth) + 1]++;
	for (size_t i = 1; i <= CODES; i++)
		start[i] += start[i - 1];
	for (uint32_t i = 0; i < n; i++) {
		unsigned int key = sort_key(set, copy[i], node->depth);

		set->order[node->lo + start[key]++] = copy[i];
	}
	free(copy);
}

static void add_node(struct globset *set, uint32_t lo, uint32_t hi,
		     uint32_t depth, unsigned int code)
{
	GROW(set->nodes, set->n_nodes, set->cap_nodes);
	set->nodes[set->n_nodes++] = (struct node){
		.lo = lo, .hi = hi, .depth = depth, .code = (uint16_t)code,
	};
}

/* For a node with so many children that a linear search would be slow. */
static void add_table(struct globset *set, struct node *node)
{
	struct table *t;

	GROW(set->tables, set->n_tables, set->cap_tables);
	set->n_tables += !set->n_tables;
	GROW(set->tables, set->n_tables, set->cap_tables);
	node->table = (uint32_t)set->n_tables++;
	t = &set->tables[node->table];
	memset(t, 0, sizeof(*t));
	for (uint16_t i = 0; i < node->n_children; i++) {
		unsigned int code = set->nodes[node->child + i].code;

		if (code < CODE_WILD)
			t->at[code / 2] = (uint16_t)(i + 1);
	}
}

static bool is_wild(const struct node *node, enum glob_token_type type)
{
	return node->code == CODE_WILD + type;
}

/* Makes the children of a node whose range is sorted. */
static void add_children(struct globset *set, uint32_t at)
{
	struct node node = set->nodes[at];
	uint32_t i = node.lo, end;

	while (i < node.hi &&
	       sort_key(set, set->order[i], node.depth) == CODE_END)
		i++;
	node.n_end = i - node.lo;
	node.child = (uint32_t)set->n_nodes;
	for (; i < node.hi; i = end) {
		unsigned int key = sort_key(set, set->order[i], node.depth);
		unsigned int code = code_of(key);

		for (end = i; end < node.hi; end++) {
			key = sort_key(set, set->order[end], node.depth);
			if (code_of(key) != code)
				break;
			node.is_below |= key != code;
		}
		add_node(set, i, end, node.depth + 1, code);
		node.has_wild = code >= CODE_WILD;
		node.n_children++;
	}
	node.is_open = true;
	node.is_sure = !node.n_children && is_wild(&node, TOKEN_GLOBSTAR);
	if (node.n_children > MANY)
		add_table(set, &node);
	set->nodes[at] = node;
}

/*
 * The code of the token that all globs of the node have next: paths often begin
 * with the same directories. CODE_END if they differ, or need to be sorted.
 */
static unsigned int common_code(const struct globset *set,
				const struct node *node)
{
	unsigned int key;

	if (node->lo == node->hi)
		return CODE_END;
	key = sort_key(set, set->order[node->lo], node->depth);
	for (uint32_t i = node->lo + 1; i < node->hi; i++)
		if (sort_key(set, set->order[i], node->depth) != key)
			return CODE_END;
	return code_of(key) == key ? key : CODE_END;
}

static void add_only_child(struct globset *set, uint32_t at, unsigned int code)
{
	struct node node = set->nodes[at];

	node.child = (uint32_t)set->n_nodes;
	node.n_children = 1;
	node.has_wild = code >= CODE_WILD;
	node.is_open = true;
	add_node(set, node.lo, node.hi, node.depth + 1, code);
	set->nodes[at] = node;
}

static void open_node(struct globset *set, uint32_t at)
{
	struct node node = set->nodes[at];
	unsigned int code;

	if (node.is_open)
		return;
	code = common_code(set, &node);
	if (code != CODE_END) {
		add_only_child(set, at, code);
		return;
	}
	if (node.hi - node.lo > 24)
		sort_many(set, &node);
	else
		sort_few(set, &node);
	add_children(set, at);
}

/* The child by the character, or 0 (which is the root). */
static uint32_t find_child(const struct globset *set, const struct node *node,
			   unsigned int code)
{
	uint32_t lo = node->child, hi = lo + node->n_children;

	if (node->table && code < CODE_WILD) {
		uint16_t i = set->tables[node->table].at[code / 2];

		return i ? lo + i - 1 : 0;
	}
	while (hi > lo && set->nodes[hi - 1].code > code)
		hi--;
	return hi > lo && set->nodes[hi - 1].code == code ? hi - 1 : 0;
}

/* Positions */

static void grow_marks(struct globset *set)
{
	size_t n = 2 * set->cap_nodes;

	set->mark = xreallocarray(set->mark, n, sizeof(*set->mark));
	memset(set->mark + set->n_mark, 0,
	       (n - set->n_mark) * sizeof(*set->mark));
	set->n_mark = n;
}

/* Adds a position to the next ones; false when it is there already. */
static bool add_position(struct globset *set, uint32_t position)
{
	if (position >= set->n_mark)
		grow_marks(set);
	if (set->mark[position] == set->round)
		return false;
	set->mark[position] = set->round;
	GROW(set->next, set->n_next, set->cap_next);
	set->next[set->n_next++] = position;
	return true;
}

/* Adds a node, and all that it leads to without reading a character. */
static void enter(struct globset *set, uint32_t at)
{
	const struct node *node;

	if (!add_position(set, 2 * at))
		return;
	open_node(set, at);
	node = &set->nodes[at];
	if (!node->has_wild)
		return;
	for (uint32_t i = node->n_children; i-- > 0;) {
		uint32_t child = set->nodes[at].child + i;
		const struct node *c = &set->nodes[child];

		if (c->code < CODE_WILD)
			break;
		if (is_wild(c, TOKEN_DIRS))
			add_position(set, 2 * child + 1);
		if (!is_wild(c, TOKEN_ANY_IN_NAME))
			enter(set, child);
	}
}

static void step_node(struct globset *set, uint32_t at, char c)
{
	const struct node *node = &set->nodes[at];
	bool has_wild = node->has_wild;
	uint32_t child = find_child(set, node, literal_code(c));

	if (is_wild(node, TOKEN_GLOBSTAR) ||
	    (is_wild(node, TOKEN_STAR) && c != '/'))
		enter(set, at);
	if (child)
		enter(set, child);
	if (!has_wild)
		return;
	child = find_child(set, &set->nodes[at],
			   CODE_WILD + TOKEN_ANY_IN_NAME);
	if (child && c != '/')
		enter(set, child);
}

static void swap_positions(struct globset *set)
{
	uint32_t *v = set->now;
	size_t cap = set->cap_now;

	set->now = set->next;
	set->n_now = set->n_next;
	set->cap_now = set->cap_next;
	set->next = v;
	set->cap_next = cap;
	set->n_next = 0;
}

static void next_round(struct globset *set)
{
	set->n_next = 0;
	if (++set->round)
		return;
	memset(set->mark, 0, set->n_mark * sizeof(*set->mark));
	set->round = 1;
}

static void step(struct globset *set, char c)
{
	next_round(set);
	for (size_t i = 0; i < set->n_now; i++) {
		uint32_t position = set->now[i];

		if (position & 1) {
			add_position(set, position);
			if (c == '/')
				enter(set, position / 2);
		} else if (set->nodes[position / 2].is_sure) {
			add_position(set, position);
		} else {
			step_node(set, position / 2, c);
		}
	}
	swap_positions(set);
}

/* States */

static uint32_t hash_bytes(uint32_t seed, const void *data, size_t len)
{
	uint64_t start = HASH_START ^ seed * 0x9e3779b97f4a7c15u;

	return hash_fold(hash_add(start, data, len));
}

static uint32_t state_hash(const struct globset *set, const struct state *s)
{
	return hash_bytes(s->n, set->pool + s->at, s->n * sizeof(*set->pool));
}

static void grow_state_table(struct globset *set)
{
	size_t n = set->n_state_slots ? 2 * set->n_state_slots : 1024;

	free(set->state_table);
	set->state_table = xcalloc(n, sizeof(*set->state_table));
	set->n_state_slots = n;
	for (uint32_t i = 0; i < set->n_states; i++) {
		size_t slot = state_hash(set, &set->states[i]) & (n - 1);

		while (set->state_table[slot])
			slot = (slot + 1) & (n - 1);
		set->state_table[slot] = i + 1;
	}
}

static int by_number(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* Appends the positions of the walk to the pool, as a candidate state. */
static struct state pool_positions(struct globset *set)
{
	struct state s = { (uint32_t)set->n_pool, (uint32_t)set->n_now };

	if (set->n_now > 1)
		qsort(set->now, set->n_now, sizeof(*set->now), by_number);
	for (size_t i = 0; i < set->n_now; i++) {
		GROW(set->pool, set->n_pool, set->cap_pool);
		set->pool[set->n_pool++] = set->now[i];
	}
	return s;
}

/* Returns the state of the walk's current positions. */
static uint32_t keep_state(struct globset *set)
{
	struct state s = pool_positions(set);
	size_t slot;

	if (2 * (set->n_states + 1) > set->n_state_slots)
		grow_state_table(set);
	slot = state_hash(set, &s) & (set->n_state_slots - 1);
	while (set->state_table[slot]) {
		const struct state *t =
			&set->states[set->state_table[slot] - 1];

		if (t->n == s.n &&
		    (!s.n || !memcmp(set->pool + t->at, set->pool + s.at,
				     s.n * sizeof(*set->pool)))) {
			set->n_pool = s.at;
			return set->state_table[slot] - 1;
		}
		slot = (slot + 1) & (set->n_state_slots - 1);
	}
	GROW(set->states, set->n_states, set->cap_states);
	set->states[set->n_states++] = s;
	set->state_table[slot] = (uint32_t)set->n_states;
	return (uint32_t)set->n_states - 1;
}

static void load_state(struct globset *set, uint32_t state)
{
	const struct state *s = &set->states[state];

	set->n_now = 0;
	for (uint32_t i = 0; i < s->n; i++) {
		GROW(set->now, set->n_now, set->cap_now);
		set->now[set->n_now++] = set->pool[s->at + i];
	}
}

/* Moves */

/* Returns the slot of the move, which may be free. */
static struct move *move_slot(const struct globset *set, struct move *moves,
			      size_t n, const struct move *wanted,
			      const char *name)
{
	size_t slot = wanted->hash & (n - 1);

	while (moves[slot].from != NO_STATE &&
	       !(moves[slot].hash == wanted->hash &&
		 moves[slot].from == wanted->from &&
		 moves[slot].len == wanted->len &&
		 (!wanted->len || !memcmp(set->names + moves[slot].name, name,
					  wanted->len))))
		slot = (slot + 1) & (n - 1);
	return &moves[slot];
}

static void grow_moves(struct globset *set)
{
	size_t n = set->n_move_slots ? 2 * set->n_move_slots : 1024;
	struct move *moves = xreallocarray(NULL, n, sizeof(*moves));

	for (size_t i = 0; i < n; i++)
		moves[i] = (struct move){ .from = NO_STATE };
	for (size_t i = 0; i < set->n_move_slots; i++) {
		const struct move *m = &set->moves[i];

		if (m->from != NO_STATE)
			*move_slot(set, moves, n, m, set->names + m->name) = *m;
	}
	free(set->moves);
	set->moves = moves;
	set->n_move_slots = n;
}

static uint32_t add_name(struct globset *set, const char *name, size_t len)
{
	uint32_t at = (uint32_t)set->n_names;

	for (size_t i = 0; i < len; i++) {
		GROW(set->names, set->n_names, set->cap_names);
		set->names[set->n_names++] = name[i];
	}
	return at;
}

/* Returns the state after the directory `name` of the state `from`. */
static uint32_t move_to(struct globset *set, uint32_t from, const char *name,
			size_t len)
{
	struct move wanted = { .hash = hash_bytes(from, name, len),
			       .from = from, .len = (uint32_t)len };
	struct move *m;

	if (2 * (set->n_moves + 1) > set->n_move_slots)
		grow_moves(set);
	m = move_slot(set, set->moves, set->n_move_slots, &wanted, name);
	if (m->from != NO_STATE)
		return m->to;
	load_state(set, from);
	for (size_t i = 0; i < len && set->n_now; i++)
		step(set, name[i]);
	step(set, '/');
	wanted.to = keep_state(set);
	wanted.name = add_name(set, name, len);
	set->n_moves++;
	*m = wanted;
	return wanted.to;
}

/* State 0: before the first name. */
static void start(struct globset *set)
{
	if (memory(set) > set->limit)
		forget(set);
	if (set->n_states)
		return;
	set->order = xreallocarray(set->order, set->n_globs + 1,
				   sizeof(*set->order));
	free(set->seen);
	set->seen = xcalloc(set->n_globs + 1, sizeof(*set->seen));
	set->seen_round = 0;
	for (uint32_t i = 0; i < set->n_globs; i++)
		set->order[i] = i;
	add_node(set, 0, (uint32_t)set->n_globs, 0, CODE_END);
	next_round(set);
	enter(set, 0);
	swap_positions(set);
	keep_state(set);
}

/* Answers */

static void new_ids(struct globset *set)
{
	if (++set->seen_round)
		return;
	memset(set->seen, 0, set->n_globs * sizeof(*set->seen));
	set->seen_round = 1;
}

static void add_id(struct globset *set, uint32_t id, struct globset_ids *ids)
{
	if (set->seen[id] == set->seen_round)
		return;
	set->seen[id] = set->seen_round;
	GROW(ids->v, ids->n, ids->cap);
	ids->v[ids->n++] = id;
}

static void add_range(struct globset *set, uint32_t lo, uint32_t hi,
		      struct globset_ids *ids)
{
	for (uint32_t i = lo; i < hi; i++)
		add_id(set, set->order[i], ids);
}

/* Those of `name/` where the path ends with that name. */
static void add_below(struct globset *set, const struct node *node,
		      struct globset_ids *ids)
{
	const struct node *slash =
		&set->nodes[find_child(set, node, literal_code('/'))];

	for (uint32_t i = slash->lo; i < slash->hi; i++) {
		const struct glob *glob = set->globs[set->order[i]];

		if (glob_token_at(glob, node->depth).type == TOKEN_BELOW)
			add_id(set, set->order[i], ids);
	}
}

/* Adds the globs that match where the walk has come to. */
static void add_matches(struct globset *set, uint32_t position,
			struct globset_ids *ids)
{
	const struct node *node = &set->nodes[position / 2];

	if (position & 1)
		return;
	add_range(set, node->lo, node->lo + node->n_end, ids);
	if (node->is_below)
		add_below(set, node, ids);
}

/*
 * Adds the globs of the positions that no letter of a last name changes, and
 * takes these positions out of the walk: each letter would add them again.
 */
static void settle(struct globset *set, struct globset_ids *ids)
{
	size_t n = 0;

	for (size_t i = 0; i < set->n_now; i++) {
		uint32_t position = set->now[i];

		if (position & 1)
			continue;
		if (set->nodes[position / 2].is_sure)
			add_matches(set, position, ids);
		else
			set->now[n++] = position;
	}
	set->n_now = n;
}

void globset_match(struct globset *set, const char *path,
		   struct globset_ids *ids)
{
	const char *slash;
	uint32_t state = 0;

	start(set);
	for (; (slash = strchr(path, '/')); path = slash + 1)
		state = move_to(set, state, path, (size_t)(slash - path));
	load_state(set, state);
	new_ids(set);
	ids->n = 0;
	settle(set, ids);
	for (; *path && set->n_now; path++)
		step(set, *path);
	for (size_t i = 0; i < set->n_now; i++)
		add_matches(set, set->now[i], ids);
}

void globset_below(struct globset *set, const char *dir,
		   struct globset_ids *all, struct globset_ids *some)
{
	uint32_t state = 0;
	size_t len;

	start(set);
	for (; *dir; dir += len + (dir[len] == '/')) {
		len = strcspn(dir, "/");
		state = move_to(set, state, dir, len);
	}
	load_state(set, state);
	new_ids(set);
	all->n = some->n = 0;
	for (size_t i = 0; i < set->n_now; i++) {
		const struct node *node = &set->nodes[set->now[i] / 2];

		if (!(set->now[i] & 1) && is_wild(node, TOKEN_GLOBSTAR))
			add_range(set, node->lo, node->lo + node->n_end, all);
	}
	for (size_t i = 0; i < set->n_now; i++) {
		const struct node *node = &set->nodes[set->now[i] / 2];

		add_range(set, node->lo, node->hi, some);
	}
}
