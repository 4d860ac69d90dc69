# SPDX-License-Identifier: GPL-2.0-only
#
# The noinstr tags of the x86/entry rework (May 2020): tip cuts its work into
# tags, each the smallest set of commits that one consumer needs, and kvm and
# rcu pull them. A tag is a draft until a branch has merged it.
load lib
load scenario
load keys

date=2020-05-15
lds=noinstr-lds-$date
for_kvm=noinstr-core-for-kvm-$date
core=noinstr-core-$date
x86_kvm=noinstr-x86-kvm-$date
rcu_nmi=noinstr-rcu-nmi-$date
kprobes=noinstr-kprobes-$date
kcsan=noinstr-kcsan-2020-05015		# the thread's own slip

# tip's tags; each has a branch of its name, but for the date, in tip/ alone.
make_tags() {
	on noinstr-lds v5.7-rc5
	commit include/asm-generic/vmlinux.lds.h \
		-m 'vmlinux.lds.h: Create section against instrumentation'
	tag $lds
	on noinstr-core-for-kvm noinstr-lds
	commit include/linux/context_tracking.h \
		-m 'context_tracking: Make the critical path noinstr'
	commit include/linux/lockdep.h kernel/locking/lockdep.c \
		-m 'lockdep: Prepare for noinstr sections'
	tag $for_kvm
	on noinstr-core noinstr-core-for-kvm
	commit kernel/sched/core.c -m 'sched: Clean up scheduler_ipi()'
	tag $core
	on noinstr-x86-kvm noinstr-core-for-kvm
	commit arch/x86/kvm/vmx/vmx.c arch/x86/kvm/svm/svm.c \
		-m 'x86/kvm: Move context tracking where it belongs'
	commit arch/x86/include/asm/nospec-branch.h \
		-m 'x86/speculation: Make mds_clear_cpu_buffers() safe'
	tag $x86_kvm
	on core/rcu v5.7-rc5
	commit kernel/rcu/tree.c -m 'rcu: Rely on in_nmi()'
	merge $lds
	commit kernel/rcu/tree.c -m 'rcu/tree: Mark idle functions noinstr'
	tag $rcu_nmi
	on noinstr-kprobes noinstr-core
	commit kernel/kprobes.c -m 'kprobes: Prevent probes in noinstr text'
	tag $kprobes
	on noinstr-kcsan noinstr-core
	commit kernel/kcsan/core.c -m 'kcsan: Add support for noinstr'
	tag $kcsan
}

# tip.git has the tags, and no branch has merged them; kvm.git has neither.
trees() {
	new_mainline v5.7-rc5 include/asm-generic/vmlinux.lds.h
	new_tree kvm
	on next v5.7-rc5
	commit virt/kvm/kvm_main.c -m 'KVM: No need to retry'
	push_ok origin next
	new_tree rcu
	on rcu/next v5.7-rc5
	commit kernel/rcu/tree_plugin.h -m 'rcu: Of its own'
	push_ok origin rcu/next
	new_tree tip
	make_tags
	push_ok origin 'refs/tags/noinstr-*'
	assert_only_finding shared-tag warn
	assert_output_has "$kcsan is not of the form \
noinstr-<topic>-<YYYY>-<MM>-<DD>"
}

setup_file() {
	make_keys
	make_fixture trees
}

teardown_file() {
	drop_keys
}

setup() {
	use_fixture
}

# tip pulls tags itself, which freezes them in tip.git.
freeze_in_tip() {
	go tip
	on x86/entry v5.7-rc5
	commit arch/x86/entry/common.c -m 'x86/entry: Move C entry code'
	merge $core
	merge $x86_kvm
	push_ok origin x86/entry
	assert_no_finding
}

# tip redoes a draft: $for_kvm on another commit, in tip/ alone.
redo() {
	go tip
	on redone noinstr-lds
	commit include/linux/compiler.h -m 'compiler: Simplify noinstr'
	retag $for_kvm redone
}

# Pulling

@test "kvm pulls noinstr-core-for-kvm, and pushes the tag with it" {
	go kvm
	pull_tag tip $for_kvm
	commit arch/x86/kvm/mmu/mmu.c -m 'KVM: x86/mmu: Use it'
	in_turn ok origin next $for_kvm
	assert_no_finding
	assert_ref ../kvm.git next next
	assert_ref ../kvm.git $for_kvm $for_kvm
	audit --policy "$POLICY" --tree kvm next
	assert_status 0
	assert_no_finding
}

