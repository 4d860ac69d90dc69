#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# audit --format html: in a real browser nothing that a pusher wrote is markup.

load lib

EVIL='<script>alert(1)</script><img src=http://evil.example/ onerror=alert(2)>"'"'"'><svg onload=alert(3)>&lt;b&gt; --> ]]>'

# Graphviz makes characters of entities in what it draws.
TOPIC='topic&#x202e;&lt;b&gt;'

# What a page is made of; Graphviz adds the last few.
ELEMENTS='<a <article <body <code <dd <details <div <dl <dt <ellipse <figure <g <h <head <header <html <li <link <main <meta <nav <p <path <polygon <polyline <pre <section <span <strong <style <summary <svg <table <tbody <td <text <th <thead <title <tr <ul'

setup() {
	sandbox
	default_policy
	add_policy <<-'EOP'
		[shared-tag "noinstr-*"]
		tree     = tip
		signed   = no
		consumer = rcu
	EOP
	export GIT_LITERAL_PATHSPECS=1
	git init -q kvm
	cd kvm
	git config treaty.policy "$POLICY"
	git config treaty.tree kvm
	commit virt/kvm.c
	tag v1
	commit kernel/a.c -m "$EVIL"
	commit "kernel/$EVIL.c" -m 'a path'
	commit $'kernel/\xff\x01\n.c' -m $'\xff\e[31m\xe2\x80\xae bytes' 2>/dev/null
	git checkout -q -b other v1
	commit kernel/t.c
	tag $'noinstr-<b>"&\'-->'
	tag noinstr-2
	git checkout -q main
	merge noinstr-2
	git checkout -q -b "$TOPIC" v1
	commit Next/SHA1s -m 'Add linux-next specific files for 20200515'
	commit virt/x.c
	git checkout -q main
	git branch -q -D other
}

