# SPDX-License-Identifier: GPL-2.0-only
# Other tools that put hooks into a clone, and ours: installed before them and
# after them, both run, and what is taken out leaves the other as it was.

bats_require_minimum_version 1.5.0
load ../e2e/lib

setup() {
	sandbox
	default_policy
	git init -q --bare "$BATS_TEST_TMPDIR/kvm.git"
	new_clone kvm
}

needs() {
	command -v "$1" >/dev/null || skip "$1 is not installed"
}

ours() {
	git treaty install --quiet --client --policy "$POLICY" --tree kvm
}

# hooks: name, mode and contents of all hooks there, where git looks for them.
hooks() {
	local dir

	dir="$(git rev-parse --git-path hooks)"
	find "$dir" "$dir".* -type f ! -name '*.sample' -printf '%p %m ' \
		-exec sha256sum {} \; 2>/dev/null | sort
}

# write_hook: a hook of the user's own, of what stands on standard input.
write_hook() {
	{ echo '#!/bin/sh'; cat; } >.git/hooks/pre-push
	chmod +x .git/hooks/pre-push
}

# ours_judges: an honest push goes in, and one to another tree's path does not.
ours_judges() {
	commit virt/a
	push_ok origin HEAD:main
	commit mm/a
	push_refused origin HEAD:main
	git reset -q --hard HEAD^
}

# pre-commit

setup_pre_commit() {
	needs pre-commit
	cat >.pre-commit-config.yaml <<-'EOC'
		repos:
		- repo: local
		  hooks:
		  - id: mark
		    name: mark
		    language: system
		    entry: sh -c 'echo "it ran"; test ! -e .git/forbidden'
		    always_run: true
		    verbose: true
		    pass_filenames: false
		    stages: [push]
	EOC
	git add .pre-commit-config.yaml
	git commit -q -m 'Use pre-commit'
}

pre_commit() {
	pre-commit "$@" --hook-type pre-push >/dev/null
}

pre_commit_runs() {
	commit virt/b
	push_ok origin HEAD:main
	assert_output_has 'it ran'
	touch .git/forbidden
	commit virt/c
	try_push origin HEAD:main
	push_has_failed
	assert_output_has 'Failed'
	rm .git/forbidden
	push_ok origin HEAD:main
}

@test "pre-commit, then ours" {
	local before

	setup_pre_commit
	pre_commit install
	before="$(hooks)"
	ours
	ours_judges
	pre_commit_runs
	git treaty status --quiet
	git treaty uninstall --quiet
	[ "$(hooks)" = "$before" ]
	pre_commit_runs
}

@test "ours, then pre-commit" {
	local before

	setup_pre_commit
	ours
	before="$(hooks)"
	pre_commit install
	ours_judges
	pre_commit_runs
	pre_commit uninstall
	[ "$(hooks)" = "$before" ]
	ours_judges
}

@test "ours, then pre-commit, and ours out" {
	setup_pre_commit
	echo 'echo first' | write_hook
	ours
	pre_commit install
	pre_commit_runs
	assert_output_has first
	git treaty uninstall --quiet
	pre_commit_runs
	assert_output_has first
	pre_commit uninstall
	[ "$(cat .git/hooks/pre-push)" = "$(printf '#!/bin/sh\necho first')" ]
}

@test "ours, pre-commit, ours again, and all out" {
	setup_pre_commit
	ours
	pre_commit install
	ours
	ours_judges
	pre_commit_runs
	git treaty status --quiet
	git treaty uninstall --quiet
	pre_commit_runs
	pre_commit uninstall
	git treaty uninstall --quiet
	[ "$(hooks)" = '' ]
}

# git-lfs

setup_lfs() {
	needs git-lfs
	git config lfs.locksverify false
	git config lfs.allowincompletepush false
}

# A file of LFS, whose contents come to the server.
lfs_runs() {
	git lfs track 'virt/*.bin' >/dev/null
	mkdir -p virt
	echo "$1" >"virt/$1.bin"
	git add .gitattributes "virt/$1.bin"
	git commit -q -m "LFS: $1"
	push_ok origin HEAD:main
	grep -qrxF "$1" "$BATS_TEST_TMPDIR/kvm.git/lfs/objects"
}

@test "git-lfs, then ours" {
	local before

	setup_lfs
	git lfs install --local >/dev/null
	before="$(hooks)"
	ours
	ours_judges
	lfs_runs one
	git treaty status --quiet
	git treaty uninstall --quiet
	[ "$(hooks)" = "$before" ]
	lfs_runs two
}

@test "ours, then git-lfs: it refuses, unless ours is taken out meanwhile" {
	local before

	setup_lfs
	ours
	before="$(hooks)"
	! git lfs install --local >/dev/null 2>&1 || fail 'git lfs installed'
	[ "$(hooks)" = "$before" ] ||
		[ "$(hooks | grep pre-push)" = "$before" ]
	ours_judges
	git treaty uninstall --quiet
	git lfs install --local >/dev/null
	ours
	ours_judges
	lfs_runs one
}

@test "git-lfs that takes our place by force is seen" {
	setup_lfs
	ours
	git lfs install --local --force >/dev/null
	treaty status --policy "$POLICY" --tree kvm
	assert_status 1
	assert_output_has 'another hook is there'
	ours
	git treaty status --quiet
	ours_judges
	lfs_runs one
}

# husky 9: its hooks are found by core.hooksPath.

setup_husky() {
	needs node
	HUSKY_PACKAGE="${HUSKY_PACKAGE:-$(npm root -g 2>/dev/null)/husky}"
	[ -e "$HUSKY_PACKAGE/bin.js" ] ||
		skip 'husky is not installed (npm install -g husky)'
	mkdir .husky
	echo 'echo "it ran"; test ! -e .git/forbidden' >.husky/pre-push
	git add .husky
	git commit -q -m 'Use husky'
}

husky() {
	node "$HUSKY_PACKAGE/bin.js"
}

husky_runs() {
	commit virt/b
	push_ok origin HEAD:main
	assert_output_has 'it ran'
	touch .git/forbidden
	commit virt/c
	try_push origin HEAD:main
	push_has_failed
	rm .git/forbidden
	push_ok origin HEAD:main
}

@test "husky, then ours" {
	local before

	setup_husky
	husky
	before="$(hooks)"
	ours
	[ "$(git status --short 2>&1)" = '' ]
	ours_judges
	husky_runs
	git treaty status --quiet
	git treaty uninstall --quiet
	[ "$(hooks)" = "$before" ]
	husky_runs
}

@test "ours, then husky: it hides ours, and ours goes above it" {
	setup_husky
	ours
	husky
	treaty status
	assert_status 1
	assert_output_has 'core.hooksPath'
	ours
	git treaty status --quiet
	ours_judges
	husky_runs
}

@test "husky that runs again takes our place, which is seen" {
	setup_husky
	husky
	ours
	husky
	treaty status
	assert_status 1
	assert_output_has 'another hook is there'
	ours
	git treaty status --quiet
	ours_judges
	husky_runs
}
