"""The collection's cost beside other ways of printing the same text, in one run.

Ours: the printed volume alone, which is what the peers make; a cold build of everything, the same
again, one article edited, one removed; the same number of authors' PDFs bound as they are. Each is measured in a process of its own, so that its peak of memory is its
own. Peers get the same volume and do less: XeLaTeX and LuaLaTeX (three passes, for contents) set
headings, paragraphs, lists and pictures; WeasyPrint prints our own web pages as one document; qpdf
only joins files. CPU seconds, children included, are the fair unit on a shared machine. A peer that
is not installed is left out.
"""

import importlib.util
import multiprocessing
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from flows.compilation import synthetic
from flows.compilation.book.volume import only
from flows.compilation.compiling import assemble, fit_pictures
from flows.compilation.latex import latex
from schemas.document import Document, Paragraph, Span
from schemas.volume import Volume

ARTICLES = 60
LARGE = 300
PASSES = 3
_WEASYPRINT = "import sys, weasyprint; weasyprint.HTML(sys.argv[1]).write_pdf(sys.argv[2])"
_MEGABYTE = 1024

Measured = dict[str, float]
Peer = Callable[[Volume, Path], Measured]


def run(articles: int | None = None, *, large: bool = False) -> dict[str, Any]:
    """Return seconds and memory of ours and of the installed peers, and ratios peer / ours.

    ``large`` is a volume of 300 articles, about 1,250 pages.
    """
    count = articles or (LARGE if large else ARTICLES)
    with tempfile.TemporaryDirectory(prefix="bench-compile-") as folder:
        desk = Path(folder)
        volume = synthetic.volume(count, images=desk / "images")
        ours, pages = _ours(volume, desk)
        originals = _originals(volume, desk)
        peers = _beside(_peers(), volume, desk)
    return {
        "articles": count,
        "pages": pages,
        "ours": ours,
        "originals": originals,
        "peers": peers,
        "cpu_ratio": _ratios(peers, ours["cold"]),
    }


def _beside(peers: list[tuple[str, Peer]], volume: Volume, desk: Path) -> dict[str, Measured]:
    """Measure the peers; one whose installation lacks a font or a package is left out, and named."""
    found = {}
    for name, peer in peers:
        try:
            found[name] = _apart(peer, volume, desk)
        except subprocess.CalledProcessError as error:
            print(f"{name}: left out, {error}", file=sys.stderr)  # noqa: T201
    return found


