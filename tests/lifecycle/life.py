"""A marathon that lives: every act people and sweeps can do, each in a transaction of its own.

An act takes ``pick``, any number, and does what it says to whomever that number falls on. What the
rules refuse is counted as refused; anything else that goes wrong is a failure of the test.
"""

from collections import Counter
from datetime import timedelta

import builders

from flows import erasing, rulings
from flows.assignment import operations as assignment
from flows.certificates import operations as certificates
from flows.compilation import operations as compilation
from flows.compilation import publishing
from flows.compilation.delivery import RECORD
from flows.council import operations as council
from flows.council.operations import MeetingPlan
from flows.decision import operations as decision
from flows.intake import operations as intake
from flows.marathons import operations as marathons
from flows.programme import operations as programme
from flows.review import operations as review
from schemas.assignment import AssignmentStatus, DeclineReason
from schemas.collection import Artefact, EditionStatus
from schemas.council import Choice
from schemas.decision import DecisionStatus, Ruling
from schemas.document import Document, Paragraph, Span
from schemas.errors import MarathonError
from schemas.extraction import Extraction, Kind, RejectCode
from schemas.marathon import Phase
from schemas.people import Actor, Role
from schemas.submission import (
    Children,
    ConsentKind,
    Derivative,
    DerivativeKind,
    SubmissionDraft,
    SubmissionStatus,
)
from schemas.volume import Build
from storage.identifiers import new_id

SYSTEM = Actor(part="life")
EXPERTS_OF_A_PLACE = 2
MOST_WORKS = 8
PHASES = tuple(Phase)
SURNAMES = ("Ярцева", "Дымова", "Крутова", "Лаврова", "Мельник", "Осокина", "Пахомова", "Рудакова")


