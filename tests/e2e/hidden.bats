# SPDX-License-Identifier: GPL-2.0-only
# A refusal names no ref that the server hides from those who push to it, and no
# object that only such a ref has.

load lib

setup() {
	sandbox
	default_policy
	add_policy <<-'EOP'
		[tree "mirror"]
		ref = refs/mirror/**

		[shared-tag "**/noinstr-*"]
		tree     = tip
		signed   = no
		freeze   = merge
		consumer = rcu
		consumer = kvm

		[shared-tag "**/rcu-only"]
		tree     = tip
		signed   = no
		consumer = rcu

		[shared-tag "**/based"]
		tree     = tip
		signed   = no
		based-on = v*

		[shared-tag "**/kvm-*"]
		tree   = kvm
		signed = no

		[tree "build"]
		role = integration
		ref  = refs/tags/**/build-*

		[rule "duplicate-patch"]
		severity = error

		[rule "tag-consumer"]
		severity = error
	EOP
	kvm_server
}

seed() {
	commit virt/a arch/x86/a kernel/a
	tag v1.0
	git push -q origin main v1.0
}

# there REF: HEAD is on the server under that name, and main is what was before.
there() {
	without_hook kvm git push -q origin "HEAD:$1" 2>/dev/null ||
		fail "not pushed: $1"
	git checkout -q main
}

# there_tag NAME: the same, as an annotated tag.
there_tag() {
	tag "$1"
	without_hook kvm git push -q origin "$1"
	git checkout -q main
}

# told_or_hidden RULE NAME ARGUMENT...: that push is refused by that rule, whose
# finding has NAME. Where NAME's ref is hidden it is refused all the same, and
# nothing with "secret" in it is told, nor any of $only_there.
told_or_hidden() {
	local rule="$1" name="$2" here

	shift 2
	push_refused "$@"
	assert_finding "$rule"
	assert_output_has "$name"
	git -C "$SERVER" config receive.hideRefs refs/tags/secret
	git -C "$SERVER" config transfer.hideRefs refs/mirror
	push_refused "$@"
	assert_finding "$rule"
	assert_output_has 'hidden from you'
	output="$(sed '/^To \|^ ! /d' <<<"$output")"
	assert_output_lacks secret
	for here in "${only_there[@]}"; do
		assert_output_lacks "$(git rev-parse --short=12 "$here")"
	done
}

@test "a frozen tag that has the original" {
	git checkout -q -b topic
	commit virt/a -m 'KVM: One'
	there_tag secret/kvm-1
	only_there=(topic)
	test_tick
	git cherry-pick topic >/dev/null
	told_or_hidden rebased-tag 'the frozen tag secret/kvm-1 contains' origin main
}

@test "another tree's history that has the same patch" {
	git checkout -q -b topic
	commit virt/a -m 'KVM: One'
	there refs/mirror/secret/x
	only_there=(topic)
	test_tick
	git cherry-pick topic >/dev/null
	told_or_hidden duplicate-patch '(on refs/mirror/secret/x)' origin main
}

@test "a draft that holds a foreign commit" {
	git checkout -q -b topic
	commit arch/x86/a -m 'x86: One'
	commit arch/x86/a -m 'x86: Two'
	there_tag secret/noinstr-1
	only_there=(topic)
	git merge -q topic~1
	told_or_hidden foreign-path 'shared tag secret/noinstr-1 contains it' \
		origin main
}

@test "a tag with a commit out of its scope" {
	git checkout -q -b topic
	commit mm/a -m 'mm: One'
	commit arch/x86/a -m 'x86: Two'
	there_tag secret/based
	git merge -q topic~1
	only_there=(topic)
	told_or_hidden foreign-path secret/based origin main
}

@test "the integration tree that made a commit" {
	git checkout -q -b topic
	commit virt/a -m 'Add build files'
	there_tag secret/build-1
	git merge -q topic
	told_or_hidden forbidden-base '(it is on refs/tags/secret/build-1)' \
		origin main
}

@test "a shared tag that is not for this tree" {
	git checkout -q -b topic
	commit arch/x86/a -m 'x86: One'
	there_tag secret/rcu-only
	merge topic
	told_or_hidden tag-consumer 'tag secret/rcu-only of tip' origin main
}

@test "a shared tag that starts at a wrong base" {
	git checkout -q --orphan topic
	git rm -rfq .
	commit arch/x86/b -m 'x86: One'
	there_tag secret/based
	merge --allow-unrelated-histories topic
	told_or_hidden shared-tag 'tag secret/based starts at' origin main
}

@test "a frozen tag that a branch loses" {
	git checkout -q -b topic
	commit virt/a -m 'KVM: One'
	there_tag secret/kvm-1
	git push -q origin topic:auto-x
	told_or_hidden rebased-tag 'the frozen tag secret/kvm-1 any more' \
		-f origin main:auto-x
}

# rebased_tag.bats has this without the hidden tag.
@test "two frozen tags, one a copy of the other" {
	git checkout -q -b one
	commit virt/a -m 'KVM: One'
	there_tag secret/kvm-1
	git checkout -q -b two
	test_tick
	git cherry-pick one >/dev/null
	there_tag kvm-2
	merge one
	push_ok origin main
	merge -s ours two
	git -C "$SERVER" config receive.hideRefs refs/tags/secret
	push_ok origin main
	assert_finding rebased-tag warn
	assert_output_has 'hidden from you'
	assert_output_lacks secret
}

@test "an audit of the server names what it hides" {
	git checkout -q -b topic
	commit virt/a -m 'KVM: One'
	there_tag secret/kvm-1
	test_tick
	git cherry-pick topic >/dev/null
	without_hook kvm git push -q origin main
	git -C "$SERVER" config receive.hideRefs refs/tags/secret
	cd "$SERVER"
	audit main
	assert_finding rebased-tag
	[[ $(json '.findings[].why') == *secret/kvm-1* ]] || fail "$output"
}

@test "a hidden ref that is a name of the branch" {
	git -C "$SERVER" symbolic-ref refs/heads/auto-a refs/heads/secret/b
	git checkout -q -b b
	commit virt/a
	there refs/heads/secret/b
	git -C "$SERVER" config transfer.hideRefs refs/heads/secret
	git checkout -q main
	push_refused -f origin main:auto-a
	assert_finding rewound-branch
	output="$(sed '/^To \|^ ! /d' <<<"$output")"
	assert_output_lacks secret
	git -C "$SERVER" config --unset transfer.hideRefs
	push_refused -f origin main:auto-a
	assert_output_has refs/heads/secret/b
}
