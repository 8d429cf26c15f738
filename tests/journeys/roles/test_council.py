"""The council at work: the chair approves rules and decisions, the secretary conducts a meeting."""

import io
import zipfile
from datetime import timedelta

import builders
import pytest

from flows.runtime.conduct import clock
from schemas.decision import DecisionStatus
from schemas.marathon import Phase
from schemas.people import Role
from schemas.submission import SubmissionStatus

pytestmark = pytest.mark.browser

CHAIR, SECRETARY = "predsedatel@example.ru", "sekretar@example.ru"
DISPUTED = "Сельская школа как центр посёлка"
CLEAR = ("Дневник наблюдений в начальной школе", "Математика на кухне")


@pytest.fixture(scope="module")
def cluster(opened):
    """With four members, a chair and a secretary."""
    with opened.begin() as work:
        made = builders.a_cluster(work)
        builders.members(work, made)
        for email, role in ((CHAIR, Role.CHAIR), (SECRETARY, Role.SECRETARY)):
            person = builders.a_person(work, "Кедрова Анна Ильинична", email=email)
            work.roles.give(person.id, role, scope_id=made.id)
        return made


@pytest.fixture(scope="module")
def prepared(opened, cluster):
    with opened.begin() as work:
        return builders.a_marathon(
            work,
            cluster,
            title="Марафон будущего года",
            phase=Phase.PREPARATION,
            opens_at=clock() + timedelta(days=5),
            submissions_until=clock() + timedelta(days=40),
            reviews_until=clock() + timedelta(days=70),
        )


@pytest.fixture(scope="module")
def deciding(opened, cluster):
    """A marathon with two clear proposals and a work for the council to argue about."""
    with opened.begin() as work:
        made = builders.a_marathon(work, cluster, phase=Phase.DECISION)
        home, *_ = work.municipalities.of_cluster(cluster.id)
        for title in (*CLEAR, DISPUTED):
            one = builders.a_submission(
                work, made, home, title=title, status=SubmissionStatus.REVIEWED
            )
            builders.a_decision(
                work,
                one,
                outcome="council" if title == DISPUTED else "yes",
                status=DecisionStatus.PROPOSED,
                confirmed_at=None,
            )
        return made


@pytest.fixture
def chair(visitor, opened, cluster):
    one = visitor(CHAIR)
    one.comes_in(opened, now=clock())
    return one


@pytest.fixture
def secretary(visitor, opened, cluster):
    one = visitor(SECRETARY)
    one.comes_in(opened, now=clock())
    return one


def test_chair_approves_the_rules_and_they_are_frozen(chair, opened, prepared):
    chair.open("/council")
    chair.sees("Ещё не утверждены.")
    chair.fits_a_phone()
    chair.page.locator(f"a[href='/council/policy/{prepared.id}']").click()
    chair.fits_a_phone()
    chair.press("Утвердить и заморозить")
    chair.sees("Правила отбора утверждены и заморожены.")
    with opened.begin(read_only=True) as work:
        kept = work.marathons.get(prepared.id).decision
        [version] = work.policy_versions.of_marathon(prepared.id)
        approved_by = work.people.get(version.approved_by).email
    assert kept.frozen_at is not None
    assert approved_by == CHAIR


def test_chair_confirms_decisions_after_saying_once_more_who_it_is(chair, opened, deciding):
    chair.open("/council")
    chair.page.locator(f"a[href='/organise/{deciding.id}/decisions']").click()
    chair.fits_a_phone()
    chair.unfold("Применить 2 решения")
    chair.page.get_by_label(CLEAR[1]).uncheck()
    chair.press("Применить 1 решение")
    assert statuses(opened, deciding)[CLEAR[0]] is DecisionStatus.PROPOSED  # not before the code
    chair.fits_a_phone()
    chair.proves_it_is_them(opened, "Применить решения")
    chair.sees("Применено решений: 1.")
    assert statuses(opened, deciding) == {
        CLEAR[0]: DecisionStatus.CONFIRMED,
        CLEAR[1]: DecisionStatus.PROPOSED,
        DISPUTED: DecisionStatus.PROPOSED,
    }
    chair.forgives("403 (Forbidden)")


def statuses(opened, marathon):
    with opened.begin(read_only=True) as work:
        return {
            work.submissions.get(one.submission_id).title: one.status
            for one in work.decisions.of_marathon(marathon.id)
        }


