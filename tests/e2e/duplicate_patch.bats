# SPDX-License-Identifier: GPL-2.0-only
# The same patch on another tree's history.

load lib

setup() {
	sandbox
	default_policy
	sed -i '/^\[tree "rcu"\]/a ref = refs/remotes/rcu/*' "$POLICY"
	add_policy <<-'EOP'
		[rule "foreign-path"]
		severity = off
	EOP
	kvm_server
}

# rcu's history is known here under refs/remotes/rcu/.
seed() {
	commit virt/a kernel/rcu/a
	tag v1.0
	git checkout -q -b rcu
	commit kernel/rcu/a -m 'rcu: One'
	commit kernel/rcu/b -m 'rcu: Two'
	git checkout -q main
	commit virt/a
	git push -q origin main v1.0 rcu:refs/remotes/rcu/next
}

@test "a patch that another tree has as well, and the tree's own commit" {
	git cherry-pick rcu >/dev/null
	push_ok origin main
	assert_only_finding duplicate-patch warn
	assert_output_has "the same patch as $(git rev-parse --short=12 rcu) of \
rcu (on refs/remotes/rcu/next)"
	git checkout -q -b merged v1.0
	merge rcu
	push_ok origin merged
	assert_no_finding
}

@test "an error, where the policy says so" {
	add_policy <<-'EOP'
		[rule "duplicate-patch"]
		severity = error
	EOP
	git cherry-pick rcu >/dev/null
	push_refused origin main
	assert_only_finding duplicate-patch error
	git reset -q --hard origin/main
	commit kernel/rcu/b -m 'rcu: Two'
	push_ok origin main
	assert_no_finding
}

@test "off" {
	add_policy <<-'EOP'
		[rule "duplicate-patch"]
		severity = off
	EOP
	git cherry-pick rcu >/dev/null
	push_ok origin main
	assert_no_finding
}

@test "the same author, date and subject alone are no duplicate" {
	git cherry-pick rcu >/dev/null
	echo more >>kernel/rcu/b
	git commit -q -a --amend --no-edit
	push_ok origin main
	assert_no_finding
}

@test "one's own branches do not count" {
	git checkout -q -b one
	commit virt/p -m 'KVM: Mine'
	git checkout -q -b two v1.0
	git cherry-pick one >/dev/null
	push_ok origin one
	push_ok origin two
	assert_no_finding
}

@test "upstream's branch counts, until a release has it" {
	sed -i '/^\[tree "mainline"\]/a ref = refs/remotes/mainline/*' "$POLICY"
	git checkout -q -b mainline v1.0
	commit mm/a -m 'mm: Fix'
	without_hook kvm git push -q origin mainline:refs/remotes/mainline/master
	git checkout -q -b copy main
	git cherry-pick mainline >/dev/null
	push_ok origin copy
	assert_only_finding duplicate-patch warn
	push_ok origin mainline:copy2
	assert_no_finding
	tag v1.1 mainline
	push_ok origin v1.1
	git checkout -q -b copy3 main
	test_tick
	git cherry-pick mainline >/dev/null
	commit virt/q
	push_refused origin HEAD:refs/heads/other
	assert_finding rebased-tag error
	assert_no_finding duplicate-patch
}

@test "reverted by the other tree" {
	git checkout -q rcu
	git revert --no-edit HEAD >/dev/null
	without_hook kvm git push -q origin rcu:refs/remotes/rcu/next
	git checkout -q main
	git cherry-pick rcu~1 >/dev/null
	push_ok origin main
	assert_no_finding
}
