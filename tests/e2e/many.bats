#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# More commits than one process judges.

load lib

# long.git: 1,300 commits of kvm, of which every hundredth touches mm.
setup() {
	sandbox
	default_policy
	git init -q --bare long.git
	for i in {1..1300}; do
		echo "commit refs/heads/main"
		echo "committer C <c@example.com> $((TICK + i)) +0000"
		printf 'data 5\n%05d\n' "$i"
		printf 'M 100644 inline virt/f%d\ndata 5\n%05d\n' \
			$((i % 40)) "$i"
		[ $((i % 100)) != 0 ] ||
			printf 'M 100644 inline mm/f\ndata 5\n%05d\n' "$i"
	done | git -C long.git fast-import --quiet
}

audit() {
	run --separate-stderr "${ONE[@]}" git -C long.git treaty audit \
		--policy "$POLICY" --tree kvm "$@" main
}

@test "many commits are judged by many processes in the order of one" {
	local all

	audit --format json
	[ "$status" = 1 ]
	[ "$(jq .commits <<<"$output")" = 1300 ]
	[ "$(jq '.findings | length' <<<"$output")" = 13 ]
	[ "$(jq -r '.findings[].subject' <<<"$output" | tr '\n' ' ')" = \
		"$(printf '%05d ' {100..1300..100})" ]
	all=$output
	ONE=(taskset -c 0)
	audit --format json
	[ "$output" = "$all" ]
}

@test "an object missing from the middle makes the whole undecided" {
	local tree

	tree=$(git -C long.git rev-parse main~400:virt)
	mv long.git/objects/pack kept
	mkdir long.git/objects/pack
	git -C long.git unpack-objects -q <"$(echo kept/*.pack)"
	rm "long.git/objects/${tree:0:2}/${tree:2}"
	audit
	[ "$status" = 128 ]
	[[ "$stderr" == *"$tree is missing"* ]]
	[ -z "$output" ]
}

@test "--progress says how far it is, on standard error; else a pipe is quiet" {
	audit
	[ "$status" = 1 ]
	[ -z "$stderr" ]
	audit --progress
	[ "$status" = 1 ]
	[[ "$stderr" == *"Judging commits: 100% (1300/1300), done in "* ]]
	[[ "$output" != *Judging* ]]
}

@test "what one process cannot decide, the whole cannot" {
	local name

	name=$(printf 'a%.0s' {1..200}).d
	git -C long.git worktree add -q --detach ../work main
	mkdir "work/$name"
	echo x >"work/$name/b"
	git -C work add . && git -C work commit -q -m 'A path of its own'
	add_policy <<-'EOP'
		[subsystem "odd"]
		tree  = kvm
		match = ^(a+)+b
	EOP
	git -C long.git branch -f main "$(git -C work rev-parse HEAD)"
	audit
	[ "$status" = 128 ]
	[[ "$stderr" == *"cannot decide: "* ]]
}

# copies NAME: 600 commits, each with a file of its own; every tenth has another
# text in each branch.
copies() {
	for i in {1..600}; do
		echo "commit refs/heads/$1"
		echo "author A$1 <a@example.com> $((TICK + i)) +0000"
		echo "committer C <c@example.com> $((TICK + 2000 + i)) +0000"
		printf 'data 5\n%05d\n' "$i"
		[ "$i" != 1 ] || echo "from refs/heads/main~1299"
		printf 'M 100644 inline virt/g%d\n' "$i"
		if [ $((i % 10)) = 0 ]; then
			printf 'data <<X\n%s %d\nX\n' "$1" "$i"
		else
			printf 'data <<X\n%d\nX\n' "$i"
		fi
	done
}

@test "many copies are found by many processes as by one" {
	local all

	add_policy <<-'EOP'
		[shared-tag "kvm-*"]
		tree   = kvm
		signed = no
	EOP
	{ copies one; copies two; } | git -C long.git fast-import --quiet
	git -C long.git -c user.name=C -c user.email=c@example.com \
		tag -a -m One kvm-1 one
	git -C long.git branch -f main two
	git -C long.git update-ref -d refs/heads/one
	audit --format json
	[ "$status" = 1 ]
	[ "$(jq '[.findings[] | select(.rule == "rebased-tag")] | length' \
		<<<"$output")" = 540 ]
	all=$output
	ONE=(taskset -c 0)
	audit --format json
	[ "$output" = "$all" ]
}

# merges.git: 5,040 commits of kvm, 630 of them merges, two of which change a file
# of mm.
make_merges() {
	local i time=0

	git init -q --bare merges.git
	for ((i = 1; i <= 630; i++)); do
		for side in 1 2 3 4 5 6 7; do
			[ $i = 1 ] || [ $side != 1 ] ||
				printf '%s refs/heads/%s\n' reset side from main
			echo "commit refs/heads/side"
			echo "committer C <c@example.com> $((TICK + ++time)) +0000"
			printf 'data 2\ns\nM 100644 inline virt/s\ndata 7\n%04d-%d\n' \
				$i $side
		done
		echo "commit refs/heads/main"
		echo "mark :$i"
		echo "committer C <c@example.com> $((TICK + ++time)) +0000"
		printf 'data 2\nm\n'
		[ $i != 1 ] || printf 'from refs/heads/side\n'
		[ $i = 1 ] || printf 'from :%d\nmerge refs/heads/side\n' $((i - 1))
		printf 'M 100644 inline virt/s\ndata 7\n%04d-7\n' $i
		((i % 300)) || printf 'M 100644 inline mm/f\ndata 5\n%04d\n' $i
	done | git -C merges.git fast-import --quiet
}

# A git that tells what it was told to do.
telling_git() {
	cat >"$BATS_TEST_TMPDIR/bin/git" <<-EOS
		#!/bin/sh
		echo "\$*" >>"$TMPDIR/told"
		exec $(command -v git) "\$@"
	EOS
	chmod +x "$BATS_TEST_TMPDIR/bin/git"
}

# judge [CONFIG]: what pre-receive says of merges.git's main.
judge() {
	git -C merges.git config treaty.policy "$POLICY"
	git -C merges.git config treaty.tree kvm
	git -C merges.git config core.commitGraph "${1:-true}"
	run_hook merges.git pre-receive <<<"$(printf %040d 0) $tip refs/heads/main"
}

@test "a long history is merged again with a commit-graph" {
	local with

	make_merges
	tip=$(git -C merges.git rev-parse main)
	[ "$(git -C merges.git rev-list --count --merges main)" = 629 ]
	git -C merges.git update-ref -d refs/heads/main
	git -C merges.git update-ref -d refs/heads/side
	git -C merges.git treaty install --quiet --policy "$POLICY" --tree kvm
	telling_git
	judge
	assert_status 1
	assert_finding merge-changes error
	grep -q 'commit-graph write' "$TMPDIR/told"
	[ ! -e merges.git/objects/info/commit-graph ]
	with=$output
	# Git would use none here.
	rm "$TMPDIR/told"
	judge false
	[ "$output" = "$with" ]
	! grep -q 'commit-graph write' "$TMPDIR/told" || fail "wrote one"
	rm "$BATS_TEST_TMPDIR/bin/git"
}
