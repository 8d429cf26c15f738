"""Archives of pieces: what any program unpacks is what was put in, kept or not."""

import io
import zipfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from flows.compilation.renditions.keeping import Keeper
from flows.compilation.renditions.zips import Entry, archive
from flows.documents.printing.cache import Cache

PIECES = st.lists(st.binary(max_size=20) | st.just(b"\xd0\xbb\xd0\xb5\xd1\x81 " * 900), max_size=4)


@given(files=st.lists(st.tuples(PIECES, st.booleans()), max_size=4))
@settings(max_examples=40, deadline=None)
def test_what_is_unpacked_is_what_was_packed(files: list[tuple[list[bytes], bool]]) -> None:
    entries = [Entry(f"{n}/имя.txt", *one) for n, one in enumerate(files)]
    with zipfile.ZipFile(io.BytesIO(archive(entries, Keeper(), "book"))) as opened:
        assert opened.testzip() is None
        assert opened.namelist() == [one.name for one in entries]
        assert [opened.read(one.name) for one in entries] == [
            b"".join(one.pieces) for one in entries
        ]


def test_a_kept_piece_gives_the_same_bytes_as_a_new_one(tmp_path: Path) -> None:
    entries = [Entry("a.xml", ["лес ".encode() * 2000, b"<end/>"]), Entry("b.png", [b"1"])]
    keeper = Keeper(Cache(tmp_path))
    anew = archive(entries, Keeper(), "book")
    assert archive(entries, keeper, "book") == archive(entries, keeper, "book") == anew
    assert len(list(tmp_path.glob("??/*"))) == 1
