#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What share of honest commits foreign-path flags: U-Boot's custodians send pull
# requests, and what was merged is what the project wanted.
#
#	alarms.bash U-BOOT SINCE [STEP [PROGRAM]]
#
# For each STEP-th merge of a custodian's tree since then, its commits are
# audited as that tree's, by the MAINTAINERS that stood before the merge. The
# policies: owners any and nearest, as imported, and the same with U-Boot's own
# tree for the catch-all (THE REST), which the import leaves out.
set -euo pipefail
export LC_ALL=C
cd "$1"
since=$2 step=${3:-1}
program=$(realpath "${4:-$(command -v git-treaty)}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat >"$work/hand.ini" <<'EOP'
[policy]
commons = **/MAINTAINERS
[tree "u-boot"]
role = upstream
signed = no
url = https://git.u-boot-project.org/u-boot/u-boot.git
url = https://source.denx.de/u-boot/u-boot.git
[rule "merge-changes"]
severity = off
EOP

# variant NAME SED-SCRIPT
variant() {
	sed "$2" "$work/policy.ini" >"$work/$1.ini"
}

make_policies() {
	"$program" policy import --no-infer --quiet --onto "$work/hand.ini" "$1:" \
		>"$work/policy.ini" 2>"$work/errors" || return 1
	variant any ''
	variant nearest 's/^commons = /owners = nearest\n&/'
	variant any+rest '/^\[subsystem "THE REST"\]/a tree = u-boot'
	variant nearest+rest 's/^commons = /owners = nearest\n&/
		/^\[subsystem "THE REST"\]/a tree = u-boot'
}

# "VARIANT COMMIT TREES" for each commit that is flagged.
audit_merge() {
	local merge=$1 tree=$2 variant

	for variant in any nearest any+rest nearest+rest; do
		"$program" audit --policy "$work/$variant.ini" --tree "$tree" \
			--format json "$merge^1..$merge^2" >"$work/json" ||
			[ $? = 1 ] || { echo "undecided: $merge"; continue; }
		jq -r --arg v $variant '.findings[] |
			select(.rule == "foreign-path") |
			"\($v) \(.commit) \([.paths[].tree // "nobody"] |
				unique | join("+") | gsub(" "; ""))"' \
			"$work/json" >>"$work/found"
	done
}

n=0 merges=0 commits=0 unknown=0
: >"$work/found"
while read -r merge subject; do
	name=$(grep -oE 'u-boot-[a-z0-9-]+(\.git)?( |$)' <<<"$subject" |
		tail -n 1 | sed -E 's/ $//; s/\.git$//' || true)
	[ -n "$name" ] || continue
	[ $((n++ % step)) = 0 ] || continue
	make_policies "$merge^1" || { unknown=$((unknown + 1)); continue; }
	tree=$(sed -nE "s,^\[tree \"(.*$name)\"\]$,\1,p" "$work/any.ini" |
		head -n 1)
	[ -n "$tree" ] || { unknown=$((unknown + 1)); continue; }
	audit_merge "$merge" "$tree"
	merges=$((merges + 1))
	commits=$((commits + $(git rev-list --no-merges --count \
		"$merge^1..$merge^2")))
done < <(git log --first-parent --merges --since="$since" --format='%H %s')

echo "$merges merges, $commits commits; $unknown merges of trees that" \
	"MAINTAINERS does not name"
for variant in any nearest any+rest nearest+rest; do
	flagged=$(awk -v v="$variant" '$1 == v' "$work/found" | cut -d' ' -f2 | sort -u |
		wc -l)
	echo "$variant: $flagged flagged" \
		"($((1000 * flagged / (commits ? commits : 1))) per mille)"
	awk -v v="$variant" '$1 == v' "$work/found" | cut -d' ' -f3 | sort | uniq -c |
		sort -rn | head -n 8 || true
done
