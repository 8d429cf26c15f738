"""Whoever is silent for the whole term and needed for nothing is told, and a month later erased."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import builders
import pytest

from flows import terms
from schemas.certificate import Certificate, CertificateKind
from schemas.people import Actor, Role
from schemas.submission import SubmissionStatus
from storage.identifiers import first_id_of, new_id

NOW = builders.this_moment() + timedelta(days=3 * 365)  # people made today are old by then
TERM = 2 * 365


@pytest.fixture
def installation(installation):
    settings = installation.settings.model_copy(update={"idle_days": TERM})
    object.__setattr__(installation, "settings", settings)
    return installation


def silent(installation, **facts):
    with installation.begin() as work:
        return builders.a_person(work, **facts)


def end(installation, *, days=0):
    ended = terms.end_terms(installation, now=NOW + timedelta(days=days))
    return ended.told, ended.erased


def read(installation, person):
    with installation.begin(read_only=True) as work:
        return work.people.get(person.id)


@pytest.mark.both_databases
def test_silent_person_is_told_once_and_erased_a_month_later(installation):
    person = silent(installation)

    assert [end(installation, days=day) for day in (0, 1, 29)] == [(1, 0), (0, 0), (0, 0)]
    assert read(installation, person) == person
    assert [end(installation, days=day) for day in (30, 31)] == [(0, 1), (0, 0)]

    gone = read(installation, person)
    assert (gone.name, gone.email) == ("Имя удалено", None)
    with installation.begin(read_only=True) as work:
        assert [one.person_id for one in work.journal.acts("erased")] == [None]
        assert list(work.journal.broken()) == []


def test_letter_names_the_last_day_in_the_language_of_the_reader(installation):
    person = silent(installation, language="en")
    end(installation)

    with installation.begin(read_only=True) as work:
        [letter] = work.notices.of_person(person.id)
    last = (NOW + timedelta(days=30)).astimezone(ZoneInfo("Asia/Irkutsk"))
    assert letter.values["until"] == f"{last.day} {last:%B} {last.year}"


def test_whoever_comes_back_stays_and_is_told_anew_after_another_term(installation):
    person = silent(installation)
    end(installation)
    with installation.begin() as work:
        by = Actor(person_id=person.id)
        came = NOW + timedelta(days=10)
        work.journal.write(by, action="signed_in", kind="person", subject_id=person.id, now=came)

    assert end(installation, days=40) == (0, 0)
    assert end(installation, days=TERM) == (0, 0)
    assert end(installation, days=TERM + 11) == (1, 0)
    assert end(installation, days=TERM + 41) == (0, 1)


def test_person_without_an_address_cannot_be_told_and_is_erased_at_the_end(installation):
    silent(installation, email=None)

    assert end(installation) == (0, 1)


def test_without_a_term_nobody_is_erased(installation):
    silent(installation)
    settings = installation.settings.model_copy(update={"idle_days": 0})
    object.__setattr__(installation, "settings", settings)

    assert end(installation) == (0, 0)
    assert end(installation, days=9999) == (0, 0)


def with_a_role(work, person, _now):
    work.roles.give(person.id, Role.COORDINATOR)


def with_a_published_work(work, person, _now):
    builders.a_submission(
        work,
        builders.a_marathon(work),
        builders.a_municipality(work, work.clusters.only()),
        owner_id=person.id,
        status=SubmissionStatus.PUBLISHED,
    )


def with_a_line_in_a_published_work(work, person, _now):
    marathon = builders.a_marathon(work)
    place = builders.a_municipality(work, work.clusters.only())
    builders.a_submission(
        work,
        marathon,
        place,
        authors=(builders.an_author(person, place),),
        status=SubmissionStatus.PUBLISHED,
    )


def with_a_certificate(work, person, now):
    work.certificates.add(
        Certificate(
            id=new_id(),
            marathon_id=builders.a_marathon(work).id,
            number="МП-1",
            kind=CertificateKind.PARTICIPANT,
            person_id=person.id,
            holder=person.name,
            text="за участие",
            issued_at=now,
        )
    )


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "needed",
    [with_a_role, with_a_published_work, with_a_line_in_a_published_work, with_a_certificate],
)
def test_whoever_is_needed_stays(installation, needed):
    person = silent(installation)
    with installation.begin() as work:
        needed(work, person, NOW)

    end(installation)
    end(installation, days=31)

    assert read(installation, person) == person


def test_first_id_of_a_moment_parts_ids_of_before_from_those_of_after():
    before = builders.this_moment() - timedelta(seconds=1)

    assert first_id_of(before) < new_id() < first_id_of(before + timedelta(minutes=1))
