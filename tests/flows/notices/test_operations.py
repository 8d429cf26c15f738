"""Letters: every one can be written out, none tells an expert who wrote, none is sent twice."""

from datetime import timedelta

import builders
import pytest
from contents import contents

from flows.notices import operations
from flows.notices.letters import LETTERS
from schemas.certificate import Certificate, CertificateKind
from schemas.errors import Conflict
from schemas.intake_access import Extension
from schemas.lifecycle import CONSEQUENCES
from schemas.nomination import Nomination
from schemas.outbox import Notice, NoticeStatus
from schemas.people import Role
from schemas.programme import Session, Slot
from schemas.question import Question
from schemas.settings import Settings
from storage.identifiers import new_id

pytestmark = pytest.mark.both_databases

SETTINGS = Settings(base_url="https://marathon.test/", contact="orgkomitet@example.ru")
AUTHOR = "Секретова Прасковья Тихоновна"
SCHOOL = "МБОУ «СОШ № 77 посёлка Скрытный»"
TO_EXPERTS = tuple(
    code
    for code, letter in LETTERS.items()
    if letter.about in {"assignment", "assignments"}
    or code in {"answer_to_expert", "question_declined"}
)
GIVEN = {
    "language": "ru",
    "role": "expert",
    "talk_at": "27 марта 2026 г., 10:00",
    "stuck": "• 3 письма ждут отправки",
}


def a_question(work, item):
    facts = {"assignment_id": item.id, "submission_id": item.submission_id}
    return work.questions.add(
        Question(
            id=new_id(),
            marathon_id=item.marathon_id,
            **facts,
            text="Сколько детей в группе?",
            passed_text="Сколько детей в группе?",
            returned_text="Двенадцать.",
            declined_because="Это есть в тексте.",
            asked_at=builders.NOW,
        )
    )


def a_nomination(work, home, by):
    who = {"name": "Кандидатова Ия Львовна", "email": "ia@example.ru", "proposed_by": by.id}
    return work.nominations.add(
        Nomination(
            id=new_id(),
            municipality_id=home.id,
            **who,
            answer="Нужен стаж от трёх лет.",
            proposed_at=builders.NOW,
        )
    )


def an_extension(work, marathon, person):
    facts = {"marathon_id": marathon.id, "person_id": person.id}
    return work.extensions.add(
        Extension(id=new_id(), **facts, until=builders.NOW, granted_at=builders.NOW)
    )


class Subjects:
    """One real subject of every kind letters are about."""

    def __init__(self, work):
        home = builders.a_municipality(work, builders.a_cluster(work), "Скрытный район")
        marathon = builders.a_marathon(work)
        author = builders.a_person(work, AUTHOR)
        line = builders.an_author(author, home, organisation=SCHOOL)
        submission = builders.a_submission(
            work,
            marathon,
            home,
            owner_id=author.id,
            authors=(line,),
            abstract=f"Практику ведёт {AUTHOR} ({SCHOOL}).",
        )
        expert = builders.an_expert(work, home)
        certificate = work.certificates.add(
            Certificate(
                id=new_id(),
                marathon_id=marathon.id,
                number="С-2026-0001",
                kind=next(iter(CertificateKind)),
                holder=AUTHOR,
                text="за участие",
                issued_at=builders.NOW,
            )
        )
        self.marathon, self.author = marathon, author
        self.expert_person = expert.person_id
        item = builders.an_assignment(work, submission, expert, due_at=builders.NOW)
        session = work.programme_sessions.add(
            Session(
                id=new_id(),
                marathon_id=marathon.id,
                track=1,
                title="Секция 1",
                starts_at=builders.NOW,
            )
        )
        slot = Slot(
            id=new_id(),
            session_id=session.id,
            marathon_id=marathon.id,
            submission_id=submission.id,
            number=1,
            starts_at=builders.NOW,
        )
        self.ids = {
            "submission": submission.id,
            "assignment": item.id,
            "assignments": item.id,
            "slot": work.slots.add(slot).id,
            "marathon": marathon.id,
            "person": author.id,
            "question": a_question(work, item).id,
            "nomination": a_nomination(work, home, author).id,
            "extension": an_extension(work, marathon, author).id,
            "decision": builders.a_decision(work, submission).id,
            "certificate": certificate.id,
            "role": work.roles.give(author.id, Role.SECRETARY).id,
            "token": "token",
        }


def a_letter(work, subjects, template, **changes):
    letter = LETTERS[template]
    kind = letter.about
    values = {name: GIVEN.get(name, "12345678") for name in letter.given}
    if template == "live_cancelled":
        values["at"] = builders.NOW.isoformat()
    if "assignment_ids" in values:
        values["assignment_ids"] = subjects.ids["assignment"]
    facts = {
        "id": new_id(),
        "template": "decision" if letter.variant_of else template,
        "person_id": subjects.expert_person if template in TO_EXPERTS else subjects.author.id,
        "marathon_id": subjects.marathon.id,
        "subject_kind": kind,
        "subject_id": subjects.ids[kind],
        "values": values,
        "dedup_key": new_id(),
        "created_at": builders.NOW,
    }
    return work.notices.write(Notice(**facts | changes))


def text_of(message):
    return message.get_body(("plain",)).get_content().strip()


def html_of(message):
    return message.get_body(("html",)).get_content()


@pytest.fixture
def subjects(work):
    return Subjects(work)


