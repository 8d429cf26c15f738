"""Potential conflicts of interest: a table of detectors, each with the sentence a person reads.

Everything is looked up by people and surnames, so that a marathon of hundreds of works and
experts takes a fraction of a second. Nothing is decided here.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from flows.assignment.rules import Places
from schemas.base import Schema
from schemas.conflict import ConflictSource
from schemas.person_names import Name, may_be_one, name_of, names_in


class Signature(Schema):
    """One author of a work, as far as conflicts go; ``person`` is empty when not known."""

    name: str
    person: str = ""
    municipality: str = ""


class Work(Schema):
    """A work that waits for experts."""

    id: str
    number: int
    authors: tuple[Signature, ...]
    mentor: str = ""


class Judge(Schema):
    """An expert who may be asked."""

    id: str
    name: str
    person: str
    municipality: str
    close_people: tuple[str, ...] = ()


class SignedWork(Schema):
    """A work sent to any marathon of the installation, by the people who signed it."""

    title: str
    year: int
    people: frozenset[str]


class Found(Schema):
    submission_id: str
    expert_id: str
    source: ConflictSource
    evidence: str


@dataclass(frozen=True)
class Said:
    """``words`` of an expert's list of close people, and a name read from them."""

    expert: Judge
    words: str
    name: Name


@dataclass(frozen=True)
class Facts:
    """What detectors look at; ``place_names`` names municipalities.

    ``own_place_barred``: the rules already keep experts from works of their own municipality.
    """

    works: Sequence[Work]
    experts: Sequence[Judge]
    signed: Sequence[SignedWork] = ()
    same_place: Sequence[tuple[str, str]] = ()
    place_names: Mapping[str, str] | None = None
    own_place_barred: bool = False

    @cached_property
    def names(self) -> dict[str, Name]:
        """Every expert's name, read."""
        read = ((expert.id, name_of(expert.name)) for expert in self.experts)
        return {identifier: name for identifier, name in read if name is not None}

    @cached_property
    def by_surname(self) -> dict[str, list[Judge]]:
        return index(self.experts, self.surname_parts)

    @cached_property
    def by_family(self) -> dict[str, list[Judge]]:
        return index(
            self.experts, lambda one: self.names[one.id].families if one.id in self.names else ()
        )

    def surname_parts(self, expert: Judge) -> Iterable[str]:
        return self.names[expert.id].parts if expert.id in self.names else ()

    def called(self, name: Name) -> list[Judge]:
        """Experts whose name may be ``name``."""
        near = {one.id: one for part in name.parts for one in self.by_surname.get(part, ())}
        return [one for one in near.values() if may_be_one(name, self.names[one.id])]

    @cached_property
    def close(self) -> dict[str, list[Said]]:
        """Whom experts named as close, by the parts of the surname."""
        found = defaultdict(list)
        for expert in self.experts:
            for words in expert.close_people:
                for name in names_in(words):
                    for part in sorted(name.parts):
                        found[part].append(Said(expert, words, name))
        return dict(found)

    def named_close(self, name: Name) -> list[Said]:
        near = (said for part in sorted(name.parts) for said in self.close.get(part, ()))
        return [said for said in near if may_be_one(said.name, name)]

    @cached_property
    def places(self) -> Places:
        return Places(self.same_place)

    def are_one_place(self, one: str, other: str) -> bool:
        return bool(one and other) and self.places.of(one) == self.places.of(other)

    def place_name(self, municipality: str) -> str:
        return (self.place_names or {}).get(municipality, municipality)


def index(
    experts: Sequence[Judge], keys: Callable[[Judge], Iterable[str]]
) -> dict[str, list[Judge]]:
    found = defaultdict(list)
    for expert in experts:
        for key in sorted(keys(expert)):
            found[key].append(expert)
    return dict(found)


Suspect = tuple[Work, Judge, str]


