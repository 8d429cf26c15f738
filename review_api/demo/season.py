"""The sample marathon from rosters to results; every stage runs through Prefect.

People act through the JSON API of the started installation. Where a season would wait for weeks,
dates are moved instead and the line that is printed says so.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime

from flows import rulings
from flows.accounts import operations as accounts
from flows.compilation import publishing
from flows.council import operations as council
from flows.decision import operations as decisions
from flows.marathons import policy
from flows.notices import operations as notices
from flows.registry.importing import Desk, import_sheet
from flows.registry.sheets import read_sheet
from flows.review import operations as reviews
from review_api.demo import conversing, sample
from review_api.demo.council_members import attending, council_voters
from review_api.demo.experts import Experts
from review_api.demo.people import Caller
from review_api.texts import TEXT_VERSION
from schemas.cluster import Cluster
from schemas.council import AgendaItem, Choice
from schemas.extraction import REJECTIONS
from schemas.outbox import NoticeStatus
from schemas.people import Actor, Person, Role
from schemas.submission import FileStatus, SubmissionFile, SubmissionStatus
from storage.identifiers import new_id
from storage.installation import Installation
from storage.work import Work

Say = Callable[[str], object]

DEMO = Actor(part="demo")
TOKEN_DAYS = 30
MOST_ROUNDS = 3
NEAR = 3.0
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
        self.meeting = ""
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
                accounts.create_api_token(
                    work,
                    email,
                    signer=self.installation.signer,
                    secret=secret,
                    days=TOKEN_DAYS,
                    now=clock(),
                )
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
        with self.installation.begin() as work:
            policy.approve(work, self.marathon, by=DEMO, now=clock())
        return f"«{made['title']}», приём открыт"

    def send_materials(self) -> str:
        materials = sample.materials()
        for material in materials:
            self.caller(material.email).send_material(self.marathon, material.data, material.file)
        with self.installation.begin() as work:
            confirmed = conversing.confirm_co_author(work, self.marathon, now=clock())
            conversing.enter_on_behalf(
                work,
                self.marathon,
                text_version=TEXT_VERSION,
                by=acting(work, STAFF[0][0]),
                now=clock(),
            )
        return f"отправлено материалов: {len(materials)}, соавторство подтвердили: {confirmed}"

    def check_files(self) -> str:
        """Sweeps run as materials come in; wait until the last file has been checked."""
        self.run("check")
        while self.count(FileStatus.RECEIVED):
            self.run("check")
        for line in self.refused():
            self.say(f"  ! {line}")
        with self.installation.begin() as work:
            conversing.extend_for_refused(
                work, self.marathon, by=acting(work, STAFF[0][0]), now=clock()
            )
        accepted, refused = self.count(FileStatus.ACCEPTED), self.count(FileStatus.REFUSED)
        return f"файлов принято: {accepted}, отклонено с объяснением: {refused}"

    def files(self) -> list[SubmissionFile]:
        with self.installation.begin(read_only=True) as work:
            works = work.submissions.of_marathon(self.marathon)
            return [file for submission in works for file in work.files.of(submission.id)]

    def count(self, status: FileStatus) -> int:
        return sum(file.status is status for file in self.files())

    def refused(self) -> list[str]:
        return [
            f"{file.name}: {REJECTIONS[file.extraction.reason]}"
            for file in self.files()
            if file.extraction and file.extraction.reason
        ]

    def assign(self) -> str:
        message = self.run("assign")
        applied = self.organiser.call("POST", f"/marathons/{self.marathon}/plan/apply")
        return f"{message} Доказательство: {applied['result']['status']}, приглашения отправлены"

    def review(self) -> str:
        """Experts answer and score; who is late loses the work to somebody else."""
        sent, rounds = self.experts.answer_all(), 0
        self.ask_author()
        while self.experts.are_waited_for() and rounds < MOST_ROUNDS:
            self.experts.pass_time_for_the_late()
            self.run("collect")
            self.run("replace")
            got = self.experts.answer_all()
            sent, rounds = sent + got, rounds + 1
            if not got and not self.experts.hold_work():
                break
        self.run("collect")
        return f"экспертиз получено: {sent}, кругов замены: {rounds}"

    def ask_author(self) -> None:
        """One question for the whole season, however often reviewing is taken up again."""
        with self.installation.begin() as work:
            if not work.questions.of_marathon(self.marathon):
                organiser = acting(work, STAFF[0][0])
                title = conversing.ask_author(work, self.marathon, by=organiser, now=clock())
                self.say(f"  эксперт спросил, автор ответил: «{title}»")

    @property
    def experts(self) -> Experts:
        return Experts(self.installation, self.marathon, self.caller)

    def decide(self) -> str:
        """Propose, ask for extra reviews at the threshold, propose again."""
        message = self.run("decide")
        for _ in range(MOST_ROUNDS):
            asked = self.ask_extra_reviews()
            if not asked:
                break
            self.say(f"  у порога работ: {asked}, запрошены дополнительные экспертизы")
            self.review()
            closed = self.close_what_nobody_can_read()
            message = self.run("decide")
            self.leave_to_council(closed)
        return message

    def ask_extra_reviews(self) -> int:
        """How many works got one more review asked for."""
        with self.installation.begin() as work:
            return decisions.ask_extra_reviews(work, self.marathon, by=DEMO, now=clock())[1]

    def close_what_nobody_can_read(self) -> set[str]:
        """Works for which no lawful expert is left are decided on the reviews they have."""
        with self.installation.begin() as work:
            unread = work.submissions.of_marathon(
                self.marathon, status=[SubmissionStatus.IN_REVIEW]
            )
            for submission in unread:
                reviews.close_as_is(work, submission.id, by=DEMO, now=clock())
        return {submission.id for submission in unread}

    def leave_to_council(self, closed: set[str]) -> None:
        with self.installation.begin() as work:
            for decision in work.decisions.of_marathon(self.marathon):
                if decision.submission_id in closed and decision.outcome in decisions.UNSETTLED:
                    decisions.send_to_council(work, decision.id, by=DEMO, now=clock())

    def hold_council(self) -> str:
        """The council meets today, votes on disputed works, its word becomes the decision."""
        now = clock()
        with self.installation.begin() as work:
            plan = council.MeetingPlan(
                held_on=now.astimezone(sample.ZONE).date(), place="г. Усть-Илимск"
            )
            meeting = council.call(work, self.marathon, plan, by=DEMO, now=now)
            council.set_attendance(
                work,
                meeting.id,
                [attending(work, member) for member in meeting.members],
                version=meeting.version,
                by=DEMO,
                now=now,
            )
        self.meeting = meeting.id
        with self.installation.begin() as work:
            for item in meeting.agenda:
                if item.needs_vote:
                    self.vote(work, item)
            closing = rulings.close_meeting(work, meeting.id, by=DEMO, now=clock())
        self.run_named("write_protocol")
        passed = sum(decision.publication for decision in closing.decisions)
        return f"спорных работ: {len(closing.decisions)}, принято к публикации: {passed}"

    def vote(self, work: Work, item: AgendaItem) -> None:
        """Unanimous about business; about a work, by how near it came to the threshold."""
        choice = Choice.FOR
        if item.submission_id:
            submission = work.submissions.get(item.submission_id)
            decision = work.decisions.of_submission(submission.id, round_=submission.round)
            threshold = work.marathons.get(self.marathon).decision.publication_threshold
            near = decision is not None and (decision.score or 0) >= threshold - NEAR
            choice = Choice.FOR if near else Choice.AGAINST
            first = council_voters(work, self.meeting, item.number)[:1]
            for place in first:
                self.cast(work, item, place, Choice.ABSTAINED)
        council.cast_rest(work, self.meeting, item=item.number, choice=choice, by=DEMO, now=clock())

    def cast(self, work: Work, item: AgendaItem, place: str, choice: Choice) -> None:
        council.cast(
            work,
            self.meeting,
            item=item.number,
            municipality_id=place,
            choice=choice,
            by=DEMO,
            now=clock(),
        )

    def confirm(self) -> str:
        """The chair confirms everything together; letters are read and sent."""
        chair = self.caller(STAFF[1][0])
        items = chair.call("GET", f"/marathons/{self.marathon}/decisions")["items"]
        chosen = [item["id"] for item in items if item["status"] == "proposed"]
        done = chair.call(
            "POST", f"/marathons/{self.marathon}/decisions/confirm", json={"decisions": chosen}
        )["items"]
        letters = self.release_letters()
        kinds = ("publication", "live", "revise")
        counts = [sum(item[kind] for item in done) for kind in kinds]
        return (
            f"применено {len(done)}: к публикации {counts[0]}, очно {counts[1]}, "
            f"на доработку {counts[2]}; писем отправлено {letters}"
        )

    def release_letters(self) -> int:
        with self.installation.begin() as work:
            drafts = work.notices.of_marathon(self.marathon, status=NoticeStatus.DRAFT)
            for notice in drafts:
                notices.release(work, notice.id, by=DEMO, now=clock())
        self.run_named("deliver_notices")
        return len(drafts)

    def run_named(self, deployment: str) -> str:
        """Ask for a deployment that is no stage of its own and wait for it."""
        with self.installation.begin() as work:
            run = work.runs.ask(deployment, marathon_id=self.marathon, by=None, now=clock())
        message: str = self.organiser.follow(run.id)["message"]
        return message

    def programme(self) -> str:
        return self.run("programme")

    def compile(self) -> str:
        """The first edition, looked at and published."""
        message = self.run("compile")
        with self.installation.begin() as work:
            edition = work.editions.latest(self.marathon)
            if edition is None:
                return message
            conversing.answer_proofs(
                work, edition, self.installation.files, by=acting(work, STAFF[0][0]), now=clock()
            )
            publishing.publish(work, edition.id, by=DEMO, now=clock())
        for problem in edition.problems:
            self.say(f"  ! {problem.title}: {problem.sentence}")
        return f"{message}; выпуск {edition.number} опубликован"

    def certificates(self) -> str:
        message = self.run("certificates")
        self.release_letters()
        return message

    def report(self) -> str:
        """The papers, and an expert for the next year."""
        with self.installation.begin() as work:
            conversing.nominate(
                work,
                self.marathon,
                coordinator=acting(work, STAFF[3][0]),
                by=acting(work, STAFF[0][0]),
                now=clock(),
            )
        return self.run("report")

    def play(self) -> None:
        """The whole season in order."""
        self.stage("Реестры", self.load_registries)
        self.stage("Марафон", self.open_marathon)
        self.stage("Отправка материалов", self.send_materials)
        self.stage("Проверка файлов", self.check_files)
        self.stage("Назначение экспертов", self.assign)
        self.stage("Экспертиза", self.review)
        self.stage("Решения", self.decide)
        self.stage("Методический совет", self.hold_council)
        self.stage("Утверждение", self.confirm)
        self.stage("Программа", self.programme)
        self.stage("Сборник", self.compile)
        self.stage("Сертификаты", self.certificates)
        self.stage("Аналитика", self.report)


def acting(work: Work, email: str) -> Actor:
    """Whoever has this address, at work."""
    person = work.people.by_email(email)
    return Actor(person_id=person.id) if person else DEMO
