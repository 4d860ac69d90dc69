# SPDX-License-Identifier: GPL-2.0-only
# What breaks around a hook: a bad push is never accepted for it, and whoever is
# refused is told why. Each with the push as it is judged when nothing breaks.

load lib

ZERO=0000000000000000000000000000000000000000
GIT="$(command -v git)"

setup() {
	sandbox
	ssh-keygen -q -t ed25519 -N '' -f key
	default_policy
	add_policy <<-EOP
		[shared-tag "core-*"]
		tree = tip

		[signer "k"]
		ssh = $(cut -d' ' -f1,2 key.pub)
	EOP
	sed -i 's/^\[tree "tip"\]/&\nsigner = k/' "$POLICY"
	kvm_server
}

seed() {
	commit virt/a kernel/a
	tag v1.0
	git push -q origin main v1.0
}

# core_tag: a signed tag of tip's, and a branch `good` that merges it.
core_tag() {
	git checkout -q -b core v1.0
	commit kernel/b
	git -c gpg.format=ssh -c user.signingkey="$BATS_TEST_TMPDIR/key" \
		tag -s -m Tag core-1
	git checkout -q -b good v1.0
	commit virt/b
	merge core-1
}

# fake NAME: stdin is the script that stands in for that program.
fake() {
	cat >"$BATS_TEST_TMPDIR/bin/$1"
	chmod +x "$BATS_TEST_TMPDIR/bin/$1"
}

# judge REV: runs the hook on it; git itself would not ask PATH for git.
judge() {
	printf '%s %s refs/heads/x\n' $ZERO "$("$GIT" rev-parse "$1")" \
		>"$BATS_TEST_TMPDIR/input"
	GIT_ALTERNATE_OBJECT_DIRECTORIES="$PWD/.git/objects" \
		run_hook "$SERVER" pre-receive <"$BATS_TEST_TMPDIR/input"
}

@test "no signature is checked without a program that does" {
	core_tag
	fake ssh-keygen <<<'nonsense'
	push_undecided origin good core-1
	assert_output_has "ssh-keygen"
	printf '#!/bin/sh\nexit 77\n' | fake ssh-keygen
	push_undecided origin good core-1
	assert_output_has "ssh-keygen failed (exit status 77)"
	# What it does for a user without a name.
	printf '#!/bin/sh\necho No user exists for uid 1 >&2\nexit 255\n' |
		fake ssh-keygen
	push_undecided origin core-1
	assert_output_has "No user exists"
	printf '#!/bin/sh\nkill -SEGV $$\n' | fake ssh-keygen
	push_undecided origin good core-1
	rm "$BATS_TEST_TMPDIR/bin/ssh-keygen"
	push_ok origin good core-1
}

@test "a git that answers nonsense decides nothing" {
	git checkout -q -b one v1.0
	echo one >virt/a
	git commit -qam 'One'
	git checkout -q -b two v1.0
	echo two >virt/a
	# What becomes of a file whose mode changes, too, only git knows.
	chmod +x virt/a
	git commit -qam 'Two'
	merge -s ours one
	for answer in '' 'echo nonsense' 'printf "1\\0"' 'exit 1' \
		'kill -KILL $$' 'yes | head -c 300000000'; do
		fake git <<-EOS
			#!/bin/sh
			case "\$*" in *merge-tree*) cat >/dev/null
			$answer
			exit ;;
			esac
			exec $GIT "\$@"
		EOS
		judge two
		rm "$BATS_TEST_TMPDIR/bin/git"
		assert_undecided
	done
	judge two
	assert_status 0
	push_ok origin two
}

@test "without room for scratch files nothing is decided" {
	core_tag
	for tmp in "$BATS_TEST_TMPDIR/none" /dev/null /proc; do
		TMPDIR="$tmp" push_undecided origin good core-1
		assert_output_has "scratch files can be made in $tmp: "
		assert_output_has 'set TMPDIR to a directory'
	done
	push_ok origin good core-1
}

