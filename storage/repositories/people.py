"""People, their roles, and the secrets they sign in with (kept as hashes only)."""

from collections.abc import Iterable
from datetime import datetime
from typing import cast

from sqlalchemy import delete, update
from sqlalchemy.orm import Mapped
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from schemas.people import Person, Role, RoleGrant, Session, Token, TokenKind
from schemas.submission import SubmissionStatus
from storage.identifiers import first_id_of, new_id
from storage.repositories.rows import Repository
from storage.tables.registry import ExpertRow, PersonRow, RoleGrantRow, SessionRow, TokenRow
from storage.tables.results import CertificateRow
from storage.tables.traffic import JournalRow
from storage.tables.works import AuthorRow, SubmissionRow


def fold(text: str) -> str:
    """Case and ё folded away: for looking up, never for showing."""
    return " ".join(text.casefold().replace("ё", "е").split())


def fold_address(email: str) -> str:
    """Case folded away; ё stays, for in an address it is another letter than е."""
    return email.strip().casefold()


class People(Repository[PersonRow, Person]):
    row = PersonRow
    schema = Person
    order = ("name_key",)

    def keys(self, value: Person) -> dict[str, object]:
        return {"name_key": fold(value.name), "email": value.email and fold_address(value.email)}

    def all(self, statement: SelectOfScalar[PersonRow] | None = None) -> list[Person]:
        """Everybody known, unless a question of one's own is asked: guests are on no list."""
        known = select(PersonRow).where(col(PersonRow.guest).is_(False))
        return super().all(known if statement is None else statement)

    def guests(self) -> list[Person]:
        return self.where(col(PersonRow.guest).is_(True))

    def by_email(self, email: str) -> Person | None:
        return self.first(PersonRow.email == fold_address(email))

    def by_emails(self, emails: Iterable[str]) -> dict[str, Person]:
        """By address, as ``fold_address`` writes it; those nobody has are left out."""
        found = self.where(col(PersonRow.email).in_({fold_address(one) for one in emails}))
        return {one.email: one for one in found if one.email}

    def with_role(self, role: Role, *, scope_id: str | None = None) -> list[Person]:
        grants = select(RoleGrantRow.person_id).where(RoleGrantRow.role == role)
        if scope_id is not None:
            grants = grants.where(RoleGrantRow.scope_id == scope_id)
        return self.where(col(PersonRow.id).in_(grants), col(PersonRow.guest).is_(False))

    def serving(self, role: Role, *, marathon_id: str) -> list[Person]:
        """Who has the role for this marathon: for the whole cluster or for it alone."""
        here = (RoleGrantRow.scope == "marathon") & (RoleGrantRow.scope_id == marathon_id)
        grants = select(RoleGrantRow.person_id).where(
            RoleGrantRow.role == role, (RoleGrantRow.scope == "cluster") | here
        )
        return self.where(col(PersonRow.id).in_(grants), col(PersonRow.guest).is_(False))

    def idle(self, *, since: datetime, among: Iterable[str] = ()) -> list[Person]:
        """Known before ``since`` and silent after it; in no role and named in nothing public."""
        conditions = [
            col(PersonRow.id) < first_id_of(since),
            col(PersonRow.guest).is_(False),
            col(PersonRow.erased_at).is_(None),
            *(col(PersonRow.id).not_in(needed) for needed in needed_people(since)),
        ]
        chosen = set(among)
        if chosen:
            conditions.append(col(PersonRow.id).in_(chosen))
        return self.where(*conditions)


def needed_people(since: datetime) -> tuple[SelectOfScalar[str], ...]:
    """Ids of whoever holds a role, is an expert, is published, holds a paper, or did something."""
    published = select(SubmissionRow.id).where(SubmissionRow.status == SubmissionStatus.PUBLISHED)
    signed, held = col(AuthorRow.person_id), col(CertificateRow.person_id)
    acting = col(JournalRow.person_id)
    return (
        select(RoleGrantRow.person_id),
        select(ExpertRow.person_id),
        select(SubmissionRow.owner_id).where(SubmissionRow.status == SubmissionStatus.PUBLISHED),
        named(select(signed).where(col(AuthorRow.submission_id).in_(published)), signed),
        named(select(held).where(col(CertificateRow.revoked_at).is_(None)), held),
        named(select(acting).where(JournalRow.at >= since), acting),
    )


