#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Makes each refusal that git-treaty-rules(7) and README.md show, and compares
# them with what these show. Runs what mends the push in git-treaty-rules(7):
# then nothing is found. Looks up the members of JSON in git-treaty(1).
#
#	check_refusals.bash PROGRAM SOURCE_DIR [--write]
#
# With --write it puts what the program prints into both: do that after a change
# of the program's words. Names of commits are not compared.
set -euo pipefail
unset "${!GIT_@}" XDG_CONFIG_HOME
export LC_ALL=C TZ=UTC GIT_CONFIG_NOSYSTEM=1 GIT_TERMINAL_PROMPT=0 NO_COLOR=1
export GIT_AUTHOR_DATE='1589500000 +0000' GIT_COMMITTER_DATE='1589500000 +0000'

program=$(realpath "$1")
source_dir=$(realpath "$2")
write=${3:-}
man=$source_dir/install/man
rules=$man/git-treaty-rules.7.scd
readme=$source_dir/README.md
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
world=$work/world
mkdir -p "$work"/{bin,home,shown,printed} "$world"/{etc/git-treaty,srv/git}
ln -s "$program" "$work/bin/git-treaty"
export PATH=$work/bin:$PATH HOME=$work/home GIT_CONFIG_GLOBAL=$work/home/config
policy=$world/etc/git-treaty/policy.ini

# ------------------------------------------------------------------ The world

# commit FILE SUBJECT
commit() {
	mkdir -p "$(dirname "$1")"
	echo "$2" >>"$1"
	git add "$1"
	git commit -q -m "$2"
}

