# SPDX-License-Identifier: GPL-2.0-only
# Rule merge-changes: a merge gives what merging its parents gives, at least in
# the paths of others.

load lib

setup() {
	sandbox
	default_policy
	kvm_server
}

# A file that can be changed at both ends without a conflict.
numbers() {
	mkdir -p "$(dirname "$1")"
	seq 30 >"$1"
}

# change PATH LINE TEXT: replaces a line and commits that.
change() {
	test_tick
	sed -i "$2s/.*/$3/" "$1"
	git commit -q -m "$1: $3" "$1"
}

# main has v1.0. v1.1 is what others did meanwhile: not yet on the server.
seed() {
	commit virt/a arch/x86/a -m 'Everything'
	numbers mm/n
	numbers virt/n
	numbers arch/x86/n
	git add .
	git commit -q -m 'Numbers'
	tag v1.0
	git push -q origin main v1.0
	git checkout -q -b upstream
	change mm/n 1 upstream
	change arch/x86/n 1 upstream
	change virt/n 1 upstream
	commit mm/new
	tag v1.1
	git checkout -q main
}

# merge_with COMMAND...: merges v1.1 into main; what COMMAND does to the files
# becomes part of the merge.
merge_with() {
	test_tick
	git merge -q --no-ff --no-commit v1.1 >/dev/null || :
	"$@"
	git add -A
	git commit -q --no-edit
}

@test "a clean merge is accepted" {
	commit virt/b
	merge v1.1
	in_turn ok origin v1.1 main
	assert_no_finding
}

@test "an evil merge is refused" {
	commit virt/b
	merge_with sed -i 15s/.*/evil/ mm/n
	in_turn refused origin v1.1 main
	assert_only_finding merge-changes error
	assert_output_has "$(git rev-parse --short=12 HEAD) Merge"
	assert_output_has "mm/n  (mm, tree mm)"
	assert_output_has "merging its parents gives another result"
}

@test "a merge that adds or removes a foreign file is refused" {
	commit virt/b
	merge_with touch mm/evil
	in_turn refused origin v1.1 main
	assert_only_finding merge-changes error
	git reset -q --hard HEAD~
	merge_with rm arch/x86/a
	in_turn refused origin v1.1 main
	assert_only_finding merge-changes error
}

@test "a merge that changes a foreign file's mode is refused" {
	commit virt/b
	merge_with chmod +x mm/n
	in_turn refused origin v1.1 main
	assert_only_finding merge-changes error
}

@test "a merge that changes one's own files is no error" {
	commit virt/b
	merge_with sed -i 15s/.*/own/ virt/n
	in_turn ok origin v1.1 main
}

@test "a merge that changes one's own files is a warning" {
	commit virt/b
	merge_with sed -i 15s/.*/own/ virt/n
	in_turn ok origin v1.1 main
	assert_only_finding merge-changes warn
}

@test "'-s ours' that drops upstream's change is refused" {
	commit virt/b
	merge -s ours v1.1
	in_turn refused origin v1.1 main
	assert_only_finding merge-changes error
	assert_output_has "mm/n"
}

@test "'-s ours' of one's own work is no error" {
	git checkout -q -b topic
	commit virt/topic
	git checkout -q main
	commit virt/b
	merge -s ours topic
	push_ok origin main
}

@test "a merge that takes back one foreign file is refused" {
	commit virt/b
	merge_with git checkout -q v1.0 -- arch/x86/n
	in_turn refused origin v1.1 main
	assert_only_finding merge-changes error
}

@test "a foreign file that both sides changed, and that merges cleanly" {
	# Foreign at both ends: v1.1 has one, an older release has the other.
	git checkout -q -b stable v1.0
	change mm/n 30 stable
	tag v1.0.1
	git checkout -q main
	git merge -q --ff-only v1.0.1
	merge v1.1
	in_turn ok origin v1.0.1 v1.1 main
	assert_no_finding
	git reset -q --hard HEAD~
	merge_with sed -i 15s/.*/evil/ mm/n
	push_refused origin main:refs/heads/evil
	assert_only_finding merge-changes error
}

@test "a conflict resolved by hand in a foreign path is a warning" {
	git checkout -q -b stable v1.0
	change mm/n 1 stable
	tag v1.0.1
	git checkout -q main
	git merge -q --ff-only v1.0.1
	merge_with sed -i '/^[<=>]/d' mm/n
	in_turn ok origin v1.0.1 v1.1 main
	assert_only_finding merge-changes warn
	assert_output_has "resolves a conflict by hand in paths of mm"
}

