# SPDX-License-Identifier: GPL-2.0-only
# Merges that carry the signed tag they were made of, in their mergetag header:
# it proves as much as the tag, which nobody has pushed here. And what looks
# like one proves nothing.

load lib
load keys

setup_file() {
	make_keys
}

teardown_file() {
	drop_keys
}

# x86 is a branch with a commit that kvm may only have by a tag of tip's; main
# is kvm's own.
setup() {
	sandbox
	use_keys
	signed_policy "keyring = $KEYS/keys.gpg"
	kvm_server
	git checkout -q main
}

seed() {
	commit virt/a mm/a arch/x86/a -m 'Everything'
	git push -q origin main
	git checkout -q -b x86
	commit arch/x86/a -m 'x86: Of tip'
	git checkout -q main
	commit virt/a -m 'KVM: Of its own'
}

# section HEADER LINE...: puts the lines into that section.
section() {
	sed -i "s|^\[$1\]|&$(printf '\\n%s' "${@:2}")|" "$POLICY"
	git treaty policy check --quiet "$POLICY"
}

# counts [REF...]: main, and nothing else, may be pushed. Takes it back.
counts() {
	push_ok origin main "$@"
	assert_no_finding
	without_hook kvm git push -q --force origin \
		"$(git rev-list --max-parents=0 main):refs/heads/main" "${@/#/:}"
}

# counts_not [REASON]
counts_not() {
	push_refused origin main
	assert_finding foreign-path error
	[ $# -eq 0 ] || assert_output_has "$1"
}

# edit_merge COMMAND...: makes main's commit anew with what the command makes
# of its bytes.
edit_merge() {
	local oid

	oid="$(git cat-file commit HEAD | "$@" |
		git hash-object -t commit -w --literally --stdin)" &&
	git reset -q --hard "$oid"
}

# header NAME <RAW: the bytes as a header of a commit.
header() {
	sed -e "1s/^/$1 /" -e '2,$s/^/ /'
}

# with_mergetag FILE...: of stdin, a commit, the same with the raw tags in the
# files as its mergetags.
with_mergetag() {
	local commit="$BATS_TEST_TMPDIR/commit"

	cat >"$commit"
	sed '/^$/,$d; /^mergetag /,$d' "$commit"
	for file; do
		header mergetag <"$file"
	done
	sed -n '/^$/,$p' "$commit"
}

# What counts

@test "a merge of a signed tag, which is not here" {
	for key in tip sub ssh-tip; do
		tag_by $key noinstr-1 x86
		merge noinstr-1
		git cat-file commit HEAD | grep -q '^mergetag '
		counts
		assert_no_ref ../kvm.git noinstr-1
		git reset -q --hard HEAD^
	done
	merge x86
	counts_not
}

@test "audit and pre-push ask the same" {
	local audit=(--policy "$POLICY" --tree kvm --base main^^)

	git treaty install --quiet --client --policy "$POLICY" --tree kvm
	merge x86
	without_hook kvm push_refused origin main
	assert_only_finding foreign-path error
	audit "${audit[@]}" main
	assert_status 1
	assert_only_finding foreign-path error
	git reset -q --hard HEAD^
	tag_by tip noinstr-1 x86
	merge noinstr-1
	git update-ref -d refs/tags/noinstr-1
	audit "${audit[@]}" main
	assert_status 0
	assert_no_finding
	without_hook kvm push_ok origin main
	assert_no_finding
}

@test "who signed it" {
	for key in kvm ssh-kvm mainline; do
		tag_by $key noinstr-1 x86
		merge noinstr-1
		counts_not "the mergetag of noinstr-1 contains it, but does not \
count: [shared-tag \"noinstr-*\"] asks for a signature ('signed = yes'), and it \
is signed by ${key#ssh-}, who does not sign for tip"
		git reset -q --hard HEAD^
	done
	tag_by impostor noinstr-1 x86
	merge noinstr-1
	counts_not "it is signed with $(fpr impostor)"
	git reset -q --hard HEAD^
	tag_by ended noinstr-1 x86
	merge noinstr-1
	counts_not 'the key that signed it has expired'
	git reset -q --hard HEAD^
	tag_by tip noinstr-1 x86
	merge noinstr-1
	counts
}

@test "merged by fast-forward, or as tag^0" {
	tag_by tip noinstr-1 x86
	git reset -q --hard HEAD^
	git merge -q --ff-only noinstr-1
	counts_not
	assert_output_has 'git merge --no-ff'
	git reset -q --hard HEAD^
	merge noinstr-1^0
	! git cat-file commit HEAD | grep -q '^mergetag ' || fail 'a mergetag'
	counts_not
	assert_output_has 'git merge --no-ff'
	git reset -q --hard HEAD^
	merge noinstr-1
	counts
}

# What is forged

@test "a mergetag whose object is no parent" {
	git checkout -q x86
	tag_by tip noinstr-1
	commit arch/x86/a -m 'x86: After the tag'
	git checkout -q main
	raw_tag noinstr-1 >raw
	merge x86
	edit_merge with_mergetag raw
	counts_not
	git reset -q --hard HEAD^
	merge x86^
	edit_merge with_mergetag raw
	counts
}

@test "a mergetag in a commit that is no merge" {
	tag_by tip noinstr-1 x86
	raw_tag noinstr-1 >raw
	git reset -q --hard x86
	commit virt/b
	edit_merge with_mergetag raw
	counts_not
	git reset -q --hard origin/main
	merge noinstr-1
	counts
}

