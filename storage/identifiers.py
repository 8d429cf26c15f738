"""New identifiers: time-ordered, opaque, unguessable (UUID version 7, RFC 9562)."""

import uuid

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
