"""Potential conflicts as organisers look at them and decide."""

from datetime import timedelta

import builders
import pytest

from schemas.assignment import AssignmentStatus
from schemas.conflict import SuspicionStatus
from schemas.marathon import Phase
from schemas.people import Role
from schemas.submission import SubmissionStatus

MENTOR = "Берёзкина Анна Петровна"


@pytest.fixture
def desk(installation, signed_in, now):
    return Desk(installation, signed_in, now)


class Desk:
    """A marathon with two works that name an expert as their mentor."""

    def __init__(self, installation, signed_in, now):
        self.installation = installation
        with installation.begin() as work:
            cluster = builders.a_cluster(work)
            home, away = builders.members(work, cluster)[:2]
            self.marathon = builders.a_marathon(
                work, cluster, phase=Phase.EXPERTISE, reviews_until=now + timedelta(days=10)
            )
            self.works = [
                builders.a_submission(work, self.marathon, away, mentor="Берёзкина А. П.")
                for _ in range(2)
            ]
            judge = builders.a_person(work, MENTOR)
            self.expert = builders.an_expert(work, home, person_id=judge.id)
            organiser = builders.a_person(work, "Орлова Нина Петровна")
            work.roles.give(organiser.id, Role.ORGANISER)
        self.address = f"/organise/{self.marathon.id}/conflicts"
        self.browser = signed_in(organiser)

    def search(self):
        return self.browser.post(f"{self.address}/search")

    def page(self):
        return self.browser.get(self.address).text

    def all(self):
        with self.installation.begin() as work:
            return work.suspicions.of_marathon(self.marathon.id)

    def decide(self, **data):
        return self.browser.post(self.address, data=data, follow_redirects=True).text


def test_organiser_looks_for_conflicts_and_reads_why(desk):
    assert "Разбирать нечего" in desk.page()

    desk.search()

    page = desk.page()
    assert "это может быть эксперт Берёзкина Анна Петровна" in page
    assert "2\u00a0пары" in page


def test_dashboard_and_assignment_page_point_at_what_is_open(desk):
    desk.search()
    overview = desk.browser.get(f"/organise/{desk.marathon.id}").text
    assignment = desk.browser.get(f"/organise/{desk.marathon.id}/assignment").text

    assert "возможных конфликта не разобраны" in overview
    assert f'href="{desk.address}"' in assignment


def test_one_row_is_decided_by_its_own_button_and_may_be_turned_round(desk):
    desk.search()
    one, other = desk.all()

    page = desk.decide(answer=f"no:{one.id}")

    assert "конфликта нет" in page
    assert "Орлова Нина Петровна" in page
    assert {item.status for item in desk.all()} == {
        SuspicionStatus.DISMISSED,
        SuspicionStatus.OPEN,
    }
    desk.decide(answer=f"yes:{one.id}")
    assert {item.id: item.status for item in desk.all()} == {
        one.id: SuspicionStatus.CONFIRMED,
        other.id: SuspicionStatus.OPEN,
    }


def test_several_are_decided_together_and_an_assignment_is_taken_back(desk):
    desk.search()
    with desk.installation.begin() as work:
        on_review = work.submissions.save(
            desk.works[0].model_copy(update={"status": SubmissionStatus.IN_REVIEW})
        )
        item = builders.an_assignment(
            work, on_review, desk.expert, status=AssignmentStatus.ACCEPTED
        )
    assert "при подтверждении её заменят" in desk.page()

    page = desk.decide(answer="yes", chosen=[one.id for one in desk.all()])

    assert "Подтверждено конфликтов: 2" in page
    with desk.installation.begin() as work:
        assert work.assignments.get(item.id).status is AssignmentStatus.REPLACED
        assert len(work.conflicts.pairs(desk.marathon.id)) == 2


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"answer": "yes"}, "Отметьте хотя бы одну строку"),
        ({"answer": "perhaps", "chosen": "x"}, "Выберите, есть ли конфликт"),
        ({"answer": "no:gone"}, "Список изменился"),
    ],
)
def test_mistakes_are_told_and_change_nothing(desk, data, sentence):
    desk.search()

    assert sentence in desk.decide(**data)
    assert {item.status for item in desk.all()} == {SuspicionStatus.OPEN}


def test_nobody_else_sees_or_decides(desk, installation, signed_in):
    desk.search()
    with installation.begin() as work:
        judge = work.people.get(desk.expert.person_id)
    expert = signed_in(judge)

    assert expert.get(desk.address).status_code == 404
    assert expert.post(f"{desk.address}/search").status_code == 404
    answer = expert.post(desk.address, data={"answer": f"no:{desk.all()[0].id}"})
    assert answer.status_code == 404


def test_conflict_of_another_marathon_is_not_found(desk, installation):
    desk.search()
    with installation.begin() as work:
        other = builders.a_marathon(work, phase=Phase.EXPERTISE)
    answer = desk.browser.post(
        f"/organise/{other.id}/conflicts", data={"answer": f"no:{desk.all()[0].id}"}
    )

    assert answer.status_code == 404


def test_list_is_searched_and_taken_away(desk):
    desk.search()
    home = f"/organise/{desk.marathon.id}/conflicts"
    assert "Решить" in desk.browser.get(home, params={"q": ""}).text
    assert desk.browser.get(home, params={"q": "нет такого слова"}).status_code == 200
    rows = desk.browser.get(home, params={"export": "csv"}).content.decode("utf-8-sig")
    assert rows.startswith("Работа;Эксперт;")
