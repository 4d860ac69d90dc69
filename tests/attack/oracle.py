# SPDX-License-Identifier: GPL-2.0-only
"""Whether a push may enter, by what is known of who made what.

It knows each commit and tag from the people who made them, and never asks git:
sets of commits are masks of bits, one a commit. It says `in`, `out`, or
`either` where the contract can be read in two ways, and why.
"""

import re

from people import (Tag, changed_paths, first_files, heads_of, is_merge,
                    merge_octopus, merge_two, peel)
from policy import matches

IN, OUT, EITHER = "in", "out", "either"
CITES = (r"\(cherry picked from commit %s", r"\bcommit %s upstream",
         r"\bUpstream commit %s")


def patch_of(commit):
    """What a commit changes, value by value; equal where patch ids are."""
    if not hasattr(commit, "patch"):
        commit.patch = frozenset(patch(first_files(commit), commit.files))
    return commit.patch


def patch(old, new):
    for path in changed_paths(old, new):
        a, b = old.get(path), new.get(path)
        if a and b and a.name == b.name:
            for at, (x, y) in enumerate(zip(a.values, b.values)):
                if x != y:
                    yield path, a.name, at, x, y
        else:
            yield path, a, b


def merge_changes_of(commit):
    """{path: "changed" or "resolved"}: what a merge itself does."""
    if hasattr(commit, "own_changes"):
        return commit.own_changes
    heads = heads_of(commit)
    files, conflicts = commit.remade if commit.remade else (
        merge_two(*heads) if len(heads) == 2 else merge_octopus(heads))
    changes = {}
    for path in files.keys() | commit.files.keys():
        was, is_ = files.get(path), commit.files.get(path)
        bad = conflicts.get(path)
        if not bad and was != is_:
            changes[path] = "changed"
        elif bad:
            changes[path] = "resolved"
            if bad != ["*"] and (is_ is None or is_.name != was.name or any(
                    i not in bad and is_.values[i] != was.values[i]
                    for i in range(len(was.values)))):
                changes[path] = "changed"
    commit.own_changes = changes
    return changes


class Voucher:
    """A shared tag that is here, is pushed, or stands in a merge."""

    def __init__(self, name, thing, shared, how):
        self.name = name
        self.thing = thing
        self.commit = peel(thing)
        self.shared = shared
        self.how = how			# before, pushed or mergetag
        self.counts = False


