"""The base of every shape: frozen, strict about unknown fields, comparable by value."""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict

NOT_TEXT = "в названии есть знак, который нельзя записать"


def encodable(text: str) -> bool:
    """False for halves of characters, which JSON can name and no file can hold."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def in_words(value: object) -> object:
    """Files made from spreadsheets write identifiers as whole numbers.

    Raises ``ValueError`` for what cannot be written down as text, half characters and NUL.
    """
    if isinstance(value, str) and ("\0" in value or not encodable(value)):
        raise ValueError(NOT_TEXT)
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if is_number else value


Key = Annotated[str, BeforeValidator(in_words)]


class Schema(BaseModel):
    """A value. New facts make new values (``model_copy(update=...)``), never changed ones."""

    model_config = ConfigDict(frozen=True, extra="forbid", from_attributes=True)


class Entity(Schema):
    """Something that stays the same thing while its facts change."""

    id: str
