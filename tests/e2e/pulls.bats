# SPDX-License-Identifier: GPL-2.0-only
# audit --pulls: each merge is judged as a push of the tree it came from.

load lib
load keys

setup_file() {
	make_keys
}

teardown_file() {
	drop_keys
}

# main is mainline's branch; kvm-work and tip-work are of these trees, and each
# pull of `bad` holds a commit of kvm's that changes mm.
setup() {
	sandbox
	use_keys
	default_policy
	sed -i "s|^version = 1|&\nkeyring = $KEYS/keys.gpg|
		s|^\[tree \"kvm\"\]|&\nurl = git://git.example.org/virt/kvm.git\nsigner = kay|
		s|^\[tree \"tip\"\]|&\nurl = git://git.example.org/tip/linux.git|
		s|^\[tree \"mm\"\]|&\nurl = git://git.example.org/mm/linux.git|" \
		"$POLICY"
	add_policy <<-EOP
		[signer "kay"]
		gpg = $(fpr kvm)
		[shared-tag "kvm-*"]
		tree = kvm
	EOP
	git init -q linux
	cd linux
	git config treaty.policy "$POLICY"
	commit MAINTAINERS
	tag v1
}

# pull SUBJECT PATH...: merges one commit that changes the paths.
pull() {
	local subject="$1"

	git checkout -q -b work "${BASE:-main}"
	commit "${@:2}" -m "Change ${*:2}"
	git checkout -q main
	merge work -m "$subject"
	git branch -q -D work
}

# pulls [ARGUMENT...]: audits them as JSON; one line each, the oldest last.
pulls() {
	audit --pulls "$@"
	json '.pulls[] | "\(.tree) \(.how) \(.commits) \(.verdict) \([
		.findings[].rule] | join(","))"' >pulls
}

assert_pulls() {
	diff -u - pulls || fail "other pulls"
}

@test "the URL in the subject tells the tree" {
	pull "Merge tag 'x' of git://git.example.org/virt/kvm.git" virt/a
	pull "Merge branch 'next' of https://git.example.org/virt/kvm" mm/a
	pull "Merge git://git.example.org/tip/linux.git" mm/a kernel/a
	pulls
	assert_status 1
	assert_pulls <<-'EOT'
		tip url 1 refuse foreign-path
		kvm url 1 refuse foreign-path
		kvm url 1 accept 
	EOT
	[ "$(json '.pulls[2].tag')" = x ]
	[ "$(json '.pulls[1].tag')" = null ]
	[ "$(json '.pulls[1].findings[0].paths[0].path')" = mm/a ]
	[ "$(json '.pulls[1].merge')" = "$(git rev-parse main^)" ]
	[ "$(json 'keys | join(" ")')" = 'command pulls version' ]
	[ "$(json '.pulls[0] | keys | join(" ")')" = \
		'commits findings how merge subject tag tree verdict' ]
}

@test "a host that moved: the ends of the paths tell, unless two are the same" {
	pull 'Merge git://old.example.com/scm/virt/kvm' virt/a
	pull 'Merge git://old.example.com/kvm' mm/a
	pull 'Merge git://old.example.com/linux' mm/a
	pulls
	assert_status 1
	assert_pulls <<-'EOT'
		null null 1 null 
		kvm url 1 refuse foreign-path
		kvm url 1 accept 
	EOT
}

@test "the name of a branch tells, as linux-next merges" {
	pull "Merge remote-tracking branch 'kvm/next'" virt/a
	pull "Merge branch 'rcu/for-next'" kernel/rcu/a
	pull "Merge branch 'mm/linux/x' into next" mm/a virt/a
	pull "Merge branch 'feature'" virt/a mm/a
	pulls
	assert_status 1
	assert_pulls <<-'EOT'
		null null 1 null 
		mm branch 1 refuse foreign-path
		rcu branch 1 accept 
		kvm branch 1 accept 
	EOT
}

@test "the name of a tag tells, here and in a mergetag" {
	pull "Merge tag 'kvm-1'" virt/a
	git checkout -q -b work
	commit mm/b
	tag_by kvm kvm-2
	git checkout -q main
	merge kvm-2 -m 'Work of virtual machines'
	git tag -d kvm-2 >/dev/null
	pulls
	assert_status 1
	assert_pulls <<-'EOT'
		kvm tag 1 refuse foreign-path
		kvm tag 1 accept 
	EOT
	[ "$(json '.pulls[0].tag')" = kvm-2 ]
	treaty audit --pulls
	assert_output_has 'tree kvm, told by its tag; tag kvm-2, signed by kay; '
}

@test "the signer of a mergetag tells, where he is one tree's only" {
	git checkout -q -b work
	commit virt/b
	tag_by kvm for-linus
	git checkout -q main
	merge for-linus -m 'Work of virtual machines'
	pulls
	assert_status 0
	assert_pulls <<<'kvm signer 1 accept '
	sed -i 's|^\[tree "rcu"\]|&\nsigner = kay|' "$POLICY"
	pulls
	assert_status 0
	assert_pulls <<<'null null 1 null '
}

@test "a signature of nobody in the policy is said, and tells nothing" {
	git checkout -q -b work
	commit virt/b
	tag_by impostor for-linus
	git checkout -q main
	merge for-linus -m 'Work of virtual machines'
	pulls
	assert_pulls <<<'null null 1 null '
	git commit -q --amend -m "Merge tag 'x' of git://git.example.org/virt/kvm"
	treaty audit --pulls
	assert_status 0
	assert_output_has 'tag for-linus, whose signature does not count: '
}

@test "merges that bring the work of two trees are not told" {
	git checkout -q -b a
	commit virt/a
	git checkout -q -b b main
	commit mm/a
	git checkout -q main
	merge a b -m "Merge branches 'kvm/a' and 'mm/b'"
	pulls
	assert_status 0
	assert_pulls <<<'null null 2 null '
	git commit -q --amend -m "Merge branches 'kvm/a' and 'kvm/b'"
	pulls
	assert_status 1
	assert_pulls <<<'kvm branch 2 refuse foreign-path'
}

@test "what upstream had is not the puller's, and what came later is no excuse" {
	pull "Merge branch 'kvm/next'" mm/a
	tag v2
	pulls
	assert_status 1
	assert_pulls <<<'kvm branch 1 refuse foreign-path'
	# mm's work is in v2 by now: who pulls that is not blamed for it.
	BASE=v2 pull "Merge branch 'rcu/next'" kernel/rcu/a
	pulls
	assert_pulls <<-'EOT'
		rcu branch 1 accept 
		kvm branch 1 refuse foreign-path
	EOT
	# A tag that only the pulled history has.
	git checkout -q -b work main~1
	commit mm/c
	tag v3
	commit virt/c
	git checkout -q main
	merge work -m "Merge branch 'kvm/next'"
	pulls -n 1
	assert_status 0
	assert_pulls <<<'kvm branch 1 accept '
}

@test "ranges and limits are those of git rev-list" {
	pull "Merge branch 'kvm/next'" mm/a
	pull "Merge branch 'kvm/next'" virt/a
	pull "Merge branch 'kvm/next'" virt/b
	pulls main~1..main
	assert_status 0
	[ "$(wc -l <pulls)" -eq 1 ]
	pulls main~2
	assert_status 1
	[ "$(wc -l <pulls)" -eq 1 ]
	pulls -n 2
	assert_status 0
	[ "$(wc -l <pulls)" -eq 2 ]
	pulls --base main~1 main
	[ "$(wc -l <pulls)" -eq 1 ]
	pulls main..main
	assert_status 0
	[ "$(wc -l <pulls)" -eq 0 ]
	treaty audit --pulls main main~1
	assert_undecided
	treaty audit --pulls nowhere
	assert_undecided
	for option in --all --tags '--tree kvm'; do
		# shellcheck disable=SC2086
		treaty audit --pulls $option
		assert_status 129
	done
}

@test "the text goes pull by pull, escaped" {
	pull "Merge branch 'kvm/next'" virt/a mm/a
	pull $'Merge \e[31mall' virt/a
	treaty audit --pulls
	assert_status 1
	assert_output_has "Merge branch 'kvm/next'
  tree kvm, told by its branch; 1 commit: refused, 1 error

error: foreign-path: "
	assert_output_has 'Merge \x1b[31mall
  tree not told; 1 commit: not judged'
	assert_output_has 'found: 1 of 2 pulls refused, 1 commit judged, 1 of a tree that cannot be told'
	treaty audit --pulls --quiet
	assert_status 1
	assert_output_lacks 'not judged'
}

read_back() {
	python3 "$BATS_TEST_DIRNAME/read_back.py" "$1" <<<"$output"
}

@test "all formats have the findings of all pulls, and say of which" {
	pull "Merge branch 'kvm/next'" virt/a mm/a
	pull "Merge branch 'kvm/next'" virt/b
	pull $'Merge branch \'mm/x\' into <b>"\e[31m]]>' kernel/sched.c
	pull 'Merge all' virt/a
	merge="$(git rev-parse --short=12 main~3)"
	audit --pulls
	wanted="$(read_back json)"
	[ "$(wc -l <<<"$wanted")" -eq 2 ]
	for format in sarif junit github gitlab html; do
		treaty audit --pulls --format "$format"
		assert_status 1
		[ -z "$diagnostics" ]
		[ "$(read_back "$format")" = "$wanted" ] ||
			fail "$format: $(diff <(read_back "$format") - <<<"$wanted")"
		LC_ALL=C.UTF-8 grep -qav '[^[:print:][:space:]]' <<<"$output"
		case $format in
		sarif)	[ "$(json '.runs[0].results[1].properties.pull |
				"\(.merge[:12]) \(.tree) \(.tag)"')" = \
				"$merge kvm null" ] ;;
		junit)	assert_output_has "<testsuite name=\"pull $merge of kvm\" tests=\"1\" failures=\"1\""
			assert_output_has '<property name="subject" value="Merge all"/>'
			[ "$(grep -c '"not judged"' <<<"$output")" = 1 ]
			[ "$(grep -c 'nothing found' <<<"$output")" = 1 ] ;;
		github)	assert_output_has "%0Apull $merge of kvm%0Awhy: " ;;
		gitlab)	assert_output_has "(pull $merge of kvm)" ;;
		esac
	done
	treaty audit --pulls --verbose
	[ "$(read_back text)" = "$wanted" ]
	[ "$(grep -c '^  help: git treaty explain foreign-path$' <<<"$output")" = 1 ]
}

