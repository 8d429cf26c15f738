"""The structure tree of a bound file, joined of the trees of its pieces.

ISO 32000-1, 14.7: one root; a parent tree and a tree of identifiers with a leaf for each piece;
the role maps of all pieces together. The keys of a piece follow those of the pieces before it.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from flows.compilation.book.piece import Piece
from flows.compilation.book.writing import Written, entries, listed


class Placed(NamedTuple):
    """A piece in a file: ``base`` objects and ``key`` keys of the parent tree stand before it."""

    piece: Piece
    base: int = 0
    key: int = 0

    def numbers(self, own: Sequence[int]) -> list[int]:
        return [self.base + number for number in own]


def element(kind: str, parent: int, kids: Sequence[int]) -> bytes:
    """An element of the tree under the object ``parent``."""
    return b"<< /Type /StructElem /S /%b /P %d 0 R /K %b >>" % (
        kind.encode(), parent, listed(kids),
    )  # fmt: skip


def trees(
    placed: Sequence[Placed], document: int, root: int, fresh: Iterator[int]
) -> list[Written]:
    """The tree with its ``root`` above the object ``document``; ``fresh`` gives numbers."""
    numbered = [(next(fresh), _keys(one)) for one in placed if one.piece.leaves]
    named = [(next(fresh), leaf) for _, leaf in sorted(_identifiers(placed))]
    roles = {kind: role for one in placed for kind, role in one.piece.roles.items()}
    pairs = {
        "Type": b"/StructTreeRoot",
        "K": listed([document]),
        "ParentTree": b"<< /Kids %b >>" % listed(number for number, _ in numbered),
        "ParentTreeNextKey": b"%d" % (placed[-1].key + placed[-1].piece.objects.keys),
        "RoleMap": entries({kind[1:]: role.encode() for kind, role in sorted(roles.items())}),
    }
    if named:
        pairs["IDTree"] = b"<< /Kids %b >>" % listed(number for number, _ in named)
    return [(root, entries(pairs)), *numbered, *named]


def _keys(placed: Placed) -> bytes:
    """A leaf of the parent tree."""
    pairs = sorted((placed.key + key, placed.base + number) for key, number in placed.piece.leaves)
    numbers = b" ".join(b"%d %d 0 R" % pair for pair in pairs)
    return b"<< /Limits [ %d %d ] /Nums [ %b ] >>" % (pairs[0][0], pairs[-1][0], numbers)


def _identifiers(placed: Sequence[Placed]) -> Iterator[tuple[bytes, bytes]]:
    """First identifiers and leaves; those of a piece begin alike, so that leaves do not overlap."""
    for one in placed:
        named = sorted((name.encode(), one.base + number) for name, number in one.piece.named)
        if named:
            pairs = b" ".join(b"<%b> %d 0 R" % (_hex(name), number) for name, number in named)
            limits = b"<%b> <%b>" % (_hex(named[0][0]), _hex(named[-1][0]))
            yield named[0][0], b"<< /Limits [ %b ] /Names [ %b ] >>" % (limits, pairs)


def _hex(text: bytes) -> bytes:
    return text.hex().encode()
