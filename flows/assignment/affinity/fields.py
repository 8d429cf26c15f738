"""What a work and an expert's field have in common by the tables of groups, levels and formats.

A group fits without a letter in common: «физика» belongs to «учителя естественно-научных
предметов». Every function answers for one work and one expert in words, or for lists in numbers.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from flows.assignment.affinity.profiles import ExpertProfile, WorkProfile
from flows.assignment.affinity.wording import words_of
from schemas.base import Schema
from schemas.specialisations import (
    EVERY_SUBJECT,
    FORMAT_PEOPLE,
    GROUPS,
    PRACTICE_FORMATS,
    SCHOOL_LEVELS,
    Group,
    PracticeFormat,
    SchoolLevel,
)

Matrix = NDArray[np.float64]

# How surely a work belongs to a group, by where the word was found.
BY_SUBJECT, BY_KEYWORD, BY_TEXT = 1.0, 0.8, 0.5
STRENGTHS = (BY_SUBJECT, BY_KEYWORD, BY_TEXT)
NEIGHBOUR = 0.6  # a teacher of another subject of the same group
COVERED = 0.8  # the expert names a group the work's subject belongs to, not the subject
UNKNOWN = 0.5  # the expert's field says nothing about levels or formats
ABBREVIATION = 3  # letters
GROUP_NAMES = tuple(one.name for one in GROUPS)
SUBJECT_GROUPS = frozenset(one.name for one in GROUPS if one.is_subject)


def parts_by_first() -> Mapping[str, tuple[tuple[str, ...], ...]]:
    """Every phrase of the tables by the beginning of its first word."""
    phrases = {
        *(one for group in GROUPS for one in (*group.named, *group.covers)),
        *(one for level in SCHOOL_LEVELS for one in (*level.said, *level.taught)),
        *(one for level in SCHOOL_LEVELS for one in level.not_taught),
        *(one for people in FORMAT_PEOPLE.values() for one in people),
    }
    found: dict[str, list[tuple[str, ...]]] = {}
    for one in sorted(phrases):
        parts = tuple(one.split())
        found.setdefault(parts[0], []).append(parts)
    return {first: tuple(several) for first, several in found.items()}


PARTS = parts_by_first()
LENGTHS = range(min(map(len, PARTS)), max(map(len, PARTS)) + 1)


@lru_cache(maxsize=100_000)
def begun(word: str) -> tuple[tuple[str, ...], ...]:
    """The tables' phrases whose first word this may be."""
    return tuple(
        parts for length in LENGTHS if length <= len(word) for parts in PARTS.get(word[:length], ())
    )


def heard(text: str) -> frozenset[str]:
    """The tables' phrases that stand in ``text``: words that begin so, one after another."""
    words = words_of(text)
    return frozenset(
        " ".join(parts)
        for at, word in enumerate(words)
        for parts in begun(word)
        if follow(words[at : at + len(parts)], parts)
    )


def follow(words: Sequence[str], parts: Sequence[str]) -> bool:
    return len(words) == len(parts) and all(map(begins, words, parts))


def begins(word: str, part: str) -> bool:
    """Abbreviations are whole words."""
    return word == part if len(part) <= ABBREVIATION else word.startswith(part)


class Known(Schema):
    """What an expert's field says: groups by name, words they cover, groups of these words."""

    named: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    touched: frozenset[str] = frozenset()


class Claims(Schema):
    """What a work says it is about: strength by word and by group."""

    words: Mapping[str, float] = {}
    groups: Mapping[str, float] = {}


def known_of(expert: ExpertProfile) -> Known:
    said = heard(expert.field)
    words = {one.name: said & set(one.covers) for one in GROUPS}
    return Known(
        named=frozenset(one.name for one in GROUPS if said & set(one.named)),
        words=frozenset(word for found in words.values() for word in found),
        touched=frozenset(name for name, found in words.items() if found),
    )


