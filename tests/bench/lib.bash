# SPDX-License-Identifier: GPL-2.0-only
# Repositories, policies and commands to measure, for the scripts beside it.
# They set `here`, `program`, `treaty` (how it is called, shell words), `tools`
# (where this folder was built), `dir` (where to make things), and may set
# `policy`, `tree` and `range`; all others are set here. What is made gets its
# name when it is complete, and stays for the next run.

for name in $(git rev-parse --local-env-vars); do unset "$name"; done
unset name
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 LC_ALL=C
export GIT_AUTHOR_NAME=B GIT_AUTHOR_EMAIL=b GIT_COMMITTER_NAME=B
export GIT_COMMITTER_EMAIL=b GIT_AUTHOR_DATE='1112911993 +0000'
export GIT_COMMITTER_DATE='1112911993 +0000'

# generated COMMITS FILES SUBSYSTEMS: prints where it is.
generated() {
	local to=$dir/generated-$1.git

	if [ ! -d "$to" ]; then
		rm -rf "$to.new"
		git init -q --bare "$to.new"
		awk -v commits="$1" -v files="$2" -v subsystems="$3" \
			-f "$here/history.awk" |
			git -C "$to.new" fast-import --quiet
		git -C "$to.new" symbolic-ref HEAD refs/heads/main
		add_refs "$to.new" main 500
		git -C "$to.new" repack -adfq
		git -C "$to.new" pack-refs --all
		mv "$to.new" "$to"
	fi
	echo "$to"
}

# borrow TO [FROM]: a bare repository with the objects of `repository` or of
# FROM, and no refs.
borrow() {
	rm -rf "$1"
	git init -q --bare "$1"
	(cd "${2:-$repository}" &&
		realpath "$(git rev-parse --git-path objects)") \
		>"$1/objects/info/alternates"
	git -C "$1" symbolic-ref HEAD refs/heads/main
}

# pack_into DIR [ARGUMENT...]: packs what the revisions on stdin reach; what
# `repository` lacks itself is left out. Files are made in the object directory
# DIR only.
pack_into() {
	local objects

	objects=$(cd "$repository" &&
		realpath "$(git rev-parse --git-path objects)")
	GIT_OBJECT_DIRECTORY=$1 GIT_ALTERNATE_OBJECT_DIRECTORIES=$objects \
		git -C "$repository" pack-objects -q --revs \
		--delta-base-offset --missing=allow-any "${@:2}"
}

