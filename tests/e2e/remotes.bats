# SPDX-License-Identifier: GPL-2.0-only
# pre-push knows what the repository at a URL has by the remote-tracking refs of
# that place, and of no other.

load lib

# tip.git and kvm.git have the same history; w pushes to both.
setup() {
	sandbox
	default_policy
	for tree in tip kvm; do
		git init -q --bare "$BATS_TEST_TMPDIR/$tree.git"
		sed -i "s|^\[tree \"$tree\"\]|&\nurl = $BATS_TEST_TMPDIR/$tree.git|" \
			"$POLICY"
	done
	git init -q w
	cd w
	commit virt/a arch/x86/a -m 'Everything'
	tag v1.0
	for tree in tip kvm; do
		git push -q "$BATS_TEST_TMPDIR/$tree.git" main v1.0
	done
	git treaty install --quiet --policy "$POLICY"
}

remote() {
	git remote add "$@"
	git fetch -q "$1"
}

@test "what a second place has is not what the first has" {
	remote both "$BATS_TEST_TMPDIR/tip.git"
	git config --add remote.both.pushurl "$BATS_TEST_TMPDIR/tip.git"
	git config --add remote.both.pushurl "$BATS_TEST_TMPDIR/kvm.git"
	commit arch/x86/a -m 'x86: One'
	! git push -q both main:b1 2>/dev/null || fail accepted
	assert_ref "$BATS_TEST_TMPDIR/tip.git" refs/heads/b1 main
	assert_no_ref "$BATS_TEST_TMPDIR/kvm.git" refs/heads/b1
	! git push -q both main:b2 2>/dev/null || fail accepted
	assert_no_ref "$BATS_TEST_TMPDIR/kvm.git" refs/heads/b2
}

@test "a pushurl that is another repository" {
	remote fork "$BATS_TEST_TMPDIR/tip.git"
	commit arch/x86/a -m 'x86: One'
	push_ok fork main:b1
	git config remote.fork.pushurl "$BATS_TEST_TMPDIR/kvm.git"
	push_refused fork main:b2
	assert_only_finding foreign-path error
	assert_output_lacks 'nothing here tells what'
	git -C "$BATS_TEST_TMPDIR/kvm.git" config uploadpack.hideRefs refs/heads
	push_refused fork main:b2
	assert_only_finding foreign-path error
	assert_output_has 'nothing here tells what'
}

@test "another remote of the same place tells what it has" {
	commit arch/x86/a -m 'x86: One'
	git push -q --no-verify "$BATS_TEST_TMPDIR/kvm.git" main
	git -C "$BATS_TEST_TMPDIR/kvm.git" config uploadpack.hideRefs refs/heads
	push_refused "$BATS_TEST_TMPDIR/kvm.git" main:b1
	assert_output_has 'git remote add'
	git -C "$BATS_TEST_TMPDIR/kvm.git" config --unset uploadpack.hideRefs
	push_ok "$BATS_TEST_TMPDIR/kvm.git" main:b0
	remote kvm "file://$BATS_TEST_TMPDIR/../$(basename "$BATS_TEST_TMPDIR")/kvm"
	commit virt/a
	push_ok "$BATS_TEST_TMPDIR/kvm.git" main:b1
	push_ok "$BATS_TEST_TMPDIR/kvm.git/" main:b2
	git branch b4
	push_ok "../kvm.git" b4
}

@test "the branches of a mirror are one's own" {
	git clone -q --mirror "$BATS_TEST_TMPDIR/kvm.git" \
		"$BATS_TEST_TMPDIR/mirror.git"
	git push -q --no-verify "$BATS_TEST_TMPDIR/mirror.git" v1.0
	commit arch/x86/a -m 'x86: One'
	git push -q --no-verify "$BATS_TEST_TMPDIR/mirror.git" main:scratch
	cd "$BATS_TEST_TMPDIR/mirror.git"
	git config --unset remote.origin.mirror
	git treaty install --quiet --client --policy "$POLICY"
	push_refused origin scratch:b1
	assert_only_finding foreign-path error
}

@test "insteadOf that fits twice: the place that is pushed to is asked" {
	local place="$BATS_TEST_TMPDIR"

	mkdir -p "$place/far/far"
	git clone -q --bare "$place/kvm.git" "$place/far/kvm.git"
	git config "url.$place/far/.insteadOf" "$place/"
	sed -i "s|^url = $place/kvm.git|url = $place/far/kvm.git|" "$POLICY"
	commit virt/a
	git push -q "$place/kvm.git" main:b1
	assert_ref "$place/far/kvm.git" refs/heads/b1 main
	commit arch/x86/a
	git clone -q --bare . "$place/far/far/kvm.git"
	! git push -q "$place/kvm.git" main:b2 2>/dev/null || fail accepted
	assert_no_ref "$place/far/kvm.git" refs/heads/b2
}

@test "insteadOf and pushInsteadOf: the tree is that of either URL" {
	git config "url.$BATS_TEST_TMPDIR/.insteadOf" short:
	git remote add kvm short:kvm.git
	git fetch -q kvm
	commit virt/a
	push_ok kvm main:b1
	commit arch/x86/a
	push_refused kvm main:b2
	assert_only_finding foreign-path error
	# The policy knows the URL that the configuration has.
	ln -s "$BATS_TEST_TMPDIR" "$BATS_TEST_TMPDIR/alias"
	sed -i "s|^url = $BATS_TEST_TMPDIR/kvm.git|url = ssh://k.example/kvm|" \
		"$POLICY"
	git remote add far git@k.example:kvm.git
	git config "url.$BATS_TEST_TMPDIR/.pushInsteadOf" git@k.example:
	git reset -q --hard HEAD~1
	push_ok far main:b3
	commit mm/a
	push_refused far main:b4
}