@test "a resolution hides no change outside of the conflict" {
	git checkout -q -b stable v1.0
	change mm/n 1 stable
	tag v1.0.1
	git checkout -q main
	git merge -q --ff-only v1.0.1
	merge_with sed -i -e '/^[<=>]/d' -e '$s/.*/evil/' mm/n
	in_turn refused origin v1.0.1 v1.1 main
	assert_finding merge-changes error
}

@test "a conflict in one file excuses no change to another" {
	git checkout -q -b stable v1.0
	change mm/n 1 stable
	tag v1.0.1
	git checkout -q main
	git merge -q --ff-only v1.0.1
	merge_with sed -i -e '/^[<=>]/d' -e '20s/.*/evil/' mm/n arch/x86/n
	in_turn refused origin v1.0.1 v1.1 main
	assert_finding merge-changes error
	assert_output_has "arch/x86/n"
}

@test "a clean octopus is accepted" {
	commit virt/b
	git checkout -q -b topic v1.0
	commit virt/topic
	git checkout -q main
	merge v1.1 topic
	[ "$(git cat-file -p HEAD | grep -c ^parent)" -eq 3 ]
	in_turn ok origin v1.1 main
	assert_no_finding
}

@test "an octopus of topics on different releases is accepted" {
	git checkout -q -b release v1.1
	change mm/n 2 'more of upstream'
	tag v1.2
	git checkout -q -b topic-1 v1.1
	commit virt/topic-1
	git checkout -q -b topic-2 v1.2
	commit virt/topic-2
	git checkout -q main
	commit virt/b
	merge topic-1 topic-2
	[ "$(git cat-file -p HEAD | grep -c ^parent)" -eq 3 ]
	in_turn ok origin v1.1 v1.2 main
	assert_no_finding
}

# Two of upstream's releases that change both ends of one foreign file.
@test "an octopus of releases that change one file is accepted" {
	local evil

	git checkout -q -b other v1.0
	change mm/n 30 other
	tag v1.0.1
	git checkout -q main
	commit virt/b
	push_ok origin v1.1 v1.0.1 main
	merge v1.1 v1.0.1
	[ "$(git cat-file -p HEAD | grep -c ^parent)" -eq 3 ]
	git branch octopus
	sed -i 15s/.*/evil/ mm/n
	git commit -q --amend --no-edit mm/n
	push_refused origin main
	assert_only_finding merge-changes error
	assert_output_has 'mm/n  (mm, tree mm)'
	# One that leaves a release's change out.
	git show v1.1:mm/n >mm/n
	git commit -q --amend --no-edit mm/n
	push_refused origin main
	assert_only_finding merge-changes error
	push_ok origin octopus:main
	assert_no_finding
}

# A tree made by hand of three heads of which two conflict.
@test "an octopus with a conflict, resolved by hand" {
	git checkout -q -b other v1.0
	change mm/n 1 other
	tag v1.0.1
	git checkout -q -b topic v1.0
	commit virt/topic
	push_ok origin v1.1 v1.0.1 topic
	git checkout -q v1.1
	git show topic:virt/topic >virt/topic
	sed -i '1s/.*/both/' mm/n
	git add .
	git reset -q --soft "$(git commit-tree -p v1.0^0 -p v1.1^0 \
		-p v1.0.1^0 -p topic -m Merge "$(git write-tree)")"
	push_ok origin HEAD:refs/heads/x
	assert_only_finding merge-changes warn
	assert_output_has 'mm/n  (mm, tree mm)'
	sed -i '15s/.*/evil/' mm/n
	git commit -q --amend --no-edit mm/n
	push_refused origin HEAD:refs/heads/y
	assert_only_finding merge-changes error
}

# A clock that is off: the first release is met twice before its descendants
# say that it is no merge base.
@test "a clean octopus is accepted whatever the clocks" {
	local base old="@100000000 +0000"

	git reset -q --soft "$(GIT_COMMITTER_DATE="$old" git commit-tree \
		-p "v1.0^{}" -m 'Long ago' 'HEAD^{tree}')"
	change mm/n 1 base
	base="$(git rev-parse HEAD)"
	without_hook kvm git push -q origin main
	change mm/n 30 release
	git reset -q --soft "$(git commit-tree -p "$base" -p "v1.0^{}" \
		-m 'Release' 'HEAD^{tree}')"
	tag v1.2
	git checkout -q -b one "$base"
	git reset -q --soft "$(git commit-tree -p "$base" -p "v1.0^{}" \
		-m 'One' 'HEAD^{tree}')"
	commit virt/one
	git checkout -q -b two "$base"
	commit virt/two
	git checkout -q one
	merge v1.2 two
	[ "$(git rev-list --parents -1 HEAD | wc -w)" = 4 ] || fail 'no octopus'
	in_turn ok origin v1.2 one:main
	assert_no_finding
}

