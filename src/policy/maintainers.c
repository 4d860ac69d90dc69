/* SPDX-License-Identifier: GPL-2.0-only */
#include "policy/maintainers.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* Perl's \s. */
static const char blanks[] = " \t\n\v\f\r";

/* Drops the last section if it has a title and no field. */
static void set_title(struct maintainers *m, const char *s, size_t len,
		      int line)
{
	free(m->title);
	m->title = xstrndup(s, len);
	m->title_line = line;
	m->is_new = true;
}

static void add_field(struct maintainers *m, const char *file, const char *s,
		      size_t len, int line)
{
	struct maintainers_section *section;
	size_t skip = 2;

	if (m->is_new || !m->n) {
		GROW(m->v, m->n, m->cap);
		m->v[m->n++] = (struct maintainers_section){
			.title = xstrdup(m->title ? m->title : ""),
			.file = file,
			.line = m->title ? m->title_line : line,
		};
		m->is_new = false;
	}
	while (skip < len && strchr(blanks, s[skip]))
		skip++;
	section = &m->v[m->n - 1];
	GROW(section->v, section->n, section->cap);
	section->v[section->n++] = (struct maintainers_field){
		.type = s[0], .value = xstrndup(s + skip, len - skip),
		.line = line,
	};
}

static bool is_nothing(const char *s, size_t len)
{
	size_t i = 0;

	while (i < len && strchr(blanks, s[i]))
		i++;
	return i == len || s[i] == '#';
}

static void read_line(struct maintainers *m, const char *file, const char *s,
		      size_t len, int line)
{
	if (len >= 2 && s[0] >= 'A' && s[0] <= 'Z' && s[1] == ':')
		add_field(m, file, s, len, line);
	else if (!is_nothing(s, len))
		set_title(m, s, len, line);
}

void maintainers_read(struct maintainers *m, const char *file,
		      const char *text, size_t len)
{
	const char *end = text + len;

	for (int line = 1; text < end && line < INT_MAX; line++) {
		const char *nl = memchr(text, '\n', (size_t)(end - text));
		size_t n = (size_t)((nl ? nl : end) - text);

		/* Perl keeps the \r, so such a pattern never matches. */
		read_line(m, file, text, n && text[n - 1] == '\r' ? n - 1 : n,
			  line);
		text += n + (nl != NULL);
	}
}

void maintainers_release(struct maintainers *m)
{
	for (size_t i = 0; i < m->n; i++) {
		for (size_t k = 0; k < m->v[i].n; k++)
			free(m->v[i].v[k].value);
		free(m->v[i].v);
		free(m->v[i].title);
	}
	free(m->v);
	free(m->title);
	*m = (struct maintainers){ 0 };
}
