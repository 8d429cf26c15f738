"""Changes of a file that keep its container: parts of an archive, objects of a PDF, cells, keys.

Bytes changed blindly seldom get past a checksum or a table of offsets. The same seed makes the same
change.
"""

import io
import random
import re
import zipfile
import zlib
from collections.abc import Callable

from PIL import Image

Change = Callable[[bytes], bytes]
NUMBER = re.compile(rb"-?\d+(?:\.\d+)?")
ATTRIBUTE = re.compile(rb'="[^"]*"')
ELEMENT = re.compile(rb"<[\w:]+[^<>]*?/?>")
TEXT = re.compile(rb">[^<>]+<")
NAME = re.compile(rb"/[A-Za-z]\w*")
OBJECT = re.compile(rb"\d+ \d+ obj\b.*?endobj", re.DOTALL)
STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
NUMBERS = (b"0", b"-1", b"1", b"2147483648", b"9" * 40, b"1e999", b"nan", b"0.0000001", b"9" * 5000)
WORDS = (
    b"", b" ", b"\x00", b"\xff", b"\xed\xa0\x80", "\u202e".encode(), "\U0001f469".encode(),
    "ё".encode() * 300, b"&#55296;", b"&#0;", b"&amp;", b"<", b"]]>", b"../../x", b"http://[",
    b"http://\xd0\xb0:99999999999/", b"%ZZ", b"#", b"rId999", b"null", b"[]", b"{}", b"true",
    b"\r", b"\r\n\r\n", b";", b",", b'"', b"\t",
)  # fmt: skip
PDF_WORDS = (
    b"null", b"[]", b"<<>>", b"true", b"()", b"/X", b"<FFFE>", b"<FEFFD800>", b"1 0 R",
    b"999 0 R", b"[null]", b"-1", b"9" * 30, b"(\\000)", b"<</S/URI/URI 5>>", b"<</S 5>>",
)  # fmt: skip


def changed(content: bytes, kind: str, seed: int) -> bytes:
    """``content`` with a few changes of the kind."""
    by = random.Random(seed)  # noqa: S311 - repeatable, not secret
    for _ in range(by.choice((1, 1, 1, 2, 3, 8))):
        content = KINDS[kind](content, by)
    return content


def blindly(content: bytes, by: random.Random) -> bytes:
    place = by.randrange(len(content) + 1)
    ways = (
        content[:place],
        content[:place] + by.randbytes(by.randint(1, 4)) + content[place:],
        content[:place] + by.choice(WORDS) + content[place:],
        content[:place] + content[place + by.randint(1, 64) :],
        content[:place] + by.randbytes(1) + content[place + 1 :],
        content + content[place : place + 500],
    )
    return by.choice(ways)


def swap(content: bytes, found: re.Pattern[bytes], new: Change, by: random.Random) -> bytes:
    """Put something else in one of the places where ``found`` matches."""
    places = list(found.finditer(content))
    if not places:
        return blindly(content, by)
    place = by.choice(places)
    return content[: place.start()] + new(place[0]) + content[place.end() :]


def markup(content: bytes, by: random.Random) -> bytes:
    """XML with another value, an element twice, gone or moved."""
    elements = [found[0] for found in ELEMENT.finditer(content)] or [b"<x/>"]
    ways = (
        (ATTRIBUTE, lambda _: b'="' + by.choice(WORDS + NUMBERS) + b'"'),
        (TEXT, lambda _: b">" + by.choice(WORDS) + b"<"),
        (ELEMENT, lambda old: old * by.choice((2, 50))),
        (ELEMENT, lambda _: by.choice(elements)),
        (ELEMENT, lambda old: b"" if old.endswith(b"/>") else old),
        (NUMBER, lambda _: by.choice(NUMBERS)),
        (ATTRIBUTE, lambda _: b""),
    )
    return swap(content, *by.choice(ways), by)


def archive(content: bytes, by: random.Random) -> bytes:
    """An archive with one part changed, gone, doubled or under another's name."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as opened:
            parts = {name: opened.read(name) for name in opened.namelist()}
    except Exception:  # noqa: BLE001 - what is no archive any more is changed blindly
        return blindly(content, by)
    if not parts:
        return blindly(content, by)
    name, way = by.choice(list(parts)), by.random()
    other = by.choice(list(parts))
    if way < 0.9:
        is_markup = name.endswith((".xml", ".rels"))
        parts[name] = (markup if is_markup else blindly)(parts[name], by)
    elif way < 0.95:
        parts[name] = parts[other]
    else:
        del parts[name]
    return packed(parts)


def packed(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made:
        for name, part in parts.items():
            made.writestr(zipfile.ZipInfo(name), part, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def portable(content: bytes, by: random.Random) -> bytes:
    """A PDF with another value, name or object; qpdf finds its objects again without offsets."""
    ways = (
        (NUMBER, lambda _: by.choice(NUMBERS)),
        (NAME, lambda _: by.choice(PDF_WORDS)),
        (NAME, lambda old: old + b" " + by.choice(PDF_WORDS)),
        (OBJECT, lambda old: old.split(b"obj", 1)[0] + b"obj " + by.choice(PDF_WORDS) + b" endobj"),
        (STREAM, lambda old: blindly(old, by)),
        (OBJECT, lambda _: b""),
    )
    return swap(content, *by.choice(ways), by)


def picture(content: bytes, by: random.Random) -> bytes:
    """A picture with other bytes, a checksum put right where it has one, or other EXIF."""
    if by.random() < 0.3:
        return with_exif(content, by)
    edited = bytearray(blindly(content, by))
    if edited.startswith(b"\x89PNG"):
        mend_checksums(edited)
    return bytes(edited)


def with_exif(content: bytes, by: random.Random) -> bytes:
    try:
        with Image.open(io.BytesIO(content)) as image:
            exif = image.getexif()
            exif[0x0112] = by.choice((0, 9, 6, 65535, "x"))
            written = bytearray(exif.tobytes())
            if written:
                written[by.randrange(len(written))] = by.randrange(256)
            out = io.BytesIO()
            image.save(out, image.format, exif=bytes(written))
            return out.getvalue()
    except Exception:  # noqa: BLE001 - what is no picture any more is changed blindly
        return blindly(content, by)


def mend_checksums(content: bytearray) -> None:
    place = 8
    while place + 12 <= len(content):
        length = int.from_bytes(content[place : place + 4])
        end = place + 8 + length
        if end + 4 > len(content):
            return
        content[end : end + 4] = zlib.crc32(content[place + 4 : end]).to_bytes(4)
        place = end + 4


def text(content: bytes, by: random.Random) -> bytes:
    return (
        swap(content, NUMBER, lambda _: by.choice(NUMBERS), by)
        if by.random() < 0.2
        else blindly(content, by)
    )


KINDS = {
    "pdf": portable,
    "pages": portable,
    "drawing": portable,
    "office": archive,
    "slides": archive,
    "workbook": archive,
    "picture": picture,
    "logo": picture,
    "text": text,
    "roster": text,
    "kit": text,
}
