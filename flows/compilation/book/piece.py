"""A piece of the volume: one tagged PDF made fit for binding.

What belongs to a document as a whole (metadata, bookmarks, output intent) is taken off, since
the volume has its own; what binding needs is laid out in one dictionary ``/Piece`` of the
catalogue: ``/D`` the root element of the structure tree, ``/N`` the numbers of its parent tree,
``/A`` annotations by page, ``/I`` elements by identifier, ``/H`` heading elements, ``/R`` the role
map (ISO 32000-1, 14.7 and 14.8).
"""

import io
import re
from collections.abc import Collection, Iterator, Sequence

import pikepdf
from pikepdf import Array, Dictionary, Name, String

_ROWS = frozenset({"/THead", "/TBody", "/TFoot", "/TR"})
_WITH_HEADINGS = frozenset({"/Document", "/Part", "/Art", "/Sect", "/Div", "/NonStruct"})
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
    identified = _identified(tree)
    _rename(identified, salt)
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
            I=Array(identified),
            H=Array(_headings(document)),
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


def _identified(tree: pikepdf.Object) -> list[pikepdf.Object]:
    """Elements that others name: notes and the heads of tables."""
    if "/IDTree" not in tree:
        return []
    return [element for _, element in sorted(pikepdf.NameTree(tree.IDTree).items())]


def _rename(identified: Sequence[pikepdf.Object], salt: str) -> None:
    """Lead every identifier, and every mention of it in a table's cells, by ``salt``."""
    tables: dict[tuple[int, int], pikepdf.Object] = {}
    for element in identified:
        element.ID = String(f"{salt}-{element.ID}")
        if element.S == Name.TH:
            table = _table_of(element)
            tables[table.objgen] = table
    for table in tables.values():
        for cell in _below(table, _ROWS):
            for attributes in _attributes(cell):
                if "/Headers" in attributes:
                    names = [String(f"{salt}-{name}") for name in attributes.Headers]
                    attributes.Headers = Array(names)


def _table_of(cell: pikepdf.Object) -> pikepdf.Object:
    above = cell.P
    while above.S in _ROWS:
        above = above.P
    return above


def _headings(document: pikepdf.Object) -> list[pikepdf.Object]:
    return [one for one in _below(document, _WITH_HEADINGS) if _HEADING.match(str(one.S))]


def _below(element: pikepdf.Object, open_kinds: Collection[str]) -> Iterator[pikepdf.Object]:
    """The elements under ``element`` in order; only those of ``open_kinds`` are looked into."""
    waiting = [element.get("/K", Array())]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Array):
            waiting += reversed(list(one))
        elif isinstance(one, Dictionary) and "/S" in one:
            if one.S in open_kinds and "/K" in one:
                waiting.append(one.K)
            yield one


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