def co_authors(facts: Facts) -> Iterator[Suspect]:
    """The expert has signed something together with one of the work's authors."""
    experts = {one.person: one for one in facts.experts if one.person}
    together: dict[str, list[tuple[Judge, SignedWork]]] = defaultdict(list)
    for paper in facts.signed:
        for person in sorted(paper.people & experts.keys()):
            for other in paper.people - {person}:
                together[other].append((experts[person], paper))
    for work in facts.works:
        for author in work.authors:
            for expert, paper in together.get(author.person, ()):
                yield work, expert, togetherness(expert, author, paper)


def togetherness(expert: Judge, author: Signature, paper: SignedWork) -> str:
    return (
        f"Эксперт {expert.name} и автор {author.name} вместе подписали материал"
        f" «{paper.title}» ({paper.year})."
    )


def mentors(facts: Facts) -> Iterator[Suspect]:
    """The work names the expert as its mentor."""
    for work in facts.works:
        for name in names_in(work.mentor):
            for expert in facts.called(name):
                sentence = (
                    f"В работе назван наставник «{work.mentor}»: это может быть эксперт"
                    f" {expert.name}."
                )
                yield work, expert, sentence


def close_people(facts: Facts) -> Iterator[Suspect]:
    """The expert has said whom they do not judge, and such a name stands on the work."""
    for work in facts.works:
        for role, written, name in people_of(work):
            for said in facts.named_close(name):
                yield work, said.expert, closeness(said, role, written)


def closeness(said: Said, role: str, written: str) -> str:
    return (
        f"Эксперт {said.expert.name} просит не давать работы, где есть «{said.words}»:"
        f" {role} {written}."
    )


def people_of(work: Work) -> Iterator[tuple[str, str, Name]]:
    """(who they are, as written, read) for the work's authors and mentors."""
    for author in work.authors:
        name = name_of(author.name)
        if name is not None:
            yield "автор —", author.name, name
    for name in names_in(work.mentor):
        yield "наставник —", work.mentor, name


def surnames(facts: Facts) -> Iterator[Suspect]:
    """One surname in one place, or one surname and patronymic anywhere."""
    for work in facts.works:
        for author in work.authors:
            name = name_of(author.name)
            for part in sorted(name.families if name else ()):
                for expert in facts.by_family.get(part, ()):
                    kin = kinship(facts, author, expert)
                    if kin:
                        yield work, expert, kin


def kinship(facts: Facts, author: Signature, expert: Judge) -> str:
    """What makes a relative of a namesake, empty when nothing does."""
    one, other = name_of(author.name), facts.names[expert.id]
    pair = f"эксперт {expert.name} и автор {author.name}"
    if one is not None and one.father and one.father == other.father:
        return f"Одна фамилия и одно отчество: {pair}."
    if not facts.own_place_barred and facts.are_one_place(author.municipality, expert.municipality):
        return f"Одна фамилия в одном месте ({facts.place_name(expert.municipality)}): {pair}."
    return ""


DETECTORS: Mapping[ConflictSource, Callable[[Facts], Iterator[Suspect]]] = {
    ConflictSource.CO_AUTHOR: co_authors,
    ConflictSource.MENTOR: mentors,
    ConflictSource.CLOSE_PERSON: close_people,
    ConflictSource.SURNAME: surnames,
}


def detect(facts: Facts) -> list[Found]:
    """Every potential conflict once, in order; works of the expert's own are barred anyway."""
    evidence: dict[tuple[str, str, ConflictSource], list[str]] = defaultdict(list)
    for source, detector in DETECTORS.items():
        for work, expert, sentence in detector(facts):
            if not wrote(expert, work):
                evidence[work.id, expert.id, source].append(sentence)
    return [
        Found(
            submission_id=submission_id,
            expert_id=expert_id,
            source=source,
            evidence=" ".join(sorted(set(sentences))),
        )
        for (submission_id, expert_id, source), sentences in sorted(evidence.items())
    ]


def wrote(expert: Judge, work: Work) -> bool:
    return any(author.person and author.person == expert.person for author in work.authors)
