"""A form that could not be taken because nobody was signed in any more; waits for its writer."""

from datetime import datetime

from schemas.base import Entity


class KeptForm(Entity):
    """``hash`` is of the secret in the browser's cookie; ``entries`` are its fields as sent, files left out."""

    hash: str
    path: str
    entries: tuple[tuple[str, str], ...] = ()
    kept_at: datetime
    expires_at: datetime
