"""Typesetting: data and pictures in, PDF out, by a Typst template of ours.

What people wrote reaches Typst as JSON only and is never read as markup; the one exception is
mathematics, which ``flows.documents.printing.formulas`` filters first. Each run has a fresh folder as
its root that holds nothing but the templates, the data and copies of the pictures, sees no
system fonts, and has a clock that stands still, so the same input gives the same bytes.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from itertools import chain, count
from pathlib import Path
from queue import SimpleQueue
from threading import Timer
from typing import IO, Any, NamedTuple, cast

from flows.documents.parsing.readers import quiet_environment
from flows.documents.printing import designs
from schemas.design import Look
from schemas.errors import MarathonError

TEMPLATES = Path(__file__).parent / "templates"
FONTS = TEMPLATES / "fonts"
ARCHIVAL = ("a-2a", "ua-1")
"""PDF/A-2a and PDF/UA-1 at once: archival, tagged, readable aloud."""
PLAIN_ARCHIVAL = ("a-2b",)
PLAIN = Look()
DIED = "the typesetting process ended before its work did"
JOBS_A_CHILD = 200
"""Then a new one: what a process has learnt of one document is of little use to the next."""
_KEEPING = {"MALLOC_TRIM_THRESHOLD_": "1000000000", "MALLOC_TOP_PAD_": "67108864"}
"""Memory is kept for the next job instead of being given back to the system after each."""
_ONE_OF_SEVERAL = {"RAYON_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "1"}
"""Children side by side keep the cores busy: threads in each would only wait for one another."""
Told = Callable[[int, str | None], None]


class NotTypeset(MarathonError):
    """``reason`` is Typst's own message, for the log."""

    code = "not_typeset"

    def __init__(self, reason: str) -> None:
        super().__init__("Документ не удалось сверстать: упростите его оформление и повторите.")
        self.reason = reason


class Job(NamedTuple):
    """One PDF to make. ``main`` and ``output`` are names inside the bench's root.

    ``inputs`` are words that the template finds in the dictionary ``inputs``.

    Without ``tags`` nothing is there for reading aloud: for pages that are laid over others.
    """

    main: str
    output: str
    inputs: Mapping[str, str] = {}
    standards: Sequence[str] = ARCHIVAL
    tags: bool = True


class Allowance(NamedTuple):
    """``seconds`` is what one job may take, ``memory`` what its child may address, in bytes."""

    seconds: float = 900.0
    memory: int = 6 * 1024**3


PROBE = 64 * 1024
GENEROUS = Allowance()
"""For a whole volume's front and papers of ours."""


class Bench:
    """A root folder with the templates, data and pictures."""

    def __init__(self, root: Path, *, timestamp: int = 0) -> None:
        self.root = root
        self._timestamp = timestamp
        self._numbers = count(1)
        self._staffs: dict[tuple[int, Allowance], list[Child]] = {}

    def lay(self, data: Mapping[str, Any], name: str = "data.json") -> None:
        """Put ``data`` where a template reads it."""
        text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
        (self.root / name).write_text(text, encoding="utf-8")

    def add(self, name: str, source: Path) -> None:
        """Copy the picture ``source`` in; links are followed here, never by Typst."""
        target = self.root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)

    def run(
        self,
        jobs: Iterable[Job],
        *,
        children: int = 1,
        allowance: Allowance = GENEROUS,
        told: Told = lambda _place, _reason: None,
    ) -> list[str | None]:
        """Do every job; the answer holds None for success, a message for failure.

        The first are done while later ones are still asked for. A job that kills its child costs that job only: the rest go on in a new one. ``told``
        hears the place of each job that is over and its answer, in the caller's thread.
        """
        idle: SimpleQueue[Child] = SimpleQueue()
        staff = self._staff(children, allowance)
        for child in staff:
            idle.put(child)

        def do(job: Job) -> str | None:
            child = idle.get()
            try:
                reason = child.do(self._as_told(job))
            finally:
                idle.put(child)
            if reason is not None:
                require_room(self.root)
            return reason

        return _in_turn(jobs, do, len(staff), told)

    def _staff(self, children: int, allowance: Allowance) -> list["Child"]:
        """The processes for such work: they stay, since starting one takes as long as a job."""
        known = self._staffs.get((children, allowance))
        if known is None:
            setup = self._setup(allowance.memory)
            habits = _KEEPING if children == 1 else _KEEPING | _ONE_OF_SEVERAL
            known = [Child(setup, allowance.seconds, habits) for _ in range(children)]
            self._staffs[children, allowance] = known
        return known

    def close(self) -> None:
        """End every process."""
        for child in chain.from_iterable(self._staffs.values()):
            child.end()

    def pdf(self, job: Job) -> bytes:
        """Run one job and return its bytes; ``NotTypeset`` if there are none."""
        reason = self.run([job])[0]
        if reason is not None:
            raise NotTypeset(reason)
        return (self.root / job.output).read_bytes()

    def _setup(self, memory: int) -> dict[str, Any]:
        return {
            "root": str(self.root),
            "fonts": [str(FONTS)],
            "timestamp": self._timestamp,
            "memory": memory,
        }

    def _as_told(self, job: Job) -> dict[str, Any]:
        return {
            "main": str(self._main(job)),
            "output": str(self.root / job.output),
            "standards": list(job.standards),
            "tags": job.tags,
        }

    def _main(self, job: Job) -> Path:
        """Write the job's template with the job's inputs before it.

        Typst has inputs of its own, but when they change it forgets what it has learnt of the
        templates and of everything alike in the papers it has set: twice the time for each.
        """
        inputs = [f"{name}: {json.dumps(value)}, " for name, value in sorted(job.inputs.items())]
        template = (self.root / job.main).read_text(encoding="utf-8")
        main = self.root / f"main-{next(self._numbers)}.typ"
        main.write_text(f"#let inputs = ({''.join(inputs) or ':'})\n{template}", encoding="utf-8")
        return main


