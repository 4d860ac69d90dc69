# SPDX-License-Identifier: GPL-2.0-only
# Rule forbidden-base: no work on a tree that is rebuilt every day. What counts
# is what that tree itself made, not what it also contains.

load lib

setup() {
	sandbox
	default_policy
	kvm_server
}

# main is at v1.0. next-1 is built on it: it merges `topic` of this tree and
# `other` of mm, makes a fix of its own and ends with its mark.
seed() {
	commit virt/a mm/a -m 'Everything'
	tag v1.0
	git checkout -q -b topic
	commit virt/topic -m 'Topic'
	git checkout -q -b other main
	commit mm/other -m 'Other'
	git checkout -q -b next main
	merge topic
	merge other
	commit virt/fix -m 'Fix up a conflict'
	commit Next/SHA1s -m 'Add linux-next specific files for 20201105'
	tag next-1
	git checkout -q main
	git push -q origin main v1.0
}

@test "what next merely also contains is accepted" {
	push_ok origin next-1
	git checkout -q topic
	commit virt/topic
	push_ok origin topic
}

@test "the tag of an integration tree is taken in, and makes nothing legitimate" {
	push_ok origin next-1
	push_refused origin other
	assert_only_finding foreign-path
}

@test "work on next is refused by next's own line" {
	push_ok origin next-1
	git checkout -q -b work next~
	commit virt/work -m 'Work'
	push_refused origin work
	assert_finding forbidden-base error
	assert_output_has "linux-next made it"
	assert_output_has "$(git rev-parse --short=12 next~) Fix up a conflict"
	assert_output_has "git rebase --onto"
	git rebase -q --onto v1.0 next~ work
	push_ok origin work
}

@test "the shortest path from the tip to it is shown" {
	local tip merge base

	push_ok origin next-1
	git checkout -q -b work next~
	commit virt/work -m 'Work'
	git checkout -q -b tip main
	for i in 1 2 3; do
		commit virt/tip
	done
	merge work
	commit virt/tip
	tip="$(git rev-parse --short=12 HEAD)"
	merge="$(git rev-parse --short=12 HEAD~)"
	work="$(git rev-parse --short=12 work)"
	base="$(git rev-parse --short=12 next~)"
	push_refused origin tip
	assert_output_has "the path to it: $tip -> $merge -> $work -> $base"
}

@test "a merge of next is refused" {
	push_ok origin next-1
	git checkout -q -b work topic
	commit virt/work
	merge next-1
	push_refused origin work
	assert_finding forbidden-base error
	git reset -q --hard HEAD~
	merge topic main
	push_ok origin work
}

@test "next pushed in the same batch is known" {
	git checkout -q -b work next~
	commit virt/work
	push_refused origin next-1 work
	assert_finding forbidden-base error
	assert_output_has "made it (it is on refs/tags/next-1)"
}

@test "a commit with the mark in its subject is refused without next" {
	git checkout -q -b work next
	git rm -q Next/SHA1s
	git commit -q --amend --allow-empty \
		-m 'Add linux-next specific files for 20201106'
	push_refused origin work
	assert_finding forbidden-base error
	assert_output_has "has the mark 'Add linux-next specific files for *'"
	git checkout -q -b work-2 topic
	commit virt/x -m 'Do not add linux-next specific files for a day'
	push_ok origin work-2
}

@test "a commit with the path that only next has is refused without next" {
	git checkout -q -b work topic
	commit Next/SHA1s -m 'Innocent'
	push_refused origin work
	assert_only_finding forbidden-base error
	assert_output_has "has the mark 'Next/SHA1s'"
}

@test "who takes that path away again is not next" {
	without_hook kvm git push -q origin next
	git checkout -q next
	git rm -q Next/SHA1s
	git commit -q -m 'Away with it'
	push_ok origin next
}

@test "where no upstream is known only the marks decide" {
	without_hook kvm git push -q origin :v1.0 next-1
	git checkout -q -b work topic
	commit virt/work
	push_ok origin work
	git checkout -q -b work-2 next~
	commit virt/work
	# What next made is no longer told from what it contains, ...
	push_refused origin work-2
	assert_no_finding forbidden-base
	# ... but its mark is.
	git checkout -q -b work-3 next
	commit virt/work
	push_refused origin work-3
	assert_finding forbidden-base error
}

@test "a next that upstream has pulled is upstream's" {
	git checkout -q main
	merge next~
	tag v1.1
	without_hook kvm git push -q origin next-1 v1.1
	git checkout -q -b work v1.1
	commit virt/work
	push_ok origin work
}

@test "the integration tree itself is rebuilt each day, on its own server" {
	local day

	sed -i '/^\[tree "linux-next"\]/a rewind = refs/heads/master' "$POLICY"
	new_server next linux-next
	git remote add next "$BATS_TEST_TMPDIR/next.git"
	push_ok next v1.0
	push_ok next next-1 next:master
	assert_no_finding
	for day in 2 3; do
		git checkout -q -B next main
		merge topic
		commit Next/SHA1s -m "Add linux-next specific files for $day"
		tag next-$day
		push_ok --force next next:master next-$day
		assert_no_finding
	done
	# Another integration tree is no base for it either.
	add_policy <<-'EOP'
		[tree "pending"]
		role        = integration
		ref         = refs/tags/pending-*
		marker-path = Pending
	EOP
	git checkout -q -b pending main
	commit virt/pending -m 'Made by pending'
	tag pending-1
	git checkout -q next
	merge pending
	push_refused next pending-1 next:master
	assert_only_finding forbidden-base error
}

@test "audit finds the same" {
	git checkout -q -b work next~
	commit virt/work
	without_hook kvm git push -q origin work next-1
	cd "$BATS_TEST_TMPDIR/kvm.git"
	audit work
	assert_status 1
	assert_finding forbidden-base error
	[ "$(json '[.findings[] | select(.rule == "forbidden-base") |
		.subject] | index("Fix up a conflict") != null')" = true ]
	[ "$(json '[.findings[] | select(.rule == "forbidden-base") |
		.subject] | index("Topic")')" = null ]
}

@test "a mark is seen in a directory that is the tree's own" {
	add_policy <<'EOP'
[subsystem "tools"]
tree = kvm
path = Next/
EOP
	git checkout -q -b own main
	commit Next/Trees virt/b -m 'No mark'
	push_ok origin own
	commit Next/SHA1s -m 'A mark'
	push_refused origin own
	assert_only_finding forbidden-base
}
