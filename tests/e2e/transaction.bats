# SPDX-License-Identifier: GPL-2.0-only
# reference-transaction looks again, with the refs locked, at what the rules
# about refs rest on: two pushes that are each fine must not be wrong together,
# and what is done on the server itself is judged, too.

load lib
load keys

setup_file() {
	make_ssh_keys
}

setup() {
	sandbox
	default_policy
	add_policy <<-'EOP'
		[shared-tag "core-*"]
		tree   = tip
		freeze = merge
		signed = no

		[shared-tag "own-*"]
		tree   = kvm
		freeze = merge
		signed = no

		[shared-tag "done-*"]
		tree   = tip
		signed = no
	EOP
	kvm_server
}

seed() {
	commit arch/x86/a virt/a mm/a -m 'Everything'
	tag v0.1
	git push -q origin main v0.1
	git checkout -q -b topic
	commit arch/x86/a
	tag core-1
	git push -q origin core-1
	git checkout -q main
}

# on_server COMMAND...: git, in the server's repository; as an administrator.
on_server() {
	status=0
	refs_before="$(refs "$SERVER")"
	output="$(git --git-dir="$SERVER" "$@" 2>&1)" || status=$?
	refs_after="$(refs "$SERVER")"
	no_crash
}

server_ok() {
	on_server "$@"
	[ "$status" -eq 0 ] || fail "git $*: refused"
}

server_refused() {
	on_server "$@"
	[ "$status" -ne 0 ] || fail "git $*: accepted"
	[ "$refs_before" = "$refs_after" ] || fail "git $*: refs changed"
	assert_output_has "git-treaty: refused: "
}

# slowly REPOSITORY: each push waits between its verdict and its refs.
slowly() {
	printf '#!/bin/sh\nsleep %s\n' "${1:-1}" >"$SERVER/hooks/update"
	chmod +x "$SERVER/hooks/update"
}

# at_once PUSH1 PUSH2 [FILE]: both at the same time, the arguments of each in one
# word, the second one once the file is there; sets first and second to how they
# ended.
at_once() {
	local pid i

	# shellcheck disable=SC2086
	git push -q $1 >first.out 2>&1 3>&- &
	pid=$!
	second=0
	for ((i = 0; i < 300; i++)); do
		[ -n "${3-}" ] && [ ! -e "$3" ] || break
		sleep .1
	done
	# shellcheck disable=SC2086
	git push -q $2 >second.out 2>&1 || second=$?
	first=0
	wait $pid || first=$?
	output="$(cat first.out second.out)"
}

@test "one push merges a draft, another moves it: not both" {
	merge core-1
	git checkout -q -B topic main^1
	commit arch/x86/a -m 'Another'
	git tag -f -a -m x core-1 >/dev/null
	slowly
	at_once 'origin main' 'origin +core-1'
	[ "$first" -ne 0 ] || [ "$second" -ne 0 ] || fail "both are in"
	[ "$first" -eq 0 ] || [ "$second" -eq 0 ] || fail "none is in"
	[[ $output == *"frozen"* || $output == *"another push"* ]] ||
		fail "no reason"
}

@test "the draft is moved first: the push that merges it says so" {
	merge core-1
	printf '#!/bin/sh\n[ "$1" = refs/tags/core-1 ] || { >judged; sleep 3; }\n' \
		>"$SERVER/hooks/update"
	chmod +x "$SERVER/hooks/update"
	git checkout -q -B topic main^1
	commit arch/x86/a -m 'Another'
	git tag -f -a -m x core-1 >/dev/null
	at_once 'origin main' 'origin +core-1' "$SERVER/judged"
	[ "$second" -eq 0 ] || fail "the draft was not moved"
	[ "$first" -ne 0 ] || fail "both are in"
	assert_output_has "another push has changed refs/tags/core-1"
}

@test "two pushes each delete a branch that keeps a frozen tag: not both" {
	sed -i 's/^rewind = .*/rewind = refs\/heads\/*/' "$POLICY"
	without_hook kvm git push -q origin topic:refs/heads/a \
		topic:refs/heads/b topic:refs/tags/done-1
	push_refused origin :a :b
	assert_finding rebased-tag error
	slowly
	at_once 'origin :a' 'origin :b'
	[ "$first" -ne 0 ] || [ "$second" -ne 0 ] || fail "both are gone"
	[[ $output == *"rebased-tag"* ]] || fail "no reason"
}

@test "a draft and its redone version, merged in the push that redoes it" {
	git checkout -q -B topic
	commit virt/a
	tag own-1
	push_ok origin own-1
	commit virt/a
	git tag -f -a -m x own-1 >/dev/null
	git checkout -q main
	merge topic
	push_ok origin main +own-1
	commit virt/a
	git tag -f -a -m x own-1 >/dev/null
	push_refused origin +own-1
}

