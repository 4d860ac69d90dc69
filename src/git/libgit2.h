/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GIT_LIBGIT2_H
#define GIT_LIBGIT2_H

#include <git2.h>
#include <git2/sys/repository.h>

#include "base/error.h"
#include "base/oid.h"

/*
 * Loads libgit2 when something is needed that it alone can do. It depends on
 * libraries for network connections, which are never made here and take most of
 * a program's start-up time; commands without a repository and most hooks do
 * not need it.
 *
 * git_odb_read() is git2.odb_read() here, and so on.
 */
#define GIT2_FUNCTIONS(X) \
	X(buf_dispose) \
	X(config_entry_free) \
	X(config_free) \
	X(config_get_entry) \
	X(config_get_path) \
	X(config_iterator_free) \
	X(config_iterator_new) \
	X(config_next) \
	X(error_last) \
	X(libgit2_init) \
	X(libgit2_opts) \
	X(libgit2_shutdown) \
	X(merge_file) \
	X(merge_file_result_free) \
	X(object_free) \
	X(object_id) \
	X(object_peel) \
	X(odb_add_disk_alternate) \
	X(odb_exists_prefix) \
	X(odb_free) \
	X(odb_new) \
	X(odb_object_data) \
	X(odb_object_free) \
	X(odb_object_size) \
	X(odb_object_type) \
	X(odb_read) \
	X(odb_read_header) \
	X(odb_set_commit_graph) \
	X(oid_fromstrn) \
	X(reference_free) \
	X(reference_name) \
	X(repository_commondir) \
	X(repository_config) \
	X(repository_config_snapshot) \
	X(repository_free) \
	X(repository_open_ext) \
	X(repository_path) \
	X(repository_set_odb) \
	X(repository_workdir) \
	X(revparse_ext)

struct libgit2 {
#define X(name) __typeof__(&git_##name) name;
	GIT2_FUNCTIONS(X)
#undef X
};

/* Valid between libgit2_start() and libgit2_stop(). */
extern struct libgit2 git2;

/*
 * Loads the library this program was built with, and sets the options that are
 * the same for all repositories. Each start needs a stop.
 */
int libgit2_start(struct error *err);
void libgit2_stop(void);

/* The text of its last error; borrowed until the next call. */
const char *libgit2_message(void);

git_oid libgit2_oid(const struct oid *oid);
struct oid libgit2_oid_of(const git_oid *oid);

#endif
