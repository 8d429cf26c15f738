"""The child process that runs Typst: crashes, memory and endless work stay in here.

Reads one request from standard input, writes one line of JSON per finished job to standard
output. A job that kills the process simply leaves no line; the parent draws the conclusion.
"""

import json
import resource
import sys
from typing import Any

import typst

MEMORY = 6 * 1024**3
CPU_SECONDS = 600


def main() -> None:
    _limit(resource.RLIMIT_AS, MEMORY)
    _limit(resource.RLIMIT_CPU, CPU_SECONDS)
    _limit(resource.RLIMIT_CORE, 0)
    request = json.load(sys.stdin)
    for job in request["jobs"]:
        print(json.dumps(_run(job, request)), flush=True)  # noqa: T201


def _run(job: dict[str, Any], request: dict[str, Any]) -> str | None:
    """None when the PDF is written, else what Typst says is wrong."""
    try:
        typst.compile(
            job["main"],
            output=job["output"],
            root=request["root"],
            ignore_system_fonts=True,
            font_paths=request["fonts"],
            format="pdf",
            sys_inputs=job["inputs"],
            pdf_standards=job["standards"],
            timestamp=request["timestamp"],
            package_path=request["root"],
            package_cache_path=request["root"],
        )
    except typst.TypstError as refusal:
        return str(refusal)
    return None


def _limit(which: int, value: int) -> None:
    _, hard = resource.getrlimit(which)
    ceiling = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(which, (ceiling, hard))


if __name__ == "__main__":
    main()
