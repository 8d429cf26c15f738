"""One line that finds works, people, experts, schools, letters, papers, meetings, marathons."""

import re
from collections.abc import Callable, Iterator, Mapping

from fastapi import APIRouter
from starlette.responses import Response

from flows.notices.letters import LETTERS
from review_api.access import can
from review_api.formats import marked
from review_api.frame import with_query
from review_api.letter_subjects import works_of
from review_api.pages.organise.desk import ORGANISE
from review_api.pages.organise.letters import STATUS_NAMES
from review_api.pages.visit import Visit, VisitDep
from schemas.base import Schema
from schemas.certificate import CERTIFICATE_NAMES
from schemas.cluster import Expert
from schemas.marathon import Marathon
from schemas.people import Person
from schemas.submission import SUBMISSION_STATUS_NAMES
from storage.repositories.people import fold

router = APIRouter()
NUMBER = re.compile(r"\s*(?:№|#|N)\s*(\d{1,6})\s*", re.IGNORECASE)
LONGEST = 200
SHORTEST = 2
FEW, MANY = 5, 100
ADDRESS = "/organise/search"


class Hit(Schema):
    title: str
    href: str
    note: str = ""


class Group(Schema):
    """Results of one kind; ``total`` may be more than ``hits``."""

    code: str
    title: str
    hits: tuple[Hit, ...]
    total: int


class Asked:
    """What was typed, by whom, and the marathons they may look into."""

    def __init__(self, visit: Visit, text: str, limit: int) -> None:
        self.visit, self.text, self.limit = visit, text, limit
        self.work = visit.work
        found = NUMBER.fullmatch(text)
        self.number = int(found[1]) if found else None
        self.marathons = {
            one.id: one
            for one in self.work.marathons.all()
            if can(visit.viewer, "marathon.edit", one)
        }

    def may(self, action: str) -> list[str]:
        """Ids of the marathons in which this person may do that."""
        return [key for key, one in self.marathons.items() if can(self.visit.viewer, action, one)]


def works(asked: Asked) -> tuple[list[Hit], int]:
    found = asked.work.search.works(
        asked.text,
        marathon_ids=asked.may("submission.list"),
        number=asked.number,
        limit=asked.limit,
    )
    hits = [
        Hit(
            title=f"№ {one.number}. {one.title or 'без названия'}",
            href=f"/organise/{one.marathon_id}/works/{one.id}",
            note=f"{asked.marathons[one.marathon_id].year}, {SUBMISSION_STATUS_NAMES[one.status]}",
        )
        for one in found.rows
    ]
    return hits, found.total


def people(asked: Asked) -> tuple[list[Hit], int]:
    if asked.number is not None or not can(asked.visit.viewer, "role.see"):
        return [], 0
    found = asked.work.search.people(asked.text, limit=asked.limit)
    hits = [
        Hit(title=one.name, href=f"/organise/people/{one.id}", note=one.email or "")
        for one in found.rows
    ]
    return hits, found.total


def experts(asked: Asked) -> tuple[list[Hit], int]:
    if asked.number is not None or not can(asked.visit.viewer, "registry.edit"):
        return [], 0
    found = asked.work.search.experts(asked.text, limit=asked.limit)
    named = asked.work.people.many(one.person_id for one in found.rows)
    places = asked.work.municipalities.many(one.municipality_id for one in found.rows)
    hits = [expert_hit(one, named, places[one.municipality_id].name) for one in found.rows]
    return hits, found.total


def expert_hit(one: Expert, named: Mapping[str, Person], place: str) -> Hit:
    return Hit(
        title=named[one.person_id].name, href=f"/organise/registry/experts/{one.id}", note=place
    )


def organisations(asked: Asked) -> tuple[list[Hit], int]:
    if asked.number is not None or not can(asked.visit.viewer, "registry.edit"):
        return [], 0
    found = asked.work.search.organisations(asked.text, limit=asked.limit)
    places = asked.work.municipalities.many(one.municipality_id for one in found.rows)
    hits = [
        Hit(
            title=one.name,
            href=with_query("/organise/registry/organisations", {"q": one.name}),
            note=places[one.municipality_id].name,
        )
        for one in found.rows
    ]
    return hits, found.total