@test "the page lists pulls by their verdict, and draws whose they were" {
	pull "Merge branch 'kvm/next'" virt/a mm/a
	pull "Merge branch 'kvm/next'" virt/b
	pull 'Merge <b>all</b>' virt/a
	treaty audit --pulls --format html
	assert_status 1
	assert_output_has '</strong>: 1 of 3 pulls refused, 2 commits judged, 1 of a tree that cannot be told'
	for verdict in refused accepted 'not judged'; do
		assert_output_has ">$verdict</span> <strong>(1)</strong></summary>"
	done
	assert_output_has '</code> Merge &lt;b&gt;all&lt;/b&gt;</summary>'
	merge="$(git rev-parse --short=12 main~2)"
	assert_output_has "<details id=\"pull-$merge\">"
	assert_output_has "<dt>pull</dt><dd><a href=\"#pull-$merge\">"
	assert_output_lacks 'Shared tags'
	treaty audit --pulls --format dot
	assert_status 1
	assert_output_has '"t kvm" -> "b " [class="bad", color=red3, fontcolor=red3, label="2 pulls, 1 refused\n2 commits"];'
	if command -v dot >/dev/null; then
		dot -Tsvg <<<"$output" >/dev/null
	fi
}

@test "GitHub's summary has a table of the pulls that were refused" {
	pull $'Merge branch \'kvm/next\' into <b>|@all' mm/a
	pull "Merge branch 'kvm/next'" virt/b
	export GITHUB_STEP_SUMMARY="$BATS_TEST_TMPDIR/summary.md"
	treaty audit --pulls --format github
	assert_status 1
	output="$(cat "$GITHUB_STEP_SUMMARY")"
	assert_output_has '1 of 2 pulls refused, 2 commits judged'
	assert_output_has "| refused pull | tree | commits | errors |"
	assert_output_has "Merge branch 'kvm/next' into \\<b\\>\\|\\@&#8203;all | kvm | 1 | 1 |"
	[ "$(grep -c '| 1 | 1 |$' <<<"$output")" -eq 1 ]
}

