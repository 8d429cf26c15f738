"""Whose clock it is: the zones of Russia by the city people name, in both languages."""

from collections.abc import Mapping
from typing import NamedTuple

from babel.dates import get_timezone_location


class City(NamedTuple):
    russian: str
    english: str


CITIES: Mapping[str, City] = {
    "Europe/Kaliningrad": City("Калининград", "Kaliningrad"),
    "Europe/Moscow": City("Москва", "Moscow"),
    "Europe/Kirov": City("Киров", "Kirov"),
    "Europe/Volgograd": City("Волгоград", "Volgograd"),
    "Europe/Astrakhan": City("Астрахань", "Astrakhan"),
    "Europe/Samara": City("Самара", "Samara"),
    "Europe/Saratov": City("Саратов", "Saratov"),
    "Europe/Ulyanovsk": City("Ульяновск", "Ulyanovsk"),
    "Asia/Yekaterinburg": City("Екатеринбург", "Yekaterinburg"),
    "Asia/Omsk": City("Омск", "Omsk"),
    "Asia/Barnaul": City("Барнаул", "Barnaul"),
    "Asia/Krasnoyarsk": City("Красноярск", "Krasnoyarsk"),
    "Asia/Novokuznetsk": City("Новокузнецк", "Novokuznetsk"),
    "Asia/Novosibirsk": City("Новосибирск", "Novosibirsk"),
    "Asia/Tomsk": City("Томск", "Tomsk"),
    "Asia/Irkutsk": City("Иркутск", "Irkutsk"),
    "Asia/Chita": City("Чита", "Chita"),
    "Asia/Yakutsk": City("Якутск", "Yakutsk"),
    "Asia/Khandyga": City("Хандыга", "Khandyga"),
    "Asia/Vladivostok": City("Владивосток", "Vladivostok"),
    "Asia/Ust-Nera": City("Усть-Нера", "Ust-Nera"),
    "Asia/Magadan": City("Магадан", "Magadan"),
    "Asia/Sakhalin": City("Южно-Сахалинск", "Yuzhno-Sakhalinsk"),
    "Asia/Srednekolymsk": City("Среднеколымск", "Srednekolymsk"),
    "Asia/Kamchatka": City("Петропавловск-Камчатский", "Petropavlovsk-Kamchatsky"),
    "Asia/Anadyr": City("Анадырь", "Anadyr"),
}
"""From west to east."""
ENGLISH: Mapping[str, str] = {one.russian: one.english for one in CITIES.values()}


def city(zone: str, language: str) -> str:
    """«Иркутск» or “Irkutsk” for Asia/Irkutsk; of other countries' zones what CLDR calls them."""
    known = CITIES.get(zone)
    if known is None:
        return get_timezone_location(zone, locale=language, return_city=True)
    return known.english if language == "en" else known.russian
