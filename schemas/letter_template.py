"""An organiser's own words for a letter of one marathon, in one language."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from schemas.base import Entity

Language = Literal["ru", "en"]


class LetterTemplate(Entity):
    """``code`` names the letter it replaces; placeholders are names in braces, as there."""

    marathon_id: str
    code: str
    language: Language = "ru"
    title: str = Field(min_length=1, max_length=300)
    text: str = Field(min_length=1, max_length=20_000)
    edited_by: str | None = None
    edited_at: datetime
    version: int = 1
