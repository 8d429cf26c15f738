"""The collection, whole: PDF, EPUB, web pages, metadata, problems, and the record of the build.

``compile_collection`` starts from a manifest and files; ``assemble`` from a volume that has
been read already. Neither needs a database.
"""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from flows.compilation import delivery, readings, reports, sources, visible
from flows.compilation.book import volume as book
from flows.compilation.book.article_data import Pictures
from flows.compilation.delivery import as_json, sha256
from flows.compilation.renditions import screens
from flows.compilation.renditions.keeping import shelved
from flows.compilation.sources import Progress, Reader
from flows.compilation.versions import versions
from flows.documents.printing import pictures
from flows.documents.printing.cache import Cache, digest, opened
from schemas.manifest import Manifest
from schemas.volume import Build, Problem, Volume, VolumeArticle

AT_ONCE = 2
"""Threads that prepare pictures: decoding and packing leave the interpreter free."""
READING_SHARE = 0.5
SETTING_SHARES = (0.1, 0.75)


def silent(_share: float, _message: str) -> None:
    """Report progress to nobody."""


def compile_collection(
    manifest: Manifest,
    *,
    source: Path,
    out: Path,
    progress: Progress = silent,
    reader: Reader = sources.read_file,
    cache: Path | None = None,
) -> Build:
    """Read the articles of ``manifest`` in the folder ``source`` and build the volume in ``out``.

    ``progress`` hears a share from 0 to 1 and a Russian sentence. A folder that already holds
    the build of the same inputs by the same versions is left as it is. ``cache`` is a folder in
    which the work on articles is kept for later builds.
    """
    inputs = _read_inputs(manifest, source)
    earlier = _same(inputs, out, progress)
    if earlier is not None:
        return earlier
    with (
        opened(cache) as kept,
        tempfile.TemporaryDirectory(prefix="marathon-compile-") as desk,
    ):
        half = _part(progress, 0.0, READING_SHARE)
        reader = readings.kept(reader, kept)
        whole = sources.gather(
            manifest, source=source, desk=Path(desk), reader=reader, progress=half
        )
        rest = _part(progress, READING_SHARE, 1.0)
        return assemble(whole, out, inputs=inputs, progress=rest, cache=cache)


def assemble(
    volume: Volume,
    out: Path,
    *,
    inputs: Mapping[str, str] | None = None,
    progress: Progress = silent,
    cache: Path | None = None,
) -> Build:
    """Build everything from ``volume`` into ``out`` and return the record.

    ``inputs`` names what the volume was made of; without it the volume itself is hashed. A folder
    that already holds this build is left as it is.
    """
    made_of = dict(inputs or _inputs(volume))
    earlier = _same(made_of, out, progress)
    if earlier is not None:
        return earlier
    with (
        opened(cache) as kept,
        tempfile.TemporaryDirectory(prefix="marathon-assemble-") as desk,
    ):
        progress(0.0, "Готовим рисунки и формулы")
        prepared = fit_pictures(volume, Path(desk), kept)
        shares = _part(progress, *SETTING_SHARES)
        printed = book.make(volume, prepared, cache=kept, progress=shares)
        progress(SETTING_SHARES[1], "Собираем EPUB, сайт и описания")
        keeper = shelved(volume, kept)
        blurry = reports.of_pictures(volume, prepared, names=printed.identities, keeper=keeper)
        wrong = reports.of_imprint(volume)
        problems = (*volume.problems, *printed.problems, *blurry, *wrong)
        names = [printed.identities[place] for place in printed.kept]
        shown = [prepared[place] for place in printed.kept]
        files = _files(printed, shown, problems, names=names, cache=kept)
        build = Build(
            inputs=made_of,
            outputs={name: sha256(content) for name, content in sorted(files.items())},
            versions=versions(),
            seen=visible.seen(printed.volume, names=names, keeper=keeper),
            articles=len(printed.pages),
            pages=printed.sheets,
            problems=problems,
        )
        delivery.deliver(files, build, out)
    progress(1.0, f"Сборник готов: статей {build.articles}, страниц {build.pages}")
    return build


def _same(inputs: Mapping[str, str], out: Path, progress: Progress) -> Build | None:
    """The build that lies in ``out``, if it was made of the same by the same versions."""
    earlier = delivery.last_build(out)
    is_same = earlier is not None and (earlier.inputs, earlier.versions) == (inputs, versions())
    if earlier is None or not is_same or not delivery.is_untouched(earlier, out):
        return None
    progress(1.0, "Сборник уже собран из этих же файлов")
    return earlier


def _files(
    printed: book.Book,
    prepared: Pictures,
    problems: Sequence[Problem],
    *,
    names: Sequence[str],
    cache: Cache,
) -> dict[str, bytes | Path]:
    """Everything that is delivered, by its path in the folder of the build."""
    alone = {f"articles/{n:03}.pdf": pdf for n, pdf in enumerate(printed.articles, start=1)}
    own = {
        "collection.pdf": printed.pdf,
        **alone,
        delivery.PROBLEMS: as_json([problem.model_dump(mode="json") for problem in problems]),
    }
    screen = screens.make(
        printed.volume,
        prepared,
        printed.pages,
        printed=printed.articles,
        names=names,
        beside=own,
        cache=cache,
    )
    return {**own, **screen}


def fit_pictures(volume: Volume, desk: Path, kept: Cache) -> list[dict[str, Path]]:
    """Every article's pictures by name, made fit for print and screen in a folder of ``desk``."""

    def prepare(numbered: tuple[int, VolumeArticle]) -> dict[str, Path]:
        number, article = numbered
        once = partial(_once, kept=kept)
        place = desk / str(number)
        return pictures.prepare_all(article.document, article.images, target=place, prepare=once)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(prepare, enumerate(volume.articles())))


def _once(original: Path, *, target: Path, kept: Cache) -> Path | None:
    """A picture made fit for print, from the cache if it was made before."""
    if original.is_symlink() or not original.is_file():
        return None
    key = digest("picture", versions(), original)
    found = kept.find(key)
    if found:
        suffix, _, content = found.partition(b"\n")
        path = target.with_suffix(suffix.decode())
        path.write_bytes(content)
        return path
    made = pictures.prepare(original, target=target)
    if made is not None:
        kept.keep(key, made.suffix.encode() + b"\n" + made.read_bytes())
    return made


def _read_inputs(manifest: Manifest, source: Path) -> dict[str, str]:
    """Digests of the manifest and of every file it names; a file may be called ``manifest`` too."""
    found = sources.hashes(manifest, source)
    key = "manifest"
    while key in found:
        key = f"{key}.json"
    return {key: sha256(as_json(manifest.model_dump(mode="json"))), **found}


def _inputs(volume: Volume) -> dict[str, str]:
    """Digests of everything the volume is made of; where its files lie does not matter."""
    files = {"logo": volume.logo, **_files_of(volume)}
    paths = {"articles": {"__all__": {"images", "original"}}}
    plain = volume.model_dump_json(exclude={"logo": True, "sections": {"__all__": paths}})
    hashes = {name: sha256(path) for name, path in files.items() if path and path.is_file()}
    return {"volume": sha256(plain.encode()), **hashes}


def _files_of(volume: Volume) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for number, article in enumerate(volume.articles(), start=1):
        own = {**article.images, **({"original": article.original} if article.original else {})}
        found |= {f"{number:03}/{name}": path for name, path in sorted(own.items())}
    return found


def _part(progress: Progress, start: float, end: float) -> Callable[[float, str], None]:
    return lambda share, message: progress(start + (end - start) * share, message)
