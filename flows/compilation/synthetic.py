"""Made-up volumes of any size for measuring: the same seed gives the same volume."""

import random
from pathlib import Path

from PIL import Image, ImageDraw

from schemas.document import (
    Block,
    BlockList,
    Cell,
    Document,
    Figure,
    Formula,
    Heading,
    Note,
    Paragraph,
    Picture,
    Span,
    Table,
)
from schemas.manifest import ArticleAuthor, Imprint
from schemas.volume import Volume, VolumeArticle, VolumeSection

_WORDS = [
    "урок",
    "практика",
    "ученик",
    "наставник",
    "проект",
    "задача",
    "чтение",
    "текст",
    "школа",
    "район",
    "методика",
    "анализ",
    "результат",
    "диагностика",
    "развитие",
    "умение",
    "поиск",
    "вопрос",
    "группа",
    "учитель",
    "лаборатория",
    "опыт",
    "исследование",
    "рефлексия",
    "критерий",
    "оценка",
    "семья",
    "игра",
    "карта",
    "маршрут",
    "эксперимент",
    "содержание",
    "самостоятельный",
    "совместный",
    "образовательный",
    "функциональный",
    "межпредметный",
    "поэтапный",
]
_SURNAMES = [
    "Лесных",
    "Речной",
    "Горский",
    "Снежин",
    "Ветров",
    "Полевой",
    "Озёрный",
    "Кедров",
    "Яровой",
    "Ёлкин",
]
_NAMES = ["Анна", "Мария", "Ольга", "Пётр", "Иван", "Софья", "Игорь", "Вера"]
_PLACES = ("Киренский район", "город Усть-Илимск", "Усть-Илимский район", "Катангский район")
_TRACKS = (
    "Инструменты обеспечения минимального уровня подготовки",
    "Инструменты поддержания высокого уровня подготовки",
    "Формирование функциональной грамотности",
)


def volume(articles: int, *, images: Path, seed: int = 1) -> Volume:
    """Make a volume of ``articles`` articles of about four pages; pictures go to ``images``."""
    chance = random.Random(seed)  # noqa: S311 - made-up texts, not secrets
    images.mkdir(parents=True, exist_ok=True)
    made = [_article(number, images, chance) for number in range(articles)]
    sections = tuple(
        VolumeSection(title=title, articles=tuple(made[rank :: len(_TRACKS)]))
        for rank, title in enumerate(_TRACKS)
    )
    imprint = Imprint(publisher="Методический центр", editors=("Лесных Анна Петровна",))
    return Volume(title="Сборник практик", year=2024, imprint=imprint, sections=sections)


def sentence(chance: random.Random, words: int) -> str:
    return " ".join(chance.choices(_WORDS, k=words)).capitalize() + "."


def _line(chance: random.Random, sentences: int) -> Paragraph:
    text = " ".join(sentence(chance, chance.randint(6, 16)) for _ in range(sentences))
    return Paragraph(inlines=(Span(text=text),))


def _article(number: int, images: Path, chance: random.Random) -> VolumeArticle:
    name = f"{number}.png"
    blocks: list[Block] = []
    for part in range(4):
        heading = Span(text=sentence(chance, 4).rstrip("."))
        blocks.append(Heading(level=1, inlines=(heading,)))
        blocks += [_line(chance, 6) for _ in range(2)]
        blocks.append(_special(part, name, chance))
    has_picture = any(isinstance(block, Figure) for block in blocks)
    if has_picture:
        _draw(images / name, chance)
    return VolumeArticle(
        title=sentence(chance, 8).rstrip("."),
        authors=tuple(_author(chance) for _ in range(chance.randint(1, 3))),
        abstract=sentence(chance, 40),
        keywords=tuple(chance.sample(_WORDS, 5)),
        file=f"{number}.docx",
        document=Document(blocks=tuple(blocks)),
        images={name: images / name} if has_picture else {},
    )


def _author(chance: random.Random) -> ArticleAuthor:
    name = f"{chance.choice(_SURNAMES)} {chance.choice(_NAMES)} {chance.choice(_NAMES)}овна"
    place = chance.choice(_PLACES)
    return ArticleAuthor(name=name, position="учитель", organisation="школа", municipality=place)


def _special(part: int, picture: str, chance: random.Random) -> Block:
    caption = (Span(text=sentence(chance, 5)),)
    if part == 0:
        return BlockList(items=tuple((_line(chance, 1),) for _ in range(4)))
    if part == 1:
        return Figure(picture=Picture(name=picture, description="график"), caption=caption)
    if part == 2:  # noqa: PLR2004
        rows = tuple(tuple(_cell(chance) for _ in range(4)) for _ in range(8))
        return Table(caption=caption, columns=4, header=rows[:1], rows=rows[1:])
    note = Note(blocks=(_line(chance, 1),))
    return Paragraph(inlines=(Span(text="Доля равна "), Formula(tex=r"\frac{n}{N}"), note))


def _cell(chance: random.Random) -> Cell:
    return Cell(blocks=(Paragraph(inlines=(Span(text=sentence(chance, 4)),)),))


def _draw(path: Path, chance: random.Random) -> None:
    image = Image.new("RGB", (640, 360), "white")
    pen = ImageDraw.Draw(image)
    for column in range(6):
        left = 40 + column * 95
        pen.rectangle((left, 340 - chance.randint(40, 300), left + 60, 340), fill="steelblue")
    image.save(path)
