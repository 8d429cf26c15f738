"""From the marathon's decisions to a volume: which works may be printed, and in which order."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime

from pydantic import ValidationError

from flows.compilation import rules
from flows.compilation.sources import WORTH_TELLING
from schemas.base import Schema
from schemas.collection import WorkProblem
from schemas.design import Look
from schemas.document import Document
from schemas.errors import NotFound
from schemas.extraction import Extraction, WarningCode, sentence
from schemas.manifest import ArticleAuthor, Imprint
from schemas.ordering import Key, name_key
from schemas.submission import Submission
from schemas.volume import Build, Problem, Volume, VolumeArticle, VolumeSection
from storage.files import FileStore

NO_DOCUMENT = "no_document"
LOOK = {"design", "logo"}
FRONT_CHANGED = "Изменены титул, порядок или выходные сведения."
LOOK_CHANGED = "Изменено оформление."
NOTHING_CHANGED = "Слова и оформление прежние, обновлена программа сборки."
SENTENCES = {
    "no_distribution": (
        "Нет согласия на распространение имени и места работы автора: попросите автора "
        "поставить отметку в форме материала."
    ),
    "no_licence": (
        "Нет разрешения на публикацию материала: попросите автора поставить отметку в форме."
    ),
    "children_unanswered": (
        "Автор не ответил, есть ли в материале фото или фамилии детей: попросите ответить."
    ),
    "children_remove": (
        "В материале есть фото или фамилии детей без согласия родителей: их нужно убрать "
        "и загрузить файл снова."
    ),
    NO_DOCUMENT: (
        "Принятого файла с текстом у материала нет: попросите автора загрузить файл снова."
    ),
}


class Material(Schema):
    """A work to be printed: its words and, by digest, its structure and pictures.

    ``original`` is the author's PDF if its pages are to be printed as they are.
    """

    submission_id: str
    number: int
    title: str
    abstract: str
    keywords: tuple[str, ...]
    authors: tuple[ArticleAuthor, ...]
    document: str
    images: dict[str, str]
    original: str | None = None
    warnings: tuple[WarningCode, ...] = ()

    @property
    def digest(self) -> str:
        """Changes with anything a reader could see."""
        plain = self.model_dump_json(exclude=set() if self.original else {"original"})
        return hashlib.sha256(plain.encode()).hexdigest()


class Chapter(Schema):
    title: str
    materials: tuple[Material, ...]


class Gathered(Schema):
    """What an edition is made of; ``left_out`` are approved works that must not be printed.

    ``logo`` is the digest of a picture in the file store; ``gathered_at`` the moment from which
    on what is sent is not in the edition.
    """

    marathon_id: str
    gathered_at: datetime | None = None
    title: str
    subtitle: str
    year: int
    place: str
    cluster: str
    imprint: Imprint
    design: Look = Look()
    logo: str | None = None
    chapters: tuple[Chapter, ...]
    left_out: tuple[WorkProblem, ...] = ()

    @property
    def materials(self) -> list[Material]:
        return [material for chapter in self.chapters for material in chapter.materials]

    @property
    def people(self) -> set[str]:
        """Names printed in the volume."""
        authors = {author.name for one in self.materials for author in one.authors}
        return authors | set(self.imprint.editors)

    def inputs(self) -> dict[str, str]:
        """Digests by what they are of, as the record of the build keeps them."""
        front = self.model_dump_json(exclude={"chapters", "gathered_at", *LOOK})
        look = self.model_dump_json(include=LOOK)
        order = [
            [chapter.title, [m.number for m in chapter.materials]] for chapter in self.chapters
        ]
        words = {"volume": f"{front}{order}", "look": look}
        digests = {key: hashlib.sha256(text.encode()).hexdigest() for key, text in words.items()}
        return digests | {key_of(m.number): m.digest for m in self.materials}


def key_of(number: int) -> str:
    return f"work/{number}"


def obstacles(submission: Submission, *, has_document: bool) -> list[str]:
    """Codes of everything that keeps the work out of the collection."""
    return [*submission.withheld, *([] if has_document else [NO_DOCUMENT])]


def problem(submission: Submission, codes: Sequence[str]) -> WorkProblem:
    return WorkProblem(
        submission_id=submission.id,
        title=submission.title,
        code=codes[0],
        sentence=" ".join(SENTENCES[code] for code in codes),
    )


def in_order(materials: Iterable[Material]) -> tuple[Material, ...]:
    """By the first author's surname, as collections are; then in order of arrival."""

    def place(material: Material) -> tuple[Key, int]:
        first = material.authors[0].name if material.authors else ""
        return name_key(rules.surname_first(first)), material.number

    return tuple(sorted(materials, key=place))


