"""docs/scoring.md names every code the decision engine can give, with its sentence."""

from pathlib import Path

import pytest

from schemas.decision_problem import Policy, Publication
from schemas.decision_reasons import REASON_SENTENCES, WARNING_SENTENCES
from schemas.rubric import RUBRICS

PAGE = (Path(__file__).parents[2] / "docs" / "scoring.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("code", "sentence"), [*REASON_SENTENCES.items(), *WARNING_SENTENCES.items()]
)
def test_every_code_stands_beside_its_sentence(code, sentence):
    assert f"| `{code}` | {sentence} |" in PAGE


@pytest.mark.parametrize("word", [*Publication, *RUBRICS, *Policy.model_fields])
def test_every_outcome_sheet_and_policy_field_is_explained(word):
    assert word in PAGE
