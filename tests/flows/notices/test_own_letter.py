"""A letter of the organisers' own: right people, filled words, separate letters, never twice."""

import builders
import pytest

from flows.notices import own_letter
from flows.notices.own_letter import Asker, Told
from schemas.assignment import AssignmentStatus
from schemas.errors import BadInput, Conflict
from schemas.outbox import NoticeStatus
from schemas.people import Actor
from schemas.settings import Settings
from schemas.submission import SubmissionStatus

SETTINGS = Settings(base_url="https://marathon.test/", contact="orgkomitet@example.ru")
BY = Actor(person_id="organiser")
WORDS = {"title": "Встреча", "text": "Здравствуйте, {name}!\n\nЖдём вас в пять."}
OF_WORK = {"title": "О № {number}", "text": "{name}, материал «{title}» ждёт вас."}


@pytest.fixture
def marathon(work):
    return builders.a_marathon(work)


@pytest.fixture
def homes(work, marathon):
    return builders.members(work, work.clusters.only())


@pytest.fixture
def author(work):
    return builders.a_person(work, "Ясенева Анна Петровна")


@pytest.fixture
def works(work, marathon, homes, author):
    """Two works of one author, one still a draft, and one of another author on review."""
    other = builders.a_person(work, "Клёнова Ия Львовна")
    made = (
        (author, SubmissionStatus.DRAFT),
        (author, SubmissionStatus.IN_REVIEW),
        (other, SubmissionStatus.IN_REVIEW),
    )
    return [
        builders.a_submission(
            work,
            marathon,
            homes[0],
            owner_id=person.id,
            authors=(builders.an_author(person, homes[0]),),
            status=status,
        )
        for person, status in made
    ]


@pytest.fixture
def experts(work, works, homes):
    """One who has not answered, one who reads, one who has finished."""
    statuses = (
        AssignmentStatus.INVITED,
        AssignmentStatus.IN_PROGRESS,
        AssignmentStatus.SUBMITTED,
    )
    found = []
    for place, status in zip(homes[1:4], statuses, strict=True):
        expert = builders.an_expert(work, place)
        builders.an_assignment(work, works[2], expert, status=status)
        found.append(expert)
    return found


def told(audience, words=None, **facts):
    return Told(audience=audience, **(words or WORDS), **facts)


def names(work, marathon, audience, **facts):
    asker = Asker(work, marathon.id, facts.pop("own", frozenset()))
    return [one.person_id for one in own_letter.recipients(asker, told(audience, **facts))]


def sent(work, marathon, what, now):
    asker = Asker(work, marathon.id)
    seal = own_letter.seal(own_letter.recipients(asker, own_letter.checked(what)), what)
    return own_letter.send(asker, what, sealed=seal, settings=SETTINGS, by=BY, now=now)


def test_authors_are_chosen_by_the_state_of_their_work(work, marathon, works, author):
    assert len(names(work, marathon, "authors")) == 2
    assert names(work, marathon, "authors_draft") == [author.id]
    assert len(names(work, marathon, "authors_in_review")) == 2
    own = frozenset({works[2].id})
    assert names(work, marathon, "authors_in_review", own=own) == [author.id]


def test_experts_are_chosen_by_how_far_they_are(work, marathon, works, experts):
    invited, reading, done = (expert.person_id for expert in experts)

    assert set(names(work, marathon, "experts")) == {invited, reading, done}
    assert names(work, marathon, "experts_unanswered") == [invited]
    assert set(names(work, marathon, "experts_unfinished")) == {invited, reading}
    assert names(work, marathon, "experts_finished") == [done]
    counts = {code: n for code, _, n in own_letter.audiences(Asker(work, marathon.id))}
    assert (counts["experts"], counts["authors"], counts.get("speakers")) == (3, 2, None)


def test_nobody_learns_from_the_counts_who_reads_an_own_work(work, marathon, works, experts):
    asker = Asker(work, marathon.id, frozenset({works[2].id}))

    codes = {code for code, _, _ in own_letter.audiences(asker)}

    assert codes.isdisjoint({"experts", "experts_unanswered", "experts_finished"})


