"""What keeps a PDF of an author's from being archived: found while its pages are read.

Only a file that says itself that it is PDF/A is believed to be it, and only if nothing here speaks
against it (ISO 19005-2: 6.2.4 colour, 6.2.5 graphics state, 6.2.11 fonts). Whether letters can be
read aloud or copied is a question of its own: fonts must map them to Unicode.
"""

from collections.abc import Sequence
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

NOT_DECLARED = "файл не объявлен как PDF/A"
_NOT_EMBEDDED = "не внедрён шрифт {name}"
_CMYK = "цвета CMYK"
_TRANSFER = "передаточные функции печати"
_MOST_TOLD = 4
_FILES = ("/FontFile", "/FontFile2", "/FontFile3")
_CMYK_OPERATORS = {"k", "K"}
_SPACE_OPERATORS = {"cs", "CS"}


class Examination:
    """Faults of one file, gathered from its resources and the operators of its pages."""

    def __init__(self, opened: pikepdf.Pdf) -> None:
        self._found: dict[str, None] = {} if _is_declared(opened) else {NOT_DECLARED: None}
        self._unread: dict[str, None] = {}
        self._seen: set[tuple[int, int]] = set()

    def faults(self) -> list[str]:
        """Why the file cannot be called archival, in Russian; empty if it can."""
        return list(self._found)[:_MOST_TOLD]

    def unread(self) -> list[str]:
        """Names of fonts whose letters cannot be told."""
        return list(self._unread)[:_MOST_TOLD]

    def hear(self, operator: str, operands: Sequence[Any]) -> None:
        """Note what an operator of a content stream asks for."""
        is_space = operator in _SPACE_OPERATORS and operands and operands[0] == Name.DeviceCMYK
        if operator in _CMYK_OPERATORS or is_space:
            self._found[_CMYK] = None

    def look(self, resources: pikepdf.Object) -> None:
        """Note what is wrong with fonts, pictures and graphics states."""
        for font in _values(resources, "/Font"):
            self._font(font)
        for drawing in _values(resources, "/XObject"):
            self._space(drawing.get("/ColorSpace"))
        for space in _values(resources, "/ColorSpace"):
            self._space(space)
        for state in _values(resources, "/ExtGState"):
            if "/TR" in state or state.get("/TR2", Name.Default) != Name.Default:
                self._found[_TRANSFER] = None

    def _font(self, font: pikepdf.Object) -> None:
        if font.objgen in self._seen and font.is_indirect:
            return
        self._seen.add(font.objgen)
        name = str(font.get("/BaseFont", "/?"))[1:].rsplit("+", maxsplit=1)[-1]
        if "/ToUnicode" not in font:
            self._unread[name] = None
        if font.get("/Subtype") != Name.Type3 and not _is_embedded(font):
            self._found[_NOT_EMBEDDED.format(name=name)] = None

    def _space(self, space: pikepdf.Object | None) -> None:
        base = space[0] if isinstance(space, Array) and len(space) else space
        if base == Name.DeviceCMYK:
            self._found[_CMYK] = None
        elif base in {Name.Indexed, Name.Pattern, Name.Separation, Name.DeviceN} and isinstance(
            space, Array
        ):
            for part in list(space)[1:3]:
                if isinstance(part, (Name, Array)):
                    self._space(part)


def _is_embedded(font: pikepdf.Object) -> bool:
    inner = font.get("/DescendantFonts", Array())
    descriptor = (inner[0] if len(inner) else font).get("/FontDescriptor", Dictionary())
    return any(name in descriptor for name in _FILES)


def _is_declared(opened: pikepdf.Pdf) -> bool:
    if not isinstance(opened.Root.get("/Metadata"), Stream):
        return False
    with opened.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as meta:
        return bool(meta.pdfa_status)


def _values(resources: pikepdf.Object, kind: str) -> list[pikepdf.Object]:
    found = resources.get(kind, Dictionary())
    return [one for _, one in found.items()] if isinstance(found, Dictionary) else []
