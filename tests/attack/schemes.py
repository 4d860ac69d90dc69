# SPDX-License-Identifier: GPL-2.0-only
"""What people do on purpose: plays of several pushes, honest and hostile.

Each is written twice over: by chance the same steps are allowed or not.
"""

from objects import File, VALUES
from people import is_merge, peel
from policy import MAINTAINERS, SIGNERS

MAIN = "refs/heads/main"


class Schemes:
    """Mixed into Round. Steps still to come are kept in `self.steps`."""

    def then(self, *steps):
        self.steps += steps

    def shared_of(self, kind=None, tree=None):
        """The shared tags of other trees that people know of."""
        return [(n, t) for n, t in self.shared
                if (kind is None or n.split("-")[1] == kind) and
                (n.split("-")[0] == tree if tree else
                 not n.startswith(self.tree))]

    def tip_of(self, ref):
        return self.thing(ref) or self.any_start()

    def pull(self, ref, tag, with_mergetag=True):
        """A true merge of a tag into a branch of the server, or None."""
        tip, head = self.tip_of(ref), peel(tag)
        if tip.has(head):
            return None
        return self.people.merge(
            self.tree, [tip, head], "Merge a tag",
            [tag] if with_mergetag and getattr(tag, "signer", None) else [])

    def old_work(self, tip):
        """Some commits, perhaps by a clock that was never set."""
        self.people.clock = 100 if self.chance(.7) else None
        for _ in range(self.rng.choice((1, 3, 9))):
            tip = self.people.change(self.tree, tip, [self.own_path()])
        self.people.clock = None
        return tip

    # Drafts

    def withdrawn_draft(self):
        """A draft that was made again comes in as it was, by its mergetag."""
        tree = self.rng.choice(self.others())
        name = self.new_name(tree, self.rng.choice(("draft", "core")))
        base = self.rng.choice(self.releases).commit
        old = self.people.tag(name, self.work(tree, base, own=.95),
                              SIGNERS[tree], tree)
        new = self.people.tag(name, self.work(
            tree, old.commit if self.chance(.3) else base, own=.95),
            SIGNERS[tree], tree)
        self.shared.append((name, new))
        ref = "refs/tags/" + name

        def merge_old():
            merge = self.pull(MAIN, old)
            return merge and {MAIN: merge}

        def merge_new():
            merge = self.pull("refs/heads/for/new", new)
            return merge and {"refs/heads/for/new": merge}

        if self.chance(.3):
            self.then(merge_old)
            return {ref: new}
        if self.chance(.3):
            self.then(merge_new)
            return merge_old()
        if self.chance(.3):
            self.then(lambda: {ref: new}, merge_old)
            return {ref: old}
        return {**(merge_old() or {}), ref: new}

    def draft_moves(self):
        """A draft is redone before it is merged, after, or at once."""
        tree = self.rng.choice(MAINTAINERS)
        name = self.new_name(tree, "draft")
        base = self.rng.choice(self.releases).commit
        old = self.people.tag(name, self.work(tree, base), SIGNERS[tree],
                              tree)
        head = self.work(tree, old.commit if self.chance(.4) else base)
        new = self.people.tag(name, head, SIGNERS[tree], tree)
        self.shared.append((name, new))
        ref, to = "refs/tags/" + name, self.rng.choice(
            (MAIN, "refs/heads/auto-1", "refs/heads/scratch"))

        def merge(tag=old):
            merged = self.pull(to, tag)
            if merged and self.chance(.4):
                merged = self.old_work(merged)
            return merged and {to: merged}

        def copy():
            made = self.people.pick(self.tree, old.commit,
                                    self.old_work(self.any_start()))
            return made and {"refs/heads/for/copy": made}

        def move():
            return {ref: new if self.chance(.7) else None}

        steps = self.rng.choice((
            [merge, move], [move, merge], [move, lambda: merge(new)],
            [lambda: {**(merge() or {}), **move()}],
            [lambda: {**(merge(new) or {}), **move()}],
            [merge, lambda: {to: self.releases[0].commit}],
            [merge, copy], [merge, lambda: {to: None}]))
        self.then(*steps)
        return {ref: old}

    def draft_dropped(self):
        """A frozen tag loses the last branch that has it, or keeps one."""
        tag = self.one_of(self.shared_of())
        keep = self.rng.choice(("refs/heads/for/keep", "refs/heads/scratch",
                                "refs/heads/auto-2"))
        merge = tag and self.pull("refs/heads/auto-1", tag[1])
        if not merge:
            return None
        old = self.tip_of("refs/heads/auto-1")

        def drop():
            back = {"refs/heads/auto-1": old if self.chance(.7) else None}
            if self.chance(.3):
                back[keep] = merge
            return back

        def keeper():
            return {keep: merge}

        self.then(*self.rng.choice(([drop], [keeper, drop],
                                    [keeper, drop,
                                     lambda: {keep: None}])))
        return {"refs/heads/auto-1": merge, **(
            {"refs/tags/" + tag[0]: tag[1]} if self.chance(.5) else {})}

    # Names

    def next_then_deleted(self):
        """linux-next's name goes, and work based on it comes."""
        if not self.nexts:
            return self.new_next()
        day = self.rng.choice(self.nexts)
        name = "refs/tags/next-%d" % (self.nexts.index(day) + 1)

        def based():
            start = day if self.chance(.7) else day.parents[0]
            return {"refs/heads/for/based": self.work(self.tree, start)}

        gone = {name: None if self.chance(.6) else self.any_start()}
        if name not in self.refs:
            self.then(lambda: gone, based)
            return {name: day}
        if self.chance(.4):
            return {**gone, **based()}
        self.then(based)
        return gone

    def squat_then_use(self):
        """A made-up release, then work that counts on it."""
        name = "v1.%d" % (len(self.releases) + 7)
        work = self.work(self.tree, self.tip_of(MAIN),
                         own=self.rng.choice((1, .3)))
        fake = self.people.tag(name, work, self.rng.choice(
            (None, None, "mallory", SIGNERS[self.tree], "linus")))
        use = self.work(self.tree, work)
        ref = "refs/tags/" + name
        if self.chance(.5):
            self.then(lambda: {MAIN: use})
            return {ref: fake}
        return {ref: fake, MAIN: use}

    def shared_base_squat(self):
        """A base made in the same push as the tag that is based on it."""
        tree = self.rng.choice(MAINTAINERS)
        based = [s for s in self.policy.shared
                 if s.tree == tree and s.based_on]
        if not based:
            return None
        shared = self.rng.choice(based)
        name = self.new_name(tree, shared.pattern.split("-")[1])
        base = self.people.change("mainline", self.mainline, ["lib/sort"])
        if not self.chance(.5):
            self.mainline = base
        start = self.people.tag("v1.%d" % (len(self.releases) + 11), base,
                                self.rng.choice((None, "linus")))
        tag = self.people.tag(name, self.work(tree, base), SIGNERS[tree],
                              tree)
        self.shared.append((name, tag))
        first = {"refs/tags/" + start.named: start}
        if self.chance(.4):
            self.then(lambda: {"refs/tags/" + name: tag})
            return first
        return {**first, "refs/tags/" + name: tag}

    # Copies

    def next_to_fixes(self):
        """A fix goes from next to fixes, and both end up in a release."""
        tip = self.tip_of(MAIN)
        fix = self.people.change(self.tree, tip, [self.own_path()])
        base = self.rng.choice(self.releases).commit
        picked = self.people.pick(
            self.tree, fix, base,
            "(cherry picked from commit %s)" % fix.oid)
        if not picked:
            return None
        self.mainline = self.people.merge(
            "mainline", [self.mainline, picked]) or self.mainline
        if not self.mainline.has(picked):
            return None
        tag = self.release("v1.%d" % len(self.releases))
        ref = "refs/tags/" + tag.named
        both = self.people.merge(self.tree, [fix, tag.commit], "Merge both",
                                 [tag])
        way = self.rng.choice(("alone", "both", "after", "before"))
        if both is None or way == "alone":
            return {ref: tag, MAIN: fix}
        if way == "both":
            return {ref: tag, MAIN: both}
        if way == "after":
            self.then(lambda: {MAIN: fix}, lambda: {MAIN: both})
            return {ref: tag}
        self.then(lambda: {ref: tag}, lambda: {MAIN: both})
        return {MAIN: fix}

    def backport_then_main(self):
        """What a backport branch may copy comes to main afterwards."""
        tags = [t.commit for t in self.releases] + [
            peel(t) for _, t in self.shared]
        original = self.one_of([c for c in tags if len(c.parents) == 1])
        if not original:
            return None
        branch = "refs/heads/linux-1"
        copy = self.people.pick(
            self.tree, original, self.tip_of(branch),
            "commit %s upstream." % original.oid)
        if not copy:
            return None

        def join():
            merge = self.people.merge(
                self.tree, [self.tip_of(MAIN), copy], "Merge linux-1")
            return merge and {MAIN: merge if self.chance(.7) else copy}

        self.then(join)
        return {branch: copy}

    def reverted_then_again(self):
        """An original is reverted, in earnest or in word, and made again."""
        tags = [t.commit for t in self.releases] + [
            peel(t) for _, t in self.shared]
        original = self.one_of([c for c in tags if not is_merge(c)])
        if not original:
            return None
        tip = self.tip_of(MAIN)
        real = self.chance(.5)
        if tip.has(original) and real:
            tip = self.people.revert(self.tree, original, tip)
        else:
            path = self.own_path()
            files = dict(tip.files)
            if path in files:
                files[path] = files[path].set(0, self.people.value())
            tip = self.people.revert(self.tree, original, tip, files)
        copy = tip and self.people.pick(self.tree, original, tip)
        return copy and {MAIN: self.work(self.tree, copy)
                         if self.chance(.3) else copy}

    def copied_from_mergetag(self):
        """Copies of what only a mergetag of an earlier push tells of."""
        tag = self.one_of(self.shared_of())
        if not tag or not getattr(tag[1], "signer", None):
            return None
        merge = self.pull("refs/heads/auto-1", tag[1])
        if not merge:
            return None
        old = self.tip_of("refs/heads/auto-1")
        original = peel(tag[1])

        def copy():
            made = self.people.pick(self.tree, original, self.tip_of(MAIN))
            return made and {MAIN: made}

        def rebuilt():
            return {"refs/heads/auto-1": self.work(self.tree, old)}

        self.then(self.rng.choice((copy, rebuilt)))
        return {"refs/heads/auto-1": merge}

    # Shared tags, commit by commit

    def mixed_shared(self):
        """A tag with one commit that its tree may not hand out, or may
        since its owner acked it."""
        tree = self.rng.choice(self.others())
        name = self.new_name(tree, self.rng.choice(("core", "draft")))
        base = self.rng.choice(self.releases).commit
        tip = self.work(tree, base)
        path = self.foreign_path(tree)
        acks = ["Acked-by: " + s.maintainer for s in self.policy.owners(path)
                if s.maintainer]
        tip = self.people.change(
            tree, tip, [path], body="\n".join(acks)
            if self.chance(.6) else "")
        tip = self.work(tree, tip)
        tag = self.people.tag(name, tip, SIGNERS[tree], tree)
        self.shared.append((name, tag))
        ref = self.rng.choice((MAIN, "refs/heads/for/mixed"))
        merge = self.pull(ref, tag)
        way = self.rng.choice(("tag", "merge", "both"))
        if merge is None or way == "tag":
            return {"refs/tags/" + name: tag}
        if way == "merge":
            return {ref: merge}
        return {"refs/tags/" + name: tag, ref: merge}

    # Merges

    def octopus_of_tags(self):
        """Two signed tags that change one file in different places."""
        tree = self.rng.choice(self.others())
        base = self.rng.choice(self.releases).commit
        path = self.own_path(tree)
        if path not in base.files:
            return None
        tags = []
        for at in self.rng.sample(range(VALUES), 2):
            files = dict(base.files)
            files[path] = files[path].set(at, self.people.value())
            name = self.new_name(tree, "core")
            tags.append(self.people.tag(name, self.people.commit(
                tree, [base], files, "%s: change %s" % (tree, path)),
                SIGNERS[tree], tree))
        self.shared += [(t.named, t) for t in tags]
        tip = self.tip_of(MAIN)
        heads = [tip] + [t.commit for t in tags]
        files, conflicts = self.people.merged(heads)
        if conflicts:
            return None
        if self.chance(.3):
            files = dict(files)
            file = files.get(path)
            if file:
                files[path] = file.set(0, self.people.value())
        merge = self.people.commit(self.tree, heads, files, "An octopus",
                                   mergetags=tags)
        refs = {"refs/tags/" + t.named: t for t in tags}
        return {MAIN: merge, **(refs if self.chance(.5) else {})}

    def ours_merge(self):
        """A merge of a release that keeps one's own files."""
        tip = self.tip_of(MAIN)
        releases = [t for t in self.releases if not tip.has(t.commit) and
                    not t.commit.has(tip)]
        tag = self.one_of(releases)
        if not tag:
            return self.new_release()
        files = dict(tip.files)
        # A file copied into another directory makes no subtree merge of it.
        if self.chance(.6):
            for path in list(tag.commit.files)[:self.rng.choice((1, 3))]:
                files["virt/copy/" + path] = tag.commit.files[path]
        merge = self.people.commit(self.tree, [tip, tag.commit], files,
                                   "Merge %s" % tag.named, mergetags=[tag])
        return {MAIN: merge, "refs/tags/" + tag.named: tag}

    def moved_directory(self):
        """A directory is moved, and a release merged that knows it not."""
        tip = self.tip_of(MAIN)
        tag = self.one_of(self.releases)
        files = dict(tip.files)
        old = self.rng.choice(("lib/sort", "drivers/clk"))
        file = files.pop(old, None)
        if file is None:
            return None
        files["tools/" + old] = file
        moved = self.people.commit(self.tree, [tip], files, "Move " + old)
        self.mainline = self.people.change("mainline", self.mainline, [old])
        tag = self.release("v1.%d" % len(self.releases))
        merge = self.people.merge(self.tree, [moved, tag.commit],
                                  "Merge " + tag.named, [tag], resolve=None)
        return merge and {MAIN: merge, "refs/tags/" + tag.named: tag}

    def real_subtree(self):
        """`git subtree`: another project's history in a directory."""
        at = self.rng.choice(("lib/zip/", "virt/zip/", "arch/x86/zip/",
                              "kernel/rcu/zip/", "drivers/zip/"))
        if self.projects and self.chance(.6):
            at = self.rng.choice(sorted(self.projects))
        tip = self.tip_of(MAIN)
        project = self.projects.get(at)
        if project is None:
            files = {p: File("zip%d/%s" % (len(self.people.commits), p),
                             ["0"] * VALUES)
                     for p in ("readme", "api", "core/main", "core/util")}
            project = self.people.commit("zip", [], files, "A project apart")
        else:
            project = self.people.change(
                "zip", project, [self.rng.choice(sorted(project.files))])
        def change(files):
            if self.chance(.3):
                path = self.rng.choice(sorted(files))
                files[path] = files[path].set(2, self.people.value())

        merge = self.people.join(self.tree, tip, project, at,
                                 "Add '%s'" % at, change)
        if merge is None:
            return None
        self.projects[at] = project
        return {MAIN: merge}

    # Symbolic refs

    def through_link(self):
        """A push to a symbolic ref, or to what one points to."""
        link = self.one_of(sorted(self.links))
        if not link:
            return None
        ref = link if self.chance(.5) else self.links[link]
        work = self.work(self.tree, self.tip_of(link), own=.5)
        if self.chance(.5):
            self.then(lambda: {MAIN: self.work(self.tree, work)})
        return {ref: work}

    SCHEMES = (
        (withdrawn_draft, 4), (draft_moves, 8), (draft_dropped, 5),
        (next_then_deleted, 4), (squat_then_use, 4), (shared_base_squat, 3),
        (next_to_fixes, 4), (backport_then_main, 5),
        (reverted_then_again, 4), (copied_from_mergetag, 5),
        (mixed_shared, 6), (octopus_of_tags, 4), (ours_merge, 3),
        (moved_directory, 3), (real_subtree, 5), (through_link, 3))
