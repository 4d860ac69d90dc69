# SPDX-License-Identifier: GPL-2.0-only
# Waivers: findings that are known and accepted, for a time.

load lib

setup() {
	sandbox
	default_policy
	kvm_server
	commit virt/a
	push_ok origin main
	commit mm/a -m 'mm: known and accepted'
}

# waive DAYS KEY...: a waiver for the tip that ends so many days from today.
waive() {
	printf '\n[waiver "mm-2026"]\nrule = foreign-path\ntree = kvm\n' \
		>>"$POLICY"
	printf 'expires = %s\n' "$(date -u -d "$1 days" +%F)" >>"$POLICY"
	printf '%s\n' 'reason = agreed on the list' "${@:2}" >>"$POLICY"
}

@test "a waived finding is printed and refuses nothing" {
	push_refused origin main
	waive 30 "commit = $(git rev-parse HEAD)"
	push_ok origin main
	assert_output_has 'waived: foreign-path: '
	assert_output_has 'mm: known and accepted'
	assert_output_has "waiver: mm-2026, until $(date -u -d '30 days' +%F): \
agreed on the list"
	assert_output_has 'accepted: 0 errors, 0 warnings, 1 waived, 1 new'
	audit --policy "$POLICY" --tree kvm main
	assert_status 0
	[ "$(json '.findings[0].waiver')" = mm-2026 ]
	[ "$(json '.findings[0].severity')" = error ]
	[ "$(json '.verdict')" = accept ]
}

@test "only what the waiver is for is waived" {
	waive 30 "commit = $(git rev-parse HEAD)"
	commit mm/a -m 'mm: another one'
	push_refused origin main
	assert_output_has 'error: foreign-path: '
	assert_output_has 'waived: foreign-path: '
	assert_output_has 'refused: 1 error, 0 warnings, 1 waived'
	audit --policy "$POLICY" --tree tip main
	assert_status 1
	[ "$(json '[.findings[] | select(.waiver)] | length')" = 0 ]
}

@test "a path is waived, and a commit that changes others is not" {
	waive 30 'path = mm/'
	push_ok origin main
	commit mm/a kernel/a
	push_refused origin main
}

@test "a waiver ends with its last day" {
	waive -1 'path = mm/'
	push_refused origin main
	assert_output_lacks 'waived'
	treaty policy check "$POLICY"
	assert_status 0
	[[ $diagnostics == *'"mm-2026"] ended on '* ]]
	sed -i "s/^expires.*/expires = $(date -u +%F)/" "$POLICY"
	push_ok origin main
	treaty policy check "$POLICY"
	assert_status 0
	[[ $diagnostics == *'"mm-2026"] ends on '* ]]
	treaty status --policy "$POLICY" --tree kvm
	assert_output_has '[waiver "mm-2026"] ends on '
	sed -i "s/^expires.*/expires = $(date -u -d '20 days' +%F)/" "$POLICY"
	treaty policy check "$POLICY"
	[[ $diagnostics != *mm-2026* ]]
}

@test "a waiver of more than a year is an error of the policy" {
	waive 400 'path = mm/'
	push_undecided origin main
	assert_output_has 'a waiver ends within a year'
	treaty policy check "$POLICY"
	assert_status 128
	sed -i "s/^expires.*/expires = $(date -u -d '364 days' +%F)/" "$POLICY"
	push_ok origin main
}

@test "--suggest-waiver prints the waiver that answers the refusal" {
	commit mm/b -m 'mm: and this one'
	treaty audit --policy "$POLICY" --tree kvm --suggest-waiver main
	assert_status 1
	assert_output_has 'a waiver for the policy, if its author agrees:'
	sed -n '/^    \[waiver/,/^    by = /s/^    //p' <<<"$output" >suggested
	[ "$(grep -c '^commit = ' suggested)" = 2 ]
	{ echo; cat suggested; } >>"$POLICY"
	push_ok origin main
	treaty audit --policy "$POLICY" --tree kvm --suggest-waiver main
	assert_status 0
	assert_output_lacks 'if its author agrees'
}