def letters(asked: Asked) -> tuple[list[Hit], int]:
    """Letters about works that this person wrote stay with the other organisers."""
    allowed = asked.may("notice.edit")
    if asked.number is not None or not allowed:
        return [], 0
    found = asked.work.search.letters(
        asked.text, marathon_ids=allowed, but=own_things(asked.visit), limit=asked.limit
    )
    about = works_of(asked.work, found.rows)
    rows = [one for one in found.rows if not asked.visit.viewer.authored & about[one.id]]
    named = asked.work.people.many(one.person_id for one in rows if one.person_id)
    hits = [
        Hit(
            title=f"{LETTERS[one.template].name}: {named[one.person_id or ''].name}",
            href=f"/organise/{one.marathon_id}/letters/{one.id}",
            note=STATUS_NAMES.get(one.status, ""),
        )
        for one in rows
        if one.template in LETTERS
    ]
    return hits, found.total - len(found.rows) + len(rows)


def own_things(visit: Visit) -> set[str]:
    """Ids of the works this person wrote and of everything letters about them are about."""
    own = visit.viewer.authored
    found = set(own)
    for identifier in own:
        found |= {item.id for item in visit.work.assignments.of_submission(identifier)}
        found |= {item.id for item in visit.work.questions.of_submission(identifier)}
    return found | {item.id for item in visit.work.decisions.of_submissions(own)}


def certificates(asked: Asked) -> tuple[list[Hit], int]:
    allowed = asked.may("certificate.issue")
    if asked.number is not None or not allowed:
        return [], 0
    found = asked.work.search.certificates(asked.text, marathon_ids=allowed, limit=asked.limit)
    hits = [
        Hit(
            title=f"{CERTIFICATE_NAMES[one.kind]} {one.number}",
            href=f"/organise/{one.marathon_id}/certificates/{one.number}",
            note=one.holder,
        )
        for one in found.rows
    ]
    return hits, found.total


def meetings(asked: Asked) -> tuple[list[Hit], int]:
    """Meetings are few: all of them are read."""
    hits = [
        Hit(
            title=f"Протокол № {one.number}: {one.theme}",
            href=f"/council/{one.id}",
            note=f"{one.held_on:%d.%m.%Y}",
        )
        for one in asked.work.meetings.all()
        if can(asked.visit.viewer, "council.see", one)
        and fits(asked, one.number, f"{one.theme} {one.body} {one.place}")
    ]
    return hits[: asked.limit], len(hits)


def marathons(asked: Asked) -> tuple[list[Hit], int]:
    hits = [
        Hit(title=one.title, href=f"/organise/{one.id}", note=str(one.year))
        for one in asked.marathons.values()
        if fits(asked, None, marathon_words(one))
    ]
    return hits[: asked.limit], len(hits)


def marathon_words(one: Marathon) -> str:
    return f"{one.title} {one.theme} {one.year}"


def fits(asked: Asked, number: int | None, words: str) -> bool:
    if asked.number is not None:
        return number == asked.number
    text = fold(words)
    return all(word in text for word in fold(asked.text).split())


Finder = Callable[[Asked], tuple[list[Hit], int]]
KINDS: Mapping[str, tuple[str, Finder]] = {
    "works": (marked("Работы"), works),
    "people": (marked("Люди"), people),
    "experts": (marked("Эксперты"), experts),
    "organisations": (marked("Организации"), organisations),
    "letters": (marked("Письма"), letters),
    "certificates": (marked("Сертификаты"), certificates),
    "meetings": (marked("Заседания"), meetings),
    "marathons": (marked("Марафоны"), marathons),
}


def groups(visit: Visit, text: str, kind: str) -> Iterator[Group]:
    """What was found, the kinds in their order; one kind alone shows many."""
    chosen = {kind: KINDS[kind]} if kind in KINDS else KINDS
    asked = Asked(visit, text, MANY if kind in KINDS else FEW)
    for code, (title, find) in chosen.items():
        hits, total = find(asked)
        if hits:
            yield Group(code=code, title=title, hits=tuple(hits), total=total)


@router.get(ADDRESS)
def search(visit: VisitDep, q: str = "", kind: str = "") -> Response:
    visit.require("organise.enter")
    text = " ".join(q.split())[:LONGEST]
    long_enough = len(text) >= SHORTEST
    found = list(groups(visit, text, kind)) if long_enough else []
    return visit.show(
        "organise/search.html",
        breadcrumbs=(ORGANISE,),
        text=text,
        kind=kind if kind in KINDS else "",
        groups=found,
        short=bool(text) and not long_enough,
        total=sum(group.total for group in found),
    )
