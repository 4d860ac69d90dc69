/* SPDX-License-Identifier: GPL-2.0-only */
#include "series/mails.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/address.h"
#include "base/mem.h"
#include "base/process.h"
#include "base/scratch.h"
#include "base/text.h"
#include "series/words.h"

enum {
	MAX_MAIL = 64 << 20,		/* bytes */
	MAX_MAILS = 10000,
	MAX_TIME = 60,			/* seconds for one run of git */
};

struct reading {
	struct scratch scratch;
	struct strings files;		/* one mail each */
	struct patch_list *patches;
	char *ceiling;			/* no repository is looked for */
};

/* Runs git in the scratch directory, away from any repository. */
static int run_git(struct reading *r, const char *const *argv,
		   const char *input, struct buf *out, struct error *err)
{
	const char *const env[] = {
		"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX",
		r->ceiling, NULL,
	};
	const struct process process = {
		.argv = argv, .env = env, .input_file = input, .output = out,
		.time_limit = MAX_TIME,
	};
	char *what = xasprintf("git %s", argv[3]);
	int rc = process_check(&process, what, err);

	free(what);
	return rc;
}

/* The files to read */

/* Lists the files of a directory by name, without hidden ones. */
static int list_dir(const char *dir, struct strings *files, struct error *err)
{
	DIR *d = opendir(dir);
	struct dirent *entry;

	if (!d)
		return error_errno(err, "%s", dir);
	while ((entry = readdir(d))) {
		char *path = xasprintf("%s/%s", dir, entry->d_name);
		struct stat st;

		if (entry->d_name[0] != '.' && !stat(path, &st) &&
		    S_ISREG(st.st_mode))
			strings_add(files, path, strlen(path));
		free(path);
	}
	closedir(d);
	strings_sort(files);
	return 0;
}

/* Splits an mbox or a maildir into files of the scratch directory. */
static int split(struct reading *r, const char *path, struct error *err)
{
	char *real = realpath(path, NULL), *dir, *to;
	const char *argv[] = { "git", "-C", r->scratch.dir, "mailsplit", "-b",
			       "-d8", NULL, "--", real, NULL };
	struct buf out = BUF_INIT;
	int rc;

	if (!real)
		return error_errno(err, "%s", path);
	dir = scratch_path(&r->scratch, "mails");
	to = xasprintf("-o%s", dir);
	argv[6] = to;
	rc = mkdir(dir, 0700) ? error_errno(err, "%s", dir) :
	     run_git(r, argv, NULL, &out, err);
	if (rc)
		error_wrap(err, "%s: not an mbox, nor a maildir", path);
	else
		rc = list_dir(dir, &r->files, err);
	buf_release(&out);
	free(real);
	free(dir);
	free(to);
	return rc;
}

static bool is_maildir(const char *path)
{
	char *dir = xasprintf("%s/cur", path);
	bool is = !access(dir, F_OK);

	free(dir);
	return is;
}

static int find_files(struct reading *r, const char *path, struct error *err)
{
	struct stat st;
	int rc;

	if (stat(path, &st))
		return error_errno(err, "%s", path);
	if (S_ISDIR(st.st_mode) && !is_maildir(path))
		rc = list_dir(path, &r->files, err);
	else
		rc = split(r, path, err);
	if (!rc && r->files.n > MAX_MAILS)
		rc = error_set(err, "%s: more than %d mails", path, MAX_MAILS);
	return rc;
}

/* Subjects */

/* The n of `n/m` in a word, or -1. */
static int fraction(const char *s, size_t len, int *total)
{
	const char *slash = memchr(s, '/', len);
	long n, m;
	char *end;

	if (!slash)
		return -1;
	n = strtol(s, &end, 10);
	if (end != slash || end == s)
		return -1;
	m = strtol(slash + 1, &end, 10);
	if (end != s + len || end == slash + 1 || n < 0 || n > 100000 ||
	    m < 0 || m > 100000)
		return -1;
	*total = (int)m;
	return (int)n;
}

int mail_number(const char *subject, const char **rest, int *total)
{
	const char *p = subject;
	int number = -1;

	*total = 0;
	while (*p == '[') {
		const char *end = strchr(p, ']');

		if (!end)
			break;
		for (p++; p < end; p += strspn(p, " \t")) {
			size_t n = strcspn(p, " \t]");

			if (number < 0)
				number = fraction(p, n, total);
			p += n;
		}
		p = end + 1;
		p += strspn(p, " \t");
	}
	*rest = p;
	return number;
}

