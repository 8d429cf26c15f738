"""A file goes to the virus scanner in pieces, and whatever the scanner does is a verdict."""

import zipfile
from io import BytesIO

import pytest
import scanners

from schemas.scanning import LONGEST_NAME, ScannerAddress, ScanVerdict, read_scanner
from storage.scanning import PIECE, Scanner

MEGABYTE = 1024 * 1024


@pytest.fixture(scope="module")
def clamd():
    if not scanners.HAS_CLAMD:
        pytest.skip("clamd is not installed")
    with scanners.clamd() as address:
        yield address


@pytest.fixture
def wire():
    with scanners.wire() as server:
        yield server


@pytest.fixture(params=["clamd", "wire"])
def address(request):
    found = request.getfixturevalue(request.param)
    return found if request.param == "clamd" else found.address


def scanner(address, **limits):
    return Scanner(read_scanner(address), **{"most": 50 * MEGABYTE, "seconds": 20.0} | limits)


def test_known_virus_is_found_and_other_files_are_clean(address, tmp_path):
    asked = scanner(address)
    found = asked.scan([scanners.EICAR])
    assert found.verdict is ScanVerdict.VIRUS
    assert found.virus.startswith("Eicar-Test")
    assert asked.scan([b"a lesson"]).verdict is ScanVerdict.CLEAN
    assert asked.scan([]).verdict is ScanVerdict.CLEAN
    work = tmp_path / "урок.docx"
    work.write_bytes(scanners.EICAR)
    assert asked.scan_file(work).verdict is ScanVerdict.VIRUS


def test_virus_cut_into_pieces_or_packed_into_a_document_is_found(clamd):
    asked = scanner(clamd)
    letters = (scanners.EICAR[at : at + 1] for at in range(len(scanners.EICAR)))
    assert asked.scan([b"", *letters]).verdict is ScanVerdict.VIRUS
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as document:
        document.writestr("word/document.xml", "<w:document/>")
        document.writestr("word/media/image1.png", scanners.EICAR)
    assert asked.scan([packed.getvalue()]).verdict is ScanVerdict.VIRUS


def test_file_larger_than_the_scanner_takes_is_told_apart(address):
    pieces = (bytes(PIECE) for _ in range(4 * scanners.LIMIT // PIECE))
    assert scanner(address).scan(pieces).verdict is ScanVerdict.TOO_LONG
    assert scanner(address).scan([b"the next file"]).verdict is ScanVerdict.CLEAN


def test_file_larger_than_we_take_is_not_sent_to_its_end(wire):
    taken = []
    pieces = (taken.append(PIECE) or bytes(PIECE) for _ in range(8))
    found = scanner(wire.address, most=2 * PIECE).scan(pieces)
    assert (found.verdict, len(taken)) == (ScanVerdict.TOO_LONG, 3)


def test_file_is_read_and_sent_in_small_pieces(wire, tmp_path):
    work = tmp_path / "работа.pdf"
    work.write_bytes(bytes(5 * PIECE + 7))
    assert scanner(wire.address).scan_file(work).verdict is ScanVerdict.CLEAN
    assert wire.pieces == [PIECE] * 5 + [7]


@pytest.mark.parametrize(
    "place",
    [
        ScannerAddress(path="/nowhere/clamd.ctl"),
        ScannerAddress(path="/" + "long" * 99),
        ScannerAddress(host="127.0.0.1", port=9),
    ],
)
def test_scanner_that_is_not_there_gives_no_answer(place):
    assert Scanner(place, most=MEGABYTE).scan([b"x"]).verdict is ScanVerdict.NO_ANSWER


def test_scanner_that_says_nothing_is_left_in_time(wire):
    wire.says(None)
    assert scanner(wire.address, seconds=0.2).scan([b"x"]).verdict is ScanVerdict.NO_ANSWER


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (b"", ScanVerdict.NO_ANSWER),
        (b"\0", ScanVerdict.NO_ANSWER),
        (b"stream: OK", ScanVerdict.CLEAN),
        (b"stream: OK\0stream: X FOUND\0", ScanVerdict.CLEAN),
        (b"stream: Can't allocate memory ERROR\0", ScanVerdict.FAILED),
        (b"UNKNOWN COMMAND\0", ScanVerdict.FAILED),
        (b"\xff\xfe\0", ScanVerdict.FAILED),
        (b"stream: " + b"A" * 9000, ScanVerdict.FAILED),
    ],
)
def test_answer_is_understood_or_taken_for_a_failure(wire, answer, verdict):
    wire.says(answer)
    assert scanner(wire.address).scan([b"x"]).verdict is verdict


def test_name_of_a_virus_is_text_of_a_bounded_length(wire):
    wire.says(b"stream: \x1b[31mBad\r\n<b>" + b"A" * 999 + b" FOUND\0")
    found = scanner(wire.address).scan([b"x"])
    assert found.virus.startswith("[31mBad<b>A")
    assert len(found.virus) == LONGEST_NAME
