# SPDX-License-Identifier: GPL-2.0-only
# Completion of `git treaty` for bash. Git's own completion calls
# _git_treaty(), which it finds in the directory of bash-completion when this
# file is there as git-treaty, or when this file is sourced. Commands, options
# and what they take come from the program's help, names of trees and rules
# from the policy.

# The commands, one a line, each with what is said of it.
__git_treaty_commands() {
	git-treaty --help 2>/dev/null | sed -nE 's/^    ([a-z-]+) +/\1 /p'
}

# The options of a command, each with its argument if it takes one.
__git_treaty_options() {
	git-treaty "$1" --help 2>/dev/null |
		sed -nE 's/^    (--[a-z-]+)( [^ ]+)? .*/\1\2/p'
}

# The arguments of a command, as its usage has them.
__git_treaty_arguments() {
	git-treaty "$1" --help 2>/dev/null |
		sed -nE 's/^usage: git treaty [a-z-]+ \[options\] ?//p'
}

# The policy that the command line names, or that holds here.
__git_treaty_policy() {
	local i policy=

	for ((i = 1; i < cword; i++)); do
		case ${words[i]} in
		--policy) policy=${words[i + 1]} ;;
		--policy=*) policy=${words[i]#*=} ;;
		esac
	done
	policy=${policy/#\~\//$HOME/}
	git-treaty policy show ${policy:+--policy "$policy"} 2>/dev/null
}

# Names of sections of that kind, such as trees.
__git_treaty_names() {
	sed -nE "s/^\[$1 \"(.*)\"\]\$/\1/p"
}

# Rules are in any policy.
__git_treaty_rules() {
	printf '[policy]\nversion = 1\n' |
		git-treaty policy show /dev/stdin 2>/dev/null |
		__git_treaty_names rule
}

# Completes nothing, not even file names.
__git_treaty_nothing() {
	COMPREPLY=()
	compopt +o default +o bashdefault 2>/dev/null
}

# The value of an option that the help calls that. The word to complete is
# $cur, without `--option=`.
__git_treaty_value() {
	case $2 in
	FILE | DIR) COMPREPLY=() ;;	# bash completes file names
	REF:PATH) __git_complete_revlist_file ;;
	REV) __git_complete_refs --cur="$cur" ;;
	RANGE) __git_complete_revlist ;;
	*\|*) __gitcomp "${2//|/ }" "" "$cur" ;;
	*)
		case $1 in
		--tree) __gitcomp_nl "$(__git_treaty_policy |
			__git_treaty_names tree)" "" "$cur" " " ;;
		--hook) __gitcomp "$(__git_treaty_commands |
			sed -n 's/ .*(hook)$//p')" "" "$cur" ;;
		--rule) __gitcomp_nl "$(__git_treaty_rules)" "" "$cur" " " ;;
		*) __git_treaty_nothing ;;
		esac
	esac
}

# What is no option. A command may begin with one of some words.
__git_treaty_argument() {
	local first=${1%% *}

	case $1 in
	[a-z]*\|*)
		case $(__git_find_on_cmdline "${first//|/ }") in
		'') __gitcomp "${first//|/ }" ;;
		learn) __git_complete_revlist ;;
		esac ;;
	*'<rule>'*) __gitcomp_nl "$(__git_treaty_rules)" ;;
	*'<rev>'*) __git_complete_revlist ;;
	*'<path>'* | *'<file>'*) COMPREPLY=() ;;
	*) __git_treaty_nothing ;;
	esac
}

_git_treaty() {
	local commands command options option arg

	commands=$(__git_treaty_commands | sed 's/ .*//')
	command=$(__git_find_on_cmdline "${commands//$'\n'/ }")
	if [ -z "$command" ]; then
		__gitcomp "$commands --help --version"
		return
	fi
	options=$(__git_treaty_options "$command")
	while read -r option arg; do
		[ "$arg" ] || continue
		case $prev,$cur in
		"$option",*) ;;
		*,"$option"=*) cur=${cur#*=} ;;
		*) continue ;;
		esac
		__git_treaty_value "$option" "$arg"
		return
	done <<<"$options"
	case $cur in
	-*) __gitcomp "$(sed 's/ .*//' <<<"$options")" ;;
	*) __git_treaty_argument "$(__git_treaty_arguments "$command")" ;;
	esac
}
