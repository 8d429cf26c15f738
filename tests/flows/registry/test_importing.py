"""Rosters as people send them: what is wrong is said by row, and nothing is written."""

import builders
import pytest
from contents import contents

from flows.accounts.roles import take_role
from flows.registry.exporting import EXPORTS
from flows.registry.importing import Desk, import_sheet
from flows.registry.reports import HasProblems
from flows.registry.sheets import Sheet, read_sheet, write_sheet
from schemas.assignment import AssignmentStatus
from schemas.cluster import Absence
from schemas.errors import BadInput, BadTable
from schemas.marathon import Phase
from schemas.submission import SubmissionStatus

pytestmark = pytest.mark.both_databases

EXPERTS = ("ФИО", "E-mail", "Муниципалитет", "Должность", "Нагрузка")
ANNA = ("Ветрова Анна Олеговна", "anna@example.ru", "г. Усть-Илимск", "методист", "4")
BORIS = ("Снегов Борис Ильич", "boris@example.ru", "Киренский р-н", "учитель", "")
WORKS = ("Название", "Направление", "Авторы")
LINE = "Ветрова Анна Олеговна, учитель, химии, высшая, МБОУ «СОШ № 7», Киренский район, a@b.ru"
WORK = ("Дроби по карточке", "1", LINE)


@pytest.fixture
def cluster(work):
    found = builders.a_cluster(work)
    builders.members(work, found)
    return found


@pytest.fixture
def marathon(work, cluster):
    return builders.a_marathon(work, phase=Phase.INTAKE)


@pytest.fixture
def desk(work, cluster, now):
    return Desk(work, cluster, by=builders.SYSTEM, now=now)


@pytest.fixture
def desk_of_marathon(work, cluster, marathon, now):
    return Desk(work, cluster, by=builders.SYSTEM, now=now, marathon=marathon)


def experts(*rows, header=EXPERTS):
    return Sheet(header=header, rows=rows)


def problems(desk, kind, sheet):
    with pytest.raises(HasProblems) as refusal:
        import_sheet(desk, kind, sheet)
    assert "Ничего не записано" in refusal.value.sentence
    return {problem.row: problem.sentence for problem in refusal.value.report.problems}


def test_organisation_is_known_by_its_short_name(work, desk):
    schools = Sheet(
        header=("Название", "Краткое название", "Муниципалитет"),
        rows=(("Средняя школа № 7 города Киренска", "МБОУ «СОШ № 7»", "Киренский район"),),
    )
    import_sheet(desk, "organisations", schools)
    import_sheet(
        desk, "experts", experts((*BORIS, "мбоу СОШ № 7"), header=(*EXPERTS, "Место работы"))
    )

    assert [one.name for one in work.organisations.all()] == ["Средняя школа № 7 города Киренска"]


def test_roster_is_read_into_people_experts_and_roles(work, desk):
    report = import_sheet(desk, "experts", experts(ANNA, BORIS))

    assert (report.created, report.problems) == (2, ())
    anna = work.experts.of_person(work.people.by_email("anna@example.ru").id)
    assert work.municipalities.get(anna.municipality_id).name == "город Усть-Илимск"
    assert anna.capacity == 4


@pytest.mark.parametrize(
    ("kind", "header", "row"),
    [("experts", EXPERTS, ANNA), ("submissions", WORKS, WORK)],
)
def test_same_roster_twice_changes_nothing(installation, work, desk_of_marathon, kind, header, row):
    sheet = Sheet(header=header, rows=(row,))
    import_sheet(desk_of_marathon, kind, sheet)
    work.session.commit()
    before = contents(installation, without=("journal",))

    again = import_sheet(desk_of_marathon, kind, sheet)
    work.session.commit()

    assert (again.created, again.updated, again.same) == (0, 0, 1)
    assert contents(installation, without=("journal",)) == before


def test_roster_with_a_wrong_column_says_which_is_missing_and_which_are_there(desk):
    header = ("ФИО", "Электронка", "Муниципалитет", "Должность", "Нагрузка")

    with pytest.raises(BadTable) as refusal:
        import_sheet(desk, "experts", experts(ANNA, header=header))

    assert "нет столбца «E-mail»" in refusal.value.sentence
    assert "«Электронка»" in refusal.value.sentence
    assert refusal.value.row == 1


def test_doubles_in_a_roster_are_named_by_row(desk):
    double = (ANNA[0], "ANNA@example.ru", *ANNA[2:])

    assert problems(desk, "experts", experts(ANNA, BORIS, double)) == {
        4: "повторяет строку 2: оставьте одну из них."
    }


def test_unknown_municipality_is_named_with_a_suggestion(desk):
    lost = (*ANNA[:2], "Киринский район", *ANNA[3:])

    [sentence] = problems(desk, "experts", experts(lost)).values()

    assert "Возможно: Киренский район" in sentence


