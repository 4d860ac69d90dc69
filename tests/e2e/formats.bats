#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# audit --format: the same findings in each, whatever names and messages hold.

load lib

FORMATS='json sarif junit github gitlab html'
# The picture has no findings to read back.
ALL_FORMATS="text $FORMATS dot"

# A history with a finding of every severity, and everything that is special
# in one of the formats.
setup() {
	sandbox
	default_policy
	add_policy <<-EOP
		[rule "sign-off"]
		severity = warn
		[rule "duplicate-patch"]
		severity = info
		[shared-tag "noinstr-*"]
		tree = tip
		signed = no
		[shared-tag "kvm-*"]
		tree = kvm
		[waiver "the <script> & 'others'"]
		rule    = foreign-path
		tree    = kvm
		path    = mm/
		expires = $(date -u -d '+10 days' +%F)
		reason  = agreed "on" the <list>
	EOP
	export GIT_LITERAL_PATHSPECS=1
	git init -q kvm
	cd kvm
	git config treaty.policy "$POLICY"
	git config treaty.tree kvm
	commit virt/kvm.c -m 'KVM: fine'
	commit mm/page.c -m 'mm: waived'
	commit kernel/sched.c -m 'sched: <script>alert(1)</script> "q" & ]]> {0} [a](b)'
	commit $'kernel/\xff\xfe<b>%: ,\n\x01.c' -m $'bad \xff bytes \e[31m \xef\xbf\xbf' 2>/dev/null
	commit '::error::x##[error]y/a' 'kernel/##[x]' -m '##[error]boo | `x` *y*'
	commit kernel/a.c kernel/b.c kernel/c.c kernel/d.c -m '::error::z'
	git checkout -q -b side HEAD~2
	commit virt/side.c -m 'KVM: beside'
	git checkout -q main
	git merge -q --no-ff --no-commit side >/dev/null
	echo more >>kernel/sched.c
	git commit -q -a -m 'Merge with a change'
	git tag kvm-light
}

read_back() {
	python3 "$BATS_TEST_DIRNAME/read_back.py" "$1" <<<"$output"
}

@test "all formats have the same findings, and the same exit status" {
	audit
	wanted="$(read_back json)"
	[ "$(cut -d' ' -f3 <<<"$wanted" | sort -u | xargs)" = 'error waived warn' ]
	grep -q '^shared-tag refs/tags/kvm-light error' <<<"$wanted"
	for format in $FORMATS; do
		treaty audit --format "$format"
		assert_status 1
		[ -z "$diagnostics" ]
		[ "$(read_back "$format")" = "$wanted" ] ||
			fail "$format: $(diff <(read_back "$format") - <<<"$wanted")"
		LC_ALL=C.UTF-8 grep -qav '[^[:print:][:space:]]' <<<"$output"
	done
	treaty audit --verbose
	[ "$(read_back text)" = "$wanted" ]
}

@test "two runs are the same to the byte" {
	git checkout -q -b topic
	commit kernel/x.c
	git checkout -q main
	merge topic -m "Merge branch 'kvm/x'"
	for format in $ALL_FORMATS; do
		for pulls in '' --pulls; do
			treaty audit $pulls --format "$format"
			assert_status 1
			first="$output"
			treaty audit $pulls --format "$format"
			[ "$output" = "$first" ] || fail "$format $pulls differs"
		done
	done
}

# same_with_one_worker AUDIT-ARGUMENT...: in each format.
same_with_one_worker() {
	local format

	for format in $ALL_FORMATS; do
		[ "$(taskset -c 0 git treaty audit --format "$format" "$@" |
			sha1sum)" = "$(git treaty audit --format "$format" "$@" |
			sha1sum)" ] || fail "$format differs"
	done
}

@test "one worker and two give the same bytes" {
	git checkout -q --orphan many
	git rm -rfq .
	for i in $(seq 700); do
		echo "commit refs/heads/many"
		echo "committer C <c@example.com> $((TICK + i)) +0000"
		echo "data <<E"; echo "sched: $i"; echo E
		echo "M 644 inline kernel/$((i % 7)).c"
		echo "data <<E"; echo "$i"; echo E
	done | git fast-import --quiet --force
	same_with_one_worker many
}

@test "one worker and two give the same bytes, of pulls too" {
	for i in $(seq 12); do
		git checkout -q -b work
		commit "kernel/$i.c" "virt/$i.c" -m "sched: $i"
		git checkout -q main
		merge work -m "Merge branch 'kvm/$i'"
		git branch -q -d work
	done
	same_with_one_worker --pulls
}

@test "warnings do not fail an audit in any format" {
	root="$(git rev-list --max-parents=0 main)"
	for format in $FORMATS; do
		treaty audit --format "$format" "$root"
		assert_status 0
		[ "$(read_back "$format")" = \
			"sign-off $(cut -c1-12 <<<"$root") warn" ] ||
			fail "$format"
	done
}

