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


UPDATE = """#!/bin/sh
>passed
case $1 in %s) echo "update: denied" >&2; exit 1 ;; esac
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
    """{name: object id} of all refs, symbolic ones included."""
    refs, links = {}, {}
    packed = os.path.join(path, "packed-refs")
    if os.path.exists(packed):
        with open(packed) as lines:
            for line in lines:
                if line[0] not in "#^":
                    oid, name = line.split()
                    refs[name] = oid
    top = os.path.join(path, "refs")
    for where, _, names in os.walk(top):
        for name in names:
            file = os.path.join(where, name)
            with open(file) as text:
                value = text.read().strip()
            name = os.path.relpath(file, path)
            if value.startswith("ref: "):
                links[name] = value[5:]
            else:
                refs[name] = value
    refs.update({link: refs[to] for link, to in links.items() if to in refs})
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
        for link, target in self.round.links.items():
            write(os.path.join(self.path, link), "ref: %s\n" % target)
        self.round.refs = read_refs(self.path)

    def hook(self, name, script):
        write(os.path.join(self.path, "hooks", name), script, 0o755)

    def deny_some(self):
        """A hook that notes whether pre-receive let a push pass, and refuses
        single refs of it; and refs that git itself refuses."""
        denied = self.round.denies or "nothing"
        self.hook("update", UPDATE % denied)
        if self.round.hides:
            with open(os.path.join(self.path, "config"), "a") as config:
                config.write("[receive]\n\thideRefs = %s\n" %
                             self.round.hides)

    def has_passed(self):
        """Whether the last push came to the update hook."""
        try:
            os.unlink(os.path.join(self.path, "passed"))
            return True
        except FileNotFoundError:
            return False

    def upkeep(self):
        """What an administrator does from time to time."""
        for command in (["pack-refs", "--all"], ["repack", "-adq"],
                        ["commit-graph", "write", "--reachable"]):
            if self.round.chance(.5):
                self.run(["git", "-C", self.path, *command])

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
