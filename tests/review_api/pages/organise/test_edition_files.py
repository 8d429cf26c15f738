"""What organisers take away of an edition: its site to look at or whole, every article alone."""

import io
import zipfile

import builders
import pytest
from compiled_volume import an_edition

from schemas.marathon import Phase

PAGE = b"<!doctype html><title>1</title><a href='../collection.pdf'>PDF</a>"
CONTENTS = {
    "articles/001.pdf": b"%PDF first",
    "articles/002.pdf": b"%PDF second",
    "build.json": b"{}",
    "collection.pdf": b"%PDF whole",
    "cover.pdf": b"%PDF cover",
    "problems.json": b"[]",
    "site/index.html": PAGE,
    "site/evil.svg": b"<svg onload='alert(1)'/>",
}


@pytest.fixture
def marathon(installation):
    with installation.begin() as work:
        cluster = builders.a_cluster(work)
        builders.members(work, cluster)
        return builders.a_marathon(work, cluster, phase=Phase.RESULTS)


@pytest.fixture
def browser(organiser_browser):
    return organiser_browser


@pytest.fixture
def edition(installation, marathon, now):
    with installation.begin() as work:
        titles = ("Читаем карту", 'Опыт: "вода/лёд"')
        (place, *_) = work.municipalities.of_cluster(marathon.cluster_id)
        works = [builders.a_decided_work(work, marathon, place, title=one) for one in titles]
        articles = tuple(one.id for one in works)
        files = installation.files
        return an_edition(work, files, marathon, CONTENTS, built_at=now, articles=articles)


@pytest.fixture
def files(marathon, edition):
    return f"/organise/{marathon.id}/collection/{edition.number}"


def unpacked(answer):
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_page_of_editions_leads_to_the_site_and_both_archives(browser, marathon, files):
    page = browser.get(f"/organise/{marathon.id}/collection").text
    for name in ("site/index.html", "site.zip", "articles.zip"):
        assert f'href="{files}/{name}"' in page


def test_the_site_of_an_unpublished_edition_is_seen_under_its_own_policy(browser, files):
    page = browser.get(f"{files}/site/index.html")
    assert page.content == PAGE
    assert page.headers["content-type"].startswith("text/html")
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert (
        browser.get(f"{files}/collection.pdf").headers["content-disposition"].startswith("attach")
    )
    drawing = browser.get(f"{files}/site/evil.svg")
    assert drawing.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in drawing.headers["content-security-policy"]


def test_the_whole_site_holds_what_it_links_to_and_nothing_of_organisers(browser, files):
    kept = unpacked(browser.get(f"{files}/site.zip"))
    assert set(kept) == set(CONTENTS) - {"build.json", "problems.json", "cover.pdf"}
    assert kept["site/index.html"] == PAGE


def test_articles_alone_are_named_by_place_and_title(browser, files):
    answer = browser.get(f"{files}/articles.zip")
    assert unpacked(answer) == {
        "001 Читаем карту.pdf": b"%PDF first",
        "002 Опыт вода лёд.pdf": b"%PDF second",
    }
    assert answer.headers["content-disposition"].startswith("attachment")


def test_nobody_else_gets_any_of_it(signed_in, installation, files):
    with installation.begin() as work:
        stranger = builders.a_person(work, "Чужой Иван Петрович")
    for name in ("site/index.html", "site.zip", "articles.zip"):
        assert signed_in(stranger).get(f"{files}/{name}").status_code == 404
