# SPDX-License-Identifier: GPL-2.0-only
"""A server with one tree, and hooks that judge what lies in a quarantine."""

import hashlib
import os
import resource
import shutil
import struct
import subprocess
import sys
import threading
import time
import zlib

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "attack"))

from objects import Store, key_of                   # noqa: E402
from server import CONFIG, clean_environment, make_bare, write  # noqa: E402

ZERO = "0" * 40
WHO = b"A U Thor <author@example.com> %d +0000"
POLICY = """[policy]
version = 1

[tree "mainline"]
role = upstream
ref  = refs/tags/v*

[tree "kvm"]

[tree "tip"]

[subsystem "kvm"]
tree = kvm
path = virt/

[subsystem "tip"]
tree = tip
path = arch/

[immutable "releases"]
tag = v*
"""


KINDS = {b"commit": 1, b"tree": 2, b"blob": 3, b"tag": 4}


def pack_size(number, kind, first_bits=4):
    """The header of an entry, or with 7 bits a size of a delta."""
    out = bytearray()
    byte = kind | number & ((1 << first_bits) - 1)
    number >>= first_bits
    while number:
        out.append(byte | 0x80)
        byte = number & 0x7f
        number >>= 7
    out.append(byte)
    return bytes(out)


class Objects(Store):
    """Commits and trees by hand, dated one after the other."""

    def __init__(self):
        super().__init__()
        self.time = 1100000000

    def commit(self, tree, parents=(), message=b"Change\n", headers=b""):
        self.time += 60
        who = WHO % self.time
        return self.add(b"commit", b"tree %s\n" % tree.encode() + b"".join(
            b"parent %s\n" % p.encode() for p in parents) +
            b"author %s\ncommitter %s\n" % (who, who) + headers + b"\n" +
            message)

    def tag(self, name, oid):
        return self.add(b"tag", b"object %s\ntype commit\ntag %s\n"
                        b"tagger %s\n\nTag\n" % (
                            oid.encode(), name.encode(), WHO % self.time))

    def rows(self, rows):
        """A tree of (mode, name, oid), sorted here."""
        rows = sorted(rows, key=lambda r: r[1] + (
            b"/" if r[0] == b"40000" else b""))
        return self.add(b"tree", b"".join(
            mode + b" " + name + b"\0" + bytes.fromhex(oid)
            for mode, name, oid in rows))

    def blob(self, text):
        return self.add(b"blob", text)

    def below(self, path, mode, oid):
        """The tree that has just this at that path."""
        for name in reversed(path.split("/")):
            oid = self.rows([(mode, name.encode(), oid)])
            mode = b"40000"
        return oid

    def file(self, path, text):
        return self.below(path, b"100644", self.blob(text))


class Memory(threading.Thread):
    """The most memory that the processes below one hold together: bytes."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.pid = pid
        self.peak = 0
        self.done = False

    @staticmethod
    def children(pid):
        found = []
        try:
            for task in os.listdir("/proc/%d/task" % pid):
                with open("/proc/%d/task/%s/children" % (pid, task)) as file:
                    found += map(int, file.read().split())
        except OSError:
            pass
        return found

    @staticmethod
    def own(pid):
        try:
            with open("/proc/%d/smaps_rollup" % pid) as file:
                for line in file:
                    if line.startswith("Pss_Anon:"):
                        return int(line.split()[1]) << 10
        except OSError:
            pass
        return 0

    def run(self):
        while not self.done:
            pids = [self.pid]
            for pid in pids:
                pids += self.children(pid)
            self.peak = max(self.peak, sum(map(self.own, pids)))
            time.sleep(.02)


class Outcome:
    def __init__(self, status, output, user, wall, peak):
        self.status = status
        self.output = output
        self.user = user
        self.wall = wall
        self.peak = peak

    def said(self):
        """Its last sentence."""
        lines = [line for line in self.output.splitlines()
                 if line.startswith("git-treaty: ")]
        return lines[-1] if lines else ""


class Rig:
    def __init__(self, work, program, policy=POLICY, tree="kvm"):
        self.work = work
        self.program = program
        self.path = os.path.join(work, "server.git")
        self.quarantine = os.path.join(work, "incoming")
        self.policy = os.path.join(work, "policy.ini")
        self.tmp = os.path.join(work, "tmp")
        os.makedirs(work, exist_ok=True)
        for path in (self.path, self.quarantine, self.tmp):
            shutil.rmtree(path, ignore_errors=True)
        os.makedirs(self.tmp)
        os.makedirs(os.path.join(self.quarantine, "pack"))
        self.env = {**clean_environment(work), "TMPDIR": self.tmp}
        write(self.policy, policy)
        make_bare(self.path, CONFIG % (self.policy, tree))

    def seed(self, objects, refs):
        """What the server has before."""
        self.store(objects, os.path.join(self.path, "objects"))
        for ref, oid in refs.items():
            write(os.path.join(self.path, ref), oid + "\n")

    def store(self, objects, directory):
        """As receive-pack does: many objects as a pack."""
        new = objects.unwritten
        if len(new) < 100:
            objects.write(directory)
            return
        pack = bytearray(b"PACK" + struct.pack(">II", 2, len(new)))
        for oid, _ in new:
            kind, body = objects.objects[oid]
            pack += pack_size(len(body), KINDS[kind] << 4)
            pack += zlib.compress(body, 1)
        pack += hashlib.sha1(pack).digest()
        name = os.path.join(directory, "pack", "pack-%s.pack" % new[0][0])
        with open(name, "wb") as file:
            file.write(pack)
        self.git("index-pack", name)
        objects.unwritten = []

    def git(self, *args, stdin=b""):
        return subprocess.run(["git", "-C", self.path, *args], input=stdin,
                              env=self.env, check=True,
                              stdout=subprocess.PIPE).stdout

    def settle(self):
        """As after gc: one pack, packed refs, a commit-graph."""
        self.git("pack-refs", "--all")
        self.git("repack", "-adq")
        self.git("commit-graph", "write", "--reachable")

    def judge(self, updates, objects=None, env=None, watch=True):
        """Judges [(old, new, ref)]; `objects` become the quarantine's."""
        if objects:
            self.store(objects, self.quarantine)
        lines = "".join("%s %s %s\n" % u for u in updates)
        env = {**self.env, "GIT_DIR": ".",
               "GIT_OBJECT_DIRECTORY": self.quarantine,
               "GIT_ALTERNATE_OBJECT_DIRECTORIES":
                   os.path.join(self.path, "objects"),
               "GIT_QUARANTINE_PATH": self.quarantine, **(env or {})}
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        start = time.monotonic()
        hook = subprocess.Popen(
            [self.program, "pre-receive"], cwd=self.path, env=env,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT)
        memory = Memory(hook.pid)
        if watch:
            memory.start()
        output = hook.communicate(lines.encode())[0]
        memory.done = True
        if watch:
            memory.join()
        after = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        return Outcome(hook.returncode, output.decode("utf-8", "replace"),
                       after - before, time.monotonic() - start, memory.peak)