@test "a baseline of either kind holds in all formats" {
	treaty audit --format sarif
	echo "$output" >"$BATS_TEST_TMPDIR/old.sarif"
	audit
	echo "$output" >"$BATS_TEST_TMPDIR/old.json"
	[ "$(json '.findings[].fingerprint' | sort)" = \
		"$(jq -r '.runs[].results[].partialFingerprints["gitTreaty/v1"]' \
		<"$BATS_TEST_TMPDIR/old.sarif" | sort)" ]
	commit kernel/new.c
	for old in old.json old.sarif; do
		for format in json sarif github gitlab; do
			treaty audit --format "$format" \
				--baseline "$BATS_TEST_TMPDIR/$old"
			assert_status 1
			[ "$(read_back "$format" | grep -v waived)" = \
				"foreign-path $(git rev-parse HEAD | cut -c1-12) error
sign-off $(git rev-parse HEAD | cut -c1-12) warn" ] || fail "$format"
		done
	done
	treaty audit --format junit --baseline "$BATS_TEST_TMPDIR/old.sarif"
	[ "$(read_back junit | grep -c 'error$')" = 1 ]
	git reset -q --hard HEAD^
	treaty audit --baseline "$BATS_TEST_TMPDIR/old.sarif"
	assert_status 0
}

@test "SARIF describes each rule, and places each finding" {
	treaty audit --format sarif
	[ "$(json '.runs[0].tool.driver.rules | map(.id) | sort | join(" ")')" = \
		"$(git treaty explain | cut -d' ' -f1 | sort | xargs)" ]
	[ "$(json '[.runs[0].tool.driver.rules[] | select((.help.text |
		contains("Mend:")) and (.help.markdown | contains("Mend:")))] |
		length')" = "$(git treaty explain | wc -l)" ]
	[ "$(json '.runs[0].automationDetails.id')" = git-treaty/kvm/ ]
	[ "$(json '[.runs[0].results[].locations[].physicalLocation
		.artifactLocation.uri] | map(select(startswith("kernel/%FF"))) |
		unique[]')" = 'kernel/%FF%FE%3Cb%3E%25%3A%20%2C%0A%01.c' ]
	[ "$(json '.runs[0].results[] | select(.suppressions)
		.suppressions[0].justification')" = 'agreed "on" the <list>' ]
}

# check_sarif AUDIT-OPTION...: the schema is OASIS's; TREATY_SARIF_SCHEMA names a
# copy of it. Without one, what it requires of the parts that are used here.
check_sarif() {
	treaty audit --format sarif "$@"
	if [ "${TREATY_SARIF_SCHEMA-}" ]; then
		python3 -c 'import json, jsonschema, sys
jsonschema.validate(json.load(sys.stdin), json.load(open(sys.argv[1])))' \
			"$TREATY_SARIF_SCHEMA" <<<"$output"
	fi
	python3 "$BATS_TEST_DIRNAME/sarif_subset.py" <<<"$output"
}

@test "SARIF is as its schema asks" {
	check_sarif
	assert_output_has '"suppressions"'
	echo "$output" >"$BATS_TEST_TMPDIR/old.sarif"
	commit kernel/new.c
	check_sarif --baseline "$BATS_TEST_TMPDIR/old.sarif"
	assert_output_has '"baselineState":"unchanged"'
	git checkout -q -b pulled HEAD~2
	commit kernel/pulled.c
	git checkout -q main
	merge pulled -m "Merge branch 'kvm/<next>'"
	check_sarif --pulls
	assert_output_has '"kind":"pull"'
	check_sarif main..main
	[ "$(json '.runs[0].results | length')" = 0 ]
	check_sarif --pulls main..main
}

@test "JUnit is well-formed, and only errors fail" {
	treaty audit --format junit
	if command -v xmllint >/dev/null; then
		xmllint --noout - <<<"$output"
	fi
	[ "$(grep -c '<failure' <<<"$output")" = \
		"$(grep -c 'type="error"' <<<"$output")" ]
}

@test "GitHub gets ten annotations of a kind, and the rest in a group" {
	for i in $(seq 14); do
		commit "kernel/$i.c"
	done
	export GITHUB_STEP_SUMMARY="$BATS_TEST_TMPDIR/summary.md"
	echo before >"$GITHUB_STEP_SUMMARY"
	treaty audit --format github
	assert_status 1
	[ "$(grep -c '^::error title=' <<<"$output")" = 10 ]
	[ "$(grep -c '^::warning title=' <<<"$output")" = 10 ]
	! grep -vE '^$|^::(error|warning) title=[a-z-]+(,file=[^:,]+)?::' \
		<<<"${output%%::group::*}" || fail 'another line'
	assert_output_has ',file=kernel/sched.c::'
	[ "$(head -n 1 "$GITHUB_STEP_SUMMARY")" = before ]
	grep -q '^## git-treaty: found$' "$GITHUB_STEP_SUMMARY"
	[ "$(grep -c '^| error | foreign-path' "$GITHUB_STEP_SUMMARY")" = 18 ]
	grep -qF '\<script\>alert(1)\</script\>' "$GITHUB_STEP_SUMMARY"
	GITHUB_STEP_SUMMARY=/nowhere/at/all treaty audit --format github
	assert_status 1
	[[ $diagnostics == *'cannot write the summary'* ]]
}

@test "a subject of a megabyte is cut for people, and whole for programs" {
	git checkout -q -b long
	long="$(head -c 1000000 /dev/zero | tr '\0' '<')"
	commit kernel/long.c -m placeholder
	git commit -q --amend -F - <<<"$long"
	export GITHUB_STEP_SUMMARY="$BATS_TEST_TMPDIR/summary.md"
	for format in text junit github gitlab html; do
		treaty audit --format "$format" main..long
		assert_status 1
		[ "${#output}" -lt 60000 ] || fail "$format: ${#output} bytes"
	done
	[ "$(wc -c <"$GITHUB_STEP_SUMMARY")" -lt 20000 ]
	audit main..long
	[ "$(json '.findings[0].subject')" = "$long" ]
}

@test "hooks have text and JSON only" {
	for format in sarif junit github gitlab html dot; do
		run -129 git treaty pre-receive --format "$format" </dev/null
		assert_output_has "unknown format '$format': expected text|json"
	done
	run -129 git treaty audit --format xml
	assert_output_has "unknown format 'xml': expected text|json|sarif"
}
