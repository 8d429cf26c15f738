"""What experts would like to review, as a browser without scripts says it; the blind holds."""

import re
from datetime import timedelta

import builders
import pytest
from builders import NOW

from flows.assignment import wish_operations as wishes
from review_api.pages.expert import queue as expert
from schemas.assignment import Wish
from schemas.marathon import Phase
from schemas.submission import Author

AUTHOR = "Канарейкина Пелагея Тихоновна"
CANARIES = ("канарейк", "пелаге", "киренск", "свиристел", "гимнази")


@pytest.fixture
def desk(installation, signed_in):
    return Desk(installation, signed_in)


class Desk:
    """An expert with two works to wish for, signed in."""

    def __init__(self, installation, signed_in):
        self.installation = installation
        with installation.begin() as work:
            cluster = builders.a_cluster(work)
            home, away = builders.members(work, cluster)[:2]
            self.marathon = builders.a_marathon(
                work, cluster, phase=Phase.EXPERTISE, reviews_until=NOW + timedelta(days=10)
            )
            self.works = [self.a_work(work, away, title) for title in ("Опыты", "Лыжи")]
            self.expert = builders.an_expert(work, home)
            person = work.people.get(self.expert.person_id)
        self.browser = signed_in(person)

    def a_work(self, work, away, title):
        owner = builders.a_person(work, AUTHOR)
        return builders.a_submission(
            work,
            self.marathon,
            away,
            title=f"{title} в Киренске",
            abstract=f"Ведёт {AUTHOR}, помогала Свиристелева Г. И.",
            mentor="Свиристелева Г. И.",
            owner_id=owner.id,
            authors=(
                Author(
                    name=AUTHOR,
                    organisation="МБОУ «Канареечная гимназия»",
                    municipality_id=away.id,
                    person_id=owner.id,
                ),
            ),
        )

    def page(self):
        return self.browser.get("/expert/wishes").text

    def work_keys(self):
        return list(dict.fromkeys(re.findall(r'name="wish-([0-9a-f]+)"', self.page())))

    def said(self):
        with self.installation.begin() as work:
            return {one.wish for one in work.preferences.of_expert(self.expert.id)}


def test_wishes_are_kept_and_shown_again_and_may_be_changed(desk):
    first, second = desk.work_keys()
    answer = desk.browser.post("/expert/wishes", data={f"wish-{first}": "eager", "page": "1"})
    assert answer.status_code == 303
    assert desk.said() == {Wish.EAGER}
    assert "Отмечено 1 из 2" in desk.page()
    assert len(re.findall(r'value="eager" checked', desk.page())) == 1

    both = {f"wish-{first}": "reluctant", f"wish-{second}": "reluctant"}
    desk.browser.post("/expert/wishes", data=both)

    assert desk.said() == {Wish.RELUCTANT}
    assert "Отмечено 2 из 2" in desk.page()


def test_nothing_is_preselected_and_nonsense_is_passed_over(desk):
    assert " checked" not in desk.page()

    desk.browser.post("/expert/wishes", data={"wish-0000": "eager", "wish-": "x", "wish": "eager"})

    assert desk.said() == set()


def test_conflict_hides_the_work_and_keeps_the_other_wishes(desk):
    first, second = desk.work_keys()

    data = {f"wish-{first}": "eager", f"wish-{second}": "eager", "conflict": first}
    desk.browser.post("/expert/wishes", data=data)

    assert desk.work_keys() == [second]
    assert desk.said() == {Wish.EAGER}
    with desk.installation.begin() as work:
        assert len(work.conflicts.pairs(desk.marathon.id)) == 1


def test_names_of_authors_mentors_schools_and_places_never_show(desk):
    page = desk.page().casefold()

    assert "опыты" in page
    assert not [canary for canary in CANARIES if canary in page]
    with desk.installation.begin() as work:
        for one in work.submissions.of_marathon(desk.marathon.id):
            assert one.id not in page
            assert one.owner_id not in page


def test_queue_tells_of_works_to_wish_for_until_all_are_answered(desk):
    assert "без вашего ответа 2\u00a0работы" in desk.browser.get("/expert").text

    desk.browser.post("/expert/wishes", data={f"wish-{key}": "willing" for key in desk.work_keys()})

    assert "без вашего ответа" not in desk.browser.get("/expert").text


def test_queue_does_not_read_thousands_of_works_to_count_them(desk, monkeypatch):
    monkeypatch.setattr(expert, "MOST_COUNTED", 1)
    monkeypatch.setattr(wishes, "works_for", None)
    page = desk.browser.get("/expert").text

    assert "Можно сказать, что вам интересно оценить." in page
    assert "без вашего ответа" not in page


def test_close_people_are_kept(desk):
    names = "Ветров О. И.\r\nКим Ян\r\n"
    answer = desk.browser.post("/expert/wishes", data={"people": names})

    assert answer.status_code == 303
    page = desk.page()
    assert "Список сохранён." in page
    assert "Ветров О. И.\nКим Ян" in page


def test_either_button_saves_both_wishes_and_close_people(desk):
    first, second = desk.work_keys()
    (form,) = re.findall(
        r'<form method="post" action="/expert/wishes">.*?</form>', desk.page(), re.DOTALL
    )
    assert 'name="people"' in form
    assert f'name="wish-{second}"' in form
    assert "Сохранить пожелания" in form
    assert "Сохранить список" in form
    # Neither button carries a value, so what each of them sends is the same.
    assert re.findall(r'<button[^>]* name="(\w+)"', form) == ["conflict", "conflict"]

    answer = desk.browser.post(
        "/expert/wishes", data={f"wish-{first}": "eager", "people": "Ким Ян"}
    )

    page = desk.browser.get(answer.headers["location"]).text
    assert "Пожелания сохранены: 1. Список сохранён." in page
    assert desk.said() == {Wish.EAGER}
    assert "Ким Ян</textarea>" in page


def test_list_of_people_stays_when_the_form_does_not_hold_it(desk):
    desk.browser.post("/expert/wishes", data={"people": "Ким Ян"})
    (key, _) = desk.work_keys()

    desk.browser.post("/expert/wishes", data={f"wish-{key}": "willing"})

    assert "Ким Ян</textarea>" in desk.page()


def test_who_is_no_expert_finds_no_such_page(installation, signed_in, client):
    with installation.begin() as work:
        person = builders.a_person(work)
    stranger = signed_in(person)

    assert stranger.get("/expert/wishes").status_code == 404
    assert stranger.post("/expert/wishes", data={}).status_code == 404
    assert client.get("/expert/wishes").status_code == 303
