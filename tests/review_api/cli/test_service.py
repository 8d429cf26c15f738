"""Keeping an installation by command: schema, checks, tokens, backup while people work, restore."""

import threading

import builders
import pytest
from fastapi.testclient import TestClient

from review_api.app import create_app
from review_api.cli.main import run
from schemas.people import Role


@pytest.fixture
def data(installation):
    return installation.settings.data


def test_migrate_makes_an_empty_folder_ready_and_again_changes_nothing(tmp_path, capsys):
    for _ in range(2):
        assert run(["migrate", "--data", str(tmp_path / "new")]) == 0
    assert run(["export", "audit", str(tmp_path / "a.csv"), "--data", str(tmp_path / "new")]) == 0
    assert "Схема" in capsys.readouterr().out


@pytest.mark.parametrize(
    "command", [["export", "audit", "a.csv"], ["token", "create", "a@b.ru"], ["backup", "a.tar"]]
)
def test_without_a_schema_commands_say_what_to_run(tmp_path, monkeypatch, capsys, command):
    monkeypatch.chdir(tmp_path)
    assert run([*command, "--data", str(tmp_path / "new")]) == 1
    printed = capsys.readouterr()
    assert "marathon migrate" in printed.err
    assert len(printed.err.strip().splitlines()) == 1


def test_doctor_is_one_while_there_is_a_problem(tmp_path, data, capsys):
    assert run(["doctor", "--data", str(tmp_path / "new")]) == 1
    assert "marathon migrate" in capsys.readouterr().out
    assert run(["doctor", "--data", str(data)]) == 0
    out = capsys.readouterr().out
    for what in ("База", "Журнал", "Файлы", "Prefect", "Почта", "Шрифты"):
        assert what in out


def test_a_token_is_printed_once_and_opens_the_api(installation, data, capsys):
    with installation.begin() as work:
        builders.a_cluster(work)
    arguments = ["token", "create", "Orlova@Example.ru", "--role", "organiser", "--days", "2"]
    assert run([*arguments, "--data", str(data)]) == 0
    secret = capsys.readouterr().out.strip()
    assert len(secret.splitlines()) == 1
    client = TestClient(create_app(installation), base_url="http://127.0.0.1")
    answer = client.get("/api/v1/marathons", headers={"authorization": f"Bearer {secret}"})
    assert answer.json() == {"items": []}
    with installation.begin() as work:
        person = work.people.by_email("orlova@example.ru")
        assert [grant.role for grant in work.roles.of(person.id)] == [Role.ORGANISER]
    assert run(["token", "create", "not-an-address", "--data", str(data)]) == 2


def test_backup_while_people_write_is_restored_whole_into_an_empty_folder_only(
    installation, data, tmp_path, capsys
):
    with installation.begin() as work:
        home = builders.members(work, builders.a_cluster(work))[0]
        marathon = builders.a_marathon(work)
        builders.a_submission(work, marathon, home, title="Первая работа")
    stop = threading.Event()

    def keep_writing():
        while not stop.wait(0.02):
            with installation.begin() as work:
                builders.a_person(work)

    writer = threading.Thread(target=keep_writing)
    writer.start()
    try:
        archive = tmp_path / "all.tar"
        assert run(["backup", str(archive), "--data", str(data)]) == 0
    finally:
        stop.set()
        writer.join()
    target = tmp_path / "restored"
    assert run(["restore", str(archive), "--data", str(target)]) == 0
    tables = []
    for folder in (data, target):
        table = tmp_path / f"{folder.name}.csv"
        assert run(["export", "submissions", str(table), "--data", str(folder)]) == 0
        tables.append(table.read_bytes())
    assert tables[0] == tables[1]
    assert "Первая работа" in tables[0].decode("utf-8-sig")
    capsys.readouterr()
    assert run(["restore", str(archive), "--data", str(target)]) == 1
    assert "пустую" in capsys.readouterr().err
    assert run(["restore", str(table), "--data", str(tmp_path / "third")]) == 2
