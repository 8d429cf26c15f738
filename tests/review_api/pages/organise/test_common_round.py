"""The calibration round on pages: organisers open and follow it, experts find their way through."""

from datetime import timedelta

import pytest

from flows.assignment import operations as assignment
from flows.review import common_round, operations
from schemas.assignment import AssignmentStatus
from schemas.common_round import is_common
from schemas.people import Actor
from schemas.review import Recommendation, ReviewDraft
from schemas.rubric import DEFAULT

BY = Actor(part="test")
JSON = {"accept": "application/json"}


@pytest.fixture
def organiser(organiser_browser):
    return organiser_browser


@pytest.fixture
def address(expertise):
    return f"/organise/{expertise.id}/common-round"


@pytest.fixture
def until(now):
    return f"{now + timedelta(days=7):%Y-%m-%d}"


@pytest.fixture
def opened(organiser, address, assignable, until):
    """A round with the first two works; the works of real plans are the other two."""
    works, _ = assignable
    answer = organiser.post(
        address, data={"first": works[0].id, "second": works[1].id, "until": until}
    )
    assert answer.status_code == 303
    return works


@pytest.fixture
def planned(installation, expertise, opened, now):
    """Every real work has its experts as well."""
    with installation.begin() as work:
        plan = assignment.propose(work, expertise.id, now=now)
        assignment.apply(work, plan.id, by=BY, now=now)
    return opened


class Expert:
    """One expert with a browser, a common work and a real one."""

    def __init__(self, installation, signed_in, marathon):
        self.installation = installation
        with installation.begin() as work:
            call = work.marathons.get(marathon.id)
            items = work.assignments.of_marathon(marathon.id)
            self.real = next(item for item in items if not is_common(item, call))
            mine = [item for item in items if item.expert_id == self.real.expert_id]
            self.common = [item for item in mine if is_common(item, call)]
            expert = work.experts.get(self.real.expert_id)
            person = work.people.get(expert.person_id)
        self.browser = signed_in(person)

    def get(self, item=None, step=""):
        return self.browser.get(path(item, step) if item else "/expert")

    def post(self, item, step, **data):
        return self.browser.post(path(item, step), data=data)


def path(item, step=""):
    return f"/expert/assignments/{item.id}" + (f"/{step}" if step else "")


@pytest.fixture
def expert(installation, signed_in, expertise, planned):
    return Expert(installation, signed_in, expertise)


def a_draft(level=2):
    return ReviewDraft(
        levels={part.code: level for part in DEFAULT.criteria},
        gates={gate.code: True for gate in DEFAULT.gates},
        recommendation=Recommendation.BOTH,
        comment="Полезная работа.",
    )


def send_all(installation, marathon, now, *, but=()):
    """Every common review but those of some assignments; the first one is the strictest."""
    with installation.begin() as work:
        items = common_round.items_of(work, work.marathons.get(marathon.id))
        for number, item in enumerate(sorted(items, key=lambda one: one.expert_id)):
            if item.id not in but:
                draft = a_draft(0 if number == 0 else 2)
                operations.submit(work, item.id, draft, by=BY, now=now)


def close(installation, marathon, now):
    with installation.begin() as work:
        common_round.close_round(work, marathon.id, by=BY, now=now)


def test_assignment_page_leads_to_the_round_before_anything_else(organiser, expertise, assignable):
    page = organiser.get(f"/organise/{expertise.id}/assignment").text

    assert "Начать с общего раунда" in page


def test_looking_says_how_many_will_be_invited_and_who_cannot_and_invites_nobody(
    installation, organiser, address, assignable, until
):
    works, _ = assignable
    page = organiser.get(address, params={"look": "yes", "first": works[0].id, "until": until})

    assert page.status_code == 200
    assert "Что произойдёт" in page.text
    assert "Без общей работы останутся: 2" in page.text
    assert "свой муниципалитет" in page.text
    assert "Арсеньева0 Анна Петровна" in page.text
    with installation.begin() as work:
        assert work.assignments.count() == 0


