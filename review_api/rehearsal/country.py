"""A made-up country: municipalities, schools, experts, teachers and their works, as many as wanted.

For benches and tests that need size. Everything follows from numbers alone, is written in batches and
is what the stages themselves would have left behind; nobody in it exists.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from math import ceil
from typing import TypeVar

from review_api.many_works import people, schools_of
from schemas.base import Schema
from schemas.cluster import Cluster, Expert, Municipality
from schemas.marathon import AssignmentPolicy, DecisionPolicy, Marathon, Phase, Track
from schemas.people import Person, Role
from schemas.submission import (
    Author,
    Children,
    Consent,
    ConsentKind,
    FileStatus,
    Submission,
    SubmissionFile,
    SubmissionStatus,
)
from storage.identifiers import new_id
from storage.installation import Installation
from storage.work import Work

AnyT = TypeVar("AnyT")

BATCH = 500
FEWEST_PLACES = 9
WORKS_IN_A_PLACE = 40
SCHOOLS_IN_A_PLACE = 3
TRACKS = ("Поддержка отстающих", "Развитие сильных", "Функциональная грамотность")
SUBJECTS = ("Математика", "Русский язык", "История", "Биология", "Физика", "Музыка", "Технология")
FORMS = ("Мастерская", "Проект", "Клуб", "Лаборатория", "Экспедиция", "Игра", "Тетрадь", "Музей")
SYLLABLES = (
    "ба",
    "ве",
    "го",
    "ду",
    "жи",
    "за",
    "ко",
    "лу",
    "ме",
    "на",
    "пи",
    "ро",
    "су",
    "те",
    "фи",
    "хо",
    "чу",
)
GOALS = (
    "для тех, кто боится ошибиться",
    "в сельской школе",
    "в разновозрастной группе",
    "вместе с родителями",
    "на уроке и после него",
    "для одарённых детей",
    "в начальной школе",
)


class Size(Schema):
    """``printed`` works may be published; authors of the others have not given the licence."""

    works: int
    experts: int
    reviews: int = 3
    printed: int = 200

    @property
    def places(self) -> int:
        return max(FEWEST_PLACES, self.works // WORKS_IN_A_PLACE)

    @property
    def capacity(self) -> int:
        """Works an expert may hold: what is needed and a third more."""
        return ceil(self.works * self.reviews / self.experts * 4 / 3)


class Country(Schema):
    """Ids of what was settled."""

    cluster: str
    marathon: str
    organiser: str
    places: tuple[str, ...]
    schools: tuple[str, ...]


def settle(installation: Installation, size: Size, *, now: datetime) -> Country:
    """Registry, experts, an organiser and a marathon that takes materials; no works yet."""
    with installation.begin() as work:
        cluster = work.clusters.add(Cluster(id=new_id(), name="Страна Замеров"))
        places = [
            Municipality(id=new_id(), cluster_id=cluster.id, name=f"Замеровский район № {number}")
            for number in range(1, size.places + 1)
        ]
        work.municipalities.add_many(places)
        schools = list(schools_of(places, size.places * SCHOOLS_IN_A_PLACE))
        work.organisations.add_many(schools)
        organiser = work.people.add(
            Person(id=new_id(), name="Орлов Фома Ильич", email="orlov@example.ru")
        )
        work.roles.give(organiser.id, Role.ORGANISER, scope_id=cluster.id)
        marathon = work.marathons.add(a_marathon(cluster.id, size, now))
    country = Country(
        cluster=cluster.id,
        marathon=marathon.id,
        organiser=organiser.id,
        places=tuple(one.id for one in places),
        schools=tuple(one.id for one in schools),
    )
    for some in batches(range(size.experts)):
        with installation.begin() as work:
            add_experts(work, country, size, some)
    return country


def a_marathon(cluster_id: str, size: Size, now: datetime) -> Marathon:
    slots = max(4, size.works // 200)
    return Marathon(
        id=new_id(),
        cluster_id=cluster_id,
        title="Марафон замеров",
        year=now.year,
        phase=Phase.INTAKE,
        opens_at=now - timedelta(days=30),
        submissions_until=now + timedelta(days=1),
        reviews_until=now + timedelta(days=60),
        live_on=(now + timedelta(days=90)).date(),
        tracks=tuple(
            Track(number=number, title=title, live_slots=slots)
            for number, title in enumerate(TRACKS, start=1)
        ),
        assignment=AssignmentPolicy(reviews=size.reviews),
        decision=DecisionPolicy(adaptive=False),
    )


def add_experts(work: Work, country: Country, size: Size, numbers: Sequence[int]) -> None:
    """Experts of all municipalities in turn, each with an account."""
    known = [
        named(person, number)
        for person, number in zip(people(len(numbers), "expert"), numbers, strict=True)
    ]
    work.people.add_many(known)
    work.experts.add_many(
        [
            Expert(
                id=new_id(),
                cluster_id=country.cluster,
                person_id=person.id,
                municipality_id=country.places[number % len(country.places)],
                organisation_id=country.schools[number % len(country.schools)],
                position="методист",
                specialisations=(SUBJECTS[number % len(SUBJECTS)],),
                tracks=(1 + number % len(TRACKS),) if number % 2 else (),
                capacity=size.capacity,
                senior=number % 5 == 0,
            )
            for number, person in zip(numbers, known, strict=True)
        ]
    )


def add_checked_works(
    installation: Installation,
    country: Country,
    size: Size,
    numbers: Iterable[int],
    *,
    models: Sequence[str],
    now: datetime,
) -> None:
    """Works as the check leaves them.

    ``models`` are works that have been checked: their files and what was made of them, in turn,
    are those of the new ones. Without models the works have no files.
    """
    for some in batches(numbers):
        with installation.begin() as work:
            owners = [
                named(one, 7 * number)
                for one, number in zip(people(len(some), "teacher"), some, strict=True)
            ]
            work.people.add_many(owners)
            added = [
                a_work(country, size, number, owner, now=now)
                for number, owner in zip(some, owners, strict=True)
            ]
            work.submissions.add_many(added)
            if models:
                give_files(work, added, [models[number % len(models)] for number in some], now=now)


def a_work(
    country: Country, size: Size, number: int, owner: Person, *, now: datetime
) -> Submission:
    kinds = tuple(ConsentKind) if number < size.printed else (ConsentKind.PROCESSING,)
    sent = now - timedelta(minutes=number % 10_000)
    return Submission(
        id=new_id(),
        marathon_id=country.marathon,
        number=number + 1,
        owner_id=owner.id,
        status=SubmissionStatus.CHECKED,
        title=title_of(number),
        abstract=abstract_of(number),
        track=1 + number % len(TRACKS),
        subject=SUBJECTS[number % len(SUBJECTS)],
        authors=(author_of(country, number, owner),),
        consents=tuple(Consent(kind=kind, text_version="1", given_at=sent) for kind in kinds),
        children=Children.NONE,
        created_at=sent,
        submitted_at=sent,
    )


def author_of(country: Country, number: int, person: Person) -> Author:
    place, school = number % len(country.places), number % len(country.schools)
    return Author(
        name=person.name,
        person_id=person.id,
        email=person.email,
        position="учитель",
        organisation=f"Школа № {school}",
        organisation_id=country.schools[school],
        municipality_id=country.places[place],
    )


def give_files(
    work: Work, works: Sequence[Submission], models: Sequence[str], *, now: datetime
) -> None:
    """The files of ``models`` and what was made of them as those of ``works``, one for one."""
    known = {model: work.files.of(model) for model in set(models)}
    made = {
        file.id: work.derivatives.made_of(file.id) for files in known.values() for file in files
    }
    copies = [
        (file, copy_of(file, one, now))
        for one, model in zip(works, models, strict=True)
        for file in known[model]
    ]
    work.files.add_many([copy for _, copy in copies])
    work.derivatives.add_many(
        [
            derivative.model_copy(update={"id": new_id(), "file_id": copy.id})
            for file, copy in copies
            for derivative in made[file.id]
        ]
    )


def copy_of(file: SubmissionFile, of: Submission, now: datetime) -> SubmissionFile:
    changes = {
        "id": new_id(),
        "submission_id": of.id,
        "status": FileStatus.ACCEPTED,
        "uploaded_at": of.submitted_at or now,
    }
    return file.model_copy(update=changes)


def named(person: Person, number: int) -> Person:
    """With a surname of about five thousand: as many pairs share one as in life, 2 in 10,000."""
    first, second, third = (SYLLABLES[number // step % len(SYLLABLES)] for step in (1, 17, 289))
    surname = f"{first}{second}{third}ов".capitalize()
    return person.model_copy(update={"name": f"{surname} {person.name.split(maxsplit=1)[1]}"})


def title_of(number: int) -> str:
    form, goal = FORMS[number % len(FORMS)], GOALS[number // len(FORMS) % len(GOALS)]
    return f"{form} {goal}: {SUBJECTS[number % len(SUBJECTS)].lower()}, опыт {number + 1}"


def abstract_of(number: int) -> str:
    goal, form = GOALS[number % len(GOALS)], FORMS[number // 3 % len(FORMS)].lower()
    return f"Рассказываем, как {form} помогает детям {goal} и что изменилось за год."


def batches(things: Iterable[AnyT]) -> Iterator[list[AnyT]]:
    """``things`` by five hundred: a transaction each."""
    left = iter(things)
    while some := list(islice(left, BATCH)):
        yield some
