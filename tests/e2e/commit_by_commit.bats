# SPDX-License-Identifier: GPL-2.0-only
#
# A shared tag vouches for each of its commits by itself: one that it should not
# hold does not take the others along.
load lib
load keys

setup_file() {
	make_ssh_keys
}

setup() {
	sandbox
	default_policy
	ssh_signer tip
	add_policy <<-'EOP'
	[shared-tag "entry-*"]
	tree  = tip

	[shared-tag "based-*"]
	tree     = tip
	based-on = v*

	[shared-tag "draft-*"]
	tree   = tip
	freeze = merge

	[shared-tag "scoped-*"]
	tree  = tip
	scope = core
	scope = mm
	EOP
	kvm_server
	commit virt/a
	commit virt/b
	tag v1.0
	push_ok origin v1.0
	push_ok origin main
	git checkout -q -b x86
}

# mixed TAG: nine commits of tip's and one that is none of theirs, in a tag.
mixed() {
	for i in 1 2 3 4; do commit arch/x86/a; done
	commit mm/a -m 'Not of tip'
	for i in 5 6 7 8 9; do commit arch/x86/a; done
	tag_by ssh-tip "$1"
}

@test "one foreign commit in a tag is one error" {
	mixed entry-1
	git checkout -q main
	merge entry-1
	push_refused origin main
	assert_only_finding foreign-path error
	assert_output_has 'refused: 1 error,'
	assert_output_has 'mm/a  (mm, tree mm)'
	assert_output_has 'the mergetag of entry-1 contains it, but does not count for it'
	assert_output_has 'changes mm/a, outside its scope'
	# In two pushes as well.
	push_refused origin entry-1
	assert_finding shared-tag error
	assert_finding foreign-path error
	assert_output_has 'refused: 2 errors,'
}

@test "a tag without it is accepted" {
	for i in 1 2 3; do commit arch/x86/a; done
	tag_by ssh-tip entry-1
	git checkout -q main
	merge entry-1
	push_ok origin main
	assert_no_finding
	push_ok origin entry-1
	assert_no_finding
}

@test "the tag and the branch in one push" {
	mixed entry-1
	git checkout -q main
	git merge -q --ff-only entry-1
	push_refused origin main entry-1
	assert_finding shared-tag error
	assert_finding foreign-path error
	assert_output_has 'refused: 2 errors,'
}

# What the tree itself owns may come in by whatever tag it likes.
@test "a commit that is foreign to the tag, but not to who pulls it" {
	commit arch/x86/a
	commit virt/c -m 'Of kvm'
	tag_by ssh-tip entry-1
	git checkout -q main
	merge entry-1
	push_ok origin main
	assert_no_finding
}

@test "a foreign commit at the bottom, and own work on top" {
	commit mm/a -m 'Not of tip'
	commit arch/x86/a
	tag_by ssh-tip entry-1
	git checkout -q main
	commit virt/c
	merge entry-1
	commit virt/c
	push_refused origin main
	assert_only_finding foreign-path error
	assert_output_has 'refused: 1 error,'
	assert_output_has "brought in by merge $(git rev-parse --short=12 main~1)"
}

@test "a tag on a wrong base is one finding" {
	git checkout -q -b based v1.0~1
	for i in 1 2 3; do commit arch/x86/a; done
	tag_by ssh-tip based-1
	push_refused origin based-1
	assert_only_finding shared-tag error
	assert_output_has 'refused: 1 error,'
	git checkout -q main
	merge based-1
	push_refused origin main
	assert_only_finding shared-tag error
	assert_output_has 'refused: 1 error,'
	# On a right one.
	git checkout -q -b right v1.0
	commit arch/x86/b
	tag_by ssh-tip based-2
	git checkout -q main
	git reset -q --hard origin/main
	merge based-2
	push_ok origin main
	assert_no_finding
}

@test "a draft counts for what it should hold, once it is merged" {
	mixed draft-1
	push_refused origin draft-1
	assert_output_has 'refused: 2 errors,'
	git checkout -q main
	merge draft-1
	push_refused origin main
	assert_only_finding foreign-path error
	assert_output_has 'refused: 1 error,'
}

@test "a tag that is built on a draft of the same tree" {
	commit arch/x86/a
	tag_by ssh-tip draft-1
	commit arch/x86/a
	tag_by ssh-tip entry-1
	git checkout -q main
	merge entry-1
	push_ok origin draft-1
	push_ok origin main
	assert_no_finding
}

# ack ON COMMIT-PATH: a commit with an Acked-by of mm's maintainer.
acked() {
	commit "$@" -m 'mm: Something

Acked-by: Em Em <mm@example.com>'
}

@test "a scope that names others' subsystems" {
	commit kernel/a
	acked mm/a
	tag_by ssh-tip scoped-1
	git checkout -q main
	merge scoped-1
	push_refused origin main
	assert_only_finding foreign-path error
	push_refused origin scoped-1
	assert_finding shared-tag error
	git treaty policy check "$POLICY" >../out 2>&1 || :
	output="$(cat ../out)"
	assert_output_has "'scope = mm'"
	add_policy <<-'EOP'
	[rule "foreign-path"]
	accept-ack = yes
	EOP
	git treaty policy check "$POLICY" >../out 2>&1 || :
	output="$(cat ../out)"
	assert_output_lacks "'scope = mm'"
	push_ok origin scoped-1
	assert_no_finding
	push_ok origin main
	assert_no_finding
	# One of two is not acked.
	git checkout -q x86
	commit mm/b
	tag_by ssh-tip scoped-2
	git checkout -q main
	merge scoped-2
	push_refused origin main
	assert_output_has 'refused: 1 error,'
}

@test "nobody can ack for a subsystem without a tree" {
	add_policy <<-'EOP'
	[subsystem "orphan"]
	path = lib/

	[rule "foreign-path"]
	accept-ack = yes
	EOP
	commit kernel/a
	tag_by ssh-tip scoped-1
	push_ok origin scoped-1
	commit lib/a
	tag_by ssh-tip scoped-2
	push_refused origin scoped-2
	assert_only_finding shared-tag error
	assert_output_has 'lib/a'
}

@test "what an integration tree made is vouched for by nobody" {
	git checkout -q -b next v1.0
	commit arch/x86/a -m 'Add linux-next specific files for 20200101'
	commit arch/x86/a
	tag_by ssh-tip entry-1
	git checkout -q main
	merge entry-1
	push_refused origin main
	assert_finding forbidden-base error
	assert_finding foreign-path error
	assert_output_has 'refused: 2 errors,'
}
