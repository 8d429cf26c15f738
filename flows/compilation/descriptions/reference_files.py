"""BibTeX and RIS: the volume's articles for reference managers, together and one by one."""

from flows.compilation import rules
from flows.compilation.descriptions.naming import address, doi
from flows.compilation.renditions import edition_facts
from flows.compilation.renditions.characters import one_line
from schemas.volume import Volume, VolumeArticle

_TEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{sign: f"\\{sign}" for sign in "{}$&#_%"},
    }
)


def bibtex_entry(volume: Volume, article: VolumeArticle, number: int, span: tuple[int, int]) -> str:
    """Return the entry of article ``number`` (from 1)."""
    fields = {
        "author": " and ".join(_inverted(author.name) for author in article.authors),
        "title": article.title,
        "booktitle": volume.title,
        "edition": str(volume.edition) if volume.edition > 1 else "",
        "editor": " and ".join(_inverted(name) for name in volume.imprint.editors),
        "publisher": volume.imprint.publisher,
        "address": volume.place,
        "year": str(volume.year),
        "pages": rules.page_range(span, "--"),
        "keywords": ", ".join(article.keywords),
        "isbn": volume.imprint.isbn or "",
        "doi": doi(volume, number),
        "url": address(volume, number),
        "langid": "russian",
    }
    lines = [f"  {name} = {{{_tex(value)}}}" for name, value in fields.items() if value]
    return f"@incollection{{article{number:03},\n" + ",\n".join(lines) + "\n}\n"


def ris_entry(volume: Volume, article: VolumeArticle, number: int, span: tuple[int, int]) -> str:
    """Return the record of article ``number`` (from 1)."""
    fields = [
        ("TY", "CHAP"),
        *(("AU", _inverted(author.name)) for author in article.authors),
        ("TI", article.title),
        ("T2", volume.title),
        ("ET", edition_facts.note(volume.edition)),
        *(("A2", _inverted(name)) for name in volume.imprint.editors),
        ("PB", volume.imprint.publisher),
        ("CY", volume.place),
        ("PY", str(volume.year)),
        ("SP", str(span[0])),
        ("EP", str(span[1])),
        *(("KW", word) for word in article.keywords),
        ("AB", article.abstract),
        ("SN", volume.imprint.isbn or ""),
        ("DO", doi(volume, number)),
        ("UR", address(volume, number)),
        ("LA", "ru"),
    ]
    written = ((tag, one_line(value)) for tag, value in fields)
    lines = "".join(f"{tag}  - {value}\r\n" for tag, value in written if value)
    return f"{lines}ER  - \r\n"


def _inverted(written: str) -> str:
    name = rules.person_name(written)
    return f"{name.family}, {name.given}".rstrip(", ")


def _tex(text: str) -> str:
    return one_line(text).translate(_TEX)
