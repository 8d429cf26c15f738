"""An edition comes out once, whole, and only with works that may still be printed."""

import pytest
from builders import a_decided_work, a_person, an_author
from compiled_volume import compiled, told, with_file

from flows.compilation import publishing
from flows.notices import operations as notices
from schemas.errors import Conflict
from schemas.submission import SubmissionStatus


def test_edition_with_a_work_withdrawn_since_cannot_be_published(
    work, installation, marathon, place, organiser, now
):
    works = [with_file(work, installation, a_decided_work(work, marathon, place)) for _ in range(2)]
    edition = compiled(work, installation, marathon, organiser, now)
    work.submissions.move(works[1], to=SubmissionStatus.WITHDRAWN, by=organiser, now=now)

    with pytest.raises(Conflict, match="№ 2"):
        publishing.publish(work, edition.id, by=organiser, now=now)


def test_authors_are_told_once_where_their_article_is(
    work, installation, marathon, place, organiser, now
):
    second_author = a_person(work, "Орлова Инна Павловна")
    one = a_decided_work(work, marathon, place)
    authors = (*one.authors, an_author(second_author, place))
    one = work.submissions.save(one.model_copy(update={"authors": authors}))
    with_file(work, installation, one)
    first = compiled(work, installation, marathon, organiser, now)
    for _ in range(2):
        publishing.publish(work, first.id, by=organiser, now=now)

    assert {letter.person_id for letter in told(work)} == {one.owner_id, second_author.id}
    letter = notices.written(work, told(work)[0], installation.settings)
    assert f"/marathons/{marathon.id}/collection/articles/{one.number}" in letter.body

    fixed = work.submissions.get(one.id)
    work.submissions.save(fixed.model_copy(update={"title": "Название без опечатки"}))
    second = compiled(work, installation, marathon, organiser, now)
    publishing.publish(work, second.id, by=organiser, now=now)

    assert len(told(work)) == 2
