# SPDX-License-Identifier: GPL-2.0-only
"""The people of a small project: who makes which commits and tags.

Everything is made here, and not by git, so of each commit and tag it is known
what it does, who made it and who signed it.
"""

from objects import File, Store, VALUES, key_of
from policy import MARKER_PATH, MARKER_SUBJECT

PATHS = ("arch/x86/entry", "arch/x86/nmi", "arch/x86/kvm/mmu", "virt/main",
         "virt/irq", "kernel/sched", "kernel/rcu/tree", "kernel/rcu/srcu",
         "include/core", "include/both/api", "drivers/clk", "lib/sort",
         "MAINTAINERS")
START = 1600000000


class Commit:
    """`bit` is its place in the masks `below` of what contains it."""

    def __init__(self, number):
        self.bit = 1 << number
        self.parents = []
        self.mergetags = []
        self.files = {}
        self.subject = self.body = ""
        self.who = self.author = self.committer = None
        self.author_date = self.date = 0
        self.below = 0
        self.oid = None
        # (files, conflicts) of a merge that git's usual way does not make.
        self.remade = None
        # The directory of a subtree merge, and the first parent's files.
        self.joined = self.subtree = None
        self.doubtful_paths = ()

    def has(self, other):
        return bool(self.below & other.bit)

    def __repr__(self):
        return "%s %s" % (self.oid[:12], self.subject)


class Tag:
    """An annotated tag; `named` is the name that the object gives itself."""

    def __init__(self, named, commit, signer):
        self.named = named
        self.commit = commit
        self.signer = signer
        self.body = self.oid = None

    def __repr__(self):
        return "%s tag %s of %s by %s" % (
            self.oid[:12], self.named, self.commit.oid[:12], self.signer)


