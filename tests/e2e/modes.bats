# SPDX-License-Identifier: GPL-2.0-only
# Who judges, by which policy, as which tree, and with what consequence.

load lib

setup() {
	sandbox
	default_policy
	kvm_server
	commit virt/a
	push_ok origin main
	commit mm/a -m 'Touch mm'
}

# report_mode [FILE]
report_mode() {
	sed -i 's/^version = 1$/&\nmode = report/' "${1:-$POLICY}"
}

# The findings of the last push alone, lines of the policy left out.
report() {
	grep -vE '^(To |git-treaty: | [*!] |   [0-9a-f]+\.\.|error: failed)' \
		<<<"$output" | sed 's/policy.ini:[0-9]*/policy.ini/'
}

@test "mode = report prints the same, accepts and says so" {
	local refused

	push_refused origin main
	refused="$(report)"
	[ -n "$refused" ]
	report_mode
	push_ok origin main
	assert_only_finding foreign-path error
	[ "$(report)" = "$refused" ] || fail "expected: $refused"
	assert_output_has "this push would have been refused"
	assert_output_lacks "git-treaty: refused"
	assert_ref "$SERVER" refs/heads/main main
}

@test "mode = report says nothing where nothing would be refused" {
	report_mode
	git reset -q --hard HEAD~
	commit virt/b
	push_ok origin main
	assert_output_lacks "git-treaty:"
}

@test "mode = report still refuses what cannot be decided" {
	report_mode
	echo '[nonsense]' >>"$POLICY"
	push_undecided origin main
}

@test "audit tells what it finds in mode = report too" {
	report_mode
	audit --policy "$POLICY" --tree kvm main
	assert_status 1
	assert_finding foreign-path error
}

@test "pre-push refuses before anything leaves" {
	(cd "$SERVER" && git treaty uninstall --quiet)
	git treaty install --quiet --policy "$POLICY" --tree kvm
	[ -x .git/hooks/pre-push ]
	push_refused origin main
	assert_only_finding foreign-path error
	assert_output_lacks "remote rejected"
	git reset -q --hard HEAD~
	commit virt/b
	push_ok origin main
}

@test "pre-push: what the remote is known to have is not judged again" {
	without_hook kvm git push -q origin main
	(cd "$SERVER" && git treaty uninstall --quiet)
	git treaty install --quiet --policy "$POLICY" --tree kvm
	commit virt/b
	push_ok origin main main:refs/heads/other
	# Of a server that has no name here nothing is known but its refs.
	git init -q --bare ../elsewhere.git
	push_refused ../elsewhere.git main
	assert_finding foreign-path error
}

@test "pre-push: upstream's tag there makes its history legitimate" {
	(cd "$SERVER" && git treaty uninstall --quiet)
	git treaty install --quiet --policy "$POLICY" --tree kvm
	tag v1.0
	commit virt/b
	push_refused origin main
	assert_output_has 'push the tag first'
	push_ok origin v1.0
	push_ok origin main
}

@test "pre-push: a deletion is judged" {
	(cd "$SERVER" && git treaty uninstall --quiet)
	git treaty install --quiet --policy "$POLICY" --tree kvm
	git reset -q --hard HEAD~
	tag v1.0
	push_ok origin v1.0 main:refs/heads/other main:refs/heads/auto-x
	push_refused origin :v1.0
	assert_only_finding immutable-tag error
	# Nobody else has this commit.
	commit virt/b
	push_ok origin HEAD:refs/heads/other
	push_refused origin :other
	assert_only_finding rewound-branch error
	push_ok origin :auto-x
}

@test "the update hook judges ref by ref" {
	(cd "$SERVER" && git treaty uninstall --quiet &&
	 git treaty install --quiet --hook update --policy "$POLICY" \
		--tree kvm)
	[ ! -e "$SERVER/hooks/pre-receive" ]
	push_refused origin main
	assert_only_finding foreign-path error
	git branch own main~
	git branch -q -f own
	git checkout -q own
	git reset -q --hard HEAD~
	commit virt/b
	# The good one of two is taken.
	try_push origin own main
	[ "$status" -ne 0 ]
	assert_ref "$SERVER" refs/heads/own own
	assert_ref "$SERVER" refs/heads/main main~
	tag v1.0
	push_ok origin v1.0
	push_refused origin :v1.0
	assert_finding immutable-tag error
}

@test "update: what a refused push left behind is judged again" {
	(cd "$SERVER" && git treaty uninstall --quiet &&
	 git treaty install --quiet --hook update --policy "$POLICY" \
		--tree kvm)
	push_refused origin main
	push_refused origin main
	assert_only_finding foreign-path error
}

# Where the policy comes from

@test "treaty.policy may be relative to the repository" {
	cp "$POLICY" "$SERVER/its.ini"
	git --git-dir="$SERVER" config treaty.policy its.ini
	rm "$POLICY"
	push_refused origin main
	assert_output_has "its.ini"
	git reset -q --hard HEAD~
	commit virt/b
	push_ok origin main
}

@test "treaty.policy of the global config counts" {
	git --git-dir="$SERVER" config --unset treaty.policy
	push_undecided origin main
	git config --global treaty.policy "$POLICY"
	push_refused origin main
}