@test "a mergetag that was edited after signing" {
	tag_by tip noinstr-1 main^
	raw_tag noinstr-1 >raw
	merge x86
	sed "s/^object .*/object $(git rev-parse x86)/" raw >edited
	edit_merge with_mergetag edited
	counts_not 'its signature does not match its contents'
	tag_by tip noinstr-1 x86
	raw_tag noinstr-1 >raw
	for edit in 's/^Tag .*/&./' 's/^tag .*/tag noinstr-2/' \
		's/^tagger C/tagger U/' '/^Tag/a x'; do
		sed "$edit" raw >edited
		edit_merge with_mergetag edited
		counts_not 'its signature does not match its contents'
	done
	edit_merge with_mergetag raw
	counts
}

@test "a mergetag without a signature" {
	unsigned_tag noinstr-1 x86 >raw
	merge x86
	edit_merge with_mergetag raw
	counts_not 'it is not signed'
	{ cat raw; sign_gpg tip <raw; } >signed
	edit_merge with_mergetag signed
	counts
}

@test "two signatures, or something after one" {
	unsigned_tag noinstr-1 x86 >raw
	{ cat raw; sign_gpg tip <raw; } >signed
	merge x86
	{ cat signed; sign_gpg kvm <signed; } >double
	edit_merge with_mergetag double
	counts_not 'it has more than one signature'
	{ cat signed; echo; } >more
	edit_merge with_mergetag more
	counts_not 'something after its signature'
	edit_merge with_mergetag signed
	counts
}

@test "a mergetag in the message, or inside another header" {
	tag_by tip noinstr-1 x86
	raw_tag noinstr-1 >raw
	merge x86
	in_message() { cat; echo; header mergetag <raw; }
	edit_merge in_message
	counts_not
	git reset -q --hard HEAD^
	merge x86
	in_header() {
		sed "/^committer /r $BATS_TEST_TMPDIR/kvm/fake"
	}
	for name in gpgsig comment; do
		{ echo "$name -----BEGIN PGP SIGNATURE-----"
		  header mergetag <raw | sed 's/^/ /'
		  echo ' -----END PGP SIGNATURE-----'; } >fake
		edit_merge in_header
		counts_not
		git reset -q --hard HEAD^
		merge x86
	done
	for name in Mergetag mergetags 'mergetag ' $'mergetag\t' xmergetag \
		' mergetag'; do
		header "$name" <raw >fake
		edit_merge in_header
		counts_not
		git reset -q --hard HEAD^
		merge x86
	done
	header mergetag <raw >fake
	edit_merge in_header
	counts
}

# It is the signature that proves, wherever the header stands.
@test "a mergetag after a gpgsig header" {
	tag_by tip noinstr-1 x86
	tag_by kvm noinstr-2 x86
	merge x86
	raw_tag noinstr-2 >raw
	behind() {
		{ printf 'gpgsig x\n y\n'; header mergetag <raw; } >fake
		sed "/^committer /r $BATS_TEST_TMPDIR/kvm/fake"
	}
	edit_merge behind
	counts_not
	git reset -q --hard HEAD^
	merge x86
	raw_tag noinstr-1 >raw
	edit_merge behind
	counts
}

@test "a mergetag that is no tag" {
	merge x86
	tag_by tip noinstr-1 x86
	raw_tag noinstr-1 >raw
	for edit in 1d 2d 3d '1s/.$//' '1s/$/0/' '1s/[0-9a-f]*$/x/' \
		'2s/commit/tree/' '2s/commit/tag/' '2s/commit/x/' '3s/.*/tag /' \
		'3s/$/\x00x/' '3s/noinstr-1/noinstr-..1/' '1s/^/x/' '$!N;s/\n/\r\n/'
	do
		sed "$edit" raw >edited
		edit_merge with_mergetag edited
		counts_not
	done
	: >edited
	edit_merge with_mergetag edited
	counts_not
	edit_merge with_mergetag raw
	counts
}

@test "many mergetags, one of them good" {
	tag_by kvm noinstr-1 x86
	raw_tag noinstr-1 >bad
	tag_by tip noinstr-1 x86
	raw_tag noinstr-1 >good
	merge x86
	edit_merge with_mergetag bad bad
	counts_not
	edit_merge with_mergetag bad good
	counts
	edit_merge with_mergetag good bad
	counts
}

# Git writes one for a parent; who writes thousands only wants time.
@test "more mergetags than parents" {
	tag_by tip noinstr-1 x86
	raw_tag noinstr-1 >good
	for i in 1 2; do
		unsigned_tag "noinstr-2$i" x86 >bad-$i
	done
	merge x86
	edit_merge with_mergetag bad-1 bad-2 good
	counts_not
	edit_merge with_mergetag bad-1 good bad-2
	counts
}

# Octopus

octopus() {
	for i in 1 2; do
		git checkout -q -b "topic-$i" main^
		commit "arch/x86/$i"
	done
	tag_by tip noinstr-1 topic-1
	tag_by "$1" noinstr-2 topic-2
	git checkout -q main
	merge noinstr-1 noinstr-2
	[ "$(git cat-file commit HEAD | grep -c '^mergetag ')" -eq 2 ]
}

@test "an octopus of two tags" {
	octopus ssh-tip
	counts
}

