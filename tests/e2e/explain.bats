#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# git treaty explain: the manual's chapter about a rule; and when there are colors.

load lib

@test "each rule is explained, with a refused and a mended push" {
	for rule in $(git treaty explain | cut -d' ' -f1); do
		treaty explain "$rule"
		assert_status 0
		[[ $output == "$rule ("*')'* ]] || fail "of $rule"
		[ "$(grep -c '^    \$ git push ' <<<"$output")" -eq 2 ] ||
			fail "two pushes of $rule"
		assert_output_has "error: $rule:" 2>/dev/null ||
			assert_output_has "warn: $rule:"
		assert_output_has 'Mend: '
		! grep -qE '^[^ ].*\*|```|^;|^#' <<<"$output" || fail "marks in $rule"
	done
}

@test "rules are listed, and near names suggested" {
	treaty explain
	assert_status 0
	[ "$(wc -l <<<"$output")" -ge 12 ]
	treaty explain foreign-paths
	assert_status 129
	[[ $diagnostics == *"did you mean 'foreign-path'?"* ]]
	treaty explain zzzzzzzzzzzzzzzzz
	assert_status 129
	treaty explain foreign-path sign-off
	assert_status 129
}

@test "each rule of a report ends with the hint, once" {
	default_policy
	git init -q kvm
	cd kvm
	commit kernel/a.c -m 'one'
	git commit -q --amend --no-edit --author 'B <b@example.com>'
	commit arch/x86/b.c -m 'two'
	treaty audit --policy "$POLICY" --tree kvm
	assert_status 1
	[ "$(grep -c '^  help: git treaty explain foreign-path$' <<<"$output")" -eq 1 ]
	[ "$(sed -n '/help: /,$p' <<<"$output" | wc -l)" -eq 3 ]
}

# colored WHEN... : whether explain is
colored() {
	treaty explain foreign-path "$@"
	[[ $output == *$'\e['* ]]
}

@test "colors follow --color, NO_COLOR, color.ui and the terminal" {
	default_policy
	git init -q kvm
	cd kvm
	commit kernel/a.c
	git config treaty.policy "$POLICY"
	git config treaty.tree kvm
	unset NO_COLOR
	export TERM=xterm
	run ! colored
	colored --color=always
	run ! colored --color never
	treaty explain foreign-path --color=sometimes
	assert_status 129
	[[ $diagnostics == *'expected auto|always|never'* ]]
	treaty audit
	assert_output_lacks $'\e['
	git config color.ui always
	treaty audit
	assert_output_has $'\e['
	NO_COLOR=1 treaty audit
	assert_output_has $'\e['
	treaty audit --no-color
	assert_output_lacks $'\e['
	treaty audit --color never
	assert_output_lacks $'\e['
	needs_terminal
	git config color.ui auto
	output="$(script -qec 'git treaty audit' /dev/null)" || true
	assert_output_has $'\e['
	output="$(NO_COLOR=1 script -qec 'git treaty audit' /dev/null)" || true
	assert_output_lacks $'\e[31m'
	git config color.ui never
	output="$(script -qec 'git treaty audit' /dev/null)" || true
	assert_output_lacks $'\e[31m'
}
