"""Reads the sources of the sample marathon: front matter and markdown body of every work."""

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
WORKS = HERE / "works"
IMAGES = HERE / "images"
FILES = HERE / "files"

FIGURE_WIDTHS = {"columns": 100, "landscape": 48}  # per cent of the line
_IMAGE = re.compile(r"(!\[[^\]]*\]\((images/[^)]+)\))(?!\{)")


@dataclass(frozen=True)
class Author:
    """A person as the source names them; the spelling of the municipality is what people type."""

    name: str
    position: str
    category: str
    organisation: str
    municipality: str
    email: str

    @property
    def line(self) -> str:
        """The author in one cell of `submissions.csv`."""
        parts = (self.name, self.position, self.category, self.organisation)
        return ", ".join((*parts, self.municipality, self.email))

    @property
    def byline(self) -> str:
        """The author as teachers write themselves under a title."""
        return f"{self.name}, {self.position}, {self.organisation}, {self.municipality}"


@dataclass(frozen=True)
class Work:
    """One source: what the front matter says and the markdown under it."""

    number: int
    title: str
    track: int
    subject: str
    level: str
    keywords: tuple[str, ...]
    abstract: str
    authors: tuple[Author, ...]
    format: str
    defects: frozenset[str]
    look: str
    header: str
    figures: tuple[dict[str, Any], ...]
    body: str

    @property
    def file_name(self) -> str:
        return f"{self.number:02d}.{self.format}"

    @property
    def metadata_author(self) -> str:
        """What the file's own metadata says about who wrote it."""
        return self.authors[0].name if "author_in_metadata" in self.defects else "Пользователь"

    @property
    def markdown(self) -> str:
        """The body with figure widths set and, where the work is careless, the authors on top."""
        width = FIGURE_WIDTHS.get(self.look, 80)
        body = _IMAGE.sub(rf"\1{{width={width}%}}", self.body)
        return f"{self._bylines}{body}"

    @property
    def _bylines(self) -> str:
        if "author_in_body" not in self.defects or self.format == "pptx":
            return ""
        label = "Авторы" if len(self.authors) > 1 else "Автор"
        return f"*{label}:* " + ";\n".join(author.byline for author in self.authors) + ".\n\n"


def read_works() -> list[Work]:
    """All works in the order of their numbers."""
    return sorted((read_work(path) for path in WORKS.glob("*.md")), key=lambda work: work.number)


def read_work(path: Path) -> Work:
    """One work.

    Raises:
        ValueError: the file does not start with a front matter block.

    """
    parts = path.read_text(encoding="utf-8").split("---\n", 2)
    if len(parts) != 3 or parts[0]:  # noqa: PLR2004
        raise ValueError(f"{path.name}: no front matter")
    return _work(yaml.safe_load(parts[1]), parts[2].strip() + "\n")


def _work(front: dict[str, Any], body: str) -> Work:
    """Text is composed here: the one decomposed letter of the trap belongs to the registry rows."""
    return Work(
        number=int(front["number"]),
        title=front["title"],
        track=int(front["track"]),
        subject=front["subject"],
        level=front["level"],
        keywords=tuple(front["keywords"]),
        abstract=" ".join(front["abstract"].split()),
        authors=tuple(Author(**author) for author in front["authors"]),
        format=front["format"],
        defects=frozenset(front.get("defects") or ()),
        look=front.get("look", "plain"),
        header=front.get("header", ""),
        figures=tuple(front.get("figures") or ()),
        body=unicodedata.normalize("NFC", body),
    )