@test "an octopus of two tags, one of another tree's signer" {
	octopus kvm
	counts_not 'mergetag of noinstr-2 contains it, but does not count'
	assert_output_has 'arch/x86/2'
	assert_output_lacks 'arch/x86/1'
}

@test "an octopus of two tags, one without its mergetag" {
	octopus tip
	raw_tag noinstr-1 >raw
	edit_merge with_mergetag raw
	counts_not
	assert_output_has 'arch/x86/2'
	assert_output_lacks 'arch/x86/1'
	raw_tag noinstr-2 >more
	edit_merge with_mergetag raw more
	counts
}

# Names

@test "a name that no section has" {
	tag_by tip other-1 x86
	merge other-1
	counts_not
	git reset -q --hard HEAD^
	tag_by tip deep/noinstr-1 x86
	merge deep/noinstr-1
	counts_not
	git reset -q --hard HEAD^
	tag_by tip NOINSTR-1 x86
	merge NOINSTR-1
	counts_not
	git reset -q --hard HEAD^
	tag_by tip noinstr-1 x86
	merge noinstr-1
	counts
}

@test "a name of another section" {
	# kvm's own tags vouch for nothing in kvm.
	tag_by kvm kvm-1 x86
	merge kvm-1
	counts_not
	git reset -q --hard HEAD^
	tag_by tip kvm-1 x86
	merge kvm-1
	counts_not
	git reset -q --hard HEAD^
	add_policy <<-'EOP'
		[shared-tag "rcu-*"]
		tree = rcu
	EOP
	tag_by tip rcu-1 x86
	merge rcu-1
	counts_not 'who does not sign for rcu'
	git reset -q --hard HEAD^
	tag_by tip noinstr-1 x86
	merge noinstr-1
	counts
}

@test "the first of two sections that have the name" {
	add_policy <<-'EOP'
		[shared-tag "noinstr-1*"]
		tree = rcu

		[shared-tag "mm-*"]
		tree = mm

		[shared-tag "mm-1*"]
		tree = tip
	EOP
	tag_by tip mm-1 x86
	merge mm-1
	counts_not 'who does not sign for mm'
	git reset -q --hard HEAD^
	tag_by tip noinstr-1 x86
	merge noinstr-1
	counts
}

@test "linux-next's tag, and who signed it" {
	tag_by mainline next-1 x86
	merge next-1
	counts_not
}

# Upstream

@test "a release by its mergetag: of upstream's signer, not of a tree's" {
	for key in tip kvm impostor; do
		tag_by $key v5.9 x86
		merge v5.9
		counts_not 'the mergetag of v5.9 contains it, but does not count'
		git reset -q --hard HEAD^
	done
	tag_by mainline v5.9 x86
	merge v5.9
	counts
}

@test "upstream's work of any tree comes with its tag" {
	git checkout -q -b upstream main^
	commit mm/a arch/x86/a kernel/a
	tag_by mainline v5.9
	git checkout -q main
	merge v5.9
	counts
	commit mm/a -m 'mm: Not of upstream'
	push_refused origin main
	assert_only_finding foreign-path error
	assert_output_has 'refused: 1 error'
}

# What the tag holds

@test "what comes after the tag, and what the merge itself does" {
	tag_by tip noinstr-1 x86
	merge noinstr-1
	counts
	commit arch/x86/a -m 'x86: On top'
	counts_not
	assert_output_has 'x86: On top'
	git reset -q --hard HEAD^
	echo evil >>arch/x86/a
	git commit -q -a --amend --no-edit
	raw_tag noinstr-1 >raw
	edit_merge with_mergetag raw
	push_refused origin main
	assert_only_finding merge-changes error
}

@test "its scope" {
	section 'shared-tag "noinstr-\*"' 'scope = core'
	tag_by tip noinstr-1 x86
	merge noinstr-1
	counts_not "its commit $(git rev-parse --short=12 x86) changes \
arch/x86/a, outside its scope"
	git reset -q --hard HEAD^
	git checkout -q -b core main^
	commit kernel/a
	tag_by tip noinstr-2
	git checkout -q main
	merge noinstr-2
	counts
}

@test "a commit of another tree's in it" {
	git checkout -q x86
	commit mm/a
	tag_by tip noinstr-1
	git checkout -q main
	merge noinstr-1
	counts_not 'changes mm/a, outside its scope'
	git reset -q --hard HEAD^
	tag_by tip noinstr-2 x86^
	merge noinstr-2
	counts
}

@test "what it is based on" {
	section 'shared-tag "noinstr-\*"' 'based-on = base-*'
	tag_by tip noinstr-1 x86
	merge noinstr-1
	push_refused origin main
	assert_only_finding shared-tag error
	assert_output_has 'not at a tag like base-*'
	assert_output_lacks 'lightweight'
	git tag base-1 x86^
	without_hook kvm git push -q origin base-1
	push_refused origin main
	assert_only_finding shared-tag error
	assert_output_has 'not at a tag like base-*: base-1, which it contains, is lightweight or not proven'
	tag base-2 x86^
	without_hook kvm git push -q origin base-2
	counts
}

@test "a base that comes along" {
	section 'shared-tag "noinstr-\*"' 'based-on = v*'
	tag_by tip noinstr-1 x86
	merge noinstr-1
	git tag v5.8 x86^
	push_refused origin main v5.8
	tag_by kvm v5.8 x86^
	push_refused origin main v5.8
	tag_by mainline v5.8 x86^
	counts v5.8
}

