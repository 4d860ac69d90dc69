# SPDX-License-Identifier: GPL-2.0-only
# Whatever becomes of a hook, the pusher gets one sentence, and nothing of it
# stays behind.

load lib

setup() {
	sandbox
	default_policy
	kvm_server
	commit virt/a
}

# limit KEY VALUE
limit() {
	git -C "$BATS_TEST_TMPDIR/kvm.git" config "treaty.$1" "$2"
}

# skip_if_sanitized WHY
skip_if_sanitized() {
	[ ! -e "$(ldd "$TREATY_PROGRAM" | awk '/libasan/ { print $3 }')" ] ||
		skip "$1"
	! nm "$TREATY_PROGRAM" 2>/dev/null | grep -q __asan || skip "$1"
}

# judge_of PID: the process in which that hook judges.
judge_of() {
	local i child=

	for ((i = 0; i < 100 && ! ${#child}; i++)); do
		sleep 0.1
		child=$(cat "/proc/$1/task/$1/children")
	done
	echo "${child:?the hook has no child}"
}

# hang: the policy never comes.
hang() {
	rm "$POLICY"
	mkfifo "$POLICY"
}

@test "a hook that hangs is ended" {
	hang
	limit timeLimit 1
	push_undecided origin main
	assert_output_has "judging took longer than 1 seconds"
	assert_output_has "git config treaty.timeLimit"
	rm "$POLICY"
	default_policy
	push_ok origin main
}

# long_history: the server's main, and a ref for each 500 of its commits.
long_history() {
	many_commits 36000
	git rev-list main |
		awk 'NR % 500 == 0 { print "create refs/tags/r" NR " " $1 }' |
		git update-ref --stdin
}

@test "what is read ahead of a walk is no work of the push" {
	local old large

	cd "$SERVER"
	without_hook kvm long_history
	old=$(git rev-parse main~35990)
	# To read the large ones takes more work than this allows, and little time.
	limit timeLimit 8
	judge_old() {
		run_hook . pre-receive <<<"${old//?/0} $old refs/heads/old"
	}
	judge_old
	assert_status 0
	large=$(head -c 140000000 /dev/zero | git hash-object -w --stdin)
	without_hook kvm git update-ref refs/tags/blob "$large"
	judge_old
	assert_status 0
	large=$({
		git cat-file commit "$old" | sed '/^$/q'
		head -c 140000000 /dev/zero | tr '\0' x
	} | git hash-object -t commit -w --stdin)
	git update-ref refs/remotes/a/commit "$large"
	judge_old
	assert_status 0
	git update-ref refs/other/commit "$large"
	judge_old
	assert_status 0
	# Branches count.
	without_hook kvm git update-ref refs/heads/large "$large"
	judge_old
	assert_status 128
	assert_output_has "git config treaty.timeLimit"
}

# Each commit of the frozen tag might be the original of the one that is pushed.
@test "a long history is no work of the push that starts below it" {
	local new

	skip_if_sanitized "a sanitizer takes longer than the limit"
	cd "$SERVER"
	printf '[immutable "v"]\ntag = v*\n' >>"$POLICY"
	without_hook kvm many_commits 40000 60
	git tag v1 main
	new=$(echo new | git hash-object -w --stdin)
	new=$(git ls-tree main~39000:virt |
	      sed "1s/blob [0-9a-f]*/blob $new/" | git mktree)
	new=$(printf '040000 tree %s\tvirt\n' "$new" | git mktree)
	new=$(git commit-tree -p main~39000 -m New "$new")
	limit timeLimit 10
	run_hook . pre-receive <<<"${new//?/0} $new refs/heads/new"
	assert_status 0
}

# signed_tag: core-1, whose signer the policy names.
signed_tag() {
	ssh-keygen -q -t ed25519 -N '' -f key
	add_policy <<-EOP
		[shared-tag "core-*"]
		tree = kvm

		[signer "k"]
		ssh = $(cut -d' ' -f1,2 key.pub)
	EOP
	sed -i 's/^\[tree "kvm"\]/&\nsigner = k/' "$POLICY"
	test_tick
	git -c gpg.format=ssh -c user.signingkey=key tag -s -m Tag core-1
}

@test "a helper that hangs is ended with it" {
	limit timeLimit 2
	signed_tag
	printf '#!/bin/sh\nsetsid sleep 1000 & echo $! >%s\nsleep 1000\n' \
		"$TMPDIR/sleeper" >"$BATS_TEST_TMPDIR/bin/ssh-keygen"
	chmod +x "$BATS_TEST_TMPDIR/bin/ssh-keygen"
	push_undecided origin main core-1
	! kill -0 "$(cat "$TMPDIR/sleeper")"
}

@test "a signal to the hook ends it with a sentence" {
	hang
	cd "$BATS_TEST_TMPDIR/kvm.git"
	for signal in TERM HUP INT; do
		printf '%s %s refs/heads/x\n' \
			0000000000000000000000000000000000000000 \
			"$(git -C ../kvm rev-parse main)" >input
		# Shells start background jobs with SIGINT ignored.
		env --default-signal=INT git-treaty pre-receive \
			<input >out 2>&1 3>&- &
		pid=$!
		child=$(judge_of $pid)
		kill -"$signal" "$pid"
		status=0
		wait "$pid" || status=$?
		output=$(cat out)
		assert_undecided
		assert_output_has "the hook was ended by signal"
		! kill -0 $child || fail 'the judge lives on'
	done
}

@test "a judge that is killed is no acceptance" {
	hang
	cd "$BATS_TEST_TMPDIR/kvm.git"
	printf '%s %s refs/heads/x\n' \
		0000000000000000000000000000000000000000 \
		"$(git -C ../kvm rev-parse main)" >input
	# A sanitizer takes SIGSEGV for itself.
	for signal in KILL ABRT PIPE; do
		git-treaty pre-receive <input >out 2>&1 3>&- &
		pid=$!
		kill -"$signal" $(judge_of $pid)
		status=0
		wait "$pid" || status=$?
		output=$(grep '^git-treaty' out)
		assert_undecided
		assert_output_has "judging was ended by signal"
	done
}

@test "memory that runs out is no acceptance" {
	skip_if_sanitized "a sanitizer needs more than any limit"
	limit memoryLimit 1k
	try_push origin main
	[ "$status" -ne 0 ]
	assert_output_has "memory"
	[ "$refs_before" = "$refs_after" ]
	limit memoryLimit 64m
	push_ok origin main
}

@test "limits are numbers" {
	for bad in '' x -1 1x 1kk '1 k' 99999999999999999999; do
		limit timeLimit "$bad"
		push_undecided origin main
		assert_output_has "treaty.timeLimit"
	done
	limit timeLimit 0
	limit memoryLimit 0
	push_ok origin main
}

# with_helper: a signed tag, and an ssh-keygen that writes and runs things.
with_helper() {
	signed_tag
	cat >"$BATS_TEST_TMPDIR/bin/ssh-keygen" <<-EOS
		#!/bin/sh
		(echo >"$BATS_TEST_TMPDIR/escaped")
		(echo >"$BATS_TEST_TMPDIR/kvm.git/hooks/escaped")
		echo >"$TMPDIR/allowed"
		exec $(command -v ssh-keygen) "\$@"
	EOS
	chmod +x "$BATS_TEST_TMPDIR/bin/ssh-keygen"
}

@test "what a server hook runs writes nothing but scratch files" {
	treaty status --policy "$POLICY" --tree kvm
	[[ $output == *landlock\)* ]] || skip "a kernel without landlock"
	with_helper
	push_ok origin main core-1
	[ -e "$TMPDIR/allowed" ]
	[ ! -e "$BATS_TEST_TMPDIR/escaped" ]
	[ ! -e "$BATS_TEST_TMPDIR/kvm.git/hooks/escaped" ]
}

# with_curious_helper: a signed tag, and an ssh-keygen that reads things. It is
# in no bin directory: what is installed around one of those can be read.
with_curious_helper() {
	signed_tag
	mkdir "$BATS_TEST_TMPDIR/helper"
	cat >"$BATS_TEST_TMPDIR/helper/ssh-keygen" <<-EOS
		#!/bin/sh
		for f in $BATS_TEST_TMPDIR/secret \
			$BATS_TEST_TMPDIR/kvm.git/HEAD; do
			cat "\$f" >>"$TMPDIR/read" 2>>"$TMPDIR/unread"
		done
		ls "$BATS_TEST_TMPDIR" >>"$TMPDIR/read" 2>>"$TMPDIR/unread"
		exec $(command -v ssh-keygen) "\$@"
	EOS
	chmod +x "$BATS_TEST_TMPDIR/helper/ssh-keygen"
	PATH="$BATS_TEST_TMPDIR/helper:$PATH"
	echo "of somebody else" >"$BATS_TEST_TMPDIR/secret"
}

@test "what a server hook runs reads nothing of others" {
	treaty status --policy "$POLICY" --tree kvm
	[[ $output == *landlock\)* ]] || skip "a kernel without landlock"
	with_curious_helper
	push_ok origin main core-1
	[ "$(cat "$TMPDIR/read")" = "ref: refs/heads/main" ]
	grep -q "secret: Permission denied" "$TMPDIR/unread"
	grep -q "cannot open directory" "$TMPDIR/unread"
}

@test "what a client's hook runs reads nothing of others" {
	treaty status --policy "$POLICY" --tree kvm
	[[ $output == *landlock\)* ]] || skip "a kernel without landlock"
	with_curious_helper
	git -C ../kvm.git treaty uninstall --quiet
	sed -i "s|^\[tree \"kvm\"\]|&\nurl = $BATS_TEST_TMPDIR/kvm.git|" "$POLICY"
	git treaty install --client --quiet --policy "$POLICY"
	push_ok origin main core-1
	grep -q "secret: Permission denied" "$TMPDIR/unread"
	[ ! -s "$TMPDIR/read" ]
	commit arch/x86/evil
	push_refused origin main
}

