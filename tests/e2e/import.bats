# SPDX-License-Identifier: GPL-2.0-only
# git treaty policy import: from MAINTAINERS to a policy.

load lib

setup() {
	sandbox
	mkdir -p linux/kernel/rcu linux/Documentation/x86
	cat >linux/MAINTAINERS <<'EOM'
List of maintainers
===================

	M: *Mail* patches to: FullName <address@domain>
	F: *Files* and directories wildcard patterns.

Maintainers List
----------------

3C59X NETWORK DRIVER
M:	Steffen Klassert <klassert@kernel.org>
L:	netdev@vger.kernel.org
S:	Odd Fixes
F:	drivers/net/ethernet/3com/3c59x.c

ALTERA EDAC
M:	"A. B." <ab@example.com>
F:	drivers/edac/altera_edac.[ch]

KERNEL VIRTUAL MACHINE (KVM)
M:	Paolo Bonzini <pbonzini@redhat.com>
T:	git git://git.kernel.org/pub/scm/virt/kvm/kvm.git
F:	arch/*/kvm/
F:	virt/kvm/*

RCU
M:	Paul McKenney <paulmck@kernel.org>
T:	git https://git.kernel.org/pub/scm/linux/kernel/git/paulmck/linux-rcu dev
T:	git git://git.kernel.org/pub/scm/linux/kernel/git/paulmck/linux-rcu.git
F:	kernel/rcu
X:	kernel/rcu/torture.c

TEGRA ARCHITECTURE SUPPORT
M:	Thierry Reding <thierry.reding@gmail.com>
T:	quilt http://example.com/patches/
T:	git://example.com/tegra.git next
F:	drivers/soc/tegra.c 
N:	[^a-z]tegra

TRUSTED
K:	trusted

X86
T:	git git://git.kernel.org/pub/scm/linux/kernel/git/tip/tip.git x86/core
F:	arch/x86/
F:	Documentation/x86
EOM
}

import() {
	infer --no-infer "$@"
}

# infer: imports what MAINTAINERS does not say, too.
infer() {
	treaty policy import "$@"
	assert_status 0
	printf '%s\n' "$output" >policy.ini
}

# section HEADER: its lines in policy.ini.
section() {
	output="$(awk -v h="[$1]" '/^\[/ { inside = $0 == h } inside && NF' \
		policy.ini)"
}

@test "sections, patterns, maintainers and trees" {
	import linux/MAINTAINERS
	section 'subsystem "KERNEL VIRTUAL MACHINE (KVM)"'
	[ "$output" = '[subsystem "KERNEL VIRTUAL MACHINE (KVM)"]
tree = kvm
path = arch/?**/kvm/**
path = virt/kvm/*
maintainer = Paolo Bonzini <pbonzini@redhat.com>' ]
	section 'subsystem "ALTERA EDAC"'
	[ "$output" = '[subsystem "ALTERA EDAC"]
path = drivers/edac/altera_edac.c*
path = drivers/edac/altera_edac.h*
maintainer = "A. B." <ab@example.com>' ]
	section 'subsystem "RCU"'
	[ "$output" = '[subsystem "RCU"]
tree = paulmck/linux-rcu
path = kernel/rcu/
exclude = kernel/rcu/torture.c*
maintainer = Paul McKenney <paulmck@kernel.org>' ]
	! grep -q '\*Mail\*' policy.ini || fail 'a title, not a path'
	grep -qx '; no F: and no N:, so it owns no path: TRUSTED' policy.ini
	treaty policy check policy.ini
	assert_status 0
}

@test "the spellings of a repository are one tree, branches are governed" {
	import linux/MAINTAINERS
	section 'tree "paulmck/linux-rcu"'
	[ "$(grep -c '^url = ' <<<"$output")" = 2 ]
	assert_output_has 'branch = refs/heads/*'
	assert_output_has 'branch = refs/heads/dev'
	section 'tree "tip"'
	[ "$output" = '[tree "tip"]
url = git://git.kernel.org/pub/scm/linux/kernel/git/tip/tip.git
branch = refs/heads/x86/core' ]
	section 'tree "kvm"'
	assert_output_lacks 'branch'
}

@test "a section that claims all there is gets no tree" {
	printf '%s\n' '' 'THE REST' 'M: Linus <l@x>' \
		'T: git git://git.kernel.org/torvalds/linux.git' 'F: *' 'F: */' \
		>>linux/MAINTAINERS
	import linux/MAINTAINERS
	section 'subsystem "THE REST"'
	assert_output_lacks 'tree = '
	assert_output_has '; T: git git://git.kernel.org/torvalds/linux.git'
	assert_output_has 'path = */**'
	grep -qxF '[tree "torvalds/linux"]' policy.ini
	treaty owner --policy policy.ini --format json Makefile virt/kvm/a
	[ "$(json -c '[.paths[].owners]')" = '[[],["kvm"]]' ]
}

