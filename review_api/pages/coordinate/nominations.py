"""Proposing experts of the own municipality, and what became of the proposals."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from flows.registry import nominating
from review_api.pages.coordinate.municipality import menu, own_places
from review_api.pages.visit import Visit, VisitDep
from review_api.typed import echoed, line, text
from schemas.address import fold_email
from schemas.base import Schema
from schemas.cluster import Municipality
from schemas.errors import BadInput
from schemas.nomination import NOMINATION_STATUS_NAMES, Nomination
from storage.identifiers import new_id

router = APIRouter()
ADDRESS = "/coordinate/nominations"
TOO_LONG = (
    ("name", 200, "Сократите имя до 200 знаков."),
    ("email", 254, "Проверьте адрес почты: он слишком длинный."),
    ("position", 200, "Сократите должность до 200 знаков."),
    ("words", 2000, "Сократите рассказ до 2000 знаков."),
)
MOST_SUBJECTS = 10
NO_NAME = "Напишите фамилию, имя и отчество (если есть)."
TOO_MANY_SUBJECTS = "Оставьте не больше 10 предметов и тем."


class NominationForm(Schema):
    name: str = ""
    email: str = ""
    position: str = ""
    place: str = ""
    specialisations: str = ""
    words: str = ""

    @property
    def facts(self) -> dict[str, str]:
        """What is kept, without stray spaces and control characters."""
        lines = {name: line(getattr(self, name)) for name in ("name", "position")}
        return lines | {"email": self.email.strip(), "words": text(self.words)}

    @property
    def subjects(self) -> tuple[str, ...]:
        words = (line(one, 100) for one in self.specialisations.replace(";", ",").split(","))
        return tuple(word for word in words if word)

    @property
    def errors(self) -> dict[str, str]:
        wrong = {field: words for field, most, words in TOO_LONG if len(self.facts[field]) > most}
        many = len(self.subjects) > MOST_SUBJECTS
        subjects = {"specialisations": TOO_MANY_SUBJECTS} if many else {}
        return who_is_wrong(self.facts) | wrong | subjects


def who_is_wrong(facts: Mapping[str, str]) -> dict[str, str]:
    """A name that cannot be one and an address that cannot be one, both at once."""
    wrong = {} if " " in facts["name"] else {"name": NO_NAME}
    try:
        fold_email(facts["email"])
    except BadInput as error:
        wrong["email"] = error.sentence
    return wrong


def show(
    visit: Visit,
    own: list[Municipality],
    form: NominationForm,
    errors: dict[str, str] | None = None,
) -> Response:
    made = [item for place in own for item in visit.work.nominations.of_municipality(place.id)]
    return visit.show(
        "coordinate/nominations.html",
        status=422 if errors else 200,
        menu=menu(visit, None),
        form=form.model_copy(update={name: echoed(value) for name, value in form}),
        places=own,
        nominations=sorted(made, key=lambda one: one.proposed_at, reverse=True),
        status_names=NOMINATION_STATUS_NAMES,
        errors=errors or {},
    )


@router.get(ADDRESS)
def nominations(visit: VisitDep) -> Response:
    return show(visit, own_places(visit), NominationForm())


@router.post(ADDRESS)
def propose(visit: VisitDep, form: Annotated[NominationForm, Form()]) -> Response:
    own = own_places(visit)
    place = next((one for one in own if one.id == form.place), own[0])
    if form.errors:
        return show(visit, own, form, form.errors)
    try:
        kept = nominating.nominate(
            visit.work, nomination_of(visit, form, place), by=visit.actor, now=visit.now
        )
    except BadInput as error:
        return show(visit, own, form, {error.field or "name": error.sentence})
    return visit.leave(ADDRESS, f"Предложение отправлено организаторам: {kept.name}.")


def nomination_of(visit: Visit, form: NominationForm, place: Municipality) -> Nomination:
    return Nomination(
        id=new_id(),
        municipality_id=place.id,
        specialisations=form.subjects,
        proposed_by=visit.person.id,
        proposed_at=visit.now,
        **form.facts,
    )
