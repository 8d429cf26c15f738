"""Whether guides and pictures belong together: nothing named that is not there, nothing unused."""

import re
from collections.abc import Iterator
from pathlib import Path

from docs.pictures.views import VIEWS, files

GUIDES = Path(__file__).parents[1] / "ru"
FOLDER = GUIDES / "pictures"
MOST_BYTES = 2_500_000
PICTURE = re.compile(r"!\[(?P<alt>[^\]]*)\]\(pictures/(?P<name>[^)\s]+)\)")


def named() -> dict[str, list[tuple[str, str]]]:
    """Of each guide the (name, alternative text) of its pictures."""
    return {
        guide.name: [
            (one["name"], one["alt"]) for one in PICTURE.finditer(guide.read_text("utf-8"))
        ]
        for guide in sorted(GUIDES.glob("*.md"))
    }


def differences() -> list[str]:
    """Sentences about what does not fit; empty when all is well."""
    return [*missing(), *unused(), *unknown(), *heavy()]


def missing() -> Iterator[str]:
    for guide, pictures in named().items():
        for name, alt in pictures:
            if not (FOLDER / name).exists():
                yield f"{guide} names {name}, which does not exist."
            if not alt.strip():
                yield f"{guide}: {name} has no words for those who cannot see it."


def unused() -> Iterator[str]:
    """A view is used when a guide shows it at one of its widths."""
    shown = {name for pictures in named().values() for name, _ in pictures}
    for view in VIEWS:
        if not shown & {*files(view)}:
            yield f"No guide shows {view.name}."


def unknown() -> Iterator[str]:
    expected = {name for view in VIEWS for name in files(view)}
    found = {file.name for file in FOLDER.glob("*")}
    yield from (f"Nobody takes {name}; remove it." for name in sorted(found - expected))
    yield from (f"{name} is not taken yet: make docs." for name in sorted(expected - found))


def heavy() -> Iterator[str]:
    total = sum(file.stat().st_size for file in FOLDER.glob("*"))
    if total > MOST_BYTES:
        yield f"The pictures weigh {total} bytes together, more than {MOST_BYTES}."
