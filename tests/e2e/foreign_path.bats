# SPDX-License-Identifier: GPL-2.0-only
# Rule foreign-path: a commit changes no path that only other trees own.

load lib

setup() {
	sandbox
	default_policy
	kvm_server
}

# What was there before the policy was.
seed() {
	commit virt/a arch/x86/a arch/x86/kvm/a kernel/a kernel/rcu/a mm/a \
		README MAINTAINERS -m 'Everything'
	push_ok origin main
}

# accept_ack: the policy's author wants Acked-by to count.
accept_ack() {
	add_policy <<-'EOP'
		[rule "foreign-path"]
		accept-ack = yes
	EOP
}

@test "a path of one's own is changed" {
	commit virt/a arch/x86/kvm/a
	push_ok origin main
}

@test "a path of another tree is not" {
	commit virt/a
	commit arch/x86/a -m 'Touch x86'
	push_refused origin main
	assert_only_finding foreign-path error
	assert_output_has "1 commit in refs/heads/main"
	assert_output_has "$(git rev-parse --short=12 HEAD) Touch x86"
	assert_output_has "arch/x86/a  (x86, tree tip)"
	assert_output_has "owned by tip, not by kvm"
	assert_output_has "fix: hand it to tip"
	assert_output_has "policy: $POLICY:$(grep -n 'path *= arch/x86/$' \
		"$POLICY" | cut -d: -f1)"
}

@test "one foreign path among many is enough" {
	commit virt/a virt/b README mm/a
	push_refused origin main
	assert_only_finding foreign-path error
	assert_output_lacks "virt/b"
}

@test "the commit counts, not the tip" {
	commit mm/a
	git revert --no-edit HEAD >/dev/null
	push_refused origin main
	assert_only_finding foreign-path error
	assert_output_has "2 commits in refs/heads/main"
}

@test "a new file, a deleted file and a new branch count" {
	commit arch/x86/new/deep/file
	push_refused origin main:refs/heads/topic
	git reset -q --hard HEAD~
	git rm -q arch/x86/a
	git commit -q -m 'Remove'
	push_refused origin main
	assert_only_finding foreign-path error
	git reset -q --hard HEAD~
	git rm -q virt/a
	git commit -q -m 'Remove'
	push_ok origin main main:refs/heads/topic
}

@test "both sides of a rename count" {
	git mv arch/x86/a virt/from-x86
	git commit -q -m 'Take'
	push_refused origin main
	assert_output_has "arch/x86/a"
	git reset -q --hard HEAD~
	git mv virt/a arch/x86/from-virt
	git commit -q -m 'Give'
	push_refused origin main
	assert_output_has "arch/x86/from-virt"
	git reset -q --hard HEAD~
	git mv virt/a virt/elsewhere
	git commit -q -m 'Keep'
	push_ok origin main
}

@test "a file in place of a foreign directory counts, and back" {
	git rm -q -r arch/x86/a
	mkdir -p virt
	git rm -q -r arch
	echo file >arch
	git add arch
	git commit -q -m 'No arch any more'
	push_refused origin main
	assert_output_has "arch/x86/a"
}

@test "a root commit is compared with the empty tree" {
	git checkout -q --orphan other
	git rm -q -r -f .
	commit virt/a
	push_ok origin other
	git checkout -q --orphan another
	commit mm/a
	push_refused origin another
	assert_only_finding foreign-path error
}

@test "a tag is judged like a branch" {
	commit mm/a
	tag t1
	push_refused origin t1
	assert_only_finding foreign-path error
	git reset -q --hard HEAD~
	commit virt/a
	tag t2
	push_ok origin t2
}

@test "commons are anyone's" {
	commit MAINTAINERS
	push_ok origin main
}

@test "a path that no subsystem claims is anyone's by default" {
	commit README tools/x
	push_ok origin main
}

@test "unowned = deny: a path that no subsystem claims is nobody's" {
	sed -i 's/^version = 1$/&\nunowned = deny/' "$POLICY"
	commit README
	push_refused origin main
	assert_only_finding foreign-path error
	assert_output_has "unowned = deny"
	git reset -q --hard HEAD~
	commit MAINTAINERS virt/a
	push_ok origin main
}

@test "owners = any: who owns the directory above may change it" {
	new_server tip tip
	git remote add tip "$BATS_TEST_TMPDIR/tip.git"
	without_hook tip git push -q tip main
	commit kernel/rcu/a
	push_ok tip main
}

@test "owners = nearest: only the deepest match owns it" {
	sed -i 's/^version = 1$/&\nowners = nearest/' "$POLICY"
	new_server tip tip
	git remote add tip "$BATS_TEST_TMPDIR/tip.git"
	without_hook tip git push -q tip main
	commit kernel/rcu/a
	push_refused tip main
	assert_output_has "owned by rcu, not by tip"
	git reset -q --hard HEAD~
	commit kernel/a
	push_ok tip main
}

