#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Holds the manual against the program: what the one knows and the other does
# not is named, and fails.
#
#	check_manual.bash PROGRAM SOURCE_DIR
#
# The program tells what it knows: commands and options by --help, rules by
# `policy show`, sections, keys and the words they take by its complaints about
# a policy that has none of them right.
set -euo pipefail
export LC_ALL=C

program=$(realpath "$1")
source_dir=$(realpath "$2")
man=$source_dir/install/man
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
failures=0

complain() {
	printf 'check_manual: %s\n' "$*" >&2
	failures=$((failures + 1))
}

# same WHAT PAGE: the lines of ./program and ./manual, in any order.
same() {
	local line

	sort -u -o program program
	sort -u -o manual manual
	[ -s program ] || complain "the program names no $1 at all"
	while read -r line; do
		complain "$2 does not have the $1 '$line'"
	done < <(comm -23 program manual)
	while read -r line; do
		complain "$2 has the $1 '$line', which the program does not"
	done < <(comm -13 program manual)
}

# section PAGE TITLE: the text of one section, "# TITLE".
section() {
	awk -v title="# $2" '
		/^# / { inside = $0 == title; next }
		inside' "$man/$1"
}

# complaints TEXT: what the program finds wrong with a policy.
complaints() {
	printf '%s\n' "$1" >policy.ini
	"$program" policy check policy.ini 2>&1 || true
}

# "a, b or c" to lines.
words() { sed -E 's/, | or /\n/g'; }

# Nothing the program knows is near to this.
nothing=zzzzzzzzzzzzzzzzzzzzzzzzzzzzzz

# ------------------------------------------------------------------ Commands

commands=$("$program" --help | sed -nE 's/^    ([a-z-]+) .*/\1/p')
hooks=$(grep -E '^(pre-push|pre-receive|update|reference-transaction)$' <<<"$commands")

printf '%s\n' "$commands" >program
section git-treaty.1.scd COMMANDS | sed -nE 's/^\*([a-z-]+)\*.*/\1/p' >manual
same command git-treaty.1.scd
grep -oE '^\*git treaty\* \*[a-z-]+\*' "$man/git-treaty.1.scd" |
	sed -E 's/.*\*([a-z-]+)\*$/\1/' >manual
same command 'the synopsis of git-treaty.1.scd'

# What `policy` does, by its usage: "policy [options] check|show [...]".
policies() { grep -oE "$1\*policy\* \*[a-z]+\*" | sed -E 's/.*\*([a-z]+)\*$/\1/'; }
for command in $("$program" policy --help |
		 sed -nE 's/^usage: .* ([a-z]+\|[a-z|]+) .*/\1/p' | tr '|' ' '); do
	echo "$command"
done >policies
cp policies program
section git-treaty.1.scd COMMANDS | policies '^' >manual
same 'policy command' git-treaty.1.scd
mv policies program
policies '^\*git treaty\* ' <"$man/git-treaty.1.scd" >manual
same 'policy command' 'the synopsis of git-treaty.1.scd'

# ------------------------------------------------------------------- Options

# "--option ARGUMENT command" for each command that takes it.
for command in $commands; do
	"$program" "$command" --help |
		sed -nE "s/^    (--[a-z-]+( [^ ]+)?) .*/\1 $command/p"
done >program

# "All commands but uninstall." "Audit and hooks." To command names.
expand() {
	local word name but=''
	local -A set=()

	for word in $(tr 'A-Z,' 'a-z ' <<<"$1"); do
		case $word in
		all) for name in $commands; do set[$name]=1; done ;;
		hooks) for name in $hooks; do set[$name]=1; done ;;
		commands | and) ;;
		but) but=yes ;;
		*)
			if [ "$but" ]; then
				unset "set[$word]"
			else
				set[$word]=1
			fi ;;
		esac
	done
	[ ${#set[@]} = 0 ] || printf '%s\n' "${!set[@]}"
}

section git-treaty.1.scd OPTIONS | awk '
	/^\*--/ {
		gsub(/[*_]/, ""); option = $0
		getline; sub(/^\t/, ""); sub(/\..*/, "")
		print option "\t" $0
	}' | while IFS=$'\t' read -r option who; do
		expand "$who" | sed "s/^/$option /"
	done >manual
same 'option (and command)' git-treaty.1.scd

# --------------------------------------------------------------------- Rules

# "NAME SEVERITY", by default.
: >empty.ini
"$program" policy show empty.ini | awk '
	/^\[rule / { gsub(/[]"]/, ""); rule = $2 }
	/^severity = / && rule { print rule, $3 }' >program
cut -d' ' -f1 program >rules
section git-treaty-rules.7.scd RULES |
	sed -nE 's/^## ([a-z-]+) \(([a-z]+)\)$/\1 \2/p' >manual
same 'rule (and severity)' git-treaty-rules.7.scd

section git-treaty-rules.7.scd RULES >text
while read -r rule; do
	told=no made=no
	awk -v rule="$rule" '/^## / { inside = $2 == rule } inside' text |
		grep -q '^Not checked by this version' && told=yes
	[ -e "$source_dir/src/rules/${rule//-/_}.c" ] && made=yes
	case $told,$made in
	yes,yes) complain "git-treaty-rules.7.scd says of $rule that it is not" \
		"checked, but src/rules/${rule//-/_}.c is there" ;;
	no,no) complain "git-treaty-rules.7.scd does not say of $rule that it" \
		"is not checked, but src/rules/${rule//-/_}.c is not there" ;;
	esac
	awk -v rule="$rule" '/^## / { inside = $2 == rule } inside' text |
		grep -q '^Mend: ' ||
		complain "git-treaty-rules.7.scd does not say how to mend $rule"
done <rules

# --------------------------------------------------------- Sections and keys

sections=$(complaints "[$nothing]" |
	sed -nE 's/.*unknown section .*: expected (.*)/\1/p' | words)
printf '%s\n' "$sections" >program
section git-treaty-policy.5.scd 'SECTIONS AND KEYS' >text
sed -nE 's/^## \[([a-z-]+)( [A-Z]+)?\]$/\1/p' text >manual
same section git-treaty-policy.5.scd

# header SECTION RULE: the line that opens it.
header() {
	case $1 in
	policy) echo '[policy]' ;;
	rule) echo "[rule \"$2\"]" ;;
	*) echo "[$1 \"name\"]" ;;
	esac
}

