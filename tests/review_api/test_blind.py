"""What an expert reads of a work: every word through the mask, and a code that tells nothing."""

import re

import builders
import pytest

from review_api.blind import blind_work, blind_works, code_of, masked, track_title

NAME = "Ветрова Дарья Олеговна"
TYPED = ("title", "abstract", "subject", "level")


@pytest.fixture
def town(work):
    home = builders.a_municipality(work, builders.a_cluster(work))
    return builders.a_marathon(work), home, builders.an_expert(work, home)


def an_assigned(work, town, **changes):
    marathon, home, expert = town
    author = builders.an_author(builders.a_person(work, NAME), home)
    submission = builders.a_submission(
        work, marathon, home, owner_id=author.person_id, authors=(author,), **changes
    )
    return builders.an_assignment(work, submission, expert), submission, marathon


def test_every_word_the_author_typed_is_without_names(work, town):
    typed = {field: f"{field}: Дарья Ветрова" for field in TYPED}
    keywords = ("опыт Дарьи Ветровой", "алгебра")

    seen = blind_work(work, *an_assigned(work, town, **typed, keywords=keywords))

    for field in TYPED:
        assert getattr(seen, field).startswith(f"{field}: [скрыто]")
    assert "Ветров" not in seen.model_dump_json()
    assert seen.keywords.endswith(", алгебра")
    assert seen.track == builders.TRACKS[0]


def test_many_works_are_seen_as_each_of_them(work, town):
    assigned = [an_assigned(work, town, track=track) for track in (1, 2, None)]

    seen = blind_works(work, iter(assigned))

    assert seen == {item.id: blind_work(work, item, *rest) for item, *rest in assigned}
    assert [one.track for one in seen.values()] == [*builders.TRACKS[:2], ""]


def test_track_that_is_not_there_has_no_title(town):
    assert track_title(town[0], 3) == builders.TRACKS[2]
    assert track_title(town[0], 4) == ""


def test_code_is_short_belongs_to_the_assignment_and_is_read_out_without_mistakes():
    codes = [code_of(f"assignment {number}") for number in range(300)]

    assert len(set(codes)) > 290
    assert all(re.fullmatch("[A-HJ-NP-Z2-9]{4}", code) for code in codes)
    # What stands in letters and on paper already must stay the work's code.
    assert codes[:3] == ["CLRA", "HV8F", "B5H5"]


def test_texts_are_masked_one_by_one():
    assert masked(("Дарья Ветрова", "телефон +7 914 123-45-67", "алгебра"), (NAME,)) == (
        "[скрыто]",
        "телефон [скрыто]",
        "алгебра",
    )
