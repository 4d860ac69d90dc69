# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What every test here starts from: a sandbox with nothing of the user's in it,
# and words to set up servers and to push to them. Needs bats, git and jq;
# TREATY_PROGRAM is the path of the git-treaty to test.

bats_require_minimum_version 1.5.0

setup() {
	sandbox
}

teardown() {
	local running

	# What a test that failed leaves running would keep bats waiting.
	running="$(jobs -rp)"
	# shellcheck disable=SC2086
	[ -z "$running" ] || kill $running || :
	# The program leaves nothing behind, whatever it was told.
	! compgen -G "$TMPDIR/git-treaty.*" || fail "left behind in $TMPDIR"
}

# sandbox: HOME, config, names, dates and locale are pinned; the current
# directory is $BATS_TEST_TMPDIR.
sandbox() {
	local name

	: "${TREATY_PROGRAM:?the path of the git-treaty to test}"
	for name in $(git rev-parse --local-env-vars) "${!GIT_@}" "${!GL_@}"; do
		unset "$name"
	done
	mkdir -p "$BATS_TEST_TMPDIR"/{bin,home,tmp}
	ln -s "$(realpath "$TREATY_PROGRAM")" "$BATS_TEST_TMPDIR/bin/git-treaty"
	export PATH="$BATS_TEST_TMPDIR/bin:$PATH"
	export HOME="$BATS_TEST_TMPDIR/home" TMPDIR="$BATS_TEST_TMPDIR/tmp"
	export LC_ALL=C TZ=UTC TERM=dumb EDITOR=false NO_COLOR=1
	export GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL="$HOME/.gitconfig"
	export GIT_ATTR_NOSYSTEM=1 GIT_TERMINAL_PROMPT=0 GIT_MERGE_AUTOEDIT=no
	export GIT_AUTHOR_NAME='A U Thor' GIT_AUTHOR_EMAIL=author@example.com
	export GIT_COMMITTER_NAME='C O Mitter'
	export GIT_COMMITTER_EMAIL=committer@example.com
	# A crash of a sanitizer must not pass for a refusal, which is 1.
	export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}exitcode=99"
	export UBSAN_OPTIONS="${UBSAN_OPTIONS:+$UBSAN_OPTIONS:}exitcode=99"
	printf '[%s]\n\t%s\n' init defaultBranch=main gc auto=0 \
		advice detachedHead=false maintenance auto=false \
		core fsync=none \
		>"$GIT_CONFIG_GLOBAL"
	POLICY="$BATS_TEST_TMPDIR/policy.ini"
	cd "$BATS_TEST_TMPDIR" || return 1
	TICK=1112911993
	test_tick
}

# test_tick: every commit and tag is a minute younger than the last.
test_tick() {
	TICK=$((TICK + 60))
	export GIT_AUTHOR_DATE="$TICK +0000" GIT_COMMITTER_DATE="$TICK +0000"
}

# Policies

# write_policy [FILE]: stdin becomes the policy, $POLICY by default.
write_policy() {
	cat >"${1:-$POLICY}"
}

