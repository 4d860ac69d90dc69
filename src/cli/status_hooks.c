/* SPDX-License-Identifier: GPL-2.0-only */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/process.h"
#include "base/text.h"
#include "cli/config_hooks.h"
#include "cli/hook_files.h"
#include "cli/problems.h"

/* What is known of the hooks of one repository. */
struct hook_survey {
	struct repo *repo;
	struct problems *problems;
	struct config_hooks config;
	bool any;			/* one of ours is in, or was put in */
};

/* What git prints for a command in `dir`, without the newline; NULL: failed. */
static char *ask_git(const char *dir, const char *git_dir, const char *a,
		     const char *b, const char *c, struct error *err)
{
	char *option = xasprintf("--git-dir=%s", git_dir);
	const char *argv[] = { "git", "-C", dir, option, a, b, c, NULL };
	const char *env[] = { "GIT_DIR", "GIT_COMMON_DIR", "GIT_WORK_TREE",
			      NULL };
	struct buf out = BUF_INIT;
	struct process process = { .argv = argv, .env = env, .output = &out };
	int status;
	char *answer = NULL;

	if (!process_run(&process, &status, err)) {
		if (status)
			error_set(err, "git %s failed with status %d", a,
				  status);
		else
			answer = xstrndup(buf_str(&out),
					  strcspn(buf_str(&out), "\n"));
	}
	buf_release(&out);
	free(option);
	return answer;
}

/* Where git, standing in `dir`, looks for hooks; asked of git itself. */
static int effective_place(const struct hook_survey *survey, const char *dir,
			   const char *git_dir, struct hook_place *place,
			   struct error *err)
{
	char *hooks = ask_git(dir, git_dir, "rev-parse", "--git-path", "hooks",
			      err);

	*place = (struct hook_place){ 0 };
	if (!hooks || file_modes_find(survey->repo, &place->modes, err)) {
		free(hooks);
		return -1;
	}
	place->dir = hooks[0] == '/' ? xstrdup(hooks) :
		     xasprintf("%s/%s", dir, hooks);
	free(hooks);
	return kept_find(&place->kept, place->dir, err);
}

static bool is_ours(enum hook_state state)
{
	return state == HOOK_OURS || state == HOOK_OLDER;
}

/* Whether the hook is ours in the repository's own directory of hooks. */
static int is_in_own(const struct hook_survey *survey,
		     const struct hook_file *hook, bool *is, struct error *err)
{
	struct hook_place own = {
		.dir = xasprintf("%s/hooks", repo_common_dir(survey->repo)),
	};
	enum hook_state state = HOOK_NONE;
	int rc = hook_file_state(&own, hook, &state, NULL, err);

	*is = is_ours(state);
	hook_place_release(&own);
	return rc;
}

/* Ours is there: whether git and the hook can run what they name. */
static const char *check_ours(const struct hook_place *place,
			      const struct hook_file *hook,
			      const char *program, struct problems *problems)
{
	char *path = hook_file_path(place, hook);
	const char *text = "installed";

	if (access(path, X_OK)) {
		text = "installed, but not executable: git does not run it";
		problem_add(problems, "%s is not executable, so git does not "
			    "run it: git treaty install", path);
	} else if (!file_modes_match(&place->modes, path)) {
		problem_add(problems, "%s has not the mode that "
			    "core.sharedRepository asks for, so git does not "
			    "run it for all who may push: git treaty install",
			    path);
	}
	if (program && strchr(program, '/') && access(program, X_OK))
		problem_add(problems, "%s runs %s, which is not there, so "
			    "every push is refused: git treaty install", path,
			    program);
	free(path);
	return text;
}

/* Something else, or nothing, is where our hook should be. */
static int explain_missing(struct hook_survey *survey,
			   const struct hook_place *place,
			   const struct hook_file *hook, enum hook_state state,
			   struct error *err)
{
	bool was_in = hook_is_recorded(survey->repo, hook) ||
		      kept_has(&place->kept, hook->name);
	bool is_hidden;

	if (is_in_own(survey, hook, &is_hidden, err))
		return -1;
	if (is_hidden)
		problem_add(survey->problems, "%s is hidden: git config "
			    "core.hooksPath has git look for hooks in %s",
			    hook->name, place->dir);
	else if (state == HOOK_EDITED)
		problem_add(survey->problems, "%s/%s was edited after it was "
			    "installed", place->dir, hook->name);
	else if (state == HOOK_OTHER && was_in)
		problem_add(survey->problems, "%s/%s was overwritten: it is "
			    "another tool's hook now", place->dir, hook->name);
	else
		problem_add(survey->problems, "%s is missing in %s%s",
			    hook->name, place->dir, state == HOOK_OTHER ?
			    ": another hook is there" : "");
	return 0;
}

static const char *state_text(enum hook_state state)
{
	return state == HOOK_EDITED ? "installed, and edited since" :
	       state == HOOK_OTHER ? "not installed (another hook is there)" :
	       "not installed";
}

/* Whether this hook should be in: it was, or is what such a repository has. */
static int is_expected(const struct hook_survey *survey,
		       const struct hook_file *hook, bool *is,
		       struct error *err)
{
	const char *usual = repo_work_tree(survey->repo) ? "pre-push" :
							   "pre-receive";

