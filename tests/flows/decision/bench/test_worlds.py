"""Made-up marathons are repeatable, lawful, and their truth is the mean over all experts."""

from collections import Counter

import numpy as np
import pytest

from flows.decision.bench import worlds
from flows.decision.bench.layouts import Layout
from flows.decision.bench.methods import raw_means
from flows.decision.bench.worlds import (
    CUTS_REFERENCE,
    CUTS_STEEPER,
    GIVER,
    NOISE,
    RECEIVER,
    WEIGHTS,
    Setting,
    simulate,
)
from flows.decision.engine import agreement
from flows.decision.engine.severity import tabulate


def marks_of(setting):
    world = simulate(setting, 0)
    return tabulate(world.problem(world.usual()).reviews)


def test_same_seed_gives_the_same_marks_and_another_number_others():
    setting = Setting(1, works=20, scale_use=0.3, careless=0.2, favour=1, mutual=True)
    one, two, other = simulate(setting, 3), simulate(setting, 3), simulate(setting, 4)

    assert one.problem(one.usual()) == two.problem(two.usual())
    assert one.problem(one.usual()) != other.problem(other.usual())


def test_sixty_per_cent_of_works_are_truly_above_the_threshold():
    world = simulate(Setting(1), 0)

    assert (world.truth >= world.threshold).sum() == 36


@pytest.mark.parametrize("works", [30, 60, 200])
def test_panels_hold_four_experts_of_four_other_municipalities(works):
    world = simulate(Setting(1, works=works), 0)

    for place, panel in enumerate(world.panels):
        homes = [world.work_homes[place], *world.expert_homes[panel]]
        assert len(set(homes)) == 5


def test_loads_are_even_when_everyone_has_three_reviews():
    world = simulate(Setting(1), 0)
    load = Counter(np.concatenate([panel[:3] for panel in world.panels]).tolist())

    assert set(load.values()) == {7, 8}
    assert len(load) == 24


@pytest.mark.parametrize(
    ("layout", "groups", "least", "most"),
    [
        (Layout.SPREAD, 1, 1, 9),
        (Layout.HALVES, 2, 0, 1e-9),
        (Layout.CLOSED, 8, 0, 1e-9),
        (Layout.SWAPPED, 1, 0.05, 0.5),
        (Layout.ANCHORED, 1, 0.999, 9),
    ],
)
def test_layouts_are_linked_as_their_names_say(layout, groups, least, most):
    marks = marks_of(Setting(1, layout=layout))

    assert len(set(agreement.components(marks))) == groups
    assert least <= agreement.connectivity(marks) <= most


@pytest.mark.parametrize("cuts", [CUTS_REFERENCE, CUTS_STEEPER])
@pytest.mark.parametrize("scale_use", [0.0, 0.3])
def test_truth_is_the_mean_score_over_very_many_experts(scale_use, cuts):
    setting = Setting(1, works=4, scale_use=scale_use, cuts=cuts)
    rng = np.random.default_rng(5)
    quality = rng.normal(size=(4, 5))
    shape = (40_000, 1, 1)
    stretch = np.exp(scale_use * rng.normal(size=shape))
    noise = setting.halo * rng.normal(size=shape) + NOISE * rng.normal(size=(40_000, 1, 5))
    seen = stretch * (quality + noise) - setting.severity * rng.normal(size=shape)
    scores = 100 * (seen[..., None] > np.array(cuts)).sum(axis=-1) @ WEIGHTS / 30

    truth = worlds.points(worlds._expected_levels(quality, setting))

    assert scores.mean(axis=0) == pytest.approx(truth, abs=0.6)


def test_raw_mean_of_the_reference_sheet_errs_as_in_the_reference_study():
    def error(severity):
        worlds_ = [simulate(Setting(1, severity=severity), number) for number in range(60)]
        raw = [raw_means(world.problem(world.usual())) for world in worlds_]
        truth = [world.truth for world in worlds_]
        return np.sqrt(np.mean((np.array(raw) - np.array(truth)) ** 2))

    assert error(0.0) == pytest.approx(11.0, abs=0.6)
    assert error(0.7) == pytest.approx(13.1, abs=0.6)


def test_steeper_sheet_shows_the_same_reviews_with_more_points_between_them():
    flat, steep = (simulate(Setting(1, cuts=cuts), 0) for cuts in (CUTS_REFERENCE, CUTS_STEEPER))

    assert steep.truth.std() > 1.05 * flat.truth.std()
    assert np.corrcoef(steep.truth, flat.truth)[0, 1] > 0.99
    assert all(map(np.array_equal, steep.panels, flat.panels))


def test_careless_experts_say_nothing_about_the_works():
    def link(careless):
        world = simulate(Setting(1, works=200, careless=careless), 0)
        return np.corrcoef([score.mean() for score in world.score], world.truth)[0, 1]

    assert link(0.0) > 0.7
    assert abs(link(1.0)) < 0.2


@pytest.mark.parametrize("mutual", [False, True])
def test_favours_reach_only_the_works_they_are_meant_for(mutual):
    setting = {"tag": 1, "works": 60, "mutual": mutual}
    honest, favoured = simulate(Setting(**setting), 0), simulate(Setting(**setting, favour=99), 0)
    pairs = {(GIVER, RECEIVER), (RECEIVER, GIVER)} if mutual else {(GIVER, RECEIVER)}
    met = 0

    for place, panel in enumerate(honest.panels):
        for seat, expert in enumerate(panel):
            pair = (honest.expert_homes[expert], honest.work_homes[place])
            met += pair in pairs
            meant = 100 if pair in pairs else honest.score[place][seat]
            assert favoured.score[place][seat] == meant
    assert met > 3


def test_advice_to_present_live_follows_suitability_more_than_chance():
    world = simulate(Setting(1, works=200), 0)
    share = [np.mean([said in ("live", "both") for said in advice]) for advice in world.advice]

    assert np.corrcoef(share, world.talk)[0, 1] > 0.6
    assert 0.3 < np.corrcoef(world.truth, world.talk)[0, 1] < 0.7
