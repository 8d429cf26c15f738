"""Editions of the collection: gathered from decisions, kept in the file store."""

from collections import defaultdict
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError

from flows.compilation import gathering
from flows.compilation.delivery import PROBLEMS, RECORD
from flows.compilation.gathering import Chapter, Gathered, Material
from flows.compilation.versions import versions
from schemas.collection import Artefact, Edition
from schemas.decision import DecisionStatus
from schemas.design import Design, Look
from schemas.errors import BadInput, NotFound
from schemas.extraction import Kind
from schemas.manifest import ArticleAuthor
from schemas.manifest import Imprint as VolumeImprint
from schemas.marathon import Marathon
from schemas.ordering import name_key
from schemas.people import Actor
from schemas.submission import (
    DerivativeKind,
    FileStatus,
    Submission,
    SubmissionFile,
    SubmissionStatus,
)
from schemas.volume import Build
from storage.files import FileStore
from storage.identifiers import new_id
from storage.work import Work

PRINTABLE = (SubmissionStatus.DECIDED, SubmissionStatus.PUBLISHED)
FOR_ORGANISERS = frozenset({RECORD, PROBLEMS})
"""Files of an edition that name works which were left out, and why."""


def approved(work: Work, marathon_id: str) -> list[Submission]:
    """Works with a confirmed decision to publish, by number."""
    yes = {
        (decision.submission_id, decision.round)
        for decision in work.decisions.of_marathon(marathon_id)
        if decision.status is DecisionStatus.CONFIRMED and decision.publication
    }
    works = work.submissions.of_marathon(marathon_id, status=PRINTABLE)
    return [one for one in works if (one.id, one.round) in yes]


def gather(work: Work, marathon_id: str) -> Gathered:
    """What the next edition is made of. Raises ``BadInput`` when nothing may be printed."""
    marathon = work.marathons.get(marathon_id)
    chapters, left_out = defaultdict(list), []
    for submission in approved(work, marathon_id):
        file = accepted_file(work, submission)
        document = document_of(work, file)
        codes = gathering.obstacles(submission, has_document=document is not None)
        if file is None or document is None or codes:
            left_out.append(gathering.problem(submission, codes))
        else:
            chapters[submission.track].append(material(work, submission, file, document))
    if not chapters:
        reasons = "".join(f" «{one.title}»: {one.sentence}" for one in left_out[:1])
        raise BadInput(
            "Собирать нечего: нет ни одной утверждённой работы, которую можно опубликовать."
            + reasons,
            code="no_articles",
        )
    title, subtitle = titles(marathon)
    return Gathered(
        marathon_id=marathon_id,
        title=title,
        subtitle=subtitle,
        year=marathon.year,
        place=marathon.imprint.place,
        cluster=work.clusters.get(marathon.cluster_id).name,
        imprint=imprint(work, marathon),
        design=look_of(marathon.design),
        logo=marathon.design.logo,
        chapters=tuple(
            Chapter(title=track.title, materials=gathering.in_order(chapters[track.number]))
            for track in marathon.tracks
            if track.number in chapters
        ),
        left_out=tuple(left_out),
    )


def titles(marathon: Marathon) -> tuple[str, str]:
    """What the title page says: the theme if there is one, and what the book is."""
    if not marathon.theme:
        return marathon.title, "Сборник материалов"
    return marathon.theme, f"Сборник материалов: {marathon.title}"


def look_of(design: Design) -> Look:
    """What of the marathon's design the volume shows."""
    return Look(template=design.template, accent=design.accent)


def accepted_file(work: Work, submission: Submission) -> SubmissionFile | None:
    files = [one for one in work.files.of(submission.id) if one.status is FileStatus.ACCEPTED]
    return files[-1] if files else None


def document_of(work: Work, file: SubmissionFile | None) -> str | None:
    """The digest of the structure that was read from ``file``."""
    found = work.derivatives.of(file.id, DerivativeKind.DOCUMENT) if file else []
    return found[0].sha256 if found else None


def material(work: Work, submission: Submission, file: SubmissionFile, document: str) -> Material:
    images = work.derivatives.of(file.id, DerivativeKind.IMAGE)
    return Material(
        submission_id=submission.id,
        number=submission.number,
        title=submission.title,
        abstract=submission.abstract,
        keywords=submission.keywords,
        authors=tuple(
            ArticleAuthor(
                name=author.name,
                position=author.position,
                organisation=author.organisation,
                municipality=work.municipalities.get(author.municipality_id).name,
            )
            for author in submission.authors
        ),
        document=document,
        images={image.name: image.sha256 for image in images},
        original=file.sha256 if may_print_original(work, submission, file) else None,
        warnings=gathering.worth_telling(file.extraction),
    )