@test "kvm pulls noinstr-core-for-kvm, and has pushed the tag before" {
	go kvm
	pull_tag tip $for_kvm
	push_ok origin $for_kvm
	assert_no_finding
	push_ok origin next
	assert_no_finding
	assert_ref ../kvm.git next next
}

@test "the same merge without the tag brings in foreign paths" {
	go kvm
	pull_tag tip $for_kvm
	push_refused origin next
	assert_only_finding foreign-path error
	assert_output_has "3 commits in refs/heads/next, brought in by merge \
$(git rev-parse --short=12 next)"
	assert_output_has 'include/asm-generic/vmlinux.lds.h  (core, tree tip)'
	assert_output_has 'include/linux/lockdep.h  (locking, tree tip)'
	assert_output_has 'fix: hand it to tip, or pull a shared tag of tip'
	assert_policy_line 'path = include/.*'
	in_turn ok origin next $for_kvm
	assert_no_finding
}

@test "a lightweight tag of its name does not help" {
	go kvm
	pull_tag tip $for_kvm
	git tag -f $for_kvm $for_kvm^0
	push_refused origin next $for_kvm
	assert_finding foreign-path error
	assert_finding shared-tag error
	assert_output_has 'a lightweight tag vouches for nothing'
	assert_no_ref ../kvm.git $for_kvm
	fetch_tag tip $for_kvm
	in_turn ok origin next $for_kvm
	assert_no_finding
}

# The tag is frozen in kvm.git.
@test "the same commits cherry-picked onto kvm's branch are foreign" {
	go kvm
	pull_tag tip $for_kvm
	in_turn ok origin next $for_kvm
	on picked v5.7-rc5
	commit virt/kvm/eventfd.c -m 'KVM: Something else'
	cherry_pick v5.7-rc5..$for_kvm
	push_refused origin picked
	assert_finding foreign-path error
	assert_finding rebased-tag error
	assert_output_has 'refused: 6 errors'
	assert_output_has 'kernel/locking/lockdep.c  (locking, tree tip)'
	assert_no_ref ../kvm.git picked
	audit --policy "$POLICY" --tree kvm picked
	assert_status 1
	found foreign-path
	assert_lines "context_tracking: Make the critical path noinstr:\
 include/linux/context_tracking.h (tip)" \
		"lockdep: Prepare for noinstr sections:\
 include/linux/lockdep.h (tip)" \
		"lockdep: Prepare for noinstr sections:\
 kernel/locking/lockdep.c (tip)" \
		"vmlinux.lds.h: Create section against instrumentation:\
 include/asm-generic/vmlinux.lds.h (tip)"
	# The tag merged into the same branch instead.
	git reset -q --hard picked~3
	merge $for_kvm
	push_ok origin picked
	assert_no_finding
}

@test "kvm's branch rebased together with the tag's commits is foreign" {
	go kvm
	fetch_tag tip $for_kvm
	on topic $for_kvm^0
	commit arch/x86/kvm/x86.c -m 'KVM: x86: On top of the tag'
	in_turn ok origin topic $for_kvm
	assert_no_finding
	on rebased topic
	test_tick
	git rebase -q --onto next v5.7-rc5
	push_refused origin rebased
	assert_finding foreign-path error
	assert_finding rebased-tag error
	assert_output_has 'include/asm-generic/vmlinux.lds.h  (core, tree tip)'
	assert_output_lacks 'arch/x86/kvm/x86.c'
	assert_no_ref ../kvm.git rebased
	# Its own commit alone.
	git reset -q --hard next
	cherry_pick topic
	push_ok origin rebased
	assert_no_finding
}

@test "a tag brings the tags below it" {
	go kvm
	pull_tag tip $x86_kvm
	push_refused origin next
	assert_only_finding foreign-path error
	# Of five commits, kvm may change vmx.c and svm.c itself.
	assert_output_has 'refused: 4 errors'
	assert_output_lacks 'x86/kvm: Move context tracking'
	in_turn ok origin next $x86_kvm
	assert_no_finding
	assert_no_ref ../kvm.git $for_kvm
}