@test "a base that is known by its mergetag" {
	section 'shared-tag "noinstr-\*"' 'based-on = v*'
	git checkout -q -b upstream main^
	commit mm/a
	tag_by mainline v5.9
	git checkout -q -B x86
	commit arch/x86/b
	tag_by tip noinstr-1
	git checkout -q main
	merge v5.9
	merge noinstr-1
	counts
	git reset -q --hard HEAD~2
	tag_by kvm v5.9 upstream
	merge v5.9
	merge noinstr-1
	counts_not
}

@test "a release that is no base is none by its mergetag, either" {
	sed -i '/^\[immutable /,/^$/d' "$POLICY"
	add_policy <<-'EOP'
	[rule "tagged-base"]
	severity = error
	EOP
	git checkout -q -b upstream main^
	commit mm/a
	tag_by mainline v5.9
	git checkout -q main
	merge v5.9
	push_refused origin main
	assert_only_finding tagged-base error
	section 'tree "kvm"' 'base = v*'
	counts
}

@test "two releases that are known by their mergetags" {
	add_policy <<-'EOP'
		[rule "tagged-base"]
		severity = error
	EOP
	section 'tree "kvm"' 'base = v*'
	git checkout -q -b upstream main^
	commit mm/a
	tag_by mainline v5.9
	commit mm/a
	tag_by mainline v5.10
	git checkout -q main
	merge v5.9
	merge v5.10
	counts
	git reset -q --hard HEAD^^
	tag_by kvm v5.9 v5.9^0
	merge v5.9
	merge v5.10
	push_refused origin main
	assert_only_finding tagged-base error
}

@test "a merge of a tag whose commits upstream has by now" {
	add_policy <<-'EOP'
		[rule "tagged-base"]
		severity = error
	EOP
	section 'tree "kvm"' 'base = v*'
	git checkout -q x86
	tag_by tip noinstr-1
	commit mm/a
	tag_by mainline v5.9
	git push -q origin v5.9
	git checkout -q main
	merge noinstr-1
	counts
	# The release comes with it.
	without_hook kvm git push -q origin :v5.9
	push_ok origin main v5.9
	assert_no_finding
	without_hook kvm git push -q --force origin main~2:refs/heads/main
	git reset -q --hard HEAD^
	tag_by kvm noinstr-1 noinstr-1^0
	merge noinstr-1
	push_refused origin main
	assert_only_finding tagged-base error
	git reset -q --hard HEAD^
	git merge -q --no-ff noinstr-1^0 -m 'Merge without the tag'
	push_refused origin main
	assert_only_finding tagged-base error
}

@test "a tag inside that is known by its mergetag" {
	section 'shared-tag "noinstr-\*"' 'scope = x86' 'based-on = seed' \
		'based-on = core-*'
	add_policy <<-'EOP'
		[shared-tag "core-*"]
		tree = tip
		scope = core
	EOP
	tag seed main^
	without_hook kvm git push -q origin seed
	git checkout -q -b core seed^0
	commit kernel/a
	tag_by tip core-1
	git checkout -q x86
	merge core-1
	commit arch/x86/b
	tag_by tip noinstr-1
	git checkout -q main
	merge noinstr-1
	counts
	# Signed by another tree's signer, it is no tag of tip's.
	git reset -q --hard HEAD^
	git checkout -q x86
	git reset -q --hard HEAD~2
	tag_by kvm core-1 core
	merge core-1
	tag_by tip noinstr-1
	git checkout -q main
	merge noinstr-1
	counts_not 'changes kernel/a, outside its scope'
}

@test "a tag inside that is a draft of another tree" {
	section 'shared-tag "noinstr-\*"' 'based-on = seed' 'based-on = mm-*'
	add_policy <<-'EOP'
		[shared-tag "mm-*"]
		tree = mm
		freeze = merge
		signed = no
	EOP
	tag seed main^
	without_hook kvm git push -q origin seed
	git checkout -q -b mm seed^0
	commit mm/a
	tag mm-1
	git checkout -q x86
	merge mm-1
	tag_by tip noinstr-1
	git checkout -q main
	# The tags alone: no branch has the draft.
	push_refused origin noinstr-1 mm-1
	assert_finding shared-tag error
	assert_output_has 'mm/a  (mm, tree mm)'
	merge noinstr-1
	push_ok origin mm-1
	push_ok origin mm-1^0:refs/heads/mm
	push_ok origin main noinstr-1
	assert_no_finding
}

@test "frozen by the merge, or as soon as it exists" {
	for freeze in merge push; do
		section 'shared-tag "noinstr-\*"' "freeze = $freeze"
		tag_by tip noinstr-1 x86
		merge noinstr-1
		counts
		git reset -q --hard HEAD^
		sed -i '/^freeze = /d' "$POLICY"
	done
	# A draft that only a tag has merged.
	section 'shared-tag "noinstr-\*"' 'freeze = merge'
	merge noinstr-1
	tag other-1
	git reset -q --hard HEAD^
	push_refused origin other-1
	assert_only_finding foreign-path error
	assert_output_has 'the mergetag of noinstr-1 contains it, but is still a'
	git reset -q --hard other-1
	counts other-1
}

# blamed SUBJECT: the tag that the refusal of that commit names, if any.
blamed() {
	local oid

	oid="$(git log -1 --format=%H --grep="$1" main)"
	json --arg oid "$oid" '.findings[] | select(.commit == $oid) | .why' |
		sed -nE 's/.*the mergetag of ([^ ]+) contains it.*/\1/p'
}

