"""The outbox of letters."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TypedDict, TypeVar, Unpack

from sqlalchemy import String, cast, func, or_, update
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from schemas.outbox import Notice, NoticeStatus
from storage.identifiers import new_id
from storage.repositories.parts import BATCH
from storage.repositories.people import fold_address
from storage.repositories.rows import Condition, Repository
from storage.tables.registry import PersonRow
from storage.tables.traffic import NoticeRow

AnyT = TypeVar("AnyT")

ENDED_LETTERS = (
    NoticeStatus.SENT,
    NoticeStatus.DISCARDED,
    NoticeStatus.BOUNCED,
    NoticeStatus.MERGED,
)


class Facts(TypedDict, total=False):
    """Of a letter: whom it goes to, the marathon, and what only its writer knows."""

    person_id: str | None
    address: str | None
    marathon_id: str | None
    values: dict[str, str]
    status: NoticeStatus


class Notices(Repository[NoticeRow, Notice]):
    row = NoticeRow
    schema = Notice
    order = ("created_at", "id")

    def write(self, notice: Notice) -> Notice:
        """Put a letter into the outbox unless one with the same key is there already."""
        same = self.first(col(NoticeRow.dedup_key) == notice.dedup_key)
        return same or self.add(notice)

    def tell(
        self,
        template: str,
        key: str,
        *,
        about: tuple[str, str],
        now: datetime,
        **facts: Unpack[Facts],
    ) -> Notice:
        """Queue a letter about a thing (its kind and id), unless its kind was for ``key`` before."""
        kind, subject_id = about
        return self.write(
            Notice(
                id=new_id(),
                template=template,
                dedup_key=f"{template}/{key}",
                subject_kind=kind,
                subject_id=subject_id,
                created_at=now,
                **facts,
            )
        )

    def write_many(self, notices: Sequence[Notice]) -> None:
        """Put letters into the outbox, except those whose key is there already."""
        fresh = {one.dedup_key: one for one in reversed(notices)}
        keys = sorted(fresh)
        for start in range(0, len(keys), BATCH):
            known = select(NoticeRow.dedup_key).where(
                col(NoticeRow.dedup_key).in_(keys[start : start + BATCH])
            )
            for key in self.session.exec(known).all():
                del fresh[key]
        self.add_many([one for one in notices if fresh.get(one.dedup_key) is one])

    def to_send(self, *, now: datetime, limit: int = 50) -> list[Notice]:
        due = col(NoticeRow.next_at).is_(None) | (col(NoticeRow.next_at) <= now)
        statement = select(NoticeRow).where(NoticeRow.status == NoticeStatus.QUEUED, due)
        return self.all(statement.limit(limit))

    def claim(self, notice: Notice, *, now: datetime, minutes: int) -> bool:
        """Take ``notice`` for sending; False when another sender was first."""
        statement = (
            update(NoticeRow)
            .where(
                col(NoticeRow.id) == notice.id,
                col(NoticeRow.status) == NoticeStatus.QUEUED,
                col(NoticeRow.next_at).is_(None) | (col(NoticeRow.next_at) <= now),
            )
            .values(next_at=now + timedelta(minutes=minutes))
        )
        return self.session.connection().execute(statement).rowcount == 1

    def claim_all(self, notices: Sequence[Notice], *, now: datetime, minutes: int) -> list[Notice]:
        """Those of ``notices`` that no other sender has taken before."""
        taken: set[str] = set()
        for start in range(0, len(notices), BATCH):
            statement = (
                update(NoticeRow)
                .where(
                    col(NoticeRow.id).in_([one.id for one in notices[start : start + BATCH]]),
                    col(NoticeRow.status) == NoticeStatus.QUEUED,
                    col(NoticeRow.next_at).is_(None) | (col(NoticeRow.next_at) <= now),
                )
                .values(next_at=now + timedelta(minutes=minutes))
                .returning(col(NoticeRow.id))
            )
            taken |= set(self.connection.execute(statement).scalars())
        return [one for one in notices if one.id in taken]

    def release_claims(self) -> int:
        """Give back letters on their way: whoever was sending them is dead.

        Those that a server has refused before wait for their pause, as they would have anyway.
        """
        statement = (
            update(NoticeRow)
            .where(
                col(NoticeRow.status) == NoticeStatus.QUEUED,
                col(NoticeRow.tries) == 0,
                col(NoticeRow.next_at).is_not(None),
            )
            .values(next_at=None)
        )
        return self.session.connection().execute(statement).rowcount

    def of_marathon(self, marathon_id: str, *, status: NoticeStatus | None = None) -> list[Notice]:
        wanted: list[Condition] = [NoticeRow.marathon_id == marathon_id]
        if status:
            wanted.append(NoticeRow.status == status)
        return self.where(*wanted)

    def newest_to(self, person_id: str, template: str, *, since: datetime) -> datetime | None:
        """When the last such letter to the person was written."""
        wanted = select(func.max(NoticeRow.created_at)).where(
            NoticeRow.person_id == person_id,
            NoticeRow.template == template,
            NoticeRow.created_at >= since,
        )
        return self.session.exec(wanted).one()

    def forget_words(self, *, before: datetime) -> int:
        """Wipe whom ended letters were for and what they said; their kind, moment and key stay."""
        statement = (
            update(NoticeRow)
            .where(
                col(NoticeRow.created_at) < before,
                col(NoticeRow.status).in_(ENDED_LETTERS),
                or_(
                    col(NoticeRow.title) != "",
                    col(NoticeRow.body) != "",
                    col(NoticeRow.address).is_not(None),
                    cast(col(NoticeRow.values), String) != "{}",
                ),
            )
            .values(address=None, values={}, title="", body="", error="")
        )
        return self.session.connection().execute(statement).rowcount

    def failed(self) -> list[Notice]:
        """Letters of the whole installation that did not leave."""
        return self.where(NoticeRow.status == NoticeStatus.FAILED)

    def of_person(self, person_id: str) -> list[Notice]:
        return self.where(NoticeRow.person_id == person_id)

    def of_reader(self, person_id: str, address: str | None) -> list[Notice]:
        """Letters to the person, and those sent to their address before it was known whose it is."""
        theirs = col(NoticeRow.person_id) == person_id
        return self.where(or_(theirs, col(NoticeRow.address) == address) if address else theirs)

    def mergeable(self, templates: Iterable[str], *, now: datetime, people: int) -> list[Notice]:
        """Due letters that nobody has reworded and no server has refused yet, several to one reader.

        At most those of so many ``people``.
        """
        alike = (
            NoticeRow.status == NoticeStatus.QUEUED,
            col(NoticeRow.next_at).is_(None),
            col(NoticeRow.template).in_(list(templates)),
            NoticeRow.body == "",
            NoticeRow.tries == 0,
            col(NoticeRow.created_at) <= now,
        )
        kinds = (col(NoticeRow.person_id), col(NoticeRow.template), col(NoticeRow.marathon_id))
        several = select(NoticeRow.person_id).where(*alike).group_by(*kinds)
        crowded = several.having(func.count() > 1).order_by(col(NoticeRow.person_id)).limit(people)
        readers = {one for one in self.session.exec(crowded).all() if one}
        return self.where(*alike, col(NoticeRow.person_id).in_(readers)) if readers else []

    def touching(self, marathon_id: str, ids: Iterable[str]) -> list[Notice]:
        """Letters of the marathon about one of these things, or with its id in their values."""
        wanted = sorted(set(ids))
        inside = cast(col(NoticeRow.values), String)
        return self.where(
            NoticeRow.marathon_id == marathon_id,
            or_(
                col(NoticeRow.subject_id).in_(wanted),
                *(inside.contains(one, autoescape=True) for one in wanted),
            ),
        )

    def naming(self, words: Iterable[str]) -> list[Notice]:
        """Letters with one of these texts in their title, text or values."""
        columns = (col(NoticeRow.title), col(NoticeRow.body), cast(col(NoticeRow.values), String))
        return self.where(
            or_(*(column.contains(one, autoescape=True) for column in columns for one in words))
        )

    def about(self, subject_kind: str, subject_id: str) -> list[Notice]:
        """Letters about one thing, oldest first."""
        return self.where(
            NoticeRow.subject_kind == subject_kind, NoticeRow.subject_id == subject_id
        )

    def keyed(self, key: str) -> Notice | None:
        return self.first(NoticeRow.dedup_key == key)

    def newest(self, *, to: str = "", limit: int, offset: int = 0) -> list[Notice]:
        """One page of the outbox, newest first; ``to`` is a part of the address."""
        statement = self.addressed(select(NoticeRow), to)
        newest = statement.order_by(col(NoticeRow.created_at).desc(), col(NoticeRow.id).desc())
        return self.read_all(self.session.exec(newest.limit(limit).offset(offset)).all())

    def how_many(self, *, to: str = "") -> int:
        statement = self.addressed(select(func.count()).select_from(NoticeRow), to)
        return self.session.exec(statement).one()

    def addressed(self, statement: SelectOfScalar[AnyT], to: str) -> SelectOfScalar[AnyT]:
        """Only letters whose address has ``to`` in it."""
        if not to.strip():
            return statement
        part = fold_address(to)
        people = select(PersonRow.id).where(col(PersonRow.email).contains(part, autoescape=True))
        own = col(NoticeRow.address).contains(part, autoescape=True)
        theirs = col(NoticeRow.address).is_(None) & col(NoticeRow.person_id).in_(people)
        return statement.where(own | theirs)
