import io
from collections import Counter
from datetime import timedelta

import pytest
from builders import (
    NOW,
    a_cluster,
    a_decided_work,
    a_marathon,
    a_person,
    a_sent_review,
    a_submission,
    an_author,
    an_expert,
    members,
)
from docx import Document as Word
from python_calamine import CalamineWorkbook

from flows.analytics import ledger, operations, report, workbook
from flows.analytics.ledger import Earned
from schemas.document import Document, Heading, Span
from schemas.errors import BadInput, Conflict
from schemas.ledger import Indicator
from schemas.submission import (
    Derivative,
    DerivativeKind,
    FileStatus,
    SubmissionFile,
    SubmissionStatus,
)
from storage.identifiers import new_id

SENT = tuple(set(SubmissionStatus) - {SubmissionStatus.DRAFT, SubmissionStatus.WITHDRAWN})


@pytest.fixture
def marathon(work, installation):
    cluster = a_cluster(work)
    first, second, third, _silent = members(work, cluster)
    marathon = a_marathon(work, cluster)
    anna = a_person(work, "Ясная Анна Павловна")
    guest = a_person(work, "Берёзкин Глеб Ильич")
    joint = a_decided_work(
        work,
        marathon,
        first,
        owner_id=anna.id,
        authors=(an_author(anna, first), an_author(guest, second)),
        title="=HYPERLINK(1)",
    )
    with_headings(work, installation, joint, "Методические рекомендации", "Рабочие листы")
    again = a_decided_work(
        work,
        marathon,
        first,
        owner_id=anna.id,
        authors=(an_author(anna, first),),
        decision={"live": False, "publication": False},
    )
    a_submission(work, marathon, second, status=SubmissionStatus.DRAFT, submitted_at=None)
    expert = an_expert(work, third)
    other = an_expert(work, third, person_id=a_person(work, "Сойкина Рита Андреевна").id)
    a_sent_review(work, joint, expert, score=80)
    a_sent_review(work, joint, other, score=60)
    a_sent_review(work, again, expert, score=50)
    return marathon


def with_headings(work, installation, submission, *headings):
    document = Document(
        blocks=tuple(Heading(level=1, inlines=(Span(text=text),)) for text in headings)
    )
    stored = installation.files.save_bytes(document.model_dump_json().encode())
    file = work.files.add(
        SubmissionFile(
            id=new_id(),
            submission_id=submission.id,
            marathon_id=submission.marathon_id,
            name="материал.docx",
            status=FileStatus.ACCEPTED,
            uploaded_at=NOW,
            **stored.model_dump(),
        )
    )
    work.derivatives.add(
        Derivative(id=new_id(), file_id=file.id, kind=DerivativeKind.DOCUMENT, sha256=stored.sha256)
    )


def counted(work, installation, marathon, now):
    return operations.count(work, installation.files, marathon.id, now=now)


def refreshed(work, installation, marathon, now):
    operations.keep(work, marathon.id, counted(work, installation, marathon, now), now=now)
    return operations.figures(work, marathon.id)


def test_figures_count_people_once_and_joint_works_in_every_municipality(
    work, installation, marathon, now
):
    figures = refreshed(work, installation, marathon, now)

    rows = {row.name: row for row in figures.places}
    assert (figures.works, figures.authors, figures.drafts) == (2, 2, 1)
    assert (figures.live, figures.presenters, figures.published) == (1, 2, 1)
    first = rows["город Усть-Илимск"]
    assert (first.works, first.authors, first.presenters, first.published) == (2, 1, 1, 1)
    assert rows["Киренский район"].works == 1
    assert (rows["Усть-Илимский район"].experts, rows["Усть-Илимский район"].reviews) == (2, 3)
    assert figures.silent == ("Катангский район",)


def test_agreement_compares_reviews_of_one_work(work, installation, marathon, now):
    agreement = refreshed(work, installation, marathon, now).agreement

    assert (agreement.works, agreement.mean_difference, agreement.close) == (1, 20.0, 0.0)


def test_funnel_never_grows_on_the_way_to_a_decision(work, installation, marathon, now):
    funnel = refreshed(work, installation, marathon, now).funnel

    counts = [stage.count for stage in funnel[:4]]
    assert counts == sorted(counts, reverse=True)


def test_points_are_those_of_the_regulations(work, installation, marathon, now):
    figures = refreshed(work, installation, marathon, now)

    points = {row.name: row.points for row in figures.places}
    # Town: participant 1 + publication 3 + product with didactic materials 6; guest the same.
    assert points["город Усть-Илимск"] == 10
    assert points["Киренский район"] == 10
    assert figures.points == {
        Indicator.CONFERENCE: 2,
        Indicator.PUBLICATION_REGIONAL: 6,
        Indicator.PRODUCT_DIDACTIC: 12,
    }


