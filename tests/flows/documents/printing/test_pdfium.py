"""PDFium holds one file at a time: threads that draw at once would spoil each other's work."""

from concurrent.futures import ThreadPoolExecutor

import pikepdf

from flows.documents.printing import pdfium


def test_threads_that_draw_at_once_wait_for_each_other(tmp_path):
    with pikepdf.new() as made:
        made.add_blank_page(page_size=(300, 400))
        made.save(tmp_path / "page.pdf")
    inside: list[int] = []
    most = []

    def drawn(number: int) -> bytes:
        with pdfium.opened(tmp_path / "page.pdf") as document:
            inside.append(number)
            pixels = document[0].render().to_pil().tobytes()
            most.append(len(inside))
            inside.remove(number)
        return pixels

    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(drawn, range(80)))

    assert set(most) == {1}
    assert len(found) == 1
