# SPDX-License-Identifier: GPL-2.0-only
"""Git objects made in memory, so that what is in them is known without git.

A file is a name of its own and a few values, far enough apart that git merges
changes of different values, and never takes two files for alike.
"""

import base64
import hashlib
import os
import struct
import zlib

VALUES = 4
PADS = 5


class File:
    """What a path holds: `name` tells files apart, `values` change."""

    __slots__ = ("name", "values", "oid")

    def __init__(self, name, values):
        self.name = name
        self.values = tuple(values)
        self.oid = None

    def set(self, at, value):
        values = list(self.values)
        values[at] = value
        return File(self.name, values)

    def key(self):
        return self.name, self.values

    def __eq__(self, other):
        return isinstance(other, File) and self.key() == other.key()

    def __hash__(self):
        return hash(self.key())

    def __repr__(self):
        return "%s=%s" % (self.name, ",".join(map(str, self.values)))

    def text(self):
        mark = hashlib.sha1(self.name.encode()).hexdigest()[:8]
        lines = []
        for i, value in enumerate(self.values):
            lines.append("%s %d is %s" % (self.name, i, value))
            for j in range(PADS):
                lines.append("%s %d.%d" % (mark, i, j))
        return ("\n".join(lines) + "\n").encode()


class Store:
    """Objects by id, and which of them a repository has not been given."""

    def __init__(self):
        self.objects = {}
        self.unwritten = []

    def add(self, kind, body):
        raw = b"%s %d\0%s" % (kind, len(body), body)
        oid = hashlib.sha1(raw).hexdigest()
        if oid not in self.objects:
            self.objects[oid] = (kind, body)
            self.unwritten.append((oid, raw))
        return oid

    def tree(self, files):
        """The tree object of a flat {path: File}."""
        below = {}
        entries = []
        for path, file in files.items():
            head, _, tail = path.partition("/")
            if tail:
                below.setdefault(head, {})[tail] = file
                continue
            if file.oid is None:
                file.oid = self.add(b"blob", file.text())
            entries.append((head.encode(), b"100644", file.oid))
        for head, rest in below.items():
            entries.append((head.encode(), b"40000", self.tree(rest)))
        entries.sort(key=lambda e: e[0] + (b"/" if e[1] == b"40000" else b""))
        return self.add(b"tree", b"".join(
            mode + b" " + name + b"\0" + bytes.fromhex(oid)
            for name, mode, oid in entries))

    def write(self, directory):
        """Writes what is new as loose objects below a repository's objects/."""
        for oid, raw in self.unwritten:
            where = os.path.join(directory, oid[:2])
            try:
                os.mkdir(where)
            except FileExistsError:
                pass
            with open(os.path.join(where, oid[2:]), "wb") as out:
                out.write(zlib.compress(raw, 1))
        self.unwritten = []


# Ed25519 as in RFC 8032, with keys that everybody can make from a name: what
# is signed so proves nothing outside these tests.

P = 2 ** 255 - 19
ORDER = 2 ** 252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def _add(a, b):
    e = (a[1] - a[0]) * (b[1] - b[0]) % P
    f = (a[1] + a[0]) * (b[1] + b[0]) % P
    g = 2 * a[3] * b[3] * D % P
    h = 2 * a[2] * b[2] % P
    x, y, z, w = f - e, h - g, h + g, f + e
    return x * y % P, z * w % P, y * z % P, x * w % P


def _base():
    y = 4 * pow(5, P - 2, P) % P
    xx = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(xx, (P + 3) // 8, P)
    if (x * x - xx) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if x & 1:
        x = P - x
    return x, y, 1, x * y % P


_DOUBLES = [_base()]
while len(_DOUBLES) < 256:
    _DOUBLES.append(_add(_DOUBLES[-1], _DOUBLES[-1]))


def _times(n):
    """n times the base point, as 32 bytes."""
    sum_ = (0, 1, 1, 0)
    for double in _DOUBLES:
        if n & 1:
            sum_ = _add(sum_, double)
        n >>= 1
    z = pow(sum_[2], P - 2, P)
    x, y = sum_[0] * z % P, sum_[1] * z % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def _hash(*parts):
    return int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little")


def _string(*parts):
    return b"".join(struct.pack(">I", len(p)) + p for p in parts)


class Key:
    """An SSH key; `public` is the line of its .pub file."""

    def __init__(self, name):
        half = hashlib.sha512(hashlib.sha256(name.encode()).digest()).digest()
        self.scalar = int.from_bytes(half[:32], "little")
        self.scalar = self.scalar & (1 << 254) - 8 | 1 << 254
        self.prefix = half[32:]
        self.point = _times(self.scalar)
        self.blob = _string(b"ssh-ed25519", self.point)
        self.public = "ssh-ed25519 " + base64.b64encode(self.blob).decode()

    def _sign(self, message):
        r = _hash(self.prefix, message) % ORDER
        point = _times(r)
        k = _hash(point, self.point, message)
        s = (r + k * self.scalar) % ORDER
        return point + s.to_bytes(32, "little")

    def sign(self, message):
        """The signature as `ssh-keygen -Y sign -n git` writes it."""
        digest = hashlib.sha512(message).digest()
        signature = self._sign(
            b"SSHSIG" + _string(b"git", b"", b"sha512", digest))
        blob = b"SSHSIG" + struct.pack(">I", 1) + _string(
            self.blob, b"git", b"", b"sha512",
            _string(b"ssh-ed25519", signature))
        text = base64.b64encode(blob)
        lines = [text[i:i + 70] for i in range(0, len(text), 70)]
        return b"\n".join([b"-----BEGIN SSH SIGNATURE-----"] + lines +
                          [b"-----END SSH SIGNATURE-----", b""])


_keys = {}


def key_of(name):
    if name not in _keys:
        _keys[name] = Key(name)
    return _keys[name]
