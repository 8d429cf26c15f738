"""A marathon whose every person, mark and word is a canary, moved from state to state by real acts.

Files are really checked, letters really leave, the collection is really set; only the runner is a
call in this process.
"""

from datetime import timedelta

import builders
from blind import papers
from blind.canaries import ADDRESSES, AUTHORS, EXPERTS, PHONE, State

from flows.assignment import operations as assignment
from flows.certificates import operations as certificates
from flows.compilation import proofs, publishing
from flows.council import operations as council
from flows.decision import operations as decision
from flows.intake import operations as intake
from flows.marathons import operations as marathons
from flows.marathons import policy
from flows.notices import operations as notices
from flows.programme import operations as programme
from flows.review import operations as review
from flows.review import questions
from flows.runtime import conduct
from flows.runtime.deploying import DECLARED, read_deployments
from flows.runtime.dispatching import run_waiting_directly
from flows.runtime.run_queue import StoredRuns
from flows.runtime.worker import call_body, load_flow
from schemas.conflict import ConflictSource, Suspicion
from schemas.decision import Ruling
from schemas.marathon import AssignmentPolicy, DecisionPolicy, Phase
from schemas.outbox import NoticeStatus, RunState
from schemas.people import Actor, Role
from schemas.submission import Children, ConsentKind, SubmissionDraft, SubmissionStatus
from storage.identifiers import new_id

STAFF = {
    "reader": "Читателева Ада Юрьевна",
    "coordinator": "Координаторова Вера Ивановна",
    "far_coordinator": "Дальнева Зоя Ивановна",
    "organiser": "Орлова Нина Петровна",
    "marathon_organiser": "Марафонова Инга Павловна",
    "other_organiser": "Иногородняя Инна Павловна",
    "chair": "Председателева Анна Яновна",
    "secretary": "Секретарева Анна Яновна",
    "other_chair": "Чужая Анна Яновна",
    "administrator": "Админова Ада Яновна",
}
PLACES = ("Кедрозёрский район", "Лосинский район", "Глухоманский район", "Дятловский район")
OF_WORKS = {"first": "author", "second": "other_author", "third": "revising_author"}
TITLES = {
    "first": "Мастерская дробей в Пересветовской школе",
    "second": "Школьная погода Трёхключевской СОШ",
    "third": "Час истории в «Синегорьевской СОШ»",
}
SYSTEM = Actor(part="test")