@test "an evil octopus is refused" {
	local merge

	commit virt/b
	git checkout -q -b topic v1.0
	commit virt/topic
	git checkout -q main
	merge v1.1 topic
	sed -i 15s/.*/evil/ mm/n
	git commit -q --amend --no-edit mm/n
	[ "$(git cat-file -p HEAD | grep -c ^parent)" -eq 3 ]
	in_turn refused origin v1.1 main
	assert_only_finding merge-changes error
	assert_output_lacks 'compared file by file'
	# An octopus that leaves upstream's change out.
	merge="$(git commit-tree -p HEAD~ -p v1.1^0 -p topic -m 'Merge' \
		HEAD~^{tree})"
	in_turn refused origin v1.1 "$merge:refs/heads/main"
	assert_only_finding merge-changes error
}

@test "a merge with one parent twice, or of nothing new, hides nothing" {
	local merge

	commit virt/b
	sed -i 15s/.*/evil/ mm/n
	git add mm/n
	# git commit-tree would leave the second one out.
	merge="$(git commit-tree -p HEAD -m Merge "$(git write-tree)")"
	merge="$(git cat-file commit "$merge" | sed '/^parent/p' |
		git hash-object -w -t commit --stdin)"
	push_refused origin "$merge:refs/heads/main"
	assert_only_finding foreign-path error
	git reset -q --hard
	sed -i 15s/.*/evil/ mm/n
	git add mm/n
	merge="$(git commit-tree -p HEAD -p HEAD~ -m Merge "$(git write-tree)")"
	push_refused origin "$merge:refs/heads/main"
	assert_only_finding merge-changes error
	merge="$(git commit-tree -p HEAD -p HEAD~ -m Merge 'HEAD^{tree}')"
	push_ok origin "$merge:refs/heads/main"
}

@test "a criss-cross merge that git merges cleanly is accepted" {
	# Two merges of the same two commits, either way round, then merged.
	git checkout -q -b left v1.1
	git checkout -q -b stable v1.0
	change mm/n 30 stable
	tag v1.0.1
	commit virt/stable
	git checkout -q left
	commit virt/left
	git checkout -q -b cross-1 left
	merge stable
	change virt/n 10 cross-1
	git checkout -q -b cross-2 stable
	merge left
	change virt/n 20 cross-2
	[ "$(git merge-base --all cross-1 cross-2 | wc -l)" -eq 2 ]
	git checkout -q cross-1
	merge cross-2
	in_turn ok origin v1.0.1 v1.1 cross-1:main
	assert_no_finding
	sed -i 15s/.*/evil/ mm/n
	git commit -q --amend --no-edit mm/n
	push_refused origin cross-1:refs/heads/evil
	assert_only_finding merge-changes error
}

@test "a merge of unrelated histories is accepted, an evil one is not" {
	git checkout -q --orphan other
	git rm -q -r -f .
	commit virt/other
	git checkout -q main
	merge --allow-unrelated-histories other
	push_ok origin main
	assert_no_finding
	sed -i 15s/.*/evil/ mm/n
	git commit -q --amend --no-edit mm/n
	push_refused origin main:refs/heads/evil
	assert_only_finding merge-changes error
}

@test "a merge of mainline work done by rename is accepted" {
	# git's merge follows a rename that a comparison by name cannot.
	git checkout -q -b stable v1.0
	change mm/n 30 stable
	tag v1.0.1
	git checkout -q -b renamed v1.0
	git mv mm/n mm/m
	git commit -q -m 'Rename'
	tag v1.2
	git checkout -q main
	git merge -q --ff-only v1.0.1
	commit virt/b
	merge v1.2
	[ "$(tail -1 mm/m)" = stable ]
	in_turn ok origin v1.0.1 v1.2 main
	assert_no_finding
}

# Subtrees: another project's history, put into a directory.

# v2.0 is that project's, with its files at the root.
subtree() {
	git checkout -q --orphan other main
	git rm -q -rf .
	numbers n
	numbers lib/n
	git add . && git commit -q -m 'Another project'
	tag v2.0
	git checkout -q main
	test_tick
	git merge -q -s ours --no-commit --allow-unrelated-histories v2.0
	git read-tree --prefix=mm/sub/ -u v2.0
	git commit -q -m 'Merge the other project into mm/sub'
	git push -q origin v2.0
}

