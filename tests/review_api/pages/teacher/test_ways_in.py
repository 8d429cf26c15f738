"""Extensions, access codes and co-authors through the site."""

import re
from datetime import timedelta

import builders
import pytest

from review_api import limits
from schemas.marathon import Phase
from schemas.submission import FileStatus, SubmissionFile, SubmissionStatus
from storage.identifiers import new_id


@pytest.fixture
def closed(installation, open_marathon, now):
    with installation.begin() as work:
        ended = {"phase": Phase.EXPERTISE, "submissions_until": now - timedelta(hours=1)}
        return work.marathons.save(open_marathon.model_copy(update=ended))


@pytest.fixture
def draft(installation, closed):
    with installation.begin() as work:
        home = work.municipalities.of_cluster(closed.cluster_id)[0]
        one = builders.a_submission(work, closed, home, status=SubmissionStatus.DRAFT)
        return work.submissions.save(one.model_copy(update={"submitted_at": None}))


@pytest.fixture
def teacher(installation, draft, signed_in):
    with installation.begin(read_only=True) as work:
        owner = work.people.get(draft.owner_id)
    return signed_in(owner)


def make_code(organiser, closed, **changes):
    data = {"code_until": "2026-04-10T18:00", "most_uses": "2", "note": "Для Киренска"} | changes
    return organiser.post(f"/organise/{closed.id}/codes", data=data)


def code_on(organiser, closed):
    page = organiser.get(f"/organise/{closed.id}/extensions").text
    return re.search(r"/code/([\w-]+)", page).group(1)


def test_organiser_extends_and_the_teacher_sees_it(organiser_browser, teacher, draft, closed):
    data = {"whom": f"№ {draft.number}", "until": "2026-04-10T18:00", "reason": "Болезнь"}
    answer = organiser_browser.post(f"/organise/{closed.id}/extensions", data=data)
    assert answer.status_code == 303
    assert "Болезнь" in organiser_browser.get(answer.headers["location"]).text
    page = teacher.get(f"/my/{draft.id}").text
    assert "Срок для вас продлён до" in page
    assert "Болезнь" not in page
    assert "Срок для вас продлён до" in teacher.get("/my").text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"whom": "нет@такого.ru"}, "дайте код доступа"),
        ({"whom": "9" * 5000}, "дайте код доступа"),
        ({"until": "2020-01-01T00:00"}, "в будущем"),
        ({"until": "31.02"}, "Укажите дату"),
        ({"reason": "\u202e\0 "}, "почему продлён срок"),
        ({"reason": "я" * 5000}, "Слишком длинно"),
    ],
)
def test_what_cannot_be_extended_is_said_in_words(organiser_browser, draft, closed, changes, words):
    good = {"whom": str(draft.number), "until": "2026-04-10T18:00", "reason": "Болезнь"}
    answer = organiser_browser.post(f"/organise/{closed.id}/extensions", data=good | changes)
    assert answer.status_code == 422
    assert words in answer.text


@pytest.mark.parametrize(
    "changes",
    [{"most_uses": "0"}, {"most_uses": "9" * 50}, {"code_until": ""}, {"tracks": "77"},
     {"note": "😀" * 600}],
)  # fmt: skip
def test_bad_code_is_refused_and_what_was_typed_stays(organiser_browser, closed, changes):
    answer = make_code(organiser_browser, closed, **changes)
    assert answer.status_code == 422
    assert "Для Киренска" in answer.text or "note" in changes


def test_code_is_opened_for_free_and_spent_by_the_button(organiser_browser, teacher, closed, draft):
    make_code(organiser_browser, closed)
    code = code_on(organiser_browser, closed)
    for _ in range(2):
        assert "Код действует" in teacher.get(f"/marathons/{closed.id}/code/{code}").text
    assert "0 из 2" in organiser_browser.get(f"/organise/{closed.id}/extensions").text
    for _ in range(2):
        answer = teacher.post(f"/marathons/{closed.id}/code", data={"code": code.lower()})
        assert answer.headers["location"] == f"/my/{draft.id}"
    assert "1 из 2" in organiser_browser.get(f"/organise/{closed.id}/extensions").text
    assert "Срок для вас продлён до" in teacher.get(f"/my/{draft.id}/practice").text


def test_somebody_without_an_address_enters_a_code_and_begins(organiser_browser, client, closed):
    make_code(organiser_browser, closed)
    code = code_on(organiser_browser, closed)
    answer = client.post(f"/marathons/{closed.id}/code", data={"code": code})
    assert answer.status_code == 303
    begun = client.post("/my/new", data={"marathon": closed.id})
    assert "Срок для вас продлён до" in client.get(begun.headers["location"]).text


