# SPDX-License-Identifier: GPL-2.0-only
#
# The paravirt cleanup (January 2021): 15 patches of one developer touch x86
# (tip), xen and hyperv, stand on tip's objtool/core, and were first sent without
# the Cc's.
load lib
load scenario

x86=arch/x86

# patch SUBJECT PATH...: one commit of the series.
patch() {
	commit "${@:2}" -m "$1"
}

trees() {
	new_mainline v5.11-rc3 $x86/Kconfig
	git clone -q ../mainline ../tip
	go tip
	on objtool/core v5.11-rc3
	commit tools/objtool/check.c -m 'objtool: Refactor ORC section generation'
	commit include/linux/static_call.h \
		-m 'static_call: Allow module use without exposing the key'
	git clone -q -o mainline ../mainline ../dev
	go dev
	git remote add tip ../tip
	git fetch -q tip
	on paravirt tip/objtool/core
	series
	git format-patch -q --cover-letter -o ../patches \
		--to=x86@kernel.org --cc=jgross@suse.com \
		--subject-prefix='PATCH v4' tip/objtool/core
}

# The paths of the thread.
series() {
	local asm=$x86/include/asm kernel=$x86/kernel xen=$x86/xen

	patch 'x86/xen: Use specific Xen pv interrupt entry for MCE' \
		$asm/idtentry.h $xen/enlighten_pv.c $xen/xen-asm.S
	patch 'x86/xen: Use specific Xen pv interrupt entry for DF' \
		$asm/idtentry.h $xen/enlighten_pv.c $xen/xen-asm.S
	patch 'x86/pv: Switch SWAPGS to ALTERNATIVE' \
		$asm/irqflags.h $asm/paravirt.h $asm/paravirt_types.h \
		$kernel/asm-offsets_64.c $kernel/paravirt.c \
		$kernel/paravirt_patch.c $xen/enlighten_pv.c
	patch 'x86/xen: Drop USERGS_SYSRET64 paravirt call' \
		$x86/entry/entry_64.S $asm/irqflags.h $asm/paravirt.h \
		$kernel/paravirt.c $xen/enlighten_pv.c $xen/xen-asm.S
	patch 'x86: Rework arch_local_irq_restore() to not use popf' \
		$asm/irqflags.h $asm/paravirt.h $kernel/irqflags.S $xen/irq.c
	patch 'x86/paravirt: Switch time pvops functions to static_call()' \
		$x86/Kconfig $asm/mshyperv.h $asm/paravirt.h \
		$kernel/kvmclock.c $kernel/paravirt.c $kernel/tsc.c \
		$xen/time.c drivers/xen/time.c drivers/clocksource/hyperv_timer.c
	patch 'x86/alternative: Support "not feature"' $asm/alternative.h \
		$kernel/alternative.c
	patch 'x86: Add new features for paravirt patching' \
		$asm/cpufeatures.h $kernel/alternative.c
	patch 'x86/paravirt: Remove no longer needed 32-bit pvops cruft' \
		$asm/paravirt.h $asm/paravirt_types.h
	patch 'x86/paravirt: Simplify paravirt macros' $asm/paravirt_types.h
	patch 'x86/paravirt: Switch iret pvops to ALTERNATIVE' \
		$asm/paravirt.h $x86/entry/entry_64.S $xen/enlighten_pv.c
	patch 'x86/paravirt: Add new macros PVOP_ALT*' $asm/paravirt_types.h
	patch 'x86/paravirt: Switch functions with custom code' \
		$asm/paravirt.h $kernel/paravirt_patch.c
	patch 'x86/paravirt: Have only one paravirt patch function' \
		$asm/paravirt_types.h $kernel/alternative.c $xen/enlighten_pv.c
	patch 'static_call: Pull some declarations to the type headers' \
		include/linux/static_call.h include/linux/static_call_types.h
}

setup_file() {
	make_fixture trees
}

setup() {
	use_fixture
	go dev
	vary_urls
}

# vary_urls: a copy of linux.ini in which tip's url is where it is here.
vary_urls() {
	POLICY="$BATS_TEST_TMPDIR/linux.ini"
	sed "s,^url = git://.*/tip/tip.git,url = ../tip," "$LINUX_INI" \
		>"$POLICY"
}

owner() {
	treaty owner --policy "$POLICY" "$@"
	assert_status 0
}

