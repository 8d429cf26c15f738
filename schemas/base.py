"""The base of every shape: frozen, strict about unknown fields, comparable by value."""

from pydantic import BaseModel, ConfigDict


class Schema(BaseModel):
    """A value. New facts make new values (``model_copy(update=...)``), never changed ones."""

    model_config = ConfigDict(frozen=True, extra="forbid", from_attributes=True)


class Entity(Schema):
    """Something that stays the same thing while its facts change."""

    id: str
