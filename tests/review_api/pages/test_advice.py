"""Advice on pages and in the API: what to mend first, an answer for children, nothing unveiled."""

import builders
import pytest
from checked_texts import MINE, PASSAGE, THEIRS, with_text

from flows.accounts import operations as accounts
from flows.intake import operations
from schemas.assignment import AssignmentStatus
from schemas.extraction import Finding, WarningCode
from schemas.marathon import MarathonTexts
from schemas.people import Actor, Role
from schemas.submission import Children, FileStatus, SubmissionStatus
from storage.identifiers import new_id

CHILD = Finding(
    code=WarningCode.CHILDREN_NAMED,
    text="Саша П.",
    around="и тогда Саша П. поднял руку",
    where="абзац 3",
)
SECRET = "Канареечный круг"


class Scene:
    """Two teachers of one marathon whose texts share a passage, and everybody around."""

    def __init__(self, installation, marathon):
        self.installation, self.marathon = installation, marathon
        with installation.begin() as work:
            cluster = work.clusters.only()
            home, away, *_ = work.municipalities.all()
            self.organiser = builders.a_person(work, "Организаторова Вера Павловна")
            work.roles.give(self.organiser.id, Role.ORGANISER, scope="cluster", scope_id=cluster.id)
            self.theirs = builders.a_submission(work, marathon, away, title=SECRET)
            with_text(work, installation.files, self.theirs, THEIRS)
            self.teacher = builders.a_person(work, "Ветрова Дарья Олеговна")
            self.mine = builders.a_submission(
                work,
                marathon,
                home,
                title="Слушаем",
                owner_id=self.teacher.id,
                authors=(builders.an_author(self.teacher, home),),
                status=SubmissionStatus.DRAFT,
                submitted_at=None,
            )
            self.file = with_text(work, installation.files, self.mine, MINE, findings=(CHILD,))

    def forget_matches(self):
        with self.installation.begin() as work:
            work.overlaps.replace(self.file.id, ())

    def publish_theirs(self):
        with self.installation.begin() as work:
            theirs = work.submissions.get(self.theirs.id)
            published = {"status": SubmissionStatus.PUBLISHED}
            work.submissions.save(theirs.model_copy(update=published))

    def missing(self):
        with self.installation.begin(read_only=True) as work:
            mine = work.submissions.get(self.mine.id)
            return operations.rules.missing(mine, work.files.of(mine.id))


@pytest.fixture
def scene(installation, open_marathon):
    return Scene(installation, open_marathon)


@pytest.fixture
def teacher(scene, signed_in):
    return signed_in(scene.teacher)


@pytest.fixture
def organiser(scene, signed_in):
    return signed_in(scene.organiser)


def test_the_page_says_what_to_mend_where_and_what_is_right(teacher, scene):
    page = teacher.get(f"/my/{scene.mine.id}/files").text

    assert page.index("Исправьте") < page.index("Всё в порядке")
    assert "и тогда <mark>Саша П.</mark> поднял руку" in page
    assert "абзац 3" in page
    assert "Проверить исправленный файл" in page


def test_childrens_data_keeps_a_work_from_being_sent_until_somebody_answers(teacher, scene):
    address = f"/my/{scene.mine.id}/files/clear"
    assert "children_data" in {gap.field for gap in scene.missing()}
    assert "отправить материал пока нельзя" in teacher.get(f"/my/{scene.mine.id}/files").text

    assert teacher.post(address, data={}).status_code == 422
    assert teacher.post(address, data={"looked": "yes"}).status_code == 303
    assert "children_data" not in {gap.field for gap in scene.missing()}
    assert "отправить материал пока нельзя" not in teacher.get(f"/my/{scene.mine.id}/files").text
    assert teacher.post(address, data={"looked": "yes"}).status_code == 303  # nothing more to say