@test "with a baseline only pulls count in which something is new" {
	pull "Merge branch 'kvm/next'" virt/a mm/a
	for format in json sarif; do
		treaty audit --pulls --format "$format"
		assert_status 1
		printf '%s\n' "$output" >"baseline.$format"
		treaty audit --pulls --baseline "baseline.$format"
		assert_status 0
		assert_output_has '1 commit: accepted, 1 known before'
		assert_output_has 'clean: 0 of 1 pull refused, 1 commit judged, 1 known before'
		assert_output_lacks foreign-path
	done
	# The same change once more is a finding of its own.
	git checkout -q -b work main
	git revert --no-edit main^2 >/dev/null
	git cherry-pick main^2 >/dev/null
	git checkout -q main
	merge work -m "Merge branch 'mm/next'"
	git branch -q -D work
	pull "Merge branch 'kvm/next'" virt/c mm/c
	pulls --baseline baseline.json
	assert_status 1
	assert_pulls <<-'EOT'
		kvm branch 1 refuse foreign-path
		mm branch 2 refuse foreign-path,foreign-path
		kvm branch 1 accept foreign-path
	EOT
	[ "$(json '[.pulls[].findings[].known] | map(tostring) | join(" ")')" = \
		'false false false true' ]
	[ "$(json '[.pulls[].findings[].fingerprint] | unique | length')" = 4 ]
	treaty audit --pulls --baseline nothing.json
	assert_undecided
}

