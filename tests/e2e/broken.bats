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

# kvm_with REF...: the server kvm, where these refs point to commits of their
# own, which are lost, and main does not.
kvm_with() {
	local ref

	kvm_server
	commit virt/a
	git push -q origin main
	for ref; do
		git checkout -q --detach main
		commit virt/b -m "For $ref"
		without_hook kvm git push -q origin "HEAD:$ref"
	done
	git checkout -q main
	for ref; do
		lose "$SERVER" "$ref"
	done
}

# A deletion to which git's client says nothing of its own.
delete() {
	local verdict="$1"

	shift
	"push_$verdict" origin --delete "$@"
}

@test "a lost branch that may be rebuilt, and an ungoverned ref, are deleted" {
	kvm_with refs/heads/auto-x refs/notes/x
	commit virt/c
	push_undecided origin main
	assert_output_has 'git -c core.hooksPath=/dev/null update-ref -d refs/heads/auto-x'
	delete ok refs/notes/x
	delete ok refs/heads/auto-x
	push_ok origin main
}

@test "a lost branch outside rewind is the administrator's to delete" {
	kvm_with refs/heads/topic
	delete undecided refs/heads/topic
	assert_output_has 'git -c core.hooksPath=/dev/null update-ref -d refs/heads/topic'
	git -C "$SERVER" -c core.hooksPath=/dev/null update-ref -d \
		refs/heads/topic
	commit virt/c
	push_ok origin main
}

# Git itself deletes no such ref by push.
@test "a damaged object is no other than a missing one" {
	local name

	kvm_with refs/heads/auto-x
	name="$(git -C "$SERVER" rev-parse refs/heads/auto-x)"
	echo garbage >"$SERVER/objects/${name:0:2}/${name:2}"
	commit virt/c
	push_undecided origin main
	assert_output_has 'refs/heads/auto-x: '
	run_hook "$SERVER" pre-receive \
		<<<"$name $(printf %040d 0) refs/heads/auto-x"
	assert_status 0
}

@test "a lost tag is deleted, but not where it is frozen" {
	kvm_with refs/tags/scratch refs/tags/v1.0
	push_refused origin --delete refs/tags/v1.0
	assert_only_finding immutable-tag
	push_refused --atomic origin --delete refs/tags/scratch refs/tags/v1.0
	assert_only_finding immutable-tag
	delete ok refs/tags/scratch
	commit virt/c
	push_undecided origin main
	assert_output_has 'update-ref -d refs/tags/v1.0'
	git -C "$SERVER" -c core.hooksPath=/dev/null update-ref -d refs/tags/v1.0
	push_ok origin main
}

@test "an ungoverned ref is deleted though tags lead to the same lost commit" {
	local name

	add_policy <<-'EOP'
		[shared-tag "noinstr-*"]
		tree = tip
		signed = no
	EOP
	kvm_with
	git checkout -q --detach main
	commit virt/b
	tag noinstr-1
	tag release
	without_hook kvm git push -q origin HEAD:refs/x/y noinstr-1 release
	lose "$SERVER" refs/x/y
	delete ok refs/x/y
	git checkout -q main
	# Whatever is judged needs the tags.
	commit virt/c
	for name in noinstr-1 release; do
		push_undecided origin main
		assert_output_has "refs/tags/$name: object"
		assert_output_has "update-ref -d refs/tags/$name"
		git -C "$SERVER" -c core.hooksPath=/dev/null update-ref -d \
			"refs/tags/$name"
	done
	push_ok origin main
}

@test "of two lost branches each is deleted by itself, through every hook" {
	kvm_with refs/heads/auto-x refs/heads/auto-y refs/heads/auto-z \
		refs/heads/auto-u
	delete ok refs/heads/auto-x
	delete ok refs/heads/auto-y refs/heads/auto-z
	(cd "$SERVER" && git treaty install --quiet --hook update)
	delete ok refs/heads/auto-u
}

@test "a deletion that is a repair does not carry other updates along" {
	kvm_with refs/heads/auto-x
	commit arch/x86/a
	push_refused origin :auto-x main
	assert_only_finding foreign-path
	push_ok origin :auto-x
}

@test "what is hidden is not told" {
	local name

	kvm_with
	commit virt/b
	without_hook kvm git push -q origin HEAD:refs/heads/secret
	name="$(git rev-parse HEAD)"
	git checkout -q HEAD^
	git -C "$SERVER" config transfer.hideRefs refs/heads/secret
	commit virt/c
	push_undecided origin HEAD:refs/heads/secret
	assert_output_has 'refs/heads/secret is hidden here'
	assert_output_lacks "$name"
	lose "$SERVER" refs/heads/secret
	try_push origin HEAD:main
	push_has_failed
	# Git itself says more.
	output="$(grep ^git-treaty <<<"$output")"
	assert_output_lacks "$name"
	assert_output_lacks secret
	# Shown again, it is told.
	git -C "$SERVER" config --add receive.hideRefs '!refs/heads/secret'
	try_push origin HEAD:main
	assert_output_has 'update-ref -d refs/heads/secret'
}

@test "a repository of SHA-256 names says so" {
	git init -q --bare --object-format=sha256 s.git
	git -C s.git config treaty.policy "$POLICY"
	for hook in pre-receive update; do
		printf '#!/bin/sh\nexec git-treaty %s "$@"\n' "$hook" \
			>"s.git/hooks/$hook"
	done
	chmod +x s.git/hooks/update
	git init -q --object-format=sha256 w
	cd w
	commit virt/a
	! git push -q ../s.git main 2>"$TMPDIR/said" || fail accepted
	grep -q 'names objects by SHA-256' "$TMPDIR/said" || fail update
	chmod +x ../s.git/hooks/pre-receive
	! git push -q ../s.git main 2>"$TMPDIR/said" || fail accepted
	grep -q 'names objects by SHA-256' "$TMPDIR/said" || fail pre-receive
}