def test_invited_enter_a_marathon_that_is_hidden_from_others(
    organiser_browser, client, installation, closed
):
    with installation.begin() as work:
        hidden = closed.model_copy(update={"phase": Phase.PREPARATION})
        work.marathons.save(
            work.marathons.get(closed.id).model_copy(update={"phase": hidden.phase})
        )
    make_code(organiser_browser, closed)
    code = code_on(organiser_browser, closed)
    assert client.get(f"/marathons/{closed.id}/code").status_code == 404
    assert client.get(f"/marathons/{closed.id}/code/WRONG").status_code == 404
    assert client.post(f"/marathons/{closed.id}/code", data={"code": "WRONG"}).status_code == 404
    assert client.get(f"/marathons/{closed.id}/code/{code}").status_code == 200
    assert client.post(f"/marathons/{closed.id}/code", data={"code": code}).status_code == 303


@pytest.mark.parametrize("typed", ["", "НЕТ", "\0\0", "я" * 9000, "<b>"])
def test_wrong_code_is_refused_in_words(teacher, closed, typed):
    answer = teacher.post(f"/marathons/{closed.id}/code", data={"code": typed})
    assert answer.status_code == 422
    assert "Такого кода нет" in answer.text
    assert len(answer.content) < 20_000


def test_guessing_codes_ends_soon(teacher, closed):
    tries = [
        teacher.post(f"/marathons/{closed.id}/code", data={"code": f"GUESS{n}"}).status_code
        for n in range(limits.WRONG_CODES_PER_NETWORK.amount + 1)
    ]
    assert tries[0] == 422
    assert tries[-1] == 429


def test_closed_code_says_so(organiser_browser, teacher, closed, installation):
    make_code(organiser_browser, closed)
    code = code_on(organiser_browser, closed)
    with installation.begin(read_only=True) as work:
        made = work.access_codes.of_marathon(closed.id)[0]
    for _ in range(2):
        organiser_browser.post(f"/organise/{closed.id}/codes/{made.id}/close")
    answer = teacher.post(f"/marathons/{closed.id}/code", data={"code": code})
    assert "больше не действует" in answer.text


@pytest.fixture
def invited(installation, teacher, draft):
    """The draft with a co-author who was written to, and the secret of the link."""
    with installation.begin() as work:
        one = work.submissions.get(draft.id)
        line = one.authors[0].model_copy(
            update={"name": "Орлов Пётр Ильич", "email": "orlov@example.ru", "person_id": None}
        )
        work.submissions.save(one.model_copy(update={"authors": (*one.authors, line)}))
    for _ in range(2):
        teacher.post(f"/my/{draft.id}/co-authors")
    with installation.begin(read_only=True) as work:
        letters = [n for n in work.notices.all() if n.template == "co_author_invited"]
    assert len(letters) == 1
    return letters[0].values["secret"]


def test_co_author_without_an_account_confirms(client, teacher, draft, invited):
    page = client.get(f"/co-author/{invited}")
    assert "Орлов Пётр Ильич" in page.text
    assert "@" not in re.sub(r"(?s)<footer.*", "", page.text).replace("orgkomitet@", "")
    assert "ответа пока нет" in teacher.get(f"/my/{draft.id}/authors").text
    for _ in range(2):
        assert client.post(f"/co-author/{invited}", data={"act": "confirm"}).status_code == 303
    assert "Подтвердил(а) соавторство" in teacher.get(f"/my/{draft.id}/authors").text
    assert "Вы подтвердили соавторство" in client.get(f"/co-author/{invited}").text


def test_co_author_mends_the_line_and_mistakes_stay_typed(client, invited, installation, draft):
    form = {"act": "correct", "name": "Орлов", "organisation": "Лицей", "position": "директор"}
    answer = client.post(f"/co-author/{invited}", data=form)
    assert answer.status_code == 422
    assert 'value="директор"' in answer.text
    answer = client.post(f"/co-author/{invited}", data=form | {"name": "Орлов Пётр Юрьевич"})
    assert answer.status_code == 303
    with installation.begin(read_only=True) as work:
        assert work.submissions.get(draft.id).authors[1].name == "Орлов Пётр Юрьевич"


def test_co_author_is_taken_off_and_the_link_says_so(client, invited, installation, draft):
    client.post(f"/co-author/{invited}", data={"act": "decline"})
    with installation.begin(read_only=True) as work:
        assert len(work.submissions.get(draft.id).authors) == 1
    answer = client.get(f"/co-author/{invited}")
    assert answer.status_code == 410
    assert "Вас нет среди авторов" in answer.text


