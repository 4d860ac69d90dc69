#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# install/ci: the jobs' own commands, run as a CI server would.

load lib

CI="$BATS_TEST_DIRNAME/../../install/ci"

# A server with a policy on its branch main, and a branch `request` that is to
# be merged; then a shallow clone of the request, which becomes the current
# directory.
setup() {
	sandbox
	default_policy
	git init -q --bare server.git
	new_clone server work
	cp "$POLICY" treaty.ini
	git add treaty.ini
	commit virt/kvm.c
	commit kernel/old.c -m 'sched: found before'
	git push -q origin main
	git checkout -q -b request
	commit virt/more.c
}

# job FILE: its commands, one a line, as the server gives them to a shell.
job() {
	python3 - "$CI/$1" <<-'EOP'
		import sys, yaml

		def commands(part):
		    if isinstance(part, dict):
		        for key, value in part.items():
		            if key in ("run", "script"):
		                yield from [value] if isinstance(value, str) else value
		            else:
		                yield from commands(value)
		    elif isinstance(part, list):
		        for value in part:
		            yield from commands(value)

		print("\n".join(commands(yaml.safe_load(open(sys.argv[1])))))
	EOP
}

# in_ci FILE: runs the job in a shallow clone of the request.
in_ci() {
	python3 -c 'import yaml' 2>/dev/null || skip 'needs python3-yaml'
	git push -q -f origin request
	BASE="$(git rev-parse origin/main)" HEAD="$(git rev-parse request)"
	export BASE HEAD TREATY_TREE=kvm
	rm -rf ../runner
	git clone -q --depth 1 -b request "file://$BATS_TEST_TMPDIR/server.git" \
		../runner
	job "$1" | grep -v apt-get |
		sed "s,/usr/share/git-treaty/ci,$CI,g" >../job.sh
	[ "$(grep -c /audit ../job.sh)" -ge 2 ]
	status=0
	output="$(cd ../runner && bash -e ../job.sh 2>"$BATS_TEST_TMPDIR/err")" ||
		status=$?
	diagnostics="$(cat "$BATS_TEST_TMPDIR/err")"
}

@test "GitHub: a clean request passes, a trespass fails and is annotated" {
	in_ci github.yml
	assert_status 0
	jq -e '.runs[0].results == []' ../runner/treaty.sarif
	commit kernel/new.c -m 'sched: a trespass'
	GITHUB_STEP_SUMMARY="$BATS_TEST_TMPDIR/summary" in_ci github.yml
	assert_status 1
	assert_output_has '::error title=foreign-path,file=kernel/new.c::'
	grep -q 'a trespass' "$BATS_TEST_TMPDIR/summary"
	assert_output_lacks 'found before'
}

@test "GitLab: reports are written, and then the job fails" {
	in_ci gitlab.yml
	assert_status 0
	[ "$(cat ../runner/treaty.json)" = '[]' ]
	commit kernel/new.c -m 'sched: a trespass'
	in_ci gitlab.yml
	assert_status 1
	assert_output_has 'sched: a trespass'
	[ "$(jq -r '.[].location.path' ../runner/treaty.json)" = kernel/new.c ]
	grep -q 'failures="1"' ../runner/treaty.xml
}

@test "a request does not choose its own policy" {
	sed -i 's/^tree *= tip$/tree = kvm/' treaty.ini
	git commit -q -a -m 'policy: it is all ours'
	commit kernel/new.c -m 'sched: a trespass'
	in_ci gitlab.yml
	assert_status 1
	git rm -q treaty.ini
	git commit -q -m 'policy: there is none'
	in_ci gitlab.yml
	assert_status 1
}

@test "what cannot be decided fails with 128" {
	git checkout -q -B main origin/main
	git rm -q treaty.ini
	git commit -q -m 'no policy'
	git push -q origin main
	git checkout -q -B request
	commit virt/x.c
	in_ci gitlab.yml
	assert_status 128
}

@test "a baseline of the base is used, and a policy in a file" {
	git checkout -q -B main origin/main
	git treaty audit --policy "$POLICY" --tree kvm --format json \
		>treaty-baseline.json || true
	git add treaty-baseline.json
	git commit -q -m 'what we know'
	git push -q origin main
	git checkout -q -B request
	commit kernel/new.c -m 'sched: a trespass'
	export TREATY_BASELINE=treaty-baseline.json
	in_ci gitlab.yml
	assert_status 1
	assert_output_has '1 error, 0 warnings, 0 known before'

	# The whole branch, of which one commit was known.
	cd ../runner
	root="$(git rev-list --max-parents=0 HEAD)"
	git cat-file blob HEAD~1:treaty-baseline.json >../old.json
	status=0
	output="$(TREATY_BASELINE= TREATY_POLICY="$POLICY" "$CI/audit" "$root" \
		HEAD text --baseline ../old.json)" || status=$?
	assert_status 1
	assert_output_has '1 error, 0 warnings, 1 known before'
}

@test "pre-commit runs the manifest before a push" {
	command -v pre-commit >/dev/null || skip 'no pre-commit'
	mkdir -p "$BATS_TEST_TMPDIR/hooks/install/ci"
	cp "$CI/../../.pre-commit-hooks.yaml" "$BATS_TEST_TMPDIR/hooks"
	cp "$CI/pre-commit" "$BATS_TEST_TMPDIR/hooks/install/ci"
	git -C "$BATS_TEST_TMPDIR/hooks" init -q
	git -C "$BATS_TEST_TMPDIR/hooks" add .
	git -C "$BATS_TEST_TMPDIR/hooks" commit -q -m hooks
	cat >.pre-commit-config.yaml <<-EOP
		repos:
		  - repo: $BATS_TEST_TMPDIR/hooks
		    rev: $(git -C "$BATS_TEST_TMPDIR/hooks" rev-parse HEAD)
		    hooks:
		      - id: git-treaty
	EOP
	git add .pre-commit-config.yaml
	git commit -q -m 'pre-commit: use git-treaty'
	git config treaty.policy "$POLICY"
	git config treaty.tree kvm
	export PRE_COMMIT_HOME="$BATS_TEST_TMPDIR/pre-commit"
	pre-commit install --hook-type pre-push >/dev/null
	push_ok origin request
	commit kernel/new.c -m 'sched: a trespass'
	push_refused origin request
	assert_finding foreign-path
	git reset -q --hard HEAD^
	commit virt/again.c
	push_ok origin request
	push_ok origin request:other
}
