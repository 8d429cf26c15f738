"""One marathon from the first upload to the last letter, acted by people who try until it works.

Whatever was acknowledged by an answer is written down in ``Said``; promises.py compares it with
what the database and the file store hold in the end.
"""

import hashlib
import io
import json
import random
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import builders

from flows.accounts import operations as accounts
from flows.intake import uploads
from flows.marathons import policy
from review_api.deps import COOKIE
from schemas.assignment import AssignmentStatus
from schemas.marathon import AssignmentPolicy, DecisionPolicy, Phase
from schemas.outbox import NoticeStatus, RunState
from schemas.people import Actor, Role
from schemas.submission import ConsentKind, FileStatus, SubmissionStatus
from storage.identifiers import new_id

SAMPLES = Path(__file__).parents[2] / "samples" / "marathon" / "files"
PAPERS = ("09.docx", "14.docx", "01.docx", "05.docx")
AT_ONCE = 3
PATIENCE_SECONDS = 1500.0
IN_PARTS = frozenset({0})  # numbers of works whose file comes in parts
SYSTEM = Actor(part="crash")


def padded(document):
    """The same document with something of a size that comes in more than one part."""
    held = io.BytesIO(document)
    with zipfile.ZipFile(held, "a") as archive:
        archive.writestr("word/media/spare.bin", random.Random(1).randbytes(uploads.PART))  # noqa: S311
    return held.getvalue()


@dataclass
class Said:
    """What people were told: that it has been taken, sent, applied, done."""

    files: dict = field(default_factory=dict)  # material -> sha256
    sent: set = field(default_factory=set)  # materials
    reviews: dict = field(default_factory=dict)  # assignment -> comment
    plans: set = field(default_factory=set)
    confirmed: set = field(default_factory=set)  # decisions
    runs: set = field(default_factory=set)


