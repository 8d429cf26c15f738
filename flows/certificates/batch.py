"""Many certificates in one ZIP, written while it is sent: no archive ever lies in memory.

Names are in UTF-8 and flagged so (APPNOTE 6.3.10, bit 11), which Windows, macOS and phones
unpack right. Equal certificates give equal bytes.
"""

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from schemas.certificate import Certificate, CertificateKind
from storage.files import FileStore

EPOCH = (1980, 1, 1, 0, 0, 0)
FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]+')
"""Signs that no file name on Windows may hold."""
LONGEST = 100
WORDS: Mapping[CertificateKind, str] = {
    CertificateKind.PARTICIPANT: "участие",
    CertificateKind.SPEAKER: "выступление",
    CertificateKind.PUBLICATION: "публикация",
    CertificateKind.EXPERT: "экспертиза",
    CertificateKind.THANKS: "благодарность",
}


class Entry(NamedTuple):
    """A file of the archive and where its content lies."""

    name: str
    sha256: str


def entries(certificates: Sequence[Certificate]) -> list[Entry]:
    """«Иванова А. П. — публикация.pdf»; those that would be called alike bear their numbers.

    Certificates without a file and revoked ones are left out.
    """
    ready = [one for one in certificates if one.sha256 and one.revoked_at is None]
    alike = Counter(plain_name(one).casefold() for one in ready)
    return [Entry(name_of(one, alike), one.sha256 or "") for one in ready]


def name_of(certificate: Certificate, alike: Mapping[str, int]) -> str:
    plain = plain_name(certificate)
    number = f" ({certificate.number})" if alike[plain.casefold()] > 1 else ""
    return f"{plain}{number}.pdf"


def plain_name(certificate: Certificate) -> str:
    family, *given = certificate.holder.split() or ["Без имени"]
    short = " ".join((family, *(f"{part[0]}." for part in given[:2])))
    return file_name(f"{short} — {WORDS[certificate.kind]}")


def file_name(text: str) -> str:
    """``text`` as a file name that every system takes."""
    return FORBIDDEN.sub(" ", text)[:LONGEST].strip(" .") or "Без имени"


def archive(
    listed: Iterable[Entry], files: FileStore, *, beside: Mapping[str, bytes] | None = None
) -> Iterator[bytes]:
    """The ZIP piece by piece; ``beside`` are small files that stand first."""
    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_STORED) as written:
        for name, content in (beside or {}).items():
            written.writestr(zipfile.ZipInfo(name, EPOCH), content)
            yield pipe.taken()
        for one in listed:
            written.writestr(zipfile.ZipInfo(one.name, EPOCH), files.read(one.sha256))
            yield pipe.taken()
    yield pipe.taken()


class Pipe(io.RawIOBase):
    """What is written waits here until it is taken; nobody can go back in it."""

    def __init__(self) -> None:
        self.waiting = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, content: "bytes | bytearray | memoryview") -> int:  # type: ignore[override]
        self.waiting += content
        return len(content)

    def taken(self) -> bytes:
        content = bytes(self.waiting)
        self.waiting.clear()
        return content
