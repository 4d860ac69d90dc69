# SPDX-License-Identifier: GPL-2.0-only
# policy learn: what trees did in accepted pulls becomes lines of the policy.

load lib

setup() {
	sandbox
	default_policy
	sed -i '/^\[rule/,$d; /^\[immutable/,$d' "$POLICY"
	add_policy <<-'EOP'
		[subsystem "docs"]
		path = docs/
	EOP
	git init -q linux
	cd linux
	git config treaty.policy "$POLICY"
	commit MAINTAINERS
}

# pull TREE PATH...: merges a commit that changes the paths.
pull() {
	git checkout -q -b work
	commit "${@:2}" -m "Change ${*:2}"
	git checkout -q main
	merge work -m "Merge branch '$1/next'"
	git branch -q -D work
}

# learn [ARGUMENT...]: into `output`, all pulls but the last two learned from.
learn() {
	treaty policy learn "$@"
	assert_status 0
}

# lines: the lines that were learned, without their evidence.
lines() {
	sed -nE 's/^([a-z]+ = [^ ]+) .*/\1/p' <<<"$output"
}

# three_times COMMAND...: and what it did last is measured.
three_times() {
	"$@"
	"$@"
	"$@"
}

@test "a neighbour is who changed the same files in two pulls" {
	three_times pull kvm mm/slab_x.c
	learn
	[ "$(lines)" = 'neighbour = mm/slab*' ]
	assert_output_has 'neighbour = mm/slab*   ; 2 pulls, 2 commits, last 2005-04'
	assert_output_has '[tree "kvm"]'
	learn --min-pulls 3
	[ -z "$(lines)" ]
	# Once is no custom.
	pull rcu mm/slab_x.c
	pull rcu mm/b.c
	pull rcu mm/c.c
	learn
	[ "$(lines)" = 'neighbour = mm/slab*' ]
}

@test "a directory where a tree changes this and that is its neighbour" {
	pull kvm mm/slab/a.c
	pull kvm mm/slab/b.c
	learn --split 2030-01-01
	[ -z "$(lines)" ]
	pull kvm mm/slab/c.c
	learn --split 2030-01-01
	[ "$(lines)" = 'neighbour = mm/slab/' ]
	# Not one at the top.
	three_times pull rcu mm/x1
	pull rcu mm/y1
	learn --split 2030-01-01
	! lines | grep -x 'neighbour = mm/'
}

@test "what three trees change along with their own is incidental" {
	pull kvm virt/a mm/Kconfig
	pull rcu kernel/rcu/a mm/Kconfig
	learn --split 2030-01-01
	[ -z "$(lines | grep -v neighbour)" ]
	pull tip arch/x86/a mm/Kconfig
	learn --split 2030-01-01
	[ "$(lines)" = "incidental = **/Kconfig" ]
	assert_output_has '; 3 trees, 3 pulls, 3 commits, last 2005-04'
	learn --split 2030-01-01 --min-trees 4
	[ -z "$(lines)" ]
}

@test "what three trees change alone is common" {
	pull kvm mm/util.c
	pull rcu mm/util.c
	pull tip mm/util.c
	pull mm mm/util.c
	learn --split 2030-01-01
	[ "$(lines)" = 'commons = mm/util.c' ]
}

@test "what others than its tree change is taken out of a section" {
	local path

	three_times pull kvm mm/dts/a.dts
	three_times pull rcu mm/dts/b.dts
	pull tip mm/dts/c.dts mm/dts/a.dts
	pull tip mm/dts/c.dts
	learn --split 2030-01-01
	! lines | grep exclude || fail 'an exclude'
	pull tip mm/dts/c.dts
	pull mm mm/slab.c
	learn --split 2030-01-01
	[ "$(lines)" = 'exclude = mm/dts/' ]
	assert_output_has 'exclude = mm/dts/   ; 3 trees, 9 pulls, 0 of its own, 9 commits, last 2005-04'
	assert_output_has '[subsystem "mm"]'
	# With these lines the others may change it, and only that.
	treaty policy learn --split 2030-01-01 --onto "$POLICY"
	printf '%s\n' "$output" >new.ini
	for path in mm/dts/d.dts mm/page.c; do
		pull kvm "$path"
		audit --pulls -n 1 --policy new.ini
		[ "$(json '.pulls[0].verdict')" = "$([ "$path" = mm/page.c ] &&
			echo refuse || echo accept)" ]
	done
	# Not if its tree has a part in it.
	pull mm mm/dts/a.dts
	learn --split 2030-01-01
	! lines | grep exclude
}

