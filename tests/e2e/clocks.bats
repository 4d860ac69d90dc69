# SPDX-License-Identifier: GPL-2.0-only
# Walks go by dates, and dates may say anything: commits of 1970, of 2106 and
# later, of years that no commit-graph can hold, and in random order. Whatever
# answer excuses a push is right all the same, with a commit-graph or without.
# src/README.md lists the walks; tests/oracle/walks holds those of git/ against
# git's own answers.

load lib

setup() {
	sandbox
	default_policy
	sed -i 's/^\[tree "kvm"\]/&\nbase = v*/' "$POLICY"
	add_policy <<-'EOP'
		[rule "tagged-base"]
		severity = error

		[shared-tag "core-*"]
		tree   = tip
		freeze = merge
		signed = no

		[shared-tag "noinstr-*"]
		tree     = tip
		based-on = v*
		signed   = no
	EOP
}

# odd_tick: the next commit's date is what $CLOCK says.
odd_tick() {
	local date

	N=$((N + 1))
	case "$CLOCK" in
	1970) date=$((100 + N)) ;;
	2106) date=$(((1 << 32) + N)) ;;
	2514) date=$(((1 << 34) + N)) ;;
	random) date=$((RANDOM * RANDOM * 8)) ;;
	esac
	export GIT_AUTHOR_DATE="@$date +0000" GIT_COMMITTER_DATE="@$date +0000"
}

# slope: more commits than a walk goes on by dates alone.
slope() {
	local i

	for i in {1..9}; do
		odd_tick
		git commit -q --allow-empty -m "Step $N"
	done
}

# odd_merge REV: a merge of such a date.
odd_merge() {
	odd_tick
	git merge -q --no-ff --no-edit "$1" >/dev/null
}

# from REV [BRANCH]: goes there.
from() {
	git checkout -q --detach "$1"
	[ $# -lt 2 ] || git checkout -q -b "$2"
}

# Upstream has odd dates between its releases v1.0 and v1.1.
seed() {
	commit virt/a mm/a arch/x86/a -m 'Everything'
	tag v1.0
	slope
	git branch middle
	slope
	tag v1.1
	git push -q origin v1.0 v1.1 v1.0^0:refs/heads/main
}

merged_drafts_are_frozen() {
	from v1.0
	commit arch/x86/a
	tag core-1
	push_ok origin core-1
	from v1.0 next
	slope
	odd_merge core-1
	slope
	push_ok origin next
	assert_no_finding
	from v1.0
	commit arch/x86/a -m 'Redone'
	test_tick
	git tag -f -a -m x core-1 >/dev/null
	push_refused origin +core-1
	assert_only_finding immutable-tag error
	# A draft that no branch has.
	tag core-2
	push_ok origin core-2
	git commit -q --amend -m 'Redone again'
	test_tick
	git tag -f -a -m x core-2 >/dev/null
	push_ok origin +core-2
	assert_redone core-2
}

branches_are_not_rewound() {
	push_refused --force origin next~12:next
	assert_finding rewound-branch error
	from v1.0 own
	slope
	push_ok origin own
	push_refused origin :own
	assert_only_finding rewound-branch error
	git checkout -q next
	odd_merge own
	slope
	push_ok origin next
	push_ok origin :own
	assert_no_finding
}

nothing_is_laundered() {
	from v1.0
	commit arch/x86/z
	slope
	push_ok origin HEAD:refs/x/y
	push_refused origin HEAD:refs/heads/bad
	assert_finding foreign-path error
	from v1.0
	slope
	push_ok origin HEAD:refs/heads/good
	assert_no_finding
}

# Another branch has the foreign commit, below odd dates.
what_branches_had_is_not_new() {
	from v1.1 old
	commit arch/x86/old
	slope
	without_hook kvm git push -q origin old
	git checkout -q next
	merge old~9
	push_ok origin next
	assert_no_finding
	from old~9
	commit arch/x86/old
	git checkout -q next
	merge HEAD@{1}
	push_refused origin next
	assert_finding foreign-path error
	git reset -q --hard HEAD~
}

nothing_starts_at_linux_next() {
	from v1.1
	slope
	tag next-1
	slope
	tag next-2
	push_ok origin next-1 next-2
	from next-2~5
	slope
	push_refused origin HEAD:refs/heads/bad
	assert_finding forbidden-base error
	from v1.1
	slope
	push_ok origin HEAD:refs/heads/of-v1.1
	assert_no_finding
}

work_starts_at_tags() {
	from next~5
	slope
	push_refused origin HEAD:refs/heads/bad
	assert_only_finding tagged-base error
	from middle
	slope
	push_refused origin HEAD:refs/heads/bad
	assert_only_finding tagged-base error
	# A shared tag, too.
	from middle
	commit arch/x86/b
	tag noinstr-1
	push_refused origin noinstr-1
	assert_only_finding shared-tag error
	git tag -d noinstr-1
	from v1.1
	slope
	commit arch/x86/b
	tag noinstr-1
	push_ok origin noinstr-1
	assert_no_finding
}

copies_do_not_take_the_place_of_originals() {
	from v1.1 fixes
	slope
	test_tick
	GIT_COMMITTER_NAME=Other git cherry-pick noinstr-1 >/dev/null
	slope
	push_refused origin fixes
	assert_finding rebased-tag error
	# The original is on the branch as well: below odd dates, too.
	odd_merge noinstr-1
	slope
	push_refused origin fixes
	assert_finding foreign-path error
	assert_finding duplicate-patch warn
	! findings | grep -q 'error rebased-tag' || fail 'no copy in place'
	git reset -q --hard v1.1
	odd_merge noinstr-1
	slope
	push_ok origin fixes
	assert_no_finding
}

frozen_tags_are_not_dropped() {
	without_hook kvm git push -q origin fixes:auto-x :fixes
	from v1.1
	slope
	push_refused --force origin HEAD:auto-x
	assert_only_finding rebased-tag error
	push_ok origin fixes
	push_ok --force origin HEAD:auto-x
	assert_no_finding
}

# all CLOCK: each of them, without a commit-graph, and with one that grows.
all() {
	local graph step

	CLOCK=$1
	RANDOM=11
	for graph in no yes; do
		N=0
		rm -rf "$BATS_TEST_TMPDIR"/kvm{,.git}
		kvm_server
		for step in merged_drafts_are_frozen branches_are_not_rewound \
			nothing_is_laundered what_branches_had_is_not_new \
			nothing_starts_at_linux_next \
			work_starts_at_tags \
			copies_do_not_take_the_place_of_originals \
			frozen_tags_are_not_dropped; do
			[ $graph = no ] || git -C "$SERVER" commit-graph write \
				--reachable --no-progress
			echo "# $step, commit-graph: $graph"
			$step
		done
	done
}

@test "commits of 1970" {
	all 1970
}

@test "commits of 2106" {
	all 2106
}

@test "commits of 2514" {
	all 2514
}

@test "commits in random order" {
	all random
}
