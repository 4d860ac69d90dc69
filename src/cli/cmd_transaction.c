/* SPDX-License-Identifier: GPL-2.0-only */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/supervisor.h"
#include "base/text.h"
#include "cli/hook_call.h"
#include "cli/judge_and_report.h"
#include "cli/judged_push.h"
#include "cli/limits.h"
#include "cli/ungoverned.h"
#include "git/packed_refs.h"
#include "git/plain_config.h"
#include "policy/govern.h"

enum { MAX_SHORT_POLICY = 64 << 10 };

/*
 * reference-transaction: git has locked the refs that it is about to change, so
 * what is looked at here stays until they are. Objects that were pushed are in
 * the repository already.
 */
struct transaction {
	const struct command *command;
	const struct options *options;
	struct place place;
	pid_t parent;			/* the git process */
	struct push lines;		/* what git says */
	struct ref_update *updates;	/* those of `lines` that are judged;
					 * they borrow the names */
	size_t n_updates;
	struct ref_update *pending;	/* of others */
	size_t n_pending, cap_pending;
	struct packed_refs packed;
};

/* What changes nothing that is judged, found without the policy */

/*
 * Whether a deletion takes away only what git pack-refs has put into
 * packed-refs before, so that the ref stays as it is. Git that really deletes
 * such a ref holds the lock of packed-refs.
 */
static bool is_pruned(const char *dir, const struct packed_refs *packed,
		      const struct ref_update *u)
{
	char *lock = xasprintf("%s/packed-refs.lock", dir);
	struct oid oid;
	bool is;

	is = oid_is_zero(&u->new) && !oid_is_zero(&u->old) &&
	     access(lock, F_OK) && packed_refs_find(packed, u->name, &oid) &&
	     oid_equal(&oid, &u->old);
	free(lock);
	return is;
}

/*
 * Whether it makes a ref that was not there. No rule looks at such a ref again
 * if a push makes it: nothing is moved or lost by it, and a push that makes one
 * under another's name was refused before. The protected names are never let
 * in.
 */
static bool is_new(const char *dir, const struct packed_refs *packed,
		   const struct ref_update *u)
{
	char *path = xasprintf("%s/%s", dir, u->name);
	struct oid oid;
	bool is = !is_protected_ref(u->name) && !oid_is_zero(&u->new) &&
		  access(path, F_OK) &&
		  !packed_refs_find(packed, u->name, &oid);

	free(path);
	return is;
}

/*
 * Whether the ref has that value already, as refs have that git pack-refs
 * writes into packed-refs.
 */
static bool is_unchanged(const char *dir, const struct ref_update *u)
{
	char *path = xasprintf("%s/%s", dir, u->name);
	char hex[OID_HEX + 1], text[OID_HEX + 2];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool is;

	oid_format(hex, &u->new);
	is = fd >= 0 && read(fd, text, sizeof(text)) == OID_HEX + 1 &&
	     !memcmp(text, hex, OID_HEX) && text[OID_HEX] == '\n';
	if (fd >= 0)
		close(fd);
	free(path);
	return is;
}

/*
 * Whether it only changes refs of one work tree, which are never pushed. HEAD
 * and its like were left out when the lines were read.
 */
static bool is_private(const struct push *lines)
{
	static const char *const below[] = {
		"refs/bisect/", "refs/rewritten/", "refs/worktree/",
	};

	for (size_t i = 0; i < lines->n; i++) {
		size_t k = 0;

		while (k < ARRAY_SIZE(below) &&
		       !text_starts_with(lines->updates[i].name, below[k]))
			k++;
		if (k == ARRAY_SIZE(below))
			return false;
	}
	return true;
}

/*
 * Whether dir is where the files of all refs are: false for a work tree of its
 * own, and for another kind of storage (reftable).
 */
static bool has_ref_files(const char *dir)
{
	char *common = xasprintf("%s/commondir", dir);
	char *table = xasprintf("%s/reftable", dir);
	bool has = !getenv("GIT_COMMON_DIR") && access(common, F_OK) &&
		   access(table, F_OK);

	free(table);
	free(common);
	return has;
}

/* Whether it makes a new ref that the policy lets in as it is. */
static bool is_free(const char *dir, const struct packed_refs *packed,
		    const struct ref_rule *rule, const struct ref_update *u)
{
	return !(rule->is_upstream && rule->owner->is_signed) &&
	       is_new(dir, packed, u);
}

static bool allows(const struct policy *policy, const char *tree_name,
		   const char *dir, const struct packed_refs *packed,
		   const struct push *lines)
{
	const struct tree *tree = policy_tree(policy, tree_name);

	for (size_t i = 0; tree && i < lines->n; i++) {
		const struct ref_update *u = &lines->updates[i];
		struct ref_rule rule = govern_ref(policy, tree, u->name);

		if (rule.kind != REF_UNGOVERNED &&
		    !is_free(dir, packed, &rule, u))
			return false;
	}
	return tree != NULL;
}

