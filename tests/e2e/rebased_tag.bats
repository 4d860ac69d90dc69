# SPDX-License-Identifier: GPL-2.0-only
# What a frozen tag holds is merged, and never made again.

load lib

# kvm has work of its own on v1.0; tip has a tag on it, and so has kvm.
setup() {
	sandbox
	default_policy
	add_policy <<-'EOP'
		[shared-tag "noinstr-*"]
		tree   = tip
		signed = no
		freeze = merge

		[shared-tag "kvm-*"]
		tree   = kvm
		signed = no

		[rule "foreign-path"]
		severity = off
	EOP
	kvm_server
}

seed() {
	commit virt/a arch/x86/a kernel/a
	tag v1.0
	git checkout -q -b topic
	commit virt/a -m 'KVM: One'
	commit virt/b -m 'KVM: Two'
	tag kvm-1
	git checkout -q main
	commit virt/c -m 'KVM: On main'
	git push -q origin main v1.0 kvm-1
}

# pick REV...: cherry-picks, at another time and by another committer.
pick() {
	test_tick
	GIT_COMMITTER_NAME=Other git cherry-pick --allow-empty \
		--keep-redundant-commits "$@" >/dev/null
}

@test "a commit of a frozen tag picked, and the tag merged" {
	pick kvm-1~1
	push_refused origin main
	assert_only_finding rebased-tag error
	assert_output_has "a copy of $(git rev-parse --short=12 kvm-1~1) (the \
same patch), which the frozen tag kvm-1 contains and refs/heads/main does not"
	assert_output_has 'fix: merge the tag instead'
	git reset -q --hard origin/main
	merge kvm-1
	push_ok origin main
	assert_no_finding
}

@test "the tag's commits rebased" {
	git checkout -q topic
	test_tick
	git rebase -q main
	push_refused origin topic
	assert_only_finding rebased-tag error
	assert_output_has '2 commits in refs/heads/topic'
	git reset -q --hard kvm-1
	push_ok origin topic
	assert_no_finding
}

@test "picked, and then the tag merged as well" {
	pick kvm-1~1
	merge -s ours kvm-1
	# Not in place of the original, unless a ref has only the copy.
	push_refused origin main main~1:refs/heads/picked
	assert_finding rebased-tag error
	assert_output_has 'the frozen tag kvm-1 contains and refs/heads/picked'
	push_ok origin main
	assert_finding duplicate-patch warn
	assert_output_lacks rebased-tag
	assert_output_has "it and $(git rev-parse --short=12 kvm-1~1), which \
the frozen tag kvm-1 contains, have the same patch"
}

@test "a fix picked from next to fixes, and both histories pushed" {
	git checkout -q -b fixes v1.0
	git checkout -q -b next v1.0
	commit virt/f -m 'KVM: Fix'
	git checkout -q fixes
	pick -x next
	git checkout -q -b later v1.0
	merge fixes
	tag v1.1
	git checkout -q next
	merge v1.1
	push_ok origin v1.1 next
	assert_only_finding duplicate-patch warn
	without_hook kvm git push -q origin :next :v1.1
	push_ok origin v1.1
	push_ok origin next
	assert_only_finding duplicate-patch warn
	# One that the release was not merged into.
	push_ok origin next~1:refs/heads/early
	assert_no_finding
}

@test "a commit that a younger one in a frozen tag is a copy of" {
	git checkout -q main
	commit virt/f -m 'KVM: Fix'
	git checkout -q -b later v1.0
	pick main
	tag v1.1
	push_ok origin v1.1
	push_ok origin main
	assert_only_finding duplicate-patch warn
	git checkout -q -b after v1.0
	pick v1.1
	push_refused origin after
	assert_only_finding rebased-tag error
}

@test "a copy that seems to be a merge" {
	local copy

	pick kvm-1~1
	copy="$(git cat-file commit HEAD | sed '/^parent/p' |
		git hash-object -w -t commit --stdin)"
	push_refused origin "$copy:refs/heads/main"
	assert_only_finding rebased-tag error
}

@test "the tag merged first, in another branch, and picked here" {
	git checkout -q -b with main
	merge kvm-1
	push_ok origin with
	git checkout -q main
	pick kvm-1
	push_refused origin main
	assert_only_finding rebased-tag error
	git reset -q --hard with
	push_ok origin main
	assert_no_finding
}

