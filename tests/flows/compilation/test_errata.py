"""What readers of a corrected edition are told, and which editions count."""

import json

import pytest
from builders import a_decided_work
from compiled_volume import compiled, with_file

from flows.compilation import corrections, errata, operations, publishing, visible
from schemas.document import Document, Paragraph
from schemas.submission import SubmissionStatus


def retitled(work, submission, title):
    current = work.submissions.get(submission.id)
    return work.submissions.save(current.model_copy(update={"title": title}))


def book_of(installation, edition):
    content = operations.content(edition, installation.files, "metadata/schema_org.jsonld")
    return json.loads(content)


def test_readers_are_told_what_was_corrected_added_and_taken_out(
    work, installation, marathon, place, organiser, now
):
    works = [with_file(work, installation, a_decided_work(work, marathon, place)) for _ in range(2)]
    first = compiled(work, installation, marathon, organiser, now)
    publishing.publish(work, first.id, by=organiser, now=now)
    retitled(work, works[0], "Название без опечатки")
    gone = work.submissions.get(works[1].id)
    work.submissions.move(gone, to=SubmissionStatus.WITHDRAWN, by=organiser, now=now)
    with_file(work, installation, a_decided_work(work, marathon, place, title="Новая работа"))

    second = compiled(work, installation, marathon, organiser, now)

    told = book_of(installation, second)
    assert told["bookEdition"] == "Издание 2-е, исправленное"
    assert sorted(told["correction"]) == [
        "Добавлена статья «Новая работа».",
        "Изъято статей: 1.",
        "Исправлена статья «Название без опечатки».",
    ]
    assert gone.title not in str(told["correction"])
    page = operations.content(second, installation.files, "site/about.html").decode()
    assert "Исправлена статья «Название без опечатки»." in page


def test_an_edition_nobody_could_read_is_not_counted(
    work, installation, marathon, place, organiser, now
):
    one = with_file(work, installation, a_decided_work(work, marathon, place))
    compiled(work, installation, marathon, organiser, now)
    retitled(work, one, "Поправлено до публикации")

    second = compiled(work, installation, marathon, organiser, now)

    assert second.number == 2
    assert "bookEdition" not in book_of(installation, second)
    assert errata.published(work, marathon.id) == []


def test_a_change_of_the_front_alone_is_told_too(volume):
    renamed = volume.model_copy(update={"title": "Сборник под другим названием"})
    assert corrections.changes(visible.seen(volume), renamed) == (
        "Уточнены титул, порядок статей или выходные сведения.",
    )


def test_another_reading_of_the_same_words_corrects_nothing(volume):
    before = visible.seen(volume)
    assert corrections.changes(before, volume) == ()
    assert corrections.changes(before, with_first(volume, document=as_paragraphs)) == ()
    assert corrections.changes(before, with_first(volume, file=lambda one: one.file)) == ()


@pytest.mark.parametrize(
    "change",
    [
        {"title": lambda _one: "Другое название"},
        {"authors": lambda one: one.authors[::-1]},
        {"keywords": lambda _one: ("другое",)},
        {"images": lambda _one: {}},
        {"document": lambda one: Document(blocks=one.document.blocks[1:])},
    ],
)
def test_whatever_readers_see_otherwise_is_a_correction(volume, change):
    changed = with_first(volume, **change)
    title = next(changed.articles()).title
    assert corrections.changes(visible.seen(volume), changed) == (f"Исправлена статья «{title}».",)


def test_another_colour_is_another_look_and_no_correction(
    work, installation, marathon, place, organiser, now
):
    with_file(work, installation, a_decided_work(work, marathon, place))
    first = compiled(work, installation, marathon, organiser, now)
    publishing.publish(work, first.id, by=organiser, now=now)
    design = marathon.design.model_copy(update={"accent": "#7a1b1b"})
    work.marathons.save(marathon.model_copy(update={"design": design}))

    second = compiled(work, installation, marathon, organiser, now)

    assert second.changes == "Изменено оформление."
    assert "bookEdition" not in book_of(installation, second)
    assert book_of(installation, second).get("correction", []) == []


def test_editions_are_counted_by_what_their_readers_saw(volume):
    seen = visible.seen(volume)
    other = {**seen, visible.FRONT: "0"}

    def told(*earlier):
        found = corrections.told(volume.model_copy(update={"earlier": earlier}))
        return found.edition, found.changes

    assert told() == (1, ())
    assert told(seen) == told(seen, seen) == (1, ())
    front = "Уточнены титул, порядок статей или выходные сведения."
    assert told(other) == told(other, seen) == told(other, other, seen, seen) == (2, (front,))
    assert told(seen, other) == (3, (front,))
    assert told({}) == (2, ())
    assert told({}, {}, seen) == (3, ())


def with_first(volume, **changes):
    section = volume.sections[0]
    first = section.articles[0]
    update = {name: change(first) for name, change in changes.items()}
    articles = (first.model_copy(update=update), *section.articles[1:])
    section = section.model_copy(update={"articles": articles})
    return volume.model_copy(update={"sections": (section, *volume.sections[1:])})


def as_paragraphs(article):
    """Headings as paragraphs of their own: the same words and pictures in another structure."""
    return Document(
        blocks=tuple(
            Paragraph(inlines=block.inlines) if block.kind == "heading" else block
            for block in article.document.blocks
        )
    )
