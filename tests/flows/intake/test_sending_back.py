"""An organiser returns a material with words; its author mends it and sends it, even late."""

import builders
import pytest

from flows.intake import operations
from flows.intake.sending_back import LONGEST, send_back
from schemas.errors import BadInput, Conflict
from schemas.marathon import Phase
from schemas.people import Actor
from schemas.submission import FileStatus, SubmissionFile, SubmissionStatus
from storage.identifiers import new_id

pytestmark = pytest.mark.both_databases

WORDS = "Выбрано не то направление: посмотрите второе."


@pytest.fixture
def place(work):
    return builders.a_municipality(work, builders.a_cluster(work))


@pytest.fixture
def marathon(work, place):
    return builders.a_marathon(work, phase=Phase.EXPERTISE)


@pytest.fixture
def checked(work, marathon, place):
    """A whole material of a marathon whose intake is over, with its file accepted."""
    one = builders.a_submission(work, marathon, place)
    work.files.add(
        SubmissionFile(
            id=new_id(),
            submission_id=one.id,
            marathon_id=marathon.id,
            name="работа.docx",
            sha256="a" * 64,
            size=9,
            status=FileStatus.ACCEPTED,
            uploaded_at=builders.NOW,
        )
    )
    return one


def letters(work, submission):
    return [one for one in work.notices.all() if one.subject_id == submission.id]


def test_author_gets_the_words_by_letter_and_on_the_page(work, checked, organiser, now):
    returned = send_back(work, checked.id, f"  {WORDS}\n", by=organiser, now=now)

    assert returned.status is SubmissionStatus.RETURNED
    assert returned.return_reason == WORDS
    [letter] = letters(work, checked)
    assert (letter.template, letter.person_id) == ("sent_back", checked.owner_id)


def test_returning_twice_is_returning_once(work, checked, organiser, now):
    send_back(work, checked.id, WORDS, by=organiser, now=now)
    again = send_back(work, checked.id, "Совсем другие слова об этом.", by=organiser, now=now)

    assert again.return_reason == WORDS
    assert len(letters(work, checked)) == 1


@pytest.mark.parametrize("words", ["", "   ", "Плохо", "Нет", "д" * (LONGEST + 1)])
def test_words_nobody_could_act_upon_are_refused(work, checked, organiser, now, words):
    with pytest.raises(BadInput) as refused:
        send_back(work, checked.id, words, by=organiser, now=now)

    assert refused.value.field == "words"
    assert work.submissions.get(checked.id) == checked
    assert letters(work, checked) == []


@pytest.mark.parametrize(
    "status",
    sorted(set(SubmissionStatus) - {"submitted", "checked", "returned"}),
)
def test_nothing_is_returned_once_experts_have_it(work, marathon, place, organiser, now, status):
    one = builders.a_submission(work, marathon, place, status=status)

    with pytest.raises(Conflict) as refused:
        send_back(work, one.id, WORDS, by=organiser, now=now)

    assert refused.value.code == "not_returnable"


def test_author_sends_it_again_after_the_deadline_and_the_words_are_gone(
    work, checked, organiser, now
):
    send_back(work, checked.id, WORDS, by=organiser, now=now)

    sent = operations.submit(work, checked.id, by=Actor(person_id=checked.owner_id), now=now)

    assert (sent.status, sent.return_reason) == (SubmissionStatus.SUBMITTED, "")
