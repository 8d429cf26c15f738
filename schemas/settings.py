"""Settings of an installation: the only reader of the environment (prefix ``MARATHON_``).

The file ``.env`` of the current folder is read too; the environment wins over it.
"""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Literal
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from schemas.errors import BadInput
from schemas.file_place import FilePlace, FolderPlace, read_file_place
from schemas.mail_server import MailServer, read_mail_server
from schemas.scanning import ScannerAddress, read_scanner

MEGABYTE = 1024 * 1024
LEAST_IDLE_DAYS = 365
PREFIX = "MARATHON_"
LOCAL_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})
# For throw-away installations: everything in the data folder, whatever ``.env`` says.
IN_ITS_FOLDER: Mapping[str, str] = MappingProxyType(
    {
        f"{PREFIX}{name}": ""
        for name in (
            *("DATABASE_URL", "FILES_URL", "SECRET_KEY", "MAIL_URL", "SCANNER"),
            *("PREFECT_API_URL", "PREFECT_UI_URL", "PREFECT_AUTH"),
        )
    }
)

TextModel = Literal["usem3", "off"]

WRONG: Mapping[str, str] = MappingProxyType(
    {
        "int_parsing": "нужно целое число.",
        "greater_than_equal": "нужно {ge} или больше.",
        "bool_parsing": "нужно true или false.",
        "literal_error": "такого значения нет, подходит {expected}.",
    }
)


class Settings(BaseSettings):
    """``data`` holds database, files, key and logs unless the addresses below say otherwise.

    ``max_upload`` is in bytes, ``session_days`` and the ``_minutes`` settings say their unit.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=".env",
        env_file_encoding="utf-8",
        frozen=True,
        extra="ignore",
        hide_input_in_errors=True,
    )

    data: Path = Path(".data")
    database_url: str = ""
    files_url: SecretStr = SecretStr("")
    secret_key: SecretStr = SecretStr("")
    base_url: str = "http://127.0.0.1:8000"
    timezone: str = "Asia/Irkutsk"
    language: Literal["ru", "en"] = "ru"
    allowed_hosts: tuple[str, ...] = ("127.0.0.1", "localhost")
    secret_cookies: bool = False
    max_upload: int = 50 * MEGABYTE
    scanner: str = ""
    scanner_required: bool = False
    session_days: int = 30
    login_minutes: int = 20
    mail_url: SecretStr = SecretStr("")
    mail_from: str = "marathon@localhost"
    operator: str = "Оператор марафона"
    contact: str = ""
    prefect_api_url: str = ""
    prefect_ui_url: str = ""
    prefect_auth: SecretStr = Field(default=SecretStr(""))
    text_model: TextModel = "usem3"
    grace_minutes: int = 5
    retention_days: int = Field(default=365 * 5, ge=30)
    idle_days: int = Field(default=0, ge=0)
    log_format: Literal["text", "json"] = "text"
    metrics_token: SecretStr = SecretStr("")

    @field_validator("files_url")
    @classmethod
    def readable_files_url(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value():
            with_value_error(read_file_place, value.get_secret_value())
        return value

    @field_validator("mail_url")
    @classmethod
    def readable_mail_url(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value():
            with_value_error(read_mail_server, value.get_secret_value())
        return value

    @field_validator("scanner")
    @classmethod
    def readable_scanner(cls, value: str) -> str:
        if value:
            with_value_error(read_scanner, value)
        return value

    @field_validator("base_url")
    @classmethod
    def web_address(cls, value: str) -> str:
        if not re.match(r"https?://[^/\s]+", value):
            message = (
                "адрес начинается с http:// или https://. Пример: https://marathon.example.ru."
            )
            raise ValueError(message)
        return value

    @field_validator("idle_days")
    @classmethod
    def years_or_never(cls, value: int) -> int:
        if 0 < value < LEAST_IDLE_DAYS:
            message = f"не меньше {LEAST_IDLE_DAYS} дней; 0 — никого не удалять."
            raise ValueError(message)
        return value

    @field_validator("timezone")
    @classmethod
    def known_timezone(cls, value: str) -> str:
        if value not in available_timezones():
            message = "такого часового пояса нет. Пример: Asia/Irkutsk."
            raise ValueError(message)
        return value

    @property
    def database(self) -> str:
        """The SQLAlchemy address: PostgreSQL when set, otherwise SQLite inside ``data``."""
        return self.database_url or f"sqlite:///{self.data.resolve() / 'marathon.sqlite3'}"

    @property
    def file_place(self) -> FilePlace:
        """A folder inside ``data`` unless an address is set."""
        address = self.files_url.get_secret_value()
        return read_file_place(address) if address else FolderPlace(path=self.data / "files")

    @property
    def mail_server(self) -> MailServer | None:
        address = self.mail_url.get_secret_value()
        return read_mail_server(address) if address else None

    @property
    def scanner_address(self) -> ScannerAddress | None:
        return read_scanner(self.scanner) if self.scanner else None

    @property
    def show_mail(self) -> bool:
        """Without a mail server letters are read on ``/dev/mail``; with one the page is gone."""
        return self.mail_server is None

    @property
    def hosts(self) -> tuple[str, ...]:
        """Host names that are answered: that of ``base_url`` always is."""
        return (*self.allowed_hosts, urlsplit(self.base_url).hostname or "")

    @property
    def local(self) -> bool:
        """Whether people open the pages on this machine only."""
        return urlsplit(self.base_url).hostname in LOCAL_HOSTS


def read_settings(data: Path | None = None) -> Settings:
    """Settings of the environment and ``.env``, ``data`` first; raises ``BadInput``.

    The sentence names the variable and never its value, which may be a secret.
    """
    try:
        return Settings() if data is None else Settings(data=data)
    except ValidationError as error:
        raise BadInput(sentence_of(error), code="bad_setting") from error
    except SettingsError as error:
        message = 'MARATHON_ALLOWED_HOSTS: нужен список JSON, например ["marathon.example.ru"].'
        raise BadInput(message, code="bad_setting") from error


def sentence_of(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    context = first.get("ctx", {})
    said = WRONG.get(first["type"], "значение не подходит.").format(**context)
    name = str(first["loc"][0]).upper()
    return f"{PREFIX}{name}: {context.get('error', said)}"


def with_value_error(read: Callable[[str], object], address: str) -> None:
    """Pydantic collects ``ValueError`` only."""
    try:
        read(address)
    except BadInput as error:
        raise ValueError(error.sentence) from error
