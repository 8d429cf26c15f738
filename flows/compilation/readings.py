"""What was read from a file, kept by the file's content: a second build reads only what changed."""

import io
import json
import zipfile
from pathlib import Path

from flows.compilation.sources import Reader
from flows.compilation.versions import versions
from flows.documents.printing.cache import Cache, digest
from flows.documents.reading import Reading
from schemas.extraction import WarningCode

_READING = "reading.json"
_EPOCH = (1980, 1, 1, 0, 0, 0)
_OF_THE_MACHINE = {WarningCode.SCANNED_PAGES, WarningCode.SCANNED_NO_TEXT}
"""Where text recognition is installed later, such a file is read otherwise."""


def kept(reader: Reader, cache: Cache) -> Reader:
    """Return ``reader`` with a memory."""

    def read(path: Path, directory: Path) -> Reading:
        key = digest("reading", versions(), path.suffix, path)
        found = cache.find(key)
        if found is not None:
            return _unpacked(found, directory)
        reading = reader(path, directory)
        if _is_lasting(reading):
            cache.keep(key, _packed(reading))
        return reading

    return read


def _is_lasting(reading: Reading) -> bool:
    """Whether the same file would be read the same way another time and elsewhere."""
    return not reading.rejected and not _OF_THE_MACHINE & set(reading.extraction.warnings)


def _packed(reading: Reading) -> bytes:
    names = {name: f"images/{number}" for number, name in enumerate(sorted(reading.images))}
    told = reading.model_dump(mode="json", exclude={"images"})
    suffixes = {name: path.name for name, path in reading.images.items()}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        index = {"reading": told, "images": names, "files": suffixes}
        archive.writestr(zipfile.ZipInfo(_READING, _EPOCH), json.dumps(index))
        for name, place in names.items():
            archive.writestr(zipfile.ZipInfo(place, _EPOCH), reading.images[name].read_bytes())
    return out.getvalue()


def _unpacked(content: bytes, directory: Path) -> Reading:
    folder = directory / "images"
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        index = json.loads(archive.read(_READING))
        images = {name: folder / index["files"][name] for name in index["images"]}
        for name, place in index["images"].items():
            images[name].write_bytes(archive.read(place))
    return Reading.model_validate({**index["reading"], "images": images})
