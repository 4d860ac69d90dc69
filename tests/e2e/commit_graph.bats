#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# A commit-graph that is wrong does not make a push right.

load lib

# server.git with a history that kvm's policy accepts, and a commit-graph.
history() {
	default_policy
	git init -q server.git --bare
	git init -q work
	cd work
	for i in 1 2 3 4 5 6; do
		mkdir -p arch/x86/kvm
		echo $i >arch/x86/kvm/file
		git add .
		test_tick
		git commit -q -m "kvm: $i"
	done
	git push -q ../server.git HEAD:refs/heads/main
	git -C ../server.git commit-graph write --reachable --no-progress
	chmod u+w "$GRAPH"
}

setup() {
	sandbox
	GRAPH=$BATS_TEST_TMPDIR/server.git/objects/info/commit-graph
	history
}

# entry COMMIT: where the graph has the commit's data.
entry() {
	local toc at n

	toc=$(grep -abo CDAT "$GRAPH" | head -n 1 | cut -d: -f1)
	at=$((16#$(od -An -tx1 -j $((toc + 4)) -N 8 "$GRAPH" | tr -d ' ')))
	n=$(git rev-list --all | sort | grep -n "$(git rev-parse "$1")" |
		cut -d: -f1)
	echo $((at + (n - 1) * 36))
}

# patch OFFSET BYTES
patch() {
	printf "$2" | dd of="$GRAPH" bs=1 seek="$1" conv=notrunc status=none
}

audit() {
	run --separate-stderr git -C ../server.git treaty audit \
		--policy "$POLICY" --tree kvm
}

# receive: what the hook says to main being pushed for the first time.
receive() {
	git -C ../server.git update-ref -d refs/heads/main
	run --separate-stderr git -C ../server.git treaty pre-receive \
		--policy "$POLICY" --tree kvm \
		<<<"$(printf %040d 0) $(git rev-parse HEAD) refs/heads/main"
}

@test "a sound commit-graph is used, and changes nothing" {
	audit
	[ "$status" = 0 ]
	[[ "$output" == *"6 new commits"* ]]
	receive
	[ "$status" = 0 ]
}

@test "a commit-graph with another parent of a commit is noticed by a hook" {
	patch $(($(entry HEAD~1) + 20)) '\x70\0\0\0'
	receive
	[ "$status" = 128 ]
	[[ "$stderr" == *"the commit-graph is wrong about commit $(git \
		rev-parse HEAD~1)"* ]]
}

@test "a commit-graph with another tree of a commit is noticed by a hook" {
	patch "$(entry HEAD~2)" '\1\2\3'
	receive
	[ "$status" = 128 ]
	[[ "$stderr" == *"the commit-graph is wrong"* ]]
}

@test "an audit believes the commit-graph, as git log does" {
	patch "$(entry HEAD~2)" '\1\2\3'
	audit
	[ "$status" = 128 ]
	[[ "$stderr" == *"tree 010203"*" is missing"* ]]
}

@test "a commit-graph with parents that are not in it is left alone" {
	patch $(($(entry HEAD~1) + 20)) '\0\0\xff\xff'
	audit
	[ "$status" = 0 ]
	[[ "$output" == *"6 new commits"* ]]
}

@test "a commit-graph with dates that go up is left alone" {
	patch $(($(entry HEAD~3) + 28)) '\0\0\0\x4f\x7f\xff\xff\xff'
	audit
	[ "$status" = 0 ]
	[[ "$output" == *"6 new commits"* ]]
}

@test "a cut commit-graph is left alone" {
	truncate -s 700 "$GRAPH"
	audit
	[ "$status" = 0 ]
	[[ "$output" == *"6 new commits"* ]]
}

@test "core.commitGraph = false is heeded" {
	patch "$(entry HEAD~2)" '\1\2\3'
	git -C ../server.git config core.commitGraph false
	audit
	[ "$status" = 0 ]
}

@test "with replace refs or grafts the commit-graph is left alone, as by git" {
	patch "$(entry HEAD~2)" '\1\2\3'
	git -C ../server.git update-ref refs/replace/"$(git rev-parse HEAD~4)" \
		HEAD~5
	audit
	[ "$status" = 0 ]
	git -C ../server.git pack-refs --all
	audit
	[ "$status" = 0 ]
	git -C ../server.git update-ref -d \
		refs/replace/"$(git rev-parse HEAD~4)"
	audit
	[ "$status" = 128 ]
	git rev-parse HEAD~3 >../server.git/info/grafts
	audit
	[ "$status" = 0 ]
}

# A commit of another tree, dated 2106, and one above it: some versions of git
# note a date for that which is before its parent's.
@test "a finding that rests on a commit-graph in disorder is none" {
	mkdir -p arch/x86/entry
	echo foreign >arch/x86/entry/file
	git add .
	GIT_COMMITTER_DATE='@4294968296 +0000' git commit -q -m 'x86/entry: far'
	git tag far
	test_tick
	git commit -q --allow-empty -m 'kvm: above'
	git push -q ../server.git HEAD:refs/heads/main far~1:refs/heads/base
	git -C ../server.git commit-graph write --reachable --no-progress
	chmod u+w "$GRAPH"
	git -C ../server.git -c core.commitGraph=false log --all \
		--format='%H %ct' |
		"$BATS_TEST_DIRNAME/../oracle/cut_dates" "$GRAPH"
	git checkout -q far
	echo topic >arch/x86/kvm/topic
	git add .
	test_tick
	git commit -q -m 'kvm: topic'
	git push -q ../server.git HEAD:refs/scratch/topic
	run --separate-stderr git -C ../server.git treaty pre-receive \
		--policy "$POLICY" --tree kvm \
		<<<"$(printf %040d 0) $(git rev-parse HEAD) refs/heads/topic"
	[ "$status" = 0 ]
	# The same commit is none of what was there if no branch has it.
	git -C ../server.git update-ref refs/heads/main base
	run --separate-stderr git -C ../server.git treaty pre-receive \
		--policy "$POLICY" --tree kvm \
		<<<"$(printf %040d 0) $(git rev-parse HEAD) refs/heads/topic"
	[ "$status" = 1 ]
	[[ "$stderr" == *"x86/entry: far"* ]]
}
