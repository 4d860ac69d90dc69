# SPDX-License-Identifier: GPL-2.0-only
#
# Prints a stream for git fast-import(1): `commits` commits, each with a branch
# of its own, c<N>, and parents drawn among those before: none, one, two, or
# many. `skew`: how far clocks are off, in seconds, and every 40th wildly so.
# With `far` some dates are beyond what a commit-graph holds, or, if it is 2,
# beyond 32 bits.

function draw(n) { seed = (seed * 16807) % 2147483647; return seed % n }

function parents(i,    n, k, p, kind, list) {
	kind = draw(50)
	n = i == 1 || kind == 0 ? 0 : kind < 33 ? 1 : kind < 45 ? 2 : 3 + draw(5)
	list = ""
	for (k = 0; k < n; k++) {
		p = i - 1 - draw(draw(4) ? 6 : 40)
		if (p < 1 || index(list " ", " " p " "))
			continue
		print (list == "" ? "from" : "merge") " refs/heads/c" p
		list = list " " p
	}
}

BEGIN {
	seed += 20210329
	now = 1112911993
	for (i = 1; i <= commits; i++) {
		now += 60
		date = now + (skew ? draw(2 * skew) - skew : 0)
		if (skew && i % 40 == 0)
			date = draw(2000000000)
		if (far && i % 30 == 0)
			date = (far > 1 ? 4294967296 : 17179869184) + \
			       draw(1000)
		printf "commit refs/heads/c%d\n", i
		printf "committer C <c@example.com> %.0f +0000\ndata 2\nc\n", date
		parents(i)
		printf "M 100644 inline d%d/f%d\ndata 3\n%d\n\n", i % 7, i % 31, i % 10
	}
}