@test "only the message amended" {
	pick kvm-1
	git commit -q --amend --reset-author -m 'KVM: Rather three'
	push_refused origin main
	assert_only_finding rebased-tag error
	assert_output_has '(the same patch)'
	echo more >>virt/b
	git commit -q -a --amend --no-edit
	push_ok origin main
	assert_no_finding
}

@test "only blanks changed" {
	pick kvm-1
	sed -i 's/$/  /' virt/b
	git commit -q -a --amend --reset-author -m 'KVM: Blanks'
	push_refused origin main
	assert_only_finding rebased-tag error
}

@test "the same author, author date and subject, with another patch" {
	pick kvm-1
	echo more >>virt/b
	git commit -q -a --amend --no-edit
	push_refused origin main
	assert_only_finding rebased-tag error
	assert_output_has '(the same author, author date and subject)'
	git commit -q --amend -m 'KVM: Another subject'
	push_ok origin main
	assert_no_finding
}

@test "squashed into one: not told by its patch" {
	git merge -q --squash kvm-1 >/dev/null
	git commit -q -m 'KVM: One and two'
	push_ok origin main
	assert_no_finding
}

@test "a draft may be redone by anybody, a merged one not" {
	git checkout -q -b x86 v1.0
	commit arch/x86/a -m 'x86: One'
	tag noinstr-1
	push_ok origin noinstr-1
	git checkout -q -b picked main
	pick noinstr-1
	push_ok origin picked:auto-picked
	assert_only_finding duplicate-patch warn
	push_ok origin :auto-picked
	git checkout -q main
	merge noinstr-1
	push_ok origin main
	assert_no_finding
	git checkout -q picked
	push_refused origin picked
	assert_finding rebased-tag error
}

@test "two drafts on common work, one of them merged" {
	git checkout -q -b x86 v1.0
	commit arch/x86/a -m 'x86: One'
	commit arch/x86/b -m 'x86: Two, this way'
	tag noinstr-a
	git checkout -q -b that x86~1
	commit arch/x86/b -m 'x86: Two, that way'
	tag noinstr-b
	for tag in noinstr-a noinstr-b; do
		git checkout -q -B merged main
		merge "$tag"
		push_ok origin merged noinstr-a noinstr-b
		git checkout -q -B picked main
		pick x86~1
		push_refused origin picked
		assert_only_finding rebased-tag error
		assert_output_has "the frozen tag $tag contains"
		without_hook kvm git push -q origin :merged
	done
	push_ok origin picked
	assert_only_finding duplicate-patch warn
}

@test "a tag that comes in the same push is frozen by it" {
	git checkout -q topic
	commit virt/d -m 'KVM: Three'
	tag kvm-1b
	git checkout -q main
	pick kvm-1b
	push_refused origin main kvm-1b
	assert_only_finding rebased-tag error
	push_ok origin kvm-1b
	assert_no_finding
}

@test "a release is frozen too" {
	git checkout -q -b later v1.0
	commit mm/a -m 'mm: Fix'
	tag v1.1
	git push -q origin v1.1
	git checkout -q main
	pick v1.1
	push_refused origin main
	assert_only_finding rebased-tag error
	assert_output_has 'the frozen tag v1.1'
	git reset -q --hard origin/main
	merge v1.1
	push_ok origin main
	assert_no_finding
}

@test "so is one with a lightweight tag" {
	git checkout -q -b later v1.0
	commit virt/z -m 'KVM: Fix'
	git tag v1.1
	push_ok origin v1.1
	git checkout -q main
	pick v1.1
	push_refused origin main
	assert_only_finding rebased-tag error
	git reset -q --hard origin/main
	merge v1.1
	push_ok origin main
	assert_no_finding
}

# Reverts

@test "reverted and applied again" {
	merge kvm-1
	git revert --no-edit HEAD^2 >/dev/null
	push_ok origin main
	test_tick
	git revert --no-edit HEAD >/dev/null
	git commit -q --amend -m 'KVM: Two'
	push_ok origin main
	assert_no_finding
	# The very patch.
	git revert --no-edit HEAD >/dev/null
	pick kvm-1
	push_ok origin main
	assert_no_finding
}

