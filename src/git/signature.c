/* SPDX-License-Identifier: GPL-2.0-only */
#include "git/signature.h"

#include <stdint.h>
#include <string.h>

#include "base/armor.h"
#include "base/be.h"
#include "base/mem.h"
#include "base/text.h"

static const struct {
	const char *begin, *end;	/* NULL: nothing that can be verified */
	enum signature_format format;
} marks[] = {
	{ "-----BEGIN PGP SIGNATURE-----", "-----END PGP SIGNATURE-----",
	  SIGNATURE_OPENPGP },
	{ "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----",
	  SIGNATURE_SSH },
	{ "-----BEGIN SIGNED MESSAGE-----", "-----END SIGNED MESSAGE-----",
	  SIGNATURE_X509 },
	{ "-----BEGIN PGP MESSAGE-----", NULL, SIGNATURE_UNCLEAR },
};

static bool starts_with(const char *p, const char *end, const char *prefix)
{
	size_t n = strlen(prefix);

	return (size_t)(end - p) >= n && !memcmp(p, prefix, n);
}

/*
 * The index of the mark that the line starts with (as git compares it), or -1.
 */
static int mark_of(const char *line, const char *end)
{
	for (size_t i = 0; i < ARRAY_SIZE(marks); i++)
		if (starts_with(line, end, marks[i].begin))
			return (int)i;
	return -1;
}

static const char *next_line(const char *line, const char *end)
{
	const char *nl = memchr(line, '\n', (size_t)(end - line));

	return nl ? nl + 1 : end;
}

/* Whether `end_line` is the object's last line, and occurs nowhere before. */
static bool is_closed(const struct signature *s, const char *end_line)
{
	const char *end = s->text + s->len, *line = s->text;

	while (line < end && !starts_with(line, end, end_line))
		line = next_line(line, end);
	if (line == end)
		return false;
	line += strlen(end_line);
	return line == end || (*line == '\n' && line + 1 == end);
}

void signature_split(struct signature *s, const char *raw, size_t len)
{
	const char *end = raw + len;
	int mark = -1, n = 0;

	*s = (struct signature){ .payload_len = len };
	for (const char *p = raw; p < end; p = next_line(p, end)) {
		int m = mark_of(p, end);

		if (m < 0 || n++)
			continue;
		mark = m;
		s->payload_len = (size_t)(p - raw);
		s->text = p;
		s->len = (size_t)(end - p);
	}
	if (mark < 0)
		return;
	s->format = marks[mark].format;
	if (n > 1 || !marks[mark].end || !is_closed(s, marks[mark].end))
		s->format = SIGNATURE_UNCLEAR;
}

/* SSH */

/* Takes a string of RFC 4251: its length in four bytes, and as many bytes. */
static bool take_string(const unsigned char **p, size_t *left, struct buf *out)
{
	uint32_t n;

	if (*left < 4)
		return false;
	n = be32(*p);
	if (n > *left - 4)
		return false;
	buf_add(out, *p + 4, n);
	*p += 4 + n;
	*left -= 4 + n;
	return true;
}

bool signature_ssh_claim(const struct signature *s, struct buf *key,
			 struct buf *name_space)
{
	static const char magic[] = "SSHSIG\0\0\0\1";	/* and the version */
	const size_t n = sizeof(magic) - 1, before = key->len;
	struct buf blob = BUF_INIT;
	const unsigned char *p;
	size_t left;
	bool is_one;

	is_one = armor_decode("SSH SIGNATURE", s->text, s->len, &blob) == 1 &&
		 blob.len > n && !memcmp(blob.ptr, magic, n);
	if (is_one) {
		p = (const unsigned char *)blob.ptr + n;
		left = blob.len - n;
		is_one = take_string(&p, &left, key) && key->len > before &&
			 take_string(&p, &left, name_space);
	}
	buf_release(&blob);
	return is_one;
}

bool ssh_key_is(const char *line, const struct buf *key)
{
	const char *text = strchr(line, ' ');
	struct buf blob = BUF_INIT;
	bool is;

	if (!text)
		return false;
	text += strspn(text, " ");
	is = base64_decode(text, strcspn(text, " "), &blob) &&
	     blob.len == key->len && !memcmp(blob.ptr, key->ptr, key->len);
	buf_release(&blob);
	return is;
}
