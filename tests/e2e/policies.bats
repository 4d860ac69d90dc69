# SPDX-License-Identifier: GPL-2.0-only
# The policies that git-treaty ships. Each begins with commands to try it, marked
# `;   $ `, which work in a clone of the project, and decides what it says.

load lib
load keys

POLICIES="$BATS_TEST_DIRNAME/../../policies"

setup_file() {
	make_keys
}

teardown_file() {
	drop_keys
}

setup() {
	sandbox
	use_keys
}

# header_commands NAME: the commands of its header, one a line.
header_commands() {
	sed -nE '/^[^;]/q; s/^;   \$ //p' "$POLICIES/$1"
}

# run_header NAME: copies the policy here and runs the commands of its header.
run_header() {
	local command n=0

	[ -e "$1" ] || cp "$POLICIES/$1" .
	while read -r command; do
		n=$((n + 1))
		status=0
		output="$(bash -c "$command" 2>&1 </dev/null)" || status=$?
		[ "$status" -eq 0 ] || fail "$1: $command"
	done < <(header_commands "$1")
	[ "$n" -ge 2 ] || fail "$1 has $n commands"
}

# git_replica: a clone of a small git.git, with a release. It publishes a key of
# the tests, which is put into the policy too.
git_replica() {
	git init -q --bare "$BATS_TEST_TMPDIR/git.git"
	new_clone git
	git symbolic-ref HEAD refs/heads/master
	commit git.c po/de.po po/meson.build git-gui/git-gui.sh -m 'Git 2.54'
	git tag -a -m 'A release' v2.54.0
	keys_gpg --export --armor "$(fpr tip)" >"$TMPDIR/key"
	git tag -a -m 'The key' junio-gpg-pub \
		"$(git hash-object -w "$TMPDIR/key")"
	git push -q origin master --tags
	sed "s/96E07AF25771955980DAD10020D04E5A713660A7/$(fpr tip)/" \
		"$POLICIES/git.ini" >git.ini
}

linux_replica() {
	git init -q --bare "$BATS_TEST_TMPDIR/linux.git"
	new_clone linux
	commit arch/x86/kvm/x86.c kernel/sched/core.c -m 'Linux 6.1'
	git tag -a -m 'A release' v6.1
	commit virt/kvm/kvm_main.c -m 'KVM: a change'
}

@test "every shipped policy has commands in its header" {
	local file

	for file in "$POLICIES"/*.ini; do
		[ -n "$(header_commands "${file##*/}")" ] || fail "$file"
	done
}

@test "the header of git.ini" {
	git_replica
	commit git.c -m 'A change'
	git push -q origin master
	run_header git.ini
	assert_output_has 'contributor'
}

@test "the header of linux.ini" {
	linux_replica
	run_header linux.ini
	assert_output_has '1 new commit judged'
}

@test "git.ini without its key says which file is missing" {
	git_replica
	treaty policy check git.ini
	assert_status 1
	[[ $output$diagnostics == *junio.asc* ]] || fail 'no name'
}

@test "git.ini: translations in a fork, and what is near them" {
	git_replica
	git cat-file blob junio-gpg-pub >junio.asc
	commit po/de.po -m 'A typo'
	audit --policy git.ini --tree contributor master
	assert_status 1
	assert_only_finding foreign-path error
	git reset -q --hard HEAD^
	commit po/meson.build -m 'Build it'
	audit --policy git.ini --tree contributor master
	assert_status 0
	assert_no_finding
}

# git-gui has its files at the top of its own tree, po/ among them.
@test "git.ini: git-gui with its own po/ is merged, but not edited" {
	git_replica
	git cat-file blob junio-gpg-pub >junio.asc
	git checkout -q --orphan gui
	git rm -rfq --cached .
	commit git-gui.sh -m 'git-gui: its own'
	commit po/de.po -m 'git-gui: a translation'
	git checkout -qf master
	git merge -q --allow-unrelated-histories -s ours --no-commit gui
	git rm -rfq git-gui
	git read-tree --prefix=git-gui/ -u gui
	test_tick
	git commit -q -m 'Merge git-gui'
	audit --policy git.ini --tree git --base v2.54.0 master
	assert_status 0
	assert_finding foreign-path info
	commit git-gui/git-gui.sh -m 'git-gui: from elsewhere'
	audit --policy git.ini --tree git --base v2.54.0 master
	assert_status 1
	assert_finding foreign-path error
}