# default_policy: four maintainers' trees, mainline and linux-next. What the
# policies of most tests start from; append sections with `add_policy`.
default_policy() {
	write_policy <<'EOP'
[policy]
version = 1
commons = MAINTAINERS

[tree "mainline"]
role   = upstream
ref    = refs/tags/v*
signed = no

[tree "linux-next"]
role           = integration
ref            = refs/tags/next-*
marker-path    = Next/SHA1s
marker-subject = Add linux-next specific files for *

[tree "tip"]
rewind = refs/heads/auto-*

[tree "kvm"]
rewind = refs/heads/auto-*

[tree "rcu"]

[tree "mm"]

[subsystem "x86"]
tree       = tip
path       = arch/x86/
exclude    = arch/x86/kvm/
maintainer = X Eighty-Six <x86@example.com>

[subsystem "core"]
tree       = tip
path       = include/linux/
path       = kernel/
maintainer = Co Re <core@example.com>

[subsystem "kvm"]
tree       = kvm
path       = virt/
path       = arch/*/kvm/
maintainer = Kay Vee Em <kvm@example.com>

[subsystem "rcu"]
tree       = rcu
path       = kernel/rcu/
maintainer = Ar See You <rcu@example.com>

[subsystem "mm"]
tree       = mm
path       = mm/
maintainer = Em Em <mm@example.com>

[immutable "releases"]
tag = v*
EOP
}

# add_policy: appends stdin to the policy.
add_policy() {
	{ echo; cat; } >>"$POLICY"
}

# many N: that many, or fewer where a process takes many times as long
# (TREATY_FEWER: how many times fewer).
many() {
	echo $(($1 / ${TREATY_FEWER:-1}))
}

# Repositories

# new_server NAME TREE [INSTALL-OPTION...]: the bare repository NAME.git of
# that tree, with the hook that `git treaty install` puts in.
new_server() {
	local name="$1" tree="$2"

	shift 2
	git init -q --bare "$BATS_TEST_TMPDIR/$name.git"
	(cd "$BATS_TEST_TMPDIR/$name.git" &&
	 git treaty install --quiet --policy "$POLICY" --tree "$tree" "$@")
}

# new_clone SERVER [DIR]: clones SERVER.git to DIR (SERVER) and goes there.
new_clone() {
	cd "$BATS_TEST_TMPDIR" || return 1
	git clone -q "$BATS_TEST_TMPDIR/$1.git" "${2:-$1}" 2>/dev/null &&
	cd "${2:-$1}"
}

# kvm_server: what most tests start from: the server of the tree kvm with its
# hook, by the policy as it is now, and a clone of it, which becomes the current
# directory. What the file's function `seed` does was there before the policy.
kvm_server() {
	new_server kvm kvm
	SERVER="$BATS_TEST_TMPDIR/kvm.git"
	new_clone kvm
	if declare -F seed >/dev/null; then
		without_hook kvm seed
	fi
}

# bare_and_work: the empty repositories bare.git ($BARE) and work ($WORK), where
# nothing is installed.
bare_and_work() {
	BARE="$BATS_TEST_TMPDIR/bare.git"
	WORK="$BATS_TEST_TMPDIR/work"
	git init -q --bare "$BARE" &&
	git init -q "$WORK"
}

# many_commits N [FILES]: so many on a branch of the current repository, in one
# pack. They change nothing, or each of them one of so many files.
many_commits() {
	awk -v n="$1" -v files="${2-0}" 'BEGIN {
		for (i = 1; i <= n; i++) {
			printf "commit refs/heads/main\ncommitter A <a@x> " \
				"%d +0000\ndata 1\nx\n", i
			if (files)
				printf "M 644 inline virt/%d\ndata %d\n%d\n",
					i % files, length(i "\n"), i
		}
	}' | git -c fastimport.unpackLimit=0 fast-import --quiet --force
}

# without_hook SERVER COMMAND...: runs it while the server's hooks are away:
# for what was there before the policy was.
without_hook() {
	local server="$BATS_TEST_TMPDIR/$1.git" rc=0

	shift
	mv "$server/hooks" "$server/hooks.away"
	"$@" || rc=$?
	mv "$server/hooks.away" "$server/hooks"
	return $rc
}

# commit PATH... [-m MESSAGE]: adds a line to each path and commits them.
commit() {
	local paths=() message=

	while [ $# -gt 0 ]; do
		case "$1" in
		-m) message="$2"; shift ;;
		*) paths+=("$1") ;;
		esac
		shift
	done
	test_tick
	: "${message:=Change ${paths[0]}}"
	for path in "${paths[@]}"; do
		mkdir -p "$(dirname "./$path")"
		echo "$TICK $message" >>"$path"
	done
	git add -- "${paths[@]}" && git commit -q -m "$message"
}

# tag NAME [REV]: an annotated tag.
tag() {
	test_tick
	git tag -a -m "Tag $1" "$1" "${2:-HEAD}"
}

# merge [OPTION...] REV...: a true merge commit.
merge() {
	test_tick
	git merge -q --no-ff --no-edit "$@" >/dev/null
}

# Pushes

# Where a push with these arguments goes: the path of a repository.
push_target() {
	local arg target=origin

	for arg; do
		case "$arg" in
		-*) ;;
		*) target="$arg"; break ;;
		esac
	done
	arg="$(git remote get-url --push "$target" 2>/dev/null)" &&
		target="$arg"
	echo "${target#file://}"
}

# refs REPOSITORY: what it holds, HEAD with where it points included.
refs() {
	git --git-dir="$1" symbolic-ref -q HEAD
	git --git-dir="$1" for-each-ref --format='%(refname) %(objectname)'
}

# What the other side says stands after `remote: ` and before blanks.
strip_remote() {
	sed -e 's/^remote: //' -e 's/^remote:$//' -e 's/ *$//'
}

# Runs `git push`; sets status, output, refs_before and refs_after.
try_push() {
	local target

	target="$(push_target "$@")"
	refs_before="$(refs "$target")"
	status=0
	output="$(git push "$@" 2>&1 </dev/null | strip_remote
		  exit "${PIPESTATUS[0]}")" || status=$?
	refs_after="$(refs "$target")"
	no_crash
}

# push_ok ARGUMENT...: `git push` succeeds and changes the server's refs.
push_ok() {
	try_push "$@"
	[ "$status" -eq 0 ] || fail "git push $*: refused ($status)"
	[ "$refs_before" != "$refs_after" ] || fail "git push $*: no change"
}

# push_refused ARGUMENT...: `git push` fails, with a verdict of the policy,
# and changes nothing.
push_refused() {
	try_push "$@"
	push_has_failed "$@"
	[[ $output == *"git-treaty: refused: "* ]] ||
		fail "git push $*: failed, but not by a verdict"
}

# in_turn ok|refused [OPTION...] TARGET REF...: pushes the tags among the refs
# first, unless they are there, then the others, with push_ok or push_refused.
in_turn() {
	local verdict="$1" options=() tags=() others=() target ref name

	shift
	while [[ $1 == -* ]]; do
		options+=("$1")
		shift
	done
	target="$1"
	shift
	for ref; do
		name="$(git rev-parse -q --verify "refs/tags/$ref")" || {
			others+=("$ref")
			continue
		}
		[ "$(git --git-dir="$(push_target "$target")" rev-parse -q \
			--verify "refs/tags/$ref")" = "$name" ] || tags+=("$ref")
	done
	[ ${#tags[@]} -eq 0 ] ||
		push_ok "${options[@]}" "$target" "${tags[@]}"
	"push_$verdict" "${options[@]}" "$target" "${others[@]}"
}

# push_undecided ARGUMENT...: `git push` fails because the hook could not
# decide, says so in one sentence, and changes nothing.
push_undecided() {
	try_push "$@"
	push_has_failed "$@"
	[ "$(grep -c '^git-treaty: cannot decide, so the push is refused: ' \
		<<<"$output")" -eq 1 ] ||
		fail "git push $*: failed, but not undecided"
}

push_has_failed() {
	[ "$status" -ne 0 ] || fail "git push $*: accepted"
	[ "$refs_before" = "$refs_after" ] || fail "git push $*: refs changed"
}

# The hook by itself

# run_hook REPOSITORY HOOK [ARGUMENT...] <INPUT: runs the hook as git would;
# sets status and output (both streams), so no pipe may stand before it.
run_hook() {
	local repository="$1" hook="$2"

	shift 2
	status=0
	output="$(cd "$repository" && GIT_DIR=. "./hooks/$hook" "$@" 2>&1 |
		  tr -d '\0'; exit "${PIPESTATUS[0]}")" || status=$?
	no_crash
}

# treaty ARGUMENT...: runs git treaty; output is its stdout, diagnostics its
# stderr.
treaty() {
	status=0
	output="$(git treaty "$@" 2>"$TMPDIR/stderr")" || status=$?
	diagnostics="$(cat "$TMPDIR/stderr")"
	no_crash "$diagnostics"
}

# audit ARGUMENT...: the same as JSON, which is well-formed.
audit() {
	treaty audit --format json "$@"
	case "$status" in
	0 | 1) jq -e . >/dev/null <<<"$output" || fail "no JSON" ;;
	esac
}

# json FILTER [JQ-ARGUMENT...]: what jq makes of the output.
json() {
	jq -r "$@" <<<"$output"
}

# Assertions

fail() {
	printf '%s\n' "$@" "-- status: ${status-}" "-- output:" \
		"${output-}" ${diagnostics:+"-- stderr:" "$diagnostics"} >&2
	return 1
}

# no_crash [TEXT]: no sanitizer and no signal has spoken in the output.
no_crash() {
	case "${1-$output}" in
	*Sanitizer* | *"runtime error: "* | *"Segmentation fault"*)
		fail "the program crashed: ${1-}" ;;
	esac
}

assert_status() {
	[ "$status" -eq "$1" ] || fail "expected status $1"
}

# assert_undecided: status 128 and one sentence.
assert_undecided() {
	assert_status 128 &&
	{ [ "$(grep -c '^git-treaty: ' <<<"$output${diagnostics-}")" -eq 1 ] ||
	  fail "expected one sentence"; }
}

# findings: one `severity rule` a line, from text or from JSON.
findings() {
	if [[ $output == '{'* ]]; then
		json '.findings[] | "\(.severity) \(.rule)"' | sort -u
	else
		sed -nE 's/^(error|warn|info): ([a-z-]+): .*/\1 \2/p' \
			<<<"$output" | sort -u
	fi
}

