/* SPDX-License-Identifier: GPL-2.0-only */
#include "cli/config_hooks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/process.h"
#include "base/text.h"

static int ask_git(const char *const *argv, struct buf *out, int *status,
		   struct error *err)
{
	struct process process = { .argv = argv, .output = out };

	return process_run(&process, status, err);
}

/* Whether git runs hooks that its configuration names. */
static int git_runs_them(bool *runs, struct error *err)
{
	const char *argv[] = { "git", "version", NULL };
	struct buf out = BUF_INIT;
	int major = 0, minor = 0, status;
	int rc = ask_git(argv, &out, &status, err);

	*runs = !rc && sscanf(buf_str(&out), "git version %d.%d", &major,
			      &minor) == 2 &&
		(major > 2 || (major == 2 && minor >= 54));
	buf_release(&out);
	return rc;
}

static struct config_hook *hook_named(struct config_hooks *hooks,
				      const char *name, size_t len)
{
	for (size_t i = 0; i < hooks->n; i++)
		if (strlen(hooks->v[i].name) == len &&
		    !memcmp(hooks->v[i].name, name, len))
			return &hooks->v[i];
	GROW(hooks->v, hooks->n, hooks->cap);
	hooks->v[hooks->n] = (struct config_hook){
		.name = xstrndup(name, len),
	};
	return &hooks->v[hooks->n++];
}

static bool is_false(const char *value)
{
	return !strcasecmp(value, "false") || !strcasecmp(value, "no") ||
	       !strcasecmp(value, "off") || !strcmp(value, "0") || !*value;
}

/* "hook.<name>.<key>" and a value; an empty event forgets those before. */
static void take(struct config_hooks *hooks, const char *key,
		 const char *value)
{
	const char *name = key + strlen("hook."), *dot = strrchr(key, '.');
	struct config_hook *h;

	if (dot < name)
		return;
	h = hook_named(hooks, name, (size_t)(dot - name));
	if (!strcmp(dot, ".command")) {
		free(h->command);
		h->command = xstrdup(value);
	} else if (!strcmp(dot, ".enabled")) {
		h->is_off = is_false(value);
	} else if (!strcmp(dot, ".event") && *value) {
		GROW(h->events, h->n_events, h->cap_events);
		h->events[h->n_events++] = xstrdup(value);
	} else if (!strcmp(dot, ".event")) {
		while (h->n_events)
			free(h->events[--h->n_events]);
	}
}

/* Each as "<key> LF <value> NUL". */
static int read_all(struct config_hooks *hooks, struct error *err)
{
	const char *argv[] = { "git", "config", "-z", "--get-regexp",
			       "^hook\\..*\\.(command|event|enabled)$", NULL };
	struct buf out = BUF_INIT;
	int status, rc = ask_git(argv, &out, &status, err);

	if (!rc && status > 1)
		rc = error_set(err, "git config failed with status %d",
			       status);
	for (char *p = out.ptr; !rc && p && p < out.ptr + out.len; ) {
		char *nl = strchr(p, '\n'), *next = p + strlen(p) + 1;

		if (nl)
			*nl = '\0';
		take(hooks, p, nl ? nl + 1 : "true");
		p = next;
	}
	buf_release(&out);
	return rc;
}

static bool runs_treaty(const struct config_hook *h)
{
	return h->command && (strstr(h->command, "git-treaty") ||
			      strstr(h->command, "git treaty"));
}

/* Whether hook.<event>.enabled switches off all hooks of the configuration. */
static bool event_is_off(const struct config_hooks *hooks, const char *event)
{
	for (size_t i = 0; i < hooks->n; i++)
		if (!strcmp(hooks->v[i].name, event))
			return hooks->v[i].is_off;
	return false;
}

static void put(const struct config_hooks *hooks, const struct config_hook *h,
		bool runs, struct problems *problems)
{
	for (size_t i = 0; i < h->n_events; i++) {
		bool is_off = event_is_off(hooks, h->events[i]);

		status_line("hook config", "%s: %s%s", h->name, h->events[i],
			    h->is_off || is_off ? ", switched off" :
			    runs ? "" :
			    ", which this git does not run (2.54 does)");
		if (is_off)
			problem_add(problems, "git config hook.%s.enabled "
				    "switches off all hooks of the "
				    "configuration for %s", h->events[i],
				    h->events[i]);
	}
	if (h->is_off)
		problem_add(problems, "git config hook.%s.enabled switches "
			    "the hook off", h->name);
}

int config_hooks_find(struct config_hooks *hooks, struct problems *problems,
		      struct error *err)
{
	bool runs;

	*hooks = (struct config_hooks){ 0 };
	if (read_all(hooks, err) || git_runs_them(&runs, err))
		return -1;
	for (size_t i = 0; i < hooks->n; i++) {
		struct config_hook *h = &hooks->v[i];

		if (!runs_treaty(h))
			continue;
		put(hooks, h, runs, problems);
		h->is_off |= !runs;
		hooks->n_running += !h->is_off;
	}
	return 0;
}

void config_hooks_release(struct config_hooks *hooks)
{
	for (size_t i = 0; i < hooks->n; i++) {
		struct config_hook *h = &hooks->v[i];

		while (h->n_events)
			free(h->events[--h->n_events]);
		free(h->events);
		free(h->name);
		free(h->command);
	}
	free(hooks->v);
	*hooks = (struct config_hooks){ 0 };
}

bool config_hooks_run(const struct config_hooks *hooks, const char *event)
{
	for (size_t i = 0; i < hooks->n; i++) {
		const struct config_hook *h = &hooks->v[i];

		for (size_t k = 0; k < h->n_events; k++)
			if (!strcmp(h->events[k], event) && !h->is_off &&
			    !event_is_off(hooks, event) && runs_treaty(h))
				return true;
	}
	return false;
}