@test "Acked-by is nothing unless the policy says so" {
	commit mm/a -m $'mm: x\n\nAcked-by: Em Em <mm@example.com>'
	push_refused origin main
	accept_ack
	push_ok origin main
}

# Without marker-subject no rule looks at what all commits say.
@test "accept-ack: only commits that change paths of others are read" {
	accept_ack
	sed -i '/^marker-subject/d' "$POLICY"
	commit virt/b
	commit mm/a -m $'mm: x\n\nAcked-by: Em Em <mm@example.com>'
	push_ok origin main
	assert_no_finding
	commit virt/b
	commit mm/a -m $'mm: x\n\nCc: Em Em <mm@example.com>'
	push_refused origin main
	assert_only_finding foreign-path error
}

@test "accept-ack: only a maintainer's Acked-by counts" {
	local trailer

	accept_ack
	for trailer in \
		'Cc: Em Em <mm@example.com>' \
		'Reviewed-by: Em Em <mm@example.com>' \
		'Tested-by: Em Em <mm@example.com>' \
		'Signed-off-by: Em Em <mm@example.com>' \
		'Acked-for-MFD-by: Em Em <mm@example.com>' \
		'Nacked-by: Em Em <mm@example.com>' \
		'acked-by: Em Em <mm@example.com>' \
		'Acked-by : Em Em <mm@example.com>' \
		' Acked-by: Em Em <mm@example.com>' \
		'Acked-by: Em Em <mm@example.com.test>' \
		'Acked-by: Em Em <m@example.com>' \
		'Acked-by: mm@example.com <author@example.com>' \
		'Acked-by: Ar See You <rcu@example.com>' \
		'Acked-by:'; do
		commit mm/a -m $'mm: x\n\n'"$trailer"
	done
	push_refused origin main
	assert_only_finding foreign-path error
	assert_output_has "14 commits in refs/heads/main"
	git reset -q --hard origin/main
	commit mm/a -m $'mm: x\n\nCc: A <a@example.com>
Acked-by: Em Em <mm@example.com>\nSigned-off-by: B <b@example.com>'
	push_ok origin main
}

@test "accept-ack: only a trailer counts, no mention in the text" {
	accept_ack
	commit mm/a -m $'mm: x\n\nAcked-by: Em Em <mm@example.com>\n
was what we asked for.\n\nSigned-off-by: B <b@example.com>'
	push_refused origin main
	git reset -q --hard HEAD~
	commit mm/a -m 'Acked-by: Em Em <mm@example.com>'
	push_refused origin main
}

@test "accept-ack: every owner of every path has to ack" {
	accept_ack
	commit mm/a kernel/a \
		-m $'both\n\nAcked-by: Em Em <mm@example.com>'
	push_refused origin main
	assert_output_has "kernel/a"
	git reset -q --hard HEAD~
	commit kernel/rcu/a -m $'rcu\n\nAcked-by: Co Re <core@example.com>'
	push_refused origin main
	git reset -q --hard HEAD~
	commit mm/a kernel/a -m $'both\n\nAcked-by: Em Em <mm@example.com>
Acked-by: Co Re <core@example.com>'
	push_ok origin main
	commit kernel/rcu/a -m $'rcu\n\nAcked-by: Co Re <core@example.com>
Acked-by: Ar See You <rcu@example.com>'
	push_ok origin main
}

@test "severity: warn accepts and says so, off says nothing" {
	add_policy <<-'EOP'
		[rule "foreign-path"]
		severity = warn
	EOP
	commit mm/a
	push_ok origin main
	assert_only_finding foreign-path warn
	sed -i 's/^severity = warn/severity = off/' "$POLICY"
	commit mm/a
	push_ok origin main
	assert_no_finding
}

@test "audit finds the same and changes nothing" {
	local before

	commit mm/a -m 'Touch mm'
	without_hook kvm git push -q origin main
	cd "$BATS_TEST_TMPDIR/kvm.git"
	before="$(refs . && find . -type f | sort)"
	audit main~..main
	assert_status 1
	assert_only_finding foreign-path error
	[ "$(json '.verdict + " " + .tree + " " + (.commits | tostring)')" = \
		"refuse kvm 1" ]
	[ "$(json '.findings[0].commit')" = "$(git rev-parse main)" ]
	[ "$(json '.findings[0].paths[] | "\(.path) \(.subsystem) \(.tree)"' \
		)" = "mm/a mm mm" ]
	[ "$before" = "$(refs . && find . -type f | sort)" ]
	audit main~
	audit --base main main
	assert_status 0
	[ "$(json .verdict)" = accept ]
}

@test "a path that a regular expression claims" {
	add_policy <<-'EOP'
		[subsystem "tegra"]
		tree = mm
		match = [^a-z]tegra
		exclude-match = \.rst$
	EOP
	commit sound/integra.c sound/tegra.rst
	push_ok origin main
	commit sound/soc/tegra/a.c
	push_refused origin main
	assert_only_finding foreign-path error
	assert_output_has 'sound/soc/tegra/a.c  (tegra, tree mm)'
	assert_output_has "policy: $POLICY:$(grep -n '^match' "$POLICY" |
		cut -d: -f1)"
}

