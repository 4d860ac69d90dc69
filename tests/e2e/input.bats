# SPDX-License-Identifier: GPL-2.0-only
# Bad input: exit status 128, one clear sentence, and nothing has changed.

load lib

ZERO=0000000000000000000000000000000000000000

setup() {
	sandbox
	default_policy
	kvm_server
}

seed() {
	commit virt/a mm/a -m 'Everything'
	git push -q origin main
	git checkout -q -b own
	commit virt/a
	git checkout -q -b foreign main
	commit mm/a -m 'Touch mm'
	git checkout -q main
}

# hook_undecided SENTENCE: the hook, fed with stdin, says so with status 128.
hook_undecided() {
	local before after

	before="$(refs "$SERVER")"
	run_hook "$SERVER" pre-receive
	after="$(refs "$SERVER")"
	assert_undecided
	assert_output_has "$1"
	[ "$before" = "$after" ]
}

# hook_accepts and hook_refuses: its twins.
hook_accepts() {
	run_hook "$SERVER" pre-receive
	assert_status 0
}

hook_refuses() {
	run_hook "$SERVER" pre-receive
	assert_status 1
}

# The policy

@test "a HOME that may not be read" {
	local as=() dir="$BATS_TEST_TMPDIR"

	mkdir -p "$HOME/closed/.config/git"
	chmod 000 "$HOME/closed"
	# Root may read all, so somebody else runs the hook.
	if [ "$(id -u)" = 0 ]; then
		as=(setpriv --reuid 1 --regid 1 --clear-groups)
		while [ "$dir" != "$(dirname "$BATS_RUN_TMPDIR")" ]; do
			chmod o+x "$dir"
			dir="$(dirname "$dir")"
		done
	fi
	"${as[@]}" test -r "$POLICY" || skip "nobody else may come here"
	cd "$SERVER"
	for ref in own foreign own foreign; do
		status=0
		printf '%s %s refs/heads/%s\n' $ZERO \
			"$(git -C ../kvm rev-parse $ref)" $ref |
			HOME="$HOME/closed" GIT_DIR=. "${as[@]}" env \
			GIT_OBJECT_DIRECTORY="$BATS_TEST_TMPDIR/kvm/.git/objects" \
			GIT_ALTERNATE_OBJECT_DIRECTORIES="$SERVER/objects" \
			git-treaty pre-receive || status=$?
		[ "$status" = $([ $ref = own ] && echo 0 || echo 1) ]
		# Includes of the server's config are left to libgit2.
		[ $ref = own ] || git config include.path nothing
	done
	chmod 700 "$HOME/closed"
}

@test "no policy" {
	git --git-dir="$SERVER" config --unset treaty.policy
	[ ! -e /etc/git-treaty/policy.ini ] || skip "this machine has one"
	push_undecided origin own
	assert_output_has "there is no policy"
	git --git-dir="$SERVER" config treaty.policy "$POLICY"
	push_ok origin own
}

@test "a policy that cannot be read" {
	git --git-dir="$SERVER" config treaty.policy "$HOME"
	push_undecided origin own
	assert_output_has "cannot read the policy"
	git --git-dir="$SERVER" config treaty.policy /nonexistent/policy.ini
	push_undecided origin own
	assert_output_has "/nonexistent/policy.ini"
}

@test "a policy with an error is not half-used" {
	add_policy <<<'[rule "foreign-path"]
severity = fatal'
	push_undecided origin own
	assert_output_has "$POLICY:$(wc -l <"$POLICY"): error: "
	push_undecided origin foreign
	sed -i 's/= fatal/= error/' "$POLICY"
	push_ok origin own
	push_refused origin foreign
}

@test "a policy with a NUL byte, and one that is empty" {
	printf 'x = \0\n' >>"$POLICY"
	push_undecided origin own
	: >"$POLICY"
	push_undecided origin own
}

@test "a policyBlob that names no ref, no file, or a directory" {
	local blob

	git --git-dir="$SERVER" config --unset treaty.policy
	for blob in main main: :policy.ini none:policy.ini main:none \
		main:virt HEAD~5:virt/a; do
		git --git-dir="$SERVER" config treaty.policyBlob "$blob"
		push_undecided origin own
	done
}

# The hook's input