@test "a frozen tag is not moved or deleted on the server, a draft is" {
	tag v1.0
	push_ok origin v1.0
	commit virt/a
	push_ok origin main
	server_refused tag -f -a -m x v1.0 main
	assert_finding immutable-tag error
	server_refused tag -d v1.0
	server_refused update-ref -d refs/tags/v1.0
	server_ok tag -f -a -m x core-1 main^0
	server_ok tag mine main
	server_ok tag -f mine main~
	server_ok tag -d mine
}

@test "a branch is not rewound on the server, one that may be is" {
	commit virt/a
	push_ok origin main main:auto-x
	server_refused update-ref refs/heads/main main~
	assert_finding rewound-branch error
	server_refused update-ref refs/heads/main main~ main
	server_refused update-ref -d refs/heads/main
	server_refused branch -f -D main
	server_ok update-ref refs/heads/auto-x main~
	server_ok update-ref -d refs/heads/auto-x
	server_ok update-ref refs/scratch/x main
	server_ok update-ref refs/scratch/x main~
	server_ok update-ref -d refs/scratch/x
	server_refused update-ref refs/replace/1234567890123456789012345678901234567890 main
}

@test "refs that are packed are judged as well" {
	tag v1.0
	push_ok origin v1.0
	commit virt/a
	push_ok origin main
	server_ok pack-refs --all
	server_refused update-ref refs/heads/main main~
	server_refused tag -d v1.0
	server_ok update-ref refs/heads/main main
	push_ok origin main:refs/heads/more
}

@test "gc, pack-refs, fetch, worktrees and repack go on" {
	local before

	tag v1.0
	commit virt/a
	push_ok origin main v1.0 main:auto-x
	before="$(refs "$SERVER")"
	for command in 'gc -q' 'pack-refs --all --prune' 'repack -adq' \
		'reflog expire --all' 'prune' 'maintenance run'; do
		# shellcheck disable=SC2086
		server_ok $command
		[ "$before" = "$(refs "$SERVER")" ] || fail "$command"
	done
	git init -q "$BATS_TEST_TMPDIR/other"
	git -C "$BATS_TEST_TMPDIR/other" fetch -q "$SERVER" main
	commit mm/a
	server_ok fetch -q "$PWD" main:refs/remotes/elsewhere/main
	server_ok worktree add -q "$BATS_TEST_TMPDIR/tree" auto-x
	cd "$BATS_TEST_TMPDIR/tree"
	commit virt/b
	git worktree remove -f "$BATS_TEST_TMPDIR/tree" ||
		git --git-dir="$SERVER" worktree prune
}

# many FIRST LAST [COMMIT]: lines for update-ref --stdin that make branches.
many() {
	seq "$1" "$2" | sed "s|.*|create refs/heads/auto-& ${3-$(git rev-parse main)}|"
}

@test "300 loose refs are packed and pruned, and none is refused" {
	commit virt/a
	tag v1.0
	push_ok origin main v1.0
	for command in 'pack-refs --all --prune' 'gc -q'; do
		many 1 300 | server_ok update-ref --stdin
		git --git-dir="$SERVER" update-ref refs/elsewhere/x main
		# shellcheck disable=SC2086
		server_ok $command
		[ "$refs_before" = "$refs_after" ] || fail "$command"
		[ -z "$(find "$SERVER/refs" -type f)" ] || fail "loose refs"
		sed 's/^create \(.*\) .*/delete \1/' <(many 1 300) |
			server_ok update-ref --stdin
	done
	server_refused tag -d v1.0
}

@test "one governed line in a batch of 300 is found" {
	commit virt/a
	tag v1.0
	push_ok origin main v1.0
	{ many 1 300; echo 'delete refs/tags/v1.0'; } |
		server_refused update-ref --stdin
	{ many 1 300; echo "update refs/heads/main $(git rev-parse main~)"; } |
		server_refused update-ref --stdin
	many 1 300 | server_ok update-ref --stdin
	server_ok pack-refs --all
	# What packed-refs has, a loose ref has moved on from.
	commit virt/a
	push_ok origin main
	server_refused update-ref refs/heads/main main~
	assert_finding rewound-branch error
}

@test "new refs of any name but the protected ones" {
	for ref in refs/notes/x refs/remotes/a/b refs/pull/1/head refs/x/y; do
		server_ok update-ref $ref main
	done
	for ref in refs/replace/1234567890123456789012345678901234567890 \
		refs/treaty/x; do
		server_refused update-ref $ref main
	done
}

