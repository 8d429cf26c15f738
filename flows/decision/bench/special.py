"""Narrower questions, one replication at a time: caps, live talks, favours between municipalities."""

from flows.decision.bench.measuring import Figures, judged
from flows.decision.bench.methods import published, raw_means, settle
from flows.decision.bench.worlds import GIVER, RECEIVER, USUAL, Setting, World, simulate
from flows.decision.engine import rules
from flows.decision.engine.rules import Evidence, Mark
from flows.decision.engine.selection import Candidate, Places, choose
from flows.decision.engine.severity import Floats, tabulate
from flows.decision.screening.bias import pair_bias
from schemas.decision_problem import Policy, Problem
from schemas.screening import Attention, PairBias

CAPS = (10, 15, 20, 100)  # points; the last is no cap at all
BONUSES = (0, 2, 5, 10, 20)  # points for unanimous advice to present live
LIVE_PLACES, LIVE_PER_MUNICIPALITY = 12, 3


def caps(setting: Setting, number: int) -> Figures:
    """Accuracy by the largest correction allowed, ``cap.measure``, beside ``raw_mean``."""
    world = simulate(setting, number)
    figures = _named("raw_mean", judged(world, raw_means(world.problem(world.usual()))))
    for cap in CAPS:
        policy = Policy(publication_threshold=world.threshold, max_correction=cap)
        scores = published(settle(world.problem(world.usual(), policy)))
        figures |= _named(f"cap_{cap}", judged(world, scores))
    return figures


def live(setting: Setting, number: int) -> Figures:
    """The chosen programme by recommendation bonus: true quality, suitability for a talk, both.

    Points, means over the chosen works; ``both`` weighs the two alike.
    """
    world = simulate(setting, number)
    scores = published(settle(world.problem(world.usual())))
    figures: Figures = {}
    for bonus in BONUSES:
        chosen = programme(world, scores, bonus)
        quality, talk = float(world.truth[chosen].mean()), float(world.talk[chosen].mean())
        told = {"quality": quality, "talk": talk, "both": (quality + talk) / 2}
        figures |= _named(f"bonus_{bonus}", told)
    return figures


def programme(world: World, scores: Floats, bonus: float) -> list[int]:
    """Places of the works chosen to be live, by the engine's own value and programme."""
    policy = Policy(recommendation_bonus=bonus)
    candidates = [
        Candidate(
            id=str(place),
            municipality=str(world.work_homes[place]),
            track="any",
            value=rules.live_value(Evidence((Mark(score),), advice=advice[:USUAL]), policy),
        )
        for place, (score, advice) in enumerate(zip(scores.tolist(), world.advice, strict=True))
        if score >= world.threshold
    ]
    places = Places({"any": LIVE_PLACES}, most=LIVE_PER_MUNICIPALITY)
    return sorted(int(name) for name in choose(candidates, places).chosen)


def favours(setting: Setting, number: int) -> Figures:
    """Whether the test between municipalities raises any alarm, a false one, and the true one."""
    world = simulate(setting, number)
    pairs = biases(world, world.problem(world.usual()))
    alarms = [_pair(pair) for pair in pairs if pair.attention is Attention.ALARM]
    notices = [_pair(pair) for pair in pairs if pair.attention is not Attention.NONE]
    guilty = (str(GIVER), str(RECEIVER))
    return {
        "tested": float(len(pairs)),
        "alarm": float(bool(alarms)),
        "false_alarm": float(any(pair != guilty for pair in alarms)),
        "hit": float(guilty in alarms),
        "notice": float(bool(notices)),
        "hit_notice": float(guilty in notices),
    }


def biases(world: World, problem: Problem) -> tuple[PairBias, ...]:
    """The screening's table of municipalities, named by their numbers."""
    marks = tabulate(problem.reviews)
    return pair_bias(
        marks,
        [str(world.expert_homes[_number(name)]) for name in marks.experts],
        [str(world.work_homes[_number(name)]) for name in marks.submissions],
    )


def _named(name: str, figures: Figures) -> Figures:
    return {f"{name}.{measure}": value for measure, value in figures.items()}


def _pair(pair: PairBias) -> tuple[str, str]:
    return pair.experts_of, pair.works_of


def _number(name: str) -> int:
    return int(name.rsplit("-", 1)[1])
