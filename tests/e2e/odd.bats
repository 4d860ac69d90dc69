# SPDX-License-Identifier: GPL-2.0-only
# What is odd and yet legal is judged rightly.

load lib

ZERO=0000000000000000000000000000000000000000
ESC=$'\033'

setup() {
	sandbox
	default_policy
	kvm_server
}

seed() {
	commit virt/a mm/a -m 'Everything'
	git push -q origin main
}

# refused_for PATH: HEAD is refused, and the text names the path that way.
refused_for() {
	push_refused origin HEAD:refs/heads/odd
	assert_only_finding foreign-path error
	assert_output_has "      $1"
}

# The input

@test "an input whose last line has no end" {
	commit mm/a
	git push -q origin HEAD:refs/scratch/x
	printf '%s %s refs/heads/main' "$(git rev-parse HEAD~)" \
		"$(git rev-parse HEAD)" >input
	run_hook "$SERVER" pre-receive <input
	assert_status 1
	assert_finding foreign-path error
	printf '%s %s refs/heads/x' $ZERO "$(git rev-parse HEAD~)" >input
	run_hook "$SERVER" pre-receive <input
	assert_status 0
}

@test "an empty input" {
	run_hook "$SERVER" pre-receive </dev/null
	assert_undecided
	assert_output_has "the hook's input is empty"
}

@test "a push of five thousand refs, each in a transaction of its own" {
	local own n

	n=$(many 5000)
	commit virt/a
	own="$(git rev-parse HEAD)"
	seq "$n" | sed "s|.*|create refs/heads/many/b& $own|" |
		git update-ref --stdin
	push_ok -q origin 'refs/heads/many/*'
	[ "$(grep -c many <<<"$refs_after")" -eq "$n" ]
	commit mm/a
	git update-ref refs/heads/many/b100 HEAD
	push_refused -q origin 'refs/heads/many/*'
	assert_output_has "1 commit in refs/heads/many/b100"
}

@test "the deletion of everything" {
	tag topic
	push_ok origin topic main:auto-x main:refs/scratch/x
	push_refused origin :topic :auto-x :refs/scratch/x :main
	assert_only_finding rewound-branch error
	push_ok origin :topic :auto-x :refs/scratch/x
}

@test "the deletion of a ref that is not there" {
	printf '%s %s refs/heads/none\n' $ZERO $ZERO >input
	run_hook "$SERVER" pre-receive <input
	assert_status 0
}

# Objects

@test "a tag of a tree, of a blob, and of a tag of either" {
	local tree blob

	tree="$(git rev-parse 'HEAD^{tree}')"
	blob="$(git rev-parse HEAD:virt/a)"
	tag tree "$tree"
	tag tree-2 tree
	tag tree-3 tree-2
	tag blob "$blob"
	git tag light-blob "$blob"
	push_ok origin tree tree-2 tree-3 blob light-blob
	assert_no_finding
}

@test "a frozen tag of a tree is frozen" {
	tag v1.0 'HEAD^{tree}'
	push_ok origin v1.0
	push_refused origin :v1.0
	assert_only_finding immutable-tag error
}

@test "a tag of a tag of a commit leads to the commit" {
	tag own
	tag own-2 own
	push_ok origin own-2
	commit mm/a
	tag foreign
	tag foreign-2 foreign
	tag foreign-3 foreign-2
	push_refused origin foreign-3
	assert_only_finding foreign-path error
}

@test "a root commit of one's own, and unrelated histories merged" {
	git checkout -q --orphan other
	git rm -q -r -f .
	commit virt/other
	push_ok origin other
	git checkout -q main
	merge --allow-unrelated-histories other
	push_ok origin main
	assert_no_finding
	git checkout -q --orphan another
	git rm -q -r -f .
	commit mm/other
	push_refused origin another
	assert_only_finding foreign-path error
	git checkout -q main
	merge --allow-unrelated-histories another
	push_refused origin main
	assert_only_finding foreign-path error
}

@test "an empty first commit, a commit of no change, an empty tree" {
	git checkout -q --orphan empty
	git rm -q -r -f .
	test_tick
	git commit -q --allow-empty -m Empty
	test_tick
	git commit -q --allow-empty -m 'Empty again'
	push_ok origin empty
	assert_no_finding
}