@test "reverted in the tag's own history, and applied again elsewhere" {
	git checkout -q topic
	test_tick
	git revert --no-edit HEAD >/dev/null
	tag kvm-2
	push_ok origin kvm-2
	git checkout -q main
	pick kvm-1
	push_ok origin main
	assert_no_finding
}

@test "a copy, reverted, and another copy" {
	pick kvm-1
	git revert --no-edit HEAD >/dev/null
	pick kvm-1
	push_refused origin main
	assert_only_finding rebased-tag error
}

@test "reverted by an abbreviated name" {
	git checkout -q topic
	test_tick
	git revert --reference --no-edit HEAD >/dev/null
	tag kvm-2
	push_ok origin kvm-2
	git checkout -q main
	pick kvm-1
	push_ok origin main
	assert_no_finding
}

@test "a copy that says it reverts the original, or that comes after nothing" {
	local words

	words="This reverts commit $(git rev-parse kvm-1^0)."
	pick kvm-1
	git commit -q --amend -m 'KVM: Two' -m "$words"
	push_refused origin main
	assert_only_finding rebased-tag error
	git reset -q --hard origin/main
	git commit -q --allow-empty -m Nothing -m "$words"
	pick kvm-1
	push_refused origin main
	assert_only_finding rebased-tag error
	git reset -q --hard origin/main
	commit virt/q -m "Something else

$words"
	pick kvm-1
	push_refused origin main
	assert_only_finding rebased-tag error
}

@test "the author, date and subject of a commit below excuse no patch" {
	commit virt/z -m 'KVM: Harmless'
	tag kvm-2
	git cherry-pick -n kvm-1 >/dev/null
	git commit -q -C kvm-2
	push_refused origin main kvm-2
	assert_only_finding rebased-tag error
	git reset -q --hard HEAD~1
	echo more >>virt/z
	git commit -q -a -C kvm-2
	push_ok origin main kvm-2
	assert_no_finding
}

@test "a revert that does not undo the original" {
	local words

	words="This reverts commit $(git rev-parse kvm-1^0)."
	git checkout -q topic
	commit virt/b -m "KVM: More

$words"
	tag kvm-2
	push_ok origin kvm-2
	git checkout -q main
	pick kvm-1
	push_refused origin main
	assert_only_finding rebased-tag error
	# Not in the history that has the original, but before the copy.
	git reset -q --hard origin/main
	git cherry-pick -n kvm-1
	echo more >>virt/c
	git commit -q -a -m 'KVM: The change, with another'
	git diff --full-index "$(git rev-parse kvm-1~1)" kvm-1 | git apply -R
	git commit -q -a -m "KVM: Revert

$words"
	pick kvm-1
	push_refused origin main
	assert_only_finding rebased-tag error
	# A real one.
	git checkout -q topic
	git reset -q --hard kvm-1
	echo else >>virt/a
	git commit -q -a -m 'KVM: Else'
	git revert --no-edit kvm-1 >/dev/null
	tag kvm-3
	push_ok origin kvm-3
	git checkout -q -B main origin/main
	pick kvm-1
	push_ok origin main
	assert_no_finding
}

# Backports

backports() {
	sed -i '/^\[tree "kvm"\]/a backport = refs/heads/linux-*.y' "$POLICY"
	git checkout -q -b later v1.0
	commit virt/z -m 'KVM: Fix'
	tag v1.1
	git push -q origin v1.1
	git checkout -q -b linux-1.0.y v1.0
}

@test "a backport that says so, on a branch for backports" {
	backports
	pick v1.1
	push_refused origin linux-1.0.y
	assert_only_finding rebased-tag error
	git reset -q --hard v1.0
	pick -x v1.1
	push_refused origin HEAD:refs/heads/other
	assert_only_finding rebased-tag error
	push_refused origin linux-1.0.y HEAD:refs/heads/other
	assert_finding rebased-tag error
	push_ok origin linux-1.0.y
	assert_no_finding
}

