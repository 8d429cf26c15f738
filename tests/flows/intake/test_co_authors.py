"""Co-authors: invited once, answering by a link that opens for weeks, never changing the order."""

from datetime import timedelta

import builders
import pytest

from flows.intake import co_authors
from schemas.errors import BadInput, Conflict
from schemas.marathon import Phase
from schemas.people import Actor
from schemas.submission import SubmissionStatus

BY = Actor(part="test")


@pytest.fixture
def home(work):
    return builders.a_municipality(work, builders.a_cluster(work))


@pytest.fixture
def marathon(work, now):
    return builders.a_marathon(
        work,
        phase=Phase.INTAKE,
        submissions_until=now + timedelta(days=5),
        reviews_until=now + timedelta(days=9),
    )


def a_material(work, marathon, home, **changes):
    """Its owner writes with a colleague of an unknown address and one without any."""
    owner = builders.a_person(work, "Ветрова Дарья Олеговна")
    lines = (
        builders.an_author(
            owner, home, name="Сизых Инна Павловна", email="sizykh@example.ru", person_id=None
        ),
        builders.an_author(owner, home),
        builders.an_author(owner, home, name="Орлов Пётр Ильич", email=None, person_id=None),
    )
    facts = {"status": SubmissionStatus.DRAFT, "owner_id": owner.id, "authors": lines}
    return builders.a_submission(work, marathon, home, **facts | changes)


@pytest.fixture
def material(work, home, marathon):
    return a_material(work, marathon, home)


@pytest.fixture
def ways(installation):
    drawn = iter(f"secret {number}" for number in range(99))
    return co_authors.Invitations(signer=installation.signer, draw=lambda: next(drawn))


@pytest.fixture
def invited(work, material, ways, now):
    co_authors.invite(work, material.id, ways, by=BY, now=now)
    return work.submissions.get(material.id)


def opened(work, ways, now, link="secret 0"):
    return co_authors.opened(work, link, signer=ways.signer, now=now)


def letters(work, template):
    return [one for one in work.notices.all() if one.template == template]


def names(submission):
    return [author.name for author in submission.authors]


def test_each_co_author_with_an_address_gets_one_letter(work, material, ways, now):
    assert co_authors.invite(work, material.id, ways, by=BY, now=now) == ("Сизых Инна Павловна",)
    assert co_authors.invite(work, material.id, ways, by=BY, now=now) == ()
    [letter] = letters(work, "co_author_invited")
    assert letter.address == "sizykh@example.ru"


def test_invited_co_author_who_signs_in_finds_the_material(work, invited):
    person = work.people.by_email("sizykh@example.ru")
    assert [one.id for one in work.submissions.of_person(person.id)] == [invited.id]


def test_link_opens_again_and_again_and_dies_after_thirty_days(work, invited, ways, now):
    assert opened(work, ways, now)[1] == opened(work, ways, now)[1] == 0
    assert opened(work, ways, now + timedelta(days=29))
    with pytest.raises(BadInput):
        opened(work, ways, now + timedelta(days=31))
    with pytest.raises(BadInput):
        opened(work, ways, now, link="guessed")


def test_confirming_sets_the_moment_and_keeps_the_order(work, invited, ways, now):
    co_authors.confirm(work, *opened(work, ways, now), now=now)
    after, place = opened(work, ways, now)
    assert names(after) == names(invited)
    assert after.authors[place].confirmed_at == now
    assert [one.name for one in co_authors.unconfirmed(work, after)] == ["Орлов Пётр Ильич"]
    co_authors.confirm(work, after, place, now=now + timedelta(days=1))
    assert work.submissions.get(after.id).authors[place].confirmed_at == now
    assert len(letters(work, "co_author_confirmed")) == 1


def test_correcting_the_line_confirms_it(work, invited, ways, now):
    said = co_authors.Corrections(
        name="Сизых Инна Петровна", organisation="МБОУ «СОШ № 2»", position="директор"
    )
    co_authors.correct(work, *opened(work, ways, now), said, now=now)
    line = work.submissions.get(invited.id).authors[0]
    assert (line.name, line.position, line.confirmed_at) == ("Сизых Инна Петровна", "директор", now)


def test_experts_hold_the_old_words_so_they_are_not_corrected(work, marathon, home, ways, now):
    one = a_material(work, marathon, home, status=SubmissionStatus.IN_REVIEW)
    co_authors.invite(work, one.id, ways, by=BY, now=now)
    said = co_authors.Corrections(name="Другое Имя", organisation="школа", position="")
    with pytest.raises(Conflict):
        co_authors.correct(work, *opened(work, ways, now), said, now=now)
    assert co_authors.confirm(work, *opened(work, ways, now), now=now)


def test_declining_takes_the_line_off_and_tells_the_owner(work, invited, ways, now):
    co_authors.decline(work, *opened(work, ways, now), now=now)
    assert names(work.submissions.get(invited.id)) == names(invited)[1:]
    [letter] = letters(work, "co_author_declined")
    assert (letter.person_id, letter.values) == (
        invited.owner_id,
        {"co_author": "Сизых Инна Павловна"},
    )
    with pytest.raises(BadInput):
        opened(work, ways, now)


@pytest.mark.parametrize("status", [SubmissionStatus.PUBLISHED, SubmissionStatus.CHECKED])
def test_line_that_must_stay_stays(work, marathon, home, ways, now, status):
    one = a_material(work, marathon, home, status=status)
    if status is SubmissionStatus.CHECKED:
        alone = one.model_copy(update={"authors": one.authors[:1]})
        work.submissions.save(alone)
    co_authors.invite(work, one.id, ways, by=BY, now=now)
    with pytest.raises(Conflict):
        co_authors.decline(work, *opened(work, ways, now), now=now)


def test_address_changed_by_the_owner_ends_the_old_link(work, invited, ways, now):
    line = invited.authors[0].model_copy(update={"email": "drugaya@example.ru"})
    work.submissions.save(invited.model_copy(update={"authors": (line, *invited.authors[1:])}))
    with pytest.raises(BadInput):
        opened(work, ways, now)


def test_reminder_goes_once_a_day_with_a_link_that_works(work, invited, ways, now):
    author = invited.authors[0]
    with pytest.raises(Conflict):
        co_authors.remind(work, invited, author, ways, now=now)
    tomorrow = now + timedelta(days=1, minutes=1)
    co_authors.remind(work, invited, author, ways, now=tomorrow)
    assert opened(work, ways, tomorrow, link="secret 1")
    assert opened(work, ways, tomorrow, link="secret 0")


def test_withdrawn_material_asks_nobody(work, invited, ways, now):
    work.submissions.save(invited.model_copy(update={"status": SubmissionStatus.WITHDRAWN}))
    with pytest.raises(BadInput):
        opened(work, ways, now)