@test "a regular expression that takes too long is no acceptance" {
	local path

	add_policy <<-'EOP'
		[subsystem "slow"]
		tree = mm
		match = ^(a+)+b
	EOP
	path="$(printf 'a%.0s' {1..200})"
	commit "$path"
	push_ok origin main
	commit "$path.d/b"
	push_undecided origin main
	assert_output_has "could not decide whether '^(a+)+b' matches 'aaa"
	audit main~..main
	assert_undecided
}

@test "a push does not bring the MAINTAINERS by which it is judged" {
	commit MAINTAINERS arch/x86/b -m 'MAINTAINERS: x86 is ours'
	push_refused origin main
	assert_only_finding foreign-path error
	assert_output_has 'arch/x86/b  (x86, tree tip)'
}

# by NAME MAIL COMMAND...: as that author and committer.
by() {
	GIT_AUTHOR_NAME=$1 GIT_AUTHOR_EMAIL=$2 GIT_COMMITTER_NAME=$1 \
		GIT_COMMITTER_EMAIL=$2 "${@:3}"
}

@test "accept-ack: an author who maintains the path and commits it himself" {
	by 'Em Em' MM@example.com commit mm/a -m 'mm: mine'
	push_refused origin main
	accept_ack
	push_ok origin main
	# Who only wrote it did not agree to its being here; nor is he asked to.
	GIT_AUTHOR_EMAIL=mm@example.com commit mm/a -m 'mm: mine too'
	push_refused origin main
	assert_only_finding foreign-path error
	assert_output_lacks 'Acked-by: of Em Em'
	assert_output_has 'or get its author to commit it himself (mm)'
	by 'Em Em' mm@example.com git commit -q --amend --reset-author \
		--no-edit
	push_ok origin main
}

@test "accept-committer: a committer who maintains all foreign paths" {
	GIT_COMMITTER_EMAIL=mm@example.com commit mm/a -m 'mm: applied'
	push_refused origin main
	add_policy <<-'EOP'
		[rule "foreign-path"]
		accept-committer = yes
	EOP
	push_ok origin main
	GIT_COMMITTER_EMAIL=mm@example.com commit mm/a arch/x86/a -m 'both'
	push_refused origin main
	assert_only_finding foreign-path error
	assert_output_has 'have somebody commit it who maintains all'
}

@test "incidental paths come along with work of one's own only" {
	commit virt/Kconfig mm/Kconfig -m 'A driver and its glue'
	push_refused origin main
	assert_output_has 'mm/Kconfig'
	sed -i 's,^commons.*,&\nincidental = **/Kconfig,' "$POLICY"
	push_ok origin main
	commit arch/x86/kvm/a arch/x86/Kconfig -m 'The same beside others'
	push_ok origin main
	git commit-graph write --reachable
	audit --policy "$POLICY" --tree kvm main~2..main
	assert_status 0
	commit mm/Kconfig -m 'Glue alone'
	push_refused origin main
	assert_only_finding foreign-path error
	git reset -q --hard HEAD~
	commit README mm/Kconfig -m 'With what nobody owns'
	push_refused origin main
	git reset -q --hard HEAD~
	commit virt/a mm/Kconfig mm/a -m 'Glue and more'
	push_refused origin main
	assert_output_lacks 'mm/Kconfig'
}

@test "incidental paths in a shared tag are no fault of it" {
	sed -i 's,^commons.*,&\nincidental = **/Kconfig,' "$POLICY"
	add_policy <<-'EOP'
		[shared-tag "mm-*"]
		tree = mm
		signed = no
	EOP
	git checkout -q -b topic
	commit mm/a arch/x86/Kconfig -m 'mm: a driver and its glue'
	tag mm-1
	push_ok origin mm-1
	git checkout -q main
	merge mm-1
	push_ok origin main
	assert_no_finding
	git checkout -q -b other
	commit arch/x86/Kconfig -m 'mm: glue alone'
	tag mm-2
	push_refused origin mm-2
	assert_finding shared-tag error
}

@test "neighbour: what a tree changes by custom is said, and accepted" {
	sed -i 's,^\[tree "kvm"\]$,&\nneighbour = mm/kvm/,' "$POLICY"
	commit mm/kvm/a -m 'mm/kvm: a hook for kvm'
	push_ok origin main
	assert_only_finding foreign-path info
	assert_output_has 'owned by mm, but kvm changes such paths by custom'
	assert_output_has "policy: $POLICY:$(grep -n '^neighbour' "$POLICY" |
		cut -d: -f1)"
	commit mm/kvm/a mm/a -m 'mm: more than that'
	push_refused origin main
	assert_finding foreign-path error
	assert_output_has 'mm/a'
}