@test "an input that is not what git writes" {
	local main own line

	main="$(git rev-parse main)"
	own="$(git rev-parse own)"
	while IFS= read -r line; do
		printf "$line\n" "$main" "$own" >input
		hook_undecided "line 1 of the hook's input" <input
	done <<-'EOI'
		nonsense
		%s
		%s %s
		%s %s 
		%s %s main
		%s %s refs/
		%s %s HEAD
		%s %sa refs/heads/main
		%.39s %s refs/heads/main
		x%.39s %s refs/heads/main
		%s  %s refs/heads/main
		 %s %s refs/heads/main
		%s\t%s\trefs/heads/main
		%s %s\0 refs/heads/main
		%s %s refs/heads/ma\0in
		\0
	EOI
	printf '\n' >input
	hook_undecided "line 1 of the hook's input" <input
	printf '%s %s refs/heads/x\nnonsense\n' $ZERO "$main" >input
	hook_undecided "line 2 of the hook's input" <input
	printf '%s %s refs/heads/main\n' "$main" "$main" >input
	hook_accepts <input
}

@test "a line of ten megabytes" {
	head -c 10000000 /dev/zero | tr '\0' a >input
	hook_undecided "line 1 of the hook's input has 10000000 bytes" <input
	[ ${#output} -lt 1000 ]
	{ printf '%s %s refs/heads/' $ZERO "$(git rev-parse main)"
	  cat input; } >input-2
	hook_undecided "line 1 of the hook's input" <input-2
}

@test "an object that is not there" {
	printf '%s %040d refs/heads/x\n' $ZERO 1 >input
	hook_undecided "missing" <input
	printf '%s %040d refs/tags/x\n' $ZERO 1 >input
	hook_undecided "missing" <input
	printf '%s %040d refs/scratch/x\n' $ZERO 1 >input
	hook_undecided "missing" <input
}

@test "an old value that is a lie" {
	# With it as the old value its foreign commit would not be new.
	git push -q origin foreign:refs/scratch/x
	printf '%s %s refs/heads/main\n' "$(git rev-parse foreign)" \
		"$(git rev-parse foreign)" >input
	hook_undecided "is at $(git rev-parse main) here" <input
	printf '%s %s refs/heads/new\n' "$(git rev-parse foreign)" \
		"$(git rev-parse foreign)" >input
	hook_undecided "refs/heads/new is at $ZERO here" <input
	printf '%s %s refs/heads/main\n' "$(git rev-parse main)" \
		"$(git rev-parse foreign)" >input
	hook_refuses <input
}

@test "update: arguments that are none" {
	local main

	main="$(git rev-parse main)"
	git --git-dir="$SERVER" treaty install --quiet --hook update
	for args in "main $main $main" "refs/heads/main $main x" \
		"refs/heads/main x $main" "refs/heads/x $main $main"; do
		# shellcheck disable=SC2086
		run_hook "$SERVER" update $args </dev/null
		assert_undecided
	done
	run_hook "$SERVER" update refs/heads/main "$main" "$main" </dev/null
	assert_status 0
	run_hook "$SERVER" update refs/heads/main </dev/null
	assert_status 129
}

@test "pre-push: an input that is not what git writes" {
	local line main

	main="$(git rev-parse main)"
	git treaty install --quiet --policy "$POLICY" --tree kvm
	for line in nonsense "main $main refs/heads/main" \
		" $main refs/heads/main $ZERO" \
		"main x refs/heads/main $ZERO" \
		"main $main main $ZERO"; do
		status=0
		output="$(.git/hooks/pre-push origin url 2>&1 <<<"$line")" ||
			status=$?
		assert_undecided
	done
}

# Objects

# drop OBJECT: takes a loose object out of the server.
drop() {
	local name

	name="$(git rev-parse "$1")"
	rm -f "$SERVER/objects/${name:0:2}/${name:2}"
}

# Loose objects on the server, so that they can be lost one by one.
loose() {
	git --git-dir="$SERVER" config receive.unpackLimit 10000
	without_hook kvm git push -q origin own foreign:refs/scratch/x
}

@test "a missing tree in what is pushed" {
	loose
	printf '%s %s refs/heads/x\n' $ZERO "$(git rev-parse foreign)" >input
	hook_refuses <input
	drop foreign:mm
	hook_undecided "is missing" <input
	drop foreign
	hook_undecided "missing" <input
}

@test "a missing commit below an old value" {
	loose
	git checkout -q foreign
	commit virt/a
	git push -q origin foreign:refs/scratch/y
	printf '%s %s refs/heads/x\n' $ZERO "$(git rev-parse foreign)" >input
	drop foreign~
	hook_undecided "missing" <input
}

@test "a corrupt object" {
	local name

	loose
	printf '%s %s refs/heads/x\n' $ZERO "$(git rev-parse foreign)" >input
	for object in foreign foreign^{tree} foreign:mm; do
		name="$(git rev-parse "$object")"
		name="$SERVER/objects/${name:0:2}/${name:2}"
		cp -p "$name" saved
		chmod +w "$name"
		echo garbage >"$name"
		hook_undecided "is damaged" <input
		: >"$name"
		hook_undecided "is damaged" <input
		# What a power failure leaves; libgit2 1.5 reads it for ever.
		head -c 20 saved >"$name"
		hook_undecided "is damaged" <input
		{ cat "$name"; head -c 100 /dev/zero; } >longer
		cat longer >"$name"
		hook_undecided "is damaged" <input
		cp -pf saved "$name"
	done
	hook_refuses <input
}

@test "an object of another type than it is taken for" {
	local commit

	commit="$(git cat-file commit foreign |
		sed "s/^tree .*/tree $(git rev-parse main:virt/a)/" |
		git hash-object --literally -w -t commit --stdin)"
	cp -r .git/objects/. "$SERVER/objects/"
	printf '%s %s refs/heads/x\n' $ZERO "$commit" >input
	hook_undecided "is not a tree" <input
}

# Trees that two readers could understand differently

# entry MODE NAME OBJECT: one entry of a raw tree.
entry() {
	printf '%s %b\0' "$1" "$2"
	git rev-parse "$3" | sed 's/../\\x&/g' | xargs -0 printf '%b' |
		head -c 20
}

# tree_commit: a commit of the raw tree on stdin, on top of main.
tree_commit() {
	git commit-tree -p main -m 'Odd tree' \
		"$(git hash-object --literally -w -t tree --stdin)"
}

push_tree() {
	push_undecided origin "$1:refs/heads/odd"
	assert_output_has "the tree "
}

# What git itself would not even unpack.
hook_tree() {
	cp -r .git/objects/. "$SERVER/objects/"
	printf '%s %s refs/heads/odd\n' $ZERO "$1" >input
	hook_undecided "the tree " <input
}

@test "the tree that the bad ones are made from is accepted" {
	local tree

	tree="$({ entry 40000 mm main:mm
		  entry 100644 tools main:virt/a
		  entry 40000 virt main:virt; } | tree_commit)"
	push_ok origin "$tree:refs/heads/odd"
}