class People:
    """All commits and tags there are, wherever they are."""

    def __init__(self, rng):
        self.rng = rng
        self.store = Store()
        self.commits = []
        self.by_oid = {}
        self.now = START
        self.values = 0
        self.skew = rng.random() < .25
        self.clock = None		# a wrong one, while it is set

    def chance(self, p):
        return self.rng.random() < p

    def tick(self):
        self.now += self.rng.choice((1, 60, 3600))
        return self.now

    def value(self):
        self.values += 1
        return "v%d" % self.values

    # Commits

    def commit(self, who, parents, files, subject, body="", mergetags=(),
               author=None):
        """`author` is (name, date) where it is not `who` and now."""
        c = Commit(len(self.commits))
        c.who, c.parents, c.files = who, list(parents), dict(files)
        c.subject, c.body, c.mergetags = subject, body, list(mergetags)
        c.date = self.tick()
        c.author, c.author_date = author or (who, c.date)
        c.committer = who
        if self.clock:
            self.clock += 1
            c.date = self.clock
        elif self.skew and self.chance(.3):
            c.date = self.rng.choice((100, 1000, START // 2, START * 5 // 4))
        c.below = c.bit
        for parent in c.parents:
            c.below |= parent.below
        c.oid = self.store.add(b"commit", self._commit_bytes(c))
        # A twin made in the same second of the same things is one commit.
        if c.oid in self.by_oid:
            return self.by_oid[c.oid]
        self.commits.append(c)
        self.by_oid[c.oid] = c
        return c

    def _commit_bytes(self, c):
        lines = [b"tree " + self.store.tree(c.files).encode()]
        lines += [b"parent " + p.oid.encode() for p in c.parents]
        for role, name, date in (("author", c.author, c.author_date),
                                 ("committer", c.committer, c.date)):
            lines.append(("%s %s <%s@example.com> %d +0000" % (
                role, name, name, date)).encode())
        for tag in c.mergetags:
            text = b"mergetag " + tag.body
            lines.append(text.rstrip(b"\n").replace(b"\n", b"\n "))
        message = c.subject + "\n" + ("\n%s\n" % c.body if c.body else "")
        return b"\n".join(lines) + b"\n\n" + message.encode()

    def change(self, who, parent, paths, subject=None, body="", delete=False):
        """A commit that changes one value of each path, or adds the path."""
        files = dict(parent.files)
        for path in paths:
            old = files.get(path)
            if old is None:
                files[path] = File(path + self.value(), ["0"] * VALUES)
            elif delete:
                del files[path]
            else:
                at = self.rng.randrange(VALUES)
                files[path] = old.set(at, self.value())
        return self.commit(who, [parent], files, subject or
                           "%s: change %s" % (who, paths[0]), body)

    def pick(self, who, original, onto, body=None, reverse=False,
             subject=None, same_author=True):
        """`original` (or its reverse) on another parent; None: conflicts."""
        new, old = original.files, first_files(original)
        if reverse:
            new, old = old, new
        files, conflicts = merge_files(old, onto.files, new)
        if conflicts or files == onto.files:
            return None
        author = (original.author, original.author_date)
        return self.commit(who, [onto], files, subject or original.subject,
                           body or "", author=author if same_author else None)

    def revert(self, who, original, onto, files=None):
        body = "This reverts commit %s." % original.oid
        subject = 'Revert "%s"' % original.subject
        if files is not None:
            return self.commit(who, [onto], files, subject, body)
        return self.pick(who, original, onto, body, reverse=True,
                         subject=subject, same_author=False)

    # Merges

    def merged(self, heads):
        """(files, conflicts) as git merges two or more heads."""
        if len(heads) == 2:
            return merge_two(heads[0], heads[1])
        return merge_octopus(heads)

    def merge(self, who, heads, subject=None, mergetags=(), resolve="ours"):
        files, conflicts = self.merged(heads)
        if conflicts and (len(heads) > 2 or resolve is None):
            return None
        files = resolved(files, conflicts, heads, resolve, self.value)
        return self.commit(who, heads, files, subject or
                           "Merge into %s" % who, mergetags=mergetags)

    def join(self, who, tip, other, at, subject, change=None):
        """A subtree merge; `change` may alter its files. None: conflicts."""
        common = bases(tip, other)
        ours = {p[len(at):]: f for p, f in tip.files.items()
                if p.startswith(at)}
        inside, conflicts = merge_files(
            common[0].files if common else {}, ours, other.files)
        if conflicts or tip.has(other):
            return None
        files = {p: f for p, f in tip.files.items() if not p.startswith(at)}
        files.update({at + p: f for p, f in inside.items()})
        honest = dict(files)
        if change:
            change(files)
        merge = self.commit(who, [tip, other], files, subject)
        if not common or any(c.joined == at and c.has(common[0])
                             for c in self.commits if tip.has(c)):
            merge.remade = honest, {}
            merge.subtree = tip.files
        merge.joined = at
        return merge

    # Tags

    def tag(self, named, commit, signer=None, who="tagger"):
        tag = Tag(named, commit, signer)
        body = ("object %s\ntype commit\ntag %s\ntagger %s "
                "<%s@example.com> %d +0000\n\nTag %s\n" % (
                    commit.oid, named, who, who, self.tick(), named)).encode()
        if signer:
            body += key_of(signer).sign(body)
        tag.body = body
        tag.oid = self.store.add(b"tag", body)
        self.by_oid[tag.oid] = tag
        return tag

    # What everybody starts from

    def root(self):
        files = {path: File(path, ["0"] * VALUES) for path in PATHS}
        return self.commit("mainline", [], files, "Linux")

    def next_release(self, number, base, heads):
        """A day of linux-next; [] and None if nothing could be merged."""
        tip = base
        for head in heads:
            merge = None if tip.has(head) else self.merge(
                "linux-next", [tip, head], "Merge %s" % head.oid[:12],
                resolve=None)
            tip = merge or tip
        files = dict(tip.files)
        files[MARKER_PATH] = File(MARKER_PATH + str(number), ["0"] * VALUES)
        return self.commit("linux-next", [tip], files,
                           MARKER_SUBJECT + str(number))


def heads_of(commit):
    """A commit's parents, each once: the same one twice makes no merge."""
    heads = []
    for parent in commit.parents:
        if parent not in heads:
            heads.append(parent)
    return heads


def is_merge(commit):
    return len(heads_of(commit)) > 1


def peel(thing):
    while isinstance(thing, Tag):
        thing = thing.commit
    return thing


def first_files(commit):
    return commit.parents[0].files if commit.parents else {}


def changed_paths(old, new):
    return sorted(p for p in old.keys() | new.keys()
                  if old.get(p) != new.get(p))


# Merging, value by value

def merge_file(base, ours, theirs):
    """(file, conflicts): what differs on both sides is a conflict."""
    if ours == theirs or theirs == base:
        return ours, []
    if ours == base:
        return theirs, []
    if None in (ours, theirs) or ours.name != theirs.name or (
            base and base.name != ours.name):
        return ours or theirs, ["*"]
    values, conflicts = [], []
    for i, (b, o, t) in enumerate(zip(
            base.values if base else [None] * len(ours.values),
            ours.values, theirs.values)):
        if o != t and b not in (o, t):
            conflicts.append(i)
        values.append(t if o == b else o)
    return File(ours.name, values), conflicts


def _renames(base, side):
    """{old: new} of the files that one side has moved."""
    names = {f.name: p for p, f in side.items() if p not in base}
    return {p: names[f.name] for p, f in base.items()
            if p not in side and f.name in names}


def _follow(renames, base, other):
    """Moves what the other side still has under the old names."""
    base, other = dict(base), dict(other)
    for old, new in renames.items():
        if old in other and new not in other:
            base[new], other[new] = base.pop(old), other.pop(old)
    return base, other


def merge_files(base, ours, theirs):
    moved = _renames(base, ours)
    base, theirs = _follow(moved, base, theirs)
    moved = _renames(base, theirs)
    base, ours = _follow(moved, base, ours)
    files, conflicts = {}, {}
    for path in base.keys() | ours.keys() | theirs.keys():
        file, bad = merge_file(base.get(path), ours.get(path),
                               theirs.get(path))
        if file is not None:
            files[path] = file
        if bad:
            conflicts[path] = bad
    return files, conflicts


def merge_bases(a, b, commits_of):
    """The best common ancestors; `commits_of` turns a mask to commits."""
    common = commits_of(a.below & b.below)
    best = []
    for c in sorted(common, key=lambda c: -c.bit):
        if not any(o.has(c) for o in best):
            best.append(c)
    return best


def _ancestors(commit):
    seen, todo = {}, [commit]
    while todo:
        c = todo.pop()
        if c.bit not in seen:
            seen[c.bit] = c
            todo += c.parents
    return seen


def bases(a, b):
    seen = _ancestors(a)
    return merge_bases(a, b, lambda mask: [
        c for bit, c in seen.items() if bit & mask])


class _Virtual:
    """The merge of several merge bases, as git's recursive merge makes it."""

    def __init__(self, a, b, files):
        self.parents = [a, b]
        self.below = a.below | b.below
        self.bit = 0
        self.files = files


def base_files(a, b):
    best = bases(a, b)
    if not best:
        return {}
    virtual = best[0]
    for other in best[1:]:
        files, conflicts = merge_files(base_files(virtual, other),
                                       virtual.files, other.files)
        for path, bad in conflicts.items():
            if bad == ["*"]:
                files[path] = File("conflict", ["?"] * VALUES)
                continue
            for at in bad:
                files[path] = files[path].set(at, "?")
        virtual = _Virtual(virtual, other, files)
    return virtual.files


def merge_two(a, b):
    return merge_files(base_files(a, b), a.files, b.files)


def merge_octopus(heads):
    """One head after the other; a conflict ends it."""
    files, done = heads[0].files, [heads[0]]
    for head in heads[1:]:
        if any(d.has(head) for d in done):
            continue
        if len(done) == 1 and head.has(done[0]):
            files, done = head.files, [head]
            continue
        common = merge_bases_of_many(head, done)
        if len(common) != 1:
            return files, {"": ["*"]}
        files, conflicts = merge_files(common[0].files, files, head.files)
        if conflicts:
            return files, conflicts
        done.append(head)
    return files, {}


def merge_bases_of_many(head, others):
    mask = 0
    for other in others:
        mask |= other.below
    common = [c for bit, c in _ancestors(head).items() if bit & mask]
    best = []
    for c in sorted(common, key=lambda c: -c.bit):
        if not any(o.has(c) for o in best):
            best.append(c)
    return best


def resolved(files, conflicts, heads, how, value):
    """The files of a merge after somebody has resolved its conflicts."""
    files = dict(files)
    for path, bad in conflicts.items():
        ours, theirs = (h.files.get(path) for h in heads[:2])
        if bad == ["*"] or how == "theirs":
            file = theirs if how == "theirs" else ours
            if bad == ["*"] and file is None:
                files.pop(path, None)
                continue
        if bad == ["*"]:
            files[path] = file
            continue
        for at in bad:
            files[path] = files[path].set(
                at, ours.values[at] if how == "ours" else
                theirs.values[at] if how == "theirs" else value())
    return files


