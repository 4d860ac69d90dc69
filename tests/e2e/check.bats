# SPDX-License-Identifier: GPL-2.0-only
# git treaty policy check: the counts first, details on demand, and what a policy
# comes to on the files of a revision.

load lib

setup() {
	sandbox
	default_policy
	git init -q repo
	cd repo
	commit virt/a arch/x86/a arch/x86/kvm/a kernel/a kernel/rcu/a README \
		-m 'Start'
}

@test "on the files of a revision" {
	treaty policy check --against HEAD "$POLICY"
	assert_status 0
	[[ ${output%%$'\n'*} == "$POLICY against HEAD: 6 files, 5 subsystems, "* ]]
	assert_output_has '       1 files that no subsystem owns'
	assert_output_has '       1 files that two trees own, in 1 groups'
	assert_output_has '       1  rcu | tip'
	assert_output_has 'such as kernel/rcu/a  (core; rcu)'
	assert_output_has ': path = mm/  (mm)'
	assert_output_has ': commons = MAINTAINERS'
	assert_output_has $'\n  README\n'
	# What is not committed yet is not there.
	mkdir mm && touch mm/a && git add mm
	treaty policy check --against HEAD "$POLICY"
	assert_output_has ': path = mm/  (mm)'
	git commit -q -m mm
	treaty policy check --against HEAD "$POLICY"
	assert_output_lacks ': path = mm/  (mm)'
	treaty policy check --against HEAD~ "$POLICY"
	assert_output_has ': path = mm/  (mm)'
}

@test "the policy in use, and what cannot be read" {
	git config treaty.policy "$POLICY"
	treaty policy check --against HEAD
	assert_status 0
	assert_output_has ' against HEAD: 6 files'
	treaty policy check --against nowhere
	assert_undecided
	treaty policy check --against HEAD^^..HEAD
	assert_undecided
	cd ..
	treaty policy check --against HEAD "$POLICY"
	assert_undecided
	treaty policy show --against HEAD "$POLICY"
	assert_status 129
}

@test "many warnings of a kind are counted, and told by some" {
	for i in {1..30}; do
		printf '[subsystem "s%d"]\npath = s/%d/\n' "$i" "$i"
	done >many.ini
	printf '[subsystem "t"]\ntree = nobody\npath = t/\n' >>many.ini
	treaty policy check many.ini
	assert_status 1
	assert_output_has 'many.ini: 1 error, 31 warnings'
	assert_output_has '      30  [subsystem "..."] has no tree, so'
	[ "$(grep -c ' has no tree, so its' <<<"$diagnostics")" = 3 ]
	[[ $diagnostics == *"error: 'tree = nobody' names no"* ]]
	[[ $diagnostics == *'and 27 more warnings of these kinds (--verbose'* ]]
	treaty policy check --verbose many.ini
	[ "$(grep -c ' has no tree, so its' <<<"$diagnostics")" = 30 ]
}

@test "an expression that cannot be decided" {
	add_policy <<-'EOP'
		[subsystem "slow"]
		match = ^(a+)+b
	EOP
	treaty policy check --against HEAD "$POLICY"
	assert_status 0
	commit "$(printf 'a%.0s' {1..200})/b"
	treaty policy check --against HEAD "$POLICY"
	assert_undecided
}

@test "a subcommand of policy without its 'policy'" {
	for word in check chek show lint import; do
		treaty "$word" policy.ini
		assert_status 129
		[[ $diagnostics == *"did you mean 'policy "* ]] ||
			fail "$word: another word"
	done
	treaty audt
	[[ $diagnostics == *"did you mean 'audit'"* ]] || fail "not audit"
	treaty xyzzy
	[[ $diagnostics != *'did you mean'* ]] || fail "nothing is near"
}
