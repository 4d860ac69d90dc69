# SPDX-License-Identifier: GPL-2.0-only
# Legitimate work passes, without a word.

load lib

setup() {
	sandbox
	default_policy
	add_policy <<-'EOP'
		[shared-tag "noinstr-*"]
		tree   = tip
		signed = no

		[shared-tag "draft-*"]
		tree   = tip
		freeze = merge
		signed = no
	EOP
	kvm_server
}

seed() {
	commit virt/a mm/a arch/x86/a -m 'Everything'
	tag v1.0
	git push -q origin main v1.0
}

# quiet_push_ok ARGUMENT...: and there is nothing to say of it.
quiet_push_ok() {
	push_ok "$@"
	assert_no_finding
	assert_output_lacks "git-treaty:"
}

# mainline REF COUNT: that many commits of others on top of REF, as v1.1.
mainline() {
	awk -v from="$(git rev-parse "$1^0")" -v n="$2" -v tick="$TICK" 'BEGIN {
		for (i = 1; i <= n; i++) {
			print "commit refs/heads/mainline"
			print "committer C O Mitter <committer@example.com> " \
				tick + i " +0000"
			print "data <<EOD\nChange " i "\nEOD"
			if (i == 1)
				print "from " from
			print "M 100644 inline mm/file-" i % 50
			print "data <<EOD\n" i "\nEOD"
		}
	}' | git fast-import --quiet
	TICK=$((TICK + $2))
	tag v1.1 mainline
}

@test "own work" {
	commit virt/a
	quiet_push_ok origin main
	commit arch/arm64/kvm/a
	commit arch/x86/kvm/a
	quiet_push_ok origin main main:refs/heads/next
}

@test "a mainline release with thousands of foreign commits is pulled" {
	mainline v1.0 3000
	commit virt/a
	merge v1.1
	quiet_push_ok origin v1.1
	quiet_push_ok origin main
}

@test "a mainline release is pulled by fast-forward" {
	mainline v1.0 100
	git merge -q --ff-only v1.1
	quiet_push_ok origin v1.1
	quiet_push_ok origin main
}

@test "a mainline release that is there already is merged" {
	mainline v1.0 100
	quiet_push_ok origin v1.1
	commit virt/a
	merge v1.1
	quiet_push_ok origin main
}

@test "without the release's tag thousands of commits are one block" {
	mainline v1.0 1000
	commit virt/a
	merge v1.1
	push_refused origin main
	assert_only_finding foreign-path error
	assert_output_has "1000 commits in refs/heads/main, brought in by merge"
	[ "$(wc -l <<<"$output")" -lt 40 ]
}

@test "one's own topic is merged" {
	git checkout -q -b topic
	commit virt/topic
	git checkout -q main
	commit virt/a
	merge topic
	quiet_push_ok origin main
}

@test "a shared tag is merged that is pushed just before" {
	git checkout -q -b x86
	commit arch/x86/a
	commit kernel/a
	tag noinstr-1
	git checkout -q main
	commit virt/a
	merge noinstr-1
	quiet_push_ok origin noinstr-1
	quiet_push_ok origin main
}

@test "a shared tag is merged that came before" {
	git checkout -q -b x86
	commit arch/x86/a
	tag noinstr-1
	quiet_push_ok origin noinstr-1
	git checkout -q main
	commit virt/a
	merge noinstr-1
	quiet_push_ok origin main
	git checkout -q -b other v1.0
	git merge -q --ff-only noinstr-1
	commit virt/b
	quiet_push_ok origin other
}

@test "a draft of another tree is merged and so freezes" {
	git checkout -q -b x86
	commit arch/x86/a
	tag draft-1
	git checkout -q main
	commit virt/a
	merge draft-1
	quiet_push_ok origin draft-1
	quiet_push_ok origin main
}

@test "a branch is merged that next merely also contains" {
	git checkout -q -b next
	commit virt/other
	git checkout -q -b topic main
	commit virt/topic
	git checkout -q next
	merge topic
	tag next-1
	git checkout -q main
	merge topic
	quiet_push_ok origin next-1 main
}

@test "unprotected tags come and go" {
	git tag light
	tag topic-1
	quiet_push_ok origin light topic-1
	commit virt/a
	git tag -f light
	quiet_push_ok --force origin light
	quiet_push_ok origin :light :topic-1
}

@test "a draft that nobody merged is moved, and not once it is merged" {
	git checkout -q -b x86
	commit arch/x86/a
	tag draft-1
	quiet_push_ok origin draft-1
	git reset -q --hard main
	commit arch/x86/a -m 'Better'
	git tag -d draft-1
	tag draft-1
	push_ok --force origin draft-1
	assert_redone draft-1
	assert_no_finding
	git checkout -q main
	merge draft-1
	quiet_push_ok origin main
	git checkout -q x86
	commit arch/x86/a -m 'Too late'
	git tag -d draft-1
	tag draft-1
	push_refused --force origin draft-1
	assert_finding immutable-tag error
}

@test "a new branch at what is there" {
	quiet_push_ok origin main:refs/heads/other v1.0^0:refs/heads/third
}

@test "a branch goes on from a release" {
	mainline v1.0 10
	git checkout -q -b topic v1.1
	commit virt/a
	quiet_push_ok origin v1.1
	quiet_push_ok origin topic
}

@test "a stable branch merges back" {
	git checkout -q -b fixes v1.0
	commit virt/fix
	quiet_push_ok origin fixes
	git checkout -q main
	commit virt/a
	merge fixes
	quiet_push_ok origin main
	git checkout -q fixes
	git merge -q --ff-only main
	quiet_push_ok origin fixes
}

@test "a clone with pre-push and server hook both in" {
	git treaty install --quiet --client --policy "$POLICY" --tree kvm
	mainline v1.0 50
	commit virt/a
	merge v1.1
	quiet_push_ok origin v1.1
	quiet_push_ok origin main
	commit mm/a
	push_refused origin main
	assert_output_lacks "remote rejected"
	assert_only_finding foreign-path error
}
