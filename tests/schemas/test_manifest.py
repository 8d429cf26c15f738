"""The manifest: what is accepted, and a clear sentence for what is not."""

import json

import pytest

from schemas.errors import BadInput
from schemas.manifest import Manifest


def manifest(**article: object) -> dict[str, object]:
    whole = {"title": "Т", "authors": [{"name": "А Б"}], "file": "a.docx", "consent": True}
    return {"title": "С", "year": 2024, "sections": [{"title": "Р", "articles": [whole | article]}]}


def refused(data: object) -> str:
    with pytest.raises(BadInput) as refusal:
        Manifest.parse(data if isinstance(data, str) else json.dumps(data))
    return refusal.value.sentence


def test_smallest_manifest_is_enough() -> None:
    parsed = Manifest.parse(json.dumps(manifest()))
    assert [article.file for article in parsed.articles()] == ["a.docx"]


@pytest.mark.parametrize(
    "file", ["../a.docx", "/etc/passwd", "b/../../a.docx", "C:\\a.docx", "..\\a.docx", "\\\\s\\a"]
)
def test_file_outside_the_folder_is_refused(file: str) -> None:
    assert "вне папки манифеста" in refused(manifest(file=file))


def test_refusals_name_the_place_in_russian() -> None:
    assert "не JSON" in refused("{")
    assert "ни одного раздела" in refused({**manifest(), "sections": []})
    assert "sections.1.articles.1.title" in refused(manifest(title=" "))
    assert "незнакомое поле" in refused({**manifest(), "colour": "red"})
    assert "нет авторов" in refused(manifest(authors=[]))
    assert "годом" in refused({**manifest(), "year": 24})
    assert "годом" in refused({**manifest(), "year": "давно"})
    assert "true или false" in refused(manifest(consent="может быть"))


def test_look_of_the_volume_may_be_chosen() -> None:
    look = {"template": "modern", "accent": "#7A1B2E", "logo": "logo.png"}

    chosen = Manifest.parse(json.dumps({**manifest(), "design": look})).design

    assert (chosen.template, chosen.accent, chosen.logo) == ("modern", "#7a1b2e", "logo.png")


def test_wrong_look_is_refused_in_russian() -> None:
    def told(**design: str) -> str:
        return refused({**manifest(), "design": design})

    assert "classic, modern и compact" in told(template="baroque")
    assert "возьмите темнее" in told(accent="#ffff00")
    assert "Логотип «../x.png» лежит вне папки" in told(logo="../x.png")
