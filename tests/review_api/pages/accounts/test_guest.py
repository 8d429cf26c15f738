"""Beginning a material without signing in: the account comes last and nothing typed is lost."""

import re
from datetime import timedelta

import builders
import pytest
from fastapi.testclient import TestClient

from flows.accounts import guests, tidying
from review_api import limits
from review_api.deps import COOKIE
from review_api.session_cookie import GUEST
from schemas.people import Role
from schemas.submission import SubmissionStatus

DOCX = ("практика.docx", b"PK\x03\x04 some bytes", "application/octet-stream")
EMAIL = "vetrova@example.ru"


@pytest.fixture
def places(installation, open_marathon):
    with installation.begin(read_only=True) as work:
        return {one.name: one.id for one in work.municipalities.all()}


def stranger(application):
    """Another browser, nobody signed in."""
    headers = {"sec-fetch-site": "same-origin"}
    return TestClient(
        application, base_url="http://127.0.0.1", headers=headers, follow_redirects=False
    )


def begin(browser, marathon):
    answer = browser.post("/my/new", data={"marathon": marathon.id})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def version(page):
    return re.search(r'name="version" value="([^"]*)"', page.text).group(1)


def fill(browser, address, place):
    author = {
        "name": "Ветрова Дарья Олеговна",
        "municipality": place,
        "organisation": "МБОУ «СОШ № 7»",
    }
    practice = {"title": "Читаем карту всей школой", "abstract": "О практике.", "track": "2"}
    ticks = {"processing": "yes", "children": "none"}
    for part, data in (("authors/new", author), ("practice", practice), ("consents", ticks)):
        stamp = version(browser.get(f"{address}/{part}"))
        answer = browser.post(f"{address}/{part}", data=data | {"version": stamp})
        assert answer.status_code == 303, answer.text
    answer = browser.post(f"{address}/files", files={"file": DOCX})
    assert answer.status_code == 303, answer.text


def letter(installation, email):
    with installation.begin(read_only=True) as work:
        return [one for one in work.notices.all() if one.address == email][-1].values


def type_code(browser, installation, email, next_):
    answer = browser.post("/login", data={"email": email, "next": next_})
    assert answer.status_code == 200
    data = {"email": email, "code": letter(installation, email)["code"], "next": next_}
    return browser.post("/login/code", data=data)


def stored(installation, address):
    with installation.begin(read_only=True) as work:
        return work.submissions.get(address.rsplit("/", 1)[-1])


def test_anybody_opens_the_page_of_a_new_material_and_nothing_is_written(
    client, installation, open_marathon
):
    page = client.get(f"/my/new?marathon={open_marathon.id}")
    assert page.status_code == 200
    assert COOKIE not in page.cookies
    with installation.begin(read_only=True) as work:
        assert work.people.guests() == []


def test_a_draft_begun_without_signing_in_is_sent_after_one_code(
    client, installation, open_marathon, places
):
    address = begin(client, open_marathon)
    assert client.cookies[COOKIE].startswith(GUEST)
    fill(client, address, places["Киренский район"])
    check = client.get(f"{address}/check")
    assert "Черновик на этом устройстве" in check.text
    assert "Последний шаг: ваш адрес почты" in check.text
    assert "не подтвердили соавторство" not in check.text
    before = stored(installation, address)

    answer = type_code(client, installation, EMAIL, f"{address}/check")
    assert answer.headers["location"] == f"{address}/check"

    after = stored(installation, address)
    kept = ("title", "abstract", "track", "consents", "children", "number", "created_at")
    assert all(getattr(after, name) == getattr(before, name) for name in kept)
    page = client.get(f"{address}/check")
    sent = client.post(f"{address}/check", data={"version": version(page)})
    assert sent.headers["location"] == f"{address}/sent"
    with installation.begin(read_only=True) as work:
        owner = work.people.get(after.owner_id)
        assert (owner.email, owner.guest, owner.name) == (EMAIL, False, "Ветрова Дарья Олеговна")
        assert work.people.guests() == []
        assert len(work.files.of(after.id)) == 1
        assert after.authors[0].email == EMAIL
        assert [one.action for one in work.journal.about(owner.id)].count("drafts_claimed") == 1
    assert stored(installation, address).status is SubmissionStatus.SUBMITTED


def test_a_guest_cannot_send_before_giving_an_address(client, installation, open_marathon, places):
    address = begin(client, open_marathon)
    fill(client, address, places["Киренский район"])
    page = client.get(f"{address}/practice")
    answer = client.post(f"{address}/check", data={"version": version(page)})
    assert answer.status_code in {409, 422}
    assert stored(installation, address).status is SubmissionStatus.DRAFT