@test "a tree with entries out of order" {
	push_tree "$({ entry 40000 virt main:virt
		       entry 40000 mm main:mm; } | tree_commit)"
}

@test "a tree with an entry twice" {
	push_tree "$({ entry 40000 mm main:mm
		       entry 40000 mm foreign:mm
		       entry 40000 virt main:virt; } | tree_commit)"
}

@test "a tree with a file and a directory of one name" {
	push_tree "$({ entry 100644 mm main:virt/a
		       entry 100644 mm.c main:virt/a
		       entry 40000 mm foreign:mm
		       entry 40000 virt main:virt; } | tree_commit)"
}

@test "a tree with a slash in a name" {
	push_tree "$({ entry 40000 mm main:mm
		       entry 100644 mm/a main:virt/a
		       entry 40000 virt main:virt; } | tree_commit)"
	push_tree "$({ entry 40000 mm main:mm
		       entry 40000 virt main:virt
		       entry 100644 virt/../mm/a main:virt/a; } |
		tree_commit)"
}

@test "a tree with '.', '..' or '.git' in it" {
	for name in . .. .git .GIT; do
		push_tree "$({ entry 40000 "$name" foreign:mm
			       entry 40000 mm main:mm
			       entry 40000 virt main:virt; } | tree_commit)"
	done
}

@test "a tree that is cut, has an empty name or a mode that is none" {
	hook_tree "$({ entry 40000 mm main:mm
		       entry 40000 virt main:virt | head -c 20
		       } | tree_commit)"
	hook_tree "$({ entry 40000 '' foreign:mm; } | tree_commit)"
	hook_tree "$({ entry 40009 mm foreign:mm; } | tree_commit)"
	hook_tree "$({ entry 0 mm foreign:mm; } | tree_commit)"
}

@test "a directory by another spelling of its mode is a directory" {
	local mode

	for mode in 040000 40755 0040777; do
		push_refused origin "$({ entry "$mode" mm foreign:mm
			entry 40000 virt main:virt; } |
			tree_commit):refs/heads/odd"
		assert_finding foreign-path error
		assert_output_has "mm/a"
	done
}

