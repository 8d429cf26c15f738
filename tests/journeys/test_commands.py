"""The README's first command as people run it: the sample marathon end to end, and what it leaves."""

import asyncio
import re
import subprocess
import sys
import zipfile
from collections import Counter
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from contents import contents
from served import free_port

from flows.certificates import checking
from flows.runtime import conduct, prefect_database
from flows.runtime.deploying import DECLARED, read_deployments
from flows.runtime.worker import load_flow
from review_api.demo.show import MARK
from schemas.errors import BadInput
from schemas.nomination import NominationStatus
from schemas.people import ROLE_NAMES
from schemas.proof import ProofStatus
from schemas.question import QuestionStatus
from schemas.submission import SubmissionStatus

pytestmark = pytest.mark.demo

MARATHON = str(Path(sys.executable).with_name("marathon"))
LONGEST_SECONDS = 900
RECORDS_OF_RUNS = ("run",)
LEFT_BEHIND = ("results/old-collection.pdf", "files/old", "marathon.sqlite3")


def marathon(*arguments):
    return subprocess.run(
        [MARATHON, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=LONGEST_SECONDS,
        check=False,
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The folder of an earlier demo, as a broken-off run may have left it."""
    folder = tmp_path_factory.mktemp("demo") / "data"
    for name in (MARK, *LEFT_BEHIND):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("from an earlier run", "utf-8")
    yield folder
    prefect_database.forget(folder)


@pytest.fixture(scope="module")
def port():
    """Of the demo's site; it stands in the codes on posters."""
    return free_port()


@pytest.fixture(scope="module")
def demo(folder, port):
    """``marathon demo``, run once over the folder; it must end well."""
    done = marathon("demo", "--data", folder, "--exit", "--port", port)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def results(demo, folder):
    return folder / "results"


@pytest.fixture
def finished(demo, folder, port, monkeypatch):
    """The installation the demo has left, for flow bodies too."""
    monkeypatch.setenv("MARATHON_DATA", str(folder))
    monkeypatch.setenv("MARATHON_BASE_URL", f"http://127.0.0.1:{port}")
    conduct.installation.cache_clear()
    yield conduct.installation()
    conduct.installation().close()
    conduct.installation.cache_clear()


def text_of(path):
    document = pypdfium2.PdfDocument(path)
    try:
        return "\n".join(page.get_textpage().get_text_bounded() for page in document)
    finally:
        document.close()


def test_earlier_demo_in_the_folder_is_replaced(results, folder):
    assert not (folder / LEFT_BEHIND[0]).exists()
    assert not (folder / LEFT_BEHIND[1]).exists()
    assert (folder / "marathon.sqlite3").read_bytes().startswith(b"SQLite format 3")


def test_collection_is_a_book_to_leaf_through(results):
    with pikepdf.open(results / "collection.pdf") as book:
        assert len(book.pages) >= 100
        with book.open_outline() as outline:
            chapters = list(outline.root)
            assert len(chapters) >= 3
            assert sum(len(chapter.children) for chapter in chapters) >= 20


def test_collection_is_also_an_epub_and_a_site(results):
    with zipfile.ZipFile(results / "collection.epub") as epub:
        assert epub.testzip() is None
        assert epub.read("mimetype") == b"application/epub+zip"
    assert "<html" in (results / "site" / "index.html").read_text("utf-8")
    assert len(list((results / "site").rglob("*.html"))) >= 20


def test_programme_is_a_paper_and_a_calendar(results):
    assert "Программа" in text_of(results / "programme.pdf")
    assert (results / "programme.ics").read_text("utf-8").count("BEGIN:VEVENT") >= 5


def test_protocol_tells_how_the_council_voted(results):
    with zipfile.ZipFile(results / "protocol.docx") as document:
        assert "Голосовали" in document.read("word/document.xml").decode()
    assert "Голосовали" in text_of(results / "protocol.pdf")


def test_report_is_a_paper_and_a_table(results):
    for name in ("report.docx", "report.xlsx"):
        with zipfile.ZipFile(results / name) as paper:
            assert paper.testzip() is None


def test_every_certificate_can_be_verified_by_its_number(results, finished):
    papers = sorted((results / "certificates").glob("*.pdf"))
    assert len(papers) > 50
    with finished.begin(read_only=True) as work:
        assert all(checking.verify(work, paper.stem).valid for paper in papers)
        first = checking.verify(work, papers[0].stem)
    assert first.number in text_of(papers[0])


def test_refused_files_are_named_with_their_reasons(demo):
    refused = re.findall(r"! (\d+\.\w+): (.+)", demo)

    assert sorted(name for name, _ in refused) == ["07.pdf", "13.pdf"]
    assert "паролем" in refused[0][1] + refused[1][1]
    assert "повреждён" in refused[0][1] + refused[1][1]


@pytest.mark.parametrize("role", ROLE_NAMES.values())
def test_sign_in_link_is_printed_for_every_role(demo, role):
    assert re.search(rf"^  {role}: http://127\.0\.0\.1:\d+/login/link/\S+$", demo, re.MULTILINE)


def test_every_file_that_is_named_lies_there(demo, results):
    named = re.findall(rf": ({re.escape(str(results))}\S*)", demo)

    assert len(named) >= 10
    assert [path for path in named if not Path(path).exists()] == []


def test_people_of_the_sample_answer_each_other(finished):
    with finished.begin(read_only=True) as work:
        [marathon] = work.marathons.all()
        works = work.submissions.of_marathon(marathon.id)
        questions = [one.status for one in work.questions.of_marathon(marathon.id)]
        proofs = Counter(one.status for one in work.proofs.of_marathon(marathon.id))
        nominations = [one.status for one in work.nominations.all()]
        extended = {one.person_id for one in work.extensions.of_marathon(marathon.id)}
    assert questions == [QuestionStatus.RETURNED]
    assert (proofs[ProofStatus.CONFIRMED], proofs[ProofStatus.CORRECTED]) == (1, 1)
    assert nominations == [NominationStatus.ACCEPTED]
    assert extended == {one.owner_id for one in works if one.status is SubmissionStatus.RETURNED}
    assert [one.status for one in works if one.entered_by] == [SubmissionStatus.DRAFT]
    assert any(author.confirmed_at for one in works for author in one.authors)


def test_every_flow_once_more_changes_nothing(finished):
    with finished.begin(read_only=True) as work:
        marathon_id = work.marathons.all()[0].id
    bodies = {one.name: load_flow(one.entrypoint) for one in read_deployments(DECLARED)}
    # The sign-in links were written at the very end: their letters are still to leave.
    asyncio.run(bodies["deliver_notices"].fn(marathon=None, request=None))
    # An expert proposed by a municipality has joined since the works were compared.
    repeat(bodies["assign_experts"], marathon_id)
    # What waits is told of once a day, and the day of the sample has not been told of yet.
    repeat(bodies["remind_people"], marathon_id)
    asyncio.run(bodies["deliver_notices"].fn(marathon=None, request=None))
    # The newest screening is of the proposals: works that are being revised have left since.
    asyncio.run(bodies["screen_reviews"].fn(marathon=marathon_id, request=None))
    before = contents(finished, without=RECORDS_OF_RUNS)

    for name, body in bodies.items():
        repeat(body, marathon_id)
        after = contents(finished, without=RECORDS_OF_RUNS)
        assert [table for table in before if before[table] != after[table]] == [], name


def repeat(body, marathon_id):
    """A stage that finds nothing to do may say so."""
    try:
        asyncio.run(body.fn(marathon=marathon_id, request=None))
    except BadInput as nothing:
        if not nothing.code.startswith("nothing_to_"):
            raise


def test_folder_with_other_data_is_refused_and_left_alone(tmp_path):
    (tmp_path / "thesis.docx").write_text("years of work", "utf-8")

    refused = marathon("demo", "--data", tmp_path, "--exit", "--port", free_port())

    assert refused.returncode == 1
    assert "чужие данные" in refused.stderr
    assert "--data" in refused.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.docx"]


def test_make_demo_is_this_command():
    root = DECLARED.parent
    told = subprocess.run(
        ["make", "--dry-run", "demo", "ARGS=--exit"],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )

    assert ".venv/bin/marathon demo --exit" in told.stdout
