"""A piece of the volume: one tagged PDF taken apart for binding.

What belongs to a document as a whole (metadata, bookmarks, output intent, the roots of its pages
and of its structure) is left out: the bound file has its own. Every page names a running head that
the binder draws. What binding has to know of the objects is noted beside them, by their numbers.
"""

import io
import re
from collections.abc import Collection, Iterator, Sequence
from typing import Any, NamedTuple

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from flows.compilation.book.objects import Objects, as_bytes, from_bytes, taken_apart

_ROWS = frozenset({"/THead", "/TBody", "/TFoot", "/TR"})
_OVERLAY = b"\nq Q\n/Artifact <</Type /Pagination>> BDC q /Heads Do Q EMC"
HEADS = "/Heads"
_CATALOGUE = 1
_LISTED = re.compile(rb"/(\w+) \[ ([^\]]*)\]")
_REFERENCE = re.compile(rb"(\d+) 0 R")
Sizes = tuple[tuple[float, float], ...]
"""Width and height of every page, in points."""
Numbers = tuple[int, ...]
"""Objects of a piece, counted from 1."""


class Piece(NamedTuple):
    """``objects`` and which of them is what.

    The binder writes ``root``, the element above all others, and ``parent``, the node above the
    ``pages``; ``heads``, one a page or 0; and ``outer``, whatever else lies outside the piece.
    ``catalogue`` is a number that nobody uses. ``kids`` are the elements under the root, ``leaves``
    pairs of a key of the parent tree and what stands there, ``named`` the elements that have
    identifiers, ``roles`` what kinds of elements stand for.
    """

    objects: Objects
    sizes: Sizes
    root: int
    parent: int
    catalogue: int
    pages: Numbers
    heads: Numbers
    kids: Numbers
    outer: Numbers
    leaves: tuple[tuple[int, int], ...]
    named: tuple[tuple[str, int], ...]
    roles: dict[str, str]

    def packed(self) -> bytes:
        """The piece for keeping."""
        told = self._asdict()
        return as_bytes(told.pop("objects"), told)


def unpacked(kept: bytes) -> Piece:
    """Return the piece that ``Piece.packed`` made bytes of."""
    objects, told = from_bytes(kept)
    told |= {name: tuple(told[name]) for name in ("pages", "heads", "kids", "outer")}
    told |= {name: tuple(map(tuple, told[name])) for name in ("sizes", "leaves", "named")}
    return Piece(objects=objects, **told)


