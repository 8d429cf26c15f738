"""Everything an answer tells, in words: packages opened, documents read, escapes undone."""

import hashlib
import html
import io
import json
import re
import unicodedata
import zipfile
from collections.abc import Iterator
from email import message_from_bytes, policy
from functools import cache
from urllib.parse import unquote

import pikepdf
import pypdfium2
from PIL import Image

DEEPEST = 4
PDF, ZIP, PICTURES = b"%PDF-", b"PK\x03\x04", (b"\x89PNG", b"\xff\xd8\xff", b"RIFF", b"GIF8")
ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")
HYPHENS = re.compile("[\u00ad\u200b\u2060\ufeff]")


def folded(text: str) -> str:
    """One spelling of what can be written in many ways."""
    undone = ESCAPE.sub(lambda found: chr(int(found[1], 16)), html.unescape(unquote(text)))
    return HYPHENS.sub("", unicodedata.normalize("NFC", undone)).casefold()


class Reader:
    """Remembers what it has read: most answers are met again and again."""

    def __init__(self) -> None:
        self.known: dict[str, str] = {}

    def text_of(self, content: bytes) -> str:
        key = hashlib.sha256(content).hexdigest()
        if key not in self.known:
            self.known[key] = folded("\n".join(told(content)))
        return self.known[key]


def told(content: bytes, depth: int = 0) -> Iterator[str]:
    """Every text that is in the bytes, also as other tools would decode them."""
    if depth > DEEPEST:
        return
    if content.startswith(PDF):
        yield from of_pdf(content, depth)
    elif content.startswith(ZIP):
        yield from of_zip(content, depth)
    elif content.startswith(PICTURES):
        yield from of_picture(content)
    else:
        yield content.decode("utf-8", "ignore")
    if not content.startswith((b"<", b"{")):
        yield from (content.decode(coding, "ignore") for coding in ("utf-16-le", "cp1251"))
        yield content.decode("utf-8", "ignore")


def of_zip(content: bytes, depth: int) -> Iterator[str]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        yield package.comment.decode("utf-8", "ignore")
        for one in package.infolist():
            yield one.filename
            yield one.comment.decode("utf-8", "ignore")
            inside = package.read(one)
            yield from told(inside, depth + 1)
            # Words that runs of an office document cut into pieces.
            yield re.sub(r"<[^>]*>", "", inside.decode("utf-8", "ignore"))


def of_pdf(content: bytes, depth: int) -> Iterator[str]:
    with pikepdf.open(io.BytesIO(content)) as document:
        for one in document.objects:
            yield from of_object(one, depth)
        yield from map(str, document.trailer.get("/Info", {}).values())
    reading = pypdfium2.PdfDocument(content)
    try:
        for page in reading:
            yield page.get_textpage().get_text_range()
    finally:
        reading.close()


def of_object(one: pikepdf.Object, depth: int) -> Iterator[str]:
    if isinstance(one, pikepdf.Stream):
        if one.get("/Subtype") == "/XML" or one.get("/Type") == "/EmbeddedFile":
            yield from told(one.read_bytes(), depth + 1)
        elif one.get("/Subtype") == "/Image":
            yield one.read_raw_bytes().decode("utf-8", "ignore")
    yield from strings(one)


def strings(one: pikepdf.Object) -> Iterator[str]:
    """Texts directly inside; what is referred to has its own turn."""
    if isinstance(one, pikepdf.Dictionary | pikepdf.Stream):
        values = [value for key, value in one.items() if key != "/Parent"]
    elif isinstance(one, pikepdf.Array):
        values = list(one)
    else:
        values = []
        if isinstance(one, pikepdf.String):
            yield str(one)
    for value in values:
        if isinstance(value, pikepdf.String):
            yield str(value)
        elif isinstance(value, pikepdf.Array | pikepdf.Dictionary) and not value.is_indirect:
            yield from strings(value)


def of_picture(content: bytes) -> Iterator[str]:
    with Image.open(io.BytesIO(content)) as picture:
        yield json.dumps({key: str(value) for key, value in picture.info.items()})
        yield " ".join(map(str, picture.getexif().values()))


def of_letter(content: bytes) -> str:
    """Headers, bodies and attachments of a letter, decoded."""
    letter = message_from_bytes(content, policy=policy.default)
    found = [f"{name}: {value}" for name, value in letter.items()]
    for part in letter.walk():
        found += [f"{name}: {value}" for name, value in part.items()]
        inside = part.get_payload(decode=True)
        found += list(told(inside)) if inside else []
    return folded("\n".join(found))


@cache
def pattern_of(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, words)))
