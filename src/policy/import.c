/* SPDX-License-Identifier: GPL-2.0-only */
#include "policy/import.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "policy/infer.h"
#include "policy/scm.h"
#include "policy/values.h"

const char import_begin[] =
	"; >>>> imported by git treaty policy import, which replaces all of it\n";
const char import_end[] =
	"; <<<< end of what was imported\n";

const char import_preamble[] =
	"; A policy out of MAINTAINERS. What stands outside of the marked part is\n"
	"; yours: change it, and keep it when you import again:\n"
	";\n"
	";   git treaty policy import --onto THIS MAINTAINERS >NEW && mv NEW THIS\n"
	";\n"
	"; Still to be said by hand: which tree is upstream, and where its history\n"
	"; is kept; which trees are rebuilt from others (role = integration); who\n"
	"; signs; which tags are frozen or shared. A [tree] of yours that has the\n"
	"; `url` of an imported one takes its place.\n"
	"\n"
	"[policy]\n"
	"version = 1\n"
	"mode = report                  ; until you trust it\n"
	"owners = any                   ; as get_maintainer.pl has it\n"
	"commons = **/MAINTAINERS\n"
	"\n";

/* A section to be imported. */
struct entry {
	const struct maintainers_section *section;
	char *name;
	size_t index;
	bool has_paths;
};

struct state {
	const struct import *import;
	struct entry *entries;		/* one for each section, in order */
	size_t n;
	struct scm_trees trees;
	struct people people;		/* who has which tree */
	struct buf *out;
};

static void warn(const struct state *s, const char *file, int line,
		 const char *fmt, const char *what)
{
	char *msg = xasprintf(fmt, what);

	s->import->warn(s->import->ctx, file, line, msg);
	free(msg);
}

/* The beginning of `s` of at most `max` bytes, whole characters only. */
static size_t fitting(const char *s, size_t max)
{
	size_t len = strlen(s), n = 0, step;

	while (n < len) {
		step = utf8_char(s + n, len - n);
		step = step ? step : 1;
		if (n + step > max)
			break;
		n += step;
	}
	return n;
}

static void print_comment(struct state *s, const struct maintainers_field *f)
{
	char *text = text_escaped(f->value);
	size_t n = fitting(text, MAX_LINE - 20);

	buf_addf(s->out, "; %c: %.*s%s\n", f->type, (int)n, text,
		 text[n] ? "..." : "");
	free(text);
}

/*
 * Prints a line; false when it would be too long, or would be read back as
 * something else.
 */
static bool print_key(struct state *s, const char *key, const char *text)
{
	const struct key text_key = { .name = key, .type = KEY_TEXT };
	size_t n = strlen(key) + strlen(text);
	char *value = xstrdup(text), *problem;
	bool fits;

	/* Who reads the policy takes the blanks at the end away. */
	for (size_t i = strlen(value); i && strchr(" \t", value[i - 1]); i--)
		value[i - 1] = '\0';
	problem = *value ? value_problem(&text_key, value) : xstrdup("");
	fits = !problem && n + 1 <= MAX_LINE && !strstr(text, " ;") &&
	       !strstr(text, "\t;");
	for (const char *p = text; *p; p++)
		fits &= (unsigned char)*p >= ' ' || *p == '\t';
	if (fits)
		buf_addf(s->out, "%s%s%s\n", key,
			 n + 3 <= MAX_LINE ? " = " : "=", value);
	free(problem);
	free(value);
	return fits;
}

/* Names */

static void add_quoted(struct buf *out, const char *name)
{
	for (const char *p = name; *p; p++) {
		if (*p == '"' || *p == '\\')
			buf_addch(out, '\\');
		buf_addch(out, *p);
	}
}

/* Copies the text, escaped where a policy cannot hold it. */
static char *readable(const char *title)
{
	for (const char *p = title; *p; p++)
		if ((unsigned char)*p < ' ' && *p != '\t')
			return text_escaped(title);
	return xstrdup(title);
}

/* Shortens the title to what fits on a line. */
static char *entry_name(const struct state *s,
			const struct maintainers_section *section)
{
	char *text = *section->title ? readable(section->title) :
		     xasprintf("%s:%d", section->file, section->line);
	struct buf quoted = BUF_INIT;
	size_t max = MAX_LINE - strlen("[subsystem \"... (999)\"]");

	add_quoted(&quoted, text);
	if (quoted.len > max) {
		char *cut = xasprintf("%.*s...", (int)fitting(text, max -
				      (quoted.len - strlen(text))), text);

		warn(s, section->file, section->line,
		     "the title is too long for a policy: cut to '%s'", cut);
		free(text);
		text = cut;
	}
	buf_release(&quoted);
	return text;
}

