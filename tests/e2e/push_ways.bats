# SPDX-License-Identifier: GPL-2.0-only
# All ways to call git push, and all kinds of clones: pre-push says what the
# server says.

load lib

# The server's hook is not in the way of what `seed` and `given` push.
setup() {
	sandbox
	default_policy
	add_policy <<-'EOP'
		[shared-tag "noinstr-*"]
		tree   = tip
		signed = no
	EOP
	kvm_server
	mkdir -p "$BATS_TEST_TMPDIR/at"
}

seed() {
	commit virt/a mm/a arch/x86/a -m 'Everything'
	tag v1.0
	git checkout -q -b x86
	commit arch/x86/a -m 'x86: Handed over'
	tag noinstr-1
	git checkout -q main
	git branch -q -D x86
	commit virt/a -m 'KVM: Before'
	merge noinstr-1
	git push -q origin main v1.0 noinstr-1
}

# given REFSPEC...: stands on the server already.
given() {
	without_hook kvm git push -q --force origin "$@"
}

# at SIDE ARGUMENT...: pushes from a copy of this clone to a copy of the server
# that has pre-receive, or from one with pre-push to a copy without hooks.
at() {
	local side=$1 place="$BATS_TEST_TMPDIR/at/kvm.git"
	local clone="$BATS_TEST_TMPDIR/at/clone" here=$PWD
	local verify=--verify

	shift
	rm -rf "$place" "$clone"
	cp -r "$SERVER" "$place"
	cp -r "$CLONE" "$clone"
	cd "$clone"
	git config remote.origin.url "$place"
	if [ "$side" = server ]; then
		verify=--no-verify
	else
		rm -r "$place/hooks"
		git treaty install --quiet --client --policy "$POLICY" \
			--tree kvm
	fi
	try_push $verify "$@"
	cd "$here"
}

# verdict: of the last push.
verdict() {
	case $output in
	*'git-treaty: refused'*) echo refuse ;;
	*'git-treaty: cannot decide'*) echo undecided ;;
	*) [ "$status" -eq 0 ] && echo accept || echo broken ;;
	esac
	findings
}

# both VERDICT ARGUMENT...: what either side says of `git push ARGUMENT...`; the
# verdict is `accept`, or the rules that refuse it.
both() {
	local expected=$1 server client

	shift
	CLONE=${CLONE:-$PWD}
	at server "$@"
	server=$(verdict)
	at client "$@"
	client=$(verdict)
	[ "$server" = "$client" ] || fail "pre-receive: $server" "pre-push: $client"
	case $expected in
	accept) [ "${server%%$'\n'*}" = accept ] ;;
	*) [ "$server" = "$(echo refuse; printf 'error %s\n' $expected)" ] ;;
	esac || fail "git push $*: expected $expected"
}

@test "--all" {
	git branch topic
	commit virt/b
	both accept --all origin
	git checkout -q topic
	commit mm/b
	both foreign-path --all origin
}

@test "--tags and --follow-tags" {
	commit virt/b
	tag kvm-1
	both accept --tags origin
	both accept --follow-tags origin main
	commit mm/b
	git tag light
	both foreign-path --tags origin
	git tag -d light
	tag kvm-2
	both foreign-path --follow-tags origin main
	git tag -d kvm-2
	git tag -f v1.0 HEAD~
	both immutable-tag --force origin --tags
}

@test "--mirror" {
	commit virt/b
	both accept --mirror origin
	git branch topic
	given topic
	both accept --mirror origin
	git branch -D topic
	commit virt/c
	given main:topic
	git reset -q --hard HEAD~
	# Git does not tell pre-push what --mirror deletes.
	CLONE=$PWD
	at server --mirror origin
	[ "$(verdict)" = $'refuse\nerror rewound-branch' ]
	at client --mirror origin
	[ "$(verdict)" = accept ]
	given :topic
	git replace HEAD HEAD~
	both protected-ref --mirror origin
	git replace -d HEAD
	git tag -f v1.0
	both immutable-tag --mirror origin
}

@test "--delete" {
	git branch topic
	given topic
	both accept --delete origin topic
	commit virt/b
	given main:topic
	both rewound-branch --delete origin topic
	both immutable-tag --delete origin noinstr-1
	both immutable-tag origin :refs/tags/v1.0
	given main:auto-x
	both accept --delete origin auto-x
}

@test "--prune" {
	git branch topic
	given topic
	git branch -D topic
	both accept --prune origin 'refs/heads/*:refs/heads/*'
	commit virt/b
	given main:topic
	git reset -q --hard HEAD~
	both rewound-branch --prune origin 'refs/heads/*:refs/heads/*'
	git tag -d noinstr-1
	both immutable-tag --prune origin 'refs/tags/*:refs/tags/*'
}

