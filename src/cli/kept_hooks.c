/* SPDX-License-Identifier: GPL-2.0-only */
#include "cli/kept_hooks.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/process.h"
#include "base/text.h"
#include "cli/hook_text.h"

enum { MAX_HOOK = 16 << 20 };

int kept_find(struct kept *kept, const char *hooks, struct error *err)
{
	*kept = (struct kept){ 0 };
	kept->hooks = realpath(hooks, NULL);
	if (!kept->hooks && errno != ENOENT)
		return error_errno(err, "%s", hooks);
	if (!kept->hooks)
		kept->hooks = xstrdup(hooks);
	kept->dir = xasprintf("%s.before-treaty", kept->hooks);
	return 0;
}

void kept_release(struct kept *kept)
{
	free(kept->hooks);
	free(kept->dir);
	*kept = (struct kept){ 0 };
}

char *kept_path(const struct kept *kept, const char *name)
{
	return xasprintf("%s/%s", kept->dir, name);
}

/* Whether a file that can be read is a link of ours to what is in `hooks`. */
static bool is_link(const struct kept *kept, const char *path)
{
	char to[PATH_MAX], *prefix;
	ssize_t n = readlink(path, to, sizeof(to) - 1);
	bool is;

	if (n < 0)
		return false;
	to[n] = '\0';
	prefix = xasprintf("..%s/", strrchr(kept->hooks, '/'));
	is = text_starts_with(to, prefix);
	free(prefix);
	return is;
}

bool kept_has(const struct kept *kept, const char *name)
{
	char *path = kept_path(kept, name);
	struct stat st;
	bool has = !lstat(path, &st) && !is_link(kept, path);

	free(path);
	return has;
}

static bool same_files(const char *a, const char *b)
{
	struct buf x = BUF_INIT, y = BUF_INIT;
	struct error err;
	bool same = !buf_read_file(&x, a, MAX_HOOK, &err) &&
		    !buf_read_file(&y, b, MAX_HOOK, &err) && x.len == y.len &&
		    !memcmp(buf_str(&x), buf_str(&y), x.len);

	buf_release(&x);
	buf_release(&y);
	return same;
}

int kept_add(const struct kept *kept, const char *from, const char *name,
	     const struct file_modes *modes, struct error *err)
{
	char *to = kept_path(kept, name);
	int rc = file_modes_mkdir(modes, kept->dir, err);

	if (rc)
		goto out;
	if (is_link(kept, to))
		unlink(to);
	if (!link(from, to) || (errno == EEXIST && same_files(from, to)))
		goto out;
	if (errno == EEXIST)
		rc = error_set(err, "%s is another tool's hook, put in after "
			       "ours, and the hook that was there before ours "
			       "is kept as %s: move one of them away, then "
			       "install again", from, to);
	else if (rename(from, to))
		rc = error_errno(err, "cannot keep %s as %s", from, to);
out:
	free(to);
	return rc;
}

int kept_restore(const struct kept *kept, const char *name, struct error *err)
{
	char *from = kept_path(kept, name);
	char *to = xasprintf("%s/%s", kept->hooks, name);
	int rc = rename(from, to) ? error_errno(err, "%s", from) : 0;

	free(from);
	free(to);
	return rc;
}

/* Links to what stands beside the hooks */

/* Whether an entry of the hooks directory is one of our hook files. */
static bool is_treaty_hook(const char *path)
{
	struct buf text = BUF_INIT;
	struct error err;
	struct stat st;
	bool is = !stat(path, &st) && S_ISREG(st.st_mode) &&
		  !buf_read_file(&text, path, MAX_HOOK, &err) &&
		  hook_text_is_ours(buf_str(&text));

	buf_release(&text);
	return is;
}

/* Git follows no link of that name. Without it, it only shows too much. */
static bool is_ignore_file(const char *name)
{
	return !strcmp(name, ".gitignore");
}

/* A link to one of our hooks would have the kept one run us for ever. */
static int link_one(const struct kept *kept, const char *name,
		    struct error *err)
{
	char *there = xasprintf("%s/%s", kept->hooks, name);
	char *here = kept_path(kept, name);
	char *to = xasprintf("..%s/%s", strrchr(kept->hooks, '/'), name);
	int rc = 0;