def test_everybody_gets_a_separate_letter_once(work, marathon, works, experts, now):
    assert sent(work, marathon, told("experts"), now) == 3
    assert sent(work, marathon, told("experts"), now) == 0

    letters = [one for one in work.notices.all() if one.template == "own_letter"]
    assert len({one.person_id for one in letters}) == len(letters) == 3
    assert {one.status for one in letters} == {NoticeStatus.QUEUED}
    assert all(one.values["letter_text"].endswith("Ждём вас в пять.") for one in letters)
    entries = [one for one in work.journal.all() if one.action == "own_letter_sent"]
    assert [one.details for one in entries] == [{"audience": "experts", "letters": "3"}]


def test_words_about_the_work_make_a_letter_for_every_work(work, marathon, works, author, now):
    assert sent(work, marathon, told("authors", OF_WORK), now) == 3

    theirs = [one for one in work.notices.of_person(author.id) if one.template == "own_letter"]
    assert {one.values["letter_title"] for one in theirs} == {"О № 1", "О № 2"}
    assert {one.values["letter_text"].split(",")[0] for one in theirs} == {"Анна Петровна"}


def test_returned_addresses_are_named_and_passed_over(work, marathon, works, author, now):
    work.people.save(author.model_copy(update={"bounced_at": now}))
    found = own_letter.recipients(Asker(work, marathon.id), told("authors"))

    assert [one.returned for one in found if one.person_id == author.id] == [True]
    assert sent(work, marathon, told("authors"), now) == 1
    assert not [one for one in work.notices.of_person(author.id) if one.template == "own_letter"]


def test_people_without_an_address_are_named_and_guests_are_not(work, marathon, works, author):
    work.people.save(author.model_copy(update={"email": None}))
    found = own_letter.recipients(Asker(work, marathon.id), told("authors"))
    assert [(one.address, one.returned) for one in found if one.person_id == author.id] == [
        ("", True)
    ]

    work.people.save(author.model_copy(update={"email": None, "guest": True}))
    found = own_letter.recipients(Asker(work, marathon.id), told("authors"))
    assert author.id not in {one.person_id for one in found}


def test_what_has_changed_since_the_preview_is_not_sent(work, marathon, works, homes, now):
    asker, what = Asker(work, marathon.id), told("authors")
    seal = own_letter.seal(own_letter.recipients(asker, what), what)
    late = builders.a_person(work, "Поздняя Инна Юрьевна")
    builders.a_submission(work, marathon, homes[0], owner_id=late.id)

    for wrong in (seal, "", "ж"):
        with pytest.raises(Conflict):
            own_letter.send(asker, what, sealed=wrong, settings=SETTINGS, by=BY, now=now)
    assert not [one for one in work.notices.all() if one.template == "own_letter"]


def test_one_person_is_somebody_of_the_marathon(work, marathon, works, author):
    assert names(work, marathon, "person", address=f" {author.email} ") == [author.id]
    stranger = builders.a_person(work, "Чужова Инна Ивановна")
    for address in (stranger.email, "", "nobody@example.ru"):
        with pytest.raises(BadInput) as refusal:
            names(work, marathon, "person", address=address)
        assert refusal.value.field == "address"


@pytest.mark.parametrize(
    ("what", "field"),
    [
        (told("everybody"), "audience"),
        (told("authors", {"title": " \n", "text": "Ясно"}), "title"),
        (told("authors", {"title": "Ясно", "text": "\0 \u200b"[:2]}), "text"),
        (told("authors", {"title": "ж" * 301, "text": "Ясно"}), "title"),
        (told("experts", OF_WORK), "text"),
        (told("authors", {"title": "Ясно", "text": "{talk_at}"}), "text"),
        (told("authors", {"title": "{secret}", "text": "Ясно"}), "text"),
    ],
)
def test_words_that_cannot_be_sent_say_which_field(what, field):
    with pytest.raises(BadInput) as refusal:
        own_letter.checked(what)

    assert refusal.value.field == field
