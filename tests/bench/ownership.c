/* SPDX-License-Identifier: GPL-2.0-only */
/*
 *	bench_ownership POLICY <paths
 *
 * How long a hook takes to read a policy, to compile its ownership and to match
 * all paths of standard input: the best of several runs, in milliseconds. Then
 * the same number of paths against policies of 1,000 and 10,000 patterns.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "policy/owners.h"

enum { RUNS = 7 };

struct input {
	struct buf policy, paths;
	size_t n;			/* paths */
};

struct times {
	double load, compile, match;
	size_t owners;			/* of all paths together */
};

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void keep_best(double *best, double t)
{
	if (!*best || t < *best)
		*best = t;
}

static void run(const struct input *input, struct times *times)
{
	struct owners owners = { 0 };
	struct diags diags = { 0 };
	struct policy *policy;
	struct error err;
	double t = now();

	policy = policy_parse("bench", buf_str(&input->policy),
			      input->policy.len, &diags);
	if (!policy)
		exit(1);
	keep_best(&times->load, now() - t);
	t = now();
	if (owners_find(policy, "Makefile", &owners, &err))
		exit(1);
	keep_best(&times->compile, now() - t);
	t = now();
	times->owners = 0;
	for (const char *p = input->paths.ptr;
	     p < input->paths.ptr + input->paths.len; p += strlen(p) + 1) {
		if (owners_find(policy, p, &owners, &err))
			exit(1);
		times->owners += owners.n;
	}
	keep_best(&times->match, now() - t);
	owners_release(&owners);
	policy_free(policy);
}

static void report(const char *what, const struct input *input)
{
	struct times times = { 0 };

	for (int i = 0; i < RUNS; i++)
		run(input, &times);
	printf("%-18s load %7.2f ms  compile %6.2f ms  match %zu paths %8.2f "
	       "ms  (%zu owners)\n", what, times.load, times.compile, input->n,
	       times.match, times.owners);
}

/* A policy of n patterns for directories that the paths have, and others. */
static void make_policy(struct input *input, int n)
{
	const char *p = input->paths.ptr, *end = p + input->paths.len;
	size_t step = input->n / (size_t)n + 1;

	buf_reset(&input->policy);
	for (int i = 0; i < n; i++) {
		buf_addf(&input->policy, "[subsystem \"%d\"]\npath = %.150s%s\n",
			 i, p, i % 3 ? "*" : "/");
		for (size_t k = 0; k < step && p < end; k++)
			p += strlen(p) + 1;
		if (p >= end)
			p = input->paths.ptr;
	}
}

int main(int argc, char **argv)
{
	struct input input = { .n = 0 };
	struct error err;

	if (argc != 2 ||
	    buf_read_file(&input.policy, argv[1], 16 << 20, &err) ||
	    buf_read_fd(&input.paths, 0, 64 << 20, &err)) {
		fputs("usage: bench_ownership POLICY <PATHS\n", stderr);
		return 129;
	}
	for (size_t i = 0; i < input.paths.len; i++) {
		if (input.paths.ptr[i] != '\n')
			continue;
		input.paths.ptr[i] = '\0';
		input.n++;
	}
	report("the policy", &input);
	make_policy(&input, 1000);
	report("1,000 patterns", &input);
	make_policy(&input, 10000);
	report("10,000 patterns", &input);
	buf_release(&input.policy);
	buf_release(&input.paths);
	return 0;
}
