"""The blind holds: a real checked material, canaries for names, every address an expert can reach."""

import io
import re
from datetime import timedelta

import builders
import docx
import pdfplumber
import pytest
from builders import NOW
from PIL import Image

from flows.intake import operations as intake
from flows.intake.examination import Subject, examine
from schemas.assignment import AssignmentStatus
from schemas.extraction import Limits
from schemas.marathon import Phase
from schemas.people import Actor
from schemas.review import ReviewDraft
from schemas.rubric import DEFAULT
from schemas.submission import Author, SubmissionFile, SubmissionStatus
from storage.identifiers import new_id
from storage.reports import hidden_names

AUTHOR = "Канарейкина Пелагея Тихоновна"
SCHOOL = "МБОУ «Канареечная гимназия»"
PLACE = "Канарский район"
MENTOR = "Свиристелева Г. И."
OTHER_EXPERT = "Зябликова Аграфена Мокеевна"
OTHER_WORDS = "Замечание-канарейка другого эксперта"
CANARIES = (
    "канарейк",
    "канареечн",
    "канарск",
    "пелаге",
    "kanareika",
    "свиристел",
    "зяблик",
    "7193",
    "37,5",
    "замечание",
)
NAMED = f"Практику ведёт {AUTHOR}, {SCHOOL}, {PLACE}. Спросите Канарейкину П. Т. или {MENTOR}"
STATES = [
    AssignmentStatus.INVITED,
    AssignmentStatus.ACCEPTED,
    AssignmentStatus.IN_PROGRESS,
    AssignmentStatus.SUBMITTED,
]


def material():
    """A document whose text, header and properties all name the author."""
    document = docx.Document()
    document.core_properties.author = AUTHOR
    document.sections[0].header.paragraphs[0].text = SCHOOL
    document.add_heading("Ход работы", 1)
    document.add_paragraph(NAMED)
    document.add_paragraph("Дети чертят план двора и считают его площадь. " * 12)
    picture = io.BytesIO()
    Image.new("RGB", (60, 40), "teal").save(picture, "PNG")
    document.add_picture(io.BytesIO(picture.getvalue()))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


@pytest.fixture
def season(installation):
    """A work with its anonymised copy, one expert for each state, and another who has sent."""
    with installation.begin() as work:
        cluster = builders.a_cluster(work)
        home = builders.a_municipality(work, cluster, PLACE)
        away = builders.a_municipality(work, cluster, "город Усть-Илимск")
        marathon = builders.a_marathon(
            work, cluster, phase=Phase.EXPERTISE, reviews_until=NOW + timedelta(days=10)
        )
        owner = builders.a_person(work, AUTHOR)
        submission = builders.a_submission(
            work,
            marathon,
            home,
            number=7193,
            owner_id=owner.id,
            status=SubmissionStatus.IN_REVIEW,
            title=f"План двора: {PLACE}",
            abstract=NAMED,
            mentor=MENTOR,
            keywords=("двор", "Канарейкина"),
            authors=(
                Author(
                    name=AUTHOR, organisation=SCHOOL, municipality_id=home.id, person_id=owner.id
                ),
            ),
        )
        stored = installation.files.save_bytes(material())
        file = work.files.add(
            SubmissionFile(
                id=new_id(),
                submission_id=submission.id,
                marathon_id=marathon.id,
                name="kanareika.docx",
                sha256=stored.sha256,
                size=stored.size,
                uploaded_at=NOW,
            )
        )
        names = hidden_names(work, submission)
    check(installation, submission, file, names)
    with installation.begin() as work:
        other = builders.an_expert(
            work, away, person_id=builders.a_person(work, OTHER_EXPERT).id, position="Зябликова"
        )
        draft = ReviewDraft(comment=OTHER_WORDS, note=OTHER_WORDS)
        builders.a_sent_review(work, submission, other, score=37.5, draft=draft)
        mine = {status: assigned(work, submission, away, status) for status in STATES}
    secrets = (owner.id, submission.id, file.id, file.sha256, other.id, other.person_id, home.id)
    return mine, secrets


def check(installation, submission, file, names):
    subject = Subject(
        file_id=file.id, sha256=file.sha256, name=file.name, title=submission.title, names=names
    )
    found = examine(subject, installation.files, limits=Limits(size=10**8))
    with installation.begin() as work:
        intake.record_check(
            work, file.id, found.extraction, found.derivatives, by=Actor(part="test"), now=NOW
        )


def assigned(work, submission, municipality, status):
    expert = builders.an_expert(work, municipality)
    item = builders.an_assignment(
        work,
        submission,
        expert,
        status=AssignmentStatus.ACCEPTED if status is AssignmentStatus.SUBMITTED else status,
        due_at=NOW + timedelta(days=5),
        answer_until=NOW + timedelta(days=2),
    )
    return item, work.people.get(expert.person_id)


def crawl(browser, start="/expert"):
    """Every page of the section reachable by links and pictures, with its answer."""
    seen, waiting = {}, [start]
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen[path] = browser.get(path)
        if "html" in seen[path].headers.get("content-type", ""):
            found = re.findall(r'(?:href|src|action)="(/expert[^"#]*)"', seen[path].text)
            waiting += [address.replace("&amp;", "&") for address in found]
    return seen


