# SPDX-License-Identifier: GPL-2.0-only
# What somebody sends who means harm: what would be refused stays refused, and
# what is too much to judge is said to be, soon. Each with an accepted twin.

load lib

ZERO=0000000000000000000000000000000000000000

setup() {
	sandbox
	default_policy
	add_policy <<-'EOP'
		[shared-tag "noinstr-*"]
		tree   = tip
		signed = no
	EOP
	kvm_server
}

seed() {
	commit virt/a mm/a arch/x86/a -m 'Everything'
	mkdir -p arch/x86
	seq 12 >arch/x86/n
	git add .
	git commit -q -m 'Numbers'
	tag v1.0
	git push -q origin main v1.0
}

# Upstream has both v1.1, which changes arch/x86/a and arch/x86/n, and v1.2,
# which deletes the one and changes the other in the same place.
two_upstreams() {
	commit arch/x86/a
	sed -i s/^6$/one/ arch/x86/n
	git commit -q -a -m 'One'
	tag v1.1
	git checkout -q --detach v1.0
	git rm -q arch/x86/a
	sed -i s/^6$/two/ arch/x86/n
	git commit -q -a -m 'Two'
	tag v1.2
	without_hook kvm git push -q origin v1.1 v1.2
}

# merge_upstreams COMMAND...: merges them, taking v1.1's side of both; what
# COMMAND does then becomes part of the merge.
merge_upstreams() {
	git checkout -q --detach v1.1
	test_tick
	git merge -q --no-commit v1.2 >/dev/null 2>&1 || :
	git checkout -q v1.1 -- arch/x86
	"$@"
	git add -A
	git commit -q -m 'Merge v1.2'
}

# put_tree: stdin, `MODE NAME OBJECT` lines in git's order, becomes a tree as
# it is.
put_tree() {
	local mode name object

	while read -r mode name object; do
		printf '%s %s\0' "$mode" "$name"
		# shellcheck disable=SC2001,SC2059
		printf "$(sed 's/../\\x&/g' <<<"$object")"
	done | git hash-object -t tree -w --literally --stdin
}

# hook_input OLD NEW REF: judges this update of objects that the clone has.
hook_input() {
	echo "$1 $2 $3" >"$BATS_TEST_TMPDIR/input"
	GIT_ALTERNATE_OBJECT_DIRECTORIES="$PWD/.git/objects" \
		run_hook "$SERVER" pre-receive <"$BATS_TEST_TMPDIR/input"
}

# Resolutions that resolve nothing

@test "one parent's side of a modify/delete conflict is a warning" {
	two_upstreams
	merge_upstreams true
	push_ok origin HEAD:refs/heads/kept
	assert_only_finding merge-changes warn
	merge_upstreams rm arch/x86/a
	push_ok origin HEAD:refs/heads/deleted
	assert_only_finding merge-changes warn
}

@test "a modify/delete conflict is no licence to rewrite the file" {
	two_upstreams
	merge_upstreams eval 'echo evil >arch/x86/a'
	push_refused origin HEAD:refs/heads/x
	assert_finding merge-changes error
	assert_output_has arch/x86/a
}

@test "a conflict is no licence to make the file a symbolic link" {
	two_upstreams
	merge_upstreams ln -sf /etc/passwd arch/x86/n
	push_refused origin HEAD:refs/heads/x
	assert_finding merge-changes error
	assert_output_has arch/x86/n
}

@test "a conflict is no licence to change the file's mode" {
	two_upstreams
	merge_upstreams chmod +x arch/x86/n
	push_refused origin HEAD:refs/heads/x
	assert_finding merge-changes error
	assert_output_has arch/x86/n
}

@test "a conflict is no licence to delete the file" {
	two_upstreams
	merge_upstreams rm arch/x86/n
	push_refused origin HEAD:refs/heads/x
	assert_finding merge-changes error
	assert_output_has arch/x86/n
}

# Shared tags

