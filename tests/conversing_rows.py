"""A row in every table that people's words beside the main way have, to survive migrations."""

from datetime import timedelta

import builders

from schemas.cluster import Absence
from schemas.collection import Edition
from schemas.intake_access import AccessCode, Extension, Upload
from schemas.kept_form import KeptForm
from schemas.letter_template import LetterTemplate
from schemas.marathon import MarathonTexts
from schemas.nomination import Nomination
from schemas.proof import Proof
from schemas.question import Question
from schemas.submission import SubmissionDraft, SubmissionVersion
from storage.identifiers import new_id

TABLES = frozenset(
    {
        *("submission_version", "extension", "access_code", "upload", "proof", "question"),
        *("nomination", "kept_form", "letter_template"),
    }
)
LATER = builders.NOW + timedelta(days=3)


def fill(work):
    """(marathon, submission, expert) with something in all of the tables and columns."""
    cluster = builders.a_cluster(work)
    home, other, *_ = builders.members(work, cluster)
    marathon = builders.a_marathon(work, cluster, texts=MarathonTexts(about="О марафоне."))
    one = builders.a_submission(work, marathon, home, response="Добавлены данные.")
    expert = builders.an_expert(work, other)
    absence = Absence(first=LATER.date(), last=LATER.date())
    expert = work.experts.save(expert.model_copy(update={"absences": (absence,), "skip_next": 1}))
    review = builders.a_sent_review(work, one, expert, started_at=builders.NOW)
    own = {"marathon_id": marathon.id}
    add_ways_in(work, one, own)
    about = own | {"submission_id": one.id}
    content = SubmissionDraft(title=one.title)
    work.submission_versions.add(
        SubmissionVersion(
            id=new_id(), **about, number=1, round=1, content=content, sent_at=builders.NOW
        )
    )
    edition = work.editions.add(Edition(id=new_id(), **own, number=1, built_at=builders.NOW))
    work.proofs.add(Proof(id=new_id(), **about, edition_id=edition.id, asked_at=builders.NOW))
    asked = {"assignment_id": review.assignment_id, "text": "Где?", "asked_at": builders.NOW}
    work.questions.add(Question(id=new_id(), **about, **asked))
    add_words(work, one, home, own)
    return marathon, one, expert


def add_ways_in(work, one, own):
    made = {"made_at": builders.NOW, "until": LATER}
    code = work.access_codes.add(AccessCode(id=new_id(), **own, code="ZIMA-2026", **made))
    granted = {"granted_at": builders.NOW, "until": LATER, "access_code_id": code.id}
    work.extensions.add(Extension(id=new_id(), **own, person_id=one.owner_id, **granted))
    file = {"name": "урок.docx", "size": 10, "started_at": builders.NOW}
    work.uploads.add(Upload(id=new_id(), submission_id=one.id, person_id=one.owner_id, **file))


def add_words(work, one, home, own):
    who = {"name": "Ия Ильина", "email": "ia@example.ru", "proposed_by": one.owner_id}
    work.nominations.add(
        Nomination(id=new_id(), municipality_id=home.id, **who, proposed_at=builders.NOW)
    )
    work.kept_forms.add(
        KeptForm(
            id=new_id(),
            hash="h",
            path="/my/new",
            entries=(("title", "Мост"),),
            kept_at=builders.NOW,
            expires_at=LATER,
        )
    )
    letter = {"code": "decision", "title": "Решение", "text": "Здравствуйте, {name}!"}
    work.letter_templates.add(LetterTemplate(id=new_id(), **own, **letter, edited_at=builders.NOW))
