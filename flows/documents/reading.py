"""Reading authors' files: whatever the file does, the caller gets an answer.

``read`` gives structure, text and pictures; ``extract`` only the verdict and the counts. Both
run the parsers in a process of their own (``child``) under ``Limits``; a file that is damaged,
hostile or too heavy comes back as ``rejected`` with a code, never as an exception.
"""

import json
import os
import signal
import tempfile
import time
from pathlib import Path
from typing import Any

from flows.documents.parsing.readers import Fate, Job, Readers, shared_readers
from flows.documents.parsing.refusal import Refused
from schemas.base import Schema
from schemas.document import Document
from schemas.errors import Unavailable
from schemas.extraction import Extraction, Finding, Limits, RejectCode

RESULT = "result.json"
IMAGES = "images"
OUT_OF_MEMORY = 2
OUT_OF_TIME = -signal.SIGXCPU
# PDFium ends itself by one of these when an allocation fails; so does a program that is broken
# by its input. The memory used tells the two apart.
CRASHES = (-signal.SIGABRT, -signal.SIGTRAP, -signal.SIGILL, -signal.SIGSEGV, -signal.SIGBUS)
MEMORY_SHARE = 0.4
# The limits that are kept from outside; nothing we read starts more than a few programs.
ENDS = {
    "timeout": RejectCode.TIMEOUT,
    "memory": RejectCode.MEMORY,
    "output": RejectCode.TOO_LARGE,
    "processes": RejectCode.DAMAGED,
}
DEFAULT_LIMITS = Limits()
MOST_RECOGNITION = 0.85  # of the seconds of a reading that is not the last one
MOST_STALLED = 2  # readings that recognised no further page


class Reading(Schema):
    """A file as read; ``images`` maps the names of pictures to files in the given directory."""

    extraction: Extraction
    document: Document = Document(blocks=())
    text: str = ""
    images: dict[str, Path] = {}
    findings: tuple[Finding, ...] = ()

    @property
    def rejected(self) -> bool:
        return self.extraction.status == "rejected"


def read(
    path: Path,
    *,
    directory: Path,
    limits: Limits = DEFAULT_LIMITS,
    names: tuple[str, ...] = (),
    patience: float = 0.0,
    readers: Readers | None = None,
) -> Reading:
    """Read a file into ``directory`` (made if missing); ``names`` are looked for in the text.

    A long scan cannot be recognised within the limits of one reading: for up to ``patience``
    seconds it is read again, each reading going on with the pages the last one left.

    Raises ``Unavailable`` only when the installation fails: no disk space, no process.
    """
    directory.mkdir(parents=True, exist_ok=True)
    job = make_job("read", path, directory, limits) | {"pictures": True, "names": list(names)}
    result, extraction = carry_out(job, readers)
    if patience and result.get("unrecognised", 0):
        recognise_rest(job, result["unrecognised"], patience, readers)
        job["limits"] = limits.model_copy(update={"recognition": 0.0}).model_dump()
        result, extraction = carry_out(job, readers)
    if extraction.status == "rejected":
        return Reading(extraction=extraction)
    try:
        images = {n: left_in(directory / IMAGES, file) for n, file in result["images"].items()}
    except Refused as refused:
        return Reading(extraction=rejection(job, refused.reason, extraction.seconds))
    return Reading(
        extraction=extraction,
        document=Document.model_validate(result["document"]),
        text=result["text"],
        images=images,
        findings=tuple(Finding.model_validate(finding) for finding in result["findings"]),
    )


def recognise_rest(job: Job, left: int, patience: float, readers: Readers | None) -> None:
    """Read on until every page is recognised, no page is any more, or patience is over."""
    limits = {**job["limits"], "recognition": MOST_RECOGNITION}
    end, stalled = time.monotonic() + patience, 0
    while left and stalled < MOST_STALLED and time.monotonic() < end:
        result, _ = carry_out({**job, "limits": limits}, readers)
        before, left = left, result.get("unrecognised", left)
        stalled = 0 if left < before else stalled + 1


def extract(
    path: Path, *, limits: Limits = DEFAULT_LIMITS, readers: Readers | None = None
) -> Extraction:
    """Tell what a file holds or why it cannot be used; leaves nothing on disk."""
    with tempfile.TemporaryDirectory(prefix="marathon-extract-") as directory:
        job = make_job("read", path, Path(directory), limits) | {"pictures": False, "names": []}
        return carry_out(job, readers)[1]


def make_job(task: str, path: Path, directory: Path, limits: Limits) -> Job:
    return {
        "task": task,
        "path": str(path.resolve()),
        "name": os.fsencode(path).decode("utf-8", "replace"),
        "directory": str(directory.resolve()),
        "limits": limits.model_dump(),
    }


def carry_out(job: Job, readers: Readers | None) -> tuple[dict[str, Any], Extraction]:
    """Return the raw result of a reading job and its verdict with the time it took."""
    started = time.perf_counter()
    result = attempt(job, readers)
    seconds = round(time.perf_counter() - started, 3)
    if "reason" in result:
        return result, rejection(job, RejectCode(result["reason"]), seconds)
    extraction = Extraction.model_validate({**result["extraction"], "seconds": seconds})
    return result, extraction


def rejection(job: Job, reason: RejectCode, seconds: float | None) -> Extraction:
    return Extraction(file=job["name"], status="rejected", reason=reason, seconds=seconds)


def attempt(job: Job, readers: Readers | None = None) -> dict[str, Any]:
    """Return what the reading process left, or the reason why it left nothing."""
    path, output = Path(job["path"]), Path(job["directory"]) / RESULT
    if not path.is_file():
        return {"reason": RejectCode.NOT_FOUND}
    output.unlink(missing_ok=True)
    fate = (readers or shared_readers()).do(job)
    if fate["end"] != "ended" or fate["code"]:
        return {"reason": reason_of(fate, job["limits"]["memory"])}
    if not is_plain(output):
        return {"reason": RejectCode.DAMAGED}
    result: dict[str, Any] = json.loads(output.read_text("utf-8"))
    output.unlink()
    if "storage" in result:
        raise Unavailable("На сервере не хватает места для чтения файла. Попробуйте позже.")
    return result


def left_in(folder: Path, name: str) -> Path:
    """Return a file that a reading process has left in ``folder``.

    Its word is not taken for more: a name that leads elsewhere raises ``Refused``.
    """
    if Path(name).name != name or not is_plain(folder / name):
        raise Refused(RejectCode.DAMAGED)
    return folder / name


def is_plain(path: Path) -> bool:
    """Whether there is a file and no link, which would lead to any file of the machine."""
    return path.is_file() and not path.is_symlink()


def reason_of(fate: Fate, memory: int) -> RejectCode:
    """Tell why a reader died: its time, its memory, or the file itself."""
    if fate["end"] in ENDS:
        return ENDS[fate["end"]]
    if fate["code"] == OUT_OF_TIME:
        return RejectCode.TIMEOUT
    if fate["code"] in (OUT_OF_MEMORY, -signal.SIGKILL):
        return RejectCode.MEMORY
    is_heavy = fate["kilobytes"] * 1024 > MEMORY_SHARE * memory
    return RejectCode.MEMORY if is_heavy and fate["code"] in CRASHES else RejectCode.DAMAGED
