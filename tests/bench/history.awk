# SPDX-License-Identifier: GPL-2.0-only
#
# Prints a stream for git fast-import(1): a history in the shape of a kernel's.
# Variables: commits, files, subsystems. Topics of some commits each, most of
# them below one directory, are merged into the main line; every tenth commit
# is a merge. The same variables give the same history.

function draw(n) { seed = (seed * 16807) % 2147483647; return seed % n }

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

function modify(f, version) {
	print "M 100644 inline " path(f)
	data(text(f, version))
}

function header(ref, subject, topic) {
	now += 60 + draw(600)
	print "commit " ref
	print "mark :" ++mark
	printf "author Writer %d <writer%d@example.com> %d +0000\n", \
		topic % 97, topic % 97, now - draw(86400)
	printf "committer Keeper %d <keeper%d@example.com> %d +0000\n", \
		topic % 31, topic % 31, now
	data(subject "\n\n" PROSE "\nSigned-off-by: Writer " topic % 97 \
	     " <writer" topic % 97 "@example.com>\n")
}

function start() {
	header("refs/heads/main", "Begin", 0)
	for (f = 0; f < files; f++)
		modify(f, 0)
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
	touched[t] = ""
}

function extend_topic(t,    n, f) {
	header("refs/heads/topic" t, "subsystem " home[t] ": mend something", t)
	print "from :" tip[t]
	n = 1 + (draw(3) == 0) + (draw(6) == 0)
	while (n--) {
		f = home[t] + subsystems * draw(int(files / subsystems))
		modify(f, mark)
		touched[t] = touched[t] " " f ":" mark
	}
	tip[t] = mark
	left[t]--
}

function merge_topic(t,    n, i, pair, list) {
	header("refs/heads/main", "Merge topic of subsystem " home[t], t)
	print "from :" main_mark
	print "merge :" tip[t]
	n = split(touched[t], list, " ")
	for (i = 1; i <= n; i++) {
		split(list[i], pair, ":")
		modify(pair[1], pair[2])
	}
	main_mark = mark
	busy[home[t]] = 0
}

BEGIN {
	seed = 20200515
	PROSE = "What was wrong, and why this mends it, in some lines of\n" \
		"prose as they stand in a real commit's message.\n"
	now = 1112911993
	mark = 0
	start()
	topics = subsystems < 80 ? int(subsystems / 2) : 40
	for (t = 0; t < topics; t++)
		open_topic(t)
	while (mark < commits) {
		t = draw(topics)
		if (left[t] > 0) {
			extend_topic(t)
		} else {
			merge_topic(t)
			open_topic(t)
		}
	}
	for (t = 0; t < topics; t++)
		if (tip[t] != base[t])
			merge_topic(t)
	for (t = 0; t < topics; t++)
		printf "reset refs/heads/topic%d\nfrom %040d\n\n", t, 0
}
