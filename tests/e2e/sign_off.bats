# SPDX-License-Identifier: GPL-2.0-only
# Author and committer sign off; Fixes: names a commit.

load lib

setup() {
	sandbox
	default_policy
	add_policy <<-'EOP'
		[rule "sign-off"]
		severity = error
	EOP
	kvm_server
}

seed() {
	commit virt/a -m 'KVM: First'
	git push -q origin main
}

author='Signed-off-by: A U Thor <author@example.com>'
committer='Signed-off-by: C O Mitter <committer@example.com>'

# amend LINE...: the subject, and these as the last paragraph.
amend() {
	local message='KVM: Second'$'\n'

	for line; do
		message+=$'\n'"$line"
	done
	git commit -q --amend --allow-empty -m "$message"
}

@test "author's and committer's sign-off" {
	commit virt/a
	amend 'Cc: nobody@example.com'
	push_refused origin main
	assert_only_finding sign-off error
	assert_output_has 'neither its author nor its committer has signed it off'
	amend "$author"
	push_refused origin main
	assert_output_has 'its committer has not signed it off'
	amend "$committer"
	push_refused origin main
	assert_output_has 'its author has not signed it off'
	amend "$author" 'Reviewed-by: R <r@example.com>' "$committer"
	push_ok origin main
	assert_no_finding
}

@test "one person in two capacities, under another address or name" {
	commit virt/a
	export GIT_COMMITTER_NAME="$GIT_AUTHOR_NAME"
	export GIT_COMMITTER_EMAIL="$GIT_AUTHOR_EMAIL"
	amend 'Signed-off-by: A U Thor <desk@example.com>'
	push_ok origin main
	commit virt/a
	amend 'Signed-off-by: A. U. Thor <AUTHOR@example.com>'
	push_ok origin main
	commit virt/a
	amend 'Signed-off-by: Some One <else@example.com>'
	push_refused origin main
	assert_only_finding sign-off error
}

@test "a sign-off counts among the trailers only" {
	commit virt/a
	amend "$author" "$committer" '' 'And then some more text.'
	push_refused origin main
	assert_only_finding sign-off error
}

@test "merges need none" {
	git checkout -q -b side
	commit virt/b
	amend "$author" "$committer"
	git checkout -q main
	merge side
	push_ok origin main
	assert_no_finding
}

@test "a Fixes: that names a commit, and ones that do not" {
	local first

	first="$(git rev-parse main)"
	commit virt/a
	amend "Fixes: ${first:0:12} (\"KVM: First\")" "$author" "$committer"
	push_ok origin main
	for value in 000000000000 "$(git rev-parse main^{tree})" '#12' \
		'https://example.com/1' "${first}0" abc; do
		git reset -q --hard origin/main
		commit virt/a
		amend "Fixes: $value" "$author" "$committer"
		push_refused origin main
		assert_only_finding sign-off error
		assert_output_has "'Fixes: $value' names no commit"
	done
}

@test "the rule is off by default" {
	sed -i '/^\[rule "sign-off"\]/,$d' "$POLICY"
	commit virt/a
	push_ok origin main
	assert_no_finding
}
