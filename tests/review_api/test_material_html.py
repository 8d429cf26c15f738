"""A material's structure as safe HTML."""

import re

from review_api.material_html import Shown, clean_mathml, material_html
from schemas.document import (
    BlockList,
    Cell,
    Document,
    Figure,
    Formula,
    Heading,
    Note,
    Paragraph,
    Picture,
    Preformatted,
    Span,
    Table,
)


def words(text, **style):
    return Paragraph(inlines=(Span(text=text, **style),))


def html(*blocks, **options):
    options = {"pictures": lambda _name: None} | options
    return str(material_html(Document(blocks=blocks), **options))


def test_markup_typed_by_the_author_is_shown_not_run():
    evil = '<script>alert(1)</script><img src=x onerror="a()">'
    shown = html(words(evil), Heading(level=1, inlines=(Span(text=evil),)), Preformatted(text=evil))
    assert "<script" not in shown
    assert "<img" not in shown
    assert "&lt;script&gt;" in shown


def test_headings_begin_below_those_of_the_page_and_never_pass_the_sixth():
    shown = html(*(Heading(level=n, inlines=(Span(text=str(n)),)) for n in range(1, 7)))
    assert re.findall(r"<h(\d)>", shown) == ["3", "4", "5", "6", "6", "6"]


def test_lists_tables_and_styles_keep_their_shape():
    cell = Cell(blocks=(words("ячейка"),), columns=2)
    table = Table(columns=2, header=((cell,),), rows=((cell,),))
    items = BlockList(ordered=True, start=3, items=((words("шаг", bold=True, position="sub"),),))
    shown = html(items, table)
    assert '<ol start="3">' in shown
    assert "<strong><sub>шаг</sub></strong>" in shown
    assert '<th scope="col" colspan="2">ячейка</th>' in shown


def test_footnotes_are_numbered_and_lead_there_and_back():
    inner = Note(blocks=(words("вложенная"),))
    outer = Note(blocks=(Paragraph(inlines=(Span(text="первая"), inner)),))
    shown = html(Paragraph(inlines=(Span(text="слово"), outer)))
    for number in "12":
        assert shown.count(f'href="#note-{number}"') == 1
        assert shown.count(f'id="note-{number}"') == 1
    assert shown.index("первая") < shown.index("вложенная")


def test_addresses_are_not_clickable_unless_asked():
    linked = words("сайт", link="https://school.example.ru")
    assert "school.example" not in html(linked)
    assert 'href="https://school.example.ru"' in html(linked, links=True)


def test_pictures_stand_at_the_authors_size_with_words_for_those_who_cannot_see():
    figure = Figure(picture=Picture(name="a.png", description="Схема", width=72, height=36))
    shown = html(figure, pictures=lambda name: Shown(href=f"/x/{name}", width=1000, height=500))
    assert 'src="/x/a.png"' in shown
    assert 'alt="Схема"' in shown
    assert 'width="96" height="48"' in shown
    assert "[Схема]" in html(figure)


def test_formulas_become_mathml_and_unreadable_ones_stay_tex():
    shown = html(
        Paragraph(inlines=(Formula(tex=r"\frac{a}{b}"), Formula(tex=r"\frac{", display=True)))
    )
    assert "<mfrac>" in shown
    assert r"<code>\frac{</code>" in shown
    assert "style=" not in shown


def test_foreign_elements_and_attributes_of_a_formula_are_dropped():
    evil = '<math xmlns="http://www.w3.org/1998/Math/MathML" onclick="a()"><mi href="javascript:a()" style="color:red">x</mi><script>a()</script></math>'
    clean = str(clean_mathml(evil, display=False))
    assert clean == '<math display="inline"><mi>x</mi><mrow>a()</mrow></math>'
