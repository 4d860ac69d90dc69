# SPDX-License-Identifier: GPL-2.0-only
# Rule rewound-branch: governed branches only move forward, and stay.

load lib

setup() {
	sandbox
	default_policy
	kvm_server
	commit virt/a
	commit virt/b
	push_ok origin main main:auto-latest main:feature/deep/er
}

@test "a branch moves forward" {
	commit virt/a
	push_ok origin main
}

@test "a branch is not rewound" {
	git reset -q --hard HEAD~
	push_refused --force origin main
	assert_only_finding rewound-branch error
	assert_output_has "refs/heads/main would lose commits"
}

@test "a branch is not rebuilt" {
	git commit -q --amend -m 'Another message'
	push_refused --force origin main
	assert_only_finding rewound-branch error
}

@test "a branch under 'rewind' is rebuilt and deleted" {
	git commit -q --amend -m 'Another message'
	push_ok --force origin main:auto-latest
	push_ok origin :auto-latest
}

@test "a branch is not deleted" {
	commit virt/c
	push_ok origin main
	push_refused origin :main
	assert_finding rewound-branch error
	assert_output_has "this push deletes the governed branch refs/heads/main"
}

@test "a branch whose name has slashes is governed too" {
	commit virt/c
	push_ok origin main:feature/deep/er
	push_refused origin :feature/deep/er
	assert_only_finding rewound-branch error
}

@test "a branch is governed below a directory that ends with a dot" {
	push_ok origin main:v1./next
	commit virt/c
	push_ok origin main:v1./next
	push_refused origin :v1./next
	assert_only_finding rewound-branch error
	git reset -q --hard HEAD~
	push_refused --force origin main:v1./next
	assert_only_finding rewound-branch error
}

@test "a branch that another one contains is deleted" {
	push_ok origin :feature/deep/er
	assert_no_finding
}

@test "a branch is not deleted that only a rebuilt one contains" {
	commit virt/c
	push_ok origin main:feature/deep/er main:auto-latest
	push_refused origin :feature/deep/er
	assert_only_finding rewound-branch error
	# A new branch counts once it is here: git may refuse to make it.
	push_refused origin :feature/deep/er main:other
	assert_only_finding rewound-branch error
	assert_output_has 'push other first, then delete feature/deep/er'
	push_ok origin main:other
	push_ok origin :feature/deep/er
	assert_no_finding
}

@test "a branch that is merged and deleted in one push" {
	git checkout -q -b topic
	commit virt/topic
	push_ok origin topic
	git checkout -q main
	commit virt/c
	merge topic
	push_refused origin main :topic
	assert_only_finding rewound-branch error
	assert_output_has 'push main first, then delete topic'
	push_ok origin main
	push_ok origin :topic
	assert_no_finding
	# Another branch of the push does not help, nor one that may be rebuilt.
	git checkout -q -b topic-2
	commit virt/topic
	push_ok origin topic-2
	git checkout -q main
	commit virt/c
	push_refused origin main topic-2:auto-x :topic-2
	assert_only_finding rewound-branch error
	assert_output_has 'do not delete the branch'
}

@test "two branches that contain each other are not both deleted" {
	commit virt/c
	push_ok origin main:one main:two
	push_refused origin :one :two
	assert_only_finding rewound-branch error
	push_ok origin :one
	push_refused origin :two
	assert_only_finding rewound-branch error
}

@test "a branch of unrelated history does not replace it" {
	git checkout -q --orphan other
	commit virt/c
	push_refused --force origin other:main
	assert_only_finding rewound-branch error
	push_ok origin other
}

# broken REF...: refs of the server whose commit is missing there.
broken() {
	local server="$BATS_TEST_TMPDIR/kvm.git" oid

	commit virt/lost
	oid="$(git rev-parse HEAD)"
	git reset -q --hard HEAD^
	without_hook kvm git push -q origin "${@/#/$oid:}"
	rm -f "$server/objects/${oid:0:2}/${oid:2}"
	! git --git-dir="$server" cat-file -e "$oid" 2>/dev/null
}

@test "a branch under 'rewind' whose commit is missing is deleted" {
	broken refs/heads/auto-gone
	push_ok origin :auto-gone
	assert_no_finding
	broken refs/other/x
	push_ok origin :refs/other/x
}

@test "what else has a missing commit is not deleted" {
	broken refs/heads/topic
	push_undecided origin :topic
	commit virt/c
	push_undecided origin main
}

@test "a ref that is not governed is rewound and deleted" {
	push_ok origin main:refs/scratch/x
	git reset -q --hard HEAD~
	push_ok --force origin main:refs/scratch/x
	push_ok origin :refs/scratch/x
}

@test "with 'branch' in the policy only those branches are governed" {
	sed -i '/^\[tree "kvm"\]/a branch = refs/heads/main' "$POLICY"
	git reset -q --hard HEAD~
	push_ok --force origin main:feature/deep/er
	push_refused --force origin main
	assert_only_finding rewound-branch error
}

@test "pre-push: a forced update of what is not here counts as rewound" {
	new_clone kvm other
	commit virt/z
	push_ok origin main
	cd ../kvm
	git treaty install --quiet --client --policy "$POLICY" --tree kvm
	commit virt/a
	push_refused --force origin main
	assert_only_finding rewound-branch error
	assert_output_has "the old commit of refs/heads/main is not in this \
repository"
	git fetch -q
	git merge -q --no-edit origin/main
	push_ok origin main
}