# renamed COMMAND...: upstream renames virt/sub to virt/moved; COMMAND changes
# main, and the two are merged without a look at directories renamed.
renamed() {
	mkdir virt/sub
	numbers virt/sub/a
	numbers virt/sub/b
	git add virt && git commit -q -m 'Two files'
	in_turn ok origin main
	git checkout -q -b moved
	git mv virt/sub virt/moved
	git commit -q -m 'Rename'
	git checkout -q main
	test_tick
	"$@"
	git add -A && git commit -q -m 'Ours'
	test_tick
	git -c merge.directoryRenames=false merge -q --no-ff -m Merge moved ||
		git checkout -q moved -- virt/moved
	git add -A && git diff --cached --quiet || git commit -q --no-edit
	in_turn ok origin main
}

@test "a new file that stays in a directory that the other side renamed" {
	# git merge asks whether it is to move along.
	renamed touch virt/sub/new
	git cat-file -e HEAD:virt/sub/new
	assert_only_finding merge-changes info
}

@test "a new file beside a directory that the other side renamed" {
	renamed touch virt/new
	assert_no_finding
}

@test "a file that both sides rename, each to another name, is kept twice" {
	# git merge makes our change in both.
	twice() { git mv virt/sub/a virt/a2 && sed -i 1s/.*/ours/ virt/a2; }
	renamed twice
	git cat-file -e HEAD:virt/moved/a
	git cat-file -e HEAD:virt/a2
	assert_only_finding merge-changes info
}

@test "a file that both sides remove" {
	remove_one() {
		git checkout -q moved
		git rm -q virt/moved/a
		git commit -q -m 'Remove'
		git checkout -q main
		git rm -q virt/sub/a
	}
	renamed remove_one
	assert_no_finding
}

@test "a subtree merge, and one that changes what it merges" {
	subtree
	push_ok origin main
	assert_no_finding
	git checkout -q other
	change lib/n 1 new
	tag v2.1
	git checkout -q main
	merge -s subtree v2.1
	in_turn ok origin v2.1 main
	assert_no_finding
	git checkout -q other
	change lib/n 2 newer
	tag v2.2
	git checkout -q main
	merge -s subtree v2.2
	sed -i 15s/.*/evil/ mm/sub/lib/n
	git commit -q --amend --no-edit mm/sub/lib/n
	in_turn refused origin v2.2 main
	assert_only_finding merge-changes error
	assert_output_has 'mm/sub/lib/n  (mm, tree mm)'
	assert_output_has 'a subtree merge into mm/sub, compared file by file'
}

@test "a subtree merge that changes something beside it" {
	subtree
	sed -i 15s/.*/evil/ mm/n
	git commit -q --amend --no-edit mm/n
	push_refused origin main
	assert_only_finding merge-changes error
	assert_output_has 'mm/n  (mm, tree mm)'
	assert_output_lacks 'mm/sub/lib'
}

@test "a submodule in the place of a directory is not that directory" {
	local tree

	git checkout -q --orphan other main
	git rm -q -rf .
	git read-tree -m -u main:arch
	git commit -q -m 'What is in arch, without arch'
	git checkout -q main
	tree="$(git rev-parse main:arch)"
	git rm -q -r --cached arch
	git update-index --add --cacheinfo "160000,$tree,arch"
	git reset -q --soft "$(git commit-tree -p main -p other \
		-m "Merge branch 'other' into arch" "$(git write-tree)")"
	push_refused origin main
	assert_only_finding merge-changes error
	assert_output_has 'arch/x86/n  (x86, tree tip)'
}

# move_into DIR: a project that begins with what DIR has, and changes that; main
# has its first commit, and gets the second by a subtree merge into DIR.
move_into() {
	git checkout -q --orphan other main
	git rm -q -rf .
	git read-tree -m -u "main:$1"
	git commit -q -m "What is in $1, without $1"
	git checkout -q main
	merge -s ours --allow-unrelated-histories other
	git checkout -q other
	change "$2" 15 moved
	git checkout -q main
	merge -X "subtree=$1" other
	[ "$(git diff --name-only HEAD^)" = "$1/$2" ] || fail 'no subtree merge'
}

@test "a subtree merge moves no new commit to what others own" {
	move_into arch x86/n
	push_refused origin main
	assert_only_finding merge-changes error
	assert_output_has 'arch/x86/n  (x86, tree tip)'
}

@test "a subtree merge moves new commits to what is one's own" {
	move_into virt n
	push_ok origin main
	assert_no_finding
}

@test "a subtree merge into what was a file" {
	commit virt/sub
	push_ok origin main
	git checkout -q --orphan other main
	git rm -q -rf .
	numbers n
	git add . && git commit -q -m 'Another project'
	git checkout -q main
	git merge -q -s ours --no-commit --allow-unrelated-histories other
	git rm -q virt/sub
	git read-tree --prefix=virt/sub/ -u other
	git commit -q -m 'Merge the other project into virt/sub'
	push_ok origin main
	assert_only_finding merge-changes warn
	assert_output_has 'virt/sub  (kvm, tree kvm)'
}

