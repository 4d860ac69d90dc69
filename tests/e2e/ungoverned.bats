# SPDX-License-Identifier: GPL-2.0-only
# `ungoverned` in [policy]: repositories and remotes that are not judged, one
# line says so; beside each stands one that is nearly the same and is judged.

load lib

setup() {
	sandbox
	default_policy
	GIT="$(realpath "$BATS_TEST_TMPDIR")/git"
	mkdir -p "$GIT/me/deep"
	sed -i "s|^\[tree \"kvm\"\]|&\nrepository = $GIT/kvm.git|" "$POLICY"
}

# exempt LINE...: `ungoverned` lines in the policy.
exempt() {
	local line

	for line; do
		sed -i "/^version = 1/a ungoverned = $line" "$POLICY"
	done
}

# served NAME [INSTALL-OPTION...]: the repository NAME.git below $GIT, judged by
# the policy, and a clone with a commit that no tree but tip may make.
served() {
	SERVER="$GIT/$1.git"
	git init -q --bare "$SERVER"
	git -C "$SERVER" config treaty.policy "$POLICY"
	(cd "$SERVER" && git treaty install --quiet "${@:2}") 2>/dev/null
	cd "$BATS_TEST_TMPDIR"
	rm -rf w
	git clone -q "$SERVER" w 2>/dev/null
	cd "$BATS_TEST_TMPDIR/w"
	commit arch/x86/a -m 'x86: One'
}

not_judged() {
	assert_output_has "git-treaty: not judged: $1 is ungoverned ($POLICY:"
	[ "$(grep -c ^git-treaty <<<"$output")" -eq 1 ] ||
		fail "more than one line"
}

@test "a repository that is not in the policy is refused, and says what to add" {
	served other
	push_undecided origin main
	assert_output_has "'repository = $GIT/other.git'"
	assert_output_has "'ungoverned = $GIT/other.git'"
	exempt "$GIT/other.git"
	push_ok origin main
	not_judged "$GIT/other.git"
}

@test "a pattern, and what it does not reach" {
	exempt "$GIT/me/*.git"
	served me/x
	push_ok origin main
	not_judged "$SERVER"
	served me/deep/x
	push_undecided origin main
	sed -i "s|me/\*.git|me/|" "$POLICY"
	push_ok origin main
	not_judged "$SERVER"
}

@test "all hooks obey; reference-transaction without a word" {
	served kvm --hook update
	exempt "$GIT/me/kvm.git"
	push_refused origin main
	mv "$SERVER" "$GIT/me"
	git remote set-url origin "$GIT/me/kvm.git"
	(cd "$GIT/me/kvm.git" && git treaty install --quiet)
	sed -i "s|= $GIT/kvm.git|= $GIT/none.git|" "$POLICY"
	# update and pre-receive each say so.
	push_ok origin main
	[ "$(grep -c 'not judged' <<<"$output")" -eq 2 ] || fail "two lines"
	rm "$GIT/me/kvm.git/hooks"/{update,pre-receive}
	git commit -q --amend -m Again
	push_ok -f origin main
	assert_output_lacks git-treaty
	sed -i /^ungoverned/d "$POLICY"
	git commit -q --amend -m 'And again'
	! git push -q -f origin main 2>/dev/null || fail "judged by nobody"
}

@test "a symbolic link does not make a repository ungoverned" {
	exempt "$GIT/me/"
	served kvm
	ln -s "$SERVER" "$GIT/me/kvm.git"
	push_refused "$GIT/me/kvm.git" main
	push_refused "file://$GIT/me/../me/kvm.git" main
	push_refused "file://$GIT/me/./kvm.git" main
	git -C "$SERVER" config treaty.tree kvm
	sed -i "s|= $GIT/kvm.git|= $GIT/none.git|" "$POLICY"
	push_refused "$GIT/me/kvm.git" main
	# The other way round it is what it is called.
	rm "$GIT/me/kvm.git"
	mv "$SERVER" "$GIT/me/kvm.git"
	ln -s "$GIT/me/kvm.git" "$SERVER"
	push_ok origin main
	not_judged "$GIT/me/kvm.git"
}