def prepared(pdf: bytes, *, salt: str) -> Piece:
    """Return ``pdf``, tagged, as a piece; ``salt`` keeps its identifiers apart from others'."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        sheaf = Sheaf(opened, salt=salt)
        return sheaf.cut(range(len(opened.pages)))


class Sheaf:
    """A tagged PDF on the way to being a piece."""

    def __init__(self, opened: pikepdf.Pdf, *, salt: str) -> None:
        self.opened = opened
        self.pages = [page.obj for page in opened.pages]
        self.tree = opened.Root.StructTreeRoot
        self.document = _only(self.tree.K)
        self.kids = [self._indirect(kid) for kid in kids_of(self.document)]
        self._identified = _identified(self.tree)
        _rename(self._identified, salt)
        for page in self.pages:
            for link in page.get("/Annots", Array()):
                _resolve(link, opened)

    def cut(self, under_heads: Collection[int], outer: Sequence[pikepdf.Object] = ()) -> Piece:
        """Return the piece: the pages ``under_heads`` get one, ``outer`` objects are left out."""
        sizes = tuple(map(_size, self.opened.pages))
        flat = list(self.tree.ParentTree.Nums)
        keys, leaves = map(int, flat[::2]), map(self._indirect, flat[1::2])
        heads = self._under_heads(under_heads)
        roles = self.tree.get("/RoleMap", Dictionary())
        named = [str(one.ID) for one in self._identified]
        saved = self._saved(
            Pages=[self.opened.Root.Pages],
            Document=[self.document],
            Sheets=self.pages,
            Heads=list(heads.values()),
            Kids=self.kids,
            Outer=outer,
            Leaves=list(leaves),
            Named=self._identified,
        )
        numbers = _numbers(saved)
        lying = dict(zip(heads, numbers["Heads"], strict=True))
        return _noted(
            saved,
            numbers,
            sizes=sizes,
            heads=tuple(lying.get(place, 0) for place in range(len(self.pages))),
            leaves=tuple(zip(keys, numbers["Leaves"], strict=True)),
            named=tuple(zip(named, numbers["Named"], strict=True)),
            roles={kind: str(role) for kind, role in roles.items()},
        )

    def outside(self) -> pikepdf.Object:
        """An object that the binder writes."""
        return self.opened.make_indirect(Dictionary(Type=Name.Outside))

    def _saved(self, **listed: Sequence[pikepdf.Object]) -> bytes:
        """The file with a catalogue of what is ``listed``, and nothing else."""
        for page in self.pages:
            page.Parent = self.opened.Root.Pages
        arrays = {f"/{name}": Array(list(objects)) for name, objects in listed.items()}
        catalogue = Dictionary({"/Type": Name.Catalog, **arrays})
        self.opened.trailer.Root = self.opened.make_indirect(catalogue)
        for holder, name in ((self.document, "/P"), (self.opened.trailer, "/Info")):
            if name in holder:
                del holder[name]
        out = io.BytesIO()
        plain = pikepdf.ObjectStreamMode.disable
        self.opened.save(out, static_id=True, object_stream_mode=plain)
        return out.getvalue()

    def _indirect(self, one: pikepdf.Object) -> pikepdf.Object:
        return one if one.is_indirect else self.opened.make_indirect(one)

    def _under_heads(self, places: Collection[int]) -> dict[int, pikepdf.Object]:
        stroke = self.opened.make_stream(_OVERLAY)
        heads: dict[int, pikepdf.Object] = {place: self.outside() for place in sorted(places)}
        for place, head in heads.items():
            _lay_over(self.pages[place], head, stroke)
        return heads


def _numbers(saved: bytes) -> dict[str, Numbers]:
    """What the catalogue lists; it is the first object that qpdf writes, and holds no words."""
    catalogue = saved[: saved.index(b"endobj")]
    return {
        found[1].decode(): tuple(map(int, _REFERENCE.findall(found[2])))
        for found in _LISTED.finditer(catalogue)
    }


def _noted(saved: bytes, numbers: dict[str, Numbers], **told: Any) -> Piece:  # noqa: ANN401
    without = {_CATALOGUE, *numbers["Document"], *numbers["Pages"], *numbers["Outer"]}
    keys = max((key + 1 for key, _ in told["leaves"]), default=0)
    return Piece(
        objects=taken_apart(saved, keys=keys, without=without.union(numbers["Heads"])),
        root=numbers["Document"][0],
        parent=numbers["Pages"][0],
        catalogue=_CATALOGUE,
        pages=numbers["Sheets"],
        kids=numbers["Kids"],
        outer=numbers["Outer"],
        **told,
    )


def _each(array: pikepdf.Object) -> Iterator[pikepdf.Object]:
    return iter(array)


def _lay_over(page: pikepdf.Object, form: pikepdf.Object, stroke: pikepdf.Object) -> None:
    resources = Dictionary(dict(page.get("/Resources", Dictionary()).items()))
    drawings = Dictionary(dict(resources.get("/XObject", Dictionary()).items()))
    drawings[HEADS] = form
    resources.XObject = drawings
    page.Resources = resources
    contents = page.get("/Contents", Array())
    before = list(contents) if isinstance(contents, Array) else [contents]
    page.Contents = Array([*before, stroke])


def _size(page: pikepdf.Page) -> tuple[float, float]:
    left, bottom, right, top = (float(edge) for edge in page.mediabox)
    return round(right - left, 3), round(top - bottom, 3)


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


def _resolve(link: pikepdf.Object, opened: pikepdf.Pdf) -> None:
    """Write a destination that is named in the document as page and place."""
    goal = link.get("/Dest")
    if isinstance(goal, (String, Name)):
        names = pikepdf.NameTree(opened.Root.Names.Dests)
        found = names[str(goal)]
        link.Dest = found.D if isinstance(found, Dictionary) else found
