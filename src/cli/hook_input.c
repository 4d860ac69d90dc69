/* SPDX-License-Identifier: GPL-2.0-only */
#include "cli/hook_input.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

/* No ref that git can store is longer. */
enum { MAX_LINE = 8192, SHOWN = 80, SHA256_HEX = 64 };

struct field {
	const char *s;
	size_t len;
};

static void add(struct push *push, const struct oid *old,
		const struct oid *new, struct field ref, struct field local)
{
	size_t cap = push->cap;

	GROW(push->updates, push->n, push->cap);
	if (cap != push->cap)
		push->local = xreallocarray(push->local, push->cap,
					    sizeof(*push->local));
	push->local[push->n] = local.s ? xstrndup(local.s, local.len) : NULL;
	push->updates[push->n++] = (struct ref_update){
		xstrndup(ref.s, ref.len), *old, *new,
	};
}

/* Cuts the last field off a line: what follows its last space. */
static bool cut_last(struct field *line, struct field *last)
{
	const char *space = memrchr(line->s, ' ', line->len);

	if (!space)
		return false;
	last->s = space + 1;
	last->len = line->len - (size_t)(space + 1 - line->s);
	line->len = (size_t)(space - line->s);
	return last->len;
}

static bool is_ref(struct field ref)
{
	return ref.len > strlen("refs/") &&
	       !memcmp(ref.s, "refs/", strlen("refs/"));
}

static bool take_receive(struct push *push, struct field line)
{
	struct field ref, new, none = { NULL, 0 };
	struct oid old_oid, new_oid;

	if (!cut_last(&line, &ref) || !cut_last(&line, &new) || !is_ref(ref) ||
	    !oid_parse(&old_oid, line.s, line.len) ||
	    !oid_parse(&new_oid, new.s, new.len))
		return false;
	add(push, &old_oid, &new_oid, ref, none);
	return true;
}

static bool is_symbolic(const char *value)
{
	return text_starts_with(value, "ref:");
}

/*
 * HEAD and its like, and what becomes a symbolic ref ("ref:..."), are nothing
 * to judge. A symbolic ref that is checked, deleted or replaced has no old
 * value.
 */
static bool take_transaction(struct push *push, struct field line)
{
	const char *space = memchr(line.s, ' ', line.len);
	struct field whole = line, ref, new, none = { NULL, 0 };
	const struct oid zero = { { 0 } };
	struct oid new_oid;

	if (!space || !cut_last(&line, &ref))
		return false;
	if (!is_ref(ref) || is_symbolic(space + 1))
		return true;
	if (!is_symbolic(line.s))
		return take_receive(push, whole);
	if (!cut_last(&line, &new) || !oid_parse(&new_oid, new.s, new.len))
		return false;
	add(push, &zero, &new_oid, ref, none);
	return true;
}

/* The local ref may be any revision, with spaces, so start at the end. */
static bool take_push(struct push *push, struct field line)
{
	struct field old, ref, new;
	struct oid old_oid, new_oid;

	if (!cut_last(&line, &old) || !cut_last(&line, &ref) ||
	    !cut_last(&line, &new) || !line.len || !is_ref(ref) ||
	    !oid_parse(&old_oid, old.s, old.len) ||
	    !oid_parse(&new_oid, new.s, new.len))
		return false;
	add(push, &old_oid, &new_oid, ref, line);
	return true;
}

static bool is_sha256(const char *word, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!strchr("0123456789abcdef", word[i]) || !word[i])
			return false;
	return len == SHA256_HEX;
}

/* Whether a word has the form of a SHA-256 id. */
static bool has_sha256(struct field line)
{
	const char *p = line.s, *end = p + line.len;

	while (p < end) {
		const char *space = memchr(p, ' ', (size_t)(end - p));
		const char *stop = space ? space : end;

		if (is_sha256(p, (size_t)(stop - p)))
			return true;
		p = stop + 1;
	}
	return false;
}

static int sha256_error(struct error *err)
{
	return error_set(err, "this repository names objects by SHA-256, which "
			 "cannot be judged yet");
}

static int bad_line(struct field line, size_t n, const char *expected,
		    struct error *err)
{
	if (has_sha256(line))
		return sha256_error(err);
	return error_set(err, "line %zu of the hook's input is not '%s': "
			 "'%.*s'", n, expected, line.len > SHOWN ? SHOWN :
			 (int)line.len, line.s);
}

static int parse(struct push *push, const char *text, size_t len,
		 bool (*take)(struct push *push, struct field line),
		 const char *expected, struct error *err)
{
	const char *p = text, *end = text + len;

	for (size_t n = 1; p < end; n++) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		struct field line = { p, (size_t)((nl ? nl : end) - p) };

		p = nl ? nl + 1 : end;
		if (line.len > MAX_LINE)
			return error_set(err, "line %zu of the hook's input "
					 "has %zu bytes, at most %d can be "
					 "right", n, line.len, MAX_LINE);
		if (memchr(line.s, '\0', line.len))
			return error_set(err, "line %zu of the hook's input "
					 "has a NUL byte", n);
		if (!take(push, line))
			return bad_line(line, n, expected, err);
	}
	return 0;
}

int push_parse_receive(struct push *push, const char *text, size_t len,
		       struct error *err)
{
	return parse(push, text, len, take_receive, "<old> <new> <ref>", err);
}

int push_parse_transaction(struct push *push, const char *text, size_t len,
			   struct error *err)
{
	return parse(push, text, len, take_transaction, "<old> <new> <ref>",
		     err);
}

int push_parse_push(struct push *push, const char *text, size_t len,
		    struct error *err)
{
	return parse(push, text, len, take_push, "<local ref> <local id> "
		     "<remote ref> <remote id>", err);
}

int push_parse_update(struct push *push, const char *ref, const char *old,
		      const char *new, struct error *err)
{
	struct field name = { ref, strlen(ref) }, none = { NULL, 0 };
	struct oid old_oid, new_oid;

	if (is_sha256(old, strlen(old)))
		return sha256_error(err);
	if (!is_ref(name) || !oid_parse(&old_oid, old, strlen(old)) ||
	    !oid_parse(&new_oid, new, strlen(new)))
		return error_set(err, "the hook's arguments are not '<ref> "
				 "<old> <new>': '%.80s' '%.80s' '%.80s'", ref,
				 old, new);
	add(push, &old_oid, &new_oid, name, none);
	return 0;
}

void push_release(struct push *push)
{
	for (size_t i = 0; i < push->n; i++) {
		free(push->updates[i].name);
		free(push->local[i]);
	}
	free(push->updates);
	free(push->local);
	*push = (struct push){ 0 };
}
