"""The letters of a marathon in its own words: list, editor with samples, the standard words back."""

import re
from collections.abc import Iterator
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from flows.notices import own_words
from flows.notices.letter_shape import PLACEHOLDER, Letter, Wording
from flows.notices.letters import LETTERS
from flows.notices.own_words import Which
from flows.notices.placeholders import PLACEHOLDERS, available, grouped, undefined
from review_api.formats import marked
from review_api.frame import Link
from review_api.pages.organise import desk
from review_api.pages.organise.desk import FormDep
from review_api.pages.visit import Visit, VisitDep
from schemas.base import Schema
from schemas.errors import BadInput, Conflict, NotFound
from schemas.letter_template import Language, LetterTemplate
from schemas.marathon import Marathon
from storage.repositories.rows import MISSING

router = APIRouter(prefix="/organise/{marathon_id}/letters/words")
LANGUAGES: tuple[tuple[Language, str], ...] = (
    ("ru", marked("По-русски")),
    ("en", marked("По-английски")),
)
READERS = (
    (marked("Авторам"), frozenset({"submission", "decision", "certificate", "extension", "slot"})),
    (marked("Экспертам"), frozenset({"assignment", "assignments"})),
    (marked("О вопросах эксперта"), frozenset({"question"})),
    (marked("Организаторам и координаторам"), frozenset({"marathon", "nomination"})),
)
ECHOED = 4000


class Part(Schema):
    """Words of a preview; ``kind`` is ``text``, ``value`` or ``unknown``."""

    words: str
    kind: str = "text"


class Form(Schema):
    """What the editor shows: the words typed or kept, and the version they began with."""

    title: str
    text: str
    version: int


@router.get("")
def listing(visit: VisitDep, marathon_id: str) -> Response:
    marathon = desk.marathon_of(visit, marathon_id, "notice.edit")
    own: dict[str, list[LetterTemplate]] = {}
    for one in visit.work.letter_templates.of_marathon(marathon.id):
        own.setdefault(one.code, []).append(one)
    groups = [
        (
            title,
            [
                (code, letter)
                for code, letter in own_words.editable().items()
                if letter.about in kinds
            ],
        )
        for title, kinds in READERS
    ]
    return desk.show(
        visit,
        marathon,
        "organise/letter_words.html",
        Link(text="Письма", href=desk.address(marathon, "letters")),
        groups=groups,
        own=own,
        languages=dict(LANGUAGES),
    )


def letter_of(code: str) -> Letter:
    found = own_words.editable().get(code)
    if found is None:
        raise NotFound(MISSING)
    return found


def which_of(marathon: Marathon, code: str, language: str) -> Which:
    letter_of(code)
    return Which(marathon.id, code, "en" if language == "en" else "ru")


def kept(visit: Visit, which: Which) -> Form:
    """The marathon's words, or those it would use without any."""
    own = visit.work.letter_templates.named(*which)
    if own:
        return Form(title=own.title, text=own.text, version=own.version)
    standard = LETTERS[which.code].wording(which.language)
    return Form(title=standard.title, text=standard.text, version=0)


@router.get("/{code}")
def editor(visit: VisitDep, marathon_id: str, code: str, language: str = "ru") -> Response:
    marathon = desk.marathon_of(visit, marathon_id, "notice.edit")
    which = which_of(marathon, code, language)
    return show(visit, marathon, which, kept(visit, which))


def show(
    visit: Visit,
    marathon: Marathon,
    which: Which,
    form: Form,
    *,
    error: BadInput | None = None,
    theirs: Form | None = None,
    status: int = 200,
) -> Response:
    back = desk.address(marathon, "letters")
    return desk.show(
        visit,
        marathon,
        "organise/letter_editor.html",
        Link(text="Письма", href=back),
        Link(text="Тексты писем", href=f"{back}/words"),
        status=status,
        code=which.code,
        letter=LETTERS[which.code],
        language=which.language,
        languages=LANGUAGES,
        form=form,
        errors={error.field or "text": error.sentence} if error else {},
        theirs=theirs,
        is_own=visit.work.letter_templates.named(*which) is not None,
        standard=LETTERS[which.code].wording(which.language),
        groups=grouped(which.code),
        placeholders=PLACEHOLDERS,
        **seen(visit, which, form),
    )


def seen(visit: Visit, which: Which, form: Form) -> dict[str, Any]:
    """The words as their reader would see them, with values of a real letter where there is one."""
    samples, real = own_words.samples(
        visit.work, which, visit.settings, now=visit.now, but=visit.viewer.authored
    )
    words = Wording(title=form.title[:ECHOED], text=form.text[:ECHOED])
    return {
        "samples": samples,
        "real": real,
        "preview_title": list(parts(words.title, which.code, samples)),
        "preview": [list(parts(line, which.code, samples)) for line in words.text.splitlines()],
        "unknown": undefined(which.code, words),
    }


def parts(text: str, code: str, samples: dict[str, str]) -> Iterator[Part]:
    """``text`` with values in place of names, each marked as a value or as unknown."""
    known, last = available(LETTERS[code]), 0
    for found in PLACEHOLDER.finditer(text):
        yield Part(words=text[last : found.start()])
        name = found[1]
        yield (
            Part(words=samples[name], kind="value")
            if name in known
            else Part(words=found.group(), kind="unknown")
        )
        last = found.end()
    yield Part(words=text[last:])


@router.post("/{code}")
def change(visit: VisitDep, marathon_id: str, code: str, form: FormDep) -> Response:
    """Save, look at, or forget the marathon's words; typed ones stay whatever happens."""
    marathon = desk.marathon_of(visit, marathon_id, "notice.edit")
    which = which_of(marathon, code, desk.text(form, "language"))
    here = f"{desk.address(marathon, 'letters')}/words/{code}?language={which.language}"
    act = desk.text(form, "act")
    if act == "restore":
        own_words.restore(visit.work, which, by=visit.actor, now=visit.now)
        return visit.leave(here, "Стандартный текст возвращён.")
    typed = typed_in(form)
    if act == "preview":
        return show(visit, marathon, which, shortened(typed))
    return save(visit, marathon, which, typed, here)


def typed_in(form: FormDep) -> Form:
    version = desk.text(form, "version")
    return Form(
        title=desk.text(form, "title"),
        text=desk.text(form, "text").replace("\r\n", "\n"),
        version=int(version) if re.fullmatch(r"[0-9]{1,9}", version) else 0,
    )


def save(visit: Visit, marathon: Marathon, which: Which, form: Form, here: str) -> Response:
    words = Wording(title=form.title, text=form.text)
    try:
        own_words.save(
            visit.work, which, words, version=form.version, by=visit.actor, now=visit.now
        )
    except BadInput as error:
        visit.work.forget()
        return show(visit, marathon, which, shortened(form), error=error, status=422)
    except Conflict:
        visit.work.forget()
        theirs = kept(visit, which)
        mine = form.model_copy(update={"version": theirs.version})
        return show(visit, marathon, which, mine, theirs=theirs, status=409)
    return visit.leave(here, "Текст сохранён: так будут написаны все ещё не отправленные письма.")


def shortened(form: Form) -> Form:
    """What was typed; of a text far too long, its beginning."""
    if len(form.text) + len(form.title) <= own_words.LONGEST_TEXT * 2:
        return form
    return form.model_copy(update={"title": form.title[:300], "text": form.text[:ECHOED]})
