"""Settings come from the environment and ``.env``; a wrong one is named in one sentence."""

import subprocess
import sys

import pytest

from schemas.errors import BadInput
from schemas.settings import Settings, read_settings


@pytest.fixture(autouse=True)
def _empty_folder(tmp_path, monkeypatch):
    """A current folder with no ``.env`` and an environment that says nothing."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"MARATHON_{name.upper()}", raising=False)


def test_without_settings_everything_is_in_the_data_folder(tmp_path):
    settings = read_settings()
    assert settings.database == f"sqlite:///{tmp_path / '.data' / 'marathon.sqlite3'}"
    assert settings.file_place.path == settings.data / "files"
    assert settings.mail_server is None
    assert settings.show_mail
    assert (settings.timezone, settings.language) == ("Asia/Irkutsk", "ru")


def test_file_of_the_current_folder_is_read_and_the_environment_wins(tmp_path, monkeypatch):
    lines = ["MARATHON_TIMEZONE=Asia/Chita", "MARATHON_OPERATOR=Центр «Практика»", "OTHER=1"]
    (tmp_path / ".env").write_text("\n".join(lines), "utf-8")
    monkeypatch.setenv("MARATHON_TIMEZONE", "Asia/Omsk")
    settings = read_settings()
    assert (settings.timezone, settings.operator) == ("Asia/Omsk", "Центр «Практика»")


def test_with_a_mail_server_the_mailbox_is_gone(monkeypatch):
    monkeypatch.setenv("MARATHON_MAIL_URL", "smtps://user:password@mail.example.ru")
    settings = read_settings()
    assert settings.mail_server.port == 465
    assert not settings.show_mail
    assert "password@" not in repr(settings)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("MAIL_URL", "imap://user:hidden@mail.example.ru", "smtp://"),
        ("FILES_URL", "ftp://user:hidden@storage.example.ru", "s3://"),
        ("SCANNER", "hidden", "unix:///"),
        ("SCANNER_REQUIRED", "hidden", "true или false"),
        ("TIMEZONE", "Asia/Hidden", "Asia/Irkutsk"),
        ("LANGUAGE", "hidden", "'ru' or 'en'"),
        ("BASE_URL", "hidden.example.ru", "https://"),
        ("SESSION_DAYS", "hidden", "целое число"),
        ("SECRET_COOKIES", "hidden", "true или false"),
        ("ALLOWED_HOSTS", "hidden", "JSON"),
    ],
)
def test_wrong_setting_is_named_without_its_value(monkeypatch, name, value, words):
    monkeypatch.setenv(f"MARATHON_{name}", value)
    with pytest.raises(BadInput) as refusal:
        read_settings()
    assert refusal.value.sentence.startswith(f"MARATHON_{name}: ")
    assert words in refusal.value.sentence
    assert "idden" not in refusal.value.sentence


@pytest.mark.parametrize("command", ["up", "migrate", "doctor", "demo"])
def test_command_with_a_wrong_setting_ends_with_one_line_and_code_two(monkeypatch, command):
    monkeypatch.setenv("MARATHON_LANGUAGE", "de")
    program = f"from review_api.cli.main import run; raise SystemExit(run(['{command}']))"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    [line] = done.stderr.splitlines()
    assert line.startswith("MARATHON_LANGUAGE: ")
