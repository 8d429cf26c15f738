"""The cluster and its registry of municipalities and organisations."""

from schemas.base import Entity


class Cluster(Entity):
    name: str
    region: str = ""
    chair_municipality_id: str | None = None


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


class Expert(Entity):
    """A registry person who reviews; ``tracks`` are track numbers, empty means any.

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
