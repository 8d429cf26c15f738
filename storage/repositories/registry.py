"""The cluster's registry: municipalities with their other names, organisations, experts."""

from collections import Counter
from collections.abc import Iterable

from sqlalchemy import func
from sqlmodel import col, select

from schemas.cluster import Cluster, Expert, Municipality, Organisation
from schemas.errors import BadInput, Conflict
from schemas.places import closest, place_key
from storage.repositories.parts import Part
from storage.repositories.rows import Condition, Repository
from storage.tables.registry import (
    ClusterRow,
    ExpertRow,
    MunicipalityAliasRow,
    MunicipalityRow,
    OrganisationRow,
)

LONGEST_NAME = 100
"""Characters of an unknown name that are said back."""


class Clusters(Repository[ClusterRow, Cluster]):
    row = ClusterRow
    schema = Cluster

    def only(self) -> Cluster | None:
        """The cluster of a one-cluster installation."""
        return self.first()


def with_distinct_aliases(value: Municipality) -> Municipality:
    """Spellings with the same key as the name or each other need no row of their own."""
    spelt = {place_key(alias): alias for alias in reversed(value.aliases)}
    spelt.pop(place_key(value.name), None)
    return value.model_copy(update={"aliases": tuple(sorted(spelt.values()))})


def alias_keys(whole: Municipality, alias: str) -> dict[str, object]:
    return {"cluster_id": whole.cluster_id, "name_key": place_key(alias)}


class Municipalities(Repository[MunicipalityRow, Municipality]):
    row = MunicipalityRow
    schema = Municipality
    order = ("name_key",)
    parts = (
        Part(
            field="aliases",
            row=MunicipalityAliasRow,
            owner="municipality_id",
            plain="name",
            keys=alias_keys,
        ),
    )

    def keys(self, value: Municipality) -> dict[str, object]:
        return {"name_key": place_key(value.name)}

    def add(self, value: Municipality) -> Municipality:
        """Raises ``Conflict`` when another member already goes by this name or alias."""
        self.refuse_taken(value, (value.name, *value.aliases))
        super().add(with_distinct_aliases(value))
        return value

    def save(self, value: Municipality) -> Municipality:
        self.refuse_taken(value, (value.name, *value.aliases))
        return super().save(with_distinct_aliases(value))

    def of_cluster(self, cluster_id: str) -> list[Municipality]:
        return self.where(MunicipalityRow.cluster_id == cluster_id)

    def by_name(self, cluster_id: str, name: str) -> Municipality | None:
        """The member that goes by ``name`` or has it as an alias, however it is spelt."""
        key = place_key(name)
        named = self.first(
            MunicipalityRow.cluster_id == cluster_id, MunicipalityRow.name_key == key
        )
        if named:
            return named
        alias = MunicipalityAliasRow
        found = self.session.exec(
            select(alias.municipality_id).where(
                alias.cluster_id == cluster_id, alias.name_key == key
            )
        ).first()
        return self.get(found) if found else None

    def resolve(self, cluster_id: str, name: str) -> Municipality:
        """Raises ``BadInput`` that names the members a person may have meant."""
        found = self.by_name(cluster_id, name)
        if found:
            return found
        near = closest(name, self.all_names(cluster_id))
        shown = name[:LONGEST_NAME]
        hint = f" Возможно: {', '.join(near)}." if near else ""
        sentence = (
            f"Муниципалитет «{shown}» не найден в реестре.{hint} "
            "Исправьте название или добавьте его как синоним."
        )
        raise BadInput(sentence, code="unknown_municipality", field="municipality")

    def all_names(self, cluster_id: str) -> list[str]:
        return [
            name
            for member in self.of_cluster(cluster_id)
            for name in (member.name, *member.aliases)
        ]

    def same_place_pairs(self, cluster_id: str) -> list[tuple[str, str]]:
        """Pairs of municipality ids that count as one place for conflicts."""
        return [
            (member.id, other)
            for member in self.of_cluster(cluster_id)
            for other in member.same_place
        ]

    def refuse_taken(self, value: Municipality, names: tuple[str, ...]) -> None:
        for name in names:
            other = self.by_name(value.cluster_id, name)
            if other and other.id != value.id:
                sentence = f"Название «{name}» уже принадлежит: {other.name}."
                raise Conflict(sentence, code="name_taken")


class Organisations(Repository[OrganisationRow, Organisation]):
    row = OrganisationRow
    schema = Organisation
    order = ("name_key",)

    def keys(self, value: Organisation) -> dict[str, object]:
        return {"name_key": place_key(value.name)}

    def of_municipality(self, municipality_id: str) -> list[Organisation]:
        return self.where(OrganisationRow.municipality_id == municipality_id)

    def of_cluster(self, cluster_id: str) -> list[Organisation]:
        inside = select(MunicipalityRow.id).where(MunicipalityRow.cluster_id == cluster_id)
        return self.where(col(OrganisationRow.municipality_id).in_(inside))

    def by_place(self) -> Counter[str]:
        """How many organisations each municipality has."""
        place = col(OrganisationRow.municipality_id)
        found = select(place, func.count()).group_by(place)
        return Counter(dict(self.session.exec(found).all()))

    def by_name(self, municipality_id: str, name: str) -> Organisation | None:
        """By full or short name within one municipality."""
        key = place_key(name)
        for organisation in self.of_municipality(municipality_id):
            if key in {place_key(organisation.name), place_key(organisation.short_name)}:
                return organisation
        return None


class Experts(Repository[ExpertRow, Expert]):
    row = ExpertRow
    schema = Expert

    def of_cluster(self, cluster_id: str, *, active: bool = True) -> list[Expert]:
        wanted: list[Condition] = [ExpertRow.cluster_id == cluster_id]
        if active:
            wanted.append(col(ExpertRow.active).is_(True))
        return self.where(*wanted)

    def of_places(self, municipality_ids: Iterable[str]) -> list[Expert]:
        """Active experts of these municipalities."""
        return self.where(
            col(ExpertRow.municipality_id).in_(set(municipality_ids)),
            col(ExpertRow.active).is_(True),
        )

    def by_place(self, *, active: bool = False) -> Counter[str]:
        """How many experts each municipality has, or how many ``active`` ones."""
        place = col(ExpertRow.municipality_id)
        found = select(place, func.count()).group_by(place)
        wanted = found.where(col(ExpertRow.active).is_(True)) if active else found
        return Counter(dict(self.session.exec(wanted).all()))

    def of_person(self, person_id: str) -> Expert | None:
        return self.first(ExpertRow.person_id == person_id)