static bool has_paths(const struct maintainers_section *section)
{
	for (size_t i = 0; i < section->n; i++)
		if (section->v[i].type == 'F' || section->v[i].type == 'N')
			return true;
	return false;
}

static int by_name(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	return order ? order : (x->index > y->index) - (x->index < y->index);
}

static int by_index(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	return (x->index > y->index) - (x->index < y->index);
}

/* Numbers the second and later sections of the same name. */
static void number_names(struct state *s)
{
	size_t first = 0;

	qsort(s->entries, s->n, sizeof(*s->entries), by_name);
	for (size_t i = 1; i < s->n; i++) {
		struct entry *e = &s->entries[i];
		char *name;

		if (strcmp(e->name, s->entries[first].name)) {
			first = i;
			continue;
		}
		name = xasprintf("%s (%zu)", e->name, i - first + 1);
		warn(s, e->section->file, e->section->line,
		     "the title was there before: called '%s'", name);
		free(e->name);
		e->name = name;
	}
	qsort(s->entries, s->n, sizeof(*s->entries), by_index);
}

/* Whether it is a [subsystem] of the policy. */
static bool is_printed(const struct state *s, const struct entry *e)
{
	if (!e->has_paths || s->import->is_literal)
		return e->has_paths;
	for (size_t i = 0; i < e->section->n; i++)
		if (e->section->v[i].type == 'M')
			return true;
	return false;
}

static int check_entry(const struct state *s, const struct entry *e,
		       struct error *err)
{
	const struct subsystem *known = s->import->onto ?
		policy_subsystem(s->import->onto, e->name) : NULL;

	return known ? error_set(err, "%s:%d: [subsystem \"%s\"] is already on "
				 "line %d of the policy: remove it there",
				 e->section->file, e->section->line, e->name,
				 known->section.line) : 0;
}

static int add_entries(struct state *s, struct error *err)
{
	const struct maintainers *m = s->import->maintainers;

	s->entries = xcalloc(m->n + 1, sizeof(*s->entries));
	for (size_t i = 0; i < m->n; i++)
		s->entries[s->n++] = (struct entry){
			.section = &m->v[i], .index = i,
			.name = entry_name(s, &m->v[i]),
			.has_paths = has_paths(&m->v[i]),
		};
	number_names(s);
	for (size_t i = 0; i < s->n; i++)
		if (is_printed(s, &s->entries[i]) &&
		    check_entry(s, &s->entries[i], err))
			return -1;
	return 0;
}

/* Trees */

static void add_tree(struct state *s, const struct maintainers_section *section,
		     const struct maintainers_field *f)
{
	struct scm scm;

	scm_parse(&scm, f->value);
	if (scm.url) {
		scm_trees_add(&s->trees, &scm);
		if (scm.is_bare)
			warn(s, section->file, f->line, "'T: %s' lacks the "
			     "'git' in front: taken for git", f->value);
	} else {
		warn(s, section->file, f->line, "'T: %s' names no git "
		     "repository: kept as a comment", f->value);
	}
	scm_release(&scm);
}

static int print_tree(struct state *s, const struct scm_tree *tree,
		      struct error *err)
{
	const struct tree *known = s->import->onto ?
		policy_tree(s->import->onto, tree->name) : NULL;

	if (known && !tree->is_known)
		return error_set(err, "%s would be [tree \"%s\"], which stands "
				 "on line %d of the policy: add 'url = %s' "
				 "there if it is the same, or give it another "
				 "name", tree->key, tree->name,
				 known->section.line, tree->url.v[0].text);
	if (tree->is_known)
		return 0;
	buf_addstr(s->out, "\n[tree \"");
	add_quoted(s->out, tree->name);
	buf_addstr(s->out, "\"]\n");
	for (size_t i = 0; i < tree->url.n; i++)
		if (!print_key(s, "url", tree->url.v[i].text))
			return error_set(err, "'%s' cannot be a url of a "
					 "policy", tree->url.v[i].text);
	if (tree->all_branches && tree->branch.n)
		print_key(s, "branch", "refs/heads/*");
	for (size_t i = 0; i < tree->branch.n; i++)
		if (!print_key(s, "branch", tree->branch.v[i].text))
			return error_set(err, "'%s' cannot be a branch of a "
					 "policy", tree->branch.v[i].text);
	return 0;
}

