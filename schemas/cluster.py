"""The cluster and its registry of municipalities and organisations."""

from datetime import date

from pydantic import Field

from schemas.base import Entity, Schema

UNNAMED = "Кластер"
"""What an installation calls its cluster until somebody names it."""


class Cluster(Entity):
    name: str
    region: str = ""
    chair_municipality_id: str | None = None

    @property
    def named(self) -> bool:
        return self.name != UNNAMED


class Municipality(Entity):
    """``aliases`` are other spellings and towns inside; ``same_place`` links are for conflicts."""

    cluster_id: str
    name: str
    name_locative: str = ""
    aliases: tuple[str, ...] = ()
    same_place: tuple[str, ...] = ()
    member: bool = True


class Organisation(Entity):
    municipality_id: str
    name: str
    short_name: str = ""


class Absence(Schema):
    """Days on which an expert takes no works, both ends included."""

    first: date
    last: date
    note: str = Field(default="", max_length=200)


class Expert(Entity):
    """A registry person who reviews; ``tracks`` are track numbers, empty means any.

    The expert is passed over in the next ``skip_next`` rounds of invitations.

    ``close_people`` are names of relatives, mentees and others the expert does not judge.
    """

    cluster_id: str
    person_id: str
    municipality_id: str
    organisation_id: str | None = None
    position: str = ""
    tracks: tuple[int, ...] = ()
    specialisations: tuple[str, ...] = ()
    capacity: int = 6
    minimum: int = 0
    senior: bool = False
    active: bool = True
    close_people: tuple[str, ...] = ()
    absences: tuple[Absence, ...] = ()
    skip_next: int = Field(default=0, ge=0, le=20)
