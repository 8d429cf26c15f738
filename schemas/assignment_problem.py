"""The assignment problem and its answer: the JSON of ``marathon assign`` as frozen shapes.

Keys, defaults and meaning are those of the public contract (docs/assignment.md). What cannot be
used is refused here, with the sentence a person reads, before any solver sees it.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Literal, Self

from pydantic import ConfigDict, Field, model_validator

from schemas.base import Key, Schema
from schemas.errors import BadInput

Pair = tuple[Key, Key]  # submission id, expert id


class Candidate(Schema):
    """A work that waits for reviews; ``reviews`` overrides the policy's number."""

    id: Key
    municipality: Key
    organisation: Key
    authors: tuple[Key, ...]
    track: Key
    reviews: int | None = None


class Reviewer(Schema):
    """An expert as the engine sees one; empty ``tracks`` means every track."""

    id: Key
    person: Key
    municipality: Key
    organisation: Key
    tracks: tuple[Key, ...] = ()
    capacity: int
    minimum: int = 0
    senior: bool = False


class Policy(Schema):
    """``max_per_municipality`` of ``null`` lifts the limit; ``seed`` only breaks ties.

    ``load_balance`` 0..1: the last unit of a full load costs this much affinity, the ones before
    it proportionally less. ``max_probability`` makes the plan a draw (by ``seed``) in which no
    pair is likelier than that. ``connected`` asks for a well linked graph of experts.
    ``keep_bonus`` is what a pair of ``kept`` is worth; ``null`` puts keeping before affinity.
    """

    reviews: int = 3
    cross_municipal: bool = True
    max_per_municipality: int | None = 1
    senior_required: bool = False
    no_reciprocity: bool = False
    fairness: Literal["none", "maxmin", "leximin"] = "none"
    default_affinity: float = 0.0
    seed: int = 0
    no_municipal_reciprocity: bool = False
    load_balance: float = 0.0
    max_probability: float | None = None
    connected: bool = False
    keep_bonus: float | None = None


class Problem(Schema):
    """Who may be asked to review what; see docs/assignment.md for the rules."""

    submissions: tuple[Candidate, ...]
    experts: tuple[Reviewer, ...]
    affinity: tuple[tuple[Key, Key, float], ...] = ()
    affinity_file: str | None = None
    conflicts: tuple[Pair, ...] = ()
    fixed: tuple[Pair, ...] = ()
    forbidden: tuple[Pair, ...] = ()
    kept: tuple[Pair, ...] = ()
    same_place: tuple[tuple[Key, Key], ...] = ()
    policy: Policy = Policy()

    @model_validator(mode="after")
    def refuse_what_cannot_be_used(self) -> Self:
        _check_ids(self)
        _check_policy(self.policy)
        for submission in self.submissions:
            _check_submission(submission)
        for expert in self.experts:
            _check_expert(expert)
        for name in ("conflicts", "fixed", "forbidden", "kept"):
            _check_pairs(self, name)
        _check_affinity(self)
        return self


def _refuse(sentence: str, field: str) -> None:
    raise BadInput(sentence, code="bad_problem", field=field)


def _repeated(ids: Iterable[str]) -> str | None:
    return next((key for key, times in Counter(ids).items() if times > 1), None)


MOST = 10**9  # no marathon counts further, and sums stay far below 64 bits


def _refuse_huge(number: int | None, words: str, field: str) -> None:
    if number is not None and number > MOST:
        _refuse(f"{words}: {number} — больше {MOST}. Укажите меньшее число.", field)


def _check_ids(problem: Problem) -> None:
    named = {
        "работы": [row.id for row in problem.submissions],
        "эксперта": [row.id for row in problem.experts],
    }
    for word, ids in named.items():
        twice = _repeated(ids)
        if twice is not None:
            _refuse(f"Идентификатор {word} «{twice}» встречается дважды: оставьте один.", "id")
        if "" in ids:
            _refuse(f"Пустой идентификатор {word}: заполните поле id.", "id")


def _check_policy(policy: Policy) -> None:
    limit = policy.max_per_municipality
    if policy.reviews < 0:
        _refuse(f"Число рецензий не может быть отрицательным: {policy.reviews}.", "reviews")
    if limit is not None and limit < 1:
        _refuse(
            f"Экспертов от одного муниципалитета не может быть меньше одного: {limit}.",
            "max_per_municipality",
        )
    _refuse_huge(policy.reviews, "Слишком большое число рецензий", "reviews")
    _refuse_huge(limit, "Слишком много экспертов от одного муниципалитета", "max_per_municipality")
    if not 0 <= policy.default_affinity <= 1:
        _refuse(
            f"Близость по умолчанию должна быть от 0 до 1, а не {policy.default_affinity}.",
            "default_affinity",
        )
    for name, share in (("load_balance", policy.load_balance), ("keep_bonus", policy.keep_bonus)):
        if share is not None and not 0 <= share <= 1:
            _refuse(f"Значение {name} должно быть от 0 до 1, а не {share}.", name)
    _check_lottery(policy)
    if policy.seed < 0:
        _refuse(f"Начальное число (seed) не может быть отрицательным: {policy.seed}.", "seed")