def _ours(volume: Volume, desk: Path) -> tuple[dict[str, Measured], int]:
    """Builds one after another with one cache."""
    count = sum(1 for _ in volume.articles())
    builds = {
        "cold": (volume, "out"),
        "unchanged": (volume, "out"),
        "unchanged_in_a_new_folder": (volume, "again"),
        "edited": (edited(volume, count // 2), "out"),
        "removed": (only(volume, set(range(count)) - {1}), "out"),
    }
    found = {"cold_print_alone": _apart(_print, volume, desk / "print")}
    for name, (one, out) in builds.items():
        found[name] = _apart(_build, one, desk / out, desk / "cache")
    return found, int(found["cold"].pop("pages"))


def edited(volume: Volume, place: int) -> Volume:
    """``volume`` with one more paragraph in the article at ``place``."""
    words = Paragraph(inlines=(Span(text="Ещё один абзац, которого вчера не было."),))
    number = 0
    sections = []
    for section in volume.sections:
        articles = []
        for article in section.articles:
            blocks = (*article.document.blocks, words)
            change = {"document": Document(blocks=blocks)} if number == place else {}
            articles.append(article.model_copy(update=change))
            number += 1
        sections.append(section.model_copy(update={"articles": tuple(articles)}))
    return volume.model_copy(update={"sections": tuple(sections)})


def _originals(volume: Volume, desk: Path) -> dict[str, Measured]:
    """The articles of the cold build as authors' PDFs, and qpdf joining the same files."""
    files = sorted((desk / "again/articles").glob("*.pdf"))
    found = iter(files)
    sections = tuple(
        section.model_copy(
            update={
                "articles": tuple(
                    article.model_copy(update={"original": next(found)})
                    for article in section.articles
                )
            }
        )
        for section in volume.sections
    )
    whole = volume.model_copy(update={"sections": sections})
    cache = desk / "originals-cache"
    told = {
        "cold": _apart(_bind, whole, desk / "originals", cache),
        "kept": _apart(_bind, whole, desk / "originals", cache),
    }
    if shutil.which("qpdf"):
        told["qpdf_pages"] = _apart(_qpdf, files, desk)
    return told


def _apart(job: Callable[..., Measured], *of: Any) -> Measured:  # noqa: ANN401
    """Measure ``job`` in a fresh process."""
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=fresh) as pool:
        return pool.submit(job, *of).result()


def _build(volume: Volume, out: Path, cache: Path) -> Measured:
    with _measured() as result:
        build = assemble(volume, out, cache=cache)
    return {**result, "pages": float(build.pages)}


def _print(volume: Volume, out: Path) -> Measured:
    """Only the PDFs of the volume and of its articles."""
    from flows.compilation.book import volume as book  # noqa: PLC0415
    from flows.documents.printing.cache import opened  # noqa: PLC0415

    out.mkdir()
    with _measured() as result, opened(None) as kept:
        made = book.make(volume, fit_pictures(volume, out, kept), cache=kept)
        (out / "collection.pdf").write_bytes(made.pdf)
    return result


def _bind(volume: Volume, out: Path, cache: Path) -> Measured:
    """Only the PDF of authors' pages."""
    from flows.compilation.book import volume as book  # noqa: PLC0415
    from flows.documents.parsing.readers import shared_readers  # noqa: PLC0415
    from flows.documents.printing.cache import opened  # noqa: PLC0415

    pictures: list[dict[str, Path]] = [{} for _ in volume.articles()]
    out.mkdir(exist_ok=True)
    with _measured() as result, opened(cache) as kept:
        made = book.make(volume, pictures, cache=kept)
        (out / "collection.pdf").write_bytes(made.pdf)
        shared_readers().close()
    return {**result, "pages": float(made.sheets)}


def _qpdf(files: list[Path], desk: Path) -> Measured:
    command = ["qpdf", "--empty", "--pages", *map(str, files), "--", str(desk / "joined.pdf")]
    with _measured() as result:
        subprocess.run(command, capture_output=True, check=True)  # noqa: S603
    return result


@contextmanager
def _measured() -> Iterator[Measured]:
    """Fill the yielded dictionary: wall and CPU seconds, peak memory of the largest process."""
    result: Measured = {}
    wall, cpu = time.perf_counter(), _cpu()
    yield result
    result["seconds"] = round(time.perf_counter() - wall, 2)
    result["cpu_seconds"] = round(_cpu() - cpu, 2)
    result["peak_mb"] = round(max(use.ru_maxrss for use in _uses()) / _MEGABYTE)


def _cpu() -> float:
    return sum(use.ru_utime + use.ru_stime for use in _uses())


def _uses() -> list[resource.struct_rusage]:
    """Of this process and of its children that have ended."""
    return [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]


def _ratios(peers: dict[str, Measured], ours: Measured) -> dict[str, float]:
    return {
        name: round(found["cpu_seconds"] / ours["cpu_seconds"], 2) for name, found in peers.items()
    }


def _peers() -> list[tuple[str, Peer]]:
    found: list[tuple[str, Peer]] = [
        (name, partial(_latex, program=name))
        for name in ("xelatex", "lualatex")
        if shutil.which(name)
    ]
    if importlib.util.find_spec("weasyprint"):
        found.append(("weasyprint", _weasyprint))
    return found


def _latex(volume: Volume, desk: Path, *, program: str) -> Measured:
    folder = desk / program
    folder.mkdir()
    (folder / "book.tex").write_text(latex(volume), encoding="utf-8")
    command = [program, "-interaction=batchmode", "-no-shell-escape", "book.tex"]
    with _measured() as result:
        for _ in range(PASSES):
            subprocess.run(command, cwd=folder, capture_output=True, check=True)  # noqa: S603
    return result


def _weasyprint(_volume: Volume, desk: Path) -> Measured:
    pages = sorted((desk / "again/site/articles").glob("*.html"))
    texts = [page.read_text(encoding="utf-8") for page in pages]
    bodies = [
        found[0] for text in texts if (found := re.search(r"<main.*?</main>", text, re.DOTALL))
    ]
    style = '<meta charset="utf-8"><link rel="stylesheet" href="../style.css">'
    page = desk / "again/site/articles/whole.html"
    page.write_text(f'<html lang="ru">{style}<body>{"".join(bodies)}', encoding="utf-8")
    with _measured() as result:
        command = [sys.executable, "-c", _WEASYPRINT, str(page), str(desk / "weasyprint.pdf")]
        subprocess.run(command, capture_output=True, check=True)  # noqa: S603
    return result
