"""Counts of proposals for whoever looks into Prefect."""

import builders

from flows.decision.artefacts import by_track
from schemas.marathon import Track


def test_proposals_are_counted_by_track_without_naming_works(work):
    home = builders.members(work, builders.a_cluster(work))[0]
    tracks = (Track(number=1, title="Чтение"), Track(number=2, title="Счёт"))
    marathon = builders.a_marathon(work, tracks=tracks)
    works = [builders.a_submission(work, marathon, home, track=number) for number in (1, 1, 2)]
    facts = ({"outcome": "yes", "live": True}, {"outcome": "council"}, {"outcome": "no"})
    decisions = [
        builders.a_decision(work, one, **{"live": False} | fact)
        for one, fact in zip(works, facts, strict=True)
    ]

    first, second = by_track(marathon, decisions, {one.id: one.track for one in works})

    assert first == {
        "Направление": "Чтение",
        "К публикации": 1,
        "Не отобрано": 0,
        "Нужна ещё экспертиза": 0,
        "Решает совет": 1,
        "Очно": 1,
    }
    assert (second["Не отобрано"], second["Очно"]) == (1, 0)
    assert not any(one.title in str((first, second)) for one in works)
