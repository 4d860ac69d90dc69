/* SPDX-License-Identifier: GPL-2.0-only */
#include <getopt.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "cli/cli.h"
#include "report/formats.h"

enum option_type {
	OPT_FLAG,
	OPT_STRING,
	OPT_LIST,
	OPT_LIMIT,		/* handed on to git rev-list */
};

struct option_info {
	const char *name;
	const char *arg;
	enum option_type type;
	size_t offset;
	unsigned int commands;
	const char *help;
};

#define AT(member) offsetof(struct options, member)

static const struct option_info option_infos[] = {
	{ "policy", "FILE", OPT_STRING, AT(policy),
	  CMD_ALL & ~(CMD_UNINSTALL | CMD_EXPLAIN),
	  "use this policy" },
	{ "policy-blob", "REF:PATH", OPT_STRING, AT(policy_blob), CMD_INSTALL,
	  "use this file of a ref as the policy" },
	{ "tree", "NAME", OPT_STRING, AT(tree),
	  CMD_ALL & ~(CMD_UNINSTALL | CMD_POLICY | CMD_OWNER | CMD_EXPLAIN),
	  "the tree to which this repository belongs" },
	{ "base", "REV", OPT_LIST, AT(base), CMD_AUDIT,
	  "leave out what this revision contains (repeatable)" },
	{ "baseline", "FILE", OPT_STRING, AT(baseline), CMD_AUDIT,
	  "count only what this earlier audit (JSON, SARIF) lacks" },
	{ "all", NULL, OPT_FLAG, AT(all), CMD_AUDIT,
	  "judge what all refs and HEAD contain" },
	{ "since", "DATE", OPT_LIMIT, AT(limits), CMD_AUDIT | CMD_POLICY,
	  "judge commits younger than that (--after)" },
	{ "after", "DATE", OPT_LIMIT, AT(limits), CMD_AUDIT | CMD_POLICY,
	  NULL },
	{ "until", "DATE", OPT_LIMIT, AT(limits), CMD_AUDIT | CMD_POLICY,
	  "judge commits older than that (--before)" },
	{ "before", "DATE", OPT_LIMIT, AT(limits), CMD_AUDIT | CMD_POLICY,
	  NULL },
	{ "max-count", "N", OPT_LIMIT, AT(limits), CMD_AUDIT | CMD_POLICY,
	  "judge the youngest N commits (-n N)" },
	{ "author", "PATTERN", OPT_LIMIT, AT(limits), CMD_AUDIT,
	  "judge commits of authors that match, as in git log" },
	{ "no-merges", NULL, OPT_LIMIT, AT(limits), CMD_AUDIT,
	  "judge no merges" },
	{ "merges", NULL, OPT_LIMIT, AT(limits), CMD_AUDIT,
	  "judge nothing but merges" },
	{ "first-parent", NULL, OPT_LIMIT, AT(limits), CMD_AUDIT,
	  "judge what first parents lead to, as in git log" },
	{ "tags", NULL, OPT_FLAG, AT(tags), CMD_AUDIT,
	  "list the shared tags first: state, signer, base, scope" },
	{ "pulls", NULL, OPT_FLAG, AT(pulls), CMD_AUDIT,
	  "judge each merge as a push of the tree it came from" },
	{ "format", "text|json|sarif|junit|github|gitlab|html|dot", OPT_STRING,
	  AT(format_name), CMD_AUDIT, "how to print the result" },
	{ "format", "text|json", OPT_STRING, AT(format_name),
	  CMD_HOOKS | CMD_OWNER, "how to print the result" },
	{ "verbose", NULL, OPT_FLAG, AT(verbose),
	  CMD_JUDGE | CMD_OWNER | CMD_POLICY,
	  "print every commit and path, not a few examples" },
	{ "suggest-waiver", NULL, OPT_FLAG, AT(suggest_waiver), CMD_JUDGE,
	  "print the waiver that would answer each refusal" },
	{ "quiet", NULL, OPT_FLAG, AT(quiet), CMD_ALL,
	  "print only problems" },
	{ "color", "auto|always|never", OPT_STRING, AT(color),
	  CMD_JUDGE | CMD_EXPLAIN, "whether to use colors" },
	{ "no-color", NULL, OPT_FLAG, AT(no_color), CMD_JUDGE | CMD_EXPLAIN,
	  "do not use colors" },
	{ "no-pager", NULL, OPT_FLAG, AT(no_pager),
	  CMD_AUDIT | CMD_OWNER | CMD_EXPLAIN,
	  "do not use a pager on a terminal" },
	{ "progress", NULL, OPT_FLAG, AT(progress), CMD_JUDGE,
	  "print progress, even if not on a terminal" },
	{ "server", NULL, OPT_FLAG, AT(server), CMD_INSTALL,
	  "install the server hook, pre-receive" },
	{ "client", NULL, OPT_FLAG, AT(client), CMD_INSTALL,
	  "install the client hook, pre-push" },
	{ "hook", "NAME", OPT_STRING, AT(hook), CMD_INSTALL | CMD_UNINSTALL,
	  "install or remove only this hook" },
	{ "directory", "DIR", OPT_STRING, AT(directory), CMD_INSTALL,
	  "install into this directory of parts, HOOK.d" },
	{ "no-transaction", NULL, OPT_FLAG, AT(no_transaction), CMD_INSTALL,
	  "leave out reference-transaction" },
	{ "relocatable", NULL, OPT_FLAG, AT(relocatable), CMD_INSTALL,
	  "let the hook look for git-treaty in PATH" },
	{ "installed", "FILE", OPT_STRING, AT(installed), CMD_HOOKS,
	  "first run the hook that this hook file replaced" },
	{ "chained", "FILE", OPT_STRING, AT(chained), CMD_HOOKS,
	  "first run this hook, if it exists" },
	{ "commits", "RANGE", OPT_STRING, AT(commits), CMD_OWNER,
	  "say which trees these commits must go through" },
	{ "series", "FILE", OPT_STRING, AT(series), CMD_OWNER,
	  "the same for an mbox, a maildir or a directory" },
	{ "null", NULL, OPT_FLAG, AT(null), CMD_OWNER,
	  "read NUL-terminated paths from standard input (-z)" },
	{ "against", "REV", OPT_STRING, AT(against), CMD_POLICY,
	  "check the policy against the files of this revision" },
	{ "onto", "FILE", OPT_STRING, AT(onto), CMD_POLICY,
	  "replace the imported part of this policy" },
	{ "split", "DATE", OPT_STRING, AT(split), CMD_POLICY,
	  "learn from older pulls, measure the others" },
	{ "min-pulls", "N", OPT_STRING, AT(min_pulls), CMD_POLICY,
	  "learn what a tree did in so many pulls (2)" },
	{ "min-trees", "N", OPT_STRING, AT(min_trees), CMD_POLICY,
	  "learn as common what so many trees did (3)" },
	{ "no-infer", NULL, OPT_FLAG, AT(no_infer), CMD_POLICY,
	  "import only what MAINTAINERS says" },
	{ "help", NULL, OPT_FLAG, AT(help), CMD_ALL, "print this help" },
	{ "version", NULL, OPT_FLAG, AT(version), CMD_ALL,
	  "print the version" },
};