def test_drafts_of_a_guest_go_to_the_account_that_has_the_address(
    client, installation, open_marathon
):
    with installation.begin() as work:
        known = builders.a_person(work, "Ветрова Дарья Олеговна", email=EMAIL)
    address = begin(client, open_marathon)
    type_code(client, installation, EMAIL, "/my")
    assert stored(installation, address).owner_id == known.id
    with installation.begin(read_only=True) as work:
        assert any(one.role is Role.TEACHER for one in work.roles.of(known.id))


def test_an_open_window_goes_on_saving_after_signing_in(client, installation, open_marathon):
    address = begin(client, open_marathon)
    stamp = version(client.get(f"{address}/practice"))
    type_code(client, installation, EMAIL, "/my")
    answer = client.post(
        f"{address}/practice/autosave",
        data={"title": "Написано в старом окне", "version": stamp},
        headers={"accept": "application/json"},
    )
    assert answer.status_code == 200, answer.text
    assert stored(installation, address).title == "Написано в старом окне"


def test_the_link_opened_on_another_device_brings_the_draft_but_not_the_other_session(
    client, application, installation, open_marathon
):
    address = begin(client, open_marathon)
    client.post("/login", data={"email": EMAIL, "next": "/my"})
    phone = stranger(application)
    secret = letter(installation, EMAIL)["secret"]
    assert phone.get(f"/login/link/{secret}").status_code == 200
    phone.post(f"/login/link/{secret}", data={"next": "/my"})
    assert phone.get(address).status_code == 200
    lost = client.get(address)
    assert lost.status_code == 303
    assert "Черновика на этом устройстве больше нет" in client.get(lost.headers["location"]).text


def test_a_guest_sees_no_page_of_accounts_and_is_on_no_list(
    client, installation, open_marathon, signed_in
):
    begin(client, open_marathon)
    assert client.get("/me").headers["location"].startswith("/login")
    with installation.begin() as work:
        organiser = builders.a_person(work, "Орлова Нина Петровна")
        work.roles.give(organiser.id, Role.ORGANISER)
        assert guests.GUEST_NAME not in {one.name for one in work.people.all()}
        assert not any(one.guest for one in work.people.with_role(Role.TEACHER))
    page = signed_in(organiser).get("/organise/people")
    assert guests.GUEST_NAME not in page.text


def test_other_guests_do_not_see_the_draft(client, application, installation, open_marathon):
    address = begin(client, open_marathon)
    other = stranger(application)
    begin(other, open_marathon)
    assert other.get(address).status_code == 404


def test_a_guest_of_a_shared_computer_takes_the_draft_away(
    client, installation, open_marathon, places
):
    address = begin(client, open_marathon)
    fill(client, address, places["Киренский район"])
    assert client.post("/logout").headers["location"] == "/guest/forget"
    assert "Читаем карту" in client.get("/guest/forget").text
    assert client.post("/guest/forget").headers["location"] == "/"
    with installation.begin(read_only=True) as work:
        assert work.people.guests() == []
        assert work.submissions.find(address.rsplit("/", 1)[-1]) is None


def tidied(work, moment):
    """How many guests are forgotten at the moment."""
    return tidying.tidy(work, keep_days=365, now=moment)["guests"]


def test_guests_who_wrote_nothing_for_a_month_are_forgotten_and_writers_are_not(
    client, application, installation, open_marathon, places, now
):
    empty = begin(client, open_marathon)
    writer = stranger(application)
    kept = begin(writer, open_marathon)
    fill(writer, kept, places["Киренский район"])
    with installation.begin() as work:
        assert tidied(work, now + timedelta(days=29)) == 0
        assert tidied(work, now + timedelta(days=31)) == 1
        assert work.submissions.find(empty.rsplit("/", 1)[-1]) is None
        assert work.submissions.find(kept.rsplit("/", 1)[-1]) is not None
        assert tidied(work, now + timedelta(days=181)) == 1
        assert work.submissions.find(kept.rsplit("/", 1)[-1]) is None
        assert list(work.journal.broken()) == []


def test_a_network_that_begins_too_many_drafts_is_asked_to_sign_in(
    application, installation, open_marathon
):
    for _ in range(60):
        limits.count_guest("testclient")
    answer = stranger(application).post("/my/new", data={"marathon": open_marathon.id})
    assert answer.status_code == 429
    assert "Войдите с адресом почты" in answer.text