@test "a commit whose header is garbled" {
	local commit

	commit="$(git cat-file commit foreign |
		sed 's/^parent ./parent /' |
		git hash-object --literally -w -t commit --stdin)"
	cp -r .git/objects/. "$SERVER/objects/"
	printf '%s %s refs/heads/x\n' $ZERO "$commit" >input
	hook_undecided "bad parent line" <input
}

# Repositories of other kinds

# An alternate: $1 in info/alternates is the object store $2, and there the
# server keeps all that it has.
alternate() {
	mkdir -p "$(dirname "$2")"
	mv "$SERVER/objects" "$2"
	mkdir -p "$SERVER/objects/info" "$SERVER/objects/pack"
	printf '%s\n' "$1" >"$SERVER/objects/info/alternates"
}

# What is on the server is judged rightly through the alternate.
judged_rightly() {
	push_refused origin foreign
	assert_only_finding foreign-path error
	push_ok origin own
	# A merge that git itself has to make again.
	git checkout -q own
	merge -s ours foreign
	tag v1.0 foreign
	in_turn refused origin own v1.0
	assert_only_finding merge-changes error
}

@test "an alternate" {
	alternate "$BATS_TEST_TMPDIR/store/objects" \
		"$BATS_TEST_TMPDIR/store/objects"
	judged_rightly
}

@test "an alternate with a colon in its path" {
	alternate "$BATS_TEST_TMPDIR/st:ore/objects" \
		"$BATS_TEST_TMPDIR/st:ore/objects"
	judged_rightly
}

@test "an alternate that is quoted" {
	alternate "\"$BATS_TEST_TMPDIR/st\\\"or\\\\e/obj\\145cts\"" \
		"$BATS_TEST_TMPDIR/st\"or\\e/objects"
	judged_rightly
}

@test "an alternate by a relative path" {
	alternate ../../store/objects "$BATS_TEST_TMPDIR/store/objects"
	judged_rightly
}

@test "an alternate of an alternate, by a relative path" {
	local far="$BATS_TEST_TMPDIR/far/objects"

	alternate ../../store/objects "$BATS_TEST_TMPDIR/store/objects"
	mkdir -p "$far"
	mv "$BATS_TEST_TMPDIR/store/objects/"?? "$far/"
	mv "$BATS_TEST_TMPDIR/store/objects/pack" "$far/"
	mkdir -p "$BATS_TEST_TMPDIR/store/objects/pack"
	echo ../../far/objects \
		>"$BATS_TEST_TMPDIR/store/objects/info/alternates"
	# Git reads no relative alternate below another one: then neither
	# can the push be judged.
	try_push origin foreign
	[ "$status" -ne 0 ]
	[ "$refs_before" = "$refs_after" ]
	echo "$far" >"$BATS_TEST_TMPDIR/store/objects/info/alternates"
	judged_rightly
}

# nest N: all objects are in an object store that N alternates lead to.
nest() {
	local i store to="$BATS_TEST_TMPDIR/store1/objects"

	alternate "$to" "$BATS_TEST_TMPDIR/objects"
	for ((i = 1; i <= $1; i++)); do
		store="$to"
		to="$BATS_TEST_TMPDIR/store$((i + 1))/objects"
		mkdir -p "$store/info" "$store/pack"
		echo "$to" >"$store/info/alternates"
	done
	rm "$store/info/alternates"
	rm -r "$store"
	mv "$BATS_TEST_TMPDIR/objects" "$store"
}

@test "alternates as deep as git reads them" {
	nest 5
	judged_rightly
}

@test "alternates that are deeper" {
	nest 6
	printf '%s %s refs/heads/main\n' "$(git rev-parse main)" \
		"$(git rev-parse own)" >input
	GIT_OBJECT_DIRECTORY="$PWD/.git/objects" \
		GIT_ALTERNATE_OBJECT_DIRECTORIES="$SERVER/objects" \
		hook_undecided "nest deeper than 5" <input
}

@test "an alternate that is gone" {
	alternate "$BATS_TEST_TMPDIR/gone/objects" \
		"$BATS_TEST_TMPDIR/store/objects"
	printf '%s %s refs/heads/main\n' "$(git rev-parse main)" \
		"$(git rev-parse foreign)" >input
	hook_undecided "missing" <input
}

@test "a server with a colon and a quote in its path" {
	mv "$SERVER" "$BATS_TEST_TMPDIR/k:v\"m.git"
	SERVER="$BATS_TEST_TMPDIR/k:v\"m.git"
	git remote set-url origin "$SERVER"
	judged_rightly
}

