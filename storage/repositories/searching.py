"""Finding anything by its words: folded, by number, by e-mail; a few rows of each kind and how many."""

from collections.abc import Collection, Iterable
from typing import Any, Generic, NamedTuple, TypeVar

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, false, func, or_
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from schemas.base import Entity
from schemas.certificate import Certificate
from schemas.cluster import Expert, Organisation
from schemas.outbox import Notice
from schemas.people import Person
from schemas.places import place_key
from schemas.submission import Submission
from storage.repositories.letters import Notices
from storage.repositories.people import People, fold, fold_address
from storage.repositories.registry import Experts, Organisations
from storage.repositories.results import Certificates
from storage.repositories.rows import Repository
from storage.repositories.traffic import Journal, Runs
from storage.repositories.works import Submissions
from storage.tables.registry import ExpertRow, OrganisationRow, PersonRow
from storage.tables.results import CertificateRow
from storage.tables.traffic import NoticeRow
from storage.tables.works import AuthorRow, SubmissionRow

Found = TypeVar("Found", bound=Entity)
ESCAPE = "\\"
MOST_WORDS = 8


class Hits(NamedTuple, Generic[Found]):
    """The first rows found and how many there are in all."""

    rows: list[Found]
    total: int


def like(words: str) -> str:
    """``words`` anywhere; signs that LIKE takes for jokers stand for themselves."""
    plain = words.replace(ESCAPE, ESCAPE * 2).replace("%", r"\%").replace("_", r"\_")
    return f"%{plain}%"


def holding(column: SQLColumnExpression[str], words: Iterable[str]) -> ColumnElement[bool]:
    """Every word somewhere in the column."""
    return and_(*(column.like(like(word), escape=ESCAPE) for word in words))


class Searching:
    """``text`` as typed; ``number`` is what «№ 117» asks for; two questions a kind."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def works(
        self, text: str, *, marathon_ids: Collection[str], number: int | None = None, limit: int
    ) -> Hits[Submission]:
        words, address = folded(text), fold_address(text)
        inside = col(SubmissionRow.marathon_id).in_(marathon_ids)
        if number is not None:
            wanted = and_(inside, col(SubmissionRow.number) == number)
        elif "@" in address:
            by_author = select(AuthorRow.submission_id).where(
                func.lower(col(AuthorRow.email)).like(like(address), escape=ESCAPE)
            )
            by_owner = select(PersonRow.id).where(
                col(PersonRow.email).like(like(address), escape=ESCAPE)
            )
            wanted = and_(
                inside,
                or_(
                    col(SubmissionRow.id).in_(by_author), col(SubmissionRow.owner_id).in_(by_owner)
                ),
            )
        else:
            wanted = and_(inside, holding(col(SubmissionRow.search_key), words))
        traffic = (Journal(self.session), Notices(self.session), Runs(self.session))
        return self.hits(Submissions(self.session, *traffic), wanted, limit)

    def people(self, text: str, *, limit: int) -> Hits[Person]:
        return self.hits(People(self.session), self.person(text), limit)

    def experts(self, text: str, *, limit: int) -> Hits[Expert]:
        same = select(PersonRow.id).where(self.person(text))
        return self.hits(Experts(self.session), col(ExpertRow.person_id).in_(same), limit)

    def organisations(self, text: str, *, limit: int) -> Hits[Organisation]:
        words = place_key(text).split()[:MOST_WORDS]
        wanted = holding(col(OrganisationRow.name_key), words) if words else false()
        return self.hits(Organisations(self.session), wanted, limit)

    def letters(
        self, text: str, *, marathon_ids: Collection[str], but: Collection[str], limit: int
    ) -> Hits[Notice]:
        """Letters to people who are found; ``but`` are ids of things whose letters stay hidden."""
        same = select(PersonRow.id).where(self.person(text))
        wanted = and_(
            col(NoticeRow.marathon_id).in_(marathon_ids),
            col(NoticeRow.person_id).in_(same),
            col(NoticeRow.subject_id).not_in(but),
        )
        return self.hits(Notices(self.session), wanted, limit)

    def certificates(
        self, text: str, *, marathon_ids: Collection[str], limit: int
    ) -> Hits[Certificate]:
        same = select(PersonRow.id).where(self.person(text))
        number = col(CertificateRow.number).like(like(text.strip()), escape=ESCAPE)
        wanted = and_(
            col(CertificateRow.marathon_id).in_(marathon_ids),
            or_(number, col(CertificateRow.person_id).in_(same)),
        )
        return self.hits(Certificates(self.session), wanted, limit)

    def person(self, text: str) -> ColumnElement[bool]:
        words, address = folded(text), fold_address(text)
        named = holding(col(PersonRow.name_key), words) if words else false()
        written = col(PersonRow.email).like(like(address), escape=ESCAPE)
        return and_(
            col(PersonRow.erased_at).is_(None),
            col(PersonRow.guest).is_(False),
            written if "@" in address else named,
        )

    def hits(
        self, repository: Repository[Any, Found], wanted: ColumnElement[bool], limit: int
    ) -> Hits[Found]:
        rows: SelectOfScalar[Any] = select(repository.row).where(wanted).limit(limit)
        found = repository.all(rows)
        return Hits(found, len(found) if len(found) < limit else repository.count(wanted))


def folded(text: str) -> list[str]:
    return fold(text).split()[:MOST_WORDS]
