# SPDX-License-Identifier: GPL-2.0-only
# Two patches are the same where git patch-id --stable says so.

load lib

setup() {
	sandbox
	default_policy
	add_policy <<-'EOP'
		[shared-tag "kvm-*"]
		tree   = kvm
		signed = no
	EOP
	git init -q work
	cd work
	mkdir virt
	seq 40 >virt/text
	printf 'a\0b' >virt/binary
	printf 'a\r\nb\r\n' >virt/crlf
	printf 'no end' >virt/end
	echo move me around, I am long enough for that >virt/move
	git add . && git commit -q -m Base
	tag v1.0
}

# The id, or nothing for a commit without a patch.
id() {
	git diff-tree -p --full-index --no-renames "$1" |
		git patch-id --stable | cut -d' ' -f1
}

# as_git COMMAND...: commits what it does on a branch that is tagged, and again
# on another base; then the audit finds a copy where git does.
as_git() {
	local same=0

	git checkout -q -b tagged v1.0
	"$@" 1
	git add -A && git commit -q --allow-empty -m 'First'
	tag kvm-1
	git checkout -q -b again v1.0
	sed -i '1s/^/new /' virt/text
	test_tick
	git commit -q -a -m 'Between'
	"$@" 2
	git add -A
	test_tick
	git commit -q --allow-empty -m 'Second'
	[ -n "$(id tagged)" ] && [ "$(id tagged)" = "$(id again)" ] && same=1
	audit --policy "$POLICY" --tree kvm again
	[ "$status" -eq "$same" ] || fail "git says $same, we say $status"
	[ "$same" -eq "${expected:-1}" ] || fail "git says $same"
}

text() { sed -i '20s/$/ changed/' virt/text; }
@test "text" { as_git text; }

blanks() { sed -i "20s/\$/$(printf '%*s' "$1" '')changed/" virt/text; }
@test "text with other blanks" { as_git blanks; }

other() { sed -i "20s/\$/ changed $1/" virt/text; }
@test "other text" { expected=0 as_git other; }

binary() { printf 'a\0c' >virt/binary; }
@test "a binary file" { as_git binary; }

other_binary() { printf 'a\0%s' "$1" >virt/binary; }
@test "a binary file with other bytes" { expected=0 as_git other_binary; }

mode() { chmod +x virt/text; }
@test "a mode" { as_git mode; }

other_mode() { [ "$1" = 1 ] || chmod +x virt/text; text; }
@test "a mode as well" { expected=0 as_git other_mode; }

move() { git mv virt/move virt/moved; }
@test "a rename" { as_git move; }

other_move() { git mv virt/move "virt/moved$1"; }
@test "a rename to another name" { expected=0 as_git other_move; }

remove() { git rm -q virt/move; }
@test "a file removed" { as_git remove; }

crlf() { sed -i '1s/a/c/' virt/crlf; }
@test "line ends of another system" { as_git crlf; }

other_crlf() { [ "$1" = 1 ] || sed -i 's/\r//' virt/crlf; crlf; }
@test "line ends changed as well" { expected=0 as_git other_crlf; }

no_end() { printf 'still no end' >virt/end; }
@test "no newline at the end" { as_git no_end; }

other_end() { printf 'still no end%b' "$([ "$1" = 1 ] || echo '\n')" >virt/end; }
@test "a newline at the end as well" { as_git other_end; }

tabs() { sed -i "19,21s/^/$([ "$1" = 1 ] && echo '\t' || echo '    ')/" virt/text; }
@test "indented in another way" { as_git tabs; }

other_place() { sed -i "$((10 * $1))a once" virt/text; }
@test "the same lines in another place" { expected=0 as_git other_place; }

module() {
	git update-index --add --cacheinfo \
		160000,1234567890123456789012345678901234567890,virt/module
	mkdir -p virt/module
}
@test "a submodule" { as_git module; }

