/* SPDX-License-Identifier: GPL-2.0-only */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/*
 * measure RUNS COMMAND-A COMMAND-B: runs the two in turn, each through sh and
 * once before it counts, and prints one line with blanks between: median,
 * smallest and largest of A in ms, the same of B, the median of A/B of each
 * turn, and the largest resident set of A's processes in KiB. A command that
 * ends with a status above 1 (which is a verdict) is an error.
 */
enum { MAX_RUNS = 1000, MAX_VERDICT = 1 };

struct sample {
	double ms;
	long rss;
};

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static struct sample run(const char *command)
{
	struct rusage usage;
	double start = now();
	pid_t pid = fork();
	int status;

	if (!pid) {
		if (freopen("/dev/null", "w", stdout) &&
		    freopen("/dev/null", "w", stderr))
			execl("/bin/sh", "sh", "-c", command, (char *)NULL);
		_exit(127);
	}
	if (pid < 0 || wait4(pid, &status, 0, &usage) < 0) {
		perror("measure");
		exit(2);
	}
	if (!WIFEXITED(status) || WEXITSTATUS(status) > MAX_VERDICT) {
		fprintf(stderr, "measure: status %d of: %s\n",
			WIFEXITED(status) ? WEXITSTATUS(status) : -1, command);
		exit(2);
	}
	return (struct sample){ now() - start, usage.ru_maxrss };
}

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

int main(int argc, char **argv)
{
	static double a[MAX_RUNS], b[MAX_RUNS], ratio[MAX_RUNS];
	long n = argc == 4 ? strtol(argv[1], NULL, 10) : 0;
	long rss = 0;
	double mid_a, mid_b;

	if (n < 1 || n > MAX_RUNS) {
		fputs("usage: measure RUNS COMMAND-A COMMAND-B\n", stderr);
		return 2;
	}
	run(argv[2]);
	run(argv[3]);
	for (long i = 0; i < n; i++) {
		struct sample s = run(argv[2]);

		a[i] = s.ms;
		rss = s.rss > rss ? s.rss : rss;
		b[i] = run(argv[3]).ms;
		ratio[i] = a[i] / b[i];
	}
	mid_a = median(a, (size_t)n);
	mid_b = median(b, (size_t)n);
	printf("%.2f %.2f %.2f %.2f %.2f %.2f %.3f %ld\n", mid_a, a[0],
	       a[n - 1], mid_b, b[0], b[n - 1], median(ratio, (size_t)n), rss);
	return 0;
}
