import asyncio
from datetime import date

import pytest
from builders import (
    a_cluster,
    a_decided_work,
    a_marathon,
    a_sent_review,
    an_expert,
    members,
)

from flows import marathon as season_of
from flows import rulings
from flows.analytics.flow import refresh_analytics
from flows.certificates import operations as certificates
from flows.certificates.flow import issue_certificates
from flows.compilation.flow import compile_collection
from flows.council import operations as council
from flows.council.flow import write_protocol
from flows.programme.flow import build_programme
from schemas.council import Choice
from schemas.document import Document, Paragraph, Span
from schemas.errors import Conflict
from schemas.marathon import Phase
from schemas.outbox import RunState
from schemas.papers import PaperKind
from schemas.submission import (
    Derivative,
    DerivativeKind,
    FileStatus,
    SubmissionFile,
    SubmissionStatus,
)
from storage.identifiers import new_id

PLAN = council.MeetingPlan(
    held_on=date(2026, 12, 27),
    place="г. Усть-Илимск",
    chair="Ветрова Д. О.",
    secretary="Ясная В. П.",
)


@pytest.fixture
def marathon(opened, now):
    """A marathon with results: two decided works, one disputed, an expert with reviews."""
    with opened.begin() as work:
        cluster = a_cluster(work)
        places = members(work, cluster)
        marathon = a_marathon(work, cluster, phase=Phase.RESULTS)
        expert = an_expert(work, places[3])
        for track, place in ((1, places[0]), (2, places[1])):
            submission = a_decided_work(work, marathon, place, track=track)
            a_sent_review(work, submission, expert)
            with_text(work, opened, submission, now)
        a_decided_work(
            work,
            marathon,
            places[0],
            status=SubmissionStatus.REVIEWED,
            decision={
                "status": "proposed",
                "outcome": "council",
                "publication": False,
                "live": False,
            },
        )
    return marathon


def with_text(work, opened, submission, now):
    document = Document(blocks=(Paragraph(inlines=(Span(text="Текст практики."),)),))
    stored = opened.files.save_bytes(document.model_dump_json().encode())
    file = work.files.add(
        SubmissionFile(
            id=new_id(),
            submission_id=submission.id,
            marathon_id=submission.marathon_id,
            name="материал.docx",
            status=FileStatus.ACCEPTED,
            uploaded_at=now,
            **stored.model_dump(),
        )
    )
    work.derivatives.add(
        Derivative(id=new_id(), file_id=file.id, kind=DerivativeKind.DOCUMENT, sha256=stored.sha256)
    )


def run(body, marathon, request=None):
    return asyncio.run(body.fn(marathon=marathon.id, request=request))


def test_programme_flow_leaves_papers_and_tells_the_person_who_asked(opened, marathon, now):
    with opened.begin() as work:
        request = work.runs.ask("build_programme", marathon_id=marathon.id, by=None, now=now)

    run(build_programme, marathon, request.id)

    with opened.begin() as work:
        papers = work.papers.of(PaperKind.PROGRAMME, marathon.id)
        asked = work.runs.get(request.id)
    assert [paper.path for paper in papers] == [
        "leaflet-en.pdf",
        "leaflet.pdf",
        "poster-en.pdf",
        "poster.pdf",
        "programme-en.pdf",
        "programme.docx",
        "programme.ics",
        "programme.pdf",
    ]
    assert asked.state is RunState.COMPLETED
    assert asked.message == "Программа готова: выступлений 2"


def test_certificate_flow_draws_every_file_once(opened, marathon):
    authors, speakers, experts, thanks = 3, 2, 1, 1
    assert run(issue_certificates, marathon) == authors + speakers + experts + thanks
    assert run(issue_certificates, marathon) == 0

    with opened.begin() as work:
        pdf = certificates.content(work, opened.files, "2026-S-0001")
    assert pdf.startswith(b"%PDF-")


def test_collection_flow_builds_once_and_then_only_after_a_change(opened, marathon):
    assert run(compile_collection, marathon) == {"edition": 1, "articles": 2}
    assert run(compile_collection, marathon) == {"edition": 1, "articles": 2}


def test_analytics_flow_keeps_papers_that_do_not_change_by_themselves(opened, marathon):
    run(refresh_analytics, marathon)
    with opened.begin() as work:
        before = work.papers.of(PaperKind.REPORT, marathon.id)

    run(refresh_analytics, marathon)

    with opened.begin() as work:
        assert work.papers.of(PaperKind.REPORT, marathon.id) == before
    assert [paper.path for paper in before] == ["report.docx", "report.xlsx"]


def test_council_word_becomes_the_decision_and_the_protocol_is_written(
    opened, marathon, organiser, now
):
    with opened.begin() as work:
        meeting = council.call(work, marathon.id, PLAN, by=organiser, now=now)
        with pytest.raises(Conflict):
            rulings.apply_ballots(work, meeting.id, by=organiser, now=now)
        for item in meeting.agenda:
            if item.needs_vote:
                council.cast_rest(
                    work, meeting.id, item=item.number, choice=Choice.FOR, by=organiser, now=now
                )
        closing = rulings.close_meeting(work, meeting.id, by=organiser, now=now)

        (ruled,) = closing.decisions
        assert (ruled.outcome, ruled.publication, ruled.live) == ("yes", True, False)
        assert "протокол № 1 от 27 декабря 2026 г.: «За» – 3" in ruled.override_reason
        assert rulings.close_meeting(work, meeting.id, by=organiser, now=now).decisions == ()
        assert council.disputed(work, marathon.id) == []

    assert run(write_protocol, marathon) == {"protocols": 1, "findings": 0}
    with opened.begin() as work:
        papers = work.papers.of(PaperKind.PROTOCOL, meeting.id)
    assert [paper.path for paper in papers] == ["protocol.docx", "protocol.pdf"]


def test_season_runs_what_the_phase_allows_and_says_so(opened, marathon):
    outcomes = run(season_of.season, marathon)

    assert outcomes["Назначение экспертов"] == "—"
    assert {
        outcomes[name]
        for name in ("Программа", "Сборник", "Протокол совета", "Сертификаты", "Показатели")
    } == {"готово"}
