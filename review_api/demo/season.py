"""The sample marathon from rosters to results; every stage runs through Prefect.

People act through the JSON API of the started installation. Where a season would wait for weeks,
dates are moved instead and the line that is printed says so.
"""

import time
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from flows.accounts import operations as accounts
from flows.decision import operations as decisions
from flows.registry.importing import Desk, import_sheet
from flows.registry.sheets import read_sheet
from review_api.demo import sample
from review_api.demo.people import Caller, Json
from schemas.assignment import TO_SCORE, AssignmentStatus
from schemas.cluster import Cluster
from schemas.people import Actor, Person, Role
from schemas.rubric import RUBRICS
from storage.identifiers import new_id
from storage.installation import Installation

Say = Callable[[str], object]

DEMO = Actor(part="demo")
TOKEN_DAYS = 30
MOST_ROUNDS = 6
STAFF = (
    ("organiser@example.ru", "Ясенева Марина Олеговна", "методист", Role.ORGANISER),
    ("chair@example.ru", "Кедрова Валентина Игоревна", "председатель совета", Role.CHAIR),
    ("secretary@example.ru", "Лиственничная Ирина Юрьевна", "секретарь совета", Role.SECRETARY),
    ("coordinator@example.ru", "Рябинина Ольга Павловна", "методист", Role.COORDINATOR),
    ("administrator@example.ru", "Тополев Денис Сергеевич", "инженер", Role.ADMINISTRATOR),
)


def clock() -> datetime:
    return datetime.now(UTC)  # noqa: TID251  (the demo is an edge)


