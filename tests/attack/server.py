# SPDX-License-Identifier: GPL-2.0-only
"""Real bare repositories, and real pushes to them."""

import os
import shutil
import subprocess

NOBODY = {
    "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_ATTR_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C",
    "TZ": "UTC", "GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.com",
    "GIT_COMMITTER_NAME": "C", "GIT_COMMITTER_EMAIL": "c@example.com",
    "ASAN_OPTIONS": "exitcode=99", "UBSAN_OPTIONS": "exitcode=99",
}
CONFIG = """[core]
	repositoryformatversion = 0
	filemode = true
	bare = true
	fsync = none
[gc]
	auto = 0
[receive]
	autogc = false
	denyDeleteCurrent = ignore
[treaty]
	policy = %s
	tree = %s
"""


def clean_environment(home):
    env = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    return {**env, **NOBODY, "HOME": home, "TMPDIR": home}


def make_bare(path, config):
    for below in ("objects/info", "objects/pack", "refs/heads", "refs/tags",
                  "hooks"):
        os.makedirs(os.path.join(path, below))
    write(os.path.join(path, "HEAD"), "ref: refs/heads/main\n")
    write(os.path.join(path, "config"), config)


def write(path, text, mode=0o644):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as out:
        out.write(text)
    os.chmod(path, mode)


def read_refs(path):
    """{name: object id} of all refs that are files."""
    refs = {}
    top = os.path.join(path, "refs")
    for where, _, names in os.walk(top):
        for name in names:
            file = os.path.join(where, name)
            with open(file) as text:
                value = text.read().strip()
            if not value.startswith("ref: "):
                refs[os.path.relpath(file, path)] = value
    return refs


class Server:
    """SERVER.git and the repository of objects that everybody pushes from."""

    def __init__(self, work, round_):
        self.work = work
        self.round = round_
        self.path = os.path.join(work, "server.git")
        self.pusher = os.path.join(work, "pusher.git")
        self.policy = os.path.join(work, "policy.ini")
        self.env = clean_environment(work)
        shutil.rmtree(self.path, ignore_errors=True)
        shutil.rmtree(self.pusher, ignore_errors=True)
        write(self.policy, round_.policy.text())
        make_bare(self.path, CONFIG % (self.policy, round_.tree))
        make_bare(self.pusher, CONFIG % (self.policy, round_.tree))
        self._start()

    def _start(self):
        store = self.round.people.store
        fresh = list(store.unwritten)
        store.write(os.path.join(self.path, "objects"))
        store.unwritten = fresh
        for ref, thing in self.round.start.items():
            write(os.path.join(self.path, ref), thing.oid + "\n")
        self.round.refs = read_refs(self.path)

    def hook(self, name, script):
        write(os.path.join(self.path, "hooks", name), script, 0o755)

    def push(self, updates, options=()):
        """Pushes, and takes down which refs there are; (status, output)."""
        self.round.people.store.write(os.path.join(self.pusher, "objects"))
        specs = ["+%s:%s" % (t.oid, ref) if t else ":" + ref
                 for ref, t in updates.items()]
        status, output = self.run(
            ["git", "-C", self.pusher, "push", "-q", *options, self.path,
             *specs])
        self.round.refs = read_refs(self.path)
        return status, output

    def run(self, command, stdin=subprocess.DEVNULL, env=None):
        done = subprocess.run(
            command, stdin=stdin, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, env={**self.env, **(env or {})},
            cwd=self.path, close_fds=False)
        return done.returncode, done.stdout.decode("utf-8", "replace")