@test "pulls on a branch that is merged later are on its line" {
	git checkout -q -b next
	git branch -q -m main older
	git branch -q -m next main
	pull "Merge branch 'kvm/next'" virt/a
	pull "Merge branch 'kvm/next'" mm/a
	git branch -q -m main next
	git branch -q -m older main
	git checkout -q main
	commit README
	merge next -m "Merge branch 'next'"
	pulls
	assert_status 0
	assert_pulls <<<'null null 4 null '
	pulls main^1..main^2
	assert_status 1
	assert_pulls <<-'EOT'
		kvm branch 1 refuse foreign-path
		kvm branch 1 accept 
	EOT
}

@test "a waiver of the tree counts" {
	pull "Merge branch 'kvm/next'" mm/a
	add_policy <<-EOP
		[waiver "once"]
		rule = foreign-path
		tree = kvm
		path = mm/
		expires = $(date -u -d '30 days' +%F)
		reason = agreed
		by = me
	EOP
	pulls
	assert_status 0
	[ "$(json '.pulls[0].findings[0].waiver')" = once ]
}

@test "many pulls of a clone without commit-graph are judged as with one" {
	local i

	for i in $(seq 25); do
		pull "Merge branch 'kvm/next'" "virt/$i" $((i % 5 ? 0 : 1))/mm
	done
	pulls
	cp pulls without
	[ ! -e .git/objects/info/commit-graph ]
	git commit-graph write --reachable 2>/dev/null
	pulls
	cmp pulls without
}

# A server whose pre-receive judges what is merged.
@test "a hook of upstream's repository asks for the pulls" {
	git init -q --bare ../mainline.git
	git push -q ../mainline.git main
	cat >../mainline.git/hooks/pre-receive <<-EOP
		#!/bin/sh
		while read -r old new ref; do
			git treaty audit --pulls --policy "$POLICY" \
				"\$old..\$new" >&2 || exit 1
		done
	EOP
	chmod +x ../mainline.git/hooks/pre-receive
	pull "Merge branch 'kvm/next'" virt/a
	git push -q ../mainline.git main
	pull "Merge branch 'kvm/next'" mm/a
	run ! git push -q ../mainline.git main
}

@test "upstream may change all paths, and drops no frozen tag" {
	new_server mainline mainline
	git remote add origin ../mainline.git
	commit mm/a virt/a kernel/a arch/x86/a
	push_ok origin main
	git branch x HEAD
	commit mm/b
	tag v9
	push_ok origin main v9
	commit mm/c
	git tag -f -a -m again v9 >/dev/null
	push_refused --force origin v9
	assert_finding immutable-tag error
}
