"""Feeds the readers changed files for a while, guided by which lines of ours each one reaches.

``make fuzz ARGS="--minutes 10 pdf office"``; without names every target gets an equal share. What is
found lies in ``--findings`` with its traceback, each place once. A file that ends its process (as a
native library may) is kept, too, under the signal that ended it: the walls of the reading
process hold it, so it is told apart from a finding.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from hashlib import sha256
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).parents[2]
GUIDED = ("flows", "schemas", "pptx", "pdfplumber", "pdfminer", "defusedxml", "docx")
# They are loaded when a file first needs them, which is too late to follow their lines.
READERS = (
    *(f"flows.documents.parsing.{name}" for name in ("pdf", "office", "slides", "photograph")),
    *(f"flows.documents.parsing.{name}" for name in ("page_images", "spreadsheet")),
    *(f"flows.documents.printing.{name}" for name in ("original_pages", "logos", "pictures")),
    "pdfplumber",
)
WORKER = "--worker"


def main() -> int:
    asked = arguments()
    folder = Path(asked.findings)
    seconds = 60 * asked.minutes / len(asked.targets)
    found = [one for name in asked.targets for one in fuzzed(name, folder / name, seconds)]
    sys.stdout.write(f"{len(found)} findings\n" + "".join(f"  {one}\n" for one in found))
    return bool(found)


def arguments() -> argparse.Namespace:
    from fuzz.targets import TARGETS

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("targets", nargs="*", default=list(TARGETS), metavar="TARGET")
    parser.add_argument("--minutes", type=float, default=5.0, help="of all targets together")
    parser.add_argument("--findings", default=".cache/fuzz")
    asked = parser.parse_args()
    if unknown := sorted(set(asked.targets) - set(TARGETS)):
        parser.error(f"no such target: {', '.join(unknown)}; there are {', '.join(TARGETS)}")
    return asked


def fuzzed(name: str, folder: Path, seconds: float) -> list[Path]:
    """Feed one target, starting anew whenever a file ends the process."""
    folder.mkdir(parents=True, exist_ok=True)
    before = set(folder.glob("*.txt"))
    with tempfile.TemporaryDirectory(prefix="marathon-corpus-") as corpus:
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 1:
            fed = feeding(name, folder, Path(corpus), left)
            if fed == 0:
                break
            keep_last(folder, fed)
    return sorted(set(folder.glob("*.txt")) - before)


def feeding(name: str, folder: Path, corpus: Path, seconds: float) -> int:
    told = (WORKER, name, str(folder), str(corpus), str(int(seconds)))
    command = (sys.executable, "-W", "ignore", "-m", "fuzz.run", *told)
    with (folder / "log").open("ab") as log:
        done = subprocess.run(command, cwd=ROOT, stdout=log, stderr=log, check=False)
    return done.returncode


def keep_last(folder: Path, code: int) -> None:
    last = folder / "last"
    if last.exists():
        content = last.read_bytes()
        shutil.copy(last, folder / f"ended-{abs(code)}-{sha256(content).hexdigest()[:12]}")


def work(name: str, folder: Path, corpus: Path, seconds: int) -> None:
    """Feed one target in this process until the time is over."""
    import atheris

    with atheris.instrument_imports(include=list(GUIDED)):
        from fuzz import targets

        for module in READERS:
            import_module(module)
    from fuzz.mutations import changed
    from fuzz.seeds import seeds

    for number, content in enumerate(seeds(name)):
        (corpus / f"seed-{number:03}").write_bytes(content)
    known = {path.stem for path in folder.glob("*.txt")}

    def feed(content: bytes) -> None:
        (folder / "last").write_bytes(content)
        where, trace = targets.finding(name, content)
        if where and where not in known:
            known.add(where)
            (folder / f"{where}.txt").write_text(trace)
            (folder / where).write_bytes(content)

    def change(content: bytes, _most: int, seed: int) -> bytes:
        return changed(content, name, seed)

    options = [
        f"-max_total_time={seconds}",
        "-handle_alrm=0",
        "-timeout=1000",
        "-rss_limit_mb=3000",
        "-max_len=4000000",
        "-print_final_stats=1",
        "-len_control=0",
        "-reduce_inputs=0",
    ]
    atheris.Setup([name, *options, str(corpus)], feed, custom_mutator=change)
    atheris.Fuzz()


if __name__ == "__main__":
    if sys.argv[1:2] == [WORKER]:
        work(sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4]), int(sys.argv[5]))
    else:
        sys.exit(main())
