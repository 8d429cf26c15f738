"""A work entered for a teacher without an address, sent on their behalf, taken over by them."""

import re
from datetime import timedelta
from urllib.parse import unquote

import builders
import pytest

from flows.accounts import handing_over
from review_api import limits
from review_api.deps import COOKIE
from schemas.people import Role
from schemas.submission import Children, ConsentKind, SubmissionStatus

DOCX = ("практика.docx", b"PK\x03\x04 some bytes", "application/octet-stream")
EMAIL = "kedrova@example.ru"
NAME = "Кедрова Мария Ильинична"


@pytest.fixture(autouse=True)
def _fresh_limits():
    limits.limiter.storage.reset()


@pytest.fixture
def organiser(installation, open_marathon):
    with installation.begin() as work:
        person = builders.a_person(work, "Орлова Нина Петровна")
        work.roles.give(person.id, Role.ORGANISER)
        return person


@pytest.fixture
def desk(signed_in, organiser):
    return signed_in(organiser)


@pytest.fixture
def place(installation, open_marathon):
    with installation.begin(read_only=True) as work:
        return work.municipalities.all()[0].id


def enter(desk, marathon, place, **changes):
    data = {
        "name": NAME,
        "municipality": place,
        "organisation": "МБОУ «СОШ № 3»",
        "processing": "yes",
        "holder": "МБОУ «СОШ № 3», директор",
    }
    return desk.post(f"/organise/{marathon.id}/works/enter", data=data | changes)


@pytest.fixture
def entered(desk, open_marathon, place, installation):
    answer = enter(desk, open_marathon, place)
    assert answer.status_code == 303, answer.text
    return stored(installation, answer.headers["location"].rsplit("/", 1)[-1])


def stored(installation, identifier):
    with installation.begin(read_only=True) as work:
        return work.submissions.get(identifier)


def version(page):
    return re.search(r'name="version" value="([^"]*)"', page.text).group(1)


def hand_over(desk, work, **data):
    address = f"/organise/{work.marathon_id}/works/{work.id}/hand-over"
    return desk.post(address, data=data)


def letter(installation):
    with installation.begin(read_only=True) as work:
        return [one for one in work.notices.all() if one.template == "claim"][-1]


def test_an_organiser_enters_and_sends_a_work_and_the_journal_says_for_whom(
    desk, installation, organiser, entered
):
    assert entered.entered_by == organiser.id
    address = f"/my/{entered.id}"
    data = {"title": "Сказка по ролям", "abstract": "О практике.", "track": "1"}
    stamp = version(desk.get(f"{address}/practice"))
    assert desk.post(f"{address}/practice", data=data | {"version": stamp}).status_code == 303
    assert desk.post(f"{address}/files", files={"file": DOCX}).status_code == 303
    paper = desk.get(f"{address}/consents").headers["location"]
    assert paper.endswith("/paper")
    assert "МБОУ «СОШ № 3», директор" in desk.get(paper).text
    answers = {"processing": "yes", "licence": "yes", "holder": "отдел", "children": "none"}
    assert desk.post(paper, data=answers).status_code == 303
    check = desk.get(f"{address}/check")
    sent = desk.post(f"{address}/check", data={"version": version(check)})
    assert sent.headers["location"] == f"{address}/sent"
    after = stored(installation, entered.id)
    assert after.status is SubmissionStatus.SUBMITTED
    assert {one.kind for one in after.consents} == {ConsentKind.PROCESSING, ConsentKind.LICENCE}
    assert after.consents[0].text_version.endswith("на бумаге: отдел")
    assert after.children is Children.NONE
    with installation.begin(read_only=True) as work:
        entries = work.journal.about(entered.id)
        assert any(one.on_behalf_of == after.owner_id for one in entries)
    page = desk.get(f"/organise/{after.marathon_id}/works/{after.id}").text
    assert "У автора нет адреса почты" in page
    assert "Согласия на бумаге хранит: отдел" in page


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "Кедрова", "фамилию, имя"),
        ("name", "к " * 60_000, "фамилию, имя"),
        ("municipality", "", "Выберите муниципальное"),
        ("organisation", "", "где работает"),
        ("processing", "", "Без подписанного согласия"),
        ("holder", "", "хранится"),
    ],
)
def test_what_is_missing_is_told_and_nobody_is_registered(
    desk, installation, open_marathon, place, field, value, words
):
    with installation.begin(read_only=True) as work:
        before = len(work.people.all())
    answer = enter(desk, open_marathon, place, **{field: value})
    assert answer.status_code == 422
    assert words in answer.text
    with installation.begin(read_only=True) as work:
        assert len(work.people.all()) == before
        assert work.submissions.of_marathon(open_marathon.id) == []


def test_only_organisers_enter_works_for_others(signed_in, installation, open_marathon, place):
    with installation.begin() as work:
        teacher = builders.a_person(work, "Ветрова Дарья Олеговна")
    browser = signed_in(teacher)
    assert browser.get(f"/organise/{open_marathon.id}/works/enter").status_code == 404
    assert enter(browser, open_marathon, place).status_code == 404


def test_the_teacher_takes_the_work_over_by_the_link_of_the_letter(
    desk, client, installation, entered
):
    assert hand_over(desk, entered, email=EMAIL, by="letter").status_code == 303
    secret = letter(installation).values["secret"]
    for _ in range(2):
        page = client.get(f"/claim/{secret}")
        assert "Это ваш материал?" in page.text
        assert EMAIL in page.text
    assert stored(installation, entered.id).owner_id == entered.owner_id
    answer = client.post(f"/claim/{secret}")
    assert answer.headers["location"] == f"/my/{entered.id}"
    assert client.get(f"/my/{entered.id}").status_code == 200
    with installation.begin(read_only=True) as work:
        owner = work.people.get(work.submissions.get(entered.id).owner_id)
        assert (owner.email, owner.name) == (EMAIL, NAME)
        assert work.submissions.get(entered.id).authors[0].email == EMAIL
    assert "уже использованы" in client.get(f"/claim/{secret}").text
    refused = hand_over(desk, entered, email="other@example.ru", by="letter")
    assert refused.status_code == 303
    assert stored(installation, entered.id).owner_id == owner.id