@test "a backport that reaches another branch by a second push" {
	backports
	pick -x v1.1
	commit virt/y -m 'KVM: More'
	push_ok origin linux-1.0.y
	assert_no_finding
	tag stable
	push_ok origin stable
	for rev in linux-1.0.y linux-1.0.y~1; do
		push_refused origin "$rev:refs/heads/other"
		assert_only_finding rebased-tag error
		assert_output_has 'KVM: Fix'
		assert_output_has 'v1.1 contains and refs/heads/other does not'
	done
	# Another backport branch is fine, and so is one that has the original.
	push_ok origin linux-1.0.y:linux-1.1.y
	assert_no_finding
	git checkout -q main
	merge linux-1.0.y
	push_refused origin main
	assert_only_finding rebased-tag error
	git reset -q --hard origin/main
	merge -X ours v1.1
	push_ok origin main
	merge -s ours linux-1.0.y
	push_ok origin main
	assert_output_lacks rebased-tag
	# From there on it is judged.
	git checkout -q -b on-top
	commit virt/on-top
	push_ok origin on-top
	assert_no_finding
}

@test "the release of a backport branch comes with the branch" {
	backports
	pick -x v1.1
	tag stable
	push_refused origin stable
	assert_only_finding rebased-tag error
	assert_output_has 'push stable together with the backport branch'
	push_refused origin v1.0^0:refs/heads/linux-1.0.y stable
	assert_only_finding rebased-tag error
	push_refused origin linux-1.0.y stable HEAD:refs/heads/other
	assert_only_finding rebased-tag error
	push_ok --follow-tags origin linux-1.0.y
	assert_no_finding
	# The tag may outlive the branch, or git may not take the branch.
	without_hook kvm git push -q origin :linux-1.0.y
	push_refused origin HEAD:refs/heads/other
	assert_only_finding rebased-tag error
	push_ok origin linux-1.0.y
	assert_no_finding
	# Without the line that says what it is, it is a copy like any other.
	git commit -q --amend -m 'KVM: Fix'
	tag stable-2
	push_refused origin HEAD:refs/heads/linux-1.1.y stable-2
	assert_only_finding rebased-tag error
}

@test "a backport of what a release of another backport branch has" {
	backports
	pick -x v1.1
	tag kvm-1.0.1
	push_ok origin linux-1.0.y kvm-1.0.1
	git checkout -q -b linux-0.9.y main
	commit virt/y -m 'KVM: Else'
	pick -x v1.1
	push_ok origin linux-0.9.y
	assert_no_finding
	# Both are copies of what main has from v1.1, or has not.
	git checkout -q main
	merge linux-0.9.y
	push_refused origin main
	assert_only_finding rebased-tag error
	git reset -q --hard origin/main
	merge v1.1
	merge -s ours linux-0.9.y
	push_ok origin main
	assert_output_lacks rebased-tag
}

@test "a backport that names another commit" {
	backports
	pick v1.1
	git commit -q --amend -m "KVM: Fix

(cherry picked from commit $(git rev-parse v1.0))"
	push_refused origin linux-1.0.y
	assert_only_finding rebased-tag error
	git commit -q --amend -m "KVM: Fix" \
		-m "Not the fix of commit $(git rev-parse v1.1^0), really."
	push_refused origin linux-1.0.y
	assert_only_finding rebased-tag error
	for form in "commit $(git rev-parse v1.1^0) upstream." \
		"[ Upstream commit $(git rev-parse v1.1^0) ]"; do
		git commit -q --amend -m "KVM: Fix" -m "$form"
		push_ok origin linux-1.0.y
		assert_no_finding
		push_ok --force origin v1.0^0:refs/heads/auto-x
		without_hook kvm git push -q --force origin v1.0^0:linux-1.0.y
		push_ok origin :auto-x
	done
}

@test "a backport of a backport names the first" {
	backports
	pick -x v1.1
	tag v1.0.1
	git push -q origin linux-1.0.y
	without_hook kvm git push -q origin v1.0.1
	git checkout -q -b linux-0.9.y v1.0
	pick v1.1
	git commit -q --amend -m "KVM: Fix" \
		-m "(cherry picked from commit $(git rev-parse v1.1^0))"
	push_ok origin linux-0.9.y
	assert_no_finding
}

# Tags of one tree

