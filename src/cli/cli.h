/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <stdbool.h>
#include <stddef.h>

#include "base/strings.h"

/*
 * The command line: one list of commands and options, for the dispatch, the
 * help and the test of the manual.
 */

enum exit_status {
	EXIT_ACCEPTED = 0,
	EXIT_REFUSED = 1,
	EXIT_UNDECIDED = 128,
	EXIT_USAGE = 129,
};

/* The values of all options. Strings are borrowed from argv. */
struct options {
	const char *policy;
	const char *policy_blob;
	const char *tree;
	const char *format_name;
	int format;			/* enum format, report/formats.h */
	bool quiet;
	bool suggest_waiver;
	bool verbose;
	bool no_color, no_pager;
	const char *color;		/* auto, always, never; or NULL */
	bool progress;
	bool tags, pulls;
	bool server, client;
	const char *hook, *directory;
	const char *chained, *installed;
	bool relocatable, no_transaction;
	const char *onto, *against;
	bool no_infer;
	const char *split, *min_pulls, *min_trees;
	const char *commits, *series;
	bool null;
	struct strings base;
	const char *baseline;
	bool all;
	struct strings limits;		/* of an audit, for git rev-list */
	char **paths;			/* of an audit: what follows "--";
					 * borrowed */
	size_t n_paths;
	bool help, version;
};

struct command {
	const char *name;
	const char *args;		/* for the usage line */
	const char *summary;
	unsigned int bit;		/* in option_info.commands */
	int (*run)(const struct command *command,
		   const struct options *options, int argc, char **argv);
};

enum command_bit {
	CMD_PRE_PUSH = 1, CMD_PRE_RECEIVE = 2, CMD_UPDATE = 4, CMD_AUDIT = 8,
	CMD_POLICY = 16, CMD_INSTALL = 32, CMD_UNINSTALL = 64, CMD_STATUS = 128,
	CMD_OWNER = 256, CMD_TRANSACTION = 512,
	CMD_EXPLAIN = 1024,
	CMD_HOOKS = CMD_PRE_PUSH | CMD_PRE_RECEIVE | CMD_UPDATE |
		    CMD_TRANSACTION,
	CMD_JUDGE = CMD_HOOKS | CMD_AUDIT,
	CMD_ALL = 2047,
};

/* Each gets the arguments after its options, and returns an exit status. */
int cmd_hook(const struct command *command, const struct options *options,
	     int argc, char **argv);
int cmd_transaction(const struct command *command,
		    const struct options *options, int argc, char **argv);
int cmd_audit(const struct command *command, const struct options *options,
	      int argc, char **argv);
int audit_pulls(const struct command *command, const struct options *options,
		int argc, char **argv);
int cmd_owner(const struct command *command, const struct options *options,
	      int argc, char **argv);
int cmd_explain(const struct command *command, const struct options *options,
		int argc, char **argv);
int cmd_policy(const struct command *command, const struct options *options,
	       int argc, char **argv);
int policy_import(const struct options *options, int argc, char **argv);
int policy_learn(const struct options *options, int argc, char **argv);
int cmd_install(const struct command *command, const struct options *options,
		int argc, char **argv);
int cmd_uninstall(const struct command *command, const struct options *options,
		  int argc, char **argv);
int cmd_status(const struct command *command, const struct options *options,
	       int argc, char **argv);

/* Ends with a name of NULL. */
extern const struct command commands[];

/*
 * Reads the options, starting at argv[1]. Afterwards `*argc` and `*argv` are
 * the arguments without them. Returns false if an option is wrong, after
 * printing the reason on standard error.
 */
bool options_parse(struct options *options, const struct command *command,
		   int *argc, char ***argv);
void options_release(struct options *options);

/* Prints the usage of one command, or of all where it is NULL. */
void usage_print(const struct command *command, bool to_stderr);

/*
 * What begins a line that the hosting service is to show on its web page, told
 * by the environment: GitLab's, or "".
 */
const char *refusal_mark(void);

/*
 * Prints "git-treaty: <sentence>" on standard error, escaped, and with the mark
 * of a refusal if `status` is one. Returns `status`.
 */
int complain(int status, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Prints "git-treaty: <sentence>" and the usage. Returns the exit status. */
int usage_error(const struct command *command, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#endif
