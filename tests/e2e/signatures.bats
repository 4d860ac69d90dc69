# SPDX-License-Identifier: GPL-2.0-only
# Whose signature a tag bears: the whole fingerprint decides, and nothing that
# can be copied, renamed or made up.

load lib
load keys

setup_file() {
	make_keys
}

teardown_file() {
	drop_keys
}

# x86 is a branch with a commit that kvm may only have by a tag of tip's.
setup() {
	sandbox
	use_keys
	signed_policy "keyring = $KEYS/keys.gpg"
	kvm_server
}

seed() {
	commit virt/a mm/a arch/x86/a -m 'Everything'
	git push -q origin main
	git checkout -q -b x86
	commit arch/x86/a -m 'x86: Of tip'
}

# counts NAME: x86 may be pushed with this tag. Deletes both afterwards.
counts() {
	push_ok origin x86 "$1"
	assert_no_finding
	without_hook kvm git push -q origin :x86 ":$1"
}

# counts_not NAME REASON: it may not.
counts_not() {
	push_refused origin x86 "$1"
	assert_finding foreign-path error
	assert_finding shared-tag error
	assert_output_has "$2"
}

signed_by_tip() {
	tag_by tip noinstr-1
	counts noinstr-1
}

# craft_signed KEY <PAYLOAD: noinstr-1 is that with the signature of the key.
craft_signed() {
	local payload

	payload="$(cat; echo .)"
	payload="${payload%.}"
	{ printf %s "$payload"; printf %s "$payload" | sign_gpg "$1"; } |
		craft_tag noinstr-1
}

# Who signed

@test "a colon in the directory for scratch files" {
	mkdir "$TMPDIR/a:b"
	export TMPDIR="$TMPDIR/a:b"
	signed_by_tip
}

@test "one of the tree's signers" {
	signed_by_tip
	tag_by ssh-tip noinstr-2
	counts noinstr-2
}

@test "nobody" {
	tag noinstr-1
	counts_not noinstr-1 'it is not signed'
	git tag -f noinstr-1 x86
	counts_not noinstr-1 'lightweight'
	signed_by_tip
}

@test "a known key of another tree" {
	for key in kvm ssh-kvm mainline; do
		tag_by $key noinstr-1
		counts_not noinstr-1 "it is signed by ${key#ssh-}, who does \
not sign for tip"
	done
	signed_by_tip
}

@test "a key that the keyring has, and no signer" {
	tag_by impostor noinstr-1
	counts_not noinstr-1 "it is signed with $(fpr impostor), which is not \
a key of any [signer]"
	signed_by_tip
}

@test "a key that nobody has" {
	keys_gpg --export "$(fpr kvm)" >"$BATS_TEST_TMPDIR/other.gpg"
	sed -i "s|^keyring = .*|keyring = $BATS_TEST_TMPDIR/other.gpg|" \
		"$POLICY"
	tag_by tip noinstr-1
	counts_not noinstr-1 "it is signed with $(fpr tip), a key that the \
policy does not have"
	tag_by ssh-impostor noinstr-1
	counts_not noinstr-1 'a key that the policy does not have'
	tag_by ssh-tip noinstr-1
	counts noinstr-1
}

@test "a key with the user id, or the comment, of a signer" {
	tag_by impostor noinstr-1
	counts_not noinstr-1 'is not a key of any [signer]'
	tag_by ssh-impostor noinstr-1
	counts_not noinstr-1 'a key that the policy does not have'
	signed_by_tip
}

@test "a subkey stands for its primary key, not the other way round" {
	tag_by sub noinstr-1
	counts noinstr-1
	sed -i "s/^gpg = $(fpr tip)/gpg = $(fpr sub)/" "$POLICY"
	counts noinstr-1
	tag_by tip noinstr-2
	counts_not noinstr-2 "is not a key of any [signer]"
}

@test "fingerprints in small letters" {
	sed -i "s/^gpg = $(fpr tip)/\L&/" "$POLICY"
	signed_by_tip
}

# Keys of another time

@test "a key that has expired" {
	tag_by ended noinstr-1
	counts_not noinstr-1 "the key that signed it has expired ($(fpr ended))"
	signed_by_tip
}