@test "a shared tag with a foreign file resolved by hand does not count" {
	local upstream

	git checkout -q -b one v1.0
	commit mm/a
	tag v1.1
	upstream=$(git rev-parse HEAD)
	git checkout -q -b two v1.0
	git rm -q mm/a
	git commit -q -m 'Delete'
	tag v1.2
	without_hook kvm git push -q origin v1.1 v1.2

	git checkout -q -b x86 v1.2
	commit arch/x86/a
	tag noinstr-1
	git checkout -q -b good v1.0
	commit virt/a
	merge noinstr-1
	in_turn ok origin good noinstr-1

	git checkout -q --detach "$upstream"
	git merge -q v1.2 >/dev/null 2>&1 || :
	echo evil >mm/a
	git add -A
	git commit -q -m 'Merge v1.2'
	commit arch/x86/b
	tag noinstr-2
	git checkout -q -b evil v1.0
	commit virt/a
	merge noinstr-2
	push_refused origin evil noinstr-2
	assert_finding merge-changes error
	assert_finding foreign-path error
	assert_finding shared-tag error
	assert_output_has 'does not count'
}

# linux_next: next-1 is on the server, with a commit of x86 below its marker.
linux_next() {
	git checkout -q --detach v1.0
	commit arch/x86/b
	commit Next/SHA1s -m 'Add linux-next specific files for 20200518'
	tag next-1
}

@test "a shared tag on top of linux-next does not count" {
	linux_next
	without_hook kvm git push -q origin next-1
	commit arch/x86/c
	tag noinstr-1
	git checkout -q -b evil v1.0
	commit virt/a
	merge noinstr-1
	push_refused origin evil noinstr-1
	assert_finding forbidden-base error

	git checkout -q --detach v1.0
	commit arch/x86/c
	tag noinstr-2
	git checkout -q -b good v1.0
	commit virt/a
	merge noinstr-2
	in_turn ok origin good noinstr-2
}

@test "a shared tag with linux-next's marks does not count without its ref" {
	linux_next
	commit arch/x86/c
	tag noinstr-1
	git checkout -q -b evil v1.0
	commit virt/a
	merge noinstr-1
	push_refused origin evil noinstr-1
	assert_finding forbidden-base error
}

@test "of a shared tag's foreign commits the first twenty are told" {
	local i

	git checkout -q --detach v1.0
	for i in {1..20}; do
		commit mm/a
	done
	tag noinstr-1
	commit mm/a
	tag noinstr-2
	push_refused origin noinstr-1
	assert_finding shared-tag error
	assert_output_lacks 'and so do more commits'
	push_refused origin noinstr-2
	assert_finding shared-tag error
	assert_output_has 'and so do more commits'
}

# Objects that are more, or other, than they look

@test "a tree of mode 100664 is judged as git sees it" {
	local tree

	tree="$(git rev-parse v1.0:arch/x86)"
	tree="$(git ls-tree "$tree" | sed 's/^100644/100664/' |
		awk '{ print $1, $4, $3 }' | put_tree)"
	tree="$(printf '40000 x86 %s\n' "$tree" | put_tree)"
	tree="$({ echo "40000 arch $tree"
		  git ls-tree v1.0 | awk '$4 != "arch" {
			sub(/^0/, "", $1); print $1, $4, $3 }'; } | put_tree)"
	git reset -q --hard "$(git commit-tree -m 'Old upstream' "$tree")"
	tag v0.1
	commit arch/x86/a
	tag v0.2
	[ "$(git ls-tree v0.1:arch/x86 n)" = "$(git ls-tree v1.0:arch/x86 n)" ]
	without_hook kvm git push -q origin v0.1 v0.2

	# The commit writes 100644: nothing has changed but its own file.
	git checkout -q -b own v0.1
	commit virt/a
	push_ok origin own
	assert_no_finding
	merge v0.2
	push_ok origin own
	assert_no_finding
	chmod +x arch/x86/n
	git commit -q -a -m 'Mode'
	push_refused origin own
	assert_only_finding foreign-path error
}