/*
 * Whether the policy says nothing about any of the refs, or lets in those that
 * are new. False if the policy is long, or if the repository's own config file
 * alone does not tell for certain: then libgit2 is asked, and all errors are
 * reported.
 */
static bool is_allowed(const char *dir, const struct options *options,
		       const struct packed_refs *packed,
		       const struct push *lines)
{
	char *path = xasprintf("%s/config", dir);
	struct plain_config config = { 0 };
	struct diags diags = { 0 };
	struct buf text = BUF_INIT;
	struct policy *policy = NULL;
	struct error err;
	bool is;

	if (!options->policy && !options->policy_blob && !options->tree &&
	    !getenv("GIT_NAMESPACE") && plain_config_read(&config, path) &&
	    !buf_read_file(&text, config.policy, MAX_SHORT_POLICY, &err))
		policy = policy_read(config.policy, &text, &diags);
	is = policy && allows(policy, config.tree, dir, packed, lines);
	policy_free(policy);
	diags_release(&diags);
	buf_release(&text);
	plain_config_release(&config);
	free(path);
	return is;
}

/* Whether one of them is a tag that is not new: tags are always governed. */
static bool has_old_tag(const char *dir, const struct packed_refs *packed,
			const struct push *lines)
{
	for (size_t i = 0; i < lines->n; i++)
		if (tag_name(lines->updates[i].name) &&
		    !is_new(dir, packed, &lines->updates[i]))
			return true;
	return false;
}

/*
 * Whether the transaction only packs or prunes refs, makes new refs that were
 * judged in a push that rests on no draft, changes ungoverned refs, or makes
 * refs on the server that need no signature. False if that takes long to find
 * out.
 */
static bool is_harmless(const struct push *lines,
			const struct options *options, pid_t pid)
{
	const char *dir = getenv("GIT_DIR");
	struct packed_refs packed;
	bool is = dir && has_ref_files(dir) && !judged_push_is_noted(dir, pid);
	/* A push was judged by pre-receive. */
	bool is_judged = is && takes_push(pid);

	if (!is || !packed_refs_open(&packed, dir))
		return false;
	for (size_t i = 0; is && i < lines->n; i++)
		is = is_unchanged(dir, &lines->updates[i]) ||
		     (is_judged && is_new(dir, &packed, &lines->updates[i])) ||
		     is_pruned(dir, &packed, &lines->updates[i]);
	is = is || (!has_old_tag(dir, &packed, lines) &&
		    is_allowed(dir, options, &packed, lines));
	packed_refs_close(&packed);
	return is;
}

/* What others are changing */

/* "<new value>" of a lock file; zero where there is none. */
static void add_pending(struct transaction *t, const char *path,
			const char *name)
{
	struct ref_update u = { .name = xstrdup(name) };
	struct buf text = BUF_INIT;
	struct error err;

	if (buf_read_file(&text, path, 1 << 16, &err) ||
	    text.len < OID_HEX || !oid_parse(&u.new, text.ptr, OID_HEX))
		u.new = (struct oid){ 0 };
	buf_release(&text);
	GROW(t->pending, t->n_pending, t->cap_pending);
	t->pending[t->n_pending++] = u;
}

static bool is_own(const struct transaction *t, const char *name)
{
	for (size_t i = 0; i < t->lines.n; i++)
		if (!strcmp(t->lines.updates[i].name, name))
			return true;
	return false;
}

static int find_pending(struct transaction *t, const char *name,
			struct error *err);

/* Some file systems do not tell what it is. */
static bool is_directory(const char *path, const struct dirent *e)
{
	struct stat st;

	return e->d_type == DT_DIR ||
	       (e->d_type == DT_UNKNOWN && !lstat(path, &st) &&
		S_ISDIR(st.st_mode));
}

static int find_pending_at(struct transaction *t, const char *name,
			   const struct dirent *e, struct error *err)
{
	char *ref = xasprintf("%s/%s", name, e->d_name);
	char *file = xasprintf("%s/%s", repo_common_dir(t->place.repo), ref);
	int rc = 0;

	if (is_directory(file, e)) {
		rc = find_pending(t, ref, err);
	} else if (text_ends_with(ref, ".lock")) {
		ref[strlen(ref) - strlen(".lock")] = '\0';
		if (!is_own(t, ref))
			add_pending(t, file, ref);
	}
	free(file);
	free(ref);
	return rc;
}

/* Finds the lock files below the directory of refs `name`, if it is there. */
static int find_pending(struct transaction *t, const char *name,
			struct error *err)
{
	char *path = xasprintf("%s/%s", repo_common_dir(t->place.repo), name);
	DIR *dir = opendir(path);
	struct dirent *e;
	int rc = 0;