@test "the policy's word comes before treaty.tree and --tree" {
	exempt "$GIT/me/*"
	served me/x
	git -C "$SERVER" config treaty.tree kvm
	push_ok origin main
	not_judged "$SERVER"
	sed -i 's/pre-receive/pre-receive --tree kvm/' \
		"$SERVER/hooks/pre-receive"
	commit arch/x86/b
	push_ok origin main
	cd "$SERVER"
	treaty status
	assert_output_has "no push is judged: $SERVER is ungoverned"
	assert_output_has 'whatever tree --tree or treaty.tree name'
}

@test "a tree's repository is judged, unless ungoverned names it in full" {
	exempt "$GIT/**"
	served kvm
	push_refused origin main
	exempt "$SERVER"
	push_refused origin main
	treaty policy check "$POLICY"
	[[ $diagnostics == *"is judged all the same"* ]] || fail "no warning"
	sed -i "s|^repository = .*|repository = $GIT/*.git|" "$POLICY"
	push_ok origin main
	not_judged "$SERVER"
	sed -i "s|^ungoverned = $SERVER|ungoverned = $GIT/kvm.gi?|" "$POLICY"
	commit arch/x86/b
	push_refused origin main
}

@test "audit says so, and judges where a tree is named" {
	exempt "$GIT/me/*"
	served me/x
	git push -q origin main 2>/dev/null
	cd "$SERVER"
	treaty audit
	assert_status 0
	[ -z "$output" ] || fail "findings"
	[[ $diagnostics == *"not judged: $SERVER"* ]] || fail "nothing said"
	audit
	assert_status 0
	[ "$(json '[.verdict, .tree, .commits] | @json')" = '["accept",null,0]' ] ||
		fail "another JSON"
	audit --tree kvm
	assert_status 1
	assert_only_finding foreign-path
}

@test "status of an ungoverned repository, of one that is not in the policy" {
	exempt "$GIT/me/*"
	served me/x
	cd "$SERVER"
	treaty status
	assert_status 0
	assert_output_has "no push is judged: $SERVER is ungoverned"
	served x
	cd "$SERVER"
	treaty status
	assert_status 1
	assert_output_has "'ungoverned = $SERVER'"
}

@test "a pushed policy exempts from the next push on" {
	served kvm
	without_hook git/kvm git push -q origin main
	cp "$POLICY" policy.ini
	git add policy.ini
	git commit -q -m Policy
	without_hook git/kvm git push -q origin main:policy
	git -C "$SERVER" config --unset treaty.policy
	git -C "$SERVER" config treaty.policyBlob policy:policy.ini
	sed -i -e "/^version = 1/a ungoverned = $SERVER" \
		-e "s|^repository = .*|repository = $GIT/*.git|" policy.ini
	git commit -q -a -m Exempt
	commit arch/x86/b
	push_refused origin main main:policy
	git checkout -q HEAD^
	push_ok origin HEAD:policy
	push_ok origin main
	assert_output_has 'not judged'
}

# Laptops

# laptop: a clone whose pushes are judged as those to kvm, and personal.git.
laptop() {
	cd "$BATS_TEST_TMPDIR"
	git init -q w
	cd w
	commit arch/x86/a -m 'x86: One'
	git treaty install --quiet --policy "$POLICY" --tree kvm "$@"
	git init -q --bare "$GIT/me/personal.git"
}

@test "a personal remote is exempt by its directory" {
	exempt "$GIT/me/*.git"
	laptop
	push_ok "$GIT/me/personal.git" main
	not_judged "$GIT/me/personal.git"
	push_ok "file://$GIT/me/../me/personal.git" main:b
	not_judged "$GIT/me/personal.git"
	git init -q --bare "$GIT/other.git"
	push_refused "$GIT/other.git" main
	# The same place by a name that looks exempt.
	ln -s "$GIT/other.git" "$GIT/me/link.git"
	push_refused "$GIT/me/link.git" main
}

