"""What readers of a corrected edition are told, and which editions count."""

import json

from builders import a_decided_work
from compiled_volume import compiled, with_file

from flows.compilation import errata, operations
from flows.compilation.gathering import Gathered
from schemas.manifest import Imprint
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
    operations.publish(work, first.id, by=organiser, now=now)
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


def test_a_change_of_the_front_alone_is_told_too(work, marathon, place):
    a_decided_work(work, marathon, place)
    assert errata.changes({"volume": "other"}, _empty(marathon)) == (
        "Уточнены титул, порядок статей или выходные сведения.",
    )


def _empty(marathon):
    return Gathered(
        marathon_id=marathon.id,
        title="С",
        subtitle="",
        year=2024,
        place="",
        cluster="",
        imprint=Imprint(),
        chapters=(),
    )
