"""Words that nobody else would write, and who may meet each of them from which state on.

``SECRETS`` is the whole promise of blindness as one table: what is not written there as seen is a
leak, whichever page, program, file or letter tells it.
"""

from dataclasses import dataclass, field
from enum import IntEnum


class State(IntEnum):
    """Where the marathon of the town stands; each is reached from the one before by real acts."""

    SENT = 1  # materials are sent, files not looked at
    CHECKED = 2
    IN_REVIEW = 3  # invited, agreed, some marks drafted, a question asked
    REVIEWED = 4  # all marks sent
    PROPOSED = 5  # decided, nobody told
    RELEASED = 6
    SECOND_ROUND = 7  # one material came back changed and is read again
    PUBLISHED = 8
    WITHDRAWN = 9  # one author took the published material back, one drafted another


ALWAYS = State.SENT
OFFICE = ("organiser", "marathon_organiser", "administrator")
COUNCIL = ("chair", "secretary")
ROLES = (
    *("nobody", "reader", "author", "co_author", "other_author", "revising_author"),
    *("expert", "co_expert", "neighbour", "unassigned_expert"),
    *("coordinator", "far_coordinator", "other_organiser", "other_chair"),
    *COUNCIL,
    *OFFICE,
)
EVERYBODY = ROLES


@dataclass(frozen=True)
class Secret:
    """``words`` are beginnings of words in lower case, so that every form of a name is met.

    ``seen`` maps a role to the state from which it may meet them, ``until`` to the one from which
    it may not any more; a role that is absent may never. ``about`` is the work or the person.
    """

    name: str
    words: tuple[str, ...]
    seen: dict[str, State] = field(default_factory=dict)
    until: dict[str, State] = field(default_factory=dict)

    def may(self, role: str, state: State) -> bool:
        gone = self.until.get(role)
        return role in self.seen and state >= self.seen[role] and (gone is None or state < gone)


def to(*roles: str, since: State = ALWAYS) -> dict[str, State]:
    return dict.fromkeys(roles, since)


# Who they are: name, school, municipality. The first two wrote one material together.
AUTHORS = {
    "author": ("Зимородкова Таисия Климовна", "Пересветовская", "Кедрозёрский район"),
    "co_author": ("Горихвостова Римма Савельевна", "Ясноборская", "Кедрозёрский район"),
    "other_author": ("Свиристелева Ия Кузьминична", "Трёхключевская", "Лосинский район"),
    "revising_author": ("Трясогузкина Злата Фоминична", "Синегорьевская", "Глухоманский район"),
}
ADDRESSES = {
    "author": "zimorodkova@kanarejka.example",
    "co_author": "gorihvostova@kanarejka.example",
    "other_author": "sviristeleva@kanarejka.example",
    "revising_author": "tryasoguzkina@kanarejka.example",
}
PHONE = "+7 (902) 555-71-31"
# Name, address and which municipality: the first of them is at home where the first material is.
EXPERTS = {
    "neighbour": ("Оляпкина Ева Макаровна", "olyapkina@kanarejka.example", 0),
    "co_expert": ("Поползнева Яна Глебовна", "popolzneva@kanarejka.example", 1),
    "expert": ("Варакушкина Зоя Ниловна", "varakushkina@kanarejka.example", 2),
    "third_expert": ("Турухтанова Инна Прововна", "turuhtanova@kanarejka.example", 3),
    "unassigned_expert": ("Кроншнепова Алла Саввична", "kronshnepova@kanarejka.example", 3),
}


def told(role_of_work: tuple[str, ...], *coordinators: str) -> dict[str, State]:
    """Who knows from the first day who wrote a material."""
    return to(*role_of_work, *OFFICE, *coordinators)


PUBLIC = to(*EVERYBODY, since=State.PUBLISHED)
GONE = to(*(one for one in ROLES if one not in ("other_author", *OFFICE)), since=State.WITHDRAWN)
"""A material that was taken back is nobody's but its author's and the office's."""
FIRST, SECOND, THIRD = ("author", "co_author"), ("other_author",), ("revising_author",)