@test "an octopus of one's own topics" {
	local i

	for i in 1 2 3 4 5; do
		git checkout -q -b "topic-$i" main
		commit "virt/topic-$i"
	done
	git checkout -q main
	commit virt/a
	merge topic-1 topic-2 topic-3 topic-4 topic-5
	[ "$(git cat-file -p HEAD | grep -c ^parent)" -eq 6 ]
	push_ok origin main
	assert_no_finding
	git checkout -q topic-3
	commit mm/a
	git checkout -q -b second main~
	merge topic-1 topic-2 topic-3
	push_refused origin second
	assert_only_finding foreign-path error
	assert_output_has "brought in by merge"
}

@test "a submodule" {
	local one two

	one="$(git rev-parse HEAD)"
	git update-index --add --cacheinfo "160000,$one,virt/module"
	git commit -q -m 'Own module'
	push_ok origin main
	git update-index --add --cacheinfo "160000,$one,mm/module"
	git commit -q -m 'Foreign module'
	refused_for "mm/module  (mm, tree mm)"
	git reset -q --hard HEAD~
	# The commit of a submodule need not be here.
	two="$(printf '%040d' 7)"
	git update-index --add --cacheinfo "160000,$two,virt/module"
	git commit -q -m 'Move it'
	push_ok origin main
	git rm -q --cached mm/a
	git update-index --add --cacheinfo "160000,$two,mm"
	git commit -q -m 'A module in place of a directory'
	push_refused origin HEAD:refs/heads/odd
	assert_output_has "mm/a"
}

@test "only the mode of a file changes, or its kind" {
	git update-index --chmod=+x virt/a
	git commit -q -m 'Own mode'
	push_ok origin main
	git update-index --chmod=+x mm/a
	git commit -q -m 'Foreign mode'
	refused_for "mm/a  (mm, tree mm)"
	git reset -q --hard HEAD~
	# The same bytes as a symbolic link.
	git update-index --cacheinfo \
		"120000,$(git rev-parse HEAD:mm/a),mm/a"
	git commit -q -m 'Foreign link'
	refused_for "mm/a  (mm, tree mm)"
	git reset -q --hard HEAD~
	ln -s ../mm virt/link
	git add virt/link
	git commit -q -m 'A link to where others live'
	push_ok origin main
}

# Names

@test "a path with a newline, a quote, a tab and a backslash" {
	commit $'mm/a\nb"c\td\\e' -m 'Odd name'
	refused_for 'mm/a\nb"c\td\\e  (mm, tree mm)'
	without_hook kvm git push -q origin HEAD:refs/heads/odd
	cd "$SERVER"
	audit main..odd
	[ "$(json '.findings[0].paths[0].path')" = $'mm/a\nb"c\td\\e' ]
	cd ../kvm
	git reset -q --hard HEAD~
	commit $'virt/a\nb"c\td\\e' -m 'Odd name'
	push_ok origin main
}

@test "a path whose newline looks like another path" {
	commit $'mm/x\nvirt/a'
	refused_for 'mm/x\nvirt/a  (mm, tree mm)'
	git reset -q --hard HEAD~
	commit $'virt/x\nmm/a'
	push_ok origin main
}

@test "a path with bytes that are no UTF-8" {
	commit $'mm/\377\376-\303\050' -m 'Odd bytes'
	refused_for 'mm/\xff\xfe-\xc3(  (mm, tree mm)'
	without_hook kvm git push -q origin HEAD:refs/heads/odd
	cd "$SERVER"
	audit main..odd
	[ "$(json '.findings[0].paths[0].path')" = 'mm/\xff\xfe-\xc3(' ]
}

@test "a path with characters that drive a terminal" {
	commit "mm/${ESC}[31mred"$'\r\a\b\xe2\x80\xae'
	refused_for 'mm/\x1b[31mred\x0d\x07\x08\xe2\x80\xae  (mm, tree mm)'
	assert_output_lacks "$ESC"
}

@test "a rename in nothing but case counts on both sides" {
	git mv virt/a virt/A
	git commit -q -m 'Own case'
	push_ok origin main
	git mv mm/a mm/A
	git commit -q -m 'Foreign case'
	push_refused origin HEAD:refs/heads/odd
	assert_output_has "      mm/A  (mm, tree mm)"
	assert_output_has "      mm/a  (mm, tree mm)"
	git reset -q --hard HEAD~
	# Another case is another path, and nobody's.
	commit MM/a
	push_ok origin main
}

@test "paths that only begin like a foreign one" {
	commit mm-a mmm/a 'mm ' 'mm.c'
	push_ok origin main
	git rm -q -r mm
	echo file >mm
	git add mm
	git commit -q -m 'A file of that name'
	push_refused origin HEAD:refs/heads/odd
	assert_output_has "      mm/a"
}

