"""Meetings of eight places in order, for tests of what is counted and what is found."""

from datetime import date

from flows.council import checks
from flows.council.rules import Papers
from schemas.council import AgendaItem, Choice, Meeting, Member, Vote

PLACES = tuple("abcdefgh")


def a_meeting(**changes):
    facts = {
        "id": "m",
        "cluster_id": "c",
        "number": 2,
        "body": "методического совета",
        "theme": "Итоги марафона 2026 года",
        "place": "г. Усть-Илимск",
        "held_on": date(2026, 12, 27),
        "chair": "Ветрова Д. О.",
        "secretary": "Ясная В. П.",
        "members": tuple(Member(municipality_id=place) for place in PLACES),
        "agenda": (AgendaItem(number=1, title="Отчёт", resolution="Принять к сведению."),),
    }
    return Meeting(**facts | changes)


def a_vote(place, choice=Choice.FOR, item=1):
    return Vote(
        id=f"{place}{item}", meeting_id="m", item=item, municipality_id=place, choice=choice
    )


def papers(meeting=None, votes=None, **changes):
    every = tuple(a_vote(place) for place in PLACES)
    return Papers(
        meeting=meeting or a_meeting(), votes=every if votes is None else votes, **changes
    )


def codes(found):
    return [finding.code for finding in checks.findings(found)]