@pytest.mark.parametrize(
    ("position", "value", "words"),
    [
        (0, "", "не заполнен столбец «ФИО»"),
        (0, "А", "слишком короткий"),
        (0, "А" * 201, "слишком длинный"),
        (1, "не адрес", "Адрес почты записан с ошибкой"),
        (1, "", "не заполнен столбец «E-mail»"),
        (2, "", "не заполнен столбец «Муниципалитет»"),
        (4, "много", "нужно целое число"),
        (4, "-1", "нужно целое число"),
        (4, "99999", "нужно целое число"),
    ],
)
def test_every_wrong_cell_is_said_plainly_by_row(desk, position, value, words):
    row = tuple(value if index == position else cell for index, cell in enumerate(ANNA))

    found = problems(desk, "experts", experts(BORIS, row))

    assert list(found) == [3]
    assert words in found[3]


def test_one_wrong_row_keeps_the_whole_roster_out(installation, cluster_saved, now):
    before = contents(installation)

    with pytest.raises(HasProblems), installation.begin() as work:
        desk = Desk(work, work.clusters.only(), by=builders.SYSTEM, now=now)
        import_sheet(desk, "experts", experts(ANNA, BORIS, ("", *BORIS[1:])))

    assert contents(installation) == before


@pytest.fixture
def cluster_saved(installation):
    with installation.begin() as work:
        builders.members(work, builders.a_cluster(work))


def test_work_of_the_roster_waits_as_a_draft_of_its_first_author(work, desk_of_marathon):
    import_sheet(desk_of_marathon, "submissions", Sheet(header=WORKS, rows=(WORK,)))

    [draft] = work.submissions.all()
    assert draft.status is SubmissionStatus.DRAFT
    assert draft.owner_id == work.people.by_email("a@b.ru").id
    assert (draft.authors[0].position, draft.authors[0].organisation) == (
        "учитель, химии",
        "МБОУ «СОШ № 7»",
    )


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (("Дроби", "9", LINE), "направления 9 в марафоне нет"),
        (("Дроби", "1", "Ветрова Анна"), "нужно «ФИО, должность"),
        (("Дроби", "1", ""), "не заполнен столбец «Авторы»"),
        (("Д" * 301, "1", LINE), "слишком длинный"),
    ],
)
def test_wrong_works_are_said_plainly(desk_of_marathon, row, words):
    found = problems(desk_of_marathon, "submissions", Sheet(header=WORKS, rows=(row,)))

    assert words in found[2]


def test_work_that_has_been_sent_cannot_be_changed_by_a_table(work, desk_of_marathon):
    import_sheet(desk_of_marathon, "submissions", Sheet(header=WORKS, rows=(WORK,)))
    [draft] = work.submissions.all()
    sent = work.submissions.save(draft.model_copy(update={"status": SubmissionStatus.IN_REVIEW}))
    changed = (WORK[0], "2", WORK[2])

    found = problems(desk_of_marathon, "submissions", Sheet(header=WORKS, rows=(changed,)))

    assert "уже отправлена" in found[2]
    assert work.submissions.get(sent.id) == sent


def test_works_without_a_marathon_are_refused(desk):
    assert "создайте марафон" in problems(desk, "submissions", Sheet(header=WORKS, rows=(WORK,)))[2]


def test_unknown_kind_of_table_names_the_known_ones(desk):
    with pytest.raises(BadInput) as refusal:
        import_sheet(desk, "pupils", experts(ANNA))

    assert "experts" in refusal.value.sentence


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
@pytest.mark.parametrize("kind", ["municipalities", "experts", "submissions"])
def test_what_is_exported_can_be_imported_again_unchanged(
    work, desk_of_marathon, marathon, tmp_path, kind, suffix
):
    import_sheet(desk_of_marathon, "experts", experts(ANNA, BORIS))
    import_sheet(desk_of_marathon, "submissions", Sheet(header=WORKS, rows=(WORK,)))
    header, rows = EXPORTS[kind]
    write_sheet(tmp_path / f"out{suffix}", header, rows(work, marathon))

    report = import_sheet(desk_of_marathon, kind, read_sheet(tmp_path / f"out{suffix}"))

    assert (report.created, report.updated) == (0, 0)
    assert report.same >= 1


def test_empty_cell_does_not_erase_whom_an_expert_does_not_judge(work, desk):
    header = (*EXPERTS, "Кого не оцениваю (ФИО)")
    import_sheet(desk, "experts", experts((*ANNA, "Ким Ян | Снегов Б. И."), header=header))
    import_sheet(desk, "experts", experts((*ANNA, ""), header=header))
    import_sheet(desk, "experts", experts(ANNA))

    (expert,) = work.experts.all()
    assert expert.close_people == ("Ким Ян", "Снегов Б. И.")