/* getopt's table of the options that the command has; the caller frees it. */
static struct option *long_options(const struct command *command)
{
	struct option *list = xcalloc(ARRAY_SIZE(option_infos) + 1,
				      sizeof(*list));
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(option_infos); i++) {
		const struct option_info *o = &option_infos[i];

		if (o->commands & command->bit)
			list[n++] = (struct option){
				o->name, o->arg ? required_argument :
				no_argument, NULL, 256 + (int)i,
			};
	}
	return list;
}

static void add_limit(struct strings *limits, const char *name,
		      const char *value)
{
	char *text = xasprintf("--%s%s%s", name, value ? "=" : "",
			       value ? value : "");

	strings_add(limits, text, strlen(text));
	free(text);
}

static void set_option(struct options *options, const struct option_info *o)
{
	void *at = (char *)options + o->offset;

	if (o->type == OPT_FLAG) {
		*(bool *)at = true;
	} else if (o->type == OPT_STRING) {
		*(const char **)at = optarg;
	} else if (o->type == OPT_LIST) {
		strings_add(at, optarg, strlen(optarg));
	} else {
		add_limit(at, o->name, o->arg ? optarg : NULL);
	}
}

/* The argument of an option that takes one of several words. */
static const char *choices(const struct command *command, const char *option)
{
	for (size_t i = 0; i < ARRAY_SIZE(option_infos); i++)
		if (option_infos[i].commands & command->bit &&
		    !strcmp(option_infos[i].name, option))
			return option_infos[i].arg;
	return "";
}

/* Whether it is one of "a|b|c", and a complaint where it is not. */
static bool is_choice(const struct command *command, const char *option,
		      const char *word)
{
	const char *list = choices(command, option), *at = list;
	size_t len = strlen(word);

	for (; *at; at += strcspn(at, "|"), at += *at == '|')
		if (strcspn(at, "|") == len && !memcmp(at, word, len))
			return true;
	usage_error(command, "unknown %s '%s': expected %s", option, word,
		    list);
	return false;
}

