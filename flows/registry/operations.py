"""Changing the registry by hand: names people use for a municipality, what an expert can take."""

from collections.abc import Sequence
from datetime import datetime

from schemas.cluster import Cluster, Expert, Municipality
from schemas.errors import BadInput
from schemas.people import Actor
from storage.work import Work

MOST_WORKS = 200
LONGEST_NAME = 200


def name_municipality(
    work: Work,
    municipality_id: str,
    *,
    aliases: Sequence[str],
    same_place: Sequence[str],
    by: Actor,
    now: datetime,
) -> Municipality:
    """Other spellings of the member and which members count as the same place for conflicts.

    The link is kept on both sides. Raises ``Conflict`` when another member has the name already.
    """
    before = work.municipalities.get(municipality_id)
    linked = frozenset(same_place) - {municipality_id}
    saved = work.municipalities.save(
        before.model_copy(
            update={
                "aliases": tuple(dict.fromkeys(alias for alias in aliases if alias)),
                "same_place": tuple(sorted(linked)),
            }
        )
    )
    for other in work.municipalities.of_cluster(before.cluster_id):
        mirror(work, other, municipality_id, linked=other.id in linked)
    work.journal.write(
        by, action="changed", kind="municipality", subject_id=municipality_id, now=now
    )
    return saved


def name_cluster(
    work: Work, cluster: Cluster, *, name: str, region: str, by: Actor, now: datetime
) -> Cluster:
    """What certificates, reports and minutes call the cluster; raises ``BadInput``."""
    if not name:
        raise BadInput("Напишите название кластера.", field="name")
    for field, text in (("name", name), ("region", region)):
        if len(text) > LONGEST_NAME:
            raise BadInput(
                f"Слишком длинно: не больше {LONGEST_NAME} знаков, сейчас {len(text)}.", field=field
            )
    saved = work.clusters.save(
        cluster.model_copy(update={"name": " ".join(name.split()), "region": region})
    )
    work.journal.write(by, action="changed", kind="cluster", subject_id=cluster.id, now=now)
    return saved


def mirror(work: Work, other: Municipality, municipality_id: str, *, linked: bool) -> None:
    """Make the other member's link say the same."""
    if other.id == municipality_id or (municipality_id in other.same_place) is linked:
        return
    links = set(other.same_place) ^ {municipality_id}
    work.municipalities.save(other.model_copy(update={"same_place": tuple(sorted(links))}))


def change_expert(
    work: Work,
    expert_id: str,
    *,
    capacity: int,
    senior: bool,
    active: bool,
    by: Actor,
    now: datetime,
) -> Expert:
    """How many works the expert takes, whether they are senior, whether they review at all."""
    if not 0 <= capacity <= MOST_WORKS:
        raise BadInput(f"Нагрузка должна быть от 0 до {MOST_WORKS}.", field="capacity")
    before = work.experts.get(expert_id)
    changes = {"capacity": capacity, "senior": senior, "active": active}
    work.journal.write(by, action="changed", kind="expert", subject_id=expert_id, now=now)
    return work.experts.save(before.model_copy(update=changes))
