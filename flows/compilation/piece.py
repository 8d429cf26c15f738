"""A piece of the volume: one tagged PDF made fit for binding.

What belongs to a document as a whole (metadata, bookmarks, output intent) is taken off, since
the volume has its own; what binding needs is laid out in one dictionary ``/Piece`` of the
catalogue: ``/D`` the root element of the structure tree, ``/N`` the numbers of its parent tree,
``/A`` annotations by page, ``/I`` elements by identifier, ``/H`` heading elements, ``/R`` the role
map (ISO 32000-1, 14.7 and 14.8).
"""

import io
import re

import pikepdf
from pikepdf import Array, Dictionary, Name, String

_HEADING = re.compile(r"/H[1-6]$")
_OF_THE_WHOLE = ("/StructTreeRoot", "/Metadata", "/Outlines", "/OutputIntents", "/PageLabels")
Sizes = tuple[tuple[float, float], ...]
"""Width and height of every page, in points."""


def prepared(pdf: bytes, *, salt: str) -> bytes:
    """Return ``pdf``, tagged, as a piece; ``salt`` keeps its identifiers apart from others'."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        prepare(opened, salt=salt)
        out = io.BytesIO()
        opened.save(
            out,
            deterministic_id=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
        )
    return out.getvalue()


def prepare(opened: pikepdf.Pdf, *, salt: str) -> None:
    root = opened.Root
    tree = root.StructTreeRoot
    document = _only(tree.K)
    found = _Found(salt)
    found.look(document)
    for link in _links(opened):
        _resolve(link, opened)
    annotations = [_taken(page.obj, "/Annots") for page in opened.pages]
    if "/P" in document:
        del document.P
    root.Piece = opened.make_indirect(
        Dictionary(
            D=document,
            N=tree.ParentTree.Nums,
            A=Array(annotations),
            I=Array(found.identified),
            H=Array(found.headings),
            R=tree.get("/RoleMap", Dictionary()),
        )
    )
    for name in (*_OF_THE_WHOLE, "/Names", "/Dests"):
        _taken(root, name)
    _taken(opened.trailer, "/Info")


def sizes_of(piece: bytes) -> Sizes:
    """Return width and height of every page."""
    with pikepdf.open(io.BytesIO(piece)) as opened:
        return tuple(_size(page) for page in opened.pages)


def _size(page: pikepdf.Page) -> tuple[float, float]:
    left, bottom, right, top = (float(edge) for edge in page.mediabox)
    return round(right - left, 3), round(top - bottom, 3)


def _only(kids: pikepdf.Object) -> pikepdf.Object:
    return kids[0] if isinstance(kids, Array) else kids


class _Found:
    """Headings and elements with identifiers, collected in one walk down the tree."""

    def __init__(self, salt: str) -> None:
        self.salt = salt
        self.headings: list[pikepdf.Object] = []
        self.identified: list[pikepdf.Object] = []

    def look(self, element: pikepdf.Object) -> None:
        waiting = [element]
        while waiting:
            one = waiting.pop()
            if isinstance(one, Array):
                waiting += reversed(list(one))
            elif isinstance(one, Dictionary) and "/S" in one:
                self._note(one)
                waiting += [one.K] if "/K" in one else []

    def _note(self, element: pikepdf.Object) -> None:
        if _HEADING.match(str(element.S)):
            self.headings.append(element)
        if "/ID" in element:
            element.ID = self._own(element.ID)
            self.identified.append(element)
        for attributes in _attributes(element):
            if "/Headers" in attributes:
                attributes.Headers = Array([self._own(name) for name in attributes.Headers])

    def _own(self, name: pikepdf.Object) -> String:
        return String(f"{self.salt}-{name}")


def _attributes(element: pikepdf.Object) -> list[pikepdf.Object]:
    found = element.get("/A", Array())
    listed = list(found) if isinstance(found, Array) else [found]
    return [one for one in listed if isinstance(one, Dictionary)]


def _links(opened: pikepdf.Pdf) -> list[pikepdf.Object]:
    return [link for page in opened.pages for link in page.obj.get("/Annots", Array())]


def _resolve(link: pikepdf.Object, opened: pikepdf.Pdf) -> None:
    """Write a destination that is named in the document as page and place."""
    goal = link.get("/Dest")
    if isinstance(goal, (String, Name)):
        names = pikepdf.NameTree(opened.Root.Names.Dests)
        found = names[str(goal)]
        link.Dest = found.D if isinstance(found, Dictionary) else found


def _taken(holder: pikepdf.Object, name: str) -> pikepdf.Object:
    """Take the entry ``name`` off ``holder``."""
    found = holder.get(name, Array())
    if name in holder:
        del holder[name]
    return found
