"""The collection's manifest: what ``marathon compile`` is given, and the refusal of what is wrong.

The shape is public (design contract, "compile"). Everything that can be known without opening
a file is checked here; what is wrong with one article's file is a problem of that article and
found when the file is read.
"""

from collections.abc import Iterator
from pathlib import PurePosixPath, PureWindowsPath
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, ValidationError

from schemas.base import Schema
from schemas.design import Look
from schemas.errors import BadInput

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]
OptionalLine = Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000)]


def in_the_folder(file: str) -> str:
    """Refuse a path that leaves the manifest's folder, on any operating system."""
    windows = PureWindowsPath(file)
    escapes = ".." in windows.parts or windows.drive or windows.root
    if escapes or PurePosixPath(file).is_absolute() or "\0" in file:
        raise ValueError("outside")
    return file


BesideManifest = Annotated[Line, AfterValidator(in_the_folder)]


class ArticleAuthor(Schema):
    """``name`` is the full name as the author writes it, surname first by custom."""

    name: Line
    position: OptionalLine = ""
    organisation: OptionalLine = ""
    municipality: OptionalLine = ""
    email: OptionalLine | None = None


class ManifestArticle(Schema):
    """``file`` is relative to the manifest's folder; without ``consent`` nothing is published.

    ``as_is`` places the pages of a PDF as they are; a file of another kind is set as ever.
    """

    title: Line
    authors: tuple[ArticleAuthor, ...] = Field(min_length=1)
    abstract: Annotated[str, StringConstraints(strip_whitespace=True, max_length=20_000)] = ""
    keywords: tuple[Line, ...] = ()
    file: BesideManifest
    consent: bool = False
    as_is: bool = False


class ManifestSection(Schema):
    title: Line
    articles: tuple[ManifestArticle, ...]


class Imprint(Schema):
    """Выходные сведения. ``doi_prefix`` and ``url`` only matter to the exported metadata."""

    publisher: OptionalLine = ""
    editors: tuple[Line, ...] = ()
    udk: OptionalLine | None = None
    bbk: OptionalLine | None = None
    isbn: OptionalLine | None = None
    copyright: OptionalLine = ""
    doi_prefix: OptionalLine | None = None
    url: OptionalLine | None = None


class ManifestDesign(Look):
    """``logo`` is a picture beside the manifest; without it the pages are made of type alone."""

    logo: BesideManifest | None = None


class Manifest(Schema):
    """``edition`` and ``changes`` are for a corrected volume: its number, what is new in it."""

    title: Line
    subtitle: OptionalLine | None = None
    year: int = Field(ge=1900, le=2200)
    place: OptionalLine = ""
    cluster: OptionalLine = ""
    language: Literal["ru"] = "ru"
    imprint: Imprint = Imprint()
    design: ManifestDesign = ManifestDesign()
    edition: int = Field(default=1, ge=1, le=99)
    changes: tuple[Line, ...] = ()
    sections: tuple[ManifestSection, ...] = Field(min_length=1)

    @classmethod
    def parse(cls, text: str | bytes) -> Self:
        """Read JSON ``text``; ``BadInput`` carries a sentence naming the place."""
        try:
            return cls.model_validate_json(text)
        except ValidationError as refusal:
            raise _bad_input(refusal) from None

    def articles(self) -> Iterator[ManifestArticle]:
        for section in self.sections:
            yield from section.articles


_SENTENCES = {
    "json_invalid": "Манифест — не JSON: проверьте скобки, кавычки и кодировку (нужна UTF-8).",
    "missing": "В манифесте не заполнено поле «{field}»: добавьте его.",
    "extra_forbidden": "В манифесте есть незнакомое поле «{field}»: уберите его или исправьте имя.",
    "string_too_short": "В манифесте пусто поле «{field}»: впишите значение.",
    "too_long": "В манифесте слишком длинное поле «{field}»: сократите его.",
    "string_too_long": "В манифесте слишком длинное поле «{field}»: сократите его.",
    "string_type": "В манифесте поле «{field}» должно быть строкой.",
    "string_unicode": "В манифесте в поле «{field}» испорченные символы: перенаберите его.",
    "bool_type": "В манифесте поле «{field}» должно быть true или false.",
    "bool_parsing": "В манифесте поле «{field}» должно быть true или false.",
    "literal_error": "В манифесте поле «{field}» может быть только «ru».",
    "enum": "В манифесте в поле «{field}» незнакомое имя: есть classic, modern и compact.",
}
_PLACES = {
    "sections": "В манифесте нет ни одного раздела: добавьте в «sections» хотя бы один.",
    "authors": "В манифесте у статьи нет авторов: заполните «{field}».",
    "year": "В манифесте поле «year» должно быть годом из четырёх цифр.",
    "file": "Файл статьи «{value}» лежит вне папки манифеста: положите его рядом с манифестом.",
    "logo": "Логотип «{value}» лежит вне папки манифеста: положите его рядом с манифестом.",
    "accent": "В манифесте поле «{field}»: {told}",
}
_BY_PLACE = {"too_short", "value_error", "greater_than_equal", "less_than_equal", "int_parsing"}


def _bad_input(refusal: ValidationError) -> BadInput:
    error = refusal.errors(include_url=False)[0]
    field = ".".join(str(part + 1 if isinstance(part, int) else part) for part in error["loc"])
    last = str(error["loc"][-1]) if error["loc"] else ""
    fallback = "В манифесте неверное значение поля «{field}»: исправьте его."
    if error["type"] in _BY_PLACE | {"int_type"}:
        sentence = _PLACES.get(last, fallback)
    else:
        sentence = _SENTENCES.get(error["type"], fallback)
    value = str(error["input"])[:200]
    told = error.get("ctx", {}).get("error", "")
    return BadInput(sentence.format(field=field, value=value, told=told), field=field or None)
