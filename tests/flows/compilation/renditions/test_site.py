"""The web pages: valid, whole without a server, searchable, described for catalogues."""

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import html5lib
import pytest
from axe_playwright_python.sync_playwright import Axe
from lxml import html
from playwright.sync_api import Browser, sync_playwright

CHROMIUM = "/usr/bin/chromium"


def pages(folder: Path) -> list[Path]:
    return sorted((folder / "site").rglob("*.html"))


def test_every_relative_link_leads_to_a_file_or_a_place_on_a_page(screened: Path) -> None:
    ids = {page: set(html.parse(page).getroot().xpath("//@id")) for page in pages(screened)}
    assert len(ids) == 10
    for page in ids:
        for target in html.parse(page).getroot().xpath("//@href | //@src"):
            parts = urlsplit(target)
            if parts.scheme:
                continue
            aim = (page.parent / unquote(parts.path)).resolve() if parts.path else page
            assert aim.is_file(), target
            if parts.fragment and aim in ids:
                assert parts.fragment in ids[aim], target


def test_pages_are_read_without_a_single_error(screened: Path) -> None:
    for page in pages(screened):
        html5lib.HTMLParser(strict=True).parse(page.read_bytes(), transport_encoding="utf-8")


def test_pages_run_only_scripts_beside_them_and_fetch_nothing_from_elsewhere(
    screened: Path,
) -> None:
    for page in pages(screened):
        root = html.parse(page).getroot()
        assert not root.xpath("//iframe | //@onclick | //@style | //style")
        assert {one.get("type") for one in root.xpath("//script[not(@src)]")} <= {
            "application/ld+json"
        }
        fetched = root.xpath("//link/@href | //img/@src | //script/@src")
        assert not [address for address in fetched if "//" in address]
        assert root.xpath("//html/@lang") == ["ru"]
        assert len(root.xpath("//h1")) == 1


def test_article_pages_describe_themselves_to_catalogues(screened: Path) -> None:
    root = html.parse(screened / "site/articles/001.html").getroot()
    meta = [(m.get("name"), m.get("content")) for m in root.xpath("//meta[@name]")]
    people = [value for name, value in meta if name == "citation_author"]
    assert people == ["Ёлкина Мария Петровна", "Еремеев Пётр Ильич"]
    assert ("citation_inbook_title", "Лучшие практики") in meta
    assert ("DC.creator", "Ёлкина Мария Петровна") in meta
    record = json.loads(root.xpath("//script[@type='application/ld+json']/text()")[0])
    assert record["@type"] == "ScholarlyArticle"
    assert record["isPartOf"]["name"] == "Лучшие практики"


def test_an_article_page_has_everything_a_reader_takes_along(screened: Path) -> None:
    root = html.parse(screened / "site/articles/001.html").getroot()
    citation = root.xpath("//*[@id='citation']")[0].text_content()
    assert citation.replace("\u00a0", " ") == (
        "Ёлкина М. П., Еремеев П. И. Читательская грамотность: от пятиминутки к проекту // "
        "Лучшие практики. Усть-Илимск : Методический центр, 2024. С. 3–6."
    )
    links = {one.text: one.get("href") for one in root.xpath("//aside//a")}
    assert links["PDF"] == "../../articles/001.pdf"
    assert (links["BibTeX"], links["RIS"]) == ("001.bib", "001.ris")
    assert (screened / "site/articles/001.bib").read_text().startswith("@incollection{article001,")
    assert (screened / "site/articles/001.ris").read_bytes().startswith(b"TY  - CHAP\r\n")


def test_the_contents_name_pages_and_files(screened: Path) -> None:
    root = html.parse(screened / "site/index.html").getroot()
    where = [" ".join(one.text_content().split()) for one in root.xpath("//*[@class='where']")]
    assert where[0] == "город Усть-Илимск, Усть-Илимский район · с. 3–6 · PDF"
    assert root.xpath("//ul[@class='files']//a/@href") == [
        "../collection.pdf",
        "../collection.epub",
        "../collection.docx",
    ]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as started:
        opened = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.mark.browser
def test_search_works_from_a_folder_by_word_forms_and_filters(
    browser: Browser, screened: Path
) -> None:
    page = browser.new_page()
    page.goto((screened / "site/index.html").as_uri())

    def found(words: str) -> list[str]:
        page.fill("#words", words)
        return page.locator("#results .title").all_inner_texts()

    assert found("лабораторией") == ["Лаборатория у реки"]
    assert found("елкина") == [
        "Читательская грамотность: от пятиминутки к проекту",
        "Лаборатория у реки",
    ]
    assert found("читательск") == ["Читательская грамотность: от пятиминутки к проекту"]
    assert found("ёжикоград") == []
    assert "Ничего не найдено" in page.inner_text("#found")
    page.click("button[type=reset]")
    page.wait_for_function("document.getElementById('found').textContent === ''")
    page.select_option("#by-places", label="Киренский район")
    assert page.locator("#contents .title:visible").count() == 2
    assert page.inner_text("#found") == "Найдено: 2 статьи"
    page.close()


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_are_accessible_on_a_telephone_and_nothing_runs_off(
    browser: Browser, screened: Path, scheme: str
) -> None:
    size = {"width": 390, "height": 800}
    context = browser.new_context(viewport=size, color_scheme=scheme)
    page = context.new_page()
    for name in ("index.html", "authors.html", "about.html", "articles/001.html"):
        page.goto((screened / "site" / name).as_uri())
        found = Axe().run(page).response["violations"]
        assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
        assert page.evaluate(
            "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        )
    context.close()


@pytest.mark.browser
def test_without_scripts_everything_can_still_be_read(browser: Browser, screened: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((screened / "site/index.html").as_uri())
    assert page.locator("#contents .title").count() == 4
    assert not page.locator("#search").is_visible()
    page.goto((screened / "site/articles/001.html").as_uri())
    assert not page.locator("button").first.is_visible()
    context.close()


def test_the_scripts_are_sound(screened: Path) -> None:
    for script in sorted((screened / "site").glob("*.js")):
        assert script.read_text("utf-8").startswith('"use strict";')
