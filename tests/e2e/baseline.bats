#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# --baseline: of what an audit finds, only what an earlier one lacks counts.

load lib

setup() {
	sandbox
	default_policy
	git init -q kvm
	cd kvm
	git config treaty.policy "$POLICY"
	git config treaty.tree kvm
	commit virt/kvm.c -m 'KVM: the first commit'
	commit kernel/sched.c -m 'sched: somebody elses'
	commit arch/x86/entry.c arch/x86/head.S -m 'x86: neither is this'
}

# Writes baseline.json from the history as it is.
take_baseline() {
	audit "$@"
	printf '%s\n' "$output" >"$BATS_TEST_TMPDIR/baseline.json"
}

known() {
	treaty audit --baseline "$BATS_TEST_TMPDIR/baseline.json" "$@"
}

fingerprints() {
	json '.findings[].fingerprint' | sort
}

@test "what the baseline has is counted, not refused" {
	take_baseline
	assert_status 1
	known
	assert_status 0
	[ "$(wc -l <<<"$output")" -eq 1 ] || fail "expected one line"
	assert_output_has 'git-treaty: clean: 0 errors, 0 warnings, 2 known before, 3 new commits judged'
	known --quiet
	[ -z "$output" ] || fail "expected nothing"
}

@test "what the baseline lacks is found" {
	take_baseline
	commit kernel/time.c -m 'time: a new trespass'
	known
	assert_status 1
	assert_output_has '1 error, 0 warnings, 2 known before'
	assert_output_has 'time: a new trespass'
	assert_output_lacks 'somebody elses'
}

@test "JSON has all findings, and says which are known" {
	take_baseline
	[ "$(json '.findings[0] | has("known")')" = false ]
	commit kernel/time.c -m 'time: a new trespass'
	audit --baseline "$BATS_TEST_TMPDIR/baseline.json"
	assert_status 1
	[ "$(json '[.findings[] | select(.known)] | length')" = 2 ]
	[ "$(json '.findings[] | select(.known | not).subject')" = \
		'time: a new trespass' ]
}

@test "findings are known again after a rebase onto unrelated work, and in other words" {
	take_baseline
	before="$(fingerprints)"
	git checkout -q --orphan other
	git rm -rfq .
	commit virt/kvm.c -m 'KVM: the first commit'
	commit virt/other.c -m 'KVM: unrelated work'
	test_tick
	for commit in main~1 main; do
		git cherry-pick "$commit" >/dev/null
		git commit -q --amend -m 'in other words' --author 'B <b@example.com>'
	done
	git branch -q -M main
	audit main
	assert_status 1
	[ "$(fingerprints)" = "$before" ] || fail "expected: $before"
	known main
	assert_status 0
}

@test "another patch to the same paths is new" {
	take_baseline
	echo more >>kernel/sched.c
	git commit -q -a -m 'sched: somebody elses'
	known
	assert_status 1
	assert_output_has '1 error, 0 warnings, 2 known before'
}

@test "the same patch a second time is new" {
	take_baseline
	git revert --no-edit HEAD >/dev/null
	commit virt/kvm.c
	take_baseline
	git cherry-pick HEAD~2 >/dev/null
	known
	assert_status 1
	assert_output_has '1 error, 0 warnings, 3 known before'
}

@test "another rule, another tree and another path are new" {
	take_baseline
	known --tree rcu
	assert_status 1
	assert_output_has '0 known before'
	add_policy <<-'EOP'
		[rule "sign-off"]
		severity = error
	EOP
	known
	assert_status 1
	assert_output_has 'error: sign-off:'
	assert_output_lacks 'foreign-path'
	sed -i '/^path *= arch.x86.$/s/$/head.S/' "$POLICY"
	known
	assert_output_has 'x86: neither is this'
}

@test "a merge is known by its author, whatever its name and words are" {
	git checkout -q -b topic HEAD~2
	commit virt/topic.c
	git checkout -q main
	git merge -q --no-ff --no-commit topic >/dev/null
	echo evil >>kernel/sched.c
	git commit -q -a -m 'Merge with a change'
	take_baseline
	assert_finding merge-changes
	git commit -q --amend -m 'other words'
	known
	assert_status 0
	git commit -q --amend --author 'B <b@example.com>' --no-edit
	known
	assert_status 1
}

@test "the fingerprint is made as the manual says" {
	take_baseline
	patch="$(git diff-tree -p --root --full-index --no-renames HEAD |
		git patch-id --stable | cut -d' ' -f1)"
	wanted="$(printf '%s\0' 'rule foreign-path' 'tree kvm' "patch $patch" \
		'path arch/x86/entry.c' 'path arch/x86/head.S' | sha1sum)"
	[ "$(json '.findings[] | select(.subject == "x86: neither is this")
		.fingerprint')" = "${wanted%% *}" ]
}

@test "hooks make no fingerprints" {
	git init -q --bare ../kvm.git
	output="$(cd ../kvm.git && git fetch -q ../kvm main &&
		echo "$(git hash-object /dev/null | tr '0-9a-f' 0) $(git rev-parse FETCH_HEAD) refs/heads/main" |
		git treaty pre-receive --policy "$POLICY" --tree kvm \
			--format json 2>&1)" || true
	[ "$(json '.findings | map(.fingerprint) | unique[0]')" = null ]
}

@test "a baseline that cannot be read decides nothing" {
	file="$BATS_TEST_TMPDIR/baseline.json"
	rm -f "$file"
	known
	assert_undecided
	for text in '' '{' '[]' '{}' 'null' '{"runs":[{}]}' '{"runs":[7]}' \
		'{"version":1,"command":"owner","paths":[]}' \
		'{"version":2,"command":"audit","findings":[]}' \
		'{"version":1,"command":"audit"}' \
		'{"version":1,"command":"audit","pulls":[{}]}' \
		'{"version":1,"command":"audit","findings":[{}]}' \
		'{"version":1,"command":"audit","findings":[{"fingerprint":"x"}]}' \
		'{"version":1,"command":"audit","findings":[{"fingerprint":null}]}' \
		'{"runs":[{"results":[{"partialFingerprints":{"x":"y"}}]}]}'; do
		printf '%s' "$text" >"$file"
		known
		assert_undecided
		[[ $diagnostics == *baseline.json:* ]] || fail "of '$text'"
	done
	printf '%100000s' '' | tr ' ' '[' >"$file"
	known
	assert_undecided
	echo '{"version":1,"command":"audit","findings":[]}' >"$file"
	known
	assert_status 1
	echo '{"version":"2.1.0","runs":[{"results":[]}]}' >"$file"
	known
	assert_status 1
}

@test "a waived finding stays waived" {
	take_baseline
	add_policy <<-EOP
		[waiver "sched"]
		rule    = foreign-path
		tree    = kvm
		path    = kernel/
		expires = $(date -u -d '+10 days' +%F)
	EOP
	known
	assert_status 0
	assert_output_has 'waived: foreign-path'
	assert_output_has '1 waived, 1 known before'
}
