# SPDX-License-Identifier: GPL-2.0-only
# Rule protected-ref: refs/replace/ and refs/treaty/ are not pushed to.

load lib

setup() {
	sandbox
	default_policy
	kvm_server
	commit virt/a
	commit virt/b
	push_ok origin main
}

@test "a replacement is not pushed" {
	git replace HEAD HEAD~
	push_refused origin 'refs/replace/*'
	assert_only_finding protected-ref error
	assert_output_has "refs/replace/$(GIT_NO_REPLACE_OBJECTS=1 \
		git rev-parse HEAD)"
}

@test "a ref that is not protected is pushed" {
	push_ok origin HEAD:refs/replacement/x HEAD:refs/notes/commits
	push_ok origin HEAD:refs/treatyx/ledger
}

@test "nothing is pushed to refs/treaty/" {
	push_refused origin HEAD:refs/treaty/ledger
	assert_only_finding protected-ref error
}

@test "a protected ref is not deleted" {
	git --git-dir="$BATS_TEST_TMPDIR/kvm.git" update-ref \
		refs/treaty/ledger "$(git rev-parse HEAD)"
	push_refused origin :refs/treaty/ledger
	assert_only_finding protected-ref error
}

@test "a mirror push that brings a replacement along is refused" {
	git replace HEAD HEAD~
	push_refused --mirror "$BATS_TEST_TMPDIR/kvm.git"
	assert_finding protected-ref error
}
