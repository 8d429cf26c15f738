"""The look of the collection: chosen among pictures, saved with a journal entry, refused in words."""

import io

import builders
import pytest
from compiled_volume import with_file
from PIL import Image

from schemas.design import CertificateDesign, Template
from schemas.extraction import Extraction, Kind
from schemas.people import Role
from storage.identifiers import new_id

GIVEN = {
    "template": "modern",
    "colour": "own",
    "accent": "#7A1B2E",
    "certificate": "festive",
}


class Desk:
    """A marathon with one approved work that came as PDF, and an organiser in a browser."""

    def __init__(self, installation, browser):
        self.installation, self.browser = installation, browser
        with installation.begin() as work:
            builders.members(work, builders.a_cluster(work))
            self.marathon = builders.a_marathon(work)
            home = work.municipalities.of_cluster(self.marathon.cluster_id)[0]
            self.work = builders.a_decided_work(work, self.marathon, home, title="Река и лес")
            with_file(work, installation, self.work)
            file = work.files.of(self.work.id)[-1]
            found = Extraction(file=file.name, status="ok", kind=Kind.PDF)
            work.files.save(file.model_copy(update={"extraction": found}))
        self.page = f"/organise/{self.marathon.id}/collection/design"

    def save(self, files=None, **changes):
        data = {**GIVEN, "version": str(self.stored().version), **changes}
        return self.browser.post(self.page, data=data, files=files or {})

    def stored(self):
        with self.installation.begin() as work:
            return work.marathons.get(self.marathon.id)

    def submission(self):
        with self.installation.begin() as work:
            return work.submissions.get(self.work.id)


@pytest.fixture
def desk(installation, organiser_browser):
    return Desk(installation, organiser_browser)


def picture(kind="PNG"):
    out = io.BytesIO()
    Image.new("RGB", (600, 300), "navy").save(out, kind)
    return out.getvalue()


def test_page_shows_every_template_and_the_present_choice(desk):
    page = desk.browser.get(desk.page).text

    for template in Template:
        assert f"{desk.page}/{template}.png?accent=1b4b7a" in page
    assert 'value="classic" checked' in page
    assert "Река и лес" in page


def test_saved_design_is_kept_and_told_in_the_journal(desk):
    answer = desk.save()

    assert answer.headers["location"] == desk.page
    design = desk.stored().design
    assert (design.template, design.accent) == (Template.MODERN, "#7a1b2e")
    assert design.certificate is CertificateDesign.FESTIVE
    journal = desk.browser.get(f"/organise/{desk.marathon.id}/journal").text
    assert "Оформление сборника" in journal


def test_looking_at_a_colour_saves_nothing(desk):
    page = desk.save(act="look").text

    assert f"{desk.page}/compact.png?accent=7a1b2e" in page
    assert "ещё не сохранено" in page
    assert desk.stored().design.accent == "#1b4b7a"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"accent": "#ffcc00"}, "возьмите темнее, #8e7200"),
        ({"accent": ""}, "Цвет записывают"),
        ({"accent": "red; }"}, "Цвет записывают"),
        ({"template": "baroque"}, "Выберите из списка"),
        ({"certificate": ""}, "Выберите из списка"),
    ],
)
def test_wrong_values_are_told_and_what_was_typed_stays(desk, changes, sentence):
    answer = desk.save(**changes)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'value="modern" checked' in answer.text or "template" in changes
    assert desk.stored().design.template is Template.CLASSIC


def test_stale_form_is_refused_with_the_words_kept(desk):
    answer = desk.save(version="99")

    assert answer.status_code == 422
    assert "Кто-то уже изменил" in answer.text
    assert 'value="#7A1B2E"' in answer.text


def test_logo_is_drawn_anew_shown_and_taken_off_again(desk):
    desk.save(files={"logo": ("знак.jpg", picture("JPEG"), "image/jpeg")})
    assert desk.stored().design.logo

    shown = desk.browser.get(f"{desk.page}/logo.png")
    assert shown.headers["content-type"] == "image/png"
    with Image.open(io.BytesIO(shown.content)) as image:
        assert image.format == "PNG"

    desk.save(template="compact")
    assert desk.stored().design.logo
    desk.save(no_logo="yes")
    assert desk.stored().design.logo is None
    assert desk.browser.get(f"{desk.page}/logo.png").status_code == 404


def test_pictures_show_a_new_logo_at_once(desk):
    before = desk.browser.get(f"{desk.page}/modern.png")
    desk.save(files={"logo": ("logo.png", picture(), "image/png")})
    after = desk.browser.get(f"{desk.page}/modern.png")

    assert before.content != after.content
    assert before.headers["cache-control"] == "no-store"


def test_the_logo_of_a_stranger_is_not_even_kept(desk, installation, signed_in):
    with installation.begin() as work:
        stranger = builders.a_person(work, "Чужакова Инна Львовна")
    kept = sorted(installation.files.all())

    answer = signed_in(stranger).post(
        desk.page, data=GIVEN, files={"logo": ("logo.png", picture(), "image/png")}
    )

    assert answer.status_code == 404
    assert sorted(installation.files.all()) == kept


def test_svg_is_refused_with_what_to_do(desk):
    answer = desk.save(files={"logo": ("знак.svg", b"<svg onload='1'/>", "image/svg+xml")})

    assert answer.status_code == 422
    assert "SVG не подходит" in answer.text
    assert desk.stored().design.logo is None


def test_pictures_of_pages_are_png_and_odd_addresses_are_not_found(desk):
    for path in ("modern.png?accent=7a1b2e", "front.png?template=compact&accent=14604a"):
        answer = desk.browser.get(f"{desk.page}/{path}")
        assert answer.headers["content-type"] == "image/png"
        assert answer.content.startswith(b"\x89PNG")
    for path in ("baroque.png", "modern.png?accent=ffffff", "modern.png?accent=..%2F"):
        assert desk.browser.get(f"{desk.page}/{path}").status_code == 404


def test_pdf_is_marked_to_be_printed_as_it_is_and_unmarked(desk):
    answer = desk.browser.post(f"{desk.page}/as-is", data={"as_is": [desk.work.id, new_id()]})
    assert answer.headers["location"] == desk.page
    assert desk.submission().print_as_is
    assert f'value="{desk.work.id}" checked' in desk.browser.get(desk.page).text

    desk.browser.post(f"{desk.page}/as-is", data={})
    assert not desk.submission().print_as_is


def test_others_find_nothing_here(desk, installation, signed_in):
    with installation.begin() as work:
        chair = builders.a_person(work, "Лесной Игорь Ильич")
        work.roles.give(chair.id, Role.CHAIR)
    browser = signed_in(chair)

    for path in ("", "/front.png", "/modern.png", "/logo.png"):
        assert browser.get(desk.page + path).status_code == 404
    assert browser.post(desk.page, data=GIVEN).status_code == 404
    assert browser.post(f"{desk.page}/as-is", data={}).status_code == 404


HOSTILE = ["а\0б", "{{7*7}}", "<script>alert(1)</script>", "9" * 5000, "👩🏽‍🏫", "ж" * 30_000]


@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_words_are_refused_and_never_run(desk, value):
    answer = desk.browser.post(
        desk.page, data=dict.fromkeys((*GIVEN, "version", "logo", "act"), value)
    )

    assert answer.status_code == 422
    assert "<script>alert" not in answer.text
    assert desk.stored().design.template is Template.CLASSIC
