# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shellcheck source=tests/e2e/lib.bash
#
# Real keys, made once for the tests of a file, and tags signed with them; needs
# gpg, gpgv and ssh-keygen. Call make_keys in setup_file, drop_keys in
# teardown_file, and use_keys after sandbox; a file that needs only SSH keys calls
# make_ssh_keys in setup_file and nothing else.
#
# OpenPGP keys: mainline, tip and kvm are these trees'; sub is a signing subkey
# of tip. impostor is nobody's, with the user id of tip. ended has expired,
# revoked was revoked, early is of the future. SSH keys: ssh-tip, ssh-kvm,
# ssh-arm64, and ssh-impostor, nobody's, with the comment of ssh-tip.

KEYS="$BATS_FILE_TMPDIR/k"		# short: gpg-agent makes sockets there

keys_gpg() {
	"$KEYS/gpg" "$@" 2>>"$KEYS/log"
}

# gpg_key NAME USER-ID EXPIRE [GPG-OPTION...]
gpg_key() {
	keys_gpg --status-fd 1 --allow-freeform-uid "${@:4}" \
		--quick-gen-key "$2" ed25519 sign "$3" |
		sed -n 's/.* KEY_CREATED P \([0-9A-F]*\).*/\1/p' \
		>"$KEYS/$1.fpr"
	[ -s "$KEYS/$1.fpr" ]
}

# fpr NAME: the fingerprint.
fpr() {
	cat "$KEYS/$1.fpr"
}

make_gpg_keys() {
	local tip='Tip <tip@example.com>'

	mkdir -m 700 "$KEYS/g" "$KEYS/public"
	# The options of the environment are for tag_by.
	cat >"$KEYS/gpg" <<-EOP
		#!/bin/sh
		exec gpg --homedir '$KEYS/g' --batch --quiet --passphrase '' \\
			--no-auto-check-trustdb --yes \$KEYS_OPTIONS "\$@"
	EOP
	chmod +x "$KEYS/gpg"
	gpg_key mainline 'Mainline <mainline@example.com>' never &&
	gpg_key tip "$tip" never &&
	gpg_key kvm 'Kvm <kvm@example.com>' never &&
	gpg_key impostor "$tip" never &&
	gpg_key revoked "$tip" never &&
	gpg_key ended "$tip" 1y --faked-system-time '20100101T000000!' &&
	gpg_key early "$tip" 1y --faked-system-time '20600101T000000!' &&
	keys_gpg --quick-add-key "$(fpr tip)" ed25519 sign never &&
	keys_gpg --with-colons --list-keys "$(fpr tip)" |
		sed -n 's/^fpr:*\([0-9A-F]*\):$/\1/p' | sed -n 2p \
		>"$KEYS/sub.fpr"
}

# keys.gpg and keys.asc, by which tags are verified: there, and only there,
# revoked is revoked.
export_keys() {
	local public="gpg --homedir $KEYS/public --batch --quiet"
	local name all=()

	for name in mainline tip kvm impostor ended early; do
		all+=("$(fpr "$name")")
	done
	keys_gpg --export "$(fpr revoked)" | $public --import &&
	sed 's/^:---/---/' "$KEYS/g/openpgp-revocs.d/$(fpr revoked).rev" |
		$public --import || return 1
	{ keys_gpg --export "${all[@]}"
	  $public --export; } >"$KEYS/keys.gpg"
	{ keys_gpg --export --armor "${all[@]}"
	  $public --export --armor; } >"$KEYS/keys.asc"
}

make_ssh_keys() {
	local name

	mkdir -p "$KEYS"
	for name in tip kvm arm64 impostor; do
		ssh-keygen -q -t ed25519 -N '' -C "${name/impostor/tip} key" \
			-f "$KEYS/ssh-$name" || return 1
	done
}

make_keys() {
	mkdir "$KEYS" &&
	make_gpg_keys && export_keys 2>>"$KEYS/log" && make_ssh_keys ||
		{ cat "$KEYS/log" >&2; return 1; }
}

drop_keys() {
	gpgconf --homedir "$KEYS/g" --kill all
	gpgconf --homedir "$KEYS/public" --kill all
}

# use_keys: git signs with these keys and no other.
use_keys() {
	git config --global gpg.program "$KEYS/gpg"
}