@test "a SHA-256 repository" {
	git init -q --bare --object-format=sha256 "$BATS_TEST_TMPDIR/256.git" ||
		skip "this git has none"
	cp "$SERVER/hooks/pre-receive" "$BATS_TEST_TMPDIR/256.git/hooks/"
	git --git-dir="$BATS_TEST_TMPDIR/256.git" config treaty.policy \
		"$POLICY"
	git --git-dir="$BATS_TEST_TMPDIR/256.git" config treaty.tree kvm
	git init -q --object-format=sha256 "$BATS_TEST_TMPDIR/256"
	cd "$BATS_TEST_TMPDIR/256"
	commit virt/a
	push_undecided "$BATS_TEST_TMPDIR/256.git" main
	assert_output_has 'names objects by SHA-256'
	assert_output_lacks "the hook's input"
	# So says each command, whatever libgit2 says.
	treaty audit --policy "$POLICY" --tree kvm main
	assert_undecided
	[[ $diagnostics == *'names objects by SHA-256'* ]]
}

@test "a shallow clone pushes what is judged rightly" {
	git checkout -q main
	commit virt/x
	commit virt/x
	push_ok origin main
	cd "$BATS_TEST_TMPDIR"
	git clone -q --depth 1 "file://$SERVER" shallow
	cd shallow
	commit virt/y
	push_ok origin main
	commit mm/a
	push_refused origin main
	assert_only_finding foreign-path error
}

@test "pre-push in a shallow clone judges rightly or not at all" {
	git checkout -q main
	commit virt/x
	commit virt/x
	push_ok origin main
	cd "$BATS_TEST_TMPDIR"
	git clone -q --depth 1 "file://$SERVER" shallow
	cd shallow
	git treaty install --quiet --policy "$POLICY" --tree kvm
	commit virt/y
	push_ok origin main
	commit mm/a
	push_refused origin main
	assert_output_lacks "remote rejected"
	# What is below the boundary is not known to be anyone's.
	git init -q --bare ../other.git
	git reset -q --hard HEAD~
	push_undecided ../other.git main
	assert_output_has "this clone is shallow"
	assert_output_has "git fetch --deepen=50"
}

@test "audit in a shallow clone: a range whose commits are all there" {
	git checkout -q main
	for i in {1..9}; do
		commit virt/x
	done
	commit mm/a
	without_hook kvm git push -q origin main
	git clone -q --depth 6 "file://$SERVER" "$BATS_TEST_TMPDIR/shallow"
	cd "$BATS_TEST_TMPDIR/shallow"
	audit --policy "$POLICY" --tree kvm HEAD~5..HEAD
	assert_only_finding foreign-path error
	[ "$(json .commits)" = 5 ]
	audit --policy "$POLICY" --tree kvm HEAD
	assert_undecided
	git fetch -q "$(sed -n 's/.*git fetch \(--deepen=[0-9]*\) .*/\1/p' \
		<<<"$diagnostics")"
	audit --policy "$POLICY" --tree kvm HEAD
	assert_status 1
}

@test "audit in a shallow clone: a merge whose base is not there" {
	git checkout -q -b side
	commit virt/x
	commit virt/x
	git checkout -q main
	commit virt/y
	commit virt/y
	git merge -q --no-edit side
	without_hook kvm git push -q origin main
	git clone -q --depth 2 "file://$SERVER" "$BATS_TEST_TMPDIR/shallow"
	cd "$BATS_TEST_TMPDIR/shallow"
	audit --policy "$POLICY" --tree kvm HEAD^!
	assert_undecided
	git fetch -q "$(sed -n 's/.*git fetch \(--deepen=[0-9]*\) .*/\1/p' \
		<<<"$diagnostics")"
	audit --policy "$POLICY" --tree kvm HEAD^!
	assert_status 0
}

@test "a shallow server" {
	git clone -q --bare --depth 1 "file://$SERVER" \
		"$BATS_TEST_TMPDIR/shallow.git"
	git --git-dir="$BATS_TEST_TMPDIR/shallow.git" treaty install --quiet \
		--policy "$POLICY" --tree kvm
	git checkout -q own
	push_ok "$BATS_TEST_TMPDIR/shallow.git" own
	push_refused "$BATS_TEST_TMPDIR/shallow.git" foreign
	assert_only_finding foreign-path error
}