@test "treaty.tree counts however the config is written" {
	local line plain=$BATS_TEST_TMPDIR/plain

	git --git-dir="$SERVER" config --unset treaty.tree
	cp "$SERVER/config" "$plain"
	push_undecided origin main
	printf '[treaty]\n\ttree = kvm\n' >"$SERVER/more"
	for line in '[treaty]\n\ttree = kvm' '[TREATY]\ntree=kvm' \
		'[treaty]\n\ttree = "kvm"' '[treaty]\n\ttree = kvm ; ours' \
		'[treaty] tree = kvm' '[treaty]\n\ttree = k\\\nvm' \
		'[treaty]\n\ttree = mm\n[Treaty]\n\tTree = kvm' \
		'[include]\n\tpath = more'; do
		{
			cat "$plain"
			printf "$line\n"
		} >"$SERVER/config"
		push_refused origin main
		assert_output_has "(tree kvm,"
	done
	printf '[treaty "x"]\n\ttree = kvm\n' >>"$plain"
	cp "$plain" "$SERVER/config"
	push_undecided origin main
}

@test "treaty.policyBlob reads the policy from a ref" {
	git checkout -q --orphan policies
	git rm -q -r -f .
	mkdir -p sub
	cp "$POLICY" sub/policy.ini
	git add .
	git commit -q -m 'The policy'
	push_ok origin policies
	git --git-dir="$SERVER" config --unset treaty.policy
	git --git-dir="$SERVER" config treaty.policyBlob \
		refs/heads/policies:sub/policy.ini
	rm "$POLICY"
	push_refused origin main
	assert_finding foreign-path error
	assert_output_has "refs/heads/policies:sub/policy.ini"
	git checkout -q main
	git reset -q --hard HEAD~
	commit virt/b
	push_ok origin main
}

# A new process id may be that of an earlier push, whose policy was another.
@test "update judges by no policy that may be another push's" {
	unshare --pid --fork true 2>/dev/null || skip "no right to unshare"
	(cd "$SERVER" && git treaty uninstall --quiet &&
	 git treaty install --quiet --hook update --policy "$POLICY" \
		--tree kvm)
	git checkout -q --orphan policies
	git rm -q -r -f .
	cp "$POLICY" policy.ini
	git add .
	git commit -q -m 'The policy'
	push_ok origin policies
	git --git-dir="$SERVER" config --unset treaty.policy
	git --git-dir="$SERVER" config treaty.policyBlob policies:policy.ini
	git checkout -q main
	git reset -q --hard HEAD~
	commit virt/b
	# The parent of a namespace's first process has the id 0 in it.
	new="$(git rev-parse policies)"
	run_hook "$SERVER" update refs/heads/new "$(printf %040d 0)" "$new"
	assert_status 0
	status=0
	output="$(cd "$SERVER" && GIT_DIR=. unshare --pid --fork git-treaty \
		update refs/heads/new "$(printf %040d 0)" "$new" 2>&1)" ||
		status=$?
	assert_status 128
	assert_output_has "/proc/0/stat, which tells one push from another"
	push_ok origin main
}

@test "install --policy-blob writes it, and says what would be refused" {
	(cd "$SERVER" && git treaty uninstall --quiet)
	run git --git-dir="$SERVER" treaty install --tree kvm \
		--policy-blob refs/heads/none:policy.ini
	[ "$status" -eq 0 ]
	assert_output_has "every push will be refused"
	[ "$(git --git-dir="$SERVER" config treaty.policyblob)" = \
		refs/heads/none:policy.ini ]
	push_undecided origin main
}

# policy_in_ref HOOK: the server's policy comes from its branch `policies`.
policy_in_ref() {
	git checkout -q --orphan policies
	git rm -q -r -f .
	cp "$POLICY" policy.ini
	git add .
	git commit -q -m 'The policy'
	without_hook kvm git push -q origin policies
	(cd "$SERVER" && git treaty uninstall --quiet &&
	 git treaty install --quiet --hook "$1" --tree kvm \
		--policy-blob refs/heads/policies:policy.ini)
}

@test "update: a policy judges no ref of the push that brings it" {
	local name

	policy_in_ref update
	sed -i 's,^path *= mm/$,path = nowhere/,' policy.ini
	git commit -q -a -m 'A weak policy'
	for name in a z exec shell; do
		case $name in
		exec) printf '#!/bin/sh\nexec git treaty update "$@"\n' ;;
		shell) printf '#!/bin/sh\ngit treaty update "$@" || exit\n' ;;
		*) cat "$SERVER/hooks/update" ;;
		esac >"$SERVER/update"
		chmod +x "$SERVER/update"
		mv "$SERVER/update" "$SERVER/hooks/update"
		run git push origin policies "main:refs/heads/$name"
		assert_output_has "error: foreign-path"
		! git --git-dir="$SERVER" rev-parse -q --verify "$name" ||
			fail "$name is there"
		without_hook kvm git push -q -f origin policies~:policies
	done
	push_ok origin policies
	push_ok origin main
	[ "$(find "$SERVER/treaty/pushes" -type f | wc -l)" -le 1 ]
}