@test "the refusal names the tag that brought the commit" {
	commit arch/x86/main -m 'x86: on main'
	tag_by impostor noinstr-1 x86
	merge noinstr-1
	git checkout -q x86
	git merge -q --ff-only main
	commit arch/x86/b -m 'x86: later'
	git checkout -q main
	commit virt/b -m 'KVM: later'
	tag_by impostor noinstr-2 x86
	merge noinstr-2
	audit --policy "$POLICY" --tree kvm main ^origin/main
	assert_status 1
	[ "$(blamed 'x86: Of tip')" = noinstr-1 ]
	[ "$(blamed 'x86: later')" = noinstr-2 ]
	[ "$(json '[.findings[] | select(.subject == "x86: on main")] | length')" = 1 ]
	[ "$(blamed 'x86: on main')" = '' ]
	push_refused origin main
	assert_output_has 'mergetag of noinstr-1'
	assert_output_has 'mergetag of noinstr-2'
}

@test "who may pull it" {
	section 'shared-tag "noinstr-\*"' 'consumer = rcu'
	tag_by tip noinstr-1 x86
	merge noinstr-1
	push_ok origin main
	assert_only_finding tag-consumer warn
	assert_output_has 'tag noinstr-1 of tip is for rcu, not for kvm'
	without_hook kvm git push -q --force origin main~2:main
	section 'shared-tag "noinstr-\*"' 'consumer = kvm'
	counts
}

@test "a tag that counts for nothing hides no pull" {
	section 'shared-tag "noinstr-\*"' 'consumer = rcu'
	add_policy <<-'EOP'
		[shared-tag "free-*"]
		tree = tip

		[rule "tag-consumer"]
		severity = error
	EOP
	unsigned_tag free-1 x86 >forged
	git tag free-2 x86
	without_hook kvm git push -q origin free-2
	tag_by tip noinstr-1 x86
	merge noinstr-1
	push_refused origin main
	assert_only_finding tag-consumer error
	raw_tag noinstr-1 >good
	for order in 'forged good' 'good forged'; do
		edit_merge with_mergetag $order
		push_refused origin main
		assert_only_finding tag-consumer error
	done
	tag_by tip free-3 x86
	raw_tag free-3 >free
	edit_merge with_mergetag good free
	counts
}

# core-1, and noinstr-1 on it, which may be based on such tags only.
tag_on_tag() {
	section 'shared-tag "noinstr-\*"' 'scope = x86' 'based-on = core-*'
	add_policy <<-'EOP'
		[shared-tag "core-*"]
		tree = tip
		scope = core
	EOP
	git checkout -q -b core main^
	commit kernel/a
	tag_by "$1" core-1
	commit arch/x86/b
	tag_by tip noinstr-1
	git checkout -q main
}

@test "a tag built on one that was merged before" {
	tag_on_tag tip
	merge core-1
	push_ok origin main core-1
	assert_no_finding
	merge noinstr-1
	push_ok origin main
	assert_no_finding
}

@test "a tag built on one that was pushed before" {
	tag_on_tag tip
	push_ok origin core-1
	assert_no_finding
	push_ok origin noinstr-1
	assert_no_finding
	merge noinstr-1
	counts
}

@test "a tag built on one that was there before, and does not count" {
	tag_on_tag kvm
	without_hook kvm git push -q origin core-1
	push_refused origin noinstr-1
	assert_finding shared-tag error
	merge noinstr-1
	counts_not
	without_hook kvm git push -q origin core-1^0:refs/heads/core
	push_refused origin main
	assert_only_finding shared-tag error
	assert_output_has 'the history of tag noinstr-1 starts at'
}

@test "a hundred bases hide none" {
	section 'shared-tag "noinstr-\*"' 'based-on = base-*'
	git checkout -q --orphan bad
	git rm -q -r -f .
	commit arch/x86/bad
	for i in $(seq 102); do
		git checkout -q -B base main^
		commit "virt/$i"
		tag "base-$i"
	done
	without_hook kvm git push -q origin 'refs/tags/base-*'
	git checkout -q -b many base-1^0
	for i in $(seq 2 102); do
		git merge -q --no-edit "base-$i^0"
	done
	tag_by tip noinstr-1
	git merge -q --no-edit --allow-unrelated-histories bad
	tag_by tip noinstr-2
	git checkout -q main
	push_refused origin noinstr-2
	assert_finding shared-tag error
	assert_output_has 'starts at a commit without parents'
	push_ok origin noinstr-1
	assert_no_finding
}

@test "a tag of a tag" {
	tag inner x86
	tag_by tip noinstr-1 inner
	merge noinstr-1
	# The tag inside must be here: nothing else says what is meant.
	counts_not
	counts inner
	git reset -q --hard HEAD^
	tag_by tip noinstr-2 x86
	tag_by kvm noinstr-3 noinstr-2
	raw_tag noinstr-3 >raw
	merge x86
	edit_merge with_mergetag raw
	counts_not
}

@test "the tag comes along, or was taken away" {
	tag_by tip noinstr-1 x86
	merge noinstr-1
	counts noinstr-1
	without_hook kvm git push -q origin noinstr-1
	counts
	# The mergetag speaks for itself.
	section 'shared-tag "noinstr-\*"' 'freeze = merge'
	try_push origin main :noinstr-1
	without_hook kvm git push -q origin :noinstr-1
	counts
}

