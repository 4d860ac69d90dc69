# SPDX-License-Identifier: GPL-2.0-only
# Which keys count, and where they are found: kinds and ages of keys, held against
# `git verify-tag`; several copies of a key; files of SSH keys.

load lib
load keys

# make_kind NAME ALGORITHM EXPIRE [GPG-OPTION...]: an OpenPGP key.
make_kind() {
	keys_gpg --status-fd 1 "${@:4}" \
		--quick-gen-key "$1 <$1@example.com>" "$2" sign "$3" |
		sed -n 's/.* KEY_CREATED P \([0-9A-F]*\).*/\1/p' >"$KEYS/$1.fpr"
	[ -s "$KEYS/$1.fpr" ]
}

# subkey NAME OF ALGORITHM EXPIRE [GPG-OPTION...]
subkey() {
	keys_gpg "${@:5}" --quick-add-key "$(fpr "$2")" "$3" sign "$4" &&
	keys_gpg --with-colons --list-keys "$(fpr "$2")" |
		sed -n 's/^fpr:*\([0-9A-F]*\):$/\1/p' | tail -n 1 \
		>"$KEYS/$1.fpr"
}

make_kinds() {
	local kind then='20100101T000000!'

	for kind in rsa2048 dsa2048 nistp256 nistp384 nistp521; do
		make_kind "$kind" "$kind" never || return 1
	done
	subkey sub-rsa nistp256 rsa2048 never &&
	make_kind renewed ed25519 1y --faked-system-time "$then" &&
	keys_gpg --export "$(fpr renewed)" >"$KEYS/renewed.old" &&
	keys_gpg --quick-set-expire "$(fpr renewed)" 0 &&
	make_kind old ed25519 never --faked-system-time "$then" &&
	subkey sub-ended old ed25519 1y --faked-system-time "$then"
}

make_ssh_kinds() {
	local kind

	for kind in rsa-2048 ecdsa-256 ecdsa-384 ecdsa-521; do
		ssh-keygen -q -t "${kind%-*}" -b "${kind#*-}" -N '' -C "$kind" \
			-f "$KEYS/ssh-$kind" || return 1
	done
}

setup_file() {
	make_keys && make_kinds 2>>"$KEYS/log" && make_ssh_kinds ||
		{ cat "$KEYS/log" >&2; return 1; }
}

teardown_file() {
	drop_keys
}

setup() {
	sandbox
	use_keys
	default_policy
	kvm_server
	commit arch/x86/a -m 'Of tip'
}

# tip_signs <LINES: the policy, where the lines are those of the signer tip.
tip_signs() {
	default_policy
	sed -i 's/^\[tree "tip"\]/&\nsigner = tip/' "$POLICY"
	{ echo '[signer "tip"]'; cat
	  printf '[shared-tag "s-*"]\ntree = tip\n'; } >lines
	add_policy <lines
	rm lines
}

# counts NAME, counts_not NAME REASON: whether the tag has a signer.
counts() {
	look_at "$1"
	[ "$signer" = tip ] || fail "$1: $signer, $unsigned"
}

counts_not() {
	look_at "$1"
	[ "$signer" = null ] || fail "$1: $signer"
	[[ $unsigned == *"$2"* ]] || fail "$1: $unsigned"
}

look_at() {
	run_tags
	[ "$status" -le 1 ] || fail 'no verdict'
	signer=$(json --arg t "$1" '.tags[] | select(.tag == $t).signer')
	unsigned=$(json --arg t "$1" '.tags[] | select(.tag == $t).unsigned')
}

run_tags() {
	status=0
	output="$(git-treaty audit --policy "$POLICY" --tree kvm --tags \
		--format json 2>"$TMPDIR/stderr")" || status=$?
	diagnostics="$(cat "$TMPDIR/stderr")"
	rm "$TMPDIR/stderr"
	no_crash "$diagnostics"
}

# undecided REASON
undecided() {
	run_tags
	[ "$status" -eq 128 ] || fail "exit status $status"
	[[ $diagnostics == *"$1"* ]] || fail "expected: $1"
}

# says TEXT: on either stream.
says() {
	[[ $output$diagnostics == *"$1"* ]] || fail "expected: $1"
}