@test "a merge with ten to the tenth paths is undecided, and soon" {
	local blob tree merge start=$SECONDS

	blob="$(git rev-parse v1.0:virt/a)"
	tree="$(printf "100644 blob $blob\tf%d\n" {0..9} | git mktree)"
	for _ in {1..9}; do
		tree="$(printf "040000 tree $tree\td%d\n" {0..9} | git mktree)"
	done
	tree="$({ git ls-tree v1.0; printf '040000 tree %s\tbomb\n' "$tree"; } |
		git mktree)"
	merge="$(git commit-tree -m 'Merge' -p "$(side a)" -p "$(side b)" \
		 "$tree")"
	hook_input $ZERO "$merge" refs/heads/x
	assert_undecided
	# Hours without the limit; a slow machine with sanitizers has time.
	[ $((SECONDS - start)) -lt 240 ] || fail "$((SECONDS - start)) seconds"

	merge="$(git commit-tree -m 'Merge' -p "$(side a)" -p "$(side b)" \
		 "v1.0^{tree}")"
	hook_input $ZERO "$merge" refs/heads/x
	assert_status 0
}

# side MESSAGE: an empty commit on v1.0.
side() {
	git commit-tree -m "$1" -p v1.0^0 "v1.0^{tree}"
}

# deep N: a commit on v1.0 that adds a path of N bytes, nobody's.
deep() {
	local tree n="$1" name

	name="$(printf %0199d 0)"
	tree="$(printf "100644 blob %s\t%0$((n % 200))d\n" \
		"$(git rev-parse v1.0:virt/a)" 0 | git mktree)"
	for ((; n > 200; n -= 200)); do
		tree="$(printf '040000 tree %s\t%s\n' "$tree" "$name" |
			git mktree)"
	done
	# The last of them is the top.
	tree="$({ git ls-tree v1.0; git ls-tree "$tree"; } | git mktree)"
	git commit-tree -m "$1 bytes" -p v1.0^0 "$tree"
}

@test "a path of more than 4096 bytes is undecided" {
	# Somebody's may be anywhere, so all is looked at.
	add_policy <<'EOP'
[subsystem "anywhere"]
tree = rcu
path = **/rcu.h
EOP
	hook_input $ZERO "$(deep 4097)" refs/heads/x
	assert_undecided
	assert_output_has "a path has more than 4096 bytes"
	hook_input $ZERO "$(deep 4096)" refs/heads/x
	assert_status 0
}

# octopus N: a merge of N empty commits on v1.0.
octopus() {
	local parents=() i

	for ((i = 0; i < $1; i++)); do
		parents+=(-p "$(side "$i")")
	done
	git commit-tree -m 'Octopus' "${parents[@]}" "v1.0^{tree}"
}

@test "a merge of 66 commits is judged, one of 101 is not" {
	hook_input $ZERO "$(octopus 66)" refs/heads/x
	assert_status 0
	hook_input $ZERO "$(octopus 101)" refs/heads/x
	assert_undecided
	assert_output_has "a merge of 101 commits is too large to be judged"
}

# Names

@test "a tag of a name that no ref can have vouches for nothing" {
	git checkout -q -b x86 v1.0
	commit arch/x86/a
	tag noinstr-x
	hook_input $ZERO "$(git rev-parse noinstr-x)" refs/tags/noinstr-x.lock
	assert_undecided
	assert_output_has "is not a valid name of a ref"
	hook_input $ZERO "$(git rev-parse noinstr-x)" refs/tags/noinstr-x
	assert_status 0
}

@test "a push to the URL of a remote is judged like one to its name" {
	git checkout -q main
	commit arch/x86/a -m 'Upstream, later'
	without_hook kvm git push -q origin main
	git treaty install --quiet --client --policy "$POLICY" --tree kvm
	git checkout -q -b own
	commit virt/a
	mv "$SERVER/hooks" "$SERVER/hooks.away"
	push_ok "$SERVER" own
	assert_no_finding
	commit arch/x86/a
	push_refused "$SERVER" own
	assert_only_finding foreign-path error
}