@pytest.mark.parametrize(
    ("headings", "indicator"),
    [
        (["Описание"], Indicator.PRODUCT_DESCRIPTION),
        (["Раздаточный материал"], Indicator.PRODUCT_DESCRIPTION),
        (["Методические рекомендации"], Indicator.PRODUCT_METHODICAL),
        (["Методические рекомендации", "Приложение 1. Карточки"], Indicator.PRODUCT_DIDACTIC),
    ],
)
def test_product_climbs_the_ladder_step_by_step(headings, indicator):
    assert ledger.product(headings) is indicator


def test_refreshing_again_changes_nothing(work, installation, marathon, now):
    first = operations.keep(work, marathon.id, counted(work, installation, marathon, now), now=now)
    points = work.ledger.of_marathon(marathon.id)

    later = now + timedelta(hours=1)
    found = counted(work, installation, marathon, later)
    again = operations.keep(work, marathon.id, found, now=later)

    assert again == first
    assert work.ledger.of_marathon(marathon.id) == points


def test_withdrawn_work_takes_its_points_along_and_hand_entries_stay(
    work, installation, marathon, organiser, now
):
    refreshed(work, installation, marathon, now)
    place = work.municipalities.of_cluster(marathon.cluster_id)[0]
    by_hand = Earned(
        municipality_id=place.id,
        indicator=Indicator.PARTNER,
        count=2,
        evidence="соглашение от 1 марта",
    )
    entry = operations.enter(work, marathon.id, by_hand, by=organiser, now=now)
    assert refreshed(work, installation, marathon, now).points.get(Indicator.PARTNER) is None
    operations.approve(work, entry.id, by=organiser, now=now)

    for number in (1, 2):
        submission = work.submissions.by_number(marathon.id, number)
        work.submissions.move(submission, to=SubmissionStatus.WITHDRAWN, by=organiser, now=now)

    assert refreshed(work, installation, marathon, now).points == {Indicator.PARTNER: 6}


def test_same_evidence_is_entered_once_and_automatic_points_are_not_struck(
    work, installation, marathon, organiser, now
):
    refreshed(work, installation, marathon, now)
    automatic = work.ledger.of_marathon(marathon.id)[0]
    same = Earned(
        **automatic.model_dump(include={"municipality_id", "indicator", "count", "evidence"})
    )

    with pytest.raises(Conflict):
        operations.enter(work, marathon.id, same, by=organiser, now=now)
    with pytest.raises(Conflict):
        operations.strike(work, automatic.id, by=organiser, now=now)
    with pytest.raises(BadInput):
        operations.enter(
            work, marathon.id, same.model_copy(update={"evidence": " "}), by=organiser, now=now
        )


def test_workbook_holds_every_table_and_no_cell_becomes_a_formula(
    work, installation, marathon, now
):
    refreshed(work, installation, marathon, now)
    view = operations.view(work, marathon.id)

    content = workbook.workbook(view)

    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    assert book.sheet_names == ["Сводка", "Муниципалитеты", "Критерии", "Показатели", "Участники"]
    people = book.get_sheet_by_name("Участники").to_python()
    assert people[1][0] == "Берёзкин Глеб Ильич"
    assert people[1][5] == "=HYPERLINK(1)"
    assert content == workbook.workbook(view)


def test_report_follows_the_template_of_the_regulations(work, installation, marathon, now):
    refreshed(work, installation, marathon, now)
    view = operations.view(work, marathon.id)

    content = report.write(view)

    paper = Word(io.BytesIO(content))
    headings = [one.text for one in paper.paragraphs if one.style.name == "Heading 2"]
    assert headings == [
        "Цель деятельности",
        "Задачи",
        "Основные направления, формы организации деятельности",
        "Научная результативность",
        "Методическая результативность",
        "Социальная результативность",
        "Организационная результативность",
        "Методический продукт",
        "Выводы и предложения",
        "Участие муниципальных образований",
        "Критерии эффективности методического кластера",
        "Приложение. Список участников",
    ]
    assert paper.tables[1].rows[-1].cells[-1].text == "20"
    assert any("Не участвовали: Катангский район" in one.text for one in paper.paragraphs)
    assert content == report.write(view)


def test_tables_of_both_reports_say_what_the_database_says(work, installation, marathon, now):
    refreshed(work, installation, marathon, now)
    view = operations.view(work, marathon.id)
    sent = work.submissions.of_marathon(marathon.id, status=SENT)
    own = {place.id: place.name for place in work.municipalities.all()}
    works = Counter(own[home] for one in sent for home in one.municipality_ids)

    places, criteria, _ = Word(io.BytesIO(report.write(view))).tables
    printed = {row.cells[0].text: int(row.cells[1].text) for row in places.rows[1:]}
    book = CalamineWorkbook.from_filelike(io.BytesIO(workbook.workbook(view)))
    rows = book.get_sheet_by_name("Муниципалитеты").to_python()[1:]
    counted = {row[0]: int(row[1]) for row in rows if row[0] in printed}

    assert printed == counted == {name: works[name] for name in printed}
    approved = sum(one.points for one in view.ledger if one.approved_at)
    assert int(criteria.rows[-1].cells[-1].text) == approved
