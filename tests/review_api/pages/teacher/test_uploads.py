"""Files in parts through the site: rights at every part, clear refusals, one file in the end."""

import builders
import pytest

from flows.intake.uploads import PART

JSON = {"accept": "application/json"}
CONTENT = bytes(number % 253 for number in range(PART + 777))


@pytest.fixture
def browser(installation, signed_in, open_marathon):
    with installation.begin() as work:
        person = builders.a_person(work)
    return signed_in(person)


@pytest.fixture
def address(browser, open_marathon):
    return browser.post("/my/new", data={"marathon": open_marathon.id}).headers["location"]


def begin(browser, address, **changes):
    sent = {"name": "урок.docx", "size": len(CONTENT)} | changes
    return browser.post(f"{address}/uploads", json=sent, headers=JSON)


def put(browser, address, upload, offset, content=None):
    part = CONTENT[offset : offset + PART] if content is None else content
    where = f"{address}/uploads/{upload}?offset={offset}"
    return browser.put(where, content=part, headers=JSON)


def test_file_goes_up_in_parts_and_resumes_after_a_closed_page(browser, address):
    upload = begin(browser, address).json()
    assert (upload["received"], upload["part"]) == (0, PART)
    assert put(browser, address, upload["id"], 0).json()["received"] == PART
    page = browser.get(f"{address}/files").text
    assert "Продолжить загрузку «урок.docx»: уже передано 99 %" in page
    assert begin(browser, address).json()["received"] == PART
    assert put(browser, address, upload["id"], PART).json()["received"] == len(CONTENT)
    done = browser.post(f"{address}/uploads/{upload['id']}/finish", headers=JSON)
    assert done.json() == {"address": f"{address}/files"}
    page = browser.get(f"{address}/files").text
    assert "Файл получен и сохранён." in page
    assert "Продолжить загрузку" not in page


@pytest.mark.parametrize(
    ("changes", "status", "words"),
    [
        ({"size": 10**12}, 413, "Файл больше 50 МБ"),
        ({"size": 0}, 422, "Проверьте, тот ли файл"),
        ({"name": "урок.doc"}, 415, "DOC и PPT"),
        ({"name": "я" * 100_000}, 415, "не принимаются"),
        ({"size": "много"}, 422, "Проверьте поля"),
    ],
)
def test_unfit_file_is_refused_in_words_before_it_is_sent(browser, address, changes, status, words):
    answer = begin(browser, address, **changes)
    assert answer.status_code == status
    assert words in answer.json()["detail"]
    assert len(answer.content) < 4000


def test_part_out_of_turn_doubled_or_too_long(browser, address):
    upload = begin(browser, address).json()["id"]
    assert put(browser, address, upload, PART).json()["type"] == "/problems/wrong_offset"
    for _ in range(2):
        assert put(browser, address, upload, 0).status_code == 200
    assert (
        put(browser, address, upload, PART, b"x" * (PART + 1)).json()["type"].endswith("bad_part")
    )
    assert put(browser, address, upload, PART, b"x").json()["type"].endswith("bad_part")
    assert browser.put(f"{address}/uploads/{upload}?offset=-1", headers=JSON).status_code == 422
    early = browser.post(f"{address}/uploads/{upload}/finish", headers=JSON)
    assert early.status_code == 409


def test_two_tabs_send_one_file(browser, address):
    first, second = (begin(browser, address).json()["id"] for _ in range(2))
    assert first == second
    put(browser, address, first, 0)
    assert put(browser, address, second, 0).json()["received"] == PART
    put(browser, address, second, PART)
    for _ in range(2):
        done = browser.post(f"{address}/uploads/{first}/finish", headers=JSON)
        assert done.status_code == 200


def test_withdrawn_meanwhile_takes_nothing_more(browser, address):
    upload = begin(browser, address).json()["id"]
    browser.post(f"{address}/withdraw")
    answer = put(browser, address, upload, 0)
    assert answer.status_code == 409
    assert "менять его нельзя" in answer.json()["detail"]


def test_strangers_and_the_signed_out_send_nothing(
    browser, address, installation, signed_in, client
):
    upload = begin(browser, address).json()["id"]
    with installation.begin() as work:
        stranger = builders.a_person(work, "Чужая Анна")
    other = signed_in(stranger)
    assert begin(other, address).status_code == 404
    assert put(other, address, upload, 0).status_code == 404
    assert put(client, address, upload, 0).status_code == 401
    assert installation.files.shelves() == []


def test_cancelling_is_safe_to_press_twice(browser, address):
    upload = begin(browser, address).json()["id"]
    for _ in range(2):
        answer = browser.post(f"{address}/uploads/{upload}/cancel")
        assert answer.headers["location"] == f"{address}/files"
    assert put(browser, address, upload, 0).status_code == 404


def test_foreign_site_cannot_send_a_part(browser, address):
    upload = begin(browser, address).json()["id"]
    headers = JSON | {"sec-fetch-site": "cross-site"}
    where = f"{address}/uploads/{upload}?offset=0"
    assert browser.put(where, content=CONTENT[:PART], headers=headers).status_code == 403


def test_parts_that_are_refused_leave_nothing_on_the_disk(browser, address, installation):
    upload = begin(browser, address).json()["id"]
    other = browser.post("/my/new", data={"marathon": marathon_of(installation)})

    def on_disk():
        files = (path for path in installation.files.root.rglob("*") if path.is_file())
        return sorted(path.relative_to(installation.files.root) for path in files)

    before = on_disk()
    assert put(browser, address, upload, PART).status_code == 409
    assert put(browser, address, upload, 0, b"torn").status_code == 422
    assert put(browser, address, upload, 1).status_code == 409
    elsewhere = other.headers["location"]
    assert elsewhere == address or put(browser, elsewhere, upload, 0).status_code == 404
    assert put(browser, address.replace(address[-4:], "none"), upload, 0).status_code == 404
    assert on_disk() == before
    assert put(browser, address, upload, 0).status_code == 200
    kept = on_disk()
    assert put(browser, address, upload, 0, b"x" * PART).status_code == 409
    assert on_disk() == kept


def marathon_of(installation):
    with installation.begin(read_only=True) as work:
        return work.marathons.all()[0].id
