# SPDX-License-Identifier: GPL-2.0-only
#
# TRBE and "my tree can not be based on -next" (March 2021): coresight's
# driver and kvmarm's host support both need register definitions of arm64's.
#
# later: merge order.
load lib
load scenario
load keys

next='next-20210329'
trbe='trbe-regs-2021-03-24'
driver=drivers/hwtracing/coresight/coresight-trbe.c

# linux-next is made of other trees' branches, merged one after the other, and
# ends with a commit of its own files.
make_next() {
	git clone -q -o mainline "$BATS_TEST_TMPDIR/mainline" \
		"$BATS_TEST_TMPDIR/linux-next"
	go linux-next
	on master v5.12-rc3
	git fetch -q ../arm64 for-next/core
	merge -m "Merge remote-tracking branch 'arm64/for-next/core'" FETCH_HEAD
	git fetch -q ../coresight next
	merge -m "Merge remote-tracking branch 'coresight/next'" FETCH_HEAD
	commit Next/SHA1s Next/Trees Next/merge.log localversion-next \
		-m 'Add linux-next specific files for 20210329'
	tag $next
}

# arm64.git has (b), the register definitions, and a tag of them; coresight.git
# and kvmarm.git have a branch of their own work.
trees() {
	# (a), the fixes, is in v5.12-rc3 already.
	new_mainline v5.12-rc2 Documentation/trace/index.rst
	commit arch/arm64/kvm/hyp/nvhe/debug-sr.c \
		-m 'KVM: arm64: nvhe: Save the SPE context early'
	commit arch/arm64/kvm/debug.c -m 'KVM: arm64: Hide SPE when disabled'
	release v5.12-rc3
	new_tree arm64
	on for-next/trbe v5.12-rc3
	commit arch/arm64/include/asm/sysreg.h \
		-m 'arm64: Add TRBE definitions'
	commit arch/arm64/include/asm/barrier.h \
		-m 'arm64: Add support for trace synchronization barrier'
	tag $trbe
	on for-next/core v5.12-rc3
	commit arch/arm64/mm/mmu.c -m 'arm64: mm: Something else'
	push_ok origin for-next/core for-next/trbe $trbe
	assert_no_finding
	new_tree kvmarm
	on next v5.12-rc3
	commit arch/arm64/kvm/arm.c -m 'KVM: arm64: Something else'
	push_ok origin next
	new_tree coresight
	on fixes v5.12-rc3
	commit drivers/hwtracing/coresight/coresight-core.c \
		-m 'coresight: core: Fix something'
	on next fixes
	commit drivers/hwtracing/coresight/coresight-etm4x-core.c \
		-m 'coresight: etm4x: Something else'
	push_ok origin next
	make_next
	# Mainline goes on without a tag; here for tagged-base.
	go mainline
	commit arch/x86/mm/init.c -m 'x86/mm: Somewhere in mainline'
	commit mm/mmap.c -m 'mm: Somewhere else'
	release v5.12-rc4
	go coresight
	git fetch -q mainline
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

abbrev() {
	git rev-parse --short=12 "$1"
}

# based_on_next [REV]: coresight's driver on linux-next (on REV of its own).
based_on_next() {
	go coresight
	# linux-next's tag, but not in refs/tags.
	git fetch -q --no-tags ../linux-next "refs/tags/$next:refs/next"
	on topic "${1:-refs/next}^0"
	commit $driver -m 'coresight: sink: Add TRBE driver'
	commit $driver -m 'coresight: sink: Fix TRBE driver'
}

# forbidden: sets output to the subjects that an audit of topic finds.
forbidden() {
	audit --policy "$POLICY" --tree coresight topic
	assert_status 1
	output="$(json '.findings[] | select(.rule == "forbidden-base") |
		.subject' | sort)"
}

# Based on linux-next

@test "coresight based on linux-next, whose tag is not here" {
	based_on_next
	push_refused origin topic
	assert_finding forbidden-base error
	assert_output_has "has the mark 'Add linux-next specific files for \
*' of linux-next, which is rebuilt and never a base"
	assert_output_has "the path to it: $(abbrev topic) -> \
$(abbrev topic~1) -> $(abbrev topic~2)"
	assert_output_has 'fix: rebase your own commits onto a release'
	assert_policy_line 'marker-subject = .*'
	assert_no_ref ../coresight.git topic
	forbidden
	assert_lines 'Add linux-next specific files for 20210329'
	# As the fix has it.
	test_tick
	git rebase -q --onto v5.12-rc3 topic~2 topic
	push_ok origin topic
	assert_no_finding
}

@test "coresight based on linux-next, whose tag is here" {
	based_on_next
	git tag $next refs/next
	push_ok origin $next
	assert_no_finding
	push_refused origin topic
	assert_finding forbidden-base error
	assert_output_has "linux-next made it (it is on \
refs/tags/$next), and linux-next is rebuilt and never a base"
	assert_output_has "the path to it: $(abbrev topic) -> \
$(abbrev topic~1) -> $(abbrev topic~2)"
	assert_policy_line '\[tree "linux-next"\]'
	assert_no_ref ../coresight.git topic
	# What linux-next made, and none of what it merged.
	forbidden
	assert_lines 'Add linux-next specific files for 20210329' \
		"Merge remote-tracking branch 'arm64/for-next/core'" \
		"Merge remote-tracking branch 'coresight/next'"
	test_tick
	git rebase -q --onto v5.12-rc3 topic~2 topic
	push_ok origin topic
	assert_no_finding
}

@test "the tag comes with the branch that is based on it" {
	based_on_next
	git tag $next refs/next
	push_refused origin topic $next
	assert_finding forbidden-base error
	assert_output_has 'linux-next made it'
	assert_no_ref ../coresight.git $next
	push_ok origin $next
	assert_no_finding
}

# No mark there: only the tag tells it from anybody's merge.
@test "coresight based on the middle of linux-next" {
	based_on_next refs/next~1
	push_refused origin topic
	assert_no_finding forbidden-base
	git tag $next refs/next
	push_ok origin $next
	push_refused origin topic
	assert_finding forbidden-base error
	forbidden
	assert_lines "Merge remote-tracking branch 'arm64/for-next/core'" \
		"Merge remote-tracking branch 'coresight/next'"
}

@test "the path shown is the shortest" {
	based_on_next
	on side topic~2
	commit Documentation/trace/coresight/trbe.rst -m 'Documentation: TRBE'
	git checkout -q topic
	merge side
	push_refused origin topic
	assert_finding forbidden-base error
	assert_output_has "the path to it: $(abbrev topic) -> \
$(abbrev side) -> $(abbrev side~1)"
	assert_output_lacks "$(abbrev topic) -> $(abbrev topic^1)"
	# The same merge, with neither side on linux-next.
	git reset -q --hard v5.12-rc3
	commit $driver -m 'coresight: sink: Add TRBE driver'
	git checkout -q -B side v5.12-rc3
	commit Documentation/trace/coresight/trbe.rst -m 'Documentation: TRBE'
	git checkout -q topic
	merge side
	push_ok origin topic
	assert_no_finding
}

@test "linux-next merged is as bad as linux-next for a base" {
	go coresight
	git fetch -q ../linux-next tag $next
	push_ok origin $next
	on topic next
	commit $driver -m 'coresight: sink: Add TRBE driver'
	merge $next
	push_refused origin topic
	assert_finding forbidden-base error
	assert_output_has "the path to it: $(abbrev topic) -> \
$(abbrev $next^0)"
	push_ok origin topic^1:refs/heads/topic
	assert_no_finding
}

@test "work that linux-next merely contains as well" {
	new_tree char-misc
	git fetch -q ../linux-next tag $next
	push_ok origin $next
	git fetch -q ../coresight next
	on char-misc-next FETCH_HEAD
	git merge-base --is-ancestor char-misc-next $next
	push_ok origin char-misc-next
	assert_no_finding
	commit drivers/misc/uacce/uacce.c -m 'uacce: On top of that'
	push_ok origin char-misc-next
	assert_no_finding
	# One commit more, linux-next's merge of the same work.
	git fetch -q ../linux-next master
	push_refused origin FETCH_HEAD~1:refs/heads/from-next
	assert_finding forbidden-base error
}

# (b), which both trees need

@test "one tag of the registers, merged into both trees" {
	for tree in kvmarm coresight; do
		go $tree
		git checkout -q next
		pull_tag arm64 $trbe
		push_refused origin next
		assert_only_finding foreign-path error
		assert_output_has 'refused: 2 errors'
		assert_output_has "sysreg.h  (arm64, tree arm64)"
		assert_output_has 'fix: hand it to arm64, or pull a shared tag'
		in_turn ok origin next $trbe
		assert_no_finding
	done
	# (c) and (d) on top of it.
	commit $driver -m 'coresight: sink: Add TRBE driver'
	push_ok origin next
	assert_no_finding
	go kvmarm
	commit arch/arm64/kvm/debug.c -m 'KVM: arm64: Support TRBE in the host'
	push_ok origin next
	assert_no_finding
	# The same two commits in both trees.
	go arm64
	assert_ref ../kvmarm.git $trbe $trbe
	assert_ref ../coresight.git $trbe $trbe
	[ "$(git -C ../kvmarm.git merge-base next $trbe)" = \
		"$(git -C ../coresight.git merge-base next $trbe)" ]
}

@test "the registers applied to each tree again" {
	for tree in kvmarm coresight; do
		go $tree
		git checkout -q next
		fetch_tag arm64 $trbe
		cherry_pick v5.12-rc3..$trbe
		push_refused origin next $trbe
		assert_finding foreign-path error
		assert_finding rebased-tag error
		assert_output_has "barrier.h  (arm64, tree arm64)"
		git reset -q --hard origin/next
		merge $trbe
		in_turn ok origin next $trbe
		assert_no_finding
	done
}

@test "the tag never changes, in neither tree" {
	go coresight
	git checkout -q next
	pull_tag arm64 $trbe
	in_turn ok origin next $trbe
	retag $trbe $trbe^0
	push_refused --force origin $trbe
	assert_only_finding immutable-tag error
	go arm64
	retag $trbe $trbe^0
	push_refused --force origin $trbe
	assert_only_finding immutable-tag error
	push_refused origin :$trbe
	assert_only_finding immutable-tag error
	tag $trbe-v2 $trbe^0
	push_ok origin $trbe-v2
	assert_no_finding
}

# Where work starts

@test "a branch on a random commit of mainline, and on a release" {
	vary coresight "$(in_section 'rule "tagged-base"' \
		's/^severity.*/severity = error/')"
	go coresight
	push_ok origin v5.12-rc4
	on random v5.12-rc4~1
	commit $driver -m 'coresight: sink: Add TRBE driver'
	push_refused origin random
	assert_only_finding tagged-base error
	assert_policy_line 'base = v\*'
	on based v5.12-rc3
	commit $driver -m 'coresight: sink: Add TRBE driver, on rc3'
	push_ok origin based
	assert_no_finding
	git checkout -q next
	commit $driver -m 'coresight: sink: Add TRBE driver, on next'
	push_ok origin next
	assert_no_finding
}

# With signatures: arm64 signs with an SSH key.

sign_tag() {
	use_keys
	require_signatures arm64 kvmarm coresight
	go arm64
	tag_by ssh-arm64 $trbe for-next/trbe
	without_hook arm64 git push -q --force origin $trbe
}

@test "signed: arm64's tag, and one that anybody made" {
	use_keys
	require_signatures arm64
	go arm64
	tag $trbe-v2 for-next/trbe
	push_refused origin $trbe-v2
	assert_only_finding shared-tag error
	assert_output_has 'it is not signed'
	for key in ssh-kvm ssh-impostor tip; do
		tag_by $key $trbe-v2 for-next/trbe
		push_refused origin $trbe-v2
		assert_only_finding shared-tag error
	done
	tag_by ssh-arm64 $trbe-v2 for-next/trbe
	push_ok origin $trbe-v2
	assert_no_finding
}

@test "signed: one tag of the registers, merged into both trees" {
	sign_tag
	for tree in kvmarm coresight; do
		go $tree
		git checkout -q next
		fetch_tag arm64 $trbe
		merge $trbe^0
		push_refused origin next
		assert_only_finding foreign-path error
		assert_output_has 'git merge --no-ff <tag>'
		git reset -q --hard origin/next
		merge $trbe
		push_ok origin next
		assert_no_finding
		assert_no_ref ../$tree.git $trbe
	done
}

@test "signed: coresight merges the tag and a branch of its own at once" {
	sign_tag
	go coresight
	git checkout -q next
	fetch_tag arm64 $trbe
	on fixes-2 v5.12-rc3
	commit drivers/hwtracing/coresight/coresight-tpiu.c \
		-m 'coresight: tpiu: Something else'
	git checkout -q next
	merge $trbe fixes-2
	push_ok origin next
	assert_no_finding
	git reset -q --hard HEAD^
	tag_by ssh-kvm $trbe $trbe^0
	on other next
	merge $trbe fixes-2
	without_hook coresight git push -q --force origin origin/next~1:next
	push_refused origin other
	assert_finding foreign-path error
	assert_output_has 'a key that the policy does not have'
}