def claims_of(work: WorkProfile) -> Claims:
    """The strongest mention counts; any school subject makes a claim on every-subject methodists."""
    places = (
        (BY_TEXT, heard(work.text)),
        (BY_KEYWORD, frozenset().union(*map(heard, work.keywords))),
        (BY_SUBJECT, heard(work.subject) | heard(work.level)),
    )
    words: dict[str, float] = {}
    groups: dict[str, float] = {}
    for strength, said in places:
        for one in GROUPS:
            covered = said & set(one.covers)
            words.update(dict.fromkeys(covered, strength))
            groups.update({one.name: strength} if covered or said & set(one.named) else {})
    if SUBJECT_GROUPS & groups.keys():
        groups.setdefault(EVERY_SUBJECT, BY_TEXT)
    return Claims(words=words, groups=groups)


class GroupFit(Schema):
    """``value`` 0..1 and the group it comes from."""

    value: float = 0.0
    group: str = ""


def group_fit(claims: Claims, known: Known) -> GroupFit:
    """The best common group of a work and an expert."""
    fits = [
        GroupFit(value=one_group(one, claims, known), group=one.name)
        for one in GROUPS
        if one.name in claims.groups
    ]
    return max(fits, key=lambda fit: fit.value, default=GroupFit())


def one_group(one: Group, claims: Claims, known: Known) -> float:
    strength = claims.groups[one.name]
    if one.name in known.named:
        return strength
    shared = [
        claims.words[word] for word in one.covers if word in known.words & claims.words.keys()
    ]
    near = NEIGHBOUR * strength if one.name in known.touched else 0.0
    return max([near, *shared])


def group_matrix(claims: Sequence[Claims], known: Sequence[Known]) -> Matrix:
    """``group_fit`` for every pair, by products of 0/1 tables: exact and quick."""
    words = sorted({word for one in claims for word in one.words})
    named = table([one.named for one in known], GROUP_NAMES)
    touched = table([one.touched for one in known], GROUP_NAMES)
    spoken = table([one.words for one in known], words)
    best = np.zeros((len(claims), len(known)), dtype=np.float64)
    for strength in STRENGTHS:
        groups = table([at_least(one.groups, strength) for one in claims], GROUP_NAMES)
        shared = table([at_least(one.words, strength) for one in claims], words)
        full = (groups @ named.T > 0) | (shared @ spoken.T > 0)
        near = groups @ touched.T > 0
        np.maximum(
            best, np.where(full, strength, np.where(near, NEIGHBOUR * strength, 0)), out=best
        )
    return best


def at_least(strengths: Mapping[str, float], least: float) -> frozenset[str]:
    return frozenset(name for name, strength in strengths.items() if strength >= least)


def table(sets: Sequence[frozenset[str]], columns: Sequence[str]) -> NDArray[np.float32]:
    place = {name: at for at, name in enumerate(columns)}
    cells = np.zeros((len(sets), len(columns)), dtype=np.float32)
    for row, members in enumerate(sets):
        cells[row, [place[name] for name in members if name in place]] = 1
    return cells


def subject_groups(subject: str) -> frozenset[str]:
    """Groups of school subjects that a work's subject belongs to."""
    said = heard(subject)
    return frozenset(
        one.name for one in GROUPS if one.is_subject and said & {*one.named, *one.covers}
    )


def level_of(said: str) -> SchoolLevel | None:
    words = heard(said)
    return next((level for level in SCHOOL_LEVELS if words & set(level.said)), None)


def levels_taught(field: str) -> frozenset[str]:
    said = heard(field)
    return frozenset(
        level.name
        for level in SCHOOL_LEVELS
        if said & set(level.taught) and not said & set(level.not_taught)
    )


def level_fit(said: str, field: str) -> float:
    """1 when the expert works at the level, 0 when at others only, between when not said."""
    level, taught = level_of(said), levels_taught(field)
    if level is None or not taught:
        return UNKNOWN
    return float(level.name in taught)


def format_of(said: str) -> PracticeFormat | None:
    """«открытый урок» is found before «урок»."""
    names = sorted(PRACTICE_FORMATS, key=lambda one: -len(one.name))
    return next((one for one in names if one.name in said.casefold()), None)


def format_fit(said: str, field: str) -> float:
    """1 for people who do such things every day or name the format, half for others."""
    form = format_of(said)
    if form is None:
        return UNKNOWN
    able = form.name in field.casefold() or heard(field) & set(FORMAT_PEOPLE[form.kind])
    return 1.0 if able else UNKNOWN