@test "what is not git is a comment, with a warning" {
	line() { grep -n "^T:.*$1" linux/MAINTAINERS | cut -d: -f1; }
	import linux/MAINTAINERS
	[[ $diagnostics == *"MAINTAINERS:$(line quilt): warning: 'T: quilt http"* ]]
	[[ $diagnostics == *"MAINTAINERS:$(line //example.com/teg): warning: 'T: git://example.com/teg"* ]]
	grep -qxF '; T: quilt http://example.com/patches/' policy.ini
	section 'subsystem "TEGRA ARCHITECTURE SUPPORT"'
	assert_output_has 'tree = tegra'
	assert_output_has 'match = [^a-z]tegra'
	treaty policy import --quiet linux/MAINTAINERS
	[ -z "$diagnostics" ]
}

@test "owners are those of get_maintainer.pl" {
	import linux/MAINTAINERS
	owners() {
		treaty owner --policy policy.ini --format json "$1"
		assert_status 0
		output="$(json '[.paths[].subsystems[].name] | join(",")')"
		[ "$output" = "$2" ] || fail "owners of $1"
	}
	owners arch/x86/kvm/mmu/mmu.c 'KERNEL VIRTUAL MACHINE (KVM),X86'
	owners virt/kvm/a/b.c ''
	owners drivers/net/ethernet/3com/3c59x.cpp '3C59X NETWORK DRIVER'
	owners kernel/rcu/tree.c RCU
	owners kernel/rcu/torture.c ''
	owners kernel/rcu/torture.cpp ''
	owners kernel/rcutorture.c ''
	owners drivers/soc/tegra.c 'TEGRA ARCHITECTURE SUPPORT'
	owners net/integra.c ''
	owners Documentation/x86/index.rst X86
}

@test "a directory of MAINTAINERS files, as U-Boot has them" {
	mkdir -p uboot/board/{b,a} uboot/.git
	printf 'ROOT\nF:\tMakefile\n' >uboot/MAINTAINERS
	printf 'B BOARD\nM:\tB <b@b>\nF:\tboard/b/\n' >uboot/board/b/MAINTAINERS
	printf 'A BOARD\nF:\tboard/a\n' >uboot/board/a/MAINTAINERS
	printf 'GIT\nF:\t*\n' >uboot/.git/MAINTAINERS
	import uboot
	output="$(grep -E '^\[subsystem|^path' policy.ini | xargs -d '\n')"
	[ "$output" = '[subsystem "ROOT"] path = Makefile* [subsystem "A BOARD"] path = board/a/ [subsystem "B BOARD"] path = board/b/' ]
	# Out of a revision it is the same.
	rm -r uboot/.git
	cd uboot
	git init -q
	git add .
	git commit -q -m 'MAINTAINERS'
	rm -r board MAINTAINERS
	treaty policy import --no-infer HEAD:
	assert_status 0
	cmp - ../policy.ini <<<"$output"
	treaty policy import --no-infer HEAD:MAINTAINERS HEAD:board/a HEAD:board/b/MAINTAINERS
	assert_status 0
	cmp - ../policy.ini <<<"$output"
	treaty policy import HEAD:nowhere
	assert_undecided
}

@test "the same input gives the same bytes, a change a small one" {
	import linux/MAINTAINERS
	cp policy.ini first.ini
	import linux/MAINTAINERS
	cmp policy.ini first.ini
	sed -i '/^F:.*3c59x/a F:	drivers/net/ethernet/3com/typhoon*' \
		linux/MAINTAINERS
	import linux/MAINTAINERS
	[ "$(diff first.ini policy.ini | grep -c '^[<>]')" = 1 ]
}

