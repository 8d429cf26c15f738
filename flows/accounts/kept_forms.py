"""Forms that came when nobody was signed in any more: kept a day for whoever wrote them.

The secret stays in the writer's cookie; the hash also covers the person whose session has just
expired, where that is known, so that nobody else who signs in at the same computer sees the text.
"""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from schemas.kept_form import KeptForm
from schemas.signing import Signer
from storage.identifiers import new_id
from storage.work import Work

KEPT = "kept_form"
HOURS = 24
MOST_FIELDS = 300
MOST_LETTERS = 200_000
SECRET_FIELD = re.compile(r"passw|parol|code|secret|token|csrf", re.IGNORECASE)
# Nothing of the way in is ever written down.
NEVER = ("/login", "/logout", "/kept", "/claim", "/guest", "/me/password", "/me/address", "/dev")

Entries = tuple[tuple[str, str], ...]


def keepable(path: str, entries: Iterable[tuple[str, str]]) -> Entries:
    """The fields worth keeping; none when the address or the size speaks against it."""
    if path.startswith(NEVER):
        return ()
    shown = tuple((name, text) for name, text in entries if not SECRET_FIELD.search(name))
    size = sum(len(name) + len(text) for name, text in shown)
    return shown if len(shown) <= MOST_FIELDS and size <= MOST_LETTERS else ()


def keep(
    work: Work,
    path: str,
    entries: Entries,
    *,
    writer: str,
    secret: str,
    signer: Signer,
    now: datetime,
) -> KeptForm:
    """``writer`` is the id of the person whose session has expired, or empty."""
    return work.kept_forms.add(
        KeptForm(
            id=new_id(),
            hash=signer.mark(KEPT, secret, writer),
            path=path,
            entries=tuple((storable(name), storable(text)) for name, text in entries),
            kept_at=now,
            expires_at=now + timedelta(hours=HOURS),
        )
    )


def storable(text: str) -> str:
    """Without what no database takes: NUL and halves of surrogate pairs."""
    return text.replace("\0", "").encode("utf-8", "ignore").decode("utf-8")


def waiting(
    work: Work, secret: str, *, reader: str, signer: Signer, now: datetime
) -> KeptForm | None:
    """The form that waits in this browser for this person."""
    if not secret:
        return None
    marks = (signer.mark(KEPT, secret, reader), signer.mark(KEPT, secret, ""))
    found = (work.kept_forms.live(mark, now=now) for mark in marks)
    return next((form for form in found if form), None)
