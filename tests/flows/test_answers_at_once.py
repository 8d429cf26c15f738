"""Two people answer the same thing at the same moment: one is heard, the other is told why not."""

from datetime import timedelta

import builders
import pytest
from together import in_threads

from flows.accounts import handing_over
from flows.compilation import proof_corrections, proofs
from flows.intake import operations as intake
from flows.review import questions
from schemas.assignment import AssignmentStatus
from schemas.collection import Edition
from schemas.errors import BadInput, Conflict, MarathonError
from schemas.marathon import Phase
from schemas.people import Actor
from schemas.proof import Proof, ProofStatus
from schemas.question import Question, QuestionStatus
from schemas.submission import FileStatus, SubmissionFile, SubmissionStatus
from storage.identifiers import new_id

ROUNDS = 3
BY = Actor(part="test")


def both(installation, *acts):
    """What each act came to, all begun together, each in a transaction of its own."""

    def run(number):
        with installation.begin() as work:
            return acts[number](work)

    return in_threads(len(acts), run)


def refused(outcomes):
    return [one for one in outcomes if isinstance(one, Exception)]


@pytest.fixture
def season(installation, now):
    with installation.begin() as work:
        homes = builders.members(work, builders.a_cluster(work))
        marathon = builders.a_marathon(
            work,
            phase=Phase.INTAKE,
            submissions_until=now + timedelta(days=5),
            reviews_until=now + timedelta(days=20),
        )
        return marathon, homes


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_a_work_is_taken_over_by_one_of_two_who_type_its_code(installation, season, now, turn):
    marathon, homes = season
    secret = handing_over.paper_code()
    with installation.begin() as work:
        nameless = builders.a_person(work, "Бумажнова Ия Ильинична", email=None)
        readers = [builders.a_person(work), builders.a_person(work)]
        entered = builders.a_submission(
            work,
            marathon,
            homes[0],
            owner_id=nameless.id,
            entered_by=readers[0].id,
            status=SubmissionStatus.DRAFT,
            submitted_at=None,
        )
        handing_over.offer(
            work, entered, email="", secret=secret, signer=installation.signer, by=BY, now=now
        )

    def take(reader):
        def act(work):
            token, one = handing_over.offered(work, secret, signer=installation.signer, now=now)
            return handing_over.take_over(work, token, one, reader=reader, now=now)

        return act

    outcomes = both(installation, *map(take, readers))

    assert [type(one) for one in refused(outcomes)] == [BadInput]
    taken = next(one for one in outcomes if not isinstance(one, Exception))
    with installation.begin(read_only=True) as work:
        assert work.submissions.get(entered.id).owner_id == taken.id


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_a_proof_is_confirmed_or_corrected_but_never_both(installation, season, now, turn):
    marathon, homes = season
    with installation.begin() as work:
        one = builders.a_submission(
            work, marathon, homes[0], status=SubmissionStatus.DECIDED, abstract="Кратко."
        )
        edition = work.editions.add(
            Edition(id=new_id(), marathon_id=marathon.id, number=turn + 1, built_at=now)
        )
        proof = work.proofs.add(
            Proof(
                id=new_id(),
                submission_id=one.id,
                marathon_id=marathon.id,
                edition_id=edition.id,
                asked_at=now,
            )
        )
    lines = tuple(
        proof_corrections.AuthorLine(
            name=author.name,
            position="учитель",
            organisation=author.organisation or "Школа № 3",
            place=place,
        )
        for place, author in enumerate(one.authors, 1)
    )
    wanted = proof_corrections.Correction(
        title="Исправленное название", abstract="Иначе.", authors=lines
    )

    outcomes = both(
        installation,
        lambda work: proofs.confirm(work, proof.id, version=proof.version, by=BY, now=now),
        lambda work: proof_corrections.correct(
            work, proof.id, wanted, version=proof.version, seen=one.version, by=BY, now=now
        ),
    )

    assert [type(error) for error in refused(outcomes)] == [Conflict]
    with installation.begin(read_only=True) as work:
        status, title = work.proofs.get(proof.id).status, work.submissions.get(one.id).title
    assert (status is ProofStatus.CORRECTED) == (title == "Исправленное название")
    assert status is not ProofStatus.ASKED


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_a_question_is_passed_on_or_declined_but_never_both(installation, season, now, turn):
    marathon, homes = season
    with installation.begin() as work:
        one = builders.a_submission(work, marathon, homes[0], status=SubmissionStatus.IN_REVIEW)
        expert = builders.an_expert(work, homes[1])
        item = builders.an_assignment(work, one, expert, status=AssignmentStatus.ACCEPTED)
        question = work.questions.add(
            Question(
                id=new_id(),
                marathon_id=marathon.id,
                submission_id=one.id,
                assignment_id=item.id,
                text="Где приложение?",
                asked_at=now,
            )
        )
    same = {"version": question.version, "by": BY, "now": now}

    outcomes = both(
        installation,
        lambda work: questions.pass_on(work, question.id, "Где оно?", **same),
        lambda work: questions.decline(work, question.id, "Оно есть.", **same),
    )

    assert [type(error) for error in refused(outcomes)] == [Conflict]
    with installation.begin(read_only=True) as work:
        after = work.questions.get(question.id)
        letters = [one for one in work.notices.all() if one.subject_id == question.id]
    assert bool(after.passed_text) == (after.status is QuestionStatus.PASSED)
    assert bool(after.declined_because) == (after.status is QuestionStatus.DECLINED)
    assert len(letters) == 1


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_a_material_sent_while_it_is_withdrawn_stays_withdrawn(installation, season, now, turn):
    marathon, homes = season
    with installation.begin() as work:
        owner = builders.a_person(work)
        one = builders.a_submission(
            work,
            marathon,
            homes[0],
            owner_id=owner.id,
            status=SubmissionStatus.DRAFT,
            submitted_at=None,
            authors=(builders.an_author(owner, homes[0]),),
        )
        work.files.add(
            SubmissionFile(
                id=new_id(),
                submission_id=one.id,
                marathon_id=marathon.id,
                name="работа.docx",
                sha256="a" * 64,
                size=1,
                status=FileStatus.ACCEPTED,
                uploaded_at=now,
            )
        )
    by = Actor(person_id=owner.id)

    outcomes = both(
        installation,
        lambda work: intake.submit(work, one.id, by=by, now=now),
        lambda work: intake.withdraw(work, one.id, by=by, now=now, reason="Передумала"),
    )

    assert not isinstance(outcomes[1], Exception)
    assert all(isinstance(error, MarathonError) for error in refused(outcomes))
    with installation.begin(read_only=True) as work:
        assert work.submissions.get(one.id).status is SubmissionStatus.WITHDRAWN
        assert len(work.submission_versions.of(one.id)) == (not refused(outcomes))