/* One mail */

/* The end of a header, including its continuation lines. */
static const char *header_end(const char *p, const char *end)
{
	do {
		p = memchr(p, '\n', (size_t)(end - p));
		p = p ? p + 1 : end;
	} while (p < end && (*p == ' ' || *p == '\t'));
	return p;
}

/*
 * Collects the mail's sender and recipients, which git mailinfo does not
 * report.
 */
static void read_people(const struct buf *mail, struct strings *people)
{
	static const char *const names[] = { "To:", "Cc:", "From:", "Bcc:" };
	const char *p = buf_str(mail), *end = p + mail->len, *next;

	for (; p < end && *p != '\n' && *p != '\r'; p = next) {
		next = header_end(p, end);
		for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
			size_t n = strlen(names[i]);

			if ((size_t)(next - p) > n &&
			    !strncasecmp(p, names[i], n))
				address_list(p + n, (size_t)(next - p) - n,
					     people);
		}
	}
}

/* The rest of the first line that begins with `start`, or NULL. */
static const char *find_line(const char *text, const char *start)
{
	const char *p = text;
	size_t n = strlen(start);

	while (p && strncmp(p, start, n)) {
		p = strchr(p, '\n');
		p = p ? p + 1 : NULL;
	}
	return p ? p + n : NULL;
}

/* Whether it was made with --no-prefix: names without a/ and b/. */
static bool lacks_prefix(const char *patch)
{
	const char *name = find_line(patch, "diff --git ");

	if (!name)
		return false;
	name += *name == '"';
	return !(strchr("abciow12", *name) && name[0] && name[1] == '/');
}

/* Whether the patch copies that file, which then does not change. */
static bool is_copied(const char *patch, const char *name)
{
	size_t n = strlen(name);

	while ((patch = find_line(patch, "copy from ")))
		if (!strncmp(patch, name, n) && patch[n] == '\n')
			return true;
	return false;
}

/*
 * Adds the names that `git apply --numstat -z` prints ("added TAB deleted TAB
 * name"), except for sources of copies in the text `without`.
 */
static int add_paths(struct patch *patch, const struct buf *out,
		     const char *without, struct error *err)
{
	const char *p = buf_str(out), *end = p + out->len;

	for (; p < end; p += strlen(p) + 1) {
		const char *tab = strchr(p, '\t');
		const char *name = tab ? strchr(tab + 1, '\t') : NULL;

		if (!name)
			return error_set(err, "git apply --numstat says '%s'",
					 p);
		name++;
		if (!is_copied(without, name))
			strings_add(&patch->paths, name, strlen(name));
	}
	return 0;
}

/*
 * Adds the new names and, with renames, the old ones: these are the new names
 * of the reversed patch.
 */
static int read_paths(struct reading *r, const char *file, const char *text,
		      struct patch *patch, struct error *err)
{
	const char *strip = lacks_prefix(text) ? "-p0" : "-p1";
	bool renames = find_line(text, "rename from ");
	int rc = 0;

	for (int reverse = 0; !rc && reverse <= renames; reverse++) {
		const char *argv[] = { "git", "-C", r->scratch.dir, "apply",
				       "--numstat", "-z", strip, file,
				       reverse ? "-R" : NULL, NULL };
		struct buf out = BUF_INIT;

		rc = run_git(r, argv, NULL, &out, err);
		if (!rc)
			rc = add_paths(patch, &out, reverse ? text : "", err);
		buf_release(&out);
	}
	strings_sort_unique(&patch->paths);
	return rc;
}

static char *info_subject(const struct buf *info)
{
	const char *s = find_line(buf_str(info), "Subject: ");

	return s ? xstrndup(s, strcspn(s, "\n")) : xstrdup("");
}

static bool has_diff(const char *text)
{
	return find_line(text, "diff --git ") ||
	       (find_line(text, "--- ") && find_line(text, "+++ "));
}

static int fill_patch(struct reading *r, const struct buf *mail,
		      const struct buf *info, const char *file,
		      struct patch *patch, struct error *err)
{
	char *subject = info_subject(info);
	struct buf text = BUF_INIT;
	const char *rest;
	int total, rc;

