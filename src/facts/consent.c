/* SPDX-License-Identifier: GPL-2.0-only */
#include "facts/consent.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/address.h"
#include "base/mem.h"
#include "policy/values.h"

static int by_mail(const void *a, const void *b)
{
	const struct consent_mail *x = a, *y = b;

	if (x->n != y->n)
		return x->n < y->n ? -1 : 1;
	return strncasecmp(x->s, y->s, x->n);
}

static bool mail_equal(const struct consent_mail *a,
		       const struct consent_mail *b)
{
	return a->n && !by_mail(a, b);
}

static struct consent_mail mail_of(const char *text, size_t len)
{
	struct consent_mail mail;

	address_find(text, len, &mail.s, &mail.n);
	return mail;
}

/* That of an author or committer line; empty where there is none. */
static struct consent_mail ident_mail(const char *ident, size_t len)
{
	struct consent_mail mail = { 0 };
	size_t name_len;

	if (!ident || !ident_split(ident, len, &name_len, &mail.s, &mail.n))
		mail.n = 0;
	return mail;
}

static void on_ack(void *ctx, const char *value, size_t len)
{
	struct consent *consent = ctx;

	GROW(consent->acks, consent->n_acks, consent->cap_acks);
	consent->acks[consent->n_acks++] = mail_of(value, len);
}

void consent_read(const struct commit_fact *commit, struct consent *consent)
{
	const struct commit_text *text = &commit->text;

	*consent = (struct consent){
		.author = ident_mail(text->author, text->author_len),
		.committer = ident_mail(text->committer, text->committer_len),
	};
	commit_trailers(text->message, text->message_len, "Acked-by:", on_ack,
			consent);
	if (consent->n_acks)
		qsort(consent->acks, consent->n_acks, sizeof(*consent->acks),
		      by_mail);
}

void consent_release(struct consent *consent)
{
	free(consent->acks);
	*consent = (struct consent){ 0 };
}

/* Whether the subsystem has one of these sorted addresses as a maintainer's. */
static bool maintains(const struct subsystem *subsystem,
		      const struct consent_mail *mails, size_t n)
{
	const struct values *list = &subsystem->maintainer;

	for (size_t i = 0; n && i < list->n; i++) {
		struct consent_mail known = mail_of(list->v[i].text,
						    strlen(list->v[i].text));

		if (known.n && bsearch(&known, mails, n, sizeof(known),
				       by_mail))
			return true;
	}
	return false;
}

static bool has_ack(const struct consent *consent,
		    const struct subsystem *subsystem)
{
	return (mail_equal(&consent->author, &consent->committer) &&
		maintains(subsystem, &consent->author, 1)) ||
	       maintains(subsystem, consent->acks, consent->n_acks);
}

static bool has_committer(const struct consent *consent,
			  const struct subsystem *subsystem)
{
	return maintains(subsystem, &consent->committer, 1);
}

/* Whether each of the owners that has a tree says yes; false: none has. */
static bool all_agree(const struct consent *consent,
		      const struct owners *owners,
		      bool (*agrees)(const struct consent *consent,
				     const struct subsystem *subsystem))
{
	bool has_owner = false;

	for (size_t i = 0; i < owners->n; i++) {
		if (!owners->v[i].subsystem->tree.n)
			continue;
		if (!agrees(consent, owners->v[i].subsystem))
			return false;
		has_owner = true;
	}
	return has_owner;
}

bool is_acked(const struct consent *consent, const struct owners *owners)
{
	return all_agree(consent, owners, has_ack);
}

bool committer_maintains(const struct consent *consent,
			 const struct owners *owners)
{
	return all_agree(consent, owners, has_committer);
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
		       const struct consent_mail *author)
{
	const struct values *list = &subsystem->maintainer;
	struct values others = { 0 };
	bool any = true;
	char *names, *part;

	for (size_t i = 0; i < list->n; i++) {
		struct consent_mail known = mail_of(list->v[i].text,
						    strlen(list->v[i].text));

		if (known.n && !mail_equal(author, &known))
			values_add(&others, list->v[i].text);
	}
	names = join_names(&others, "or");
	part = xasprintf("an Acked-by: of %s", names);
	if (others.n)
		add_part(out, part, subsystem->section.name);
	else if (maintains(subsystem, author, 1))
		add_part(out, "its author to commit it himself",
			 subsystem->section.name);
	else
		any = false;
	free(part);
	free(names);
	values_release(&others);
	return any;
}

char *missing_acks(const struct consent *consent, const struct owners *owners)
{
	struct buf out = BUF_INIT;

	for (size_t i = 0; i < owners->n; i++) {
		const struct subsystem *s = owners->v[i].subsystem;

		if (!s->tree.n || has_ack(consent, s))
			continue;
		if (!add_people(&out, s, &consent->author)) {
			buf_release(&out);
			return NULL;
		}
	}
	return out.len ? buf_detach(&out) : NULL;
}
