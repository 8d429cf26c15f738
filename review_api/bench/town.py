"""The people and works of a deadline day: teachers with drafts, experts with sheets, a volume."""

import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flows.accounts import operations as accounts
from flows.compilation import synthetic
from flows.compilation.compiling import assemble
from flows.compilation.operations import store
from flows.intake import operations as intake
from review_api.bench.sizes import Size
from schemas.assignment import Assignment, AssignmentStatus
from schemas.cluster import Cluster, Expert, Municipality
from schemas.collection import Edition, EditionStatus
from schemas.marathon import Marathon, Phase, Track
from schemas.people import Actor, Person
from schemas.submission import (
    Author,
    Children,
    Consent,
    ConsentKind,
    Derivative,
    DerivativeKind,
    FileStatus,
    Submission,
    SubmissionDraft,
    SubmissionFile,
    SubmissionStatus,
)
from schemas.volume import Volume, VolumeArticle
from storage.identifiers import new_id
from storage.installation import Installation
from storage.work import Work

HOME = "город Замеров"
IN_ONE = 200  # rows of people a transaction


@dataclass(frozen=True)
class Teacher:
    """``secret`` of the session's cookie, ``token`` of the API, ids of marathon and draft."""

    secret: str
    token: str
    marathon: str
    submission: str


@dataclass(frozen=True)
class Seat:
    """An expert with one begun review."""

    secret: str
    token: str
    assignment: str


@dataclass(frozen=True)
class Town:
    """``published`` is the marathon whose collection is read, ``files`` what it offers."""

    marathon: str
    teachers: tuple[Teacher, ...]
    seats: tuple[Seat, ...]
    published: str
    articles: int
    files: tuple[str, ...]


