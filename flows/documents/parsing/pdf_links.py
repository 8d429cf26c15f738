"""Addresses behind the words of a PDF page; only those a reader may follow are kept."""

import ctypes
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import pypdfium2.raw as pdfium  # type: ignore[import-untyped]  # generated bindings
from pypdfium2 import PdfPage

from flows.documents.parsing.pdf_lines import Box, Line, Run

ALLOWED = re.compile(r"(https?://|mailto:)\S+$", re.IGNORECASE)
ADDRESS_ROOM = 2048
MOST_LINKS = 500  # on a page

BoxOf = Callable[[int], Box]


def page_links(page: PdfPage) -> Iterator[tuple[Box, str]]:
    """Yield the box and the address of every link on a page."""
    position, link = ctypes.c_int(0), pdfium.FPDF_LINK()
    for _ in range(MOST_LINKS):
        if not pdfium.FPDFLink_Enumerate(page, position, link):
            return
        address = link_address(page, link)
        shape = pdfium.FS_RECTF()
        if ALLOWED.match(address) and pdfium.FPDFLink_GetAnnotRect(link, shape):
            yield (shape.left, shape.bottom, shape.right, shape.top), address


def link_address(page: PdfPage, link: object) -> str:
    action = pdfium.FPDFLink_GetAction(link)
    if not action:
        return ""
    room = ctypes.create_string_buffer(ADDRESS_ROOM)
    length = pdfium.FPDFAction_GetURIPath(page.pdf, action, room, ADDRESS_ROOM)
    return room.raw[: max(0, min(length, ADDRESS_ROOM) - 1)].decode("utf-8", "replace")


def tie_links(lines: Sequence[Line], links: Sequence[tuple[Box, str]], box_of: BoxOf) -> list[Line]:
    """Give the words inside a link's box its address; ``box_of`` knows a character's box."""
    if not links:
        return list(lines)
    return [tie_line(line, links, box_of) for line in lines]


def tie_line(line: Line, links: Sequence[tuple[Box, str]], box_of: BoxOf) -> Line:
    near = [entry for entry in links if entry[0][1] <= line.middle <= entry[0][3]]
    if not near:
        return line
    runs: list[Run] = []
    start = line.start
    for run in line.runs:
        word = len(run.text.rstrip())
        address = address_at(near, box_of(start + word // 2)) if word else None
        runs.append(replace(run, link=address) if address else run)
        start += len(run.text)
    return replace(line, runs=tuple(runs))


def address_at(links: Sequence[tuple[Box, str]], box: Box) -> str | None:
    middle = (box[0] + box[2]) / 2
    return next((address for place, address in links if place[0] <= middle <= place[2]), None)
