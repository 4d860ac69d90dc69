# SPDX-License-Identifier: GPL-2.0-only
# install puts the hooks in beside those that are there; uninstall takes them
# out and leaves everything as it was, to the byte.

load lib

setup() {
	sandbox
	default_policy
	bare_and_work
	cd "$BARE"
}

install() {
	git treaty install --policy "$POLICY" --tree kvm "$@"
}

# Everything there is in a repository, with modes and contents.
state() {
	(cd "$1" && find . -printf '%p %M %l\n' | sort &&
	 find . -type f -print0 | sort -z | xargs -0 sha1sum)
}

# own_hook FILE [COMMAND...]: a hook of the user's that notes what it gets.
own_hook() {
	local file="$1"

	shift
	cat >"$file" <<-EOH
		#!/bin/sh
		{
			printf 'arg:%s\n' "\$@"
			echo "cwd:\$(pwd)"
			env | sort
			echo stdin:
			cat
		} >"$BATS_TEST_TMPDIR/seen"
		${*:-:}
	EOH
	chmod +x "$file"
}

# seen: what the user's hook got; what differs from run to run left out.
seen() {
	sed -E -e 's/incoming-[A-Za-z0-9]*/incoming/g' \
		-e '/^(_|SHLVL|GIT_TRACE2_PARENT_SID|BATS_.*)=/d' \
		-e '/^GIT_TR2/d' "$BATS_TEST_TMPDIR/seen"
	rm "$BATS_TEST_TMPDIR/seen"
}

# seed_work: one commit in $WORK that may be pushed, one that may not.
seed_work() {
	cd "$WORK"
	git remote add origin "$BARE"
	commit virt/a
	git branch good
	commit mm/a
}

@test "a bare repository gets pre-receive" {
	install
	[ -x hooks/pre-receive ]
	[ ! -e hooks/pre-push ]
	[ ! -e hooks/update ]
	[ "$(git config treaty.policy)" = "$POLICY" ]
	[ "$(git config treaty.tree)" = kvm ]
}

@test "a repository with a work tree gets pre-push" {
	cd "$WORK"
	install
	[ -x .git/hooks/pre-push ]
	[ ! -e .git/hooks/pre-receive ]
}

@test "--client, --server and --hook choose" {
	install --client
	[ -x hooks/pre-push ]
	[ ! -e hooks/pre-receive ]
	install --hook update
	[ -x hooks/update ]
	[ ! -e hooks/pre-receive ]
	cd "$WORK"
	mkdir sub
	cd sub
	install --server
	[ -x "$WORK/.git/hooks/pre-receive" ]
	[ ! -e "$WORK/.git/hooks/pre-push" ]
	install --server --client
	[ -x "$WORK/.git/hooks/pre-push" ]
}

@test "install from a linked work tree serves all of them" {
	seed_work
	git worktree add -q "$BATS_TEST_TMPDIR/linked"
	cd "$BATS_TEST_TMPDIR/linked"
	install
	[ -x "$WORK/.git/hooks/pre-push" ]
	push_refused "$BARE" HEAD:refs/heads/x
	cd "$WORK"
	push_refused origin main
	push_ok origin good
}

@test "a relative --policy is written as an absolute one" {
	cd "$BATS_TEST_TMPDIR"
	git --git-dir=bare.git treaty install --policy policy.ini --tree kvm
	[ "$(git --git-dir=bare.git config treaty.policy)" = \
		"$(realpath policy.ini)" ]
}

@test "twice is the same as once" {
	local once

	own_hook hooks/pre-receive
	install
	once="$(state .)"
	run -0 install
	[ "$once" = "$(state .)" ]
	assert_output_has "already installed"
}

@test "install names the commit-graph that a long history lacks" {
	local advice='warning: there is no commit-graph for more than 10000 commits, so audits and some pushes take long: git commit-graph write --reachable'

	many_commits 10000
	run -0 install --quiet
	assert_output_lacks 'commit-graph'
	many_commits 10001
	run -0 install --quiet
	assert_output_has "$advice"
	git commit-graph write --reachable --no-progress
	run -0 install
	assert_output_lacks 'commit-graph'
}