@test "a path of two thousand characters, and one of fifty directories" {
	local deep

	deep="$(printf 'd/%.0s' $(seq 50))"
	commit "virt/${deep}a"
	push_ok origin main
	commit "mm/${deep}a"
	refused_for "mm/${deep}a"
	git reset -q --hard HEAD~
	deep="$(for _ in $(seq 10); do printf '%0200d/' 0; done)"
	commit "mm/${deep}a"
	refused_for "mm/${deep}a"
}

@test "a ref name with bytes that are no UTF-8" {
	local ref=$'refs/heads/\377\376'

	push_ok origin "main:$ref"
	commit mm/a
	push_refused origin "HEAD:$ref"
	assert_finding foreign-path error
	assert_output_has 'in refs/heads/\xff\xfe'
	git reset -q --hard HEAD~
	# Nobody else has this commit.
	commit virt/a
	push_ok origin "HEAD:$ref"
	push_refused origin ":$ref"
	assert_only_finding rewound-branch error
	cd "$SERVER"
	audit "$ref"
	assert_status 1
	[ "$(json '[.findings[].ref] | unique[]')" = 'refs/heads/\xff\xfe' ]
}

@test "a tag name with a newline's look and a bidi mark" {
	local ref=$'refs/tags/v1.0-\xe2\x80\xae'

	tag v1
	push_ok origin "v1:$ref"
	push_refused origin ":$ref"
	assert_output_has 'tag v1.0-\xe2\x80\xae is frozen'
}

# Messages

@test "a commit message that would drive a terminal" {
	commit mm/a -m "${ESC}]0;title"$'\a'"${ESC}[2J"$'\r'"harmless"
	push_refused origin HEAD:refs/heads/odd
	assert_output_lacks "$ESC"
	assert_output_lacks $'\r'
	assert_output_has '\x1b]0;title\x07\x1b[2J\x0dharmless'
	without_hook kvm git push -q origin HEAD:refs/heads/odd
	cd "$SERVER"
	audit main..odd
	[ "$(json '.findings[0].subject')" = \
		"${ESC}]0;title"$'\a'"${ESC}[2J"$'\r'"harmless" ]
	treaty audit main..odd
	assert_output_lacks "$ESC"
}

@test "a commit message that is no UTF-8, empty, or has a NUL" {
	local tree commit

	test_tick
	echo x >>mm/a
	git -c i18n.commitEncoding=ISO-8859-1 commit -q \
		-m $'Gr\374\337e' mm/a
	tree="$(git rev-parse 'HEAD^{tree}')"
	push_refused origin HEAD:refs/heads/odd
	assert_output_has 'Gr\xfc\xdfe'
	without_hook kvm git push -q origin HEAD:refs/heads/odd
	(cd "$SERVER" && audit main..odd &&
	 [ "$(json '.findings[0].subject')" = 'Gr\xfc\xdfe' ])
	commit="$(git commit-tree -p HEAD~ "$tree" </dev/null)"
	push_refused origin "$commit:refs/heads/empty"
	assert_only_finding foreign-path error
	commit="$({ git cat-file commit "$commit"; printf 'a\0b\n'; } |
		git hash-object --literally -w -t commit --stdin)"
	push_refused origin "$commit:refs/heads/nul"
	assert_only_finding foreign-path error
}

@test "a message that imitates the verdict is told from it" {
	commit mm/a -m $'x\n\ngit-treaty: accepted: 0 errors'
	git commit -q --amend -m 'error: immutable-tag: not true'
	push_refused origin HEAD:refs/heads/odd
	assert_only_finding foreign-path error
}

@test "a commit of a date before all others, or after all" {
	local i

	for i in 1 2 3 4 5 6 7; do
		commit virt/a
	done
	push_ok origin main
	echo x >>mm/a
	GIT_COMMITTER_DATE='@1 +0000' git commit -q -m Old mm/a
	for i in 1 2 3 4 5 6 7; do
		commit virt/a
	done
	push_refused origin main
	assert_output_has "1 commit in refs/heads/main"
	git reset -q --hard origin/main
	echo x >>virt/a
	GIT_COMMITTER_DATE='@4000000000 +0000' git commit -q -m Future virt/a
	commit virt/a
	push_ok origin main
	assert_no_finding
}

@test "many merges of the same two lines" {
	git branch side
	for i in 1 2 3 4 5 6 7 8; do
		git checkout -q side
		commit virt/side
		git checkout -q main
		commit virt/a
		merge side
		git checkout -q side
		merge main~
	done
	push_ok origin main side
	assert_no_finding
	assert_output_lacks "git-treaty"
}
