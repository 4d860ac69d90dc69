# SPDX-License-Identifier: GPL-2.0-only
# Tags of the repository in which pre-push and audit run: nobody has judged
# them, and a server may lack them.

load lib

# Both hooks are in: what pre-push accepts, the server must accept.
setup() {
	sandbox
	default_policy
	for name in mainline tip stranger; do
		ssh-keygen -q -t ed25519 -N '' -C "$name" -f "$name"
	done
	sed -i -e '/^\[tree "mainline"\]/,/^$/s/^signed = no/signer = mainline/' \
		-e 's/^\[tree "tip"\]/&\nsigner = tip/' "$POLICY"
	add_policy <<-EOP
		[signer "mainline"]
		ssh = $(cut -d' ' -f1,2 mainline.pub)

		[signer "tip"]
		ssh = $(cut -d' ' -f1,2 tip.pub)

		[shared-tag "noinstr-*"]
		tree = tip

		[shared-tag "own-*"]
		tree   = kvm
		signed = no

		[shared-tag "plain-*"]
		tree   = tip
		signed = no
	EOP
	kvm_server
	git treaty install --quiet --client --policy "$POLICY" --tree kvm
}

seed() {
	commit virt/a mm/a arch/x86/a -m 'Everything'
	sign v1.0 mainline
	git push -q origin main v1.0
}

# sign NAME SIGNER [REV]
sign() {
	test_tick
	git -c gpg.format=ssh -c user.signingkey="$BATS_TEST_TMPDIR/$2" \
		tag -s -m "Tag $1" "$1" "${3:-HEAD}"
}

# work BRANCH PATH: a commit on a new branch off v1.0.
work() {
	git checkout -q -b "$1" v1.0
	commit "$2"
}

# stopped_here REF...: pre-push says no; the server would have said so, too.
stopped_here() {
	push_refused origin "$@"
	assert_output_lacks 'remote rejected'
	(push_refused --no-verify origin "$@")
}

# goes_through REF...: and nobody has anything to say.
goes_through() {
	push_ok origin "$@"
	assert_output_lacks git-treaty:
}

# verified COMMAND...: how many signatures it has verified.
verified() {
	printf '#!/bin/sh\necho >>%s\nexec %s "$@"\n' "$BATS_TEST_TMPDIR/count" \
		"$(command -v ssh-keygen)" >"$BATS_TEST_TMPDIR/bin/ssh-keygen"
	chmod +x "$BATS_TEST_TMPDIR/bin/ssh-keygen"
	: >"$BATS_TEST_TMPDIR/count"
	"$@"
	rm "$BATS_TEST_TMPDIR/bin/ssh-keygen"
	count=$(wc -l <"$BATS_TEST_TMPDIR/count")
}

# ------------------------------------------------------------------- pre-push

@test "upstream's tag that is not signed" {
	work next mm/b
	tag v1.1
	stopped_here next
	assert_only_finding foreign-path error
	assert_output_has "v1.1 contains it, but"
	git tag -d v1.1
	sign v1.1 stranger
	stopped_here next
	git tag -d v1.1
	sign v1.1 mainline
	without_hook kvm git push -q --no-verify origin v1.1
	goes_through next
}

@test "upstream's signed tag that the server lacks" {
	work next mm/b
	sign v1.1 mainline
	stopped_here next
	assert_only_finding foreign-path error
	assert_output_has 'does not have that tag: push it along'
	goes_through next v1.1
}

@test "upstream's tag that counts by its name counts where the server is" {
	sed -i '/^\[tree "mainline"\]/a signed = no' "$POLICY"
	work next mm/b
	tag v1.1
	stopped_here next
	assert_output_has 'push the tag first, then the branch'
	goes_through v1.1
	goes_through next
}

@test "another tree's signed tag that the server lacks" {
	work x86 arch/x86/a
	sign noinstr-1 tip
	stopped_here x86:fresh
	assert_only_finding foreign-path error
	assert_output_has 'does not have that tag: push it along'
	goes_through x86:fresh noinstr-1
	commit virt/b
	goes_through x86:other
}

@test "another tree's unsigned tag that the server lacks" {
	work x86 arch/x86/a
	tag plain-1
	stopped_here x86:fresh
	assert_output_has 'push the tag first, then the branch'
	goes_through plain-1
	goes_through x86:fresh
}

@test "a signed tag that was merged needs no tag on the server" {
	work x86 arch/x86/a
	sign noinstr-1 tip
	git checkout -q main
	merge noinstr-1
	goes_through main
	assert_no_ref "$SERVER" noinstr-1
}

@test "a tag that was never pushed is nobody's frozen tag" {
	work topic virt/b
	tag v1.1-mine
	test_tick
	git commit -q --amend -m 'KVM: Once more'
	goes_through topic
	git checkout -q -b again v1.0
	commit virt/c -m 'KVM: Twice'
	tag plain-kvm
	without_hook kvm git push -q --no-verify origin plain-kvm
	test_tick
	git commit -q --amend -m 'KVM: Thrice'
	stopped_here again
	assert_finding rebased-tag error
}

