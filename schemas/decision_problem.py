"""The decision engine's question and answer: the JSON of ``marathon decide``, field for field."""

import re
from collections import Counter
from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, ValidationError, model_validator
from pydantic_core import ErrorDetails

from schemas.base import Key, Schema
from schemas.decision_reasons import CalibrationWarning, Reason
from schemas.errors import BadInput
from schemas.review import Recommendation

MOST = 10**9
"""No count in a marathon is larger; anything beyond is a slip of the keyboard."""

Name = Annotated[Key, Field(min_length=1)]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Count = Annotated[int, Field(strict=True, ge=-MOST, le=MOST)]

FEWEST_REVIEWS = 2
"""A final yes or no never rests on fewer independent opinions."""

HIGHEST = 100.0
LONGEST = 60  # characters of a name repeated in a sentence about it
RANGES: tuple[tuple[str, str, float, float], ...] = (
    ("publication_threshold", "Порог публикации", 0, HIGHEST),
    ("live_floor", "Порог очного выступления", 0, HIGHEST),
    ("low", "Нижняя граница вероятности", 0, 1),
    ("high", "Верхняя граница вероятности", 0, 1),
    ("max_correction", "Наибольшая поправка на строгость", 0, HIGHEST),
    ("min_likelihood_ratio", "Порог отношения правдоподобий", 0, float("inf")),
    ("recommendation_bonus", "Надбавка за рекомендации", 0, HIGHEST),
    ("max_reviews", "Наибольшее число экспертиз", 1, float("inf")),
    ("min_live_per_municipality", "Наименьшее число выступлений", 0, float("inf")),
)


TYPE_SENTENCES = {
    "missing": "Не хватает поля «{place}».",
    "extra_forbidden": "Неизвестное поле «{place}»: проверьте написание или уберите его.",
    "json_invalid": "Файл не читается как JSON: {json}.",
    "enum": "Поле «{place}»: такого значения нет, допустимы {expected}.",
    "finite_number": "Поле «{place}»: нужно обычное число.",
    "float_type": "Поле «{place}»: нужно число без кавычек.",
    "int_type": "Поле «{place}»: нужно целое число без кавычек.",
    "less_than_equal": "Поле «{place}»: число слишком большое.",
    "greater_than_equal": "Поле «{place}»: число слишком маленькое.",
    "int_parsing_size": "Поле «{place}»: число слишком большое.",
    "int_from_float": "Поле «{place}»: нужно целое число.",
    "string_type": "Поле «{place}»: нужна строка в кавычках.",
    "string_too_short": "Поле «{place}» пустое: впишите значение.",
    "bool_type": "Поле «{place}»: нужно true или false.",
    "bool_parsing": "Поле «{place}»: нужно true или false.",
    "tuple_type": "Поле «{place}»: нужен список в квадратных скобках.",
    "dict_type": "Поле «{place}»: нужны пары «ключ: значение» в фигурных скобках.",
    "model_type": "Поле «{place}»: нужны пары «ключ: значение» в фигурных скобках.",
}


class Publication(StrEnum):
    """What happens to the work in the collection; the last two are not final."""

    YES = "yes"
    NO = "no"
    EXTRA_REVIEW = "extra_review"
    COUNCIL = "council"


class ScoredReview(Schema):
    """``score`` is 0..100, as ``flows.review.rules.score`` gives it."""

    submission: Name
    expert: Name
    score: Number
    recommendation: Recommendation | None = None


class Entry(Schema):
    """A submission under decision; ``veto`` holds sentences about the gates it failed.

    ``live_veto`` are those that bar nothing but a live place. No review can be added any more to
    a work that is ``closed``.
    """

    id: Name
    municipality: Name
    track: Name
    available: bool = True
    veto: tuple[Name, ...] = ()
    live_veto: tuple[Name, ...] = ()
    closed: bool = False


