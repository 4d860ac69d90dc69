#!/usr/bin/env zsh
# SPDX-License-Identifier: GPL-2.0-only
# complete.zsh DIRECTORY LINE: what zsh completes the line to, one a line, with
# the completions of that directory. Types the line into a terminal, as people do.
zmodload zsh/zpty
zpty z zsh -f -i
zpty -w z "PROMPT= PS2=; stty -onlcr -echo; unsetopt zle_bracketed_paste 2>/dev/null"
zpty -w z "fpath=(${(q)1} \$fpath); autoload -Uz compinit; compinit -D -u"
zpty -w z "$(cat <<'EOS'
compadd() {
	local -a hits
	if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then
		builtin compadd "$@"
		return
	fi
	builtin compadd -A hits "$@"
	print -rl -- "h""it:"${^hits}
	builtin compadd "$@"
}
finish() { print; print -r -- "en""d:"; exit }
compprefuncs=() comppostfuncs=(finish)
bindkey '^I' complete-word
print start:
EOS
)"
zpty -r -m z line '*start:*' || exit 1
zpty -w -n z "$2"$'\t'
result=
while zpty -r z line; do
	result+=$line
	[[ $line == *end:* ]] && break
done
print -r -- $result | tr -d '\r' | sed -n 's/^.*hit:\(.\)/\1/p' | sort -u
zpty -d z 2>/dev/null
