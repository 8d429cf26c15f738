"""The protocol as a careful secretary would hand it in: form, real styles, what stays as it was."""

import io
from datetime import date

import pypdfium2
import pytest
from builders import a_cluster, a_marathon, a_submission, members
from docx import Document
from docx.oxml.ns import qn

from flows.council import operations, render
from flows.council.rules import Tally
from flows.council.view import ActionLine, ItemLine, MemberLine, ProtocolView
from flows.documents.printing.participation import Share
from schemas.council import Choice
from schemas.submission import SubmissionStatus

VIEW = ProtocolView(
    meeting_id="m",
    number=2,
    body="методического совета кластера 1",
    theme='Итоги марафона "Инструменты"',
    place="г. Усть-Илимск",
    held_on="2026-12-27",
    chair="Кедрова В. И.",
    secretary="Пихтина Г. С.",
    present=(
        MemberLine(municipality="город Усть-Илимск", representative="Кедрова В. И.", note="очно"),
        MemberLine(municipality="Киренский район", note="ВКС"),
    ),
    absent=(MemberLine(municipality="Катангский район", note="нет авиасообщения"),),
    items=(
        ItemLine(
            number=1,
            title="Отчёт.",
            speaker="Кедрова В. И.",
            heard="Проведены мероприятия:\n- заседание;\n- марафон.",
            spoke="Пихтина Г. С. предложила провести опрос.",
            resolution="Принять к сведению.",
            tally=Tally(agreed=2, voting=2),
            action_items=(
                ActionLine(task="Разослать опрос", executor="Пихтина Г. С.", deadline="до 5 мая"),
            ),
        ),
        ItemLine(number=2, title="Разное.", resolution="Принять к сведению."),
    ),
    participation=(Share("город Усть-Илимск", (7, 2, 6)), Share("Катангский район", (0, 0, 0))),
    closed=True,
)


@pytest.fixture(scope="module")
def paper():
    return Document(io.BytesIO(render.word(VIEW)))


def lines(paper, style):
    return [one.text for one in paper.paragraphs if one.style.name == style]


def numbers(paper):
    return [
        one._p.pPr.numPr.numId.val
        for one in paper.paragraphs
        if one._p.pPr is not None and one._p.pPr.numPr is not None
    ]


def test_headings_lists_and_tables_of_the_word_file_are_real(paper):
    assert lines(paper, "Title") == ["Протокол №\u00a02"]
    assert lines(paper, "Heading 1") == [
        "ПРИСУТСТВОВАЛИ 2:",
        "ОТСУТСТВОВАЛИ 1:",
        "ПОВЕСТКА:",
        "СЛУШАЛИ:",
        "ВЫСТУПИЛИ:",
        "РЕШИЛИ:",
    ]
    assert lines(paper, "List Number")[:2] == ["Отчёт.", "Разное."]
    agenda, heard, points, spoke, *_ = dict.fromkeys(numbers(paper))
    assert len({agenda, heard, points, spoke}) == 4
    head = paper.tables[0].rows[0]._tr
    assert head.trPr.find(qn("w:tblHeader")) is not None
    assert paper.core_properties.language == "ru-RU"


def test_signatures_stand_on_lines_made_by_tabs(paper):
    signed = [one for one in paper.paragraphs if one.text.startswith(("Председатель", "Секретарь"))]
    assert [one.text.count("\t") for one in signed] == [3, 3]
    assert [one.text.split("\t")[2] for one in signed] == [
        " Кедрова\u00a0В.\u00a0И.",
        " Пихтина\u00a0Г.\u00a0С.",
    ]
    assert [stop.leader.name for stop in signed[0].paragraph_format.tab_stops] == [
        "SPACES",
        "LINES",
        "SPACES",
    ]


def test_quorum_attendance_and_points_of_the_report_are_written_out():
    sheet = render.sheet(VIEW)
    assert sheet["attendance"] == (
        "Кворум имеется: участвуют 2 из 3 членов совета (очно — 1, ВКС — 1)."
    )
    first, *points = sheet["heard"][0]["paragraphs"]
    assert first["text"] == "Кедрова В. И.: Проведены мероприятия:"
    assert [one["text"] for one in points if one["point"]] == ["заседание;", "марафон."]


def test_the_diagram_is_words_in_print_and_a_described_picture_in_word(paper):
    document = pypdfium2.PdfDocument(render.pdf(VIEW))
    text = document[len(document) - 1].get_textpage().get_text_bounded()
    assert "Участие муниципальных образований" in text
    assert "Материалов" in text
    (shape,) = paper.inline_shapes
    words = shape._inline.docPr.get("descr")
    assert "город Усть-Илимск: материалов 7, выступило 2, опубликовано 6" in words


def test_equal_protocols_are_equal_bytes():
    assert render.word(VIEW) == render.word(VIEW)
    assert render.pdf(VIEW) == render.pdf(VIEW)


def test_a_closed_protocol_keeps_the_participation_of_its_day(work, organiser, now):
    cluster = a_cluster(work)
    places = members(work, cluster)
    marathon = a_marathon(work, cluster)
    one = a_submission(work, marathon, places[0])
    plan = operations.MeetingPlan(
        held_on=date(2026, 12, 27), place="ВКС", chair="Ясная В. П.", secretary="Ветрова Д. О."
    )
    meeting = operations.call(work, marathon.id, plan, by=organiser, now=now)
    for item in meeting.agenda:
        if item.needs_vote:
            operations.cast_rest(
                work, meeting.id, item=item.number, choice=Choice.FOR, by=organiser, now=now
            )
    operations.close(work, meeting.id, by=organiser, now=now)
    before = operations.view(work, meeting.id).participation
    assert Share(places[0].name, (1, 0, 0)) in before

    work.submissions.move(one, to=SubmissionStatus.WITHDRAWN, by=organiser, now=now)

    assert operations.view(work, meeting.id).participation == before
