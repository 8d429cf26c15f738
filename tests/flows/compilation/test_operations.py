import tempfile
from datetime import timedelta
from pathlib import Path

import pytest
from builders import (
    a_decided_work,
    a_person,
    a_sent_review,
    an_author,
    an_expert,
    consents,
)
from compiled_volume import compiled, told, with_file

from flows.compilation import gathering, operations, publishing
from flows.compilation.compiling import assemble
from flows.compilation.reports import report
from schemas.collection import EditionStatus
from schemas.errors import BadInput
from schemas.extraction import Extraction, Kind
from schemas.submission import (
    Children,
    ConsentKind,
    SubmissionStatus,
)


def test_edition_holds_book_site_metadata_and_is_not_built_twice(
    work, installation, marathon, place, organiser, now
):
    for track in (1, 3):
        with_file(work, installation, a_decided_work(work, marathon, place, track=track))

    edition = compiled(work, installation, marathon, organiser, now)

    paths = {artefact.path for artefact in edition.artefacts}
    assert {"collection.pdf", "collection.epub", "site/index.html", "build.json"} <= paths
    assert edition.number == 1
    assert len(edition.articles) == 2
    assert edition.problems == ()
    pdf = operations.content(edition, installation.files, "collection.pdf")
    assert pdf.startswith(b"%PDF-")
    assert compiled(work, installation, marathon, organiser, now + timedelta(days=1)) == edition


def test_changed_and_withdrawn_works_make_a_new_edition_that_says_so(
    work, installation, marathon, place, organiser, now
):
    works = [with_file(work, installation, a_decided_work(work, marathon, place)) for _ in range(2)]
    first = compiled(work, installation, marathon, organiser, now)
    publishing.publish(work, first.id, by=organiser, now=now)

    fixed = work.submissions.get(works[0].id)
    work.submissions.save(fixed.model_copy(update={"title": "Название без опечатки"}))
    gone = work.submissions.get(works[1].id)
    work.submissions.move(gone, to=SubmissionStatus.WITHDRAWN, by=organiser, now=now)
    second = compiled(work, installation, marathon, organiser, now)
    publishing.publish(work, second.id, by=organiser, now=now)

    assert second.number == 2
    assert second.changes == "Изъяты: № 2. Изменены: № 1."
    assert work.editions.get(first.id).status is EditionStatus.SUPERSEDED
    assert work.submissions.get(works[0].id).status is SubmissionStatus.PUBLISHED


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"consents": consents(ConsentKind.PROCESSING, ConsentKind.LICENCE)}, "no_distribution"),
        ({"consents": consents(ConsentKind.PROCESSING)}, "no_distribution"),
        ({"consents": consents(ConsentKind.DISTRIBUTION)}, "no_licence"),
        ({"children": Children.UNANSWERED}, "children_unanswered"),
        ({"children": Children.REMOVE}, "children_remove"),
    ],
)
def test_work_without_a_consent_is_left_out_with_a_sentence(
    work, installation, marathon, place, changes, code
):
    with_file(work, installation, a_decided_work(work, marathon, place))
    barred = with_file(work, installation, a_decided_work(work, marathon, place, **changes))

    gathered = operations.gather(work, marathon.id)

    assert [material.number for material in gathered.materials] == [1]
    assert [(one.submission_id, one.code) for one in gathered.left_out] == [(barred.id, code)]


def test_unapproved_and_unconfirmed_works_are_never_gathered(work, installation, marathon, place):
    for decision in ({"publication": False}, {"status": "proposed"}, {"round": 7}):
        with_file(work, installation, a_decided_work(work, marathon, place, decision=decision))

    with pytest.raises(BadInput):
        operations.gather(work, marathon.id)


def test_editors_are_the_experts_who_sent_reviews(work, installation, marathon, place):
    submission = with_file(work, installation, a_decided_work(work, marathon, place))
    for name in ("Яшин Олег Львович", "Ёлкина Анна Юрьевна"):
        expert = an_expert(work, place, person_id=a_person(work, name).id)
        a_sent_review(work, submission, expert)
    an_expert(work, place)

    gathered = operations.gather(work, marathon.id)

    assert gathered.imprint.editors == ("Ёлкина Анна Юрьевна", "Яшин Олег Львович")