def test_consents_of_parents_are_an_answer_too(scene, installation):
    with installation.begin() as work:
        mine = work.submissions.get(scene.mine.id)
        work.submissions.save(mine.model_copy(update={"children": Children.CONSENTED}))

    assert "children_data" not in {gap.field for gap in scene.missing()}


def test_what_was_mended_since_the_last_file_is_told(teacher, scene, installation):
    with installation.begin() as work:
        by = Actor(person_id=scene.teacher.id)
        work.files.move(scene.file, to=FileStatus.REPLACED, by=by, now=builders.NOW)
        with_text(work, installation.files, scene.mine, f"{MINE} Без имён.")
    page = teacher.get(f"/my/{scene.mine.id}/files").text

    assert "Исправлено с прошлого файла: 1" in page


def test_the_length_asked_for_is_told_before_and_after_the_upload(teacher, scene, installation):
    with installation.begin() as work:
        marathon = work.marathons.get(scene.marathon.id)
        texts = MarathonTexts(least_characters=8000)
        work.marathons.save(marathon.model_copy(update={"texts": texts}))
    page = teacher.get(f"/my/{scene.mine.id}/files").text

    assert "от 8\u00a0000 знаков с пробелами" in page
    assert "просят не меньше 8\u00a0000" in page


def seen_by_author(browser, scene):
    work = f"/my/{scene.mine.id}"
    pages = (f"{work}/files", f"{work}/files/state", work, f"{work}/check", f"{work}/blind")
    return [browser.get(page).text for page in pages]


def test_an_author_learns_nothing_of_an_unpublished_work(teacher, scene):
    """Every page is the same byte by byte whether there is a match or none."""
    before = seen_by_author(teacher, scene)
    scene.forget_matches()

    assert seen_by_author(teacher, scene) == before
    assert not [page for page in before if SECRET in page]


def test_an_author_is_shown_the_passages_of_a_published_work(teacher, scene):
    scene.publish_theirs()
    page = teacher.get(f"/my/{scene.mine.id}/files").text

    assert SECRET in page
    assert page.count(f"<mark>{PASSAGE.rstrip('.')}</mark>") == 2


def test_an_expert_learns_nothing_at_all(scene, signed_in, installation):
    with installation.begin() as work:
        expert = builders.an_expert(work, work.municipalities.all()[2])
        mine = work.submissions.get(scene.mine.id)
        work.submissions.save(mine.model_copy(update={"status": SubmissionStatus.IN_REVIEW}))
        item = builders.an_assignment(work, mine, expert, status=AssignmentStatus.IN_PROGRESS)
        person = work.people.get(expert.person_id)
    browser = signed_in(person)
    pages = (
        "/expert",
        f"/expert/assignments/{item.id}",
        f"/expert/assignments/{item.id}/material.pdf",
    )
    before = [browser.get(page) for page in pages]
    assert before[0].status_code == 200
    scene.forget_matches()
    after = [browser.get(page) for page in pages]

    assert [one.text for one in after] == [one.text for one in before]
    assert not [one for one in before if SECRET in one.text or "Совпад" in one.text]
    marathon, work_id = scene.marathon.id, scene.mine.id
    assert browser.get(f"/organise/{marathon}/works/{work_id}/overlaps").status_code == 404


def test_an_organiser_sees_both_passages_side_by_side(organiser, scene):
    address = f"/organise/{scene.marathon.id}/works/{scene.mine.id}"
    assert "Текст совпадает с другими работами" in organiser.get(address).text

    page = organiser.get(f"{address}/overlaps").text
    assert SECRET in page
    assert page.count(f"<mark>{PASSAGE.rstrip('.')}</mark>") == 2


