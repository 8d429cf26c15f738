"""``marathon bench lists``: what every page costs that shows many things, at two sizes of a marathon.

The application answers in this process, on a fresh SQLite installation filled by ``many_works``;
a page costs questions to the database, milliseconds of wall clock (p50 and p95) and kilobytes.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from starlette.testclient import TestClient

from flows.accounts import operations as accounts
from review_api.app import create_app
from review_api.deps import COOKIE, get_now
from review_api.many_works import NOW, Town, settle
from schemas.people import Person, Role
from schemas.settings import IN_ITS_FOLDER, Settings
from storage.asking import counted
from storage.identifiers import new_id
from storage.installation import Installation, open_installation
from storage.repositories.many_lists import WantedAssignments
from storage.schema_version import migrate
from storage.work import Work

SIZES = (40, 20_000)
ROUNDS = 20
ORGANISER = (
    "",
    "/works",
    "/works?status=in_review&sort=-score",
    "/works?q=история",
    "/assignment",
    "/assignment?late=yes",
    "/conflicts",
    "/decisions",
    "/screening",
    "/letters",
    "/letters?status=draft",
    "/programme",
    "/collection",
    "/certificates",
    "/analytics",
    "/common-round",
    "/policy",
    "/setup",
    "/questions",
    "/extensions",
    "/journal",
    "/runs",
    "/works/files",
)
CLUSTER = (
    "/organise",
    "/organise/people",
    "/organise/people/invitations",
    "/organise/registry/experts",
    "/organise/registry/municipalities",
    "/organise/registry/organisations",
    "/organise/search?q=история",
    "/organise/nominations",
    "/council",
)
OTHERS: Mapping[str, tuple[str, ...]] = {
    "administrator": ("/administer", "/administer/journal", "/administer/access"),
    "coordinator": (
        "/coordinate",
        "/coordinate/teachers",
        "/coordinate/certificates",
        "/coordinate/remind",
    ),
    "expert": ("/expert", "/expert/record", "/expert/kit", "/expert/wishes"),
    "teacher": ("/my",),
    "nobody": ("/", "/marathons/{id}", "/marathons/{id}/programme", "/marathons/{id}/collection"),
}
JSON = (
    "/api/v1/marathons/{id}/submissions",
    "/api/v1/marathons/{id}/assignments",
    "/api/v1/marathons/{id}/decisions",
)


class Cost(NamedTuple):
    """Of one page: questions to the database, milliseconds, those of this process's work, kilobytes."""

    status: int
    questions: int
    p50: float
    p95: float
    busy: float
    kilobytes: float


def run() -> dict[str, object]:
    found = {str(works): measured(works) for works in SIZES}
    small, large = (found[str(works)] for works in SIZES)
    worst = sorted(large, key=lambda page: -large[page].p95)
    return {
        page: {"few": small[page]._asdict(), "many": large[page]._asdict()} for page in worst
    } | {"growing": [page for page in worst if large[page].questions > small[page].questions]}


def measured(works: int, *, rounds: int = ROUNDS) -> dict[str, Cost]:
    """By page, of a throw-away installation with ``works`` works."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        os.environ |= IN_ITS_FOLDER
        settings = Settings(data=Path(folder))
        migrate(settings.database)
        installation = open_installation(settings)
        try:
            with installation.begin() as work:
                town = settle(work, works=works)
            return costs(installation, town, rounds=rounds)
        finally:
            installation.close()


def costs(installation: Installation, town: Town, *, rounds: int) -> dict[str, Cost]:
    """By role and address, each page opened once unseen and then ``rounds`` times."""
    with opened(installation, town) as browsers:
        return {
            f"{role} {address}": cost_of(installation, browsers[role], path, rounds)
            for role, address in pages()
            for path in [address.format(id=town.marathon.id)]
        }


def pages() -> Iterator[tuple[str, str]]:
    """(role, address) of everything that is measured; ``{id}`` is the marathon."""
    yield from (("organiser", f"/organise/{{id}}{tail}") for tail in ORGANISER)
    yield from (("organiser", address) for address in (*CLUSTER, *JSON))
    for role, addresses in OTHERS.items():
        yield from ((role, address) for address in addresses)


@contextmanager
def opened(installation: Installation, town: Town) -> Iterator[dict[str, TestClient]]:
    """A browser of each role."""
    app = create_app(installation)
    app.dependency_overrides[get_now] = lambda: NOW
    with installation.begin() as work:
        secrets = {role: enter(work, installation, who) for role, who in staff(work, town).items()}
    browsers = {
        role: TestClient(app, base_url="http://127.0.0.1", cookies={COOKIE: secret})
        for role, secret in secrets.items()
    }
    yield browsers | {"nobody": TestClient(app, base_url="http://127.0.0.1")}


def staff(work: Work, town: Town) -> dict[str, Person]:
    made = {}
    for role in (Role.ORGANISER, Role.ADMINISTRATOR, Role.COORDINATOR):
        made[role.value] = work.people.add(
            Person(id=new_id(), name="Кедрова Инна Львовна", email=f"{role.value}@example.org")
        )
        place = town.places[0].id if role is Role.COORDINATOR else ""
        work.roles.give(
            made[role.value].id,
            role,
            scope="municipality" if place else "cluster",
            scope_id=place,
        )
    return made | {
        "expert": somebody_reading(work, town.marathon.id),
        "teacher": work.people.get(town.works[0].owner_id),
    }


def somebody_reading(work: Work, marathon_id: str) -> Person:
    """An expert with a work to score."""
    wanted = WantedAssignments(marathon_id=marathon_id, now=NOW, status="accepted")
    [found] = work.assignment_lists.first(wanted, sort="work", limit=1)
    expert = work.experts.get(work.assignments.get(found).expert_id)
    return work.people.get(expert.person_id)


def enter(work: Work, installation: Installation, person: Person) -> str:
    secret = f"lists-{person.id}-{new_id()}"
    accounts.open_session(
        work,
        person,
        signer=installation.signer,
        secret=secret,
        days=30,
        user_agent="",
        now=NOW - timedelta(minutes=1),
    )
    return secret


def cost_of(installation: Installation, browser: TestClient, path: str, rounds: int) -> Cost:
    with counted(installation.engine) as asked:
        answer = browser.get(path)
        questions = asked()
    before = time.process_time()
    taken = [seconds(lambda: browser.get(path)) for _ in range(max(rounds, 2))]
    busy = (time.process_time() - before) / len(taken)
    return Cost(
        answer.status_code,
        questions,
        round(statistics.median(taken) * 1000, 1),
        round(statistics.quantiles(taken, n=20)[-1] * 1000, 1),
        round(busy * 1000, 1),
        round(len(answer.content) / 1024, 1),
    )


def seconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began
