"""Files of an edition: its own pages to read, everything else to keep, many as one ZIP."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import quote

from starlette.responses import FileResponse, Response, StreamingResponse

from flows.certificates import batch
from flows.compilation import operations
from review_api.serving import attachment
from schemas.collection import Artefact, Edition
from schemas.submission import Submission
from storage.files import FileStore

SITE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
SITE_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".webp": "image/webp",
}
SITE, ARTICLES = "site/", "articles/"
ONLY_FOR_PRINT = frozenset({"cover.pdf"})


def sent(edition: Edition, path: str, files: FileStore) -> Response:
    """One file; only pages of the edition's site are opened. Raises ``NotFound``.

    The pages link to their neighbours (``../collection.pdf``), so all stand under one address.
    """
    found = files.existing(operations.artefact(edition, path).sha256)
    kind = SITE_TYPES.get(Path(path).suffix)
    if not path.startswith(SITE) or kind is None:
        return attachment(found, path.rsplit("/", 1)[-1])
    return FileResponse(found, media_type=kind, headers={"content-security-policy": SITE_POLICY})


def has(edition: Edition, folder: str) -> bool:
    return any(one.path.startswith(folder) for one in edition.artefacts)


def whole_site(edition: Edition) -> list[batch.Entry]:
    """The site with every file it links to, to be put on another server as it is."""
    closed = operations.FOR_ORGANISERS | ONLY_FOR_PRINT
    return [
        batch.Entry(one.path, one.sha256) for one in edition.artefacts if one.path not in closed
    ]


def single_articles(edition: Edition, works: Mapping[str, Submission]) -> list[batch.Entry]:
    """The PDF of every article under its place in the volume and its title."""
    alone = sorted(one.path for one in edition.artefacts if is_article(one))
    by_path = {one.path: one.sha256 for one in edition.artefacts}
    titles = [works[one].title if one in works else "" for one in edition.articles]
    titles += [""] * (len(alone) - len(titles))
    return [
        batch.Entry(f"{named(Path(path).stem, title)}.pdf", by_path[path])
        for path, title in zip(alone, titles, strict=False)
    ]


def named(place: str, title: str) -> str:
    return " ".join(batch.file_name(f"{place} {title}").split())


def is_article(one: Artefact) -> bool:
    return one.path.startswith(ARTICLES) and one.path.endswith(".pdf")


def archive(entries: Iterable[batch.Entry], name: str, files: FileStore) -> Response:
    """The files as one ZIP, sent while it is being written."""
    disposition = f"attachment; filename*=UTF-8''{quote(batch.file_name(name))}.zip"
    headers = {"content-disposition": disposition, "x-content-type-options": "nosniff"}
    return StreamingResponse(
        batch.archive(entries, files), media_type="application/zip", headers=headers
    )