class Policy(Schema):
    """Thresholds and scores in points 0..100; ``low`` and ``high`` are probabilities.

    ``recommendation_bonus`` is what unanimous advice to present live adds to a score when live
    places are shared out; it never touches the published score.
    """

    publication_threshold: Number = 60
    live_floor: Number = 70
    slots: dict[str, Count] = Field(default_factory=dict)
    max_live_per_municipality: Count | None = None
    min_live_per_municipality: Count = 0
    max_reviews: Count = 4
    low: Number = 0.2
    high: Number = 0.8
    max_correction: Number = 10
    min_likelihood_ratio: Number = 2.71
    recommendation_bonus: Number = 5

    @model_validator(mode="after")
    def _reasonable(self) -> Self:
        for field, sentence in policy_faults(self):
            raise BadInput(sentence, field=f"policy.{field}")
        return self


class FrozenCorrections(Schema):
    """Corrections that stand already, points by expert; experts not named get none."""

    applied: bool
    corrections: dict[Name, Number] = Field(default_factory=dict)

    def of(self, expert: str) -> float:
        """What is taken off the expert's marks; nothing where corrections are not applied."""
        return self.corrections.get(expert, 0.0) if self.applied else 0.0


class Problem(Schema):
    """Submissions stand in the order they arrived: it breaks exact ties for live places.

    With ``frozen``, corrections are taken from there and marks do not move them.
    """

    reviews: tuple[ScoredReview, ...]
    submissions: tuple[Entry, ...]
    policy: Policy = Field(default_factory=Policy)
    frozen: FrozenCorrections | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        for field, sentence in _problem_faults(self):
            raise BadInput(sentence, field=field)
        return self


class ExpertCalibration(Schema):
    """Points. A mark is corrected as ``score - correction``; ``severity`` > 0 is stricter."""

    id: str
    correction: float
    severity: float
    severity_sd: float
    reviews: int


class Calibration(Schema):
    """``connected`` is true when one group of experts is linked well enough to be compared.

    With ``frozen`` the corrections and ``applied`` are those of the problem, not of its marks.
    """

    applied: bool
    likelihood_ratio: float
    connected: bool
    components: int
    algebraic_connectivity: float | None
    warnings: tuple[CalibrationWarning, ...]
    experts: tuple[ExpertCalibration, ...]
    frozen: bool = False


class Agreement(Schema):
    """``alpha`` is Krippendorff's for ordinal data, with a 95 % interval over submissions.

    ``alpha_points`` is the same for interval data, where distances in points count. ``icc`` is the
    reliability of one review, ``icc_panel`` of the score from all of a submission's reviews. None
    where the marks cannot tell.
    """

    alpha: float | None
    alpha_interval: tuple[float, float] | None
    alpha_points: float | None = None
    alpha_metric: Literal["ordinal"] = "ordinal"
    icc: float | None
    icc_panel: float | None


class Flip(Schema):
    """The smallest change of one mark that turns the outcome, the other marks as they are.

    ``change`` is in points of that mark, ``outcome`` what it would turn into.
    """

    expert: str
    change: float
    outcome: Publication


class SubmissionResult(Schema):
    """``raw`` is the mean mark, ``score`` the published one, ``sd`` its uncertainty in points."""

    id: str
    raw: float | None
    score: float | None
    sd: float | None
    p_publication: float | None
    reviews: int
    stable: bool
    publication: Publication
    live: bool
    reasons: tuple[Reason, ...]
    explanation: str
    flips: tuple[Flip, ...] = ()


class Refusal(Schema):
    """Why an eligible work is not live, and what including it by force would cost.

    ``displaced`` are the works that would leave; ``loss`` is in points of the objective.
    None: no lawful programme contains the work.
    """

    id: str
    reason: Reason
    displaced: tuple[str, ...] | None
    loss: float | None


class Shortfall(Schema):
    """A municipality that has fewer live works than the policy asks for."""

    municipality: str
    missing: int


