/* SPDX-License-Identifier: GPL-2.0-only */
#include "rules/verdict.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/mem.h"
#include "base/strmap.h"
#include "git/hidden_refs.h"
#include "policy/govern.h"

/* Texts kept once. */
struct verdict_pool {
	struct strmap map;		/* to nothing */
	struct arena texts;		/* where they are */
};

static void pool_free(struct verdict_pool *pool)
{
	if (!pool)
		return;
	strmap_release(&pool->map);
	arena_release(&pool->texts);
	free(pool);
}

const char *verdict_text(struct verdict *verdict, const char *text)
{
	struct verdict_pool *pool = verdict->pool;
	const char *kept = strmap_key(&pool->map, text);

	if (!kept) {
		kept = arena_strdup(&pool->texts, text);
		strmap_put(&pool->map, kept, 0);
	}
	return kept;
}

const char *verdict_textf(struct verdict *verdict, const char *fmt, ...)
{
	struct buf text = BUF_INIT;
	const char *kept;
	va_list ap;

	va_start(ap, fmt);
	buf_addv(&text, fmt, ap);
	va_end(ap);
	kept = verdict_text(verdict, buf_str(&text));
	buf_release(&text);
	return kept;
}

bool verdict_hides(const struct verdict *verdict, const char *ref)
{
	return verdict->hides && hidden_refs_have(verdict->hides, ref);
}

const char *verdict_ref(struct verdict *verdict, const char *ref)
{
	return verdict_text(verdict, verdict_hides(verdict, ref) ?
			    "a ref that is hidden from you" : ref);
}

const char *verdict_tag(struct verdict *verdict, const char *ref)
{
	const char *tag = tag_name(ref);

	return verdict_text(verdict, verdict_hides(verdict, ref) ?
			    "that is hidden from you" : tag ? tag : ref);
}

void verdict_init(struct verdict *verdict, const struct policy *policy)
{
	*verdict = (struct verdict){ .policy = policy };
	verdict->pool = xcalloc(1, sizeof(*verdict->pool));
}

void verdict_release(struct verdict *verdict)
{
	for (size_t i = 0; i < verdict->n; i++)
		free(verdict->findings[i].paths);
	for (size_t i = 0; i < verdict->n_tags; i++) {
		free(verdict->tags[i].bases);
		free(verdict->tags[i].pulls);
	}
	free(verdict->tags);
	pool_free(verdict->pool);
	free(verdict->findings);
	*verdict = (struct verdict){ 0 };
}

struct finding *verdict_add(struct verdict *verdict, enum rule_id rule,
			    enum severity most)
{
	enum severity severity =
		(enum severity)verdict->policy->rules[rule].severity;
	struct finding *finding;

	if (severity > most)
		severity = most;
	GROW(verdict->findings, verdict->n, verdict->cap);
	finding = &verdict->findings[verdict->n++];
	*finding = (struct finding){
		.rule = rule, .severity = severity,
		.ref = "", .why = "", .fix = "",
	};
	verdict->counts[severity]++;
	return finding;
}

void finding_expect_paths(struct finding *finding, size_t n)
{
	if (finding->cap_paths >= n)
		return;
	finding->paths = xreallocarray(finding->paths, n,
				       sizeof(*finding->paths));
	finding->cap_paths = n;
}

void finding_take_path(struct finding *finding, const char *path,
		       const char *subsystem, const char *tree)
{
	GROW(finding->paths, finding->n_paths, finding->cap_paths);
	finding->paths[finding->n_paths++] = (struct finding_path){
		.path = path, .subsystem = subsystem, .tree = tree,
	};
}

void finding_add_path(struct verdict *verdict, struct finding *finding,
		      const char *path, const char *subsystem,
		      const char *tree)
{
	finding_take_path(finding, verdict_text(verdict, path),
			  subsystem ? verdict_text(verdict, subsystem) : NULL,
			  tree ? verdict_text(verdict, tree) : NULL);
}

struct listed_tag *verdict_list_tag(struct verdict *verdict, const char *name)
{
	struct listed_tag *tag;

	GROW(verdict->tags, verdict->n_tags, verdict->cap_tags);
	tag = &verdict->tags[verdict->n_tags++];
	*tag = (struct listed_tag){ .name = verdict_text(verdict, name) };
	return tag;
}

bool verdict_refuses(const struct verdict *verdict)
{
	return verdict->counts[SEVERITY_ERROR] > 0;
}
