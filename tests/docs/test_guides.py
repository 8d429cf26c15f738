"""The guides in Russian speak of pages, buttons and pictures that exist."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from PIL import Image

from docs.pictures import belonging
from docs.pictures.contact_sheet import route_of
from docs.pictures.views import VIEWS, WIDTHS, Who, files

ROOT = Path(__file__).parents[2]
GUIDES = sorted((ROOT / "docs" / "ru").glob("*.md"))
CATALOGUES = ROOT / "review_api" / "locale" / "en" / "LC_MESSAGES"
CONTROL = re.compile(r"\*\*«(.+?)»\*\*", re.DOTALL)
VALUE = re.compile(r"%\(\w+\)[sd]|\{[^}]*\}|…")


def words_of_pages():
    """Everything the application says, as patterns: values and what guides leave out are free."""
    for name in ("messages.po", "sentences.po"):
        with (CATALOGUES / name).open("rb") as file:
            for message in read_po(file):
                said = message.id if isinstance(message.id, tuple) else (message.id,)
                yield from said


@pytest.fixture(scope="module")
def said():
    return {re.sub(r"\s+", " ", VALUE.sub("…", words)) for words in words_of_pages()}


def controls(guide):
    found = CONTROL.findall(guide.read_text("utf-8"))
    return sorted({re.sub(r"\s+", " ", words) for words in found})


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.stem)
def test_every_control_a_guide_names_is_said_by_a_page(guide, said):
    assert [words for words in controls(guide) if words not in said] == []


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.stem)
def test_a_guide_goes_task_by_task_and_shows_pictures(guide):
    text = guide.read_text("utf-8")
    assert len(re.findall(r"^## ", text, re.MULTILINE)) >= 3
    assert belonging.named()[guide.name]
    assert len(text.splitlines()) < 150


def test_there_is_a_guide_for_each_role():
    roles = {who.value for who in Who} - {"nobody"} | {"reader"}
    assert {guide.stem for guide in GUIDES} == roles


def test_guides_and_pictures_belong_together():
    assert belonging.differences() == []


def test_a_strange_picture_and_a_lacking_one_are_noticed(tmp_path, monkeypatch):
    monkeypatch.setattr(belonging, "GUIDES", tmp_path)
    monkeypatch.setattr(belonging, "FOLDER", tmp_path / "pictures")
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "old.webp").write_bytes(b"")
    (tmp_path / "reader.md").write_text("![ ](pictures/lost.webp)", "utf-8")
    said = " ".join(belonging.differences())
    assert "lost.webp, which does not exist" in said
    assert "lost.webp has no words" in said
    assert "remove it" in said
    assert "No guide shows front" in said


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_pictures_have_the_widths_of_a_desk_and_a_phone(view):
    for width, name in zip(WIDTHS, files(view), strict=True):
        with Image.open(belonging.FOLDER / name) as picture:
            assert picture.width in {width, width * 1.5}


def test_every_view_has_a_name_of_its_own():
    assert len({view.name for view in VIEWS}) == len(VIEWS)


def test_views_look_at_pages_that_exist():
    shapes = {re.sub(r"\{\w+\}", "x", view.address) for view in VIEWS}
    assert [shape for shape in shapes if not route_of(shape)] == []