class Selection(Schema):
    """``objective`` is the sum of the chosen works' scores with the recommendation bonus."""

    status: str
    objective: float
    refusals: tuple[Refusal, ...] = ()
    shortfalls: tuple[Shortfall, ...] = ()


class Result(Schema):
    calibration: Calibration
    agreement: Agreement
    submissions: tuple[SubmissionResult, ...]
    selection: Selection


def read_problem(text: str | bytes) -> Problem:
    """Read a problem from JSON; whatever is wrong with it becomes one ``BadInput``."""
    try:
        return Problem.model_validate_json(_without_mark(text))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise BadInput(_sentence(first), field=_place(first)) from error


def _without_mark(text: str | bytes) -> str | bytes:
    """Windows editors put a byte order mark before the text."""
    if isinstance(text, bytes):
        return text.removeprefix(b"\xef\xbb\xbf")
    return text.removeprefix("\ufeff")


def _sentence(error: ErrorDetails) -> str:
    pattern = TYPE_SENTENCES.get(error["type"], "Поле «{place}»: значение не подходит.")
    context = error.get("ctx", {})
    return pattern.format(
        place=_place(error) or "весь файл",
        json=_json_place(str(context.get("error", ""))),
        expected=str(context.get("expected", "")).replace(" or ", " или "),
    )


def _json_place(message: str) -> str:
    """Where the parser stopped, out of «... at line 3 column 7»."""
    found = re.search(r"line (\d+) column (\d+)", message)
    if not found:
        return "проверьте, что он сохранён в кодировке UTF-8"
    return f"строка {found[1]}, знак {found[2]}"


def _place(error: ErrorDetails) -> str:
    return ".".join(_shown(str(part)) for part in error["loc"])


def _shown(name: str) -> str:
    """A name as one short line, whatever the file holds."""
    line = " ".join(name.split())
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}…"


def policy_faults(policy: Policy) -> Iterable[tuple[str, str]]:
    """(field, sentence) for everything that is wrong with the policy."""
    yield from _range_faults(policy)
    if policy.low >= policy.high:
        yield (
            "low",
            f"Нижняя граница вероятности ({policy.low}) должна быть меньше верхней ({policy.high}).",
        )
    for track, slots in policy.slots.items():
        if slots < 0:
            yield (
                "slots",
                f"Число очных мест направления «{_shown(track)}» не может быть отрицательным.",
            )
    most = policy.max_live_per_municipality
    if most is not None and most < policy.min_live_per_municipality:
        yield (
            "max_live_per_municipality",
            "Наибольшее число выступлений от муниципалитета меньше наименьшего: исправьте одно из двух.",
        )


def _range_faults(policy: Policy) -> Iterable[tuple[str, str]]:
    for field, title, least, most in RANGES:
        value = getattr(policy, field)
        if not least <= value <= most:
            bounds = f"от {least:g} до {most:g}" if most < float("inf") else f"не меньше {least:g}"
            yield field, f"{title}: допустимо {bounds}, а указано {value:g}."


def _problem_faults(problem: Problem) -> Iterable[tuple[str, str]]:
    known = Counter(entry.id for entry in problem.submissions)
    for name, times in known.items():
        if times > 1:
            yield (
                "submissions",
                f"Работа «{_shown(name)}» указана несколько раз: оставьте одну строку.",
            )
    seen: set[tuple[str, str]] = set()
    for position, review in enumerate(problem.reviews):
        where = f"reviews.{position}"
        if review.submission not in known:
            yield where, f"Экспертиза относится к неизвестной работе «{_shown(review.submission)}»."
        if not 0 <= review.score <= HIGHEST:
            yield (
                where,
                f"Оценка {review.score:g} работы «{_shown(review.submission)}» вне шкалы от 0 до 100.",
            )
        pair = (review.submission, review.expert)
        if pair in seen:
            yield (
                where,
                f"Эксперт «{_shown(review.expert)}» оценил работу «{_shown(review.submission)}» дважды: оставьте одну экспертизу.",
            )
        seen.add(pair)
