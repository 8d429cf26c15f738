"""Author lines that are begun and not yet fit to stand: kept beside the material as typed.

A draft is never validated, but an author line of a material is complete. What is typed in between
waits here under the line it changes, for half a year.
"""

import hashlib
from collections.abc import Mapping
from datetime import timedelta

from review_api.pages.teacher.desk import Desk
from schemas.kept_form import KeptForm
from schemas.submission import Author
from storage.identifiers import new_id

KEPT = timedelta(days=180)
LINE = ("name", "position", "category", "municipality", "organisation", "email")


def key_of(desk: Desk, author: Author | None) -> str:
    """By what the stored line says, so that moving it up or down loses nothing."""
    said = author.model_dump_json(exclude={"confirmed_at", "person_id"}) if author else "new"
    mark = hashlib.sha256(said.encode()).hexdigest()[:16]
    return f"author/{desk.submission.id}/{mark}"


def begun(desk: Desk, author: Author | None) -> dict[str, str]:
    """What was typed and not saved yet; empty when nothing was."""
    found = kept(desk, author)
    return dict(found.entries) if found else {}


def kept(desk: Desk, author: Author | None) -> KeptForm | None:
    return desk.visit.work.kept_forms.live(key_of(desk, author), now=desk.visit.now)


def stamp_of_line(desk: Desk, author: Author | None) -> int:
    """Changes when the stored line or what is typed over it does; see ``Desk.stamp``.

    Of a new line also when there are other authors by now: a second click adds nobody twice.
    """
    beside = "" if author else desk.stamp("authors")
    content = f"{key_of(desk, author)}/{beside}/{sorted(begun(desk, author).items())}"
    return int.from_bytes(hashlib.sha256(content.encode()).digest()[:6])


def keep(desk: Desk, author: Author | None, typed: Mapping[str, str]) -> None:
    """Over what was kept before; nothing typed at all is nothing to keep."""
    drop(desk, author)
    if not any(typed.values()):
        return
    key, now = key_of(desk, author), desk.visit.now
    desk.visit.work.kept_forms.add(
        KeptForm(
            id=new_id(),
            hash=key,
            path=f"{desk.address}/authors",
            entries=tuple((name, typed[name]) for name in LINE),
            kept_at=now,
            expires_at=now + KEPT,
        )
    )


def drop(desk: Desk, author: Author | None) -> None:
    before = desk.visit.work.kept_forms.live(key_of(desk, author), now=desk.visit.now)
    if before is not None:
        desk.visit.work.kept_forms.remove(before.id)