def worth_telling(extraction: Extraction | None) -> tuple[WarningCode, ...]:
    """Losses in reading that an organiser should know of."""
    if extraction is None:
        return ()
    return tuple(code for code in extraction.warnings if code in WORTH_TELLING)


def volume_of(gathered: Gathered, files: FileStore) -> Volume:
    """The volume to be set; structure and pictures come from the file store as they were read."""
    sections: list[VolumeSection] = []
    losses: list[Problem] = []
    for chapter in gathered.chapters:
        read = [article(material, chapter.title, files) for material in chapter.materials]
        whole = tuple(one for one in read if isinstance(one, VolumeArticle))
        sections.append(VolumeSection(title=chapter.title, articles=whole))
        for one in read:
            losses += one.problems if isinstance(one, VolumeArticle) else [one]
    return Volume(
        title=gathered.title,
        subtitle=gathered.subtitle,
        year=gathered.year,
        place=gathered.place,
        cluster=gathered.cluster,
        imprint=gathered.imprint,
        design=gathered.design,
        logo=files.existing(gathered.logo) if gathered.logo else None,
        sections=tuple(sections),
        problems=(*(of_volume(one) for one in gathered.left_out), *losses),
    )


def article(material: Material, section: str, files: FileStore) -> VolumeArticle | Problem:
    """The article, or why it is left out: what was read from its file has been lost since."""
    try:
        whole = VolumeArticle(
            title=material.title,
            authors=material.authors,
            abstract=material.abstract,
            keywords=material.keywords,
            file=str(material.number),
            document=Document.model_validate_json(files.read(material.document)),
            images={name: files.existing(sha256) for name, sha256 in material.images.items()},
            original=files.existing(material.original) if material.original else None,
            problems=losses_of(material, section),
        )
    except (NotFound, ValidationError):
        return lost(material, section)
    return rules.without_repeated_head(whole)


def lost(material: Material, section: str) -> Problem:
    return Problem(
        section=section,
        title=material.title,
        file=str(material.number),
        outcome="left_out",
        code=NO_DOCUMENT,
        sentence=SENTENCES[NO_DOCUMENT],
    )


def losses_of(material: Material, section: str) -> tuple[Problem, ...]:
    if not material.warnings:
        return ()
    return (
        Problem(
            section=section,
            title=material.title,
            file=str(material.number),
            outcome="changed",
            code=material.warnings[0],
            sentence=" ".join(sentence(code) for code in material.warnings),
        ),
    )


def of_volume(one: WorkProblem) -> Problem:
    return Problem(
        section="",
        title=one.title,
        file="",
        outcome="left_out",
        code=one.code,
        sentence=one.sentence,
    )


def printed(gathered: Gathered, build: Build) -> tuple[str, ...]:
    """Ids of the works in the volume, in its order; those that could not be set are not in it."""
    left = {one.file for one in build.problems if one.outcome == "left_out"}
    return tuple(one.submission_id for one in gathered.materials if str(one.number) not in left)


def problems_of(gathered: Gathered, build: Build) -> tuple[WorkProblem, ...]:
    """The build's problems tied to the works they are about."""
    works = {str(material.number): material.submission_id for material in gathered.materials}
    told = [
        WorkProblem(
            submission_id=works[one.file],
            title=one.title,
            code=one.code,
            sentence=one.sentence,
        )
        for one in build.problems
        if one.file in works
    ]
    return (*gathered.left_out, *told)


def changes(before: dict[str, str], after: dict[str, str]) -> str:
    """What differs between two editions, in Russian; empty for the first one."""
    if not before:
        return ""
    lists = {
        "Добавлены": after.keys() - before.keys(),
        "Изъяты": before.keys() - after.keys(),
        "Изменены": {key for key in before.keys() & after.keys() if before[key] != after[key]},
    }
    works = [f"{word}: {numbers(keys)}." for word, keys in lists.items() if numbers(keys)]
    differ = {key for key in ("volume", "look") if before.get(key, "") != after[key]}
    front = [FRONT_CHANGED] if "volume" in differ and not works else []
    look = [LOOK_CHANGED] if "look" in differ and "look" in before else []
    return " ".join([*works, *front, *look]) or NOTHING_CHANGED


def numbers(keys: Iterable[str]) -> str:
    found = sorted(int(key.removeprefix("work/")) for key in keys if key.startswith("work/"))
    return ", ".join(f"№ {number}" for number in found)