def test_an_empty_form_tells_at_once_of_the_work_and_of_the_day(organiser, address, assignable):
    page = organiser.post(address, data={}).text

    assert 'href="#first">Выберите одну или две' in page
    assert 'href="#until">Укажите, до какого дня' in page
    assert page.count("data-error-summary") == 1


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, "Укажите, до какого дня"),
        ({"until": "2099-01-01"}, "Выберите одну или две"),
        ({"until": "вчера"}, "Укажите, до какого дня"),
        ({"until": "2020-01-01", "first": "chosen"}, "уже прошла"),
        ({"until": "2099-01-01", "first": "chosen"}, "раньше"),
        ({"until": "9999-12-31", "first": "unknown"}, "Такой работы"),
    ],
)
@pytest.mark.parametrize("method", ["look", "open"])
def test_bad_input_is_said_beside_the_form_and_nothing_is_opened(
    installation, organiser, address, assignable, data, words, method
):
    works, _ = assignable
    typed = data | ({"first": works[0].id} if data.get("first") == "chosen" else {})
    answer = (
        organiser.get(address, params={"look": "yes", **typed})
        if method == "look"
        else organiser.post(address, data=typed)
    )

    assert answer.status_code == 422
    assert words in answer.text
    with installation.begin() as work:
        assert work.assignments.count() == 0


def test_opening_invites_and_the_page_follows_it(organiser, address, opened, expertise):
    page = organiser.get(address).text

    assert "Отправлено оценок" in page
    assert "Ждём оценку от 8\xa0экспертов" in page or "Ждём оценку от 8 экспертов" in page
    assert "Идёт общий раунд" in organiser.get(f"/organise/{expertise.id}/assignment").text
    assert "не прошли общий раунд" in organiser.get(f"/organise/{expertise.id}").text
    assert "csv" in organiser.get(address, params={"export": "csv"}).headers["content-type"]


def test_opening_a_second_time_is_refused(organiser, address, opened, until):
    answer = organiser.post(address, data={"first": opened[2].id, "until": until})

    assert answer.status_code == 409


def test_expert_sees_real_works_closed_until_the_common_one_is_sent(expert):
    queue = expert.get().text

    assert "Идёт общий раунд" in queue
    assert "Откроется после общей работы" in queue
    assert f'action="{path(expert.real, "accept")}"' not in queue
    assert all(f'action="{path(item, "accept")}"' in queue for item in expert.common)


def test_real_work_answers_with_a_sentence_and_stays_closed(installation, expert):
    invitation = expert.get(expert.real)
    accepted = expert.post(expert.real, "accept")

    assert "Откроется после общей работы" in invitation.text
    assert accepted.status_code == 409
    assert "Сначала оцените общую работу" in accepted.text
    with installation.begin() as work:
        assert work.assignments.get(expert.real.id).status is AssignmentStatus.INVITED


def test_begun_real_work_gives_neither_form_nor_material_before_the_common_one(
    installation, expert
):
    with installation.begin() as work:
        work.assignments.change(expert.real, status=AssignmentStatus.IN_PROGRESS)

    page = expert.get(expert.real)

    assert (page.status_code, page.headers["location"]) == (303, "/expert")
    assert "Откроются после общей работы" in expert.get().text
    for step in ("edit", "material.pdf", "pages/0", "pictures/0"):
        assert expert.get(expert.real, step).status_code == 409
    for step in ("draft", "review"):
        assert expert.post(expert.real, step, version="0").status_code == 409


def test_programs_get_the_same_refusal_with_its_code(expert):
    answer = expert.browser.post(f"/api/v1/assignments/{expert.real.id}/accept", headers=JSON)

    assert answer.status_code == 409
    assert answer.json()["type"] == "/problems/common_round_first"