@test "a mergetag is verified once, with the tag and without" {
	: >"$TMPDIR/calls"
	cat >"$BATS_TEST_TMPDIR/bin/gpgv" <<-EOP
		#!/bin/sh
		echo >>"$TMPDIR/calls"
		exec $(command -v gpgv) "\$@"
	EOP
	chmod +x "$BATS_TEST_TMPDIR/bin/gpgv"
	tag_by tip noinstr-1 x86
	merge noinstr-1
	git checkout -q -b second main^
	merge noinstr-1
	push_ok origin main second noinstr-1
	assert_no_finding
	[ "$(wc -l <"$TMPDIR/calls")" -eq 1 ]
	# It is known: nothing depends on it any more.
	git checkout -q -b third main~2
	merge noinstr-1
	push_ok origin third
	[ "$(wc -l <"$TMPDIR/calls")" -eq 1 ]
}

@test "control bytes in a mergetag reach nobody's terminal" {
	tag_by kvm noinstr-1 x86
	raw_tag noinstr-1 | sed \
		's/^tag .*/tag noinstr-1\xff\xc2\x9b31m/; s/^Tag/\x1b[2J&/' >raw
	merge x86
	edit_merge with_mergetag raw
	counts_not
	assert_output_lacks $'\e'
	assert_output_lacks $'\xc2\x9b'
	assert_output_lacks $'\xff'
	audit --policy "$POLICY" --tree kvm --base main~1 main
	assert_status 1
	raw_tag noinstr-1 | sed 's/^tag .*/tag \x1b[2Jnoinstr-1/' >raw
	edit_merge with_mergetag raw
	counts_not
}

# A tag's name is enough where the policy says so, for somebody must be able to
# push it; a header anybody can write.
@test "'signed = no' is about tags, not about mergetags" {
	section 'shared-tag "noinstr-\*"' 'signed = no'
	git tag -a -m 'By nobody' noinstr-1 x86
	merge noinstr-1
	git cat-file tag noinstr-1 >../raw
	edit_merge with_mergetag ../raw
	counts_not 'the mergetag of noinstr-1 contains it, but does not count '\
'without a good signature: it is not signed'
	push_ok origin noinstr-1
	counts
	without_hook kvm git push -q origin :noinstr-1
	git tag -d noinstr-1
	git reset -q --hard HEAD^
	tag_by tip noinstr-1 x86
	merge noinstr-1
	counts
}

# Two objects of one name

# main merges a draft that was withdrawn; the server has the redone one.
withdraw_draft() {
	section 'shared-tag "noinstr-\*"' 'freeze = merge'
	tag_by tip noinstr-1 x86
	merge noinstr-1
	git checkout -q x86
	commit arch/x86/a -m 'x86: Redone'
	tag_by tip noinstr-1
	git checkout -q main
	push_ok origin noinstr-1
}

@test "a withdrawn draft does not come back by its mergetag" {
	withdraw_draft
	counts_not 'noinstr-1 contains it'
	# Nor in the push that redoes it.
	without_hook kvm git push -q origin :noinstr-1
	push_refused origin main noinstr-1
	assert_finding foreign-path error
	# The redone one is merged.
	git reset -q --hard origin/main
	merge noinstr-1
	push_ok origin noinstr-1 main
	assert_no_finding
}

@test "the other object of the name is not told where it is hidden" {
	local name

	withdraw_draft
	name="$(git rev-parse --short=12 noinstr-1)"
	counts_not "the tag of that name here is another object, $name"
	git -C "$SERVER" config transfer.hideRefs refs/tags
	counts_not 'the mergetag of noinstr-1 contains it, but does not count'
	assert_output_lacks "$name"
	assert_output_lacks 'another object'
}

# merge_redone_tag: main merges noinstr-1 once more, now made of another commit.
merge_redone_tag() {
	git checkout -q x86
	commit arch/x86/a -m 'x86: More'
	tag_by tip noinstr-1
	git checkout -q main
	merge noinstr-1
}

@test "two signed tags of one name are not both believed" {
	tag_by tip noinstr-1 x86
	merge noinstr-1
	merge_redone_tag
	counts_not 'another merge has another signed tag of that name'
	# One that nobody of tip signed changes nothing.
	git reset -q --hard HEAD~2
	merge noinstr-1
	tag_by kvm noinstr-1 x86~1
	git checkout -q -b other main~1
	commit virt/o
	merge noinstr-1
	git checkout -q main
	merge other
	push_ok origin main
	assert_no_finding
}

@test "a tag of old commits makes no other doubtful" {
	tag_by tip noinstr-1 x86
	git checkout -q --detach x86
	commit mm/a
	tag_by mainline v5.9
	git push -q origin v5.9
	git checkout -q main
	merge noinstr-1
	merge_redone_tag
	add_policy <<-'EOP'
		[rule "tagged-base"]
		severity = warn
	EOP
	section 'tree "kvm"' 'base = v*'
	push_ok origin main
	assert_only_finding tagged-base warn
	without_hook kvm git push -q --force origin main~2:main
	sed -i 's/^severity = warn/severity = off/' "$POLICY"
	push_ok origin main
	assert_no_finding
}