# project PATH...: another project with these files, on the branch other.
project() {
	local path

	git checkout -q --orphan other main
	git rm -q -rf .
	for path; do
		numbers "$path"
	done
	git add . && test_tick && git commit -q -m 'Another project'
	git checkout -q main
}

# join DIR: merges the other project into DIR, where it is not yet.
join() {
	test_tick
	git merge -q -s ours --no-commit --allow-unrelated-histories other
	git read-tree --prefix="$1/" -u other
	git commit -q -m "Merge the other project into $1"
}

@test "own work moved into a directory of others, in two pushes" {
	project sub/n
	push_ok origin other
	join arch/x86
	push_refused origin main
	assert_only_finding merge-changes error
	assert_output_has 'arch/x86/sub/n  (x86, tree tip)'
	git reset -q --hard origin/main
	join virt/x
	push_ok origin main
	assert_no_finding
	git checkout -q other
	change sub/n 1 more
	push_ok origin other
	git checkout -q main
	merge -X subtree=virt/x other
	push_ok origin main
	assert_no_finding
}

@test "own work on a directory of others, joined before, in two pushes" {
	git checkout -q --orphan other main
	git rm -q -rf .
	git read-tree -m -u main:arch
	git commit -q -m 'What is in arch'
	git checkout -q main
	merge -s ours --allow-unrelated-histories other
	push_ok origin main
	git checkout -q other
	change x86/n 15 evil
	commit x86/new
	push_ok origin other
	git checkout -q main
	merge -X subtree=arch other
	push_refused origin main
	assert_only_finding merge-changes error
	assert_output_has 'arch/x86/n  (x86, tree tip)'
	assert_output_has 'arch/x86/new  (x86, tree tip)'
}

@test "new files that nobody may own, moved into a directory" {
	sed -i '/^commons/a unowned = deny\ncommons = other/' "$POLICY"
	project other/n
	push_ok origin other
	join docs
	push_refused origin main
	assert_only_finding merge-changes error
	assert_output_has 'docs/other/n'
	git reset -q --hard origin/main
	join virt/docs
	push_ok origin main
	assert_no_finding
}

@test "a merge that drops upstream's change is no subtree merge" {
	commit README
	git checkout -q upstream
	commit README -m 'Add a README'
	tag v1.2
	push_ok origin v1.1 v1.2
	git checkout -q main
	merge -s ours v1.2
	mkdir virt/docs
	git show v1.2:README >virt/docs/README
	git add virt/docs
	git commit -q --amend --no-edit
	push_refused origin main
	assert_finding merge-changes error
	assert_output_has 'mm/n  (mm, tree mm)'
	git reset -q --hard origin/main
	merge v1.2
	push_ok origin main
	assert_no_finding
}

# The other project is joined first, so the merge could be one into virt/docs.
@test "nor is it one with another project's history in between" {
	local path

	project README lib/n
	join virt/docs
	push_ok origin main
	git checkout -q other
	change README 1 newer
	change lib/n 1 newer
	merge --allow-unrelated-histories v1.1
	tag v1.2
	push_ok origin v1.1 v1.2
	git checkout -q main
	for path in README lib/n; do
		git show "v1.2:$path" >"virt/docs/$path"
	done
	git add virt/docs
	git reset -q --soft "$(git commit-tree -p origin/main -p v1.2^0 \
		-m 'Merge v1.2 into virt/docs' "$(git write-tree)")"
	push_refused origin main
	assert_finding merge-changes error
	assert_output_has 'mm/n  (mm, tree mm)'
	assert_output_has 'mm/new  (mm, tree mm)'
}

@test "a directory moved below another, and a release merged" {
	sed -i '/^\[subsystem "mm"\]/,/^path/s,^path.*,&\npath = tools/,' \
		"$POLICY"
	git checkout -q -b lib v1.0
	numbers lib/n
	numbers lib/m
	git add . && git commit -q -m Lib
	tag v1.0.1
	without_hook kvm git push -q origin v1.0.1 HEAD:main
	git checkout -q -B main v1.0.1
	git checkout -q -b next v1.0.1
	change lib/n 1 one
	change lib/m 1 one
	tag v1.0.2
	push_ok origin v1.0.2
	git checkout -q main
	mkdir tools
	git mv lib tools/lib
	git commit -q -m 'Move lib'
	without_hook kvm git push -q origin main
	merge v1.0.2
	push_ok origin main
	assert_no_finding
	sed -i 15s/.*/evil/ tools/lib/n
	git commit -q --amend --no-edit tools/lib/n
	git push -q --force origin main~1:refs/heads/auto-x
	push_refused origin main:refs/heads/other
	assert_only_finding merge-changes error
	assert_output_lacks 'subtree merge'
}

