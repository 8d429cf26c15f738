"""Help shows the pictures of the guides, light and cached, and does without them."""

import re

import pytest

from review_api import guide_pictures
from review_api.guides import GUIDES

PICTURED = [(code, task) for code, guide in GUIDES.items() for task in guide.sections]


@pytest.mark.parametrize(
    "task", [task for _, task in PICTURED if task.picture], ids=lambda task: task.picture
)
def test_every_picture_of_the_help_exists_and_is_told_in_words(task):
    assert guide_pictures.pair(task.picture) is not None
    assert task.shows


@pytest.mark.parametrize("code", GUIDES)
def test_a_guide_shows_pictures_that_are_served_for_a_year(client, code):
    page = client.get(f"/help/{code}").text
    shown = re.findall(r'(?:src|srcset)="(/pictures/[^"]+)"', page)
    assert len(shown) == 2 * sum(bool(task.picture) for task in GUIDES[code].sections)
    for tag in re.findall(r"<(?:img|source)[^>]*/pictures/[^>]*>", page):
        assert re.search(r'width="\d+" height="\d+"', tag)
    assert page.count('loading="lazy"') == len(shown) // 2
    for address in shown:
        answer = client.get(address)
        assert answer.headers["content-type"] == "image/webp"
        assert "immutable" in answer.headers["cache-control"]


def test_help_without_pictures_stays_whole(client, monkeypatch, tmp_path):
    monkeypatch.setattr(guide_pictures, "FOLDER", tmp_path)
    guide_pictures.pair.cache_clear()
    try:
        answer = client.get("/help/expert")
    finally:
        guide_pictures.pair.cache_clear()
    assert answer.status_code == 200
    assert "/pictures/" not in answer.text