@test "without a sandbox it reads what it likes" {
	with_curious_helper
	limit sandbox false
	push_ok origin main core-1
	grep -q "of somebody else" "$TMPDIR/read"
}

# without_call NUMBER COMMAND...: runs it where the kernel forbids that system
# call (seccomp(2)), as containers do.
without_call() {
	python3 - "$@" <<-'EOP'
		import ctypes, os, struct, sys
		libc = ctypes.CDLL(None, use_errno=True)
		load, equal, give = 0x20, 0x15, 0x06
		code = ctypes.create_string_buffer(b''.join(
		    struct.pack('HBBI', *step) for step in (
		        (load, 0, 0, 0), (equal, 0, 1, int(sys.argv[1])),
		        (give, 0, 0, 0x00050001), (give, 0, 0, 0x7fff0000))))
		program = struct.pack('HxxxxxxP', 4, ctypes.addressof(code))
		assert libc.prctl(38, 1, 0, 0, 0) == 0
		if libc.prctl(22, 2, program) != 0:
		    sys.exit(77)
		os.execvp(sys.argv[2], sys.argv[2:])
	EOP
}

@test "status says whether the sandbox works, not whether the kernel has it" {
	treaty status --policy "$POLICY" --tree kvm
	[[ $output == *landlock\)* ]] || skip "a kernel without landlock"
	for call in 444 446; do
		run without_call "$call" git treaty status --policy "$POLICY" \
			--tree kvm
		[ "$status" -ne 77 ] || skip "no seccomp"
		assert_output_has 'landlock is forbidden here (Operation not'
		assert_output_lacks 'landlock)'
		commit virt/b
		without_call "$call" git push -q origin main
		commit arch/x86/evil
		run without_call "$call" git push origin main
		assert_output_has 'git-treaty: refused'
		git reset -q --hard HEAD~
	done
	# Another one makes no difference.
	run without_call 9999 git treaty status --policy "$POLICY" --tree kvm
	assert_output_has 'landlock)'
}

