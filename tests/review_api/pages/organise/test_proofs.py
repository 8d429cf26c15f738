"""Proofs: sent, confirmed, corrected; the corrected data is one everywhere it is printed."""

import io
import re
from datetime import timedelta

import builders
import pdfplumber
import pytest
from compiled_volume import compiled, with_file

from flows.certificates import operations as certificates
from flows.compilation import operations as compilation
from flows.compilation import proofs, publishing
from schemas.errors import Conflict
from schemas.marathon import Phase
from schemas.people import Actor, Role
from schemas.proof import ProofStatus

BY = Actor(part="test")
FIRST = "Ёлкина Мария Петровна"
SECOND = "Жукова Ольга Ивановна"


class Press:
    """Two approved works, an edition of them, their authors and an organiser in browsers."""

    def __init__(self, installation, signed_in, now):
        self.installation, self.signed_in, self.now = installation, signed_in, now
        with installation.begin() as work:
            builders.members(work, builders.a_cluster(work))
            self.marathon = builders.a_marathon(work, phase=Phase.RESULTS)
            home = work.municipalities.of_cluster(self.marathon.cluster_id)[0]
            people = [builders.a_person(work, name) for name in (FIRST, SECOND)]
            lines = tuple(builders.an_author(one, home) for one in people)
            self.work = builders.a_decided_work(
                work, self.marathon, home, owner_id=people[0].id, authors=lines, title="Река и лес"
            )
            self.other = builders.a_decided_work(work, self.marathon, home, title="Другая статья")
            office = builders.a_person(work, "Орлова Нина Петровна")
            work.roles.give(office.id, Role.ORGANISER)
            for one in (self.work, self.other):
                with_file(work, installation, one, f"Текст работы {one.number}. " * 30)
            stranger = work.people.get(self.other.owner_id)
        self.build()
        self.author, self.co_author = signed_in(people[0]), signed_in(people[1])
        self.office, self.stranger = signed_in(office), signed_in(stranger)
        self.page = f"/my/{self.work.id}/proof"
        self.desk = f"/organise/{self.marathon.id}/collection"

    def build(self):
        with self.installation.begin() as work:
            self.edition = compiled(work, self.installation, self.marathon, BY, self.now)
        return self.edition

    def ask(self):
        return self.office.post(f"{self.desk}/{self.edition.number}/proofs")

    def proof(self):
        with self.installation.begin() as work:
            return proofs.newest(work, self.work.id)

    def stored(self):
        with self.installation.begin() as work:
            return work.submissions.get(self.work.id)

    def letters(self, template):
        with self.installation.begin() as work:
            return [one.person_id for one in work.notices.all() if one.template == template]

    def confirm(self, browser=None):
        version = str(self.proof().version)
        return (browser or self.author).post(f"{self.page}/confirm", data={"version": version})

    def form(self):
        """The form of corrections as a browser would send it untouched."""
        page = self.author.get(f"{self.page}/correct").text
        boxes = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', page))
        areas = dict(
            re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', page, re.DOTALL)
        )
        places = {f"place-{number}": str(number + 1) for number in range(2)}
        return {**boxes, **areas, **places}

    def correct(self, browser=None, **changes):
        fields = self.form() | {name.replace("_", "-"): text for name, text in changes.items()}
        return (browser or self.author).post(f"{self.page}/correct", data=fields)


@pytest.fixture
def press(installation, signed_in, now):
    return Press(installation, signed_in, now)


def test_proofs_are_sent_once_to_every_owner_and_the_page_says_to_whom(press):
    page = press.office.get(press.desk).text
    assert "Разослать вёрстку на подтверждение" in page
    assert "Река и лес" in page

    assert press.ask().status_code == 303
    assert press.ask().status_code == 303

    assert len(press.letters("proof_asked")) == 2
    page = press.office.get(press.desk).text
    assert "Подтвердили: 0, исправили: 0, молчат: 2" in page


def test_author_sees_own_pages_and_data_and_confirms(press):
    assert press.author.get(press.page).status_code == 404
    press.ask()

    page = press.author.get(press.page).text
    assert page.index(FIRST) < page.index(SECOND)
    assert "Всё верно" in page
    picture = press.author.get(f"{press.page}/pages/1")
    assert picture.headers["content-type"] == "image/webp"
    pdf = press.author.get(f"{press.page}/article.pdf").content
    with pdfplumber.open(io.BytesIO(pdf)) as document:
        text = "".join(one.extract_text() for one in document.pages)
    assert f"Текст работы {press.work.number}." in text
    assert f"Текст работы {press.other.number}." not in text

    assert press.confirm().status_code == 303
    assert press.confirm().status_code == 303
    assert press.proof().status is ProofStatus.CONFIRMED
    assert "Статья подтверждена" in press.author.get(press.page).text


