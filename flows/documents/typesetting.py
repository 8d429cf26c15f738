"""Typesetting: data and pictures in, PDF out, by a Typst template of ours.

What people wrote reaches Typst as JSON only and is never read as markup; the one exception is
mathematics, which ``flows.documents.formulas`` filters first. Each run has a fresh folder as
its root that holds nothing but the templates, the data and copies of the pictures, sees no
system fonts, and has a clock that stands still, so the same input gives the same bytes.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from flows.documents import designs
from schemas.design import Look
from schemas.errors import MarathonError

TEMPLATES = Path(__file__).parent / "templates"
FONTS = TEMPLATES / "fonts"
ARCHIVAL = ("a-2a", "ua-1")
"""PDF/A-2a and PDF/UA-1 at once: archival, tagged, readable aloud."""
PLAIN_ARCHIVAL = ("a-2b",)
TIME_LIMIT = 900.0


class NotTypeset(MarathonError):
    """``reason`` is Typst's own message, for the log."""

    code = "not_typeset"

    def __init__(self, reason: str) -> None:
        super().__init__("Документ не удалось сверстать: упростите его оформление и повторите.")
        self.reason = reason


class Job(NamedTuple):
    """One PDF to make. ``main`` and ``output`` are names inside the bench's root."""

    main: str
    output: str
    inputs: Mapping[str, str] = {}
    standards: Sequence[str] = ARCHIVAL


class Bench:
    """A root folder with the templates, one set of data and its pictures."""

    def __init__(self, root: Path, *, timestamp: int = 0) -> None:
        self.root = root
        self._timestamp = timestamp

    def lay(self, data: Mapping[str, Any], name: str = "data.json") -> None:
        """Put ``data`` where a template reads it."""
        text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
        (self.root / name).write_text(text, encoding="utf-8")

    def add(self, name: str, source: Path) -> None:
        """Copy the picture ``source`` in; links are followed here, never by Typst."""
        target = self.root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)

    def run(self, jobs: Sequence[Job]) -> list[str | None]:
        """Do every job; the answer holds None for success, a message for failure.

        A job that kills the child costs that job only: the rest go on in a new child.
        """
        answers: list[str | None] = []
        while len(answers) < len(jobs):
            done = self._child(jobs[len(answers) :])
            answers += done
            if len(answers) < len(jobs):
                answers.append("the typesetting process ended before its work did")
        return answers

    def pdf(self, job: Job) -> bytes:
        """Run one job and return its bytes; ``NotTypeset`` if there are none."""
        reason = self.run([job])[0]
        if reason is not None:
            raise NotTypeset(reason)
        return (self.root / job.output).read_bytes()

    def _child(self, jobs: Sequence[Job]) -> list[str | None]:
        request = {
            "root": str(self.root),
            "fonts": [str(FONTS)],
            "timestamp": self._timestamp,
            "jobs": [self._as_told(job) for job in jobs],
        }
        try:
            child = subprocess.run(
                [sys.executable, "-m", "flows.documents.typesetter"],
                input=json.dumps(request),
                capture_output=True,
                text=True,
                timeout=TIME_LIMIT,
                check=False,
            )
            said = child.stdout
        except subprocess.TimeoutExpired as late:
            said = late.stdout.decode() if isinstance(late.stdout, bytes) else ""
        return [json.loads(line) for line in said.splitlines() if line]

    def _as_told(self, job: Job) -> dict[str, Any]:
        return {
            "main": str(self.root / job.main),
            "output": str(self.root / job.output),
            "inputs": dict(job.inputs),
            "standards": list(job.standards),
        }


PLAIN = Look()


@contextmanager
def bench(
    *,
    timestamp: int = 0,
    templates: Path | None = None,
    design: Look = PLAIN,
    logo: Path | None = None,
) -> Iterator[Bench]:
    """Open a bench in a temporary folder with our templates (and those of ``templates``).

    ``design`` is the look of everything set on it; ``logo`` a checked PNG or JPEG picture.
    """
    with tempfile.TemporaryDirectory(prefix="typesetting-") as folder:
        root = Path(folder).resolve()
        for source in (TEMPLATES, templates):
            for template in sorted(source.glob("*.typ")) if source else ():
                shutil.copyfile(template, root / template.name)
        table = Bench(root, timestamp=timestamp)
        mark = f"logo{logo.suffix}" if logo else ""
        table.lay(designs.as_data(design, logo=mark), "design.json")
        if logo:
            table.add(mark, logo)
        yield table


def typeset(
    template: str,
    data: Mapping[str, Any],
    files: Mapping[str, Path] | None = None,
    *,
    templates: Path | None = None,
    standards: Sequence[str] = ARCHIVAL,
    timestamp: int = 0,
) -> bytes:
    """Return the PDF that ``template`` makes of ``data``.

    ``template`` is a file name in ``flows/documents/templates`` or in ``templates``; it reads
    ``json("data.json")``. ``files`` maps names inside the root to pictures. ``timestamp`` is
    the document's date in seconds since 1970.
    """
    with bench(timestamp=timestamp, templates=templates) as table:
        table.lay(data)
        for name, source in (files or {}).items():
            table.add(name, source)
        return table.pdf(Job(template, "out.pdf", standards=standards))
