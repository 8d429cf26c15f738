"""A disk that is really full: told in words, nothing taken, nothing typed is lost, and then it works."""

import re
import shutil
import tempfile
from html import unescape

import builders
import pytest
from small_disk import fill, free, small_disk

from schemas.settings import Settings
from storage.installation import open_installation

FILE = {"file": ("практика.docx", bytes(2 * 1024 * 1024))}
TYPED = {
    "name": "Ветрова Дарья Олеговна",
    "position": "учитель",
    "organisation": 'МБОУ «СОШ № 7» & "лицей"',
}


@pytest.fixture
def disk(tmp_path):
    with small_disk(tmp_path / "disk", megabytes=24) as mounted:
        yield mounted


@pytest.fixture
def full(request):
    """What lies on the small disk: the file store, the database, or bodies on their way in."""
    return request.param


@pytest.fixture
def installation(disk, full, migrated_sqlite, tmp_path, monkeypatch):
    places = {name: tmp_path / name for name in ("files", "database", "bodies")}
    places[full] = disk / full
    for place in places.values():
        place.mkdir()
    shutil.copy(migrated_sqlite, places["database"] / "marathon.sqlite3")
    monkeypatch.setattr(tempfile, "tempdir", str(places["bodies"]))
    opened = open_installation(
        Settings(
            data=places["database"],
            files_url=str(places["files"]),
            base_url="https://marathon.test",
            text_model="off",
        )
    )
    yield opened
    opened.close()


@pytest.fixture
def browser(installation, signed_in):
    with installation.begin() as work:
        person = builders.a_person(work, "Ветрова Дарья Олеговна")
    return signed_in(person)


@pytest.fixture
def address(browser, open_marathon):
    return browser.post("/my/new", data={"marathon": open_marathon.id}).headers["location"]


def without_room(installation, disk):
    """Full to the last byte; what SQLite has set aside is used up first."""
    with installation.engine.execution_options(read_only=True).connect() as connection:
        connection.rollback()
        connection.connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    fill(disk)


def files_of(installation, address):
    with installation.begin(read_only=True) as work:
        return work.files.of(address.rsplit("/", 1)[-1])


@pytest.mark.parametrize("full", ["files", "database", "bodies"], indirect=True)
def test_file_is_refused_in_words_and_taken_when_there_is_room(
    browser, address, installation, disk
):
    without_room(installation, disk)

    refused = browser.post(f"{address}/files", files=FILE, headers={"accept": "text/html"})

    assert refused.status_code == 507
    assert int(refused.headers["retry-after"]) > 0
    assert "закончилось место" in refused.text
    assert "организаторам" in refused.text
    free(disk)
    assert files_of(installation, address) == []
    assert list(installation.files.incoming.glob("*")) == []

    taken = browser.post(f"{address}/files", files=FILE)

    assert taken.status_code == 303
    assert "Файл получен и сохранён." in browser.get(f"{address}/files").text
    [file] = files_of(installation, address)
    assert installation.files.read(file.sha256) == FILE["file"][1]


@pytest.mark.parametrize("full", ["files", "database"], indirect=True)
def test_program_is_told_the_same(browser, address, installation, disk):
    upload = browser.post(
        f"{address}/uploads", json={"name": "практика.docx", "size": 1_200_000}
    ).json()
    without_room(installation, disk)

    part = f"{address}/uploads/{upload['id']}?offset=0"
    refused = browser.put(
        part, content=bytes(upload["part"]), headers={"accept": "application/json"}
    )

    assert (refused.status_code, refused.json()["type"]) == (507, "/problems/storage_full")
    free(disk)
    state = browser.get(f"{address}/uploads/{upload['id']}").json()
    assert state["received"] == 0
    assert browser.put(part, content=bytes(upload["part"])).json()["received"] == upload["part"]


@pytest.mark.parametrize("full", ["database"], indirect=True)
def test_what_was_typed_stays_on_the_page_and_is_sent_again_by_one_button(
    browser, address, installation, disk
):
    version = re.search(r'name="version" value="(\d+)"', browser.get(f"{address}/authors/new").text)
    with installation.begin(read_only=True) as work:
        home = work.municipalities.all()[0].id
    typed = TYPED | {"municipality": home, "version": version.group(1)}
    without_room(installation, disk)

    refused = browser.post(f"{address}/authors/new", data=typed, headers={"accept": "text/html"})

    assert refused.status_code == 507
    assert "Всё, что вы ввели, осталось на этой странице" in refused.text
    assert f'action="{address}/authors/new"' in refused.text
    kept = hidden(refused.text)
    assert kept == typed

    free(disk)
    assert browser.post(f"{address}/authors/new", data=kept).status_code == 303
    with installation.begin(read_only=True) as work:
        [author] = work.submissions.get(address.rsplit("/", 1)[-1]).authors
    assert (author.name, author.organisation) == (TYPED["name"], TYPED["organisation"])


def hidden(page):
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return {unescape(name): unescape(value) for name, value in found}


@pytest.mark.parametrize("full", ["database"], indirect=True)
def test_passwords_are_not_given_back(browser, installation, disk):
    without_room(installation, disk)

    refused = browser.post(
        "/login",
        data={"email": "a@b.example", "password": "тайна-тайна"},
        headers={"accept": "text/html"},
    )

    assert refused.status_code == 507
    assert "тайна" not in refused.text
