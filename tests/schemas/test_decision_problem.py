"""What ``marathon decide`` accepts, and the sentence for what it does not."""

import json
import re

import pytest

from schemas.decision_problem import Policy, Recommendation, read_problem
from schemas.decision_reasons import (
    REASON_SENTENCES,
    WARNING_SENTENCES,
    CalibrationWarning,
    Reason,
)
from schemas.errors import BadInput

REVIEW = {"submission": "w", "expert": "e", "score": 70}
ENTRY = {"id": "w", "municipality": "m", "track": "A"}


def problem(reviews=(REVIEW,), submissions=(ENTRY,), **policy) -> str:
    return json.dumps({"reviews": reviews, "submissions": submissions, "policy": policy})


def test_defaults_are_those_of_the_contract():
    assert Policy().model_dump() == {
        "publication_threshold": 60,
        "live_floor": 70,
        "slots": {},
        "max_live_per_municipality": None,
        "min_live_per_municipality": 0,
        "max_reviews": 4,
        "low": 0.2,
        "high": 0.8,
        "max_correction": 10,
        "min_likelihood_ratio": 2.71,
        "recommendation_bonus": 5,
    }


def test_good_problem_is_read():
    read = read_problem(problem([REVIEW | {"recommendation": "both"}], slots={"elsewhere": 3}))

    assert read.reviews[0].recommendation is Recommendation.BOTH
    assert read.submissions[0].available


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "не читается как JSON: строка 1, знак 1"),
        (b"\xff\xfe", "JSON"),
        ("[]", "«весь файл»: нужны пары"),
        (problem(submissions=[ENTRY | {"id": True}]), "«submissions.0.id»: нужна строка"),
        (problem(submissions=[ENTRY | {"available": "?"}]), "нужно true или false"),
        (problem(reviews=5), "«reviews»: нужен список"),
        ('{"reviews": []}', "Не хватает поля «submissions»"),
        (problem([REVIEW | {"score": 100.5}]), "вне шкалы от 0 до 100"),
        (problem([REVIEW | {"score": -1}]), "вне шкалы"),
        (problem([REVIEW | {"score": "70"}]), "reviews.0.score"),
        (problem([REVIEW | {"score": True}]), "reviews.0.score"),
        (problem([REVIEW | {"score": float("nan")}]), "reviews.0.score"),
        (problem([REVIEW | {"submission": "x"}]), "неизвестной работе «x»"),
        (problem([REVIEW, REVIEW]), "дважды"),
        (problem([REVIEW | {"recommendation": "maybe"}]), "reviews.0.recommendation"),
        (problem([REVIEW | {"mark": 5}]), "Неизвестное поле «reviews.0.mark»"),
        (problem(submissions=[ENTRY, ENTRY]), "указана несколько раз"),
        (problem(submissions=[ENTRY | {"id": ""}]), "submissions.0.id"),
        (problem(low=0.8, high=0.2), "меньше верхней"),
        (problem(low=0.5, high=0.5), "меньше верхней"),
        (problem(high=1.2), "от 0 до 1"),
        (problem(publication_threshold=160), "Порог публикации"),
        (problem(live_floor=-5), "Порог очного выступления"),
        (problem(slots={"A": -1}), "не может быть отрицательным"),
        (problem(slots={"A": 1.5}), "policy.slots.A"),
        (problem(max_reviews=0), "не меньше 1"),
        (problem(max_correction=-1), "Наибольшая поправка"),
        (problem(min_live_per_municipality=3, max_live_per_municipality=2), "меньше наименьшего"),
        (problem(max_live_per_municipality=-1), "меньше наименьшего"),
    ],
)
def test_bad_problem_is_refused_with_a_sentence(text, words):
    with pytest.raises(BadInput) as refusal:
        read_problem(text)

    assert words in refusal.value.sentence
    assert "\n" not in refusal.value.sentence


def test_sentences_hold_no_english_of_the_parser():
    for text in ("{", problem([REVIEW | {"recommendation": 5}]), problem(slots=[])):
        with pytest.raises(BadInput) as refusal:
            read_problem(text)
        assert not re.search(r"\b(should|input|or|line)\b", refusal.value.sentence, re.IGNORECASE)


def test_byte_order_mark_is_ignored():
    assert read_problem(b"\xef\xbb\xbf" + problem().encode()) == read_problem(problem())


def test_every_code_has_its_sentence():
    assert set(REASON_SENTENCES) == set(Reason)
    assert set(WARNING_SENTENCES) == set(CalibrationWarning)
    assert all(sentence.endswith(".") for sentence in REASON_SENTENCES.values())