@test "each patch of the series, and what crosses trees" {
	owner --format json --series ../patches
	[ "$(json '.patches | length')" = 16 ]
	[ "$(json -c '.patches[] | select(.name == "6/15") | .trees')" = \
		'["tip","hyperv","xen"]' ]
	[ "$(json -c '.patches[] | select(.name == "6/15")."carried-by"')" = \
		'[]' ]
	[ "$(json -c '.patches[] | select(.name == "10/15")."carried-by"')" = \
		'["tip"]' ]
	# Xen's part of x86 is xen's.
	[ "$(json -c '[.patches[] | select(."any-tree" or
		."carried-by" != [] | not).name]')" = \
		'["1/15","2/15","3/15","4/15","5/15","6/15","11/15","14/15"]' ]
}

@test "no tree can carry all of it, tip owns most of it" {
	owner --format json --series ../patches
	[ "$(json -c '.series."carried-by", .series."most-of"' | xargs)" = \
		'[] tip' ]
	[ "$(json '.series.handover[] | select(.patch == "6/15") | .path +
		" " + (.owners | join(","))')" = "\
arch/x86/include/asm/mshyperv.h hyperv
arch/x86/xen/time.c xen
drivers/clocksource/hyperv_timer.c hyperv
drivers/xen/time.c xen" ]
	owner --series ../patches
	assert_output_has 'no tree can carry all of it; tip owns most of it'
	assert_output_has 'drivers/clocksource/hyperv_timer.c  (hyperv, tree hyperv)'
	assert_output_has 'an Acked-by of K. Y. Srinivasan <kys@microsoft.com> or'
}

@test "the Cc's that are missing" {
	owner --series ../patches
	output="$(grep 'not in To or Cc' <<<"$output")"
	assert_output_has 'not in To or Cc of some mail: '
	assert_output_has 'Wei Liu <wei.liu@kernel.org>'
	assert_output_lacks 'Juergen Gross <jgross@suse.com>'
	# Sent again with them.
	sed -i 's/^Cc: .*/&, "Cooper, B." <boris.ostrovsky@oracle.com>,\n Wei Liu <WEI.LIU@kernel.org>/' \
		../patches/0006-*
	owner --format json --series ../patches
	[ "$(json '.patches[] | select(.name == "6/15").missing[]' |
		grep -c 'wei.liu')" = 0 ]
	[ "$(json '.patches[] | select(.name == "6/15").missing[]' |
		grep -c 'kys@')" = 1 ]
}

@test "an mbox and a maildir say the same, in any order, in any encoding" {
	local want number

	owner --format json --series ../patches
	want="$output"
	# Backwards, with an answer in between.
	for number in 15 14 13 12 11 10 09 08; do
		cat ../patches/00$number-*
	done >mbox
	printf '%s\n' 'From x Mon Sep 17 00:00:00 2001' 'From: a <a@b>' \
		'Subject: Re: [PATCH v4 03/15] x86/pv' '' '>From what I see: ok' \
		'' >>mbox
	for number in 07 06 05 04 03 02 01 00; do
		cat ../patches/00$number-*
	done >>mbox
	owner --format json --series mbox
	[ "$output" = "$want" ]
	mkdir -p maildir/{cur,new,tmp}
	for number in 06 02 {07..15} 00 01 {03..05}; do
		cp ../patches/00$number-* maildir/cur/$RANDOM.$number.host
	done
	owner --format json --series maildir
	[ "$output" = "$want" ]
}

@test "the branch: the same, and what comes from tip's objtool/core" {
	owner --format json --commits v5.11-rc3..paravirt
	[ "$(json '.patches | length')" = 15 ]
	[ "$(json -c '.series."based-on"')" = \
		'[{"tree":"tip","ref":"refs/remotes/tip/objtool/core","commits":2}]' ]
	[ "$(json '.series."most-of"')" = tip ]
	owner --commits v5.11-rc3..paravirt
	assert_output_has 'based on 2 commits of tip that upstream does not have: refs/remotes/tip/objtool/core'
	assert_output_has 'must reach: '
	assert_output_lacks 'not in To or Cc'
	# Only the series itself was asked for: its base is told all the same.
	owner --format json --commits tip/objtool/core..paravirt
	[ "$(json '.patches | length')" = 15 ]
	[ "$(json '.series."based-on"[].commits')" = 2 ]
	# Without tip's part there is no base.
	git rebase -q --onto v5.11-rc3 tip/objtool/core paravirt~1
	owner --format json --commits v5.11-rc3..HEAD
	[ "$(json -c '.series."based-on"')" = '[]' ]
}

@test "tip carries what is tip's" {
	owner --format json --commits paravirt~4..paravirt~1
	[ "$(json -c '.series."carried-by"')" = '[]' ]
	owner --format json --commits paravirt~4..paravirt~2
	[ "$(json -c '.series."carried-by"')" = '["tip"]' ]
	owner --commits paravirt~4..paravirt~2
	assert_output_has '2 patches: all of it can be carried by tip'
}
