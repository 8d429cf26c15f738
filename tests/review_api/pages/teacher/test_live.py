"""«Буду» or «Не смогу»: an author answers to the time that was on the page, and may change it."""

import re

import builders
import pytest

from flows.programme import operations as programme
from schemas.decision import DecisionStatus
from schemas.submission import SubmissionStatus


@pytest.fixture
def talk(installation):
    """A work with a place on the live day."""
    with installation.begin() as work:
        home = builders.a_municipality(work, builders.a_cluster(work))
        marathon = builders.a_marathon(work)
        one = builders.a_submission(work, marathon, home, status=SubmissionStatus.DECIDED)
        builders.a_decision(work, one, live=True, status=DecisionStatus.CONFIRMED)
        programme.build(work, marathon.id, by=builders.SYSTEM, now=builders.NOW)
        return one


@pytest.fixture
def author(installation, talk, signed_in):
    with installation.begin(read_only=True) as work:
        return signed_in(work.people.get(talk.owner_id))


def slot(installation, talk):
    with installation.begin(read_only=True) as work:
        [found] = work.slots.of_marathon(talk.marathon_id)
    return found


def say(author, talk, comes):
    page = author.get(f"/my/{talk.id}/live").text
    shown = re.search(r'name="starts_at" value="([^"]+)"', page).group(1)
    return author.post(f"/my/{talk.id}/live", data={"comes": comes, "starts_at": shown})


def test_list_of_materials_asks_for_the_answer_until_it_is_given(author, talk):
    assert f'href="/my/{talk.id}/live"' in author.get("/my").text
    assert say(author, talk, "yes").status_code == 303
    assert f'href="/my/{talk.id}/live"' not in author.get("/my").text


def test_answer_is_kept_shown_and_may_be_changed(author, talk, installation):
    say(author, talk, "yes")
    assert slot(installation, talk).confirmed_at
    assert "Вы ответили «Буду»" in author.get(f"/my/{talk.id}/live").text
    say(author, talk, "no")
    changed = slot(installation, talk)
    assert changed.declined_at
    assert changed.confirmed_at is None


@pytest.mark.parametrize("comes", ["", "maybe", "x" * 100_000])
def test_answer_that_is_no_answer_changes_nothing(author, talk, installation, comes):
    answer = say(author, talk, comes)
    assert answer.status_code == 303
    assert "Выберите: «Буду» или «Не смогу»." in author.get(answer.headers["location"]).text
    kept = slot(installation, talk)
    assert (kept.confirmed_at, kept.declined_at) == (None, None)


@pytest.mark.parametrize("shown", ["", "вчера", "2026-03-27", "2020-01-01T10:00:00+08:00"])
def test_answer_to_another_time_shows_the_new_one(author, talk, installation, shown):
    answer = author.post(f"/my/{talk.id}/live", data={"comes": "yes", "starts_at": shown})
    assert "Время выступления изменилось" in author.get(answer.headers["location"]).text
    assert slot(installation, talk).confirmed_at is None


def test_calendar_entry_speaks_the_language_of_the_page(author, talk):
    [address] = re.findall(r'href="(/my/[^"]+\.ics)"', author.get(f"/my/{talk.id}/live").text)
    russian, english = author.get(address), author.get(f"{address}?lang=en")
    assert russian.headers["content-type"].startswith("text/calendar")
    assert russian.text != english.text


def test_talk_is_nobody_elses(talk, signed_in, installation):
    with installation.begin() as work:
        person = builders.a_person(work, "Посторонний Пётр Петрович")
    stranger = signed_in(person)
    assert stranger.get(f"/my/{talk.id}/live").status_code == 404
    assert stranger.post(f"/my/{talk.id}/live", data={"comes": "yes"}).status_code == 404


def test_work_without_a_place_has_no_such_page(author, talk, installation):
    with installation.begin() as work:
        work.slots.remove(slot(installation, talk).id)
    assert author.get(f"/my/{talk.id}/live").status_code == 404
