"""No page asks the database more questions because there is more to show."""

import re
from collections import Counter
from datetime import timedelta

import builders
import pytest
import sqlalchemy as sa

from flows.assignment import operations as assignment
from schemas.assignment import AssignmentStatus
from schemas.certificate import Certificate, CertificateKind
from schemas.collection import Edition, EditionStatus
from schemas.intake_access import Extension
from schemas.marathon import Phase
from schemas.nomination import Nomination
from schemas.outbox import Notice
from schemas.people import Actor, Role
from schemas.proof import Proof
from schemas.question import Question
from schemas.submission import SubmissionStatus
from storage.identifiers import new_id

FEW, MANY = 4, 12
ORGANISER_PAGES = (
    "",
    "/works",
    "/assignment",
    "/conflicts",
    "/decisions",
    "/screening",
    "/letters",
    "/programme",
    "/collection",
    "/certificates",
    "/analytics",
    "/common-round",
    "/policy",
    "/setup",
    "/setup/check",
    "/setup/sheet",
    "/questions",
    "/extensions",
    "/journal",
    "/runs",
    "/letters/words",
    "/collection/1/proofs",
)
ORGANISERS = (
    "/organise",
    "/organise/people",
    "/organise/people/invitations",
    "/organise/registry/experts",
    "/organise/registry/municipalities",
    "/organise/registry/organisations",
    "/organise/search?q=практика",
    "/organise/nominations",
    "/council",
)
ADMINISTRATORS = (
    "/administer",
    "/administer/journal",
    "/organise/journal",
    "/administer/settings",
    "/administer/access",
    "/administer/tokens",
)


@pytest.fixture
def questions(installation):
    """The statements that ``visit`` makes the database answer, with how often."""

    def count(visit):
        asked = []

        def note(*args):
            asked.append(re.sub(r"\(\?(, \?)*\)", "(?)", " ".join(args[2].split())))

        sa.event.listen(installation.engine, "before_cursor_execute", note)
        answer = visit()
        sa.event.remove(installation.engine, "before_cursor_execute", note)
        assert answer.status_code == 200, answer.url
        return Counter(asked)

    return count


@pytest.fixture
def season(installation, now):
    """(marathon, add): ``add(n)`` brings n more works with marks, letters, experts and drafts."""
    with installation.begin() as work:
        cluster = builders.a_cluster(work)
        places = builders.members(work, cluster)
        marathon = builders.a_marathon(
            work, cluster, phase=Phase.EXPERTISE, reviews_until=now + timedelta(days=30)
        )
        expert = builders.an_expert(work, places[1], capacity=50)
        teacher = builders.a_person(work, "Учителева Ия Ивановна")

    articles = []

    def add(count):
        with installation.begin() as work:
            for _ in range(count):
                own = {"owner_id": teacher.id, "authors": (builders.an_author(teacher, places[0]),)}
                one = builders.a_submission(
                    work, marathon, places[0], **own, status=SubmissionStatus.REVIEWED
                )
                builders.a_sent_review(work, one, expert)
                other = builders.an_expert(work, places[2], capacity=9)
                builders.a_sent_review(work, one, other, score=60.0)
                draft = builders.a_submission(work, marathon, places[3], **own)
                held = builders.an_assignment(work, draft, expert, status=AssignmentStatus.ACCEPTED)
                builders.an_assignment(work, draft, other, status=AssignmentStatus.INVITED)
                talk_about(work, draft, held, places[3])
                decided = builders.a_decided_work(work, marathon, places[0], owner_id=teacher.id)
                articles.append(decided.id)
                give_papers(work, decided, teacher)
            show_edition(work, marathon, articles)

    return marathon, add, expert, teacher


def talk_about(work, submission, assignment, place):
    """A question to its author, more time for its author, a letter, a nomination."""
    about = {"marathon_id": submission.marathon_id}
    moment = builders.NOW
    work.questions.add(
        Question(
            id=new_id(),
            assignment_id=assignment.id,
            submission_id=submission.id,
            text="Сколько было занятий?",
            asked_at=moment,
            **about,
        )
    )
    waiting = builders.a_person(work, "Опоздалова Инна Львовна")
    work.extensions.add(
        Extension(
            id=new_id(),
            person_id=waiting.id,
            until=moment + timedelta(days=3),
            granted_at=moment,
            granted_by=waiting.id,
            **about,
        )
    )
    work.notices.write(
        Notice(
            id=new_id(),
            template="extension_granted",
            person_id=waiting.id,
            subject_kind="submission",
            subject_id=submission.id,
            dedup_key=new_id(),
            created_at=moment,
            **about,
        )
    )
    work.runs.ask("check_submission", by=waiting.id, now=moment, **about)
    work.nominations.add(
        Nomination(
            id=new_id(),
            municipality_id=place.id,
            name="Выдвинутова Ада Петровна",
            email=f"{waiting.id}@example.org",
            proposed_by=waiting.id,
            proposed_at=moment,
        )
    )
    by = Actor(person_id=waiting.id)
    work.journal.write(by, action="sent", kind="submission", subject_id=submission.id, now=moment)


def give_papers(work, submission, person):
    number = f"К-{submission.number}"
    work.certificates.add(
        Certificate(
            id=new_id(),
            marathon_id=submission.marathon_id,
            number=number,
            kind=CertificateKind.PARTICIPANT,
            person_id=person.id,
            holder=person.name,
            submission_id=submission.id,
            text="за участие",
            issued_at=builders.NOW,
        )
    )


