# SPDX-License-Identifier: GPL-2.0-only
# status exits 0 where every hook that should enforce does, and else 1, saying
# what does not.

load lib

setup() {
	sandbox
	default_policy
	bare_and_work
	cd "$BARE"
	install
}

# install [OPTION...]: without reference-transaction, so that problems come
# alone.
install() {
	git treaty install --quiet --no-transaction --policy "$POLICY" \
		--tree kvm "$@"
}

good() {
	run -0 git treaty status
	assert_output_lacks "problem "
}

# bad TEXT...: exit status 1, and each of these in a line of its own.
bad() {
	local text

	run -1 git treaty status
	for text; do
		grep -qE -- "^problem .*$text" <<<"$output" ||
			fail "no such problem: $text"
	done
	[ "$(grep -c '^problem ' <<<"$output")" -eq $# ] ||
		fail "other problems, too"
}

@test "all is well" {
	good
	cd "$WORK"
	install
	good
	install --server
	good
}

@test "nothing was installed" {
	git treaty uninstall --quiet
	git config treaty.policy "$POLICY"
	git config treaty.tree kvm
	bad 'pre-receive is missing'
	printf '#!/bin/sh\n' >hooks/pre-receive
	bad 'pre-receive is missing.*another hook is there'
	install --hook update
	good
}

@test "a hook that was installed is gone" {
	install --hook update
	rm hooks/update
	bad 'update is missing'
	rm hooks/pre-receive
	bad 'update is missing' 'pre-receive is missing'
	install
	git treaty uninstall --quiet --hook update
	good
}

@test "reference-transaction was installed, and is gone" {
	git treaty install --quiet
	good
	rm hooks/reference-transaction
	bad 'reference-transaction is missing'
}

@test "a hook was overwritten, with and without one that is kept" {
	printf '#!/bin/sh\n' >hooks/other
	chmod +x hooks/other
	cp hooks/other hooks/pre-receive
	bad 'pre-receive was overwritten'
	git treaty uninstall --quiet
	rm hooks/pre-receive
	cp hooks/other hooks/pre-receive
	install
	good
	assert_output_has "runs the earlier hook first"
	echo '# more' >>hooks/other
	cp hooks/other hooks/pre-receive
	bad 'pre-receive was overwritten'
}

@test "a hook was edited" {
	echo '# more' >>hooks/pre-receive
	bad 'pre-receive was edited'
}

@test "a hook is not executable" {
	chmod -x hooks/pre-receive
	bad 'pre-receive is not executable'
	install
	good
}

@test "a hook is not executable for the group that shares the repository" {
	git config core.sharedRepository group
	chmod 0700 hooks/pre-receive
	bad 'pre-receive has not the mode'
	install
	good
}

@test "the program that the hook names is gone" {
	mkdir "$BATS_TEST_TMPDIR/new"
	mv "$BATS_TEST_TMPDIR/bin/git-treaty" "$BATS_TEST_TMPDIR/new"
	PATH="$BATS_TEST_TMPDIR/new:$PATH"
	bad 'which is not there, so every push is refused'
	install
	good
}

@test "core.hooksPath of the repository, and of the user, hides the hook" {
	mkdir "$BATS_TEST_TMPDIR/elsewhere"
	git config core.hooksPath "$BATS_TEST_TMPDIR/elsewhere"
	bad 'pre-receive is hidden: git config core.hooksPath'
	git config --unset core.hooksPath
	git config --global core.hooksPath "$BATS_TEST_TMPDIR/elsewhere"
	bad 'pre-receive is hidden: git config core.hooksPath'
	git config core.hooksPath "$BARE/hooks"
	good
}

@test "a relative core.hooksPath, and linked work trees" {
	cd "$WORK"
	commit virt/a
	git worktree add -q "$BATS_TEST_TMPDIR/linked"
	install
	good
	git config core.hooksPath .githooks
	bad "pre-push is hidden.*$WORK/" 'pre-push is hidden.*/linked/'
	install
	bad 'pre-push is hidden.*/linked/'
	cp -r .githooks ../linked
	good
	cd ../linked
	good
	rm -r .githooks
	bad 'pre-push is hidden.*/linked/'
	cd "$WORK"
	rm .git/hooks/pre-push
	bad 'pre-push is missing in .*/linked/'
}

@test "hooks of the configuration" {
	git config hook.treaty.event pre-receive
	git config hook.treaty.command 'git treaty pre-receive'
	good
	assert_output_has "treaty: pre-receive, which this git does not run"
	git config hook.treaty.enabled false
	bad 'hook.treaty.enabled switches the hook off'
	git config hook.treaty.enabled true
	git treaty uninstall --quiet
	git config treaty.policy "$POLICY"
	git config treaty.tree kvm
	bad 'pre-receive is missing'
	# As if git were newer.
	cat >"$BATS_TEST_TMPDIR/bin/git" <<-EOS
		#!/bin/sh
		[ "\$1" = version ] && exec echo git version 2.54.0
		exec "$(command -v git)" "\$@"
	EOS
	chmod +x "$BATS_TEST_TMPDIR/bin/git"
	run -0 git-treaty status
	assert_output_has "treaty: pre-receive"
	assert_output_lacks "does not run"
	# Without a value it is true.
	printf '[hook "treaty"]\n\tenabled\n' >>config
	run -0 git-treaty status
	git config hook.pre-receive.enabled false
	bad 'hook.pre-receive.enabled switches off all hooks' \
		'pre-receive is missing'
	git config hook.update.enabled false
	git config hook.pre-receive.enabled true
	run -0 git-treaty status
}

@test "no policy, a policy with errors, no such tree" {
	mv "$POLICY" "$POLICY.away"
	bad 'every push is refused: .*policy'
	echo '[nonsense]' >"$POLICY"
	bad 'every push is refused: the policy has 1 error'
	mv "$POLICY.away" "$POLICY"
	git config treaty.tree kmv
	bad "every push is refused: .*did you mean 'kvm'"
	git config --unset treaty.tree
	bad 'every push is refused: .*which tree'
}

@test "a keyring that is not there" {
	sed -i 's/^version = 1/&\nkeyring = keys.asc/' "$POLICY"
	bad 'the keyring cannot be read'
	add_policy <<-'EOP'
		[signer "x"]
		keyring = other.asc
	EOP
	bad 'the keyring cannot be read.*keys.asc' \
		'the keyring cannot be read.*other.asc'
	touch "$BATS_TEST_TMPDIR/keys.asc" "$BATS_TEST_TMPDIR/other.asc"
	good
}

@test "a policy of the user's own configuration is warned of" {
	good
	assert_output_lacks "HOME chooses"
	git config --unset treaty.policy
	git config --global treaty.policy "$POLICY"
	good
	assert_output_has "git config treaty.policy is set in the user's own"
}

@test "more than ten thousand commits without a commit-graph" {
	many_commits 10000
	good
	many_commits 10001
	bad 'there is no commit-graph.*git commit-graph write --reachable'
	git commit-graph write --reachable
	good
	rm objects/info/commit-graph
	git commit-graph write --reachable --split
	good
	# One that git finds where it borrows objects from.
	git clone -q --bare --shared . ../shared.git
	cd ../shared.git
	install
	good
	rm -r "$BARE/objects/info/commit-graphs"
	bad 'there is no commit-graph'
	# Git would use none.
	git config core.commitGraph false
	good
}

@test "what status writes is no terminal's command" {
	git config treaty.tree $'k\033[2J'
	run -1 git treaty status
	[[ $output != *$'\033'* ]]
}
