"""Acts upon many rows: the list first, each row once, refusals with a reason, clicks twice."""

import html
import re
from datetime import timedelta

import pytest

from schemas.assignment import AssignmentStatus
from schemas.certificate import Certificate, CertificateKind
from schemas.marathon import Phase
from schemas.outbox import Notice, NoticeStatus
from schemas.people import Role
from schemas.submission import SubmissionStatus
from storage.identifiers import new_id
from tests import builders


@pytest.fixture
def season(installation, now):
    """A marathon that takes materials, with a draft, a sent work and one that experts read."""
    with installation.begin() as work:
        marathon = builders.a_marathon(
            work,
            phase=Phase.INTAKE,
            submissions_until=now + timedelta(days=5),
            reviews_until=now + timedelta(days=30),
        )
        home = builders.a_municipality(work, work.clusters.only())
        states = (SubmissionStatus.DRAFT, SubmissionStatus.SUBMITTED, SubmissionStatus.IN_REVIEW)
        return marathon, [
            builders.a_submission(work, marathon, home, status=status) for status in states
        ]


def asked(browser, marathon, kind, act, rows, **more):
    address = f"/organise/{marathon.id}/bulk/{kind}"
    return browser.post(address, data={"act": act, "id": [one.id for one in rows], **more})


def done(browser, marathon, kind, act, rows, **more):
    """The sentence that stands on the page one comes back to."""
    answer = asked(browser, marathon, kind, act, rows, sure="yes", **more)
    assert answer.status_code == 303, answer.text
    page = browser.get(answer.headers["location"]).text
    found = re.search(r'banner__heading">(.*?)</p>', page, re.DOTALL)
    return html.unescape(found[1]).strip()


def work_of(installation, one):
    with installation.begin(read_only=True) as work:
        return work.submissions.get(one.id)


def test_list_is_shown_before_anything_is_done(installation, browser, season):
    marathon, works = season
    page = asked(browser, marathon, "works", "track", works)
    assert page.status_code == 200
    assert "Сменить направление: 1\u00a0работа" in page.text
    assert "№ 2. " in page.text
    assert "Будет пропущено: 2" in page.text
    assert "это черновик: направление выбирает автор" in page.text
    assert work_of(installation, works[1]).track == 1


def test_track_is_changed_once_and_the_rest_is_told(installation, browser, season):
    marathon, works = season
    sentence = done(browser, marathon, "works", "track", works, value="3")
    assert sentence.startswith("Направление изменено: 1. Пропущено 2: № 1.")
    assert [work_of(installation, one).track for one in works] == [1, 3, 1]
    again = done(browser, marathon, "works", "track", works[1:2], value="3")
    assert again.startswith("Направление изменено: 0. Пропущено 1")
    with installation.begin(read_only=True) as work:
        entries = work.journal.about(works[1].id)
    assert [one.action for one in entries] == ["track_changed"]


@pytest.mark.parametrize("value", ["", "99", "🙂", "1; drop", "3" * 100_000])
def test_wrong_track_is_said_and_the_list_stays(installation, browser, season, value):
    marathon, works = season
    answer = asked(browser, marathon, "works", "track", works, sure="yes", value=value)
    assert answer.status_code == 422
    assert "Выберите направление из списка." in answer.text
    assert f'value="{works[1].id}"' in answer.text
    assert len(answer.text) < 20_000
    assert work_of(installation, works[1]).track == 1


def test_authors_of_drafts_are_reminded_once_a_day(installation, browser, season):
    marathon, works = season
    assert done(browser, marathon, "works", "remind", works).startswith("Напомнили авторам: 1.")
    twice = done(browser, marathon, "works", "remind", works[:1])
    assert "сегодня этому автору уже напомнили" in twice
    with installation.begin(read_only=True) as work:
        letters = work.notices.of_marathon(marathon.id)
    assert [one.template for one in letters] == ["nudge"]