def show_edition(work, marathon, articles):
    """Edition 1 with these articles, each sent to its author to look at."""
    made = {"articles": tuple(articles), "status": EditionStatus.PUBLISHED}
    found = work.editions.of_marathon(marathon.id)
    edition = (
        work.editions.save(found[0].model_copy(update=made))
        if found
        else work.editions.add(
            Edition(
                id=new_id(),
                marathon_id=marathon.id,
                number=1,
                built_at=builders.NOW,
                published_at=builders.NOW,
                **made,
            )
        )
    )
    asked = {one.submission_id for one in work.proofs.of_edition(edition.id)}
    for one in set(articles) - asked:
        work.proofs.add(
            Proof(
                id=new_id(),
                submission_id=one,
                marathon_id=marathon.id,
                edition_id=edition.id,
                asked_at=builders.NOW,
            )
        )


def growing(addresses, browser, questions, add):
    """The addresses that ask more questions when there is more data, with what they ask."""
    add(FEW)
    before = {address: questions(lambda at=address: browser.get(at)) for address in addresses}
    add(MANY - FEW)
    after = {address: questions(lambda at=address: browser.get(at)) for address in addresses}
    return {
        address: [f"{count} more: {text[:90]}" for text, count in more.most_common(6)]
        for address in addresses
        if (more := after[address] - before[address])
        and after[address].total() > before[address].total()
    }


def test_pages_of_an_organiser_ask_the_same_number_of_questions(
    installation, season, signed_in, questions
):
    marathon, add, _, _ = season
    with installation.begin() as work:
        person = builders.a_person(work, "Орлова Нина Петровна")
        work.roles.give(person.id, Role.ORGANISER)
    addresses = [f"/organise/{marathon.id}{page}" for page in ORGANISER_PAGES]
    addresses += [*ORGANISERS, f"/council/policy/{marathon.id}"]
    assert growing(addresses, signed_in(person), questions, add) == {}


def test_a_queue_asks_the_same_number_of_questions(installation, season, signed_in, questions):
    _, add, expert, _ = season
    with installation.begin(read_only=True) as work:
        person = work.people.get(expert.person_id)
    pages = ["/expert", "/expert/record", "/expert/kit", "/expert/wishes", "/expert/availability"]
    assert growing(pages, signed_in(person), questions, add) == {}


def test_a_list_of_own_materials_asks_the_same_number_of_questions(season, signed_in, questions):
    _, add, _, teacher = season
    assert growing(["/my"], signed_in(teacher), questions, add) == {}


def test_a_material_asks_the_same_number_of_questions(
    installation, season, signed_in, questions, now
):
    marathon, add, _, teacher = season
    with installation.begin() as work:
        place = next(iter(work.municipalities.of_cluster(marathon.cluster_id)))
        own = builders.a_decided_work(
            work,
            marathon,
            place,
            owner_id=teacher.id,
            authors=(builders.an_author(teacher, place),),
        )
    tails = ("", "/history", "/questions", "/decision")
    pages = [f"/my/{own.id}{tail}" for tail in tails]
    assert growing(pages, signed_in(teacher), questions, add) == {}


def test_a_coordinator_s_pages_ask_the_same_number_of_questions(
    installation, season, signed_in, questions
):
    marathon, add, _, _ = season
    with installation.begin() as work:
        person = builders.a_person(work, "Координаторова Вера Ильинична")
        for place in work.municipalities.of_cluster(marathon.cluster_id):
            work.roles.give(person.id, Role.COORDINATOR, scope="municipality", scope_id=place.id)
    tails = ("", "/teachers", "/nominations", "/remind")
    pages = [f"/coordinate{tail}" for tail in tails]
    assert growing(pages, signed_in(person), questions, add) == {}


def test_public_pages_ask_the_same_number_of_questions(season, client, questions):
    marathon, add, _, _ = season
    home = f"/marathons/{marathon.id}"
    pages = ["/", home, f"{home}/collection", f"{home}/collection/embedded", f"{home}/programme"]
    assert growing(pages, client, questions, add) == {}


def test_an_administrator_s_pages_ask_the_same_number_of_questions(
    installation, season, signed_in, questions
):
    _, add, _, _ = season
    with installation.begin() as work:
        person = builders.a_person(work, "Админова Вера Ильинична")
        work.roles.give(person.id, Role.ADMINISTRATOR)
    assert growing(ADMINISTRATORS, signed_in(person), questions, add) == {}


def test_a_plan_asks_the_same_number_of_questions(installation, season, signed_in, questions, now):
    marathon, add, _, _ = season
    with installation.begin() as work:
        person = builders.a_person(work, "Орлова Нина Петровна")
        work.roles.give(person.id, Role.ORGANISER)
    browser = signed_in(person)

    def plans_of(count):
        add(count)
        with installation.begin() as work:
            plan = assignment.propose(work, marathon.id, now=now)
        base = f"/organise/{marathon.id}/assignment/plans/{plan.id}"
        return [
            questions(lambda at=base + tail: browser.get(at)).total() for tail in ("", "/experts")
        ]

    assert plans_of(FEW) >= plans_of(MANY - FEW)