@test "a key that was revoked" {
	tag_by revoked noinstr-1
	counts_not noinstr-1 \
		"the key that signed it was revoked ($(fpr revoked))"
	# The same, as long as nobody has heard of that.
	keys_gpg --export "$(fpr revoked)" >"$BATS_TEST_TMPDIR/old.gpg"
	sed -i "s|^keyring = .*|keyring = $BATS_TEST_TMPDIR/old.gpg|" "$POLICY"
	counts noinstr-1
}

@test "a key that is not valid yet" {
	tag_by early noinstr-1
	counts_not noinstr-1 'the key that signed it is not valid yet'
	signed_by_tip
}

# What gpgv 2.4 says of such a key, which 2.2 calls a bad one.
@test "a key that gpgv has, but would not select" {
	local key="$(fpr early)" id="$(fpr early | tail -c 17)"

	tag_by early noinstr-1
	fake gpgv <<-EOP
		echo "[GNUPG:] NEWSIG"
		echo "[GNUPG:] KEY_CONSIDERED $key \$flags"
		echo "[GNUPG:] ERRSIG $id 22 8 00 2853273600 9 $key"
		echo "[GNUPG:] NO_PUBKEY $id"
		exit 2
	EOP
	flags=1 counts_not noinstr-1 'the key that signed it is not valid yet'
	flags=0 counts_not noinstr-1 'a key that the policy does not have'
}

@test "a signature that is older than its key" {
	tag_by tip noinstr-1 x86 --faked-system-time '20090101T000000!' \
		--ignore-time-conflict --ignore-valid-from
	counts_not noinstr-1 'or was not when it signed'
	signed_by_tip
}

@test "a signature that has expired" {
	tag_by tip noinstr-1 x86 --default-sig-expire seconds=1
	sleep 2
	counts_not noinstr-1 "its signature has expired ($(fpr tip))"
	tag_by tip noinstr-2 x86 --default-sig-expire 1d
	counts noinstr-2
}

# What is signed

@test "a good signature moved onto another tag object" {
	tag_by tip noinstr-1 main
	tag noinstr-2 x86
	{ raw_tag noinstr-2; raw_tag noinstr-1 | sed -n '/^-----BEGIN/,$p'; } |
		craft_tag noinstr-2
	counts_not noinstr-2 'its signature does not match its contents'
	tag_by ssh-tip noinstr-3 main
	tag noinstr-4 x86
	{ raw_tag noinstr-4; raw_tag noinstr-3 | sed -n '/^-----BEGIN/,$p'; } |
		craft_tag noinstr-4
	counts_not noinstr-4 'its signature does not match its contents'
	signed_by_tip
}

@test "a signed tag under another name" {
	tag_by tip noinstr-1
	git update-ref refs/tags/noinstr-2 noinstr-1
	counts_not noinstr-2 'the signed tag is called noinstr-1'
	push_ok origin x86 noinstr-1
	assert_no_finding
}

@test "a signed tag of another name, with a header of this one" {
	for header in 'tag noinstr-1' 'tagger T <t@example.com> 1 +0000'; do
		unsigned_tag kvm-1 x86 |
			sed "s/^tagger/$header\n&/" | craft_signed tip
		counts_not noinstr-1 'the signed tag is called kvm-1'
	done
	unsigned_tag noinstr-1 x86 | craft_signed tip
	counts noinstr-1
}

@test "a tag of a tag: what counts is the outer one" {
	tag_by tip noinstr-1
	tag noinstr-2 noinstr-1
	counts_not noinstr-2 'it is not signed'
	tag_by kvm noinstr-2 noinstr-1
	counts_not noinstr-2 'it is signed by kvm, who does not sign for tip'
	tag inner x86
	tag_by tip noinstr-3 inner
	counts noinstr-3
}

@test "a signature by X.509" {
	unsigned_tag noinstr-1 x86 >unsigned
	{
		cat unsigned
		printf -- '-----%s SIGNED MESSAGE-----\n' BEGIN
		echo AAAA
		printf -- '-----%s SIGNED MESSAGE-----\n' END
	} | craft_tag noinstr-1
	counts_not noinstr-1 'it is signed with X.509, which is not supported'
	craft_signed tip <unsigned
	counts noinstr-1
}