# sign_upstream: from now on upstream's refs need the signature of ssh-tip.
sign_upstream() {
	sed -i '/^\[tree "mainline"\]/,/^$/s/^signed .*/signed = yes/' "$POLICY"
	ssh_signer mainline
	git treaty policy check --quiet "$POLICY"
}

@test "a name of upstream's that is new on the server needs a signature" {
	sign_upstream
	server_refused tag -a -m x v1.0 main
	assert_only_finding protected-ref error
	assert_output_has "it is not signed"
	server_refused tag v1.0 main
	server_refused update-ref refs/tags/v1.0 main
	tag_by ssh-impostor v1.0
	without_hook kvm git push -q origin v1.0^{}:refs/heads/x
	server_refused fetch -q "$PWD" v1.0:refs/tags/v1.0
	assert_only_finding protected-ref error
	{ many 1 3; echo "create refs/tags/v1.0 $(git rev-parse main)"; } |
		server_refused update-ref --stdin
	# Other new names are free.
	server_ok tag mine main
	server_ok update-ref refs/heads/y main
	# In two steps: a name that came in without a signature, and moves.
	without_hook kvm git push -q origin v1.0
	server_refused tag -f -a -m x v1.0 main
}

@test "upstream's signed tags are fetched into the server, and made there" {
	local names=()

	sign_upstream
	for i in 1 2 3; do
		commit arch/x86/a
		tag_by ssh-tip "v1.$i"
		names+=("v1.$i:refs/tags/v1.$i")
	done
	server_ok fetch -q "$PWD" "${names[0]}"
	server_ok fetch -q "$PWD" 'refs/tags/v*:refs/tags/v*'
	assert_ref "$SERVER" refs/tags/v1.3 v1.3
	server_ok pack-refs --all
	# The same by its object, and for a push.
	without_hook kvm git push -q origin :v1.2
	server_ok update-ref refs/tags/v1.2 "$(git rev-parse v1.2)"
	without_hook kvm git push -q origin :v1.2
	push_ok origin v1.2
	# Where none is asked for, or the administrator says so.
	server_ok -c core.hooksPath=/dev/null tag -a -m x v1.4 main
	sed -i '/^\[tree "mainline"\]/,/^$/s/^signed .*/signed = no/' "$POLICY"
	server_ok tag -a -m x v1.5 main
}

@test "a long policy, or one that another config file names, asks the same" {
	sign_upstream
	seq -f '# %060.0f' 2000 >>"$POLICY"
	server_refused tag -a -m x v1.0 main
	server_ok tag mine main
	sed -i '/^# /d' "$POLICY"
	git config --file "$SERVER/more" treaty.policy "$POLICY"
	git --git-dir="$SERVER" config --unset treaty.policy
	git --git-dir="$SERVER" config include.path more
	server_refused tag -a -m x v1.0 main
	server_ok tag mine-2 main
}

@test "ungoverned refs move, by whatever config says that they are" {
	commit virt/a
	push_ok origin main
	server_ok update-ref refs/x/y main
	server_ok update-ref refs/x/y main~
	server_ok update-ref refs/x/y main
	git --git-dir="$SERVER" symbolic-ref refs/x/link refs/heads/main
	server_refused update-ref refs/x/link main~
	# A file that git reads after ours has the last word.
	sed 's|^\[tree "kvm"\]|&\nbranch = refs/x/*|' "$POLICY" >other.ini
	git config --file "$SERVER/more" treaty.policy "$PWD/other.ini"
	git --git-dir="$SERVER" config include.path more
	server_refused update-ref refs/x/y main~
	assert_finding rewound-branch error
	git --git-dir="$SERVER" config --unset include.path
	server_ok update-ref refs/x/y main~
	# The same where the policy has an error.
	echo nonsense >>"$POLICY"
	on_server update-ref refs/x/y main
	[ "$status" -ne 0 ] && [ "$refs_before" = "$refs_after" ]
}

@test "refs in another storage are not looked for in files" {
	local line

	line="$(printf '%040d %s refs/heads/x' 0 "$(git rev-parse main)")"
	mkdir -p there/reftable
	GIT_DIR=there run git treaty reference-transaction prepared <<<"$line"
	assert_status 128
	rmdir there/reftable
	cp "$SERVER/config" there
	GIT_DIR=there run git treaty reference-transaction prepared <<<"$line"
	assert_status 0
}

@test "the program is only started for what is prepared" {
	sed -i "s|^treaty=.*|treaty='$BATS_TEST_TMPDIR/counted'|" \
		"$SERVER/hooks/reference-transaction"
	printf '%s\n' '#!/bin/sh' "echo \$5 >>'$BATS_TEST_TMPDIR/states'" \
		'exec git-treaty "$@"' >"$BATS_TEST_TMPDIR/counted"
	chmod +x "$BATS_TEST_TMPDIR/counted"
	push_ok origin main:refs/heads/auto-1 main:refs/heads/auto-2
	[ "$(sort -u "$BATS_TEST_TMPDIR/states")" = prepared ]
}