def test_format_and_mentor_are_read_and_kept_when_a_table_lacks_them(work, desk_of_marathon):
    header = (*WORKS, "Форма", "Наставник")
    import_sheet(
        desk_of_marathon,
        "submissions",
        experts((*WORK, "Мастер-класс", "Ким Я. Я."), header=header),
    )
    import_sheet(desk_of_marathon, "submissions", experts(WORK, header=WORKS))

    (submission,) = work.submissions.all()
    assert (submission.format, submission.mentor) == ("мастер-класс", "Ким Я. Я.")


def test_publication_only_is_read_kept_by_an_empty_cell_and_taken_back_by_no(
    work, desk_of_marathon
):
    header = (*WORKS, "Только для сборника")

    def read(cell: str) -> bool:
        sheet = experts((*WORK, cell), header=header)
        import_sheet(desk_of_marathon, "submissions", sheet)
        (submission,) = work.submissions.all()
        return submission.publication_only

    assert [read(cell) for cell in ("", "Да", "", "нет")] == [False, True, True, False]


def test_unknown_format_is_a_problem_of_its_row(desk_of_marathon):
    sheet = experts((*WORK, "танец"), header=(*WORKS, "Форма"))

    assert "«танец»" in problems(desk_of_marathon, "submissions", sheet)[2]


FULL = (*EXPERTS, "Направления", "Специализация", "Старший", "Кого не оцениваю (ФИО)")


@pytest.mark.parametrize(
    ("header", "row"),
    [
        (EXPERTS[:3], ANNA[:3]),
        (FULL, (*ANNA[:3], "", "", "", "", "", "")),
    ],
)
def test_second_roster_leaves_what_it_says_nothing_of(work, desk, header, row):
    first = (*ANNA, "1, 3", "химия", "да", "Ким Ян")
    import_sheet(desk, "experts", experts(first, header=FULL))
    (expert,) = work.experts.all()
    away = Absence(first=desk.now.date(), last=desk.now.date())
    own = {"skip_next": 1, "absences": (away,), "minimum": 2, "active": False}
    before = work.experts.save(expert.model_copy(update=own))

    report = import_sheet(desk, "experts", experts(row, header=header))

    assert work.experts.get(expert.id) == before
    assert (report.updated, report.same) == (0, 1)


def test_what_a_second_roster_says_is_taken_over(work, desk):
    import_sheet(desk, "experts", experts((*ANNA, "1", "химия", "да", ""), header=FULL))
    import_sheet(desk, "experts", experts((*ANNA[:4], "9", "2", "", "нет", ""), header=FULL))

    (expert,) = work.experts.all()
    assert (expert.capacity, expert.tracks, expert.senior) == (9, (2,), False)
    assert expert.specialisations == ("химия",)


def test_roster_does_not_bring_back_an_expert_who_has_left(work, desk):
    import_sheet(desk, "experts", experts(ANNA))
    (expert,) = work.experts.all()
    (grant,) = work.roles.of(expert.person_id)
    take_role(work, grant.id, by=builders.SYSTEM, now=desk.now)

    import_sheet(desk, "experts", experts(ANNA))

    assert work.roles.of(expert.person_id) == []
    assert not work.experts.get(expert.id).active


def test_roster_that_moves_an_expert_gives_works_of_the_new_home_to_others(work, desk, marathon):
    import_sheet(desk, "experts", experts(ANNA))
    (expert,) = work.experts.all()
    home = work.municipalities.resolve(desk.cluster.id, "Киренский район")
    held = builders.an_assignment(work, builders.a_submission(work, marathon, home), expert)

    moved = (*ANNA[:2], "Киренский район", *ANNA[3:])
    report = import_sheet(desk, "experts", experts(moved))

    assert work.experts.get(expert.id).municipality_id == home.id
    assert work.people.get(expert.person_id).municipality_id == home.id
    assert work.assignments.get(held.id).status is AssignmentStatus.REPLACED
    assert report.updated == 1
    assert "Ветрова Анна Олеговна" in report.notes[0]


def test_latin_letters_among_russian_ones_are_named_and_kept(work, desk):
    typed = ("Cнегов Борис Ильич", *BORIS[1:])  # the first letter is Latin

    report = import_sheet(desk, "experts", experts(ANNA, typed))

    (note,) = report.notes
    assert note.startswith("Строка 3: в слове «Cнегов» латинские буквы среди русских.")
    assert report.created == 2


def test_table_of_works_that_moves_an_author_moves_the_expert_they_are(
    work, desk, desk_of_marathon
):
    import_sheet(desk, "experts", experts(ANNA))
    line = (
        "Ветрова Анна Олеговна, учитель, высшая, МБОУ «СОШ № 7», Киренский район, anna@example.ru"
    )
    import_sheet(desk_of_marathon, "submissions", experts((*WORK[:2], line), header=WORKS))

    (expert,) = work.experts.all()
    assert expert.municipality_id == work.people.get(expert.person_id).municipality_id
