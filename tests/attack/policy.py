# SPDX-License-Identifier: GPL-2.0-only
"""A random policy, as the file that the program reads and as what it says."""

import functools
import re

from objects import key_of

# Who signs for which tree. `mallory` is nobody's.
SIGNERS = {"mainline": "linus", "tip": "tglx", "kvm": "paolo", "rcu": "paul"}
MAINTAINERS = ("tip", "kvm", "rcu")
RULES = ("immutable-tag", "rebased-tag", "protected-ref", "rewound-branch",
         "foreign-path", "merge-changes", "forbidden-base", "tagged-base",
         "shared-tag", "tag-consumer", "duplicate-patch", "sign-off")
OFF = ("tagged-base", "sign-off")
WARNINGS = ("tag-consumer", "duplicate-patch")
MARKER_PATH = "Next/SHA1s"
MARKER_SUBJECT = "Add linux-next specific files for "


@functools.lru_cache(maxsize=None)
def _regex(pattern, is_path, is_branch):
    if is_path and pattern.endswith("/"):
        pattern += "**"
    if is_branch and pattern.endswith("/*"):
        pattern += "*"
    out, i = "", 0
    while i < len(pattern):
        if pattern.startswith("**/", i) and (not i or pattern[i - 1] == "/"):
            out, i = out + "(.*/)?", i + 3
        elif pattern.startswith("**", i):
            out, i = out + ".*", i + 2
        elif pattern[i] == "*":
            out, i = out + "[^/]*", i + 1
        elif pattern[i] == "?":
            out, i = out + "[^/]", i + 1
        else:
            out, i = out + re.escape(pattern[i]), i + 1
    return re.compile(out, re.DOTALL)


def matches(patterns, name, is_path=False, is_branch=False):
    return any(_regex(p, is_path, is_branch).fullmatch(name)
               for p in patterns)


class Tree:
    def __init__(self, name, role="maintainer"):
        self.name = name
        self.role = role
        self.branch = ["refs/heads/*"]
        self.rewind = []
        self.backport = []
        self.base = []
        self.ref = []
        self.signer = []
        self.signed = True
        self.marker_path = []
        self.marker_subject = []


class Subsystem:
    def __init__(self, name, trees, paths, exclude=(), maintainer=None):
        self.name = name
        self.trees = trees
        self.paths = paths
        self.exclude = exclude
        self.maintainer = maintainer

    def has(self, path):
        return (matches(self.paths, path, is_path=True) and
                not matches(self.exclude, path, is_path=True))


class SharedTag:
    def __init__(self, pattern, tree):
        self.pattern = pattern
        self.tree = tree
        self.scope = []
        self.based_on = []
        self.consumer = []
        self.freeze = "push"
        self.signed = True


class Policy:
    def __init__(self):
        self.mode = "enforce"
        self.unowned = "allow"
        self.commons = ["MAINTAINERS"]
        self.trees = {}
        self.subsystems = []
        self.shared = []
        self.immutable = []
        self.severity = {}
        self.accept_ack = False

    # What it says

    def of_role(self, role):
        return [t for t in self.trees.values() if t.role == role]

    def tree_of_ref(self, role, ref):
        for tree in self.of_role(role):
            if matches(tree.ref, ref):
                return tree
        return None

    def kind(self, tree, ref):
        """protected, integration, upstream, branch, tag or ungoverned."""
        if ref.startswith(("refs/replace/", "refs/treaty/")):
            return "protected"
        if self.tree_of_ref("integration", ref):
            return "integration"
        if self.tree_of_ref("upstream", ref):
            return "upstream"
        if ref.startswith("refs/tags/"):
            return "tag"
        return "branch" if self.governs(tree, ref) else "ungoverned"

    def governs(self, tree, ref):
        return matches(self.trees[tree].branch, ref, is_branch=True)

    def rewinds(self, tree, ref):
        return matches(self.trees[tree].rewind, ref)

    def owners(self, path):
        return [s for s in self.subsystems if s.has(path)]

    def is_common(self, path):
        return matches(self.commons, path, is_path=True)

    def is_foreign(self, path, tree):
        if self.is_common(path):
            return False
        owners = self.owners(path)
        if not owners:
            return self.unowned == "deny"
        owners = [s for s in owners if s.trees]
        return bool(owners) and not any(tree in s.trees for s in owners)

    def shared_tag(self, name):
        for shared in self.shared:
            if matches([shared.pattern], name):
                return shared
        return None

    def is_immutable(self, name):
        return matches(self.immutable, name)

    def severity_of(self, rule):
        return self.severity.get(
            rule, "off" if rule in OFF else
            "warn" if rule in WARNINGS else "error")

    # The file

    def text(self):
        out = ["[policy]", "version = 1", "mode = " + self.mode,
               "unowned = " + self.unowned]
        _many(out, "commons", self.commons)
        for name in SIGNERS.values():
            out += ['[signer "%s"]' % name, "ssh = " + key_of(name).public]
        for tree in self.trees.values():
            out += ['[tree "%s"]' % tree.name]
            if tree.role != "maintainer":
                out += ["role = " + tree.role]
            for key in ("branch", "rewind", "backport", "base", "ref",
                        "signer", "marker_path", "marker_subject"):
                _many(out, key.replace("_", "-"), getattr(tree, key))
            if tree.role == "upstream":
                out += ["signed = " + _yes(tree.signed)]
        for sub in self.subsystems:
            out += ['[subsystem "%s"]' % sub.name]
            _many(out, "tree", sub.trees)
            _many(out, "path", sub.paths)
            _many(out, "exclude", sub.exclude)
            if sub.maintainer:
                out += ["maintainer = " + sub.maintainer]
        if self.immutable:
            out += ['[immutable "releases"]']
            _many(out, "tag", self.immutable)
        for shared in self.shared:
            out += ['[shared-tag "%s"]' % shared.pattern,
                    "tree = " + shared.tree]
            _many(out, "scope", shared.scope)
            _many(out, "based-on", shared.based_on)
            _many(out, "consumer", shared.consumer)
            out += ["freeze = " + shared.freeze,
                    "signed = " + _yes(shared.signed)]
        for rule in RULES:
            if rule not in self.severity and not (
                    rule == "foreign-path" and self.accept_ack):
                continue
            out += ['[rule "%s"]' % rule]
            if rule in self.severity:
                out += ["severity = " + self.severity[rule]]
            if rule == "foreign-path" and self.accept_ack:
                out += ["accept-ack = yes"]
        return "\n".join(out) + "\n"


