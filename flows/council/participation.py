"""Who took part in the marathon a meeting is about, as it stood when the meeting was held."""

from collections import Counter

from flows.council import outcomes
from flows.documents.printing.participation import Share
from schemas.council import Meeting
from schemas.submission import SubmissionStatus
from storage.work import Work

SENT = tuple(set(SubmissionStatus) - {SubmissionStatus.DRAFT, SubmissionStatus.WITHDRAWN})
PLACE = "place_"  # detail of the closing entry: with the municipality's id, its numbers


def of(work: Work, meeting: Meeting) -> dict[str, tuple[int, ...]]:
    """Participation as it stands; of a closed meeting as it stood."""
    if meeting.closed_at is None:
        return now_of(work, meeting)
    return at_closing(outcomes.closing(work, meeting.id) or {})


def now_of(work: Work, meeting: Meeting) -> dict[str, tuple[int, ...]]:
    """Works, talks and publications by municipality: every member of the cluster, even silent.

    Nothing for a meeting about no marathon.
    """
    if meeting.marathon_id is None:
        return {}
    sent = work.submissions.of_marathon(meeting.marathon_id, status=SENT)
    works = {one.id: one for one in sent}
    decided = [
        one
        for one in work.decisions.of_marathon(meeting.marathon_id)
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
