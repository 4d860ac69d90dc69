# SPDX-License-Identifier: GPL-2.0-only
# Completion in bash, through git's own, and in zsh. Each shell is asked the same.

load lib

COMPLETIONS="$BATS_TEST_DIRNAME/../../install/completions"
GIT_COMPLETION=/usr/share/bash-completion/completions/git

setup() {
	sandbox
	default_policy
	git init -q work
	cd work
	git commit -q --allow-empty -m First
	git tag v6.1
	git branch next
	mkdir notes
	cp "$POLICY" my.ini
	case $BATS_TEST_DESCRIPTION in
	bash*) [ -e "$GIT_COMPLETION" ] || skip "no $GIT_COMPLETION" ;;
	zsh*) [ "$(type -t zsh)" ] || skip 'zsh is not installed' ;;
	esac
}

# in_bash LINE: what bash completes its last word to, one a line.
in_bash() {
	bash --norc -c '
		. "$1"; . "$2"
		compopt() { :; }
		read -ra COMP_WORDS <<<"$3"
		[[ $3 != *" " ]] || COMP_WORDS+=("")
		COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
		COMP_LINE=$3 COMP_POINT=${#3}
		__git_wrap__git_main
		printf "%s\n" "${COMPREPLY[@]}"
	' bash "$GIT_COMPLETION" "$COMPLETIONS/git-treaty.bash" "$1" |
		sed 's/ *$//' | sort -u
}

in_zsh() {
	timeout 60 "$BATS_TEST_DIRNAME/complete.zsh" "$COMPLETIONS" "$1"
}

# completes LINE WORD...: to these at least.
completes() {
	output="$("in_${BATS_TEST_DESCRIPTION%%:*}" "$1")"
	for word in "${@:2}"; do
		grep -qxF -- "$word" <<<"$output" || fail "$1: $word"
	done
}

# completes_not LINE WORD...: to none of these.
completes_not() {
	output="$("in_${BATS_TEST_DESCRIPTION%%:*}" "$1")"
	for word in "${@:2}"; do
		! grep -qxF -- "$word" <<<"$output" || fail "$1: $word"
	done
}

words() {
	completes 'git treaty ' audit owner policy install status
	completes 'git treaty audit --' --base --tree --policy --format
	completes_not 'git treaty audit --' --hook --onto
	completes 'git treaty policy ' check show import
	completes 'git treaty audit --format ' text json sarif
	completes_not 'git treaty owner --format ' sarif
	completes 'git treaty install --hook ' pre-push pre-receive update \
		reference-transaction
	completes_not 'git treaty install --hook ' audit
	completes 'git treaty explain ' foreign-path sign-off
}

refs() {
	completes 'git treaty audit ' main next v6.1
	completes 'git treaty audit --base ' next v6.1
	completes 'git treaty policy check --against ' v6.1
	completes 'git treaty owner --commits v' v6.1
	completes 'git treaty policy learn n' next
	completes_not 'git treaty policy check n' next
}

trees() {
	completes 'git treaty audit --policy my.ini --tree ' tip kvm rcu mainline
	completes_not 'git treaty audit --policy my.ini --tree k' tip
	completes_not 'git treaty audit --tree ' tip
	git config treaty.policy "$PWD/my.ini"
	completes 'git treaty audit --tree ' tip kvm
	completes 'git treaty install --tree ' tip kvm
	completes_not 'git treaty owner --tree ' tip
}

@test "bash: commands, options and their words" {
	words
}

@test "bash: refs" {
	refs
	completes 'git treaty audit v6.1..n' v6.1..next
}

@test "bash: trees of the policy" {
	trees
	completes 'git treaty audit --policy=my.ini --tree=k' kvm
}

@test "zsh: commands, options and their words" {
	words
}

@test "zsh: refs" {
	refs
	completes 'git treaty audit v6.1..n' next
}

@test "zsh: trees of the policy" {
	trees
	completes 'git treaty audit --policy=my.ini --tree=k' kvm
}