@test "two signed tags of one name are not both believed in two pushes" {
	tag_by tip noinstr-1 x86
	git tag saved noinstr-1
	git checkout -q x86
	git reset -q --hard HEAD~
	commit arch/x86/b -m 'x86: Redone'
	tag_by tip noinstr-1
	git checkout -q main
	commit virt/o
	merge noinstr-1
	push_ok origin main
	# The other comes by its mergetag, to the same branch or another.
	git checkout -q -b other main~1
	git update-ref refs/tags/noinstr-1 saved
	merge noinstr-1
	push_refused origin other
	assert_only_finding foreign-path error
	assert_output_has 'another merge has another signed tag of that name'
	# Or as a tag, by the push that needs it or before.
	push_refused origin other noinstr-1
	push_refused origin noinstr-1
	without_hook kvm git push -q origin noinstr-1
	push_refused origin other
	assert_only_finding foreign-path error
	# The one that was merged goes on to count.
	without_hook kvm git push -q origin :noinstr-1
	git checkout -q x86
	tag_by tip noinstr-2
	git checkout -q -b third main~1
	merge noinstr-2
	push_ok origin third
	assert_no_finding
}

# Tags of which only the mergetags of earlier pushes are here

# known_by_merge [KEY]: the branch next has a merge of noinstr-1, which that key
# signed, and of which no ref is here. Goes to a new branch below that merge.
known_by_merge() {
	add_policy <<-'EOP'
		[rule "foreign-path"]
		severity = off
	EOP
	git checkout -q -b next
	tag_by "${1:-tip}" noinstr-1 x86
	merge noinstr-1
	git tag -d noinstr-1
	commit virt/next
	push_ok origin next
	assert_no_finding
	git checkout -q -b fixes main
}

# pick REV...: cherry-picks, at another time and by another committer.
pick() {
	test_tick
	GIT_COMMITTER_NAME=Other git cherry-pick "$@" >/dev/null
}

@test "copies of what an earlier push merged" {
	known_by_merge
	pick x86
	push_refused origin fixes
	assert_only_finding rebased-tag error
	assert_output_has 'which the frozen tag noinstr-1 contains and'
	# On a branch that has the tag as well nobody is harmed.
	merge next
	push_ok origin fixes
	assert_no_finding
}

@test "copies of what an earlier push merged, made of several" {
	git checkout -q x86
	commit arch/x86/b
	commit arch/x86/c
	git checkout -q main
	known_by_merge
	pick x86~1
	push_refused origin fixes
	assert_only_finding rebased-tag error
	# The same author, date and subject, with another patch.
	echo other >>arch/x86/b
	git commit -q -a --amend --no-edit
	push_refused origin fixes
	assert_only_finding rebased-tag error
	git reset -q --hard main
	git merge -q --squash x86
	commit arch/x86/d -m 'All of it'
	push_ok origin fixes
	assert_no_finding
}

@test "copies of what came with a mergetag that does not count" {
	known_by_merge impostor
	pick x86
	push_ok origin fixes
	assert_no_finding
}

@test "copies of upstream's release that an earlier push merged" {
	git checkout -q x86
	git branch -f x86-only
	git checkout -q main
	add_policy <<-'EOP'
		[rule "foreign-path"]
		severity = off
	EOP
	git checkout -q -b next
	tag_by mainline v1.1 x86
	merge v1.1
	git tag -d v1.1
	push_ok origin next
	git checkout -q -b fixes main
	pick x86
	push_refused origin fixes
	assert_only_finding rebased-tag error
	assert_output_has 'the frozen tag v1.1'
}

@test "a mergetag tells of a tag that is pushed later as well" {
	known_by_merge
	tag_by tip noinstr-2 x86
	push_ok origin noinstr-2
	pick x86
	push_refused origin fixes
	assert_only_finding rebased-tag error
}

@test "a branch rebuilt without a tag that its mergetag tells of" {
	known_by_merge
	push_ok origin next:refs/heads/auto-x
	push_ok origin next:refs/heads/auto-y
	git checkout -q --detach main
	commit virt/rebuilt
	push_ok --force origin HEAD:refs/heads/auto-x
	assert_no_finding
	without_hook kvm git push -q origin :auto-x :next
	push_refused --force origin HEAD:refs/heads/auto-y
	assert_only_finding rebased-tag error
	assert_output_has 'no governed branch contains the frozen tag noinstr-1'
	push_refused origin :auto-y
	assert_only_finding rebased-tag error
	# Nor is it taken away on the server itself.
	run git -C ../kvm.git update-ref -d refs/heads/auto-y
	[ "$status" -ne 0 ] || fail 'the tag was dropped'
	assert_output_has 'no governed branch contains the frozen tag noinstr-1'
	# What only says that it is tip's keeps nothing.
	without_hook kvm git push -q origin main:refs/heads/auto-z
	git reset -q --hard main
	git tag -d noinstr-1 2>/dev/null || :
	tag_by impostor noinstr-3 x86~1
	git checkout -q -b other x86
	commit arch/x86/z
	tag_by impostor noinstr-3
	git checkout -q --detach main
	merge noinstr-3
	without_hook kvm git push -q --force origin HEAD:refs/heads/auto-z
	push_ok --force origin main:refs/heads/auto-z
	assert_no_finding
}

@test "a tag of one's own on what an earlier push merged" {
	tag_by tip noinstr-1 x86
	merge noinstr-1
	push_ok origin main
	commit virt/b
	tag_by kvm kvm-1
	push_ok origin kvm-1
	assert_no_finding
	# Merged anew, in a push of the tag alone.
	git checkout -q -b again main~2
	merge noinstr-1
	commit virt/c
	tag_by kvm kvm-2
	push_ok origin kvm-2
	assert_no_finding
	# Nobody of tip signed this one.
	git checkout -q x86
	commit arch/x86/b
	tag_by impostor noinstr-2
	git checkout -q main
	merge noinstr-2
	without_hook kvm git push -q origin main
	commit virt/d
	tag_by kvm kvm-3
	push_refused origin kvm-3
	assert_only_finding shared-tag error
}

