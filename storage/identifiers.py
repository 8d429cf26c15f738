"""New identifiers: time-ordered, opaque, unguessable (UUID version 7, RFC 9562)."""

import uuid
from datetime import datetime

import uuid_utils


def is_id(text: str) -> bool:
    """Whether ``text`` is such an identifier, written the one way we write them."""
    try:
        found = uuid.UUID(text)
    except ValueError:
        return False
    return found.version == 7 and str(found) == text  # noqa: PLR2004


def new_id() -> str:
    return str(uuid_utils.uuid7())


def first_id_of(moment: datetime) -> str:
    """No identifier made at ``moment`` or later is smaller, none made before is greater."""
    milliseconds = int(moment.timestamp() * 1000)
    return str(uuid.UUID(int=(milliseconds << 80) | (7 << 76) | (2 << 62)))