@test "of two pushurls one is exempt" {
	exempt "$GIT/me/*.git"
	laptop
	git init -q --bare "$GIT/other.git"
	git remote add both "$GIT/me/personal.git"
	git remote set-url --push both "$GIT/other.git"
	git remote set-url --push --add both "$GIT/me/personal.git"
	! git push -q both main 2>/dev/null || fail "accepted"
	assert_no_ref "$GIT/other.git" refs/heads/main
	git remote set-url --push --delete both "$GIT/other.git"
	push_ok both main:b
	not_judged "$GIT/me/personal.git"
}

@test "a tree's url is judged whatever ungoverned says" {
	exempt "$GIT/me/"
	sed -i "s|^\[tree \"tip\"\]|&\nurl = file://$GIT/me/personal|" "$POLICY"
	laptop
	commit virt/a -m 'KVM: One'
	push_refused "$GIT/me/personal.git" main
	assert_output_has virt/a
	git init -q --bare "$GIT/me/x.git"
	push_ok "$GIT/me/x.git" main
}

@test "pre-push by URL: the spellings of one place, and what is another" {
	exempt 'https://github.com/me/*' 'ssh://git@*.example.org:2222/me/**'
	laptop
	judged() { run_hook . ../.git/hooks/pre-push x "$1" <input; }
	printf 'refs/heads/main %s refs/heads/main %040d\n' \
		"$(git rev-parse main)" 0 >input
	mkdir -p sub
	cd sub
	for url in https://github.com/me/x.git git@github.com:me/x \
		ssh://git@GitHub.com:22/me/x/ https://me:pw@github.com/me/x \
		ssh://a.example.org:2222/me/x/y.git; do
		output="$(git treaty pre-push x "$url" <../input 2>&1)" ||
			fail "$url: judged"
		not_judged "${url/me:pw@/}"
	done
	for url in https://github.com/me/x/y https://github.com/Me/x \
		https://github.com/me https://evil.com/github.com/me/x \
		https://github.com/me/../kvm https://github.com/me/.. \
		https://github.com/me/%2e%2e https://github.com/me/..%2fx \
		'https://github.com/me/x?y' 'https://github.com/me/x#y' \
		https://github.com@evil.com/me/x https://github.com.evil.com/me/x \
		'ssh://evil.com?.example.org:2222/me/x' /github.com/me/x \
		ssh://a.example.org/me/x https://github.com:8443/me/x; do
		status=0
		output="$(git treaty pre-push x "$url" <../input 2>&1)" ||
			status=$?
		[ "$status" -eq 1 ] || fail "$url: not judged"
	done
}

@test "insteadOf: the place that git pushes to counts, not the short name" {
	exempt 'https://github.com/me/*'
	laptop
	git init -q --bare "$GIT/other.git"
	git config "url.$GIT/other.git.insteadOf" https://github.com/me/x
	git remote add me https://github.com/me/x
	! git push -q me main 2>"$TMPDIR/said" || fail "accepted"
	grep -q foreign-path "$TMPDIR/said" || fail "$(cat "$TMPDIR/said")"
}

@test "a clone that is ungoverned, and a push from it to a tree's url" {
	git init -q --bare "$GIT/tip.git"
	git init -q --bare "$GIT/other.git"
	exempt "$(realpath "$BATS_TEST_TMPDIR")/w"
	sed -i "s|^\[tree \"tip\"\]|&\nurl = $GIT/tip.git|" "$POLICY"
	laptop
	commit virt/a -m 'KVM: One'
	push_ok "$GIT/other.git" main
	not_judged "$(realpath .)/.git"
	push_refused "$GIT/tip.git" main
	git worktree add -q ../linked
	cd ../linked
	commit virt/b
	push_ok "$GIT/other.git" linked
}

@test "a URL that nothing names is refused with the lines to add" {
	git init -q w
	cd w
	commit virt/a
	git treaty install --quiet --policy "$POLICY" 2>/dev/null
	output="$(git treaty pre-push x https://me:secret@host/x.git \
		<<<"refs/heads/main $(git rev-parse main) refs/heads/main $(printf %040d 0)" 2>&1)" ||
		status=$?
	assert_status 128
	assert_output_has "'url = https://host/x.git'"
	assert_output_has "'ungoverned = https://host/x.git'"
	assert_output_lacks secret
}