# browse AUDIT-ARGUMENT...: the page as the browser has it, after its scripts
# would have run; makes no request and does not complain.
browse() {
	treaty audit --format html "$@"
	assert_status 1
	printf '%s\n' "$output" >"$BATS_TEST_TMPDIR/page.html"
	timeout 120 chromium --headless=new --no-sandbox --disable-gpu \
		--no-first-run --disable-background-networking \
		--user-data-dir="$BATS_TEST_TMPDIR/profile" \
		--enable-logging=stderr --log-net-log="$BATS_TEST_TMPDIR/net" \
		--dump-dom "file://$BATS_TEST_TMPDIR/page.html" \
		>"$BATS_TEST_TMPDIR/dom" 2>"$BATS_TEST_TMPDIR/log" </dev/null
	output="$(cat "$BATS_TEST_TMPDIR/dom")"
	! grep -qE '<[^>]* on[a-z]+=' <<<"$(sed 's/"[^"]*"//g' <<<"$output")" ||
		fail 'an event handler'
	! grep -q CONSOLE "$BATS_TEST_TMPDIR/log" ||
		fail "$(grep CONSOLE "$BATS_TEST_TMPDIR/log")"
	! grep -q evil.example "$BATS_TEST_TMPDIR/net"
}

@test "no script, no request and no complaint in Chromium" {
	command -v chromium >/dev/null && command -v dot >/dev/null ||
		skip 'needs chromium and dot'
	browse
	assert_output_has '<h1>Audit of kvm</h1>'
	elements="$(grep -oE '<[a-z]+' <<<"$output" | sort -u | xargs)"
	[ "$elements" = "$ELEMENTS" ] || fail "elements: $elements"
	assert_output_lacks $'\xe2\x80\xae'
	assert_output_has 'topic&amp;#x202e;&amp;lt;b&amp;gt;</text>'
}

@test "the page of pulls is as harmless" {
	command -v chromium >/dev/null && command -v dot >/dev/null ||
		skip 'needs chromium and dot'
	git checkout -q -b work
	commit kernel/work.c -m "$EVIL"
	git checkout -q main
	merge work -m "Merge branch 'kvm/next' into <script>alert(1)</script><b>\"'"
	browse --pulls
	assert_output_has '<h1>Audit of pulls</h1>'
	for element in $(grep -oE '<[a-z]+' <<<"$output" | sort -u); do
		[[ " $ELEMENTS " == *" $element "* ]] || fail "$element"
	done
	assert_output_has "Merge branch 'kvm/next' into &lt;script&gt;alert(1)"
}

@test "the page needs nothing but itself" {
	treaty audit --format html
	assert_output_lacks '<script'
	! grep -qE '<[^>]* (src|href)="?(https?:)?//' <<<"$output" ||
		fail 'it needs a network'
	assert_output_has "default-src 'none'"
	assert_output_has '&lt;script&gt;alert(1)&lt;/script&gt;'
	assert_output_has 'prefers-color-scheme: dark'
}

@test "the shared tags and the picture are on the page" {
	treaty audit --format html
	assert_output_has '<th scope="row"><code>noinstr-2</code></th><td>tip</td><td>frozen</td>'
	assert_output_has 'refs/heads/main (merge <code>'
	if command -v dot >/dev/null; then
		assert_output_has '<figure tabindex="0"><svg role="img"'
	fi
	mkdir "$TMPDIR/few"
	for tool in git-treaty git; do
		ln -s "$(command -v $tool)" "$TMPDIR/few/$tool"
	done
	output="$(PATH="$TMPDIR/few" git-treaty audit --format html)" || true
	assert_output_has '<code>noinstr-2</code>'
	assert_output_has 'There is no picture, because Graphviz could not draw it: cannot run dot'
	printf '#!/bin/sh\nexit 3\n' >"$TMPDIR/few/dot"
	chmod +x "$TMPDIR/few/dot"
	output="$(PATH="$TMPDIR/few:/bin:/usr/bin" git-treaty audit --format html)" || true
	assert_output_has 'could not draw it: dot failed (exit status 3)'
	assert_output_lacks '<svg role'
	rm -r "$TMPDIR/few"
}

@test "the picture alone is what dot reads" {
	treaty audit --format dot
	assert_status 1
	assert_output_has '"t tip" -> "s noinstr-2" [label="made"];'
	assert_output_has '"s noinstr-2" -> "t kvm" [label="pulled: main"];'
	assert_output_has '"s noinstr-2" -> "t rcu" [style=dotted, label="is for"];'
	next="$(git rev-parse --short=12 "$TOPIC~1")"
	assert_output_has "\"r refs/heads/topic&amp;#x202e;&amp;lt;b&amp;gt;\" -> \"c $(git rev-parse --short=12 "$TOPIC")\" ["
	assert_output_has "-> \"c $next\" ["
	assert_output_has "\"t linux-next\" -> \"c $next\" ["
	if command -v dot >/dev/null; then
		dot -Tsvg <<<"$output" >/dev/null
	fi
}

@test "a large audit makes a page of limited size, with whole counts" {
	subject="$(printf '%200s' | tr ' ' x)"
	for i in $(seq 6000); do
		echo "commit refs/heads/many"
		echo "committer C <c@example.com> $((TICK + i)) +0000"
		echo "data <<E"; echo "$i $subject"; echo E
		echo "M 644 inline kernel/$((i % 50)).c"
		echo "data <<E"; echo "$i"; echo E
	done | git fast-import --quiet --force
	treaty audit --format html many
	assert_status 1
	[ "${#output}" -lt 600000 ] || fail "${#output} bytes"
	assert_output_has 'paths this tree does not own <strong>(6000)</strong>'
	assert_output_has '<h3>6000 commits in refs/heads/many</h3>'
	assert_output_has '<li>and 5800 more</li>'
	assert_output_has '<tr><th scope="row"><a href="#tree-1">tip</a></th><td class="n">6000</td>'
}
