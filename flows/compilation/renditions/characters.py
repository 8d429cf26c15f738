"""Which characters get into EPUB, web pages, DOCX and descriptions, and which addresses may be linked.

XML 1.0 admits no control characters and no halves of surrogate pairs; marks that turn the
direction of writing round would spoil the words beside them, so they are left out as well.
"""

import re
import unicodedata
from functools import lru_cache
from urllib.parse import quote, urlsplit, urlunsplit

_PLANE_ENDS = "".join(chr((plane << 16) + end) for plane in range(17) for end in (0xFFFE, 0xFFFF))
_NEVER = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff"
    f"\ufdd0-\ufdef{_PLANE_ENDS}]"
)
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?", re.IGNORECASE)
_MAILBOX = re.compile(r"mailto:[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
_KEPT = "/?:@!$&'()*+,;=-._~%"
_BARE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_LONGEST_ADDRESS = 2000


def clean(text: str) -> str:
    """Return ``text`` composed (NFC), with only the characters every output can hold."""
    # Most texts hold nothing else than print and spaces, which is far quicker to see.
    inked = text.replace("\n", "").replace("\u00a0", "").replace("\t", "")
    whole = text if inked.isprintable() else _NEVER.sub("", text)
    return whole if unicodedata.is_normalized("NFC", whole) else unicodedata.normalize("NFC", whole)


def one_line(text: str) -> str:
    """Return ``text`` cleaned, with every run of white space as one space."""
    return " ".join(clean(text).split())


@lru_cache(maxsize=4096)
def web_address(link: str) -> str:
    """Return ``link`` as a lawful address (RFC 3986), empty if it cannot be one.

    Only http, https and mailto are links; a host in Cyrillic letters is written in its ASCII form.
    """
    written = clean(link).strip()
    if _MAILBOX.fullmatch(written):
        return written
    if not written.startswith(("http://", "https://")) or len(written) > _LONGEST_ADDRESS:
        return ""
    try:
        parts = urlsplit(written)
        host = (parts.hostname or "").encode("idna").decode()
        port = f":{parts.port}" if parts.port else ""
    except (ValueError, UnicodeError):
        return ""
    if not _HOST.fullmatch(host):
        return ""
    rest = (_escaped(part) for part in (parts.path, parts.query, parts.fragment))
    return urlunsplit((parts.scheme, f"{host}{port}", *rest))


def _escaped(part: str) -> str:
    return quote(_BARE_PERCENT.sub("%25", part), safe=_KEPT)
