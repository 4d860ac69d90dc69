/* SPDX-License-Identifier: GPL-2.0-only */
#include "git/merge.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "git/command.h"
#include "git/repo_private.h"

enum { TIME_LIMIT = 600 };		/* seconds for one run of git */

/* Makes merges with one git, which answers one after the other. */
static int run_merge_tree(struct repo *repo, struct scratch *scratch,
			  const struct merge_pair *pairs, size_t n,
			  struct buf *output, struct error *err)
{
	const char *args[] = { "merge-tree", "--write-tree", "--stdin", "-z",
			       "--name-only", "--no-messages",
			       "--allow-unrelated-histories", NULL };
	struct process process = { .output = output,
				   .time_limit = TIME_LIMIT };
	struct buf input = BUF_INIT;
	char a[OID_HEX + 1], b[OID_HEX + 1];
	int rc;

	for (size_t i = 0; i < n; i++) {
		oid_format(a, &pairs[i].a);
		oid_format(b, &pairs[i].b);
		buf_addf(&input, "%s %s\n", a, b);
	}
	process.input = buf_str(&input);
	process.input_len = input.len;
	rc = git_run(repo, scratch, args, &process, err);
	buf_release(&input);
	return rc;
}

static int parse(const struct buf *output, struct merge_answer *answers,
		 size_t n, struct error *err)
{
	if (merge_answers_parse(buf_str(output), output->len, answers, n))
		return error_set(err, "git merge-tree answered nonsense");
	return 0;
}

static int ask(struct repo *repo, struct scratch *scratch,
	       const struct merge_pair *pair, struct buf *output,
	       struct merge_answer *answer, struct error *err)
{
	char a[OID_HEX + 1], b[OID_HEX + 1];

	if (!run_merge_tree(repo, scratch, pair, 1, output, err))
		return parse(output, answer, 1, err);
	oid_format(a, &pair->a);
	oid_format(b, &pair->b);
	return error_wrap(err, "cannot merge %s and %s again", a, b);
}

static void forget(struct merge_scratch *scratch)
{
	scratch->n = 0;
	buf_reset(&scratch->output);
}

void merge_scratch_release(struct merge_scratch *scratch)
{
	free(scratch->pairs);
	free(scratch->answers);
	buf_release(&scratch->output);
}

void merge_ahead(struct repo *repo, struct merge_scratch *scratch,
		 const struct merge_pair *pairs, size_t n)
{
	struct error ignored;

	forget(scratch);
	if (!n)
		return;
	scratch->pairs = xreallocarray(scratch->pairs, n, sizeof(*pairs));
	scratch->answers = xreallocarray(scratch->answers, n,
					 sizeof(*scratch->answers));
	memcpy(scratch->pairs, pairs, n * sizeof(*pairs));
	if (run_merge_tree(repo, scratch->scratch, pairs, n, &scratch->output,
			   &ignored) ||
	    parse(&scratch->output, scratch->answers, n, &ignored))
		return;
	scratch->n = n;
}

static const struct merge_answer *known(const struct merge_scratch *scratch,
					const struct merge_pair *pair)
{
	for (size_t i = 0; i < scratch->n; i++)
		if (oid_equal(&scratch->pairs[i].a, &pair->a) &&
		    oid_equal(&scratch->pairs[i].b, &pair->b))
			return &scratch->answers[i];
	return NULL;
}

/* From now on the repository reads what git has written there. */
static int attach(struct repo *repo, struct merge_scratch *scratch,
		  struct error *err)
{
	const char *dir = scratch->scratch->dir;

	if (scratch->is_attached)
		return 0;
	if (repo_add_objects(repo, dir, err))
		return -1;
	scratch->is_attached = true;
	return 0;
}

int merge_again(struct repo *repo, struct merge_scratch *scratch,
		const struct merge_pair *pair, struct oid *tree,
		struct buf *conflicts, struct error *err)
{
	const struct merge_answer *answer = known(scratch, pair);
	struct merge_answer single;
	struct buf output = BUF_INIT;
	int rc = 0;

	if (!answer) {
		rc = ask(repo, scratch->scratch, pair, &output, &single, err);
		answer = &single;
	}
	if (!rc) {
		*tree = answer->tree;
		buf_add(conflicts, answer->conflicts, answer->conflicts_len);
		rc = attach(repo, scratch, err);
	}
	buf_release(&output);
	return rc;
}

static int hash_commit(struct repo *repo, struct scratch *scratch,
		       const struct buf *text, struct buf *output,
		       struct error *err)
{
	const char *args[] = { "hash-object", "-t", "commit", "-w", "--stdin",
			       NULL };
	struct process process = {
		.input = buf_str(text), .input_len = text->len,
		.output = output, .time_limit = TIME_LIMIT,
	};

	return git_run(repo, scratch, args, &process, err);
}

int merge_commit(struct repo *repo, struct merge_scratch *scratch,
		 const struct merge_pair *parents, const struct oid *tree,
		 struct oid *commit, struct error *err)
{
	/* Younger than its parents: git looks for merge bases by dates. */
	static const char who[] = "git-treaty <git-treaty> 4102444800 +0000";
	char a[OID_HEX + 1], b[OID_HEX + 1], hex[OID_HEX + 1];
	struct buf text = BUF_INIT, output = BUF_INIT;
	int rc;

	oid_format(hex, tree);
	oid_format(a, &parents->a);
	oid_format(b, &parents->b);
	buf_addf(&text, "tree %s\nparent %s\nparent %s\nauthor %s\n"
		 "committer %s\n\n", hex, a, b, who, who);
	rc = hash_commit(repo, scratch->scratch, &text, &output, err);
	if (!rc && (output.len != OID_HEX + 1 ||
		    !oid_parse(commit, buf_str(&output), OID_HEX)))
		rc = error_set(err, "git hash-object answered nonsense");
	buf_release(&text);
	buf_release(&output);
	return rc;
}
