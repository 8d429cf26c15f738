"""New identifiers: time-ordered, opaque, unguessable (UUID version 7, RFC 9562)."""

import uuid_utils


def new_id() -> str:
    return str(uuid_utils.uuid7())
