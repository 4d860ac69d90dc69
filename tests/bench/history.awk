# SPDX-License-Identifier: GPL-2.0-only
#
# Prints a stream for git fast-import(1): a history in the shape of a kernel's.
# Variables: commits, files, subsystems. The same ones give the same history.
#
# Topics of some commits each, most of them below one directory, are merged into
# the main line; every tenth commit is a merge. What is hard to judge in real
# histories is here as often as in U-Boot's, or more often:
#
# - Topics change lines of files that all of them share. Most of these merges
#   are clean, some conflict.
# - Topics and the main line merge each other, so that a later merge has two
#   bases.
# - Another project is pulled into vendor/lib/ by subtree merges.
# - Some merges are octopuses.
# - In the older half, some committers' clocks are wrong by months. (Git 2.39
#   lists wrong conflicts with --remerge-diff after such commits, which
#   takes it longer than it should.)

function draw(n) { seed = (seed * 16807) % 2147483647; return seed % n }

# Files

# The directory of subsystem s: three levels, as in drivers/net/ethernet/.
function dir(s) {
	return sprintf("top%02d/area%03d/sub%04d", s % 20, s % 260, s)
}

function path(f) {
	s = f % subsystems
	k = int(f / subsystems)
	return dir(s) (k % 4 == 3 ? "/deep" : "") "/file" k ".c"
}

function text(f, version,    i, t) {
	t = ""
	for (i = 0; i < 4 + f % 29; i++)
		t = t "static int value_" f "_" i " = " \
		    (i == version % (4 + f % 29) ? version : f) ";\n"
	return t
}

function data(t) { printf "data %d\n%s\n", length(t), t }

function put(name, t) {
	print "M 100644 inline " name
	data(t)
}

function modify(f, version) { put(path(f), text(f, version)) }

# The shared file k as topic t has it, or the main line (t = "main"): each line
# as the topic has changed it, or as it was where the topic began.
function put_shared(t, k,    l, all) {
	for (l = 0; l < LINES; l++)
		all = all "line " l " of " k ": " \
		      ((t, k, l) in own ? own[t, k, l] : begun[t, k, l] + 0) \
		      "\n"
	put("shared/list" k ".txt", all)
}

function begin_shared(t,    k, l) {
	for (k = 0; k < SHARED; k++)
		for (l = 0; l < LINES; l++) {
			delete own[t, k, l]
			begun[t, k, l] = begun["main", k, l]
		}
}

# The main line gets what the topic changed.
function take_shared(t,    n, i, place, list, done) {
	n = split(shared[t], list, " ")
	for (i = 1; i <= n; i++) {
		split(list[i], place, ":")
		begun["main", place[1], place[2]] = \
			own[t, place[1], place[2]]
	}
	for (i = 1; i <= n; i++) {
		split(list[i], place, ":")
		if (!(place[1] in done))
			put_shared("main", place[1])
		done[place[1]] = 1
	}
}

# Commits

function header(ref, subject, topic,    clock) {
	now += 60 + draw(600)
	clock = now
	if (mark < commits / 2 && !draw(90))
		clock += (draw(2) ? 1 : -1) * draw(15000000)
	print "commit " ref
	print "mark :" ++mark
	printf "author Writer %d <writer%d@example.com> %d +0000\n", \
		topic % 97, topic % 97, now - draw(86400)
	printf "committer Keeper %d <keeper%d@example.com> %d +0000\n", \
		topic % 31, topic % 31, clock
	data(subject "\n\n" PROSE "\nSigned-off-by: Writer " topic % 97 \
	     " <writer" topic % 97 "@example.com>\n")
}

function start(    f, k) {
	header("refs/heads/main", "Begin", 0)
	for (f = 0; f < files; f++)
		modify(f, 0)
	for (k = 0; k < SHARED; k++)
		put_shared("main", k)
	main_mark = mark
}

# Opens topic t at the main line's end, in a subsystem that no other one has.
function open_topic(t) {
	do
		s = draw(subsystems)
	while (busy[s])
	busy[s] = 1
	home[t] = s
	base[t] = main_mark
	tip[t] = main_mark
	left[t] = 3 + draw(13)
	touched[t] = shared[t] = ""
	crosses[t] = !draw(12)
	begin_shared(t)
}

