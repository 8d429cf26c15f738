"""A marathon's own words: checked, kept per language, used when letters leave, restored."""

import builders
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.notices import operations, own_words, values
from flows.notices.letter_shape import Wording
from flows.notices.letters import LETTERS, write_out
from flows.notices.own_words import Which
from flows.notices.placeholders import OF, PLACEHOLDERS, available, undefined
from schemas.errors import BadInput, Conflict
from schemas.outbox import Notice
from schemas.settings import Settings
from storage.identifiers import new_id

SETTINGS = Settings()
WORDS = Wording(title="Ответ по № {number}", text="{name}, вот ответ.\n\n{outcome}")


@pytest.fixture
def marathon(work):
    home = builders.a_municipality(work, builders.a_cluster(work))
    found = builders.a_marathon(work)
    one = builders.a_submission(work, found, home)
    builders.a_decision(work, one)
    return found


def save(work, marathon, now, words=WORDS, *, code="decision", version=0):
    which = Which(marathon.id, code, "ru")
    return own_words.save(work, which, words, version=version, by=builders.SYSTEM, now=now)


def letter(work, marathon):
    [decision] = work.decisions.of_marathon(marathon.id)
    owner = work.submissions.get(decision.submission_id).owner_id
    notice = Notice(
        id=new_id(),
        template="decision",
        person_id=owner,
        marathon_id=marathon.id,
        subject_kind="decision",
        subject_id=decision.id,
        dedup_key=new_id(),
        created_at=builders.NOW,
    )
    return operations.written(work, work.notices.write(notice), SETTINGS)


@pytest.mark.parametrize("code", LETTERS)
def test_every_letter_names_only_what_it_can_fill(code):
    for language in ("ru", "en"):
        assert undefined(code, LETTERS[code].wording(language)) == []


def test_the_table_of_placeholders_says_what_letters_can_really_name(work, marathon):
    [decision] = work.decisions.of_marathon(marathon.id)
    subjects = {"decision": decision.id, "submission": decision.submission_id}
    for kind, identifier in subjects.items():
        notice = Notice(
            id="x", template="decision", dedup_key="x", created_at=builders.NOW
        ).model_copy(update={"subject_kind": kind, "subject_id": identifier})
        reading = values.Reading(work, notice, "ru")
        assert values.SUBJECTS[kind](reading, identifier).keys() == OF[kind]


def test_everything_editable_has_a_meaning_and_an_example():
    for letter in own_words.editable().values():
        assert available(letter) <= PLACEHOLDERS.keys()


def test_letters_that_have_not_left_are_written_in_the_marathons_words(work, marathon, now):
    before = letter(work, marathon)
    save(work, marathon, now)

    after = letter(work, marathon)

    assert before.title == "Решение по материалу № 1"
    assert after.title == "Ответ по № 1"
    assert after.body.startswith("Анна 1-я, вот ответ.")


def test_words_for_one_outcome_win_over_the_general_ones(work, marathon, now):
    save(work, marathon, now)
    [decision] = work.decisions.of_marathon(marathon.id)
    code = operations.code_of(
        work,
        Notice(
            id="x",
            template="decision",
            subject_id=decision.id,
            dedup_key="x",
            created_at=now,
        ),
    )
    save(work, marathon, now, Wording(title="Особый ответ", text="{name}!"), code=code)

    assert letter(work, marathon).title == "Особый ответ"


def test_unknown_names_cannot_be_saved(work, marathon, now):
    words = Wording(title="{number}", text="{name} {secret} {ocenka} {имя}")

    with pytest.raises(BadInput) as refusal:
        save(work, marathon, now, words)

    assert "{secret}, {ocenka}, {имя}" in refusal.value.sentence


@pytest.mark.parametrize(
    "words",
    [
        Wording(title="", text="x"),
        Wording(title="x", text=" \n "),
        Wording(title="т" * 301, text="x"),
        Wording(title="x", text="т" * 1_000_000),
    ],
)
def test_empty_and_endless_words_are_refused(work, marathon, now, words):
    with pytest.raises(BadInput):
        save(work, marathon, now, words)
    assert work.letter_templates.of_marathon(marathon.id) == []


def test_second_editor_does_not_overwrite_the_first(work, marathon, now):
    save(work, marathon, now)

    with pytest.raises(Conflict):
        save(work, marathon, now, Wording(title="Другое", text="{name}"))

    kept = save(work, marathon, now, Wording(title="Третье", text="{name}"), version=1)
    assert kept.version == 2


def test_standard_words_come_back(work, marathon, now):
    save(work, marathon, now)
    which = Which(marathon.id, "decision", "ru")
    own_words.restore(work, which, by=builders.SYSTEM, now=now)
    own_words.restore(work, which, by=builders.SYSTEM, now=now)

    assert letter(work, marathon).title == "Решение по материалу № 1"


@pytest.mark.parametrize("code", own_words.editable())
def test_samples_fill_every_editable_letter(work, marathon, now, code):
    for language in ("ru", "en"):
        found, _ = own_words.samples(work, Which(marathon.id, code, language), SETTINGS, now=now)
        title, text = write_out(LETTERS[code].wording(language), found)
        assert "{" not in title + text


def test_samples_are_real_where_the_marathon_has_them(work, marathon, now):
    found, real = own_words.samples(work, Which(marathon.id, "decision", "ru"), SETTINGS, now=now)

    assert real
    assert found["title"] == "Практика номер 1"


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from(["name", "title"]), st.text(max_size=50), min_size=2))
def test_whatever_the_values_nothing_is_read_as_a_placeholder_twice(found):
    title, text = write_out(Wording(title="{title}", text="<{name}>{title}"), found)

    assert title == found["title"]
    assert text == f"<{found['name']}>{found['title']}"
