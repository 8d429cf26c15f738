"""Which editions a corrected one is counted from: those its readers have seen.

An edition nobody could read is no edition to readers: only published ones count.
"""

from flows.compilation.gathering import Gathered
from flows.compilation.operations import record_of
from schemas.collection import Edition
from schemas.volume import Volume
from storage.files import FileStore
from storage.work import Work


def corrected(work: Work, gathered: Gathered, volume: Volume, files: FileStore) -> Volume:
    """Return ``volume`` with what readers saw in each edition before; an unreadable one is empty.

    ``corrections.told`` makes the number and the sentences of it, once it is known what is set.
    """
    records = [record_of(one, files) for one in published(work, gathered.marathon_id)]
    earlier = tuple(one.seen if one else {} for one in records)
    return volume.model_copy(update={"earlier": earlier})


def published(work: Work, marathon_id: str) -> list[Edition]:
    """Editions that readers could open, in their order."""
    return [one for one in work.editions.of_marathon(marathon_id) if one.published_at is not None]