def test_works_are_filtered_by_overlap_and_remark_and_counted(organiser, scene):
    here = f"/organise/{scene.marathon.id}/works"
    much = organiser.get(f"{here}?overlap=much").text
    assert "Слушаем" in much
    assert SECRET not in much  # nobody is told of what only a draft shares
    children = organiser.get(f"{here}?remark=children_named").text
    assert "Слушаем" in children
    assert SECRET not in children
    counts = organiser.get(f"{here}/files").text
    assert "названы дети" in counts
    assert f"{here}?remark=children_named" in counts
    table = organiser.get(f"{here}?export=csv").content.decode("utf-8-sig")
    assert "Совпадения, %" in table
    assert "children_named" in table


def test_an_organiser_of_one_marathon_reads_no_text_of_another(scene, signed_in, installation):
    with installation.begin() as work:
        other = builders.a_marathon(work, title="Другой марафон", year=2025)
        home = work.municipalities.all()[0]
        third = builders.a_submission(work, other, home, title="Третья работа")
        with_text(work, installation.files, third, f"Третий текст о том же. {PASSAGE} Конец.")
        person = builders.a_person(work, "Частнова Инна Львовна")
        work.roles.give(person.id, Role.ORGANISER, scope="marathon", scope_id=scene.marathon.id)
    address = f"/organise/{scene.marathon.id}/works/{scene.mine.id}/overlaps"
    page = signed_in(person).get(address).text

    assert SECRET in page
    assert "Работа другого марафона" in page
    assert "Третья работа" not in page
    assert "Третий текст" not in page


def test_an_organiser_who_edits_a_work_reads_no_other_drafts_of_its_owner(
    scene, signed_in, installation
):
    with installation.begin() as work:
        other = builders.a_marathon(work, title="Другой марафон", year=2025)
        home = work.municipalities.all()[0]
        draft = builders.a_submission(
            work,
            other,
            home,
            title="Мой черновик",
            owner_id=scene.teacher.id,
            status=SubmissionStatus.DRAFT,
        )
        with_text(work, installation.files, draft, f"Черновик о том же. {PASSAGE} Конец.")
        person = builders.a_person(work, "Частнова Инна Львовна")
        work.roles.give(person.id, Role.ORGANISER, scope="marathon", scope_id=scene.marathon.id)
    address = f"/my/{scene.mine.id}/files"

    assert "Мой черновик" in signed_in(scene.teacher).get(address).text
    page = signed_in(person).get(address).text
    assert "и тогда <mark>Саша П.</mark> поднял руку" in page
    assert "Мой черновик" not in page
    assert "Черновик о том же" not in page


# --- API -----------------------------------------------------------------------------------


@pytest.fixture
def api(client, installation, now):
    def ask(person, method, address):
        with installation.begin() as work:
            token = new_id()
            accounts.create_api_token(
                work, person.email, signer=installation.signer, secret=token, days=1, now=now
            )
        headers = {"authorization": f"Bearer {token}"}
        return client.request(method, f"/api/v1{address}", headers=headers)

    return ask


def test_the_api_gives_the_codes_and_as_much_of_matches_as_one_may_know(api, scene):
    file = api(scene.teacher, "GET", f"/submissions/{scene.mine.id}").json()["files"][0]
    assert file["warnings"] == ["children_named"]
    assert file["advice"] == ["children_named"]
    assert "goal" in file["parts"]

    address = f"/submissions/{scene.mine.id}/overlaps"
    assert api(scene.teacher, "GET", address).json() == {"items": []}
    [match] = api(scene.organiser, "GET", address).json()["items"]
    assert match["code"] == "borrowed_text"
    assert match["passages"][0]["there"]["text"] == PASSAGE.rstrip(".")
    scene.publish_theirs()
    [match] = api(scene.teacher, "GET", address).json()["items"]
    assert match["code"] == "borrowed_published"


def test_children_are_answered_for_through_the_api(api, scene):
    address = f"/submissions/{scene.mine.id}/clear-children"

    assert api(scene.teacher, "POST", address).json()["files"][0]["cleared_at"]
    assert api(scene.teacher, "POST", address).status_code == 409