says_not() {
	[[ $output$diagnostics != *"$1"* ]] || fail "not expected: $1"
}

# git_has FILE...: git verifies with the keys of these files.
git_has() {
	local home="$KEYS/git.$BATS_TEST_NUMBER"

	rm -rf "$home"
	mkdir -m 700 "$home"
	printf '#!/bin/sh\nexec gpg --homedir %s --no-auto-check-trustdb %s\n' \
		"$home" '--batch --quiet "$@"' >"$home.sh"
	chmod +x "$home.sh"
	"$home.sh" --import "$@" 2>>"$KEYS/log"
	gpgconf --homedir "$home" --kill all
	git config --global gpg.program "$home.sh"
}

# as_git TAG...: each counts if git verifies it, and not if git does not.
as_git() {
	local name want

	run_tags
	for name; do
		want=null
		git verify-tag "$name" 2>/dev/null && want=tip
		[ "$(json --arg t "$name" '.tags[] | select(.tag == $t).signer')" = \
			"$want" ] || fail "$name: git says $want"
		echo "$name $want" >>said
	done
}

@test "OpenPGP keys of all kinds and ages, as git verify-tag has them" {
	local key keys='rsa2048 dsa2048 nistp256 nistp384 nistp521 tip sub
		sub-rsa kvm revoked ended early renewed sub-ended'
	local files=("$KEYS/keys.gpg" kinds.gpg)

	for key in $keys; do
		case $key in
		sub-ended) tag_by "$key" "s-$key" HEAD --faked-system-time \
			'20100601T000000!' ;;
		*) tag_by "$key" "s-$key" ;;
		esac
	done
	for key in MD5 SHA1 SHA224 RIPEMD160; do
		tag_by rsa2048 "s-$key" HEAD --allow-weak-digest-algos \
			--digest-algo "$key"
	done
	# A key that the keyring lacks.
	make_kind "lost-$BATS_TEST_NUMBER" ed25519 never 2>>"$KEYS/log"
	tag_by "lost-$BATS_TEST_NUMBER" s-lost
	for key in rsa2048 dsa2048 nistp256 nistp384 nistp521 renewed old; do
		keys_gpg --export "$(fpr "$key")"
	done >kinds.gpg
	for key in rsa2048 dsa2048 nistp256 nistp384 nistp521 tip kvm revoked \
		ended early renewed old "lost-$BATS_TEST_NUMBER"; do
		echo "gpg = $(fpr "$key")"
	done >fprs
	{ cat fprs; printf 'keyring = %s\n' "$KEYS/keys.gpg" "$PWD/kinds.gpg"; } |
		tip_signs
	git_has "${files[@]}"
	as_git $(git tag -l 's-*')
	# Neither all nor none of them.
	[ "$(grep -c ' tip$' said)" -ge 10 ]
	[ "$(grep -c ' null$' said)" -ge 6 ]
	counts s-SHA1
	counts_not s-MD5 'gpgv rejects the digest of its signature'
}

@test "a revocation counts wherever it is" {
	local old=old.gpg new=new.gpg key="$(fpr revoked)"
	local public="gpg --homedir $KEYS/public --batch --quiet"

	tag_by revoked s-1
	keys_gpg --export "$key" >$old
	$public --export "$key" >$new
	keys_gpg --export "$(fpr tip)" >tip.gpg
	sed 's/^:---/---/' "$KEYS/g/openpgp-revocs.d/$key.rev" >cert.asc
	{ keys_gpg --export --armor "$key"; cat cert.asc; } >armored.asc
	gpg --dearmor <cert.asc >cert.gpg
	cat $old $new >old-new.gpg
	cat $new $old >new-old.gpg
	cat $old cert.gpg tip.gpg >cert-behind.gpg
	cat cert.gpg $old tip.gpg >cert-before.gpg
	cat $old tip.gpg cert.gpg >cert-apart.gpg
	cat $old tip.gpg $old >twice.gpg
	for files in $new old-new.gpg new-old.gpg "$old $new" "$new $old" \
		armored.asc cert-behind.gpg cert-before.gpg cert-apart.gpg \
		"$old cert.gpg" "cert.gpg $old" "$old tip.gpg $new"; do
		{ echo "gpg = $key"; printf "keyring = $PWD/%s\n" $files; } |
			tip_signs
		counts_not s-1 'the key that signed it was revoked'
	done
	for files in $old twice.gpg "$old $old" "tip.gpg $old" \
		"twice.gpg tip.gpg"; do
		{ echo "gpg = $key"; printf "keyring = $PWD/%s\n" $files; } |
			tip_signs
		counts s-1
	done
}

