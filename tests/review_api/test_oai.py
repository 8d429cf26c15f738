"""The protocol of libraries: every verb, every fault, lists in portions."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from lxml import etree

from flows.compilation.descriptions import oai_dc
from review_api import oai
from review_api.oai import PAGE, Record, Repository, answer
from schemas.document import Document
from schemas.manifest import ArticleAuthor
from schemas.volume import Volume, VolumeArticle

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
NAMES = {"o": oai.OAI, "d": oai_dc.OAI_DC, "dc": oai_dc.DC}
VOLUME = Volume(title="Лучшие практики", year=2026, sections=())


def record(number: int) -> Record:
    article = VolumeArticle(
        title=f"Статья {number} <b>",
        authors=(ArticleAuthor(name="Ветрова Анна"), ArticleAuthor(name="Горский Пётр")),
        document=Document(blocks=()),
    )
    return Record(
        identifier=f"oai:books.example.org:m/{number}",
        stamp=NOW + timedelta(days=number // PAGE),
        set_spec="marathon-odd" if number % 2 else "marathon-even",
        content=lambda: oai_dc.element(VOLUME, article, ["https://books.example.org/1"], "С"),
    )


def repository(count: int = 3) -> Repository:
    records = (record(number) for number in range(1, count + 1))
    return holding(sorted(records, key=lambda one: (one.stamp, one.identifier)))


def holding(records: list[Record]) -> Repository:
    return Repository(
        name="Сборники",
        address="https://books.example.org/oai",
        email="books@example.org",
        sets={"marathon-odd": "Нечётный", "marathon-even": "Чётный"},
        records=records,
    )


def asked(count: int = 3, **arguments: str):
    pairs = [(name.rstrip("_"), value) for name, value in arguments.items()]
    return etree.fromstring(answer(repository(count), pairs, now=NOW))


def code(root) -> str:
    return root.xpath("string(o:error/@code)", namespaces=NAMES)


def test_it_says_who_it_is() -> None:
    root = asked(verb="Identify")
    told = {etree.QName(one).localname: one.text for one in root.find(f"{{{oai.OAI}}}Identify")}
    assert told == {
        "repositoryName": "Сборники",
        "baseURL": "https://books.example.org/oai",
        "protocolVersion": "2.0",
        "adminEmail": "books@example.org",
        "earliestDatestamp": "2026-11-23T10:00:00Z",
        "deletedRecord": "no",
        "granularity": "YYYY-MM-DDThh:mm:ssZ",
    }
    assert root.findtext("o:responseDate", namespaces=NAMES) == "2026-11-23T10:00:00Z"
    assert root.find("o:request", namespaces=NAMES).attrib == {"verb": "Identify"}


def test_it_names_its_form_and_its_sets() -> None:
    formats = asked(verb="ListMetadataFormats")
    assert formats.xpath("//o:metadataPrefix/text()", namespaces=NAMES) == ["oai_dc"]
    sets = asked(verb="ListSets")
    assert sets.xpath("//o:setSpec/text()", namespaces=NAMES) == ["marathon-odd", "marathon-even"]


def test_a_record_holds_the_article_with_authors_in_order() -> None:
    root = asked(verb="GetRecord", identifier="oai:books.example.org:m/2", metadataPrefix="oai_dc")
    assert root.xpath("//o:metadata/d:dc/dc:title/text()", namespaces=NAMES) == ["Статья 2 <b>"]
    assert root.xpath("//dc:creator/text()", namespaces=NAMES) == ["Ветрова Анна", "Горский Пётр"]
    assert root.xpath("//o:header/o:setSpec/text()", namespaces=NAMES) == ["marathon-even"]


@pytest.mark.parametrize("verb", ["ListRecords", "ListIdentifiers"])
def test_a_long_list_comes_in_portions_without_loss_or_repetition(verb: str) -> None:
    count = 2 * PAGE + 5
    found: list[str] = []
    root = asked(count, verb=verb, metadataPrefix="oai_dc")
    while True:
        found += root.xpath("//o:header/o:identifier/text()", namespaces=NAMES)
        token = root.find(".//o:resumptionToken", namespaces=NAMES)
        assert token.get("completeListSize") == str(count)
        if not token.text:
            break
        root = asked(count, verb=verb, resumptionToken=token.text)
    assert found == [one.identifier for one in repository(count).records]


def test_a_list_misses_nothing_that_stays_when_an_edition_comes_out_meanwhile() -> None:
    before = repository(2 * PAGE + 5)
    root = etree.fromstring(
        answer(before, [("verb", "ListIdentifiers"), ("metadataPrefix", "oai_dc")], now=NOW)
    )
    token = root.findtext(".//o:resumptionToken", namespaces=NAMES)
    first = root.xpath("//o:header/o:identifier/text()", namespaces=NAMES)
    renewed = [replace(one, stamp=NOW + timedelta(days=9)) for one in before.records[:50]]
    after = holding([*before.records[50:], *renewed])

    root = etree.fromstring(
        answer(after, [("verb", "ListIdentifiers"), ("resumptionToken", token)], now=NOW)
    )

    second = root.xpath("//o:header/o:identifier/text()", namespaces=NAMES)
    assert [*first, *second] == [one.identifier for one in before.records[: 2 * PAGE]]


def test_lists_are_narrowed_by_days_moments_and_sets() -> None:
    def numbers(**more: str) -> int:
        root = asked(PAGE + 3, verb="ListIdentifiers", metadataPrefix="oai_dc", **more)
        token = root.find(".//o:resumptionToken", namespaces=NAMES)
        here = len(root.xpath("//o:header", namespaces=NAMES))
        return int(token.get("completeListSize")) if token is not None else here

    assert numbers(from_="2026-11-24") == 4
    assert numbers(until="2026-11-23") == PAGE - 1
    assert numbers(until="2026-11-23T09:59:59Z", from_="2026-11-23T00:00:00Z") == 0
    assert numbers(until="9999-12-31") == PAGE + 3
    assert numbers(until="9999-12-31T23:59:59Z") == PAGE + 3
    assert numbers(set="marathon-odd") == (PAGE + 3) // 2 + 1


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({}, "badVerb"),
        ({"verb": "Delete"}, "badVerb"),
        ({"verb": "Identify", "more": "1"}, "badArgument"),
        ({"verb": "ListRecords"}, "badArgument"),
        ({"verb": "GetRecord", "identifier": "x"}, "badArgument"),
        ({"verb": "GetRecord", "identifier": "x", "metadataPrefix": "oai_dc"}, "idDoesNotExist"),
        ({"verb": "ListMetadataFormats", "identifier": "x"}, "idDoesNotExist"),
        ({"verb": "ListRecords", "metadataPrefix": "marc"}, "cannotDisseminateFormat"),
        ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "from_": "вчера"}, "badArgument"),
        (
            {
                "verb": "ListRecords",
                "metadataPrefix": "oai_dc",
                "from_": "2026-01-01",
                "until": "2026-01-02T00:00:00Z",
            },
            "badArgument",
        ),
        ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "set": "no"}, "noRecordsMatch"),
        ({"verb": "ListRecords", "resumptionToken": "выдумка"}, "badResumptionToken"),
        ({"verb": "ListRecords", "resumptionToken": "e30="}, "badResumptionToken"),
        (
            {"verb": "ListRecords", "resumptionToken": "e30=", "metadataPrefix": "oai_dc"},
            "badArgument",
        ),
        ({"verb": "ListSets", "resumptionToken": "e30="}, "badResumptionToken"),
    ],
)
def test_every_fault_has_the_code_of_the_protocol(arguments, expected) -> None:
    root = asked(**arguments)
    assert code(root) == expected
    echoed = root.find("o:request", namespaces=NAMES).attrib
    assert (echoed == {}) is (expected in {"badVerb", "badArgument"})


def test_a_repeated_argument_is_refused() -> None:
    pairs = [("verb", "Identify"), ("verb", "Identify")]
    assert code(etree.fromstring(answer(repository(), pairs, now=NOW))) == "badVerb"


def test_an_empty_repository_has_neither_sets_nor_records() -> None:
    empty = Repository(name="С", address="https://e.org/oai", email="a@e.org", sets={})
    for verb, expected in (("ListSets", "noSetHierarchy"), ("ListRecords", "noRecordsMatch")):
        more = [("metadataPrefix", "oai_dc")] if verb == "ListRecords" else []
        root = etree.fromstring(answer(empty, [("verb", verb), *more], now=NOW))
        assert code(root) == expected


@pytest.mark.parametrize(
    ("written", "email"),
    [
        (("marathon@books.example.ru", ""), "marathon@books.example.ru"),
        (("Марафон <marathon@books.example.ru>", "a@b.ru"), "marathon@books.example.ru"),
        (("marathon@localhost", "Вопросы: orgkomitet@example.ru, тел. 1"), "orgkomitet@example.ru"),
        (("marathon@localhost", "тел. 1"), "not-set@example.invalid"),
    ],
)
def test_the_address_of_the_keeper_is_one_that_the_protocol_admits(written, email):
    assert oai.admin_email(*written) == email
    assert re.fullmatch(r"\S+@(\S+\.)+\S+", email)