@test "git subtree add and pull, with --squash and without" {
	local squash

	for squash in --squash ''; do
		project README sub/n
		git subtree -q add -P "virt/dts$squash" $squash other
		push_ok origin main
		assert_no_finding
		git checkout -q other
		change sub/n 1 new
		git rm -q README
		commit sub/m
		git checkout -q main
		git subtree merge -q -P "virt/dts$squash" $squash other
		[ -e "virt/dts$squash/sub/m" ] || fail 'no subtree merge'
		push_ok origin main
		assert_no_finding
		git branch -q -D other
	done
}

# merges_with_own_line: the next subtree merge changes a line by itself, and is
# known as one.
merges_with_own_line() {
	git checkout -q other
	change sub/n 1 new
	git checkout -q main
	merge -X subtree=virt/dts other
	sed -i 15s/.*/own/ virt/dts/sub/n
	git commit -q --amend --no-edit virt/dts/sub/n
	push_ok origin main
	assert_only_finding merge-changes warn
	assert_output_has 'a subtree merge into virt/dts'
}

@test "a subtree merge after one of a topic on the other project" {
	project README sub/n
	join virt/dts
	git checkout -q -b topic other
	change README 1 topic
	git checkout -q main
	merge -X subtree=virt/dts topic
	push_ok origin main
	assert_no_finding
	merges_with_own_line
}

# More commits than are listed to look for an earlier join.
@test "a subtree merge of a long history" {
	local i from tree

	unset from
	project README sub/n
	tree="$(git rev-parse 'other^{tree}')"
	for ((i = 1; i <= 10001; i++)); do
		printf 'commit refs/heads/other\ncommitter A <a@x> %d +0000\ndata 1\nx\n%s' \
			$i "${from-from refs/heads/other^0$'\n'}"
		from=
	done | git -c fastimport.unpackLimit=0 fast-import --quiet
	[ "$(git rev-parse 'other^{tree}')" = "$tree" ]
	join virt/dts
	without_hook kvm git push -q origin main
	merges_with_own_line
	# Where it was never joined, it is none.
	git checkout -q other
	change sub/n 2 newer
	git checkout -q main
	git mv virt/dts virt/moved
	git commit -q -m 'Move it'
	merge -X subtree=virt/moved other
	sed -i 16s/.*/own/ virt/moved/sub/n
	git commit -q --amend --no-edit virt/moved/sub/n
	try_push origin main
	assert_output_lacks 'a subtree merge'
}

# join_again LINE: mm/n is in the other project, too, and changes there.
join_again() {
	project mm/n sub/n
	git checkout -q other
	tag v2.0
	git checkout -q main
	join virt/dts
	in_turn ok origin v2.0 main
	git checkout -q other
	change mm/n "$1" newer
	tag v2.1
	git checkout -q main
	merge -X subtree=virt/dts v2.1
	push_ok origin v2.1
	[ "$(git diff --name-only HEAD^)" = virt/dts/mm/n ] ||
		fail 'no subtree merge'
}

# Where histories are related so, nobody knows for which file a change is meant.
@test "a subtree merge drops a change that fits a file of others" {
	join_again 1
	push_refused origin main
	assert_only_finding merge-changes error
	assert_output_has 'mm/n  (mm, tree mm)'
}

@test "nor may it if these have changed the file elsewhere" {
	merge v1.1
	in_turn ok origin v1.1 main
	join_again 30
	push_refused origin main
	assert_only_finding merge-changes error
	assert_output_has 'mm/n  (mm, tree mm)'
}

@test "a subtree merge leaves a file of others that the change does not fit" {
	merge v1.1
	in_turn ok origin v1.1 main
	join_again 1
	push_ok origin main
	assert_no_finding
}

@test "a subtree merge puts a new file into its directory, or drops it" {
	join_again 1
	git reset -q --hard origin/main
	git checkout -q other
	git reset -q --hard v2.0
	commit mm/more sub/m
	tag v2.2
	push_ok origin v2.2
	git checkout -q main
	merge -X subtree=virt/dts v2.2
	git rm -q virt/dts/mm/more
	git commit -q --amend --no-edit --allow-empty
	push_refused origin main
	assert_only_finding merge-changes error
	assert_output_has 'mm/more  (mm, tree mm)'
	git reset -q --hard origin/main
	merge -X subtree=virt/dts v2.2
	push_ok origin main
	assert_no_finding
}

