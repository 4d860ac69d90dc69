# SPDX-License-Identifier: GPL-2.0-only
# Rule immutable-tag: a frozen tag is never moved, deleted or made again.

load lib

setup() {
	sandbox
	default_policy
	add_policy <<-'EOP'
		[shared-tag "noinstr-*"]
		tree   = kvm
		signed = no

		[shared-tag "draft-*"]
		tree   = kvm
		freeze = merge
		signed = no
	EOP
	kvm_server
	commit virt/a
	push_ok origin main
}

@test "a new tag is accepted" {
	tag v1.0
	push_ok origin v1.0
}

@test "a frozen tag is not moved" {
	tag v1.0
	push_ok origin v1.0
	commit virt/a
	git tag -d v1.0
	tag v1.0
	push_refused --force origin main v1.0
	assert_only_finding immutable-tag error
	assert_output_has "tag v1.0 is frozen, and this push replaces it"
	assert_output_has "$POLICY:$(grep -n '^tag = v\*' "$POLICY" |
		cut -d: -f1)"
}

@test "a tag that is not frozen is moved" {
	tag topic-1
	push_ok origin topic-1
	commit virt/a
	git tag -d topic-1
	tag topic-1
	push_ok --force origin main topic-1
}

@test "a frozen tag is not made again for the same commit" {
	tag v1.0
	push_ok origin v1.0
	git tag -d v1.0
	tag v1.0
	push_refused --force origin v1.0
	assert_only_finding immutable-tag error
}

@test "a frozen tag is not replaced by a lightweight one" {
	tag v1.0
	push_ok origin v1.0
	git tag -d v1.0
	git tag v1.0
	push_refused --force origin v1.0
	assert_only_finding immutable-tag error
	assert_output_has "this push replaces it with a lightweight tag"
}

@test "a frozen lightweight tag is not replaced by an annotated one" {
	git tag v1.0
	push_ok origin v1.0
	git tag -d v1.0
	tag v1.0
	push_refused --force origin v1.0
	assert_only_finding immutable-tag error
}

@test "a frozen tag is not deleted" {
	tag v1.0
	push_ok origin v1.0
	push_refused origin :v1.0
	assert_only_finding immutable-tag error
	assert_output_has "this push deletes it"
}

@test "a tag that is not frozen is deleted" {
	tag topic-1
	push_ok origin topic-1
	push_ok origin :topic-1
}

@test "the same frozen tag pushed again is no change" {
	tag v1.0
	push_ok origin v1.0
	commit virt/a
	push_ok origin main v1.0
}

@test "a shared tag that freezes by its push is not moved" {
	tag noinstr-1
	push_ok origin noinstr-1
	commit virt/a
	git tag -d noinstr-1
	tag noinstr-1
	push_refused --force origin main noinstr-1
	assert_only_finding immutable-tag error
}

@test "a shared tag that freezes by a merge is moved until a branch has it" {
	git checkout -q -b topic
	commit virt/a -m draft
	tag draft-1
	push_ok origin draft-1
	git reset -q --hard main
	commit virt/a -m 'draft, better'
	git tag -d draft-1
	tag draft-1
	push_ok --force origin draft-1

	git checkout -q main
	merge draft-1
	push_ok origin main
	git checkout -q --detach main~
	commit virt/a -m 'draft, too late'
	git tag -d draft-1
	tag draft-1
	push_refused --force origin draft-1
	assert_only_finding immutable-tag error
	push_refused origin :draft-1
	assert_output_has "a governed branch contains it"
}

# draft_on BASE [FILE]: draft-1, anew, with a commit on that base.
draft_on() {
	git checkout -q --detach "$1"
	commit virt/draft -m "draft on $1"
	git tag -d draft-1 >/dev/null 2>&1 || :
	tag draft-1
}

@test "a draft that is redone on another base is told so" {
	local old new

	old="$(git rev-parse --short=12 main)"
	draft_on main
	push_ok origin draft-1
	assert_no_finding
	draft_on main
	push_ok --force origin draft-1
	assert_output_has 'draft draft-1 is redone, and whoever'
	git checkout -q main
	commit virt/b
	push_ok origin main
	new="$(git rev-parse --short=12 main)"
	draft_on main
	push_ok --force origin draft-1
	assert_output_has "draft draft-1 is redone on another base, \
$new instead of $old, and whoever"
	# pre-push says the same.
	git treaty install --quiet --client --policy "$POLICY" --tree kvm
	draft_on "$old"
	without_hook kvm push_ok --force origin draft-1
	assert_output_has "on another base, $old instead of $new"
}

@test "a draft is not merged and moved in one push" {
	git checkout -q -b topic
	commit virt/a -m draft
	tag draft-1
	push_ok origin draft-1
	git checkout -q main
	merge draft-1
	git checkout -q --detach main~
	commit virt/a -m 'draft, other'
	git tag -d draft-1
	tag draft-1
	push_refused --force origin main draft-1
	assert_only_finding immutable-tag error
}

@test "a draft is redone and merged in one push" {
	git checkout -q -b topic
	commit virt/a -m draft
	tag draft-1
	push_ok origin draft-1
	commit virt/a -m 'draft, more'
	git tag -d draft-1
	tag draft-1
	git checkout -q main
	merge draft-1
	push_ok --force origin main draft-1
}

@test "one frozen tag among many refuses the push" {
	tag v1.0
	tag topic-1
	push_ok origin v1.0 topic-1
	git tag -d v1.0
	tag v1.0
	commit virt/a
	push_refused --force origin main v1.0 HEAD:refs/heads/other
	assert_only_finding immutable-tag error
}
