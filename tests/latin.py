"""An installation in which nobody typed a Russian letter: what people typed is put into Latin letters."""

import json
import re
from collections.abc import Iterable

import iuliia
import sqlalchemy as sa

CYRILLIC = re.compile("[А-Яа-яЁё]")
TYPED = {
    "access_code": "note",
    "action_item": "task executor",
    "agenda_item": "title speaker heard resolution",
    "assignment": "decline_note",
    "author": "name position organisation",
    "certificate": "holder text",
    "cluster": "name region",
    "decision": "override_reason",
    "delegate": "name",
    "derivative": "name",
    "edition": "problems",
    "expert": "position specialisations close_people",
    "extension": "reason",
    "ledger_entry": "evidence",
    "marathon": "title theme contact imprint texts",
    "meeting": "body theme place chair secretary",
    "meeting_member": "representative absence_reason",
    "municipality": "name name_locative",
    "municipality_alias": "name",
    "nomination": "name position words answer",
    "notice": "title body values",
    "organisation": "name short_name",
    "person": "name position name_genitive name_dative",
    "plan": "problem",
    "programme_session": "title moderator",
    "proof": "remarks",
    "question": "text passed_text answer returned_text declined_because",
    "report": "figures",
    "review": "draft history",
    "role_invitation": "name note",
    "submission": "title abstract subject level keywords format mentor response withdrawal_reason return_reason",
    "submission_file": "name extraction",
    "submission_version": "content",
    "track": "title",
}
"""Columns people fill in, by table; the system's own sentences stay as they are."""


CHOSEN = frozenset({"category", "sentence"})
"""Keys whose Russian values are the system's own: of a list of the schema, of a refusal."""


def in_latin(engine: sa.Engine) -> None:
    """Put everything people typed into Latin letters, in place."""
    tables = sa.MetaData()
    tables.reflect(engine)
    with engine.begin() as connection:
        for name, columns in TYPED.items():
            table = tables.tables.get(name)
            if table is not None:
                rewrite(connection, name, [one for one in columns.split() if one in table.c])


def rewrite(connection: sa.Connection, name: str, columns: Iterable[str]) -> None:
    table = sa.table(name, sa.column("id"), *map(sa.column, columns))  # untyped: JSON stays text
    for identifier, *values in connection.execute(sa.select(table)).all():
        typed = dict(zip(columns, values, strict=True))
        changed = {key: latin(value) for key, value in typed.items() if isinstance(value, str)}
        if changed:
            connection.execute(sa.update(table).where(table.c.id == identifier).values(changed))


def latin(text: str) -> str:
    """The text, or every string of the JSON it holds."""
    if not CYRILLIC.search(text) and "\\u04" not in text:
        return text
    if text[:1] in "[{":
        return json.dumps(within(json.loads(text)), ensure_ascii=False)
    return letters(text)


def within(value: object) -> object:
    if isinstance(value, str):
        return letters(value)
    if isinstance(value, dict):
        return {letters(key): one if key in CHOSEN else within(one) for key, one in value.items()}
    return [within(one) for one in value] if isinstance(value, list) else value


def letters(text: str) -> str:
    return str(iuliia.ICAO_DOC_9303.translate(text)) if CYRILLIC.search(text) else text