@test "a section without a tree gets that of who changes it" {
	three_times pull kvm docs/a
	learn
	[ -z "$(lines)" ]
	learn --split 2030-01-01
	[ "$(lines)" = 'tree = kvm' ]
	assert_output_has '[subsystem "docs"]'
	three_times pull rcu docs/b
	learn --split 2030-01-01
	[ -z "$(lines)" ]
}

@test "the figures are those of the pulls that were not learned from" {
	pull kvm mm/slab_x.c
	pull kvm mm/slab_y.c
	pull mm mm/a
	git tag split
	three_times pull kvm mm/slab_z.c virt/a
	pull rcu kernel/rcu/a mm/b
	learn -n 6
	assert_output_has 'Learned from 4 pulls, 4 commits'
	assert_output_has 'measured on 2 pulls, 2 commits'
	grep -qE '^; +the policy as it is +0 +100.0% +100.0% +100.0%$' \
		<<<"$output" || fail "other figures"
	grep -qE '^; +with all of them +1 +50.0% +50.0% +' <<<"$output" ||
		fail "other figures"
	assert_output_has 'mm: tree kvm'
}

@test "--onto puts the lines into the policy, and replaces them" {
	three_times pull kvm mm/slab_x.c
	audit --pulls
	assert_status 1
	treaty policy learn --onto "$POLICY"
	assert_status 0
	[[ $diagnostics == *'; Learned from 2 pulls'* ]]
	printf '%s\n' "$output" >new.ini
	diff "$POLICY" new.ini >diff || true
	[ "$(sed -n 's/^> //p' diff)" = \
"; >>>> learned by git treaty policy learn, which replaces it
neighbour = mm/slab*   ; 2 pulls, 2 commits, last 2005-04
; <<<< end of what was learned" ]
	! grep -q '^<' diff || fail 'a line is gone'
	audit --pulls --policy new.ini
	assert_status 0
	treaty policy learn --quiet --onto new.ini
	assert_status 0
	[ -z "$diagnostics" ]
	printf '%s\n' "$output" | cmp - new.ini
	treaty policy check new.ini
	[ "$status" -eq 0 ]
	# A mark that is gone.
	sed -i '/^; <<<< end of what/d' new.ini
	treaty policy learn --onto new.ini
	assert_undecided
}

@test "pulls of nobody's are named, and strange paths not learned" {
	git checkout -q -b work
	commit 'mm/a*b' 'mm/c d' $'mm/\e[31m'
	git checkout -q main
	merge work -m "Merge branch 'kvm/next'"
	git checkout -q work
	commit 'mm/a*b' 'mm/c d' $'mm/\e[31m'
	git checkout -q main
	merge work -m "Merge branch 'kvm/next'"
	git checkout -q -b other
	commit virt/a
	git checkout -q main
	merge other -m $'Merge git://nowhere.org/\e[31m/x'
	learn --split 2030-01-01
	[ -z "$(lines)" ]
	assert_output_has 'git://nowhere.org/\x1b[31m/x'
}

@test "wrong options of learn" {
	for options in '--split today' '--min-pulls 0' '--min-pulls x' \
		'--min-trees -1'; do
		# shellcheck disable=SC2086
		treaty policy learn $options
		assert_undecided
	done
	for options in 'learn --against HEAD' "learn --policy $POLICY --onto x" \
		'check --min-pulls 2' 'show --since today'; do
		# shellcheck disable=SC2086
		treaty policy $options
		assert_status 129
	done
	printf '[rule "foreign-path"]\nseverity = off\n' >>"$POLICY"
	treaty policy learn
	assert_undecided
}
