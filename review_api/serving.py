"""How kept files leave the installation: never as something a browser would run."""

from pathlib import Path

from starlette.responses import FileResponse, Response

SANDBOX = "sandbox; default-src 'none'"
UNKNOWN = "application/octet-stream"
HEADERS = {
    "content-security-policy": SANDBOX,
    "x-content-type-options": "nosniff",
    "cross-origin-resource-policy": "same-origin",
}


def attachment(path: Path, name: str, *, media_type: str = UNKNOWN) -> Response:
    """A file to be saved under ``name``; what people sent is never opened on our pages."""
    return FileResponse(path, media_type=media_type, filename=name, headers=HEADERS)


def picture(path: Path, *, media_type: str = "image/webp") -> Response:
    """A picture that we have drawn ourselves, shown on a page."""
    return FileResponse(path, media_type=media_type, headers=HEADERS)