@test "--atomic, and many kinds of refs in one push" {
	commit virt/a
	tag own
	push_ok --atomic origin main own main:refs/heads/x main:refs/scratch/y
	push_refused --atomic origin +main~:main +own~:own
	push_ok --atomic origin :own :refs/scratch/y
}

@test "the other states, and wrong usage" {
	run_hook "$SERVER" reference-transaction committed </dev/null
	assert_status 0
	run_hook "$SERVER" reference-transaction aborted </dev/null
	assert_status 0
	printf 'nonsense\n' >input
	run_hook "$SERVER" reference-transaction prepared <input
	assert_status 128
	printf '%040d %s HEAD\n%040d ref:refs/heads/x HEAD\n' 0 \
		"$(git rev-parse main)" 0 >input
	run_hook "$SERVER" reference-transaction prepared <input
	assert_status 0
	run_hook "$SERVER" reference-transaction
	assert_status 129
}

# Since git 2.46 it tells of symbolic refs like this.
@test "symbolic refs are made, checked and deleted" {
	local zero main

	zero="$(printf %040d 0)"
	main="$(git rev-parse main)"
	git -C "$SERVER" symbolic-ref refs/heads/alias refs/heads/main
	printf '%s\n' "ref:refs/heads/main $zero refs/heads/alias" \
		"$zero ref:refs/heads/main refs/heads/made" \
		"ref:refs/heads/main ref:refs/heads/x refs/heads/alias" >input
	run_hook "$SERVER" reference-transaction prepared <input
	assert_status 0
	# Its target in the same transaction is judged.
	echo "$main $zero refs/heads/main" >>input
	run_hook "$SERVER" reference-transaction prepared <input
	assert_status 1
	assert_finding rewound-branch
	echo "ref:refs/heads/main nonsense refs/heads/alias" >input
	run_hook "$SERVER" reference-transaction prepared <input
	assert_status 128
}

@test "an earlier reference-transaction runs first, and refuses" {
	cd "$SERVER"
	git treaty uninstall --quiet
	printf '%s\n' '#!/bin/sh' "echo \$1 >>'$BATS_TEST_TMPDIR/states'" \
		'! grep -q forbidden' >hooks/reference-transaction
	chmod +x hooks/reference-transaction
	git treaty install --quiet --policy "$POLICY" --tree kvm
	cd "$BATS_TEST_TMPDIR/kvm"
	try_push origin main:refs/heads/forbidden
	[ "$status" -ne 0 ]
	commit virt/a
	push_ok origin main
	grep -qx committed "$BATS_TEST_TMPDIR/states"
	server_refused update-ref refs/heads/main main~
}

@test "--no-transaction leaves it out, --hook update puts both in" {
	cd "$SERVER"
	git treaty uninstall --quiet
	[ ! -e hooks/reference-transaction ]
	git treaty install --quiet --no-transaction --policy "$POLICY" --tree kvm
	[ ! -e hooks/reference-transaction ]
	git treaty uninstall --quiet
	git treaty install --quiet --hook update --policy "$POLICY" --tree kvm
	[ -x hooks/update ]
	[ -x hooks/reference-transaction ]
	[ ! -e hooks/pre-receive ]
}

@test "with update, --atomic deletions do not drop a frozen tag together" {
	(cd "$SERVER" && git treaty uninstall --quiet &&
		git treaty install --quiet --hook update --policy "$POLICY" \
			--tree kvm)
	git checkout -q topic
	tag done-1
	push_ok origin done-1
	push_ok origin topic:auto-1 topic:auto-2
	push_refused --atomic origin :auto-1 :auto-2
	assert_finding rebased-tag error
	assert_ref "$SERVER" refs/heads/auto-1
	assert_ref "$SERVER" refs/heads/auto-2
	# One by one the second is refused; where main has the tag, neither is.
	try_push origin :auto-1 :auto-2
	[ "$status" -ne 0 ]
	assert_no_ref "$SERVER" refs/heads/auto-1
	assert_ref "$SERVER" refs/heads/auto-2
	push_ok origin topic:auto-1
	git checkout -q main
	merge done-1
	push_ok origin main
	push_ok --atomic origin :auto-1 :auto-2
}

@test "no record of a push stays behind" {
	merge core-1
	push_ok origin main
	commit virt/a
	push_ok origin main
	cd "$SERVER"
	[ "$(find treaty/pushes -type f | wc -l)" -eq 0 ]
	git treaty uninstall --quiet
	[ ! -e treaty ]
}
