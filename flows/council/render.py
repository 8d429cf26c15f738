"""The protocol as DOCX to sign or edit and as PDF to publish: one form, two makers."""

import re
from collections import Counter
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

from flows.council import docx
from flows.council.rules import RULE
from flows.council.view import DelegateLine, ItemLine, ProtocolView
from flows.documents.printing import participation
from flows.documents.printing.papers import paper_pdf
from flows.documents.wording import counted, day, everywhere, for_word, quoted_day

TEMPLATES = Path(__file__).parent / "templates"
BULLET = re.compile(r"[-–—·•▪*]\s+")
DOCX, PDF = "protocol.docx", "protocol.pdf"


def word(protocol: ProtocolView) -> bytes:
    """The protocol as a DOCX in the form councils use."""
    return docx.write(protocol, everywhere(sheet(protocol), for_word))


def pdf(protocol: ProtocolView) -> bytes:
    """The same as a tagged PDF/A."""
    made_at = datetime.combine(protocol.held_on, time(), tzinfo=UTC)
    return paper_pdf("protocol.typ", sheet(protocol), templates=TEMPLATES, made_at=made_at)


def sheet(protocol: ProtocolView) -> dict[str, Any]:
    """Every line of the protocol as text, in the order of the form."""
    return {
        "title": f"Протокол № {protocol.number}",
        "body": f"заседания {protocol.body}",
        "theme": f"Тема: «{protocol.theme}»" if protocol.theme else "",
        "place": protocol.place,
        "date": quoted_day(protocol.held_on),
        "draft": "" if protocol.closed else "Проект",
        "present": [named(one.municipality, one.representative) for one in protocol.present],
        "attendance": attendance(protocol),
        "absent": [
            named(one.municipality, one.note or "причина не указана") for one in protocol.absent
        ],
        "agenda": [item.title for item in protocol.items],
        "heard": [heard(item) for item in protocol.items],
        "spoke": [spoke(item) for item in protocol.items if item.spoke.strip()],
        "rule": RULE if any(item.work and item.tally for item in protocol.items) else "",
        "resolved": [resolved(item) for item in protocol.items],
        "signatures": [
            {"role": "Председатель", "name": protocol.chair},
            {"role": "Секретарь", "name": protocol.secretary},
        ],
        "signed": day(protocol.held_on),
        "annex": annex(protocol),
        "annex_titles": annex_titles(protocol),
        "chart": participation.rows_of(protocol.participation),
        "series": list(participation.SERIES),
    }


def attendance(protocol: ProtocolView) -> str:
    """How the members took part and whether they may decide: what makes the protocol lawful."""
    modes = Counter(one.note for one in protocol.present)
    told = ", ".join(f"{mode} — {count}" for mode, count in sorted(modes.items(), reverse=True))
    everybody = len(protocol.present) + len(protocol.absent)
    members = counted(everybody, "члена", "членов", "членов")
    quorum = "Кворум имеется" if protocol.quorum else "Кворума нет"
    return f"{quorum}: участвуют {len(protocol.present)} из {members} совета ({told})."


def annex_titles(protocol: ProtocolView) -> list[str]:
    """One line for each annex; a single annex bears no number."""
    about = f"к протоколу № {protocol.number} от {day(protocol.held_on)}"
    if not protocol.participation:
        return [f"Приложение {about}"]
    return [f"Приложение № {number} {about}" for number in (1, 2)]


def named(place: str, note: str) -> str:
    return f"{place} ({note})" if note else place


def heard(item: ItemLine) -> dict[str, object]:
    text = item.heard or item.title
    spoken = f"{item.speaker}: {text}" if item.speaker else text
    return {"number": item.number, "paragraphs": paragraphs(spoken)}


def spoke(item: ItemLine) -> dict[str, object]:
    """What others said on the question."""
    return {"number": item.number, "paragraphs": paragraphs(item.spoke)}


def paragraphs(text: str) -> list[dict[str, object]]:
    return [paragraph(line.strip()) for line in text.splitlines() if line.strip()]


def paragraph(line: str) -> dict[str, object]:
    """A line that begins with a dash or a dot, as in lists people type, is a point of a list."""
    point = BULLET.match(line)
    return {"text": line[point.end() :] if point else line, "point": point is not None}


def resolved(item: ItemLine) -> dict[str, object]:
    return {
        "number": item.number,
        "text": item.decided,
        "work": f"Материал {item.work}." if item.work else "",
        "delegates": [delegated(one) for one in item.delegates],
        "votes": f"Голосовали: {item.tally.words}." if item.tally else "",
        "outcome": f"Итог голосования: {item.outcome}." if item.outcome else "",
        "excluded": (
            f"В голосовании не участвовали (работа своего муниципалитета): "
            f"{', '.join(item.excluded)}."
            if item.excluded
            else ""
        ),
        "actions": [
            f"{action.task.rstrip('.')}. Исполнитель — {action.executor}, срок — {action.deadline}"
            for action in item.action_items
        ],
    }


def delegated(one: DelegateLine) -> str:
    home = one.home or "не из муниципалитетов кластера"
    return f"Вместо представителя «{one.seat}» голосовал делегат {one.name} ({home})."


def annex(protocol: ProtocolView) -> list[list[str]]:
    """Attendance and its mode, every member once, in the order of the protocol."""
    there = [(one.municipality, one.representative, one.note) for one in protocol.present]
    away = [
        (one.municipality, one.representative, f"отсутствует ({one.note or 'причина не указана'})")
        for one in protocol.absent
    ]
    return [[str(number), *row] for number, row in enumerate([*there, *away], start=1)]
