"""What a corrected edition tells its readers: its number as they count, and what is new.

Counted by what readers saw, so that another look of the same words corrects nothing.
"""

from collections.abc import Iterable, Mapping

from flows.compilation import visible
from schemas.volume import Volume, VolumeArticle

_TAKEN_OUT = "Изъято статей: {}."
_FRONT = "Уточнены титул, порядок статей или выходные сведения."
_ADDED, _CORRECTED = "Добавлена статья «{}».", "Исправлена статья «{}»."
Seen = Mapping[str, str]


def told(volume: Volume) -> Volume:
    """``volume``, in which every article can be set, with its number and what has changed."""
    if not volume.earlier:
        return volume
    now = visible.seen(volume)
    before = _before(volume.earlier, now)
    lines = changes(before[-1], volume) if before and before[-1] else ()
    return volume.model_copy(update={"edition": len(before) + 1, "changes": lines})


def _before(earlier: Iterable[Seen], now: Seen) -> list[Seen]:
    """Editions that differ from the one after them and from ``now``; unknown ones always do."""
    found: list[Seen] = []
    for seen in earlier:
        if not found or not seen or found[-1] != seen:
            found.append(seen)
    return found[:-1] if found[-1] == now else found


def changes(before: Seen, volume: Volume) -> tuple[str, ...]:
    """Return a sentence for each thing that readers see otherwise than ``before``.

    A work that was taken out is not named: its author may have wished to be forgotten.
    """
    now = visible.seen(volume)
    works = [_told(article, before, now) for article in volume.articles()]
    gone = sum(key not in now for key in before)
    lines = [line for line in works if line] + ([_TAKEN_OUT.format(gone)] if gone else [])
    is_front = not lines and before.get(visible.FRONT) != now[visible.FRONT]
    return (*lines, _FRONT) if is_front else tuple(lines)


def _told(article: VolumeArticle, before: Seen, now: Seen) -> str:
    key = f"{visible.ARTICLE}{article.file}"
    known = before.get(key)
    if known == now[key]:
        return ""
    return (_CORRECTED if known else _ADDED).format(article.title.strip("«»"))
