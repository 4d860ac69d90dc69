# SPDX-License-Identifier: GPL-2.0-only
# Rule protected-ref: refs that a push may not change: replacements, what is
# recorded of the history, and what other trees are known by.

load lib
load keys

setup_file() {
	make_ssh_keys
}

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
	without_hook kvm git --git-dir="$BATS_TEST_TMPDIR/kvm.git" update-ref \
		refs/treaty/ledger "$(git rev-parse HEAD)"
	push_refused origin :refs/treaty/ledger
	assert_only_finding protected-ref error
}

@test "a mirror push that brings a replacement along is refused" {
	git replace HEAD HEAD~
	push_refused --mirror "$BATS_TEST_TMPDIR/kvm.git"
	assert_finding protected-ref error
}

# Names of other trees

# signed_upstream: v* are mainline's, who signs them; other-* are frozen.
signed_upstream() {
	sed -i '/^\[tree "mainline"\]/,/^$/s/signed = no/signed = yes/' "$POLICY"
	ssh_signer mainline
}

@test "an unsigned tag of upstream's name does not come in" {
	signed_upstream
	tag v1.1
	push_refused origin v1.1
	assert_only_finding protected-ref error
	assert_output_has 'refs/tags/v1.1 is a name of mainline'
	assert_output_has 'it is not signed'
	git tag -d v1.1
	git tag v1.1
	push_refused origin v1.1
	assert_only_finding protected-ref error
	tag_by ssh-impostor v1.1
	push_refused origin v1.1
	assert_only_finding protected-ref error
	# The signature stands for a name too.
	tag_by ssh-tip v1.0
	git update-ref refs/tags/v1.1 refs/tags/v1.0
	push_refused origin v1.1
	assert_only_finding protected-ref error
	# Nor does one that is about no commit.
	git tag -f -a -m tree v1.1 HEAD^{tree}
	push_refused origin v1.1
	assert_only_finding protected-ref error
	# The true one does.
	tag_by ssh-tip v1.1
	push_ok origin v1.1
	assert_no_finding
	# Nobody else can take the new name that the refusal offers.
	git tag -f -a -m moved v1.1 HEAD~
	push_refused --force origin v1.1
	assert_finding immutable-tag error
	assert_output_has 'v1.1-v2 (signed by a signer of mainline)'
}

@test "where nobody need sign, the name is free" {
	tag v1.1
	push_ok origin v1.1
	assert_no_finding
}

# The tag would count against others, and as a base, from the next push on.
@test "an unsigned tag of upstream's, and then work on it" {
	signed_upstream
	git checkout -q -b squat
	commit mm/a
	tag v1.1
	push_refused origin v1.1
	assert_finding protected-ref error
	assert_finding foreign-path error
	push_refused origin squat
	assert_only_finding foreign-path error
}

@test "refs of upstream's are not deleted, nor moved away" {
	sed -i -e '/^\[immutable /,$d' \
		-e 's,^ref    = refs/tags/v.*,&\nref = refs/upstream/*,' "$POLICY"
	git checkout -q -b upstream
	commit mm/a
	tag v1.1
	push_ok origin v1.1 upstream:refs/upstream/main
	push_refused origin :v1.1
	assert_only_finding protected-ref error
	assert_output_has 'this push deletes it'
	push_refused origin :refs/upstream/main
	assert_only_finding protected-ref error
	git tag -f -a -m again v1.1 main
	push_refused --force origin v1.1
	assert_only_finding protected-ref error
	assert_output_has 'this push moves it'
	push_refused --force origin main:refs/upstream/main
	assert_only_finding protected-ref error
	# It goes on.
	commit mm/b
	push_ok origin upstream:refs/upstream/main
	assert_no_finding
}

@test "an integration tree's tag stays, its branch may move" {
	sed -i 's,^ref            = refs/tags/next-.*,&\nref = refs/heads/next/*,' \
		"$POLICY"
	git checkout -q -b next
	commit mm/a
	tag next-1
	push_ok origin next-1 next:refs/heads/next/main
	git checkout -q -b again main
	commit mm/b
	push_ok --force origin again:refs/heads/next/main
	assert_no_finding
	push_refused origin :refs/heads/next/main
	assert_only_finding protected-ref error
	push_refused origin :next-1
	assert_only_finding protected-ref error
	git tag -f -a -m again next-1 again
	push_refused --force origin next-1
	assert_only_finding protected-ref error
}

@test "a frozen tag that is an integration tree's too" {
	add_policy <<-'EOP'
	[immutable "next"]
	tag = next-*
	EOP
	tag next-1
	push_ok origin next-1
	push_refused origin :next-1
	assert_only_finding immutable-tag error
	tag next-2
	git tag -f next-1 next-2
	push_refused --force origin next-1
	assert_only_finding immutable-tag error
}

# Symbolic refs

@test "a symbolic ref of a governed name to one that is not" {
	local server="$BATS_TEST_TMPDIR/kvm.git"

	push_ok origin main:refs/scratch/x
	git --git-dir="$server" symbolic-ref refs/heads/alias refs/scratch/x
	git checkout -q -b foreign
	commit mm/a
	# By its own name, and by that of what it is.
	push_refused origin foreign:alias
	assert_only_finding foreign-path error
	push_refused origin foreign:refs/scratch/x
	assert_only_finding foreign-path error
	assert_output_has 'refs/heads/alias'
	git checkout -q main
	commit virt/c
	push_ok origin main:refs/scratch/x
	push_refused --force origin main~1:refs/scratch/x
	assert_only_finding rewound-branch error
}

@test "a symbolic ref to a governed name" {
	local server="$BATS_TEST_TMPDIR/kvm.git"

	git --git-dir="$server" symbolic-ref refs/scratch/alias refs/heads/main
	git checkout -q -b foreign
	commit mm/a
	push_refused origin foreign:refs/scratch/alias
	assert_only_finding foreign-path error
	push_refused origin foreign:main
	assert_only_finding foreign-path error
	git checkout -q main
	commit virt/c
	push_ok origin main:refs/scratch/alias
}

@test "a symbolic ref that is upstream's by its name" {
	local server="$BATS_TEST_TMPDIR/kvm.git"

	signed_upstream
	push_ok origin main:refs/scratch/x
	git --git-dir="$server" symbolic-ref refs/tags/v1.1 refs/scratch/x
	commit virt/c
	push_refused origin main:refs/scratch/x
	assert_finding protected-ref error
}