@test "what kvm adds below arch/x86/ on top of the tag stays foreign" {
	go kvm
	pull_tag tip $x86_kvm
	commit arch/x86/kvm/vmx/vmx.c -m 'KVM: VMX: This is kvm'
	commit arch/x86/kernel/traps.c -m 'x86/traps: This is tip'
	in_turn refused origin next $x86_kvm
	assert_only_finding foreign-path error
	assert_output_has 'refused: 1 error,'
	assert_output_has 'arch/x86/kernel/traps.c  (x86, tree tip)'
	assert_policy_line 'path = arch/x86/'
	in_turn ok origin next~1:next $x86_kvm
	assert_no_finding
}

@test "rcu pulls noinstr-rcu-nmi, which has noinstr-lds merged in" {
	go rcu
	pull_tag tip $rcu_nmi
	# kernel/rcu/ is rcu's own, the tag within the tag is not.
	push_refused origin rcu/next
	assert_only_finding foreign-path error
	assert_output_has 'refused: 1 error,'
	assert_output_has 'include/asm-generic/vmlinux.lds.h  (core, tree tip)'
	in_turn ok origin rcu/next $rcu_nmi
	assert_no_finding
	assert_ref ../rcu.git rcu/next rcu/next
}

@test "kvm pulls the kprobes tag" {
	go kvm
	on pulled next
	pull_tag tip $kprobes
	in_turn ok origin pulled $kprobes
	assert_only_finding tag-consumer warn
	assert_output_has "tag $kprobes of tip is for tip, not for kvm"
	assert_output_lacks "tag $for_kvm"
	git checkout -q next
	cherry_pick $kprobes
	push_refused origin next
	assert_finding foreign-path error
	assert_output_has 'kernel/kprobes.c  (kprobes, tree tip)'
}

# Scope

@test "a tag with a commit outside its scope does not count" {
	go tip
	# noinstr-core has kernel/sched/core.c on top of what kvm needs.
	retag $for_kvm noinstr-core
	push_refused --force origin $for_kvm
	assert_redone $for_kvm
	assert_only_finding shared-tag error
	assert_output_has 'refused: 1 error,'
	assert_output_has 'kernel/sched/core.c  (sched, tree tip)'
	without_hook tip git push -q --force origin $for_kvm
	go kvm
	on too-much next
	pull_tag tip $for_kvm
	push_refused origin too-much $for_kvm
	assert_finding foreign-path error
	assert_finding shared-tag error
	assert_output_has 'refused: 5 errors'
	assert_output_has "shared tag $for_kvm contains it, but does not count"
	assert_no_ref ../kvm.git $for_kvm
	# The draft without that commit.
	go tip
	retag $for_kvm noinstr-core~1
	push_ok --force origin $for_kvm
	assert_redone $for_kvm
	assert_no_finding
	go kvm
	on enough next
	pull_tag tip $for_kvm
	in_turn ok origin enough $for_kvm
	assert_no_finding
}

@test "a tag with a commit of another tree does not count" {
	redo
	commit drivers/xen/events/events_base.c -m 'xen/events: Not of tip'
	retag $for_kvm redone
	push_refused --force origin $for_kvm
	assert_redone $for_kvm
	assert_finding foreign-path error
	assert_finding shared-tag error
	assert_output_has 'drivers/xen/events/events_base.c  (xen, tree xen)'
	# kvm gets it from elsewhere.
	go kvm
	git fetch -q ../tip tag $for_kvm
	merge $for_kvm
	push_refused origin next $for_kvm
	assert_finding foreign-path error
	assert_finding shared-tag error
	assert_no_ref ../kvm.git $for_kvm
	# Without that commit, either has it.
	go tip
	retag $for_kvm redone~1
	push_ok --force origin $for_kvm
	assert_redone $for_kvm
	assert_no_finding
	go kvm
	git reset -q --hard origin/next
	pull_tag tip $for_kvm
	in_turn ok origin next $for_kvm
	assert_no_finding
}

