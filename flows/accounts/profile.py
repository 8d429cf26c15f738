"""What a person says about themselves: names for papers, workplace, language, letters wanted."""

from datetime import datetime

from flows.accounts import homes
from flows.documents import declension
from schemas.base import Schema
from schemas.errors import BadInput
from schemas.letter_template import Language
from schemas.people import Actor, Category, Person
from storage.work import Work

LONGEST = 200
TOO_LONG = f"Сократите до {LONGEST} знаков."
FULL_NAME = "Напишите фамилию, имя и отчество (если есть)."


class Profile(Schema):
    """As typed; empty cases and Latin mean what the rules propose."""

    name: str
    name_genitive: str = ""
    name_dative: str = ""
    name_latin: str = ""
    position: str = ""
    category: Category = Category.NONE
    municipality_id: str = ""
    organisation: str = ""
    language: Language = "ru"
    digests: bool = True


def errors_of(work: Work, profile: Profile) -> dict[str, str]:
    """Field → what is wrong with it."""
    texts = ("name", "name_genitive", "name_dative", "name_latin", "position", "organisation")
    wrong = {name: TOO_LONG for name in texts if len(getattr(profile, name)) > LONGEST}
    if " " not in profile.name or "@" in profile.name:
        wrong["name"] = FULL_NAME
    if not all(letter.isascii() for letter in profile.name_latin):
        wrong["name_latin"] = "Латинское имя пишется английскими буквами, например Anna Ivanova."
    known = not profile.municipality_id or work.municipalities.find(profile.municipality_id)
    return wrong if known else wrong | {"municipality": "Выберите муниципалитет из списка."}


def save(
    work: Work, person_id: str, profile: Profile, *, by: Actor, now: datetime
) -> homes.Move | None:
    """Keep what a person says of themselves; returns what it changed for an expert, if anything.

    Raises ``BadInput`` with the first thing wrong.
    """
    for field, words in errors_of(work, profile).items():
        raise BadInput(words, field=field)
    person = work.people.get(person_id)
    place = profile.municipality_id or None
    school = work.organisations.by_name(place, profile.organisation) if place else None
    changed = person.model_copy(
        update={
            **overrides(profile),
            "name": profile.name,
            "position": profile.position,
            "category": profile.category,
            "municipality_id": place,
            "organisation_id": school.id if school else None,
            "language": profile.language,
            "digests": profile.digests,
        }
    )
    work.journal.write(by, action="profile_saved", kind="person", subject_id=person.id, now=now)
    return homes.follow(work, work.people.save(changed), by=by, now=now)


def overrides(profile: Profile) -> dict[str, str]:
    """Cases and Latin that differ from the rules; the others follow the name when it changes."""
    plain = Person(id="", name=profile.name)
    proposed = {
        "name_genitive": declension.genitive(plain),
        "name_dative": declension.dative(plain),
        "name_latin": declension.latin(plain),
    }
    typed = {name: getattr(profile, name) for name in proposed}
    return {name: "" if typed[name] == text else typed[name] for name, text in proposed.items()}
