# SPDX-License-Identifier: GPL-2.0-only
#
# Prints a stream for git fast-import(1): a history of one shape, n times what
# makes it hard. All of it is on main.
#
#	chain	n commits
#	dates	the same, with dates by chance
#	old	the same, in a frozen tag v1
#	merges	n merges, each of one topic; both sides change one file
#	conflicts	the same, and they conflict
#	cross	two branches that merge each other n times, in one file
#	tags	300 commits, and n annotated tags v...
#	light	the same with lightweight ones u...
#	branches	the same with branches
#	shared	n shared tags s-..., each of one commit of another tree

function draw(n) { seed = (seed * 16807) % 2147483647; return seed % n }

function data(t) { printf "data %d\n%s\n", length(t), t }

function header(ref, subject,    at) {
	now += 60
	at = shape == "dates" ? 1000000000 + draw(500000000) : now
	print "commit " ref "\nmark :" ++mark
	printf "author A <a@example.com> %d +0000\n", at
	printf "committer C <c@example.com> %d +0000\n", at
	data(subject " " mark)
}

function put(path, text) {
	print "M 100644 inline " path
	data(text)
}

# A file of 60 lines, of which `changed` holds some, as "line=value" in blanks.
function lines(changed,    i, n, list, pair, value, t) {
	n = split(changed, list, " ")
	for (i = 1; i <= n; i++) {
		split(list[i], pair, "=")
		value[pair[1]] = pair[2]
	}
	for (i = 0; i < 60; i++)
		t = t "line " i ": " value[i] + 0 "\n"
	return t
}

function chain(count,    i) {
	for (i = 0; i < count; i++) {
		header("refs/heads/main", "Change")
		put("a/file" i % 50, "version " i "\n")
	}
	last = mark
}

# Each topic starts before the last merge and changes line 5, the main line 40;
# in conflicts both change 5.
function merges(count, ours,    i, from, line) {
	chain(1)
	for (i = 1; i <= count; i++) {
		from = last
		line = " 5=" i
		header("refs/heads/topic", "Theirs")
		print "from :" from
		put("a/shared", lines(main_line line))
		put("a/new" i % 100, i "\n")
		header("refs/heads/main", "Ours")
		print "from :" last
		main_line = " " ours "=" i + 1000000
		put("a/shared", lines(topic_line main_line))
		header("refs/heads/main", "Merge")
		print "from :" mark - 1
		print "merge :" mark - 2
		put("a/shared", lines(main_line line))
		put("a/new" i % 100, i "\n")
		topic_line = line
		last = mark
	}
	print "reset refs/heads/topic\nfrom 0000000000000000000000000000000000000000\n"
}

function cross(count,    i, x, y, a, b) {
	chain(1)
	x = y = last
	for (i = 1; i <= count; i++) {
		header("refs/heads/main", "Ours")
		print "from :" x
		put("a/shared", lines("5=" i " 40=" i - 1))
		a = mark
		header("refs/heads/other", "Theirs")
		print "from :" y
		put("a/shared", lines("5=" i - 1 " 40=" i))
		b = mark
		header("refs/heads/main", "Merge theirs")
		print "from :" a "\nmerge :" b
		put("a/shared", lines("5=" i " 40=" i))
		x = mark
		header("refs/heads/other", "Merge ours")
		print "from :" b "\nmerge :" a
		put("a/shared", lines("5=" i " 40=" i))
		y = mark
	}
	header("refs/heads/main", "Merge all")
	print "from :" x "\nmerge :" y
	print "reset refs/heads/other\nfrom 0000000000000000000000000000000000000000\n"
}

function refs(count, kind,    i) {
	chain(300)
	for (i = 1; i <= count; i++) {
		if (kind == "tags")
			printf "tag v%d\nfrom :%d\ntagger T <t@example.com> 1112911993 +0000\ndata 2\nt\n", \
				i, 1 + i % 300
		else
			printf "reset refs/%s%d\nfrom :%d\n\n", \
				kind == "light" ? "tags/u" : "heads/b", i, \
				1 + i % 300
	}
}

function shared(count,    i) {
	chain(300)
	for (i = 1; i <= count; i++) {
		header("refs/tags/s-" i, "For others")
		print "from :" 1 + i % 300
		put("b/file" i, "shared\n")
	}
}

BEGIN {
	seed = 20200515
	now = 1112911993
	if (shape == "chain" || shape == "dates")
		chain(n)
	else if (shape == "old") {
		chain(n)
		print "reset refs/tags/v1\nfrom :" last "\n"
	} else if (shape == "merges")
		merges(n, 40)
	else if (shape == "conflicts")
		merges(n, 5)
	else if (shape == "cross")
		cross(n)
	else if (shape == "shared")
		shared(n)
	else
		refs(n, shape)
}