def test_co_author_looks_but_only_the_owner_answers(press):
    press.ask()

    page = press.co_author.get(press.page)
    assert page.status_code == 200
    assert "Всё верно" not in page.text
    assert press.confirm(press.co_author).status_code == 404
    assert press.co_author.get(f"{press.page}/correct").status_code == 404
    for address in (press.page, f"{press.page}/article.pdf", f"{press.page}/pages/1"):
        assert press.stranger.get(address).status_code == 404
    assert press.author.get(f"{press.page}/pages/99").status_code == 404


def test_correction_is_the_same_on_pages_in_pdf_certificates_and_metadata(press, now):
    press.ask()
    said = press.correct(
        name_0="Ёлкина-Речная Мария Петровна",
        position_0="заместитель директора",
        organisation_1="МБОУ «Гимназия № 9»",
        place_0="2",
        place_1="1",
        title="Река, лес и мы",
    )
    assert said.status_code == 303

    stored = press.stored()
    names = [author.name for author in stored.authors]
    assert names == [SECOND, "Ёлкина-Речная Мария Петровна"]
    assert "Исправлено: пересоберите сборник." in press.office.get(press.desk).text

    press.build()
    with press.installation.begin() as work:
        publishing.publish(work, press.edition.id, by=BY, now=now)
        certificates.issue(work, press.marathon.id, by=BY, now=now)
        holders = {
            one.holder
            for one in work.certificates.of_marathon(press.marathon.id)
            if one.submission_id == press.work.id
        }
        content = {
            path: compilation.content(press.edition, press.installation.files, path)
            for path in (
                "collection.pdf",
                "metadata/dublin_core.xml",
                "metadata/collection.bib",
                "metadata/crossref.xml",
                "metadata/schema_org.jsonld",
            )
        }
    assert "Ёлкина-Речная Мария Петровна" in holders
    with pdfplumber.open(io.BytesIO(content.pop("collection.pdf"))) as document:
        # A name may be broken at the end of a line: words are compared without spaces.
        content["collection.pdf"] = squeezed(one.extract_text() for one in document.pages).encode()
    article = f"/marathons/{press.marathon.id}/collection/articles/{press.work.number}"
    content["page"] = press.author.get(article).content
    for place, data in content.items():
        text = squeezed([data.decode()])
        assert "Ёлкина-Речная" in text, place
        assert text.index("Жукова") < text.index("Ёлкина-Речная"), place
        assert "Река,лесимы" in text, place


def squeezed(texts):
    return re.sub(r"[\s\u00ad]", "", "".join(texts))


def test_old_and_new_are_kept_and_shown_to_organisers(press):
    press.ask()
    press.correct(title="Река и поле", remarks="На рисунке 1 не та подпись")

    page = press.office.get(f"{press.desk}/1/proofs").text
    assert "На рисунке 1 не та подпись" in page
    address = re.search(r'href="(/organise/[^"]+/history/\d+)"', page).group(1)
    difference = press.office.get(address).text
    assert "лес</del>" in difference
    assert "поле</ins>" in difference


def test_unchanged_confirmed_article_is_not_asked_about_again(press):
    press.ask()
    press.confirm()
    with press.installation.begin() as work:
        other = work.submissions.get(press.other.id)
        work.submissions.save(other.model_copy(update={"title": "Другая статья, исправленная"}))
    press.build()

    assert press.edition.number == 2
    press.ask()
    assert len(press.letters("proof_asked")) == 3
    assert press.proof().status is ProofStatus.CONFIRMED
    assert press.proof().edition_id == press.edition.id


def test_silent_authors_are_reminded_once_a_day(press):
    press.ask()
    press.confirm()

    for _ in range(2):
        said = press.office.post(f"{press.desk}/1/proofs/remind")
        assert said.status_code == 303

    assert press.letters("proof_reminder") == [press.other.owner_id]


