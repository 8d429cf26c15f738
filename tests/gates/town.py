"""A small town to look at: one season played to its end, three marathons on the way, all roles.

The season is the sample one with fewer materials; flows run as the runner runs them, in a thread.
"""

import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime

import byways

from flows.accounts import operations as accounts
from flows.runtime import conduct
from flows.runtime.deploying import DECLARED, read_deployments
from flows.runtime.dispatching import run_waiting_directly
from flows.runtime.run_queue import StoredRuns
from flows.runtime.worker import call_body, load_flow
from review_api.demo import sample
from review_api.demo.season import STAFF, Season
from schemas.people import Person, Role
from storage.installation import Installation
from storage.work import Work

MATERIALS = 14
ROLES_OF_STAFF = {role.value: email for email, _, _, role in STAFF}


class SmallSeason(Season):
    """The sample season with its first materials only."""

    def send_materials(self) -> str:
        for material in sample.materials()[:MATERIALS]:
            self.caller(material.email).send_material(self.marathon, material.data, material.file)
        return f"отправлено материалов: {MATERIALS}"


@dataclass(frozen=True)
class Town:
    """``secrets`` opens a browser of each role: what stands in its cookie."""

    installation: Installation
    address: str
    season: str
    secrets: Mapping[str, str]


@contextmanager
def clicks_are_done(installation: Installation) -> Iterator[None]:
    """Runs that people ask for are done at once in a thread."""
    entrypoints = {one.name: one.entrypoint for one in read_deployments(DECLARED)}
    queue, over = StoredRuns(installation, conduct.clock), threading.Event()

    def call(name: str, marathon: str | None, request: str) -> None:
        call_body(load_flow(entrypoints[name]), marathon=marathon, request=request)

    def work_on() -> None:
        while not over.wait(0.05):
            run_waiting_directly(queue, call)

    thread = threading.Thread(target=work_on, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def settle(installation: Installation, address: str) -> Town:
    """Play the season, then put the marathons that are still on their way beside it."""
    season = SmallSeason(installation, address, lambda _line: None)
    with clicks_are_done(installation), ExitStack() as callers:
        callers.callback(lambda: [one.client.close() for one in season.callers.values()])
        season.play()
    now = conduct.clock()
    with installation.begin() as work:
        people = somebody_of_each_role(work, season.marathon)
        teacher, expert = people["teacher"], work.experts.of_person(people["expert"].id)
        assert expert is not None
        byways.after_the_season(work, installation.files, season.marathon, now=now)
        byways.take_materials(work, teacher, season.marathon, now=now)
        byways.read_and_assign(work, teacher, expert, season.marathon, now=now)
        byways.wait_for_decisions(work, now=now)
        people["guest"] = byways.a_guest(work, now=now)
    secrets = {role: enter(installation, person, now) for role, person in people.items()}
    return Town(installation, address, season.marathon, secrets)


def somebody_of_each_role(work: Work, marathon_id: str) -> dict[str, Person]:
    """The staff, the author of a work presented live, the expert who has read most."""
    staff = {role: work.people.by_email(email) for role, email in ROLES_OF_STAFF.items()}
    busiest = max(work.experts.all(), key=lambda one: len(work.assignments.of_expert(one.id)))
    live = work.submissions.get(work.slots.of_marathon(marathon_id)[0].submission_id)
    people = staff | {
        Role.TEACHER.value: work.people.get(live.owner_id),
        Role.EXPERT.value: work.people.get(busiest.person_id),
    }
    return {role: person for role, person in people.items() if person is not None}


def enter(installation: Installation, person: Person, now: datetime) -> str:
    secret = f"gates-{person.id}"
    with installation.begin() as work:
        accounts.open_session(
            work,
            person,
            signer=installation.signer,
            secret=secret,
            days=1,
            user_agent="",
            now=now,
        )
    return secret
