"""A marathon: one call with its dates, tracks, rubric and policies."""

from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import Field, WithJsonSchema, model_validator

from schemas.base import Entity, Schema
from schemas.design import Design

MOST_CHARACTERS = 1_000_000
LAST_SECOND = time(23, 59, 59)


class Phase(StrEnum):
    """Where the marathon stands; dates open and close what people may do within a phase."""

    PREPARATION = "preparation"
    INTAKE = "intake"
    EXPERTISE = "expertise"
    DECISION = "decision"
    RESULTS = "results"
    ARCHIVE = "archive"


class Track(Schema):
    number: int = Field(ge=1)
    title: str
    live_slots: int = Field(default=4, ge=0)


Fairness = Literal["none", "maxmin", "leximin"]


class AffinityWeights(Schema):
    """How much each view of (work, expert) counts; views a work says nothing about are left out.

    ``wording`` compares letters, ``meaning`` sentences (0 without the text model). Text is a
    minority next to facts: alone it misjudges a fifth to a third of pairs.
    """

    track: float = Field(default=0.25, ge=0, le=1)
    subject: float = Field(default=0.25, ge=0, le=1)
    level: float = Field(default=0.1, ge=0, le=1)
    format: float = Field(default=0.05, ge=0, le=1)
    group: float = Field(default=0.1, ge=0, le=1)
    keywords: float = Field(default=0.1, ge=0, le=1)
    wording: float = Field(default=0.05, ge=0, le=1)
    meaning: float = Field(default=0.1, ge=0, le=1)
    wish: float = Field(default=0.2, ge=0, le=1)


class AssignmentPolicy(Schema):
    """Rules of assignment; the hard ones are never broken whatever stands here.

    ``load_balance`` 0..1 is what the last unit of a full load costs, in affinity. A
    ``max_probability`` below 1 makes the plan a draw in which no pair is likelier than that.
    ``connected`` links the experts' works so that strictness can be compared. On a new plan
    invitations that nobody has answered stay put (``keep`` strict) or are worth ``keep_bonus``
    of affinity each.
    """

    reviews: int = Field(default=3, ge=1, le=9)
    cross_municipal: bool = True
    max_per_municipality: int = Field(default=1, ge=1)
    senior_required: bool = False
    no_reciprocity: bool = True
    no_municipal_reciprocity: bool = False
    fairness: Fairness = "none"
    load_balance: float = Field(default=0, ge=0, le=1)
    max_probability: float | None = Field(default=None, gt=0, le=1)
    connected: bool = False
    keep: Literal["strict", "bonus"] = "strict"
    keep_bonus: float = Field(default=0.2, ge=0, le=1)
    seed: int = Field(default=0, ge=0)
    weights: AffinityWeights = AffinityWeights()
    answer_days: int = Field(default=5, ge=1)
    review_days: int = Field(default=14, ge=1)
    reminder_days: tuple[int, ...] = (3, 1, -1, -3)
    expire_after_days: int = Field(default=5, ge=0)


class AssignmentChanges(Schema):
    """Fields of ``AssignmentPolicy`` that a trial plan changes; ``None`` leaves them."""

    reviews: int | None = Field(default=None, ge=1, le=9)
    cross_municipal: bool | None = None
    max_per_municipality: int | None = Field(default=None, ge=1)
    senior_required: bool | None = None
    no_reciprocity: bool | None = None
    no_municipal_reciprocity: bool | None = None
    fairness: Fairness | None = None
    load_balance: float | None = Field(default=None, ge=0, le=1)
    max_probability: float | None = Field(default=None, gt=0, le=1)
    connected: bool | None = None
    seed: int | None = Field(default=None, ge=0)


class DecisionPolicy(Schema):
    """Thresholds in points of 0..100; frozen (versioned) once the chair has approved it.

    ``adaptive``: works start with the assignment policy's reviews (two, as a rule), and one more
    is asked for by itself while the probability of quality at the threshold lies strictly between
    ``low`` and ``high``, up to ``max_reviews``. ``recommendation_bonus`` is in points.
    """

    version: int = 1
    adaptive: bool = False
    publication_threshold: float = Field(default=60, ge=0, le=100)
    live_floor: float = Field(default=70, ge=0, le=100)
    max_live_per_municipality: int | None = Field(default=None, ge=0)
    min_live_per_municipality: int = Field(default=0, ge=0)
    max_reviews: int = Field(default=4, ge=1)
    low: float = Field(default=0.2, ge=0, le=1)
    high: float = Field(default=0.8, ge=0, le=1)
    max_correction: float = Field(default=10, ge=0, le=100)
    min_likelihood_ratio: float = Field(default=2.71, ge=0, allow_inf_nan=False)
    recommendation_bonus: float = Field(default=5, ge=0, le=100)
    frozen_at: datetime | None = None