def named(ids: SelectOfScalar[str | None], column: Mapped[str | None]) -> SelectOfScalar[str]:
    """Without the rows that name nobody: ``NOT IN`` a list with NULL finds no one."""
    return cast("SelectOfScalar[str]", ids.where(column.is_not(None)))


class RoleGrants(Repository[RoleGrantRow, RoleGrant]):
    row = RoleGrantRow
    schema = RoleGrant

    def of(self, person_id: str) -> list[RoleGrant]:
        return self.where(RoleGrantRow.person_id == person_id)

    def of_many(self, person_ids: Iterable[str]) -> list[RoleGrant]:
        return self.where(col(RoleGrantRow.person_id).in_(set(person_ids)))

    def give(
        self, person_id: str, role: Role, *, scope: str = "cluster", scope_id: str = ""
    ) -> RoleGrant:
        """The grant, made now or before."""
        same = self.first(
            RoleGrantRow.person_id == person_id,
            RoleGrantRow.role == role,
            RoleGrantRow.scope == scope,
            RoleGrantRow.scope_id == scope_id,
        )
        return same or self.add(
            RoleGrant(id=new_id(), person_id=person_id, role=role, scope=scope, scope_id=scope_id)
        )


class Tokens(Repository[TokenRow, Token]):
    row = TokenRow
    schema = Token

    def live(self, hashed: str, *, kind: TokenKind, now: datetime) -> Token | None:
        return self.first(
            TokenRow.hash == hashed,
            TokenRow.kind == kind,
            col(TokenRow.used_at).is_(None),
            TokenRow.expires_at > now,
        )

    def of_hash(self, hashed: str, *, kind: TokenKind) -> Token | None:
        """The token whether or not it still opens anything."""
        return self.first(TokenRow.hash == hashed, TokenRow.kind == kind)

    def every_of_kind(self, kind: TokenKind) -> list[Token]:
        """Spent and expired ones too."""
        return self.where(TokenRow.kind == kind)

    def spend(self, token: Token, *, now: datetime) -> bool:
        """Whether this call was the one that spent it: two clicks cannot both win."""
        statement = (
            update(TokenRow)
            .where(col(TokenRow.id) == token.id, col(TokenRow.used_at).is_(None))
            .values(used_at=now)
        )
        return self.session.connection().execute(statement).rowcount == 1

    def forget_old(self, *, before: datetime) -> None:
        self.connection.execute(delete(TokenRow).where(col(TokenRow.expires_at) <= before))

    def forget_email(self, email: str) -> None:
        """Whatever was given to this address opens nothing any more."""
        gone = delete(TokenRow).where(col(TokenRow.email) == fold_address(email))
        self.connection.execute(gone)

    def of_kind(self, kind: TokenKind) -> list[Token]:
        """Those that have not been spent."""
        return self.where(TokenRow.kind == kind, col(TokenRow.used_at).is_(None))

    def of_email(self, email: str, *, kind: TokenKind) -> list[Token]:
        return self.where(TokenRow.email == fold_address(email), TokenRow.kind == kind)


class Sessions(Repository[SessionRow, Session]):
    row = SessionRow
    schema = Session

    def live(self, hashed: str, *, now: datetime) -> Session | None:
        return self.first(SessionRow.hash == hashed, SessionRow.expires_at > now)

    def of_hash(self, hashed: str) -> Session | None:
        """The session, even an expired one."""
        return self.first(SessionRow.hash == hashed)

    def of(self, person_id: str) -> list[Session]:
        return self.where(SessionRow.person_id == person_id)

    def forget_old(self, *, before: datetime) -> None:
        self.connection.execute(delete(SessionRow).where(col(SessionRow.expires_at) <= before))

    def end_all(self, person_id: str, *, but: str = "") -> None:
        """``but`` is the id of a session that goes on."""
        for session in self.of(person_id):
            if session.id != but:
                self.remove(session.id)
