"""A file taken apart and written again is the file it was, wherever its objects have moved."""

import io

import pikepdf
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name, String

from flows.compilation.book.objects import Objects, as_bytes, from_bytes, packed, taken_apart
from flows.compilation.book.writing import Writer, entries, words

STRANGE = st.text(alphabet="()\\<>[]%/0123 RSH\n\robjedtrмя\x00", max_size=24)


def saved(texts: list[str], data: bytes) -> bytes:
    """A file whose catalogue is object 1 and holds ``texts`` in strings and names, and ``data``."""
    pdf = pikepdf.new()
    strings = [pdf.make_indirect(Dictionary(T=String(text), S=Name.H2)) for text in texts]
    stream = pdf.make_stream(data, T=String("/Length 3 1 0 R"), K=Array(strings))
    page = Dictionary(StructParents=2, Type=Name.Page)
    pdf.Root.Held = pdf.make_indirect(Array([*strings, stream, pdf.make_indirect(page)]))
    out = io.BytesIO()
    pdf.save(out, static_id=True, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return out.getvalue()


def moved(objects: Objects, base: int) -> pikepdf.Pdf:
    """``objects`` behind ``base`` others in a file of their own."""
    writer = Writer()
    if base:
        writer.object_stream(1, packed((number, b"null") for number in range(2, base + 1)))
    table = objects.table(base, key=10, deeper=1)
    last = base + objects.total
    if base:
        writer.moved(objects, base, last + 1, table)
    else:
        writer.kept(objects, last + 1)
    writer.object_stream(last + 2, packed([(last + 3, b"<< /Title (x) >>")]))
    return pikepdf.open(io.BytesIO(writer.finish(root=base + 1, info=last + 3)))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(STRANGE, min_size=1, max_size=4), st.binary(max_size=40), st.sampled_from([0, 7, 99])
)
@example(["(1 0 R) /S /H1 100% d %d", "\\)"], b"\nendstream\nendobj\n", 7)
def test_what_people_wrote_moves_untouched(texts: list[str], data: bytes, base: int) -> None:
    whole = taken_apart(saved(texts, data), keys=3, without=())
    assert from_bytes(as_bytes(whole, {"a": 1})) == (whole, {"a": 1})
    with moved(whole, base) as pdf:
        *strings, stream, page = pdf.Root.Held
        assert [str(one.T) for one in strings] == texts
        assert stream.read_bytes() == data
        assert [one.objgen for one in stream.K] == [one.objgen for one in strings]
        assert {str(one.S) for one in strings} == {"/H3" if base else "/H2"}
        assert int(page.StructParents) == (12 if base else 2)
        assert pdf.check_pdf_syntax() == []


@given(STRANGE)
@example("\ud800")
def test_words_are_read_as_they_were_written(text: str) -> None:
    found = pikepdf.Object.parse(entries({"T": words(text)}))
    assert str(found.T) == text.encode("utf-16-be", "replace").decode("utf-16-be")