class CommonRound(Schema):
    """The calibration round: one or two works that every expert scores before the real ones open.

    No round without works. Real works open for an expert when the expert's common works are
    sent, for everybody when the round is closed or ``until`` has passed.
    """

    submission_ids: tuple[str, ...] = ()
    opened_at: datetime | None = None
    until: datetime | None = None
    closed_at: datetime | None = None


TimeOfDay = Annotated[
    time, WithJsonSchema({"type": "string", "pattern": r"^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$"})
]
"""Without a zone: JSON Schema's own format for times (RFC 3339) asks for one."""


class ProgrammePolicy(Schema):
    """How the live day is laid out; ``starts_at`` is a time of day in the marathon's zone.

    Lengths are in minutes: ``minutes`` for a talk, ``pause`` between talks, ``break_minutes``
    after every ``break_every`` talks and between sessions that follow each other.
    """

    starts_at: TimeOfDay = time(10, 0)
    minutes: int = Field(default=15, ge=1, le=240)
    pause: int = Field(default=0, ge=0, le=60)
    break_every: int = Field(default=6, ge=1)
    break_minutes: int = Field(default=15, ge=0, le=240)
    parallel: bool = False


class Imprint(Schema):
    """Выходные сведения of the collection."""

    publisher: str = ""
    place: str = ""
    udk: str = ""
    bbk: str = ""
    isbn: str = ""
    copyright: str = ""


class MarathonTexts(Schema):
    """The organisers' own words on public pages; plain text, paragraphs parted by blank lines.

    How long a material should be, in characters with spaces and in pages, is said with numbers.
    """

    about: str = Field(default="", max_length=10_000)
    requirements: str = Field(default="", max_length=10_000)
    after_sending: str = Field(default="", max_length=2000)
    title_english: str = Field(default="", max_length=300)
    least_characters: int | None = Field(default=None, ge=1, le=MOST_CHARACTERS)
    most_characters: int | None = Field(default=None, ge=1, le=MOST_CHARACTERS)
    most_pages: int | None = Field(default=None, ge=1, le=500)


class Marathon(Entity):
    """``cloned_from`` is the marathon whose settings this one began with."""

    cluster_id: str
    title: str = Field(min_length=3, max_length=300)
    theme: str = ""
    year: int = Field(ge=2000, le=2100)
    phase: Phase = Phase.PREPARATION
    zone: str = "Asia/Irkutsk"
    opens_at: datetime
    submissions_until: datetime
    reviews_until: datetime
    live_on: date
    tracks: tuple[Track, ...] = Field(min_length=1)
    rubric: str = "default"
    assignment: AssignmentPolicy = AssignmentPolicy()
    decision: DecisionPolicy = DecisionPolicy()
    common_round: CommonRound = CommonRound()
    programme: ProgrammePolicy = ProgrammePolicy()
    imprint: Imprint = Imprint()
    design: Design = Design()
    texts: MarathonTexts = MarathonTexts()
    contact: str = ""
    cloned_from: str | None = None
    version: int = 1

    @model_validator(mode="after")
    def dates_in_order(self) -> "Marathon":
        if not self.opens_at < self.submissions_until < self.reviews_until:
            message = "Даты идут не по порядку: открытие приёма, конец приёма, конец экспертизы."
            raise ValueError(message)
        return self

    def track(self, number: int) -> Track:
        return next(track for track in self.tracks if track.number == number)

    def end_of_day(self, moment: datetime) -> datetime:
        """The last second of the day of ``moment`` where the marathon is: what is due ends then."""
        day = moment.astimezone(ZoneInfo(self.zone)).date()
        return datetime.combine(day, LAST_SECOND, ZoneInfo(self.zone)).astimezone(UTC)


class NewMarathon(Schema):
    """What an organiser gives to open a marathon."""

    title: str = Field(min_length=3, max_length=300)
    theme: str = ""
    year: int = Field(ge=2000, le=2100)
    zone: str = "Asia/Irkutsk"
    opens_at: datetime
    submissions_until: datetime
    reviews_until: datetime
    live_on: date
    tracks: tuple[Track, ...] = Field(min_length=1)
    rubric: str = "default"
    assignment: AssignmentPolicy = AssignmentPolicy()
    decision: DecisionPolicy = DecisionPolicy()
    programme: ProgrammePolicy = ProgrammePolicy()
    imprint: Imprint = Imprint()
    design: Design = Design()
    texts: MarathonTexts = MarathonTexts()
    contact: str = ""
