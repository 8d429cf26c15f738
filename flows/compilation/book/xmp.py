"""What a finished PDF says of itself: XMP metadata and the conformance it claims.

PDF/A-2 (ISO 19005-2, 6.6) knows the schemas of XMP 2005; the identification of PDF/UA
(ISO 14289-1, 5) is not among them and is described in the file itself.
"""

from enum import IntEnum
from typing import NamedTuple
from xml.sax.saxutils import escape


class Claim(IntEnum):
    """What a file may truthfully claim, from nothing to all of it."""

    NONE = 0
    ARCHIVAL = 1
    """PDF/A-2b: looks the same for ever."""
    ACCESSIBLE = 2
    """PDF/A-2a and PDF/UA-1: readable aloud as well."""


class Facts(NamedTuple):
    """``year`` dates the file: the first second of it, since a build has no clock."""

    title: str
    authors: tuple[str, ...] = ()
    subject: str = ""
    keywords: str = ""
    publisher: str = ""
    source: str = ""
    year: int = 1970
    claim: Claim = Claim.ACCESSIBLE


_CLAIMS = {
    Claim.NONE: "",
    Claim.ARCHIVAL: ("<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>"),
    Claim.ACCESSIBLE: (
        "<pdfaid:part>2</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>"
        "<pdfuaid:part>1</pdfuaid:part>"
        "<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType='Resource'>"
        "<pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>"
        "<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>"
        "<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>"
        "<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType='Resource'>"
        "<pdfaProperty:name>part</pdfaProperty:name>"
        "<pdfaProperty:valueType>Integer</pdfaProperty:valueType>"
        "<pdfaProperty:category>internal</pdfaProperty:category>"
        "<pdfaProperty:description>Part of ISO 14289</pdfaProperty:description>"
        "</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas>"
    ),
}
_NAMESPACES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "pdf": "http://ns.adobe.com/pdf/1.3/",
    "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
    "pdfuaid": "http://www.aiim.org/pdfua/ns/id/",
    "pdfaExtension": "http://www.aiim.org/pdfa/ns/extension/",
    "pdfaSchema": "http://www.aiim.org/pdfa/ns/schema#",
    "pdfaProperty": "http://www.aiim.org/pdfa/ns/property#",
}


def packet(facts: Facts, *, producer: str) -> bytes:
    """Return the XMP packet of a file about which ``facts`` are true."""
    names = " ".join(f'xmlns:{short}="{full}"' for short, full in _NAMESPACES.items())
    date = f"{facts.year:04}-01-01T00:00:00Z"
    fields = [
        _alternative("dc:title", facts.title),
        _list("dc:creator", "Seq", facts.authors),
        _alternative("dc:description", facts.subject),
        _list("dc:publisher", "Bag", (facts.publisher,)),
        _text("dc:source", facts.source),
        _list("dc:language", "Bag", ("ru-RU",)),
        _list("dc:date", "Seq", (date,)),
        _text("dc:format", "application/pdf"),
        _text("pdf:Keywords", facts.keywords),
        _text("pdf:Producer", producer),
        _text("xmp:CreateDate", date),
        _text("xmp:ModifyDate", date),
        _text("xmp:MetadataDate", date),
        _CLAIMS[facts.claim],
    ]
    body = "\n".join(field for field in fields if field)
    text = (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        f'<rdf:RDF {names}>\n<rdf:Description rdf:about="">\n{body}\n'
        '</rdf:Description></rdf:RDF></x:xmpmeta>\n<?xpacket end="w"?>'
    )
    return text.encode()


def _text(name: str, value: str) -> str:
    return f"<{name}>{escape(value)}</{name}>" if value else ""


def _list(name: str, kind: str, values: tuple[str, ...]) -> str:
    items = "".join(_text("rdf:li", value) for value in values)
    return f"<{name}><rdf:{kind}>{items}</rdf:{kind}></{name}>" if items else ""


def _alternative(name: str, value: str) -> str:
    line = f'<rdf:li xml:lang="x-default">{escape(value)}</rdf:li>'
    return f"<{name}><rdf:Alt>{line}</rdf:Alt></{name}>" if value else ""
