# SPDX-License-Identifier: GPL-2.0-only
# Real servers with the hook that `git treaty install` puts in: each takes an
# honest push and refuses a bad one. install/hosts has a recipe for each.

bats_require_minimum_version 1.5.0
load ../e2e/lib

setup() {
	sandbox
	default_policy
	# Servers that run as somebody else read the policy and the repository.
	open_up "$BATS_TEST_TMPDIR"
	SERVERS=()
}

# open_up DIRECTORY: others may go there, as far as it is the test's own.
open_up() {
	chmod 755 "$1"
	[ "$1" = "$BATS_RUN_TMPDIR" ] || open_up "$(dirname "$1")"
}

teardown() {
	local pid

	for pid in "${SERVERS[@]}"; do
		kill "$pid" 2>/dev/null && wait "$pid"
	done
	! compgen -G "$TMPDIR/git-treaty.*" || fail "left behind in $TMPDIR"
}

# in_background COMMAND...: a server that ends with the test.
in_background() {
	"$@" >>"$BATS_TEST_TMPDIR/log" 2>&1 3>&- &
	SERVERS+=($!)
}

# free_port: one on which nobody listens.
free_port() {
	local port

	while :; do
		port=$((20000 + RANDOM % 20000))
		(: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
	done
	echo "$port"
}

# wait_for COMMAND...: until it succeeds, ten seconds at most.
wait_for() {
	local i

	for ((i = 0; i < 100; i++)); do
		"$@" 2>/dev/null && return
		sleep 0.1
	done
	cat "$BATS_TEST_TMPDIR/log"
	fail "not up in time: $*"
}

listens() { (: <"/dev/tcp/127.0.0.1/$1"); }

# as_daemon COMMAND...: a server that ends with the test, in the environment that
# a daemon has. It has a session of its own, since apache2 kills its whole process
# group when it ends.
as_daemon() {
	in_background setsid env -i PATH=/usr/bin:/bin GIT_CONFIG_NOSYSTEM=1 "$@"
}

needs() {
	local program

	for program; do
		command -v "$program" >/dev/null || [ -x "/usr/sbin/$program" ] ||
			skip "$program is not installed"
	done
}

# needs_open USER PATH...: that user can read them, wherever they are.
needs_open() {
	[ "$(id -u)" -eq 0 ] || return 0
	for path in "${@:2}"; do
		runuser -u "$1" -- test -r "$path" ||
			skip "$1 cannot read $path"
	done
}

# repository: kvm.git with the hook, and a clone with a first commit there.
repository() {
	new_server kvm kvm
	new_clone kvm
	commit virt/a arch/x86/a -m 'Everything'
	without_hook kvm git push -q origin main
}

# good_and_bad URL: an honest push to it goes in, a bad one does not.
good_and_bad() {
	local server="$BATS_TEST_TMPDIR/kvm.git"

	git remote set-url origin "$1"
	commit virt/a -m 'KVM: Good'
	git push origin main >"$BATS_TEST_TMPDIR/push" 2>&1 ||
		{ cat "$BATS_TEST_TMPDIR"/{push,log}; fail 'good: refused'; }
	assert_ref "$server" refs/heads/main main
	commit arch/x86/a -m 'x86: Bad'
	! git push origin main >"$BATS_TEST_TMPDIR/push" 2>&1 ||
		fail 'bad: accepted'
	grep -q 'remote: .*git-treaty: refused: 1 error' \
		"$BATS_TEST_TMPDIR/push" ||
		{ cat "$BATS_TEST_TMPDIR"/{push,log}; fail 'bad: other words'; }
	assert_ref "$server" refs/heads/main main~1
	git reset -q --hard HEAD~1
}

@test "ssh and a bare repository" {
	local port key="$BATS_TEST_TMPDIR/key"

	needs sshd
	repository
	port=$(free_port)
	ssh-keygen -q -t ed25519 -N '' -f "$key"
	cp "$key.pub" "$BATS_TEST_TMPDIR/authorized"
	[ "$(id -u)" -ne 0 ] || mkdir -p /run/sshd
	cat >"$BATS_TEST_TMPDIR/sshd_config" <<-EOP
		Port $port
		ListenAddress 127.0.0.1
		HostKey $key
		AuthorizedKeysFile $BATS_TEST_TMPDIR/authorized
		PermitRootLogin yes
		StrictModes no
		UsePAM no
		PidFile none
	EOP
	chmod 600 "$BATS_TEST_TMPDIR/sshd_config"
	in_background /usr/sbin/sshd -D -e -f "$BATS_TEST_TMPDIR/sshd_config"
	wait_for listens "$port"
	export GIT_SSH_COMMAND="ssh -F none -i $key -o IdentitiesOnly=yes \
-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR"
	good_and_bad \
		"ssh://$(id -un)@127.0.0.1:$port$BATS_TEST_TMPDIR/kvm.git"
}

@test "nginx and fcgiwrap" {
	local port socket="$BATS_TEST_TMPDIR/fcgi"

	needs nginx fcgiwrap
	repository
	git -C "$BATS_TEST_TMPDIR/kvm.git" config http.receivepack true
	port=$(free_port)
	cat >"$BATS_TEST_TMPDIR/nginx.conf" <<-EOP
		user $(id -un) $(id -gn);
		daemon off;
		pid $BATS_TEST_TMPDIR/nginx.pid;
		error_log stderr;
		events { }
		http {
			access_log off;
			client_body_temp_path $BATS_TEST_TMPDIR/body;
			fastcgi_temp_path $BATS_TEST_TMPDIR/fastcgi;
			proxy_temp_path $BATS_TEST_TMPDIR/proxy;
			scgi_temp_path $BATS_TEST_TMPDIR/scgi;
			uwsgi_temp_path $BATS_TEST_TMPDIR/uwsgi;
			server {
				listen 127.0.0.1:$port;
				location / {
					fastcgi_param SCRIPT_FILENAME $(git --exec-path)/git-http-backend;
					fastcgi_param GIT_HTTP_EXPORT_ALL "";
					fastcgi_param GIT_PROJECT_ROOT $BATS_TEST_TMPDIR;
					fastcgi_param PATH_INFO \$uri;
					fastcgi_param QUERY_STRING \$args;
					fastcgi_param REQUEST_METHOD \$request_method;
					fastcgi_param CONTENT_TYPE \$content_type;
					fastcgi_param CONTENT_LENGTH \$content_length;
					fastcgi_param REMOTE_USER pusher;
					fastcgi_pass unix:$socket;
				}
			}
		}
	EOP
	as_daemon /usr/sbin/fcgiwrap -s "unix:$socket"
	wait_for test -S "$socket"
	in_background /usr/sbin/nginx -c "$BATS_TEST_TMPDIR/nginx.conf"
	wait_for listens "$port"
	good_and_bad "http://127.0.0.1:$port/kvm.git"
}

@test "apache2 and git-http-backend" {
	local port name modules user

	needs apache2
	user=$([ "$(id -u)" = 0 ] && echo www-data || id -un)
	needs_open "$user" "$BATS_TEST_TMPDIR" "$(realpath "$TREATY_PROGRAM")"
	repository
	git -C "$BATS_TEST_TMPDIR/kvm.git" config http.receivepack true
	port=$(free_port)
	modules=$(for name in mpm_prefork authz_core alias env cgi; do
		echo "LoadModule ${name}_module" \
			"/usr/lib/apache2/modules/mod_$name.so"
	done)
	cat >"$BATS_TEST_TMPDIR/apache.conf" <<-EOP
		$modules
		ServerName localhost
		ServerRoot $BATS_TEST_TMPDIR
		DefaultRuntimeDir $BATS_TEST_TMPDIR
		PidFile $BATS_TEST_TMPDIR/apache.pid
		Mutex file:$BATS_TEST_TMPDIR
		ErrorLog $BATS_TEST_TMPDIR/log
		User $user
		Group $(id -gn "$user")
		Listen 127.0.0.1:$port
		SetEnv GIT_PROJECT_ROOT $BATS_TEST_TMPDIR
		SetEnv GIT_HTTP_EXPORT_ALL
		ScriptAlias / $(git --exec-path)/git-http-backend/
		<Directory "$(git --exec-path)">
			Require all granted
		</Directory>
	EOP
	[ "$(id -u)" -ne 0 ] ||
		chown -R "$user" "$BATS_TEST_TMPDIR/kvm.git"
	as_daemon /usr/sbin/apache2 -DFOREGROUND \
		-f "$BATS_TEST_TMPDIR/apache.conf"
	wait_for listens "$port"
	# The client reads the server's refs to compare them.
	git config --global safe.directory '*'
	good_and_bad "http://127.0.0.1:$port/kvm.git"
}

# gitolite LINE...: a gitolite of its own, with kvm.git and those lines of its
# section. A push goes to gitolite-shell, as from sshd.
gitolite_host() {
	needs gitolite
	export HOME="$BATS_TEST_TMPDIR/gitolite"
	unset GIT_CONFIG_GLOBAL
	mkdir "$HOME"
	printf '[%s]\n\t%s\n' init defaultBranch=main safe directory='*' \
		>"$HOME/.gitconfig"
	cat >"$BATS_TEST_TMPDIR/ssh" <<-EOP
		#!/bin/sh
		shift
		HOME=$HOME SSH_ORIGINAL_COMMAND="\$*" SSH_CONNECTION='::1 1 ::1 22' \\
		exec /usr/share/gitolite3/gitolite-shell pusher
	EOP
	chmod +x "$BATS_TEST_TMPDIR/ssh"
	export GIT_SSH="$BATS_TEST_TMPDIR/ssh" GIT_SSH_VARIANT=simple
	gitolite setup -a pusher >/dev/null 2>&1
	sed -i -e 's|# \(LOCAL_CODE .*{HOME}/local\)|\1|' \
		-e "s|\(GIT_CONFIG_KEYS .*=>\) .*|\1 '.*',|" \
		-e "s|# 'repo-specific-hooks'|'repo-specific-hooks'|" \
		"$HOME/.gitolite.rc"
	{ echo 'repo kvm'; printf '\t%s\n' 'RW+ = @all' \
		"config treaty.policy = $POLICY" 'config treaty.tree = kvm' "$@"
	} >>"$HOME/.gitolite/conf/gitolite.conf"
	mkdir -p "$HOME/local/hooks/common" "$HOME/local/hooks/repo-specific"
	ln -s "$HOME/repositories/kvm.git" "$BATS_TEST_TMPDIR/kvm.git"
}

# A first commit, before the hook is there.
gitolite_seed() {
	gitolite compile
	gitolite trigger POST_COMPILE
	git init -q "$BATS_TEST_TMPDIR/kvm"
	cd "$BATS_TEST_TMPDIR/kvm" || return 1
	commit virt/a arch/x86/a -m 'Everything'
	git remote add origin pusher@localhost:kvm
	git --git-dir="$BATS_TEST_TMPDIR/kvm.git" fetch -q \
		"$BATS_TEST_TMPDIR/kvm" main:main
}

# the_hook NAME FILE: the hook as an administrator puts it there.
the_hook() {
	git init -q --bare "$BATS_TEST_TMPDIR/model.git"
	(cd "$BATS_TEST_TMPDIR/model.git" &&
	 git treaty install --quiet --hook "$1" --no-transaction) || return 1
	cp "$BATS_TEST_TMPDIR/model.git/hooks/$1" "$2"
}

@test "gitolite: a hook for all repositories" {
	gitolite_host
	gitolite_seed
	the_hook pre-receive "$HOME/local/hooks/common/pre-receive"
	gitolite setup --hooks-only
	good_and_bad pusher@localhost:kvm
}

@test "gitolite: a hook for one repository" {
	gitolite_host 'option hook.pre-receive = treaty'
	the_hook pre-receive "$HOME/local/hooks/repo-specific/treaty"
	gitolite_seed
	good_and_bad pusher@localhost:kvm
}

@test "gitolite: beside another hook of the repository" {
	gitolite_host 'option hook.pre-receive = first treaty last'
	the_hook pre-receive "$HOME/local/hooks/repo-specific/treaty"
	printf '#!/bin/sh\ncat >"%s/first"\n' "$HOME" \
		>"$HOME/local/hooks/repo-specific/first"
	printf '#!/bin/sh\n! grep -q no-entry\n' \
		>"$HOME/local/hooks/repo-specific/last"
	chmod +x "$HOME"/local/hooks/repo-specific/*
	gitolite_seed
	good_and_bad pusher@localhost:kvm
	[ -s "$HOME/first" ]
	! git push -q origin main:refs/heads/no-entry 2>/dev/null
}

@test "gitolite: install in a repository that gitolite made" {
	gitolite_host
	gitolite_seed
	(cd "$BATS_TEST_TMPDIR/kvm.git" && git treaty install --quiet)
	good_and_bad pusher@localhost:kvm
}

# For hosts that Debian does not have, their documented layout.

# script FILE LINE...: an executable shell script.
script() {
	mkdir -p "$(dirname "$1")"
	printf '%s\n' '#!/bin/sh' "${@:2}" >"$1"
	chmod +x "$1"
}

plain_repository() {
	git init -q --bare "$BATS_TEST_TMPDIR/kvm.git"
	git -C "$BATS_TEST_TMPDIR/kvm.git" config treaty.policy "$POLICY"
	git -C "$BATS_TEST_TMPDIR/kvm.git" config treaty.tree kvm
	new_clone kvm
	commit virt/a arch/x86/a -m 'Everything'
	git push -q origin main
}

# What Gitea and Forgejo write to hooks/pre-receive, and do not want changed.
gitea_delegate() {
	script "$1" 'data=$(cat)' 'exitcodes=' 'hookname=$(basename $0)' \
		'GIT_DIR=${GIT_DIR:-$(dirname $0)/..}' \
		'for hook in ${GIT_DIR}/hooks/${hookname}.d/*; do' \
		'test -x "${hook}" && test -f "${hook}" || continue' \
		'echo "${data}" | "${hook}"' \
		'exitcodes="${exitcodes} $?"' 'done' \
		'for i in ${exitcodes}; do [ ${i} -eq 0 ] || exit ${i}; done'
}

@test "Gitea: beside its own hook in pre-receive.d" {
	plain_repository
	local hooks="$BATS_TEST_TMPDIR/kvm.git/hooks"

	gitea_delegate "$hooks/pre-receive"
	script "$hooks/pre-receive.d/gitea" '! grep no-entry'
	(cd "$BATS_TEST_TMPDIR/kvm.git" && git treaty install --quiet \
		--tree kvm --directory hooks/pre-receive.d)
	good_and_bad "$BATS_TEST_TMPDIR/kvm.git"
	! git push -q origin main:refs/heads/no-entry 2>/dev/null
}

@test "Gitea: install over its delegate leaves pre-receive.d at work" {
	plain_repository
	local hooks="$BATS_TEST_TMPDIR/kvm.git/hooks"

	gitea_delegate "$hooks/pre-receive"
	script "$hooks/pre-receive.d/gitea" '! grep no-entry'
	(cd "$BATS_TEST_TMPDIR/kvm.git" && git treaty install --quiet)
	good_and_bad "$BATS_TEST_TMPDIR/kvm.git"
	! git push -q origin main:refs/heads/no-entry 2>/dev/null
}

@test "GitLab: a custom hook of the repository" {
	plain_repository
	# Gitaly gives each file of that directory the input.
	script "$BATS_TEST_TMPDIR/kvm.git/hooks/pre-receive" 'cat >in' \
		'for f in custom_hooks/pre-receive.d/*; do' \
		'case $f in *~) continue ;; esac' '"$f" <in || exit 1' 'done'
	(cd "$BATS_TEST_TMPDIR/kvm.git" && git treaty install --quiet \
		--tree kvm --directory custom_hooks/pre-receive.d)
	good_and_bad "$BATS_TEST_TMPDIR/kvm.git"
}

# gitlab_push REF: as from GitLab's web page, whose variables are documented under
# "server hooks". Fails if it is refused; the hook's lines are in $BATS_TEST_TMPDIR/push.
gitlab_push() {
	GL_ID=user-1 GL_REPOSITORY=project-1 GL_PROTOCOL=web \
		git push origin "$1" >"$BATS_TEST_TMPDIR/push" 2>&1
}

# web_page: what GitLab shows there.
web_page() {
	sed -n 's/ *$//; s/^remote: GL-HOOK-ERR: *//p' "$BATS_TEST_TMPDIR/push"
}

@test "GitLab shows on its page why a push is refused" {
	plain_repository
	local server="$BATS_TEST_TMPDIR/kvm.git"

	(cd "$server" && git treaty install --quiet --tree kvm)
	commit arch/x86/a -m 'x86: Bad'
	! gitlab_push main || fail accepted
	web_page | diff - <(cat <<-EOP
		error: foreign-path: commits that change paths this tree does not own
		1 commit in refs/heads/main
		why: owned by tip, not by kvm
		fix: hand it to tip, or pull a shared tag of tip that carries it
		git-treaty: refused: 1 error, 0 warnings, 1 new commit judged (tree kvm, policy $POLICY)
	EOP
	) || fail "$(<"$BATS_TEST_TMPDIR/push")"
	sed -i '1,/^version/s/^version.*/&\nmode = report/' "$POLICY"
	gitlab_push main
	grep -q 'remote: error: foreign-path' "$BATS_TEST_TMPDIR/push"
	[ -z "$(web_page)" ]

	echo nonsense >>"$POLICY"
	commit virt/a
	! gitlab_push main || fail accepted
	web_page | grep -q '^git-treaty: cannot decide, so the push is refused: .*policy'
	assert_ref "$server" refs/heads/main main~1
}

@test "Gerrit: the ref-update hook" {
	plain_repository
	commit virt/a
	commit arch/x86/a
	script "$BATS_TEST_TMPDIR/ref-update" \
		'while [ $# -gt 1 ]; do case $1 in' \
		'--refname) ref=$2 ;; --oldrev) old=$2 ;; --newrev) new=$2 ;;' \
		'esac; shift 2; done' 'exec git-treaty update "$ref" "$old" "$new"'
	git -C "$BATS_TEST_TMPDIR/kvm.git" fetch -q "$PWD" \
		main:refs/changes/01/1/1
	export GIT_DIR="$BATS_TEST_TMPDIR/kvm.git"
	"$BATS_TEST_TMPDIR/ref-update" --project kvm --refname refs/heads/main \
		--uploader Me --oldrev "$(git rev-parse main)" \
		--newrev "$(git rev-parse refs/changes/01/1/1~1)"
	! "$BATS_TEST_TMPDIR/ref-update" --project kvm \
		--refname refs/heads/main --uploader Me \
		--oldrev "$(git rev-parse main)" \
		--newrev "$(git rev-parse refs/changes/01/1/1)"
}
