"""A clock that is set back opens nothing that was closed."""

from datetime import timedelta

from storage.clock import MOST_BACK, Clock

NOON = 1_800_000_000.0
HOUR = timedelta(hours=1).total_seconds()


def test_moments_of_the_machine_are_told_as_they_are(tmp_path):
    clock = Clock(tmp_path / "clock")

    assert [clock.seconds(NOON + step) for step in (0, 0.1, 5, HOUR)] == [
        NOON,
        NOON + 0.1,
        NOON + 5,
        NOON + HOUR,
    ]


def test_clock_set_back_stands_still_until_it_has_caught_up(tmp_path):
    clock = Clock(tmp_path / "clock")
    clock.seconds(NOON)

    assert clock.seconds(NOON - HOUR) == NOON
    assert clock.seconds(NOON - 1) == NOON
    assert clock.seconds(NOON + 1) == NOON + 1


def test_other_processes_and_restarts_know_the_latest_moment(tmp_path):
    Clock(tmp_path / "clock").seconds(NOON)

    assert Clock(tmp_path / "clock").seconds(NOON - HOUR) == NOON


def test_clock_that_was_days_ahead_by_mistake_is_not_followed(tmp_path):
    clock = Clock(tmp_path / "clock")
    clock.seconds(NOON + 2 * MOST_BACK)

    assert clock.seconds(NOON) == NOON
    assert Clock(tmp_path / "clock").seconds(NOON + 1) == NOON + 1


def test_without_a_place_for_the_mark_the_process_still_remembers(tmp_path):
    clock = Clock(tmp_path / "nowhere" / "clock")
    clock.seconds(NOON)

    assert clock.seconds(NOON - HOUR) == NOON
