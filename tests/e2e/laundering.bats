# SPDX-License-Identifier: GPL-2.0-only
# No way around the policy: what would be refused is refused by every road.

load lib

setup() {
	sandbox
	default_policy
	add_policy <<-'EOP'
		[shared-tag "noinstr-*"]
		tree   = tip
		signed = no

		[shared-tag "signed-*"]
		tree   = tip
	EOP
	kvm_server
}

# main is on the server; `foreign` has one commit that kvm must not make.
seed() {
	commit virt/a mm/a arch/x86/a -m 'Everything'
	git push -q origin main
	git checkout -q -b foreign
	commit mm/a -m 'Touch mm'
	git checkout -q main
}

@test "commits on an ungoverned ref were never judged" {
	push_ok origin foreign:refs/scratch/x
	push_refused origin foreign
	assert_only_finding foreign-path error
	push_refused origin foreign:main
	assert_only_finding foreign-path error
}

@test "commits on an integration tree's ref were never judged" {
	push_ok origin foreign:refs/tags/next-1
	push_refused origin foreign
	assert_only_finding foreign-path error
}

@test "an ungoverned ref in the same push helps nothing" {
	push_refused origin foreign:refs/scratch/x foreign:refs/heads/x
	assert_only_finding foreign-path error
}

@test "a lightweight tag is a road for the same commits" {
	git tag light foreign
	push_refused origin light
	assert_only_finding foreign-path error
}

@test "a lightweight tag of upstream's name makes nothing legitimate" {
	git tag v1.0 foreign
	push_refused origin v1.0
	assert_only_finding foreign-path error
	push_refused origin v1.0 foreign
	assert_only_finding foreign-path error
	git tag -d v1.0
	tag v1.0 foreign
	in_turn ok origin v1.0 foreign
}

@test "a lightweight tag of a shared tag's name makes nothing legitimate" {
	git checkout -q -b x86 main
	commit arch/x86/a
	git tag noinstr-1
	push_refused origin x86 noinstr-1
	assert_finding foreign-path error
	assert_output_has "a lightweight tag vouches for nothing"
	git tag -d noinstr-1
	tag noinstr-1
	in_turn ok origin x86 noinstr-1
}

# assert_contained COMMIT TAG: the refusal names that tag for the commit.
assert_contained() {
	assert_output_has "$(git rev-parse --short=12 "$1") "
	[ "$(sed -n "/$(git rev-parse --short=12 "$1")/,/why:/p" <<<"$output" |
		sed -n 's/.* tag \([^ ]*\) contains it.*/\1/p')" = "$2" ] ||
		fail "expected: $2 contains $1"
}

@test "of two tags that hold a commit, the smaller is named, or the first" {
	git checkout -q -b both main
	commit arch/x86/both
	git checkout -q -b one
	commit arch/x86/one
	git tag noinstr-1
	git checkout -q -b other both
	commit arch/x86/other
	git tag noinstr-2
	git tag noinstr-3
	git checkout -q -b lines one
	merge other
	without_hook kvm git push -q origin --tags
	for graph in no yes; do
		push_refused origin lines
		assert_contained both noinstr-1
		assert_contained one noinstr-1
		assert_contained other noinstr-2
		git -C "$SERVER" commit-graph write --reachable
	done
	git tag noinstr-4 both
	without_hook kvm git push -q origin noinstr-4
	push_refused origin lines
	assert_contained both noinstr-4
	assert_contained one noinstr-1
}

@test "a shared tag of a tree that does not own the path" {
	tag noinstr-1 foreign
	push_refused origin noinstr-1 foreign
	assert_finding foreign-path error
	assert_output_has "changes mm/a, outside its scope"
	git --git-dir="$BATS_TEST_TMPDIR/kvm.git" tag -a -m x noinstr-1 main
	push_refused origin foreign
}

@test "a shared tag covers what it holds and not what comes after" {
	git checkout -q -b x86 main
	commit arch/x86/a
	tag noinstr-1
	commit arch/x86/a -m 'One more'
	push_refused origin noinstr-1 x86
	assert_only_finding foreign-path error
	assert_output_has "1 commit in refs/heads/x86"
	in_turn ok origin noinstr-1 noinstr-1^0:refs/heads/x86
}

