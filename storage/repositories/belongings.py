"""What hangs on a person: handed over whole to another person, or removed with drafts never sent."""

import re
from collections.abc import Iterable, Iterator

from sqlalchemy import JSON, Column, ColumnElement, String, Table, cast, delete, select, update
from sqlmodel import Session, SQLModel

from storage.repositories.people import RoleGrants
from storage.tables.conversing import ExtensionRow, ProofRow, SubmissionVersionRow, UploadRow
from storage.tables.registry import PersonRow, SessionRow
from storage.tables.results import CertificateRow, EditionRow, PaperRow
from storage.tables.traffic import IdempotencyRow, NoticeRow
from storage.tables.works import AuthorRow, DerivativeRow, SubmissionFileRow, SubmissionRow

# Columns that name whose something is; the journal keeps the id it was written with.
OWNED: tuple[tuple[type[SQLModel], str], ...] = (
    (SubmissionRow, "owner_id"),
    (AuthorRow, "person_id"),
    (SubmissionVersionRow, "sent_by"),
    (ExtensionRow, "person_id"),
    (UploadRow, "person_id"),
    (ProofRow, "answered_by"),
    (CertificateRow, "person_id"),
    (NoticeRow, "person_id"),
)

DIGEST = re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")
AT_ONCE = 1000

# Rows that name contents of the file store.
NAMING: tuple[type[SQLModel], ...] = (SubmissionFileRow, DerivativeRow, CertificateRow, PaperRow)


class Belongings:
    """Goes past the repositories, for versions must not move: other windows stay open."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.roles = RoleGrants(session)

    def hand_over(self, source_id: str, heir_id: str) -> None:
        """Everything of the first person belongs to the second; the first one's sessions end."""
        for row, name in OWNED:
            column = table_of(row).c[name]
            change = update(table_of(row)).where(column == source_id).values({name: heir_id})
            self.session.connection().execute(change)
        for grant in self.roles.of(source_id):
            self.roles.give(heir_id, grant.role, scope=grant.scope, scope_id=grant.scope_id)
            self.roles.remove(grant.id)
        self.end_visits(source_id)
        self.session.expire_all()

    def end_visits(self, person_id: str) -> None:
        for row in (SessionRow, IdempotencyRow):
            column = table_of(row).c.person_id
            self.session.connection().execute(delete(table_of(row)).where(column == person_id))

    def remove_drafts(self, submission_ids: Iterable[str]) -> None:
        """Works that were never sent, with everything that hangs on them."""
        self.remove_rows(table_of(SubmissionRow), sorted(submission_ids))
        self.session.expire_all()

    def remove_files(self, submission_id: str) -> None:
        """Uploaded files of a work and what was made of them."""
        files = table_of(SubmissionFileRow)
        found = self.ids(files, files.c.submission_id == submission_id)
        self.remove_rows(files, found)
        self.session.expire_all()

    def contents(self, submission_ids: Iterable[str]) -> set[str]:
        """Digests of the works' uploaded files and of what was made of them."""
        files, made = table_of(SubmissionFileRow), table_of(DerivativeRow)
        ours = files.c.submission_id.in_(sorted(submission_ids))
        derived = made.c.file_id.in_(select(files.c.id).where(ours))
        asked = (select(files.c.sha256).where(ours), select(made.c.sha256).where(derived))
        return {str(row[0]) for one in asked for row in self.session.connection().execute(one)}

    def uploads(self, submission_ids: Iterable[str]) -> list[str]:
        """Ids of the works' files on their way in, which name their shelves."""
        uploads = table_of(UploadRow)
        return self.ids(uploads, uploads.c.submission_id.in_(sorted(submission_ids)))

    def unnamed(self, digests: Iterable[str]) -> set[str]:
        """Those of the digests that no row names any more."""
        left = set(digests)
        for row in NAMING:
            column = table_of(row).c.sha256
            found = self.session.connection().execute(select(column).where(column.in_(left)))
            left -= {str(one[0]) for one in found}
        artefacts = table_of(EditionRow).c.artefacts
        for (shown,) in self.session.connection().execute(select(artefacts)):
            left -= {one.sha256 for one in shown}
        return left

    def unmentioned(self, digests: Iterable[str]) -> set[str]:
        """Those of the digests that stand nowhere in the database, in whatever column.

        Slow, for it reads everything; but a column that is added later is never overlooked.
        """
        left = set(digests)
        self.see_one_moment()
        for table in SQLModel.metadata.sorted_tables:
            for text in self.texts(table) if left else ():
                left -= set(DIGEST.findall(text))
        return left

    def see_one_moment(self) -> None:
        """A name that moves from one table to another meanwhile must not be missed in both."""
        if self.session.get_bind().dialect.name == "postgresql":
            self.session.rollback()
            self.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})

    def texts(self, table: Table) -> Iterator[str]:
        """Whatever is written in the table, value by value."""
        columns = [cast(one, String) for one in table.c if is_text(one)]
        if not columns:
            return
        rows = self.session.connection().execute(
            select(*columns).execution_options(yield_per=AT_ONCE)
        )
        for row in rows:
            yield from (value for value in row if value)

    def remove_person(self, person_id: str) -> None:
        """A person nothing hangs on any more but roles, visits and letters."""
        for grant in self.roles.of(person_id):
            self.roles.remove(grant.id)
        self.end_visits(person_id)
        notices = table_of(NoticeRow)
        self.session.connection().execute(delete(notices).where(notices.c.person_id == person_id))
        people = table_of(PersonRow)
        self.session.connection().execute(delete(people).where(people.c.id == person_id))
        self.session.expire_all()

    def remove_rows(self, table: Table, ids: list[str]) -> None:
        """The rows, after those that cannot be without them; the others only lose the link."""
        if not ids:
            return
        for column in links_to(table):
            self.unlink(column, ids)
        self.session.connection().execute(delete(table).where(table.c.id.in_(ids)))

    def unlink(self, column: Column[str], ids: list[str]) -> None:
        child, linked = column.table, column.in_(ids)
        assert isinstance(child, Table)  # noqa: S101  (columns of tables only)
        if not column.nullable:
            self.remove_rows(child, self.ids(child, linked))
            return
        change = update(child).where(linked).values({column.name: None})
        self.session.connection().execute(change)

    def ids(self, table: Table, condition: ColumnElement[bool]) -> list[str]:
        rows = self.session.connection().execute(select(table.c.id).where(condition))
        return [str(row[0]) for row in rows]


def is_text(column: Column[object]) -> bool:
    kind = column.type
    return isinstance(getattr(kind, "impl_instance", kind), (String, JSON))


def table_of(row: type[SQLModel]) -> Table:
    return SQLModel.metadata.tables[str(row.__tablename__)]


def links_to(table: Table) -> list[Column[str]]:
    """Columns of all tables that point at this one's ids, but for links within it."""
    return [
        column
        for child in SQLModel.metadata.sorted_tables
        for column in child.c
        if child is not table and any(key.column is table.c.id for key in column.foreign_keys)
    ]