LEAST_PROBABILITY = 0.0001


def _check_lottery(policy: Policy) -> None:
    """Rules that chance cannot keep in every draw, or that want one plan and not many."""
    cap = policy.max_probability
    if cap is None:
        return
    if not LEAST_PROBABILITY <= cap <= 1:
        _refuse(
            "Наибольшая вероятность пары (max_probability) должна быть от 0,0001 до 1,"
            f" а не {cap}.",
            "max_probability",
        )
    at_odds = {
        "старший эксперт в каждой коллегии (senior_required)": policy.senior_required,
        "справедливость к слабейшей коллегии (fairness)": policy.fairness != "none",
        "связность экспертов (connected)": policy.connected,
        "равная нагрузка (load_balance)": policy.load_balance > 0,
        "запрет взаимных экспертиз между муниципалитетами (no_municipal_reciprocity)": (
            policy.no_municipal_reciprocity
        ),
    }
    named = [rule for rule, wanted in at_odds.items() if wanted]
    if cap < 1 and named:
        _refuse(
            "Жеребьёвка с наибольшей вероятностью пары (max_probability) не сочетается с правилом:"
            f" {'; '.join(named)}. Оставьте что-то одно.",
            "max_probability",
        )


def _check_submission(submission: Candidate) -> None:
    if submission.reviews is not None and submission.reviews < 0:
        _refuse(
            f"У работы «{submission.id}» отрицательное число рецензий: {submission.reviews}.",
            "reviews",
        )
    _refuse_huge(
        submission.reviews, f"У работы «{submission.id}» слишком много рецензий", "reviews"
    )
    if not submission.municipality.strip():
        _refuse(f"У работы «{submission.id}» не указан муниципалитет.", "municipality")


def _check_expert(expert: Reviewer) -> None:
    if expert.capacity < 0:
        _refuse(f"У эксперта «{expert.id}» отрицательная нагрузка: {expert.capacity}.", "capacity")
    _refuse_huge(expert.capacity, f"У эксперта «{expert.id}» слишком большая нагрузка", "capacity")
    if expert.minimum < 0:
        _refuse(f"У эксперта «{expert.id}» отрицательный минимум: {expert.minimum}.", "minimum")
    if expert.minimum > expert.capacity:
        _refuse(
            f"У эксперта «{expert.id}» минимум работ ({expert.minimum}) больше"
            f" наибольшей нагрузки ({expert.capacity}).",
            "minimum",
        )
    if not expert.municipality.strip():
        _refuse(f"У эксперта «{expert.id}» не указан муниципалитет.", "municipality")


_PAIR_LISTS = {
    "conflicts": "В списке конфликтов (conflicts)",
    "fixed": "В списке закреплённых пар (fixed)",
    "forbidden": "В списке запрещённых пар (forbidden)",
    "kept": "В списке сохраняемых пар (kept)",
    "affinity": "В списке близости (affinity)",
}


def _check_pairs(problem: Problem, name: str) -> None:
    submissions = {row.id for row in problem.submissions}
    experts = {row.id for row in problem.experts}
    for submission, expert, *_ in getattr(problem, name):
        if submission not in submissions:
            _refuse(f"{_PAIR_LISTS[name]} неизвестная работа «{submission}».", name)
        if expert not in experts:
            _refuse(f"{_PAIR_LISTS[name]} неизвестный эксперт «{expert}».", name)


def _check_affinity(problem: Problem) -> None:
    if problem.affinity and problem.affinity_file is not None:
        _refuse("Укажите либо affinity, либо affinity_file, но не оба сразу.", "affinity")
    _check_pairs(problem, "affinity")
    for submission, expert, value in problem.affinity:
        if not 0 <= value <= 1:
            _refuse(
                f"Близость работы «{submission}» и эксперта «{expert}»"
                f" должна быть от 0 до 1, а не {value}.",
                "affinity",
            )
    if len({row[:2] for row in problem.affinity}) < len(problem.affinity):
        twice = Counter(row[:2] for row in problem.affinity).most_common(1)[0][0]
        _refuse(f"Близость пары «{twice[0]}» — «{twice[1]}» указана дважды.", "affinity")