# keep_below NAME TIP [LESS]: makes old-NAME.git of the objects of TIP, but for
# those that old-LESS.git has, which it borrows. What comes after TIP goes to
# new-NAME, as receive-pack has it in quarantine: few objects are loose.
keep_below() {
	local to=$work/old-$1 new=$work/new-$1/objects

	[ -d "$to.git" ] && return
	rm -rf "$to.new" "$work/new-$1"
	git init -q --bare "$to.new"
	mkdir -p "$new/pack"
	{
		git -C "$repository" for-each-ref --merged "$2" \
			--format='%(objectname)' refs/heads refs/tags
		echo "$2"
		[ $# -lt 3 ] || sed 's/^/^/' "$work/below-$3"
	} | pack_into "$to.new/objects" "$to.new/objects/pack/pack" >/dev/null
	[ $# -lt 3 ] || echo "$work/old-$3.git/objects" \
		>"$to.new/objects/info/alternates"
	printf '%s\n' "$tip" "^$2" |
		pack_into "$new" "$new/pack/pack" >"$work/packed"
	if [ "$(git show-index <"$new/pack/pack-$(cat "$work/packed").idx" |
		wc -l)" -lt 100 ]; then
		mv "$new/pack/pack-$(cat "$work/packed").pack" "$work/packed"
		rm -f "$new"/pack/*
		GIT_OBJECT_DIRECTORY=$new git -C "$repository" \
			unpack-objects -q <"$work/packed"
	fi
	mv "$to.new" "$to.git"
}

# server NAME TIP [REFS]: the repository as a server has it that has not seen
# what comes after TIP: main is there. With as many more refs. One whose name
# begins with "plain" has no commit-graph, and one that ends with "old-X" has
# the objects of old-X.git only.
server() {
	local to=$work/$1.git store=$repository

	[ -d "$to" ] && return
	case $1 in *old-*) store=$work/old-${1##*old-}.git ;; esac
	borrow "$to.new" "$store"
	git -C "$repository" for-each-ref --merged "$2" \
		--format='create %(refname) %(objectname)' refs/heads \
		refs/tags | grep -v ' refs/heads/main ' |
		git -C "$to.new" update-ref --stdin
	git -C "$to.new" update-ref refs/heads/main "$2"
	[ $# -lt 3 ] || add_refs "$to.new" "$2" "$3"
	git -C "$to.new" pack-refs --all
	case $1 in
	plain*) git -C "$to.new" config core.commitGraph false ;;
	*) git -C "$to.new" commit-graph write --reachable --no-progress ;;
	esac
	mv "$to.new" "$to"
}

# Every tenth ref is a branch, of the others every other one an annotated tag.
add_refs() {
	git -C "$1" rev-list "$2" | awk -v refs="$3" '
		{ commit[NR] = $0 }
		END {
			for (i = 0; i < refs; i++) {
				c = commit[1 + (i * 7919) % NR]
				if (i % 10 == 0)
					printf "reset refs/heads/b%d\nfrom %s\n\n", i, c
				else if (i % 2)
					printf "reset refs/tags/l%d\nfrom %s\n\n", i, c
				else
					printf "tag a%d\nfrom %s\ntagger B <b> 1112911993 +0000\ndata 2\na\n", i, c
			}
		}' | git -C "$1" fast-import --quiet
}

# files_policy SUBSYSTEMS: one for the files of `repository`, of so many.
files_policy() {
	[ -s "$work/policy-$1.ini" ] ||
		git -C "$repository" ls-tree -r --name-only HEAD |
			awk -v subsystems="$1" -f "$here/policy.awk" \
				>"$work/policy-$1.ini"
}

# below N: the commit on the first-parent line that about N commits come after.
below() {
	git -C "$repository" rev-list --first-parent HEAD |
		awk -v total="$total" 'NR % 8 == 1' >"$work/line"
	local lo=1 hi mid commit
	hi=$(wc -l <"$work/line")
	while [ "$lo" -lt "$hi" ]; do
		mid=$(((lo + hi) / 2))
		commit=$(sed -n "${mid}p" "$work/line")
		if [ "$(git -C "$repository" rev-list --count \
			"$commit..HEAD")" -ge "$1" ]; then
			hi=$mid
		else
			lo=$((mid + 1))
		fi
	done
	sed -n "${lo}p" "$work/line"
}

# in_repository NAME COMMAND...: a line for sh that runs it there.
in_repository() {
	local name=$1

	shift
	echo "cd $work/$name.git && $*"
}

# receive NAME POLICY TREE NEW: judges a push of NEW to main there.
receive() {
	local old

	old=$(git -C "$work/$1.git" rev-parse refs/heads/main)
	echo "$old $4 refs/heads/main" >"$work/input-$1-${4:0:12}"
	in_repository "$1" "export GIT_DIR=. && exec $treaty pre-receive" \
		"--policy $2 --tree $3 <$work/input-$1-${4:0:12}"
}

# audit NAME POLICY TREE REVISIONS...
audit() {
	in_repository "$1" "exec $treaty audit --policy $2 --tree $3 ${*:4}"
}

# list NAME REVISIONS...: git lists the commits and the paths that they change.
list() {
	in_repository "$1" "git rev-list ${*:2} |" \
		"git diff-tree --stdin -r --root --name-only -c"
}

# remerge NAME REVISIONS...: git also makes each merge again, but for those at
# which it fails.
remerge() {
	local show='git log --merges --remerge-diff --name-only --format=%H'

	if [ -s "$broken" ]; then
		show="git rev-list --merges ${*:2} | grep -vxFf $broken |"
		show+=' git show --stdin --remerge-diff --name-only --format=%H'
	else
		show+=" ${*:2}"
	fi
	in_repository "$1" "{ git rev-list --no-merges ${*:2} |" \
		"git diff-tree --stdin -r --root --name-only; $show; }"
}

# find_broken: writes down at which merges of `range` git fails, as it may where
# an object is missing.
find_broken() {
	local left=$work/merges last

	broken=$work/broken-${range//[^0-9A-Za-z.-]/_}
	[ ! -e "$broken" ] || return 0
	: >"$broken.new"
	git -C "$repository" rev-list --merges "$range" >"$left"
	while [ -s "$left" ] && ! git -C "$repository" show --stdin \
		--remerge-diff --name-only --format=%H <"$left" \
		>"$work/shown" 2>/dev/null; do
		last=$(grep -xE '[0-9a-f]{40}' "$work/shown" | tail -n 1) || :
		[ -z "$last" ] || sed -i "1,/$last/d" "$left"
		sed -n 1p "$left" >>"$broken.new"
		sed -i 1d "$left"
	done
	mv "$broken.new" "$broken"
}

# find_new NAME NEW: git lists what is new.
find_new() {
	in_repository "$1" "git rev-list $2 --not --all"
}

# More of what rows call.

version() { echo "exec $treaty --version"; }
nothing() { echo "exec $tools/nothing"; }
supervised() { echo "exec $tools/supervised $*"; }

# quarantined NAME NEW COMMAND...: as in receive-pack, where what NEW has is in
# no object directory but that of the push.
quarantined() {
	local objects=$work/$1.git/objects new=$work/$2/objects

	shift 2
	echo "export GIT_QUARANTINE_PATH=$new GIT_OBJECT_DIRECTORY=$new" \
		"GIT_ALTERNATE_OBJECT_DIRECTORIES=$objects; $("$@")"
}

# pushed SERVER POLICY: judges a push to it, in quarantine.
pushed() {
	quarantined "$1" "new-${1##*old-}" receive "$1" "$2" "$little" "$tip"
}

# pushed_new SERVER: git lists what is new.
pushed_new() { quarantined "$1" "new-${1##*old-}" find_new "$1" "$tip"; }

# pushed_list SERVER: and the paths that it changes.
pushed_list() {
	quarantined "$1" "new-${1##*old-}" list "$1" "$tip" --not --all
}

# push bare|hooked: of one commit.
push() {
	in_repository new "git push -q ../$1.git $one:refs/heads/main"
}

# Takes back what was pushed.
unpush() {
	local name

	for name in bare hooked; do
		echo "git -C $work/$name.git update-ref refs/heads/main $tip &&"
		echo "rm -rf $work/$name.git/objects/??" \
			"$work/$name.git/objects/pack/* &&"
	done
	echo :
}

# locked new|moved: what git runs when it has locked a ref that is not governed.
locked() {
	local to=$work/small.git old new line

	old=$(git -C "$to" rev-parse main)
	new=$(git -C "$to" rev-parse "main^{tree}")
	case $1 in
	new) line="$(printf %040d 0) $old refs/notes/new" ;;
	moved) line="$old $new refs/notes/there" ;;
	esac
	echo "$line" >"$work/input-$1"
	in_repository small "export GIT_DIR=. &&" \
		"exec $treaty reference-transaction prepared <$work/input-$1"
}

# Making it

# small_repository NAME: of one commit, and one that is not pushed yet.
small_repository() {
	local to=$work/$1.git commit

	rm -rf "$to"
	git init -q --bare "$to"
	commit=$(git -C "$to" commit-tree -m one \
		"$(git -C "$to" mktree </dev/null)")
	git -C "$to" update-ref refs/heads/main "$commit"
	git -C "$to" update-ref refs/notes/there "$commit"
	git -C "$to" config treaty.policy "$none"
	git -C "$to" config treaty.tree bench
	small=$(git -C "$to" commit-tree -m two -p "$commit" "$commit^{tree}")
}

# new_commit DATE: a commit in new.git that changes a file; prints its name.
new_commit() {
	local path=$work/new.git file

	file=$(git -C "$path" ls-tree -r --name-only "$tip" | sed -n 100p)
	git -C "$path" fast-import --quiet --force <<-EOI
		commit refs/heads/main
		committer B <b> $1 +0000
		data 3
		one
		from $tip
		M 100644 inline $file
		data 3
		one
	EOI
	git -C "$path" rev-parse main
}

# The new commits are in new.git only; one is dated long ago.
make_new_commits() {
	local path=$work/new.git

	borrow "$path"
	git -C "$path" update-ref refs/heads/main "$tip"
	late=$(new_commit 1000000000)
	one=$(new_commit "$(git -C "$path" log -1 --format=%ct "$tip")")
	# What is pushed, alone in an object directory as in quarantine.
	rm -rf "$work/new"
	mkdir "$work/new"
	cp -r "$path/objects" "$work/new/objects"
	rm -f "$work/new/objects/info/alternates"
}

# make_servers FEW MANY MOST REFS: so many commits are pushed (few, many) or
# audited (most), and a server has so many refs. Servers that are named "apart"
# or "old-" lack what is pushed, as long as it is not in quarantine.
make_servers() {
	local n

	few=$1 many=$2
	for n in "$1" "$2" "$3"; do
		[ -s "$work/below-$n" ] || below "$n" >"$work/below-$n"
	done
	: "${range:=$(cat "$work/below-$3")..$tip}"
	find_broken
	server graph "$tip"
	server plain "$tip"
	server apart "$tip"
	server plain-apart "$tip"
	keep_below "$many" "$(cat "$work/below-$many")"
	keep_below "$few" "$(cat "$work/below-$few")" "$many"
	for n in "$few" "$many"; do
		server "push-$n" "$(cat "$work/below-$n")"
		server "plain-$n" "$(cat "$work/below-$n")"
		server "push-old-$n" "$(cat "$work/below-$n")"
		server "plain-old-$n" "$(cat "$work/below-$n")"
	done
	server refs "$tip" "$4"
	make_new_commits
	# Where the hook alone is called, they are among the server's.
	for n in graph plain refs; do
		grep -qx "$work/new.git/objects" \
			"$work/$n.git/objects/info/alternates" ||
			echo "$work/new.git/objects" \
				>>"$work/$n.git/objects/info/alternates"
	done
	rm -rf "$work/bare.git" "$work/hooked.git"
	server bare "$tip"
	server hooked "$tip"
	(cd "$work/hooked.git" && "$program" install --quiet \
		--policy "$report" --tree "$little")
	small_repository unconfined
	git -C "$work/unconfined.git" config treaty.sandbox false
	small_repository small
}

# without_rule NAME FILE: the policy with that rule off.
without_rule() {
	awk -v rule="[rule \"$1\"]" '/^\[/ { skip = $0 == rule } !skip' "$2"
	printf '[rule "%s"]\nseverity = off\n' "$1"
}

# make_policies SUBSYSTEMS: or the one in `policy`, as `tree`.
make_policies() {
	files_policy "$1"
	files_policy 0
	none=$work/policy-0.ini all=${policy:-$work/policy-$1.ini}
	off=$work/off.ini report=$work/report.ini frozen=$work/frozen.ini
	without_rule merge-changes "$all" >"$off"
	{ cat "$all" && printf '[immutable "all"]\ntag = *\n'; } >"$frozen"
	little=${tree:-t07} much=${tree:-bench}
	{ grep -v '^mode *=' "$all" | sed 's/^\[policy\]/&\nmode = report/'; } \
		>"$report"
}

# open_repository DIR: what all that is measured is made of.
open_repository() {
	repository=$(git -C "$1" rev-parse --absolute-git-dir)
	tip=$(git -C "$repository" rev-parse HEAD)
	work=$dir/$(basename "$repository" .git)-${tip:0:12}
	mkdir -p "$work"
	total=$(git -C "$repository" rev-list --count HEAD)
}

# each_row COMMAND: calls it for each row with its name, limit, how often it is
# run, and two lines for sh: ours, and the other's.
each_row() {
	local name limit often ours other

	while IFS='|' read -r name limit often ours other; do
		name=${name% }
		case $name in '' | '#'*) continue ;; esac
		[ -z "$tree" ] || [[ $ours != *'$much'* ]] || continue
		eval "ours=\$($ours) other=\$($other)"
		"$1" "$name" "${limit// /}" "${often// /}" "$ours" "$other" \
			</dev/null
	done <"$here/rows"
}
