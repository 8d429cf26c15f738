"""A corrected edition tells its readers what is new: counted from the editions they have seen.

An edition nobody could read is no edition to readers: only published ones count.
"""

from collections.abc import Mapping

from flows.compilation.gathering import Gathered, Material, key_of
from flows.compilation.operations import record_of
from schemas.collection import Edition
from schemas.volume import Volume
from storage.files import FileStore
from storage.work import Work

_TAKEN_OUT = "Изъято статей: {}."
_FRONT = "Уточнены титул, порядок статей или выходные сведения."
_ADDED, _CORRECTED = "Добавлена статья «{}».", "Исправлена статья «{}»."


def corrected(work: Work, gathered: Gathered, volume: Volume, files: FileStore) -> Volume:
    """Return ``volume`` with its number as readers count, and what differs from the last one."""
    seen = published(work, gathered.marathon_id)
    if not seen:
        return volume
    record = record_of(seen[-1], files)
    lines = changes(record.inputs, gathered) if record else ()
    return volume.model_copy(update={"edition": len(seen) + 1, "changes": lines})


def published(work: Work, marathon_id: str) -> list[Edition]:
    """Editions that readers could open, in their order."""
    return [one for one in work.editions.of_marathon(marathon_id) if one.published_at is not None]


def changes(before: Mapping[str, str], gathered: Gathered) -> tuple[str, ...]:
    """Return a sentence for each thing that differs from the inputs ``before``.

    A work that was taken out is not named: its author may have wished to be forgotten.
    """
    now = {key_of(material.number) for material in gathered.materials}
    gone = sum(key.startswith("work/") and key not in now for key in before)
    works = [_told(material, before) for material in gathered.materials]
    lines = [line for line in works if line] + ([_TAKEN_OUT.format(gone)] if gone else [])
    is_front = not lines and before.get("volume") != gathered.inputs()["volume"]
    return (*lines, _FRONT) if is_front else tuple(lines)


def _told(material: Material, before: Mapping[str, str]) -> str:
    known = before.get(key_of(material.number))
    if known == material.digest:
        return ""
    return (_CORRECTED if known else _ADDED).format(material.title.strip("«»"))
