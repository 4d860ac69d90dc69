/* SPDX-License-Identifier: GPL-2.0-only */
#include "cli/limits.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/sandbox.h"
#include "base/supervisor.h"

/*
 * The work that a push may make for each second of the time limit, and for each
 * new commit: 120 seconds allow six seconds, and two milliseconds a commit.
 */
enum { WORK_A_SECOND = 50000000, WORK_A_COMMIT = 2000000 / 120 };

#define DEFAULT_MEMORY_LIMIT ((size_t)1 << 30)

/* A number as git-config(1) has it: digits, and k, m or g. */
static bool parse_number(const char *text, size_t most, size_t *number)
{
	static const char units[] = "kmg";
	const char *unit;
	size_t n_units;
	char *end;

	errno = 0;
	*number = strtoull(text, &end, 10);
	if (!isdigit((unsigned char)*text) || errno)
		return false;
	unit = *end ? strchr(units, tolower((unsigned char)*end)) : NULL;
	if (*end && (!unit || end[1]))
		return false;
	n_units = unit ? (size_t)(unit - units) + 1 : 0;
	while (n_units--) {
		if (*number > most / 1024)
			return false;
		*number *= 1024;
	}
	return *number <= most;
}

static int read_limit(struct repo *repo, const char *key, size_t most,
		      size_t *limit, struct error *err)
{
	char *text = NULL;
	int rc;

	if (repo_config(repo, key, &text, NULL, err))
		return -1;
	rc = !text || parse_number(text, most, limit) ? 0 :
	     error_set(err, "git config %s is '%s': expected a number", key,
		       text);
	free(text);
	return rc;
}

int limits_apply(struct repo *repo, struct error *err)
{
	size_t seconds = DEFAULT_TIME_LIMIT, memory = DEFAULT_MEMORY_LIMIT;
	struct work_limit work;

	if (read_limit(repo, "treaty.timeLimit", INT_MAX / 1000, &seconds,
		       err) ||
	    read_limit(repo, "treaty.memoryLimit", SIZE_MAX / 2, &memory, err))
		return -1;
	if (supervisor_limit((unsigned int)seconds, memory, err))
		return -1;
	work = (struct work_limit){ (int64_t)seconds * WORK_A_SECOND,
				    (int64_t)seconds * WORK_A_COMMIT };
	return repo_limit_work(repo, &work, err);
}

int limits_want_sandbox(struct repo *repo, bool *wanted, struct error *err)
{
	static const char *const words[] = { "false", "no", "off", "0",
					     "true", "yes", "on", "1" };
	enum { N_FALSE = 4 };
	char *text = NULL;
	size_t i = 0;
	int rc = 0;

	*wanted = true;
	if (repo_config(repo, "treaty.sandbox", &text, NULL, err))
		return -1;
	while (text && i < ARRAY_SIZE(words) && strcasecmp(text, words[i]))
		i++;
	if (text)
		*wanted = i >= N_FALSE;
	if (i == ARRAY_SIZE(words))
		rc = error_set(err, "git config treaty.sandbox is '%s': "
			       "expected true or false", text);
	free(text);
	return rc;
}

/*
 * What a hook reads after its policy. Anything else, such as a file that a link
 * in a directory of refs leads to, cannot be opened: an error refuses the push.
 */
static void find_readable(const struct place *place, struct strings *paths)
{
	repo_add_places(place->repo, paths);
	policy_source_files(&place->source, place->policy, paths);
}

/* What else the administrator lets a hook read and run. */
static int find_runnable(struct repo *repo, struct strings *paths,
			 struct error *err)
{
	static const char key[] = "treaty.sandboxPath";
	char *last = NULL;
	int rc;

	rc = repo_config(repo, key, &last, NULL, err);
	/* Usually it is not set, and all values take long to go through. */
	if (!rc && last)
		rc = repo_config_all(repo, key, paths, err);
	for (size_t i = 0; !rc && i < paths->n; i++)
		if (paths->v[i][0] != '/')
			rc = error_set(err, "git config %s is '%s': expected "
				       "an absolute path", key, paths->v[i]);
	free(last);
	return rc;
}

/* The list, with NULL at its end. */
static const char *const *ended(struct strings *list)
{
	GROW(list->v, list->n, list->cap);
	list->v[list->n] = NULL;
	return (const char *const *)list->v;
}

int limits_confine(struct place *place, struct error *err)
{
	static const char *const programs[] = { "git", "gpgv", "ssh-keygen",
						NULL };
	const char *tmp = getenv("TMPDIR");
	struct strings readable = { 0 }, runnable = { 0 };
	bool wanted;
	char *own;

	if (limits_want_sandbox(place->repo, &wanted, err))
		return -1;
	if (!wanted)
		return 0;
	if (repo_freeze_config(place->repo, err) ||
	    find_runnable(place->repo, &runnable, err)) {
		strings_release(&runnable);
		return -1;
	}
	own = xasprintf("%s/treaty", repo_common_dir(place->repo));
	find_readable(place, &readable);
	place->is_confined = !sandbox_enter(&(struct sandbox){
		.writable = (const char *const[]){
			tmp && *tmp ? tmp : "/tmp", own, "/dev/null", NULL },
		.readable = ended(&readable),
		.runnable = ended(&runnable),
		.programs = programs,
	});
	strings_release(&readable);
	strings_release(&runnable);
	free(own);
	return 0;
}
