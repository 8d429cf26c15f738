"""«Почему этот эксперт»: what each view says of one pair, in numbers and in words."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from flows.assignment.affinity import fields, wording
from flows.assignment.affinity.profiles import ExpertProfile, WorkProfile
from flows.assignment.affinity.views import ANY_TRACK, DIGITS, Pool, View, mean_of, views_of
from schemas.affinity import Explanation, Reason
from schemas.assignment import Wish

UNIT = 10**DIGITS
NAMED = 0.6  # of the subject's letters: it stands in the field, whatever its ending
NEAR, SOMEWHAT = 0.6, 0.2


@dataclass(frozen=True)
class Pair:
    """One work and one expert with the value that a view gives them."""

    work: WorkProfile
    expert: ExpertProfile
    value: float
    wish: Wish | None


Words = tuple[str, Mapping[str, str]]


def explain(pool: Pool, work: WorkProfile, expert: ExpertProfile) -> Explanation:
    """The pair's affinity as the sum of what the views add, the weightiest first.

    ``pool`` is the one the plan was made from: how rare a word is depends on all its texts.
    """
    pair = replace(pool, works=[work], experts=[expert])
    views = [view for view in views_of(pair) if view.speaks[0]]
    units = round(float(mean_of(views, slice(0, 1), 1)[0, 0]) * UNIT)
    wish = pool.wishes.get((work.id, expert.id))
    reasons = [
        reason_of(view, contribution, views, Pair(work, expert, value_of(view), wish))
        for view, contribution in zip(views, shares(views, units), strict=True)
    ]
    return Explanation(
        submission_id=work.id,
        expert_id=expert.id,
        affinity=units / UNIT,
        reasons=tuple(sorted(reasons, key=lambda one: (-one.contribution, -one.weight, one.view))),
    )


def value_of(view: View) -> float:
    return float(view.block(slice(0, 1))[0, 0])


def shares(views: Sequence[View], units: int) -> list[int]:
    """Whole units for each view that add up to ``units``: the largest remainders round up."""
    weight = sum(view.weight for view in views)
    exact = np.array([view.weight * value_of(view) / weight * UNIT for view in views])
    whole = np.floor(exact).astype(int)
    left = max(0, units - int(whole.sum()))
    up = np.argsort(-(exact - whole), kind="stable")[:left]
    whole[up] += 1
    return [int(share) for share in whole]


def reason_of(view: View, units: int, views: Sequence[View], pair: Pair) -> Reason:
    phrase, facts = WORDS[view.name](pair)
    return Reason(
        view=view.name,
        value=round(pair.value, DIGITS),
        weight=round(view.weight / sum(one.weight for one in views), DIGITS),
        contribution=units / UNIT,
        phrase=phrase,
        facts=facts,
    )


def track(pair: Pair) -> Words:
    facts = {"track": pair.work.track}
    if pair.value == ANY_TRACK:
        return "эксперт берёт любое направление", {}
    if pair.value:
        return "направление %(track)s совпадает", facts
    own = ", ".join(pair.expert.tracks)
    return "направление %(track)s не из направлений эксперта (%(own)s)", facts | {"own": own}


def subject(pair: Pair) -> Words:
    facts = {"subject": pair.work.subject}
    shared = fields.subject_groups(pair.work.subject) & fields.known_of(pair.expert).named
    if shared and pair.value == fields.COVERED:
        facts["group"] = min(shared)
        return "предмет «%(subject)s» входит в группу эксперта «%(group)s»", facts
    if pair.value >= NAMED:
        return "предмет «%(subject)s» есть в специализации", facts
    if pair.value >= SOMEWHAT:
        return "предмет «%(subject)s» отчасти есть в специализации", facts
    return "предмета «%(subject)s» в специализации нет", facts


def level(pair: Pair) -> Words:
    facts = {"level": pair.work.level}
    if pair.value == fields.UNKNOWN:
        return "об уровне «%(level)s» в специализации не сказано", facts
    if pair.value:
        return "уровень «%(level)s»: эксперт на нём работает", facts
    return "уровень «%(level)s»: эксперт работает на другом", facts


def practice_format(pair: Pair) -> Words:
    facts = {"format": pair.work.format}
    if pair.value == fields.UNKNOWN:
        return "о форме «%(format)s» в специализации не сказано", facts
    return "форма «%(format)s» эксперту привычна по должности", facts


def group(pair: Pair) -> Words:
    fit = fields.group_fit(fields.claims_of(pair.work), fields.known_of(pair.expert))
    if not fit.value:
        return "общей группы методистов нет", {}
    return "общая группа: «%(group)s»", {"group": fit.group}


def keywords(pair: Pair) -> Words:
    words = ", ".join(wording.common_words(" ".join(pair.work.keywords), pair.expert.field))
    if words:
        return "ключевые слова есть в специализации: %(words)s", {"words": words}
    return "ключевых слов в специализации нет", {}


def text(pair: Pair) -> Words:
    words = ", ".join(wording.common_words(pair.work.wording, pair.expert.field))
    if words:
        return "общие слова: %(words)s", {"words": words}
    return ("общих слов нет, совпадают части слов" if pair.value else "общих слов нет"), {}


def sense(pair: Pair) -> Words:
    facts = {"value": f"{pair.value:.2f}".replace(".", ",")}
    if pair.value >= NEAR:
        return "смысл текстов близок: %(value)s", facts
    if pair.value >= SOMEWHAT:
        return "смысл текстов отчасти близок: %(value)s", facts
    return "смысл текстов далёк: %(value)s", facts


def wish(pair: Pair) -> Words:
    return WISHES[pair.wish], {}


WISHES: Mapping[Wish | None, str] = {
    Wish.EAGER: "эксперт хочет оценить",
    Wish.WILLING: "эксперт может оценить",
    Wish.RELUCTANT: "эксперт считает, что это не его тема",
    None: "эксперт желания не назвал",
}
WORDS: Mapping[str, Callable[[Pair], Words]] = {
    "track": track,
    "subject": subject,
    "level": level,
    "format": practice_format,
    "group": group,
    "keywords": keywords,
    "wording": text,
    "meaning": sense,
    "wish": wish,
}
