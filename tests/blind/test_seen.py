"""A word is found wherever an answer can hold it: the matrix sees no more than this reader does."""

import io
import json
import zipfile
from email.message import EmailMessage
from urllib.parse import quote

import pytest
from blind import papers
from blind.canaries import PHONE
from blind.seen import Reader, of_letter

WORD = "Потаённослово"


def packed(name, content):
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as package:
        package.writestr(name, content)
    return kept.getvalue()


WAYS = {
    "a page": f"<p>{WORD}</p>".encode(),
    "capitals": WORD.upper().encode(),
    "entities": "".join(f"&#{ord(one)};" for one in WORD).encode(),
    "an address": quote(WORD).encode(),
    "JSON that escapes": json.dumps({"name": WORD}).encode(),
    "letters with marks apart": WORD.replace("ё", "е\u0308").encode(),
    "soft hyphens": "\u00ad".join(WORD).encode(),
    "UTF-16": f"x {WORD}".encode("utf-16-le"),
    "an old encoding": f"x {WORD}".encode("cp1251"),
    "a package": packed("a.xml", f"<a>{WORD}</a>"),
    "a name in a package": packed(f"{WORD}.xml", "<a/>"),
    "a package in a package": packed("a.zip", packed("b.txt", WORD)),
    "runs of an office file": packed("a.xml", f"<t>{WORD[:5]}</t><t>{WORD[5:]}</t>"),
    "a picture": papers.picture(WORD),
    "a document in a package": packed("a.pdf", papers.pdf(WORD)),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_word_is_found_in(way):
    assert WORD.casefold() in Reader().text_of(WAYS[way])


@pytest.mark.parametrize(
    "place", ["создатель", "имя", "xmp", "вложение.txt", "внутри", "пометил", "пометка"]
)
def test_every_hidden_place_of_a_pdf_is_read(place):
    assert f"{WORD}{place}".casefold() in Reader().text_of(papers.pdf(WORD))


@pytest.mark.parametrize(
    "place",
    [
        *("создатель", "правка", "имя", "примечание", "ключ", "школа", "директор"),
        *("слова", "рецензент", "колонтитул", "exif", "jpeg"),
    ],
)
def test_every_hidden_place_of_a_text_file_is_read(place):
    name = "Зимородкова Таисия Климовна"
    content = papers.docx(name, "Школьная", "Район", "a@example.ru", PHONE, WORD)
    assert f"{WORD}{place}".casefold() in Reader().text_of(content)


@pytest.mark.parametrize("where", ["Reply-To", "Subject", "Message-ID", "body", "attachment"])
def test_every_part_of_a_letter_is_read(where):
    letter = EmailMessage()
    word = "slovo" if where in {"Reply-To", "Message-ID"} else WORD
    if where in {"Reply-To", "Message-ID"}:
        letter[where] = f"<{word}@example.ru>"
    elif where == "Subject":
        letter[where] = word
    letter.set_content(word if where == "body" else "пусто", cte="base64")
    if where == "attachment":
        letter.add_attachment(papers.pdf(word), "application", "pdf", filename="a.pdf")
    assert word.casefold() in of_letter(letter.as_bytes())


def test_a_word_that_is_nowhere_is_not_found():
    assert WORD.casefold() not in Reader().text_of(papers.pdf("другое"))
