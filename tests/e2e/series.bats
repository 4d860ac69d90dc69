# SPDX-License-Identifier: GPL-2.0-only
# git treaty owner --series: mails as people have them.

load lib

setup() {
	sandbox
	default_policy
	git init -q repo
	cd repo
	commit virt/a arch/x86/a kernel/a README -m 'Start'
}

owner() {
	treaty owner --policy "$POLICY" --format json "$@"
	assert_status 0
}

paths() {
	json -c '[.patches[].paths[].path]'
}

@test "renames count on both sides, copies and modes on one" {
	seq 100 >virt/b
	git add . && git commit -q -m b
	git mv virt/b kernel/b
	cp virt/a mm-a
	chmod +x arch/x86/a
	git add . && git commit -q -m 'Move'
	git format-patch -q -1 -M -C --find-copies-harder -o ../p
	grep -q '^rename from' ../p/*
	owner --series ../p
	[ "$(paths)" = '["arch/x86/a","kernel/b","mm-a","virt/b"]' ] ||
		fail "paths: $(paths)" "$(cat ../p/*)"
}

@test "only a copy" {
	cp virt/a mm-a
	git add . && git commit -q -m 'Copy'
	git format-patch -q -1 -C --find-copies-harder -o ../p
	grep -q '^copy from' ../p/*
	owner --series ../p
	[ "$(paths)" = '["mm-a"]' ]
}

@test "binary patches, new and deleted files, odd names" {
	head -c 3000 /dev/urandom >arch/x86/blob
	git rm -q kernel/a
	echo a >"virt/caf"$'\xc3\xa9 "x"\ty'
	git add . && git commit -q -m 'Odd'
	git format-patch -q -1 -o ../p
	owner --series ../p
	[ "$(paths)" = '["arch/x86/blob","kernel/a","virt/café \"x\"\ty"]' ]
	git format-patch -q -1 --no-binary -o ../q
	owner --series ../q
	[ "$(paths)" = '["arch/x86/blob","kernel/a","virt/café \"x\"\ty"]' ]
}

# mail ENCODING CHARSET: a mail with a patch, its body encoded by stdin's filter.
mail() {
	printf '%s\n' 'From x Mon Sep 17 00:00:00 2001' \
		'From: =?ISO-8859-1?Q?J=E9r=F4me?= <j@example.com>' \
		'To: X Eighty-Six <x86@example.com>' \
		'Subject: =?UTF-8?Q?[PATCH]_x86:_Caf=C3=A9?=' 'MIME-Version: 1.0' \
		"Content-Type: text/plain; charset=$2" \
		"Content-Transfer-Encoding: $1" ''
	cat
	echo
}

@test "quoted-printable, base64, Latin-1" {
	echo 'x = =3D' >>arch/x86/a
	git commit -q -a -m 'x86: change'
	git format-patch -q -1 --stdout | sed '1,/^$/d' >body
	base64 body | mail base64 UTF-8 >b64
	perl -MMIME::QuotedPrint -0777 -pe '$_ = encode_qp($_)' body |
		mail quoted-printable ISO-8859-1 >qp
	for file in b64 qp; do
		owner --series $file
		[ "$(paths)" = '["arch/x86/a"]' ]
		[ "$(json -c '.patches[0] | [.subject, .missing]')" = \
			'["x86: Café",[]]' ]
	done
}

@test "who is missing: names in quotes, folded lines, case" {
	local cc

	commit arch/x86/a kernel/a kernel/rcu/a -m 'Many'
	git format-patch -q -1 -o ../p
	owner --series ../p
	[ "$(json '.series.missing | length')" = 3 ]
	cc='Cc: "Eighty, X." <X86@Example.com>,\n\tcore@example.com (Co, Re),\n rcu@example.com'
	sed -i "s/^Subject:/$cc\n&/" ../p/*
	owner --series ../p
	[ "$(json -c '.series.missing')" = '[]' ] || fail 'nobody is missing'
}

@test "a patch that is no mail, and one without prefixes" {
	echo b >>kernel/a
	git diff >plain.patch
	git diff --no-prefix >bare.patch
	owner --series plain.patch
	[ "$(paths)" = '["kernel/a"]' ]
	owner --series bare.patch
	[ "$(paths)" = '["kernel/a"]' ]
}

@test "what holds no patch, or cannot be read" {
	treaty owner --policy "$POLICY" --series nowhere
	assert_undecided
	mkdir empty
	treaty owner --policy "$POLICY" --series empty
	assert_undecided
	printf 'From x Mon Sep 17 00:00:00 2001\nSubject: hi\n\nhello\n' >talk
	treaty owner --policy "$POLICY" --series talk
	assert_undecided
	printf '%s\n' 'Subject: x' '' 'diff --git a/x b/x' '--- a/x' '+++ b/x' \
		'@@ -1,5 +1,5 @@' ' one' >cut
	treaty owner --policy "$POLICY" --series cut
	assert_undecided
	head -c 100000 /dev/urandom >noise
	treaty owner --policy "$POLICY" --series noise
	assert_undecided
	treaty owner --policy "$POLICY" --series talk virt/a
	assert_status 129
}

@test "the repository names the policy, as for everything else" {
	commit virt/a kernel/a -m 'Both'
	git format-patch -q -1 -o ../p
	treaty owner --series ../p
	assert_undecided
	git config treaty.policy "$POLICY"
	treaty owner --series ../p
	assert_status 0
	assert_output_has 'kernel/a'
	cd /
	treaty owner --series "$BATS_TEST_TMPDIR/p"
	assert_undecided
}

@test "neither a repository nor the directory it is called in matter" {
	commit virt/a kernel/a -m 'Both'
	git format-patch -q -1 -o ../p
	mkdir -p sub/dir
	cd sub/dir
	owner --series ../../../p
	[ "$(paths)" = '["kernel/a","virt/a"]' ]
	[ "$(json -c '.series | [."carried-by", ."most-of"]')" = '[[],"tip"]' ]
	cd /
	owner --series "$BATS_TEST_TMPDIR/p"
	[ "$(paths)" = '["kernel/a","virt/a"]' ]
}

@test "commits that nobody owns can go anywhere" {
	commit README -m 'Read me'
	owner --commits HEAD~..HEAD
	[ "$(json -c '.series | [."any-tree", ."carried-by"]')" = '[true,[]]' ]
	treaty owner --policy "$POLICY" --commits HEAD~..HEAD
	assert_output_has '1 patch: any tree can carry it'
	treaty owner --policy "$POLICY" --commits HEAD
	assert_undecided
	treaty owner --policy "$POLICY" --commits nowhere..HEAD
	assert_undecided
}

# Order

# membarrier, as in the thread: x86's patch uses what the generic one adds.
membarrier() {
	mkdir -p virt init
	echo 'config ARCH_HAS_SYNC_CORE' >virt/Kconfig
	git add . && git commit -q -m 'virt: core serializing command'
	echo '	select ARCH_HAS_SYNC_CORE' >>arch/x86/a
	git commit -q -a -m "x86: core serializing command" "$@"
}

after() {
	json -c '[.patches[] | [.after[] | [.patch, .path, .word, .trailer]]]'
}

# asked: as mails and as commits; prints what goes after what, with numbers.
asked() {
	rm -rf ../p
	git format-patch -q main~"$1" -o ../p
	owner --series ../p
	[ "$(after)" = "$2" ] || fail "mails: $(after)"
	owner --commits main~"$1"..main
	[ "$(after | sed -E 's/"[0-9a-f]{12}"/"C"/g')" = \
	  "$(sed -E 's,"[0-9]+/[0-9]+","C",g' <<<"$2")" ] ||
		fail "commits: $(after)"
}

@test "a patch goes after another tree's whose identifier it uses" {
	membarrier
	asked 2 '[[],[["1/2",null,"ARCH_HAS_SYNC_CORE",null]]]'
	treaty owner --policy "$POLICY" --series ../p
	assert_output_has 'goes after 1/2 (kvm): it uses ARCH_HAS_SYNC_CORE'
	assert_output_has '1 of them must wait for a patch that goes through another tree'
}

@test "what a tree can carry together, or was there before, has no order" {
	echo 'int virt_before_all;' >>virt/a
	echo 'int x86_before_all;' >>arch/x86/a
	git commit -q -a -m 'Before'
	echo 'call(virt_new_one); call(virt_before_all);' >>virt/a
	git commit -q -a -m 'virt: one'
	echo 'call(virt_new_one);' >>virt/a
	git commit -q -a -m 'virt: two'
	echo 'call(virt_before_all);' >>arch/x86/a
	git commit -q -a -m 'x86: no need'
	asked 3 '[[],[],[]]'
	treaty owner --policy "$POLICY" --series ../p
	assert_output_lacks 'goes after'
	assert_output_lacks 'must wait'
}

@test "a path that both change, and CONFIG_ of Kconfig" {
	echo 'config VIRT_THING' >virt/Kconfig
	echo a >>kernel/a
	git add . && git commit -q -m 'virt, kernel'
	echo b >>kernel/a
	git commit -q -a -m 'kernel: again'
	echo '#ifdef CONFIG_VIRT_THING' >>arch/x86/a
	git commit -q -a -m 'x86: with it'
	asked 3 '[[],[["1/3","kernel/a",null,null]],'\
'[["1/3",null,"VIRT_THING",null]]]'
}

@test "what a trailer names" {
	commit virt/a -m 'virt: first'
	commit arch/x86/a -m "x86: second

Requires: virt: first
Depends-on: <20260101.x@example.com>"
	asked 2 '[[],[["1/2",null,null,"virt: first"],'\
'[null,null,null,"<20260101.x@example.com>"]]]'
	git commit -q --amend -m "x86: second

depends-on: $(git rev-parse HEAD^)"
	owner --commits HEAD~2..HEAD
	[ "$(json '.patches[1].after[0].patch')" = \
	  "$(git rev-parse --short=12 HEAD^)" ]
	treaty owner --policy "$POLICY" --commits HEAD~2..HEAD
	assert_output_has ' (kvm), which its message names'
}
