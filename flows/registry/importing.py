"""Rosters into the registry: look first, then write; the same roster twice changes nothing."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Literal

from pydantic import ValidationError

from flows.accounts import homes
from flows.registry import columns
from flows.registry.cells import YES, Record, clean, listed, need, stated, whole
from flows.registry.reports import HasProblems, ImportReport, RowProblem
from flows.registry.sheets import Sheet
from schemas.address import fold_email
from schemas.alphabets import mixed_words
from schemas.cluster import Cluster, Expert, Municipality, Organisation
from schemas.errors import BadInput, BadTable, MarathonError
from schemas.marathon import Marathon
from schemas.people import Actor, Category, Person, Role
from schemas.places import place_key
from schemas.submission import UNSENT, Author, Submission, SubmissionDraft
from storage.identifiers import new_id
from storage.work import Work

Outcome = Literal["created", "updated", "same"]
AUTHOR_PARTS = 6
MOST_DOUBTS = 20
NEVER_ERASED = frozenset(
    {"format", "mentor", "publication_only"}
)  # by a table without such a column


class Desk:
    """Where one import works: the transaction, the cluster, the marathon for submissions."""

    def __init__(
        self,
        work: Work,
        cluster: Cluster,
        *,
        by: Actor,
        now: datetime,
        marathon: Marathon | None = None,
    ) -> None:
        self.work = work
        self.cluster = cluster
        self.marathon = marathon
        self.by = by
        self.now = now
        self.moves: list[homes.Move] = []


def import_sheet(desk: Desk, kind: str, sheet: Sheet) -> ImportReport:
    """Write every row; raises ``HasProblems`` with the whole report when any row is wrong.

    To preview, run it in a transaction that is rolled back.
    """
    if kind not in IMPORTERS:
        raise BadInput(f"Неизвестный вид таблицы «{kind}». Есть: {', '.join(IMPORTERS)}.")
    places = columns.match(kind, sheet.header)
    outcomes: list[Outcome] = []
    problems: list[RowProblem] = []
    seen: dict[str, int] = {}
    doubts: list[str] = []
    for row, record in numbered(sheet, places):
        doubts += doubts_of(row, record)
        try:
            refuse_double(seen, row, IDENTITY[kind](record))
            outcomes.append(IMPORTERS[kind](desk, record))
        except MarathonError as error:
            problems.append(problem_of(row, error))
        except ValidationError as error:
            problems.append(wrong_length(row, error))
    report = ImportReport(
        kind=kind,
        created=outcomes.count("created"),
        updated=outcomes.count("updated"),
        same=outcomes.count("same"),
        problems=tuple(problems),
        notes=(
            *doubts[:MOST_DOUBTS],
            *(note for moved in desk.moves for note in notes_of(desk, moved)),
        ),
    )
    if problems:
        raise HasProblems(report)
    return report


def notes_of(desk: Desk, moved: homes.Move) -> Iterable[str]:
    """What a move of an expert means for their works, when it means anything."""
    name = desk.work.people.get(moved.expert.person_id).name
    taken, sent = len(moved.taken), len(moved.sent)
    if taken:
        yield f"{name}: на экспертизе были работы нового места ({taken}), их передадут другим."
    if sent:
        yield f"{name}: уже отправлены оценки работ нового места ({sent}), проверьте конфликты."


def doubts_of(row: int, record: Record) -> Iterable[str]:
    """Words that look right and will not be found."""
    texts = (text for field, text in record.items() if field != "email")
    for word in mixed_words(*texts):
        yield (
            f"Строка {row}: в слове «{word.typed}» латинские буквы среди русских. "
            f"Верно: «{word.meant}»."
        )


def problem_of(row: int, error: MarathonError) -> RowProblem:
    return RowProblem(row=row, sentence=error.sentence, field=getattr(error, "field", "") or "")


def wrong_length(row: int, error: ValidationError) -> RowProblem:
    """What the shapes refuse in a row: texts that are too short or too long."""
    named = sorted({str(item["loc"][-1]) for item in error.errors() if item["loc"]})
    fields = ", ".join(named)
    sentence = f"слишком короткий или слишком длинный текст (поле {fields})."
    return RowProblem(row=row, sentence=sentence, field=named[0] if named else "")


def numbered(sheet: Sheet, places: Mapping[str, int]) -> Iterable[tuple[int, Record]]:
    for row, cells in sheet.numbered:
        yield row, {field: clean(cells[position]) for field, position in places.items()}


def refuse_double(seen: dict[str, int], row: int, identity: str) -> None:
    if identity and identity in seen:
        raise BadTable(f"повторяет строку {seen[identity]}: оставьте одну из них.", row=row)
    seen[identity] = row


def municipality(desk: Desk, record: Record) -> Outcome:
    name = need(record, "name", "Название")
    municipalities = desk.work.municipalities
    same_place = tuple(
        municipalities.resolve(desk.cluster.id, other).id
        for other in listed(record.get("same_place", ""))
    )
    before = municipalities.by_name(desk.cluster.id, name)
    aliases = listed(record.get("aliases", ""))
    if before is None:
        municipalities.add(
            Municipality(
                id=new_id(),
                cluster_id=desk.cluster.id,
                name=name,
                aliases=aliases,
                same_place=same_place,
            )
        )
        return "created"
    merged = before.model_copy(
        update={
            "aliases": tuple(dict.fromkeys((*before.aliases, *aliases))),
            "same_place": same_place or before.same_place,
        }
    )
    municipalities.save(merged)
    return "same" if municipalities.get(before.id) == before else "updated"


def organisation(desk: Desk, record: Record) -> Outcome:
    name = need(record, "name", "Название")
    home = desk.work.municipalities.resolve(
        desk.cluster.id, need(record, "municipality", "Муниципалитет")
    )
    short = record.get("short_name", "")
    before = desk.work.organisations.by_name(home.id, name)
    if before is None:
        desk.work.organisations.add(
            Organisation(id=new_id(), municipality_id=home.id, name=name, short_name=short)
        )
        return "created"
    after = before.model_copy(update={"short_name": short or before.short_name})
    desk.work.organisations.save(after)
    return "same" if after == before else "updated"


def expert(desk: Desk, record: Record) -> Outcome:
    email = fold_email(need(record, "email", "E-mail"))
    home = desk.work.municipalities.resolve(
        desk.cluster.id, need(record, "municipality", "Муниципалитет")
    )
    place = organisation_id(desk, home, record.get("organisation", ""))
    person, person_outcome = known_person(
        desk,
        Person(
            id=new_id(),
            name=need(record, "name", "ФИО"),
            email=email,
            position=record.get("position", ""),
            organisation_id=place,
            municipality_id=home.id,
        ),
    )
    before = desk.work.experts.of_person(person.id)
    if before is None or before.active:
        desk.work.roles.give(person.id, Role.EXPERT, scope_id=desk.cluster.id)
    if before is None:
        desk.work.experts.add(new_expert(desk, person, home, place, record))
        return "created"
    after = settled(desk, before, home, place).model_copy(update=stated(record))
    if before != after:
        desk.work.experts.save(after)
        return "updated"
    return person_outcome


def new_expert(
    desk: Desk, person: Person, home: Municipality, place: str | None, record: Record
) -> Expert:
    return Expert(
        id=new_id(),
        cluster_id=desk.cluster.id,
        person_id=person.id,
        municipality_id=home.id,
        organisation_id=place,
        **stated(record),
    )


def settled(desk: Desk, expert: Expert, home: Municipality, place: str | None) -> Expert:
    """The known expert where the roster has them."""
    stays = expert.municipality_id == home.id
    moved = homes.move(
        desk.work,
        expert,
        municipality_id=home.id,
        organisation_id=place or (expert.organisation_id if stays else None),
        by=desk.by,
        now=desk.now,
    )
    desk.moves.append(moved)
    return moved.expert


def by_short_name(desk: Desk, home: Municipality, name: str) -> Organisation | None:
    """The only organisation of the municipality that goes by this short name."""
    known = desk.work.organisations.of_municipality(home.id)
    found = [
        one for one in known if one.short_name and place_key(one.short_name) == place_key(name)
    ]
    return found[0] if len(found) == 1 else None


def organisation_id(desk: Desk, home: Municipality, name: str) -> str | None:
    """The organisation with this full or short name, registered now when it was not known."""
    if not name:
        return None
    found = desk.work.organisations.by_name(home.id, name) or by_short_name(desk, home, name)
    return (
        found
        or desk.work.organisations.add(
            Organisation(id=new_id(), municipality_id=home.id, name=name, short_name=name)
        )
    ).id


def known_person(desk: Desk, given: Person) -> tuple[Person, Outcome]:
    """The person with this address, registered or brought up to date."""
    before = desk.work.people.by_email(given.email or "")
    if before is None:
        return desk.work.people.add(given), "created"
    changes = {
        name: getattr(given, name)
        for name in ("name", "position", "organisation_id", "municipality_id")
        if getattr(given, name)
    }
    if before.municipality_id != given.municipality_id:
        changes["organisation_id"] = given.organisation_id
    after = desk.work.people.save(before.model_copy(update=changes))
    moved = homes.follow(desk.work, after, by=desk.by, now=desk.now)
    desk.moves += [moved] if moved else []
    return after, "same" if after == before else "updated"


def submission(desk: Desk, record: Record) -> Outcome:
    """A work entered for its authors: it waits as a draft of the first author until sent."""
    if desk.marathon is None:
        raise BadInput("сначала создайте марафон: работы относятся к нему.")
    authors = tuple(author(desk, line) for line in listed(need(record, "authors", "Авторы"), "|\n"))
    draft = SubmissionDraft(
        title=need(record, "title", "Название"),
        abstract=record.get("abstract", ""),
        track=whole(need(record, "track", "Направление"), "Направление"),
        subject=record.get("subject", ""),
        level=record.get("level", ""),
        format=columns.practice_format(record.get("format", "")),
        mentor=record.get("mentor", ""),
        publication_only=record.get("publication_only", "").casefold() in YES,
        keywords=listed(record.get("keywords", ""), ",;|\n"),
        authors=authors,
    )
    if draft.track not in {track.number for track in desk.marathon.tracks}:
        raise BadInput(f"направления {draft.track} в марафоне нет.")
    before = same_work(desk, draft)
    if before is None:
        desk.work.submissions.add(new_submission(desk, desk.marathon, draft))
        return "created"
    changes = {
        name: getattr(draft, name)
        for name in type(draft).model_fields
        if name != "children" and (name not in NEVER_ERASED or record.get(name))
    }
    after = before.model_copy(update=changes)
    if after == before:
        return "same"
    if before.status not in UNSENT:
        raise BadInput(f"работа № {before.number} уже отправлена: таблицей её не изменить.")
    desk.work.submissions.save(after)
    return "updated"


def same_work(desk: Desk, draft: SubmissionDraft) -> Submission | None:
    """The work of the same first author with the same title."""
    assert desk.marathon is not None  # noqa: S101  (checked by the caller)
    for known in desk.work.submissions.of_marathon(desk.marathon.id):
        if (
            known.title == draft.title
            and known.authors
            and (known.authors[0].email == draft.authors[0].email)
        ):
            return known
    return None


def new_submission(desk: Desk, marathon: Marathon, draft: SubmissionDraft) -> Submission:
    owner = draft.authors[0].person_id or desk.by.person_id
    if owner is None:
        raise BadInput("у первого автора нет адреса почты: без него некому вести работу.")
    desk.work.roles.give(owner, Role.TEACHER, scope="marathon", scope_id=marathon.id)
    return Submission(
        id=new_id(),
        marathon_id=marathon.id,
        number=desk.work.submissions.next_number(marathon.id),
        owner_id=owner,
        created_at=desk.now,
        **{name: getattr(draft, name) for name in type(draft).model_fields},
    )


def author(desk: Desk, line: str) -> Author:
    """«ФИО, должность, категория, организация, муниципалитет, e-mail»; the last two matter most."""
    parts = [part.strip() for part in line.split(",")]
    if len(parts) < AUTHOR_PARTS:
        raise BadInput(
            f"автор «{line}»: нужно «ФИО, должность, категория, организация, муниципалитет, e-mail»."
        )
    name, *position, category, school, place, email = parts
    home = desk.work.municipalities.resolve(desk.cluster.id, place)
    person, _ = known_person(
        desk,
        Person(
            id=new_id(),
            name=name,
            email=fold_email(email),
            position=", ".join(position),
            category=known_category(category),
            organisation_id=organisation_id(desk, home, school),
            municipality_id=home.id,
        ),
    )
    return Author(
        name=name,
        position=", ".join(position),
        category=known_category(category),
        organisation=school,
        organisation_id=person.organisation_id,
        municipality_id=home.id,
        email=person.email,
        person_id=person.id,
    )


def known_category(word: str) -> Category:
    folded = word.casefold()
    return next((one for one in Category if one.value in folded), Category.NONE)


IMPORTERS: Mapping[str, Callable[[Desk, Record], Outcome]] = {
    "municipalities": municipality,
    "organisations": organisation,
    "experts": expert,
    "submissions": submission,
}
IDENTITY: Mapping[str, Callable[[Record], str]] = {
    "municipalities": lambda record: record.get("name", "").casefold(),
    "organisations": lambda record: (
        f"{record.get('name', '')}/{record.get('municipality', '')}".casefold()
    ),
    "experts": lambda record: record.get("email", "").casefold(),
    "submissions": lambda record: (
        f"{record.get('title', '')}/{record.get('authors', '')}".casefold()
    ),
}
