/* SPDX-License-Identifier: GPL-2.0-only */
#include <libdeflate.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/sha1.h"
#include "base/strings.h"
#include "base/workers.h"
#include "git/command.h"
#include "git/libgit2.h"
#include "git/patch_id.h"
#include "git/repo_private.h"
#include "judge/run.h"
#include "made_push.h"
#include "push_policies.h"
#include "scratch_files.h"

/*
 * A repository and a push out of the bytes, judged as a whole. The first byte
 * says how it is judged once more: whichever way, the verdict is the same.
 *
 * No program is run: __wrap_NAME() stands for NAME() where that would ask git,
 * ssh-keygen or gpgv.
 */

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct made_push push;
static size_t n_commits, n_workers;

/* Instead of programs */

int __wrap_git_run(struct repo *repo, struct scratch *scratch,
		   const char *const *args, struct process *process,
		   struct error *err);
size_t __wrap_workers_useful(void);
int __wrap_verify_ssh(struct scratch *scratch, const char *key,
		      const char *options, const char *raw,
		      const struct signature *signature, struct verified *out,
		      struct error *err);
int __wrap_verify_openpgp(struct scratch *scratch, char *const *keyrings,
			  const char *raw, const struct signature *signature,
			  struct verified *out, struct error *err);
int __wrap_patch_ids(struct repo *repo, struct scratch *scratch,
		     const struct oid *commits, size_t n, struct oid *ids,
		     struct error *err);
int __wrap_patch_undoes(struct repo *repo, struct scratch *scratch,
			const struct oid *commit, const struct oid *undone,
			bool *undoes, struct error *err);
void __wrap_merge_ahead(struct repo *repo, struct merge_scratch *scratch,
			const struct merge_pair *pairs, size_t n);
int __wrap_merge_again(struct repo *repo, struct merge_scratch *scratch,
		       const struct merge_pair *pair, struct oid *tree,
		       struct buf *conflicts, struct error *err);
int __wrap_merge_commit(struct repo *repo, struct merge_scratch *scratch,
			const struct merge_pair *parents,
			const struct oid *tree, struct oid *commit,
			struct error *err);

int __wrap_git_run(struct repo *repo, struct scratch *scratch,
		   const char *const *args, struct process *process,
		   struct error *err)
{
	(void)repo;
	(void)scratch;
	(void)process;
	return error_set(err, "no git %s", args[0]);
}

size_t __wrap_workers_useful(void)
{
	return n_workers;
}

int __wrap_verify_ssh(struct scratch *scratch, const char *key,
		      const char *options, const char *raw,
		      const struct signature *signature, struct verified *out,
		      struct error *err)
{
	(void)scratch;
	(void)key;
	(void)options;
	(void)err;
	*out = (struct verified){
		.state = made_signature_is_good(raw, signature) ?
			 VERIFIED_GOOD : VERIFIED_BAD,
	};
	return 0;
}

int __wrap_verify_openpgp(struct scratch *scratch, char *const *keyrings,
			  const char *raw, const struct signature *signature,
			  struct verified *out, struct error *err)
{
	(void)scratch;
	(void)keyrings;
	(void)raw;
	(void)signature;
	(void)err;
	*out = (struct verified){ .state = VERIFIED_NOT };
	return 0;
}

/* A hash of the files that the commit changes, and how; reversed or not. */
static struct oid patch_of(const struct oid *oid, bool reversed)
{
	const struct made_commit *c = made_commit_find(&push, oid);
	static const struct made_files nothing;
	const struct made_files *old = &nothing;
	struct oid id = { { 0 } };
	struct sha1 sha1;
	bool any = false;

	if (!c || c->n_parents > 1)
		return id;
	if (c->n_parents)
		old = &push.commits[c->parent].files;
	sha1_init(&sha1);
	for (unsigned char i = 0; i < MADE_PATHS; i++) {
		unsigned char change[] = { i, old->at[i], c->files.at[i] };

		if (change[1] == change[2])
			continue;
		any = true;
		if (reversed) {
			change[1] = c->files.at[i];
			change[2] = old->at[i];
		}
		sha1_add(&sha1, change, sizeof(change));
	}
	if (any)
		sha1_finish(&sha1, id.b);
	return id;
}

int __wrap_patch_ids(struct repo *repo, struct scratch *scratch,
		     const struct oid *commits, size_t n, struct oid *ids,
		     struct error *err)
{
	(void)repo;
	(void)scratch;
	(void)err;
	for (size_t i = 0; i < n; i++)
		ids[i] = patch_of(&commits[i], false);
	return 0;
}