def test_a_teacher_with_an_account_gets_the_work_into_it(
    desk, client, signed_in, installation, entered
):
    with installation.begin() as work:
        known = builders.a_person(work, "Кедрова Мария", email=EMAIL)
    hand_over(desk, entered, email=EMAIL.upper(), by="letter")
    link = f"/claim/{letter(installation).values['secret']}"

    forwarded = client.post(link)
    assert forwarded.headers["location"] == f"/login?next={link}"
    assert COOKIE not in forwarded.cookies
    assert stored(installation, entered.id).owner_id == entered.owner_id

    assert signed_in(known).post(link).headers["location"] == f"/my/{entered.id}"
    with installation.begin(read_only=True) as work:
        after = work.submissions.get(entered.id)
        assert after.owner_id == known.id
        assert work.people.find(entered.owner_id) is None
        assert after.authors[0].person_id == known.id


def test_organisers_never_read_the_link_that_lets_a_teacher_in(desk, installation, entered):
    hand_over(desk, entered, email=EMAIL, by="letter")
    sent = letter(installation)
    here = f"/organise/{entered.marathon_id}/letters/{sent.id}"
    with installation.begin() as work:
        work.notices.save(work.notices.get(sent.id).model_copy(update={"status": "failed"}))

    page = desk.get(here).text
    assert "/claim/" in page
    assert sent.values["secret"] not in page
    words = {"title": "Другое", "body": "Другое", "act": "save"}
    assert "личной ссылкой" in unquote(desk.post(here, data=words).headers["set-cookie"])
    mended = desk.post(f"{here}/address", data={"email": "orlova@example.ru"})
    assert mended.status_code == 404
    with installation.begin(read_only=True) as work:
        assert work.notices.get(sent.id).body == ""
        assert work.people.get(entered.owner_id).email is None
    assert desk.post(here, data={"act": "release"}).status_code == 303
    with installation.begin(read_only=True) as work:
        assert work.notices.get(sent.id).values["secret"] == sent.values["secret"]


def test_a_code_on_paper_needs_a_sign_in_and_works_however_it_is_typed(
    desk, client, signed_in, installation, entered
):
    page = hand_over(desk, entered, by="paper")
    code = re.search(r"[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}", page.text).group()
    typed = client.post("/claim", data={"code": f" {code.lower().replace('-', ' ')} "})
    assert typed.headers["location"] == f"/claim/{code}"
    assert "Сначала войдите" in client.get(f"/claim/{code}").text
    assert client.post(f"/claim/{code}").headers["location"].startswith("/login")
    with installation.begin() as work:
        teacher = builders.a_person(work, NAME, email=EMAIL)
    browser = signed_in(teacher)
    assert browser.post(f"/claim/{code}").headers["location"] == f"/my/{entered.id}"
    assert stored(installation, entered.id).owner_id == teacher.id
    assert "уже использованы" in browser.post(f"/claim/{code}").text


def test_a_new_code_closes_the_older_one(desk, client, installation, entered):
    hand_over(desk, entered, email=EMAIL, by="letter")
    older = letter(installation).values["secret"]
    hand_over(desk, entered, by="paper")
    assert "уже использованы" in client.get(f"/claim/{older}").text


@pytest.mark.parametrize("code", ["", "НЕТ", "x" * 100_000, "AAAA-AAAA-AAAA", "\0", "<b>"])
def test_a_wrong_code_is_told_in_words(client, code):
    answer = client.post("/claim", data={"code": code})
    assert answer.status_code == 422
    assert "сверьте его с листом, в нём 12 букв и цифр" in answer.text
    assert "<b>" not in answer.text.replace("<b></b>", "")


def test_an_offer_lasts_thirty_days(installation, entered, organiser, now):
    with installation.begin() as work:
        handing_over.offer(
            work,
            entered,
            email="",
            secret="AAAA-BBBB-CCCC",
            signer=installation.signer,
            by=builders.SYSTEM,
            now=now,
        )
        token, _ = handing_over.offered(
            work, "aaaa bbbb cccc", signer=installation.signer, now=now + timedelta(days=29)
        )
        assert token.expires_at == now + timedelta(days=30)


def test_without_address_and_without_paper_nothing_is_offered(desk, entered):
    answer = hand_over(desk, entered, email=" ", by="letter")
    assert answer.status_code == 422
    assert "напечатайте код" in answer.text
    wrong = hand_over(desk, entered, email="не адрес", by="letter")
    assert wrong.status_code == 422
    assert "записан с ошибкой" in wrong.text


def test_a_forwarded_link_never_opens_the_office_of_an_administrator(
    desk, client, signed_in, installation, entered
):
    with installation.begin() as work:
        chief = builders.a_person(work, "Админова Ада Яновна", email=EMAIL)
        work.roles.give(chief.id, Role.ADMINISTRATOR)
        other = builders.a_person(work, "Орлова Нина Петровна")
    hand_over(desk, entered, email=EMAIL, by="letter")
    link = f"/claim/{letter(installation).values['secret']}"

    for browser in (client, signed_in(other)):
        answer = browser.post(link)
        assert answer.headers["location"] == f"/login?next={link}"
        assert COOKIE not in answer.cookies
        assert browser.get("/administer").status_code in {303, 404}
    assert stored(installation, entered.id).owner_id == entered.owner_id