class Town:
    """``state`` is where it stands; ``works`` and ``items`` are ids by their names in tests."""

    def __init__(self, installation, post):
        self.installation, self.post = installation, post
        self.state = None
        self.people, self.works, self.items = {}, {}, {}
        self.now = conduct.clock()
        self.entrypoints = {one.name: one.entrypoint for one in read_deployments(DECLARED)}
        with installation.begin() as work:
            self.settle(work)
            self.begin_marathon(work)

    # --- who there is ---------------------------------------------------------------------

    def settle(self, work):
        self.cluster = builders.a_cluster(work)
        self.places = [builders.a_municipality(work, self.cluster, name) for name in PLACES]
        for key, name in STAFF.items():
            self.people[key] = builders.a_person(work, name, email=f"{key}@blind.example")
        for key, (name, _, place) in AUTHORS.items():
            home = self.places[PLACES.index(place)]
            facts = {"email": ADDRESSES[key], "municipality_id": home.id}
            self.people[key] = builders.a_person(work, name, **facts)
        self.experts = {}
        for key, (name, email, place) in EXPERTS.items():
            home = self.places[place]
            self.people[key] = builders.a_person(work, name, email=email, municipality_id=home.id)
            capacity = 0 if key == "unassigned_expert" else 6
            facts = {"person_id": self.people[key].id, "capacity": capacity}
            self.experts[key] = builders.an_expert(work, home, **facts)

    def begin_marathon(self, work):
        facts = {
            "phase": Phase.INTAKE,
            "opens_at": self.now - timedelta(days=1),
            "submissions_until": self.now + timedelta(days=2),
            "reviews_until": self.now + timedelta(days=30),
            "live_on": (self.now + timedelta(days=40)).date(),
        }
        self.marathon = builders.a_marathon(
            work,
            self.cluster,
            **facts,
            assignment=AssignmentPolicy(reviews=2),
            decision=DecisionPolicy(adaptive=False),
        )
        other = builders.a_marathon(work, self.cluster, title="Другой марафон", **facts)
        prepared = facts | {"phase": Phase.PREPARATION, "title": "Безвестнослово"}
        self.hidden = builders.a_marathon(work, self.cluster, **prepared)
        policy.approve(work, self.marathon.id, by=SYSTEM, now=self.now)
        near, far = self.places[0].id, self.places[3].id
        for key, role, scope, scope_id in (
            ("coordinator", Role.COORDINATOR, "municipality", near),
            ("far_coordinator", Role.COORDINATOR, "municipality", far),
            ("organiser", Role.ORGANISER, "cluster", ""),
            ("marathon_organiser", Role.ORGANISER, "marathon", self.marathon.id),
            ("other_organiser", Role.ORGANISER, "marathon", other.id),
            ("chair", Role.CHAIR, "cluster", ""),
            ("secretary", Role.SECRETARY, "cluster", ""),
            ("other_chair", Role.CHAIR, "marathon", other.id),
            ("administrator", Role.ADMINISTRATOR, "cluster", ""),
        ):
            work.roles.give(self.people[key].id, role, scope=scope, scope_id=scope_id)

    def actor(self, key):
        return Actor(person_id=self.people[key].id)

    # --- the acts -------------------------------------------------------------------------

    def advance(self):
        """To the next state; letters have left and asked runs have ended when it returns."""
        self.state = State(1 if self.state is None else self.state + 1)
        for step in STEPS[self.state]:
            self.now = conduct.clock()
            with self.installation.begin() as work:
                step(self, work)
                self.ask(work, "deliver_notices")
            if self.state is not State.SENT:
                self.run_everything()
        self.now = conduct.clock()
        return self.state

    def send_all(self, work):
        for key, owner in OF_WORKS.items():
            self.works[key] = self.send(work, key, owner)

    def send(self, work, key, owner):
        by = self.actor(owner)
        lines = (owner, "co_author") if owner == "author" else (owner,)
        start = {"marathon_id": self.marathon.id, "owner_id": self.people[owner].id}
        draft = intake.start(work, **start, now=self.now)
        words = SubmissionDraft(
            title=TITLES[key],
            abstract=f"Опыт, который собрала {AUTHORS[owner][0]}.",
            track=1,
            subject="Математика",
            authors=tuple(self.line(one) for one in lines),
            children=Children.NONE,
        )
        intake.save_draft(work, draft.id, words, by=by, now=self.now)
        consents = {"text_version": "2026-1", "now": self.now}
        intake.give_consents(work, draft.id, tuple(ConsentKind), **consents)
        self.upload(work, draft.id, owner)
        intake.submit(work, draft.id, by=by, now=self.now)
        return draft.id

    def line(self, owner):
        _, school, place = AUTHORS[owner]
        home = self.places[PLACES.index(place)]
        facts = {"organisation": f"МБОУ «{school} СОШ»"}
        return builders.an_author(self.people[owner], home, **facts)

    def upload(self, work, submission_id, owner):
        name, school, place = AUTHORS[owner]
        surname = name.split()[0]
        if owner == "other_author":
            file, content = f"{surname}.pdf", papers.pdf("потаённо")
        else:
            which = "first" if owner == "author" else "third"
            about = (name, school, place, f"svyaz-{which}@pishite.example", PHONE, "потаённо")
            file, content = f"{surname}.docx", papers.docx(*about)
        stored = self.installation.files.save_bytes(content)
        facts = {"stored": stored, "by": self.actor(owner), "now": self.now}
        intake.add_file(work, submission_id, name=file, **facts)

    def check(self, work):
        self.ask(work, "check_new_submissions")

    def begin_reviewing(self, work):
        office = self.actor("organiser")
        self.move(work, Phase.EXPERTISE)
        plan = assignment.propose(work, self.marathon.id, now=self.now)
        assignment.apply(work, plan.id, by=office, now=self.now)
        self.note_items(work)
        for (key, expert), item in self.items.items():
            if (key, expert) != ("third", self.of("third")[0]):  # one has not answered
                review.accept(work, item, by=self.actor(expert), now=self.now)
        [first, *_] = self.of("first")
        item = self.items["first", first]
        self.draft(work, "first", first, review.save_draft, version=None)
        asked = questions.ask(
            work, item, "Вопрослово: сколько уроков?", by=self.actor(first), now=self.now
        )
        seen = {"version": asked.version, "by": office, "now": self.now}
        questions.pass_on(work, asked.id, "Переданослово: сколько уроков?", **seen)
        self.question = asked.id
        self.suspect(work)

    def suspect(self, work):
        found = Suspicion(
            id=new_id(),
            marathon_id=self.marathon.id,
            submission_id=self.works["first"],
            expert_id=self.experts["unassigned_expert"].id,
            source=ConflictSource.SURNAME,
            evidence="Уликослово.",
            found_at=self.now,
        )
        self.suspicion = work.suspicions.add(found).id

    def note_items(self, work):
        """Assignments by (work, expert): two read the first material together."""
        names = {one.id: key for key, one in self.experts.items()}
        works = {value: key for key, value in self.works.items()}
        for item in work.assignments.of_marathon(self.marathon.id):
            pair = works[item.submission_id], names[item.expert_id]
            self.items[pair] = item.id

    def of(self, key):
        """Experts who hold the work."""
        return sorted(expert for work, expert in self.items if work == key)

    def draft(self, work, key, expert, how, **more):
        rubric = work.rubrics.of(self.marathon.id)
        words = {
            "comment": f"Отзывослово{expert.replace('_', '')}{key} о материале.",
            "note": f"Запискослово{expert.replace('_', '')}{key} оргкомитету.",
        }
        share = 0.7 if key == "first" else 0.9
        draft = builders.a_full_draft(rubric, share=share, **words)
        how(work, self.items[key, expert], draft, by=self.actor(expert), now=self.now, **more)

    def send_one_review(self, work):
        """Of the first material, by whoever has drafted nothing; the other has a draft."""
        self.draft(work, "first", self.of("first")[1], review.submit)

    def send_reviews(self, work):
        for key, expert in self.items:
            self.draft(work, key, expert, review.submit)
        review.collect(work, self.marathon.id, now=self.now)

    def begin_deciding(self, work):
        self.move(work, Phase.DECISION)

    def decide(self, work):
        found = builders.proposed_decisions(work, self.marathon.id, now=self.now)
        works = {value: key for key, value in self.works.items()}
        self.decisions = {works[one.submission_id]: one.id for one in found}
        for key, one in self.decisions.items():
            ruling = Ruling(
                publication=key != "third",
                live=key != "third",
                revise=key == "third",
                reason=f"Причинослово{key}: так решил оргкомитет, прочитав работу ещё раз.",
            )
            decision.override(work, one, ruling, by=self.actor("organiser"), now=self.now)
        plan = council.MeetingPlan(held_on=self.now.date(), place="Актовый зал")
        by = {"by": self.actor("secretary"), "now": self.now}
        self.meeting = council.call(work, self.marathon.id, plan, **by).id

    def release(self, work):
        chosen = list(self.decisions.values())
        decision.confirm(work, chosen, by=self.actor("chair"), now=self.now)
        self.let_letters_go(work)

    def let_letters_go(self, work):
        for one in work.notices.of_marathon(self.marathon.id, status=NoticeStatus.DRAFT):
            notices.release(work, one.id, by=self.actor("organiser"), now=self.now)

    def send_second_round(self, work):
        """The third material comes back with its file anew."""
        one = work.submissions.get(self.works["third"])
        assert one.status is SubmissionStatus.REVISING, one.status
        self.upload(work, one.id, "revising_author")
        intake.submit(work, one.id, by=self.actor("revising_author"), now=self.now)

    def read_second_round(self, work):
        """Whoever read it before reads it again; one has sent marks, the other drafts them."""
        plan = assignment.propose(work, self.marathon.id, now=self.now)
        office = self.actor("organiser")
        invited = assignment.apply(work, plan.id, by=office, now=self.now)
        names = {one.id: key for key, one in self.experts.items()}
        self.again = {("third", names[one.expert_id]): one.id for one in invited}
        self.items |= self.again
        [[_, first], [_, second]] = sorted(self.again)
        self.draft(work, "third", first, review.submit)
        self.draft(work, "third", second, review.save_draft, version=None)

    def end_second_round(self, work):
        for key, expert in self.again:
            self.draft(work, key, expert, review.submit)
        review.collect(work, self.marathon.id, now=self.now)
        [last] = builders.proposed_decisions(work, self.marathon.id, now=self.now)
        decision.confirm(work, [last.id], by=self.actor("chair"), now=self.now)
        self.move(work, Phase.RESULTS)

    def compile(self, work):
        programme.build(work, self.marathon.id, by=self.actor("organiser"), now=self.now)
        self.ask(work, "compile_collection")

    def publish(self, work):
        office = {"by": self.actor("organiser"), "now": self.now}
        edition = work.editions.latest(self.marathon.id)
        proofs.ask(work, edition.id, files=self.installation.files, **office)
        publishing.publish(work, edition.id, **office)
        certificates.issue(work, self.marathon.id, **office)
        self.ask(work, "issue_certificates")
        self.ask(work, "refresh_analytics")
        self.let_letters_go(work)

    def ask(self, work, deployment):
        work.runs.ask(deployment, marathon_id=self.marathon.id, by=None, now=self.now)

    def withdraw(self, work):
        by = self.actor("other_author")
        intake.withdraw(work, self.works["second"], by=by, now=self.now, reason="Передумали.")

    def move(self, work, phase):
        by = self.actor("organiser")
        marathons.move_phase(work, self.marathon.id, phase, by=by, now=self.now)

    # --- runs -----------------------------------------------------------------------------

    def run_everything(self):
        """What was asked for, as the runner does it; nothing may fail."""
        queue = StoredRuns(self.installation, conduct.clock)

        def call(name, marathon, request):
            call_body(load_flow(self.entrypoints[name]), marathon=marathon, request=request)

        while run_waiting_directly(queue, call):
            pass
        with self.installation.begin(read_only=True) as work:
            failed = [run for run in work.runs.all() if run.state is RunState.FAILED]
        assert not failed, failed


STEPS = {
    State.SENT: (Town.send_all,),
    State.CHECKED: (Town.check,),
    State.IN_REVIEW: (Town.begin_reviewing,),
    State.REVIEWED: (Town.send_reviews,),
    State.PROPOSED: (Town.begin_deciding,),  # whoever walks lets it ``decide``
    State.RELEASED: (Town.release,),
    State.SECOND_ROUND: (Town.send_second_round, Town.read_second_round),
    State.PUBLISHED: (Town.end_second_round, Town.compile, Town.publish),
    State.WITHDRAWN: (Town.withdraw,),
}