class Season:
    """The people of one marathon at work; every act may be repeated."""

    def __init__(self, town, installation, name, *, works=4):
        self.town = town
        self.installation = installation
        self.name = name
        self.works = works
        self.said = Said()
        self.material_of = {}
        with installation.begin() as work:
            self.settle(work)

    def settle(self, work):
        now = self.installation.clock.now()
        cluster = work.clusters.only() or builders.a_cluster(work)
        self.places = work.municipalities.all() or builders.members(work, cluster)
        marathon = builders.a_marathon(
            work,
            cluster,
            title=self.name,
            phase=Phase.INTAKE,
            opens_at=now - timedelta(days=1),
            submissions_until=now + timedelta(hours=2),
            reviews_until=now + timedelta(days=30),
            assignment=AssignmentPolicy(reviews=2),
            decision=DecisionPolicy(adaptive=False),
        )
        self.marathon = marathon.id
        policy.approve(work, marathon.id, by=SYSTEM, now=now)
        self.organiser = self.token(work, builders.a_person(work, "Орлова Нина Петровна"))
        office = work.people.by_email(self.email_of[self.organiser])
        work.roles.give(office.id, Role.ORGANISER, scope_id=cluster.id)
        self.teachers = [
            self.token(work, builders.a_person(work, f"Ярцева Анна {number}-я"))
            for number in range(self.works)
        ]
        if not work.experts.all():
            for place in (*self.places, *self.places):
                builders.an_expert(work, place)
        self.experts = {
            one.id: self.token(work, work.people.get(one.person_id)) for one in work.experts.all()
        }

    def token(self, work, person):
        secret = f"crash-{new_id()}"
        self.email_of = {**getattr(self, "email_of", {}), secret: person.email}
        accounts.create_api_token(
            work,
            person.email,
            signer=self.installation.signer,
            secret=secret,
            days=2,
            now=self.installation.clock.now(),
        )
        return secret

    def together(self, act, things):
        with ThreadPoolExecutor(AT_ONCE) as people:
            return list(people.map(act, things))

    # --- the stages -----------------------------------------------------------------------

    def upload(self):
        """Everybody uploads a material and sends it."""
        self.together(self.send_material, range(self.works))

    def send_material(self, number):
        token = self.teachers[number]
        paper = SAMPLES / PAPERS[number % len(PAPERS)]
        content = paper.read_bytes() if number not in IN_PARTS else padded(paper.read_bytes())
        data = {
            "title": f"Практика {number} марафона {self.name}",
            "abstract": "Как устроена практика и что она даёт детям.",
            "track": 1 + number % 3,
            "subject": "Математика",
            "authors": [
                {
                    "name": f"Ярцева Анна {number}-я",
                    "position": "учитель",
                    "organisation": "МБОУ «СОШ № 7»",
                    "municipality": self.places[number % len(self.places)].id,
                }
            ],
            "children": "none",
            "consents": [kind.value for kind in ConsentKind],
        }
        at_once = {"files": {"files": (paper.name, content)}} if number not in IN_PARTS else {}
        made = self.town.ask(
            "POST",
            f"/marathons/{self.marathon}/submissions",
            token,
            data={"data": json.dumps(data, ensure_ascii=False)},
            headers={"idempotency-key": f"{self.marathon}-{number}"},
            **at_once,
        )
        assert made.status_code == 201, made.text
        material = made.json()["submission"]["id"]
        self.material_of[number] = material
        if number in IN_PARTS and material not in self.said.files:
            self.send_in_parts(material, paper.name, content, self.browser_of(token))
        self.said.files[material] = hashlib.sha256(content).hexdigest()
        sent = self.town.ask("POST", f"/submissions/{material}/submit", token)
        if not sent.is_success:  # an answer was lost: it has been sent already
            found = self.town.ask("GET", f"/submissions/{material}", token).json()
            assert found["submission"]["status"] != "draft", sent.text
        self.said.sent.add(material)

    def browser_of(self, token):
        """Headers of a browser in which the same person has signed in."""
        secret = f"crash-{new_id()}"
        with self.installation.begin() as work:
            accounts.open_session(
                work,
                work.people.by_email(self.email_of[token]),
                signer=self.installation.signer,
                secret=secret,
                days=2,
                user_agent="",
                now=self.installation.clock.now(),
            )
        return {"cookie": f"{COOKIE}={secret}", "sec-fetch-site": "same-origin"}

    def send_in_parts(self, material, name, content, browser):
        """As the page does: it goes on where the site says that it stands."""
        place = f"/my/{material}/uploads"
        begin = {"json": {"name": name, "size": len(content)}, "headers": browser}
        begun = self.town.insist("POST", place, **begin).json()
        while begun["received"] < len(content):
            at = begun["received"]
            part = content[at : at + begun["part"]]
            where = f"{place}/{begun['id']}?offset={at}"
            told = self.town.insist("PUT", where, content=part, headers=browser)
            assert told.is_success, told.text
            begun = told.json()
        done = self.town.insist("POST", f"{place}/{begun['id']}/finish", headers=browser)
        assert done.is_success, done.text

    def check(self):
        """Nobody does anything: the sweeps check what was sent."""
        self.town.eventually(self.are_checked, "files were not checked", seconds=PATIENCE_SECONDS)

    def are_checked(self):
        with self.installation.begin(read_only=True) as work:
            works = work.submissions.of_marathon(self.marathon)
            files = [file for one in works for file in work.files.of(one.id)]
            waiting = [one for one in files if one.status is FileStatus.RECEIVED]
            checked = [one for one in works if one.status is SubmissionStatus.CHECKED]
        return not waiting and len(checked) == self.works

    def assign(self):
        self.run("assign")
        applied = self.town.ask("POST", f"/marathons/{self.marathon}/plan/apply", self.organiser)
        if not applied.is_success:  # an answer was lost: it has been applied already
            with self.installation.begin(read_only=True) as work:
                assert work.assignments.of_marathon(self.marathon), applied.text
            return
        self.said.plans.add(applied.json()["id"])

    def review(self):
        """Every expert accepts, writes and sends."""
        with self.installation.begin(read_only=True) as work:
            held = work.assignments.of_marathon(self.marathon)
            self.rubric = work.rubrics.of(self.marathon)
        self.together(self.write_review, [one for one in held if one.expert_id in self.experts])

    def write_review(self, item):
        token, path = self.experts[item.expert_id], f"/assignments/{item.id}"
        self.town.ask("POST", f"{path}/accept", token)
        draft = builders.a_full_draft(self.rubric, comment=f"Совет автору: {item.id}")
        body = draft.model_dump(mode="json")
        sent = self.town.ask("POST", f"{path}/review/submit", token, json=body)
        if not sent.is_success:
            found = self.town.ask("GET", f"{path}/review", token).json()["review"]
            assert found, sent.text
            assert found["submitted_at"], sent.text
        self.said.reviews[item.id] = draft.comment

    def decide(self):
        self.run("collect")
        self.run("decide")
        listed = self.town.ask("GET", f"/marathons/{self.marathon}/decisions", self.organiser)
        chosen = [one["id"] for one in listed.json()["items"]]
        done = self.town.ask(
            "POST",
            f"/marathons/{self.marathon}/decisions/confirm",
            self.organiser,
            json={"decisions": chosen},
        )
        if not done.is_success:
            listed = self.town.ask("GET", f"/marathons/{self.marathon}/decisions", self.organiser)
            left = [one for one in listed.json()["items"] if one["status"] != "confirmed"]
            assert not left, done.text
        self.said.confirmed |= set(chosen)

    def compile(self):
        self.run("compile")

    def certify(self):
        self.run("certificates")

    def letters(self):
        """Drafts are released; every queued letter leaves by itself."""
        from flows.notices import operations as notices

        with self.installation.begin() as work:
            for one in work.notices.of_marathon(self.marathon, status=NoticeStatus.DRAFT):
                notices.release(work, one.id, by=SYSTEM, now=self.installation.clock.now())
            work.runs.ask(
                "deliver_notices", marathon_id=None, by=None, now=self.installation.clock.now()
            )
        self.town.eventually(self.have_left, "letters have not left", seconds=PATIENCE_SECONDS)

    def have_left(self):
        with self.installation.begin(read_only=True) as work:
            return not [one for one in work.notices.all() if one.status is NoticeStatus.QUEUED]

    # --- runs -----------------------------------------------------------------------------

    def run(self, stage):
        """Click a stage, and again where it says that it was broken off too often."""
        for _ in range(4):
            status = self.follow(stage)
            if status["state"] == RunState.COMPLETED:
                return
        raise AssertionError(f"{stage}: {status}")

    def follow(self, stage):
        path = f"/marathons/{self.marathon}/stages/{stage}"
        asked = self.town.ask("POST", path, self.organiser)
        assert asked.status_code == 202, asked.text
        run = asked.json()["run"]
        self.said.runs.add(run)
        ended = {RunState.COMPLETED, RunState.FAILED}

        def has_ended():
            status = self.town.ask("GET", f"/runs/{run}", self.organiser).json()
            return status if status["state"] in ended else None

        return self.town.eventually(has_ended, f"{stage} did not end", seconds=PATIENCE_SECONDS)

    def open_assignments(self):
        with self.installation.begin(read_only=True) as work:
            held = work.assignments.of_marathon(self.marathon)
        return [one for one in held if one.status is not AssignmentStatus.SUBMITTED]