@test "copies of what a tag of one's own has, which the push merges" {
	git checkout -q -b topic main
	commit virt/topic
	tag_by kvm kvm-1
	git checkout -q -b next main
	commit virt/next
	merge kvm-1
	git checkout -q -b fixes main
	pick topic
	push_refused origin next fixes
	assert_only_finding rebased-tag error
	assert_output_has 'the frozen tag kvm-1'
	git checkout -q next
	git reset -q --hard HEAD^
	merge topic
	push_ok origin next fixes
	assert_no_finding
}

# own_within KEY: the tag noinstr-1 of tip, on x86, has merged kvm-1, a tag of
# this tree that the key signed, of which there is no ref any more.
own_within() {
	git checkout -q -b topic main^
	commit virt/topic
	tag_by "$1" kvm-1
	git checkout -q x86
	merge kvm-1
	git tag -d kvm-1
	tag_by tip noinstr-1
	git checkout -q main
}

@test "a tag of one's own within another tree's, known by its mergetag" {
	own_within kvm
	push_ok origin noinstr-1
	assert_no_finding
	merge noinstr-1
	counts noinstr-1
	counts
	# In two pushes: the tag comes after the merge of it.
	push_ok origin main
	assert_no_finding
	push_ok origin noinstr-1
	assert_no_finding
}

@test "what another tree calls a tag of one's own" {
	own_within impostor
	push_refused origin noinstr-1
	assert_only_finding shared-tag error
	assert_output_has 'virt/topic  (kvm, tree kvm)'
	# In two pushes: the merge alone brings commits of this tree's own.
	merge noinstr-1
	push_refused origin main noinstr-1
	assert_only_finding shared-tag error
	counts
}

@test "a tag of one's own is another object here than within another tree's" {
	tag_by mainline v1.0 main^
	push_ok origin v1.0
	own_within kvm
	git checkout -q -b topic-2 topic^
	commit virt/other
	tag_by kvm kvm-1
	git checkout -q main
	push_ok origin kvm-1
	push_refused origin noinstr-1
	assert_only_finding shared-tag error
	without_hook kvm git push -q origin :kvm-1
	push_ok origin noinstr-1
	assert_no_finding
}

@test "a draft of one's own within another tree's, frozen by the same push" {
	add_policy <<-'EOP'
		[shared-tag "draft-*"]
		tree = kvm
		freeze = merge
	EOP
	tag_by mainline v1.0 main^
	push_ok origin v1.0
	git checkout -q -b topic main^
	commit virt/topic
	tag_by kvm draft-1
	git checkout -q x86
	merge draft-1
	tag_by tip noinstr-1
	git checkout -q main
	merge noinstr-1
	# Git may refuse the branch and take the tag.
	push_refused origin main draft-1 noinstr-1
	assert_only_finding shared-tag error
	assert_output_has 'draft-1, which it contains, is still a draft: push'
	push_ok origin main
	push_ok origin noinstr-1 draft-1
	assert_no_finding
}

# between COMMAND...: tip's tag noinstr-1, merged into main, has a commit of tip's,
# what the command makes, and another one of tip's on top.
between() {
	git checkout -q -B x86 main~
	commit arch/x86/a
	"$@"
	commit arch/x86/b
	tag_by tip noinstr-1
	git checkout -q -B work main
	merge noinstr-1
}

# Refused with that rule's error about one commit, by the merge and by the tag.
between_is() {
	local rule="$1"

	shift
	between "$@"
	push_refused origin work:main
	assert_only_finding "$rule" error
	[[ $output == *"refused: 1 error, "* ]] || fail 'one commit was expected'
	push_refused origin work:main noinstr-1
	assert_finding "$rule" error
	# In two pushes: the tag is there when the merge comes.
	without_hook kvm git push -q origin noinstr-1
	push_refused origin work:main
	assert_finding "$rule" error
	[[ $output == *"refused: 1 error, "* ]] || fail 'one commit was expected'
	without_hook kvm git push -q origin :noinstr-1
}

evil_merge() {
	git checkout -q -b side HEAD~
	commit arch/x86/side
	git checkout -q x86
	git merge -q --no-ff --no-commit side 2>/dev/null
	echo more >>mm/a
	git commit -q -a -m 'Merge side'
	git branch -q -D side
}

copy_of_own() {
	GIT_COMMITTER_NAME=Other pick topic
}

own_work() {
	git merge -q --no-edit kvm-1
	commit virt/between
}

@test "a judged commit between commits that a tag vouches for" {
	between_is foreign-path commit mm/a
	between_is forbidden-base commit virt/c \
		-m 'Add linux-next specific files for today'
	between_is merge-changes evil_merge
	# This tree's own, but a copy of what its frozen tag has.
	git checkout -q -b topic main~
	commit virt/topic
	tag_by kvm kvm-1
	without_hook kvm git push -q origin kvm-1
	between_is rebased-tag copy_of_own
	# The same original, and work of this tree's own, are fine.
	between own_work
	push_ok origin work:main
	assert_no_finding
}
