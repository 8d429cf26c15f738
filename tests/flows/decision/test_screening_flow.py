"""Screening on a real database: what is gathered, what is kept, that nothing else changes."""

from datetime import timedelta

import builders
import pytest
from contents import contents

from flows.decision import screening_operations as operations
from flows.decision.flow import propose_decisions
from flows.decision.screening_flow import screen_reviews
from flows.runtime.worker import call_body
from schemas.decision_policy import FrozenCalibration
from schemas.decision_problem import FrozenCorrections
from schemas.errors import BadInput
from schemas.extraction import Extraction
from schemas.marathon import Phase
from schemas.outbox import RunState
from schemas.review import ReviewDraft
from schemas.rubric import RUBRICS
from schemas.screening import FlagKind, ScreeningReport
from schemas.submission import FileStatus, SubmissionFile, SubmissionStatus
from storage.identifiers import new_id

pytestmark = pytest.mark.both_databases

PRAISE = "Очень полезный материал, который с интересом прочтут учителя других школ района"


@pytest.fixture
def marathon(opened, now):
    """Six works with three reviews each; one expert says the same to everybody."""
    with opened.begin() as work:
        made = builders.a_marathon(
            work, phase=Phase.DECISION, reviews_until=now + timedelta(days=9)
        )
        home, *others = builders.members(work, work.clusters.only())
        experts = [builders.an_expert(work, place) for place in others]
        codes = [part.code for part in RUBRICS[made.rubric].criteria]
        for number in range(6):
            one = builders.a_submission(work, made, home, status=SubmissionStatus.REVIEWED)
            a_file(work, one, now)
            for place, expert in enumerate(experts):
                comment = PRAISE if place == 0 else f"Замечание {number} эксперта {place}"
                builders.a_sent_review(
                    work,
                    one,
                    expert,
                    score=40.0 + 9 * number + 4 * place,
                    draft=ReviewDraft(levels=dict.fromkeys(codes, number % 4), comment=comment),
                    started_at=now - timedelta(days=26),
                )
        return made


def a_file(work, submission, now):
    found = Extraction(file="material.docx", status="ok", characters=5000, seconds=0.1)
    return work.files.add(
        SubmissionFile(
            id=new_id(),
            submission_id=submission.id,
            marathon_id=submission.marathon_id,
            name="material.docx",
            sha256=new_id(),
            size=1000,
            status=FileStatus.ACCEPTED,
            extraction=found,
            uploaded_at=now,
        )
    )


def test_everything_about_the_reviews_is_gathered(opened, marathon):
    with opened.begin(read_only=True) as work:
        question, titles = operations.gather(work, marathon.id)
        codes = [part.code for part in work.rubrics.of(marathon.id).criteria]

    assert len(question.reviews) == 18
    assert {one.characters for one in question.reviews} == {5000}
    assert all(one.started_at < one.submitted_at for one in question.reviews)
    assert list(question.highest) == list(titles) == codes
    assert len(set(question.expert_homes.values())) == 3


def test_reviews_are_screened_with_the_corrections_that_stand_already(opened, marathon, now):
    with opened.begin() as work:
        points = {one.expert_id: -4.0 for one in work.reviews.sent(marathon.id)}
        kept = FrozenCalibration(
            id=new_id(),
            marathon_id=marathon.id,
            applied=True,
            likelihood_ratio=9.0,
            corrections=points,
        )
        work.frozen_calibrations.keep(kept)
        assert operations.gather(work, marathon.id).question.frozen is None
        work.frozen_calibrations.keep(kept.model_copy(update={"frozen_at": now}))

        found = operations.gather(work, marathon.id).question.frozen

    assert found == FrozenCorrections(applied=True, corrections=points)


def test_nothing_reviewed_is_said_in_words(opened, now):
    with opened.begin() as work:
        empty = builders.a_marathon(work)
        with pytest.raises(BadInput) as refusal:
            operations.gather(work, empty.id)

    assert "закончена экспертиза" in refusal.value.sentence


def test_click_makes_a_report_and_changes_nothing_else(opened, marathon, now):
    with opened.begin() as work:
        run = operations.ask(work, marathon.id, now=now)
    before = contents(opened)

    call_body(screen_reviews, marathon=marathon.id, request=run.id)

    after = contents(opened)
    assert {name for name in after if after[name] != before[name]} == {"screening", "run"}
    with opened.begin(read_only=True) as work:
        report, _ = operations.latest(work, marathon.id)
        done = work.runs.get(run.id)
    assert done.state is RunState.COMPLETED
    assert report.panel.reviews == 18
    assert [flag.kind for one in report.experts for flag in one.flags].count(FlagKind.REPEATED) == 1


def an_empty_report(works):
    panel = {"works": works, "experts": 1, "reviews": 1, "groups": 1, "connected": False}
    unknown = ("grade", "alpha", "alpha_span", "alpha_points", "icc", "icc_panel", "connectivity")
    return ScreeningReport.model_validate({"panel": panel | dict.fromkeys(unknown)})


def test_newest_report_takes_the_place_of_the_earlier_one(opened, marathon, now):
    later = now + timedelta(hours=1)
    with opened.begin() as work:
        operations.keep(work, marathon.id, an_empty_report(works=1), now=now)
        operations.keep(work, marathon.id, an_empty_report(works=2), now=later)

        assert len(work.screenings.all()) == 1
        assert operations.latest(work, marathon.id) == (an_empty_report(works=2), later)


def test_same_report_made_again_keeps_its_moment(opened, marathon, now):
    with opened.begin() as work:
        for hours in (0, 1):
            operations.keep(
                work, marathon.id, an_empty_report(works=1), now=now + timedelta(hours=hours)
            )

        assert operations.latest(work, marathon.id) == (an_empty_report(works=1), now)


def test_proposing_decisions_asks_for_a_screening(opened, marathon):
    call_body(propose_decisions, marathon=marathon.id)

    with opened.begin(read_only=True) as work:
        assert [run.deployment for run in work.runs.unfinished()] == ["screen_reviews"]
