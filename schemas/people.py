"""People, the roles they hold, and how they are known to the installation."""

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from schemas.base import Entity, Schema
from schemas.letter_template import Language


class Role(StrEnum):
    TEACHER = "teacher"
    EXPERT = "expert"
    COORDINATOR = "coordinator"
    ORGANISER = "organiser"
    CHAIR = "chair"
    SECRETARY = "secretary"
    ADMINISTRATOR = "administrator"


ROLE_NAMES = {
    Role.TEACHER: "педагог",
    Role.EXPERT: "эксперт",
    Role.COORDINATOR: "муниципальный координатор",
    Role.ORGANISER: "организатор",
    Role.CHAIR: "председатель совета",
    Role.SECRETARY: "секретарь совета",
    Role.ADMINISTRATOR: "администратор",
}


class Category(StrEnum):
    """Qualification category of a teacher."""

    HIGHEST = "высшая"
    FIRST = "первая"
    COMPLIANCE = "соответствие"
    NONE = "нет"


CATEGORY_NAMES = {
    Category.HIGHEST: "Высшая",
    Category.FIRST: "Первая",
    Category.COMPLIANCE: "Соответствие занимаемой должности",
    Category.NONE: "Нет категории",
}


class Person(Entity):
    """``name`` is «Фамилия Имя Отчество» in the nominative; cases and Latin are stored overrides.

    A ``guest`` began a material before signing in. ``digests`` are the letters one may refuse.
    ``bounced_at`` is when a letter to ``email`` came back; an address that is changed clears it.
    """

    name: str = Field(min_length=2, max_length=200)
    email: str | None = None
    position: str = ""
    category: Category = Category.NONE
    organisation_id: str | None = None
    municipality_id: str | None = None
    name_genitive: str = ""
    name_dative: str = ""
    name_latin: str = Field(default="", max_length=200)
    language: Language = "ru"
    guest: bool = False
    digests: bool = True
    bounced_at: datetime | None = None
    password_hash: str | None = None
    erased_at: datetime | None = None

    @property
    def initials(self) -> str:
        """«Иванова А. П.», which no line of a page or a document breaks."""
        family, *rest = self.name.split()
        return "\u00a0".join([family, *(f"{part[0]}." for part in rest[:2])])


class RoleGrant(Entity):
    """A role within a scope: ``marathon``, ``municipality`` or ``cluster`` with its id."""

    person_id: str
    role: Role
    scope: str = "cluster"
    scope_id: str = ""


class Actor(Schema):
    """Who acts, for the journal: a person, on whose behalf, or a named part of the system."""

    person_id: str | None = None
    on_behalf_of: str | None = None
    part: str = "web"


class TokenKind(StrEnum):
    LOGIN = "login"
    INVITATION = "invitation"
    CO_AUTHOR = "co_author"
    CLAIM = "claim"
    UNSUBSCRIBE = "unsubscribe"
    ADDRESS = "address"
    CONFIRM = "confirm"
    API = "api"


class Token(Entity):
    """Only ``hash`` is kept; the secret itself is shown once."""

    hash: str
    kind: TokenKind
    email: str
    payload: dict[str, str] = {}
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None = None


class Session(Entity):
    """``acting_as``: an administrator helps this person and sees the pages as they do."""

    hash: str
    person_id: str
    created_at: datetime
    expires_at: datetime
    user_agent: str = ""
    confirmed_at: datetime | None = None
    acting_as: str | None = None
