"""The engine's Russian: names behind ids, counted nouns, lists that do not run on forever."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from flows.assignment.rules import HardRule
from flows.documents.wording import counted

NAMED = 12
TRACKS_AS_WORDS = "направлени"


@dataclass(frozen=True)
class Names:
    """What people call the problem's ids; an id without a name is its own name.

    Works are named as numbers, «№ 12»; experts by surname and initials; places as in the registry.
    ``conflicts`` says of pairs (work, expert) what kind of conflict bars them.
    """

    works: Mapping[str, str] = field(default_factory=dict)
    experts: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, str] = field(default_factory=dict)
    tracks: Mapping[str, str] = field(default_factory=dict)
    conflicts: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def why_not(self, rule: HardRule, work: str, expert: str) -> str:
        """The reason of a rule, for conflicts as exactly as it is known."""
        known = self.conflicts.get((work, expert)) if rule.code == "conflict" else None
        return known or rule.reason

    def work(self, key: str) -> str:
        return self.works.get(key, key)

    def expert(self, key: str) -> str:
        return self.experts.get(key, key)

    def place(self, key: str) -> str:
        return self.places.get(key, key)

    def track(self, key: str) -> str:
        return self.tracks.get(key, key)


AS_GIVEN = Names()


def senior_experts(count: int) -> str:
    return counted(count, "старший эксперт", "старших эксперта", "старших экспертов")


def of_reviews(count: int) -> str:
    """Genitive, as after «не хватает»."""
    return counted(count, "экспертизы", "экспертиз", "экспертиз")


def of_works(count: int) -> str:
    """Genitive, as after «для»."""
    return counted(count, "работы", "работ", "работ")


def experts(count: int) -> str:
    return counted(count, "эксперт", "эксперта", "экспертов")


def of_experts(count: int) -> str:
    """Genitive, as after «не больше»."""
    return counted(count, "эксперта", "экспертов", "экспертов")


def works(count: int) -> str:
    return counted(count, "работа", "работы", "работ")


def listed(names: Sequence[str]) -> str:
    """Names in a row, at most twelve of them."""
    if len(names) <= NAMED:
        return ", ".join(names)
    return f"{', '.join(names[:NAMED])} и ещё {len(names) - NAMED}"


def tallied(counts: Mapping[str, int]) -> str:
    """«Бодайбо — 2, Братск — 3», in the order of the alphabet."""
    return listed([f"{name} — {count}" for name, count in sorted(counts.items())])


def decimal(value: float, digits: int = 4) -> str:
    """A number with a comma and no idle zeros: «0,12»."""
    text = f"{value:.{digits}f}".rstrip("0").rstrip(".")
    return ("0" if text in {"-0", ""} else text).replace(".", ",").replace("-", "−")


def tracks(names: Sequence[str]) -> str:
    """«Направление 2», «Направления 1 и 3»; a name that says it is a track stands alone."""
    if any(TRACKS_AS_WORDS in name.lower() for name in names):
        return "; ".join(name[:1].upper() + name[1:] for name in names)
    quoted = [name if name.isdigit() else f"«{name}»" for name in names]
    if len(quoted) == 1:
        return f"Направление {quoted[0]}"
    return f"Направления {', '.join(quoted[:-1])} и {quoted[-1]}"
