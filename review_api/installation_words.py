"""The installation in words for its administrator: settings without secrets, versions, backups."""

import sys
from collections.abc import Mapping
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from urllib.parse import urlsplit

from pydantic import SecretStr

from review_api.formats import marked
from schemas.base import Schema
from schemas.settings import PREFIX, Settings
from storage.work import Work

INSTALLATION, BACKED_UP = "installation", "backed_up"
MEGABYTE = 1024 * 1024
HAS, HAS_NOT = marked("задано"), marked("не задано")
YES, NO = marked("да"), marked("нет")
NAMES: Mapping[str, str] = {
    "data": marked("Папка данных"),
    "database_url": marked("База"),
    "files_url": marked("Файлы"),
    "secret_key": marked("Ключ установки"),
    "base_url": marked("Адрес сайта"),
    "timezone": marked("Часовой пояс"),
    "language": marked("Язык"),
    "allowed_hosts": marked("Другие имена сервера"),
    "secret_cookies": marked("Вход только по HTTPS"),
    "max_upload": marked("Наибольший файл, МБ"),
    "scanner": marked("Антивирус"),
    "scanner_required": marked("Без ответа антивируса файлы ждут"),
    "session_days": marked("Вход действует, дней"),
    "login_minutes": marked("Ссылка для входа действует, минут"),
    "mail_url": marked("Почтовый сервер"),
    "mail_from": marked("Отправитель писем"),
    "operator": marked("Оператор"),
    "contact": marked("Адрес для вопросов"),
    "prefect_api_url": marked("Адрес Prefect"),
    "prefect_ui_url": marked("Страницы Prefect"),
    "prefect_auth": marked("Пароль Prefect"),
    "text_model": marked("Модель текстов"),
    "grace_minutes": marked("Запас после срока, минут"),
    "retention_days": marked("Хранить, дней"),
    "idle_days": marked("Удалять тех, кто молчит, дней"),
    "log_format": marked("Вид строк в журналах работы"),
    "metrics_token": marked("Токен показателей"),
}
PACKAGES: Mapping[str, str] = {
    "teaching-marathon": marked("Система"),
    "prefect": "Prefect",
    "fastapi": "FastAPI",
    "sqlmodel": "SQLModel",
}


class SettingRow(Schema):
    """``variable`` is what sets it in the environment."""

    name: str
    variable: str
    value: str


def settings_rows(settings: Settings) -> list[SettingRow]:
    return [
        SettingRow(
            name=NAMES.get(field, field),
            variable=PREFIX + field.upper(),
            value=value_of(field, getattr(settings, field)),
        )
        for field in type(settings).model_fields
    ]


def value_of(field: str, value: object) -> str:
    """The value in words; of secrets only whether there is one, of addresses no password."""
    if isinstance(value, SecretStr):
        return HAS if value.get_secret_value() else HAS_NOT
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, tuple):
        return ", ".join(str(one) for one in value) or HAS_NOT
    if field == "max_upload":
        return str(int(str(value)) // MEGABYTE)
    return without_password(str(value)) or HAS_NOT


def without_password(address: str) -> str:
    """Scheme, host and path of an address; anything else as it is."""
    if "://" not in address:
        return address
    parts = urlsplit(address)
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host}{parts.path}"


def versions() -> list[tuple[str, str]]:
    """(name, version) of the system and of what it stands on."""
    found = [(words, version_of(package)) for package, words in PACKAGES.items()]
    return [*found, ("Python", sys.version.split()[0])]


def version_of(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "—"


def last_backup(work: Work) -> datetime | None:
    """When ``marathon backup`` last wrote an archive of this installation."""
    entries = work.journal.about(INSTALLATION)
    return next((one.at for one in reversed(entries) if one.action == BACKED_UP), None)