class Oracle:
    """One push to one server. What git then did not write is `shown`: it may
    still excuse by its signature."""

    def __init__(self, round_, updates, shown=None):
        self.policy = round_.policy
        self.tree = round_.tree
        self.commits = round_.people.commits
        self.shown = {r: t for r, t in (shown or {}).items()
                      if t is not None and r not in updates}
        # Whether what a governed name shows of an ungoverned ref was judged.
        self.believes_links = False
        self.links = round_.links
        self.updates = self.through_links(updates)
        by_oid = round_.people.by_oid
        self.before = {r: by_oid[o] for r, o in round_.refs.items()}
        self.after = {r: t for r, t in {**self.before,
                                        **self.updates}.items()
                      if t is not None}
        self.reasons = []
        self.doubts = []

    def through_links(self, updates):
        """A push to a symbolic ref updates what that points to as well."""
        out = dict(updates)
        for link, target in self.links.items():
            for name in (link, target):
                if name in updates:
                    out[link] = out[target] = updates[name]
        return out

    def judge(self):
        self.find_upstream()
        self.find_new()
        self.find_vouchers()
        self.find_integration()
        self.decide_vouchers()
        for rule in (self.immutable_tag, self.protected_ref,
                     self.rewound_branch, self.dropped_tag, self.shared_tag,
                     self.commits_of_new, self.only_for_others,
                     self.rebased_tag):
            rule()
        if self.reasons:
            return OUT
        return EITHER if self.doubts else IN

    def refuse(self, rule, why, *args):
        """`why` tells kinds of reasons apart; `args` are what it is about."""
        if self.policy.severity_of(rule) == "error":
            self.reasons.append((rule, why, *map(str, args)))

    def doubt(self, rule, why, *args):
        if self.policy.severity_of(rule) == "error":
            self.doubts.append((rule, why, *map(str, args)))

    # What is there

    def of(self, mask):
        return [c for c in self.commits if c.bit & mask]

    def is_branch(self, ref):
        return (ref.startswith("refs/heads/") and
                self.policy.governs(self.tree, ref) and
                self.policy.kind(self.tree, ref) in ("branch", "upstream"))

    def shared_of(self, ref):
        """The section of a shared tag, or None."""
        if self.policy.kind(self.tree, ref) != "tag":
            return None
        return self.policy.shared_tag(ref[10:])

    def foreign_shared(self, ref):
        shared = self.shared_of(ref)
        return shared if shared and shared.tree != self.tree else None

    def verified(self, name, thing, tree):
        """Whether a tag object bears its tree's signature and its own name."""
        return (isinstance(thing, Tag) and thing.named == name and
                thing.signer in self.policy.trees[tree].signer)

    def branches(self, refs):
        mask = 0
        for ref, thing in refs.items():
            if self.is_branch(ref):
                mask |= peel(thing).below
        return mask

    def upstream_tree(self, ref):
        if self.policy.kind(self.tree, ref) != "upstream":
            return None
        return self.policy.tree_of_ref("upstream", ref)

    def find_upstream(self):
        self.upstream = 0
        self.proven_releases = set()
        for ref, thing in self.before.items():
            if not self.upstream_tree(ref):
                continue
            if ref.startswith("refs/tags/") and not isinstance(thing, Tag):
                continue
            self.upstream |= peel(thing).below
        for ref, thing in {**self.updates, **self.shown}.items():
            tree = self.upstream_tree(ref)
            if tree and thing and self.verified(ref[10:], thing, tree.name):
                self.upstream |= thing.commit.below
                self.proven_releases.add((ref[10:], thing.commit))

    # N

    def is_start(self, ref):
        kind = self.policy.kind(self.tree, ref)
        return kind == "branch" or (
            kind == "tag" and not self.foreign_shared(ref))

    def find_new(self):
        """N without what tags vouch for: `new`, and the refs it is in."""
        self.starts = {r: peel(t) for r, t in self.updates.items()
                       if t is not None and self.is_start(r)}
        hidden = 0
        for ref, thing in self.before.items():
            if (ref in self.links and not self.believes_links and
                    not self.is_branch(self.links[ref])):
                continue
            if self.is_start(ref) or self.is_branch(ref):
                hidden |= peel(thing).below
        self.hidden = hidden
        self.new = 0
        for commit in self.starts.values():
            self.new |= commit.below
        self.new &= ~hidden
        self.all_new = self.new
        self.branches_before = self.branches(self.before)
        self.branches_after = self.branches(self.after)

    # Shared tags, and what they vouch for

    def find_vouchers(self):
        self.vouchers = []
        for ref, thing in self.after.items():
            shared = self.shared_of(ref)
            if shared:
                self.vouchers.append(Voucher(
                    ref[10:], thing, shared,
                    "before" if self.before.get(ref) is thing else "pushed"))
        for ref, thing in self.shown.items():
            shared = self.shared_of(ref)
            if shared and self.verified(ref[10:], thing, shared.tree):
                self.vouchers.append(Voucher(ref[10:], thing, shared,
                                             "shown"))
        mask = self.new
        for thing in self.shown.values():
            mask |= peel(thing).below & ~self.hidden
        for v in self.vouchers:
            mask |= v.commit.below
        for merge in self.of(mask & ~self.upstream):
            for tag in merge.mergetags:
                if tag.commit in merge.parents:
                    self.add_mergetag(tag)
        self.new &= ~self.upstream

    def add_mergetag(self, tag):
        ref = "refs/tags/" + tag.named
        others = [refs[ref] for refs in (self.before, self.after)
                  if ref in refs and refs[ref] is not tag]
        tree = self.upstream_tree(ref)
        if tree:
            if self.verified(tag.named, tag, tree.name) and not others:
                self.upstream |= tag.commit.below
                self.proven_releases.add((tag.named, tag.commit))
            return
        shared = self.shared_of(ref)
        if not shared or others or not self.verified(tag.named, tag,
                                                     shared.tree):
            return
        if not any(v.thing is tag and v.how == "mergetag"
                   for v in self.vouchers):
            self.vouchers.append(Voucher(tag.named, tag, shared, "mergetag"))

    def is_frozen(self, v):
        return (self.policy.is_immutable(v.name) or
                v.shared.freeze == "push" or bool(
                    (self.branches_before | self.branches_after) &
                    v.commit.bit))

    def was_frozen(self, v):
        """Not by a branch of this push, which git may refuse."""
        return self.is_frozen_in(v, None)

    def find_integration(self):
        """What integration trees made: down to upstream, or by its marks."""
        self.integration = 0
        refs = list(self.before.items()) + [
            (r, t) for r, t in self.updates.items() if t]
        for ref, thing in refs:
            if (not self.upstream or
                    self.policy.kind(self.tree, ref) != "integration"):
                continue
            c, chain = peel(thing), 0
            while c and not c.bit & self.upstream:
                chain |= c.bit
                c = c.parents[0] if c.parents else None
            if c:
                self.integration |= chain

    def integration_made(self, c):
        if c.bit & self.integration:
            return True
        for tree in self.policy.of_role("integration"):
            if any(re.fullmatch(re.escape(p).replace("\\*", ".*"), c.subject)
                   for p in tree.marker_subject):
                return True
            if any(matches(tree.marker_path, p, is_path=True)
                   for p in self.changed(c) if p in c.files):
                return True
        return False

    def changed(self, c):
        """Paths that a commit changes, a merge by itself."""
        if is_merge(c):
            return sorted(p for p, how in merge_changes_of(c).items()
                          if how == "changed")
        return changed_paths(first_files(c), c.files)

    def is_acked(self, c, path):
        if not self.policy.accept_ack:
            return False
        owners = [s for s in self.policy.owners(path) if s.trees]
        return bool(owners) and all(
            s.maintainer and "Acked-by: %s" % s.maintainer in
            c.body.split("\n") for s in owners)

    def in_scope(self, v, path):
        if self.policy.is_common(path):
            return True
        if self.policy.is_foreign(path, v.shared.tree):
            return False
        owners = self.policy.owners(path)
        return (not v.shared.scope or not owners or
                any(s.name in v.shared.scope for s in owners))

    def is_fine(self, v, c):
        """Whether a tag may hand out a commit of its own."""
        return not self.integration_made(c) and all(
            self.in_scope(v, p) or self.is_acked(c, p)
            for p in self.changed(c))

    def inner(self, v):
        """Tags within a tag, on which it may be based."""
        out = []
        for y in self.vouchers:
            if y.commit is v.commit or not v.commit.has(y.commit):
                continue
            if v.shared.based_on:
                allowed = matches(v.shared.based_on, y.name)
            else:
                allowed = True
            if allowed and self.is_good(y) and (
                    y.shared.tree == v.shared.tree or
                    self.was_frozen(y)):
                out.append(y)
        return out

    def is_good(self, v):
        """Whether the tag object is what its section asks for, and proves
        itself: unsigned ones count where they stood before."""
        if not isinstance(v.thing, Tag):
            return False
        if self.verified(v.name, v.thing, v.shared.tree):
            return True
        return not v.shared.signed and v.how == "before"

    def own(self, v):
        """A tag's own commits."""
        mask = v.commit.below & ~self.upstream
        for y in self.inner(v):
            mask &= ~y.commit.below
        return mask

    def legitimate_in(self, v, seen=()):
        """The commits of a tag that it, or one within it, may hand out."""
        mask = 0
        for c in self.of(self.own(v)):
            if self.is_fine(v, c):
                mask |= c.bit
        for y in self.inner(v):
            if y not in seen:
                mask |= self.legitimate_in(y, (*seen, v))
        return mask

    def decide_vouchers(self):
        """Takes from N what tags vouch for. `by_ref` is the same of each
        pushed ref, where a draft is frozen by this ref or from before."""
        self.by_ref = {r: self.new & t.below for r, t in self.starts.items()}
        taken = {}
        for v in self.vouchers:
            if v.shared.tree == self.tree or not self.is_good(v):
                continue
            mask = self.legitimate_in(v)
            for ref, tip in self.starts.items():
                if not self.earlier(v.name) - {v.thing.oid} and (
                        self.is_frozen_in(v, tip if self.is_branch(ref)
                                          else None)):
                    self.by_ref[ref] &= ~mask
            if self.is_frozen(v):
                taken.setdefault(v.name, {}).setdefault(v.thing, 0)
                taken[v.name][v.thing] |= mask
        for name, masks in taken.items():
            self.take(name, masks)

    def is_frozen_in(self, v, tip):
        return (self.policy.is_immutable(v.name) or
                v.shared.freeze == "push" or
                bool(v.commit.bit & self.branches_before) or
                bool(tip and tip.has(v.commit)))

    def earlier(self, name):
        """The tag objects of that name that were merged before."""
        return {tag.oid for merge in self.of(self.branches_before)
                for tag in merge.mergetags if tag.named == name}

    def take(self, name, masks):
        """Two objects under one name cannot both be believed."""
        together = 0
        for mask in masks.values():
            together |= mask
        left = self.new & ~together
        if left == self.new:
            return
        if len(masks) == 1:
            self.new = left
            if self.earlier(name) - {t.oid for t in masks}:
                self.doubt("foreign-path", "earlier mergetag", name)
        elif any(self.new & ~mask == left for mask in masks.values()):
            self.new = left
            self.doubt("foreign-path", "two of one name", name)

    def only_for_others(self):
        """What a draft holds that only another ref of the push merges."""
        for mask in self.by_ref.values():
            for c in self.of(mask & ~self.new):
                paths = self.changed(c)
                if any(self.policy.is_foreign(p, self.tree) and
                       not self.is_acked(c, p) for p in paths):
                    self.doubt("foreign-path", "frozen by another ref", c)

    # Rules about refs

    def immutable_tag(self):
        for ref, new in self.updates.items():
            old = self.before.get(ref)
            if not ref.startswith("refs/tags/") or old is None or old is new:
                continue
            name = ref[10:]
            shared = self.shared_of(ref)
            if self.policy.is_immutable(name) or (
                    shared and shared.freeze == "push"):
                self.refuse("immutable-tag", "frozen", name)
            elif shared:
                self.moved_draft(name, peel(old), new and peel(new))
        self.made_again()

    def made_again(self):
        """Tags that earlier merges have known as other objects."""
        known = {}
        for merge in self.of(self.branches_before):
            for tag in merge.mergetags:
                known.setdefault("refs/tags/" + tag.named, set()).add(tag)
        for ref, new in self.updates.items():
            if new and ref in known and known[ref] - {new}:
                self.doubt("immutable-tag", "earlier mergetag", ref)

    def moved_draft(self, name, old, new):
        if old.bit & self.branches_before:
            self.refuse("immutable-tag", "merged before", name)
        elif old.bit & self.branches_after:
            if new is None or not new.has(old):
                self.refuse("immutable-tag", "merged by this push",
                            name)
            elif new is old or not new.bit & self.branches_after:
                self.doubt("immutable-tag", "merged and moved", name)

    def protected_ref(self):
        for ref, new in self.updates.items():
            kind = self.policy.kind(self.tree, ref)
            old = self.before.get(ref)
            is_tag = ref.startswith("refs/tags/")
            if kind == "protected":
                self.refuse("protected-ref", "protected", ref)
            if kind not in ("upstream", "integration"):
                continue
            if new is None:
                self.refuse("protected-ref", "deleted", ref)
                continue
            if old and (is_tag or kind == "upstream"):
                self.moved_away(ref, old, new, is_tag)
            tree = self.upstream_tree(ref)
            if tree and tree.signed and not self.verified(
                    ref[10:], new, tree.name):
                self.refuse("protected-ref", "not verified", ref)
            elif tree and is_tag and not isinstance(new, Tag):
                self.doubt("protected-ref", "lightweight", ref)

    def moved_away(self, ref, old, new, is_tag):
        if not peel(new).has(peel(old)):
            self.refuse("protected-ref", "moved away", ref)
        elif is_tag:
            self.doubt("protected-ref", "moved on", ref)

    def kept_by(self, commit, outside_rewind):
        """Whether a branch had the commit before the push, and still does."""
        for ref in self.before:
            if (self.is_branch(ref) and ref in self.after and
                    peel(self.before[ref]).has(commit) and
                    peel(self.after[ref]).has(commit) and not (
                        outside_rewind and
                        self.policy.rewinds(self.tree, ref))):
                return True
        return False

    def rewound_branch(self):
        for ref, new in self.updates.items():
            old = self.before.get(ref)
            if (not self.is_branch(ref) or old is None or
                    self.policy.rewinds(self.tree, ref)):
                continue
            if new is None and not self.kept_by(peel(old), True):
                self.refuse("rewound-branch", "deleted", ref)
            elif new is not None and not peel(new).has(peel(old)):
                self.refuse("rewound-branch", "rewound", ref)

    def frozen_tags(self):
        """(name, commit) of all frozen tags, before or by this push."""
        found = set()
        for refs in (self.before, self.after):
            for ref, thing in refs.items():
                kind = self.policy.kind(self.tree, ref)
                if not ref.startswith("refs/tags/"):
                    continue
                name, shared = ref[10:], self.shared_of(ref)
                if kind == "integration":
                    # Frozen by its name at most: it holds others' work.
                    continue
                if self.policy.is_immutable(name) or (
                        kind == "tag" and shared and self.is_frozen(
                            Voucher(name, thing, shared, ""))):
                    found.add((name, peel(thing)))
        mask = self.new
        for thing in list(self.before.values()) + list(self.after.values()):
            mask |= peel(thing).below
        for merge in self.of(mask & (self.branches_before |
                                     self.branches_after)):
            for tag in merge.mergetags:
                if tag.commit in merge.parents and self.proves(tag):
                    found.add((tag.named, tag.commit))
        return found

    def proves(self, tag):
        """Whether a mergetag on a branch shows a frozen tag."""
        ref = "refs/tags/" + tag.named
        tree, shared = self.upstream_tree(ref), self.shared_of(ref)
        if tree:
            return (self.policy.is_immutable(tag.named) and
                    self.verified(tag.named, tag, tree.name))
        return bool(shared) and self.verified(tag.named, tag, shared.tree)

    def dropped_tag(self):
        for name, commit in self.frozen_tags():
            if self.upstream_tree("refs/tags/" + name):
                continue        # upstream keeps its own
            if (commit.bit & self.branches_before and
                    not commit.bit & self.upstream and
                    not self.kept_by(commit, False)):
                self.refuse("rebased-tag", "dropped", name)

    # Rules about shared tags of the push

    def shared_tag(self):
        for v in self.vouchers:
            if v.how != "pushed":
                if self.is_pulled(v):
                    self.bases(v)
                continue
            if not isinstance(v.thing, Tag):
                self.refuse("shared-tag", "lightweight", v.name)
            elif v.shared.signed and not self.verified(
                    v.name, v.thing, v.shared.tree):
                self.refuse("shared-tag", "not signed", v.name)
            self.contents(v)
            if v.shared.based_on:
                self.bases(v)

    def is_pulled(self, v):
        """Whether a branch of the push merges another tree's tag."""
        return (v.shared.based_on and v.shared.tree != self.tree and
                self.is_good(v) and any(
                    self.is_branch(r) and t.has(v.commit)
                    for r, t in self.starts.items()) and
                bool(self.legitimate_in(v) & self.all_new))

    def contents(self, v):
        legitimate = self.legitimate_in(v)
        known = 0 if v.shared.tree == self.tree else self.hidden
        for c in self.of(self.own(v) & ~legitimate & ~known):
            if c.bit & self.hidden:
                self.doubt("shared-tag", "holds what is known here", v.name, c)
            else:
                self.refuse("shared-tag", "holds", v.name, c)

    def bases(self, v):
        own = self.own(v)
        at = {p for c in self.of(own) for p in c.parents
              if not p.bit & own}
        roots = [c for c in self.of(own) if not c.parents]
        if not own:
            at = {v.commit}
        if roots:
            self.refuse("shared-tag", "starts at nothing", v.name)
        for p in at:
            if any(self.is_base(v, ref, p) for ref in self.after) or any(
                    self.proven(ref, t) and t.commit is p and
                    matches(v.shared.based_on, ref[10:])
                    for ref, t in self.shown.items()) or any(
                    c is p and matches(v.shared.based_on, name)
                    for name, c in self.proven_releases):
                continue
            if p.bit & self.upstream:
                self.refuse("shared-tag", "starts at", v.name, p)
            else:
                self.doubt("shared-tag", "starts at", v.name, p)

    def is_base(self, v, ref, commit):
        thing = self.after[ref]
        if (not ref.startswith("refs/tags/") or not isinstance(thing, Tag) or
                thing.commit is not commit or ref[10:] == v.name or
                not matches(v.shared.based_on, ref[10:])):
            return False
        return self.before.get(ref) is thing or self.proven(ref, thing)

    def proven(self, ref, thing):
        """Whether a tag of this push proves itself."""
        tree, shared = self.upstream_tree(ref), self.shared_of(ref)
        return bool(tree and self.verified(ref[10:], thing, tree.name) or
                    shared and self.verified(ref[10:], thing, shared.tree))

    # Rules about commits

    def commits_of_new(self):
        for c in self.of(self.new):
            if self.integration_made(c):
                self.refuse("forbidden-base", "made by integration", c)
            if is_merge(c):
                self.merge_changes(c)
            else:
                self.foreign_path(c)
            self.tagged_base(c)

    def foreign_path(self, c):
        for path in self.changed(c):
            if self.policy.is_foreign(path, self.tree) and not self.is_acked(
                    c, path):
                self.refuse("foreign-path", "foreign", c, path)

    def merge_changes(self, c):
        for path, how in merge_changes_of(c).items():
            if how == "changed" and self.policy.is_foreign(path, self.tree):
                self.refuse("merge-changes", "foreign", c, path)
        if c.subtree is not None:
            for path in changed_paths(c.subtree, c.files):
                if self.policy.is_foreign(path, self.tree):
                    self.refuse("merge-changes", "subtree", c, path)
        for path in c.doubtful_paths:
            if self.policy.is_foreign(path, self.tree):
                self.doubt("merge-changes", "foreign", c, path)

    def tagged_base(self, c):
        if not c.parents:
            self.refuse("tagged-base", "root", c)
        for parent in c.parents:
            if parent.bit & self.new or self.is_tagged(parent):
                continue
            refs = [r for r, t in self.starts.items() if t.has(c)]
            had = [r in self.before and peel(self.before[r]).has(parent)
                   for r in refs]
            if is_merge(c) and parent.bit & self.branches_before:
                continue
            vouched = parent.bit & self.all_new & ~self.upstream
            if not any(had) and self.is_tagged(parent, drafts=True):
                # Both in one push are fine, and the order must not matter.
                self.doubt("tagged-base", "starts at a draft", c, parent)
            elif not any(had) and not vouched:
                self.refuse("tagged-base", "starts at", c, parent)
            elif not any(had):
                self.doubt("tagged-base", "starts within a tag", c, parent)
            elif not all(had):
                self.doubt("tagged-base", "starts at", c, parent)

    def is_tagged(self, commit, drafts=False):
        base = self.policy.trees[self.tree].base
        for ref, thing in self.after.items():
            if (not ref.startswith("refs/tags/") or not isinstance(
                    thing, Tag) or thing.commit is not commit):
                continue
            stood = self.before.get(ref) is thing
            if matches(base, ref[10:]) and (stood or self.proven(ref, thing)):
                return True
            shared = self.shared_of(ref)
            frozen = self.policy.is_immutable(ref[10:]) or (
                shared and (drafts or self.is_frozen(
                    Voucher(ref[10:], thing, shared, ""))))
            if frozen and (stood or self.proven(ref, thing)):
                return True
        return any(c is commit and (matches(base, name) or
                                    self.policy.is_immutable(name))
                   for name, c in self.proven_releases) or any(
            v.how == "mergetag" and v.commit is commit
            for v in self.vouchers)

    # Copies

    def rebased_tag(self):
        frozen = self.frozen_tags()
        mask = 0
        for name, commit in frozen:
            mask |= commit.below
        originals = [c for c in self.of(mask)
                     if not is_merge(c) and patch_of(c)]
        by_patch, by_who = {}, {}
        for o in originals:
            by_patch.setdefault(patch_of(o), []).append(o)
            by_who.setdefault(self.who(o), []).append(o)
        for ref, tip in self.starts.items():
            for c in self.of((self.new | self.backported(ref)) & tip.below):
                if is_merge(c) or not patch_of(c):
                    continue
                same = {o for o in by_patch.get(patch_of(c), []) +
                        by_who.get(self.who(c), []) if o is not c}
                if same:
                    self.judge_copy(ref, tip, c, same, frozen)

    def who(self, c):
        return c.author, c.author_date, c.subject

    def is_backport(self, ref):
        return matches(self.policy.trees[self.tree].backport, ref)

    def backported(self, ref):
        """What backport branches and tags had, where it goes elsewhere."""
        if (not self.policy.trees[self.tree].backport or
                self.is_backport(ref) or not self.is_branch(ref)):
            return 0
        elsewhere = only = 0
        for r, thing in self.before.items():
            if self.upstream_tree(r) or (self.is_branch(r) and
                                         not self.is_backport(r)):
                elsewhere |= peel(thing).below
            elif self.is_start(r):
                only |= peel(thing).below
        return only & ~elsewhere & ~self.upstream

    def judge_copy(self, ref, tip, c, same, frozen):
        missing = [o for o in same if not tip.has(o) and o.date <= c.date]
        if not missing:
            return
        o = missing[0]
        if len(missing) < len(same):
            self.doubt("rebased-tag", "of several", ref, c)
        elif self.both_own(c, o, frozen):
            return
        elif any(self.is_reverted(o, c) for o in missing):
            self.doubt("rebased-tag", "after a revert", ref, c)
        elif self.is_welcome(ref, c) and self.cites(c, missing):
            if any(self.is_branch(r) and not self.is_backport(r) and t.has(c)
                   for r, t in self.starts.items()):
                return  # that one is judged by itself
        elif not c.bit & self.new and not self.cites(c, missing):
            self.doubt("rebased-tag", "was on a backport branch", ref, c)
        else:
            self.refuse("rebased-tag", "copy", ref, c, o)

    def is_welcome(self, ref, c):
        """On a backport branch, or in a tag that comes with one."""
        return self.is_backport(ref) or not self.is_branch(ref) and any(
            self.is_backport(r) and t.has(c) for r, t in self.starts.items())

    def both_own(self, c, o, frozen):
        """Both in shared tags of this tree: a new version of its own."""
        def has(x):
            return any(commit.has(x) and (s := self.policy.shared_tag(name))
                       and s.tree == self.tree for name, commit in frozen)
        drafts = any(v.shared.tree == self.tree and v.commit.has(c)
                     for v in self.vouchers)
        return has(o) and (has(c) or drafts)

    def is_reverted(self, o, c):
        word = "This reverts commit %s" % o.oid
        undone = frozenset(patch(o.files, first_files(o)))
        return any(word in r.body and patch_of(r) == undone
                   for r in self.commits if not is_merge(r))

    def cites(self, c, originals):
        return any(re.search(how % o.oid, c.body) for o in originals
                   for how in CITES)


def judge(round_, updates, shown=None):
    """(verdict, reasons, doubts) of a push, before it is made."""
    oracle = Oracle(round_, updates, shown)
    verdict = oracle.judge()
    if any(not oracle.is_branch(t) for t in round_.links.values()):
        other = Oracle(round_, updates, shown)
        other.believes_links = True
        if other.judge() != verdict or verdict == OUT and any(
                t in updates for t in round_.links.values()):
            return EITHER, oracle.reasons, oracle.doubts
    return verdict, oracle.reasons, oracle.doubts