# assert_finding RULE [SEVERITY]
assert_finding() {
	findings | grep -qxE -- "${2:-[a-z]+} $1" ||
		fail "expected a finding: ${2:+$2 }$1"
}

# assert_no_finding [RULE]
assert_no_finding() {
	! findings | grep -qxE -- "[a-z]+ ${1:-.*}" ||
		fail "expected no finding${1:+: $1}"
}

# assert_only_finding RULE [SEVERITY]: that one and no other rule.
assert_only_finding() {
	assert_finding "$@"
	! findings | grep -qvE -- "^[a-z]+ $1\$" ||
		fail "expected nothing but $1"
}

# assert_redone TAG: an info line says that the draft is redone, once. What else
# was found is left in the output, for the assertions that follow.
assert_redone() {
	assert_finding immutable-tag info
	[ "$(grep -c "draft $1 is redone" <<<"$output")" -eq 1 ] ||
		fail "expected once: draft $1 is redone"
	output="$(awk -v RS= -v ORS='\n\n' \
		'!/^(remote: )?info: immutable-tag:/' <<<"$output")"
}

assert_output_has() {
	[[ $output == *"$1"* ]] || fail "expected in the output: $1"
}

assert_output_lacks() {
	[[ $output != *"$1"* ]] || fail "not expected in the output: $1"
}

# assert_ref REPOSITORY REF [OBJECT]: the ref is there (and is that object).
assert_ref() {
	local is

	is="$(git --git-dir="$1" rev-parse -q --verify "$2")" ||
		fail "expected in $1: $2"
	[ -z "${3-}" ] || [ "$is" = "$(git rev-parse "$3")" ] ||
		fail "expected $2 of $1 to be $3, not $is"
}

assert_no_ref() {
	! git --git-dir="$1" rev-parse -q --verify "$2" >/dev/null ||
		fail "not expected in $1: $2"
}

# Skips the test where no pseudo-terminal is to be had, as in a bare chroot.
needs_terminal() {
	script -qec true /dev/null >/dev/null 2>&1 </dev/null ||
		skip 'script makes no pseudo-terminal here'
}