	*is = hook_is_recorded(survey->repo, hook) ||
	      (!survey->any && !strcmp(hook->name, usual));
	return *is ? 0 : is_in_own(survey, hook, is, err);
}

static int survey_hook(struct hook_survey *survey,
		       const struct hook_place *place,
		       const struct hook_file *hook, bool quiet,
		       struct error *err)
{
	enum hook_state state;
	char *program;
	bool expected, ours;
	const char *text;

	if (hook_file_state(place, hook, &state, &program, err) ||
	    is_expected(survey, hook, &expected, err))
		return -1;
	ours = is_ours(state);
	text = ours ? check_ours(place, hook, program, survey->problems) :
		      state_text(state);
	free(program);
	if (!quiet)
		status_line("", "%-12s %s%s", hook->name, text,
			    hook_file_keeps(place, hook) ?
			    ", runs the earlier hook first" : "");
	expected |= state == HOOK_EDITED || kept_has(&place->kept, hook->name);
	if (ours || !expected || config_hooks_run(&survey->config, hook->name))
		return 0;
	return explain_missing(survey, place, hook, state, err);
}

/* A linked work tree may have hooks of its own, see core.hooksPath. */
static int survey_linked(struct hook_survey *survey, const char *git_dir,
			 struct error *err)
{
	const struct hook_file *hook = hook_file_find("pre-push");
	char *file = xasprintf("%s/gitdir", git_dir), *slash;
	struct buf dir = BUF_INIT;
	struct hook_place place;
	int rc = 0;

	if (buf_read_file(&dir, file, 1 << 16, err))
		goto out;		/* no work tree, or one being made */
	slash = strrchr(buf_str(&dir), '/');
	if (slash)
		*slash = '\0';
	if (!slash || access(dir.ptr, F_OK))
		goto out;
	rc = effective_place(survey, dir.ptr, git_dir, &place, err);
	if (!rc)
		rc = survey_hook(survey, &place, hook, true, err);
	hook_place_release(&place);
out:
	buf_release(&dir);
	free(file);
	return rc;
}

static int survey_all_linked(struct hook_survey *survey, struct error *err)
{
	char *path = xasprintf("%s/worktrees", repo_common_dir(survey->repo));
	DIR *dir = opendir(path);
	struct dirent *e;
	int rc = 0;

	while (!rc && dir && (e = readdir(dir))) {
		char *one = xasprintf("%s/%s", path, e->d_name);

		if (e->d_name[0] != '.' &&
		    strcmp(one, repo_git_dir(survey->repo)))
			rc = survey_linked(survey, one, err);
		free(one);
	}
	if (dir)
		closedir(dir);
	free(path);
	return rc;
}

static int find_any(struct hook_survey *survey, struct error *err)
{
	for (const struct hook_file *h = hook_files; h->name; h++) {
		bool is;

		if (is_in_own(survey, h, &is, err))
			return -1;
		survey->any |= is || hook_is_recorded(survey->repo, h);
	}
	return 0;
}

/* Whether something runs the parts in a directory beside the hooks. */
static void check_caller(struct hook_survey *survey,
			 const struct hook_place *place,
			 const struct hook_file *hook)
{
	char *caller = xasprintf("%s/hooks/%s", repo_common_dir(survey->repo),
				 hook->name);
	char *parts = xasprintf("%s.d", caller);
	char *real = realpath(parts, NULL);

	if (real && !strcmp(real, place->kept.hooks) && access(caller, X_OK))
		problem_add(survey->problems, "nothing runs %s: there is no "
			    "executable %s", place->dir, caller);
	free(real);
	free(parts);
	free(caller);
}

static int survey_one(struct hook_survey *survey, const struct hook_file *hook,
		      struct error *err)
{
	const char *top = repo_work_tree(survey->repo);
	struct hook_place place;
	bool is_part;
	int rc = hook_place_recorded(survey->repo, hook, &place, &is_part,
				     err);

	if (!rc && is_part)
		check_caller(survey, &place, hook);
	else if (!rc)
		rc = effective_place(survey, hook->is_server || !top ?
				     repo_common_dir(survey->repo) : top,
				     repo_git_dir(survey->repo), &place, err);
	if (!rc && (is_part || hook == hook_files))
		status_line("hooks", "%s", place.dir);
	if (!rc)
		rc = survey_hook(survey, &place, hook, false, err);
	hook_place_release(&place);
	return rc;
}

static int survey_own(struct hook_survey *survey, struct error *err)
{
	for (const struct hook_file *h = hook_files; h->name; h++)
		if (survey_one(survey, h, err))
			return -1;
	return 0;
}

int status_hooks(struct repo *repo, struct problems *problems,
		 struct error *err)
{
	struct hook_survey survey = { .repo = repo, .problems = problems };
	int rc = config_hooks_find(&survey.config, problems, err);

	survey.any = survey.config.n_running;
	if (!rc)
		rc = find_any(&survey, err) || survey_own(&survey, err) ||
		     survey_all_linked(&survey, err) ? -1 : 0;
	config_hooks_release(&survey.config);
	return rc;
}
