"""The installation's key is made once and is nobody else's."""

import pytest
from pydantic import SecretStr
from together import in_threads

from schemas.errors import Unavailable
from schemas.settings import Settings
from storage.installation import open_installation
from storage.secret_key import KEY_FILE, secret_key


def test_key_is_made_on_the_first_start_and_readable_by_its_owner_only(tmp_path):
    settings = Settings(data=tmp_path / "data")

    opened = open_installation(settings)
    opened.close()

    path = settings.data / KEY_FILE
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(path.read_text()) >= 43
    assert opened.signer.key.get_secret_value() == path.read_text()
    assert secret_key(settings) == opened.signer.key


def test_key_of_the_settings_leaves_no_file(tmp_path):
    settings = Settings(data=tmp_path, secret_key=SecretStr("from the environment"))

    assert secret_key(settings).get_secret_value() == "from the environment"
    assert list(tmp_path.iterdir()) == []


def test_processes_that_start_together_agree_on_one_key(tmp_path):
    settings = Settings(data=tmp_path)

    keys = in_threads(8, lambda _number: secret_key(settings).get_secret_value())

    assert len(set(keys)) == 1
    assert [path.name for path in tmp_path.iterdir()] == [KEY_FILE]


@pytest.mark.parametrize("damage", ["empty", "a folder"])
def test_key_that_cannot_be_used_is_said_plainly(tmp_path, damage):
    path = tmp_path / KEY_FILE
    path.touch() if damage == "empty" else path.mkdir()

    with pytest.raises(Unavailable) as refusal:
        secret_key(Settings(data=tmp_path))

    assert str(path) in refusal.value.sentence
