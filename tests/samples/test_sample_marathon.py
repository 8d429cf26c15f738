"""The sample marathon keeps what its README promises."""

import csv
import io
import json
import unicodedata
import zipfile
from collections import Counter
from pathlib import Path

import numpy as np
import pikepdf
import pypdfium2
import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_flow

from samples.marathon.build import write_submissions
from samples.marathon.office import freeze_zip
from samples.marathon.sources import FILES, HERE, Work, read_works
from schemas.places import place_key
from schemas.rubric import DEFAULT

REVIEWS = 3
SLACK = 1.25
WORKS = read_works()
SIMULATION = json.loads((HERE / "simulation.json").read_text(encoding="utf-8"))


def table(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def registry() -> dict[str, str]:
    """Every spelling's key and the member it means."""
    found: dict[str, str] = {}
    for row in table("municipalities.csv"):
        for spelling in (row["Название"], *row["Синонимы"].split("|")):
            assert found.setdefault(place_key(spelling), row["Название"]) == row["Название"]
    return found


MEMBERS = registry()
EXPERTS = table("experts.csv")


def homes(work: Work) -> set[str]:
    return {MEMBERS[place_key(author.municipality)] for author in work.authors}


def test_there_are_forty_works_in_the_promised_formats():
    assert [work.number for work in WORKS] == list(range(1, 41))
    assert Counter(work.format for work in WORKS) == {"docx": 20, "pdf": 12, "pptx": 5, "odt": 3}


def test_three_files_are_bad_on_purpose():
    bad = {d: w.number for w in WORKS for d in w.defects & {"scanned", "encrypted", "damaged"}}
    assert bad == {"encrypted": 7, "damaged": 13, "scanned": 27}


def test_every_track_has_enough_works_to_compete():
    tracks = Counter(work.track for work in WORKS)
    assert set(tracks) == {1, 2, 3}
    assert min(tracks.values()) >= 10


def test_about_fifty_five_different_people_wrote_the_works():
    people = {author.name for work in WORKS for author in work.authors}
    assert 50 <= len(people) <= 60


def test_all_nine_members_sent_something():
    assert set.union(*(homes(work) for work in WORKS)) == set(MEMBERS.values())


@pytest.mark.parametrize("work", WORKS, ids=lambda work: work.file_name)
def test_municipality_of_every_author_resolves_through_the_registry(work):
    schools = {row["Краткое название"]: row["Муниципалитет"] for row in table("organisations.csv")}
    for author in work.authors:
        home = MEMBERS[place_key(author.municipality)]
        assert schools[author.organisation] == home, author.name


def test_town_and_district_of_the_same_name_stay_two_members():
    assert MEMBERS[place_key("г. Усть-Илимск")] == "город Усть-Илимск"
    assert MEMBERS[place_key("Усть-Илимский район")] == "Усть-Илимский район"


def test_spellings_of_municipalities_differ_and_one_is_decomposed():
    spellings = {author.municipality for work in WORKS for author in work.authors}
    assert len(spellings) > 2 * len(set(MEMBERS.values()))
    raw = (HERE / "submissions.csv").read_text(encoding="utf-8-sig")
    assert unicodedata.normalize("NFC", raw) != raw


@pytest.mark.parametrize("work", WORKS, ids=lambda work: work.file_name)
def test_file_opens_unless_it_is_meant_not_to(work):
    path = FILES / work.file_name
    if work.format != "pdf":
        assert zipfile.ZipFile(path).testzip() is None
    elif "encrypted" in work.defects:
        with pytest.raises(pikepdf.PasswordError):
            pikepdf.open(path)
    elif "damaged" in work.defects:
        assert b"%%EOF" not in path.read_bytes()[-32:]
    else:
        assert 2 <= len(pypdfium2.PdfDocument(path)) <= 8


def test_scan_has_pages_but_no_text():
    with pypdfium2.PdfDocument(FILES / "27.pdf") as document:
        assert not "".join(page.get_textpage().get_text_range() for page in document).strip()


def test_all_files_together_stay_small():
    assert sum(path.stat().st_size for path in FILES.iterdir()) < 12_000_000


def test_works_are_long_enough_and_do_not_repeat_each_other():
    sentences: Counter[str] = Counter()
    for work in WORKS:
        assert len(work.body.split()) > (750 if work.format == "pptx" else 880), work.number
        sentences.update({s.strip() for s in work.body.split(". ") if len(s.split()) > 7})
    assert [text for text, times in sentences.items() if times > 1] == []


def test_figures_of_every_work_exist():
    names = [part.split(")")[0] for work in WORKS for part in work.body.split("(images/")[1:]]
    assert len(names) >= 40
    assert [name for name in names if not (HERE / "images" / name).exists()] == []


def test_table_of_submissions_is_made_from_the_works(tmp_path):
    write_submissions(WORKS, tmp_path / "made.csv")
    assert (tmp_path / "made.csv").read_bytes() == (HERE / "submissions.csv").read_bytes()


def test_rewriting_an_archive_twice_gives_the_same_bytes(tmp_path):
    copy = tmp_path / "copy.docx"
    copy.write_bytes((FILES / "01.docx").read_bytes())
    freeze_zip(copy)
    assert copy.read_bytes() == (FILES / "01.docx").read_bytes()


def test_careless_works_name_their_author_in_metadata():
    for work in WORKS:
        if "author_in_metadata" in work.defects and work.format in {"docx", "pptx"}:
            with zipfile.ZipFile(FILES / work.file_name) as archive:
                core = archive.read("docProps/core.xml").decode()
            assert work.authors[0].name in core


def test_experts_come_from_six_municipalities_or_more():
    assert len(EXPERTS) == 24
    assert len({MEMBERS[place_key(row["Муниципалитет"])] for row in EXPERTS}) >= 6
    assert all(4 <= int(row["Нагрузка"]) <= 8 for row in EXPERTS)


def test_every_expert_serves_a_school_of_the_registry():
    schools = {row["Краткое название"]: row["Муниципалитет"] for row in table("organisations.csv")}
    for row in EXPERTS:
        assert schools[row["Организация"]] == MEMBERS[place_key(row["Муниципалитет"])], row["ФИО"]


def flow_network(experts: list[dict[str, str]]) -> tuple[csr_array, int, int]:
    """Works to (work, expert's municipality) to experts."""
    edges: dict[tuple[str, str], int] = {}
    for work in WORKS:
        edges["source", f"w{work.number}"] = REVIEWS
        for row in experts:
            home = MEMBERS[place_key(row["Муниципалитет"])]
            if home in homes(work) or str(work.track) not in row["Направления"].split("|"):
                continue
            edges[f"w{work.number}", f"w{work.number} {home}"] = 1
            edges[f"w{work.number} {home}", row["E-mail"]] = 1
            edges[row["E-mail"], "sink"] = int(row["Нагрузка"])
    return as_matrix(edges)


def as_matrix(edges: dict[tuple[str, str], int]) -> tuple[csr_array, int, int]:
    names = {name: i for i, name in enumerate(dict.fromkeys(n for edge in edges for n in edge))}
    rows, columns = zip(*((names[a], names[b]) for a, b in edges), strict=True)
    capacity = np.array(list(edges.values()), dtype=np.int32)
    matrix = csr_array((capacity, (rows, columns)), shape=(len(names), len(names)))
    return matrix, names["source"], names["sink"]


def test_three_reviews_each_are_feasible_without_own_municipality():
    assert maximum_flow(*flow_network(EXPERTS)).flow_value == REVIEWS * len(WORKS)


def test_plan_survives_the_experts_who_decline_or_are_late():
    left = [row for row in EXPERTS if row["E-mail"] not in SIMULATION["behaviour"]]
    assert len(left) == 21
    assert maximum_flow(*flow_network(left)).flow_value == REVIEWS * len(WORKS)


def test_experts_could_read_a_quarter_more_than_needed():
    assert sum(int(row["Нагрузка"]) for row in EXPERTS) >= SLACK * REVIEWS * len(WORKS)


def test_simulation_knows_every_work_and_every_expert():
    assert set(SIMULATION["quality"]) == {str(work.number) for work in WORKS}
    assert set(SIMULATION["severity"]) == {row["E-mail"] for row in EXPERTS}
    assert set(SIMULATION["behaviour"]) < set(SIMULATION["severity"])


def test_simulated_qualities_leave_winners_borderline_works_and_revisions():
    bad = {"7", "13", "27"}
    good = [value for number, value in SIMULATION["quality"].items() if number not in bad]
    assert 22 <= sum(value >= 60 for value in good) <= 27
    assert 2 <= sum(value < 40 for value in good) <= 3
    assert sum(56 <= value <= 62 for value in good) >= 4


def test_every_level_of_the_default_sheet_has_four_different_comments():
    comments = SIMULATION["comments"]
    assert set(comments) == {criterion.code for criterion in DEFAULT.criteria}
    for criterion in DEFAULT.criteria:
        for level in criterion.levels:
            assert len(set(comments[criterion.code][str(level.value)])) >= 4


def test_registry_files_start_with_a_byte_order_mark_for_spreadsheets():
    for name in ("municipalities.csv", "organisations.csv", "experts.csv", "submissions.csv"):
        assert io.BytesIO((HERE / name).read_bytes()).read(3) == b"\xef\xbb\xbf", name


def test_nothing_but_built_files_lies_among_the_files():
    assert {path.name for path in Path(FILES).iterdir()} == {work.file_name for work in WORKS}
