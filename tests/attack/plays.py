# SPDX-License-Identifier: GPL-2.0-only
"""What people do: each play makes commits and tags, and says what to push."""

from objects import File, VALUES
from people import PATHS, People, Tag, peel
from policy import MAINTAINERS, SIGNERS, random_policy
from schemes import Schemes

MAIN = "refs/heads/main"
BRANCHES = (MAIN, MAIN, MAIN, "refs/heads/for/next", "refs/heads/auto-1",
            "refs/heads/linux-1", "refs/heads/scratch")


class Round(Schemes):
    """One project, one server of it, and all who push there.

    `refs` is what the server has: {name: object id}. A play returns the
    updates of a push, {name: commit, tag or None}.
    """

    def __init__(self, rng):
        self.rng = rng
        self.policy = random_policy(rng)
        self.tree = rng.choice(MAINTAINERS)
        self.people = People(rng)
        self.refs = {}
        self.releases = []
        self.shared = []
        self.nexts = []
        self.late = {}
        self.steps = []
        self.projects = {}
        # Hooks of others that refuse single refs after ours has spoken.
        self.denies = rng.choice((None,) * 8 + (
            "refs/tags/v*", "refs/heads/for/*", "refs/tags/*-core-*"))
        self.hides = rng.choice((None,) * 10 + ("refs/tags/v",))
        self.links = rng.choice(({},) * 10 + (
            {"refs/heads/for/link": "refs/elsewhere/x"},
            {"refs/elsewhere/link": MAIN}))
        self.n_tags = 0
        self.start = self._start()

    def _start(self):
        """What is on the server before it has a policy."""
        p = self.people
        root = p.root()
        self.mainline = p.change("mainline", root, ["lib/sort"])
        self.release("v1.0")
        refs = {"refs/tags/v1.0": self.releases[0]}
        tip = self.mainline
        if self.chance(.5):
            tip = p.change(self.tree, tip, [self.own_path()])
        refs[MAIN] = tip
        if self.chance(.3):
            refs["refs/heads/linux-1"] = self.mainline
        if self.chance(.3):
            refs["refs/heads/auto-1"] = p.change(
                self.tree, tip, [self.own_path()])
        if self.chance(.3):
            refs["refs/heads/scratch"] = self.mainline
        if self.chance(.2):
            refs["refs/heads/upstream"] = self.mainline
        if self.chance(.3):
            refs["refs/tags/next-1"] = self.next_day([tip])
        for target in self.links.values():
            refs.setdefault(target, tip)
        return refs

    # Helpers

    def chance(self, p):
        return self.rng.random() < p

    def thing(self, ref):
        """The commit or tag that a ref of the server is."""
        return self.people.by_oid.get(self.refs.get(ref))

    def branches(self):
        return [r for r in self.refs if r.startswith("refs/heads/")]

    def branch(self):
        """A branch to work on, and the commit to go on from."""
        ref = self.rng.choice(BRANCHES)
        tip = self.thing(ref)
        if tip is None:
            tip = self.any_start()
        return ref, tip

    def any_start(self):
        tips = [self.thing(MAIN)] + [t.commit for t in self.releases]
        return self.rng.choice([t for t in tips if t is not None])

    def paths_of(self, tree):
        if tree not in MAINTAINERS:
            return PATHS
        return [p for p in PATHS if not self.policy.is_common(p) and any(
            tree in s.trees for s in self.policy.owners(p))]

    def own_path(self, tree=None):
        return self.rng.choice(self.paths_of(tree or self.tree))

    def foreign_path(self, tree=None):
        return self.rng.choice([
            p for p in PATHS if self.policy.is_foreign(p, tree or self.tree)])

    def work(self, who, tip, n=None, own=1.0):
        """Some commits, each of own paths with that chance."""
        for _ in range(n or self.rng.choice((1, 1, 2, 3))):
            path = (self.own_path(who) if self.chance(own)
                    else self.rng.choice(PATHS))
            paths = [path]
            if self.chance(.2):
                paths.append(self.own_path(who))
            tip = self.people.change(who, tip, paths)
        return tip

    def others(self):
        return [t for t in MAINTAINERS if t != self.tree]

    def new_name(self, tree, kind):
        self.n_tags += 1
        return "%s-%s-%d" % (tree, kind, self.n_tags)

    def release(self, name, signer="linus"):
        tag = self.people.tag(name, self.mainline, signer, "linus")
        self.releases.append(tag)
        return tag

    def next_day(self, heads):
        day = self.people.next_release(len(self.nexts) + 1, self.mainline,
                                       heads)
        self.nexts.append(day)
        return day

    def one_of(self, things):
        things = list(things)
        return self.rng.choice(things) if things else None

    def some_commits(self):
        return self.people.commits[-40:]

    # Plays: branches

    def own_work(self):
        ref, tip = self.branch()
        return {ref: self.work(self.tree, tip)}

    def any_work(self):
        ref, tip = self.branch()
        return {ref: self.work(self.tree, tip, own=.4)}

    def foreign_work(self):
        ref, tip = self.branch()
        commit = self.people.change(
            self.tree, tip, [self.foreign_path()],
            delete=self.chance(.2))
        return {ref: self.work(self.tree, commit) if self.chance(.5)
                else commit}

    def acked_work(self):
        ref, tip = self.branch()
        path = self.foreign_path()
        maintainers = [s.maintainer for s in self.policy.owners(path)
                       if s.trees and s.maintainer]
        if not maintainers:
            return None
        if self.chance(.2):
            maintainers = ["Nobody <nobody@example.com>"]
        word = self.rng.choice(("Acked-by", "Acked-by", "Acked-by",
                                "Reviewed-by", "Cc", "Acked-for-MFD-by"))
        body = "\n".join("%s: %s" % (word, m) for m in maintainers)
        return {ref: self.people.change(self.tree, tip, [path], body=body)}

    def rewind(self):
        ref = self.one_of(self.branches())
        tip = ref and self.thing(ref)
        if tip is None or not tip.parents:
            return None
        back = self.rng.choice(tip.parents)
        return {ref: self.work(self.tree, back) if self.chance(.7) else back}

    def delete_branch(self):
        ref = self.one_of(r for r in self.branches() if r != MAIN)
        return ref and {ref: None}

    def copy_branch(self):
        ref = self.one_of(self.branches())
        to = self.rng.choice(BRANCHES[3:] + ("refs/heads/for/copy",))
        return ref and {to: self.thing(ref)}

    def join_branches(self):
        ref, tip = self.branch()
        other = self.one_of(self.branches())
        head = other and self.thing(other)
        if head is None or tip.has(head) or head.has(tip):
            return None
        merge = self.people.merge(self.tree, [tip, head],
                                  resolve=self.rng.choice(("ours", "new")))
        return merge and {ref: merge}

    def scratch_first(self):
        """Commits of others on a branch that may be ungoverned."""
        tip = self.thing("refs/heads/scratch") or self.any_start()
        return {"refs/heads/scratch": self.work("tip", tip, own=.7)}

    def unrelated_root(self):
        files = {"lib/other": File("other" + self.people.value(),
                                   ["0"] * VALUES)}
        if self.chance(.5):
            path = self.rng.choice(PATHS)
            files[path] = File("other" + self.people.value(), ["0"] * VALUES)
        root = self.people.commit(self.tree, [], files, "another root")
        return {"refs/heads/for/root": root}

    # Plays: upstream and integration

    def new_release(self):
        """Mainline goes on, and somebody brings its tag here."""
        self.mainline = self.work("mainline", self.mainline, own=0)
        pulled = self.one_of(self.shared)
        if pulled and self.chance(.3):
            self.mainline = self.people.merge(
                "mainline", [self.mainline, peel(pulled[1])]
            ) or self.mainline
        name = "v1.%d" % len(self.releases)
        tag = self.release(name, self.rng.choice(
            ("linus", "linus", "linus", "linus", None, "mallory")))
        # Where names are enough, whether a lightweight one is, is left open.
        is_light = self.policy.trees["mainline"].signed and self.chance(.08)
        thing = tag.commit if is_light else tag
        ref = "refs/tags/" + name
        if self.chance(.3):
            return {ref: thing}
        branch, tip = self.branch()
        if tip.has(tag.commit):
            return {ref: thing}
        merge = tag.commit if tag.commit.has(tip) and self.chance(.5) else \
            self.people.merge(self.tree, [tip, tag.commit], "Merge " + name,
                              [tag] if tag.signer and self.chance(.7) else [])
        if merge is None:
            return None
        return self.in_some_order({ref: thing}, {branch: merge})

    def in_some_order(self, first, second):
        """Both, the first now and the second next, the reverse, or one."""
        way = self.rng.choice(("both", "both", "both", "first", "second",
                               "never"))
        if way == "both":
            return {**first, **second}
        if way == "first":
            self.late.update(second)
            return first
        if way == "second":
            self.late.update(first)
        return second

    def squat(self):
        """Somebody's own commits under an upstream or integration name."""
        ref, tip = self.branch()
        work = self.work(self.tree, tip, own=.5)
        name = self.rng.choice(("v1.%d" % (len(self.releases) + 3),
                                "next-%d" % (len(self.nexts) + 3)))
        tag = self.people.tag(name, work, self.rng.choice(
            (None, SIGNERS[self.tree], "mallory")))
        if self.chance(.5):
            return {"refs/tags/" + name: tag}
        return self.in_some_order({"refs/tags/" + name: tag}, {ref: work})

    def upstream_branch(self):
        if self.chance(.5):
            self.mainline = self.work("mainline", self.mainline, own=0)
        ref, tip = self.branch()
        merge = self.people.merge(self.tree, [tip, self.mainline])
        up = {"refs/heads/upstream": self.mainline if self.chance(.8) else
              self.one_of(self.some_commits())}
        if merge is None or self.chance(.5):
            return up
        return self.in_some_order(up, {ref: merge})

    def new_next(self):
        heads = [t for t in map(self.thing, self.branches()) if t]
        day = self.next_day(self.rng.sample(heads, min(len(heads), 2)))
        if self.chance(.3):
            return {"refs/heads/linux-next": day}
        return {"refs/tags/next-%d" % len(self.nexts):
                self.people.tag("next-%d" % len(self.nexts), day)
                if self.chance(.5) else day}

    def on_next(self):
        """Work that starts at linux-next, or what that merely merged."""
        if not self.nexts:
            return self.new_next()
        day = self.rng.choice(self.nexts)
        ref, tip = self.branch()
        start = day if self.chance(.6) else self.rng.choice(day.parents)
        if self.chance(.3):
            merge = self.people.merge(self.tree, [tip, start])
            return merge and {ref: merge}
        work = self.work(self.tree, start)
        new = "refs/heads/for/%d" % len(self.people.commits)
        return {new if self.chance(.7) else ref: work}

    def drop_foreign_name(self):
        """Refs of upstream and integration trees deleted or moved."""
        names = [r for r in self.refs if r.startswith(
            ("refs/tags/v", "refs/tags/next-", "refs/heads/upstream",
             "refs/heads/linux-next"))]
        ref = self.one_of(names)
        if not ref:
            return None
        if self.chance(.5):
            return {ref: None}
        return {ref: self.one_of(self.some_commits())}

    # Plays: shared tags

    def make_shared(self, tree=None):
        """(name, tag or commit) of somebody's shared tag, not pushed yet."""
        tree = tree or self.rng.choice(self.others() * 2 + [self.tree])
        base = self.rng.choice(
            [t.commit for t in self.releases] +
            [peel(t) for n, t in self.shared if n.startswith(tree)])
        if self.chance(.1):
            base = self.any_start()
        inner = self.one_of([t for n, t in self.shared])
        if inner and self.chance(.15) and not base.has(peel(inner)):
            base = self.people.merge(
                tree, [base, peel(inner)],
                mergetags=[inner] if isinstance(inner, Tag) and inner.signer
                else []) or base
        tip = self.work(tree, base, own=.85)
        name = self.new_name(tree, self.rng.choice(("core", "draft")))
        tag = self.people.tag(name, tip, self.signer_for(tree), tree)
        shared = (name, tip if self.chance(.05) else tag)
        self.shared.append(shared)
        return shared

    def signer_for(self, tree):
        return self.rng.choice([SIGNERS[tree]] * 7 + [
            None, None, "mallory", SIGNERS[self.rng.choice(MAINTAINERS)]])

    def publish_shared(self):
        name, thing = self.make_shared()
        return {"refs/tags/" + name: thing}

    def pull_shared(self):
        name, thing = (self.one_of(self.shared) if self.shared and
                       self.chance(.5) else self.make_shared())
        branch, tip = self.branch()
        head = peel(thing)
        if tip.has(head):
            return {"refs/tags/" + name: thing}
        if self.chance(.15):
            merge = self.work(self.tree, head)
            if head.has(tip) or branch != MAIN:
                return self.in_some_order({"refs/tags/" + name: thing},
                                          {branch: merge})
        signed = isinstance(thing, Tag) and thing.signer
        merge = self.people.merge(
            self.tree, [tip, head], "Merge tag '%s'" % name,
            [thing] if signed and self.chance(.7) else [])
        if merge is None:
            return None
        if self.chance(.3):
            merge = self.work(self.tree, merge)
        return self.in_some_order({"refs/tags/" + name: thing},
                                  {branch: merge})

    def redo_shared(self):
        """A shared tag made again: of the same commits or of others."""
        if not self.shared:
            return self.publish_shared()
        at = self.rng.randrange(len(self.shared))
        name, thing = self.shared[at]
        tree = name.split("-")[0]
        head = peel(thing)
        way = self.rng.choice(("same", "more", "rebased", "other"))
        if way == "more":
            head = self.work(tree, head)
        elif way == "rebased":
            head = self.people.pick(tree, head, self.any_start()) or head
        elif way == "other":
            head = self.work(tree, self.releases[-1].commit)
        tag = self.people.tag(name, head, self.signer_for(tree), tree)
        self.shared[at] = (name, tag)
        new = head if self.chance(.1) else tag
        return {"refs/tags/" + name: new}

    def delete_tag(self):
        tags = [r for r in self.refs if r.startswith("refs/tags/")]
        ref = self.one_of(tags)
        return ref and {ref: None}

    def move_tag(self):
        tags = [r for r in self.refs if r.startswith("refs/tags/")]
        ref = self.one_of(tags)
        if not ref:
            return None
        commit = self.one_of(self.some_commits())
        return {ref: commit if self.chance(.3) else
                self.people.tag(ref[10:], commit)}

    def other_tag(self):
        """A tag that the policy says nothing of."""
        ref, tip = self.branch()
        work = self.work(self.tree, tip, own=.6) if self.chance(.5) else tip
        name = self.rng.choice(("mine-", "fixed-")) + str(
            len(self.people.commits))
        return {"refs/tags/" + name: work if self.chance(.4) else
                self.people.tag(name, work)}

    # Plays: copies

    def copy_shared(self):
        """Commits of a shared tag, or of a release, made again."""
        tags = [t for _, t in self.shared] + self.releases
        original = self.one_of([c for t in tags for c in [peel(t)] +
                                peel(t).parents if len(c.parents) == 1])
        if not original:
            return None
        ref, tip = self.branch()
        body = self.rng.choice(
            ("", "(cherry picked from commit %s)" % original.oid,
             "commit %s upstream." % original.oid))
        copy = self.people.pick(self.tree, original, tip, body,
                                subject=self.rng.choice((None, "again")),
                                same_author=self.chance(.6))
        if not copy:
            return None
        if self.chance(.3) and not copy.has(original):
            copy = self.people.merge(self.tree, [copy, original]) or copy
        if self.chance(.4):
            copy = self.work(self.tree, copy)
        return {ref: copy}

    def copy_own(self):
        """A commit from one branch to another: drm's way with fixes."""
        one, two = self.one_of(self.branches()), self.branch()
        original = one and self.thing(one)
        if not original or len(original.parents) != 1:
            return None
        copy = self.people.pick(
            self.tree, original, two[1],
            "(cherry picked from commit %s)" % original.oid)
        return copy and {two[0]: copy}

    def revert(self):
        ref, tip = self.branch()
        tags = [peel(t) for _, t in self.shared] + [tip]
        original = self.one_of([c for c in tags if len(c.parents) == 1])
        if not original:
            return None
        revert = self.people.revert(self.tree, original, tip)
        if not revert:
            return None
        again = self.chance(.5) and self.people.pick(
            self.tree, original, revert)
        return {ref: again or revert}

    # Plays: merges

    def evil_merge(self):
        ref, tip = self.branch()
        other = self.one_of([t.commit for t in self.releases] +
                            [t for t in map(self.thing, self.branches())
                             if t and not isinstance(t, Tag)])
        if tip.has(other) or other.has(tip):
            other = self.work(self.tree, self.any_start())
            if tip.has(other) or other.has(tip):
                return None
        files, conflicts = self.people.merged([tip, other])
        files = dict(files)
        for path in conflicts:
            files[path] = tip.files.get(path) or other.files[path]
        if self.chance(.2):
            files = dict(tip.files)
        else:
            path = self.rng.choice(PATHS)
            if path in files and self.chance(.9):
                files[path] = files[path].set(0, self.people.value())
            elif path in files:
                del files[path]
        return {ref: self.people.commit(self.tree, [tip, other], files,
                                        "An evil merge")}

    def octopus(self):
        ref, tip = self.branch()
        heads = [tip]
        for _ in range(self.rng.choice((2, 2, 3))):
            if self.shared and self.chance(.5):
                head = peel(self.rng.choice(self.shared)[1])
            else:
                head = self.work(self.tree, self.any_start())
            if not any(h.has(head) or head.has(h) for h in heads):
                heads.append(head)
        if len(heads) < 3:
            return None
        merge = self.people.merge(self.tree, heads, "An octopus")
        if merge and self.chance(.3):
            files = dict(merge.files)
            path = self.rng.choice([p for p in PATHS if p in files])
            files[path] = files[path].set(1, self.people.value())
            merge = self.people.commit(self.tree, heads, files, "An octopus")
        return merge and {ref: merge}

    def same_parent_twice(self):
        ref, tip = self.branch()
        work = self.people.change(self.tree, tip, [self.rng.choice(PATHS)])
        return {ref: self.people.commit(self.tree, [tip, tip], work.files,
                                        "Twice the same parent")}

    def subtree(self):
        """Another history put into a directory, rightly or not."""
        ref, tip = self.branch()
        prefix = self.rng.choice(("lib/", "virt/", "kernel/", "arch/"))
        other = self.thing("refs/heads/for/sub")
        if other is None or self.chance(.4):
            files = {p[len(prefix):]: f for p, f in tip.files.items()
                     if p.startswith(prefix)}
            files["readme"] = File("readme" + self.people.value(),
                                   ["0"] * VALUES)
            other = self.people.commit(self.tree, [], files, "Apart")
        elif other.files:
            other = self.people.change(
                self.tree, other, [self.rng.choice(sorted(other.files))])
        if self.chance(.2):
            return {"refs/heads/for/sub": other}
        merge = self.people.join(self.tree, tip, other, prefix,
                                 "Merge into " + prefix)
        if merge is None:
            return None
        if self.chance(.5):
            return {ref: merge}
        return self.in_some_order({"refs/heads/for/sub": other}, {ref: merge})

    # Plays: names

    def odd_ref(self):
        name = self.rng.choice(("refs/replace/" + self.mainline.oid,
                                "refs/treaty/ledger", "refs/notes/commits",
                                "refs/changes/1", MAIN + "/below"))
        if name.startswith("refs/replace/"):
            return {name: self.one_of(
                [c for c in self.some_commits() if c is not self.mainline])}
        return {name: self.work(self.tree, self.any_start(), own=0)}

    def overdue(self):
        late, self.late = self.late, {}
        return late or None

    PLAYS = (
        (own_work, 8), (any_work, 4), (foreign_work, 4), (acked_work, 3),
        (rewind, 3), (delete_branch, 2), (copy_branch, 2), (join_branches, 3),
        (scratch_first, 2), (unrelated_root, 1), (new_release, 7), (squat, 3),
        (upstream_branch, 2), (new_next, 3), (on_next, 3),
        (drop_foreign_name, 2), (publish_shared, 6), (pull_shared, 14),
        (redo_shared, 6), (delete_tag, 2), (move_tag, 2), (other_tag, 2),
        (copy_shared, 8), (copy_own, 3), (revert, 4), (evil_merge, 4),
        (octopus, 3), (same_parent_twice, 1), (subtree, 4), (odd_ref, 1),
        (overdue, 14))

    def push(self):
        """The updates of the next push, and the names of its plays."""
        plays = [p for p, n in self.PLAYS + self.SCHEMES for _ in range(n)]
        updates, names = {}, []
        for _ in range(self.rng.choice((1, 1, 1, 2, 3))):
            play = self.rng.choice(plays)
            if self.steps and self.chance(.7):
                made, play = self.steps.pop(0)(), self.rng.choice
            else:
                made = play(self)
            if not made or set(made) & set(updates):
                continue
            updates.update(made)
            names.append("step" if play == self.rng.choice else
                         play.__name__)
        updates = {r: t for r, t in updates.items()
                   if (t.oid if t else None) != self.refs.get(r)}
        for link, target in self.links.items():
            if link in updates and target in updates:
                del updates[link]
        order = list(updates.items())
        self.rng.shuffle(order)
        return dict(order), names
