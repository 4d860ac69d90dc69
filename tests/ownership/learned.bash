#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What `policy learn` is worth on U-Boot, whose custodians send pull requests:
# a policy out of its MAINTAINERS, learned from one part of its history, judges
# the other.
#
#	learned.bash U-BOOT [SINCE [SPLIT [PROGRAM [LEARN-OPTION...]]]]
#
# Prints the figures, and lists 50 of the commits that are still flagged, drawn
# with the number SEED (default: 1), to be looked at by hand.
#
# Thresholds must not be chosen by what they are judged by. With FOLDS=1, prints
# instead what four spans of the part before SPLIT say, each learned from all
# that came before it: choose by these.
set -euo pipefail
export LC_ALL=C
program=$(realpath "${4:-$(command -v git-treaty)}")
since=${2:-2022-01-01} split=${3:-2025-02-20}
cd "$1"
options=("${@:5}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# What the author of U-Boot's policy would write: who is upstream, and the
# custodians' trees that MAINTAINERS lacks (`policy learn` lists their URLs).
cat >"$work/hand.ini" <<'EOP'
[policy]
mode = report
commons = **/MAINTAINERS
[tree "u-boot"]
role = upstream
signed = no
ref = refs/tags/v*
url = https://git.u-boot-project.org/u-boot/u-boot.git
url = https://source.denx.de/u-boot/u-boot.git
[tree "raspberrypi"]
url = https://source.denx.de/u-boot/custodians/u-boot-raspberrypi
[rule "foreign-path"]
accept-ack = yes
accept-committer = yes
[rule "merge-changes"]
severity = off
EOP

seconds() {
	local start

	start=$(date +%s%N)
	"$@" || [ $? = 1 ]
	echo "$(($(date +%s%N) - start))" >"$work/time"
}

# "FIGURE: PART of ALL (PERCENT)"
share() {
	awk -v what="$1" -v part="$2" -v all="$3" 'BEGIN {
		printf "%s: %d of %d (%.1f%%)\n", what, part, all,
			all ? 100 * part / all : 0 }'
}

audit() {
	seconds "$program" audit --pulls --format json --policy "$1" \
		--since "$split 00:00 +0000" >"$work/json"
}

of_json() {
	jq "$1" "$work/json"
}

# The day at a hundredth of the time from SINCE to SPLIT.
day_at() {
	local from to

	from=$(date -u -d "$since" +%s)
	to=$(date -u -d "$split" +%s)
	date -u -d "@$((from + (to - from) * $1 / 100))" +%F
}

folds() {
	local at day end

	echo 'learned until, judged until: lines, commits, pulls, wrong tree'
	for at in 40 55 70 85; do
		day=$(day_at $at) end=$(day_at $((at + 15)))
		"$program" policy learn --since "$since 00:00 +0000" \
			--split "$day" "${options[@]}" \
			--policy "$work/policy.ini" \
			"$(git rev-list -1 --first-parent \
				--before="$end 00:00 +0000" HEAD)" |
			sed -n "s/^;   with all of them/$day $end:/p"
	done
}

"$program" policy import --quiet --onto "$work/hand.ini" HEAD: \
	>"$work/policy.ini"
if [ -n "${FOLDS:-}" ]; then
	folds
	exit
fi
seconds "$program" policy learn --since "$since 00:00 +0000" --split "$split" \
	"${options[@]}" --onto "$work/policy.ini" >"$work/learned.ini" \
	2>"$work/figures"
cat "$work/figures"
echo "learned in $(($(cat "$work/time") / 1000000)) ms"
for policy in policy learned; do
	audit "$work/$policy.ini"
	echo
	echo "audit --pulls by $policy.ini: $(($(cat "$work/time") / 1000000)) ms"
	share 'pulls whose tree is told, of those whose subject has a URL' \
		"$(of_json '[.pulls[] | select(.subject | test("://")) |
			select(.tree)] | length')" \
		"$(of_json '[.pulls[] | select(.subject | test("://"))] |
			length')"
	share 'commits flagged as error' \
		"$(of_json '[.pulls[].findings[] | select(.severity == "error"
			and .rule == "foreign-path") | .commit] | unique |
			length')" \
		"$(of_json '[.pulls[] | select(.tree) | .commits] | add')"
	share 'pulls with an error' \
		"$(of_json '[.pulls[] | select(.verdict == "refuse")] |
			length')" \
		"$(of_json '[.pulls[] | select(.tree)] | length')"
done
echo
echo "50 flagged commits, drawn with SEED=${SEED:-1}:"
jq -r '.pulls[] | .tree as $tree | .findings[] |
	select(.severity == "error") | "\(.commit) \($tree) \(.subject) <- \(
	[.paths[] | "\(.path) (\(.tree))"] | unique | .[0:3] | join(", "))"' \
	"$work/json" | sort -u |
	shuf -n 50 --random-source=<(yes "${SEED:-1}")