@test "what one tag of a section fails on, the next one fails on too" {
	git checkout -q -b x86 foreign
	commit arch/x86/a
	tag noinstr-1
	commit arch/x86/a -m 'One more'
	tag noinstr-2
	push_refused origin noinstr-1 noinstr-2 x86
	assert_output_has "changes mm/a, outside its scope"
	push_refused origin noinstr-2 x86
}

@test "a shared tag that must be signed and is not says so" {
	git checkout -q -b x86 main
	commit arch/x86/a
	tag signed-1
	push_refused origin signed-1 x86
	assert_finding foreign-path error
	assert_output_has "shared tag signed-1 contains it"
	assert_output_has "'signed = yes'"
}

@test "upstream's tag counts with signed = no, not with signed = yes" {
	tag v1.0 foreign
	sed -i '/^\[tree "mainline"\]/,/^$/s/signed = no/signed = yes/' \
		"$POLICY"
	push_refused origin v1.0
	assert_finding foreign-path error
	assert_output_has "'signed = yes'"
	sed -i 's/signed = yes/signed = no/' "$POLICY"
	in_turn ok origin v1.0 foreign
}

@test "a replacement in the pusher's repository changes nothing" {
	# What is pushed is the original, whatever it looks like here.
	git replace "$(git rev-parse foreign)" "$(git rev-parse main)"
	push_refused origin foreign
	assert_only_finding foreign-path error
}

@test "a replacement on the server changes nothing" {
	local server="$BATS_TEST_TMPDIR/kvm.git"

	push_ok origin foreign:refs/scratch/x
	git checkout -q -b harmless main
	commit virt/a
	push_ok origin harmless
	without_hook kvm git --git-dir="$server" replace \
		"$(git rev-parse foreign)" \
		"$(git rev-parse harmless)"
	push_refused origin foreign
	assert_only_finding foreign-path error
	without_hook kvm git --git-dir="$server" replace -d "$(git rev-parse foreign)"
	push_refused origin foreign
	commit virt/a
	push_ok origin harmless
}

@test "a graft on the server changes nothing" {
	git checkout -q foreign
	commit virt/b
	git rev-parse HEAD >"$BATS_TEST_TMPDIR/kvm.git/info/grafts"
	push_refused origin foreign
	assert_finding foreign-path error
	echo "$(git rev-parse HEAD) $(git rev-parse main)" \
		>"$BATS_TEST_TMPDIR/kvm.git/info/grafts"
	push_refused origin foreign
	assert_finding foreign-path error
}

@test "a replaced parent hides no evil merge" {
	git checkout -q -b topic main
	commit virt/topic
	git checkout -q main
	commit virt/a
	merge topic
	push_ok origin topic
	echo evil >>mm/a
	git commit -q --amend --no-edit mm/a
	push_ok origin foreign:refs/scratch/x
	without_hook kvm git --git-dir="$BATS_TEST_TMPDIR/kvm.git" replace \
		"$(git rev-parse topic)" "$(git rev-parse foreign)"
	push_refused origin main
	assert_only_finding merge-changes error
}

# policy_branch: the policy is in the server's own branch `policy`.
policy_branch() {
	git checkout -q -b policy main
	cp "$POLICY" policy.ini
	git add policy.ini
	test_tick
	git commit -q -m 'The policy'
	without_hook kvm git push -q origin policy
	git --git-dir="$BATS_TEST_TMPDIR/kvm.git" config --unset treaty.policy
	git --git-dir="$BATS_TEST_TMPDIR/kvm.git" config treaty.policyBlob \
		"${1:-policy}:policy.ini"
	# The policy that would let everything pass.
	sed -i '/^\[subsystem "mm"\]/,/^$/d' policy.ini
	commit policy.ini -m 'No mm any more'
	sed -i '$d' policy.ini
	git commit -q --amend --no-edit policy.ini
	git checkout -q main
}

@test "a policy that is pushed along never judges its own push" {
	policy_branch
	push_refused origin policy foreign
	assert_only_finding foreign-path error
	push_refused origin foreign policy
	assert_only_finding foreign-path error
	# Once it is in, it judges.
	push_ok origin policy
	push_ok origin foreign
}

