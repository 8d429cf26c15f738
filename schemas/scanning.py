"""Looking for viruses in what people send: the scanner's address and what it said of a file."""

from collections.abc import Mapping
from enum import StrEnum
from urllib.parse import unquote, urlsplit

from pydantic import Field

from schemas.base import Schema
from schemas.errors import BadInput

EXAMPLE = "Пример: unix:///run/clamav/clamd.ctl или tcp://127.0.0.1:3310."
LONGEST_NAME = 200


class ScanVerdict(StrEnum):
    """What came of asking the scanner; only ``CONCLUSIVE`` ones are about the file itself."""

    CLEAN = "clean"
    VIRUS = "virus"
    NO_ANSWER = "no_answer"
    TOO_LONG = "too_long"
    FAILED = "failed"


CONCLUSIVE = frozenset({ScanVerdict.CLEAN, ScanVerdict.VIRUS})
SILENT_VERDICTS = frozenset(ScanVerdict) - CONCLUSIVE
SCAN_NAMES: Mapping[ScanVerdict, str] = {
    ScanVerdict.CLEAN: "вирусов не найдено",
    ScanVerdict.VIRUS: "найден вирус",
    ScanVerdict.NO_ANSWER: "антивирус не ответил",
    ScanVerdict.TOO_LONG: "файл больше, чем берёт антивирус",
    ScanVerdict.FAILED: "антивирус ответил ошибкой",
}


class Scan(Schema):
    """One answer; ``virus`` is the scanner's own name of what it found."""

    verdict: ScanVerdict
    virus: str = Field(default="", max_length=LONGEST_NAME)

    @property
    def is_conclusive(self) -> bool:
        return self.verdict in CONCLUSIVE


class ScannerAddress(Schema):
    """A socket file, or a host with a port."""

    path: str = ""
    host: str = ""
    port: int = 0


def read_scanner(address: str) -> ScannerAddress:
    """``unix:///path`` or ``tcp://host:port``; raises ``BadInput``."""
    try:
        parts = urlsplit(address.strip())
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise BadInput(f"имя сервера или порт записаны с ошибкой. {EXAMPLE}") from error
    if parts.scheme == "unix" and not parts.netloc and parts.path not in {"", "/"}:
        return ScannerAddress(path=unquote(parts.path))
    if parts.scheme == "tcp" and host and port and parts.path in {"", "/"}:
        return ScannerAddress(host=host, port=port)
    raise BadInput(f"адрес — это unix:///путь к сокету или tcp://сервер:порт. {EXAMPLE}")