@test "a subtree merge of many files that others would own elsewhere" {
	local i paths=()

	for i in {1..120}; do
		paths+=("arch/x86/$i")
	done
	project "${paths[@]}" sub/n
	git checkout -q other
	tag v2.0
	git checkout -q main
	join virt/dts
	push_ok origin v2.0
	push_ok origin main
	assert_no_finding
	git checkout -q other
	sed -i 1s/.*/new/ arch/x86/*
	git commit -q -a -m 'All of them'
	tag v2.1
	git checkout -q main
	merge -X subtree=virt/dts v2.1
	push_ok origin v2.1
	push_ok origin main
	assert_no_finding
}

# Many merges: one git makes all of them again.

resolve() {
	sed -i '/^[<=>]/d' mm/n
	[ "$1" = good ] || sed -i '$s/.*/evil/' mm/n
}

# conflict KIND BRANCH TEXT: a merge whose conflict in mm/n is resolved by
# hand; an evil one changes something else there too.
conflict() {
	git checkout -q -b "$2" v1.0
	change mm/n 1 "$3"
	merge_with resolve "$1"
}

# odd KIND...: a branch odd-N for each, with such a merge. Only git knows what
# becomes of virt/n, whose mode one side changes.
odd() {
	local kind n=0

	for kind; do
		n=$((n + 1))
		git checkout -q -b "odd-$n" v1.0
		change mm/n 1 "stable $n"
		chmod +x virt/n
		change virt/n 30 "stable $n"
		tag "v1.0.$n"
		merge_with resolve "$kind"
	done
}

# fake_git: a git that does what stdin says where it is asked for merges.
fake_git() {
	local git="$(command -v git)"

	{
		printf '#!/bin/sh\ngit() { "%s" "$@"; }\n' "$git"
		printf 'case "$*" in *merge-tree*)\n%s\n;; esac\n' "$(cat)"
		echo 'git "$@"'
	} >"$BATS_TEST_TMPDIR/bin/git"
	chmod +x "$BATS_TEST_TMPDIR/bin/git"
}

# judge REVISION...: audits without another git in between, whose own programs
# would stand before the fake one.
judge() {
	status=0
	output="$(git-treaty audit --policy "$POLICY" --tree kvm \
		--format json "$@" 2>"$TMPDIR/stderr")" || status=$?
	diagnostics="$(cat "$TMPDIR/stderr")"
	rm -f "$TMPDIR/stderr" "$BATS_TEST_TMPDIR/bin/git"
	no_crash "$diagnostics"
}

@test "a conflict in a file that both sides changed needs no git" {
	local changes='.findings[] | select(.rule == "merge-changes")'

	conflict good good stable
	conflict evil evil stable
	fake_git <<<'exit 1'
	judge good
	[ "$(json -r "$changes | .severity + .paths[].path")" = warnmm/n ]
	fake_git <<<'exit 1'
	judge evil
	[ "$(json -r "$changes | .severity + .paths[].path")" = errormm/n ]
}

@test "many merges in one push" {
	odd good good good good
	push_ok origin 'refs/tags/v1.*:refs/tags/v1.*'
	push_ok origin 'refs/heads/odd-*:refs/heads/odd-*'
	assert_only_finding merge-changes warn
}

@test "many merges in one push of which one is evil" {
	odd good good evil good
	push_ok origin 'refs/tags/v1.*:refs/tags/v1.*'
	push_refused origin 'refs/heads/odd-*:refs/heads/odd-*'
	assert_finding merge-changes error
	assert_output_has "$(git rev-parse --short=12 odd-3) Merge"
}

@test "many merges are judged at one go as they are one by one" {
	local n single=

	odd good evil good evil
	# Without one, dates are not relied on: a second walk must confirm them.
	git commit-graph write --reachable
	for n in 1 2 3 4; do
		judge "odd-$n"
		single+="$(json -c '.findings[]')"$'\n'
	done
	echo 0 >runs
	fake_git <<<'echo $(($(cat runs) + 1)) >runs'
	judge odd-1 odd-2 odd-3 odd-4
	[ "$(cat runs)" -eq 1 ] || fail "git was run $(cat runs) times"
	[ "$(json -c '.findings[]' | sort)" = "$(sed /^$/d <<<"$single" | sort)" ]
	[ "$(json '.findings[].severity' | sort | uniq -c | xargs)" = \
		'2 error 2 warn' ]
}

# cross LEFT RIGHT ONE TWO: left and right, each merged into the other (cross-1
# and cross-2), and these merged again. Each changes that line: PATH LINE.
# shellcheck disable=SC2086
cross() {
	git checkout -q -b left v1.0
	change $1 left
	git checkout -q -b right v1.0
	change $2 right
	git checkout -q -b cross-1 left
	merge right
	change $3 cross-1
	git checkout -q -b cross-2 right
	merge left
	change $4 cross-2
	[ "$(git merge-base --all cross-1 cross-2 | wc -l)" -eq 2 ]
	git checkout -q cross-1
	merge cross-2
}

