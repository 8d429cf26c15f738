"""How the report on reviews is put into words and kept readable on a large marathon."""

import pytest

from review_api import screening_view as view
from schemas.screening import (
    Attention,
    Effect,
    ExpertFinding,
    Flag,
    FlagKind,
    Habit,
    PairBias,
    PanelFinding,
    ScreeningReport,
)


class Names:
    """Ids are their own names."""

    def name(self, key):
        return key

    place = name


def a_pair(one, other, p=0.5):
    return PairBias(experts_of=one, works_of=other, reviews=5, shift=3.0, shift_sd=2.0, z=1.5, p=p)


def an_expert(number, **changes):
    facts = {
        "id": f"e{number}",
        "municipality": "m",
        "reviews": 6,
        "severity": number - 3.0,
        "severity_span": (number - 8.0, number + 2.0),
        "outfit": 1.0,
        "consensus": 0.5,
        "uniform": 0,
        "pace": None,
        "timed": 0,
    }
    return ExpertFinding(**facts | changes)


def a_report(*experts):
    facts = dict.fromkeys(
        ("grade", "alpha", "alpha_span", "alpha_points", "icc", "icc_panel", "connectivity")
    )
    panel = PanelFinding(
        works=1, experts=len(experts), reviews=1, groups=1, connected=True, **facts
    )
    return ScreeningReport(panel=panel, experts=experts)


@pytest.mark.parametrize(
    ("value", "text"), [(3.24, "+3,2"), (-1.0, "−1,0"), (0.04, "0,0"), (-0.04, "0,0")]
)
def test_signed_numbers_have_a_true_minus_and_a_comma(value, text):
    assert view.signed(value) == text


def test_few_municipalities_are_shown_in_full():
    pairs = [a_pair("north", "south"), a_pair("south", "north")]

    assert view.matrix(pairs, Names()) == {
        "north": {"south": pairs[0]},
        "south": {"north": pairs[1]},
    }
    assert view.places(pairs, Names()) == ["north", "south"]


def test_of_many_municipalities_only_the_clearest_pairs_are_shown():
    pairs = [a_pair(f"m{at}", f"m{at + 1}", p=at / 100) for at in range(40)]
    cells = [pair for row in view.matrix(pairs, Names()).values() for pair in row.values()]

    assert len(cells) == view.MOST_PLACES
    assert max(pair.p for pair in cells) < 0.2


def test_strictness_chart_starts_with_the_strictest_and_repeats_itself_as_a_table():
    chart = view.severity_chart(a_report(*map(an_expert, range(6))), Names())

    assert [row[0] for row in chart.rows] == ["e5", "e4", "e3", "e2", "e1", "e0"]
    assert all(mark.x >= 0 and mark.x + mark.width <= 100 + 1e-9 for mark in chart.marks)
    assert view.severity_chart(a_report(), Names()) is None


def test_flags_of_one_kind_make_one_tag():
    flags = (Flag(kind=FlagKind.DRIFT, text="Раз."), Flag(kind=FlagKind.DRIFT, text="Два."))
    row = view.expert_row(an_expert(1, flags=flags), Names())

    assert row["tags"] == {"оценки меняются": "info"}
    assert row["flags"] == "оценки меняются"
    assert row["explained"] == "Раз. Два."


def test_of_many_experts_only_those_who_stand_out_are_listed_by_criterion():
    plain = Habit(code="c", severity=effect(Attention.NONE), drift=None)
    clear = Habit(code="c", severity=effect(Attention.ALARM), drift=None)
    few = a_report(*(an_expert(at, habits=(plain,)) for at in range(3)))
    many = a_report(*(an_expert(at, habits=(plain if at else clear,)) for at in range(90)))

    assert len(view.clearest_habits(few, Names())) == 3
    assert [one.id for one in view.clearest_habits(many, Names())] == ["e0"]


def effect(attention):
    return Effect(value=0.5, span=(0.1, 0.9), p=0.01, attention=attention)