class Weights(Schema):
    """What one unit of each goal is worth, in 1/``unit`` of affinity."""

    coverage: int = 0
    minimum: int = 0
    kept: int = 0
    affinity: int = 0


class ProofRecord(Schema):
    """Prices that prove an upper bound for one linear goal over *all* lawful plans.

    ``prices``, ``rivals`` and ``multipliers`` are integers in 1/``scale``; zero entries are left
    out. ``floors`` (in units) are the panel sums that every plan compared here must reach.
    ``tolls`` (work, municipality of experts, price) are what each expert from there pays on that
    panel; of two municipalities that could review each other only one direction collects them.
    ``bound`` counts the pairs that are free to choose, without the fixed ones.
    """

    goal: Literal["reach", "fairness", "total"]
    weights: Weights
    scale: int = Field(default=1, ge=1)
    prices: dict[str, int] = {}
    rivals: tuple[tuple[str, str, str, str, int], ...] = ()
    tolls: tuple[tuple[str, str, int], ...] = ()
    multipliers: dict[str, int] = {}
    floors: dict[str, int] = {}
    bound: int


class Certificate(Schema):
    """Affinities are counted in 1/``unit``; ``kept`` lists the pairs a re-plan tried to keep."""

    unit: int = 10_000
    kept: tuple[Pair, ...] = ()
    proofs: tuple[ProofRecord, ...] = ()


class Finite(Schema):
    """Numbers of a plan: NaN and infinity, which JSON files may hold, compare with nothing."""

    model_config = ConfigDict(allow_inf_nan=False)


class Metrics(Finite):
    """``mean`` is over pairs; ``min`` and ``p5`` over works' panel means; Gini over loads."""

    mean: float
    min: float
    p5: float
    load_gini: float
    violations: dict[str, int]


class Trial(Schema):
    """A remedy as it was tried: one change, and what solving again leaves missing.

    ``newcomers``: ``count`` more experts with ``capacity`` each, from ``municipality`` or, where
    that is none, each from another new one; ``fewer_reviews``, ``more_per_municipality`` and
    ``more_load``: less or more by ``count``; ``drop_rule``: the policy's field ``rule`` is off
    (``tracks``: every expert may review every track). ``left_here`` is what this deficit's works
    still lack, ``left_total`` the whole plan.
    """

    code: Literal["newcomers", "fewer_reviews", "more_per_municipality", "more_load", "drop_rule"]
    municipality: str | None = None
    count: int = 1
    capacity: int | None = None
    rule: str | None = None
    left_here: int
    left_total: int


class Deficit(Schema):
    """A part of the plan that cannot be filled, why, and what would help.

    ``remedies`` are sentences, ``trials`` the same remedies in the same order for a form.
    """

    submissions: tuple[str, ...]
    experts: tuple[str, ...]
    missing: int
    text: str
    remedies: tuple[str, ...] = ()
    trials: tuple[Trial, ...] = ()


class Draw(Finite):
    """A plan drawn at random: every pair's probability, at most ``cap``, and what is expected.

    ``expected`` is the mean total over draws and ``bound`` the most any lawful lottery under the
    cap could expect; fixed pairs have probability 1 and are not capped. Probabilities and cap are
    whole multiples of 1/``scale`` of the proofs, whose bounds are then in 1/``scale`` of a unit.
    The result's ``bound`` and ``gap`` are those of the lottery; its ``total`` is the drawn plan's.
    """

    cap: float
    expected: float
    bound: float
    probabilities: tuple[tuple[str, str, float], ...]


class Connectivity(Finite):
    """How the plan links experts through works they share.

    ``link`` is the second smallest eigenvalue of the experts' graph (0: falls apart; 1 and more:
    strictness can be compared). ``taken`` and ``given`` are pairs exchanged to link it better,
    ``price`` the affinity this cost.
    """

    components: int
    link: float
    enough: bool
    taken: tuple[Pair, ...] = ()
    given: tuple[Pair, ...] = ()
    price: float = 0.0


class Result(Finite):
    """``status`` is ``optimal`` only when the certificate itself closes the gap to zero."""

    status: Literal["optimal", "feasible", "infeasible"]
    pairs: tuple[tuple[str, str, float], ...]
    total: float
    bound: float
    gap: float
    certificate: Certificate
    metrics: Metrics
    deficits: tuple[Deficit, ...] = ()
    draw: Draw | None = None
    connectivity: Connectivity | None = None
    seconds: float = 0.0