@test "two signatures" {
	unsigned_tag noinstr-1 x86 | craft_signed tip
	raw_tag noinstr-1 >raw
	counts noinstr-1
	# Of two who may sign.
	{ cat raw; sed -n '/^-----BEGIN/,$p' raw; } | craft_tag noinstr-1
	counts_not noinstr-1 'it has more than one signature'
	{ cat raw; sign_gpg kvm <raw; } | craft_tag noinstr-1
	counts_not noinstr-1 'it has more than one signature'
	{ cat raw; sign_ssh ssh-tip <raw; } | craft_tag noinstr-1
	counts_not noinstr-1 'it has more than one signature'
	# In one block.
	unsigned_tag noinstr-1 x86 >payload
	{ cat payload
	  keys_gpg -u "$(fpr tip)!" -u "$(fpr kvm)!" --detach-sign --armor \
		<payload; } | craft_tag noinstr-1
	counts_not noinstr-1 'its signature block holds no valid signature'
}

@test "something after the signature" {
	unsigned_tag noinstr-1 x86 | craft_signed tip
	raw_tag noinstr-1 >raw
	for more in x '\n' '\0' '\r\n' '-----END PGP SIGNATURE-----\n'; do
		{ cat raw; printf -- "$more"; } | craft_tag noinstr-1
		counts_not noinstr-1 'something after its signature'
	done
	# Without the last line's end it is the same block.
	printf %s "$(cat raw)" | craft_tag noinstr-1
	counts noinstr-1
}

@test "a signed message is no signature of the tag" {
	unsigned_tag noinstr-1 x86 >payload
	for how in '--sign' '--sign --compress-level 0' '--clear-sign'; do
		{ cat payload
		  keys_gpg -u "$(fpr tip)!" --armor $how <payload |
			sed -n '/BEGIN PGP \(SIG\|MES\)/,$p' |
			sed 's/PGP MESSAGE/PGP SIGNATURE/'; } |
			craft_tag noinstr-1
		try_push origin x86 noinstr-1
		push_has_failed
		assert_no_ref ../kvm.git noinstr-1
	done
	craft_signed tip <payload
	counts noinstr-1
}

@test "what is no signature at all" {
	unsigned_tag noinstr-1 x86 >payload
	for text in '' 'iQ==' '\0' 'wHQEARMKAB0=' '====' "$(seq 3000)"; do
		for kind in PGP SSH; do
			{ cat payload
			  echo "-----BEGIN $kind SIGNATURE-----"
			  printf "\n$text\n"
			  echo "-----END $kind SIGNATURE-----"; } |
				craft_tag noinstr-1
			try_push origin x86 noinstr-1
			push_has_failed
			[[ $output == *"git-treaty: refused: "* ||
			   $output == *"git-treaty: cannot decide"* ]] ||
				fail "$kind '$text'"
		done
	done
	craft_signed tip <payload
	counts noinstr-1
}

@test "an SSH signature in another namespace" {
	unsigned_tag noinstr-1 x86 >payload
	for namespace in file email gi gitt; do
		{ cat payload; sign_ssh ssh-tip $namespace <payload; } |
			craft_tag noinstr-1
		counts_not noinstr-1 \
			'its SSH signature was made for something other than git'
	done
	{ cat payload; sign_ssh ssh-tip <payload; } | craft_tag noinstr-1
	counts noinstr-1
}

@test "line ends and blanks are signed as well" {
	unsigned_tag noinstr-1 x86 | craft_signed tip
	counts noinstr-1
	raw_tag noinstr-1 >raw
	for edit in 's/^Tag .*/& /' '/^Tag/s/$/\r/' 's/^tagger T/tagger U/'; do
		sed "$edit" raw | craft_tag noinstr-1
		counts_not noinstr-1 'its signature does not match its contents'
	done
}

@test "control bytes in a tag reach nobody's terminal" {
	unsigned_tag noinstr-1 x86 |
		sed 's/^tag .*/tag \x1b[31mred\x1b[0m\x07/' |
		craft_signed tip
	counts_not noinstr-1 'the signed tag is called \x1b[31mred'
	assert_output_lacks $'\e['
	assert_output_lacks $'\a'
	unsigned_tag noinstr-1 x86 |
		sed 's/^tag .*/tag noinstr-1\x00x/' | craft_signed tip
	push_has_failed_somehow
	unsigned_tag noinstr-1 x86 |
		sed 's/^tagger T/tagger \x1b[31mT\x07/; s/^Tag/\x1b[2J&/' |
		craft_signed tip
	counts noinstr-1
}