@test "a draft comes to kvm alone, unless it is out of scope" {
	go kvm
	fetch_tag tip $for_kvm
	push_ok origin $for_kvm
	assert_no_finding
	push_ok origin :$for_kvm
	assert_no_finding
	fetch_tag tip $core
	retag $for_kvm $core^0
	push_refused origin $for_kvm
	assert_finding foreign-path error
	assert_output_has "commit in refs/tags/$for_kvm"
	assert_output_has 'kernel/sched/core.c, outside its scope'
	fetch_tag tip $for_kvm
	push_ok origin $for_kvm
	assert_no_finding
}

# Drafts and frozen tags

@test "tip redoes a draft, and takes one back" {
	redo
	push_ok --force origin $for_kvm
	assert_redone $for_kvm
	assert_no_finding
	assert_ref ../tip.git $for_kvm $for_kvm
	push_ok origin :$for_kvm
	assert_no_finding
	assert_no_ref ../tip.git $for_kvm
}

@test "tip redoes a tag that x86/entry has merged" {
	freeze_in_tip
	redo
	push_refused --force origin $for_kvm
	assert_only_finding immutable-tag error
	assert_output_has "tag $for_kvm is frozen, and this push replaces it: \
a governed branch contains it, which froze it"
	assert_output_has 'fix: publish the new version under a new name'
	assert_policy_line '\[shared-tag "noinstr-core-for-kvm-\*"\]'
	# Under a new name; and what no branch has merged is a draft still.
	tag noinstr-core-for-kvm-2020-05-16
	retag $kprobes noinstr-kprobes
	push_ok --force origin noinstr-core-for-kvm-2020-05-16 $kprobes
	assert_redone $kprobes
	assert_no_finding
}

@test "a frozen tag is not deleted, nor tagged again" {
	freeze_in_tip
	push_refused origin :$core
	assert_only_finding immutable-tag error
	assert_output_has "tag $core is frozen, and this push deletes it"
	# The same commit, but another object.
	retag $core noinstr-core
	push_refused --force origin $core
	assert_only_finding immutable-tag error
	assert_output_has "tag $core is frozen, and this push replaces it"
	git tag -f $core noinstr-core
	push_refused --force origin $core
	assert_finding immutable-tag error
	assert_finding shared-tag error
	assert_output_has 'this push replaces it with a lightweight tag'
	# A draft: all of that.
	retag $kprobes noinstr-kprobes
	push_ok --force origin $kprobes
	assert_redone $kprobes
	assert_no_finding
	git tag -f $kprobes noinstr-kprobes
	push_refused --force origin $kprobes
	assert_redone $kprobes
	assert_only_finding shared-tag error
	push_ok origin :$kprobes
	assert_no_finding
}

@test "a draft in kvm.git is redone before kvm merges it, not after" {
	go kvm
	fetch_tag tip $for_kvm
	push_ok origin $for_kvm
	redo
	push_ok --force origin $for_kvm
	go kvm
	fetch_tag tip $for_kvm
	push_ok --force origin $for_kvm
	assert_redone $for_kvm
	assert_no_finding
	merge $for_kvm
	push_ok origin next
	assert_no_finding
	# tip, where no branch has it, may go on.
	go tip
	retag $for_kvm noinstr-core-for-kvm
	push_ok --force origin $for_kvm
	assert_redone $for_kvm
	assert_no_finding
	go kvm
	fetch_tag tip $for_kvm
	push_refused --force origin $for_kvm
	assert_only_finding immutable-tag error
	push_refused origin :$for_kvm
	assert_only_finding immutable-tag error
	git tag -f $for_kvm origin/next^2
	push_refused --force origin $for_kvm
	assert_finding immutable-tag error
	assert_finding shared-tag error
}

@test "a draft is redone by the push that merges it: the new one only" {
	go kvm
	fetch_tag tip $for_kvm
	push_ok origin $for_kvm
	on old next
	merge $for_kvm
	redo
	go kvm
	git fetch -q --force ../tip tag $for_kvm
	push_refused --force origin old:next $for_kvm
	assert_finding immutable-tag error
	git checkout -q next
	merge $for_kvm
	in_turn ok --force origin next $for_kvm
	assert_no_finding
	assert_ref ../kvm.git next next
	assert_ref ../kvm.git $for_kvm $for_kvm
}

