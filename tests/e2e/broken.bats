# SPDX-License-Identifier: GPL-2.0-only
# Repositories that lack objects which their refs point to.

load lib

setup() {
	sandbox
	default_policy
}

# lose REPOSITORY REV: takes that loose object away.
lose() {
	local name

	name="$(git -C "$1" rev-parse "$2")"
	rm "$1/objects/${name:0:2}/${name:2}"
}

# Reading all tags for each ref takes long where there are thousands.
@test "update reads the tags that are there only for what no branch has" {
	local zero broken

	zero="$(printf %040d 0)"
	new_server kvm kvm --hook update --no-transaction
	SERVER="$BATS_TEST_TMPDIR/kvm.git"
	git -C "$SERVER" config receive.unpackLimit 1000
	new_clone kvm
	commit virt/a
	git push -q origin main
	for i in {1..100}; do
		tag "t$i"
	done
	git push -q origin --tags
	broken="$(git rev-parse t50)"
	commit virt/b
	without_hook kvm git push -q origin main:scratch
	git -C "$SERVER" update-ref -d refs/heads/scratch
	lose "$SERVER" t50
	run_hook "$SERVER" update refs/tags/new "$zero" "$(git rev-parse t1)"
	assert_status 0
	run_hook "$SERVER" update refs/heads/main "$(git rev-parse main~)" \
		"$(git rev-parse main)"
	assert_status 128
	assert_output_has "$broken is missing"
}