def words_of(answer):
    """All that an answer says: headers, text, and the words and properties of a PDF."""
    said = [f"{name}: {value}" for name, value in answer.headers.items()]
    if "pdf" in answer.headers.get("content-type", ""):
        with pdfplumber.open(io.BytesIO(answer.content)) as pdf:
            said += [str(pdf.metadata), *(page.extract_text() for page in pdf.pages)]
    elif "image" not in answer.headers.get("content-type", ""):
        said.append(answer.text)
    return "\n".join(said).casefold()


@pytest.mark.parametrize("status", STATES)
def test_nothing_an_expert_can_reach_names_author_school_place_number_or_other_experts(
    season, signed_in, status
):
    mine, secrets = season
    item, person = mine[status]
    browser = signed_in(person)
    if status is AssignmentStatus.SUBMITTED:
        assert send(browser, item).status_code == 303
    answers = crawl(browser)
    for path, answer in answers.items():
        assert answer.status_code in {200, 303, 405}, path
        said = words_of(answer)
        for canary in (*CANARIES, *secrets):
            assert canary not in said, (path, canary)
    readable = status is not AssignmentStatus.INVITED
    assert any("material.pdf" in path for path in answers) == readable


def send(browser, item):
    fields = {f"level-{part.code}": "2" for part in DEFAULT.criteria}
    fields |= {f"gate-{gate.code}": "yes" for gate in DEFAULT.gates}
    fields |= {"recommendation": "both", "version": "0"}
    return browser.post(f"/expert/assignments/{item.id}/review", data=fields)


def test_material_is_there_to_read_and_goes_with_the_next_request_after_a_refusal(
    season, signed_in
):
    item, person = season[0][AssignmentStatus.ACCEPTED]
    browser = signed_in(person)
    base = f"/expert/assignments/{item.id}"
    page = browser.get(base).text
    assert "Дети чертят план двора" in page
    assert re.search(rf'<img class="sheet" src="{base}/pages/1" width="\d+" height="\d+"', page)
    parts = [f"{base}/pages/1", f"{base}/pictures/0", f"{base}/material.pdf"]
    first = [browser.get(part) for part in parts]
    assert [answer.status_code for answer in first] == [200, 200, 200]
    again = {"if-none-match": first[0].headers["etag"]}
    assert browser.get(parts[0], headers=again).status_code == 304
    browser.post(f"{base}/not-now")
    for part in (base, *parts):
        assert browser.get(part, headers=again).status_code == 404


def test_copy_is_saved_under_a_name_that_says_nothing_and_never_opened_as_a_page(season, signed_in):
    item, person = season[0][AssignmentStatus.ACCEPTED]
    answer = signed_in(person).get(f"/expert/assignments/{item.id}/material.pdf")
    assert re.fullmatch(
        r'attachment; filename="rabota-[a-z0-9]{4}\.pdf"', answer.headers["content-disposition"]
    )
    assert "sandbox" in answer.headers["content-security-policy"]
    assert "last-modified" not in answer.headers


def test_invited_expert_reads_the_abstract_but_not_yet_the_material(season, signed_in):
    item, person = season[0][AssignmentStatus.INVITED]
    browser = signed_in(person)
    for part in ("pages/1", "pictures/0", "material.pdf"):
        assert browser.get(f"/expert/assignments/{item.id}/{part}").status_code == 404
    assert "Практику ведёт" in browser.get(f"/expert/assignments/{item.id}").text


def test_author_who_is_an_expert_never_meets_their_own_work(season, installation, signed_in):
    item, _ = season[0][AssignmentStatus.ACCEPTED]
    with installation.begin() as work:
        submission = work.submissions.get(item.submission_id)
        author = work.people.get(submission.owner_id)
        expert = builders.an_expert(
            work, work.municipalities.all()[0], person_id=submission.owner_id
        )
        own = builders.an_assignment(work, submission, expert)
    browser = signed_in(author)
    assert browser.get(f"/expert/assignments/{own.id}").status_code == 404
    assert "Работа без названия" not in browser.get("/expert").text
    assert "Осталось" not in browser.get("/expert").text


def test_works_of_an_archived_marathon_are_closed_to_those_who_reviewed_them(
    season, installation, signed_in
):
    mine, _ = season
    item, person = mine[AssignmentStatus.ACCEPTED]
    browser = signed_in(person)
    opened = [path for path, one in crawl(browser).items() if one.status_code == 200]
    read = [*(path for path in opened if item.id in path), f"/my/{item.submission_id}/blind"]
    assert len(read) > 3
    assert browser.get(read[-1]).status_code == 200

    with installation.begin() as work:
        marathon = work.marathons.get(item.marathon_id)
        work.marathons.save(marathon.model_copy(update={"phase": Phase.ARCHIVE}))

    assert {path for path in read if browser.get(path).status_code != 404} == set()
    assert 404 not in {one.status_code for one in crawl(browser).values()}
    assert browser.get("/expert/record").status_code == 200
