"""Every code has a sentence for people and a line in the reference."""

from pathlib import Path

import pytest

from schemas.extraction import RejectCode, WarningCode, sentence

REFERENCE = Path(__file__).parents[2] / "docs" / "reference" / "extraction-codes.md"
CODES = [*RejectCode, *WarningCode]


@pytest.mark.parametrize("code", CODES)
def test_every_code_is_explained_in_the_reference_with_its_sentence(code):
    assert f"| `{code}` | {sentence(code)} |" in REFERENCE.read_text("utf-8")


@pytest.mark.parametrize("code", CODES)
def test_every_sentence_is_whole_and_in_russian(code):
    assert sentence(code).endswith(".")
    assert "а" <= sentence(code)[0].lower() <= "я"


def test_codes_are_distinct():
    assert len({str(code) for code in CODES}) == len(CODES)