int __wrap_patch_undoes(struct repo *repo, struct scratch *scratch,
			const struct oid *commit, const struct oid *undone,
			bool *undoes, struct error *err)
{
	struct oid a = patch_of(commit, false), b = patch_of(undone, true);

	(void)repo;
	(void)scratch;
	(void)err;
	*undoes = !oid_is_zero(&a) && oid_equal(&a, &b);
	return 0;
}

void __wrap_merge_ahead(struct repo *repo, struct merge_scratch *scratch,
			const struct merge_pair *pairs, size_t n)
{
	(void)repo;
	(void)scratch;
	(void)pairs;
	(void)n;
}

/* Writes the objects from number `from` on to the merges' directory. */
static int store(struct repo *repo, struct merge_scratch *scratch, size_t from,
		 struct error *err)
{
	if (scratch_open(scratch->scratch, err))
		return -1;
	if (!scratch->is_attached &&
	    git2.odb_add_disk_alternate(repo->odb, scratch->scratch->dir))
		abort();
	scratch->is_attached = true;
	made_write_loose(&push.objects, from, scratch->scratch->dir);
	return 0;
}

static struct made_files merged;

int __wrap_merge_again(struct repo *repo, struct merge_scratch *scratch,
		       const struct merge_pair *pair, struct oid *tree,
		       struct buf *conflicts, struct error *err)
{
	const struct made_commit *a = made_commit_find(&push, &pair->a);
	const struct made_commit *b = made_commit_find(&push, &pair->b);
	size_t from = push.objects.n;
	unsigned int bits;

	if (!a || !b)
		return error_set(err, "there is no such commit");
	bits = made_merge(&push, a, b, &merged);
	*tree = made_tree(&push.objects, &merged, bits);
	for (size_t i = 0; i < MADE_PATHS; i++)
		if (bits >> i & 1)
			buf_add(conflicts, made_paths[i],
				strlen(made_paths[i]) + 1);
	return store(repo, scratch, from, err);
}

int __wrap_merge_commit(struct repo *repo, struct merge_scratch *scratch,
			const struct merge_pair *parents,
			const struct oid *tree, struct oid *commit,
			struct error *err)
{
	const struct made_commit *a = made_commit_find(&push, &parents->a);
	const struct made_commit *b = made_commit_find(&push, &parents->b);
	struct made_commit *c = &push.commits[push.n_commits];
	char hex[3][OID_HEX + 1];
	size_t from = push.objects.n;
	char *text;

	if (!a || !b || push.n_commits == MADE_COMMITS)
		return error_set(err, "there is no such commit");
	oid_format(hex[0], tree);
	oid_format(hex[1], &a->oid);
	oid_format(hex[2], &b->oid);
	text = xasprintf("tree %s\nparent %s\nparent %s\nauthor X <x> 4102444800"
			 " +0000\ncommitter X <x> 4102444800 +0000\n\n",
			 hex[0], hex[1], hex[2]);
	*commit = made_add(&push.objects, OBJECT_COMMIT, text, strlen(text));
	free(text);
	*c = (struct made_commit){
		*commit, merged, a->ancestors | b->ancestors |
		(uint64_t)1 << push.n_commits, 2, (size_t)(a - push.commits),
	};
	push.n_commits++;
	return store(repo, scratch, from, err);
}

/* Judging */

enum { WORK = 300000000, WORK_A_COMMIT = 16666 };

enum how { ON_SERVER, AT_LOCKED_REFS = 6, AUDIT };

struct given {
	enum how how;
	const struct policy *policy;
	const struct tree *tree;
	struct ref_update updates[MADE_REFS];
	size_t n_updates;
};

/* The verdict, or what the error says. */
struct outcome {
	int rc;
	struct buf text;
	size_t n_commits;
	bool names_commits;		/* a finding does */
};

static int read_key(void *ctx, const char *name, size_t limit, struct buf *out,
		    struct error *err)
{
	(void)ctx;
	(void)limit;
	(void)out;
	return error_set(err, "%s: there is no such file", name);
}

static struct judge_input input_of(const struct given *given)
{
	return (struct judge_input){
		.request = {
			.mode = given->how == AUDIT ? JUDGE_AUDIT :
						      JUDGE_SERVER,
			.updates = given->updates,
			.n_updates = given->n_updates,
			.is_locked = given->how == AT_LOCKED_REFS,
		},
		.now = 1600000000,
		.refs_only = given->how == AT_LOCKED_REFS,
		.lists_tags = given->how == AUDIT,
		.fingerprints = given->how == AUDIT,
	};
}

static int run(const struct given *given, struct repo *repo,
	       struct verdict *verdict, struct error *err)
{
	const struct key_source keys = { read_key, NULL };
	const struct work_limit limit = { WORK, WORK_A_COMMIT };
	struct judge_input input = input_of(given);
	struct judge judge;
	int rc;

