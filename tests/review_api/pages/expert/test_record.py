"""An expert's own record: nothing of others before results are out, outcomes afterwards."""

from datetime import timedelta

import builders
import pytest
from builders import NOW

from schemas.certificate import Certificate, CertificateKind
from schemas.decision import DecisionStatus
from schemas.marathon import Phase
from schemas.review import ReviewDraft
from schemas.submission import SubmissionStatus
from storage.identifiers import new_id

PAGE = "/expert/record"


@pytest.fixture
def three_sent(desk):
    """Three reviews of mine and as many of a colleague, who is milder by twenty points."""
    with desk.installation.begin() as work:
        colleague = builders.an_expert(work, desk.third)
        works = [
            builders.a_submission(
                work, desk.marathon, desk.away, title=f"Работа {n}", status=SubmissionStatus.DECIDED
            )
            for n in range(3)
        ]
        for one in works:
            builders.a_sent_review(
                work,
                one,
                desk.expert,
                score=60.0,
                started_at=NOW - timedelta(days=25, minutes=18),
                draft=ReviewDraft(levels={"relevance": 3, "novelty": 1}, comment="Хорошо."),
            )
            builders.a_sent_review(work, one, colleague, score=80.0)
        builders.a_decision(work, works[0], status=DecisionStatus.CONFIRMED, publication=True)
        builders.a_decision(work, works[1], status=DecisionStatus.PROPOSED)
    return works


def release(desk):
    with desk.installation.begin() as work:
        work.marathons.save(desk.marathon.model_copy(update={"phase": Phase.RESULTS}))


def test_record_before_anything_is_sent_says_what_will_be_there(desk):
    assert "когда вы отправите первую экспертизу" in desk.browser.get(PAGE).text


def test_own_figures_stand_there_at_once_others_marks_never_early(desk, three_sent):
    page = desk.browser.get(PAGE).text
    assert "авторам 3" in page.replace("\xa0", " ")
    assert "18 минут" in page.replace("\xa0", " ")
    assert "60 из 100" in page
    assert "уровень 1: 3 раза; уровень 3: 3 раза" in page.replace("\xa0", " ")
    assert "80" not in page.split("<main", 1)[1]
    assert "Итоги работ" not in page


def test_after_the_results_means_and_outcomes_are_told_by_title_alone(desk, three_sent):
    release(desk)
    page = desk.browser.get(PAGE).text
    assert "ваша средняя 60, других экспертов 80" in page
    assert "Итоги работ, которые вы читали" in page
    told = page[page.index("Итоги работ") :]
    assert "Работа 0" in told
    assert "Работа 1" not in told  # its decision is only proposed
    assert "Тестова" not in page


def test_withdrawn_work_is_told_of_no_more(desk, three_sent):
    release(desk)
    with desk.installation.begin() as work:
        gone = work.submissions.get(three_sent[0].id)
        work.submissions.save(gone.model_copy(update={"status": SubmissionStatus.WITHDRAWN}))
    assert "Работа 0" not in desk.browser.get(PAGE).text


def test_certificate_stands_with_its_count(desk, three_sent):
    with desk.installation.begin() as work:
        for revoked, number in ((None, "2026-E-0007"), (NOW, "2026-E-0008")):
            work.certificates.add(
                Certificate(
                    id=new_id(),
                    marathon_id=desk.marathon.id,
                    number=number,
                    kind=CertificateKind.EXPERT,
                    person_id=desk.person.id,
                    holder=desk.person.name,
                    text="проведено 3 экспертизы",
                    issued_at=NOW,
                    revoked_at=revoked,
                )
            )
    page = desk.browser.get(PAGE).text
    assert "2026-E-0007" in page
    assert "2026-E-0008" not in page