# The thread lists it twice, with two bases.
@test "noinstr-core a second time, with another base" {
	go tip
	on again v5.7-rc5
	commit include/linux/compiler_types.h -m 'compiler: Add noinstr'
	cherry_pick v5.7-rc5..noinstr-core
	retag $core again
	# Nobody has merged the first.
	push_ok --force origin $core
	assert_redone $core
	assert_no_finding
	on x86/entry v5.7-rc5
	merge $core
	push_ok origin x86/entry
	assert_no_finding
	retag $core noinstr-core
	push_refused --force origin $core
	assert_only_finding immutable-tag error
	assert_ref ../tip.git $core^0 again
}

@test "noinstr-core a second time, where it freezes once pushed" {
	vary tip "$(in_section 'shared-tag "noinstr-core-20\*"' \
		's/^freeze.*/freeze = push/')"
	go tip
	retag $core noinstr-core-for-kvm
	push_refused --force origin $core
	assert_only_finding immutable-tag error
	assert_output_has 'never change once they are pushed'
	assert_policy_line '\[shared-tag "noinstr-core-20\*"\]'
	# The others wait for a merge.
	retag $for_kvm noinstr-lds
	push_ok --force origin $for_kvm
	assert_redone $for_kvm
	assert_no_finding
}

@test "tip rebases x86/entry so that a frozen tag is no longer in it" {
	freeze_in_tip
	on rebased v5.7-rc5
	commit arch/x86/entry/common.c -m 'x86/entry: Move C entry code'
	cherry_pick v5.7-rc5..noinstr-core
	push_refused --force origin rebased:x86/entry
	assert_finding rewound-branch error
	assert_finding rebased-tag error
	assert_output_has 'refs/heads/x86/entry would lose commits'
	assert_output_has "no governed branch contains the frozen tag $core any"
	# On a branch that may be rebuilt, the tag may not be lost either.
	without_hook tip git push -q origin x86/entry:WIP.x86 :x86/entry
	push_refused --force origin rebased:WIP.x86
	assert_only_finding rebased-tag error
	without_hook tip git push -q origin x86/entry
	git checkout -q x86/entry
	commit arch/x86/entry/common.c -m 'x86/entry: Go on from there'
	push_ok origin x86/entry
	assert_no_finding
}

# With signatures: tip's tags are signed, and no tag but the merges' own headers
# is there to prove anything.

sign_tags() {
	use_keys
	require_signatures tip kvm rcu
	go tip
	git checkout -q --detach v5.7-rc5
	git for-each-ref --format='%(refname:short)' refs/heads |
		xargs git branch -q -D
	tag() { tag_by tip "$@"; }
	make_tags
	push_ok --force origin 'refs/tags/noinstr-*'
	assert_redone $for_kvm
	assert_only_finding shared-tag warn
	assert_output_has "$kcsan is not of the form"
}

@test "signed: tip's own tags, and those that anybody made" {
	use_keys
	require_signatures tip
	go tip
	retag $for_kvm noinstr-core-for-kvm
	push_refused --force origin $for_kvm
	assert_redone $for_kvm
	assert_only_finding shared-tag error
	assert_output_has 'it is not signed'
	for key in kvm impostor ssh-kvm; do
		tag_by $key $for_kvm noinstr-core-for-kvm
		push_refused --force origin $for_kvm
		assert_redone $for_kvm
		assert_only_finding shared-tag error
	done
	tag_by tip $for_kvm noinstr-core-for-kvm
	push_ok --force origin $for_kvm
	assert_redone $for_kvm
	assert_no_finding
}

@test "signed: kvm pulls noinstr-core-for-kvm, and pushes the merge alone" {
	sign_tags
	go kvm
	pull_tag tip $for_kvm
	commit arch/x86/kvm/mmu/mmu.c -m 'KVM: x86/mmu: Use it'
	push_ok origin next
	assert_no_finding
	assert_no_ref ../kvm.git $for_kvm
	audit --policy "$POLICY" --tree kvm next
	assert_status 0
	assert_no_finding
	# What was built on it, later.
	pull_tag tip $x86_kvm
	push_ok origin next
	assert_no_finding
}

@test "signed: the same without a merge that proves it" {
	sign_tags
	go kvm
	fetch_tag tip $for_kvm
	on topic v5.7-rc5
	git merge -q --ff-only $for_kvm
	push_refused origin topic
	assert_only_finding foreign-path error
	assert_output_has 'git merge --no-ff <tag>'
	git reset -q --hard next
	merge $for_kvm^0
	push_refused origin topic
	assert_only_finding foreign-path error
	git reset -q --hard next
	cherry_pick v5.7-rc5..$for_kvm
	push_refused origin topic
	assert_finding foreign-path error
	git reset -q --hard next
	merge $for_kvm
	push_ok origin topic
	assert_no_finding
}

