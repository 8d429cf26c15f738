"""What the council votes becomes decisions and stands in the protocol."""

import io
from datetime import date

import pypdfium2
import pytest
from builders import a_cluster, a_decided_work, a_marathon, members
from docx import Document

from flows import rulings
from flows.council import ballots, operations, render
from flows.council.operations import MeetingPlan
from flows.council.outcomes import BallotOutcome
from flows.decision import operations as decisions
from schemas.council import Choice, Delegate
from schemas.decision import Ruling
from schemas.errors import BadInput, Conflict, NotAllowed
from schemas.submission import SubmissionStatus

WAITING = {"status": "proposed", "outcome": "council", "publication": False, "confirmed_at": None}
PLAN = MeetingPlan(
    held_on=date(2026, 12, 27), place="ВКС", chair="Ветрова Д. О.", secretary="Ясная В. П."
)


@pytest.fixture
def places(work):
    return members(work, a_cluster(work))


@pytest.fixture
def marathon(work, places):
    return a_marathon(work)


def a_disputed_work(work, marathon, place):
    return a_decided_work(work, marathon, place, status=SubmissionStatus.REVIEWED, decision=WAITING)


@pytest.fixture
def disputed(work, marathon, places):
    return [a_disputed_work(work, marathon, place) for place in places[:3]]


@pytest.fixture
def meeting(work, marathon, disputed, organiser, now):
    return operations.call(work, marathon.id, PLAN, by=organiser, now=now)


def item_about(meeting, submission):
    return next(one for one in meeting.agenda if one.submission_id == submission.id)


def vote(work, meeting, item, choices, *, by, now):
    for place, choice in choices.items():
        operations.cast(
            work, meeting.id, item=item, municipality_id=place, choice=choice, by=by, now=now
        )


def all_agree(work, meeting, by, now):
    for item in work.meetings.get(meeting.id).agenda:
        if item.needs_vote:
            operations.cast_rest(
                work, meeting.id, item=item.number, choice=Choice.FOR, by=by, now=now
            )


def decision_on(work, submission):
    return work.decisions.of_submission(submission.id, round_=submission.round)


def test_majority_publishes_and_a_tie_does_not(work, meeting, disputed, places, organiser, now):
    tied = item_about(meeting, disputed[1])
    delegate = Delegate(municipality_id=places[1].id, name="Снегова О. П.")
    ballots.set_delegates(
        work, meeting.id, tied.number, [delegate], version=meeting.version, by=organiser, now=now
    )
    half = {places[0].id: Choice.FOR, places[1].id: Choice.FOR}
    rest = {places[2].id: Choice.AGAINST, places[3].id: Choice.ABSTAINED}
    vote(work, meeting, tied.number, half | rest, by=organiser, now=now)
    all_agree(work, meeting, organiser, now)

    closing = rulings.close_meeting(work, meeting.id, by=organiser, now=now)

    assert [one.outcome for one in closing.ballots] == [
        BallotOutcome.PUBLISHED,
        BallotOutcome.NOT_PUBLISHED,
        BallotOutcome.PUBLISHED,
    ]
    assert decision_on(work, disputed[1]).outcome == "no"
    assert "«За» – 2, «Против» – 1, «Воздержались» – 1" in (
        decision_on(work, disputed[1]).override_reason
    )
    assert [
        "нужно больше половины голосов «за»" in decision_on(work, one).override_reason
        for one in disputed
    ] == [False, True, False]
    assert all(decision_on(work, one).trace.override.council for one in disputed)
    assert rulings.summary(closing) == (
        "Решение совета внесено по 3 работам: публикуется 2, нет — 1."
    )


def test_withdrawn_and_decided_works_are_left_alone_and_named(
    work, meeting, disputed, organiser, now
):
    work.submissions.move(disputed[0], to=SubmissionStatus.WITHDRAWN, by=organiser, now=now)
    ruling = Ruling(publication=True, live=True, reason="Так решил оргкомитет")
    decisions.override(work, decision_on(work, disputed[1]).id, ruling, by=organiser, now=now)
    all_agree(work, meeting, organiser, now)

    closing = rulings.close_meeting(work, meeting.id, by=organiser, now=now)

    assert [one.submission_id for one in closing.decisions] == [disputed[2].id]
    assert decision_on(work, disputed[1]).override_reason == "Так решил оргкомитет"
    said = rulings.summary(closing)
    assert "№ 1: материал отозван автором" in said
    assert "№ 2: решение по материалу принято раньше" in said


