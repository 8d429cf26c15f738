"""What Prefect keeps of proposals: counts by track, without works, people or marks."""

from collections import Counter
from collections.abc import Iterable, Mapping

from schemas.decision import Decision
from schemas.decision_problem import Publication
from schemas.marathon import Marathon

Table = list[dict[str, str | int]]

OUTCOME_COLUMNS: Mapping[Publication, str] = {
    Publication.YES: "К публикации",
    Publication.NO: "Не отобрано",
    Publication.EXTRA_REVIEW: "Нужна ещё экспертиза",
    Publication.COUNCIL: "Решает совет",
}


def by_track(
    marathon: Marathon, decisions: Iterable[Decision], tracks: Mapping[str, int | None]
) -> Table:
    """One row a track, in its order; ``tracks`` are those of the works, by id."""
    outcomes: Counter[tuple[int | None, str]] = Counter()
    live: Counter[int | None] = Counter()
    for one in decisions:
        track = tracks[one.submission_id]
        outcomes[track, one.outcome] += 1
        live[track] += one.live
    return [
        {
            "Направление": track.title,
            **{
                words: outcomes[track.number, outcome.value]
                for outcome, words in OUTCOME_COLUMNS.items()
            },
            "Очно": live[track.number],
        }
        for track in marathon.tracks
    ]
