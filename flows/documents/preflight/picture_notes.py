"""What a picture lacks for print: words on whose it is, and enough dots."""

import re
from collections.abc import Iterator, Mapping, Sequence

from flows.documents.structure import blocks_text, inline_text, own_inlines, walk
from schemas.document import Block, Document, Figure, Heading, Picture
from schemas.extraction import Finding, WarningCode

# Words that say whose a picture is, in its caption or right after it.
NOTED = re.compile(
    r"источник|\bфото(?:графи\w*)?\s*:?\s+(?:автор|из\b|педагог|учител|ученик|коллег|воспитат|сделан|[А-ЯЁ]\.)|\bавтор(?:а|ов|ск|ом|ами)"
    r"|\b(?:составлен|выполнен|нарисован|сделан|построен|снят|подготовлен)\w*"
    r"|\b(?:рисунок|работа|схема|снимок|макет)\w*\s+(?:ученик|учениц|учащ|обучающ|воспитанник|дет|автор|наш)"
    r"|\bиз\s+(?:архива|личного|семейного|фонда|коллекции|учебника|книги|презентации)"
    r"|скриншот|снимок\s+экрана|©|\bCC\s?(?:BY|0)|лицензи|https?://|\bURL\b",
    re.IGNORECASE,
)
# Pictures somebody else may have made: charts and schemes of one's own data need no note.
TAKEN = re.compile(
    r"\b(?:фото|снимок|снимк|картин|репродукц|портрет|плакат|афиш|обложк|иллюстрац|скан|кадр|карта\s+мест"
    r"|из\s+интернет|изображен)",
    re.IGNORECASE,
)
PHOTOGRAPH = ".jpg"
FOR_ALL = re.compile(
    r"(?:все\s+)?(?:фото\w*|рисунки|иллюстрации|изображения|схемы|снимки)[^.\n]{0,60}"
    r"(?:автор(?:а|ов|ом|ами|ск)|из\s+(?:личного\s+)?архива|выполнен|сделан|составлен)",
    re.IGNORECASE,
)
LEAST_SIDE = 60.0  # points; what is smaller is an ornament
LEAST_RESOLUTION = 100.0  # dots an inch, as printed
COLUMN = 340.0  # points: no picture is printed wider
LEAST_PIXELS = 350  # across, where the size on the page is unknown
POINTS = 72.0
LONGEST_TEXT = 80

Sizes = Mapping[str, tuple[int, int]]


def picture_findings(document: Document, sizes: Sizes) -> Iterator[Finding]:
    """Findings for each picture; ``sizes`` are (width, height) in pixels by its name."""
    has_note_for_all = bool(FOR_ALL.search(blocks_text(document.blocks)))
    for number, (picture, words, where) in enumerate(placed(document), start=1):
        text = shortened(words) or f"рисунок {number}"
        place = f"рисунок {number}" + (f", {where}" if where else "")
        if not has_note_for_all and needs_note(picture, words):
            yield Finding(code=WarningCode.PICTURE_WITHOUT_SOURCE, text=text, where=place)
        if is_too_small(picture, sizes.get(picture.name)):
            yield Finding(code=WarningCode.PICTURE_TOO_SMALL, text=text, where=place)


def needs_note(picture: Picture, words: str) -> bool:
    """Tell a photograph, or what its caption calls one, that nobody is named for."""
    is_taken = picture.name.endswith(PHOTOGRAPH) or bool(TAKEN.search(words.partition("\n")[0]))
    return is_taken and not NOTED.search(words)


def shortened(words: str) -> str:
    first = " ".join(words.partition("\n")[0].split())
    return first if len(first) <= LONGEST_TEXT else f"{first[:LONGEST_TEXT].rpartition(' ')[0]}…"


def placed(document: Document) -> Iterator[tuple[Picture, str, str]]:
    """Yield each picture that is no ornament with the words about it and its section."""
    blocks = list(walk(document.blocks))
    where = ""
    for at, block in enumerate(blocks):
        if isinstance(block, Heading):
            where = f"раздел «{' '.join(inline_text(block.inlines).split())}»"
        for picture in pictures_in(block):
            if not is_ornament(picture):
                yield picture, words_about(blocks, at), where


def pictures_in(block: Block) -> list[Picture]:
    if isinstance(block, Figure):
        return [block.picture]
    return [inline for inline in own_inlines(block) if isinstance(inline, Picture)]


def is_ornament(picture: Picture) -> bool:
    sides = [side for side in (picture.width, picture.height) if side is not None]
    return bool(sides) and max(sides) < LEAST_SIDE


def words_about(blocks: Sequence[Block], at: int) -> str:
    """The caption or the block's own words, and the line that follows."""
    following = blocks[at + 1] if at + 1 < len(blocks) else None
    after = "" if following is None or isinstance(following, Heading) else own_text(following)
    return "\n".join(filter(None, (own_text(blocks[at]), after[:300])))


def own_text(block: Block) -> str:
    return inline_text(own_inlines(block)).strip()


def is_too_small(picture: Picture, size: tuple[int, int] | None) -> bool:
    """Tell a picture that prints blurred, judged by its width."""
    if size is None:
        return False
    if picture.width is None:
        return size[0] < LEAST_PIXELS
    inches = min(picture.width, COLUMN) / POINTS
    return inches > 0 and size[0] / inches < LEAST_RESOLUTION