def test_closing_again_writes_nothing_and_tells_the_same(work, meeting, organiser, now):
    all_agree(work, meeting, organiser, now)
    first = rulings.close_meeting(work, meeting.id, by=organiser, now=now)
    entries = len(work.journal.all())

    again = rulings.close_meeting(work, meeting.id, by=organiser, now=now)

    assert again.decisions == ()
    assert [one.outcome for one in again.ballots] == [one.outcome for one in first.ballots]
    assert len(work.journal.all()) == entries


def test_open_meeting_decides_nothing(work, meeting, disputed, organiser, now):
    with pytest.raises(Conflict):
        rulings.close_meeting(work, meeting.id, by=organiser, now=now)

    assert decision_on(work, disputed[0]).outcome == "council"


def test_delegate_votes_in_the_seat_and_a_new_delegate_votes_anew(
    work, meeting, disputed, places, organiser, now
):
    number = item_about(meeting, disputed[0]).number
    seat = places[0].id
    with pytest.raises(NotAllowed):
        vote(work, meeting, number, {seat: Choice.FOR}, by=organiser, now=now)

    for name in ("Снегова О. П.", "Градова И. И."):
        version = work.meetings.get(meeting.id).version
        delegate = Delegate(municipality_id=seat, name=name, home_id=places[1].id)
        ballots.set_delegates(
            work, meeting.id, number, [delegate], version=version, by=organiser, now=now
        )
        assert operations.tallies(work, meeting.id)[number].cast == 0
        vote(work, meeting, number, {seat: Choice.AGAINST}, by=organiser, now=now)
        assert operations.tallies(work, meeting.id)[number].against == 1


def test_delegate_from_the_works_own_municipality_is_refused(
    work, meeting, disputed, places, organiser, now
):
    number = item_about(meeting, disputed[0]).number
    delegate = Delegate(municipality_id=places[0].id, name="Лесова А. И.", home_id=places[0].id)

    with pytest.raises(BadInput, match="сам из муниципалитета"):
        ballots.set_delegates(
            work, meeting.id, number, [delegate], version=meeting.version, by=organiser, now=now
        )


def test_works_that_became_disputed_later_join_the_agenda_before_the_collection(
    work, marathon, meeting, places, organiser, now
):
    late = a_disputed_work(work, marathon, places[3])
    assert ballots.missing(work, meeting) == [late]

    ballots.add_missing(work, meeting.id, version=meeting.version, by=organiser, now=now)

    agenda = work.meetings.get(meeting.id).agenda
    assert [item.submission_id is not None for item in agenda] == [False, *[True] * 4, False, False]
    assert ballots.missing(work, work.meetings.get(meeting.id)) == []


def test_late_works_stand_after_everything_voted_on(
    work, marathon, meeting, places, organiser, now
):
    all_agree(work, meeting, organiser, now)
    a_disputed_work(work, marathon, places[3])

    ballots.add_missing(work, meeting.id, version=meeting.version, by=organiser, now=now)

    agenda = work.meetings.get(meeting.id).agenda
    assert [item.number for item in agenda if item.submission_id] == [2, 3, 4, 6]


def test_protocol_names_delegates_works_and_what_became_of_them(
    work, meeting, disputed, places, organiser, now
):
    number = item_about(meeting, disputed[0]).number
    delegate = Delegate(municipality_id=places[0].id, name="Снегова О. П.", home_id=places[1].id)
    ballots.set_delegates(
        work, meeting.id, number, [delegate], version=meeting.version, by=organiser, now=now
    )
    all_agree(work, meeting, organiser, now)
    rulings.close_meeting(work, meeting.id, by=organiser, now=now)
    protocol = operations.view(work, meeting.id)

    word = " ".join(one.text for one in Document(io.BytesIO(render.word(protocol))).paragraphs)
    printed = pypdfium2.PdfDocument(render.pdf(protocol))
    pdf = " ".join(page.get_textpage().get_text_bounded() for page in printed)

    for phrase in (
        (
            f"Вместо представителя «{places[0].name}» голосовал делегат Снегова О. П. "
            f"({places[1].name})."
        ),
        f"Материал № {disputed[0].number} «{disputed[0].title}».",
        "«За» – 4, «Против» – 0, «Воздержались» – 0",
        "Итог голосования: материал публикуется в электронном сборнике.",
        "если голоса разделились поровну",
    ):
        assert phrase in flat(word), phrase
        assert phrase in flat(pdf), phrase


def test_closed_protocol_keeps_its_votes_when_places_are_linked_later(
    work, meeting, places, organiser, now
):
    all_agree(work, meeting, organiser, now)
    rulings.close_meeting(work, meeting.id, by=organiser, now=now)
    before = operations.view(work, meeting.id)

    linked = places[3].model_copy(update={"same_place": (places[0].id,)})
    work.municipalities.save(linked)

    assert operations.view(work, meeting.id) == before


def flat(text):
    return " ".join(text.replace("\u200b", "").split())