	judge_init(&judge, repo, given->policy, &keys);
	rc = repo_limit_work(repo, &limit, err);
	if (!rc)
		rc = judge_run(&judge, given->tree, &input, verdict, err);
	judge_release(&judge);
	return rc;
}

static void add_finding(struct buf *out, const struct finding *f)
{
	char commit[OID_HEX + 1], via[OID_HEX + 1];

	oid_format(commit, &f->commit);
	oid_format(via, &f->via);
	buf_addf(out, "%d %d %s %s %s line %d: %s (%s; %s; %s; %s; %s)\n",
		 f->rule, f->severity, f->ref, commit, via, f->line, f->why,
		 f->fix, f->tag ? f->tag : "", f->subject ? f->subject : "",
		 f->way ? f->way : "", f->waiver ? "waived" : "");
	for (size_t i = 0; i < f->n_paths; i++) {
		const struct finding_path *p = &f->paths[i];

		buf_addf(out, "  %s %s %s\n", p->path,
			 p->subsystem ? p->subsystem : "",
			 p->tree ? p->tree : "");
	}
}

/*
 * With its findings sorted: the order of commits of the same date depends on
 * whether there is a commit-graph.
 */
static void add_verdict(struct outcome *out, const struct verdict *verdict)
{
	struct strings findings = { 0 };
	struct buf text = BUF_INIT;

	out->n_commits = verdict->n_commits;
	buf_addf(&out->text, "%zu tags\n", verdict->n_tags);
	for (size_t i = 0; i < verdict->n; i++) {
		const struct finding *f = &verdict->findings[i];

		out->names_commits |= !oid_is_zero(&f->commit);
		buf_reset(&text);
		add_finding(&text, f);
		strings_add(&findings, buf_str(&text), text.len);
	}
	strings_sort(&findings);
	for (size_t i = 0; i < findings.n; i++)
		buf_addstr(&out->text, findings.v[i]);
	strings_release(&findings);
	buf_release(&text);
}

static struct outcome judge(const struct given *given)
{
	size_t n_objects = push.objects.n;
	struct outcome outcome = { .rc = -1 };
	struct verdict verdict;
	struct error err = { 0 };
	struct repo *repo = repo_open(&err);

	if (!repo)
		abort();
	push.n_commits = n_commits;
	verdict_init(&verdict, given->policy);
	outcome.rc = run(given, repo, &verdict, &err);
	if (outcome.rc)
		buf_addf(&outcome.text, "%s\n", err.msg);
	else
		add_verdict(&outcome, &verdict);
	verdict_release(&verdict);
	repo_free(repo);
	made_forget(&push.objects, n_objects);
	return outcome;
}

/* Invariants */

/*
 * Dates can mislead a walk without a commit-graph: then it counts too many
 * commits, and is made again only if a finding may rest on that.
 */
static bool is_same(const struct outcome *one, const struct outcome *other,
		    bool with_graph)
{
	/* The commit-graph may know what a missing commit said. */
	if (one->rc != other->rc)
		return push.lacks_objects;
	if (one->rc)
		return true;
	return !strcmp(buf_str(&one->text), buf_str(&other->text)) &&
	       (one->n_commits == other->n_commits ||
		(with_graph && !one->names_commits));
}

static void compare_once(const struct outcome *one, const struct given *given,
			 const char *how, bool with_graph)
{
	struct outcome other = judge(given);

	if (!is_same(one, &other, with_graph)) {
		fprintf(stderr, "another verdict %s:\n", how);
		fprintf(stderr, "%zu commits, %s\nand:\n%zu commits, %s",
			one->n_commits, buf_str(&one->text), other.n_commits,
			buf_str(&other.text));
		abort();
	}
	buf_release(&other.text);
}

static void compare(const struct outcome *one, const struct given *given,
		    const char *how)
{
	compare_once(one, given, how, false);
}

static char *objects_dir, *pack_name;

static void compare_loose(const struct outcome *one, const struct given *given)
{
	made_remove_pack(objects_dir, pack_name);
	made_write_loose(&push.objects, 0, objects_dir);
	compare(one, given, "with loose objects");
	made_remove_loose(&push.objects, objects_dir);
	made_write_pack(&push.objects, objects_dir, pack_name);
}

static void compare_graph(const struct outcome *one, const struct given *given)
{
	made_write_graph(&push.objects, objects_dir);
	compare_once(one, given, "with a commit-graph", true);
	made_remove_graph(objects_dir);
}

static void compare_workers(const struct outcome *one,
			    const struct given *given)
{
	n_workers = 2;
	compare(one, given, "by two workers");
	n_workers = 1;
}