@test "a policy's ref that the push creates is no policy" {
	policy_branch
	without_hook kvm git --git-dir="$BATS_TEST_TMPDIR/kvm.git" update-ref -d \
		refs/heads/policy
	push_undecided origin policy
}

@test "no tag takes the place of the policy's branch" {
	policy_branch
	git tag policy "policy"
	# Refusing the tag or what comes after it is as good as knowing which
	# of the two is meant.
	try_push origin refs/tags/policy
	try_push origin foreign
	[ "$status" -ne 0 ] || fail "the tag was taken for the policy"
	assert_no_ref "$BATS_TEST_TMPDIR/kvm.git" refs/heads/foreign
}

@test "with the policy's full ref name a tag of that name is nothing" {
	policy_branch refs/heads/policy
	git tag policy "policy"
	push_ok origin refs/tags/policy
	push_refused origin foreign
	assert_only_finding foreign-path error
}

@test "deleting a frozen tag and pushing it anew" {
	tag v1.0
	push_ok origin v1.0
	push_refused origin :v1.0
	git tag -d v1.0
	commit virt/a
	tag v1.0
	push_refused --force origin v1.0
	assert_only_finding immutable-tag error
}

@test "a harmless ref in front does not help the one after it" {
	git checkout -q -b own main
	commit virt/a
	push_refused origin own foreign
	assert_only_finding foreign-path error
	push_refused --atomic origin foreign own
	push_ok origin own
}

@test "the same commits to two refs are refused for both" {
	push_refused origin foreign:refs/heads/a foreign:refs/heads/b
	assert_only_finding foreign-path error
	push_refused origin foreign:refs/heads/a foreign:refs/tags/b
	assert_only_finding foreign-path error
}

@test "moving upstream's tag and relying on it in one push" {
	tag v1.0 main
	push_ok origin v1.0
	git tag -d v1.0
	tag v1.0 foreign
	push_refused --force origin v1.0 foreign
	assert_finding immutable-tag error
}

@test "a commit that a deleted branch held is judged anew" {
	sed -i '/^\[tree "kvm"\]/a branch = refs/heads/main' "$POLICY"
	push_ok origin foreign
	push_refused origin foreign:main
	push_ok origin :foreign
	push_refused origin foreign:main
	assert_only_finding foreign-path error
}

@test "a symbolic ref on the server stands for where it points" {
	git --git-dir="$BATS_TEST_TMPDIR/kvm.git" symbolic-ref \
		refs/scratch/alias refs/heads/main
	push_refused origin foreign:refs/scratch/alias
	assert_only_finding foreign-path error
	commit virt/a
	push_ok origin main:refs/scratch/alias
	assert_ref "$BATS_TEST_TMPDIR/kvm.git" refs/heads/main main
	git reset -q --hard HEAD~
	push_refused --force origin main:refs/scratch/alias
	assert_only_finding rewound-branch error
}

@test "a governed branch that points to an ungoverned ref is judged" {
	local server="$BATS_TEST_TMPDIR/kvm.git"

	push_ok origin main:refs/scratch/x
	git --git-dir="$server" symbolic-ref refs/heads/alias refs/scratch/x
	push_refused origin foreign:refs/heads/alias
	git checkout -q -b own main
	commit virt/a
	push_ok origin own:refs/heads/alias
}

@test "a dangling alias of a frozen tag does not make it anew" {
	tag v1.0
	push_ok origin v1.0
	git --git-dir="$BATS_TEST_TMPDIR/kvm.git" symbolic-ref \
		refs/scratch/tag refs/tags/v1.0
	push_refused origin :refs/scratch/tag
}

@test "a tag of a tag of a foreign commit is followed" {
	tag inner foreign
	git tag -a -m outer outer inner
	push_refused origin outer
	assert_only_finding foreign-path error
}

@test "history that was rewritten by dates is walked all the same" {
	# The foreign commit is older than all else by its date.
	git checkout -q -b old main
	echo x >>mm/a
	GIT_COMMITTER_DATE='@100000000 +0000' git commit -q -m old mm/a
	for i in 1 2 3 4 5 6 7 8; do
		commit virt/a
	done
	push_refused origin old
	assert_only_finding foreign-path error
	assert_output_has "1 commit in refs/heads/old"
}
