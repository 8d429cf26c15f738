"""The web pages: every link leads somewhere, nothing is run or fetched."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from lxml import html


def test_every_relative_link_leads_to_a_file_or_a_place_on_the_page(collection: Path) -> None:
    pages = list((collection / "site").rglob("*.html"))
    assert len(pages) == 7
    for page in pages:
        root = html.parse(page).getroot()
        ids = set(root.xpath("//@id"))
        for target in root.xpath("//@href | //@src"):
            parts = urlsplit(target)
            if parts.scheme:
                continue
            if not parts.path:
                assert parts.fragment in ids
            else:
                assert (page.parent / unquote(parts.path)).is_file(), target


def test_pages_run_nothing_and_fetch_nothing_from_elsewhere(collection: Path) -> None:
    for page in (collection / "site").rglob("*.html"):
        root = html.parse(page).getroot()
        assert not root.xpath("//script | //iframe | //@onclick | //@style")
        fetched = root.xpath("//link/@href | //img/@src")
        assert not [address for address in fetched if "//" in address]


def test_article_pages_describe_themselves_to_catalogues(collection: Path) -> None:
    root = html.parse(collection / "site/articles/001.html").getroot()
    meta = {(m.get("name"), m.get("content")) for m in root.xpath("//meta[@name]")}
    assert ("citation_author", "Ёлкина Мария Петровна") in meta
    assert ("citation_inbook_title", "Лучшие практики") in meta
    assert root.xpath("//html/@lang") == ["ru"]
    assert len(root.xpath("//h1")) == 1
