"""From a manifest to a volume: which files are read, and what becomes of those that cannot be."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from flows.compilation import rules
from flows.compilation.delivery import sha256
from flows.compilation.reports import report
from flows.documents import structure
from flows.documents.printing import logos
from flows.documents.reading import Reading, read
from schemas.design import Look
from schemas.errors import BadFile, BadInput
from schemas.extraction import Kind, RejectCode, WarningCode, sentence
from schemas.manifest import Manifest, ManifestArticle
from schemas.volume import Problem, Volume, VolumeArticle, VolumeSection

AT_ONCE = 2
RECOGNITION_SECONDS = 120.0  # for a long scan, beside the limits of one reading
LARGEST_MANIFEST = 20 * 1024 * 1024
Progress = Callable[[float, str], None]
Reader = Callable[[Path, Path], Reading]
_SYMLINK = (
    "Файл статьи — ссылка на другой файл, такие не читаются: положите рядом с манифестом сам файл."
)
_CLOSED = "Файл «{}» закрыт для чтения: разрешите его читать и соберите сборник снова."
WORTH_TELLING = {
    WarningCode.SCANNED_PAGES,
    WarningCode.TEXT_RECOGNISED,
    WarningCode.RECOGNISED_POORLY,
    WarningCode.RECOGNITION_UNAVAILABLE,
    WarningCode.GARBLED_TEXT,
    WarningCode.TABLES_SKIPPED,
    WarningCode.PICTURES_DROPPED,
    WarningCode.EXTERNAL_LINKS,
    WarningCode.FORMULAS_BROKEN,
}


class Refusal(NamedTuple):
    """Why an article's file cannot be used."""

    code: str
    sentence: str


def open_manifest(path: Path) -> Manifest:
    """Read the manifest at ``path``; ``BadInput`` says what is wrong with it."""
    try:
        if path.stat().st_size > LARGEST_MANIFEST:
            raise BadInput(f"Манифест {path} слишком велик: это точно файл JSON?")
        return Manifest.parse(path.read_bytes())
    except OSError:
        raise BadInput(f"Манифест {path} не найден или не читается: проверьте путь.") from None


def read_file(path: Path, directory: Path) -> Reading:
    """Read one article in a process of its own."""
    return read(path, directory=directory, patience=RECOGNITION_SECONDS)


def gather(
    manifest: Manifest,
    *,
    source: Path,
    desk: Path,
    reader: Reader = read_file,
    progress: Progress = lambda _share, _message: None,
) -> Volume:
    """Read every article that may be published; pictures are left in ``desk``.

    Articles without consent, with a missing, linked or unreadable file are left out with a
    problem. ``BadInput`` if no article is left.
    """
    placed = [
        (section.title, article) for section in manifest.sections for article in section.articles
    ]
    done = 0

    def one(number: int) -> VolumeArticle | Problem:
        section, article = placed[number]
        return _article(section, article, source, desk / str(number), reader)

    found: list[VolumeArticle | Problem] = []
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for result in pool.map(one, range(len(placed))):
            found.append(result)
            done += 1
            progress(done / len(placed), f"Прочитано статей: {done} из {len(placed)}")
    volume = _volume(manifest, found)
    return with_logo(volume, manifest.design.logo, source=source, target=desk / "logo.png")


def with_logo(volume: Volume, file: str | None, *, source: Path, target: Path) -> Volume:
    """Give ``volume`` the logo ``file`` of the folder ``source``, or the problem with it."""
    if file is None:
        return volume
    if refusal(source, file):
        lost = f"Логотип «{file}» не найден: положите его рядом с манифестом."
        return _without_logo(volume, file, lost)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with (source / file).open("rb") as sent:
            target.write_bytes(logos.redrawn(sent.read(logos.LARGEST + 1)))
    except BadFile as fault:
        return _without_logo(volume, file, fault.sentence)
    return volume.model_copy(update={"logo": target})


def _without_logo(volume: Volume, file: str, sentence: str) -> Volume:
    lost = Problem(
        section="",
        title=volume.title,
        file=file,
        outcome="changed",
        code="logo_unusable",
        sentence=f"Сборник собран без логотипа. {sentence}",
    )
    return volume.model_copy(update={"problems": (*volume.problems, lost)})