	if (is_treaty_hook(there)) {
		if (is_link(kept, here))
			unlink(here);
	} else if (is_ignore_file(name)) {
		(void)!link(there, here);
	} else if (symlink(to, here) && errno != EEXIST) {
		rc = error_set(err, "cannot make the link %s, by which the "
			       "kept hooks find what is beside them: %s", here,
			       strerror(errno));
	}
	free(there);
	free(here);
	free(to);
	return rc;
}

int kept_link(const struct kept *kept, struct error *err)
{
	DIR *dir = opendir(kept->hooks);
	struct dirent *e;
	int rc = 0;

	if (!dir)
		return error_errno(err, "%s", kept->hooks);
	while (!rc && (e = readdir(dir)))
		if (strcmp(e->d_name, ".") && strcmp(e->d_name, "..") &&
		    !text_ends_with(e->d_name, ".sample"))
			rc = link_one(kept, e->d_name, err);
	closedir(dir);
	return rc;
}

void kept_clean(const struct kept *kept)
{
	struct dirent *e;
	DIR *dir;

	for (const struct hook_file *h = hook_files; h->name; h++)
		if (kept_has(kept, h->name))
			return;
	dir = opendir(kept->dir);
	while (dir && (e = readdir(dir))) {
		char *path = kept_path(kept, e->d_name);

		if (is_link(kept, path) || is_ignore_file(e->d_name))
			unlink(path);
		free(path);
	}
	if (dir)
		closedir(dir);
	rmdir(kept->dir);
}

/* Running one */

/*
 * Whether a script compares its own name with "hooks/...", as gitolite's driver
 * does, which under any other name accepts whatever its parts say.
 */
static bool wants_its_name(const char *script)
{
	for (const char *p = script; (p = strstr(p, "$0")); ) {
		p += strlen("$0");
		if (text_starts_with(p + strspn(p, "\"' \t!="), "hooks/"))
			return true;
	}
	return false;
}

/* The words of a shell script's first line, or none. */
static size_t shell_words(char *text, const char *words[2])
{
	char *p, *end;
	size_t n = 0;

	if (!text_starts_with(text, "#!"))
		return 0;
	p = text + 2 + strspn(text + 2, " \t");
	text[2 + strcspn(text + 2, "\n")] = '\0';
	end = p + strcspn(p, " \t");
	words[n++] = p;
	if (*end) {
		*end++ = '\0';
		end += strspn(end, " \t");
		if (*end)
			words[n++] = end;
	}
	return text_ends_with(words[0], "sh") ||
	       text_ends_with(words[n - 1], "sh") ? n : 0;
}

/* Reads the script into the shell, which goes by the name `as`. */
static size_t read_by_shell(const char *path, const char *as, struct buf *text,
			    char **script, const char *words[5])
{
	struct buf command = BUF_INIT;
	struct error err;
	size_t n;

	if (!as || buf_read_file(text, path, MAX_HOOK, &err) ||
	    !wants_its_name(buf_str(text)))
		return 0;
	n = shell_words(text->ptr, words);
	if (!n)
		return 0;
	buf_addstr(&command, ". ");
	shell_quote(&command, path);
	words[n++] = "-c";
	words[n++] = *script = buf_detach(&command);
	words[n++] = as;
	return n;
}

int kept_run(const char *path, const char *as, int argc, char **argv,
	     const struct buf *input, int *status, struct error *err)
{
	struct process process = { .input = buf_str(input),
				   .input_len = input->len };
	const char **args, *words[5];
	char *file, *script = NULL;
	struct buf text = BUF_INIT;
	size_t n;
	int rc;

	*status = 0;
	if (access(path, F_OK))
		return errno == ENOENT ? 0 :
		       error_errno(err, "%s", path);
	/* Git runs no hook that is not executable: nor do we. */
	if (access(path, X_OK))
		return 0;
	args = xcalloc((size_t)argc + ARRAY_SIZE(words) + 1, sizeof(*args));
	file = strchr(path, '/') ? xstrdup(path) : xasprintf("./%s", path);
	n = read_by_shell(file, as, &text, &script, words);
	if (!n)
		words[n++] = file;
	memcpy(args, words, n * sizeof(*args));
	for (int i = 0; i < argc; i++)
		args[n + (size_t)i] = argv[i];
	process.argv = args;
	rc = process_run(&process, status, err);
	buf_release(&text);
	free(script);
	free(file);
	free(args);
	return rc;
}
