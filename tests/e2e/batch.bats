# SPDX-License-Identifier: GPL-2.0-only
#
# Git applies the refs of a push one by one, and may refuse one that the others
# were counted on with: what comes in a push excuses only by its signature.
load lib
load keys

setup_file() {
	make_ssh_keys
}

setup() {
	sandbox
	default_policy
	add_policy <<'EOP'
[shared-tag "plain-*"]
tree   = tip
signed = no

[shared-tag "signed-*"]
tree = tip

[shared-tag "draft-*"]
tree   = tip
freeze = merge

[shared-tag "own-*"]
tree     = kvm
based-on = v*
based-on = own-base-*
signed   = no

[immutable "own"]
tag = own-*
EOP
	ssh_signer tip
	ssh_signer mainline kvm
	kvm_server
	commit virt/a arch/x86/a
	commit virt/a
	tag v1.0
	push_ok origin v1.0
	push_ok origin main
	git checkout -q -b x86
	commit arch/x86/a -m "Work of tip's"
	git checkout -q main
}

# deny PATTERN: from now on the server's update hook refuses these refs.
deny() {
	cat >../kvm.git/hooks/update <<-EOH
	#!/bin/sh
	case \$1 in $1) exit 1 ;; esac
	EOH
	chmod +x ../kvm.git/hooks/update
}

@test "an unsigned tag of upstream's that another hook refuses" {
	deny 'refs/tags/v*'
	tag v1.1 x86
	git merge -q --ff-only x86
	push_refused origin main v1.1
	assert_only_finding foreign-path error
	assert_output_has 'v1.1 contains it, but does not count yet: it is not signed'
	assert_output_has 'push the tag first, then the branch'
}

@test "an unsigned tag of upstream's in one push, and in two" {
	tag v1.1 x86
	commit virt/b
	merge v1.1
	push_refused origin main v1.1
	assert_only_finding foreign-path error
	push_ok origin v1.1
	assert_no_finding
	push_ok origin main
	assert_no_finding
}

# Nothing is under the tag but what the branch has.
@test "an unsigned tag of upstream's says nothing of itself either" {
	git merge -q --ff-only x86
	push_refused origin main
	tag v1.1 x86~1
	push_refused origin main v1.1
	push_ok origin v1.1
	push_refused origin main
}

@test "an unsigned branch of upstream's" {
	sed -i 's,^ref    = refs/tags/v.*,&\nref = refs/upstream/*,' "$POLICY"
	git merge -q --ff-only x86
	push_refused origin main x86:refs/upstream/main
	assert_only_finding foreign-path error
	push_ok origin x86:refs/upstream/main
	assert_no_finding
	# Where it was before counts, and not where it goes now.
	push_ok origin main
	commit arch/x86/a -m 'More'
	push_refused origin main main:refs/upstream/main
	assert_only_finding foreign-path error
	push_ok origin main:refs/upstream/main
	push_ok origin main
}

@test "an unsigned shared tag in one push, and in two" {
	tag plain-1 x86
	merge plain-1
	push_refused origin main plain-1
	assert_only_finding foreign-path error
	assert_output_has 'shared tag plain-1 contains it, but does not count yet: it is not signed'
	assert_output_has 'push the tag first, then the branch'
	push_ok origin plain-1
	assert_no_finding
	push_ok origin main
	assert_no_finding
}

@test "a signed shared tag counts in the push that it comes with" {
	tag_by ssh-tip signed-1 x86
	git merge -q --ff-only x86
	push_ok origin main signed-1
	assert_no_finding
}

# The policy asks for no signature, but a good one proves as much as ever.
@test "a signed tag counts at once where none is asked for" {
	tag_by ssh-tip plain-1 x86
	git merge -q --ff-only x86
	push_ok origin main plain-1
	assert_no_finding
	commit arch/x86/b
	tag_by ssh-kvm plain-2
	push_refused origin main plain-2
	assert_only_finding foreign-path error
	push_ok origin plain-2
	push_ok origin main
	assert_no_finding
	commit arch/x86/c
	tag_by ssh-tip v1.1
	push_refused origin main v1.1
	assert_only_finding foreign-path error
	git tag -d v1.1
	tag_by ssh-kvm v1.1
	push_ok origin main v1.1
	assert_no_finding
}

@test "an unsigned tag that others are based on" {
	git checkout -q -b topic v1.0~1
	commit virt/topic
	tag own-1
	tag v0.9 v1.0~1
	push_refused origin own-1 v0.9
	assert_only_finding shared-tag error
	push_ok origin v0.9
	push_ok origin own-1
	assert_no_finding
}

@test "a new branch keeps no frozen tag alive" {
	sed -i 's,^rewind = .*,&\nrewind = refs/heads/kept-*,' "$POLICY"
	git checkout -q -b auto-x
	commit virt/x
	tag own-1
	push_ok origin own-1
	push_ok origin auto-x
	deny 'refs/heads/kept-*'
	git reset -q --hard main
	push_refused --force origin auto-x own-1^0:refs/heads/kept-1
	assert_only_finding rebased-tag error
	rm ../kvm.git/hooks/update
	push_ok origin own-1^0:refs/heads/kept-1
	push_ok --force origin auto-x
	assert_no_finding
}

@test "branches that change places keep what both have" {
	git checkout -q -b auto-x
	commit virt/x
	tag own-1
	git checkout -q -b auto-y
	commit virt/y
	push_ok origin own-1
	push_ok origin auto-x auto-y
	push_ok --force origin auto-y:auto-x auto-x:auto-y
	assert_no_finding
	# It moves from one to the other.
	git checkout -q -b auto-z main
	commit virt/z
	push_ok origin auto-z :auto-x
	push_refused --force origin auto-z:auto-y auto-y:auto-z
	assert_only_finding rebased-tag error
}

@test "a rewound branch that still has the tag" {
	git checkout -q -b auto-x
	commit virt/x
	tag own-1
	commit virt/y
	push_ok origin own-1
	push_ok origin auto-x
	git reset -q --hard own-1
	commit virt/z
	push_ok --force origin auto-x
	assert_no_finding
}

@test "a branch that merges a draft freezes it for itself" {
	git checkout -q x86
	commit arch/x86/b
	tag_by ssh-tip draft-1 x86
	git checkout -q main
	merge draft-1
	git checkout -q -b part x86~1
	deny 'refs/heads/main'
	push_refused origin main draft-1 part
	assert_only_finding foreign-path error
	assert_output_has 'shared tag draft-1 contains it, but is still a draft'
	rm ../kvm.git/hooks/update
	push_ok origin main draft-1
	assert_no_finding
	push_ok origin part
	assert_no_finding
}