def refusal(source: Path, file: str) -> Refusal | None:
    """Return why ``file`` beside the manifest must not or cannot be opened."""
    path = source
    try:
        for part in Path(file).parts:
            path /= part
            if path.is_symlink():
                return Refusal("symlink", _SYMLINK)
        return None if path.is_file() and _opens(path) else _not_found(file)
    except PermissionError:
        return Refusal("not_found", _CLOSED.format(file))
    except OSError:  # a name too long for the disk
        return _not_found(file)


def _opens(path: Path) -> bool:
    with path.open("rb"):
        return True


def _not_found(file: str) -> Refusal:
    return Refusal("not_found", f"Файл «{file}» не найден: положите его рядом с манифестом.")


def _article(
    section: str, article: ManifestArticle, source: Path, desk: Path, reader: Reader
) -> VolumeArticle | Problem:
    if not article.consent:
        return rules.without_consent(section, article)
    wrong = refusal(source, article.file)
    if wrong:
        return rules.left_out(section, article, code=wrong.code, sentence=wrong.sentence)
    reading = reader(source / article.file, desk)
    reason = reading.extraction.reason
    if reading.rejected:
        code = reason or RejectCode.DAMAGED
        return rules.left_out(section, article, code=code, sentence=sentence(code))
    if not structure.document_text(reading.document).strip() and not reading.images:
        empty = RejectCode.EMPTY
        return rules.left_out(section, article, code=empty, sentence=sentence(empty))
    return _read(section, article, reading, source / article.file)


def _read(section: str, article: ManifestArticle, reading: Reading, path: Path) -> VolumeArticle:
    is_original = article.as_is and reading.extraction.kind == Kind.PDF
    words = article.model_dump(include={"title", "abstract", "keywords", "file"})
    whole = VolumeArticle(
        **words,
        authors=article.authors,
        document=reading.document,
        images=reading.images,
        original=path if is_original else None,
        problems=_losses(section, article, reading),
    )
    if article.as_is and not is_original:
        told = report("original_not_pdf", section, whole)
        whole = whole.model_copy(update={"problems": (*whole.problems, told)})
    return rules.without_repeated_head(whole)


def _losses(section: str, article: ManifestArticle, reading: Reading) -> tuple[Problem, ...]:
    """Return one problem for everything that was lost in reading, none if nothing was."""
    codes = [code for code in reading.extraction.warnings if code in WORTH_TELLING]
    if not codes:
        return ()
    words = " ".join(sentence(code) for code in codes)
    return (rules.changed(section, article, code=codes[0], sentence=words),)


def _volume(manifest: Manifest, found: list[VolumeArticle | Problem]) -> Volume:
    results = iter(found)
    sections = []
    for section in manifest.sections:
        read_ones = [next(results) for _ in section.articles]
        articles = tuple(one for one in read_ones if isinstance(one, VolumeArticle))
        sections.append(VolumeSection(title=section.title, articles=articles))
    problems: list[Problem] = []
    for one in found:
        problems += [one] if isinstance(one, Problem) else one.problems
    if all(isinstance(one, Problem) for one in found):
        raise BadInput(_nothing(problems), code="no_articles", field="sections")
    words = manifest.model_dump(exclude={"sections", "imprint", "design"})
    chosen = manifest.design
    return Volume(
        **words,
        imprint=manifest.imprint,
        design=Look(template=chosen.template, accent=chosen.accent),
        sections=tuple(sections),
        problems=tuple(problems),
    )


def _nothing(problems: list[Problem]) -> str:
    first = f" Первая статья, «{problems[0].title}»: {problems[0].sentence}" if problems else ""
    return f"Собирать нечего: ни одна статья не может войти в сборник.{first}"


def hashes(manifest: Manifest, source: Path) -> dict[str, str]:
    """Return the sha256 of every file that may be read, by its name in the manifest."""
    found = {}
    for article in manifest.articles():
        if article.consent and refusal(source, article.file) is None:
            found[article.file] = sha256(source / article.file)
    mark = manifest.design.logo
    if mark and refusal(source, mark) is None:
        found[mark] = sha256(source / mark)
    return dict(sorted(found.items()))
