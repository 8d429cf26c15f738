"""The sample marathon's files: rosters, materials, what the seeded experts think."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from flows.registry.cells import listed
from flows.registry.columns import match
from flows.registry.importing import AUTHOR_PARTS
from flows.registry.sheets import read_sheet
from review_api.demo.simulation import Simulation
from schemas.base import Schema
from schemas.errors import BadInput
from schemas.marathon import Imprint, NewMarathon, Track

FOLDER = Path(__file__).resolve().parents[2] / "samples" / "marathon"
ZONE = ZoneInfo("Asia/Irkutsk")
TRACKS = (
    Track(
        number=1,
        title="Инструменты обеспечения минимального уровня подготовки обучающихся",
        live_slots=4,
    ),
    Track(
        number=2,
        title="Инструменты поддержания высокого уровня подготовки обучающихся",
        live_slots=4,
    ),
    Track(number=3, title="Формирование функциональной грамотности", live_slots=4),
)


class Material(Schema):
    """``data`` is the ``data`` part of the API's submission; spellings stay as typed."""

    number: int
    email: str
    data: dict[str, object]
    file: Path


def materials(folder: Path = FOLDER) -> list[Material]:
    sheet = read_sheet(folder / "submissions.csv")
    places = match("submissions", sheet.header)
    records = ({field: row[at] for field, at in places.items()} for row in sheet.rows)
    return [material(record, folder) for record in records]


def material(record: dict[str, str], folder: Path) -> Material:
    authors = [author(line) for line in listed(record["authors"], "|\n")]
    return Material(
        number=int(record["number"]),
        email=str(authors[0]["email"]),
        file=folder / record["file"],
        data={
            "title": record["title"],
            "abstract": record["abstract"],
            "track": int(record["track"]),
            "subject": record["subject"],
            "level": record["level"],
            "keywords": listed(record["keywords"], ",;"),
            "authors": authors,
            "children": "none",
            "consents": ["processing", "distribution", "licence"],
        },
    )


def author(line: str) -> dict[str, object]:
    parts = [part.strip() for part in line.split(",")]
    if len(parts) < AUTHOR_PARTS:
        raise BadInput(f"В примере строка автора не разбирается: {line}")
    name, *position, category, organisation, municipality, email = parts
    return {
        "name": name,
        "position": ", ".join(position),
        "category": category,
        "organisation": organisation,
        "municipality": municipality,
        "email": email,
    }


def simulation(folder: Path = FOLDER) -> Simulation:
    return Simulation.model_validate(json.loads((folder / "simulation.json").read_text("utf-8")))


def marathon(now: datetime) -> NewMarathon:
    """A marathon of this year that the sample plays in one day, the live day itself."""
    today = now.astimezone(ZONE)
    return NewMarathon(
        title="Инструменты повышения качества образования",
        theme="Онлайн-марафон лучших образовательных практик Северного кластера",
        year=today.year,
        opens_at=now - timedelta(days=21),
        submissions_until=now + timedelta(hours=6),
        reviews_until=now + timedelta(hours=12),
        live_on=today.date(),
        tracks=TRACKS,
        imprint=Imprint(
            publisher="Методический совет Северного кластера",
            place="Усть-Илимск",
            udk="37.02",
            bbk="74.2",
            copyright="Авторы статей",
        ),
        contact="orgkomitet@example.ru",
    )