make_world() {
	ssh-keygen -q -t ed25519 -N '' -C tglx -f "$work/key"
	git config --global user.name 'A U Thor'
	git config --global user.email author@example.com
	git config --global user.signingKey "$work/key.pub"
	git config --global gpg.format ssh
	git config --global init.defaultBranch master
	git config --global advice.detachedHead false
	awk '/^# / { inside = $2 == "EXAMPLES" }
		/^```$/ { on = inside && !on; next } on' \
		"$man/git-treaty-policy.5.scd" |
		sed "s,^mode = report.*,mode = enforce,
			s,^ssh = .*,ssh = $(cut -d' ' -f1,2 "$work/key.pub")," \
			>"$policy"
	git init -q "$world/mainline"
	cd "$world/mainline"
	commit arch/x86/entry/common.c 'x86/entry: the way in and out'
	commit arch/x86/kvm/mmu.c 'KVM: x86: shadow pages'
	git tag -a -m 'Linux 5.7-rc5' v5.7-rc5
	for tree in tip kvm rcu; do
		git clone -q --bare . "$world/srv/git/$tree.git"
		git clone -q "$world/srv/git/$tree.git" "$world/$tree"
		git -C "$world/srv/git/$tree.git" treaty install --quiet \
			--policy "$policy" --tree "$tree"
	done
	cd "$world/tip"
	commit arch/x86/entry/common.c 'x86/entry: move non-instrumentable code'
	cd "$world/mainline"
	commit drivers/net/tun.c 'tun: something else'
	commit Next/SHA1s 'Add linux-next specific files for 20200515'
	git tag -a -m next next-20200515
}

# clone TREE: stands in a clone of the tree, in a world of its own.
clone() {
	rm -rf "$work/now"
	cp -r "$world" "$work/now"
	cd "$work/now/$1"
	git config remote.origin.url "$work/now/srv/git/$1.git"
	git config -f "$work/now/srv/git/$1.git/config" treaty.policy \
		"$work/now/etc/git-treaty/policy.ini"
}

# turn_on RULE: one that is off by default.
turn_on() {
	printf '\n[rule "%s"]\nseverity = error\n' "$1" \
		>>"$work/now/etc/git-treaty/policy.ini"
}

# Merges a tag that tip has made.
pull_tag() {
	git -C ../tip tag -s -m 'entry code for kvm' noinstr-kvm-2020-05-15 \
		2>/dev/null
	git fetch -q ../tip 'refs/tags/*:refs/tags/*'
	git merge -q --no-ff --no-edit noinstr-kvm-2020-05-15 2>/dev/null
}

# ------------------------------------------------- One function for each rule

immutable-tag() {
	clone kvm
	git tag -f -a -m 'Linux 5.7-rc5, again' v5.7-rc5 >/dev/null
	show 'git push --force origin v5.7-rc5'
}

rebased-tag() {
	clone kvm
	pull_tag
	git push -q origin noinstr-kvm-2020-05-15
	git reset -q --hard HEAD^
	commit arch/x86/kvm/vmx.c 'KVM: VMX: a change of our own'
	git cherry-pick noinstr-kvm-2020-05-15 >/dev/null
	show 'git push origin master'
}

protected-ref() {
	clone kvm
	git replace HEAD HEAD^
	show 'git push origin refs/replace/*'
}

rewound-branch() {
	clone kvm
	commit arch/x86/kvm/mmu.c 'KVM: x86: zap fewer pages'
	git push -q origin master
	git commit -q --amend -m 'KVM: x86: zap fewer pages, second version'
	show 'git push --force origin master'
}

foreign-path() {
	clone kvm
	commit arch/x86/kvm/mmu.c 'KVM: x86: zap fewer pages'
	commit arch/x86/entry/common.c 'x86/entry: speed up the exit path'
	show 'git push origin master'
}

merge-changes() {
	clone kvm
	commit arch/x86/kvm/vmx.c 'KVM: VMX: a change of our own'
	git checkout -q -b topic HEAD^
	commit arch/x86/kvm/mmu.c 'KVM: x86: zap fewer pages'
	git checkout -q master
	git merge --no-commit topic >/dev/null 2>&1
	echo 'a fix that went in with the merge' >>arch/x86/entry/common.c
	git commit -q -a -m "Merge branch 'topic'"
	show 'git push origin master'
}

forbidden-base() {
	clone kvm
	git fetch -q ../mainline 'refs/tags/next-*:refs/tags/next-*'
	git checkout -q -b topic next-20200515
	commit arch/x86/kvm/vmx.c 'KVM: VMX: a fix, on the wrong base'
	show 'git push origin topic'
}

tagged-base() {
	clone kvm
	commit arch/x86/kvm/mmu.c 'KVM: x86: zap fewer pages'
	git push -q origin master
	turn_on tagged-base
	git checkout -q -b topic
	commit arch/x86/kvm/vmx.c 'KVM: VMX: a change that starts at no tag'
	show 'git push origin topic'
}

shared-tag() {
	clone tip
	git tag -a -m 'entry code for kvm' noinstr-kvm-2020-05-15
	show 'git push origin noinstr-kvm-2020-05-15'
}

tag-consumer() {
	clone rcu
	commit kernel/rcu/tree.c 'rcu: a change of our own'
	pull_tag
	show 'git push origin master noinstr-kvm-2020-05-15'
}

duplicate-patch() {
	clone kvm
	git -C ../srv/git/kvm.git fetch -q ../../../tip \
		master:refs/remotes/tip/master
	commit arch/x86/kvm/vmx.c 'KVM: VMX: a change of our own'
	git fetch -q ../tip
	git cherry-pick FETCH_HEAD >/dev/null
	show 'git push origin master'
}

sign-off() {
	clone kvm
	turn_on sign-off
	commit arch/x86/kvm/mmu.c 'KVM: x86: zap fewer pages'
	show 'git push origin master'
}

# ------------------------------------------------------------- The comparison

# Folds long lines at blanks.
fold_lines() {
	awk -v width=68 '{
		match($0, /^ */)
		indent = sprintf("%" RLENGTH + 5 "s", "")
		line = $0
		while (length(line) > width) {
			at = width
			while (at > 20 && substr(line, at, 1) != " ") at--
			if (at <= 20) break
			print substr(line, 1, at - 1)
			line = indent substr(line, at + 1)
		}
		print line
	}'
}

# show COMMAND: runs it, and prints it and the rule's part of the refusal. Before
# the push is mended it is not made at all.
show() {
	[ "$mends" = no ] || return 0
	printf '$ %s\n' "$1"
	{ eval "$1" 2>&1 || true; } | tee "$work/output" |
		sed -n "s,$work/now,,g; s/ *\$//; s/^remote: \?//p" |
		awk -v rule="$rule" '
			$0 ~ "^[a-z]+: " rule ":" { on = 1 } /^$/ { on = 0 } on' |
		fold_lines
}

# block FILE LINE: what the block that LINE stands before, or begins, holds.
block() {
	awk -v mark="$2" '
		$0 == mark { near = 1 }
		/^```$/ && on { exit }
		near && /^```$/ { on = 1; next }
		/^\$/ && $0 == mark { on = 1 }
		on' "$1"
}

# put FILE LINE NEW: replaces what block() tells.
put() {
	awk -v mark="$2" -v new="$3" '
		function write() {
			while ((getline line <new) > 0) print line
			on = 1
		}
		$0 == mark && /^\$/ { write(); next }
		$0 == mark { near = 1 }
		near && /^```$/ && !on { print; write(); next }
		on && /^```$/ { near = on = 0 }
		!on' "$1" >"$work/page"
	cat "$work/page" >"$1"
}

# compare FILE LINE PRINTED
compare() {
	diff -u --label "$1 shows" --label 'the program prints' \
		<(block "$1" "$2" | sed -E 's/\b[0-9a-f]{12}\b/COMMIT/g') \
		<(sed -E 's/\b[0-9a-f]{12}\b/COMMIT/g' "$3") && return
	if [ "$write" = --write ]; then
		put "$1" "$2" "$3"
	else
		failures=$((failures + 1))
	fi
}

# mend RULE: runs what the manual says, where the rule refused the push.
mend() {
	mends=yes
	"$1" >/dev/null
	mends=no
	block "$rules" "; mended $1" | sed -n 's/^\$ //p' >"$work/mending"
	grep -q '^git push ' "$work/mending" &&
		GIT_MERGE_AUTOEDIT=no bash -e "$work/mending" \
			>"$work/output" 2>&1 &&
		! grep -qE '(error|warn): [a-z-]+:' "$work/output" || {
		echo "check_refusals: what mends $1 is refused:" >&2
		cat "$work/output" >&2
		failures=$((failures + 1))
	}
}

# The refusal that README.md explains, and the way out that it names.
check_readme() {
	clone kvm
	cp "$source_dir/policies/linux.ini" "$work/now/etc/git-treaty"
	git config -f ../srv/git/kvm.git/config treaty.policy \
		"$work/now/etc/git-treaty/linux.ini"
	commit arch/x86/kvm/mmu.c 'KVM: x86: zap fewer pages'
	commit arch/x86/entry/common.c 'x86/entry: speed up the exit path'
	{
		echo "\$ git push origin master"
		{ git push origin master 2>&1 || true; } |
			sed -n "s,$work/now,,g; s/ *\$//; /^remote:/p"
	} >"$work/printed/readme"
	compare "$readme" "\$ git push origin master" "$work/printed/readme"

	git reset -q --hard HEAD^
	git -C ../tip tag -a -m 'for kvm' noinstr-x86-kvm-2020-05-16
	git fetch -q ../tip 'refs/tags/*:refs/tags/*'
	grep -A 2 -x 'git merge --no-ff noinstr-x86-kvm-2020-05-16' "$readme" |
		sed 's/--no-ff/-q --no-edit --no-ff/' >"$work/way-out"
	bash -e "$work/way-out" >"$work/output" 2>&1 &&
		grep -q 'master -> master' "$work/output" || {
		echo 'check_refusals: the way out of README.md fails:' >&2
		cat "$work/output" >&2
		failures=$((failures + 1))
	}
}

# members COMMAND: what the JSON that it prints has stands in git-treaty(1).
members() {
	local member

	for member in $({ eval "$1" 2>&1 || true; } |
		jq -r '[.. | objects | keys[]] | unique[]'); do
		grep -q "[\"*]$member[\"*]" "$man/git-treaty.1.scd" && continue
		echo "check_refusals: git-treaty(1) does not have the member" \
			"'$member' of '$1'" >&2
		failures=$((failures + 1))
	done
}

check_json() {
	clone kvm
	pull_tag
	commit arch/x86/entry/common.c 'x86/entry: speed up the exit path'
	members 'git treaty audit --policy "$policy" --tree kvm --format json \
		--tags'
	members 'git treaty owner --policy "$policy" --format json arch/x86/'
	members 'git treaty owner --policy "$policy" --format json \
		--commits HEAD^..HEAD'
}

make_world
failures=0
mends=no
for rule in $(sed -nE 's/^; example //p' "$rules"); do
	"$rule" >"$work/printed/$rule"
	if [ "$(wc -l <"$work/printed/$rule")" -lt 4 ]; then
		echo "check_refusals: no finding of $rule, but:" >&2
		cat "$work/output" >&2
		failures=$((failures + 1))
	else
		compare "$rules" "; example $rule" "$work/printed/$rule"
	fi
	mend "$rule"
done
check_readme
check_json
if [ "$failures" -gt 0 ]; then
	echo "check_refusals: $failures differences; to put refusals right:" \
		"$0 $1 $2 --write" >&2
	exit 1
fi
echo 'check_refusals: the manual shows what the program prints'
