"""Advice on the words of a review, and what its versions changed."""

from datetime import timedelta

import builders
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.review.advice import Tone, advice
from flows.review.history import versions
from schemas.review import Recommendation, Review, ReviewDraft, SentDraft
from schemas.rubric import DEFAULT

TEXT = "Ученики инженерного класса хорошо считают и плохо видят. Спросите, какая фигура получится."
LONG = "Практика описана подробно и ясно, её можно повторить. " * 4
FULL = {part.code: 2 for part in DEFAULT.criteria}


def sentences(tone, draft, text=TEXT):
    return [one.sentence for one in advice(DEFAULT, draft, text) if one.tone is tone]


def test_empty_comment_is_told_so_and_nothing_else():
    said = sentences(Tone.ADVICE, ReviewDraft(levels=FULL))
    assert len(said) == 1
    assert "пока нет" in said[0]


def test_quotation_of_the_work_counts_whatever_its_case_and_letters():
    comment = LONG + "Сильное место: «УЧЕНИКИ инженерного класса хорошо считают»."
    assert sentences(Tone.ADVICE, ReviewDraft(levels=FULL, comment=comment)) == []


def test_quotation_that_is_not_in_the_work_is_named():
    comment = LONG + "Спорно: «ученики инженерного класса плохо считают»."
    said = sentences(Tone.ADVICE, ReviewDraft(levels=FULL, comment=comment))
    assert "не нашлось" in said[0]


@pytest.mark.parametrize("place", ["на с. 3", "на стр. 12", "в таблице 2", "Рисунок 1", "шаг 4"])
def test_page_table_or_step_is_a_place_too(place):
    draft = ReviewDraft(levels=FULL, comment=LONG + f"Смотрите {place}.")
    assert "Есть ссылка на место работы." in sentences(Tone.GOOD, draft)


def test_low_level_without_words_of_its_own_is_named():
    draft = ReviewDraft(levels={**FULL, "novelty": 0, "results": 1}, comments={"results": "Нет."})
    said = sentences(Tone.ADVICE, draft)[-1]
    assert "«Новизна и авторский вклад»" in said
    assert "результативность" not in said


@given(st.text(max_size=400), st.text(max_size=200))
@settings(max_examples=80)
def test_advice_is_the_same_for_the_same_words_and_never_fails(comment, explanation):
    draft = ReviewDraft(levels=FULL, comment=comment, comments={"method": explanation})
    assert advice(DEFAULT, draft, TEXT) == advice(DEFAULT, draft, TEXT)


def a_review(*sent, **changes):
    facts = {
        "id": "r",
        "assignment_id": "a",
        "marathon_id": "m",
        "submission_id": "s",
        "expert_id": "e",
        "saved_at": builders.NOW,
        "submitted_at": builders.NOW - timedelta(days=3),
        "draft": sent[-1],
        "history": tuple(
            SentDraft(**dict(one), sent_at=builders.NOW - timedelta(days=3)) for one in sent[:-1]
        ),
    }
    return Review(**facts | changes)


def test_every_sent_version_says_what_it_changed():
    first = ReviewDraft(levels=FULL, comment="Первый", recommendation=Recommendation.BOTH)
    second = first.model_copy(update={"levels": {**FULL, "novelty": 3}, "comment": "Второй"})
    newest, oldest = versions(DEFAULT, a_review(first, second))
    assert (newest.number, oldest.number) == (2, 1)
    assert newest.sent_at == builders.NOW
    told = [(one.title, one.before, one.after) for one in newest.changes]
    assert told == [("Новизна и авторский вклад", "2", "3"), ("Комментарий автору", "", "")]
    assert oldest.changes == ()


def test_draft_that_was_never_sent_has_no_versions():
    assert versions(DEFAULT, a_review(ReviewDraft(), submitted_at=None)) == ()


def test_older_version_without_its_moment_is_shown_without_one():
    first = ReviewDraft(levels=FULL)
    review = a_review(first, first).model_copy(update={"history": (SentDraft(**dict(first)),)})
    assert versions(DEFAULT, review)[-1].sent_at is None
