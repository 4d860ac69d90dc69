#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Makes the refusal that README.md explains, and compares it with what README.md
# shows; then takes the way out that README.md names.
#
#	check_readme.bash PROGRAM SOURCE_DIR
#
# After a change of the program's words, copy what it prints here to README.md.
set -euo pipefail
unset "${!GIT_@}" XDG_CONFIG_HOME
export LC_ALL=C TZ=UTC GIT_CONFIG_NOSYSTEM=1 GIT_TERMINAL_PROMPT=0
export GIT_AUTHOR_DATE='1589500000 +0000' GIT_COMMITTER_DATE='1589500000 +0000'

program=$(realpath "$1")
source_dir=$(realpath "$2")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work"/{bin,home,etc/git-treaty,srv/git}
ln -s "$program" "$work/bin/git-treaty"
export PATH=$work/bin:$PATH HOME=$work/home GIT_CONFIG_GLOBAL=$work/home/config
git config --global user.name 'A U Thor'
git config --global user.email author@example.com
git config --global init.defaultBranch master

# commit FILE SUBJECT
commit() {
	mkdir -p "$(dirname "$1")"
	echo "$2" >>"$1"
	git add "$1"
	git commit -q -m "$2"
}

# shown FIRST_LINE: the block of README.md, from this line of it on.
shown() {
	awk -v first="$1" '$0 == first { on = 1 } /^```$/ { on = 0 } on' \
		"$source_dir/README.md"
}

cp "$source_dir/policies/linux.ini" "$work/etc/git-treaty/linux.ini"
git init -q "$work/tip"
cd "$work/tip"
commit arch/x86/entry/common.c 'x86/entry: the way in and out'
commit arch/x86/kvm/mmu.c 'KVM: x86: shadow pages'
git tag -a -m 'Linux 5.7-rc5' v5.7-rc5
git clone -q --bare . "$work/srv/git/kvm.git"
git clone -q "$work/srv/git/kvm.git" "$work/kvm"
commit arch/x86/entry/common.c 'x86/entry: move non-instrumentable code'
git tag -a -m 'for kvm' noinstr-x86-kvm-2020-05-16
cd "$work/srv/git/kvm.git"
git treaty install --quiet --policy "$work/etc/git-treaty/linux.ini" --tree kvm

cd "$work/kvm"
commit arch/x86/kvm/mmu.c 'KVM: x86: zap fewer pages'
commit arch/x86/entry/common.c 'x86/entry: speed up the exit path'
shown "\$ git push origin master" >"$work/shown"
{
	echo "\$ git push origin master"
	! git push origin master 2>&1 | sed -n "s,$work,,g; s/ *\$//; /^remote:/p"
} >"$work/printed"
diff -u "$work/shown" "$work/printed" || {
	echo 'check_readme: README.md shows another refusal than the program' \
		'prints (see above: - is shown, + is printed)' >&2
	exit 1
}

git reset -q --hard HEAD^
git fetch -q ../tip 'refs/tags/*:refs/tags/*'
shown 'git merge --no-ff noinstr-x86-kvm-2020-05-16' >"$work/way-out"
sed -i 's/--no-ff/-q --no-edit --no-ff/' "$work/way-out"
[ "$(wc -l <"$work/way-out")" = 2 ]
. "$work/way-out" >"$work/log" 2>&1 || {
	echo 'check_readme: the way out that README.md names fails:' >&2
	cat "$work/log" >&2
	exit 1
}
echo 'check_readme: README.md shows what the program prints'
