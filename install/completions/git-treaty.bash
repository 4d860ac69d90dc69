# SPDX-License-Identifier: GPL-2.0-only
# Completion of `git treaty` for bash. Git's own completion calls
# _git_treaty(), which it finds in the directory of bash-completion when this
# file is there as git-treaty, or when this file is sourced. Commands and
# options come from the program itself.

# The commands; or the options of one, each with its argument if it takes one.
__git_treaty_list() {
	if [ "$#" = 0 ]; then
		git-treaty --help 2>/dev/null |
			sed -nE 's/^    ([a-z-]+) .*/\1/p'
	else
		git-treaty "$1" --help 2>/dev/null |
			sed -nE 's/^    (--[a-z-]+)( [^ ]+)? .*/\1\2/p'
	fi
}

# Completes nothing, not even file names.
__git_treaty_nothing() {
	COMPREPLY=()
	compopt +o default +o bashdefault 2>/dev/null
}

# The value of an option.
__git_treaty_value() {
	case $1 in
	--policy | --baseline | --chained | --installed | --onto | --series) COMPREPLY=() ;;	# bash completes file names
	--policy-blob) __git_complete_revlist_file ;;
	--base | --against) __git_complete_refs ;;
	--commits) __git_complete_revlist ;;
	--hook) __gitcomp 'pre-push pre-receive update reference-transaction' ;;
	*\|*) __gitcomp "${1//|/ }" ;;
	*) __git_treaty_nothing ;;
	esac
}

_git_treaty() {
	local commands command options option arg

	commands=$(__git_treaty_list)
	command=$(__git_find_on_cmdline "${commands//$'\n'/ }")
	if [ -z "$command" ]; then
		__gitcomp "$commands --help --version"
		return
	fi
	options=$(__git_treaty_list "$command")
	while read -r option arg; do
		[ "$arg" ] && [ "$option" = "$prev" ] || continue
		case $arg in
		*\|*) option=$arg ;;
		esac
		__git_treaty_value "$option"
		return
	done <<<"$options"
	case $command,$cur in
	*,-*) __gitcomp "$(sed 's/ .*//' <<<"$options")" ;;
	audit,*) __git_complete_revlist ;;
	policy,*)
		[ "$(__git_find_on_cmdline 'check show import')" ] ||
			__gitcomp 'check show import' ;;
	owner,*) COMPREPLY=() ;;
	*) __git_treaty_nothing ;;
	esac
}
