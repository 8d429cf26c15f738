"""Files that a browser would open as a page of ours: they come as attachments in a sandbox."""

import one_of_each
import pytest
from attacks.asking import asked

SCRIPT = b"<script>alert(1)</script>"
FILES = {
    "page.html": b"<!doctype html>" + SCRIPT,
    "page.htm": SCRIPT,
    "drawing.svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "data.xml": b'<?xml-stylesheet href="javascript:alert(1)"?><a/>',
    "page.xhtml": b'<html xmlns="http://www.w3.org/1999/xhtml">' + SCRIPT + b"</html>",
    "both.pdf": b"%PDF-1.4\n" + SCRIPT,
    "picture.png": SCRIPT,
    "letter.mht": b"MIME-Version: 1.0\nContent-Type: text/html\n\n" + SCRIPT,
    "work.docx": b"PK\x03\x04" + SCRIPT,
    "a.html\r\nContent-Type: text/html\r\n\r\n": SCRIPT,
}


@pytest.mark.parametrize("role", ["author", "organiser"])
@pytest.mark.parametrize("name", FILES, ids=lambda name: name[:12].strip())
def test_an_original_is_never_opened_as_a_page(attacked, name, role):
    with attacked.installation.begin() as work:
        stored = attacked.installation.files.save_bytes(FILES[name])
        file = work.files.get(attacked.town.ids["file_id"])
        changed = file.model_copy(update={"name": name, "sha256": stored.sha256})
        work.files.save(changed)
    ways = [one.path for one in one_of_each.routes("GET") if "{file_id}" in one.path]
    given = [asked(attacked, role, path) for path in ways]
    given = [one for one in given if one.content == FILES[name]]

    assert given
    for one in given:
        assert one.headers["content-type"] == "application/octet-stream"
        assert one.headers["content-disposition"].startswith("attachment; ")
        assert one.headers["content-security-policy"].startswith("sandbox;")
        assert one.headers["x-content-type-options"] == "nosniff"
        assert "\n" not in one.headers["content-disposition"]