static bool check_choices(struct options *options,
			  const struct command *command)
{
	const char *format = options->format_name;

	if (options->color && !is_choice(command, "color", options->color))
		return false;
	if (format && !is_choice(command, "format", format))
		return false;
	options->format = format ? format_by_name(format) : FORMAT_TEXT;
	return true;
}

/* A letter may be one of several (-qv): getopt says which one it was. */
static void bad_option(const struct command *command, int c, const char *arg)
{
	char letter[] = { '-', (char)optopt, '\0' };

	usage_error(command, c == ':' ? "option '%s' needs a value" :
		    "unknown option '%s'",
		    optopt > 0 && optopt < 256 ? letter : arg);
}

/* Takes "--" and what follows it off the arguments: paths, as in git log. */
static void split_paths(struct options *options, int *argc, char **argv)
{
	for (int i = 1; i < *argc; i++) {
		if (strcmp(argv[i], "--"))
			continue;
		options->paths = argv + i + 1;
		options->n_paths = (size_t)(*argc - i - 1);
		*argc = i;
	}
}

bool options_parse(struct options *options, const struct command *command,
		   int *argc, char ***argv)
{
	struct option *list = long_options(command);
	int c;

	if (command->bit == CMD_AUDIT)
		split_paths(options, argc, *argv);
	opterr = 0;
	optind = 1;
	while ((c = getopt_long(*argc, *argv, ":hqvzn:", list, NULL)) != -1) {
		if (c == 'h') {
			options->help = true;
		} else if (c == 'q') {
			options->quiet = true;
		} else if (c == 'v') {
			options->verbose = true;
		} else if (c == 'z' && command->bit & CMD_OWNER) {
			options->null = true;
		} else if (c == 'n' &&
			   command->bit & (CMD_AUDIT | CMD_POLICY)) {
			add_limit(&options->limits, "max-count", optarg);
		} else if (c >= 256) {
			set_option(options, &option_infos[c - 256]);
		} else {
			bad_option(command, c, (*argv)[optind - 1]);
			free(list);
			return false;
		}
	}
	free(list);
	*argc -= optind;
	*argv += optind;
	return check_choices(options, command);
}

void options_release(struct options *options)
{
	strings_release(&options->base);
	strings_release(&options->limits);
}

static void print_options(const struct command *command, FILE *out)
{
	for (size_t i = 0; i < ARRAY_SIZE(option_infos); i++) {
		const struct option_info *o = &option_infos[i];
		char left[80];

		if (!(o->commands & command->bit) || !o->help)
			continue;
		snprintf(left, sizeof(left), "--%s%s%s", o->name,
			 o->arg ? " " : "", o->arg ? o->arg : "");
		fprintf(out, "    %-24s %s\n", left, o->help);
	}
}

void usage_print(const struct command *command, bool to_stderr)
{
	FILE *out = to_stderr ? stderr : stdout;

	if (command) {
		fprintf(out, "usage: git treaty %s [options]%s%s\n\n%s\n\n",
			command->name, *command->args ? " " : "",
			command->args, command->summary);
		print_options(command, out);
		return;
	}
	fputs("usage: git treaty <command> [options] [arguments]\n\n"
	      "Enforces who may change what between the trees of one project."
	      "\n\n", out);
	for (const struct command *c = commands; c->name; c++)
		fprintf(out, "    %-21s %s\n", c->name, c->summary);
	fputs("\n'git treaty <command> --help' lists the options of a command. "
	      "'git treaty --help'\nopens the manual: git-treaty(1), "
	      "git-treaty-policy(5), git-treaty-rules(7).\n", out);
}

/* GitLab documents these variables, and the prefix, under "server hooks". */
const char *refusal_mark(void)
{
	return getenv("GL_ID") || getenv("GL_REPOSITORY") ? "GL-HOOK-ERR: " :
							    "";
}

static void print_sentence(const char *mark, const char *fmt, va_list ap)
{
	struct buf escaped = BUF_INIT;
	char *text = NULL;

	if (vasprintf(&text, fmt, ap) < 0)
		abort();
	text_escape(&escaped, text, strlen(text));
	fprintf(stderr, "%sgit-treaty: %s\n", mark, buf_str(&escaped));
	buf_release(&escaped);
	free(text);
}

int complain(int status, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	print_sentence(status ? refusal_mark() : "", fmt, ap);
	va_end(ap);
	return status;
}

int usage_error(const struct command *command, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	print_sentence("", fmt, ap);
	va_end(ap);
	if (command)
		fprintf(stderr, "usage: git treaty %s [options]%s%s\n",
			command->name, *command->args ? " " : "",
			command->args);
	return EXIT_USAGE;
}
