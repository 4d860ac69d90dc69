# SPDX-License-Identifier: GPL-2.0-only
#
# Reads paths, one a line, and prints a policy of `subsystems` subsystems for
# them: directories that hold files, those nearest to the root first, then
# files, then some that are not there. The tree "bench" owns nearly all of them, each
# together with one of 60 others; every 33rd is foreign to it.

function subsystem(pattern) {
	if (n >= subsystems)
		return
	n++
	printf "\n[subsystem \"s%05d\"]\ntree = t%02d\n", n, n % 60
	if (n % 33)
		print "tree = bench"
	print "path = " pattern
	if (n % 3 == 0)
		printf "path = include/linux/s%05d*.h\n", n
}

{
	file[NR] = $0
	depth = split($0, part, "/")
	name = ""
	for (i = 1; i < depth; i++)
		name = name part[i] "/"
	if (depth > deepest)
		deepest = depth
	if (depth > 1 && !(name in seen)) {
		seen[name] = 1
		dirs[depth] = dirs[depth] "\n" name
	}
}

END {
	print "[policy]\nversion = 1\n\n[tree \"bench\"]"
	for (i = 0; i < 60; i++)
		printf "[tree \"t%02d\"]\n", i
	for (i = 2; i <= deepest; i++) {
		k = split(substr(dirs[i], 2), list, "\n")
		for (j = 1; j <= k; j++)
			subsystem(list[j])
	}
	for (i = 1; i <= NR; i++)
		subsystem(file[i])
	for (i = 1; n < subsystems; i++)
		subsystem("nowhere/dir" i "/")
}