def _in_turn(
    jobs: Iterable[Job], do: Callable[[Job], str | None], children: int, told: Told
) -> list[str | None]:
    over: SimpleQueue[int] = SimpleQueue()
    work: list[Future[str | None]] = []
    heard = 0

    def hear() -> None:
        nonlocal heard
        heard += 1
        place = over.get()
        told(place, work[place].result())

    with ThreadPoolExecutor(children) as pool:
        for place, job in enumerate(jobs):
            work.append(pool.submit(do, job))
            work[place].add_done_callback(lambda _, place=place: over.put(place))  # type: ignore[misc]
            while not over.empty():
                hear()
        while heard < len(work):
            hear()
    return [one.result() for one in work]


def require_room(folder: Path) -> None:
    """Raises ``OSError`` where the disk is full: then nothing is wrong with what was to be set."""
    probe = folder / "probe"
    try:
        probe.write_bytes(bytes(PROBE))
    finally:
        probe.unlink(missing_ok=True)


class Child:
    """A process with Typst in it, started when there is work and again after its death."""

    def __init__(self, setup: Mapping[str, Any], seconds: float, habits: Mapping[str, str]) -> None:
        self._setup = json.dumps(setup)
        self._seconds = seconds
        self._habits = habits
        self._process: subprocess.Popen[str] | None = None
        self._done = 0

    def do(self, job: Mapping[str, Any]) -> str | None:
        """None when the job is done, else why it is not."""
        process = self._ready()
        alarm = Timer(self._seconds, process.kill)
        alarm.start()
        try:
            answer = _asked(process, json.dumps(job))
        finally:
            alarm.cancel()
        self._done += 1
        if not answer:
            self.end()
            return DIED
        reason: str | None = json.loads(answer)
        return reason

    def _ready(self) -> "subprocess.Popen[str]":
        if self._process is not None and self._done < JOBS_A_CHILD:
            return self._process
        self.end()
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "flows.documents.printing.typesetter"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={**quiet_environment(), **self._habits},
        )
        self._done = 0
        _say(self._process, self._setup)
        return self._process

    def end(self) -> None:
        """Stop the process, whatever it is at."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


def _asked(process: "subprocess.Popen[str]", line: str) -> str:
    _say(process, line)
    return cast("IO[str]", process.stdout).readline()


def _say(process: "subprocess.Popen[str]", line: str) -> None:
    pipe = cast("IO[str]", process.stdin)
    with suppress(BrokenPipeError):
        pipe.write(line + "\n")
        pipe.flush()


@contextmanager
def bench(
    *,
    timestamp: int = 0,
    templates: Path | None = None,
    design: Look = PLAIN,
    logo: Path | None = None,
) -> Iterator[Bench]:
    """Open a bench in a temporary folder with our templates (and those of ``templates``).

    ``design`` is the look of everything set on it; ``logo`` a checked PNG picture.
    """
    with tempfile.TemporaryDirectory(prefix="typesetting-") as folder:
        root = Path(folder).resolve()
        for source in (TEMPLATES, templates):
            for template in sorted(source.glob("*.typ")) if source else ():
                shutil.copyfile(template, root / template.name)
        table = Bench(root, timestamp=timestamp)
        mark = "logo.png" if logo else ""
        table.lay(designs.as_data(design, logo=mark), "design.json")
        if logo:
            table.add(mark, logo)
        try:
            yield table
        finally:
            table.close()