@test "--force-with-lease" {
	commit virt/b
	given main main:auto-x
	git fetch -q
	git commit -q --amend -m 'KVM: Once more'
	both rewound-branch --force-with-lease origin main
	both accept --force-with-lease origin main:auto-x
	commit mm/b
	both foreign-path --force-with-lease origin main:auto-x
}

@test "--atomic, HEAD, a name, an id, a matching push and push.default" {
	commit virt/b
	both accept --atomic origin main HEAD:refs/heads/other
	both accept origin HEAD
	both accept origin "$(git rev-parse HEAD):refs/heads/other"
	both accept origin :
	both accept
	git config push.default current
	commit mm/b
	both foreign-path --atomic origin main HEAD:refs/heads/other
	both foreign-path origin HEAD
	both foreign-path origin "$(git rev-parse HEAD):refs/heads/other"
	both foreign-path origin :
	both foreign-path
	both accept origin HEAD:refs/scratch/x
}

@test "from a linked work tree" {
	git treaty install --quiet --client --policy "$POLICY" --tree kvm
	git worktree add -q -b topic linked
	cd linked
	commit virt/b
	without_hook kvm push_ok origin topic
	commit mm/b
	without_hook kvm push_refused origin topic
	assert_only_finding foreign-path error
	push_refused --no-verify origin topic
	assert_only_finding foreign-path error
}

@test "from a bare clone" {
	git clone -q --bare "$SERVER" "$BATS_TEST_TMPDIR/bare.git"
	commit virt/b
	git push -q "$BATS_TEST_TMPDIR/bare.git" main:good
	commit mm/b
	git push -q "$BATS_TEST_TMPDIR/bare.git" main:bad
	cd "$BATS_TEST_TMPDIR/bare.git"
	both accept origin good:main
	both accept origin good
	both foreign-path origin bad:main
	both foreign-path origin bad
	both 'rebased-tag rewound-branch' --force origin v1.0^{}:main
	# What the server has is told by itself; its tags, too.
	both accept origin main:refs/heads/copy
}

@test "from a shallow clone" {
	git clone -q --depth 1 "file://$SERVER" "$BATS_TEST_TMPDIR/shallow"
	cd "$BATS_TEST_TMPDIR/shallow"
	commit virt/b
	both accept origin main
	both accept origin main:refs/heads/topic
	commit mm/b
	both foreign-path origin main
	both foreign-path origin main:refs/heads/topic
}

@test "from a clone with one branch and no tags" {
	git checkout -q -b topic v1.0
	commit virt/b
	given topic
	git clone -q --single-branch --no-tags -b topic "$SERVER" \
		"$BATS_TEST_TMPDIR/single"
	cd "$BATS_TEST_TMPDIR/single"
	commit virt/c
	both accept origin topic
	both accept origin topic:more
	commit mm/c
	both foreign-path origin topic:more
}

@test "from a clone that has not fetched for long" {
	git clone -q "$SERVER" "$BATS_TEST_TMPDIR/old"
	commit virt/b
	given main
	cd "$BATS_TEST_TMPDIR/old"
	commit virt/c
	both accept origin main:topic
	both rewound-branch --force origin main
}

@test "to a URL without a remote" {
	CLONE=$PWD
	commit virt/b
	for url in "$BATS_TEST_TMPDIR/at/kvm.git" \
		"file://$BATS_TEST_TMPDIR/at/kvm.git"; do
		both accept "$url" main:topic
	done
	git remote remove origin
	git config remote.origin.url unused
	both accept "$BATS_TEST_TMPDIR/at/kvm.git" main:topic
	commit mm/b
	both foreign-path "$BATS_TEST_TMPDIR/at/kvm.git" main:topic
}

@test "recurse-submodules" {
	git config --global protocol.file.allow always
	git init -q --bare "$BATS_TEST_TMPDIR/lib.git"
	git init -q "$BATS_TEST_TMPDIR/lib"
	(cd "$BATS_TEST_TMPDIR/lib" && commit file &&
		git push -q "$BATS_TEST_TMPDIR/lib.git" main)
	git submodule --quiet add "$BATS_TEST_TMPDIR/lib.git" virt/lib
	test_tick
	git commit -q -m 'KVM: Add a library'
	(cd virt/lib && commit other)
	git add virt/lib
	git commit -q -m 'KVM: Use the new library'
	# The library has no policy of its own; the hook of this clone is not its.
	git treaty install --quiet --client --policy "$POLICY" --tree kvm
	git push -q --recurse-submodules=only origin main
	[ "$(git -C ../lib.git rev-parse main)" = \
		"$(git rev-parse HEAD:virt/lib)" ]
	push_ok --recurse-submodules=on-demand origin main
	commit mm/b
	(cd virt/lib && commit third)
	git add virt/lib
	git commit -q -m 'KVM: Use the newest library'
	without_hook kvm push_refused --recurse-submodules=on-demand origin main
	assert_only_finding foreign-path error
}