@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_letter_can_be_written_out_about_a_real_subject(work, subjects, now, language):
    for person in work.people.all():
        work.people.save(person.model_copy(update={"language": language}))
    for template in LETTERS:
        a_letter(work, subjects, template)

    ready = operations.prepare(work, settings=SETTINGS, now=now, limit=100)

    assert not [one.error for one in work.notices.all() if one.error]
    assert len(ready) == len(LETTERS)
    for letter, message in ready:
        assert "{" not in letter.title + letter.body
        assert "None" not in letter.body
        assert message["To"].endswith("@example.ru")
        assert message["Subject"] == letter.title
        assert "https://marathon.test//" not in letter.body
        own_words = letter.template == "own_letter"  # greets as its writer likes
        assert own_words or ("Здравствуйте" in letter.body) == (language == "ru")


def test_no_letter_to_an_expert_tells_who_wrote(work, subjects, now):
    for template in TO_EXPERTS:
        a_letter(work, subjects, template)

    ready = operations.prepare(work, settings=SETTINGS, now=now)

    assert len(ready) == len(TO_EXPERTS)
    for _, message in ready:
        text = " ".join([message["Subject"], text_of(message), html_of(message)])
        for secret in ("Секретов", "Прасковь", "СОШ № 77", "Скрытн"):
            assert secret not in text


def test_every_letter_that_moves_write_is_known():
    assert {what.notice for what in CONSEQUENCES.values() if what.notice} <= set(LETTERS)


def test_letter_without_an_address_fails_and_keeps_nobody_elses(work, subjects, now):
    nobody = builders.a_person(work, "Безадресова Анна", email=None)
    lost = a_letter(work, subjects, "invitation", person_id=nobody.id)
    broken = a_letter(work, subjects, "assignment_expired", subject_id="gone")
    empty = a_letter(work, subjects, "login", values={})
    good = a_letter(work, subjects, "invitation")

    ready = operations.prepare(work, settings=SETTINGS, now=now)

    assert [letter.id for letter, _ in ready] == [good.id]
    for notice in (lost, broken, empty):
        failed = work.notices.get(notice.id)
        assert failed.status is NoticeStatus.FAILED
        assert failed.error


def test_second_sweep_does_not_get_what_the_first_is_sending(work, subjects, now):
    a_letter(work, subjects, "invitation")

    assert len(operations.prepare(work, settings=SETTINGS, now=now)) == 1
    assert operations.prepare(work, settings=SETTINGS, now=now) == []


def test_letter_of_a_sender_that_died_is_sent_by_a_later_sweep(work, subjects, now):
    a_letter(work, subjects, "invitation")
    operations.prepare(work, settings=SETTINGS, now=now)

    later = now + timedelta(minutes=operations.CLAIM_MINUTES)
    assert len(operations.prepare(work, settings=SETTINGS, now=later)) == 1


def test_sent_letter_is_never_sent_again(installation, work, subjects, now):
    a_letter(work, subjects, "invitation")
    [(letter, _)] = operations.prepare(work, settings=SETTINGS, now=now)
    operations.record_sent(work, letter, now=now)
    work.session.commit()
    before = contents(installation)

    assert operations.prepare(work, settings=SETTINGS, now=now + timedelta(days=1)) == []
    work.session.commit()

    assert contents(installation) == before


def test_secrets_are_wiped_once_the_letter_has_left(work, subjects, now):
    a_letter(work, subjects, "login")
    [(letter, _)] = operations.prepare(work, settings=SETTINGS, now=now)

    operations.record_sent(work, letter, now=now)

    kept = work.notices.get(letter.id)
    assert "123456" not in kept.model_dump_json()
    assert "s3cret" not in kept.model_dump_json()


def test_letter_that_does_not_leave_is_tried_later_and_later_and_then_given_up(work, subjects, now):
    letter = a_letter(work, subjects, "invitation")
    pauses = []
    for _ in range(operations.MOST_TRIES):
        operations.record_failure(work, work.notices.get(letter.id), "не отвечает", now=now)
        pauses.append(work.notices.get(letter.id).next_at - now)

    assert pauses == sorted(set(pauses))
    assert work.notices.get(letter.id).status is NoticeStatus.FAILED


def test_edited_letter_leaves_as_people_wrote_it_and_drafts_wait(work, subjects, now):
    draft = a_letter(work, subjects, "decision", status=NoticeStatus.DRAFT)
    assert operations.prepare(work, settings=SETTINGS, now=now) == []

    operations.edit(
        work, draft.id, title="Наш ответ", body="Свой текст {name}", by=builders.SYSTEM, now=now
    )
    operations.release(work, draft.id, by=builders.SYSTEM, now=now)
    [(letter, message)] = operations.prepare(work, settings=SETTINGS, now=now)

    assert (letter.title, letter.body) == ("Наш ответ", "Свой текст {name}")
    assert text_of(message) == "Свой текст {name}"


def test_letter_that_has_left_cannot_be_changed(work, subjects, now):
    sent = a_letter(work, subjects, "decision", status=NoticeStatus.SENT)

    for act in (operations.release, operations.discard):
        with pytest.raises(Conflict) as refusal:
            act(work, sent.id, by=builders.SYSTEM, now=now)
        assert "уже отправлено" in refusal.value.sentence


def test_line_breaks_in_a_title_cannot_add_headers(work, subjects, now):
    title = "Тема\r\nBcc: everybody@example.ru"
    a_letter(work, subjects, "decision", title=title, body="Текст")

    [(_, message)] = operations.prepare(work, settings=SETTINGS, now=now)

    assert message["Bcc"] is None