@test "in a sandbox, what lies elsewhere is read where the repository needs it" {
	local there="$BATS_TEST_TMPDIR/elsewhere" server="$BATS_TEST_TMPDIR/kvm.git"

	# Settings in an included file, keys beside the policy, objects in an
	# alternate of an alternate and by links, branches by a link.
	push_ok origin main
	mkdir "$there" "$there/pack"
	git config --file "$there/config" treaty.timeLimit 77
	git -C "$server" config include.path "$there/config"
	git -C "$server" repack -adq
	git -C "$server" pack-refs --all
	git init -q --bare "$there/one.git"
	git init -q --bare "$there/two.git"
	mv "$server"/objects/pack/* "$there/pack"
	ln -s "$there"/pack/* "$there/two.git/objects/pack/"
	echo "$there/two.git/objects" >"$there/one.git/objects/info/alternates"
	echo "$there/one.git/objects" >"$there/alternates"
	ln -s "$there/alternates" "$server/objects/info/alternates"
	mv "$server/packed-refs" "$there/packed-refs"
	ln -s "$there/packed-refs" "$server/packed-refs"
	mv "$server/refs/heads" "$there/heads"
	ln -s "$there/heads" "$server/refs/heads"
	commit virt/b
	signed_tag
	mv key.pub "$BATS_TEST_TMPDIR/elsewhere"
	sed -i "s,^ssh = .*,keyring = elsewhere/key.pub," "$POLICY"
	push_ok origin main core-1
	# With a plain config, libgit2 is started in the sandbox: for what git
	# writes when it makes a merge again.
	git -C "$server" config --unset include.path
	git checkout -q -b side
	commit virt/b
	git checkout -q main
	commit virt/b
	git merge -q -s ours -m Merge side
	push_ok origin main
	commit arch/x86/evil
	push_refused origin main
}

@test "in a sandbox, what cannot be read refuses the push" {
	treaty status --policy "$POLICY" --tree kvm
	[[ $output == *landlock\)* ]] || skip "a kernel without landlock"
	push_ok origin main
	commit virt/b
	mkdir "$BATS_TEST_TMPDIR/elsewhere"
	git -C "$BATS_TEST_TMPDIR/kvm.git" rev-parse refs/heads/main \
		>"$BATS_TEST_TMPDIR/elsewhere/ref"
	ln -s "$BATS_TEST_TMPDIR/elsewhere" \
		"$BATS_TEST_TMPDIR/kvm.git/refs/heads/linked"
	push_undecided origin main
	assert_output_has "refs/heads/linked"
	assert_output_has "treaty.sandboxPath"
	limit sandbox false
	push_ok origin main
}

@test "in a sandbox, a program that needs more says how to allow it" {
	local there="$BATS_TEST_TMPDIR/elsewhere"

	treaty status --policy "$POLICY" --tree kvm
	[[ $output == *landlock\)* ]] || skip "a kernel without landlock"
	signed_tag
	mkdir "$there" "$BATS_TEST_TMPDIR/helper"
	cp "$(command -v ssh-keygen)" "$there"
	printf '#!/bin/sh\nexec %s/ssh-keygen "$@"\n' "$there" \
		>"$BATS_TEST_TMPDIR/helper/ssh-keygen"
	chmod +x "$BATS_TEST_TMPDIR/helper/ssh-keygen"
	PATH="$BATS_TEST_TMPDIR/helper:$PATH"
	push_undecided origin main core-1
	assert_output_has "$there/ssh-keygen: Permission denied"
	assert_output_has "git config --add treaty.sandboxPath DIRECTORY"
	limit sandboxPath elsewhere
	push_undecided origin main core-1
	assert_output_has "'elsewhere': expected an absolute path"
	limit sandboxPath /nonexistent
	git -C "$BATS_TEST_TMPDIR/kvm.git" config --add treaty.sandboxPath \
		"$there"
	push_ok origin main core-1
}

@test "without a sandbox it may" {
	with_helper
	limit sandbox false
	push_ok origin main core-1
	[ -e "$BATS_TEST_TMPDIR/escaped" ]
	treaty status
	limit sandbox maybe
	commit virt/b
	push_undecided origin main
	assert_output_has "treaty.sandbox"
}

@test "a kept hook is not in the sandbox" {
	printf '#!/bin/sh\necho >"%s/kept"\n' "$BATS_TEST_TMPDIR" \
		>"$BATS_TEST_TMPDIR/kept-hook"
	chmod +x "$BATS_TEST_TMPDIR/kept-hook"
	cd "$BATS_TEST_TMPDIR/kvm.git"
	git treaty uninstall --quiet
	cp ../kept-hook hooks/pre-receive
	git treaty install --quiet --policy "$POLICY" --tree kvm
	cd ../kvm
	push_ok origin main
	[ -e "$BATS_TEST_TMPDIR/kept" ]
}
