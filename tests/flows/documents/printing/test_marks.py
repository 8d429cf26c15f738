"""Marks are cut out of a page's drawing; nothing else is, however much it looks like one."""

from typing import Any

import pikepdf
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from flows.documents.printing import marks
from flows.documents.printing.marks import MARKS

NAMES = st.sampled_from([b"/P", b"/EMC", b"/FooBMC", b"/k", b"/BDC#20", b"/DeviceCMYK", b"/MC0"])
STRINGS = st.sampled_from(
    [
        b"(EMC)",
        b"( k )",
        rb"(a\)EMC)",
        rb"(\\)",
        b"(a(b)c)",
        rb"(a(EMC)(\))c k )",
        b"(a(b(c)d)e)",
        b"<41 42>",
        b"<>",
        b"(/P BMC\n)",
        b"(%)",
    ]
)
ENTRIES = st.sampled_from(
    [
        b"<</MCID 3>>",
        b"<< /ActualText (EMC) /A <</B [1 2]>> >>",
        b"<</E <feff>>>",
        b"<</A <</B <</C 1>>>>>>",
        b"<<>>",
    ]
)
MARKED = st.one_of(
    st.builds(lambda name, entries: [name, entries, b"BDC"], NAMES, ENTRIES),
    st.builds(lambda name, other: [name, other, b"DP"], NAMES, NAMES),
    st.builds(lambda name, mark: [name, mark], NAMES, st.sampled_from([b"BMC", b"MP"])),
    st.just([b"EMC"]),
)
DRAWN = st.one_of(
    st.builds(lambda words: [words, b"Tj"], STRINGS),
    st.builds(lambda name, operator: [name, operator], NAMES, st.sampled_from([b"gs", b"cs"])),
    st.sampled_from([[b"q"], [b"0 0 0 1 k"], [b"1 0 0 1 5 -.5 cm"], [b"[", b"(k)", b"-3", b"]TJ"]]),
    st.just([b"BI /W 1 /H 1 /BPC 8 /CS /G ID \x00 EI"]),
    st.just([b"% EMC in a comment\n"]),
)
STREAMS = st.lists(st.one_of(MARKED, DRAWN), max_size=8)


def instructions(pdf: pikepdf.Pdf, content: bytes) -> list[tuple[str, bytes]]:
    found = pikepdf.parse_content_stream(pdf.make_stream(content))
    return [(str(one.operator), pikepdf.unparse_content_stream([one])) for one in found]


def read(content: bytes) -> tuple[list[Any], list[Any], set[str]]:
    """What is drawn, what the parser would leave, and the inks that were heard."""
    pdf = pikepdf.new()
    inks: set[str] = set()

    def heard(operator: str, operands: Any) -> None:
        if operator in {"k", "K"} or (operands and operands[0] == pikepdf.Name.DeviceCMYK):
            inks.add(operator)

    made = marks.without_marks(pdf.make_stream(content), heard)
    left = [one for one in instructions(pdf, content) if one[0] not in MARKS]
    return instructions(pdf, made), left, inks


@settings(max_examples=150, deadline=None)
@given(STREAMS, st.sampled_from([b" ", b"\n", b"\r\n", b""]))
@example([[b"/P", b"<</MCID 0>>", b"BDC"], [b"q"], [b"EMC"]], b"")
def test_only_marks_are_cut_out(parts: list[list[bytes]], between: bytes) -> None:
    joined = b" ".join((between or b" ").join(part) for part in parts)
    made, left, inks = read(joined)
    assert made == left
    assert ("k" in inks) == any(operator == "k" for operator, _ in left)


@pytest.mark.parametrize(
    "content",
    [
        b"/P<</MCID 0>>BDC(a)Tj EMC",
        b"/Span<</ActualText(EMC)>>BDC q Q EMC",
        b"BT(x)Tj\nEMC\nET",
        rb"/P <</MCID 0>> BDC [(a(b)(\)EMC)c)-4(d)] TJ EMC",
    ],
)
def test_marks_need_no_spaces_and_no_parser(content: bytes) -> None:
    made = marks.cut(content, lambda _operator, _operands: None)
    assert b"BDC" not in made
    assert b"MCID" not in made


@pytest.mark.parametrize(
    "content", [b"(a(b(c)d)e) Tj", b"q % k\nQ", b"BDC", b"(unclosed", b"<zz> Tj"]
)
def test_what_a_pattern_might_misread_is_left_to_the_parser(content: bytes) -> None:
    with pytest.raises(marks.Strange):
        marks.cut(content, lambda _operator, _operands: None)


def test_inks_are_heard() -> None:
    assert read(b"0 0 0 1 k /DeviceCMYK cs (k) Tj /k gs")[2] == {"k", "cs"}
    assert read(b"/DeviceRGB cs 1 0 0 rg (0 0 0 1 k) Tj")[2] == set()
