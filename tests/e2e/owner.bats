# SPDX-License-Identifier: GPL-2.0-only
# git treaty owner: whose a path is, and which line of the policy says so.

load lib

setup() {
	sandbox
	default_policy
	cd "$BATS_TEST_TMPDIR"
}

owner() {
	treaty owner --policy "$POLICY" "$@"
}

line_of() {
	grep -n -- "$1" "$POLICY" | cut -d: -f1
}

@test "in text" {
	owner arch/x86/kvm/mmu.c kernel/rcu/tree.c README MAINTAINERS
	assert_status 0
	[ "$output" = "arch/x86/kvm/mmu.c: kvm
  kvm  (tree kvm)
    $POLICY:$(line_of '^path .*arch/\*/kvm/$'): path = arch/*/kvm/
    Kay Vee Em <kvm@example.com>
kernel/rcu/tree.c: tip, rcu
  core  (tree tip)
    $POLICY:$(line_of '^path .*kernel/$'): path = kernel/
    Co Re <core@example.com>
  rcu  (tree rcu)
    $POLICY:$(line_of '^path .*kernel/rcu/$'): path = kernel/rcu/
    Ar See You <rcu@example.com>
README: no subsystem claims it
MAINTAINERS: no subsystem claims it
  anyone may change it
    $POLICY:$(line_of '^commons'): commons = MAINTAINERS" ]
}

@test "in JSON, with the fields of the manual" {
	owner --format json kernel/rcu/tree.c README
	assert_status 0
	[ "$(json -c '[.version, .command, (.paths | length)]')" = \
		'[1,"owner",2]' ]
	[ "$(json -c '.paths[0] | [.path, .owners, .commons]')" = \
		'["kernel/rcu/tree.c",["tip","rcu"],null]' ]
	[ "$(json -c '.paths[0].subsystems[1] | [.name, .trees, .depth, .policy,
		.maintainers]')" = "[\"rcu\",[\"rcu\"],2,\"$POLICY:$(line_of \
		'^path .*kernel/rcu/$')\",[\"Ar See You <rcu@example.com>\"]]" ]
	[ "$(json -c '.paths[1]')" = \
		'{"path":"README","owners":[],"commons":null,"subsystems":[]}' ]
}

@test "paths from standard input" {
	treaty owner --policy "$POLICY" --format json - mm/a \
		< <(printf 'virt/a\n\nkernel/b\n')
	[ "$(json '.paths[].path' | xargs)" = 'virt/a kernel/b mm/a' ]
	treaty owner --policy "$POLICY" --format json -z \
		< <(printf 'virt/a\nb\0kernel/b')
	[ "$(json -c '[.paths[].path]')" = '["virt/a\nb","kernel/b"]' ]
	treaty owner --policy "$POLICY" - < <(printf 'virt/a\0kernel/b\0')
	assert_status 129
	treaty owner --policy "$POLICY" --format json - </dev/null
	[ "$(json -c .paths)" = '[]' ]
	treaty owner --policy "$POLICY"
	assert_status 129
}

@test "what holds for a whole directory" {
	owner kernel/rcu/ kernel/ virt/x/ nowhere/
	assert_status 0
	assert_output_has 'kernel/rcu/: tip, rcu'$'\n'
	assert_output_has 'kernel/: tip; others own parts of it'
	assert_output_has 'virt/x/: kvm'$'\n'
	assert_output_has 'nowhere/: no subsystem claims it'
	owner --format json kernel/rcu/ kernel/ .
	[ "$(json -c '[.paths[].whole]')" = '[true,false,false]' ]
}

@test "no path of a tree" {
	for path in ../virt/a virt/../../virt/a .. /virt/a ''; do
		owner "$path"
		assert_status 129
	done
	for path in ./virt/a virt//a mm/../virt/a :/virt/a; do
		owner "$path"
		assert_status 0
		assert_output_has 'virt/a: kvm'
	done
	owner --format json ./virt//../a
	[ "$(json '.paths[0].path')" = a ]
}

@test "paths start where one stands, as in git" {
	git init -q repo
	git -C repo config treaty.policy "$POLICY"
	cd repo
	commit arch/x86/kvm/a arch/x86/b virt/c
	cd arch/x86
	treaty owner kvm/a ../../virt/c ./kvm :/virt/c "$PWD/b" .
	assert_status 0
	[ -z "$diagnostics" ] || fail "not silent"
	[ "$(sed -n 's/^\([^ ].*\)/\1/p' <<<"$output")" = "$(cat <<-'EOP'
		arch/x86/kvm/a: kvm
		virt/c: kvm
		arch/x86/kvm/: kvm
		virt/c: kvm
		arch/x86/b: tip
		arch/x86/: nobody owns all of it; others own parts of it
	EOP
	)" ] || fail other
	treaty owner --policy "$POLICY" - <<<kvm/a
	assert_output_has 'arch/x86/kvm/a: kvm'
	treaty owner ../../../x
	assert_status 129
	[[ $diagnostics == *"outside the work tree, $(realpath ../..)"* ]] ||
		fail "not outside"
	treaty owner /etc/passwd
	assert_status 129
	ln -s "$(realpath ../..)" "$BATS_TEST_TMPDIR/link"
	cd "$BATS_TEST_TMPDIR/link/arch"
	treaty owner x86/b
	assert_output_has 'arch/x86/b: tip'
}

# both COMMAND...: git ls-files and owner name the same path.
both() {
	treaty owner "$@"
	[ -z "$diagnostics" ] && [ "$(sed -n '1s/: .*//p' <<<"$output")" = \
		"$(git ls-files --full-name "$@")" ] || fail "not as git: $*"
}

@test "paths where git finds another work tree, as git takes them" {
	git init -q repo
	git -C repo config treaty.policy "$POLICY"
	cd repo
	commit arch/x86/kvm/a arch/x86/b virt/c
	git worktree add -q ../linked
	mkdir ../elsewhere
	(cd ../linked/arch && both x86/b && both :/virt/c && both ../virt/c)
	export GIT_DIR="$PWD/.git" GIT_WORK_TREE="$PWD"
	(cd arch && both x86/b && both :/virt/c)
	(cd ../elsewhere && both virt/c)
	(cd arch && GIT_DIR=../.git GIT_WORK_TREE=.. both x86/b)
	unset GIT_WORK_TREE
	# Without it, the root is where one stands.
	(cd arch && both virt/c)
	(cd ../elsewhere && treaty owner virt/c &&
	 assert_output_has 'virt/c: kvm' && [ -z "$diagnostics" ])
	git config core.worktree "$PWD"
	(cd arch && both x86/b)
}

@test "magic of pathspecs" {
	git init -q repo
	git -C repo config treaty.policy "$POLICY"
	cd repo
	commit arch/x86/b virt/c
	cd arch
	both ':(top)virt/c'
	for pattern in ':!virt' ':^virt' ':/!virt' ':(exclude)virt' \
		':(glob)x86/*' ':(icase)X86/b' ':'; do
		treaty owner "$pattern"
		assert_status 129
		[[ $diagnostics == *"'$pattern' is a pattern, not a path"* ]] ||
			fail "not said: $pattern"
	done
	treaty owner './:!x' './:(top)x' :x --quiet
	assert_status 0
	assert_output_has 'arch/:!x: '
	assert_output_has 'arch/:(top)x: '
	assert_output_has 'arch/:x: '
}

@test "a path that is not there is said, and no error" {
	git init -q repo
	git -C repo config treaty.policy "$POLICY"
	cd repo
	commit virt/c virt/d/e
	treaty owner virt/future virt/c
	assert_status 0
	assert_output_has 'virt/future: kvm'
	[ "$diagnostics" = "git-treaty: warning: 'virt/future' is neither in the \
work tree nor in HEAD" ] || fail "another warning"
	treaty owner --quiet virt/future
	[ -z "$diagnostics" ] || fail "not quiet"
	# HEAD has it; one that is new is in the work tree.
	rm -r virt/d
	touch virt/new
	treaty owner virt/d/e virt/d virt/new
	[ -z "$diagnostics" ] || fail "is there"
	assert_output_has 'virt/d/: kvm'
	git clone -q --bare . ../bare.git
	cd ../bare.git
	git config treaty.policy "$POLICY"
	treaty owner virt/d/e
	[ -z "$diagnostics" ] || fail "is there"
	treaty owner virt/x
	[[ $diagnostics == *"'virt/x' is neither"* ]] || fail "is not there"
}

@test "names that would drive a terminal, or are no UTF-8" {
	owner $'virt/\e[2J' $'virt/\xff'
	assert_output_has 'virt/\x1b[2J: kvm'
	assert_output_has 'virt/\xff: kvm'
	owner --format json $'virt/\xff'
	[ "$(json '.paths[0].path')" = 'virt/\xff' ]
}

@test "without a repository, or by the repository's config" {
	treaty owner virt/a
	assert_undecided
	git init -q repo
	git -C repo config treaty.policy "$POLICY"
	cd repo
	treaty owner virt/a
	assert_status 0
	assert_output_has 'virt/a: kvm'
}

@test "what cannot be decided is an error" {
	add_policy <<-'EOP'
		[subsystem "slow"]
		match = ^(a+)+b
	EOP
	owner aab
	assert_status 0
	owner "$(printf 'a%.0s' {1..200})/b"
	assert_status 128
	[[ $diagnostics == 'git-treaty: could not decide whether '* ]]
}
