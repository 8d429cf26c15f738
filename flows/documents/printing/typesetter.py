"""The child process that runs Typst: crashes, memory and endless work stay in here.

It has no network, sees the bench, our fonts and its own libraries only, and can start nothing.

Reads one line of JSON that sets the bench up, then one line a job from standard input; answers
every job with one line of JSON on standard output. A job that kills the process simply leaves no
line; the parent draws the conclusion.
"""

import json
import resource
import sys
from typing import Any

import typst

from flows.documents.sandbox.limits import limit
from flows.documents.sandbox.walls import cut_network, raise_walls

CPU_SECONDS = 600
LARGEST = 1 << 30


def main() -> None:
    setup = json.loads(sys.stdin.readline())
    cut_network()
    for kind, most in (
        (resource.RLIMIT_AS, setup["memory"]),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, LARGEST),
        (resource.RLIMIT_CORE, 0),
    ):
        limit(kind, most, most)
    raise_walls(setup["root"], programs=False)
    compiler = typst.Compiler(
        root=setup["root"],
        ignore_system_fonts=True,
        font_paths=setup["fonts"],
        package_path=setup["root"],
        package_cache_path=setup["root"],
    )
    for line in sys.stdin:
        print(json.dumps(_run(compiler, json.loads(line), setup)), flush=True)  # noqa: T201


def _run(compiler: typst.Compiler, job: dict[str, Any], setup: dict[str, Any]) -> str | None:
    """None when the PDF is written, else what Typst says is wrong."""
    try:
        compiler.compile(
            job["main"],
            output=job["output"],
            format="pdf",
            pdf_standards=job["standards"],
            pdf_tags=job["tags"],
            timestamp=setup["timestamp"],
        )
    except typst.TypstError as refusal:
        return str(refusal)
    return None


if __name__ == "__main__":
    main()