keys_of() {
	complaints "$(header "$1" "$2")"$'\n'"$nothing = 1" |
		sed -nE 's/.*unknown key .*: expected (.*)/\1/p' | words
}

# "SECTION KEY", once for all rules.
for name in $sections; do
	if [ "$name" = rule ]; then
		while read -r rule; do keys_of rule "$rule"; done <rules
	else
		keys_of "$name" ''
	fi | sort -u | sed "s/^/$name /"
done >program
cp program keys
awk '
	/^## \[/ { gsub(/[][]/, ""); name = $2 }
	/^\*[a-z-]+\* = / { gsub(/\*/, ""); print name, $1 }' text >manual
same 'section and key' git-treaty-policy.5.scd

# The words that a key takes, which may be repeated, and what it is by default.
default_of() {
	[ "$1" != rule ] || [ "$2" != severity ] || { echo "the rule's"; return; }
	header "$1" foreign-path >policy.ini
	[ "$1" != immutable ] || echo 'tag = x' >>policy.ini
	[ "$1" != shared-tag ] || echo 'tree = x' >>policy.ini
	[ "$1" != waiver ] || printf '%s\n' 'rule = sign-off' 'tree = x' \
		'path = x' 'expires = 2020-01-01' '[tree "x"]' >>policy.ini
	"$program" policy show policy.ini |
		awk -v header="$(header "$1" foreign-path)" -v key="$2" '
			/^\[/ { inside = $0 == header }
			inside && $1 == key { print $3 }'
}

while read -r name key; do
	entry=$(awk -v name="$name" -v key="*$key*" '
		/^## \[/ { gsub(/[][]/, ""); at = $2 }
		/^\*/ { inside = at == name && $1 == key }
		/^[^\t*]/ { inside = 0 }
		inside' text | tr -d '\\')
	head=$(head -n 1 <<<"$entry")
	what="'$key' of [$name] in git-treaty-policy.5.scd"
	header "$name" foreign-path >twice.ini
	printf '%s = %s\n' "$key" "$nothing" "$key" "$nothing" >>twice.ini
	said=$("$program" policy check twice.ini 2>&1 || true)
	many=yes
	[[ $said != *"and takes one value"* ]] || many=no
	choices=$(sed -nE '0,/is not a value of/s/.*is not a value of .*: expected (.*)/\1/p' \
		<<<"$said" | words | sort)
	[ -z "$choices" ] || many=no
	case $many,$head in
	yes,*' (many)' | no,*[!\)]) ;;
	yes,*) complain "$what is not marked (many)" ;;
	no,*) complain "$what is marked (many), but takes one value" ;;
	esac
	if [ "$choices" ] && [ "$choices" != "$(sed -E 's/.* = //; s/_//g' \
		<<<"$head" | tr '|' '\n' | sort)" ]; then
		complain "$what has other words than the program:" \
			"${choices//$'\n'/ }"
	fi
	example=$(sed -nE 's/^\tExample: \*(.*)\*$/\1/p' <<<"$entry")
	header "$name" foreign-path >example.ini
	printf '%s\n' "$example" >>example.ini
	[[ $example = "$key = "* ]] || complain "$what has no example"
	[ "$key" != keyring ] || : >"${example#*= }"
	said=$("$program" policy check example.ini 2>&1 || true)
	if [[ $head != *' = _name_'* && $said = *example.ini:2:\ error:* ]]; then
		complain "$what has an example that is an error: $said"
	fi
	default=$(default_of "$name" "$key")
	told=$(tr -d _ <<<"$entry" | tr -s '\n\t' ' ' |
		sed -nE 's/.*Default: ([^.,]+)[.,].*/\1/p')
	case $name/$key in
	shared-tag/tree | immutable/tag | waiver/*) default= ;;
	esac
	[ -z "$default" ] || [ "$default" = "$told" ] ||
		complain "$what says that the default is '$told', it is" \
			"'$default'"
done <keys

if [ "$failures" -gt 0 ]; then
	echo "check_manual: the manual and the program differ:" \
		"$failures differences" >&2
	exit 1
fi
echo "check_manual: the manual and the program agree"