def test_works_of_a_section_stand_by_the_first_authors_surname(work, installation, marathon, place):
    for name in ("Яшина Ольга Львовна", "Абрамова Инна Юрьевна"):
        author = an_author(a_person(work, name), place)
        with_file(work, installation, a_decided_work(work, marathon, place, authors=(author,)))

    gathered = operations.gather(work, marathon.id)

    assert [material.number for material in gathered.materials] == [2, 1]


@pytest.mark.parametrize(
    ("kind", "wished", "kept"), [(Kind.PDF, True, True), (Kind.DOCX, True, False)]
)
def test_author_may_ask_for_the_pages_of_a_pdf_as_they_are(
    work, installation, marathon, place, kind, wished, kept
):
    submission = with_file(work, installation, a_decided_work(work, marathon, place))
    submission = submission.model_copy(update={"print_as_is": wished})
    (file,) = work.files.of(submission.id)
    extraction = Extraction(file=file.name, status="ok", kind=kind)
    file = file.model_copy(update={"extraction": extraction})

    material = operations.material(work, submission, file, operations.document_of(work, file))

    assert material.original == (file.sha256 if kept else None)
    plain = material.model_copy(update={"original": None})
    assert (material.digest != plain.digest) is kept


def begun(work, installation, marathon):
    """A run that has built its volume and has not kept it yet."""
    gathered = operations.gather(work, marathon.id)
    with tempfile.TemporaryDirectory() as folder:
        volume = gathering.volume_of(gathered, installation.files)
        build = assemble(volume, Path(folder), inputs=gathered.inputs())
        return gathered, build, operations.store(Path(folder), installation.files)


def test_a_run_that_took_longer_does_not_follow_one_that_knew_more(
    work, installation, marathon, place, organiser, now
):
    one = with_file(work, installation, a_decided_work(work, marathon, place))
    slow = begun(work, installation, marathon)
    fixed = work.submissions.get(one.id).model_copy(update={"title": "Название без опечатки"})
    work.submissions.save(fixed)
    quick = compiled(work, installation, marathon, organiser, now)

    kept = operations.keep(work, *slow, files=installation.files, by=organiser, now=now)

    assert kept == quick
    assert work.editions.latest(marathon.id) == quick


def test_work_whose_text_is_lost_is_left_out_of_the_volume_and_of_its_works(
    work, installation, marathon, place, organiser, now
):
    works = [
        with_file(work, installation, a_decided_work(work, marathon, place), text=f"Текст {number}")
        for number in (1, 2)
    ]
    gathered = operations.gather(work, marathon.id)
    installation.files.discard(gathered.materials[0].document)

    edition = compiled(work, installation, marathon, organiser, now)
    publishing.publish(work, edition.id, by=organiser, now=now)

    assert edition.articles == (works[1].id,)
    assert [(one.submission_id, one.code) for one in edition.problems] == [
        (works[0].id, "no_document")
    ]
    assert work.submissions.get(works[0].id).status is SubmissionStatus.DECIDED
    assert {letter.person_id for letter in told(work)} == {works[1].owner_id}


def test_work_that_cannot_be_set_is_not_among_the_works_of_the_edition(
    work, installation, marathon, place, organiser, now
):
    works = [with_file(work, installation, a_decided_work(work, marathon, place)) for _ in range(2)]
    gathered, build, artefacts = begun(work, installation, marathon)
    article = next(gathering.volume_of(gathered, installation.files).articles())
    broken = build.model_copy(update={"problems": (report("not_set", "Раздел", article),)})

    edition = operations.keep(
        work, gathered, broken, artefacts, files=installation.files, by=organiser, now=now
    )

    assert edition.articles == (works[1].id,)
    assert [one.code for one in edition.problems] == ["not_set"]