@test "a tag that is another object on the server" {
	work next mm/b
	sign v1.1 mainline
	without_hook kvm git push -q --no-verify origin v1.1
	commit mm/c
	git tag -d v1.1
	sign v1.1 mainline
	stopped_here next
	assert_only_finding foreign-path error
	git reset -q --hard HEAD~
	goes_through next
}

@test "a server that cannot be asked for its tags" {
	local place="file://$BATS_TEST_TMPDIR/kvm.git"

	git remote set-url origin far:kvm
	git config url."$place".pushInsteadOf far:kvm
	git config "remote.$place.uploadpack" false
	work x86 arch/x86/a
	sign noinstr-1 tip
	push_refused origin x86:fresh
	assert_output_has 'this push counts on '
	assert_output_has 'Push the tag along'
	assert_output_has 'remote rejected'
	push_ok origin x86:fresh noinstr-1
	commit virt/b
	push_ok origin x86:other
	assert_output_has 'this push counts on '
	git update-ref refs/remotes/origin/fresh noinstr-1^{}
	commit mm/b
	push_refused origin x86:more
	assert_output_lacks 'remote rejected'
	assert_output_has 'it is not known which tags'
}

@test "a tag that the server has and this clone has not" {
	work next mm/b
	sign v1.1 mainline
	without_hook kvm git push -q --no-verify origin v1.1
	git tag -d v1.1
	git prune --expire=now
	push_refused origin next
	assert_output_lacks 'remote rejected'
	assert_output_has 'git fetch'
	git fetch -q origin 'refs/tags/*:refs/tags/*'
	goes_through next
}

@test "a server is asked only if the verdict may depend on its tags" {
	git config "remote.file://$BATS_TEST_TMPDIR/kvm.git.uploadpack" false
	git config url."file://$BATS_TEST_TMPDIR/kvm.git".pushInsteadOf far:kvm
	git remote set-url origin far:kvm
	git remote add tracking "$BATS_TEST_TMPDIR/kvm.git"
	git update-ref refs/remotes/tracking/main v1.0^{}
	work topic virt/b
	tag kvm-1
	push_ok origin topic kvm-1
}

@test "what is this tree's own in a tag goes down to upstream" {
	commit virt/b
	tag own-1
	goes_through main own-1
	commit virt/c
	tag own-2
	audit --policy "$POLICY" --tree kvm own-1..own-2
	assert_status 0
	audit --policy "$POLICY" --tree kvm own-1 ^v1.0
	assert_status 0
	git config "remote.file://$BATS_TEST_TMPDIR/kvm.git.uploadpack" false
	git config url."file://$BATS_TEST_TMPDIR/kvm.git".pushInsteadOf far:kvm
	git remote set-url origin far:kvm
	push_ok origin main own-2
	commit mm/b
	tag own-3
	push_refused origin own-3
	assert_output_lacks 'remote rejected'
	assert_finding shared-tag error
}

# ---------------------------------------------------------------------- audit

@test "audit: upstream's tags count if their signatures do" {
	work next mm/b
	sign v1.1 mainline
	commit mm/c
	tag v1.2
	commit virt/d
	for revision in next v1.2 main..next; do
		audit --policy "$POLICY" --tree kvm "$revision"
		assert_status 1
		assert_only_finding foreign-path error
		[ "$(json '.findings | length')" -eq 1 ]
		[ "$(json '.findings[0].subject')" = 'Change mm/c' ]
		[[ $(json '.findings[0].why') == *'v1.2 contains it, but does not count'* ]]
	done
	for by in stranger tip; do
		git tag -d v1.2
		sign v1.2 $by next~
		audit --policy "$POLICY" --tree kvm next
		assert_status 1
	done
	git tag -d v1.2
	sign v1.2 mainline next~
	for revision in next v1.2 main..next; do
		audit --policy "$POLICY" --tree kvm "$revision"
		assert_status 0
		assert_no_finding
	done
}

@test "audit: a tag above counts for those below" {
	work next mm/b
	tag v1.1
	commit mm/c
	sign v1.2 mainline
	git checkout -q -b fork v1.1^{}
	commit virt/e
	audit --policy "$POLICY" --tree kvm fork
	assert_status 0
	git tag -d v1.2
	audit --policy "$POLICY" --tree kvm fork
	assert_status 1
	assert_only_finding foreign-path error
}

@test "of many tags one is verified" {
	work next mm/b
	for i in {1..9}; do
		commit mm/b
		sign "v1.0.$i" mainline
	done
	commit virt/b
	verified audit --policy "$POLICY" --tree kvm next
	assert_status 0
	[ "$count" -eq 1 ]
	# The youngest does not count: then the next one decides.
	git tag -d v1.0.9
	sign v1.0.9 stranger next~
	verified audit --policy "$POLICY" --tree kvm next
	assert_status 1
	[ "$(json '.findings | length')" -eq 1 ]
	[ "$count" -le 2 ]
	# Nothing that is judged depends on them.
	git checkout -q main
	commit virt/c
	without_hook kvm git push -q --no-verify origin main
	commit virt/d
	verified push_ok origin main
	[ "$count" -eq 0 ]
}