@test "without libgit2 only what does not need it is decided" {
	local library

	library="$(grep -aom1 'libgit2\.so[.0-9]*' "$TREATY_PROGRAM" | head -n1)"
	mkdir "$BATS_TEST_TMPDIR/lib"
	echo 'no library' >"$BATS_TEST_TMPDIR/lib/$library"
	export LD_LIBRARY_PATH="$BATS_TEST_TMPDIR/lib"
	# From 1.6 on, libgit2 heeds these: the files that they name are left to it.
	unset GIT_CONFIG_NOSYSTEM GIT_CONFIG_GLOBAL
	commit virt/b
	push_ok origin main
	# Includes of the server's config are left to libgit2.
	git -C "$SERVER" config include.path nothing
	commit virt/b
	push_undecided origin main
	assert_output_has "libgit2 cannot be loaded: "
	assert_output_has "$library: "
	assert_output_has "; install $library, or build git-treaty again"
	unset LD_LIBRARY_PATH
	push_ok origin main
}

@test "an output that nobody reads changes no verdict" {
	for verdict in own foreign; do
		git checkout -q -B $verdict origin/main
		[ $verdict = own ] && commit virt/c || commit kernel/c
		printf '%s %s refs/heads/x\n' $ZERO \
			"$(git rev-parse HEAD)" >../input
		for out in '>/dev/full 2>&1' '>&- 2>&-' '2>/dev/full' \
			'2>&1 | true'; do
			status=0
			(cd "$SERVER" && export GIT_DIR=. \
			 GIT_ALTERNATE_OBJECT_DIRECTORIES=../kvm/.git/objects &&
			 eval "git-treaty pre-receive <../input $out
			       exit \${PIPESTATUS[0]}") || status=$?
			[ $verdict = own ] || [ "$status" -ne 0 ] ||
				fail "accepted with $out"
		done
		status=0
		(cd "$SERVER" && GIT_DIR=. \
		 GIT_ALTERNATE_OBJECT_DIRECTORIES=../kvm/.git/objects \
		 git-treaty pre-receive <../input >/dev/null 2>&1) || status=$?
		[ $verdict = own ] && assert_status 0 || assert_status 1
	done
}

@test "a frozen tag that cannot be read is not as good as none" {
	commit virt/b
	push_ok origin main
	echo >"$SERVER/refs/tags/v1.0"
	commit virt/c
	judge main
	assert_undecided
	assert_output_has "refs/tags/v1.0 is broken"
	rm "$SERVER/refs/tags/v1.0"
	push_ok origin main
}

@test "alternates that vanish take the verdict with them" {
	git clone -q --bare "$SERVER" "$BATS_TEST_TMPDIR/store.git"
	echo "$BATS_TEST_TMPDIR/store.git/objects" \
		>"$SERVER/objects/info/alternates"
	rm -rf "$SERVER"/objects/?? "$SERVER"/objects/pack/*
	mv "$BATS_TEST_TMPDIR/store.git" "$BATS_TEST_TMPDIR/away.git"
	commit virt/b
	printf '%s %s refs/heads/main\n' "$(git rev-parse HEAD^)" \
		"$(git rev-parse HEAD)" >../input
	GIT_ALTERNATE_OBJECT_DIRECTORIES=/nowhere \
		run_hook "$SERVER" pre-receive <../input
	assert_undecided
	mv "$BATS_TEST_TMPDIR/away.git" "$BATS_TEST_TMPDIR/store.git"
	push_ok origin main
}

# assert_kept_out_by_git: the verdict was to accept, and then git failed. repack
# removes a directory of loose objects that is empty: receive-pack, without any
# hook, fails if it has just made that directory to move an object there.
assert_kept_out_by_git() {
	assert_output_has "unable to migrate objects to permanent storage"
	assert_output_lacks "git-treaty: "
}

@test "upkeep meanwhile neither lets in nor keeps out" {
	local i

	git config --global receive.autogc false
	until [ -e "$BATS_TEST_TMPDIR/done" ]; do
		git -C "$SERVER" repack -q -a -d
		git -C "$SERVER" commit-graph write --reachable
		git -C "$SERVER" pack-refs --all
		git -C "$SERVER" multi-pack-index write
	done >/dev/null 2>&1 3>&- &
	for i in 1 2 3 4 5 6; do
		git checkout -q --detach origin/main
		commit "kernel/$i"
		try_push origin HEAD:refs/heads/bad
		[ "$status" -ne 0 ] || fail "accepted"
		git checkout -q --detach origin/main
		commit "virt/$i"
		try_push origin "HEAD:refs/heads/good-$i"
		[ "$status" -eq 0 ] || assert_kept_out_by_git
	done
	: >"$BATS_TEST_TMPDIR/done"
	wait
	assert_no_ref "$SERVER" refs/heads/bad
	push_ok origin HEAD:refs/heads/last
}
