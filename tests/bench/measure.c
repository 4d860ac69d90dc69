/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/*
 *	measure RUNS A B [BEFORE]
 *
 * Runs the commands A and B in turn through sh, first once each without
 * measuring. Runs BEFORE ahead of each, and does not measure that. Prints one
 * line: for the wall time, and then for the processor time of all processes,
 * the median, smallest and largest of A in ms, the same of B, and the medians
 * of A/B and of A-B of each turn.
 *
 *	measure --memory COMMAND
 *
 * Prints the most memory that the command's processes had together, in KiB:
 * the sum of their proportional set sizes (proc(5)), and of that what no file
 * backs. It is sampled, so what lives for less than a millisecond is missed.
 *
 * A command that ends with a status above 1 (which is a verdict) is an error.
 */
enum { MAX_RUNS = 1000, MAX_VERDICT = 1, SAMPLE_US = 500 };

enum clock { WALL, CPU, CLOCKS };

struct sample {
	double ms[CLOCKS];
};

struct memory {
	long pss, anonymous;
};

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static double cpu_time(const struct rusage *usage)
{
	const struct timeval *u = &usage->ru_utime, *s = &usage->ru_stime;

	return (double)(u->tv_sec + s->tv_sec) * 1e3 +
	       (double)(u->tv_usec + s->tv_usec) / 1e3;
}

static pid_t start(const char *command)
{
	pid_t pid = fork();

	if (!pid) {
		if (freopen("/dev/null", "w", stdout) &&
		    freopen("/dev/null", "w", stderr))
			execl("/bin/sh", "sh", "-c", command, (char *)NULL);
		_exit(127);
	}
	if (pid < 0) {
		perror("measure: fork");
		exit(2);
	}
	return pid;
}

static void check(const char *command, int status)
{
	if (WIFEXITED(status) && WEXITSTATUS(status) <= MAX_VERDICT)
		return;
	fprintf(stderr, "measure: status %d of: %s\n",
		WIFEXITED(status) ? WEXITSTATUS(status) : -1, command);
	exit(2);
}

static struct sample run(const char *command)
{
	struct sample sample;
	struct rusage usage;
	double begin = now();
	pid_t pid = start(command);
	int status;

	if (wait4(pid, &status, 0, &usage) < 0) {
		perror("measure: wait4");
		exit(2);
	}
	sample.ms[WALL] = now() - begin;
	sample.ms[CPU] = cpu_time(&usage);
	check(command, status);
	return sample;
}

/* Times */

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *v, size_t n)
{
	qsort(v, n, sizeof(*v), by_value);
	return n % 2 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2;
}

/* Median, smallest and largest. */
static void print_three(double *v, size_t n)
{
	double mid = median(v, n);

	printf("%.2f %.2f %.2f ", mid, v[0], v[n - 1]);
}

static void print_times(const struct sample *a, const struct sample *b,
			size_t n)
{
	static double x[MAX_RUNS], y[MAX_RUNS], ratio[MAX_RUNS], diff[MAX_RUNS];

	for (int clock = WALL; clock < CLOCKS; clock++) {
		for (size_t i = 0; i < n; i++) {
			x[i] = a[i].ms[clock];
			y[i] = b[i].ms[clock];
			ratio[i] = y[i] > 0 ? x[i] / y[i] : 0;
			diff[i] = x[i] - y[i];
		}
		print_three(x, n);
		print_three(y, n);
		printf("%.3f %+.2f ", median(ratio, n), median(diff, n));
	}
	putchar('\n');
}

static void compare(size_t n, const char *const commands[2],
		    const char *before)
{
	static struct sample samples[2][MAX_RUNS];

	for (size_t i = 0; i <= n; i++)
		for (int c = 0; c < 2; c++) {
			if (before)
				run(before);
			samples[c][i ? i - 1 : 0] = run(commands[c]);
		}
	print_times(samples[0], samples[1], n);
}

/* Memory */

static void add_process(pid_t pid, struct memory *sum)
{
	char path[64], line[256];
	long kib;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%ld/smaps_rollup", (long)pid);
	f = fopen(path, "re");
	while (f && fgets(line, sizeof(line), f)) {
		if (sscanf(line, "Pss: %ld", &kib) == 1)
			sum->pss += kib;
		else if (sscanf(line, "Pss_Anon: %ld", &kib) == 1)
			sum->anonymous += kib;
	}
	if (f)
		fclose(f);
}

/* Of the process and all below it. */
static void add_tree(pid_t pid, struct memory *sum)
{
	char path[64];
	long child;
	FILE *f;

	add_process(pid, sum);
	snprintf(path, sizeof(path), "/proc/%ld/task/%ld/children", (long)pid,
		 (long)pid);
	f = fopen(path, "re");
	while (f && fscanf(f, "%ld", &child) == 1)
		add_tree((pid_t)child, sum);
	if (f)
		fclose(f);
}

static void print_memory(const char *command)
{
	struct memory most = { 0 };
	pid_t pid = start(command);
	int status;

	while (!waitpid(pid, &status, WNOHANG)) {
		struct memory sum = { 0 };

		add_tree(pid, &sum);
		if (sum.pss > most.pss)
			most.pss = sum.pss;
		if (sum.anonymous > most.anonymous)
			most.anonymous = sum.anonymous;
		usleep(SAMPLE_US);
	}
	check(command, status);
	printf("%ld %ld\n", most.pss, most.anonymous);
}

int main(int argc, char **argv)
{
	bool memory = argc == 3 && !strcmp(argv[1], "--memory");
	long n = argc == 4 || argc == 5 ? strtol(argv[1], NULL, 10) : 0;

	if (!memory && (n < 1 || n > MAX_RUNS)) {
		fputs("usage: measure RUNS A B [BEFORE]\n"
		      "       measure --memory COMMAND\n", stderr);
		return 2;
	}
	if (memory)
		print_memory(argv[2]);
	else
		compare((size_t)n, (const char *const *)argv + 2, argv[4]);
	return 0;
}
