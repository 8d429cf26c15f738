"""Everything one decision rests on, kept with it: marks, rules, what would turn it, who changed it."""

from datetime import datetime

from schemas.base import Schema
from schemas.decision_problem import Flip, Refusal
from schemas.marathon import DecisionPolicy
from schemas.review import Recommendation


class TracedMark(Schema):
    """One review as it was counted: ``score - correction``, points; ``levels`` by criterion code."""

    expert: str
    score: float
    correction: float = 0.0
    levels: dict[str, int] = {}
    recommendation: Recommendation | None = None


class LevelFlip(Schema):
    """One step of one criterion in one review that would carry the score across the threshold.

    ``before`` and ``after`` are levels; ``score`` is the published score it would make.
    """

    expert: str
    criterion: str
    title: str
    before: int
    after: int
    score: float


class Proposal(Schema):
    """What the reviews alone had come to; ``outcome`` is a word of ``Publication``."""

    outcome: str
    publication: bool
    live: bool
    revise: bool = False


class Override(Schema):
    """A person's word instead of the proposal; ``by`` is the person's id or a part's name.

    ``council``: it is the council's vote that ``by`` has written down.
    """

    by: str | None
    at: datetime
    reason: str
    council: bool = False
    proposed: Proposal


class DecisionTrace(Schema):
    """Experts and works by id; ``refusal`` says who would leave the live programme for this work.

    ``policy`` is the whole set of rules, None in decisions made before it was kept. ``frozen``:
    corrections were those fixed with the first final decision.
    """

    marks: tuple[TracedMark, ...] = ()
    calibration_applied: bool = False
    likelihood_ratio: float = 0.0
    frozen: bool = False
    veto: tuple[str, ...] = ()
    live_veto: tuple[str, ...] = ()
    policy: DecisionPolicy | None = None
    refusal: Refusal | None = None
    flips: tuple[Flip, ...] = ()
    level_flips: tuple[LevelFlip, ...] = ()
    override: Override | None = None
