"""The front door: open to everybody, silent about what is still being prepared."""

from datetime import timedelta

import builders
import pytest

from review_api.guides import GUIDES
from review_api.texts import AGREEMENTS
from schemas.marathon import Phase


def test_the_front_page_leads_to_sending_a_material(client, open_marathon):
    page = client.get("/").text
    assert open_marathon.title in page
    assert f'href="/my/new?marathon={open_marathon.id}"' in page
    assert "3 апреля 2026" in page
    assert "(Иркутск)" in page


def test_marathon_that_takes_materials_stands_first(client, installation, open_marathon, now):
    with installation.begin() as work:
        builders.a_marathon(
            work,
            title="Зимний марафон",
            phase=Phase.EXPERTISE,
            opens_at=now - timedelta(days=4),
            submissions_until=now - timedelta(days=1),
            reviews_until=now + timedelta(days=9),
        )
    page = client.get("/").text
    assert page.index(f">{open_marathon.title}</h1>") < page.index("Зимний марафон")


def test_begun_material_is_continued_from_the_page_of_its_marathon(client, open_marathon):
    begun = client.post("/my/new", data={"marathon": open_marathon.id}, follow_redirects=False)
    page = client.get(f"/marathons/{open_marathon.id}").text
    assert f'href="{begun.headers["location"]}">Продолжить материал<' in page
    assert "Начать ещё один" in page


def test_an_empty_installation_has_a_front_page_too(client):
    answer = client.get("/")
    assert answer.status_code == 200
    assert "Сейчас открытых марафонов нет" in answer.text


def test_a_marathon_in_preparation_does_not_exist_for_visitors(client, installation):
    with installation.begin() as work:
        hidden = builders.a_marathon(work, phase=Phase.PREPARATION, title="Тайный марафон")
    assert "Тайный марафон" not in client.get("/").text
    for part in ("", "/criteria", "/programme", "/programme.ics", "/collection"):
        assert client.get(f"/marathons/{hidden.id}{part}").status_code == 404


def test_past_marathons_stay_on_the_front_page(client, installation):
    with installation.begin() as work:
        past = builders.a_marathon(work, phase=Phase.ARCHIVE, title="Прошлый марафон")
    page = client.get("/").text
    assert f'href="/marathons/{past.id}"' in page


def test_the_criteria_page_describes_every_level(client, open_marathon):
    page = client.get(f"/marathons/{open_marathon.id}/criteria").text
    assert "Методическая проработанность" in page
    assert "Результаты не приведены." in page


@pytest.mark.parametrize(
    "address",
    [
        "/privacy",
        "/help",
        *(f"/help/{code}" for code in GUIDES),
        *(f"/texts/{text.code}" for text in AGREEMENTS.values()),
    ],
)
def test_texts_open_for_everybody_without_scripts_of_others(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    assert "http://" not in answer.text.replace("http://www.w3.org", "")
    assert "style=" not in answer.text


def test_an_unknown_text_is_not_found(client):
    assert client.get("/texts/other").status_code == 404
    assert client.get("/help/other").status_code == 404


def test_whoever_began_a_material_is_led_back_to_it(client, open_marathon):
    begun = client.post("/my/new", data={"marathon": open_marathon.id}, follow_redirects=False)
    page = client.get("/").text
    assert f'href="{begun.headers["location"]}"' in page
    assert f'href="/my/new?marathon={open_marathon.id}"' not in page


def test_what_was_done_is_said_above_the_banner_of_the_front_page(client, open_marathon):
    client.post("/my/new", data={"marathon": open_marathon.id})
    client.post("/guest/forget")
    page = client.get("/").text
    assert page.count("Черновик удалён") == 1
    assert page.index("Черновик удалён") < page.index('class="hero"')
