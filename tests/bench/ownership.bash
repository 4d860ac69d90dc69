#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What ownership costs on Linux 6.1, and what others take for the same:
# scripts/get_maintainer.pl, and git check-attr with the same patterns.
#
#	ownership.bash LINUX [BUILD]
#
# LINUX is an unpacked linux-source-6.1, BUILD a release build (build/release).
set -euo pipefail
export LC_ALL=C
linux=$(realpath "$1")
here=$(dirname "$(realpath "$0")")
build=$(realpath "${2:-$here/../../build/release}")
program=$build/git-treaty
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cmake --build "$build" --target git-treaty bench_ownership >/dev/null

# best N COMMAND...: the shortest of N runs, in seconds.
best() {
	local n=$1 i

	shift
	for ((i = 0; i < n; i++)); do
		local start=$EPOCHREALTIME
		"$@" >/dev/null
		echo "$start $EPOCHREALTIME"
	done | awk '{ t = $2 - $1; if (!b || t < b) b = t }
		END { printf "%.3f\n", b }'
}

cd "$linux"
find . -type f -o -type l | sed 's,^\./,,' | sort >"$work/paths"
n=$(wc -l <"$work/paths")
policy=$work/policy.ini
"$program" policy import --quiet MAINTAINERS >"$policy"

owner() { "$program" owner --policy "$policy" - <"$work/paths"; }
one() { "$program" owner --policy "$policy" Makefile; }
script() {
	scripts/get_maintainer.pl --nogit --nogit-fallback --noemail --nol \
		--nokeywords --subsystem -f "$1"
}
oracle() { perl "$here/../ownership/oracle.pl" <"$work/some"; }

echo "import MAINTAINERS: $(best 5 "$program" policy import --quiet \
	MAINTAINERS) s"
echo "owner of one path, process and all: $(best 5 one) s"
echo "owner of all $n paths, printed: $(best 3 owner) s"
"$build/tests/bench_ownership" "$policy" <"$work/paths"

echo "get_maintainer.pl, one path: $(best 3 script Makefile) s"
shuf -n 500 --random-source=<(yes 4 || true) "$work/paths" >"$work/some"
echo "its patterns in one process, 500 paths: $(best 1 oracle) s"

# Each glob as an attribute of its own; git has no regular expressions.
git init -q "$work/repo"
awk '/^\[subsystem/ { n++ } /^path = / { sub(/^path = /, ""); sub(/\/$/, "/**")
	print "/" $0 " s" n }' "$policy" >"$work/repo/.gitattributes"
attributes() { git -C "$work/repo" check-attr --stdin -a <"$work/paths"; }
echo "git check-attr -a, all $n paths," \
	"$(wc -l <"$work/repo/.gitattributes") patterns: $(best 1 attributes) s"
