/* SPDX-License-Identifier: GPL-2.0-only */
#include "git/remote_refs.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/process.h"
#include "base/text.h"
#include "git/ref_name.h"

enum { TIME_LIMIT = 10 };

/* Without this, ssh would ask the terminal. A command of the user's stays. */
static int ssh_env(struct repo *repo, const char **env, struct error *err)
{
	char *command = NULL;

	*env = NULL;
	if (repo_config(repo, "core.sshCommand", &command, NULL, err))
		return -1;
	if (!command && !getenv("GIT_SSH_COMMAND") && !getenv("GIT_SSH"))
		*env = "GIT_SSH_COMMAND=ssh -o BatchMode=yes";
	free(command);
	return 0;
}

/* "<hex>\t<ref>", and after a tag object's "<hex>\t<ref>^{}". */
static bool parse_line(struct remote_refs *refs, char *line)
{
	struct remote_ref *last = refs->n ? &refs->v[refs->n - 1] : NULL;
	char *name = strchr(line, '\t');
	struct oid oid;

	if (!name || !oid_parse(&oid, line, (size_t)(name - line)))
		return false;
	name++;
	if (text_ends_with(name, "^{}")) {
		name[strlen(name) - 3] = '\0';
		if (!last || strcmp(last->name, name))
			return false;
		last->peeled = oid;
		return true;
	}
	if ((!text_starts_with(name, "refs/tags/") &&
	     !text_starts_with(name, "refs/heads/")) ||
	    !ref_name_is_valid(name))
		return false;
	GROW(refs->v, refs->n, refs->cap);
	refs->v[refs->n++] = (struct remote_ref){ .name = name, .oid = oid };
	return true;
}

static int by_name(const void *a, const void *b)
{
	const struct remote_ref *x = a, *y = b;

	return strcmp(x->name, y->name);
}

int remote_refs_parse(struct remote_refs *refs, struct error *err)
{
	char *line = refs->text.ptr, *nl;

	for (; line && (nl = strchr(line, '\n')); line = nl + 1) {
		*nl = '\0';
		if (!parse_line(refs, line))
			return error_set(err, "git ls-remote: garbled output");
	}
	if (refs->n)
		qsort(refs->v, refs->n, sizeof(*refs->v), by_name);
	return 0;
}

/*
 * Git has rewritten the URL already: a rule that rewrites all of it to itself
 * is longer than any other that fits, so that no other is applied to it again.
 */
int remote_refs_ask(struct repo *repo, const char *url, struct buf *answer,
		    struct error *err)
{
	char *same = xasprintf("--config-env=url.%s.insteadOf=TREATY_URL",
			       url);
	char *set = xasprintf("TREATY_URL=%s", url);
	const char *const argv[] = { "git", same, "ls-remote", "--quiet",
				     "--heads", "--tags", "--", url, NULL };
	const char *env[] = { "GIT_TERMINAL_PROMPT=0", "GIT_ASKPASS=false",
			      "SSH_ASKPASS_REQUIRE=never", "LC_ALL=C", set,
			      NULL, NULL };
	const struct process process = {
		.argv = argv, .env = env, .input = "",
		.output = answer, .time_limit = TIME_LIMIT,
	};
	int rc = ssh_env(repo, &env[5], err);

	if (!rc)
		rc = process_check(&process, "git ls-remote", err);
	free(set);
	free(same);
	return rc;
}

const struct remote_ref *remote_refs_find(const struct remote_refs *refs,
					  const char *name)
{
	const struct remote_ref key = { .name = (char *)name };

	return refs->n ? bsearch(&key, refs->v, refs->n, sizeof(*refs->v),
				 by_name) : NULL;
}

void remote_refs_release(struct remote_refs *refs)
{
	buf_release(&refs->text);
	free(refs->v);
	*refs = (struct remote_refs){ 0 };
}