@test "a bad policy or an unknown tree is not installed" {
	local before

	before="$(state .)"
	run -128 git treaty install --policy "$POLICY" --tree kmv
	[ "$before" = "$(state .)" ]
	run -128 git treaty install --policy /nonexistent --tree kvm
	[ "$before" = "$(state .)" ]
	echo '[nonsense]' >>"$POLICY"
	run -128 git treaty install --policy "$POLICY" --tree kvm
	[ "$before" = "$(state .)" ]
}

@test "pre-receive: the hook that was there gets what it got before" {
	local args

	own_hook hooks/pre-receive
	seed_work
	git push -q origin good:refs/heads/a good:refs/heads/b
	args="$(seen)"
	git push -q origin :a :b
	seen >/dev/null
	git --git-dir="$BARE" treaty install --quiet --policy "$POLICY" \
		--tree kvm
	push_ok origin good:refs/heads/a good:refs/heads/b
	output="$(diff -u - <(seen) <<<"$args")" || fail "not the same"
}

@test "update: the hook that was there gets what it got before" {
	local args

	own_hook hooks/update
	seed_work
	git push -q origin good:refs/heads/a
	args="$(seen)"
	git --git-dir="$BARE" update-ref -d refs/heads/a
	git --git-dir="$BARE" treaty install --quiet --hook update \
		--policy "$POLICY" --tree kvm
	push_ok origin good:refs/heads/a
	output="$(diff -u - <(seen) <<<"$args")" || fail "not the same"
}

@test "pre-push: the hook that was there gets what it got before" {
	local args

	seed_work
	own_hook .git/hooks/pre-push
	git push -q origin good:refs/heads/a
	args="$(seen)"
	git --git-dir="$BARE" update-ref -d refs/heads/a
	git --git-dir="$BARE" gc -q
	install --quiet
	push_ok origin good:refs/heads/a
	output="$(diff -u - <(seen) <<<"$args")" || fail "not the same"
}

@test "a hook that reads nothing of a long input is no trouble" {
	printf '#!/bin/sh\nexit 0\n' >hooks/pre-receive
	chmod +x hooks/pre-receive
	install --quiet
	seed_work
	# 80 kB, more than a pipe holds.
	seq 400 | sed "s|.*|create refs/heads/deep/branch-&-$(printf %0100d) \
$(git rev-parse good)|" | git update-ref --stdin
	push_ok -q origin 'refs/heads/deep/*'
}

@test "a refusal of either refuses the push" {
	own_hook hooks/pre-receive exit 3
	install --quiet
	seed_work
	try_push origin good
	[ "$status" -ne 0 ]
	[ "$refs_before" = "$refs_after" ]
	assert_output_has "refuses the push (exit status 3)"
	own_hook "$BARE/hooks.before-treaty/pre-receive" exit 0
	push_refused origin main
	push_ok origin good
}

@test "what the hook that was there prints is seen" {
	own_hook hooks/pre-receive 'echo to stdout; echo to stderr >&2'
	install --quiet
	seed_work
	push_ok origin good
	assert_output_has "to stdout"
	assert_output_has "to stderr"
}

@test "a hook that is not executable stays as silent as it was" {
	own_hook hooks/pre-receive exit 1
	chmod -x hooks/pre-receive
	install --quiet
	seed_work
	push_ok origin good
	push_refused origin main
	cd "$BARE"
	git treaty uninstall --quiet
	[ ! -x hooks/pre-receive ]
}

@test "a hook that cannot be run refuses the push" {
	printf '#!/nonexistent/interpreter\n' >hooks/pre-receive
	chmod +x hooks/pre-receive
	install --quiet
	seed_work
	push_undecided origin good
}