	if (!dir && errno != ENOENT && errno != ENOTDIR)
		rc = error_errno(err, "%s", path);
	while (dir && !rc && (e = readdir(dir)))
		if (e->d_name[0] != '.')
			rc = find_pending_at(t, name, e, err);
	if (dir)
		closedir(dir);
	free(path);
	return rc;
}

/* What is judged */

/*
 * The old value that git tells may be zero for "any": what the ref has counts.
 * A symbolic ref leads to another, which git tells of, too.
 */
static int take_update(struct transaction *t, const struct ref_update *line,
		       struct error *err)
{
	struct repo *repo = t->place.repo;
	struct ref_rule rule = govern_ref(t->place.policy, t->place.tree,
					  line->name);
	struct ref_update *u = &t->updates[t->n_updates];
	char *target = NULL;
	bool found, is_symbolic;

	if (rule.kind == REF_UNGOVERNED ||
	    is_pruned(repo_common_dir(repo), &t->packed, line))
		return 0;
	*u = *line;
	if (repo_resolve_name(repo, line->name, &target, err))
		return -1;
	is_symbolic = strcmp(target, line->name);
	free(target);
	if (is_symbolic)
		return 0;
	if (repo_ref_target(repo, line->name, &u->old, &found, err))
		return -1;
	if (!found)
		u->old = (struct oid){ 0 };
	t->n_updates += !oid_equal(&u->old, &u->new);
	return 0;
}

static int take_updates(struct transaction *t, struct error *err)
{
	if (!packed_refs_open(&t->packed, repo_common_dir(t->place.repo)))
		return error_access(err, "packed-refs cannot be read");
	t->updates = xcalloc(t->lines.n, sizeof(*t->updates));
	for (size_t i = 0; i < t->lines.n; i++)
		if (take_update(t, &t->lines.updates[i], err))
			return -1;
	return 0;
}

static int judge(struct transaction *t)
{
	struct judge_input input = {
		.request = {
			.mode = JUDGE_SERVER, .is_locked = true,
			.updates = t->updates, .n_updates = t->n_updates,
			.pending = t->pending, .n_pending = t->n_pending,
		},
		.refs_only = true,
	};
	const struct judge_call call = {
		.command = t->command, .options = t->options,
		.place = &t->place, .input = &input, .out = stderr,
	};

	return judge_and_report(&call);
}

/*
 * In the process that is supervised. The locks first: whoever has written a ref
 * since then has removed his.
 */
static int load_and_judge(void *ctx)
{
	struct transaction *t = ctx;
	struct error err;

	if (place_open(&t->place, t->options, &t->lines, &err) ||
	    limits_confine(&t->place, &err))
		return hook_failed(&t->place, &err);
	if (place_is_exempt(&t->place, NULL, NULL))
		return EXIT_ACCEPTED;
	if (place_find_tree(&t->place, t->options, NULL, &err) ||
	    find_pending(t, "refs/heads", &err))
		return hook_failed(&t->place, &err);
	if (judged_push_check(t->place.repo, t->parent, &err))
		return complain(EXIT_REFUSED, "refused: %s", err.msg);
	if (take_updates(t, &err))
		return hook_failed(&t->place, &err);
	return t->n_updates ? judge(t) : EXIT_ACCEPTED;
}

static void transaction_release(void *ctx)
{
	struct transaction *t = ctx;

	for (size_t i = 0; i < t->n_pending; i++)
		free(t->pending[i].name);
	free(t->pending);
	free(t->updates);
	packed_refs_close(&t->packed);
	push_release(&t->lines);
	place_release(&t->place);
}

static int on_broken(void *ctx, const char *why)
{
	(void)ctx;
	return hook_undecided(why);
}

static int run(struct transaction *t, const char *state,
	       const struct buf *input)
{
	const struct supervised judging = {
		.work = load_and_judge, .release = transaction_release,
		.broken = on_broken, .ctx = t, .time_limit = DEFAULT_TIME_LIMIT,
	};
	struct error err;

	if (strcmp(state, "prepared"))
		return EXIT_ACCEPTED;
	if (push_parse_transaction(&t->lines, buf_str(input), input->len,
				   &err))
		return hook_undecided(err.msg);
	if (is_private(&t->lines) ||
	    is_harmless(&t->lines, t->options, t->parent))
		return EXIT_ACCEPTED;
	return supervise(&judging);
}

int cmd_transaction(const struct command *command,
		    const struct options *options, int argc, char **argv)
{
	struct transaction t = { .command = command, .options = options,
				 .parent = getppid() };
	struct buf input = BUF_INIT;
	struct error err;
	int status;

	if (argc != 1)
		return usage_error(command, "%s takes one argument, the state "
				   "of the transaction", command->name);
	if (hook_read_input(&input, &err))
		status = hook_undecided(err.msg);
	else
		status = hook_run_kept(command, options, argc, argv, &input);
	if (!status)
		status = run(&t, argv[0], &input);
	transaction_release(&t);
	buf_release(&input);
	return status;
}