@test "a new date of expiry counts wherever it is" {
	local key="$(fpr renewed)"

	tag_by renewed s-1
	cp "$KEYS/renewed.old" old.gpg
	keys_gpg --export "$key" >new.gpg
	cat old.gpg new.gpg >old-new.gpg
	cat new.gpg old.gpg >new-old.gpg
	for files in new.gpg old-new.gpg new-old.gpg 'old.gpg new.gpg' \
		'new.gpg old.gpg'; do
		{ echo "gpg = $key"; printf "keyring = $PWD/%s\n" $files; } |
			tip_signs
		counts s-1
	done
	{ echo "gpg = $key"; echo "keyring = $PWD/old.gpg"; } | tip_signs
	counts_not s-1 'the key that signed it has expired'
}

@test "a subkey that only one copy of a key has" {
	tag_by sub s-1
	keys_gpg --export "$(fpr tip)" >with.gpg
	keys_gpg --export "$(fpr tip)!" >without.gpg
	for files in 'with.gpg without.gpg' 'without.gpg with.gpg'; do
		{ echo "gpg = $(fpr tip)"
		  printf "keyring = $PWD/%s\n" $files; } | tip_signs
		counts s-1
	done
	printf '%s\n' "gpg = $(fpr tip)" "keyring = $PWD/without.gpg" |
		tip_signs
	counts_not s-1 'a key that the policy does not have'
}

@test "a key of a version that gpgv does not know hides no other" {
	local version

	tag_by tip s-1
	tag_by kvm s-2
	keys_gpg --export "$(fpr tip)" >tip.gpg
	for version in 2 3 5 6 99; do
		keys_gpg --export "$(fpr kvm)" >strange.gpg
		printf "\\x$(printf %x "$version")" |
			dd of=strange.gpg bs=1 seek=2 conv=notrunc status=none
		cat strange.gpg tip.gpg >all.gpg
		printf '%s\n' "gpg = $(fpr tip)" "gpg = $(fpr kvm)" \
			"keyring = $PWD/all.gpg" | tip_signs
		counts s-1
		counts_not s-2 'a key that the policy does not have'
		# In the middle of the key that signs: a subkey, a signature.
		for tag in 'xb8' 'x88'; do
			{ cat tip.gpg
			  printf "\\$tag\\x06\\x$(printf %x "$version")"
			  printf 'aaaaa'
			  keys_gpg --export "$(fpr kvm)"; } >all.gpg
			case $tag,$version in x88,[23]) continue ;; esac
			counts s-1
			counts s-2
		done
	done
}

@test "files that are no keyrings" {
	tag_by tip s-1
	keys_gpg --export "$(fpr tip)" >good.gpg
	{ cat good.gpg; printf '\x99\x01'; } >cut.gpg
	head -c 60 good.gpg >short.gpg
	{ printf '\xb4\x03abc'; cat good.gpg; } >headless.gpg
	keys_gpg --export-secret-keys "$(fpr tip)" >secret.gpg
	for file in cut short headless; do
		printf '%s\n' "gpg = $(fpr tip)" "keyring = $PWD/$file.gpg" |
			tip_signs
		undecided "keyring $PWD/$file.gpg: it is damaged"
	done
	printf '%s\n' "gpg = $(fpr tip)" "keyring = $PWD/secret.gpg" | tip_signs
	undecided 'it has a secret key'
	printf '%s\n' "gpg = $(fpr tip)" "keyring = $PWD/good.gpg" | tip_signs
	counts s-1
}

