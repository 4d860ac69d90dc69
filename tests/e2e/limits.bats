# SPDX-License-Identifier: GPL-2.0-only
# Whatever becomes of a hook, the pusher gets one sentence, and nothing of it
# stays behind.

load lib

setup() {
	sandbox
	default_policy
	new_server kvm kvm
	new_clone kvm
	commit virt/a
}

# limit KEY VALUE
limit() {
	git -C "$BATS_TEST_TMPDIR/kvm.git" config "treaty.$1" "$2"
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
		! kill -0 $child
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
	[ ! -e "$(ldd "$TREATY_PROGRAM" | awk '/libasan/ { print $3 }')" ] ||
		skip "a sanitizer needs more than any limit"
	nm "$TREATY_PROGRAM" 2>/dev/null | grep -q __asan &&
		skip "a sanitizer needs more than any limit"
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