class Builder:
    """Fills an empty installation; each step is a transaction of its own."""

    def __init__(self, installation: Installation, size: Size) -> None:
        self.installation = installation
        self.size = size
        self.now = datetime.now(UTC)  # noqa: TID251  (a bench is an edge)

    def build(self) -> Town:
        """Everything a deadline day needs."""
        with self.installation.begin() as work:
            cluster = work.clusters.add(Cluster(id=new_id(), name="Замер"))
            self.home = work.municipalities.add(
                Municipality(id=new_id(), cluster_id=cluster.id, name=HOME)
            )
            self.cluster = cluster.id
            current = self.marathon(work, Phase.INTAKE, days=1)
            past = self.marathon(work, Phase.ARCHIVE, days=-30)
        with tempfile.TemporaryDirectory(prefix="bench-volume-") as folder:
            desk = Path(folder)
            volume = synthetic.volume(self.size.articles, images=desk / "images")
            files = self.publish(past, volume, desk / "out")
            seats = self.seats(current, volume)
        return Town(
            marathon=current,
            teachers=self.teachers(current),
            seats=seats,
            published=past,
            articles=self.size.articles,
            files=files,
        )

    def marathon(self, work: Work, phase: Phase, *, days: int) -> str:
        """Its id; material is taken until ``days`` from now."""
        until = self.now + timedelta(days=days)
        made = work.marathons.add(
            Marathon(
                id=new_id(),
                cluster_id=self.cluster,
                title=f"Замер {phase}",
                year=self.now.year,
                phase=phase,
                opens_at=until - timedelta(days=30),
                submissions_until=until,
                reviews_until=until + timedelta(days=10),
                live_on=(until + timedelta(days=20)).date(),
                tracks=(Track(number=1, title="Замеры"),),
            )
        )
        return made.id

    def account(self, work: Work, name: str) -> tuple[Person, str]:
        """A person who is signed in and has a token; both secrets are the returned one."""
        secret, email = f"secret-of-{name}", f"{name}@example.ru"
        person = work.people.add(Person(id=new_id(), name="Замерова Анна Петровна", email=email))
        signer, now = self.installation.signer, self.now
        accounts.open_session(
            work, person, signer=signer, secret=secret, days=1, user_agent="bench", now=now
        )
        accounts.create_api_token(work, email, signer=signer, secret=secret, days=1, now=now)
        return person, secret

    def author(self, person: Person) -> Author:
        return Author(name=person.name, organisation="Школа № 1", municipality_id=self.home.id)

    def teachers(self, marathon_id: str) -> tuple[Teacher, ...]:
        found: list[Teacher] = []
        while len(found) < self.size.teachers:
            with self.installation.begin() as work:
                last = min(self.size.teachers, len(found) + IN_ONE)
                found += [self.teacher(work, marathon_id, one) for one in range(len(found), last)]
        return tuple(found)

    def teacher(self, work: Work, marathon_id: str, number: int) -> Teacher:
        person, secret = self.account(work, f"teacher-{number}")
        started = intake.start(work, marathon_id=marathon_id, owner_id=person.id, now=self.now)
        draft = SubmissionDraft(title=f"Практика {number}", track=1, authors=(self.author(person),))
        intake.save_draft(work, started.id, draft, by=Actor(person_id=person.id), now=self.now)
        return Teacher(secret, secret, marathon_id, started.id)

    def seats(self, marathon_id: str, volume: Volume) -> tuple[Seat, ...]:
        """Experts round the works, each work with its blind text."""
        articles = list(volume.articles())
        with self.installation.begin() as work:
            works = [
                self.work(work, marathon_id, articles[number % len(articles)], number + 1).id
                for number in range(self.size.works)
            ]
        with self.installation.begin() as work:
            return tuple(
                self.seat(work, marathon_id, works[number % len(works)], number)
                for number in range(self.size.experts)
            )

    def seat(self, work: Work, marathon_id: str, submission_id: str, number: int) -> Seat:
        person, secret = self.account(work, f"expert-{number}")
        expert = work.experts.add(
            Expert(
                id=new_id(),
                cluster_id=self.cluster,
                person_id=person.id,
                municipality_id=self.home.id,
            )
        )
        assignment = work.assignments.add(
            Assignment(
                id=new_id(),
                marathon_id=marathon_id,
                submission_id=submission_id,
                expert_id=expert.id,
                status=AssignmentStatus.IN_PROGRESS,
                proposed_at=self.now,
            )
        )
        return Seat(secret, secret, assignment.id)

    def work(
        self,
        work: Work,
        marathon_id: str,
        article: VolumeArticle,
        number: int,
        *,
        status: SubmissionStatus = SubmissionStatus.IN_REVIEW,
    ) -> Submission:
        """A checked work with the text that experts and readers see."""
        owner, _ = self.account(work, f"author-{number}-{status}")
        made = work.submissions.add(
            Submission(
                id=new_id(),
                marathon_id=marathon_id,
                number=number,
                owner_id=owner.id,
                status=status,
                title=article.title,
                abstract=article.abstract,
                keywords=article.keywords,
                track=1,
                authors=(self.author(owner),),
                consents=tuple(
                    Consent(kind=kind, text_version="bench", given_at=self.now)
                    for kind in ConsentKind
                ),
                children=Children.NONE,
                created_at=self.now,
                submitted_at=self.now,
            )
        )
        self.material(work, made, article)
        return made

    def material(self, work: Work, submission: Submission, article: VolumeArticle) -> None:
        content = article.document.model_dump_json().encode()
        stored = self.installation.files.save_bytes(content)
        file = work.files.add(
            SubmissionFile(
                id=new_id(),
                submission_id=submission.id,
                marathon_id=submission.marathon_id,
                name="материал.docx",
                status=FileStatus.ACCEPTED,
                uploaded_at=self.now,
                **stored.model_dump(),
            )
        )
        for kind in (DerivativeKind.DOCUMENT, DerivativeKind.BLIND_DOCUMENT):
            work.derivatives.add(
                Derivative(id=new_id(), file_id=file.id, kind=kind, sha256=stored.sha256)
            )
        for place, (name, path) in enumerate(article.images.items()):
            image = self.installation.files.save_file(path).sha256
            work.derivatives.add(
                Derivative(
                    id=new_id(),
                    file_id=file.id,
                    kind=DerivativeKind.IMAGE,
                    number=place,
                    name=name,
                    sha256=image,
                )
            )

    def publish(self, marathon_id: str, volume: Volume, out: Path) -> tuple[str, ...]:
        """Compile the volume, publish it, and return the paths of its files."""
        assemble(volume, out)
        artefacts = store(out, self.installation.files)
        with self.installation.begin() as work:
            works = [
                self.work(work, marathon_id, one, place, status=SubmissionStatus.PUBLISHED)
                for place, one in enumerate(volume.articles(), 1)
            ]
            work.editions.add(
                Edition(
                    id=new_id(),
                    marathon_id=marathon_id,
                    number=1,
                    status=EditionStatus.PUBLISHED,
                    built_at=self.now,
                    published_at=self.now,
                    artefacts=artefacts,
                    articles=tuple(one.id for one in works),
                )
            )
        return tuple(one.path for one in artefacts)
