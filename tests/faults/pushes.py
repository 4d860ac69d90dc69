# SPDX-License-Identifier: GPL-2.0-only
"""Six pushes to one server: two good ones, and four that are not."""

from rig import Objects, POLICY, Rig, ZERO, key_of

MORE = """
[signer "t"]
ssh = %s

[shared-tag "core-*"]
tree     = tip
consumer = kvm

[shared-tag "own-*"]
tree   = kvm
signed = no
"""


def policy():
    return (POLICY + MORE % key_of("t").public).replace(
        '[tree "tip"]', '[tree "tip"]\nsigner = t').replace(
        "ref  = refs/tags/v*", "ref  = refs/tags/v*\nsigner = t")


def signed(o, name, oid, text=b""):
    payload = (b"object %s\ntype commit\ntag %s\ntagger A <a@b> %d +0000\n\n"
               b"Tag\n" % (oid.encode(), name.encode(), o.time))
    return o.add(b"tag", payload + key_of("t").sign(payload + text))


def numbers(at, word):
    lines = [b"%d" % i for i in range(20)]
    lines[at] = word
    return b"\n".join(lines) + b"\n"


class Pushes:
    """The server with what it has, and in `good` and `bad` what is pushed."""

    def __init__(self, work, program):
        self.rig = rig = Rig(work, program, policy())
        o = self.objects = Objects()
        root = o.rows([
            (b"40000", b"virt", o.rows([
                (b"100644", b"a", o.blob(numbers(0, b"x")))])),
            (b"40000", b"arch", o.rows([
                (b"100644", b"b", o.blob(numbers(0, b"y")))])),
        ])

        def tree(virt, arch=(0, b"y"), replaced=(b"", b"")):
            return o.rows([
                (b"40000", b"virt", o.rows([
                    (b"100644", b"a", o.blob(
                        numbers(*virt).replace(*replaced)))])),
                (b"40000", b"arch", o.rows([
                    (b"100644", b"b", o.blob(numbers(*arch)))])),
            ])

        taken = b"15\n", b"ours\n"

        base = o.commit(root)
        main = o.commit(tree((1, b"main")), [base], b"On main\n")
        side = o.commit(tree((1, b"side")), [base], b"On the side\n")
        work_ = o.commit(tree((0, b"x"), (3, b"work")), [base], b"Work\n")
        frozen = signed(o, "v1", base)
        ours = o.commit(tree((0, b"x"), replaced=taken), [base], b"Ours\n")
        own = signed(o, "own-1", ours)
        core = signed(o, "core-1", work_)
        rig.seed(o, {"refs/heads/main": main, "refs/heads/side": side,
                     "refs/tags/v1": frozen, "refs/tags/own-1": own,
                     "refs/tags/core-1": core})
        next_ = o.commit(tree((5, b"next")), [main], b"Next\n")
        merge = o.commit(tree((1, b"both"), (3, b"work")), [
            o.commit(tree((1, b"both")), [main, side], b"Merge side\n"),
            work_], b"Merge core-1\n")
        foreign = o.commit(tree((1, b"main"), (9, b"evil")), [main],
                           b"Foreign\n")
        # Only the server's tag tells that this is not new.
        copy = o.commit(tree((1, b"main"), replaced=taken), [main],
                        b"Taken\n")
        moved = signed(o, "v1", foreign, b"forged")
        forged = signed(o, "core-2", foreign, b"forged")
        rig.store(o, rig.quarantine)
        self.good = {
            "plain": [(main, next_, "refs/heads/main")],
            "merge": [(main, merge, "refs/heads/main")],
        }
        self.bad = {
            "foreign": [(main, foreign, "refs/heads/main")],
            "copy": [(main, copy, "refs/heads/main")],
            "moved": [(frozen, moved, "refs/tags/v1")],
            "forged": [(ZERO, forged, "refs/tags/core-2"),
                       (main, foreign, "refs/heads/main")],
        }
        self.refs = {"main": main, "side": side}

    def all(self):
        for verdict, pushes in ((0, self.good), (1, self.bad)):
            for name, updates in pushes.items():
                yield name, verdict, updates
