/* SPDX-License-Identifier: GPL-2.0-only */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "git/text_merge.h"

/*
 * Merges texts. Reads any number of cases: the lengths of base, ours and
 * theirs on a line, then the three texts. Prints for each the number of
 * conflicts, or -1 where it cannot tell, and the length of what the merge
 * gives, on a line, then that.
 */
enum { STEPS = 100 << 20 };

static struct text read_text(size_t len)
{
	char *p = xmalloc(len);

	if (fread(p, 1, len, stdin) != len)
		exit(129);
	return (struct text){ p, len };
}

int main(void)
{
	size_t n[3];

	while (scanf("%zu %zu %zu", &n[0], &n[1], &n[2]) == 3) {
		struct buf merged = BUF_INIT;
		size_t n_conflicts = 0;
		struct text_merge merge = {
			.our_name = "ours", .their_name = "theirs",
			.steps = STEPS,
		};

		getchar();
		merge.base = read_text(n[0]);
		merge.ours = read_text(n[1]);
		merge.theirs = read_text(n[2]);
		if (text_merge(&merge, &merged, &n_conflicts)) {
			puts("-1 0");
		} else {
			printf("%zu %zu\n", n_conflicts, merged.len);
			fwrite(merged.ptr, 1, merged.len, stdout);
		}
		buf_release(&merged);
		free((char *)merge.base.p);
		free((char *)merge.ours.p);
		free((char *)merge.theirs.p);
	}
	return 0;
}