@test "JSON for the pusher's terminal is pure ASCII" {
	local name

	name="$(printf 'mm/\033[31mX\302\233\342\200\256\377')"
	commit "$name" -m "$(printf 's\033]0;x\007\302\233\303\244')"
	echo "$ZERO $(git rev-parse HEAD) refs/heads/$(printf '\303\244')" \
		>"$BATS_TEST_TMPDIR/input"
	status=0
	output="$(export GIT_ALTERNATE_OBJECT_DIRECTORIES="$PWD/.git/objects"
		  cd "$SERVER" && git-treaty pre-receive --format json 2>&1 \
			<"$BATS_TEST_TMPDIR/input")" || status=$?
	no_crash
	assert_status 1
	json . >/dev/null
	assert_finding foreign-path error
	[ -z "$(tr -d '\n\40-\176' <<<"$output")" ] || fail "not ASCII"
}

# lines_of A B: 8,192 lines, each of A or B, and twelve times of Bc or B. A diff
# hashes a line as 33 times what it has, exclusive or the next byte, from 5381
# on: there Af is like FA, and then Bc like CB. Some lines are empty.
lines_of() {
	awk -v a="$1" -v b="$2" 'BEGIN {
		for (i = 0; i < 8192; i++) {
			line = i % 2 ? a : "Af"
			for (n = int(i / 2); length(line) < 26; n = int(n / 2))
				line = line (n % 2 ? b : "Bc")
			print line
			if (i % 3 == 0)
				print ""
		}
	}'
}

# merge_lines BRANCH A B: a merge of two that add a line to such lines, which
# swaps two others.
merge_lines() {
	git checkout -q -b "$1" v1.0
	lines_of "$2" "$3" >virt/n
	git add virt
	git commit -q -m 'Lines'
	git checkout -q -b "$1-2"
	echo theirs >>virt/n
	git commit -q -a -m 'A line at the end'
	git checkout -q "$1"
	sed -i '1i ours' virt/n
	git commit -q -a -m 'A line at the beginning'
	test_tick
	git merge -q --no-ff --no-commit "$1-2"
	sed -i '5000{h;d};5001{G}' virt/n
	git commit -q -a -m 'Merge them, but for two lines'
}

@test "a merge of lines that take a diff long is undecided, and soon" {
	git -C "$SERVER" config treaty.timeLimit 15
	merge_lines plain FB Cd
	push_ok origin plain
	assert_only_finding merge-changes warn
	merge_lines same FA CB
	push_undecided origin same
	assert_output_has "too many files to merge again to be judged at once"
	git -C "$SERVER" config treaty.timeLimit 0
	push_ok origin same
	assert_only_finding merge-changes warn
}

# import_commits BRANCH [UNDO]: stdin, the message of each on a line with %% for
# an empty one, becomes commits on v1.0 that change virt/n; with UNDO every other
# one adds it, and the next removes it.
import_commits() {
	awk -v branch="refs/heads/$1" -v from="$(git rev-parse v1.0^0)" \
		-v undo="${2-}" '{
		gsub(/%%/, "\n\n")
		printf "commit %s\nauthor A <a@x> 1500000000 +0000\n" \
			"committer A <a@x> %d +0000\ndata %d\n%s\n", branch,
			1600000000 + NR, length($0), $0
		if (NR == 1)
			print "from " from
		if (undo && NR % 2 == 0)
			print "D virt/n"
		else
			printf "M 100644 inline virt/n\ndata 5\n%05d\n",
				undo ? 1 : NR + 1
	}' | git fast-import --quiet
}

