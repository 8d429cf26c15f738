"""The structure tree of a bound file, joined of the trees of its pieces.

ISO 32000-1, 14.7: one root; a parent tree whose keys are unique in the file, so those of each
piece are shifted; identifiers in order; the role maps of all pieces together.
"""

from collections.abc import Iterable, Sequence

import pikepdf
from pikepdf import Array, Dictionary, Name, String

HIGHEST = 6
"""PDF 1.7 has headings of six levels."""


class StructureTree:
    """The tree of ``pdf`` while pieces are being joined to it."""

    def __init__(self, pdf: pikepdf.Pdf) -> None:
        self.pdf = pdf
        self.root = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
        self.document = self.element("/Document", self.root)
        self._numbers: list[object] = []
        self._identified: list[tuple[str, pikepdf.Object]] = []
        self._roles: dict[str, pikepdf.Object] = {}
        self._next = 0

    def element(self, kind: str, parent: pikepdf.Object, **more: pikepdf.Object) -> pikepdf.Object:
        """A new element under ``parent``; whoever makes it puts it among the parent's kids."""
        entries = {"/Type": Name.StructElem, "/S": Name(kind), "/P": parent}
        return self.pdf.make_indirect(Dictionary({**entries, **more}))

    def join(
        self, piece: pikepdf.Object, pages: Sequence[pikepdf.Page], *, deeper: int = 0
    ) -> None:
        """Take in the identifiers, keys and roles of ``piece``, whose pages are ``pages``.

        Its headings go ``deeper`` by so many levels. Its elements are left for the caller.
        """
        self._shift(piece, pages)
        self._identified += [(str(one.ID), one) for one in _each(piece.I)]
        for kind, role in piece.R.items():
            self._roles[kind] = role
        for heading in _each(piece.H) if deeper else ():
            level = min(int(str(heading.S)[2:]) + deeper, HIGHEST)
            heading.S = Name(f"/H{level}")

    def _shift(self, piece: pikepdf.Object, pages: Sequence[pikepdf.Page]) -> None:
        start = self._next
        for page in pages:
            if "/StructParents" in page.obj:
                page.obj.StructParents = int(page.obj.StructParents) + start
            for annotation in _each(page.obj.get("/Annots", Array())):
                if "/StructParent" in annotation:
                    annotation.StructParent = int(annotation.StructParent) + start
        numbers = list(_each(piece.N))
        for place in range(0, len(numbers), 2):
            key = int(numbers[place]) + start
            self._numbers += [key, numbers[place + 1]]
            self._next = max(self._next, key + 1)

    def finish(self, kids: Sequence[pikepdf.Object]) -> None:
        """Put ``kids`` under the document and the tree into the catalogue."""
        adopt(self.document, kids)
        root = self.root
        root.K = Array([self.document])
        root.ParentTree = self.pdf.make_indirect(Dictionary(Nums=Array(self._numbers)))
        root.ParentTreeNextKey = self._next
        root.RoleMap = Dictionary(self._roles)
        if self._identified:
            named = sorted(self._identified, key=lambda one: one[0].encode())
            pairs = [part for name, element in named for part in (String(name), element)]
            root.IDTree = Dictionary(Names=Array(pairs))
        self.pdf.Root.StructTreeRoot = root


def adopt(parent: pikepdf.Object, kids: Iterable[pikepdf.Object]) -> None:
    """Make ``kids`` the elements under ``parent``."""
    listed = list(kids)
    for kid in listed:
        kid.P = parent
    parent.K = Array(listed)


def kids_of(element: pikepdf.Object) -> list[pikepdf.Object]:
    """The elements under ``element``."""
    kids = element.get("/K", Array())
    return list(_each(kids)) if isinstance(kids, Array) else [kids]


def page_of(element: pikepdf.Object) -> pikepdf.Object | None:
    """The page on which ``element`` begins."""
    waiting = [element]
    while waiting:
        one = waiting.pop()
        if not isinstance(one, Dictionary):
            continue
        if "/Pg" in one:
            return one.Pg
        if "/S" in one:
            waiting += reversed(kids_of(one))
    return None


def _each(array: pikepdf.Object) -> Iterable[pikepdf.Object]:
    return array
