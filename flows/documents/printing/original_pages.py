"""A PDF that is printed as its author made it: pages cleaned, scaled into ours and tagged.

Runs in the reading process, since the file may be hostile. Only what is drawn gets over: every
page becomes a form on a page of ours, so scripts, actions, attachments and comments have nowhere
to stay; fields are drawn flat, links to web addresses are written anew. Each page is one figure
with words in its place (PDF/UA-1), below a heading that says the title.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import pikepdf
import pypdfium2  # type: ignore[import-untyped]
from pikepdf import Array, Dictionary, Name, String

from flows.documents.parsing.refusal import Refused
from flows.documents.printing.marks import without_marks
from flows.documents.printing.original_faults import Examination
from flows.documents.printing.originals import PRINTED, Box, Sheet
from schemas.extraction import RejectCode

LOOK_SCALE = 0.5
AIR = 3.0
_PAPER_WHITE = 250
_DARK = bytes(255 if tone < _PAPER_WHITE else 0 for tone in range(256))
"""Which tones are ink: a table, since a picture is put through it in one step."""
_PRESSING: Final = 5
"""Level of zlib's: takes six tenths of the time of its usual 6; pages are longer by a fortieth."""
_FORM_KEYS = {
    "/Type", "/Subtype", "/FormType", "/BBox", "/Matrix", "/Resources", "/Group",
    "/Length", "/Filter", "/DecodeParms",
}  # fmt: skip
_IDLE_KEYS = (
    "/OC", "/OPI", "/Alternates", "/AF", "/Metadata", "/PieceInfo", "/StructParent",
    "/StructParents", "/Interpolate", "/ID",
)  # fmt: skip
_ADDRESS = re.compile(r"(https?://|mailto:)[\x21-\x7e]+$")
_LONGEST_ADDRESS = 2000
# What stands in a damaged file where something else belongs: qpdf hands over anything at all.
_ODD = (
    *(pikepdf.PdfError, pypdfium2.PdfiumError),
    *(AttributeError, TypeError, ValueError, KeyError, IndexError, ZeroDivisionError),
)


def do(job: dict[str, Any], directory: Path) -> dict[str, Any]:
    """Print the file of a job into the job's directory."""
    width, height, room = job["sheet"]
    sheet = Sheet(width, height, tuple(room))
    most = job["limits"]["pages"]
    target = directory / PRINTED
    pikepdf.settings.set_flate_compression_level(_PRESSING)
    try:
        return reprint(Path(job["path"]), target, title=job["title"], sheet=sheet, most=most)
    except _ODD as error:
        raise Refused(RejectCode.DAMAGED) from error


