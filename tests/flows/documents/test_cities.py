"""The table of zones holds every zone of Russia and no wrong name."""

from zoneinfo import available_timezones

import pytest
from babel.dates import get_timezone_location

from flows.documents.cities import CITIES, city


def test_every_zone_is_known_to_the_clock():
    assert set(CITIES) <= available_timezones()


@pytest.mark.parametrize("zone", CITIES)
def test_city_is_called_as_the_world_calls_its_zone(zone):
    assert CITIES[zone].russian in {
        get_timezone_location(zone, locale="ru", return_city=True),
        {"Asia/Sakhalin": "Южно-Сахалинск", "Asia/Kamchatka": "Петропавловск-Камчатский"}.get(zone),
    }


def test_zone_of_another_country_is_named_too():
    assert city("Asia/Bishkek", "ru") == "Бишкек"
    assert city("Asia/Bishkek", "en") == "Bishkek"
