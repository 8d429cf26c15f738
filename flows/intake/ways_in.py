"""Ways in beside the common deadline: an extension for one person, an access code."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from pydantic import Field

from flows.intake.rules import Allowance
from schemas.base import Schema
from schemas.errors import BadInput, Conflict
from schemas.intake_access import AccessCode, Extension
from schemas.marathon import Marathon, Phase
from schemas.people import Actor
from schemas.submission import Submission
from storage.identifiers import new_id
from storage.work import Work

# They look the same on a Russian and an English keyboard; nobody confuses them on the telephone.
ALPHABET = "ABCEHKMPTX234679"
CODE_LETTERS = 8
MOMENTS = timedelta(seconds=20)
TOO_LATE_PHASES = frozenset({Phase.RESULTS, Phase.ARCHIVE})
WRONG_CODE = "Такого кода нет. Проверьте, как он записан в письме или приглашении."


def allowances(work: Work, marathon_id: str, person_id: str) -> tuple[Allowance, ...]:
    """What this person was given in this marathon."""
    return named_tracks(work, work.extensions.of_person(marathon_id, person_id))


def allowances_for(work: Work, submission: Submission) -> tuple[Allowance, ...]:
    """What its owner was given: an organiser who helps has no more time than the owner."""
    return allowances(work, submission.marathon_id, submission.owner_id)


def allowances_by_marathon(
    work: Work, person_ids: Iterable[str]
) -> dict[tuple[str, str], tuple[Allowance, ...]]:
    """The same for a list of works, by marathon and owner."""
    found: dict[tuple[str, str], list[Extension]] = {}
    for person_id in set(person_ids):
        for one in work.extensions.of(person_id):
            found.setdefault((one.marathon_id, person_id), []).append(one)
    return {key: named_tracks(work, given) for key, given in found.items()}


def named_tracks(work: Work, given: Sequence[Extension]) -> tuple[Allowance, ...]:
    codes = work.access_codes.many(one.access_code_id for one in given if one.access_code_id)
    return tuple(
        Allowance(
            until=one.until,
            tracks=codes[one.access_code_id].tracks if one.access_code_id else (),
        )
        for one in given
    )


def extend(
    work: Work,
    marathon: Marathon,
    person_id: str,
    *,
    until: datetime,
    reason: str,
    by: Actor,
    now: datetime,
) -> Extension:
    """More time for one person, told by letter; the same again changes nothing.

    Raises ``BadInput`` for a moment that is past, ``Conflict`` once nobody reviews any more.
    """
    require_useful(marathon, until, now=now)
    work.journal.lock()
    for one in work.extensions.of_person(marathon.id, person_id):
        if one.until == until and one.access_code_id is None:
            return one
    given = work.extensions.add(
        Extension(
            id=new_id(),
            marathon_id=marathon.id,
            person_id=person_id,
            until=until,
            reason=reason,
            granted_by=by.person_id,
            granted_at=now,
        )
    )
    note(work, given, action="deadline_extended", by=by, now=now)
    tell(work, marathon, given, now=now)
    return given


def require_useful(marathon: Marathon, until: datetime, *, now: datetime) -> None:
    if until <= now:
        raise BadInput("Новый срок должен быть в будущем.", field="until")
    if marathon.phase in TOO_LATE_PHASES:
        raise Conflict(
            "Итоги уже подводятся: материал, присланный сейчас, никто не прочтёт. "
            "Пригласите автора в следующий марафон.",
            code="intake_closed",
        )


def note(work: Work, given: Extension, *, action: str, by: Actor, now: datetime) -> None:
    """Under the person and under each of their works here, where people look for it."""
    works = work.submissions.of_owner(given.person_id)
    ours = [("submission", one.id) for one in works if one.marathon_id == given.marathon_id]
    for kind, identifier in (("person", given.person_id), *ours):
        details = {"marathon": given.marathon_id, "until": given.until.isoformat()}
        work.journal.write(
            by, action=action, kind=kind, subject_id=identifier, details=details, now=now
        )


def tell(work: Work, marathon: Marathon, given: Extension, *, now: datetime) -> None:
    """By letter, where the person has an address."""
    if work.people.get(given.person_id).email is None:
        return
    work.notices.tell(
        "extension_granted",
        given.id,
        about=("extension", given.id),
        person_id=given.person_id,
        marathon_id=marathon.id,
        now=now,
    )


class NewCode(Schema):
    """What an organiser says about a code; no ``tracks`` means all of them."""

    until: datetime
    most_uses: int = Field(ge=1, le=1000)
    tracks: tuple[int, ...] = ()
    note: str = Field(default="", max_length=500)


def make_code(
    work: Work, marathon: Marathon, wanted: NewCode, *, code: str, by: Actor, now: datetime
) -> AccessCode:
    """A new access code; its letters are drawn at the edge. Raises ``BadInput``.

    Asked for once more within moments by the same person, it is the first one.
    """
    require_useful(marathon, wanted.until, now=now)
    if set(wanted.tracks) - {track.number for track in marathon.tracks}:
        raise BadInput("Такого направления нет в этом марафоне.", field="tracks")
    work.journal.lock()
    for one in work.access_codes.of_marathon(marathon.id):
        if is_repeated(one, wanted, by=by, now=now):
            return one
    made = work.access_codes.add(
        AccessCode(
            id=new_id(),
            marathon_id=marathon.id,
            code=folded(code),
            made_by=by.person_id,
            made_at=now,
            **wanted.model_dump(),
        )
    )
    work.journal.write(by, action="code_made", kind="access_code", subject_id=made.id, now=now)
    return made


def is_repeated(one: AccessCode, wanted: NewCode, *, by: Actor, now: datetime) -> bool:
    """Whether the button was only pressed twice."""
    fresh = one.made_by == by.person_id and now - one.made_at < MOMENTS
    same = all(getattr(one, name) == value for name, value in wanted)
    return fresh and same and one.closed_at is None


def folded(code: str) -> str:
    """As codes are kept: upper case, Latin letters where Russian ones look the same."""
    return "".join(letter for letter in code.upper().translate(TWINS) if letter.isalnum())


TWINS = str.maketrans("АВСЕНКМРТХО", "ABCEHKMPTXO")


def close_code(work: Work, code: AccessCode, *, by: Actor, now: datetime) -> AccessCode:
    """Nobody enters by it any more; who has entered keeps the time. Closing twice is once."""
    if code.closed_at is not None:
        return code
    work.journal.write(by, action="code_closed", kind="access_code", subject_id=code.id, now=now)
    return work.access_codes.save(code.model_copy(update={"closed_at": now}))


def usable_code(work: Work, marathon: Marathon, typed: str, *, now: datetime) -> AccessCode:
    """The code somebody has typed; raises ``BadInput`` with what is wrong with it."""
    code = work.access_codes.named(marathon.id, folded(typed))
    if code is None:
        raise BadInput(WRONG_CODE, code="wrong_access_code", field="code")
    spent = code.closed_at is not None or code.until < now
    if spent or marathon.phase in TOO_LATE_PHASES:
        raise BadInput(
            "Этот код больше не действует. Попросите у организаторов новый.",
            code="spent_access_code",
            field="code",
        )
    return code


def enter_code(
    work: Work, marathon: Marathon, typed: str, *, by: Actor, person_id: str, now: datetime
) -> Extension:
    """The code spent for this person, once: entering it again costs nothing.

    Raises ``BadInput`` when it does not fit, is closed or used up.
    """
    work.journal.lock()
    code = usable_code(work, marathon, typed, now=now)
    for one in work.extensions.of_person(marathon.id, person_id):
        if one.access_code_id == code.id:
            return one
    if not work.access_codes.use(code):
        raise BadInput(
            "Этим кодом уже воспользовались столько раз, на сколько он рассчитан. "
            "Попросите у организаторов новый.",
            code="spent_access_code",
            field="code",
        )
    given = work.extensions.add(
        Extension(
            id=new_id(),
            marathon_id=marathon.id,
            person_id=person_id,
            until=code.until,
            reason=code.note,
            granted_by=code.made_by,
            granted_at=now,
            access_code_id=code.id,
        )
    )
    note(work, given, action="code_entered", by=by, now=now)
    return given