def _yes(value):
    return "yes" if value else "no"


def _many(out, key, values):
    out += ["%s = %s" % (key, value) for value in values]


def random_policy(rng):
    """One that a project could have. Draws the same for the same `rng`."""
    def chance(p):
        return rng.random() < p

    policy = Policy()
    policy.unowned = "deny" if chance(.15) else "allow"
    policy.accept_ack = chance(.25)
    mainline = Tree("mainline", "upstream")
    mainline.ref = ["refs/tags/v*"]
    if chance(.25):
        mainline.ref.append("refs/heads/upstream")
    mainline.signed = chance(.6)
    mainline.signer = ["linus"]
    later = Tree("linux-next", "integration")
    later.ref = ["refs/tags/next-*"]
    if chance(.3):
        later.ref.append("refs/heads/linux-next")
    if chance(.5):
        later.marker_path = [MARKER_PATH]
    if chance(.5):
        later.marker_subject = [MARKER_SUBJECT + "*"]
    policy.trees = {"mainline": mainline, "linux-next": later}
    for name in MAINTAINERS:
        tree = Tree(name)
        if chance(.4):
            tree.branch = ["refs/heads/main", "refs/heads/auto-*",
                           "refs/heads/linux-*", "refs/heads/for/*"]
        if chance(.8):
            tree.rewind = ["refs/heads/auto-*"]
        if chance(.7):
            tree.backport = ["refs/heads/linux-*"]
        if chance(.9):
            tree.base = ["v*"]
        tree.signer = [SIGNERS[name]]
        policy.trees[name] = tree
    policy.subsystems = _subsystems(chance)
    if chance(.85):
        policy.immutable = ["v*"]
        if chance(.2):
            policy.immutable.append("fixed-*")
        if chance(.1):
            policy.immutable.append("next-*")
    for name in MAINTAINERS:
        _shared_tags(policy, name, rng, chance)
    if chance(.3):
        policy.severity["tagged-base"] = "error"
    return policy


def _subsystems(chance):
    subs = [
        Subsystem("x86", ["tip"], ["arch/x86/"], ["arch/x86/kvm/"],
                  "Thomas <tglx@example.com>"),
        Subsystem("kvm", ["kvm"], ["virt/", "arch/x86/kvm/"], (),
                  "Paolo <paolo@example.com>"),
        Subsystem("rcu", ["rcu"], ["kernel/rcu/"], (),
                  "Paul <paul@example.com>"),
    ]
    if chance(.7):
        subs.append(Subsystem("core", ["tip"], ["kernel/*", "include/"], (),
                              "Core <core@example.com>"))
    if chance(.5):
        subs.append(Subsystem("both", ["tip", "kvm"], ["include/both/"]))
    if chance(.3):
        subs.append(Subsystem("nobody", [], ["drivers/"]))
    return subs


def _shared_tags(policy, name, rng, chance):
    scopes = [s.name for s in policy.subsystems if name in s.trees]
    others = [t for t in MAINTAINERS if t != name]
    for kind, freeze in (("core", "push"), ("draft", "merge")):
        if not chance(.85):
            continue
        shared = SharedTag("%s-%s-*" % (name, kind), name)
        shared.freeze = freeze
        shared.signed = chance(.75)
        if chance(.3):
            shared.scope = [rng.choice(scopes)]
            if policy.accept_ack and chance(.4):
                shared.scope.append(rng.choice(policy.subsystems).name)
        if chance(.35):
            shared.based_on = ["v*"]
            if chance(.5):
                shared.based_on.append("%s-*" % rng.choice(MAINTAINERS))
        if chance(.3):
            shared.consumer = [rng.choice(others)]
        policy.shared.append(shared)
