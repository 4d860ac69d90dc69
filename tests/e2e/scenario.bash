# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shellcheck source=tests/e2e/lib.bash
#
# What the tests of policies/linux.ini share: mainline, and trees of the
# policy's names, each with a server and a clone of its maintainer's.

LINUX_INI="${TREATY_SOURCE_DIR:-$BATS_TEST_DIRNAME/../..}/policies/linux.ini"
LINUX_INI="$(realpath "$LINUX_INI")"

# make_fixture COMMAND: runs it, once for all tests of a file, in a sandbox that
# use_fixture copies. What it makes may not know where it is: origin is
# ../NAME.git.
make_fixture() {
	BATS_TEST_TMPDIR="$BATS_FILE_TMPDIR/fixture"
	mkdir "$BATS_TEST_TMPDIR"
	sandbox
	# Without git's samples of hooks.
	git config --global init.templateDir ''
	"$@"
}

# use_fixture: sets up a test; goes to where the repositories are.
use_fixture() {
	sandbox
	# After whatever the fixture has.
	TICK=$((TICK + 1000000))
	test_tick
	POLICY="$LINUX_INI"
	for repository in "$BATS_FILE_TMPDIR"/fixture/*; do
		case "${repository##*/}" in
		bin | home | tmp) ;;
		*) cp -R "$repository" "$BATS_TEST_TMPDIR" ;;
		esac
	done
}

# new_mainline TAG [PATH...]: mainline/ with its release TAG, which has these
# paths (and a Makefile); goes there.
new_mainline() {
	POLICY="$LINUX_INI"
	git init -q "$BATS_TEST_TMPDIR/mainline"
	go mainline
	release "$@"
}

# release TAG [PATH...]: the release TAG, which changes the paths.
release() {
	commit Makefile "${@:2}" -m "Linux ${1#v}"
	tag "$1"
}

# new_tree NAME: the server NAME.git with the hook, and the clone NAME/; both
# have mainline's tags. Goes to the clone, which is on its first branch yet.
new_tree() {
	new_server "$1" "$1"
	git clone -q -o mainline "$BATS_TEST_TMPDIR/mainline" \
		"$BATS_TEST_TMPDIR/$1"
	go "$1"
	git remote set-url mainline ../mainline
	git remote add origin "../$1.git"
	push_ok origin --tags
	assert_no_finding
}

# go NAME: to that clone.
go() {
	cd "$BATS_TEST_TMPDIR/$1" || return 1
}

# on BRANCH START: makes that branch, and is on it.
on() {
	git checkout -q --no-track -b "$1" "$2"
}

# fetch_tag TREE TAG: what its maintainer published on the server; a draft
# that was redone included.
fetch_tag() {
	git fetch -q --force "$BATS_TEST_TMPDIR/$1.git" tag "$2"
}

# pull_tag TREE TAG: the same, and merges it.
pull_tag() {
	fetch_tag "$@"
	merge "$2"
}

# retag TAG COMMIT: the draft TAG again, on another commit.
retag() {
	test_tick
	git tag -f -a -m "Tag $1, again" "$1" "$2" >/dev/null
}

# cherry_pick REV...: the same changes as other commits.
cherry_pick() {
	test_tick
	git cherry-pick "$@" >/dev/null
}

# vary TREE SED-ARGUMENT...: from now on TREE's server has linux.ini as sed
# changes it; $POLICY is that file.
vary() {
	local tree="$1"

	shift
	POLICY="$BATS_TEST_TMPDIR/linux.ini"
	sed "$@" "$LINUX_INI" >"$POLICY"
	! cmp -s "$LINUX_INI" "$POLICY" || fail "sed $*: changes nothing"
	git treaty policy check --quiet "$POLICY" >/dev/null ||
		fail "sed $*: no policy any more"
	(cd "$BATS_TEST_TMPDIR/$tree.git" &&
	 git treaty install --quiet --policy "$POLICY" --tree "$tree")
}

# in_section HEADER COMMAND: a sed script that runs the command in that section
# of a policy; HEADER is a regular expression.
in_section() {
	echo "/^\\[$1\\]/,/^\\[/{ $2; }"
}

# assert_lines LINE...: the output is these lines, in this order.
assert_lines() {
	[ "$output" = "$(printf '%s\n' "$@")" ] ||
		fail "expected exactly:" "$@"
}

# found RULE: of an audit, a line `subject: path (tree)` for each path of each
# finding, sorted; a path that several subsystems own has a line for each.
found() {
	output="$(json ".findings[] | select(.rule == \"$1\") | .subject as
		\$s | .paths[] | \"\(\$s): \(.path) (\(.tree))\"" | sort)"
}

# assert_policy_line PATTERN: the verdict names a line of $POLICY that matches
# the extended regular expression.
assert_policy_line() {
	sed -nE 's/^ *policy: .*:([0-9]+)$/\1p/p' <<<"$output" |
		sed -n -f - "$POLICY" | grep -qxE -- "$1" ||
		fail "expected a finding with the policy's line $1"
}