push_has_failed_somehow() {
	try_push origin x86 noinstr-1
	push_has_failed
}

# Upstream's tags

@test "a tag named like a release, signed by a tree's signer" {
	for key in tip kvm ssh-kvm impostor; do
		tag_by $key v5.9
		push_refused origin x86 v5.9
		[ "$(findings | xargs)" = 'error foreign-path error protected-ref' ]
		push_refused origin v5.9
		assert_finding protected-ref error
	done
	assert_output_has 'v5.9 contains it, but does not count'
	tag v5.9 -f
	push_refused origin x86 v5.9
	assert_output_has 'it is not signed'
	tag_by mainline v5.9
	push_ok origin x86 v5.9
	assert_no_finding
}

@test "upstream's signer signs for upstream only" {
	tag_by mainline noinstr-1
	counts_not noinstr-1 \
		'it is signed by mainline, who does not sign for tip'
	tag_by mainline v5.9
	git update-ref refs/tags/v5.10 v5.9
	push_refused origin x86 v5.10
	assert_output_has 'the signed tag is called v5.9'
	push_ok origin x86 v5.9
	assert_no_finding
}

# Where the keys are

# The policy looks for the keys in another place: `look_in KEYRING-LINE
# [SIGNER-LINE]`, the second one for tip.
look_in() {
	sed -i -e '/^keyring = /d' "$POLICY"
	[ -z "$1" ] || sed -i "s|^commons = .*|&\n$1|" "$POLICY"
	[ -z "${2-}" ] || sed -i "s|^\[signer \"tip\"\]|&\n$2|" "$POLICY"
}

# keys_in: the same, and there they are.
keys_in() {
	look_in "$@"
	git treaty policy check --quiet "$POLICY"
}

@test "keyrings: armored, binary, of the policy or of a signer" {
	tag_by tip noinstr-1
	for file in keys.gpg keys.asc; do
		keys_in "keyring = $KEYS/$file"
		counts noinstr-1
		keys_in '' "keyring = $KEYS/$file"
		counts noinstr-1
	done
	keys_gpg --export "$(fpr kvm)" >"$BATS_TEST_TMPDIR/kvm.gpg"
	keys_in "keyring = $BATS_TEST_TMPDIR/kvm.gpg"
	counts_not noinstr-1 'a key that the policy does not have'
	keys_in "keyring = $BATS_TEST_TMPDIR/kvm.gpg" \
		"keyring = $KEYS/keys.asc"
	counts noinstr-1
}

@test "a keybox" {
	tag_by tip noinstr-1
	keys_gpg --export "$(fpr tip)" |
		gpg --homedir "$BATS_TEST_TMPDIR/tmp" --no-autostart \
		--no-default-keyring \
		--keyring "$BATS_TEST_TMPDIR/keys.kbx" --quiet --import
	keys_in "keyring = $BATS_TEST_TMPDIR/keys.kbx"
	counts noinstr-1
}

@test "a relative keyring stands beside the policy" {
	tag_by tip noinstr-1
	mkdir "$BATS_TEST_TMPDIR/keyrings"
	cp "$KEYS/keys.asc" "$BATS_TEST_TMPDIR/keyrings/all"
	keys_in 'keyring = keyrings/all'
	counts noinstr-1
	cp "$KEYS/keys.gpg" "$BATS_TEST_TMPDIR/all"
	keys_in 'keyring = all'
	counts noinstr-1
	rm "$BATS_TEST_TMPDIR/all"
	push_undecided origin x86 noinstr-1
}

# The keyring of a pushed commit is none yet.
@test "a keyring in the commit that has the policy" {
	look_in 'keyring = keys/all.gpg'
	tag_by tip noinstr-1
	git checkout -q --orphan policy
	git rm -qrf .
	mkdir keys
	cp "$POLICY" policy.ini
	cp "$KEYS/keys.gpg" keys/all.gpg
	git add . && git commit -qm 'Add the policy'
	without_hook kvm git push -q origin policy
	git -C ../kvm.git config --unset-all treaty.policy
	git -C ../kvm.git config treaty.policyBlob policy:policy.ini
	counts noinstr-1
	git rm -q keys/all.gpg && git commit -qm 'Remove it'
	push_ok origin x86 noinstr-1 policy
	without_hook kvm git push -q origin :x86 :noinstr-1
	push_undecided origin x86 noinstr-1
	assert_output_has 'keyring keys/all.gpg'
	cp "$KEYS/keys.gpg" all.gpg
	mkdir keys
	ln -s ../all.gpg keys/all.gpg
	git add . && git commit -qm 'A link to it'
	without_hook kvm git push -q origin policy
	try_push origin x86 noinstr-1
	push_has_failed
}

