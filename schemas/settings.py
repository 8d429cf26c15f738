"""Settings of an installation: the only reader of the environment (prefix ``MARATHON_``)."""

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

MEGABYTE = 1024 * 1024


class Settings(BaseSettings):
    """``data`` holds database, files and logs unless the addresses below say otherwise.

    ``max_upload`` is in bytes, ``session_days`` and the ``_minutes`` settings say their unit.
    """

    model_config = SettingsConfigDict(env_prefix="MARATHON_", frozen=True, extra="ignore")

    data: Path = Path(".data")
    database_url: str = ""
    files: Path | None = None
    base_url: str = "http://127.0.0.1:8000"
    allowed_hosts: tuple[str, ...] = ("127.0.0.1", "localhost")
    secret_cookies: bool = False
    show_mail: bool = False
    max_upload: int = 50 * MEGABYTE
    session_days: int = 30
    login_minutes: int = 20
    mail_from: str = "marathon@localhost"
    smtp_host: str = ""
    smtp_port: int = 25
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_start_tls: bool = False
    operator: str = "Оператор марафона"
    contact: str = ""
    prefect_api_url: str = ""
    prefect_auth: SecretStr = Field(default=SecretStr(""))
    grace_minutes: int = 5
    retention_days: int = 365 * 5

    @property
    def database(self) -> str:
        """The SQLAlchemy address: PostgreSQL when set, otherwise SQLite inside ``data``."""
        return self.database_url or f"sqlite:///{self.data.resolve() / 'marathon.sqlite3'}"

    @property
    def file_store(self) -> Path:
        return self.files or self.data / "files"