@test "a partial clone: what is not here is not waved through" {
	git --git-dir="$SERVER" config uploadpack.allowFilter true
	git --git-dir="$SERVER" config uploadpack.allowAnySHA1InWant true
	push_ok origin foreign:refs/scratch/x
	rm "$SERVER/hooks/pre-receive"
	cd "$BATS_TEST_TMPDIR"
	git clone -q --no-checkout --filter=tree:0 "file://$SERVER" partial
	cd partial
	git treaty install --quiet --policy "$POLICY" --tree kvm
	git update-ref refs/heads/evil "$(git commit-tree -p origin/main \
		-m x "$(git -C ../kvm rev-parse 'foreign^{tree}')")"
	try_push origin evil
	push_has_failed
	assert_output_has "this is a partial clone"
	# What it says helps.
	assert_output_has "'git fetch --refetch --no-filter origin' gets it"
	git fetch -q --refetch --no-filter origin
	push_refused origin evil
	assert_only_finding foreign-path error
}

@test "a partial clone as a server says how it gets what it lacks" {
	git --git-dir="$SERVER" config uploadpack.allowFilter true
	git --git-dir="$SERVER" config uploadpack.allowAnySHA1InWant true
	git checkout -q -b side main
	seq 1 20 >mm/list
	commit virt/x mm/list
	for n in 1 15; do
		git checkout -q -b "side-$n" side
		sed -i "${n}s/.*/changed/" mm/list
		git commit -q -a -m "$n"
	done
	without_hook kvm git push -q origin side side-1 side-15:refs/other/x
	cd "$BATS_TEST_TMPDIR"
	git clone -q --bare --filter=blob:none "file://$SERVER" part.git
	git -C part.git fetch -q origin refs/other/x:refs/heads/side-15
	git -C part.git treaty install --quiet --policy "$POLICY" --tree kvm
	cd kvm
	git checkout -q -b merged side-1
	merge side-15
	push_undecided "$BATS_TEST_TMPDIR/part.git" merged
	assert_output_has "this is a partial clone; 'git rev-list"
	advice="$(sed -n "s/.*partial clone; '\([^']*\)'.*/\1/p" <<<"$output")"
	(cd ../part.git && eval "$advice" | grep -c blob)
	(cd ../part.git && [ -z "$(eval "$advice")" ])
	push_ok "$BATS_TEST_TMPDIR/part.git" merged
}

# A push to a server whose HEAD is a link to a packed branch, and to a file.
@test "a HEAD that is a symbolic link says what to do" {
	git --git-dir="$SERVER" pack-refs --all
	rm "$SERVER/HEAD"
	ln -s refs/heads/main "$SERVER/HEAD"
	for n in 1 2; do
		try_push origin own:refs/heads/x
		push_has_failed
		assert_output_has "HEAD is a symbolic link; 'git symbolic-ref"
	done
	advice="$(sed -n "s/.* link; '\([^']*\)'.*/\1/p" <<<"$output")"
	(cd "$SERVER" && $advice)
	push_ok origin own:refs/heads/x
	push_refused origin foreign
	# A link to a loose one is as good.
	rm "$SERVER/HEAD"
	ln -s refs/heads/x "$SERVER/HEAD"
	push_ok origin own:refs/heads/y
}

@test "a namespace of refs is not judged" {
	for hook in pre-receive update; do
		(cd "$SERVER" && git treaty uninstall --quiet &&
		 git treaty install --quiet --policy "$POLICY" --tree kvm \
			--hook "$hook")
		GIT_NAMESPACE=ns push_undecided origin own
		assert_output_has "GIT_NAMESPACE is 'ns'"
		assert_output_has 'or give the namespace a repository of its own'
	done
	GIT_NAMESPACE='' push_ok origin own
}

@test "a ref of the server that is broken" {
	loose
	printf '%s %s refs/heads/x\n' $ZERO "$(git rev-parse own)" >input
	hook_accepts <input
	printf '%040d\n' 1 >"$SERVER/refs/heads/broken"
	hook_undecided "missing" <input
	# What is no object name at all git itself does not get past.
	echo nonsense >"$SERVER/refs/heads/broken"
	try_push origin own:refs/heads/x
	push_has_failed
}

@test "audit of what is not there" {
	cd "$SERVER"
	for revision in none main..none none..main ^none main:virt; do
		audit "$revision"
		assert_undecided
	done
	git hash-object -w -t blob --stdin </dev/null >../blob
	audit "$(cat ../blob)"
	assert_undecided
}