/* Lines as git writes them: of tags, what they are of. */
static void put_packed_refs(bool peeled)
{
	struct buf text = BUF_INIT;
	char hex[OID_HEX + 1];

	buf_addstr(&text, "# pack-refs with: peeled fully-peeled sorted \n");
	for (size_t i = 0; i < MADE_REFS; i++) {
		const struct made_ref *ref = &push.refs[i];
		struct oid oid;

		if (oid_is_zero(&ref->before))
			continue;
		oid_format(hex, &ref->before);
		buf_addf(&text, "%s %s\n", hex, ref->name);
		oid = made_peel(&push.objects, &ref->before);
		if (!peeled || oid_equal(&oid, &ref->before) ||
		    oid_is_zero(&oid))
			continue;
		oid_format(hex, &oid);
		buf_addf(&text, "^%s\n", hex);
	}
	files_put("packed-refs", text.ptr, text.len);
	buf_release(&text);
}

static void compare_refs(const struct outcome *one, const struct given *given)
{
	put_packed_refs(true);
	compare(one, given, "with peeled refs");
	put_packed_refs(false);
}

static void compare_again(const struct outcome *one, const struct given *given)
{
	compare(one, given, "the second time");
}

/*
 * Files for all objects, and more processes, take as long as the rest: only one
 * input in four gets that, whatever libFuzzer prefers.
 */
static bool is_chosen(const uint8_t *data, size_t size)
{
	return libdeflate_crc32(0, data, size) % 4 == 0;
}

static void check_invariants(unsigned char which, bool all,
			     const struct outcome *one,
			     const struct given *given)
{
	static const struct {
		void (*check)(const struct outcome *, const struct given *);
		bool is_slow;
	} checks[] = {
		{ compare_again, false }, { compare_loose, true },
		{ compare_graph, false }, { compare_refs, false },
		{ compare_workers, true },
	};

	for (size_t i = 0; i < ARRAY_SIZE(checks); i++)
		if ((which == 15 || which == 10 + i) &&
		    (all || !checks[i].is_slow))
			checks[i].check(one, given);
}

/* The push */

static void find_updates(struct given *given)
{
	for (size_t i = 0; i < MADE_REFS; i++) {
		const struct made_ref *ref = &push.refs[i];

		if (given->how == AUDIT ? oid_is_zero(&ref->before) :
					  oid_equal(&ref->before, &ref->after))
			continue;
		given->updates[given->n_updates++] = (struct ref_update){
			(char *)ref->name, ref->before,
			given->how == AUDIT ? ref->before : ref->after,
		};
	}
}

static void read_how(struct given *given, struct made_bytes *in)
{
	unsigned char how = made_next(in) % 8;

	given->how = how < AT_LOCKED_REFS ? ON_SERVER : (enum how)how;
	given->policy = push_policy(made_next(in));
	given->tree = &given->policy->trees[made_next(in) %
					    given->policy->n_trees];
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	struct error err;

	(void)argc;
	(void)argv;
	files_start((const char *const[]){ "refs", "objects", "objects/pack",
					   "objects/info", NULL });
	files_put("HEAD", "ref: refs/heads/master\n", 23);
	files_put("config", "[core]\n\tbare = true\n", 20);
	objects_dir = xasprintf("%s/objects", files_dir());
	setenv("GIT_DIR", files_dir(), 1);
	setenv("HOME", files_dir(), 1);
	setenv("TMPDIR", files_dir(), 1);
	/* Its own start is slow; the others only count. */
	if (libgit2_start(&err))
		abort();
	/* Only the repository has settings. */
	for (int level = GIT_CONFIG_LEVEL_PROGRAMDATA;
	     level < GIT_CONFIG_LEVEL_LOCAL; level++)
		git2.libgit2_opts(GIT_OPT_SET_SEARCH_PATH, level, "");
	push_policies_read();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct made_bytes in = { data, size };
	struct given given = { 0 };
	unsigned char check = made_next(&in) % 16;
	struct outcome outcome;

	push = (struct made_push){ 0 };
	n_workers = 1;
	read_how(&given, &in);
	made_push_read(&push, &in);
	n_commits = push.n_commits;
	find_updates(&given);
	if (given.n_updates) {
		static unsigned int n;

		pack_name = xasprintf("%u", n++);
		made_write_pack(&push.objects, objects_dir, pack_name);
		put_packed_refs(false);
		outcome = judge(&given);
		check_invariants(check, is_chosen(data, size), &outcome,
				 &given);
		buf_release(&outcome.text);
		made_remove_pack(objects_dir, pack_name);
		free(pack_name);
	}
	made_push_release(&push);
	return 0;
}
