/* SPDX-License-Identifier: GPL-2.0-only */
#include <string.h>

#include "rules/verdict.h"

/* A text is a byte that is 0 for NULL, then the text with its NUL. */
static void pack_text(struct buf *out, const char *text)
{
	buf_addch(out, text != NULL);
	if (text)
		buf_add(out, text, strlen(text) + 1);
}

static void pack_finding(struct buf *out, const struct finding *f)
{
	buf_add(out, f, sizeof(*f));
	pack_text(out, f->ref);
	pack_text(out, f->subject);
	pack_text(out, f->tag);
	pack_text(out, f->why);
	pack_text(out, f->fix);
	pack_text(out, f->way);
	pack_text(out, f->way_to);
	for (size_t i = 0; i < f->n_paths; i++) {
		pack_text(out, f->paths[i].path);
		pack_text(out, f->paths[i].subsystem);
		pack_text(out, f->paths[i].tree);
	}
}

void verdict_pack(const struct verdict *verdict, struct buf *out)
{
	buf_add(out, &verdict->n_commits, sizeof(verdict->n_commits));
	for (size_t i = 0; i < verdict->n; i++)
		pack_finding(out, &verdict->findings[i]);
}

struct packed {
	struct verdict *verdict;
	const char *p, *end;
	bool is_cut;
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

static const char *unpack_text(struct packed *in)
{
	const char *text, *nul;
	char has = 0;

	unpack(in, &has, 1);
	if (!has)
		return NULL;
	text = in->p;
	nul = memchr(text, '\0', (size_t)(in->end - text));
	in->is_cut |= !nul;
	if (in->is_cut)
		return NULL;
	in->p = nul + 1;
	return verdict_text(in->verdict, text);
}

static bool is_finding(const struct packed *in, const struct finding *f)
{
	return (unsigned)f->rule < RULE_COUNT &&
	       in->verdict->policy->rules[f->rule].severity != SEVERITY_OFF;
}

static void unpack_finding(struct packed *in)
{
	struct finding was, *f;

	unpack(in, &was, sizeof(was));
	in->is_cut = in->is_cut || !is_finding(in, &was);
	if (in->is_cut)
		return;
	f = verdict_add(in->verdict, was.rule, was.severity);
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
	for (size_t i = 0; !in->is_cut && i < was.n_paths; i++) {
		const char *path = unpack_text(in);
		const char *subsystem = unpack_text(in);
		const char *tree = unpack_text(in);

		if (!in->is_cut && path)
			finding_add_path(in->verdict, f, path, subsystem,
					 tree);
	}
}

int verdict_unpack(struct verdict *verdict, const char *data, size_t len,
		   struct error *err)
{
	struct packed in = { verdict, data, data + len, false };
	size_t n_commits;

	unpack(&in, &n_commits, sizeof(n_commits));
	verdict->n_commits += n_commits;
	while (!in.is_cut && in.p < in.end)
		unpack_finding(&in);
	return in.is_cut ? error_set(err, "a worker's findings are cut") : 0;
}
