# SPDX-License-Identifier: GPL-2.0-only
#
# kernel/memremap.c in two trees (July 2019): hmm.git and -mm both carry series
# on it, hmm's beyond the small area that it was supposed to cover. nvdimm and
# arm64 are touched as well.
#
# later: the two series on kernel/memremap.c, in hmm/ (for-next) and mm/
# (memremap), are there for a forecast of their conflict.
load lib
load scenario

hmm_tag=hmm-5.3-memremap

trees() {
	new_mainline v5.2 kernel/memremap.c mm/hmm.c
	new_tree hmm
	on for-next v5.2
	commit mm/hmm.c include/linux/hmm.h \
		-m 'mm/hmm: Fix use after free with struct hmm'
	commit kernel/memremap.c -m 'memremap: Validate the pagemap type'
	commit kernel/memremap.c mm/hmm.c include/linux/memremap.h \
		-m 'memremap: Move dev_pagemap callbacks'
	tag $hmm_tag
	on for-next-all for-next
	commit kernel/memremap.c drivers/nvdimm/pmem.c drivers/dax/device.c \
		-m 'memremap: Pass a struct dev_pagemap to ->kill'
	commit kernel/memremap.c arch/arm64/mm/mmu.c \
		-m 'arm64: mm: Use the altmap of the pagemap'
	new_tree mm
	on memremap v5.2
	commit kernel/memremap.c mm/sparse.c \
		-m 'mm/sparsemem: Support sub-section hotplug'
	push_ok origin memremap
	assert_no_finding
}

setup_file() {
	make_fixture trees
}

setup() {
	use_fixture
}

# scope_hmm TREE: TREE's server holds hmm to mm/hmm.c.
scope_hmm() {
	vary "$1" "$(in_section 'subsystem "hmm"' \
		'/^path/d; s/^maintainer/path = mm\/hmm.c\n&/')"
}

check_policy() {
	treaty policy check "$1"
	assert_status 0
	assert_output_has ' 0 errors, '
	output="$(grep 'kernel/memremap' <<<"$output${diagnostics-}")" || true
}

# The policy

