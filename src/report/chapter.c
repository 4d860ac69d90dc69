/* SPDX-License-Identifier: GPL-2.0-only */
#include "report/chapter.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "base/text.h"

/* The section RULES; the build makes it. */
extern const char rules_manual[];

struct writer {
	enum chapter_style style;
	bool is_code, is_bold, is_underlined;
	struct buf *out;
};

/* How each style begins and ends what is bold, and what is underlined. */
static const char *const marks[][4] = {
	[CHAPTER_PLAIN] = { "", "", "", "" },
	[CHAPTER_COLOR] = { "\033[1m", "\033[22m", "\033[4m", "\033[24m" },
	[CHAPTER_MARKDOWN] = { "**", "**", "*", "*" },
};

static void toggle(struct writer *w, bool *is_on, int mark)
{
	buf_addstr(w->out, marks[w->style][mark + *is_on]);
	*is_on = !*is_on;
}

static void add_plain(struct writer *w, char c)
{
	if (w->style == CHAPTER_MARKDOWN && strchr("\\`*_<>[]", c))
		buf_addch(w->out, '\\');
	buf_addch(w->out, c);
}

/* Whether this _ is inside of a word, where scdoc leaves it alone. */
static bool is_in_word(const char *line, size_t i, size_t len)
{
	return i && i + 1 < len && isalnum((unsigned char)line[i - 1]) &&
	       isalnum((unsigned char)line[i + 1]);
}

static void add_text(struct writer *w, const char *line, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (line[i] == '\\' && i + 1 < len)
			add_plain(w, line[++i]);
		else if (line[i] == '*')
			toggle(w, &w->is_bold, 0);
		else if (line[i] == '_' && !is_in_word(line, i, len))
			toggle(w, &w->is_underlined, 2);
		else
			add_plain(w, line[i]);
	}
}

static void add_fence(struct writer *w)
{
	w->is_code = !w->is_code;
	if (w->style == CHAPTER_MARKDOWN)
		buf_addstr(w->out, "```\n");
}

static void add_line(struct writer *w, const char *line, size_t len)
{
	if (len == 3 && !memcmp(line, "```", 3)) {
		add_fence(w);
		return;
	}
	if (w->is_code) {
		buf_addstr(w->out, len && w->style != CHAPTER_MARKDOWN ?
			   "    " : "");
		buf_add(w->out, line, len);
	} else if (len && line[0] == ';') {
		return;			/* a comment */
	} else {
		add_text(w, line, len);
	}
	buf_addch(w->out, '\n');
}

/* Where the chapter's heading "## RULE (SEVERITY)" begins, or NULL. */
static const char *find(const char *rule)
{
	size_t len = strlen(rule);

	for (const char *at = rules_manual; (at = strstr(at, "\n## ")); at++)
		if (text_starts_with(at + 4, rule) && at[4 + len] == ' ')
			return at + 1;
	return NULL;
}

static void add_heading(struct writer *w, const char *line, size_t len)
{
	if (w->style == CHAPTER_MARKDOWN)
		buf_addstr(w->out, "## ");
	toggle(w, &w->is_bold, 0);
	buf_add(w->out, line + 3, len - 3);
	toggle(w, &w->is_bold, 0);
	buf_addch(w->out, '\n');
}

void chapter_render(const char *rule, enum chapter_style style,
		    struct buf *out)
{
	struct writer w = { .style = style, .out = out };
	const char *line = find(rule);
	size_t len;

	if (!line)
		return;
	len = strcspn(line, "\n");
	add_heading(&w, line, len);
	for (line += len; *line++ && !text_starts_with(line, "## ");
	     line += len) {
		len = strcspn(line, "\n");
		add_line(&w, line, len);
	}
	/* The blank line before the next chapter. */
	while (out->len > 1 && !memcmp(out->ptr + out->len - 2, "\n\n", 2))
		out->ptr[--out->len] = '\0';
}