@test "a second version of a tag, and a branch with both" {
	git checkout -q -b v2 main
	pick v1.0..kvm-1
	commit virt/e -m 'KVM: Three'
	tag kvm-1-v2
	push_ok origin kvm-1-v2
	assert_no_finding
	push_ok origin v2
	assert_no_finding
	git checkout -q main
	merge kvm-1
	push_ok origin main
	assert_no_finding
	merge -s ours kvm-1-v2
	push_ok origin main
	assert_finding rebased-tag warn
	assert_output_has 'the branch contains both tag kvm-1-v2 and tag kvm-1,'
}

@test "branches of one push, some with both versions" {
	git checkout -q -b v2 main
	pick v1.0..kvm-1
	commit virt/e -m 'KVM: Three'
	tag kvm-1-v2
	push_ok origin kvm-1-v2
	git checkout -q -b one main
	merge kvm-1
	git checkout -q -b both
	merge -s ours kvm-1-v2
	push_ok origin one:a one:b
	assert_no_finding
	push_ok origin one:c one:d both:e both:f
	assert_finding rebased-tag warn
	assert_output_has 'contains both tag kvm-1-v2 and tag kvm-1,'
}

@test "a branch with both, one of them from a tag among several" {
	git checkout -q -b x86 v1.0
	commit virt/p -m 'KVM: Common'
	commit virt/q -m 'KVM: This way'
	tag kvm-2a
	git checkout -q -b that x86~1
	commit virt/q -m 'KVM: That way'
	tag kvm-2b
	git checkout -q -b again main
	pick x86~1
	tag kvm-3
	push_ok origin kvm-2a kvm-2b kvm-3
	for tag in kvm-2a kvm-2b; do
		git checkout -q -B both main
		merge "$tag"
		merge -s ours kvm-3
		push_ok origin both:"both-$tag"
		assert_only_finding rebased-tag warn
		assert_output_has "tag $tag"
	done
}

@test "a branch of another tree with both versions" {
	sed -i '/^freeze = merge/d' "$POLICY"
	git checkout -q -b x86 v1.0
	commit arch/x86/a -m 'x86: One'
	tag noinstr-1
	git checkout -q -b x86v2 v1.0
	commit arch/x86/b -m 'x86: Before'
	pick noinstr-1
	tag noinstr-1-v2
	git checkout -q main
	merge noinstr-1-v2
	in_turn ok origin main noinstr-1-v2
	assert_no_finding
	merge -s ours noinstr-1
	in_turn ok origin main noinstr-1
	assert_only_finding rebased-tag warn
}

# By its dates the branch is older than the tags that it had.
@test "a tag that a branch had is not new though clocks were wrong" {
	local i

	git checkout -q -b v2 main
	pick v1.0..kvm-1
	tag kvm-1-v2
	git checkout -q main
	merge kvm-1
	merge -s ours kvm-1-v2
	for i in 1 2 3 4 5 6 7 8 9; do
		echo $i >>virt/d
		git add virt/d
		GIT_COMMITTER_DATE='@1 +0000' git commit -q -m "Old $i"
	done
	without_hook kvm git push -q origin main kvm-1-v2
	git checkout -q topic
	commit virt/e -m 'KVM: Three'
	git checkout -q main
	merge topic
	push_ok origin main
	assert_no_finding
}

@test "a tag of one's own makes nobody else's work one's own" {
	git checkout -q -b later v1.0
	commit virt/z -m 'KVM: Fix'
	tag v1.1
	push_ok origin v1.1
	git checkout -q main
	pick v1.1
	tag kvm-2
	push_refused origin main kvm-2
	assert_only_finding rebased-tag error
	assert_output_has 'the frozen tag v1.1'
}

# Tags that get lost

@test "a frozen tag that no branch contains any more" {
	git checkout -q -b auto-x topic
	push_ok origin auto-x
	assert_no_finding
	git reset -q --hard main
	push_refused --force origin auto-x
	assert_only_finding rebased-tag error
	assert_output_has 'no governed branch contains the frozen tag kvm-1'
	push_refused origin :auto-x
	assert_only_finding rebased-tag error
	# Another branch has it, and not only by this push: git could refuse to
	# make that one.
	git checkout -q -b keep topic
	push_refused --force origin auto-x keep
	assert_only_finding rebased-tag error
	assert_output_has 'only refs/heads/keep would contain the frozen tag'
	assert_output_has 'fix: push refs/heads/keep first, alone'
	push_ok origin keep
	push_ok --force origin auto-x
	assert_no_finding
	push_ok origin :auto-x
	assert_no_finding
}

