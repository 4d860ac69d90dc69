/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdint.h>
#include <string.h>

#include "rules/verdict.h"

/*
 * Texts come again and again. A text is a byte: NONE for NULL; NEW, then its
 * place in a table and the text with its NUL; or AGAIN, then the place where it
 * still is.
 */
enum { NONE, NEW, AGAIN, N_RECENT = 1024 };

struct recent {
	const char *v[N_RECENT];
};

static uint16_t place_of(const char *text)
{
	uint64_t mixed = (uintptr_t)text * 0x9e3779b97f4a7c15u;

	return (uint16_t)((mixed >> 32) % N_RECENT);
}

/* The verdict's texts are kept once, so the same text has the same address. */
static void pack_text(struct buf *out, struct recent *recent, const char *text)
{
	uint16_t place = place_of(text);
	bool again = text && recent->v[place] == text;

	buf_addch(out, !text ? NONE : again ? AGAIN : NEW);
	if (!text)
		return;
	buf_add(out, &place, sizeof(place));
	if (again)
		return;
	buf_add(out, text, strlen(text) + 1);
	recent->v[place] = text;
}

/* What of a finding is no text. */
struct packed_finding {
	struct oid commit, via;
	uint32_t n_paths;
	int line;
	uint8_t rule, severity;
};

static void pack_finding(struct buf *out, struct recent *recent,
			 const struct finding *f)
{
	struct packed_finding packed;

	memset(&packed, 0, sizeof(packed));
	packed.commit = f->commit;
	packed.via = f->via;
	packed.n_paths = (uint32_t)f->n_paths;
	packed.line = f->line;
	packed.rule = (uint8_t)f->rule;
	packed.severity = (uint8_t)f->severity;
	buf_add(out, &packed, sizeof(packed));
	pack_text(out, recent, f->ref);
	pack_text(out, recent, f->subject);
	pack_text(out, recent, f->tag);
	pack_text(out, recent, f->why);
	pack_text(out, recent, f->fix);
	pack_text(out, recent, f->way);
	pack_text(out, recent, f->way_to);
	for (size_t i = 0; i < f->n_paths; i++) {
		pack_text(out, recent, f->paths[i].path);
		pack_text(out, recent, f->paths[i].subsystem);
		pack_text(out, recent, f->paths[i].tree);
	}
}

void verdict_pack(const struct verdict *verdict, struct buf *out)
{
	struct recent recent = { 0 };

	buf_add(out, &verdict->n_commits, sizeof(verdict->n_commits));
	for (size_t i = 0; i < verdict->n; i++)
		pack_finding(out, &recent, &verdict->findings[i]);
}

struct packed {
	struct verdict *verdict;
	const char *p, *end;
	bool is_cut;
	struct recent recent;
};

static void unpack(struct packed *in, void *to, size_t len)
{
	if (in->is_cut || (size_t)(in->end - in->p) < len) {
		in->is_cut = true;
		memset(to, 0, len);
		return;
	}
	memcpy(to, in->p, len);
	in->p += len;
}

/* Keeps the text that comes next in the verdict; NULL where it is cut. */
static const char *unpack_new(struct packed *in)
{
	const char *text = in->p;
	const char *nul = memchr(text, '\0', (size_t)(in->end - text));

	in->is_cut |= !nul;
	if (in->is_cut)
		return NULL;
	in->p = nul + 1;
	return verdict_text(in->verdict, text);
}

static const char *unpack_text(struct packed *in)
{
	uint16_t place;
	char kind;

	unpack(in, &kind, 1);
	if (kind == NONE)
		return NULL;
	unpack(in, &place, sizeof(place));
	in->is_cut |= place >= N_RECENT;
	if (in->is_cut)
		return NULL;
	if (kind == NEW)
		in->recent.v[place] = unpack_new(in);
	in->is_cut |= !in->recent.v[place];
	return in->recent.v[place];
}

/* Each of its paths takes three bytes or more. */
static bool is_finding(const struct packed *in, const struct packed_finding *f)
{
	return f->rule < RULE_COUNT && f->severity <= SEVERITY_ERROR &&
	       in->verdict->policy->rules[f->rule].severity != SEVERITY_OFF &&
	       f->n_paths <= (size_t)(in->end - in->p) / 3;
}

static void unpack_finding(struct packed *in)
{
	struct packed_finding was;
	struct finding *f;

	unpack(in, &was, sizeof(was));
	in->is_cut = in->is_cut || !is_finding(in, &was);
	if (in->is_cut)
		return;
	f = verdict_add(in->verdict, (enum rule_id)was.rule,
			(enum severity)was.severity);
	f->commit = was.commit;
	f->via = was.via;
	f->line = was.line;
	f->ref = unpack_text(in);
	f->subject = unpack_text(in);
	f->tag = unpack_text(in);
	f->why = unpack_text(in);
	f->fix = unpack_text(in);
	f->way = unpack_text(in);
	f->way_to = unpack_text(in);
	finding_expect_paths(f, was.n_paths);
	for (size_t i = 0; !in->is_cut && i < was.n_paths; i++) {
		const char *path = unpack_text(in);
		const char *subsystem = unpack_text(in);
		const char *tree = unpack_text(in);

		if (!in->is_cut && path)
			finding_take_path(f, path, subsystem, tree);
	}
}

int verdict_unpack(struct verdict *verdict, const char *data, size_t len,
		   struct error *err)
{
	struct packed in = { .verdict = verdict, .p = data,
			     .end = data + len };
	size_t n_commits;

	unpack(&in, &n_commits, sizeof(n_commits));
	verdict->n_commits += n_commits;
	while (!in.is_cut && in.p < in.end)
		unpack_finding(&in);
	return in.is_cut ? error_set(err, "a worker's findings are cut") : 0;
}