def test_real_work_can_be_declined_meanwhile(installation, expert):
    assert expert.post(expert.real, "not-now").status_code == 303
    with installation.begin() as work:
        assert work.assignments.get(expert.real.id).status is AssignmentStatus.DECLINED


def test_real_work_opens_when_the_own_common_review_is_sent(installation, expert, now):
    for item in expert.common:
        expert.post(item, "accept")
        with installation.begin() as work:
            operations.submit(work, item.id, a_draft(), by=BY, now=now)

    assert expert.post(expert.real, "accept").status_code == 303
    assert "Идёт общий раунд" not in expert.get().text


def test_invitation_of_a_common_work_says_what_it_is_for(expert):
    assert "Это общая работа" in expert.get(expert.common[0]).text


def test_marks_of_colleagues_stand_on_the_own_page_only_after_the_round(
    installation, expert, expertise, now
):
    send_all(installation, expertise, now)
    before = expert.get(expert.common[0]).text
    close(installation, expertise, now)
    after = expert.get(expert.common[0]).text

    assert "отметками коллег" not in before
    assert "Ваши отметки рядом с отметками коллег" in after
    assert "изменить их уже нельзя" in after
    assert "Гусева" not in after
    assert "/edit" not in after
    refused = expert.post(expert.common[0], "review", **complete())
    assert refused.status_code == 403
    assert "изменить уже нельзя" in refused.text


def complete():
    return {
        **{f"level-{part.code}": "1" for part in DEFAULT.criteria},
        **{f"gate-{gate.code}": "yes" for gate in DEFAULT.gates},
        "recommendation": "both",
        "comment": "Передумал.",
        "version": "0",
    }


def test_expert_who_has_not_sent_sees_no_marks_after_the_round(
    installation, expert, expertise, now
):
    expert.post(expert.common[0], "accept")
    expert.post(expert.common[0], "draft", **complete())
    send_all(installation, expertise, now, but={item.id for item in expert.common})
    close(installation, expertise, now)

    assert "отметками коллег" not in expert.get(expert.common[0]).text


def test_organiser_reminds_closes_and_sees_who_differs(
    installation, organiser, address, opened, expertise, now
):
    assert organiser.post(f"{address}/remind").status_code == 303
    with installation.begin() as work:
        reminded = [one for one in work.notices.all() if one.template == "answer_reminder"]
        assert len({one.person_id for one in reminded}) == 8
    send_all(installation, expertise, now)
    assert "Все, кого ждали, отправили оценки" in organiser.get(address).text
    assert "строже остальных" not in organiser.get(address).text

    assert organiser.post(f"{address}/close").status_code == 303

    page = organiser.get(address).text
    assert "Что показал общий раунд" in page
    assert "строже остальных" in page
    assert "Заметно отличаются от остальных" in page


def test_result_of_too_few_marks_says_so(organiser, address, opened):
    organiser.post(f"{address}/close")

    assert "Отправлено оценок: 0" in organiser.get(address).text


def test_addresses_of_buttons_lead_back_to_the_page(organiser, address, opened):
    for step in ("remind", "close"):
        answer = organiser.get(f"{address}/{step}")
        assert (answer.status_code, answer.headers["location"]) == (303, address)


def test_experts_find_no_page_of_organisers(expert, address):
    assert expert.browser.get(address).status_code == 404
    assert expert.browser.post(f"{address}/close").status_code == 404


def test_page_without_works_says_there_is_nothing_to_choose(
    organiser, address, installation, expertise
):
    assert "Выбирать пока не из чего" in organiser.get(address).text


def test_sent_review_of_a_common_work_may_be_changed_until_the_round_ends(
    installation, expert, expertise, now
):
    send_all(installation, expertise, now)

    page = expert.get(expert.common[0]).text

    assert "/edit" in page
    assert "Изменить её можно до" in page
    assert 'datetime="2026-03-31T23:59:00+08:00"' in page