@test "a keyring in a commit may be as large as one in a file" {
	tag_by tip s-1
	keys_gpg --export --armor "$(fpr tip)" >all.asc
	head -c 20000000 /dev/zero | tr '\0' '\n' >>all.asc
	printf '%s\n' "gpg = $(fpr tip)" 'keyring = all.asc' | tip_signs
	cp "$POLICY" policy.ini
	git add policy.ini all.asc && git commit -qm 'Add the policy'
	git config treaty.policyBlob main:policy.ini
	git config treaty.tree kvm
	treaty audit --tags
	assert_status 0
	says 'signer: tip'
	head -c 50000000 /dev/zero | tr '\0' '\n' >>all.asc
	git commit -qam 'Too large'
	treaty audit --tags
	assert_status 128
	says 'all.asc is larger than 33554432 bytes'
}

@test "keyrings without the keys that the policy counts on" {
	local key="$(fpr tip)"

	: >empty.gpg
	keys_gpg --export "$(fpr kvm)" >kvm.gpg
	keys_gpg --export "$key" >tip.gpg
	printf '%s\n' "gpg = $key" "keyring = $PWD/empty.gpg" | tip_signs
	treaty policy check "$POLICY"
	says "keyring $PWD/empty.gpg has no key"
	says "no keyring has the key $key of [signer \"tip\"]"
	treaty status --policy "$POLICY" --tree kvm
	says "keyring $PWD/empty.gpg has no key"
	printf '%s\n' "gpg = $key" "keyring = $PWD/kvm.gpg" | tip_signs
	treaty policy check "$POLICY"
	says "no keyring has the key $key of [signer \"tip\"]"
	printf '%s\n' "gpg = $key" "keyring = $PWD/none.gpg" | tip_signs
	treaty policy check "$POLICY"
	says "keyring $PWD/none.gpg: "
	# A subkey, and letters in small, are there too.
	printf '%s\n' "gpg = ${key,,}" "gpg = $(fpr sub)" \
		"keyring = $PWD/tip.gpg" | tip_signs
	treaty policy check "$POLICY"
	assert_status 0
	says_not 'no keyring has'
	says_not 'has no key'
	treaty status --policy "$POLICY" --tree kvm
	says_not 'keyring'
}

# SSH

@test "SSH keys of all kinds, in a file" {
	local kind kinds='rsa-2048 ecdsa-256 ecdsa-384 ecdsa-521 tip'

	for kind in $kinds; do
		tag_by "ssh-$kind" "s-$kind"
		cp "$KEYS/ssh-$kind.pub" "$kind.pub"
	done
	tag_by ssh-impostor s-impostor
	printf "keyring = $PWD/%s.pub\n" $kinds | tip_signs
	sed 's/^/x@example.com /' *.pub >allowed
	git config --global gpg.ssh.allowedSignersFile "$PWD/allowed"
	as_git $(git tag -l 's-*')
	counts_not s-impostor 'a key that the policy does not have'
	echo "keyring = $PWD/allowed" | tip_signs
	as_git $(git tag -l 's-*')
	# Keys of hardware, comments, empty lines and line ends of others.
	{ echo '# Keys'; echo; sed 's/$/\r/' tip.pub
	  echo "sk-ssh-ed25519@openssh.com $(printf '\0\0\0\1x' | base64)"
	} >some.pub
	echo "keyring = $PWD/some.pub" | tip_signs
	counts s-tip
	counts_not s-rsa-2048 'a key that the policy does not have'
	treaty policy check "$POLICY"
	assert_status 0
	says_not 'some.pub'
	# Whoever is in a signer's file is that signer.
	{ sed 's/^/a@x /' tip.pub; sed 's/^/b@x /' rsa-2048.pub; } >both
	echo "keyring = $PWD/both" | tip_signs
	treaty policy check "$POLICY"
	says "keyring $PWD/both has keys of a@x and of b@x"
	counts s-rsa-2048
}

# allows EXPECTED LINE: as git has it, with that line of an allowed-signers file.
allows() {
	printf '%s\n' "$2" >allowed
	git config --global gpg.ssh.allowedSignersFile "$PWD/allowed"
	echo "keyring = $PWD/allowed" | tip_signs
	: >said
	as_git s-1
	grep -q " $1\$" said || fail "$2: $(cat said)"
}