def test_secretary_holds_a_meeting_from_the_call_to_the_protocol(
    secretary, chair, opened, deciding, runner
):
    secretary_calls(secretary, deciding)
    secretary_marks_who_came(secretary)
    number = ballot(opened)
    secretary_names_a_delegate(secretary, number)
    secretary_records_votes(secretary, opened)
    chair_changes_a_vote(chair, secretary, number)
    secretary.unfold("Закрыть заседание")
    secretary.press("Закрыть заседание")
    secretary.sees("Заседание закрыто, протокол готов к подписи.")
    secretary.fits_a_phone()
    runner()
    with zipfile.ZipFile(io.BytesIO(secretary.download("Протокол, DOCX"))) as paper:
        words = paper.read("word/document.xml").decode()
    assert "Голосовали" in words
    assert DISPUTED in words
    assert secretary.download("Протокол, PDF").startswith(b"%PDF-")
    with opened.begin(read_only=True) as work:
        [meeting] = work.meetings.all()
        votes = [one.choice.value for one in work.votes.of_meeting(meeting.id)]
        ruled = [one for one in work.decisions.of_marathon(deciding.id) if one.outcome != "council"]
    assert meeting.closed_at is not None
    assert "against" in votes
    assert len(ruled) == len(CLEAR) + 1


def secretary_calls(secretary, deciding):
    secretary.open("/council")
    secretary.press("Создать заседание")
    secretary.sees("Выберите марафон.", "Укажите дату заседания.")
    secretary.page.locator("[name=marathon]").select_option(value=deciding.id)
    secretary.fill("Дата", f"{clock():%Y-%m-%d}")
    secretary.fill("Место", "г. Усть-Илимск и ВКС")
    secretary.press("Создать заседание")
    secretary.sees("Заседание создано, повестка составлена.", DISPUTED)
    secretary.fits_a_phone()
    secretary.forgives("422 (Unprocessable")


def secretary_marks_who_came(secretary):
    secretary_marks(secretary, "in_person", "absent", "absent", "absent")
    secretary.sees("Присутствует 1 из 4.", "кворума нет")
    secretary_marks(secretary, "in_person", "in_person", "remote", "absent")
    secretary.sees("Присутствует 3 из 4.", "кворум есть")


def secretary_marks(secretary, *attendance):
    seats = secretary.page.locator("select[name^=attendance_]")
    for number, value in enumerate(attendance):
        seats.nth(number).select_option(value=value)
    secretary.page.locator("input[name^=representative_]").first.fill("Кедрова Анна Ильинична")
    secretary.page.locator("input[name^=reason_]").last.fill("нет авиасообщения")
    secretary.press("Сохранить присутствие")
    secretary.sees("Присутствие отмечено.")


def ballot(opened):
    with opened.begin(read_only=True) as work:
        [meeting] = work.meetings.all()
        return next(one.number for one in meeting.agenda if one.submission_id)


def secretary_names_a_delegate(secretary, number):
    """The seat of the work's own municipality may not vote, and without it there is no quorum."""
    secretary.sees("кворума по вопросу нет")
    secretary.follow(f"Делегаты по вопросу {number}")
    secretary.fits_a_phone()
    secretary.page.locator("select[name^=home_]").first.select_option(label="вне кластера")
    secretary.page.locator("input[name^=name_]").first.fill("Рябинина Ольга Павловна")
    secretary.press("Сохранить делегатов")
    secretary.sees("Делегаты записаны.", "голосует делегат Рябинина Ольга Павловна")


def secretary_records_votes(secretary, opened):
    with opened.begin(read_only=True) as work:
        [meeting] = work.meetings.all()
    for item in meeting.agenda:
        if item.needs_vote:
            secretary.unfold(f"Голоса по вопросу {item.number}")
            place = secretary.page.locator(f"form[action$='/votes/{item.number}']")
            place.get_by_role("button", name="Остальные — «за»").click()
            secretary.sees("Голоса записаны.")


def chair_changes_a_vote(chair, secretary, number):
    """Two people write into one meeting, each from a page of their own."""
    chair.page.goto(secretary.page.url)
    chair.unfold(f"Голоса по вопросу {number}")
    place = chair.page.locator(f"form[action$='/votes/{number}']")
    place.locator("select").first.select_option(value="against")
    place.get_by_role("button", name="Записать голоса").click()
    chair.sees("Голоса записаны.")
    chair.fits_a_phone()
    secretary.page.reload()