	patch->number = mail_number(subject, &rest, &total);
	patch->subject = xstrdup(rest);
	if (patch->number >= 0)
		patch->name = xasprintf("%d/%d", patch->number, total);
	free(subject);
	read_people(mail, &patch->people);
	rc = buf_read_file(&text, file, MAX_MAIL, err);
	if (!rc && has_diff(buf_str(&text))) {
		rc = read_paths(r, file, buf_str(&text), patch, err);
		words_of_diff(patch, buf_str(&text), text.len);
	}
	buf_release(&text);
	return rc;
}

/* `file` has the text of the mail. */
static int read_message(const char *file, struct patch *patch,
			struct error *err)
{
	struct buf text = BUF_INIT;
	int rc = buf_read_file(&text, file, MAX_MAIL, err);

	if (!rc)
		words_of_message(patch, buf_str(&text), text.len);
	buf_release(&text);
	return rc;
}

static int read_mail(struct reading *r, size_t i, struct error *err)
{
	char *msg = scratch_path(&r->scratch, "msg");
	char *file = scratch_path(&r->scratch, "patch");
	const char *argv[] = { "git", "-C", r->scratch.dir, "mailinfo", "-k",
			       "--no-scissors", "--encoding=UTF-8", msg, file,
			       NULL };
	struct buf mail = BUF_INIT, info = BUF_INIT;
	struct patch *patch = patch_list_add(r->patches);
	const char *name = r->files.v[i];
	int rc;

	rc = buf_read_file(&mail, name, MAX_MAIL, err);
	if (!rc)
		rc = run_git(r, argv, name, &info, err);
	if (!rc)
		rc = fill_patch(r, &mail, &info, file, patch, err);
	if (!rc)
		rc = read_message(msg, patch, err);
	if (!patch->name)
		patch->name = xasprintf("mail %zu", i + 1);
	if (!patch->subject)
		patch->subject = xstrdup("");
	if (rc)
		error_wrap(err, "mail %zu%s%s", i + 1, *patch->subject ?
			   ": " : "", patch->subject);
	buf_release(&mail);
	buf_release(&info);
	free(msg);
	free(file);
	return rc;
}

/* All mails */

/* Puts numbered patches first, by number; the others keep their order. */
static void sort_patches(struct patch_list *patches)
{
	for (size_t i = 1; i < patches->n; i++) {
		struct patch patch = patches->v[i];
		unsigned int number = (unsigned int)patch.number;
		size_t k = i;

		for (; k && (unsigned int)patches->v[k - 1].number > number;
		     k--)
			patches->v[k] = patches->v[k - 1];
		patches->v[k] = patch;
	}
}

/* Removes mails that are neither a patch nor a cover letter. */
static void drop_talk(struct patch_list *patches)
{
	struct patch_list kept = { 0 };

	for (size_t i = 0; i < patches->n; i++) {
		struct patch *p = &patches->v[i];

		if (p->paths.n || p->number == 0) {
			*patch_list_add(&kept) = *p;
			*p = (struct patch){ 0 };
		}
	}
	patch_list_release(patches);
	*patches = kept;
}

static bool has_patch(const struct patch_list *patches)
{
	for (size_t i = 0; i < patches->n; i++)
		if (patches->v[i].paths.n)
			return true;
	return false;
}

int mails_read(const char *path, struct patch_list *patches, struct error *err)
{
	struct reading r = { .patches = patches };
	char *slash;
	int rc;

	if (scratch_open(&r.scratch, err))
		return -1;
	r.ceiling = xasprintf("GIT_CEILING_DIRECTORIES=%s", r.scratch.dir);
	slash = strrchr(r.ceiling, '/');
	*slash = '\0';
	rc = find_files(&r, path, err);
	for (size_t i = 0; !rc && i < r.files.n; i++)
		rc = read_mail(&r, i, err);
	if (!rc) {
		drop_talk(patches);
		sort_patches(patches);
	}
	if (!rc && !has_patch(patches))
		rc = error_set(err, "%s: none of its mails has a patch", path);
	strings_release(&r.files);
	scratch_release(&r.scratch);
	free(r.ceiling);
	return rc;
}