@test "a frozen tag is missed though packed-refs says it is of another commit" {
	git checkout -q -b auto-x topic
	push_ok origin auto-x
	git -C "$SERVER" pack-refs --all
	git -C "$SERVER" commit-graph write --reachable
	sed -i "/ refs\/tags\/kvm-1\$/{n;s/.*/^$(git rev-parse v1.0^{})/}" \
		"$SERVER/packed-refs"
	git checkout -q main
	push_undecided --force origin main:auto-x
	assert_output_has "packed-refs has a wrong line '^...' after refs/tags/kvm-1"
	# Or that it is of none.
	sed -i "/ refs\/tags\/kvm-1\$/{n;s/.*/^$(git rev-parse v1.0^{tree})/}" \
		"$SERVER/packed-refs"
	push_undecided origin :auto-x
	assert_output_has "packed-refs has a wrong line '^...' after refs/tags/kvm-1"
	sed -i "/ refs\/tags\/kvm-1\$/{n;s/.*/^$(git rev-parse topic)/}" \
		"$SERVER/packed-refs"
	push_refused origin :auto-x
	assert_only_finding rebased-tag error
	push_ok origin topic:refs/heads/keep
	push_ok origin :auto-x
}

# The branch that keeps the tag is older than the tag by its dates.
@test "a tag is not lost though clocks were wrong" {
	local i

	git checkout -q -b auto-x topic
	git checkout -q -b keep topic
	for i in 1 2 3 4 5 6 7 8 9; do
		echo $i >>virt/a
		GIT_COMMITTER_DATE='@1 +0000' git commit -q -m "Old $i" virt/a
	done
	push_ok origin auto-x keep
	push_ok --force origin v1.0^0:refs/heads/auto-x
	assert_no_finding
	push_ok origin :auto-x
	assert_no_finding
	git checkout -q main
	without_hook kvm git push -q origin :keep topic:refs/heads/auto-x
	push_refused origin :auto-x
	assert_only_finding rebased-tag error
}

@test "upstream's tags do not get lost" {
	git checkout -q -b auto-x v1.0
	commit virt/x
	push_ok origin auto-x
	git checkout -q --orphan auto-y
	git commit -q -m 'Alone'
	push_ok --force origin auto-y:auto-x
	assert_no_finding
}

@test "a draft goes with its branch" {
	sed -i '/^\[shared-tag "kvm-/,/^$/s/^signed.*/&\nfreeze = merge/' \
		"$POLICY"
	git checkout -q -b draft topic
	commit virt/x
	tag kvm-draft
	push_ok origin kvm-draft
	push_ok origin draft~1:refs/heads/auto-x
	push_refused origin :auto-x
	assert_only_finding rebased-tag error
	push_ok origin :kvm-draft
	assert_no_finding
}

# What is no copy

@test "commits that change nothing" {
	git commit -q --allow-empty -m 'Empty'
	git checkout -q topic
	git commit -q --allow-empty -m 'Empty'
	tag kvm-e
	push_ok origin kvm-e
	assert_no_finding
	push_ok origin main
	assert_no_finding
}

@test "one's own patch on two branches" {
	git checkout -q -b one v1.0
	commit virt/p -m 'KVM: Mine'
	git format-patch -1 --stdout >../p.mbox
	git checkout -q -b two main
	git am -q ../p.mbox
	push_ok origin one two
	assert_no_finding
}

@test "a criss-cross history" {
	git checkout -q -b a v1.0
	commit virt/p
	git checkout -q -b b v1.0
	commit virt/q
	git checkout -q a
	merge b
	git checkout -q b
	merge a~1
	commit virt/q
	git checkout -q a
	merge b
	push_ok origin a b
	assert_no_finding
	tag kvm-cross
	push_ok origin kvm-cross
	assert_no_finding
}

