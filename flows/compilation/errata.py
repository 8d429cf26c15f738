"""A corrected edition tells its readers what is new: counted from the editions they have seen.

An edition nobody could read is no edition to readers: only published ones count.
"""

from collections.abc import Mapping

from flows.compilation import visible
from flows.compilation.gathering import Gathered
from flows.compilation.operations import record_of
from schemas.collection import Edition
from schemas.volume import Volume, VolumeArticle
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
    lines = changes(record.seen, volume) if record and record.seen else ()
    return volume.model_copy(update={"edition": len(seen) + 1, "changes": lines})


def published(work: Work, marathon_id: str) -> list[Edition]:
    """Editions that readers could open, in their order."""
    return [one for one in work.editions.of_marathon(marathon_id) if one.published_at is not None]


def changes(before: Mapping[str, str], volume: Volume) -> tuple[str, ...]:
    """Return a sentence for each thing that readers see otherwise than ``before``.

    A work that was taken out is not named: its author may have wished to be forgotten.
    """
    now = visible.seen(volume)
    works = [_told(article, before, now) for article in volume.articles()]
    gone = sum(key not in now for key in before)
    lines = [line for line in works if line] + ([_TAKEN_OUT.format(gone)] if gone else [])
    is_front = not lines and before.get(visible.FRONT) != now[visible.FRONT]
    return (*lines, _FRONT) if is_front else tuple(lines)


def _told(article: VolumeArticle, before: Mapping[str, str], now: Mapping[str, str]) -> str:
    key = f"{visible.ARTICLE}{article.file}"
    known = before.get(key)
    if known == now[key]:
        return ""
    return (_CORRECTED if known else _ADDED).format(article.title.strip("«»"))
