"""What settings decide on pages, in the API, for child processes and in the checks of ``doctor``."""

import dataclasses
import socket

import builders
import pytest
import scanners
from fastapi.testclient import TestClient
from pydantic import SecretStr

from flows.accounts import operations as accounts
from review_api.app import create_app
from review_api.cli import checks
from review_api.supervisor import installation_parts
from schemas.people import Role
from schemas.settings import Settings
from schemas.signing import Signer

HOST = "http://127.0.0.1"
NEW = {
    "title": "Марафон практик",
    "year": 2026,
    "opens_at": "2026-03-20T09:00:00+09:00",
    "submissions_until": "2026-04-20T09:00:00+09:00",
    "reviews_until": "2026-05-20T09:00:00+09:00",
    "live_on": "2026-05-30",
    "tracks": [{"number": 1, "title": "Урок"}],
}


@pytest.fixture
def with_settings(installation):
    """``with_settings(**changes)``: the installation with other settings."""

    def changed(**changes):
        settings = installation.settings.model_copy(update=changes)
        return dataclasses.replace(installation, settings=settings)

    return changed


@pytest.fixture
def organisers_token(installation, now):
    with installation.begin() as work:
        cluster = builders.a_cluster(work)
        accounts.create_api_token(
            work,
            "orlova@example.ru",
            signer=installation.signer,
            secret="token",
            days=36500,
            now=now,
        )
        person = accounts.person_of(work, "orlova@example.ru")
        work.roles.give(person.id, Role.ORGANISER, scope_id=cluster.id)
    return {"authorization": "Bearer token"}


def test_pages_start_in_the_language_of_the_settings_and_readers_choose(with_settings):
    client = TestClient(create_app(with_settings(language="en")), base_url=HOST)
    assert '<html lang="en"' in client.get("/").text
    assert '<html lang="ru"' in client.get("/?lang=ru").text
    assert '<html lang="ru"' in client.get("/").text, "the choice is remembered"


def test_marathon_made_by_a_program_gets_the_zone_of_the_settings(with_settings, organisers_token):
    client = TestClient(create_app(with_settings(timezone="Asia/Chita")), base_url=HOST)

    def zone_of(facts):
        return client.post("/api/v1/marathons", json=facts, headers=organisers_token).json()["zone"]

    assert zone_of(NEW) == "Asia/Chita"
    assert zone_of(NEW | {"zone": "Asia/Omsk"}) == "Asia/Omsk"


def test_parts_get_the_address_of_the_settings(tmp_path):
    def address_of(**given):
        settings = Settings(data=tmp_path, prefect_api_url="http://127.0.0.1:9/api", **given)
        parts = installation_parts(settings, host="127.0.0.1", port=free_port())
        return parts[-1].environment["MARATHON_BASE_URL"]

    assert address_of(base_url="https://marathon.example.ru") == "https://marathon.example.ru"
    assert address_of().startswith("http://127.0.0.1:")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.mark.parametrize(
    ("base_url", "state"),
    [("http://127.0.0.1:8000", "warning"), ("https://marathon.example.ru", "problem")],
)
def test_open_mailbox_is_a_problem_once_others_reach_the_site(with_settings, base_url, state):
    finding = checks.mail(with_settings(base_url=base_url))
    assert finding.state == state
    assert "/dev/mail" in finding.sentence


def test_silent_mail_server_is_a_problem_and_its_password_is_not_printed(with_settings):
    address = SecretStr("smtp://user:hidden@127.0.0.1:9")
    finding = checks.mail(with_settings(mail_url=address))
    assert finding.state == "problem"
    assert "MARATHON_MAIL_URL" in finding.remedy
    assert "hidden" not in finding.model_dump_json()


@pytest.mark.parametrize(
    ("base_url", "state"),
    [("http://127.0.0.1:8000", "ok"), ("https://marathon.example.ru", "warning")],
)
def test_missing_virus_scanner_is_pointed_out_once_others_reach_the_site(
    with_settings, base_url, state
):
    finding = checks.scanner(with_settings(base_url=base_url))
    assert finding.state == state
    assert checks.scanner_limit(with_settings()).state == "ok"


def test_silent_virus_scanner_is_a_problem_whose_consequence_is_named(with_settings):
    silent = {"scanner": "unix:///nowhere/clamd.ctl"}
    finding = checks.scanner(with_settings(**silent))
    assert (finding.state, "принимаются без него" in finding.sentence) == ("problem", True)
    finding = checks.scanner(with_settings(**silent, scanner_required=True))
    assert (finding.state, "файлы ждут" in finding.sentence) == ("problem", True)
    assert checks.scanner_limit(with_settings(**silent)).state == "warning"


def test_virus_scanner_must_know_the_trial_file_and_take_the_largest_file(with_settings):
    with scanners.wire() as wire:
        asked = with_settings(scanner=wire.address, max_upload=scanners.LIMIT)
        assert checks.scanner(asked).state == checks.scanner_limit(asked).state == "ok"
        more = checks.scanner_limit(with_settings(scanner=wire.address))
        assert (more.state, "StreamMaxLength" in more.remedy) == ("problem", True)
        wire.says(b"stream: OK\0")
        bare = checks.scanner(asked)
        assert (bare.state, "freshclam" in bare.remedy) == ("problem", True)


def test_short_key_is_pointed_out(installation):
    assert checks.key(installation).state == "ok"
    short = dataclasses.replace(installation, signer=Signer(key=SecretStr("short")))
    assert checks.key(short).state == "warning"


def test_store_that_cannot_keep_files_is_a_problem(installation):
    installation.files.root.mkdir(parents=True, exist_ok=True)
    installation.files.incoming.write_text("not a folder")
    finding = checks.files(installation)
    assert finding.state == "problem"
    assert "MARATHON_FILES_URL" in finding.remedy


def test_the_address_people_see_is_answered_without_being_named_twice(with_settings):
    client = TestClient(
        create_app(with_settings(base_url="https://marathon.example.ru")),
        base_url="https://marathon.example.ru",
    )
    assert client.get("/").status_code == 200
    assert client.get("/", headers={"host": "elsewhere.example.ru"}).status_code == 400