def test_co_author_who_signs_in_confirms_without_the_link(
    client, signed_in, invited, installation, draft
):
    with installation.begin(read_only=True) as work:
        person = work.people.by_email("orlov@example.ru")
    browser = signed_in(person)
    assert "Вас указали соавтором" in browser.get(f"/my/{draft.id}").text
    assert browser.post(f"/my/{draft.id}/co-author", data={"act": "confirm"}).status_code == 303
    assert "Вас указали соавтором" not in browser.get(f"/my/{draft.id}").text
    assert client.post(f"/my/{draft.id}/co-author", data={"act": "confirm"}).status_code == 303


@pytest.mark.parametrize("secret", ["nothing", "я" * 500, "%F0%9F%98%80"])
def test_link_that_leads_nowhere_says_what_to_do(client, secret):
    answer = client.get(f"/co-author/{secret}")
    assert answer.status_code == 410
    assert "Войдите с этим адресом почты" in answer.text


def test_reason_of_a_withdrawal_is_for_organisers(
    organiser_browser, teacher, draft, closed, installation, now
):
    with installation.begin() as work:
        one = work.submissions.get(draft.id)
        work.submissions.save(one.model_copy(update={"submitted_at": now}))
    page = teacher.get(f"/my/{draft.id}/withdraw").text
    assert f"Отозвать материал № {draft.number}" in page
    long = teacher.post(f"/my/{draft.id}/withdraw", data={"reason": "я" * 1001})
    assert long.status_code == 422
    teacher.post(f"/my/{draft.id}/withdraw", data={"reason": "Не успеваем доделать"})
    page = organiser_browser.get(f"/organise/{closed.id}/works/{draft.id}").text
    assert "Не успеваем доделать" in page


def test_receipt_is_a_file_to_keep(teacher, installation, draft, now):
    assert teacher.get(f"/my/{draft.id}/sent.txt").status_code == 404
    with installation.begin() as work:
        one = work.submissions.get(draft.id)
        sent = {"status": SubmissionStatus.SUBMITTED, "submitted_at": now}
        work.submissions.save(one.model_copy(update=sent))
    answer = teacher.get(f"/my/{draft.id}/sent.txt")
    assert f"Материал № {draft.number} получен" in answer.text
    assert "(Иркутск)" in answer.text


def test_co_author_added_after_sending_is_written_to_on_saving(
    installation, teacher, draft, closed, organiser, now
):
    line = {
        "name": "Орлов Пётр Ильич",
        "organisation": "Лицей",
        "municipality": draft.authors[0].municipality_id,
        "email": "orlov@example.ru",
    }

    def add(name):
        page = teacher.get(f"/my/{draft.id}/authors/new").text
        opened = re.search(r'name="version" value="(\d+)"', page).group(1)
        typed = line | {"name": name, "email": f"{len(name)}@example.ru", "version": opened}
        assert teacher.post(f"/my/{draft.id}/authors/new", data=typed).status_code == 303

    def written_to():
        with installation.begin(read_only=True) as work:
            letters = [one for one in work.notices.all() if one.template == "co_author_invited"]
            return sorted(one.address for one in letters)

    with installation.begin() as work:
        again = {"phase": Phase.INTAKE, "submissions_until": now + timedelta(hours=1)}
        work.marathons.save(work.marathons.get(closed.id).model_copy(update=again))
    add("Орлов Пётр")
    assert written_to() == []
    with installation.begin() as work:
        work.files.add(
            SubmissionFile(
                id=new_id(),
                submission_id=draft.id,
                marathon_id=draft.marathon_id,
                name="урок.docx",
                sha256="0" * 64,
                size=1,
                status=FileStatus.ACCEPTED,
                uploaded_at=now,
            )
        )
        work.submissions.move(
            work.submissions.get(draft.id), to=SubmissionStatus.SUBMITTED, by=organiser, now=now
        )
    add("Орлова Вера Ильинична")
    assert written_to() == ["10@example.ru", "21@example.ru"]


def test_after_too_many_wrong_codes_the_right_one_waits_too(organiser_browser, teacher, closed):
    make_code(organiser_browser, closed)
    code, door = code_on(organiser_browser, closed), f"/marathons/{closed.id}/code"
    for _ in range(limits.WRONG_CODES_PER_NETWORK.amount):
        teacher.post(door, data={"code": "НЕТ"})

    assert teacher.post(door, data={"code": code}).status_code == 429
    assert teacher.get(f"{door}/{code}").status_code == 429
    assert "0 из 2" in organiser_browser.get(f"/organise/{closed.id}/extensions").text
    limits.limiter.storage.reset()
    assert teacher.post(door, data={"code": code}).status_code == 303
