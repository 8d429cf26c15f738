"""Who took part in the marathon a meeting is about, as it stood when the meeting was held."""

from collections import Counter
from collections.abc import Iterable

from flows.documents.participation import Share
from schemas.council import Meeting
from schemas.submission import Submission
from storage.work import Work

PLACE = "place_"  # detail of the closing entry: with the municipality's id, its numbers


def now_of(work: Work, meeting: Meeting, sent: Iterable[Submission]) -> dict[str, tuple[int, ...]]:
    """Works, talks and publications by municipality: every member of the cluster, even silent."""
    works = {one.id: one for one in sent}
    decided = [
        one
        for one in work.decisions.of_marathon(meeting.marathon_id or "")
        if one.submission_id in works and one.round == works[one.submission_id].round
    ]
    groups = (
        works.values(),
        (works[one.submission_id] for one in decided if one.live),
        (works[one.submission_id] for one in decided if one.publication),
    )
    counts = [Counter(home for one in group for home in one.municipality_ids) for group in groups]
    places = work.municipalities.of_cluster(meeting.cluster_id)
    ids = [one.id for one in places if one.member or counts[0][one.id]]
    return {one: tuple(count[one] for count in counts) for one in ids}


def details(shares: dict[str, tuple[int, ...]]) -> dict[str, str]:
    """The numbers for the journal's entry about the closing."""
    return {f"{PLACE}{key}": ",".join(map(str, values)) for key, values in shares.items()}


def at_closing(entry: dict[str, str]) -> dict[str, tuple[int, ...]]:
    return {
        key.removeprefix(PLACE): tuple(map(int, values.split(",")))
        for key, values in entry.items()
        if key.startswith(PLACE)
    }


def named(shares: dict[str, tuple[int, ...]], names: dict[str, str]) -> tuple[Share, ...]:
    """In the order of the members, without those who have left the registry."""
    return tuple(Share(names[key], values) for key, values in shares.items() if key in names)