static int print_trees(struct state *s, struct error *err)
{
	for (size_t i = 0; i < s->n; i++) {
		const struct maintainers_section *section =
			s->entries[i].section;

		for (size_t k = 0; k < section->n; k++)
			if (section->v[k].type == 'T')
				add_tree(s, section, &section->v[k]);
	}
	scm_trees_name(&s->trees, s->import->onto);
	for (size_t i = 0; i < s->trees.n; i++)
		if (print_tree(s, &s->trees.v[i], err))
			return -1;
	return 0;
}

/* Sections */

/* Whether an F: of the section claims all that is below the top. */
static bool is_catch_all(const struct maintainers_section *section)
{
	for (size_t i = 0; i < section->n; i++)
		if (section->v[i].type == 'F' &&
		    !strcmp(section->v[i].value, "*/"))
			return true;
	return false;
}

/*
 * Prints the section that owns the rest. If it had a tree, everything that
 * nobody else claims would be foreign to all other trees: on U-Boot's history
 * that flags half of all commits, and without a tree a quarter
 * (tests/ownership/alarms.bash).
 */
static void print_catch_all(struct state *s,
			    const struct maintainers_section *section)
{
	buf_addstr(s->out, "; claims all there is; a tree here would make what "
		   "nobody else claims foreign\n; to all others:\n");
	for (size_t i = 0; i < section->n; i++)
		if (section->v[i].type == 'T')
			print_comment(s, &section->v[i]);
}

/* The trees of T: lines are those of the section's maintainers. */
static void learn_people(struct state *s,
			 const struct maintainers_section *section)
{
	for (size_t i = 0; i < section->n && !is_catch_all(section); i++) {
		struct scm scm;

		if (section->v[i].type != 'T')
			continue;
		scm_parse(&scm, section->v[i].value);
		if (scm.url)
			people_add(&s->people, section,
				   scm_trees_find(&s->trees, &scm)->name);
		scm_release(&scm);
	}
}

static void print_inferred(struct state *s,
			   const struct maintainers_section *section)
{
	const char *tree = s->import->is_literal ? NULL :
			   people_tree(&s->people, section);

	if (!tree)
		return;
	buf_addstr(s->out, "; no T: here, but in other sections of the "
		   "same maintainers:\n");
	print_key(s, "tree", tree);
}

/* Each tree once, however many of its branches the section names. */
static void print_tree_names(struct state *s,
			     const struct maintainers_section *section)
{
	struct values names = { 0 };

	for (size_t i = 0; i < section->n; i++) {
		const struct maintainers_field *f = &section->v[i];
		struct scm scm;

		if (f->type != 'T')
			continue;
		scm_parse(&scm, f->value);
		if (scm.url) {
			const char *name = scm_trees_find(&s->trees,
							  &scm)->name;

			if (!values_have(&names, name)) {
				values_add(&names, name);
				print_key(s, "tree", name);
			}
		} else {
			print_comment(s, f);
		}
		scm_release(&scm);
	}
	if (!names.n)
		print_inferred(s, section);
	values_release(&names);
}

static int translate(const struct state *s, const struct maintainers_field *f,
		     struct path_pattern *pattern, struct error *err)
{
	bool is_dir = f->type != 'N' && path_pattern_may_be_dir(f->value) &&
		      s->import->is_dir(s->import->ctx, f->value);

	return f->type == 'N' ? path_pattern_name(pattern, f->value, err) :
				path_pattern_file(pattern, f->value, is_dir,
						  err);
}

static int print_pattern(struct state *s, const char *file,
			 const struct maintainers_field *f,
			 const struct path_pattern *pattern, bool want_regex,
			 struct error *err)
{
	const char *keys[2][2] = { { "path", "match" },
				   { "exclude", "exclude-match" } };
	const char *key = keys[f->type == 'X'][pattern->is_regex];