def may_print_original(work: Work, submission: Submission, file: SubmissionFile) -> bool:
    """Pages of a file that a virus was found in go to nobody: its text is set instead."""
    return is_original(submission, file) and work.files.virus_in(file.sha256) is None


def is_original(submission: Submission, file: SubmissionFile) -> bool:
    """Whether the author's pages are printed as they are: only those of a PDF can be."""
    kind = file.extraction.kind if file.extraction else None
    return submission.print_as_is and kind == Kind.PDF


def imprint(work: Work, marathon: Marathon) -> VolumeImprint:
    """Выходные сведения; the editorial board are the experts who sent reviews."""
    experts = work.experts.many(one.expert_id for one in work.reviews.sent(marathon.id))
    people = work.people.many(expert.person_id for expert in experts.values())
    names = {person.name for person in people.values() if person.erased_at is None}
    stated = marathon.imprint
    return VolumeImprint(
        publisher=stated.publisher,
        editors=tuple(sorted(names, key=name_key)),
        udk=stated.udk or None,
        bbk=stated.bbk or None,
        isbn=stated.isbn or None,
        copyright=stated.copyright,
    )


def record_of(edition: Edition | None, files: FileStore) -> Build | None:
    """The record of the edition's build, if it is still there and readable."""
    if edition is None:
        return None
    try:
        return Build.model_validate_json(content(edition, files, RECORD))
    except (NotFound, ValidationError):
        return None


def unchanged(work: Work, files: FileStore, gathered: Gathered) -> Edition | None:
    """The latest edition if it was built of exactly this by exactly these programs."""
    latest = work.editions.latest(gathered.marathon_id)
    record = record_of(latest, files)
    same = record is not None and record.inputs == gathered.inputs()
    return latest if record and same and record.versions == versions() else None


def store(out: Path, files: FileStore) -> tuple[Artefact, ...]:
    """Every file of a build folder, kept in the file store."""
    paths = sorted(path for path in out.rglob("*") if path.is_file())
    return tuple(
        Artefact(path=path.relative_to(out).as_posix(), **files.save_file(path).model_dump())
        for path in paths
    )


def keep(
    work: Work,
    gathered: Gathered,
    build: Build,
    artefacts: tuple[Artefact, ...],
    *,
    files: FileStore,
    by: Actor,
    now: datetime,
) -> Edition:
    """The new edition, numbered after the latest, with what has changed since then.

    Two runs that built the same volume at one moment make one edition, and a run that began
    earlier and took longer does not come after one that built things as they are now. Raises
    ``BadInput`` when nothing may be printed any more.
    """
    work.journal.lock()
    same = already_kept(work, gathered, files)
    if same is not None:
        return same
    latest = work.editions.latest(gathered.marathon_id)
    before = record_of(latest, files)
    edition = work.editions.add(
        Edition(
            id=new_id(),
            marathon_id=gathered.marathon_id,
            number=latest.number + 1 if latest else 1,
            built_at=gathered.gathered_at or now,
            artefacts=artefacts,
            problems=gathering.problems_of(gathered, build),
            articles=gathering.printed(gathered, build),
            changes=gathering.changes(before.inputs if before else {}, build.inputs),
        )
    )
    work.journal.write(by, action="built", kind="edition", subject_id=edition.id, now=now)
    return edition


def has_lost(work: Work, gathered: Gathered) -> bool:
    """Whether a work or a name of what was gathered may not be printed any more."""
    try:
        current = gather(work, gathered.marathon_id)
    except BadInput:
        return True
    stay = {one.submission_id for one in current.materials}
    works = {one.submission_id for one in gathered.materials}
    return not (works <= stay and gathered.people <= current.people)


def already_kept(work: Work, gathered: Gathered, files: FileStore) -> Edition | None:
    """The latest edition, if it is the same volume or just what would be gathered now."""
    same = unchanged(work, files, gathered)
    if same is not None or work.editions.latest(gathered.marathon_id) is None:
        return same
    return unchanged(work, files, gather(work, gathered.marathon_id))


def artefact(edition: Edition, path: str) -> Artefact:
    """Raises ``NotFound``."""
    for one in edition.artefacts:
        if one.path == path:
            return one
    raise NotFound("В этом выпуске нет такого файла.")


def content(edition: Edition, files: FileStore, path: str) -> bytes:
    """The bytes of one file of the edition; raises ``NotFound``."""
    return files.read(artefact(edition, path).sha256)
