"""Where papers kept for others name a person: copies of their letters, reasons to fear a conflict."""

import re
from collections.abc import Iterable

from flows.documents import declension
from schemas.people import Person
from storage.work import Work

FEWEST_WORDS = 2


def forget(work: Work, person: Person, *, instead: str) -> None:
    """The name in every form we write it, and the address, make way for ``instead``."""
    forms = forms_of(person, lines_of(work, person))
    if not forms:
        return
    named = re.compile("|".join(map(re.escape, forms)))

    def clean(text: str) -> str:
        return named.sub(instead, text)

    for notice in work.notices.naming(forms):
        values = {name: clean(value) for name, value in notice.values.items()}
        told = {"title": clean(notice.title), "body": clean(notice.body), "values": values}
        work.notices.save(notice.model_copy(update=told))
    for one in work.suspicions.naming(forms):
        work.suspicions.save(one.model_copy(update={"evidence": clean(one.evidence)}))


def lines_of(work: Work, person: Person) -> set[str]:
    """Names the person stands under in lines of authors."""
    return {
        author.name
        for one in work.submissions.of_person(person.id)
        for author in one.authors
        if author.person_id == person.id
    }


def forms_of(person: Person, others: Iterable[str] = ()) -> list[str]:
    """The longest first; a name of one word may be anybody's, so it is left alone."""
    written = {person.name, *others}
    bearers = [
        Person(id=person.id, name=name) for name in written if len(name.split()) >= FEWEST_WORDS
    ]
    made = {
        form(one)
        for one in (person, *bearers)
        for form in (declension.genitive, declension.dative, declension.latin, initials)
    }
    made |= {form.replace("\xa0", " ") for form in made}  # as people type it

    forms = {form for form in written | made if len(form.split()) >= FEWEST_WORDS}
    return sorted(forms | ({person.email} if person.email else set()), key=len, reverse=True)


def initials(person: Person) -> str:
    return person.initials