@test "a policy with an error says so when it is pushed" {
	local hook

	for hook in pre-receive update; do
		policy_in_ref $hook
		echo garbage >>policy.ini
		git commit -q -a -m 'A broken policy'
		push_ok origin policies
		assert_output_has 'warning: the policy has 1 error: every later'
		git checkout -q -B good main~
		commit virt/b
		push_undecided origin good
		assert_output_has 'the policy on refs/heads/policies cannot be'
		git --git-dir="$SERVER" -c core.hooksPath=/dev/null update-ref \
			refs/heads/policies policies~
		push_ok origin good
		without_hook kvm git push -q origin :policies :good
		git branch -D -q policies
	done
}

@test "both treaty.policy and treaty.policyBlob are one too many" {
	git --git-dir="$SERVER" config treaty.policyBlob main:policy.ini
	push_undecided origin main
	assert_output_has "keep one of them"
}

@test "--policy goes before the config" {
	report_mode
	cp "$POLICY" other.ini
	sed -i '/^mode/d' other.ini
	cat >"$SERVER/hooks/pre-receive" <<-EOH
		#!/bin/sh
		exec git treaty pre-receive --policy "$PWD/other.ini"
	EOH
	push_refused origin main
	assert_output_has "other.ini"
}

@test "no policy comes from the environment" {
	git --git-dir="$SERVER" config --unset treaty.policy
	export TREATY_POLICY="$POLICY" GIT_TREATY_POLICY="$POLICY"
	push_undecided origin main
	assert_output_has "there is no policy"
	export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=treaty.policy \
		GIT_CONFIG_VALUE_0="$POLICY"
	run_hook "$SERVER" pre-receive </dev/null
	assert_undecided
}

# Whose repository it is

@test "--tree goes before treaty.tree" {
	cat >"$SERVER/hooks/pre-receive" <<-'EOH'
		#!/bin/sh
		exec git treaty pre-receive --tree mm
	EOH
	git --git-dir="$SERVER" config treaty.tree kvm
	commit mm/b
	push_ok origin main
	commit virt/b
	push_refused origin main
	assert_output_has "not by mm"
}

@test "a tree that the policy does not have" {
	git --git-dir="$SERVER" config treaty.tree kmv
	push_undecided origin main
	assert_output_has "did you mean 'kvm'?"
}

@test "repository = says which tree it is" {
	git --git-dir="$SERVER" config --unset treaty.tree
	push_undecided origin main
	assert_output_has "which tree"
	sed -i "/^\[tree \"kvm\"\]/a repository = $BATS_TEST_TMPDIR/*.git" \
		"$POLICY"
	push_refused origin main
	assert_output_has "tree kvm,"
	sed -i "/^\[tree \"mm\"\]/a repository = $SERVER" "$POLICY"
	push_undecided origin main
	assert_output_has "more than one tree"
}

@test "pre-push finds the tree by the remote's url first" {
	local url="$BATS_TEST_TMPDIR/mm.git"

	new_server mm mm
	cd kvm 2>/dev/null || cd "$BATS_TEST_TMPDIR/kvm"
	without_hook mm git push -q ../mm.git main~:refs/heads/main
	rm "$url/hooks/pre-receive"
	(cd "$SERVER" && git treaty uninstall --quiet)
	sed -i "/^\[tree \"mm\"\]/a url = $url" "$POLICY"
	git treaty install --quiet --policy "$POLICY" --tree kvm
	push_refused origin main
	assert_output_has "tree kvm,"
	push_ok "$url" main
	assert_no_finding
}

@test "the hook's output is JSON where it is asked for" {
	cat >"$SERVER/hooks/pre-receive" <<-'EOH'
		#!/bin/sh
		exec git treaty pre-receive --format json
	EOH
	try_push origin main
	[ "$status" -ne 0 ]
	output="$(grep '^{' <<<"$output")"
	[ "$(json .command)" = pre-receive ]
	[ "$(json .verdict)" = refuse ]
	assert_finding foreign-path error
}

@test "nothing of a hook goes to stdout" {
	run_hook "$SERVER" pre-receive 2>/dev/null \
		<<<"$(git rev-parse main~ main | tr '\n' ' ')refs/heads/main"
	[ "$status" -ne 0 ]
}

@test "GIT_WORK_TREE and GIT_COMMON_DIR in the environment" {
	local server="$BATS_TEST_TMPDIR/kvm.git"

	git checkout -q -b own HEAD~
	commit virt/a
	git treaty install --quiet --policy "$POLICY" --tree kvm
	export GIT_DIR="$PWD/.git" GIT_WORK_TREE="$PWD"
	cd "$BATS_TEST_TMPDIR"
	push_ok "$server" own
	export GIT_COMMON_DIR="$GIT_DIR"
	try_push "$server" main
	[ "$status" -ne 0 ]
	assert_finding foreign-path error
	assert_output_lacks "hook declined"
	export GIT_COMMON_DIR="$server"
	run -128 git-treaty audit
	assert_output_has "GIT_COMMON_DIR"
}