def test_time_is_given_to_the_end_of_the_day(installation, browser, season, now):
    marathon, works = season
    day = f"{now + timedelta(days=9):%Y-%m-%d}"
    for _ in range(2):
        assert done(browser, marathon, "works", "extend", works, value=day).startswith(
            "Срок продлён: 1."
        )
    with installation.begin(read_only=True) as work:
        (given,) = work.extensions.of_person(marathon.id, works[0].owner_id)
    assert given.until.isoformat().endswith("15:59:00+00:00")


@pytest.mark.parametrize("value", ["", "2026-02-31", "2020-01-01", "9999-12-31", "завтра"])
def test_day_that_cannot_be_is_refused(browser, season, value):
    marathon, works = season
    answer = asked(browser, marathon, "works", "extend", works, sure="yes", value=value)
    assert answer.status_code == 422
    assert 'id="value-error"' in answer.text


def test_nothing_chosen_and_unknown_acts_are_told(browser, season):
    marathon, works = season
    for act, rows, sentence in (
        ("track", [], "Отметьте строки"),
        ("destroy", works, "Выберите, что сделать."),
    ):
        answer = asked(browser, marathon, "works", act, rows)
        assert sentence in browser.get(answer.headers["location"]).text
    assert asked(browser, marathon, "people", "track", works).status_code == 404


def test_every_row_of_a_long_table_may_be_chosen_but_not_more_than_can_be_done(browser, season):
    marathon, works = season
    address = f"/organise/{marathon.id}/bulk/works"
    many = [*(one.id for one in works), *(new_id() for _ in range(1500))]

    assert browser.post(address, data={"act": "remind", "id": many}).status_code == 200
    many = [new_id() for _ in range(2001)]
    answer = browser.post(address, data={"act": "remind", "id": many})
    assert "больше 2000 строк" in browser.get(answer.headers["location"]).text


def test_rows_of_another_marathon_are_not_there(installation, browser, season):
    _marathon, works = season
    with installation.begin() as work:
        other = builders.a_marathon(work, work.clusters.only(), title="Другой")
    answer = asked(browser, other, "works", "track", works, sure="yes", value="2")
    assert "Отметьте строки" in browser.get(answer.headers["location"]).text
    assert work_of(installation, works[1]).track == 1


def test_own_work_is_left_to_other_organisers(installation, signed_in, season):
    marathon, works = season
    with installation.begin() as work:
        author = work.people.get(works[1].owner_id)
        work.roles.give(author.id, Role.ORGANISER)
    page = asked(signed_in(author), marathon, "works", "track", works[1:2]).text
    assert "это ваша работа" in page


def test_letters_are_sent_and_discarded_once(installation, browser, season, now):
    marathon, works = season
    with installation.begin() as work:
        letters = [
            work.notices.write(
                Notice(
                    id=new_id(),
                    template="submission_received",
                    person_id=works[1].owner_id,
                    marathon_id=marathon.id,
                    subject_kind="submission",
                    subject_id=works[1].id,
                    dedup_key=str(number),
                    status=NoticeStatus.DRAFT,
                    created_at=now,
                )
            )
            for number in range(3)
        ]
    assert done(browser, marathon, "letters", "release", letters[:2]) == "Отправляется писем: 2."
    told = done(browser, marathon, "letters", "discard", letters)
    assert told.startswith("Удалено писем: 1. Пропущено 2")


def test_certificates_are_revoked_with_a_reason(installation, browser, season, now):
    marathon, _works = season
    with installation.begin() as work:
        paper = work.certificates.add(
            Certificate(
                id=new_id(),
                marathon_id=marathon.id,
                number="У-2026-0001",
                kind=CertificateKind.PARTICIPANT,
                holder="Иванова Анна Петровна",
                text="участвовала",
                issued_at=now,
            )
        )
    nothing = asked(browser, marathon, "certificates", "revoke", [paper], sure="yes")
    assert "Напишите, почему сертификаты отзываются." in nothing.text
    assert done(browser, marathon, "certificates", "revoke", [paper], value="Ошибка") == (
        "Отозвано: 1."
    )


