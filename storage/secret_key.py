"""The installation's own key: taken from the settings, or made on the first start and kept."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from pydantic import SecretStr

from schemas.errors import Unavailable
from schemas.settings import Settings

KEY_FILE = "secret-key"


def secret_key(settings: Settings) -> SecretStr:
    """Raises ``Unavailable`` when the kept key cannot be read or written."""
    if settings.secret_key.get_secret_value():
        return settings.secret_key
    path = settings.data / KEY_FILE
    try:
        if not path.exists():
            create(path)
        key = path.read_text("utf-8").strip()
    except (OSError, ValueError) as error:
        raise Unavailable(f"Ключ установки {path} не читается: проверьте права на файл.") from error
    if not key:
        raise Unavailable(f"Ключ установки {path} пуст: верните его из копии или удалите файл.")
    return SecretStr(key)


def create(path: Path) -> None:
    """Whole or not at all; of processes that start together one wins and all read its key."""
    draft = path.with_name(f"{path.name}-{secrets.token_hex(8)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_urlsafe(48))
        file.flush()
        os.fsync(file.fileno())
    with suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()