@test "a keyring that is missing, or damaged" {
	local bad="$BATS_TEST_TMPDIR/bad"

	tag_by tip noinstr-1
	tag_by ssh-tip noinstr-2
	look_in "keyring = $bad"
	push_undecided origin x86 noinstr-1
	assert_output_has "keyring $bad"
	mkdir "$bad"
	push_undecided origin x86 noinstr-1
	rmdir "$bad"
	head -c 100 "$KEYS/keys.asc" >"$bad"
	push_undecided origin x86 noinstr-1
	assert_output_has 'a key block in it is damaged'
	sed '5s/./-/' "$KEYS/keys.asc" >"$bad"
	push_undecided origin x86 noinstr-1
	# SSH signatures need none.
	counts noinstr-2
	for what in '' nonsense "$(head -c 90 "$KEYS/keys.gpg" | base64)"; do
		base64 -d <<<"$what" >"$bad" 2>/dev/null || true
		try_push origin x86 noinstr-1
		push_has_failed
	done
	keys_in ''
	push_undecided origin x86 noinstr-1
	assert_output_has "the policy names no 'keyring'"
	counts noinstr-2
	keys_in "keyring = $KEYS/keys.gpg"
	counts noinstr-1
}

@test "SSH keys with comments" {
	local key
	read -r _ key _ <"$KEYS/ssh-tip.pub"

	tag_by ssh-tip noinstr-1
	for line in "$key" "$key a # comment, of = some; words" \
		"$key namespaces=\"file\"" "$key kvm key"; do
		sed -i "s|^ssh = ssh-ed25519 *$key.*|ssh = ssh-ed25519 $line|" \
			"$POLICY"
		git treaty policy check --quiet "$POLICY"
		counts noinstr-1
	done
}

# The programs that verify

# fake PROGRAM <BODY: what the hook runs for it.
fake() {
	{ echo '#!/bin/sh'; cat; } >"$BATS_TEST_TMPDIR/bin/$1"
	chmod +x "$BATS_TEST_TMPDIR/bin/$1"
}

# undecided_by PROGRAM NAME <BODY
undecided_by() {
	fake "$1"
	push_undecided origin x86 "$2"
	assert_output_has "$1"
	rm "$BATS_TEST_TMPDIR/bin/$1"
}

@test "a program that is missing" {
	tag_by tip noinstr-1
	tag_by ssh-tip noinstr-2
	local all="$PATH" few="$BATS_TEST_TMPDIR/bin:$BATS_TEST_TMPDIR/few"

	cp -rs /usr/bin "$BATS_TEST_TMPDIR/few"
	rm "$BATS_TEST_TMPDIR/few/gpgv"
	PATH="$few" push_undecided origin x86 noinstr-1
	assert_output_has 'cannot run gpgv'
	PATH="$few" counts noinstr-2
	ln -s "$(command -v gpgv)" "$BATS_TEST_TMPDIR/few/gpgv"
	rm "$BATS_TEST_TMPDIR/few/ssh-keygen"
	PATH="$few" push_undecided origin x86 noinstr-2
	assert_output_has 'cannot run ssh-keygen'
	PATH="$few" counts noinstr-1
	[ "$PATH" = "$all" ]
}

@test "a program that crashes" {
	tag_by tip noinstr-1
	tag_by ssh-tip noinstr-2
	for body in 'exit 1' 'exit 0' 'exit 2' 'exit 139' 'kill -SEGV $$' \
		'kill -KILL $$' 'exec 0<&-; exit 3' 'cat; exit 0'; do
		undecided_by gpgv noinstr-1 <<<"$body"
	done
	for body in 'exit 1' 'exit 2' 'exit 139' 'kill -SEGV $$'; do
		undecided_by ssh-keygen noinstr-2 <<<"$body"
	done
	counts noinstr-1
	counts noinstr-2
}