class Life:
    """One marathon of four municipalities; ``now`` is its clock."""

    def __init__(self, installation):
        self.installation = installation
        self.now = builders.NOW
        self.done = Counter()
        self.refused = Counter()
        with installation.begin() as work:
            cluster = builders.a_cluster(work)
            self.places = builders.members(work, cluster)
            marathon = builders.a_marathon(
                work,
                cluster,
                opens_at=self.now,
                submissions_until=self.now + timedelta(days=30),
                reviews_until=self.now + timedelta(days=90),
            )
            self.marathon_id = marathon.id
            self.office = Actor(person_id=builders.a_person(work, "Орлова Нина Петровна").id)
            for place in self.places:
                for _ in range(EXPERTS_OF_A_PLACE):
                    builders.an_expert(work, place)
                member = builders.a_person(work, "Советов Пётр Ильич", municipality_id=place.id)
                work.roles.give(
                    member.id, Role.COORDINATOR, scope="municipality", scope_id=place.id
                )

    def act(self, name, what):
        """Do it in one transaction; ``what`` returns False where there was nothing to do it to."""
        try:
            with self.installation.begin() as work:
                happened = what(work) is not False
        except MarathonError as refusal:
            self.refused[name, refusal.code] += 1
            return
        self.done[name] += happened

    def chosen(self, work, pick, *statuses):
        """A work of the marathon in one of the statuses, or None."""
        found = work.submissions.of_marathon(self.marathon_id, status=list(statuses))
        return found[pick % len(found)] if found else None

    def held(self, work, pick, *statuses):
        found = work.assignments.of_marathon(self.marathon_id, status=list(statuses))
        return found[pick % len(found)] if found else None

    def expert_of(self, work, item):
        return Actor(person_id=work.experts.get(item.expert_id).person_id)

    # --- time and phases ------------------------------------------------------------------

    def wait(self, days):
        self.now += timedelta(days=days)

    def move_on(self, pick):
        """To the next phase, or one back."""

        def move(work):
            phase = work.marathons.get(self.marathon_id).phase
            step = -1 if pick % 7 == 0 else 1
            to = PHASES[max(0, min(PHASES.index(phase) + step, len(PHASES) - 1))]
            marathons.move_phase(work, self.marathon_id, to, by=self.office, now=self.now)

        self.act("move_on", move)

    # --- teachers -------------------------------------------------------------------------

    def send(self, pick):
        """A new teacher sends a new work."""

        def write(work):
            if len(work.submissions.of_marathon(self.marathon_id)) >= MOST_WORKS:
                return False
            place = self.places[pick % len(self.places)]
            surname = SURNAMES[pick % len(SURNAMES)]
            owner = builders.a_person(work, f"{surname}{pick} Анна Олеговна")
            self.write_work(work, owner, place, pick)
            return True

        self.act("send", write)

    def write_work(self, work, owner, place, pick):
        by = Actor(person_id=owner.id)
        draft = intake.start(work, marathon_id=self.marathon_id, owner_id=owner.id, now=self.now)
        words = SubmissionDraft(
            title=f"Практика {pick}",
            abstract="Что это даёт детям.",
            track=1 + pick % 3,
            subject="Математика",
            authors=(builders.an_author(owner, place),),
            children=Children.NONE,
        )
        intake.save_draft(work, draft.id, words, by=by, now=self.now)
        intake.give_consents(
            work, draft.id, tuple(ConsentKind), text_version="2026-1", now=self.now
        )
        self.upload(work, draft.id, by)
        if pick % 5:
            intake.submit(work, draft.id, by=by, now=self.now)

    def upload(self, work, submission_id, by):
        stored = self.installation.files.save_bytes(f"file {new_id()}".encode())
        intake.add_file(
            work, submission_id, name="практика.docx", stored=stored, by=by, now=self.now
        )

    def send_again(self, pick):
        """The author of a returned work, a draft or one to be revised sends it (again)."""
        unsent = (SubmissionStatus.RETURNED, SubmissionStatus.DRAFT, SubmissionStatus.REVISING)

        def send(work):
            one = self.chosen(work, pick, *unsent)
            if one is None:
                return False
            by = Actor(person_id=one.owner_id)
            self.upload(work, one.id, by)
            intake.submit(work, one.id, by=by, now=self.now)
            return True

        self.act("send_again", send)

    def replace_file(self, pick):
        """The author of a sent work uploads another file."""

        def replace(work):
            one = self.chosen(work, pick, SubmissionStatus.SUBMITTED, SubmissionStatus.CHECKED)
            if one is None:
                return False
            self.upload(work, one.id, Actor(person_id=one.owner_id))
            return True

        self.act("replace_file", replace)

    def withdraw(self, pick):
        def withdraw(work):
            one = self.chosen(work, pick, *SubmissionStatus)
            if one is None:
                return False
            by = Actor(person_id=one.owner_id)
            intake.withdraw(work, one.id, by=by, now=self.now, reason="Передумали.")
            return True

        self.act("withdraw", withdraw)

    def erase(self, pick):
        """Somebody who wrote a work asks to be forgotten."""

        def erase(work):
            one = self.chosen(work, pick, *SubmissionStatus)
            person = work.people.get(one.owner_id) if one else None
            if person is None or person.erased_at is not None:
                return False
            erasing.erase(work, person, files=self.installation.files, now=self.now)
            return True

        self.act("erase", erase)

    # --- sweeps ---------------------------------------------------------------------------

    def check(self, pick):
        """The check of files: one of every four is refused."""

        def check(work):
            intake.move_checked(work, by=SYSTEM, now=self.now)
            files = intake.claim_files(work, now=self.now)
            for place, file in enumerate(files):
                found = self.refusal(file) if (pick + place) % 4 == 0 else self.reading(file)
                intake.record_check(work, file.id, *found, by=SYSTEM, now=self.now)
            return bool(files)

        self.act("check", check)

    def refusal(self, file):
        verdict = Extraction(file=file.name, status="rejected", reason=RejectCode.DAMAGED)
        return verdict, ()

    def reading(self, file):
        text = Document(blocks=(Paragraph(inlines=(Span(text=f"Текст {file.id}."),)),))
        stored = self.installation.files.save_bytes(text.model_dump_json().encode())
        made = [
            Derivative(id=new_id(), file_id=file.id, kind=kind, sha256=stored.sha256)
            for kind in (DerivativeKind.DOCUMENT, DerivativeKind.TEXT)
        ]
        return Extraction(file=file.name, status="ok", kind=Kind.DOCX, characters=5000), made

    def collect(self):
        self.act("collect", lambda w: review.collect(w, self.marathon_id, now=self.now))

    def assign(self):
        """A proposal, looked at and applied."""

        def assign(work):
            plan = assignment.propose(work, self.marathon_id, now=self.now)
            assignment.apply(work, plan.id, by=self.office, now=self.now)

        self.act("assign", assign)

    def substitute(self):
        self.act(
            "substitute",
            lambda w: assignment.replace_missing(w, self.marathon_id, by=SYSTEM, now=self.now),
        )

    # --- experts --------------------------------------------------------------------------

    def answer(self, pick):
        """An invited expert agrees, or does not."""

        def answer(work):
            item = self.held(work, pick, AssignmentStatus.INVITED)
            if item is None:
                return False
            by = self.expert_of(work, item)
            if pick % 4:
                review.accept(work, item.id, by=by, now=self.now)
            else:
                reasons = list(DeclineReason)
                reason = reasons[pick // 4 % len(reasons)]
                review.decline(work, item.id, reason=reason, by=by, now=self.now)
            return True

        self.act("answer", answer)

    def draft(self, pick):
        def draft(work):
            item = self.held(work, pick, AssignmentStatus.ACCEPTED, AssignmentStatus.IN_PROGRESS)
            return bool(item) and self.score(work, item, pick, review.save_draft, version=None)

        self.act("draft", draft)

    def review(self, pick):
        """One expert sends a review, or sends a changed one."""
        open_or_sent = (
            AssignmentStatus.ACCEPTED,
            AssignmentStatus.IN_PROGRESS,
            AssignmentStatus.SUBMITTED,
        )

        def send(work):
            item = self.held(work, pick, *open_or_sent)
            return bool(item) and self.score(work, item, pick, review.submit)

        self.act("review", send)

    def review_all(self, pick):
        """Everybody who was asked sends a review."""
        waiting = (
            AssignmentStatus.INVITED,
            AssignmentStatus.ACCEPTED,
            AssignmentStatus.IN_PROGRESS,
        )

        def send(work):
            items = work.assignments.of_marathon(self.marathon_id, status=list(waiting))
            for place, item in enumerate(items):
                self.score(work, item, pick + place, review.submit)
            return bool(items)

        self.act("review_all", send)

    def score(self, work, item, pick, how, **more):
        rubric = work.rubrics.of(self.marathon_id)
        draft = builders.a_full_draft(rubric, share=(pick % 5) / 4)
        how(work, item.id, draft, by=self.expert_of(work, item), now=self.now, **more)
        return True

    # --- decisions ------------------------------------------------------------------------

    def propose(self):
        self.act(
            "propose",
            lambda w: bool(builders.proposed_decisions(w, self.marathon_id, now=self.now)),
        )

    def proposals(self, work):
        found = work.decisions.of_marathon(self.marathon_id)
        return [one for one in found if one.status is DecisionStatus.PROPOSED]

    def rule(self, pick):
        """A person rules on some works instead of the numbers: yes, no, or revise."""

        def rule(work):
            found = self.proposals(work)
            for place, one in enumerate(found[: 1 + pick % MOST_WORKS], start=pick):
                ruling = Ruling(
                    publication=place % 3 != 1,
                    live=place % 2 == 0,
                    revise=place % 3 == 1 and pick % 2 == 0,
                    reason="Так решили организаторы, прочитав работу ещё раз.",
                )
                decision.override(work, one.id, ruling, by=self.office, now=self.now)
            return bool(found)

        self.act("rule", rule)

    def ask_more(self, pick):
        """One more review, or the council."""

        def ask(work):
            found = self.proposals(work)
            if not found:
                return False
            one = found[pick % len(found)]
            how = decision.send_to_council if pick % 2 else decision.ask_extra_review
            how(work, one.id, by=self.office, now=self.now)
            return True

        self.act("ask_more", ask)

    def meet(self, pick):
        """The council meets, votes and closes the meeting."""

        def meet(work):
            plan = MeetingPlan(
                held_on=self.now.date(),
                place="Актовый зал",
                chair="Орлова Н. П.",
                secretary="Советов П. И.",
            )
            meeting = council.call(work, self.marathon_id, plan, by=self.office, now=self.now)
            choice = list(Choice)[pick % len(Choice)]
            for item in work.meetings.get(meeting.id).agenda:
                if item.needs_vote:
                    council.cast_rest(
                        work,
                        meeting.id,
                        item=item.number,
                        choice=choice,
                        by=self.office,
                        now=self.now,
                    )
            rulings.close_meeting(work, meeting.id, by=self.office, now=self.now)

        self.act("meet", meet)

    def confirm(self, pick):
        """All proposals, or one."""

        def confirm(work):
            found = [one.id for one in self.proposals(work)]
            if not found:
                return False
            chosen = found if pick % 2 else [found[pick % len(found)]]
            decision.confirm(work, chosen, by=self.office, now=self.now)
            return True

        self.act("confirm", confirm)

    # --- results --------------------------------------------------------------------------

    def arrange(self):
        self.act(
            "arrange",
            lambda w: programme.build(w, self.marathon_id, by=self.office, now=self.now),
        )

    def build(self):
        """An edition of what may be printed; its pages are of no concern here."""

        def build(work):
            files = self.installation.files
            gathered = compilation.gather(work, self.marathon_id)
            made = Build(
                inputs=gathered.inputs(),
                outputs={},
                versions={"life": "1"},
                seen={},
                articles=len(gathered.materials),
                pages=len(gathered.materials),
            )
            stored = files.save_bytes(made.model_dump_json().encode())
            record = Artefact(path=RECORD, **stored.model_dump())
            compilation.keep(
                work, gathered, made, (record,), files=files, by=self.office, now=self.now
            )

        self.act("build", build)

    def publish(self):
        def publish(work):
            edition = work.editions.latest(self.marathon_id)
            if edition is None or edition.status is not EditionStatus.BUILT:
                return False
            publishing.publish(work, edition.id, by=self.office, now=self.now)
            return True

        self.act("publish", publish)

    def certify(self):
        def certify(work):
            if work.marathons.get(self.marathon_id).phase is not Phase.RESULTS:
                return False
            certificates.issue(work, self.marathon_id, by=self.office, now=self.now)
            return True

        self.act("certify", certify)