# git has the same id for both, because it leaves out where lines end.
joined() {
	[ "$1" = 1 ] && text='one\n+two' || text='one++two'
	sed -i "20s/\$/\n$text/" virt/text
}
@test "two lines added, or one with their mark" {
	git checkout -q -b probe v1.0
	joined 1
	git commit -q -a -m Probe
	first=$(id probe)
	git checkout -q -b other v1.0
	joined 2
	git commit -q -a -m Probe
	[ "$first" = "$(id other)" ]
	git checkout -q -b tagged probe
	tag kvm-1
	test_tick
	git checkout -q -b again v1.0
	joined 2
	git commit -q -a -m Again
	audit --policy "$POLICY" --tree kvm again
	assert_status 0
}

# adding_lines BRANCH FIRST: 300 commits on v1.0, each of which adds a line to a
# file whose first line is FIRST.
adding_lines() {
	awk -v branch="$1" -v first="$2" 'BEGIN {
		for (i = 1; i <= 40; i++)
			text = text (i == 1 ? first : i) "\n"
		for (i = 1; i <= 300; i++) {
			text = text "line " i "\n"
			printf "commit refs/heads/%s\ncommitter A <a@x> " \
				"%d +0000\ndata <<EOM\n%s %d\nEOM\n", branch,
				1200000000 + i, first, i
			if (i == 1)
				print "from refs/tags/v1.0^0"
			printf "M 644 inline virt/text\ndata %d\n%s\n",
				length(text), text
		}
	}' | git fast-import --quiet
}

# The first commit of `again` also changes the first line.
@test "so many that processes share them" {
	adding_lines tagged 1
	git tag -a -m x kvm-1 tagged
	adding_lines again other
	audit --policy "$POLICY" --tree kvm again
	assert_status 1
	[ "$(json '[.findings[] | select(.rule == "rebased-tag")] | length')" \
		-eq 299 ]
}

empty() { :; }
@test "nothing at all" { expected=0 as_git empty; }

empty_file() { : >virt/empty; }
@test "an empty file" {
	git checkout -q -b probe v1.0
	empty_file
	git add -A && git commit -q -m Probe
	# git 2.39 has no id for it.
	expected=$([ -n "$(id probe)" ] && echo 1 || echo 0) as_git empty_file
}

link() { ln -s text virt/link; }
@test "a symlink" { as_git link; }

two() { text; binary; echo new >virt/new; }
@test "several files" { as_git two; }

odd() { echo x >$'virt/a\tb "c\377'; }
@test "a name that must be quoted" { as_git odd; }

marks() { printf '%s\n' '-----' 'diff --git a/x b/x' '@@ -1 +1 @@' >virt/marks; }
@test "text that looks like a patch" { as_git marks; }

@test "attributes and settings of the repository make no difference" {
	printf '* -diff\n' >.git/info/attributes
	git config diff.context 0
	git config diff.noprefix true
	git config diff.algorithm patience
	git config diff.external false
	git config patchid.stable false
	git checkout -q -b tagged v1.0
	text
	git commit -q -a -m First
	tag kvm-1
	git checkout -q -b again v1.0
	echo '* binary' >.gitattributes
	git add . && git commit -q -m Between
	text
	test_tick
	git commit -q -a -m Second
	audit --policy "$POLICY" --tree kvm again
	assert_status 1
	assert_only_finding rebased-tag error
}

# alike COMMAND...: two commits with the same patch, if not of the same file;
# the audit finds the copy after the command as well.
alike() {
	git checkout -q -b tagged v1.0
	text
	git commit -q -a -m First
	tag kvm-1
	git checkout -q -b again v1.0
	sed -i '1s/^/new /' virt/text
	git commit -q -a -m Between
	text
	test_tick
	git commit -q -a -m Second
	"$@"
	audit --policy "$POLICY" --tree kvm again
	assert_status 1
	assert_only_finding rebased-tag error
}

@test "nor do attributes in the index" {
	in_index() { echo '* -diff' >.gitattributes && git add .gitattributes; }
	alike in_index
}

@test "nor do attributes in the repository" {
	in_info() { echo '* -diff' >.git/info/attributes; }
	alike in_info
}

@test "nor does what the repository takes for a large file" {
	alike git config core.bigFileThreshold 10
}