def reprint(path: Path, target: Path, *, title: str, sheet: Sheet, most: int) -> dict[str, Any]:
    """Write the pages of ``path`` as ``target``; return their number and what is wrong with them.

    Raises ``Refused`` for a file without pages, with more than ``most``, or with hidden layers.
    """
    inks = _inks(path, most)
    with pikepdf.open(path) as opened, pikepdf.new() as made:
        _require_layers_shown(opened)
        examination = Examination(opened)
        _flatten(opened)
        book = _Reprint(made, title, sheet)
        crop = _common(inks)
        for page, ink in zip(opened.pages, inks, strict=True):
            book.add(page, crop or ink or (0.0, 0.0, 1.0, 1.0), examination)
        book.finish()
        # Read at once and taken apart for binding: small objects are not worth packing here.
        made.save(target, static_id=True, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return {"pages": len(inks), "faults": examination.faults(), "unread": examination.unread()}


def _inks(path: Path, most: int) -> list[Box | None]:
    """What is printed on each page, as it is shown; None for an empty page."""
    document = pypdfium2.PdfDocument(path)
    try:
        if not len(document):
            raise Refused(RejectCode.EMPTY)
        if len(document) > most:
            raise Refused(RejectCode.TOO_MANY_PAGES)
        return [_ink(page) for page in document]
    finally:
        document.close()


def _ink(page: pypdfium2.PdfPage) -> Box | None:
    picture = page.render(scale=LOOK_SCALE, grayscale=True).to_pil()
    found = picture.point(_DARK).getbbox()
    if found is None:
        return None
    left, top, right, bottom = (edge / LOOK_SCALE for edge in found)
    height = page.get_height()
    return left - AIR, height - bottom - AIR, right + AIR, height - top + AIR


def _common(inks: Sequence[Box | None]) -> Box | None:
    """One frame for all pages, so that the size of letters does not jump from page to page."""
    found = [ink for ink in inks if ink is not None]
    if not found:
        return None
    lefts, bottoms, rights, tops = zip(*found, strict=True)
    return min(lefts), min(bottoms), max(rights), max(tops)


def _require_layers_shown(opened: pikepdf.Pdf) -> None:
    """Layers are no part of a printed page; a file that hides some would print them."""
    shown = opened.Root.get("/OCProperties", Dictionary()).get("/D", Dictionary())
    if len(shown.get("/OFF", Array())) or shown.get("/BaseState", Name.ON) == Name.OFF:
        raise Refused(RejectCode.DAMAGED)


def _flatten(opened: pikepdf.Pdf) -> None:
    """Draw the fields of forms as they look; drop every other annotation but links."""
    for page in opened.pages:
        annotations = page.obj.get("/Annots", Array())
        kept = [one for one in annotations if one.get("/Subtype") in {Name.Widget, Name.Link}]
        if any(_is_undrawn(one) for one in kept):
            raise Refused(RejectCode.DAMAGED)
        page.obj.Annots = Array(kept)
    if "/AcroForm" in opened.Root:
        opened.Root.AcroForm.NeedAppearances = False
        opened.flatten_annotations("screen")


def _is_undrawn(annotation: pikepdf.Object) -> bool:
    """A filled field that says what stands in it, but not how it looks: print would lose it."""
    is_filled = str(annotation.get("/V", "")) not in {"", "/Off"}
    return annotation.Subtype == Name.Widget and is_filled and "/AP" not in annotation


class _Reprint:
    """The file that is being made, with its structure tree."""

    def __init__(self, made: pikepdf.Pdf, title: str, sheet: Sheet) -> None:
        self.made = made
        self.title = title
        self.sheet = sheet
        self.document = made.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Document))
        self.kids: list[pikepdf.Object] = []
        self.numbers: list[list[pikepdf.Object]] = []
        self.links: list[tuple[pikepdf.Object, pikepdf.Object]] = []
        self._cleaned: set[tuple[int, int]] = set()

    def add(self, page: pikepdf.Page, crop: Box, examination: Examination) -> None:
        for name in ("/TrimBox", "/BleedBox", "/ArtBox"):
            if name in page.obj:
                del page.obj[name]
        form = page.as_form_xobject()
        self._clean(form, examination)
        scale, left, bottom = self._placement(form, crop)
        ours = self.made.add_blank_page(page_size=(self.sheet.width, self.sheet.height))
        drawing = f"q {_clip(self.sheet.room)} {scale:.6f} 0 0 {scale:.6f} {left:.4f} {bottom:.4f} cm /P Do Q"
        ours.obj.Resources = Dictionary(XObject=Dictionary(P=self.made.copy_foreign(form)))
        self._tag(ours, drawing)
        ours.obj.Tabs = Name.S
        for link in page.obj.get("/Annots", Array()):
            self._link(link, _moved(form, link.Rect), ours, (scale, left, bottom))

    def _tag(self, ours: pikepdf.Page, drawing: str) -> None:
        first = not self.numbers
        elements = [self._heading(ours)] if first else []
        figure = self._figure(ours, len(elements))
        opening = "/H1 <</MCID 0>> BDC EMC\n" if first else ""
        content = f"{opening}/Figure <</MCID {len(elements)}>> BDC\n{drawing}\nEMC"
        ours.obj.Contents = self.made.make_stream(content.encode())
        ours.obj.StructParents = len(self.numbers)
        self.numbers.append([*elements, figure])
        self.kids += [*elements, figure]

    def _element(self, kind: str, page: pikepdf.Page, **more: Any) -> pikepdf.Object:  # noqa: ANN401
        own = Dictionary(Type=Name.StructElem, S=Name(kind), P=self.document, Pg=page.obj, **more)
        return self.made.make_indirect(own)

    def _heading(self, page: pikepdf.Page) -> pikepdf.Object:
        words = String(self.title)
        return self._element("/H1", page, K=0, T=words, ActualText=words)

    def _figure(self, page: pikepdf.Page, mark: int) -> pikepdf.Object:
        words = String(f"Страница {len(self.numbers) + 1} статьи «{self.title}»")
        layout = Dictionary(O=Name.Layout, BBox=Array([*self.sheet.room]), Placement=Name.Block)
        return self._element("/Figure", page, K=mark, Alt=words, A=layout)

    def _placement(self, form: pikepdf.Object, crop: Box) -> tuple[float, float, float]:
        """Scale and shift that put what is printed into the middle of the room's top."""
        shown = _moved(form, form.BBox)
        left, bottom, right, top = self.sheet.room
        width, height = crop[2] - crop[0], crop[3] - crop[1]
        scale = min((right - left) / width, (top - bottom) / height, 1.0)
        x = left + (right - left - width * scale) / 2 - (shown[0] + crop[0]) * scale
        y = top - (shown[1] + crop[3]) * scale
        return scale, x, y

    def _link(
        self,
        link: pikepdf.Object,
        edges: Box,
        ours: pikepdf.Page,
        placed: tuple[float, float, float],
    ) -> None:
        address = _address(link)
        if not address:
            return
        scale, left, bottom = placed
        rect = [
            round(edge * scale + (bottom if place % 2 else left), 3)
            for place, edge in enumerate(edges)
        ]
        made = self.made.make_indirect(
            Dictionary(
                Type=Name.Annot, Subtype=Name.Link, Rect=Array(rect), Border=Array([0, 0, 0]),
                F=4, Contents=String(address),
                A=Dictionary(Type=Name.Action, S=Name.URI, URI=String(address)),
            )
        )  # fmt: skip
        reference = Dictionary(Type=Name.OBJR, Obj=made, Pg=ours.obj)
        element = self._element("/Link", ours, K=Array([reference]))
        self.kids.append(element)
        self.links.append((made, element))
        ours.obj.Annots = Array([*ours.obj.get("/Annots", Array()), made])

    def _clean(self, form: pikepdf.Object, examination: Examination) -> None:
        """Strip a form and everything it draws of marks and of what is not drawing."""
        waiting = [form]
        while waiting:
            one = waiting.pop()
            for name in [str(key) for key, _ in one.items() if key not in _FORM_KEYS]:
                del one[name]
            one.write(without_marks(one, examination.hear))
            resources = one.get("/Resources", Dictionary())
            examination.look(resources)
            waiting += self._forms_in(resources)

    def _forms_in(self, resources: pikepdf.Object) -> Iterator[pikepdf.Object]:
        if "/Properties" in resources:
            del resources["/Properties"]
        drawings = resources.get("/XObject", Dictionary())
        for name, drawing in list(drawings.items()):
            kind = drawing.get("/Subtype")
            for key in _IDLE_KEYS:
                if key in drawing:
                    del drawing[key]
            if kind == Name.Form and drawing.objgen not in self._cleaned:
                self._cleaned.add(drawing.objgen)
                yield drawing
            elif kind not in {Name.Form, Name.Image}:
                del drawings[name]

    def finish(self) -> None:
        made = self.made
        tree = made.make_indirect(Dictionary(Type=Name.StructTreeRoot, K=Array([self.document])))
        self.document.P = tree
        self.document.K = Array(self.kids)
        numbers: list[Any] = []
        for key, elements in enumerate(self.numbers):
            numbers += [key, Array(elements)]
        for key, (link, element) in enumerate(self.links, start=len(self.numbers)):
            link.StructParent = key
            numbers += [key, element]
        tree.ParentTree = made.make_indirect(Dictionary(Nums=Array(numbers)))
        made.Root.StructTreeRoot = tree


def _moved(form: pikepdf.Object, edges: Any) -> Box:  # noqa: ANN401 - an array of numbers
    """The rectangle ``edges`` of a page as it lies once the form's own matrix is applied."""
    matrix = pikepdf.Matrix(form.get("/Matrix", Array([1, 0, 0, 1, 0, 0])))
    frame: Any = matrix.transform(pikepdf.Rectangle(*(float(edge) for edge in edges)))
    return float(frame.llx), float(frame.lly), float(frame.urx), float(frame.ury)


def _clip(room: Box) -> str:
    left, bottom, right, top = room
    return f"{left:.3f} {bottom:.3f} {right - left:.3f} {top - bottom:.3f} re W n"


def _address(link: pikepdf.Object) -> str:
    action = link.get("/A", Dictionary())
    if link.get("/Subtype") != Name.Link or action.get("/S") != Name.URI:
        return ""
    address = str(action.get("/URI", ""))
    return address if len(address) <= _LONGEST_ADDRESS and _ADDRESS.match(address) else ""
