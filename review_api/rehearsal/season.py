"""``marathon bench season``: a whole marathon of any size through really started processes.

People act through the same operations as pages, stages are asked for as a click asks for them and
run in the runner. What is measured of each stage: :class:`review_api.rehearsal.figures.Cost`.
"""

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import click

from review_api.rehearsal import country, people, processes
from review_api.rehearsal.country import Country, Size
from review_api.rehearsal.figures import Meter
from schemas.errors import Unavailable
from schemas.marathon import Phase
from schemas.outbox import RunState
from schemas.submission import SubmissionStatus
from storage.activity import Activity
from storage.installation import Installation, open_installation

PAUSE_SECONDS = 0.5
PATIENCE = timedelta(hours=3)
ENDED = frozenset({RunState.COMPLETED, RunState.FAILED})


@dataclass
class Rehearsal:
    """What the stages of one rehearsal share; ``counts`` is what each says it has done."""

    installation: Installation
    size: Size
    checked: int
    entered: int
    country: Country = field(init=False)
    counts: dict[str, object] = field(default_factory=dict)

    def run(self, deployment: str) -> str:
        """Ask for a run as a click does and wait for its end; what it said last."""
        with self.installation.begin() as work:
            asked = work.runs.ask(
                deployment, marathon_id=self.country.marathon, by=None, now=people.now()
            )
        wait(lambda: self.state(asked.id) in ENDED, deployment)
        with self.installation.begin(read_only=True) as work:
            ended = work.runs.get(asked.id)
        if ended.state is RunState.FAILED:
            raise Unavailable(f"{deployment}: {ended.message}")
        return ended.message

    def state(self, run_id: str) -> RunState:
        with self.installation.begin(read_only=True) as work:
            return work.runs.get(run_id).state


def settle(now: Rehearsal) -> object:
    now.country = country.settle(now.installation, now.size, now=people.now())
    return {"experts": now.size.experts, "municipalities": now.size.places}


def check(now: Rehearsal) -> object:
    """Some works are sent as teachers send them and really read; the others get their files."""
    people.send_works(now.installation, now.country, range(now.checked))
    wait(lambda: statuses(now).get(SubmissionStatus.CHECKED, 0) == now.checked, "check")
    return {"read": now.checked}


def fill(now: Rehearsal) -> object:
    """The rest of the works, with the checked files in turn; not read anew."""
    with now.installation.begin(read_only=True) as work:
        models = [one.id for one in work.submissions.of_marathon(now.country.marathon)]
    numbers = range(len(models), now.size.works)
    country.add_checked_works(
        now.installation, now.country, now.size, numbers, models=models, now=people.now()
    )
    people.move_on(now.installation, now.country, Phase.EXPERTISE)
    return {"put in as checked": len(numbers)}


def assign(now: Rehearsal) -> object:
    return now.run("assign_experts")


def invite(now: Rehearsal) -> object:
    return {"invited": people.apply_plan(now.installation, now.country)}


def letters(now: Rehearsal) -> object:
    """Until every queued letter has left."""
    wait(lambda: not queued(now), "letters")
    return {"left": count_letters(now)}


def review(now: Rehearsal) -> object:
    return people.write_reviews(now.installation, now.country, entered=now.entered)


def collect(now: Rehearsal) -> object:
    said = now.run("collect_reviews")
    people.move_on(now.installation, now.country, Phase.DECISION)
    return said


def decide(now: Rehearsal) -> object:
    return now.run("propose_decisions")


def confirm(now: Rehearsal) -> object:
    ruled = people.settle_decisions(now.installation, now.country)
    return {"ruled": ruled, "confirmed": people.confirm_decisions(now.installation, now.country)}


def programme(now: Rehearsal) -> object:
    return now.run("build_programme")


def compile_(now: Rehearsal) -> object:
    return now.run("compile_collection")


def certificates(now: Rehearsal) -> object:
    people.move_on(now.installation, now.country, Phase.RESULTS)
    return now.run("issue_certificates")


def report(now: Rehearsal) -> object:
    return now.run("refresh_analytics")


STAGES: dict[str, Callable[[Rehearsal], object]] = {
    "settle": settle,
    "check": check,
    "fill": fill,
    "assign": assign,
    "invite": invite,
    "letters": letters,
    "review": review,
    "collect": collect,
    "decide": decide,
    "confirm": confirm,
    "programme": programme,
    "compile": compile_,
    "certificates": certificates,
    "report": report,
}


def statuses(now: Rehearsal) -> dict[SubmissionStatus, int]:
    with now.installation.begin(read_only=True) as work:
        return work.submissions.counts(now.country.marathon)


def queued(now: Rehearsal) -> bool:
    with now.installation.begin(read_only=True) as work:
        return bool(work.notices.to_send(now=people.now() + PATIENCE, limit=1))


def count_letters(now: Rehearsal) -> int:
    with now.installation.begin(read_only=True) as work:
        return work.notices.how_many()


def wait(done: Callable[[], bool], what: str) -> None:
    """Raises ``Unavailable`` when that takes three hours."""
    end = time.monotonic() + PATIENCE.total_seconds()
    while not done():
        if time.monotonic() > end:
            raise Unavailable(f"{what}: не закончилось за {PATIENCE}.")
        time.sleep(PAUSE_SECONDS)


def run(
    *,
    works: int = 500,
    experts: int = 200,
    checked: int = 40,
    printed: int = 100,
    entered: int = 200,
    until: str = "report",
    database_url: str = "",
) -> dict[str, object]:
    """The season up to the stage ``until``; costs and words by stage."""
    size = Size(works=works, experts=experts, printed=min(printed, works))
    with opened(database_url) as (installation, meter):
        rehearsal = Rehearsal(installation, size, checked=min(checked, works), entered=entered)
        for name, stage in STAGES.items():
            with meter.measuring(name):
                rehearsal.counts[name] = stage(rehearsal)
            click.echo(f"{name}: {rehearsal.counts[name]} {meter.costs[name]}", err=True)
            if name == until:
                break
        return {
            "works": works,
            "experts": experts,
            "really": {"read": checked, "reviews entered": entered, "printable": printed},
            "stages": {
                name: cost.model_dump() | {"done": rehearsal.counts[name]}
                for name, cost in meter.costs.items()
            },
            "database_mib": meter.activity.size() // 2**20,
            "files_mib": weight(installation.settings.data / "files") // 2**20,
        }


def weight(folder: Path) -> int:
    return sum(one.stat().st_size for one in folder.rglob("*") if one.is_file())


@contextmanager
def opened(database_url: str) -> Iterator[tuple[Installation, Meter]]:
    """An installation whose parts run, and what measures them; gone afterwards."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="season-")))
        folder.chmod(0o711)  # PostgreSQL runs as somebody else when we are root
        address, parts = database_url, []
        if not address:
            (folder / "database").mkdir(mode=0o711)
            address, part = stack.enter_context(processes.database(folder / "database"))
            parts.append(part)
        settings, started = stack.enter_context(processes.started(folder / "data", address))
        installation = open_installation(settings)
        stack.callback(installation.close)
        every = (*parts, *started)
        yield installation, Meter(lambda: processes.pids(every), Activity(installation.engine))