def mark(expert: str, work: str, since: State) -> tuple[Secret, Secret]:
    """A review's words for the author and for organisers."""
    wrote = {"first": FIRST, "second": SECOND, "third": THIRD}[work]
    plain = expert.replace("_", "")
    office = to(expert, *OFFICE, *COUNCIL, since=since)
    return (
        Secret(
            f"comment of {expert} on the {work}",
            (f"отзывослово{plain}{work}",),
            office | to(*wrote, since=State.RELEASED),
        ),
        Secret(f"note of {expert} on the {work}", (f"запискослово{plain}{work}",), office),
    )


AT_HOME = {0: ("coordinator",), 1: (), 2: (), 3: ("far_coordinator",)}
"""Coordinators find experts, so they know those of their municipality."""
SECRETS = (
    # Names are the authors' and the office's, their municipality's, and published everybody's.
    Secret("who wrote the first", ("зимородк", "горихвост"), PUBLIC | told(FIRST, "coordinator")),
    Secret("who wrote the second", ("свиристел",), PUBLIC | told(SECOND), until=GONE),
    Secret("who wrote the third", ("трясогузк",), PUBLIC | told(THIRD)),
    # Schools stand in titles, too, as their authors typed them: the council reads those.
    Secret(
        "the school of the first",
        ("пересветов", "ясноборск"),
        PUBLIC | told((*FIRST, *COUNCIL), "coordinator"),
    ),
    Secret(
        "the school of the second",
        ("трёхключевск", "трехключевск"),
        PUBLIC | told((*SECOND, *COUNCIL)),
        until=GONE,
    ),
    Secret("the school of the third", ("синегорьевск",), PUBLIC | told((*THIRD, *COUNCIL))),
    # What authors wrote of reaching them into the text itself is published with the text.
    Secret("how the first text says to write", ("svyaz-first@",), PUBLIC | told(FIRST)),
    Secret("how the third text says to write", ("svyaz-third@",), PUBLIC | told(THIRD)),
    Secret("how a text says to call", ("555-71-31", "5557131"), PUBLIC | told((*FIRST, *THIRD))),
    # Addresses of accounts, and what files know of their makers, are never published.
    Secret("the address of the first", (ADDRESSES["author"],), told(FIRST)),
    Secret("the address of the co-author", (ADDRESSES["co_author"],), told(FIRST)),
    Secret("the address of the second", (ADDRESSES["other_author"],), told(SECOND)),
    Secret("the address of the third", (ADDRESSES["revising_author"],), told(THIRD)),
    Secret("what a file knows", ("потаённо", "потаенно"), told((*FIRST, *SECOND, *THIRD))),
    # Who reads: the collection thanks all experts together, never beside a material.
    *(
        Secret(
            f"who {expert} is",
            (name.split()[0][:-2].lower(),),
            PUBLIC | to(expert, *OFFICE, "other_organiser", *AT_HOME[place]),
        )
        for expert, (name, _, place) in EXPERTS.items()
    ),
    *(
        Secret(
            f"the address of {expert}",
            (email,),
            to(expert, *OFFICE, "other_organiser", *AT_HOME[place]),
        )
        for expert, (_, email, place) in EXPERTS.items()
    ),
    # What they think.
    *mark("co_expert", "first", State.IN_REVIEW),
    *mark("expert", "first", State.REVIEWED),
    *mark("expert", "second", State.REVIEWED),
    *mark("neighbour", "second", State.REVIEWED),
    *mark("neighbour", "third", State.REVIEWED),
    Secret(
        "what is being prepared", ("безвестнослово",), to(*COUNCIL, "organiser", "administrator")
    ),
    Secret("what an expert asked", ("вопрослово",), to("co_expert", *OFFICE)),
    Secret("what the author was asked", ("переданослово",), to(*FIRST, *OFFICE, "co_expert")),
    Secret("why a conflict is suspected", ("уликослово",), to(*OFFICE)),
    # The reason of a ruling is the office's until it is told to the author instead of the marks'.
    *(
        Secret(
            f"why people decided so on the {work}",
            (f"причинослово{work}",),
            to(*OFFICE, *COUNCIL) | to(*wrote, since=State.RELEASED),
        )
        for work, wrote in (("first", FIRST), ("second", SECOND), ("third", THIRD))
    ),
)
