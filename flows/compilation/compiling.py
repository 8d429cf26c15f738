"""The collection, whole: PDF, EPUB, web pages, metadata, problems, and the record of the build.

``compile_collection`` starts from a manifest and files; ``assemble`` from a volume that has
been read already. Neither needs a database.
"""

import tempfile
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path

import pypandoc

from flows.compilation import chapters, delivery, epub, metadata, site, sources
from flows.compilation import volume as book
from flows.compilation.chapters import Look
from flows.compilation.delivery import Files, as_json, sha256
from flows.compilation.sources import Progress, Reader
from flows.documents import formulas, pictures
from schemas.manifest import Manifest
from schemas.volume import Build, Volume

_PACKAGES = ("typst", "pillow", "jinja2", "teaching-marathon")
_CODE = (Path(__file__).parent, Path(formulas.__file__).parent)
READING_SHARE = 0.5


def silent(_share: float, _message: str) -> None:
    """Report progress to nobody."""


def compile_collection(
    manifest: Manifest,
    *,
    source: Path,
    out: Path,
    progress: Progress = silent,
    reader: Reader = sources.read_file,
) -> Build:
    """Read the articles of ``manifest`` in the folder ``source`` and build the volume in ``out``.

    ``progress`` hears a share from 0 to 1 and a Russian sentence. A folder that already holds
    the build of the same inputs by the same versions is left as it is.
    """
    inputs = {"manifest": sha256(as_json(manifest.model_dump(mode="json")))}
    inputs |= sources.hashes(manifest, source)
    earlier = delivery.last_build(out)
    is_same = earlier is not None and (earlier.inputs, earlier.versions) == (inputs, versions())
    if earlier and is_same and delivery.is_untouched(earlier, out):
        progress(1.0, "Сборник уже собран из этих же файлов")
        return earlier
    with tempfile.TemporaryDirectory(prefix="marathon-compile-") as desk:
        half = _part(progress, 0.0, READING_SHARE)
        whole = sources.gather(
            manifest, source=source, desk=Path(desk), reader=reader, progress=half
        )
        rest = _part(progress, READING_SHARE, 1.0)
        return assemble(whole, out, inputs=inputs, progress=rest)


def assemble(
    volume: Volume,
    out: Path,
    *,
    inputs: Mapping[str, str] | None = None,
    progress: Progress = silent,
) -> Build:
    """Build everything from ``volume`` into ``out`` and return the record.

    ``inputs`` names what the volume was made of; without it the volume itself is hashed.
    """
    with tempfile.TemporaryDirectory(prefix="marathon-assemble-") as desk:
        progress(0.0, "Готовим рисунки и формулы")
        prepared = _prepared(volume, Path(desk))
        progress(0.15, "Верстаем книгу")
        printed = book.make(volume, prepared)
        progress(0.7, "Собираем EPUB, сайт и описания")
        problems = (*volume.problems, *printed.problems)
        files = {
            "collection.pdf": printed.pdf,
            "problems.json": as_json([problem.model_dump(mode="json") for problem in problems]),
            **_screens(volume, prepared, printed.pages),
        }
        build = Build(
            inputs=dict(inputs or _inputs(volume)),
            outputs={name: sha256(content) for name, content in sorted(files.items())},
            versions=versions(),
            articles=len(printed.pages),
            pages=printed.sheets,
            problems=problems,
        )
        delivery.deliver(files, build, out)
    progress(1.0, f"Сборник готов: статей {build.articles}, страниц {build.pages}")
    return build


@cache
def versions() -> dict[str, str]:
    """Return the versions of everything that leaves a trace in the output."""
    found = {name: version(name) for name in _PACKAGES}
    sources_of_code = sorted(path for folder in _CODE for path in _code(folder))
    digest = sha256(b"".join(path.read_bytes() for path in sources_of_code))
    return {**found, "pandoc": str(pypandoc.get_pandoc_version()), "code": digest[:16]}


def _code(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path


def _prepared(volume: Volume, desk: Path) -> list[dict[str, Path]]:
    return [
        pictures.prepare_all(article.document, article.images, target=desk / str(number))
        for number, article in enumerate(volume.articles())
    ]


def _screens(volume: Volume, prepared: book.Pictures, pages: tuple[tuple[int, int], ...]) -> Files:
    mathml = formulas.to_mathml(book.tex_of(volume))
    for_book = chapters.parts(volume, prepared, Look(epub.IMAGES, mathml), pages)
    for_web = chapters.parts(volume, prepared, Look(site.IMAGES, mathml), pages)
    return {
        "collection.epub": epub.make(volume, for_book),
        **{f"site/{name}": content for name, content in site.make(volume, for_web).items()},
        **{f"metadata/{name}": data for name, data in metadata.make(volume, pages).items()},
    }


def _inputs(volume: Volume) -> dict[str, str]:
    plain = volume.model_dump_json(
        exclude={"sections": {"__all__": {"articles": {"__all__": {"images"}}}}}
    )
    hashes = {"volume": sha256(plain.encode())}
    for number, article in enumerate(volume.articles(), start=1):
        hashes |= {
            f"{number:03}/{name}": sha256(path)
            for name, path in sorted(article.images.items())
            if path.is_file()
        }
    return hashes


def _part(progress: Progress, start: float, end: float) -> Callable[[float, str], None]:
    return lambda share, message: progress(start + (end - start) * share, message)