# tag_by KEY NAME [REV] [GPG-OPTION...]: a tag signed with the key; keys that
# are not of today sign in their time.
tag_by() {
	local key="$1" name="$2" rev="${3:-HEAD}" options="${*:4}" sign=()

	case "$key" in
	ssh-*) sign=(-c gpg.format=ssh -c user.signingkey="$KEYS/$key") ;;
	*) sign=(-c user.signingkey="$(fpr "$key")!") ;;
	esac
	case "$key" in
	ended) options+=' --faked-system-time 20100601T000000!' ;;
	early) options+=' --faked-system-time 20600601T000000!' ;;
	esac
	test_tick
	KEYS_OPTIONS="$options" git "${sign[@]}" tag -f -s -m "Tag $name" \
		"$name" "$rev" >/dev/null 2>>"$KEYS/log"
}

# craft_tag NAME <RAW: the ref of that name is a tag object of these bytes.
craft_tag() {
	local oid

	oid="$(git hash-object -t tag -w --literally --stdin)" &&
	git update-ref "refs/tags/$1" "$oid"
}

# raw_tag NAME: the bytes of the tag object.
raw_tag() {
	git cat-file tag "$1"
}

# unsigned_tag NAME [REV] [TYPE]: what would be signed.
unsigned_tag() {
	test_tick
	printf 'object %s\ntype %s\ntag %s\ntagger T <t@example.com> %s\n\n%s\n' \
		"$(git rev-parse "${2:-HEAD}")" "${3:-commit}" "$1" \
		"$TICK +0000" "Tag $1"
}

# sign_gpg KEY <PAYLOAD, sign_ssh KEY [NAMESPACE] <PAYLOAD: the signature.
sign_gpg() {
	keys_gpg -u "$(fpr "$1")!" --detach-sign --armor
}

sign_ssh() {
	ssh-keygen -q -Y sign -n "${2:-git}" -f "$KEYS/$1" 2>>"$KEYS/log"
}

# signed_policy KEYRING-LINE: the default policy, where mainline, tip and kvm
# sign with the keys above; the key lines are in [policy].
signed_policy() {
	default_policy
	sed -i -e "s|^commons = .*|&${1:+\\n$1}|" \
		-e '/^\[tree "mainline"\]/,/^$/{ s/^signed = no/signer = mainline/ }' \
		-e 's/^\[tree "\(tip\|kvm\)"\]/&\nsigner = \1/' "$POLICY"
	add_policy <<-EOP
		[signer "mainline"]
		gpg = $(fpr mainline)

		[signer "tip"]
		gpg = $(fpr tip)
		gpg = $(fpr revoked)
		gpg = $(fpr ended)
		gpg = $(fpr early)
		ssh = $(cat "$KEYS/ssh-tip.pub")

		[signer "kvm"]
		gpg = $(fpr kvm)
		ssh = $(cat "$KEYS/ssh-kvm.pub")

		[shared-tag "noinstr-*"]
		tree = tip

		[shared-tag "kvm-*"]
		tree = kvm
	EOP
}

# ssh_signer TREE [KEY]: its tags are signed with the key ssh-tip, or ssh-KEY.
ssh_signer() {
	sed -i "s/^\[tree \"$1\"\]/&\nsigner = $1/" "$POLICY"
	add_policy <<-EOP
		[signer "$1"]
		ssh = $(cat "$KEYS/ssh-${2:-tip}.pub")
	EOP
}

# require_signatures TREE...: from now on these trees' servers have linux.ini
# where tip's tags are signed with OpenPGP, and arm64's with SSH.
require_signatures() {
	local signers="$BATS_TEST_TMPDIR/signers"

	cat >"$signers" <<-EOP

		[signer "tip"]
		gpg = $(fpr tip)

		[signer "arm64"]
		ssh = $(cat "$KEYS/ssh-arm64.pub")

		[signer "kvm"]
		gpg = $(fpr kvm)
	EOP
	for tree; do
		vary "$tree" -e "/^\[policy\]/a keyring = $KEYS/keys.asc" \
			-e 's/^\[tree "\(tip\|arm64\|kvm\)"\]/&\nsigner = \1/' \
			-e '/^\[shared-tag "noinstr-lds/,/"kvmarm-/s/^signed .*/signed = yes/' \
			-e "\$r $signers"
	done
}