def test_publishing_names_who_is_silent_and_never_waits(press):
    press.ask()
    press.confirm()

    page = press.office.get(press.desk).text
    assert "Не подтвердили вёрстку: 1\u00a0статья" in page
    assert press.office.post(f"{press.desk}/1/publish").status_code == 303


def test_correction_after_publication_asks_for_the_next_edition(press, now):
    press.ask()
    with press.installation.begin() as work:
        publishing.publish(work, press.edition.id, by=BY, now=now)
    press.correct(title="Река и поле")

    assert "Исправлено после публикации" in press.office.get(press.desk).text
    assert "войдут в следующий выпуск" in press.author.get(press.page).text
    assert "исправлена автором" in press.office.get(f"/organise/{press.marathon.id}").text
    edition = press.build()
    assert edition.number == 2
    assert f"Изменены: № {press.work.number}." in edition.changes


def test_readers_see_what_was_published_until_the_next_edition_is(press, now):
    def read(address):
        return press.stranger.get(address).text.replace("\u00a0", " ")

    def publish(hours):
        with press.installation.begin() as work:
            built = press.edition.model_copy(update={"built_at": now + timedelta(hours=hours)})
            publishing.publish(work, work.editions.save(built).id, by=BY, now=now)

    catalogue = f"/marathons/{press.marathon.id}/collection"
    article = f"{catalogue}/articles/{press.work.number}"
    records = "/oai?verb=ListRecords&metadataPrefix=oai_dc"
    places = (catalogue, article, f"{catalogue}/embedded", records)
    publish(hours=-1)
    press.ask()
    press.correct(title="Река и поле", abstract="Совсем другие слова.")

    for address in places:
        assert "Река и лес" in read(address)
        assert "Река и поле" not in read(address)
        assert "Совсем другие слова" not in read(address)
    press.build()
    publish(hours=1)
    for address in places:
        assert "Река и поле" in read(address)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name_0": "Ёлкина"}, "фамилию, имя и отчество"),
        ({"name_0": ""}, "фамилию, имя и отчество"),
        ({"name_1": "Ж" * 201 + " Ольга"}, "не больше 200 знаков"),
        ({"title": "  "}, "Напишите название."),
        ({"title": "Я" * 301}, "не больше 300 знаков"),
        ({"abstract": "Я" * 5001}, "не больше 5000 знаков"),
        ({"organisation_1": ""}, "где работает автор"),
        ({"place_0": "2"}, "одно место"),
        ({"place_0": "²"}, "одно место"),
        ({}, "Вы ничего не изменили"),
    ],
)
def test_bad_correction_is_refused_in_words_and_changes_nothing(press, changes, words):
    press.ask()
    before = press.stored()

    refused = press.correct(**changes)

    assert refused.status_code == 422
    assert words in refused.text
    assert press.stored() == before
    assert press.proof().status is ProofStatus.ASKED


def test_huge_title_is_not_sent_back_whole(press):
    press.ask()

    refused = press.correct(title="Я" * 100_000)

    assert refused.status_code == 422
    assert "Я" * 1500 not in refused.text


def test_strange_signs_in_a_name_do_no_harm(press):
    press.ask()

    assert press.correct(name_0="<b>Ёлкина</b>\x00 \u202eМария").status_code == 303

    page = press.author.get(press.page).text
    assert "<b>Ёлкина" not in page
    assert "\x00" not in press.stored().authors[0].name


def test_correction_of_a_stale_page_shows_both_and_overwrites_nothing(press):
    press.ask()
    held = press.form()
    press.correct(title="Первое исправление")

    clash = press.author.post(f"{press.page}/correct", data=held | {"title": "Второе исправление"})

    assert clash.status_code == 409
    assert "Первое исправление" in clash.text
    assert "Второе исправление" in clash.text
    assert press.stored().title == "Первое исправление"


def test_confirming_after_a_correction_is_refused(press, now):
    press.ask()
    press.correct(title="Река и поле")

    with press.installation.begin() as work, pytest.raises(Conflict):
        proof = proofs.newest(work, press.work.id)
        proofs.confirm(work, proof.id, version=proof.version, by=BY, now=now)


def test_proofs_of_an_older_edition_are_not_sent(press):
    press.ask()
    press.correct(title="Река и поле")
    press.build()

    said = press.office.post(f"{press.desk}/1/proofs")

    assert said.status_code == 303
    assert len(press.letters("proof_asked")) == 2