@test "signed: a tag of tip's name that kvm signed" {
	sign_tags
	go kvm
	fetch_tag tip $for_kvm
	tag_by kvm $for_kvm $for_kvm^0
	merge $for_kvm
	push_refused origin next
	assert_only_finding foreign-path error
	assert_output_has 'it is signed by kvm, who does not sign for tip'
	push_refused origin next $for_kvm
	git reset -q --hard origin/next
	pull_tag tip $for_kvm
	push_ok origin next
	assert_no_finding
}

@test "signed: rcu pulls noinstr-rcu-nmi, with noinstr-lds inside" {
	sign_tags
	go rcu
	pull_tag tip $rcu_nmi
	push_ok origin rcu/next
	assert_no_finding
	assert_no_ref ../rcu.git $rcu_nmi
	assert_no_ref ../rcu.git $lds
}

@test "signed: kvm pulls the kprobes tag" {
	sign_tags
	go kvm
	pull_tag tip $kprobes
	push_ok origin next
	assert_only_finding tag-consumer warn
	assert_output_has "tag $kprobes of tip is for tip, not for kvm"
}

@test "signed: a commit outside the scope" {
	sign_tags
	go tip
	tag_by tip $for_kvm noinstr-core
	push_refused --force origin $for_kvm
	assert_redone $for_kvm
	assert_only_finding shared-tag error
	go kvm
	git fetch -q --force ../tip tag $for_kvm
	merge $for_kvm
	push_refused origin next
	assert_only_finding foreign-path error
	assert_output_has "the mergetag of $for_kvm contains it, but does not \
count"
	assert_output_has 'changes kernel/sched/core.c, outside its scope'
	git reset -q --hard origin/next
	git tag -d $for_kvm
	pull_tag tip $for_kvm
	push_ok origin next
	assert_no_finding
}

@test "signed: noinstr-core a second time, after x86/entry merged it" {
	sign_tags
	freeze_in_tip
	tag_by tip $core noinstr-core-for-kvm
	push_refused --force origin $core
	assert_only_finding immutable-tag error
	# The same commit signed again is another tag.
	tag_by tip $core noinstr-core
	push_refused --force origin $core
	assert_only_finding immutable-tag error
	tag_by tip $kprobes noinstr-kprobes
	push_ok --force origin $kprobes
	assert_redone $kprobes
	assert_no_finding
}

# What an audit lists

@test "an audit lists each tag: state, signer, base, scope, who pulled it" {
	freeze_in_tip
	cd ../tip.git
	treaty audit --policy "$POLICY" --tree tip --tags
	assert_status 0
	assert_output_has "tag $core of tip: frozen"
	assert_output_has "tag $kprobes of tip: draft"
	assert_output_has "  base:   $for_kvm"
	assert_output_has '  scope:  core, locking, sched, timers, rcu'
	assert_output_has "  pulled: refs/heads/x86/entry (merge \
$(git rev-parse --short=12 x86/entry~1))"
	assert_output_has '  pulled: by no branch here'
	audit --policy "$POLICY" --tree tip --tags
	[ "$(json '.tags | length')" -eq 7 ]
	output="$(json --arg tag "$core" '.tags[] | select(.tag == $tag)')"
	[ "$(json .state)" = frozen ]
	[ "$(json .tree)" = tip ]
	[ "$(json .counts)" = true ]
	[ "$(json .signer)" = null ]
	[ "$(json '.bases[].tag')" = "$for_kvm" ]
	[ "$(json '.pulled[].ref')" = refs/heads/x86/entry ]
	[ "$(json .object)" = "$(git rev-parse "$core")" ]
	# A tag of nobody's, and one that is not what it should be.
	git tag -f $kprobes x86/entry
	treaty audit --policy "$POLICY" --tree tip --tags
	assert_status 1
	assert_output_has "tag $kprobes of tip: frozen, does not count (see"
	treaty audit --policy "$POLICY" --tree tip --tags x86/entry
	assert_status 129
}
