"""The outbox and the texts of letters as organisers use them."""

import builders
import pytest

from flows.notices import refusing, returning
from schemas.outbox import Notice, NoticeStatus
from schemas.people import Role
from schemas.submission import SubmissionStatus
from storage.identifiers import new_id

WORDS = {"language": "ru", "version": "0", "title": "№ {number}", "text": "{name}, {outcome}"}


@pytest.fixture
def work_of_theirs(installation, open_marathon):
    with installation.begin() as work:
        home = work.municipalities.all()[0]
        one = builders.a_submission(work, open_marathon, home, status=SubmissionStatus.DECIDED)
        builders.a_decision(work, one)
        return one


@pytest.fixture
def letter(installation, open_marathon, work_of_theirs, now):
    """A letter of decision that waits for an organiser."""
    with installation.begin() as work:
        [decision] = work.decisions.of_marathon(open_marathon.id)
        return work.notices.write(
            Notice(
                id=new_id(),
                template="decision",
                person_id=work_of_theirs.owner_id,
                marathon_id=open_marathon.id,
                subject_kind="decision",
                subject_id=decision.id,
                dedup_key="one",
                status=NoticeStatus.DRAFT,
                created_at=now,
            )
        )


@pytest.fixture
def organiser(installation, signed_in):
    with installation.begin() as work:
        person = builders.a_person(work, "Ясная Марина Олеговна")
        work.roles.give(person.id, Role.ORGANISER)
    return signed_in(person)


def kept(installation, letter):
    with installation.begin(read_only=True) as work:
        return work.notices.get(letter.id)


@pytest.fixture
def letters(open_marathon):
    return f"/organise/{open_marathon.id}/letters"


def test_letter_is_shown_as_it_will_leave_and_by_reading_nothing_changes(
    installation, organiser, letters, letter
):
    page = organiser.get(f"{letters}/{letter.id}").text

    assert 'class="letter-button"' in page
    assert "Решение по материалу № 1" in page
    assert kept(installation, letter).body == ""


def test_edited_letter_can_be_written_by_its_template_again(
    installation, organiser, letters, letter
):
    here = f"{letters}/{letter.id}"
    organiser.post(here, data={"act": "save", "title": "Иначе", "body": "Свои {слова} <b>"})
    assert "Свои {слова} &lt;b&gt;" in organiser.get(here).text
    assert "изменено от руки" in organiser.get(here).text

    organiser.post(here, data={"act": "revert"})

    assert kept(installation, letter).body == ""


@pytest.mark.parametrize(
    "form", [{"title": "", "body": "x"}, {"title": "т" * 1_000_000, "body": "x"}]
)
def test_bad_words_are_refused_and_nothing_is_kept(installation, organiser, letters, letter, form):
    answer = organiser.post(f"{letters}/{letter.id}", data={"act": "save", **form})

    assert answer.status_code == 422
    assert len(answer.content) < 60_000
    assert kept(installation, letter).title == ""


def test_many_are_sent_or_discarded_exactly_as_listed(installation, organiser, letters, letter):
    listed = {"letter": [letter.id, letter.id]}
    assert organiser.post(f"{letters}/release", data=listed).status_code == 303
    assert kept(installation, letter).status is NoticeStatus.QUEUED

    organiser.post(f"{letters}/release", data=listed)
    assert kept(installation, letter).status is NoticeStatus.QUEUED


def test_returned_letter_asks_for_another_address(
    installation, organiser, letters, letter, work_of_theirs, now
):
    with installation.begin() as work:
        returning.record(work, letter, "550 5.1.1 User unknown", now=now)
    assert "Письмо вернулось" in organiser.get(f"{letters}/{letter.id}").text
    assert "1\xa0письмо вернулось" in organiser.get(letters).text

    organiser.post(f"{letters}/{letter.id}/address", data={"email": "new@example.ru"})

    with installation.begin(read_only=True) as work:
        assert work.people.get(work_of_theirs.owner_id).email == "new@example.ru"


def test_address_that_opens_an_office_is_not_for_organisers_to_change(
    installation, organiser, letters, letter, work_of_theirs, now
):
    with installation.begin() as work:
        work.roles.give(work_of_theirs.owner_id, Role.CHAIR)
        returning.record(work, letter, "550 5.1.1 User unknown", now=now)

    answer = organiser.post(f"{letters}/{letter.id}/address", data={"email": "new@example.ru"})

    assert answer.status_code == 404


def test_words_are_shown_with_real_values_and_unknown_names_in_red(organiser, letters, letter):
    here = f"{letters}/words/decision"
    assert "Практика номер 1" in organiser.get(here).text

    page = organiser.post(here, data=WORDS | {"act": "preview", "text": "{ocenka} <i>"}).text

    assert '<strong class="letter-unknown">{ocenka}</strong>' in page
    assert "{ocenka} &lt;i&gt;</textarea>" in page


def test_unknown_names_are_not_saved_and_what_was_typed_stays(
    installation, organiser, letters, letter
):
    answer = organiser.post(f"{letters}/words/decision", data=WORDS | {"text": "Мой {ocenka}"})

    assert answer.status_code == 422
    assert "Мой {ocenka}</textarea>" in answer.text
    with installation.begin(read_only=True) as work:
        assert work.letter_templates.all() == []


def test_saved_words_write_the_letter_and_stale_ones_do_not(organiser, letters, letter):
    here = f"{letters}/words/decision"
    assert organiser.post(here, data=WORDS).status_code == 303
    assert "№ 1" in organiser.get(f"{letters}/{letter.id}").text

    stale = organiser.post(here, data=WORDS | {"title": "Другое"})
    assert stale.status_code == 409
    assert "№ {number}" in stale.text
    assert 'value="Другое"' in stale.text

    organiser.post(here, data={"act": "restore", "language": "ru"})
    assert "стандартный текст" in organiser.get(here).text


@pytest.mark.parametrize("code", ["login", "nothing", "role_given"])
def test_letters_a_marathon_cannot_reword_do_not_exist(organiser, letters, code):
    assert organiser.get(f"{letters}/words/{code}").status_code == 404


@pytest.mark.parametrize("path", ["", "/words", "/words/decision"])
def test_nobody_else_sees_the_outbox(installation, signed_in, letters, path):
    with installation.begin() as work:
        person = builders.a_person(work)
    assert signed_in(person).get(letters + path).status_code == 404


def test_reminders_are_refused_by_post_without_signing_in(installation, client, work_of_theirs):
    person_id = work_of_theirs.owner_id
    mark = installation.signer.mark(refusing.PURPOSE, person_id)
    here = f"/letters/refuse/{person_id}/{mark}"

    def digests():
        with installation.begin(read_only=True) as work:
            return work.people.get(person_id).digests

    assert client.get(here).status_code == 200
    assert digests()
    for _ in range(2):
        client.headers.pop("sec-fetch-site", None)
        assert client.post(here, data={"List-Unsubscribe": "One-Click"}).status_code == 303
        assert not digests()
    client.post(here, data={"again": "yes"})
    assert digests()
    assert client.get(here[:-1] + ("0" if here[-1] != "0" else "1")).status_code == 404
