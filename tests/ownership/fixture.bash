#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Holds ownership against Linux's own scripts/get_maintainer.pl.
#
#	fixture.bash make LINUX		makes MAINTAINERS.xz, directories.xz and
#					expected.xz out of an unpacked Linux 6.1
#	fixture.bash full LINUX [PROGRAM]	all files of it, not only the sample
#	fixture.bash verify LINUX [N]	oracle.pl against the script itself, for N
#					files chosen by chance
#
# Linux is that of Debian 12's package linux-source-6.1:
#	tar xJf /usr/src/linux-source-6.1.tar.xz
#
# expected.xz has, as oracle.pl prints them, the sections of 2,000 files chosen by
# a fixed seed and of all those that a special pattern matches. `make` and `full`
# take about ten minutes, nearly all of it the oracle's.
set -euo pipefail
export LC_ALL=C
here=$(dirname "$(realpath "$0")")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

sample=2000 seed=4

all_files() {
	find . -type f -o -type l | sed 's,^\./,,' | sort
}

# Bytes for shuf, the same each time.
random() {
	yes "$1" 2>/dev/null || true
}

run_oracle() {
	[ -s "$work/oracle" ] || perl "$here/oracle.pl" >"$work/oracle"
}

make_fixture() {
	cd "$1"
	all_files | run_oracle
	{
		grep '^!' "$work/oracle" | sed 's/^!//'
		shuf -n $sample --random-source=<(random $seed) "$work/oracle" |
			sed 's/^!//'
	} | sort -u >"$work/expected"
	# What an F: may name without a slash at its end.
	sed -nE 's/^[FX]:[ \t]*([^.*?]*[^.*?\/])$/\1/p' MAINTAINERS | sort -u |
		while read -r path; do
			[ ! -d "$path" ] || echo "$path"
		done >"$work/directories"
	for file in expected directories; do
		xz -9 -c "$work/$file" >"$here/$file.xz"
	done
	xz -9 -c MAINTAINERS >"$here/MAINTAINERS.xz"
	wc -l "$work/expected" "$work/directories"
}

# "PATH<TAB>SECTION..." from what `owner --format json` prints.
sections() {
	jq -r '.paths[] | [.path, (.subsystems[].name | gsub("\t"; "\\t"))] |
		join("\t")'
}

full() {
	local program

	program=$(realpath "${2:-$(command -v git-treaty)}")
	cd "$1"
	all_files >"$work/files"
	"$program" policy import --no-infer --quiet MAINTAINERS >"$work/policy.ini"
	"$program" owner --policy "$work/policy.ini" --format json - \
		<"$work/files" | sections >"$work/ours"
	run_oracle <"$work/files"
	sed 's/^!//' "$work/oracle" >"$work/theirs"
	diff "$work/theirs" "$work/ours" >"$work/diff" || true
	head -n 20 "$work/diff"
	echo "$(comm -12 <(sort "$work/theirs") <(sort "$work/ours") | wc -l)" \
		"of $(wc -l <"$work/files") paths agree"
	[ ! -s "$work/diff" ]
}

# The command as people run it.
from_script() {
	scripts/get_maintainer.pl --nogit --nogit-fallback --noemail --nol \
		--nokeywords --subsystem -f "$1" | sed 's/\t/\\t/g' | sort
}

verify() {
	local differ=0

	cd "$1"
	all_files | shuf -n "${2:-300}" >"$work/files"
	run_oracle <"$work/files"
	while IFS=$'\t' read -r path rest; do
		path=${path#!}
		if ! diff <(from_script "$path") \
			<(tr '\t' '\n' <<<"$rest" | sort) >/dev/null; then
			echo "differs: $path"
			differ=$((differ + 1))
		fi
	done <"$work/oracle"
	echo "$differ of $(wc -l <"$work/files") files differ"
	[ $differ = 0 ]
}

case ${1-} in
make) make_fixture "$2" ;;
full) shift; full "$@" ;;
verify) shift; verify "$@" ;;
*)
	sed -n '/^#\t/s/^#//p' "$0" >&2
	exit 129 ;;
esac
