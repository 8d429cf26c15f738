"""The programme on paper: booklet, poster, leaflet and Word, in three designs and two languages."""

import io
from datetime import UTC, datetime, timedelta

import pypdfium2
import pytest
from docx import Document
from validators import pdf_faults

from flows.programme import docx, render
from flows.programme.view import ProgrammeView, SessionLine, SpeakerLine, TalkLine
from schemas.design import CertificateDesign
from schemas.marathon import Track

START = datetime(2026, 3, 27, 2, tzinfo=UTC)
MINUTES = 15
ADDRESS = "https://marathon.test/marathons/m/programme"


def a_talk(number, **changes):
    starts = START + timedelta(minutes=MINUTES * number)
    facts = {
        "slot_id": f"s{number}",
        "submission_id": f"w{number}",
        "position": number,
        "number": number,
        "title": f"Практика {number}: дроби без страха на уроках в 5–6 классах",
        "starts_at": starts,
        "ends_at": starts + timedelta(minutes=MINUTES),
        "speakers": (
            SpeakerLine(name="Ясная Вера Павловна", about="учитель", municipality="город"),
        ),
        "named": True,
    }
    return TalkLine(**facts | changes)


def a_session(track, talks):
    return SessionLine(
        session_id=f"t{track}",
        track=track,
        title=f"Направление {track}: формирование функциональной грамотности",
        starts_at=talks[0].starts_at,
        ends_at=talks[-1].ends_at,
        moderator="Ветрова Дарья Олеговна",
        talks=tuple(talks),
    )


def a_programme(sessions=2, talks=3, **changes):
    facts = {
        "marathon_id": "m",
        "title": "Инструменты повышения качества образования",
        "theme": "Марафон лучших практик",
        "cluster": "Северный кластер",
        "zone": "Asia/Irkutsk",
        "day": START,
        "sessions": tuple(
            a_session(track, [a_talk(track * 10 + one) for one in range(talks)])
            for track in range(1, sessions + 1)
        ),
        "tracks": (Track(number=1, title="Грамотность"),),
        "contact": "Координатор марафона, marathon@example.ru",
        "changed_at": START,
    }
    return ProgrammeView(**facts | changes)


def pages(pdf):
    return [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(pdf)]


def look(language="ru"):
    return render.Look(ADDRESS, language)


@pytest.mark.parametrize(("sessions", "talks"), [(1, 1), (3, 4), (4, 12), (7, 9)])
def test_poster_is_one_page_and_leaflet_two_whatever_the_day_holds(sessions, talks):
    programme = a_programme(sessions, talks)
    (poster,) = pages(render.poster(programme, look()))
    outside, inside = pages(render.leaflet(programme, look()))
    last = programme.sessions[-1].talks[-1].title.partition(":")[0]
    assert poster.count(last) >= 1
    assert inside.count(last) >= 1
    assert "27 марта 2026 г." in outside.replace("\xa0", " ")


def test_sizes_are_those_of_paper():
    poster = pypdfium2.PdfDocument(render.poster(a_programme(), look()))[0]
    leaflet = pypdfium2.PdfDocument(render.leaflet(a_programme(), look()))[0]
    assert [round(side / 72 * 25.4) for side in poster.get_size()] == [297, 420]
    assert [round(side / 72 * 25.4) for side in leaflet.get_size()] == [297, 210]


def test_who_did_not_agree_is_named_on_no_public_paper():
    programme = a_programme(1, 1)
    (session,) = programme.sessions
    shy = session.talks[0].model_copy(update={"named": False})
    programme = programme.model_copy(
        update={"sessions": (session.model_copy(update={"talks": (shy,)}),)}
    )
    public = pages(render.poster(programme, look())) + pages(render.leaflet(programme, look()))
    assert not any("Ясная" in page for page in public)
    assert any("Ясная" in page for page in pages(render.pdf(programme, look())))


def test_breaks_are_printed_where_people_rest():
    rest = START + timedelta(minutes=200)
    talks = [a_talk(10, break_until=rest), a_talk(14)]
    programme = a_programme(sessions=0).model_copy(update={"sessions": (a_session(1, talks),)})
    words = " ".join(" ".join(pages(render.pdf(programme, look()))).split())
    assert "04:45–05:20 · перерыв" in words
    rows = Document(io.BytesIO(docx.write(programme))).tables[0].rows
    assert [cell.text for cell in rows[2].cells] == ["04:45–05:20", "Перерыв", ""]


def test_english_papers_hold_no_russian_words_of_ours():
    programme = a_programme(title_english="Tools of quality")
    for draw in render.PRINTED.values():
        words = " ".join(" ".join(pages(draw(programme, look("en")))).split())
        assert "Tools of quality" in words
        assert "27 March 2026" in words
        assert not any(one in words for one in ("ведёт", "перерыв", "Программа", "начало"))


def test_papers_of_every_design_are_archival_and_readable_aloud(tmp_path):
    paths = []
    for design, (name, draw) in zip(CertificateDesign, render.PRINTED.items(), strict=True):
        path = tmp_path / f"{design.value}-{name}"
        path.write_bytes(draw(a_programme(1, 2, design=design), look()))
        paths.append(path)
    assert pdf_faults(*paths) == []


def test_equal_programmes_are_equal_bytes():
    assert docx.write(a_programme()) == docx.write(a_programme())
    for draw in render.PRINTED.values():
        assert draw(a_programme(), look()) == draw(a_programme(), look())


def test_a_talk_whose_speakers_are_not_named_has_only_its_title_in_a_calendar():
    (session,) = a_programme(1, 1).sessions
    talk = session.talks[0].model_copy(update={"title": "Дроби", "speakers": ()})
    nameless = a_programme().model_copy(
        update={"sessions": (session.model_copy(update={"talks": (talk,)}),)}
    )

    assert "SUMMARY:Дроби\r\n" in render.calendar(nameless).decode()


def test_the_longest_title_a_marathon_may_have_gets_into_word():
    named = a_programme(1, 1, title="Марафон " * 37)

    paper = Document(io.BytesIO(docx.write(named)))

    assert "Марафон Марафон" in paper.core_properties.title
    assert "Марафон " * 36 in paper.paragraphs[2].text
