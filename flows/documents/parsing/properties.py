"""What office files say about themselves: people, page counts, changes, notes, outside parts."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, ParseError

from defusedxml.ElementTree import fromstring

from flows.documents.parsing.archive import Archive
from flows.documents.parsing.refusal import Refused
from flows.documents.preflight.contacts import is_dead
from schemas.extraction import RejectCode, WarningCode

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
COMPATIBILITY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
PEOPLE = ("creator", "lastModifiedBy", "Manager", "Company", "initial-creator")
INNOCENT_RELATIONS = ("/hyperlink", "/video", "/audio", "/media")
DOCX_CHANGES = re.compile(rb"<w:(ins|del|moveFrom|moveTo)\s")
ODT_CHANGES = b"<text:changed-region"
ODT_COMMENT = b"<office:annotation"
# A section or picture whose text is fetched from an address or another file.
ODT_OUTSIDE = re.compile(
    rb'<(?:text:section-source|draw:image)[^>]*href="(?:https?|file|ftp|/|\.\./)'
)
ODT_LINK = re.compile(r'xlink:href="([^"]{1,2000})"')
MEDIA_PARTS = re.compile(
    r".*\.(?:mp4|m4v|mov|avi|wmv|mkv|webm|mpe?g|mp3|m4a|wav|wma|ogg|aac|flac|mid)$", re.IGNORECASE
)
COMMENT_PARTS = re.compile(r"(word/comments|ppt/comments/).*\.xml$")
COMMENT = re.compile(rb"<(?:w|p|p188):(?:comment|cm)\s")
MARGIN_PARTS = re.compile(r"word/(header|footer)\d*\.xml$")
NOBODY = re.compile(
    r"(пользователь|автор|учитель|администратор|user|admin|administrator|owner|author|home|pc|hp"
    r"|microsoft( office)?( user)?|windows( user)?|python-(docx|pptx)|libreoffice|unknown"
    r"|steve canny|\W*\d*)(\s+(windows|microsoft office|user|\d+))*$",
    re.IGNORECASE,
)
COUNT = re.compile(r"[0-9]{1,9}")
STATISTICS = {"pages": "page-count", "characters": "non-whitespace-character-count"}


@dataclass
class Properties:
    """``pages`` and ``characters`` are what the writing program counted, which may be stale."""

    title: str = ""
    pages: int | None = None
    characters: int = 0
    people: tuple[str, ...] = ()
    margins: str = ""
    boxes: tuple[str, ...] = ()
    warnings: set[WarningCode] = field(default_factory=set)


def parse(archive: Archive, name: str) -> Element:
    """Parse a part that must be well-formed XML without a document type."""
    try:
        root: Element = fromstring(archive.read(name), forbid_dtd=True)
    except (ParseError, ValueError, LookupError) as error:  # the last for an unknown encoding
        raise Refused(RejectCode.DAMAGED) from error
    return root


def local_values(archive: Archive, *names: str) -> Iterator[tuple[str, str]]:
    """Yield (element name without namespace, text) for every leaf with text in the parts."""
    for name in names:
        if name in archive:
            for element in parse(archive, name).iter():
                text = (element.text or "").strip()
                if text:
                    yield str(element.tag).rpartition("}")[2], text


def openxml_properties(archive: Archive) -> Properties:
    values = list(local_values(archive, "docProps/core.xml", "docProps/app.xml"))
    named = dict(values)
    return Properties(
        title=named.get("title", ""),
        pages=count(named.get("Pages")),
        characters=count(named.get("Characters")) or 0,
        people=people(values),
        margins="\n".join(margin_lines(archive)),
        boxes=tuple(text_boxes(archive)),
        warnings=openxml_warnings(archive),
    )


def people(values: list[tuple[str, str]]) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(text for name, text in values if name in PEOPLE and not is_nobody(text))
    )


def is_nobody(name: str) -> bool:
    """Tell names that programs put in by themselves from names of people."""
    return bool(NOBODY.match(name))


def count(text: str | None) -> int | None:
    """A count the writing program left; none of a file that people write has ten digits."""
    return int(text) or None if text and COUNT.fullmatch(text) else None


def openxml_warnings(archive: Archive) -> set[WarningCode]:
    warnings = set()
    body = archive.read("word/document.xml") if "word/document.xml" in archive else b""
    if DOCX_CHANGES.search(body):
        warnings.add(WarningCode.TRACKED_CHANGES)
    notes = [name for name in archive.parts if COMMENT_PARTS.match(name)]
    if any(COMMENT.search(archive.read(name)) for name in notes):
        warnings.add(WarningCode.COMMENTS)
    if any(map(is_embedded_object, archive.parts)):
        warnings.add(WarningCode.ACTIVE_CONTENT)
    if has_outside_parts(archive):
        warnings.add(WarningCode.EXTERNAL_LINKS)
    if has_media(archive):
        warnings.add(WarningCode.EMBEDDED_MEDIA)
    return warnings


def has_media(archive: Archive) -> bool:
    """Tell whether video or sound is kept inside the file."""
    return any(map(MEDIA_PARTS.match, archive.parts))


def dead_links(archive: Archive) -> Iterator[str]:
    """Yield addresses behind words of an office file that nobody else can open."""
    if "content.xml" in archive:
        found = ODT_LINK.findall(archive.read("content.xml").decode("utf-8", "replace"))
        yield from (link for link in found if is_dead(link))
    for name in archive.parts:
        if name.endswith(".rels"):
            yield from dead_relations(parse(archive, name))


def dead_relations(relations: Element) -> Iterator[str]:
    for element in relations:
        is_link = element.get("Type", "").endswith("/hyperlink")
        target = element.get("Target", "")
        if is_link and element.get("TargetMode") == "External" and is_dead(target):
            yield target


def is_embedded_object(name: str) -> bool:
    return "/embeddings/" in name and name.lower().endswith((".bin", ".exe", ".vbs", ".js"))


def has_outside_parts(archive: Archive) -> bool:
    """Tell whether a template, picture or object is fetched from outside; links do not count."""
    relations = (name for name in archive.parts if name.endswith(".rels"))
    return any(
        element.get("TargetMode") == "External"
        and not element.get("Type", "").endswith(INNOCENT_RELATIONS)
        for name in relations
        for element in parse(archive, name)
    )


def margin_lines(archive: Archive) -> Iterator[str]:
    for name in archive.parts:
        if MARGIN_PARTS.match(name):
            yield from word_paragraphs(parse(archive, name))


def text_boxes(archive: Archive) -> Iterator[str]:
    """Yield the paragraphs of text boxes, which Word stores twice: the fallback is skipped."""
    name = "word/document.xml"
    if name not in archive or b"txbxContent" not in archive.read(name):
        return
    root = parse(archive, name)
    for parent in list(root.iter()):
        for fallback in parent.findall(f"{COMPATIBILITY}Fallback"):
            parent.remove(fallback)
    for box in root.iter(f"{WORD}txbxContent"):
        yield from word_paragraphs(box)


def word_paragraphs(root: Element) -> Iterator[str]:
    for paragraph in root.iter(f"{WORD}p"):
        text = "".join(run.text or "" for run in paragraph.iter(f"{WORD}t")).strip()
        if text:
            yield text


def opendocument_properties(archive: Archive) -> Properties:
    values = list(local_values(archive, "meta.xml"))
    statistics = opendocument_statistics(archive)
    named = dict(values)
    return Properties(
        title=named.get("title", ""),
        pages=statistics.get("pages"),
        characters=statistics.get("characters", 0),
        people=people(values),
        margins="\n".join(opendocument_margins(archive)),
        warnings=opendocument_warnings(archive),
    )


def opendocument_statistics(archive: Archive) -> dict[str, int]:
    """Return the counts the writing program left, under the names of ``Properties``."""
    if "meta.xml" not in archive:
        return {}
    for element in parse(archive, "meta.xml").iter():
        if str(element.tag).endswith("}document-statistic"):
            counts = {name.rpartition("}")[2]: value for name, value in element.attrib.items()}
            found = {name: count(counts.get(key)) for name, key in STATISTICS.items()}
            return {name: number for name, number in found.items() if number}
    return {}


def opendocument_margins(archive: Archive) -> Iterator[str]:
    if "styles.xml" not in archive:
        return
    for element in parse(archive, "styles.xml").iter():
        if str(element.tag).endswith(("}header", "}footer")):
            yield " ".join(text.strip() for text in element.itertext() if text.strip())


def opendocument_warnings(archive: Archive) -> set[WarningCode]:
    body = archive.read("content.xml")
    signs = {
        WarningCode.TRACKED_CHANGES: ODT_CHANGES in body,
        WarningCode.COMMENTS: ODT_COMMENT in body,
        WarningCode.EXTERNAL_LINKS: bool(ODT_OUTSIDE.search(body)),
        WarningCode.ACTIVE_CONTENT: b"<script:event-listener" in body,
        WarningCode.EMBEDDED_MEDIA: has_media(archive),
    }
    return {code for code, found in signs.items() if found}
