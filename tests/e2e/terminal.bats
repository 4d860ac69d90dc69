#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# What people see on a terminal: width, pager, progress. Not what programs read.

load lib

setup() {
	sandbox
	default_policy
	git init -q kvm
	cd kvm
	git config treaty.policy "$POLICY"
	git config treaty.tree kvm
	commit virt/kvm.c
	git tag clean
	commit kernel/a.c -m "$(printf '%40s' | tr ' ' 'a') $(printf '%40s' | tr ' ' 'b') end"
	unset COLUMNS LESS PAGER GIT_PAGER
}

# on_terminal WIDTH COMMAND: what it prints on a terminal of so many columns.
on_terminal() {
	needs_terminal
	status=0
	output="$(script -qec "stty cols $1; $2" /dev/null </dev/null |
		tr -d '\r')" || status=$?
}

# The longest line, but for those of one long word.
widest() {
	grep -v '/policy.ini' <<<"$output" |
		awk 'length > n { n = length } END { print n + 0 }'
}

@test "text fits a terminal's width, and what COLUMNS says" {
	on_terminal 60 'git treaty audit --no-pager'
	[ "$(widest)" -le 60 ] || fail "$(widest)"
	assert_output_has $'\n       '
	COLUMNS=50 treaty audit
	[ "$(widest)" -le 60 ]
	COLUMNS=70 treaty owner kernel/a.c
	[ "$(widest)" -le 70 ]
	COLUMNS=72 treaty explain sign-off
	[ "$(grep -v '^    ' <<<"$output" | awk 'length > 72')" = '' ]
}

@test "pipes, files and hooks get whole lines" {
	treaty audit
	assert_output_has "$(printf '%40s' | tr ' ' 'a') $(printf '%40s' | tr ' ' 'b') end"
	[ "$(widest)" -gt 80 ]
	new_server server kvm
	git remote add origin ../server.git
	COLUMNS=40 push_refused origin main
	[ "$(widest)" -gt 80 ]
}

@test "a pager is used on a terminal, and only there" {
	on_terminal 80 'PAGER="sed s/^/paged:/" git treaty audit'
	assert_output_has 'paged:git-treaty: found:'
	on_terminal 80 'GIT_PAGER="sed s/^/paged:/" PAGER=false git treaty owner kernel/a.c'
	assert_output_has 'paged:kernel/a.c'
	git config core.pager 'sed s/^/core:/'
	on_terminal 80 'git treaty explain sign-off'
	assert_output_has 'core:sign-off (off)'
	on_terminal 80 'git treaty audit; echo status $?'
	assert_output_has 'core:git-treaty: found:'
	assert_output_has 'status 1'
	on_terminal 80 'git treaty audit --no-pager'
	assert_output_lacks 'core:'
	on_terminal 80 'git --no-pager treaty audit'
	assert_output_lacks 'core:'
	on_terminal 80 'GIT_PAGER= git treaty audit'
	assert_output_lacks 'core:'
	on_terminal 80 'git treaty audit --format json'
	assert_output_lacks 'core:'
	treaty audit
	assert_output_lacks 'core:'
}

@test "pulls are folded and paged as well" {
	git checkout -q -b topic clean
	commit kernel/b.c
	git checkout -q main
	merge topic
	on_terminal 60 'PAGER="sed s/^/paged:/" git treaty audit --pulls --color=always'
	assert_output_has 'paged:git-treaty: '
	COLUMNS=50 treaty audit --pulls
	[ "$(widest)" -le 60 ] || fail "$(widest)"
}

@test "a pager that ends early does not change the verdict" {
	git config core.pager 'true'
	on_terminal 80 'git treaty audit; echo status $?'
	assert_output_has 'status 1'
	git config core.pager 'nothing-of-that-name 2>/dev/null'
	on_terminal 80 'git treaty audit; echo status $?'
	assert_output_has 'status 1'
}

@test "a clean audit is one line" {
	treaty audit clean
	assert_status 0
	[ "$(wc -l <<<"$output")" -eq 1 ]
	on_terminal 200 'git treaty audit clean --no-pager'
	[ "$(wc -l <<<"$output")" -eq 1 ]
}

@test "progress tells rate and time left, on standard error" {
	treaty audit --progress
	[[ $diagnostics == *'Reading the history'* ]]
	[[ $diagnostics == *'Judging commits: 100% (2/2), done in '*.*' s' ]]
	treaty audit
	[ -z "$diagnostics" ]
	git clone -q --mirror . ../kvm.git
	git -C ../kvm.git config treaty.policy "$POLICY"
	cd ../kvm.git
	treaty audit --pulls --progress
	[[ $diagnostics == *'Reading the history: '*' commits'* ]]
}

# A git that takes a while over merges.
slow_git() {
	mkdir slow
	cat >slow/git <<-EOG
		#!/bin/sh
		case " \$* " in *" merge-tree "*) sleep 2 ;; esac
		exec $(command -v git) "\$@"
	EOG
	chmod +x slow/git
	PATH=$PWD/slow:$PATH
}

# merge_with_conflict: the branch other, with the branch topic merged by hand.
merge_with_conflict() {
	git checkout -q -b topic clean
	commit virt/kvm.c -m 'Ours'
	git checkout -q -b other clean
	commit virt/kvm.c -m 'Theirs'
	git merge -q topic || :
	echo resolved >virt/kvm.c
	chmod +x virt/kvm.c
	git commit -qam 'Merge topic'
}

@test "progress tells that a run failed" {
	merge_with_conflict
	lose="$(git rev-parse 'topic^{tree}')"
	rm -f ".git/objects/${lose:0:2}/${lose:2}"
	treaty audit --progress clean..other
	assert_status 128
	[[ $diagnostics == *'Judging commits: '*', failed after '*.*' s'* ]]
	[[ $diagnostics != *'done in'* ]]
}

@test "on a terminal, progress shows what takes longer than a second" {
	merge_with_conflict
	on_terminal 200 'git-treaty audit --no-pager clean..other'
	assert_output_lacks 'Judging'
	slow_git
	on_terminal 200 'git-treaty audit --no-pager clean..other'
	assert_output_has 'Judging commits:   0% (0/3), 1 s, 3 commits read, waiting for git merge-tree'
	assert_output_has 'Judging commits: 100% (3/3), done in 2.'
	on_terminal 40 'git-treaty audit --no-pager clean..other'
	assert_output_has 'Judging commits:   0% (0/3), 1 s'
	assert_output_lacks 'merge-tree'
	on_terminal 200 'git-treaty audit --no-pager --quiet clean..other'
	assert_output_lacks 'Judging'
	treaty audit clean..other
	[ -z "$diagnostics" ]
}
