"""The collection's cost beside other ways of printing the same text, in one run.

Peers get the same volume and do less: XeLaTeX (three passes, for contents and indexes) sets
headings, paragraphs, lists and pictures; WeasyPrint prints our own web pages as one document.
CPU seconds, children included, are the fair unit on a shared machine. A peer that is not
installed is left out.
"""

import importlib.util
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flows.compilation import synthetic
from flows.compilation.compiling import assemble
from flows.documents.layout import lines_of
from flows.documents.structure import own_inlines
from schemas.document import Heading, Note
from schemas.volume import Volume

ARTICLES = 60
SMALL = 15
_TEX = {sign: f"\\{sign}" for sign in "{}$&#_%"} | {"\\": r"\textbackslash{}", "^": "", "~": " "}
_PREAMBLE = r"""\documentclass[11pt]{book}
\usepackage{fontspec,graphicx}
\usepackage[paperwidth=170mm,paperheight=240mm,margin=20mm]{geometry}
\setmainfont{Liberation Serif}
\usepackage{polyglossia}\setdefaultlanguage{russian}
\begin{document}\tableofcontents
"""
_WEASYPRINT = "import sys, weasyprint; weasyprint.HTML(sys.argv[1]).write_pdf(sys.argv[2])"

Measured = dict[str, float]


def run(articles: int = ARTICLES) -> dict[str, Any]:
    """Return seconds of ours and of the installed peers, and ratios peer / ours."""
    with tempfile.TemporaryDirectory(prefix="bench-compile-") as folder:
        desk = Path(folder)
        small = synthetic.volume(SMALL, images=desk / "small", seed=2)
        volume = synthetic.volume(articles, images=desk / "images")
        with _measured() as short:
            assemble(small, desk / "short")
        with _measured() as ours:
            build = assemble(volume, desk / "out")
        peers = {name: peer(volume, desk) for name, peer in _peers()}
    per_article = {
        str(SMALL): round(short["cpu_seconds"] / SMALL, 3),
        str(articles): round(ours["cpu_seconds"] / articles, 3),
    }
    return {
        "articles": articles,
        "pages": build.pages,
        "ours": ours,
        "pages_per_second": round(build.pages / ours["seconds"], 1),
        "cpu_seconds_per_article": per_article,
        "peers": peers,
        "cpu_ratio": {
            name: round(found["cpu_seconds"] / ours["cpu_seconds"], 2)
            for name, found in peers.items()
        },
    }


@contextmanager
def _measured() -> Iterator[Measured]:
    """Fill the yielded dictionary with wall and CPU seconds of the block and its children."""
    result: Measured = {}
    wall, cpu = time.perf_counter(), _cpu()
    yield result
    result["seconds"] = round(time.perf_counter() - wall, 2)
    result["cpu_seconds"] = round(_cpu() - cpu, 2)


def _cpu() -> float:
    uses = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(use.ru_utime + use.ru_stime for use in uses)


def _peers() -> list[tuple[str, Callable[[Volume, Path], Measured]]]:
    found: list[tuple[str, Callable[[Volume, Path], Measured]]] = []
    if shutil.which("xelatex"):
        found.append(("xelatex", _xelatex))
    if importlib.util.find_spec("weasyprint"):
        found.append(("weasyprint", _weasyprint))
    return found


def _xelatex(volume: Volume, desk: Path) -> Measured:
    (desk / "book.tex").write_text(_tex(volume), encoding="utf-8")
    command = ["xelatex", "-interaction=batchmode", "-no-shell-escape", "book.tex"]
    with _measured() as result:
        for _ in range(3):
            subprocess.run(command, cwd=desk, capture_output=True, check=True)  # noqa: S603
    return result


def _tex(volume: Volume) -> str:
    parts = [_PREAMBLE]
    for section in volume.sections:
        parts.append(f"\\chapter{{{_escaped(section.title)}}}")
        for article in section.articles:
            parts.append(f"\\section{{{_escaped(article.title)}}}")
            for block in article.document.blocks:
                parts += _tex_lines(block)
            parts += [
                f"\\includegraphics[width=\\linewidth]{{{path}}}\n"
                for path in article.images.values()
            ]
    return "\n".join([*parts, r"\end{document}"])


def _tex_lines(block: Any) -> list[str]:  # noqa: ANN401 - a block of any kind
    text = "\n\n".join(_escaped(line) for line in lines_of((block,)))
    if isinstance(block, Heading):
        return [f"\\subsection*{{{text}}}"]
    notes = [inline for inline in own_inlines(block) if isinstance(inline, Note)]
    words = ["\\footnote{" + _escaped(" ".join(lines_of(note.blocks))) + "}" for note in notes]
    return [text + "".join(words) + "\n"]


def _escaped(text: str) -> str:
    return "".join(_TEX.get(sign, sign) for sign in text)


def _weasyprint(_volume: Volume, desk: Path) -> Measured:
    pages = sorted((desk / "out/site/articles").glob("*.html"))
    bodies = [page.read_text(encoding="utf-8").split('<main id="main">')[1] for page in pages]
    whole = "".join(body.split("</main>")[0] for body in bodies)
    style = '<meta charset="utf-8"><link rel="stylesheet" href="../style.css">'
    page = desk / "out/site/articles/whole.html"
    page.write_text(f'<html lang="ru">{style}<body>{whole}', encoding="utf-8")
    with _measured() as result:
        command = [sys.executable, "-c", _WEASYPRINT, str(page), str(desk / "weasyprint.pdf")]
        subprocess.run(command, capture_output=True, check=True)  # noqa: S603
    return result