# peeled_line TAG REV: has packed-refs of the server kvm say that the tag is of
# that commit, and the commit-graph know it.
peeled_line() {
	git -C "$SERVER" pack-refs --all
	git -C "$SERVER" commit-graph write --reachable
	sed -i "/ refs\/tags\/$1\$/{n;s/.*/^$(git rev-parse "$2")/}" \
		"$SERVER/packed-refs"
	[ "$(git -C "$SERVER" rev-parse "$1^{}")" = "$(git rev-parse "$1^{}")" ]
	grep -q "^^$(git rev-parse "$2")\$" "$SERVER/packed-refs"
}

# A server where upstream has a release, and somebody's work lies on a ref that
# nobody judges.
release_and_scratch() {
	commit virt/a
	tag v1
	git push -q origin main v1
	git checkout -q --detach
	commit arch/x86/a -m "Of tip"
	commit arch/x86/b -m "Of tip too"
	git push -q origin HEAD:refs/scratch/x
}

@test "a wrong line of packed-refs makes nothing upstream's" {
	seed() { release_and_scratch; }
	kvm_server
	push_refused origin HEAD:main
	assert_finding foreign-path error
	# The tip itself, and what it stands on.
	peeled_line v1 HEAD
	push_undecided origin HEAD:main
	assert_output_has "packed-refs has a wrong line '^...' after refs/tags/v1"
	assert_output_has "which is of $(git rev-parse v1^{}): delete that line"
	push_undecided origin HEAD~:main
	assert_output_has "packed-refs has a wrong line"
	commit virt/b
	push_undecided origin HEAD:main
	assert_output_has "packed-refs has a wrong line"
	# What the message says helps.
	sed -i "/^^/d" "$SERVER/packed-refs"
	push_refused origin HEAD:main
	assert_finding foreign-path error
}

@test "a right line of packed-refs makes commits upstream's" {
	seed() {
		release_and_scratch
		tag v2
		git push -q origin v2
	}
	kvm_server
	peeled_line v2 HEAD
	push_ok origin HEAD:main
}

@test "a wrong line of packed-refs shares nothing" {
	add_policy <<-'EOP'
		[shared-tag "core-*"]
		tree   = tip
		signed = no
	EOP
	seed() {
		release_and_scratch
		git checkout -q --detach HEAD~2
		commit arch/x86/c
		tag core-1
		git push -q origin core-1
		git checkout -q --detach main
		merge core-1
	}
	kvm_server
	peeled_line core-1 "core-1^{}"
	push_ok origin HEAD:main
	merge "$(git -C "$SERVER" rev-parse refs/scratch/x)"
	peeled_line core-1 HEAD^2
	push_undecided origin HEAD:main
	assert_output_has "packed-refs has a wrong line '^...' after refs/tags/core-1"
}

# Deltas

# pack_chain REPOSITORY N: gives it a pack in which its HEAD's commit, reworded,
# is a delta of a delta, and so on, N times. Puts that commit's name into
# `chained`.
pack_chain() {
	git -C "$1" cat-file commit HEAD >"$TMPDIR/text"
	echo "And again." >>"$TMPDIR/text"
	python3 - "$2" "$TMPDIR/text" >"$TMPDIR/chain.pack" <<-'END'
		import hashlib, struct, sys, zlib

		def header(type, n):
		    out = [(n >> 4 and 128) | type << 4 | n & 15]
		    n >>= 4
		    while n:
		        out.append((n >> 7 and 128) | n & 127)
		        n >>= 7
		    return bytes(out)

		def size(n):
		    return bytes([n & 127 | 128, n >> 7])

		def offset(n):
		    return bytes([(n >> 7) + 127, n & 127] if n >> 7 else [n])

		def delta(old, new):
		    out = size(len(old)) + size(len(new))
		    for i in range(0, len(new), 100):
		        part = new[i:i + 100]
		        out += bytes([len(part)]) + part
		    return out

		n = int(sys.argv[1])
		texts = [b'%d' % i for i in range(n)]
		texts.append(open(sys.argv[2], 'rb').read())
		pack = b'PACK' + struct.pack('>II', 2, n + 1)
		last = len(pack)
		pack += header(1, len(texts[0])) + zlib.compress(texts[0])
		for old, new in zip(texts, texts[1:]):
		    at = len(pack)
		    d = delta(old, new)
		    pack += header(6, len(d)) + offset(at - last) + zlib.compress(d)
		    last = at
		sys.stdout.buffer.write(pack + hashlib.sha1(pack).digest())
	END
	git -C "$1" index-pack --stdin <"$TMPDIR/chain.pack" >/dev/null &&
	chained="$(git -C "$1" hash-object -t commit --stdin <"$TMPDIR/text")"
}

# chain_on_main N: makes that commit the server's main, in place of the present.
chain_on_main() {
	pack_chain "$SERVER" "$1" &&
	git -C "$SERVER" -c core.hooksPath=/dev/null \
		update-ref refs/heads/main "$chained"
}

# A chain as pack.depth may make it at most, and a longer one.
@test "a commit made of 4095 deltas is judged, one of 4096 is undecided" {
	kvm_with
	chain_on_main 4095
	cd "$SERVER"
	audit
	assert_status 0
	chain_on_main 4096
	audit
	assert_undecided
	[[ $diagnostics == *"object $chained is made of too many large deltas"* ]]
}