@test "a program that says more than one thing" {
	local gpgv="$(command -v gpgv)"

	tag_by tip noinstr-1
	undecided_by gpgv noinstr-1 <<<"$gpgv \"\$@\"; exit 1"
	undecided_by gpgv noinstr-1 <<<"$gpgv \"\$@\"; exit 139"
	undecided_by gpgv noinstr-1 <<<"$gpgv \"\$@\" | grep -v VALIDSIG"
	undecided_by gpgv noinstr-1 <<<"$gpgv \"\$@\" | grep -v GOODSIG"
	fake gpgv <<<"$gpgv \"\$@\"; echo; echo '[GNUPG:] BADSIG X Y'"
	counts_not noinstr-1 'its signature block holds no valid signature'
	fake gpgv <<<"exec $gpgv \"\$@\""
	counts noinstr-1
}

# runs PID: and is no zombie that nobody has waited for yet.
runs() {
	kill -0 "$1" 2>/dev/null &&
		! grep -q '^State:.Z' "/proc/$1/status" 2>/dev/null
}

@test "a program that does not end" {
	tag_by tip noinstr-1
	undecided_by gpgv noinstr-1 <<-EOP
		sleep 997 &
		echo \$\$ \$! >"$TMPDIR/pids"
		sleep 998
	EOP
	assert_output_has 'gpgv did not end within 30 seconds'
	read -r shell child <"$TMPDIR/pids"
	! runs "$shell" || fail 'the program runs on'
	! runs "$child" || fail 'what it started runs on'
}

# recorded: how often gpgv was run since.
record() {
	: >"$TMPDIR/calls"
	fake gpgv <<-EOP
		echo >>"$TMPDIR/calls"
		exec $(PATH="${PATH#*:}" command -v gpgv) "\$@"
	EOP
}

assert_runs() {
	local n="$(wc -l <"$TMPDIR/calls")"

	[ "$n" -eq "$1" ] || fail "gpgv was run $n times, not $1"
	: >"$TMPDIR/calls"
}

@test "a program is not run if nothing depends on it" {
	record
	tag_by tip other-1
	push_ok origin main:refs/heads/copy
	git checkout -q main
	commit virt/b
	push_ok origin main
	tag_by mainline other-2
	push_ok origin other-2
	tag_by kvm noinstr-0
	without_hook kvm git push -q origin noinstr-0
	commit virt/b
	push_ok origin main
	assert_runs 0
	# Signed by somebody, while `signed = no`: in its own push a good
	# signature would count, and later it is not asked for.
	git checkout -q x86
	sed -i 's/^\[shared-tag "noinstr-.*/&\nsigned = no/' "$POLICY"
	tag_by kvm noinstr-1
	push_ok origin noinstr-1
	assert_runs 1
	push_ok origin x86
	without_hook kvm git push -q origin :x86 :noinstr-1
	assert_runs 0
	sed -i '/^signed = no/d' "$POLICY"
	counts_not noinstr-1 'it is signed by kvm'
	assert_runs 1
}

@test "a program is run once for a tag" {
	record
	tag_by tip noinstr-1
	commit arch/x86/a
	tag_by tip noinstr-2
	git checkout -q -b fork noinstr-1^0
	commit arch/x86/b
	tag_by tip noinstr-3
	git checkout -q main
	merge noinstr-1 && merge noinstr-2 && merge noinstr-3
	push_ok origin main x86 fork noinstr-1 noinstr-2 noinstr-3
	assert_no_finding
	assert_runs 3
	audit --policy "$POLICY" --tree kvm --base x86~2
	assert_status 0
	assert_runs 3
}

# Where something is found the commits are walked a second time, for a clock may
# have been wrong.
@test "a program is run once for a tag, though commits are walked twice" {
	record
	git checkout -q main
	for i in $(seq 20); do
		commit virt/a
	done
	push_ok origin main
	git checkout -q -b other
	commit arch/x86/a
	tag_by tip noinstr-1
	push_ok origin other noinstr-1
	assert_runs 1
	without_hook kvm git push -q origin :other :noinstr-1
	commit mm/a -m 'Not of tip'
	push_refused origin other noinstr-1
	assert_output_has 'refused: 1 error'
	assert_runs 1
	# Nor is it run with some of the keys.
	look_in "keyring = $KEYS/keys.gpg" 'keyring = missing.gpg'
	push_undecided origin other noinstr-1
	assert_runs 0
}
