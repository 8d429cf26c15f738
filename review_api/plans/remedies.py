"""A remedy the engine has tried, as the form of a trial that shows the whole plan."""

from collections.abc import Callable, Mapping

from schemas.assignment import ELSEWHERE
from schemas.assignment_problem import Deficit, Policy, Trial
from schemas.base import Schema

Fields = dict[str, str]
SWITCHES = frozenset(
    {"cross_municipal", "senior_required", "no_reciprocity", "no_municipal_reciprocity"}
)


class Remedy(Schema):
    """``fields`` fill the form of a trial; none where a trial cannot show it."""

    text: str
    fields: Fields = {}


def newcomers(trial: Trial, _policy: Policy) -> Fields:
    return {
        "newcomer_place_1": trial.municipality or ELSEWHERE,
        "newcomer_count_1": str(trial.count),
        "newcomer_load_1": str(trial.capacity or 1),
    }


def fewer_reviews(trial: Trial, policy: Policy) -> Fields:
    return {"reviews": str(policy.reviews - trial.count)}


def more_per_municipality(trial: Trial, policy: Policy) -> Fields:
    return {"max_per_municipality": str((policy.max_per_municipality or 1) + trial.count)}


def more_load(trial: Trial, _policy: Policy) -> Fields:
    return {"capacity_change": str(trial.count)}


def drop_rule(trial: Trial, _policy: Policy) -> Fields:
    return {trial.rule: "no"} if trial.rule in SWITCHES else {}


FORMS: Mapping[str, Callable[[Trial, Policy], Fields]] = {
    "newcomers": newcomers,
    "fewer_reviews": fewer_reviews,
    "more_per_municipality": more_per_municipality,
    "more_load": more_load,
    "drop_rule": drop_rule,
}


def remedies(deficit: Deficit, policy: Policy) -> tuple[Remedy, ...]:
    """The deficit's remedies in their order, each with the form that tries it."""
    trials = [FORMS[trial.code](trial, policy) for trial in deficit.trials]
    forms = [*trials, *[{}] * (len(deficit.remedies) - len(trials))]
    return tuple(
        Remedy(text=text, fields=fields)
        for text, fields in zip(deficit.remedies, forms, strict=False)
    )