@test "uninstall restores everything to the byte" {
	local before

	git config core.something 'with  blanks'
	printf '\n; a comment\n[remote "x"] # odd\n\turl = y ; why\n\n' >>config
	before="$(state .)"
	install
	[ "$before" != "$(state .)" ]
	git treaty uninstall
	output="$(diff <(echo "$before") <(state .))" || fail "not restored"
}

@test "uninstall restores a hook's content and mode" {
	local before

	own_hook hooks/pre-receive
	printf 'no newline, \000 and \377' >>hooks/pre-receive
	chmod 0751 hooks/pre-receive
	own_hook hooks/update
	chmod 0640 hooks/update
	before="$(state .)"
	install
	install --hook update
	git treaty uninstall
	output="$(diff <(echo "$before") <(state .))" || fail "not restored"
}

@test "uninstall restores hooks that are symbolic links" {
	local before

	own_hook "$BATS_TEST_TMPDIR/shared-hook"
	ln -s "$BATS_TEST_TMPDIR/shared-hook" hooks/pre-receive
	ln -s ../nowhere hooks/update
	before="$(state .)"
	install
	install --hook update
	seed_work
	push_ok origin good
	[ -s "$BATS_TEST_TMPDIR/seen" ]
	push_refused origin main
	cd "$BARE"
	git -c core.hooksPath=/dev/null update-ref -d refs/heads/good
	git treaty uninstall
	[ "$(readlink hooks/pre-receive)" = "$BATS_TEST_TMPDIR/shared-hook" ]
	[ "$(readlink hooks/update)" = ../nowhere ]
	[ "$(state . | grep -E 'hooks|config')" = \
		"$(grep -E 'hooks|config' <<<"$before")" ]
}

@test "uninstall restores a config with no newline at its end" {
	local before

	printf '[user]\n\tname = x' >>config
	before="$(sha1sum <config)"
	install
	git treaty uninstall
	[ "$before" = "$(sha1sum <config)" ]
}

@test "uninstall restores a [treaty] section that was there" {
	local before

	printf '[treaty]\n\tother = 1\n[core]\n\tx = y\n' >>config
	before="$(sha1sum <config)"
	install
	git treaty uninstall
	[ "$before" = "$(sha1sum <config)" ]
}

@test "uninstall restores the settings that install replaced" {
	cp "$POLICY" "$BATS_TEST_TMPDIR/old.ini"
	git config treaty.policy "$BATS_TEST_TMPDIR/old.ini"
	git config treaty.tree tip
	cp config "$BATS_TEST_TMPDIR/config.before"
	install
	[ "$(git config treaty.tree)" = kvm ]
	git treaty uninstall
	output="$(diff "$BATS_TEST_TMPDIR/config.before" config)" ||
		fail "not restored"
}

@test "uninstall where nothing is in changes nothing" {
	local before

	own_hook hooks/pre-receive
	before="$(state .)"
	run -0 git treaty uninstall
	[ "$before" = "$(state .)" ]
}

@test "uninstall leaves a hook that was edited, and says so" {
	install
	echo '# mine' >>hooks/pre-receive
	run -128 git treaty uninstall
	assert_output_has "edited"
	grep -q '# mine' hooks/pre-receive
}

@test "uninstall --hook takes out that one alone" {
	install
	install --hook update
	git treaty uninstall --hook update
	[ ! -e hooks/update ]
	[ -x hooks/pre-receive ]
	[ "$(git config treaty.tree)" = kvm ]
}

@test "install does not overwrite the hook it keeps" {
	own_hook hooks/pre-receive
	install
	own_hook hooks/pre-receive exit 1
	run -128 git treaty install --policy "$POLICY" --tree kvm
	assert_output_has "before-treaty"
	[ -x hooks.before-treaty/pre-receive ]
}

