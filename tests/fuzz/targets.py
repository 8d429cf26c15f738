"""What is fed: readers of what people send, called as the reading process or the web calls them.

A target takes a file and returns; what it raises is a finding. A refusal with its sentence
(``BadInput`` and its like) and a spent memory are answers, anything else is not: the catch-all of
the reading process would turn it into "damaged" without anybody having thought of that file.
"""

import json
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from flows.documents.parsing import work
from flows.documents.reading import make_job
from flows.documents.tables import read_tables
from flows.registry.sheets import read_sheet
from flows.review.kit_file import read_answers
from flows.review.kit_table import answer_of, is_ours
from schemas.document import Document
from schemas.errors import BadInput
from schemas.extraction import Extraction, Finding, Limits

ROOT = Path(__file__).parents[2]
OURS = (ROOT / "flows", ROOT / "schemas")
# Recognition of scans is Tesseract's, a program of its own; and small limits keep a run moving.
LIMITS = Limits(seconds=20, pages=20, recognition=0.0, entries=200, unpacked=64 << 20)
NAMES = ["Зимородкова Анна Львовна", "МБОУ «Школа № 5»"]
SHEET = (595.0, 842.0, (50.0, 50.0, 545.0, 792.0))


class Target(NamedTuple):
    feed: Callable[[Path], None]
    suffixes: tuple[str, ...]


def task(path: Path, name: str, **asked: object) -> dict:
    with tempfile.TemporaryDirectory(prefix="marathon-fuzz-") as desk:
        job = make_job(name, path, Path(desk), LIMITS) | asked
        return sendable(work.TASKS[name](job, Path(desk)))


def sendable(result: dict) -> dict:
    """The result as the parent gets it: JSON in UTF-8, which half of a character cannot be."""
    return json.loads(json.dumps(result, ensure_ascii=False).encode("utf-8"))


def document(path: Path) -> None:
    result = task(path, "read", pictures=True, names=NAMES)
    Extraction.model_validate(result["extraction"])
    Document.model_validate(result["document"])
    for finding in result["findings"]:
        Finding.model_validate(finding)
    keepable(json.dumps(result, ensure_ascii=False))


def pages(path: Path) -> None:
    task(path, "reprint", sheet=SHEET, title="Практика")


def drawing(path: Path) -> None:
    task(path, "render", first=1, limit=2)


def logo(path: Path) -> None:
    task(path, "redraw")


def roster(path: Path) -> None:
    for row in read_sheet(path).rows:
        keepable("".join(row))


def workbook(path: Path) -> None:
    """A roster's or a kit's cells; the sheets that say they are a kit's are read as such.

    By the reading process itself: its library may end it when a cell asks for a terabyte.
    """
    for name, rows in read_tables(path, most=5, rows=200, limits=LIMITS):
        keepable(name + "".join(cell for row in rows for cell in row))
        if is_ours(rows):
            answer_of(name, rows)


def kit(path: Path) -> None:
    for answer in read_answers(path):
        keepable(answer.model_dump_json())


def keepable(text: str) -> None:
    """PostgreSQL keeps no zero characters: the same file must fare alike with both databases."""
    if "\0" in text or "\\u0000" in text:
        raise AssertionError("a zero character got through")


TARGETS = {
    "pdf": Target(document, (".pdf",)),
    "office": Target(document, (".docx", ".odt")),
    "slides": Target(document, (".pptx",)),
    "picture": Target(document, (".jpg", ".png", ".webp")),
    "text": Target(document, (".md",)),
    "pages": Target(pages, (".pdf",)),
    "drawing": Target(drawing, (".pdf",)),
    "logo": Target(logo, (".png", ".jpg")),
    "roster": Target(roster, (".csv",)),
    "workbook": Target(workbook, (".xlsx", ".ods", ".xls")),
    "kit": Target(kit, (".json",)),
}


def finding(name: str, content: bytes) -> tuple[str, str]:
    """Feed a target; return where something other than an answer came from, and its traceback."""
    try:
        fed(name, content)
    except (BadInput, MemoryError, KeyboardInterrupt):
        return "", ""
    except BaseException as error:  # noqa: BLE001 - a library in Rust panics past Exception
        return place_of(error), "".join(traceback.format_exception(error))
    return "", ""


def fed(name: str, content: bytes) -> None:
    """Give ``content`` to a target as a file with the suffix it has among people."""
    target = TARGETS[name]
    with tempfile.TemporaryDirectory(prefix="marathon-fed-") as folder:
        path = Path(folder) / f"file{target.suffixes[0]}"
        path.write_bytes(content)
        target.feed(path)


def place_of(error: BaseException) -> str:
    """The kind of an error and the line of ours it went through, as a name of a file."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [one for one in frames if one.filename.startswith(tuple(map(str, OURS)))]
    last = ours[-1] if ours else frames[-1]
    return f"{type(error).__name__}-{Path(last.filename).stem}-{last.lineno}"
