/* SPDX-License-Identifier: GPL-2.0-only */
#include "facts/consent.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/address.h"
#include "base/mem.h"
#include "policy/values.h"

/* A mail address; borrowed. */
struct mail {
	const char *s;
	size_t n;
};

static bool mail_equal(const struct mail *a, const struct mail *b)
{
	return a->n && a->n == b->n && !strncasecmp(a->s, b->s, a->n);
}

static struct mail mail_of(const char *text, size_t len)
{
	struct mail mail;

	address_find(text, len, &mail.s, &mail.n);
	return mail;
}

/* That of an author or committer line; empty where there is none. */
static struct mail ident_mail(const char *ident, size_t len)
{
	struct mail mail = { 0 };
	size_t name_len;

	if (!ident || !ident_split(ident, len, &name_len, &mail.s, &mail.n))
		mail.n = 0;
	return mail;
}

static struct mail author_of(const struct commit_fact *commit)
{
	return ident_mail(commit->text.author, commit->text.author_len);
}

static struct mail committer_of(const struct commit_fact *commit)
{
	return ident_mail(commit->text.committer, commit->text.committer_len);
}

static bool maintains(const struct subsystem *subsystem,
		      const struct mail *mail)
{
	const struct values *list = &subsystem->maintainer;

	for (size_t i = 0; i < list->n; i++) {
		struct mail known = mail_of(list->v[i].text,
					    strlen(list->v[i].text));

		if (mail_equal(mail, &known))
			return true;
	}
	return false;
}

/* The Acked-by: lines of one commit against one subsystem's maintainers. */
struct ack {
	const struct subsystem *subsystem;
	bool given;
};

static void on_ack(void *ctx, const char *value, size_t len)
{
	struct ack *ack = ctx;
	struct mail mail = mail_of(value, len);

	ack->given = ack->given || maintains(ack->subsystem, &mail);
}

static bool has_ack(const struct commit_fact *commit,
		    const struct subsystem *subsystem)
{
	const struct commit_text *text = &commit->text;
	struct mail author = author_of(commit);
	struct mail committer = committer_of(commit);
	struct ack ack = { .subsystem = subsystem };

	if (mail_equal(&author, &committer) && maintains(subsystem, &author))
		return true;
	commit_trailers(text->message, text->message_len, "Acked-by:", on_ack,
			&ack);
	return ack.given;
}

bool is_acked(const struct commit_fact *commit, const struct owners *owners)
{
	for (size_t i = 0; i < owners->n; i++)
		if (owners->v[i].subsystem->tree.n &&
		    !has_ack(commit, owners->v[i].subsystem))
			return false;
	return owners->n > 0;
}

bool committer_maintains(const struct commit_fact *commit,
			 const struct owners *owners)
{
	struct mail committer = committer_of(commit);

	for (size_t i = 0; i < owners->n; i++)
		if (owners->v[i].subsystem->tree.n &&
		    !maintains(owners->v[i].subsystem, &committer))
			return false;
	return owners->n > 0;
}

static void add_part(struct buf *out, const char *part, const char *subsystem)
{
	buf_addf(out, "%s%s (%s)", out->len ? " and " : "", part, subsystem);
}

/*
 * "an Acked-by: of A or B (x86)"; where the author alone maintains it he has to
 * commit it himself. False where there is nobody to ask.
 */
static bool add_people(struct buf *out, const struct subsystem *subsystem,
		       const struct mail *author)
{
	const struct values *list = &subsystem->maintainer;
	struct values others = { 0 };
	bool any = true;
	char *names, *part;

	for (size_t i = 0; i < list->n; i++) {
		struct mail known = mail_of(list->v[i].text,
					    strlen(list->v[i].text));

		if (known.n && !mail_equal(author, &known))
			values_add(&others, KEY_TEXT, list->v[i].text, 0);
	}
	names = join_names(&others, "or");
	part = xasprintf("an Acked-by: of %s", names);
	if (others.n)
		add_part(out, part, subsystem->section.name);
	else if (maintains(subsystem, author))
		add_part(out, "its author to commit it himself",
			 subsystem->section.name);
	else
		any = false;
	free(part);
	free(names);
	values_release(&others);
	return any;
}

char *missing_acks(const struct commit_fact *commit,
		   const struct owners *owners)
{
	struct mail author = author_of(commit);
	struct buf out = BUF_INIT;

	for (size_t i = 0; i < owners->n; i++) {
		const struct subsystem *s = owners->v[i].subsystem;

		if (!s->tree.n || has_ack(commit, s))
			continue;
		if (!add_people(&out, s, &author)) {
			buf_release(&out);
			return NULL;
		}
	}
	return out.len ? buf_detach(&out) : NULL;
}