@test "policy check names kernel/memremap.c, which two trees own" {
	local re=':([0-9]+): warning: .*\(tree hmm, .*\(tree mm, .* both own '

	check_policy "$LINUX_INI"
	[[ $output =~ ^"$LINUX_INI"${re}\'kernel/memremap.c\' ]] ||
		fail 'expected a warning of hmm and mm'
	sed -n "${BASH_REMATCH[1]}p" "$LINUX_INI" |
		grep -qx 'path = kernel/memremap.c'
}

@test "policy check counts it on the files that there are" {
	go mm
	treaty policy check --against memremap "$LINUX_INI"
	assert_status 0
	assert_output_has '       1  hmm | mm'
	assert_output_has 'such as kernel/memremap.c  (hmm; mm)'
	scope_hmm mm
	treaty policy check --against memremap "$POLICY"
	assert_status 0
	assert_output_has '       0 files that two trees own'
}

@test "policy check has nothing to say where hmm is scoped to mm/hmm.c" {
	scope_hmm hmm
	check_policy "$POLICY"
	assert_lines ''
}

# hmm's series

@test "hmm's series, where both trees own kernel/memremap.c" {
	go hmm
	push_ok origin for-next $hmm_tag
	assert_no_finding
	assert_ref ../hmm.git for-next for-next
}

@test "hmm's series, where hmm is scoped to mm/hmm.c" {
	scope_hmm hmm
	go hmm
	push_refused origin for-next
	assert_only_finding foreign-path error
	assert_output_has 'refused: 2 errors, 0 warnings, 3 new commits judged'
	assert_output_has '2 commits in refs/heads/for-next'
	assert_output_has 'memremap: Validate the pagemap type'
	assert_output_has 'memremap: Move dev_pagemap callbacks'
	assert_output_has 'kernel/memremap.c  (mm, tree mm)'
	assert_output_has 'why: owned by mm, not by hmm'
	assert_output_has 'fix: hand it to mm, or pull a shared tag of mm'
	assert_output_lacks 'mm/hmm: Fix use after free'
	assert_output_lacks 'mm/hmm.c'
	assert_policy_line 'path = kernel/memremap.c'
	assert_no_ref ../hmm.git for-next
	# The small area alone.
	push_ok origin for-next~2:refs/heads/for-next
	assert_no_finding
}

@test "the audit names each commit and path of hmm's series" {
	go hmm
	audit --policy "$LINUX_INI" --tree hmm for-next
	assert_status 0
	[ "$(json .verdict,.commits | xargs)" = 'accept 3' ]
	audit --policy "$LINUX_INI" --tree hmm for-next-all
	assert_status 1
	found foreign-path
	assert_lines "arm64: mm: Use the altmap of the pagemap:\
 arch/arm64/mm/mmu.c (arm64)" \
		"memremap: Pass a struct dev_pagemap to ->kill:\
 drivers/dax/device.c (nvdimm)" \
		"memremap: Pass a struct dev_pagemap to ->kill:\
 drivers/nvdimm/pmem.c (nvdimm)"
	scope_hmm hmm
	audit --policy "$POLICY" --tree hmm for-next-all
	assert_status 1
	[ "$(json .verdict,.commits | xargs)" = 'refuse 5' ]
	[ "$(json '.findings[] | .rule + " " + .severity' | uniq -c | xargs)" \
		= '4 foreign-path error' ]
	[ "$(json '.findings[].commit' | sort)" = \
		"$(git rev-list -4 for-next-all | sort)" ]
	found foreign-path
	assert_lines "arm64: mm: Use the altmap of the pagemap:\
 arch/arm64/mm/mmu.c (arm64)" \
		"arm64: mm: Use the altmap of the pagemap:\
 kernel/memremap.c (mm)" \
		"memremap: Move dev_pagemap callbacks: kernel/memremap.c (mm)" \
		"memremap: Pass a struct dev_pagemap to ->kill:\
 drivers/dax/device.c (nvdimm)" \
		"memremap: Pass a struct dev_pagemap to ->kill:\
 drivers/nvdimm/pmem.c (nvdimm)" \
		"memremap: Pass a struct dev_pagemap to ->kill:\
 kernel/memremap.c (mm)" \
		"memremap: Validate the pagemap type: kernel/memremap.c (mm)"
	audit --policy "$POLICY" --tree hmm for-next-all~4
	assert_status 0
}

@test "hmm's series touches nvdimm and arm64, which are foreign anyway" {
	go hmm
	push_ok origin for-next
	push_refused origin for-next-all:for-next
	assert_only_finding foreign-path error
	assert_output_has 'refused: 2 errors, 0 warnings, 2 new commits judged'
	assert_output_has 'drivers/nvdimm/pmem.c  (nvdimm, tree nvdimm)'
	assert_output_has 'drivers/dax/device.c  (dax, tree nvdimm)'
	assert_output_has 'arch/arm64/mm/mmu.c  (arm64, tree arm64)'
	assert_output_lacks 'kernel/memremap.c  ('
	assert_ref ../hmm.git for-next for-next
}

# mm

@test "mm pulls hmm's shared tag" {
	go hmm
	push_ok origin $hmm_tag
	go mm
	on pull v5.2
	commit mm/memory_hotplug.c -m 'mm/memory_hotplug: Of its own'
	pull_tag hmm $hmm_tag
	# mm/hmm.c is not mm's, kernel/memremap.c is.
	push_refused origin pull
	assert_only_finding foreign-path error
	assert_output_has 'refused: 2 errors'
	assert_output_has 'mm/hmm.c  (hmm, tree hmm)'
	assert_output_lacks 'kernel/memremap.c  ('
	in_turn ok origin pull $hmm_tag
	assert_no_finding
	assert_ref ../mm.git pull pull
	assert_ref ../mm.git $hmm_tag $hmm_tag
}

@test "mm merges hmm's tag with its own work on kernel/memremap.c" {
	go hmm
	push_ok origin $hmm_tag
	go mm
	git checkout -q memremap
	fetch_tag hmm $hmm_tag
	run ! merge $hmm_tag
	git checkout -q --ours kernel/memremap.c
	git show $hmm_tag:kernel/memremap.c >>kernel/memremap.c
	git commit -q -a --no-edit
	in_turn ok origin memremap $hmm_tag
	assert_only_finding merge-changes info
	# A conflict in what is mm's own is mm's to resolve; what is hmm's
	# must come out as git merges it.
	git reset -q --hard memremap~1
	run ! merge $hmm_tag
	git show $hmm_tag:kernel/memremap.c >kernel/memremap.c
	echo 'by the way' >>mm/hmm.c
	git commit -q -a --no-edit
	push_refused origin memremap:refs/heads/by-the-way
	assert_only_finding merge-changes error
	assert_output_has 'mm/hmm.c  (hmm, tree hmm)'
}

@test "mm pulls hmm's tag, where that goes beyond mm/hmm.c" {
	go hmm
	push_ok origin $hmm_tag
	scope_hmm mm
	go mm
	on pull v5.2
	pull_tag hmm $hmm_tag
	push_refused origin pull $hmm_tag
	assert_finding foreign-path error
	assert_finding shared-tag error
	assert_output_has "shared tag $hmm_tag contains it, but does not count"
	assert_output_has 'kernel/memremap.c  (mm, tree mm)'
	assert_no_ref ../mm.git $hmm_tag
	# The small area alone.
	git reset -q --hard v5.2
	test_tick
	git tag -a -m 'hmm alone' hmm-5.3 $hmm_tag~2
	merge hmm-5.3
	in_turn ok origin pull hmm-5.3
	assert_no_finding
}
