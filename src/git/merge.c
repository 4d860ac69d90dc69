/* SPDX-License-Identifier: GPL-2.0-only */
#include "git/merge.h"

#include <git2.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "git/command.h"

/* Larger files are left to git, which stores what it cannot keep. */
enum { MAX_FILES = 64 << 20 };

static git_merge_file_input file_input(const struct object *object)
{
	git_merge_file_input input = { .version = GIT_MERGE_FILE_INPUT_VERSION };

	input.ptr = object->data;
	input.size = object->len;
	return input;
}

static int merge_blobs(const struct object *blobs, bool *gives,
		       struct error *err)
{
	git_merge_file_input base = file_input(&blobs[0]);
	git_merge_file_input ours = file_input(&blobs[1]);
	git_merge_file_input theirs = file_input(&blobs[2]);
	git_merge_file_result merged = { 0 };

	if (git_merge_file(&merged, &base, &ours, &theirs, NULL))
		return error_set(err, "a file cannot be merged: %s",
				 git_error_last()->message);
	*gives = merged.automergeable && merged.len == blobs[3].len &&
		 !memcmp(merged.ptr, blobs[3].data, merged.len);
	git_merge_file_result_free(&merged);
	return 0;
}

int merge_file_gives(struct repo *repo, const struct merge_file *file,
		     bool *gives, struct error *err)
{
	const struct oid *oids[] = { &file->base, &file->ours, &file->theirs,
				     &file->result };
	struct object blobs[4] = { 0 };
	size_t total = 0;
	int rc = 0;

	*gives = false;
	for (size_t i = 0; !rc && i < ARRAY_SIZE(oids); i++) {
		rc = repo_read(repo, oids[i], OBJECT_BLOB, &blobs[i], err);
		total += rc ? 0 : blobs[i].len;
	}
	if (!rc && total <= MAX_FILES)
		rc = merge_blobs(blobs, gives, err);
	for (size_t i = 0; i < ARRAY_SIZE(oids); i++)
		object_release(&blobs[i]);
	return rc;
}

static int run_merge_tree(struct repo *repo, struct scratch *scratch,
			  const struct oid *a, const struct oid *b,
			  struct buf *output, struct error *err)
{
	char x[OID_HEX + 1], y[OID_HEX + 1];
	const char *args[] = { "merge-tree", "--write-tree", "-z",
			       "--name-only", "--no-messages",
			       "--allow-unrelated-histories", x, y, NULL };
	struct process process = { .output = output, .quiet = true };
	int status;

	oid_format(x, a);
	oid_format(y, b);
	if (git_run(repo, scratch, args, &process, &status, err))
		return -1;
	if (status != 0 && status != 1)
		return error_set(err, "git merge-tree %s %s failed with status "
				 "%d (git 2.39 or newer is needed)", x, y,
				 status);
	return 0;
}

int merge_again(struct repo *repo, struct merge_scratch *scratch,
		const struct oid *a, const struct oid *b, struct oid *tree,
		struct buf *conflicts, struct error *err)
{
	struct buf output = BUF_INIT;
	const char *dir;
	int rc;

	rc = run_merge_tree(repo, scratch->scratch, a, b, &output, err);
	dir = scratch->scratch->dir;
	if (!rc && (output.len <= OID_HEX || output.ptr[OID_HEX] ||
		    !oid_parse(tree, output.ptr, OID_HEX)))
		rc = error_set(err, "git merge-tree answered nonsense");
	if (!rc)
		buf_add(conflicts, output.ptr + OID_HEX + 1,
			output.len - OID_HEX - 1);
	if (!rc && !scratch->is_attached) {
		rc = git_odb_add_disk_alternate(repo_odb(repo), dir);
		if (rc)
			error_set(err, "%s: %s", dir,
				  git_error_last()->message);
		scratch->is_attached = !rc;
	}
	buf_release(&output);
	return rc ? -1 : 0;
}