function extend_topic(t,    n, f, k, l) {
	header("refs/heads/topic" t, "subsystem " home[t] ": mend something", t)
	print "from :" tip[t]
	n = 1 + (draw(3) == 0) + (draw(6) == 0)
	while (n--) {
		f = home[t] + subsystems * draw(int(files / subsystems))
		modify(f, mark)
		touched[t] = touched[t] " " f ":" mark
	}
	if (!draw(20)) {
		k = draw(SHARED)
		l = draw(LINES)
		own[t, k, l] = mark
		shared[t] = shared[t] " " k ":" l
		put_shared(t, k)
	}
	tip[t] = mark
	left[t]--
}

function put_touched(t,    n, i, pair, list) {
	n = split(touched[t], list, " ")
	for (i = 1; i <= n; i++) {
		split(list[i], pair, ":")
		modify(pair[1], pair[2])
	}
}

function merge_topic(t) {
	header("refs/heads/main", "Merge topic of subsystem " home[t], t)
	print "from :" main_mark
	print "merge :" tip[t]
	put_touched(t)
	take_shared(t)
	main_mark = mark
	busy[home[t]] = 0
}

function merge_two(t, u) {
	header("refs/heads/main", "Merge two topics", t)
	print "from :" main_mark
	print "merge :" tip[t]
	print "merge :" tip[u]
	put_touched(t)
	put_touched(u)
	take_shared(t)
	take_shared(u)
	main_mark = mark
	busy[home[t]] = busy[home[u]] = 0
}

# The topic merges the main line as that was before it merged the topic.
function cross(t,    before, k, l, was) {
	before = main_mark
	for (k = 0; k < SHARED; k++)
		for (l = 0; l < LINES; l++)
			was[k, l] = begun["main", k, l]
	merge_topic(t)
	busy[home[t]] = 1
	header("refs/heads/topic" t, "Merge branch main", t)
	print "from :" before
	print "merge :" tip[t]
	put_touched(t)
	for (k = 0; k < SHARED; k++) {
		for (l = 0; l < LINES; l++)
			begun[t, k, l] = was[k, l]
		if (index(shared[t], " " k ":"))
			put_shared(t, k)
	}
	tip[t] = mark
	crosses[t] = 0
}

# Another project, whose root becomes vendor/lib/ here.
function put_library(prefix,    i) {
	for (i = 0; i < 20; i++)
		if (!library || i == library % 20)
			put(prefix "core" i ".c", text(i, library))
}

function pull_library() {
	header("refs/heads/library", "Import the library " library, 0)
	if (library)
		print "from :" library_mark
	put_library("")
	library_mark = mark
	header("refs/heads/main", "Merge the library " library, 0)
	print "from :" main_mark
	print "merge :" library_mark
	put_library("vendor/lib/")
	main_mark = mark
	library++
}

function step(t,    u) {
	u = (t + 1) % topics
	if (left[t] > 0) {
		extend_topic(t)
		if (crosses[t] && left[t] == 2)
			cross(t)
		return
	}
	if (++merges % 70 == 0)
		pull_library()
	if (merges % 40 == 0 && tip[u] != base[u]) {
		merge_two(t, u)
		open_topic(u)
	} else {
		merge_topic(t)
	}
	open_topic(t)
}

BEGIN {
	seed = 20200515
	SHARED = 12
	LINES = 128
	PROSE = "What was wrong, and why this mends it, in some lines of\n" \
		"prose as they stand in a real commit's message.\n"
	now = 1112911993
	mark = library = 0
	start()
	topics = subsystems < 80 ? int(subsystems / 2) : 40
	for (t = 0; t < topics; t++)
		open_topic(t)
	while (mark < commits)
		step(draw(topics))
	for (t = 0; t < topics; t++)
		if (tip[t] != base[t])
			merge_topic(t)
	for (t = 0; t < topics; t++)
		printf "reset refs/heads/topic%d\nfrom %040d\n\n", t, 0
	printf "reset refs/heads/library\nfrom %040d\n\n", 0
}