	if (!pattern->n && !want_regex) {
		print_comment(s, f);
		warn(s, file, f->line, "'%s' matches nothing", f->value);
	}
	for (size_t i = 0; i < pattern->n && pattern->is_regex == want_regex;
	     i++)
		if (!print_key(s, key, pattern->v[i]))
			return error_set(err, "%s:%d: '%s' is too long for a "
					 "line of a policy", file, f->line,
					 f->value);
	return 0;
}

/*
 * Prints the patterns of some types of fields: globs, or regular expressions.
 */
static int print_patterns(struct state *s,
			  const struct maintainers_section *section,
			  const char *types, bool want_regex,
			  struct error *err)
{
	for (size_t i = 0; i < section->n; i++) {
		const struct maintainers_field *f = &section->v[i];
		struct path_pattern pattern;
		int rc;

		if (!strchr(types, f->type))
			continue;
		rc = translate(s, f, &pattern, err);
		if (rc)
			error_wrap(err, "%s:%d", section->file, f->line);
		else
			rc = print_pattern(s, section->file, f, &pattern,
					   want_regex, err);
		path_pattern_release(&pattern);
		if (rc)
			return -1;
	}
	return 0;
}

static void print_maintainers(struct state *s,
			      const struct maintainers_section *section)
{
	for (size_t i = 0; i < section->n; i++) {
		const struct maintainers_field *f = &section->v[i];

		if (f->type != 'M' || print_key(s, "maintainer", f->value))
			continue;
		print_comment(s, f);
		warn(s, section->file, f->line, "'M: %s' cannot be a "
		     "maintainer of a policy: kept as a comment", f->value);
	}
}

static int print_entry(struct state *s, const struct entry *e,
		       struct error *err)
{
	const struct maintainers_section *section = e->section;

	if (!is_printed(s, e)) {
		buf_addf(s->out, "\n; %s: %.*s\n", e->has_paths ?
			 "no M:, so nobody owns its paths" :
			 "no F: and no N:, so it owns no path",
			 (int)fitting(e->name, 140), e->name);
		return 0;
	}
	buf_addstr(s->out, "\n[subsystem \"");
	add_quoted(s->out, e->name);
	buf_addstr(s->out, "\"]\n");
	if (is_catch_all(section))
		print_catch_all(s, section);
	else
		print_tree_names(s, section);
	if (print_patterns(s, section, "FN", false, err) ||
	    print_patterns(s, section, "FN", true, err) ||
	    print_patterns(s, section, "X", false, err) ||
	    print_patterns(s, section, "X", true, err))
		return -1;
	print_maintainers(s, section);
	return 0;
}

int import_print(const struct import *import, struct buf *out,
		 struct error *err)
{
	struct state s = { .import = import, .out = out };
	int rc;

	s.trees.joins_hosts = !import->is_literal;
	rc = add_entries(&s, err) ? -1 : print_trees(&s, err);
	for (size_t i = 0; !rc && i < s.n; i++)
		learn_people(&s, s.entries[i].section);
	for (size_t i = 0; !rc && i < s.n; i++)
		rc = print_entry(&s, &s.entries[i], err);
	for (size_t i = 0; i < s.n; i++)
		free(s.entries[i].name);
	free(s.entries);
	scm_trees_release(&s.trees);
	people_release(&s.people);
	return rc;
}

/* The frame */

/* The line that is exactly `mark`, at or after `from`, or NULL. */
static const char *find_line(const char *text, size_t len, const char *mark)
{
	size_t n = strlen(mark);
	const char *p = text;

	while (len - (size_t)(p - text) >= n) {
		p = memmem(p, len - (size_t)(p - text), mark, n);
		if (!p)
			return NULL;
		if (p == text || p[-1] == '\n')
			return p;
		p++;
	}
	return NULL;
}

int import_find(const char *text, size_t len, struct import_frame *frame,
		struct error *err)
{
	const char *begin = find_line(text, len, import_begin), *end, *next;

	*frame = (struct import_frame){ len, len };
	if (!begin)
		return 0;
	frame->before = (size_t)(begin - text);
	end = find_line(begin, len - frame->before, import_end);
	if (!end)
		return error_set(err, "the line that ends the imported part is "
				 "missing: '%.*s'", (int)strlen(import_end) - 1,
				 import_end);
	next = end + strlen(import_end);
	frame->behind = (size_t)(next - text);
	if (find_line(next, len - frame->behind, import_begin))
		return error_set(err, "there are two imported parts: keep one");
	return 0;
}