def test_experts_are_switched_off_and_given_other_capacity(installation, browser, season):
    with installation.begin() as work:
        home = work.municipalities.all()[0]
        experts = [builders.an_expert(work, home) for _ in range(2)]
    form = {"id": [one.id for one in experts], "sure": "yes"}
    address = "/organise/registry/experts/bulk"
    assert browser.post(address, data=form | {"act": "deactivate"}).status_code == 303
    assert browser.post(address, data=form | {"act": "capacity", "value": "7"}).status_code == 303
    wrong = browser.post(address, data=form | {"act": "capacity", "value": "-1"})
    assert wrong.status_code == 422
    with installation.begin(read_only=True) as work:
        now_are = [work.experts.get(one.id) for one in experts]
    assert [(one.active, one.capacity) for one in now_are] == [(False, 7), (False, 7)]


def test_bulk_does_not_exist_for_teachers(installation, signed_in, season):
    marathon, works = season
    with installation.begin() as work:
        teacher = builders.a_person(work)
    browser = signed_in(teacher)
    assert asked(browser, marathon, "works", "track", works).status_code == 404
    assert browser.post("/organise/registry/experts/bulk", data={"act": "x"}).status_code == 404


def test_tables_have_boxes_and_buttons(browser, season):
    marathon, works = season
    page = browser.get(f"/organise/{marathon.id}/works").text
    assert f'name="id" value="{works[0].id}" form="bulk"' in page
    assert "Напомнить авторам черновиков…" in page
    assert "Со всеми найденными: 3" in page


@pytest.fixture
def overdue(installation, now):
    """A work whose experts are late: one has begun, one has not."""
    with installation.begin() as work:
        marathon = builders.a_marathon(
            work, phase=Phase.EXPERTISE, reviews_until=now + timedelta(days=5)
        )
        home, *others = builders.members(work, work.clusters.only())
        one = builders.a_submission(work, marathon, home, status=SubmissionStatus.IN_REVIEW)
        late = {"due_at": now - timedelta(days=1)}
        states = (AssignmentStatus.IN_PROGRESS, AssignmentStatus.ACCEPTED)
        return marathon, [
            builders.an_assignment(work, one, builders.an_expert(work, place), status=state, **late)
            for state, place in zip(states, others, strict=False)
        ]


def test_overdue_experts_are_reminded_from_the_dashboard_once_a_day(installation, browser, overdue):
    marathon, items = overdue
    page = browser.get(f"/organise/{marathon.id}").text
    assert all(f'value="{one.id}"' in page for one in items)
    assert "Искать замены…" in page

    assert (
        "Напомнить экспертам: 2\u00a0назначения"
        in asked(browser, marathon, "assignments", "remind", items).text
    )
    assert "Напомнили экспертам: 2" in done(browser, marathon, "assignments", "remind", items)
    again = done(browser, marathon, "assignments", "remind", items)
    assert "сегодня уже напомнили" in again
    with installation.begin(read_only=True) as work:
        letters = work.notices.of_marathon(marathon.id)
    assert [one.template for one in letters] == ["review_reminder", "review_reminder"]


def test_place_of_an_overdue_expert_is_freed_unless_the_review_is_begun(
    installation, browser, overdue
):
    marathon, (begun, idle) = overdue

    told = done(browser, marathon, "assignments", "replace", [begun, idle])

    assert "Ищем замену: 1" in told
    assert "уже начал оценивать" in told
    with installation.begin(read_only=True) as work:
        assert work.assignments.get(begun.id).status is AssignmentStatus.IN_PROGRESS
        assert work.assignments.get(idle.id).status is AssignmentStatus.EXPIRED
        assert [run.deployment for run in work.runs.latest(marathon.id)] == ["replace_experts"]