@test "two merge bases that changed different files need no git" {
	cross 'virt/n 10' 'virt/a 1' 'virt/a 1' 'virt/n 10'
	fake_git <<<'exit 1'
	judge cross-1
	assert_status 0
	[ "$(json '.findings | length')" -eq 0 ]
	# This one has what neither side has, or what only one base has.
	for text in evil left; do
		sed -i "10s/.*/$text/" virt/n
		git commit -q --amend --no-edit virt/n
		judge cross-1
		[ "$(json -r '.findings[] | .rule + " " + .severity')" = \
			'merge-changes warn' ]
	done
}

@test "two merge bases that changed one file need no git" {
	cross 'virt/n 10' 'virt/n 20' 'virt/n 1' 'virt/n 30'
	fake_git <<<'exit 1'
	judge cross-1
	assert_status 0
	[ "$(json '.findings | length')" -eq 0 ]
	sed -i '15s/.*/evil/' virt/n
	git commit -q --amend --no-edit virt/n
	fake_git <<<'exit 1'
	judge cross-1
	[ "$(json -r '.findings[] | .rule + " " + .severity')" = \
		'merge-changes warn' ]
}

@test "a git that dies over many merges is asked for each" {
	local all

	odd good evil good
	judge odd-1 odd-2 odd-3
	all="$output"
	[ "$(json '.findings | length')" -eq 3 ]
	fake_git <<-'EOP'
		cat >in
		[ "$(wc -l <in)" -eq 1 ] || {
			head -2 in | git "$@"
			kill -9 $$
		}
		exec <in
	EOP
	judge odd-1 odd-2 odd-3
	[ "$output" = "$all" ] || fail 'another verdict'
}

@test "a git that dies, or answers nonsense, leaves merges undecided" {
	local body
	local -A says=(
		['kill -9 $$']='failed (exit status 137)'
		['git "$@" >/dev/null; exit 1']='failed (exit status 1)'
		['echo "fatal: no tree" >&2; exit 128']='128): fatal: no tree'
		['printf "a\n\033[1m\n" >&2; exit 3']='status 3): a \x1b[1m'
		['echo usage >&2; exit 129']='too old (2.39'
		['exit 0']='answered nonsense'
		['git "$@" | head -c -1; exit']='answered nonsense'
		['git "$@"; printf "1\0"; exit']='answered nonsense'
		['git "$@" | sed "s/^0/1/"; exit']='answered nonsense'
		['git "$@" | tr "\0" "\n"; exit']='answered nonsense'
		['yes | head -c 5000; exit']='answered nonsense'
	)

	odd good good
	for body in "${!says[@]}"; do
		fake_git <<<"$body"
		judge odd-1 odd-2
		assert_undecided
		[[ $diagnostics == *"${says[$body]}"* ]] ||
			fail "expected: ${says[$body]}"
	done
	judge odd-1 odd-2
	assert_status 0
}

@test "a git that makes merges ends with whoever asked it" {
	local asking git i

	odd good good
	fake_git <<<'cat >in; echo $$ >pid; exec sleep 997'
	git-treaty audit --policy "$POLICY" --tree kvm odd-1 odd-2 &
	asking=$!
	for ((i = 0; i < 100; i++)); do
		[ ! -s pid ] || break
		sleep 0.1
	done
	git="$(cat pid)"
	kill -0 "$git"
	kill -9 "$asking"
	wait "$asking" || :
	for ((i = 0; i < 50; i++)); do
		kill -0 "$git" 2>/dev/null || break
		sleep 0.1
	done
	rm -rf "$TMPDIR"/git-treaty.*
	! kill -0 "$git" 2>/dev/null || { kill "$git"; fail 'it runs on'; }
}

# What no rule asks for

@test "no merge is made again where the rule is off" {
	add_policy <<-'EOP'
		[rule "merge-changes"]
		severity = off
	EOP
	odd evil evil
	fake_git <<<'exit 1'
	judge odd-1 odd-2
	assert_status 0
}

@test "a mark that a merge brings in is found where the rule is off" {
	add_policy <<-'EOP'
		[rule "merge-changes"]
		severity = off
	EOP
	git checkout -q -b marked v1.0
	change mm/n 1 stable
	tag v1.0.1
	merge_with resolve good
	in_turn ok origin v1.0.1 v1.1 marked
	assert_no_finding
	mkdir -p Next
	touch Next/SHA1s
	git add Next
	git commit -q --amend --no-edit
	push_refused origin marked:refs/heads/other
	assert_only_finding forbidden-base error
}