@test "--onto keeps what is by hand, on both sides" {
	import linux/MAINTAINERS
	{
		cat policy.ini
		printf '[immutable "releases"]\ntag = v*\n'
	} >mine.ini
	sed -i 's/^mode = .*/mode = enforce/' mine.ini
	sed -i '/^RCU$/,/^$/s/^F:.*/F:	kernel\/rcu2\//' linux/MAINTAINERS
	import --onto mine.ini linux/MAINTAINERS
	[ "$(diff mine.ini policy.ini | grep -c '^[<>]')" = 2 ]
	grep -qx 'mode = enforce' policy.ini
	tail -n 1 policy.ini | grep -qx 'tag = v\*'
	import --onto policy.ini linux/MAINTAINERS
	cmp policy.ini <(printf '%s\n' "$output")
}

@test "--onto takes the trees that are there by their url" {
	write_policy mine.ini <<-'EOP'
		[policy]
		owners = nearest
		[signer "paolo"]
		gpg = 0123456789ABCDEF0123456789ABCDEF01234567
		[tree "kvm-by-hand"]
		url = https://git.kernel.org/pub/scm/virt/kvm/kvm
		signer = paolo
	EOP
	import --onto mine.ini linux/MAINTAINERS
	section 'subsystem "KERNEL VIRTUAL MACHINE (KVM)"'
	assert_output_has 'tree = kvm-by-hand'
	! grep -qF '[tree "kvm"]' policy.ini
}

@test "--onto a policy that has the same already is an error" {
	printf '[subsystem "RCU"]\npath = kernel/rcu/\n' >mine.ini
	treaty policy import --onto mine.ini linux/MAINTAINERS
	assert_undecided
	[[ $diagnostics == *'[subsystem "RCU"] is already on line 1 of the policy'* ]]
	printf '[tree "tip"]\n' >mine.ini
	treaty policy import --onto mine.ini linux/MAINTAINERS
	assert_undecided
	[[ $diagnostics == *"add 'url = git://git.kernel.org/"* ]]
	[ -z "$output" ]
	printf '; <<<< end of what was imported\n' >mine.ini
	import --onto mine.ini linux/MAINTAINERS
	printf '%s\n' '; >>>> imported by git treaty policy import, which replaces all of it' \
		>mine.ini
	treaty policy import --onto mine.ini linux/MAINTAINERS
	assert_undecided
	printf '[policy\n' >mine.ini
	treaty policy import --onto mine.ini linux/MAINTAINERS
	assert_status 128
	[[ $diagnostics == *'mine.ini:1: error: '* ]]
}

@test "titles and lines that a policy cannot hold as they are" {
	local long

	long="$(printf 'x%.0s' {1..300})"
	printf '%s\n' "TITLE $long" 'F: a/' "M: $long" "T: hg $long" \
		'SAME' 'F: b/' 'SAME' 'F: c/' 'QUOTE " AND \ ;x' 'F: d' \
		'M: Ann ; Other <a@a>' "HPET:	x86" 'F: e/' >MAINTAINERS
	import MAINTAINERS
	grep -qx '\[subsystem "TITLE x*\.\.\."\]' policy.ini
	grep -qxF '[subsystem "SAME (2)"]' policy.ini
	grep -qxF '[subsystem "QUOTE \" AND \\ ;x"]' policy.ini
	grep -qxF '[subsystem "HPET:	x86"]' policy.ini
	grep -qxF '; M: Ann ; Other <a@a>' policy.ini
	[ "$(wc -L <policy.ini)" -le 199 ]
	treaty policy check policy.ini
	assert_status 0
	printf 'A\nF: %s\n' "$long" >MAINTAINERS
	treaty policy import --no-infer MAINTAINERS
	assert_undecided
	[[ $diagnostics == *"MAINTAINERS:2: "*'is too long'* ]]
}

@test "a pattern that get_maintainer.pl dies of is an error" {
	printf 'A\nF: a/\nB\nN: b(\n' >MAINTAINERS
	treaty policy import --no-infer MAINTAINERS
	assert_undecided
	[[ $diagnostics == *"MAINTAINERS:4: 'b(' is not a regular expression"* ]]
}

@test "what is no MAINTAINERS file" {
	printf 'hello\n' >hello
	treaty policy import hello
	assert_undecided
	treaty policy import nowhere
	assert_undecided
	printf 'A\nF: a\0b\n' >nul
	treaty policy import nul
	assert_undecided
	mkdir empty
	treaty policy import empty
	assert_undecided
	treaty policy import
	assert_status 129
	treaty policy import --policy x hello
	assert_status 129
	treaty policy check --onto x hello
	assert_status 129
}

