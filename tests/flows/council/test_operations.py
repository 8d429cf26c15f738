import io
from datetime import date

import pypdfium2
import pytest
from builders import a_cluster, a_decided_work, a_marathon, a_submission, members
from docx import Document

from flows.council import agenda, ballots, operations, render
from flows.council.operations import MeetingPlan
from schemas.council import ActionItem, Attendance, Choice
from schemas.errors import Conflict, NotAllowed
from schemas.submission import SubmissionStatus

PLAN = MeetingPlan(
    held_on=date(2026, 12, 27),
    place="г. Усть-Илимск",
    chair="Ветрова Д. О.",
    secretary="Ясная В. П.",
)


@pytest.fixture
def marathon(work):
    cluster = a_cluster(work)
    places = members(work, cluster)
    marathon = a_marathon(work, cluster)
    for place in places[:3]:
        a_decided_work(work, marathon, place)
    a_decided_work(
        work,
        marathon,
        places[0],
        status=SubmissionStatus.REVIEWED,
        decision={"status": "proposed", "outcome": "council", "publication": False},
    )
    a_submission(work, marathon, places[1], status=SubmissionStatus.DRAFT)
    return marathon


@pytest.fixture
def meeting(work, marathon, organiser, now):
    return operations.call(work, marathon.id, PLAN, by=organiser, now=now)


@pytest.fixture
def home(work, meeting):
    """The municipality of the disputed work."""
    ballot = next(item for item in meeting.agenda if item.submission_id)
    return next(iter(work.submissions.get(ballot.submission_id).municipality_ids))


def test_report_has_one_title_in_a_row_and_municipalities_by_their_letters(work, marathon):
    found = operations.summary(work, marathon.id)
    item = agenda.report(marathon, found, held_on=PLAN.held_on)

    assert found.municipalities == ("город Усть-Илимск", "Киренский район", "Усть-Илимский район")
    assert f"«{marathon.title}» на тему «{marathon.theme}» проведён" in item.heard


def all_agree(work, meeting, organiser, now):
    for item in meeting.agenda:
        if item.needs_vote:
            operations.cast_rest(
                work, meeting.id, item=item.number, choice=Choice.FOR, by=organiser, now=now
            )


def test_agenda_is_drafted_from_real_data(meeting):
    titles = [item.title for item in meeting.agenda]

    assert titles[0].startswith("Отчёт о проведении марафона")
    assert "материала № 4 «Практика номер 4»" in titles[1]
    assert titles[-1] == "Разное."
    assert "Поступило материалов — 4, авторов — 4, муниципальных образований — 3" in (
        meeting.agenda[0].heard
    )
    assert meeting.body == "методического совета кластера 1 «Северный кластер»"


def test_municipality_never_votes_on_its_own_work(work, meeting, home, organiser, now):
    with pytest.raises(NotAllowed):
        operations.cast(
            work,
            meeting.id,
            item=2,
            municipality_id=home,
            choice=Choice.FOR,
            by=organiser,
            now=now,
        )


def test_municipality_has_one_vote_and_may_change_it_until_the_end(
    work, meeting, home, organiser, now
):
    for choice in (Choice.FOR, Choice.AGAINST):
        operations.cast(
            work,
            meeting.id,
            item=1,
            municipality_id=home,
            choice=choice,
            by=organiser,
            now=now,
        )

    tally = operations.tallies(work, meeting.id)[1]
    assert (tally.agreed, tally.against) == (0, 1)


def test_absent_municipality_does_not_vote(work, meeting, home, organiser, now):
    away = tuple(
        member.model_copy(update={"attendance": Attendance.ABSENT, "absence_reason": "рейс"})
        if member.municipality_id == home
        else member
        for member in meeting.members
    )
    operations.set_attendance(
        work, meeting.id, away, version=meeting.version, by=organiser, now=now
    )

    with pytest.raises(Conflict):
        operations.cast(
            work,
            meeting.id,
            item=1,
            municipality_id=home,
            choice=Choice.FOR,
            by=organiser,
            now=now,
        )


def test_meeting_closes_only_when_the_votes_add_up(work, meeting, organiser, now):
    with pytest.raises(Conflict, match="ещё никто не голосовал"):
        operations.close(work, meeting.id, by=organiser, now=now)

    all_agree(work, meeting, organiser, now)
    operations.close(work, meeting.id, by=organiser, now=now)

    (ballot,) = ballots.of_meeting(work, meeting.id)
    assert ballot.passed
    assert (ballot.tally.agreed, ballot.tally.voting) == (3, 3)


def test_item_that_was_voted_on_keeps_its_words(work, meeting, organiser, now):
    all_agree(work, meeting, organiser, now)
    meeting = work.meetings.get(meeting.id)
    turned = tuple(reversed(meeting.agenda))

    with pytest.raises(Conflict):
        operations.edit_agenda(
            work, meeting.id, turned, version=meeting.version, by=organiser, now=now
        )


def test_protocols_are_numbered_within_their_year(work, marathon, meeting, organiser, now):
    other = PLAN.model_copy(update={"place": "Дом учителя"})
    second = operations.call(work, marathon.id, other, by=organiser, now=now)
    later = PLAN.model_copy(update={"held_on": date(2027, 2, 1)})

    assert (meeting.number, second.number) == (1, 2)
    assert operations.call(work, marathon.id, later, by=organiser, now=now).number == 1


def test_both_files_say_the_same_in_the_form_of_a_protocol(work, meeting, organiser, now):
    action = ActionItem(task="Разослать опрос", executor="Ясная В. П.", deadline=date(2027, 1, 20))
    last = meeting.agenda[-1].model_copy(update={"action_items": (action,)})
    operations.edit_agenda(
        work,
        meeting.id,
        (*meeting.agenda[:-1], last),
        version=meeting.version,
        by=organiser,
        now=now,
    )
    all_agree(work, meeting, organiser, now)
    operations.close(work, meeting.id, by=organiser, now=now)
    protocol = operations.view(work, meeting.id)

    paragraphs = Document(io.BytesIO(render.word(protocol))).paragraphs
    word = " ".join(" ".join(paragraph.text for paragraph in paragraphs).split())
    printed = pypdfium2.PdfDocument(render.pdf(protocol))
    pages = [page.get_textpage().get_text_bounded().replace("\u200b", "") for page in printed]
    pdf = " ".join(" ".join(pages).split())

    for phrase in (
        "Протокол № 1",
        "заседания методического совета кластера 1 «Северный кластер»",
        "ПРИСУТСТВОВАЛИ 4:",
        "«За» – 3, «Против» – 0, «Воздержались» – 0",
        "«27» декабря 2026 г.",
        "Исполнитель — Ясная В. П., срок — до 20 января 2027 г.",
        "Приложение № 1 к протоколу № 1",
    ):
        assert phrase in word, phrase
        assert phrase in pdf, phrase
    assert render.word(protocol) == render.word(protocol)