@test "options of allowed signers, as git verify-tag has them" {
	local key

	read -r key _ <<<"$(cut -d' ' -f1,2 "$KEYS/ssh-tip.pub" | tr ' ' :)"
	key="${key/:/ }"
	tag_by ssh-tip s-1
	allows tip "a@x $key"
	allows tip "a@x,b@x $key some words"
	allows tip "\"a@x b\" $key"
	allows tip "a@x namespaces=\"git\" $key"
	allows tip "a@x namespaces=\"file,g*\" $key"
	allows null "a@x namespaces=\"file\" $key"
	counts_not s-1 'the options of the key that signed it do not allow it'
	# The tag is of April 2005.
	allows tip "a@x valid-after=\"20050101\",valid-before=\"20060101\" $key"
	allows null "a@x valid-after=\"20060101\" $key"
	allows null "a@x valid-before=\"20050101\" $key"
	counts_not s-1 'the options of the key that signed it do not allow it'
	# Without options, but another key.
	allows null "a@x $(cut -d' ' -f1,2 "$KEYS/ssh-kvm.pub")"
}

@test "lines of allowed signers that are not supported" {
	local key="$(cut -d' ' -f1,2 "$KEYS/ssh-tip.pub")" line

	tag_by ssh-tip s-1
	while IFS='|' read -r line why; do
		printf '%s\n' '# Keys' "$line" >allowed
		echo "keyring = $PWD/allowed" | tip_signs
		undecided "keyring $PWD/allowed: line 2: $why"
		treaty policy check "$POLICY"
		says "line 2: $why"
	done <<-EOP
		a@x cert-authority $key|certificates are not supported
		a@x namespaces="git",cert-authority $key|certificates are not
		a@x no-such=1 $key|unknown option 'no-such=1'
		nonsense|it is not a public key
		a@x namespaces="git"|it is not a public key
		ssh-ed25519 AAAA=AAA|it is not a public key
	EOP
	printf '%s\n' "a@x $key" "a@x namespaces=\"file\" $key" >allowed
	echo "keyring = $PWD/allowed" | tip_signs
	undecided 'the same key has other options in'
	printf '%s\n' "a@x namespaces=\"file\" $key" >allowed
	printf '%s\n' "ssh = $key" "keyring = $PWD/allowed" | tip_signs
	counts s-1
	# Files of SSH keys are of a signer.
	printf '%s\n' "gpg = $(fpr tip)" | tip_signs
	sed -i "s|^version = 1|&\\nkeyring = $PWD/allowed|" "$POLICY"
	treaty policy check "$POLICY"
	says "keyring $PWD/allowed: it is damaged, or is not a file of"
}

# What stands in the place of a signature

# garbage NAME <BODY: a tag with that armored.
garbage() {
	{ unsigned_tag "$1"; printf -- '-----BEGIN PGP SIGNATURE-----\n\n'; cat
	  printf -- '-----END PGP SIGNATURE-----\n'; } | craft_tag "$1"
}

@test "a tag with garbage for a signature does not count, and stops nobody" {
	local n=0 body

	keys_gpg --export "$(fpr tip)" >tip.gpg
	printf '%s\n' "gpg = $(fpr tip)" "keyring = $PWD/tip.gpg" | tip_signs
	unsigned_tag s-0 | sign_gpg tip | sed '1,/^$/d; /^-----END/d' >body
	for body in '' '\n' 'AAAA\n' '====\n' '!!!!\n' 'iQ==\n' 'no base64\n' \
		"$(sed 's/^=.*/!!!!/' body)\n" "$(sed 1d body)\n" \
		"$({ printf '\x88\x14\x04\x00\x16\x63'; head -c 14 /dev/zero; } |
			base64)\n"; do
		n=$((n + 1))
		printf -- "$body" | garbage "s-$n"
		counts_not "s-$n" 'holds no valid signature'
	done
	without_hook kvm git push -q origin HEAD 'refs/tags/s-*:refs/tags/s-*'
	commit virt/a -m 'kvm: Work on top'
	push_ok origin HEAD
	assert_no_finding
	unsigned_tag s-good >payload
	{ cat payload; sign_gpg tip <payload; } | craft_tag s-good
	counts s-good
}