@test "core.hooksPath of the repository is where the hooks go" {
	local before

	mkdir "$BATS_TEST_TMPDIR/hooks"
	own_hook "$BATS_TEST_TMPDIR/hooks/pre-receive"
	git config core.hooksPath "$BATS_TEST_TMPDIR/hooks"
	before="$(state . && state "$BATS_TEST_TMPDIR/hooks")"
	install
	[ ! -e hooks/pre-receive ]
	seed_work
	push_refused origin main
	[ -s "$BATS_TEST_TMPDIR/seen" ]
	cd "$BARE"
	git treaty uninstall
	[ "$before" = "$(state . && state "$BATS_TEST_TMPDIR/hooks")" ]
}

@test "a relative core.hooksPath is where git looks for it" {
	seed_work
	git config core.hooksPath .githooks
	install
	[ -x .githooks/pre-push ]
	push_refused origin main
	push_ok origin good
	cd "$BARE"
	git config core.hooksPath other-hooks
	install
	[ -x other-hooks/pre-receive ]
}

@test "core.hooksPath of the user is not written to" {
	mkdir "$BATS_TEST_TMPDIR/hooks"
	git config --global core.hooksPath "$BATS_TEST_TMPDIR/hooks"
	run -128 git treaty install --policy "$POLICY" --tree kvm
	assert_output_has "core.hooksPath is set outside this repository"
	[ -z "$(ls "$BATS_TEST_TMPDIR/hooks")" ]
	git config core.hooksPath "$BARE/hooks"
	install
	[ -x hooks/pre-receive ]
	seed_work
	push_refused origin main
}

@test "with git-treaty gone every push is refused" {
	install --quiet
	seed_work
	rm "$BATS_TEST_TMPDIR/bin/git-treaty"
	PATH="$BATS_TEST_TMPDIR/bin:/usr/bin:/bin"
	! command -v git-treaty || skip "git-treaty is installed here"
	try_push origin good
	[ "$status" -ne 0 ]
	[ "$refs_before" = "$refs_after" ]
	assert_output_has "$BATS_TEST_TMPDIR/bin/git-treaty is not there"
}

@test "with the policy gone every push is refused" {
	install --quiet
	seed_work
	rm "$POLICY"
	push_undecided origin good
}

@test "status says what is enforced and from where" {
	install --quiet
	run -0 git treaty status
	assert_output_has "kvm"
	assert_output_has "$POLICY"
	assert_output_has "pre-receive"
}

@test "help and version of every command are no error" {
	local command

	run -0 git treaty --version
	[[ $output == "git-treaty version "* ]]
	run -0 git-treaty --help
	for command in pre-push pre-receive update audit policy install \
		uninstall status; do
		assert_output_has "    $command "
	done
	for command in pre-push pre-receive update audit policy install \
		uninstall status; do
		run -0 git treaty "$command" --help
		assert_output_has "usage: git treaty $command"
		run -0 git treaty "$command" --version
		[[ $output == "git-treaty version "* ]]
	done
}

@test "wrong usage is 129, with one line that says what is wrong" {
	local args

	while read -r args; do
		# shellcheck disable=SC2086
		run -129 git-treaty $args </dev/null
		[[ ${lines[0]} == "git-treaty: "* ||
		   ${lines[0]} == usage:* ]] || fail "git-treaty $args"
	done <<-'EOC'

		nonsense
		instal
		--nonsense
		audit --nonsense
		audit --format xml
		audit --format
		audit --policy
		install argument
		install --hook post-receive
		install --policy a --policy-blob b:c
		uninstall argument
		uninstall --hook nonsense
		pre-push
		pre-push origin
		pre-push a b c
		pre-receive argument
		update refs/heads/main
		policy
		policy nonsense
		status argument
	EOC
	run -129 git-treaty instal
	assert_output_has "did you mean 'install'?"
}

@test "outside of a repository there is nothing to install into" {
	mkdir "$BATS_TEST_TMPDIR/empty"
	cd "$BATS_TEST_TMPDIR/empty"
	run -128 git treaty install --policy "$POLICY"
	[ -z "$(ls -A)" ]
	run -128 git treaty audit --policy "$POLICY" --tree kvm
}
