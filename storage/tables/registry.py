"""Cluster, municipalities, organisations, people and how they sign in."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from schemas.cluster import Absence
from schemas.people import Category, Role, TokenKind
from storage.columns import enum_of
from storage.tables.row import PartRow, Row, belongs, link, moment, shape


class ClusterRow(Row, table=True):
    __tablename__ = "cluster"
    name: str
    region: str
    chair_municipality_id: str | None = None


class MunicipalityRow(Row, table=True):
    __tablename__ = "municipality"
    __table_args__ = (UniqueConstraint("cluster_id", "name_key"),)
    cluster_id: str = link("cluster.id")
    name: str
    name_key: str
    name_locative: str
    same_place: tuple[str, ...] = shape(tuple[str, ...])
    member: bool


class MunicipalityAliasRow(PartRow, table=True):
    __tablename__ = "municipality_alias"
    __table_args__ = (
        UniqueConstraint("municipality_id", "place"),
        UniqueConstraint("cluster_id", "name_key"),
    )
    municipality_id: str = belongs("municipality.id")
    cluster_id: str = link("cluster.id")
    name: str
    name_key: str


class OrganisationRow(Row, table=True):
    __tablename__ = "organisation"
    __table_args__ = (UniqueConstraint("municipality_id", "name_key"),)
    municipality_id: str = link("municipality.id")
    name: str
    name_key: str
    short_name: str


class PersonRow(Row, table=True):
    __tablename__ = "person"
    name: str
    name_key: str = Field(index=True)
    email: str | None = Field(default=None, unique=True)
    position: str
    category: Category = Field(sa_type=enum_of(Category))
    organisation_id: str | None = link("organisation.id", nullable=True)
    municipality_id: str | None = link("municipality.id", nullable=True)
    name_genitive: str
    name_dative: str
    name_latin: str
    language: str
    guest: bool
    digests: bool
    bounced_at: datetime | None = moment(nullable=True)
    password_hash: str | None = None
    erased_at: datetime | None = moment(nullable=True)


class RoleGrantRow(Row, table=True):
    __tablename__ = "role_grant"
    __table_args__ = (UniqueConstraint("person_id", "role", "scope", "scope_id"),)
    person_id: str = link("person.id")
    role: Role = Field(sa_type=enum_of(Role))
    scope: str
    scope_id: str


class TokenRow(Row, table=True):
    __tablename__ = "token"
    hash: str = Field(unique=True)
    kind: TokenKind = Field(sa_type=enum_of(TokenKind))
    email: str = Field(index=True)
    payload: dict[str, str] = shape(dict[str, str])
    created_at: datetime = moment()
    expires_at: datetime = moment()
    used_at: datetime | None = moment(nullable=True)


class SessionRow(Row, table=True):
    __tablename__ = "session"
    hash: str = Field(unique=True)
    person_id: str = link("person.id")
    created_at: datetime = moment()
    expires_at: datetime = moment()
    user_agent: str
    confirmed_at: datetime | None = moment(nullable=True)
    acting_as: str | None = link("person.id", nullable=True)


class ExpertRow(Row, table=True):
    __tablename__ = "expert"
    __table_args__ = (UniqueConstraint("cluster_id", "person_id"),)
    cluster_id: str = link("cluster.id")
    person_id: str = link("person.id")
    municipality_id: str = link("municipality.id")
    organisation_id: str | None = link("organisation.id", nullable=True)
    position: str
    tracks: tuple[int, ...] = shape(tuple[int, ...])
    specialisations: tuple[str, ...] = shape(tuple[str, ...])
    capacity: int
    minimum: int
    senior: bool
    active: bool
    close_people: tuple[str, ...] = shape(tuple[str, ...])
    absences: tuple[Absence, ...] = shape(tuple[Absence, ...])
    skip_next: int