@test "many copies of a commit, and as many that say that they revert it" {
	local n original

	add_policy <<-'EOP'
		[immutable "ours"]
		tag = rel-*
	EOP
	n=$(many 3000)
	echo One | import_commits tagged undo
	tag rel-1 tagged
	push_ok origin rel-1
	original=$(git rev-parse rel-1^0)
	reverts() {
		seq "$n" | sed "s/\$/%%This reverts commit $original./"
	}
	git -C "$SERVER" config treaty.timeLimit 10
	reverts | import_commits copies undo
	push_refused origin copies
	assert_only_finding rebased-tag error
	reverts | import_commits work
	push_ok origin work
}

# Each subject has 12 pairs of words, which are as they are or both changed in
# bits that undo each other in hash_add().
@test "many commits whose authors and subjects have one hash" {
	add_policy <<-'EOP'
		[immutable "ours"]
		tag = rel-*
	EOP
	git -C "$SERVER" config treaty.timeLimit 10
	LC_ALL=C awk -v n="$(many 3000)" 'BEGIN {
		a = "aaaaaaaaaaaaaaaa"
		b = "aaaaaaa\341aaa\341aaa\341"
		for (i = 0; i < n; i++) {
			s = ""
			for (k = i; length(s) < 192; k = int(k / 2))
				s = s (k % 2 ? b : a)
			print s
		}
	}' | import_commits same
	tag rel-same same
	push_ok origin same rel-same
}

@test "a long message of a commit with many originals" {
	local long

	add_policy <<-'EOP'
		[immutable "ours"]
		tag = rel-*
	EOP
	sed -i '/^\[tree "kvm"\]/a backport = refs/heads/stable-*' "$POLICY"
	seq 200 | import_commits tagged undo
	tag rel-1 tagged
	push_ok origin rel-1
	git checkout -q -b stable-1 v1.0
	git cherry-pick -x tagged~199 >/dev/null
	push_ok origin stable-1
	long=$({
		git cat-file commit stable-1
		head -c 3000000 /dev/zero | tr '\0' x
	} | git hash-object -t commit -w --stdin)
	git -C "$SERVER" config treaty.timeLimit 10
	push_undecided origin "$long:refs/heads/stable-2"
	assert_output_has "too many copies of commits to be judged at once"
}

@test "many Acked-by: of a commit that changes many paths" {
	local i many

	add_policy <<-'EOP'
		[rule "foreign-path"]
		accept-ack = yes
	EOP
	mkdir mm/many
	for ((i = 0; i < 2500; i++)); do
		echo "$i" >"mm/many/$i"
	done
	git add mm
	git commit -q -m 'Many'
	# with_acks LAST: that commit with many of these, and that one.
	with_acks() {
		{
			git cat-file commit main
			echo
			yes 'Acked-by: Some Body <some@example.com>' |
				head -n 300000
			echo "Acked-by: $1"
		} | git hash-object -t commit -w --stdin
	}
	git -C "$SERVER" config treaty.timeLimit 8
	many=$(with_acks 'Else <else@example.com>')
	push_refused origin "$many:refs/heads/else"
	assert_only_finding foreign-path error
	many=$(with_acks 'Em Em <mm@example.com>')
	push_ok origin "$many:refs/heads/owner"
}

@test "many Fixes: in one message" {
	local many

	add_policy <<-'EOP'
		[rule "sign-off"]
		severity = error
	EOP
	commit virt/a
	git commit -q --amend --no-edit --signoff --author="$GIT_COMMITTER_NAME \
<$GIT_COMMITTER_EMAIL>"
	# with_fixes N: that commit with so many.
	with_fixes() {
		{
			git cat-file commit main
			yes "Fixes: $(git rev-parse --short main~1) (\"x\")" |
				head -n "$1"
		} | git hash-object -t commit -w --stdin
	}
	git -C "$SERVER" config treaty.timeLimit 15
	many=$(with_fixes 1000)
	push_ok origin "$many:refs/heads/some"
	assert_no_finding
	many=$(with_fixes 60000)
	push_undecided origin "$many:refs/heads/many"
	assert_output_has "too many Fixes: of commits to be judged at once"
}
