"""The timetable: who speaks when, so that nobody speaks in two places at once."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import combinations
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from scipy.optimize import linear_sum_assignment

from schemas.base import Schema
from schemas.marathon import ProgrammePolicy

FORBIDDEN = 1e9


class Talk(Schema):
    """A work to be presented; ``speakers`` are keys of persons, ``score`` is 0..100."""

    submission_id: str
    number: int
    track: int
    score: float | None = None
    speakers: frozenset[str]


class Placed(Schema):
    """A talk at its place: ``position`` counts from 1 within the track's session."""

    submission_id: str
    track: int
    position: int
    starts_at: datetime
    minutes: int

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)


class Clash(NamedTuple):
    """One person in two talks at the same time."""

    speaker: str
    first: str
    second: str


Busy = Mapping[str, Sequence[tuple[datetime, datetime]]]


def ranked(talks: Iterable[Talk]) -> list[Talk]:
    """Best score first; equal scores in the order in which the works came."""
    return sorted(talks, key=lambda talk: (-(talk.score or 0.0), talk.number))


def opening(policy: ProgrammePolicy, day: date, zone: str) -> datetime:
    """When the first session starts: the time of day of ``policy`` on ``day`` in ``zone``."""
    return datetime.combine(day, policy.starts_at, tzinfo=ZoneInfo(zone))


def moment(policy: ProgrammePolicy, start: datetime, position: int) -> datetime:
    """When the talk at ``position`` (from 1) of a session that opens at ``start`` begins."""
    before = position - 1
    rests = before // policy.break_every
    minutes = before * (policy.minutes + policy.pause) + rests * policy.break_minutes
    return start + timedelta(minutes=minutes)


def session_start(policy: ProgrammePolicy, placed: Placed) -> datetime:
    """When the session opens in which ``placed`` has its position."""
    return placed.starts_at - (moment(policy, placed.starts_at, placed.position) - placed.starts_at)


def timetable(
    talks: Iterable[Talk],
    policy: ProgrammePolicy,
    start: datetime,
    *,
    order: Mapping[str, int] | None = None,
    starts: Mapping[int, datetime] | None = None,
) -> list[Placed]:
    """Places for all ``talks``, track after track or side by side as ``policy`` says.

    ``order`` holds positions that people have chosen (by submission id): they stay. ``starts``
    holds openings of sessions (by track) that people have chosen. All others stand best first,
    moved only as far as needed for nobody to speak twice at one time.
    """
    by_track: dict[int, list[Talk]] = {}
    for talk in ranked(talks):
        by_track.setdefault(talk.track, []).append(talk)
    placed: list[Placed] = []
    speakers = {talk.submission_id: talk.speakers for group in by_track.values() for talk in group}
    free_from = start
    for track in sorted(by_track):
        opens = (starts or {}).get(track) or (start if policy.parallel else free_from)
        session = seat(by_track[track], policy, opens, order or {}, busy(placed, speakers))
        placed += session
        last = max(one.ends_at for one in session)
        free_from = max(free_from, last + timedelta(minutes=policy.break_minutes))
    return placed


def busy(placed: Iterable[Placed], speakers: Mapping[str, frozenset[str]]) -> Busy:
    """When each speaker already speaks."""
    times: dict[str, list[tuple[datetime, datetime]]] = {}
    for one in placed:
        for speaker in speakers[one.submission_id]:
            times.setdefault(speaker, []).append((one.starts_at, one.ends_at))
    return times


def seat(
    talks: Sequence[Talk],
    policy: ProgrammePolicy,
    opens: datetime,
    order: Mapping[str, int],
    taken: Busy,
) -> list[Placed]:
    """One session: chosen positions first, then the others in the places that are left."""
    chosen = {
        talk.submission_id: order[talk.submission_id]
        for talk in talks
        if talk.submission_id in order
    }
    others = [talk for talk in talks if talk.submission_id not in chosen]
    used = set(chosen.values())
    # A talk elsewhere overlaps at most two places here, so this many are always enough.
    most = len(talks) + len(used) + 2 * sum(len(times) for times in taken.values())
    free = [position for position in range(1, most + 1) if position not in used]
    seats = chosen | match(others, free, policy, opens, taken)
    return [
        Placed(
            submission_id=identifier,
            track=talks[0].track,
            position=position,
            starts_at=moment(policy, opens, position),
            minutes=policy.minutes,
        )
        for identifier, position in sorted(seats.items(), key=lambda pair: pair[1])
    ]


def match(
    talks: Sequence[Talk],
    free: Sequence[int],
    policy: ProgrammePolicy,
    opens: datetime,
    taken: Busy,
) -> dict[str, int]:
    """Positions for ``talks`` nearest to their rank in which every speaker is free.

    The fewest places that allow it are used; without any such seating rank decides and
    ``clashes`` tells.
    """
    if not talks:
        return {}
    can = np.array([[fits(talk, policy, opens, place, taken) for place in free] for talk in talks])
    for count in range(len(talks), len(free) + 1):
        ranks = np.arange(len(talks))[:, None] - np.arange(count)[None, :]
        costs = np.where(can[:, :count], ranks.astype(float) ** 2, FORBIDDEN)
        rows, columns = linear_sum_assignment(costs)
        if costs[rows, columns].sum() < FORBIDDEN:
            return {talks[r].submission_id: free[c] for r, c in zip(rows, columns, strict=True)}
    return {talk.submission_id: place for talk, place in zip(talks, free, strict=False)}


def fits(talk: Talk, policy: ProgrammePolicy, opens: datetime, position: int, taken: Busy) -> bool:
    begins = moment(policy, opens, position)
    ends = begins + timedelta(minutes=policy.minutes)
    return not any(
        begins < until and since < ends
        for speaker in talk.speakers
        for since, until in taken.get(speaker, ())
    )


def clashes(placed: Iterable[Placed], speakers: Mapping[str, frozenset[str]]) -> list[Clash]:
    """Every person who would have to speak in two places at once."""
    found = []
    for first, second in combinations(placed, 2):
        if first.starts_at < second.ends_at and second.starts_at < first.ends_at:
            both = speakers[first.submission_id] & speakers[second.submission_id]
            found += [
                Clash(person, first.submission_id, second.submission_id) for person in sorted(both)
            ]
    return found


def reordered(current: Sequence[str], moved: str, *, to: int) -> list[str]:
    """``current`` with ``moved`` at position ``to`` (from 1); the others close up."""
    rest = [identifier for identifier in current if identifier != moved]
    place = max(1, min(to, len(rest) + 1))
    return [*rest[: place - 1], moved, *rest[place - 1 :]]
