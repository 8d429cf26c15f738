"""Dates that are proposed and dates that are moved on by a year."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from flows.marathons import calendar
from schemas.marathon import Marathon, Track

MOMENTS = st.datetimes(datetime(2017, 1, 1), datetime(2035, 1, 1)).map(  # noqa: DTZ001
    lambda moment: moment.replace(tzinfo=UTC, microsecond=0)
)
ZONES = st.sampled_from(["Europe/Kaliningrad", "Asia/Irkutsk", "Asia/Kamchatka"])


def a_marathon(opens, zone, intake, reviews, live):
    return Marathon(
        id="m",
        cluster_id="c",
        title="Марафон",
        year=opens.year,
        zone=zone,
        opens_at=opens,
        submissions_until=opens + timedelta(hours=intake),
        reviews_until=opens + timedelta(hours=intake + reviews),
        live_on=(opens + timedelta(hours=intake + reviews, days=live)).date(),
        tracks=(Track(number=1, title="Все"),),
    )


@settings(max_examples=80, deadline=None)
@given(MOMENTS, ZONES, st.integers(1, 3000), st.integers(1, 3000), st.integers(0, 90), MOMENTS)
def test_moved_dates_keep_weekdays_distances_and_clocks(opens, zone, intake, reviews, live, now):
    before = a_marathon(opens, zone, intake, reviews, live)
    after = calendar.moved_on(before, now=now)
    assert after.submissions_until > now or after.year - before.year == 1
    assert (after.opens_at - before.opens_at) % timedelta(days=7) == timedelta(0)
    for name in ("submissions_until", "reviews_until"):
        assert getattr(after, name) - after.opens_at == getattr(before, name) - before.opens_at
    assert after.live_on.weekday() == before.live_on.weekday()
    years = after.year - before.year
    drift = after.opens_at - before.opens_at - timedelta(days=365.2425 * years)
    assert abs(drift) < timedelta(days=5)
    assert years >= 1


@settings(max_examples=40, deadline=None)
@given(MOMENTS, ZONES)
def test_proposed_dates_are_ahead_and_in_order(now, zone):
    dates = calendar.proposed(now, zone)
    assert now < dates.opens_at < dates.submissions_until < dates.reviews_until
    local = dates.reviews_until.astimezone(ZoneInfo(zone))
    assert f"{local:%H:%M}" == "23:59"
    assert local.date() < dates.live_on
    assert dates.live_on.weekday() < 5
