# SPDX-License-Identifier: GPL-2.0-only
# An audit takes revisions as git rev-list does.

load lib

# main is kvm's, on v1.0, with five commits of which the second and the fourth
# are trespass; core-1 is a signed tag of tip's.
setup() {
	sandbox
	default_policy
	ssh-keygen -q -t ed25519 -N '' -f key
	add_policy <<-EOP
		[shared-tag "core-*"]
		tree = tip

		[signer "tip"]
		ssh = $(cut -d' ' -f1,2 key.pub)
	EOP
	sed -i 's/^\[tree "tip"\]/&\nsigner = tip/' "$POLICY"
	git init -q kvm
	cd kvm
	commit virt/a mm/a arch/x86/a -m 'Everything'
	tag v1.0
	commit virt/a -m 'KVM: One'
	commit mm/a -m 'mm: Two'
	commit virt/a -m 'KVM: Three'
	commit arch/x86/a -m 'x86: Four'
	commit virt/a -m 'KVM: Five'
	git checkout -q -b x86 v1.0
	commit arch/x86/a -m 'x86: Shared'
	test_tick
	git -c gpg.format=ssh -c user.signingkey=../key tag -s -m 'Tag' core-1
	git checkout -q main
	git branch -q -D x86
}

# found ARGUMENT...: the subjects that an audit with them complains of.
found() {
	audit --policy "$POLICY" --tree kvm "$@"
	[ "$status" -lt 2 ] || fail "audit $*: undecided"
	json '[.findings[] | .subject // "-"] | join(", ")'
}

# finds SUBJECTS ARGUMENT...
finds() {
	local is

	is=$(found "${@:2}")
	[ "$is" = "$1" ] || fail "audit ${*:2}: found '$is', not '$1'"
}

judged() {
	audit --policy "$POLICY" --tree kvm "$@"
	json .commits
}

@test "ranges" {
	finds 'mm: Two, x86: Four' main
	finds 'x86: Four' main~2..main
	finds 'x86: Four' main ^main~2
	finds 'x86: Four' main~1^!
	finds 'mm: Two, x86: Four' main^@
	finds '' main^!
	finds 'mm: Two' v1.0...main~2
	finds '' ..main
}

@test "--since, -n, authors, merges and paths limit what is judged" {
	[ "$(judged -n 2 main)" -eq 2 ]
	finds 'x86: Four' -n 2 main
	finds '' --max-count=1 main
	date=$(git log -1 --format=%ct main~2)
	finds 'x86: Four' --since "$date" main
	finds 'mm: Two' --until "$date" main
	finds 'mm: Two' main -- mm
	finds 'x86: Four' -- arch/x86
	[ "$(judged --merges main)" -eq 0 ]
	[ "$(judged --no-merges main)" -eq 5 ]
	[ "$(judged --author nobody main)" -eq 0 ]
	treaty audit --policy "$POLICY" --tree kvm --since
	assert_status 129
}

# same_paths PATHSPEC...: an audit judges the commits that git lists for them.
same_paths() {
	treaty audit --policy "$POLICY" --tree kvm --format json -- "$@"
	[ "$(json '.commits')" -eq "$(git rev-list --count HEAD ^v1.0 -- "$@")" ] ||
		fail "not as git in $PWD: $*"
}

@test "paths start where one stands, with git's magic" {
	local spec

	git worktree add -q --detach ../linked
	mkdir ../elsewhere
	for place in . ../linked; do
		(cd "$place/arch" && for spec in x86 . :/ :/mm ':(top)mm' \
			':!x86' ':(exclude)../mm' ../mm ':(glob)**/a'; do
			same_paths "$spec" || exit 1
		done && same_paths x86 ../mm && same_paths :/ ':!/mm') ||
			return 1
	done
	(cd arch && finds 'x86: Four' -- x86)
	export GIT_DIR="$PWD/.git" GIT_WORK_TREE="$PWD"
	(cd arch && same_paths x86 && same_paths :/mm)
	(cd ../elsewhere && same_paths mm)
	unset GIT_WORK_TREE
	(cd ../elsewhere && same_paths mm)
	(cd arch && same_paths mm && same_paths x86)
}

@test "--all" {
	git branch other main~1
	git checkout -q --detach other
	commit mm/b -m 'mm: Detached'
	finds 'mm: Two, x86: Four, mm: Detached' --all
}

@test "a signed tag is judged as that tag" {
	finds '' core-1
	finds '' tags/core-1
	finds '' v1.0..core-1
	git tag core-2 'core-1^{}'
	audit --policy "$POLICY" --tree kvm core-2
	assert_finding shared-tag error
}

@test "tags of trees and blobs are no error" {
	test_tick
	git tag -a -m Tree of-tree 'HEAD^{tree}'
	git tag -a -m Blob of-blob HEAD:virt/a
	[ "$(judged of-tree of-blob)" -eq 0 ]
	audit --policy "$POLICY" --tree kvm 'HEAD^{tree}'
	assert_undecided
}

@test "what is no revision is said" {
	for bad in nosuch nosuch..main main..nosuch 'main^9'; do
		treaty audit --policy "$POLICY" --tree kvm "$bad"
		assert_undecided
		[[ $diagnostics == *"$bad"* || $diagnostics == *nosuch* ]] ||
			fail "does not name $bad"
	done
	treaty audit --policy "$POLICY" --tree kvm --nosuch main
	assert_status 129
}