@test "ownership that a push changes does not judge it" {
	import linux/MAINTAINERS
	sed -i 's/^mode = .*/mode = enforce/' policy.ini
	POLICY="$PWD/policy.ini"
	kvm_server
	cp ../linux/MAINTAINERS .
	git add MAINTAINERS
	git commit -q -m 'MAINTAINERS as it was'
	push_ok origin main
	sed -i 's,F:	arch/x86/,F:	nowhere/,; s,F:	virt/kvm/\*,F:	arch/x86/,' \
		MAINTAINERS
	mkdir -p arch/x86
	echo a >arch/x86/a
	git add .
	git commit -q -m 'x86 is ours'
	push_refused origin main
	assert_only_finding foreign-path error
	assert_output_has 'arch/x86/a  (X86, tree tip)'
	# Once the policy's author has imported it, it judges the next push.
	(cd .. && cp kvm/MAINTAINERS linux/ &&
	 git treaty policy import --quiet --onto policy.ini linux/MAINTAINERS \
		>new.ini && mv new.ini policy.ini)
	push_ok origin main
}

# maintainers LINE...: a file of these sections, which | stands between.
maintainers() {
	printf '%s' "$@" | tr '|' '\n' >MAINTAINERS
}

@test "a section without T: has the tree of its maintainers, if that is one" {
	maintainers 'A|M: Ann <ann@x.org>|T: git git://x.org/a.git|F: a/|' \
		'|B|M: "Ann" <ANN@x.org>|F: b/' \
		'|C|M: Ann <ann@x.org>|M: New <new@x.org>|F: c/' \
		'|D|M: Dan <dan@x.org>|T: git git://x.org/d.git|F: d/|' \
		'|E|M: Ann <ann@x.org>|M: Dan <dan@x.org>|F: e/' \
		'|F|M: New <new@x.org>|F: f/'
	infer MAINTAINERS
	for name in A B C; do
		section "subsystem \"$name\""
		assert_output_has 'tree = a'
	done
	section 'subsystem "B"'
	assert_output_has '; no T: here, but in other sections of the same'
	for name in E F; do
		section "subsystem \"$name\""
		assert_output_lacks 'tree ='
	done
	infer --no-infer MAINTAINERS
	section 'subsystem "B"'
	assert_output_lacks 'tree ='
}

@test "one who maintains for two trees, or the rest, says nothing" {
	maintainers 'A|M: Ann <ann@x.org>|T: git git://x.org/a.git|F: a/|' \
		'|B|M: Ann <ann@x.org>|T: git git://x.org/b.git|F: b/' \
		'|C|M: Ann <ann@x.org>|F: c/' \
		'|REST|M: Tom <tom@x.org>|T: git git://x.org/all.git|F: */' \
		'|D|M: Tom <tom@x.org>|F: d/'
	infer MAINTAINERS
	section 'subsystem "C"'
	assert_output_lacks 'tree ='
	section 'subsystem "D"'
	assert_output_lacks 'tree ='
}

@test "a section with nobody in it is left out" {
	maintainers 'A|M: Ann <ann@x.org>|F: a/|B|L: list@x.org|F: b/'
	infer MAINTAINERS
	grep -qx '; no M:, so nobody owns its paths: B' policy.ini
	section 'subsystem "B"'
	[ -z "$output" ]
	section 'subsystem "A"'
	assert_output_has 'path = a/'
	infer --no-infer MAINTAINERS
	section 'subsystem "B"'
	assert_output_has 'path = b/'
}

@test "a repository that moved to another host is one tree" {
	maintainers 'A|M: Ann <ann@x.org>|T: git git://x.org/u/v/w.git|F: a/|' \
		'|B|M: Ben <ben@x.org>|T: git https://y.org/u/v/w|F: b/' \
		'|C|M: Cid <cid@x.org>|T: git https://x.org/me/linux|F: c/' \
		'|D|M: Dan <dan@x.org>|T: git https://y.org/me/linux|F: d/'
	infer MAINTAINERS
	[ "$(grep -c '^\[tree ' policy.ini)" -eq 3 ]
	section 'tree "v/w"'
	[ "$(grep -c '^url = ' <<<"$output")" -eq 2 ]
	section 'subsystem "B"'
	assert_output_has 'tree = v/w'
	infer --no-infer MAINTAINERS
	[ "$(grep -c '^\[tree ' policy.ini)" -eq 4 ]
}
