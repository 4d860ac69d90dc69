# SPDX-License-Identifier: GPL-2.0-only
# Work starts at a tag in `base`, at a frozen tag, or on what was there.

load lib

setup() {
	sandbox
	default_policy
	sed -i '/^\[tree "kvm"\]/a base = v*' "$POLICY"
	add_policy <<-'EOP'
		[shared-tag "noinstr-*"]
		tree   = tip
		signed = no

		[shared-tag "kvm-*"]
		tree   = kvm
		signed = no
		freeze = merge

		[rule "tagged-base"]
		severity = error
	EOP
	kvm_server
}

# v1.0 on mainline, and mainline goes on; `next` has work on v1.0.
seed() {
	git checkout -q -b mainline
	commit arch/x86/a virt/a
	tag v1.0
	commit mm/a
	git branch random
	commit mm/a
	tag v1.1
	git checkout -q -b next v1.0
	commit virt/a -m 'On v1.0'
	git push -q origin next v1.0 v1.1
}

@test "a branch on a random commit of upstream, and on a release" {
	git checkout -q -b topic random
	commit virt/a -m 'On something'
	push_refused origin topic
	assert_only_finding tagged-base error
	assert_output_has "it starts at $(git rev-parse --short=12 random), \
which has no tag like v* and no frozen tag"
	git checkout -q -B topic v1.1
	commit virt/a -m 'On v1.1'
	push_ok origin topic
	assert_no_finding
}

@test "work goes on from what the branch had, and not on another one" {
	git checkout -q -b other v1.0
	commit virt/b
	push_ok origin other
	git checkout -q next
	commit virt/a -m 'More of it'
	push_ok origin next
	assert_no_finding
	git checkout -q -b new next
	commit virt/a -m 'A new branch'
	push_refused origin new
	assert_only_finding tagged-base error
	# A merge of it is no start.
	git checkout -q next
	merge other
	push_ok origin next
	assert_no_finding
}

@test "upstream merged at a random commit, and at a release" {
	git checkout -q next
	merge random
	push_refused origin next
	assert_only_finding tagged-base error
	git reset -q --hard origin/next
	merge v1.1
	push_ok origin next
	assert_no_finding
}

@test "work on a frozen tag of another tree" {
	git checkout -q -b x86 v1.0
	commit arch/x86/a
	commit arch/x86/a
	tag noinstr-1
	git checkout -q -b on-tag
	commit virt/a -m 'On the tag'
	in_turn ok origin on-tag noinstr-1
	assert_no_finding
	# Between its commits is not at the tag.
	git checkout -q -b below noinstr-1~1
	commit virt/a -m 'Below the tag'
	push_refused origin below
	assert_only_finding tagged-base error
}

@test "a tag that comes with the push is no base unless it counts" {
	git checkout -q -b topic random
	commit virt/a -m 'On something'
	git tag v1.0.1 random
	push_refused origin topic v1.0.1
	assert_finding tagged-base error
	git tag -d v1.0.1
	tag v1.0.1 random
	in_turn ok origin topic v1.0.1
	assert_no_finding
}

@test "a history without a beginning" {
	git checkout -q --orphan alone
	git rm -q -rf .
	commit virt/z
	push_refused origin alone
	assert_only_finding tagged-base error
	assert_output_has 'it has no parent, so it starts at no tag'
}

@test "the rule is off by default" {
	sed -i '/^\[rule "tagged-base"\]/,$d' "$POLICY"
	git checkout -q -b topic random
	commit virt/a -m 'On something'
	push_ok origin topic
	assert_no_finding
}

@test "an audit of what is there" {
	git checkout -q -b topic random
	commit virt/a -m 'On something'
	audit --policy "$POLICY" --tree kvm topic
	assert_status 1
	assert_only_finding tagged-base error
	audit --policy "$POLICY" --tree kvm next
	assert_status 0
	audit --policy "$POLICY" --tree kvm random..topic
	assert_status 0
}