@test "the rule is off" {
	add_policy <<-'EOP'
		[rule "rebased-tag"]
		severity = off
	EOP
	pick kvm-1
	push_ok origin main
	assert_no_finding
}

@test "an audit finds the copies that are not tagged" {
	pick kvm-1
	audit --policy "$POLICY" --tree kvm main
	assert_status 1
	assert_only_finding rebased-tag error
	[ "$(json '.findings[0].tag')" = kvm-1 ]
	audit --policy "$POLICY" --tree kvm main~1 topic
	assert_status 0
}

@test "pre-push sees it too" {
	git treaty install --client --policy "$POLICY" --tree kvm
	git fetch -q
	pick kvm-1
	without_hook kvm try_push origin main
	[ "$status" -ne 0 ]
	assert_finding rebased-tag error
	git reset -q --hard origin/main
	merge kvm-1
	without_hook kvm try_push origin main
	[ "$status" -eq 0 ]
}

# push_draft: later-1, a draft of kvm's on the branch on-draft, on the server.
push_draft() {
	add_policy <<-'EOP'
		[shared-tag "later-*"]
		tree   = kvm
		freeze = merge
		signed = no
	EOP
	git checkout -q -b on-draft main
	commit virt/five -m 'To be copied'
	tag later-1
	push_ok origin later-1
}

# Walks that take commits by their dates would not see that a branch has it.
@test "a draft that a branch has below wrong clocks is frozen" {
	push_draft
	git checkout -q -b old
	for i in 1 2 3 4 5 6 7 8 9; do
		commit virt/k
		GIT_COMMITTER_DATE="@$((100 + i)) +0000" \
			git commit -q --amend --no-edit
	done
	push_ok origin old
	git checkout -q main
	commit virt/m
	test_tick
	git cherry-pick later-1 >/dev/null
	push_refused origin main
	assert_only_finding rebased-tag error
}

# A commit-graph keeps 34 bits of a date, so that this tip seems to be older than
# all it contains.
@test "a draft below a date that no commit-graph holds is frozen" {
	push_draft
	commit virt/six
	GIT_COMMITTER_DATE='@17179870184 +0000' \
		git commit -q --amend --no-edit
	push_ok origin on-draft
	assert_no_finding
	git -C ../kvm.git commit-graph write --reachable
	git tag -f -a -m 'Redone' later-1 main
	push_refused --force origin later-1
	assert_only_finding immutable-tag error
	assert_output_has 'a governed branch contains it'
	push_refused origin :later-1
	assert_only_finding immutable-tag error
}

# Where no upstream ends it, that is most of history.
@test "what all shared tags have is not compared" {
	local tree

	git checkout -q -b common main
	commit virt/p
	commit virt/q
	commit virt/a -m 'KVM: This way'
	tag kvm-2a
	git checkout -q -b that common~1
	commit virt/b -m 'KVM: That way'
	tag kvm-2b
	push_ok origin common~1:refs/heads/common kvm-2a kvm-2b
	git -C ../kvm.git -c core.hooksPath=/dev/null tag -d kvm-1
	tree=$(git rev-parse common~2:virt)
	rm "../kvm.git/objects/${tree:0:2}/${tree:2}"
	git checkout -q main
	merge kvm-2a
	merge kvm-2b
	push_ok origin main
	assert_no_finding
}

@test "tags that start far apart, one with copies of what the other has" {
	git checkout -q -b long v1.0
	for _ in {1..12}; do
		commit virt/long
	done
	tag kvm-8
	pick kvm-1~1 kvm-1
	tag kvm-9
	without_hook kvm git push -q origin kvm-8 kvm-9
	# What holds no copies is no finding.
	git checkout -q main
	merge kvm-1
	merge kvm-8
	push_ok origin main
	assert_no_finding
	# The larger one comes second,
	merge kvm-9
	push_ok origin main
	assert_only_finding rebased-tag warn
	assert_output_has 'contains both tag kvm-9 and tag kvm-1'
	# or first.
	git checkout -q -b other v1.0
	commit virt/other
	merge kvm-9
	push_ok origin other
	assert_no_finding
	merge kvm-1
	push_ok origin other
	assert_only_finding rebased-tag warn
	assert_output_has 'contains both tag kvm-1 and tag kvm-9'
}