class Season:
    """One run of the sample marathon on a started installation."""

    def __init__(self, installation: Installation, base_url: str, say: Say) -> None:
        self.installation = installation
        self.base_url = base_url
        self.say = say
        self.callers: dict[str, Caller] = {}
        self.marathon = ""
        self.simulation = sample.simulation()
        self.rubric = RUBRICS["default"]
        self.lines: list[tuple[str, str, float]] = []

    def stage(self, title: str, act: Callable[[], str]) -> None:
        """Do one part of the season and print what came of it and how long it took."""
        started = time.perf_counter()
        self.say(f"▸ {title}…")
        outcome = act()
        seconds = time.perf_counter() - started
        self.lines.append((title, outcome, seconds))
        self.say(f"  {outcome} ({seconds:.1f} с)")

    def caller(self, email: str) -> Caller:
        """The person at work, with a token made on the first act."""
        if email not in self.callers:
            secret = f"demo-{new_id()}"
            with self.installation.begin() as work:
                accounts.create_api_token(work, email, secret=secret, days=TOKEN_DAYS, now=clock())
            self.callers[email] = Caller(self.base_url, secret)
        return self.callers[email]

    @property
    def organiser(self) -> Caller:
        return self.caller(STAFF[0][0])

    def run(self, stage: str) -> str:
        """Click a stage and wait for its run; returns the run's last sentence."""
        status = self.organiser.follow(self.organiser.start(self.marathon, stage))
        message: str = status["message"]
        return message

    def load_registries(self) -> str:
        with self.installation.begin() as work:
            cluster = work.clusters.add(
                Cluster(id=new_id(), name="Северный кластер", region="Иркутская область")
            )
            desk = Desk(work, cluster, by=DEMO, now=clock())
            reports = [
                import_sheet(desk, kind, read_sheet(sample.FOLDER / f"{kind}.csv"))
                for kind in ("municipalities", "organisations", "experts")
            ]
            home = work.municipalities.resolve(cluster.id, "Усть-Кутский район")
            for email, name, position, role in STAFF:
                person = work.people.add(
                    Person(
                        id=new_id(),
                        name=name,
                        email=email,
                        position=position,
                        municipality_id=home.id,
                    )
                )
                scoped = role is Role.COORDINATOR
                work.roles.give(
                    person.id,
                    role,
                    scope="municipality" if scoped else "cluster",
                    scope_id=home.id if scoped else cluster.id,
                )
        counts = [report.created for report in reports]
        return f"муниципалитетов {counts[0]}, организаций {counts[1]}, экспертов {counts[2]}"

    def open_marathon(self) -> str:
        given = sample.marathon(clock()).model_dump(mode="json")
        made = self.organiser.call("POST", "/marathons", json=given)
        self.marathon = made["id"]
        return f"«{made['title']}», приём открыт"

    def send_materials(self) -> str:
        materials = sample.materials()
        for material in materials:
            self.caller(material.email).send_material(self.marathon, material.data, material.file)
        return f"отправлено материалов: {len(materials)}"

    def check_files(self) -> str:
        message = self.run("check")
        for item in self.refused():
            self.say(f"  ! {item}")
        return message

    def refused(self) -> list[str]:
        with self.installation.begin(read_only=True) as work:
            return [
                f"№ {submission.number} {file.name}: {file.extraction.reason.value}"
                for submission in work.submissions.of_marathon(self.marathon)
                for file in work.files.of(submission.id)
                if file.extraction and file.extraction.reason
            ]

    def assign(self) -> str:
        message = self.run("assign")
        applied = self.organiser.call("POST", f"/marathons/{self.marathon}/plan/apply")
        return f"{message} Доказательство: {applied['result']['status']}, приглашения отправлены"

    def review(self) -> str:
        """Experts answer and score; who is late loses the work to somebody else."""
        sent, rounds = self.answer_all(), 0
        while self.waits() and rounds < MOST_ROUNDS:
            self.pass_time_for_the_late()
            self.run("collect")
            self.run("replace")
            sent += self.answer_all()
            rounds += 1
        self.run("collect")
        return f"экспертиз получено: {sent}, кругов замены: {rounds}"

    def waits(self) -> bool:
        with self.installation.begin(read_only=True) as work:
            expected = work.marathons.get(self.marathon).assignment.reviews
            done: defaultdict[str, int] = defaultdict(int)
            for item in work.assignments.of_marathon(self.marathon):
                done[item.submission_id] += item.status is AssignmentStatus.SUBMITTED
            return any(
                done[one.id] < expected + one.extra_reviews
                for one in work.submissions.of_marathon(self.marathon)
                if one.status == "in_review"
            )

    def answer_all(self) -> int:
        """Every invited expert acts as the simulation says; returns how many reviews were sent."""
        with self.installation.begin(read_only=True) as work:
            people = {
                expert.person_id: expert.id
                for item in work.assignments.of_marathon(
                    self.marathon, status=[AssignmentStatus.INVITED]
                )
                for expert in [work.experts.get(item.expert_id)]
            }
            emails = [work.people.get(person).email or "" for person in sorted(people)]
        return sum(self.answer(email) for email in emails)

    def answer(self, email: str) -> int:
        caller, behaviour = self.caller(email), self.simulation.behaviour.get(email, "")
        invited = [
            item for item in caller.assignments(self.marathon) if item["status"] == "invited"
        ]
        if behaviour == "declines":
            for item in invited:
                self.decline(caller, item, "not_now")
            return 0
        if behaviour == "late":
            for item in invited:
                caller.call("POST", f"/assignments/{item['id']}/accept")
            return 0
        if behaviour == "reports_conflict" and invited:
            chosen = self.conflicting(invited)
            self.decline(caller, chosen, "conflict")
            invited.remove(chosen)
        for item in invited:
            number = self.number_of(item["id"])
            draft = self.simulation.review(number, email, self.rubric)
            caller.review(item["id"], draft)
        return len(invited)

    def decline(self, caller: Caller, item: Json, reason: str) -> None:
        note = self.simulation.notes["declines" if reason == "not_now" else "reports_conflict"][0]
        caller.call(
            "POST", f"/assignments/{item['id']}/decline", json={"reason": reason, "note": note}
        )

    def conflicting(self, invited: list[Json]) -> Json:
        wanted = self.simulation.conflict["submission"]
        named = [item for item in invited if self.number_of(item["id"]) == wanted]
        return (named or invited)[0]

    def number_of(self, assignment_id: str) -> int:
        """The simulation knows works by number; experts themselves never see it."""
        with self.installation.begin(read_only=True) as work:
            item = work.assignments.get(assignment_id)
            return work.submissions.get(item.submission_id).number

    def pass_time_for_the_late(self) -> None:
        """Moves the due dates of accepted, unscored work three weeks back."""
        late = timedelta(days=21)
        with self.installation.begin() as work:
            for item in work.assignments.of_marathon(self.marathon, status=TO_SCORE):
                work.assignments.save(
                    item.model_copy(update={"due_at": (item.due_at or clock()) - late})
                )

    def decide(self) -> str:
        """Propose, ask for extra reviews at the threshold, propose again."""
        message = self.run("decide")
        for _ in range(MOST_ROUNDS):
            with self.installation.begin() as work:
                _run, asked = decisions.ask_extra_reviews(work, self.marathon, by=DEMO, now=clock())
            if not asked:
                break
            self.say(f"  у порога работ: {asked}, запрошены дополнительные экспертизы")
            self.review()
            message = self.run("decide")
        return message

    def play(self) -> None:
        """The whole season in order."""
        self.stage("Реестры", self.load_registries)
        self.stage("Марафон", self.open_marathon)
        self.stage("Отправка материалов", self.send_materials)
        self.stage("Проверка файлов", self.check_files)
        self.stage("Назначение экспертов", self.assign)
        self.stage("Экспертиза", self.review)
        self.stage("Решения", self.decide)

    def summarise(self) -> None:
        pass
