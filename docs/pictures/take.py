"""Takes every picture of the guides anew: ``python -m docs.pictures.take`` (``make docs``).

The sample season is played in a temporary folder; at each of its moments the views of that
moment are taken at both widths into ``docs/ru/pictures``. Then guides and pictures are compared.
"""

import tempfile
from collections.abc import Sequence
from pathlib import Path

import click
from playwright.sync_api import Browser

from docs.pictures import camera
from docs.pictures.belonging import FOLDER, differences
from docs.pictures.season import IllustratedSeason, people
from docs.pictures.site import serving, sign_in, stages_are_done
from docs.pictures.views import VIEWS, WIDTHS, Moment, View, Who, files


class Photographer:
    """Takes the views of a moment with the eyes of their people."""

    def __init__(self, browser: Browser, wanted: Sequence[View], folder: Path) -> None:
        self.browser = browser
        self.wanted = wanted
        self.folder = folder
        self.secrets: dict[Who, str] = {Who.NOBODY: ""}

    def look(self, season: IllustratedSeason, moment: Moment) -> None:
        for view in self.wanted:
            if view.moment is moment:
                self.take(season, view)

    def take(self, season: IllustratedSeason, view: View) -> None:
        address = season.base_url + view.address.format_map(season.things)
        secret = self.secret_of(season, view.who)
        for width, name in zip(WIDTHS, files(view), strict=True):
            height = camera.PHONE_HEIGHT if width == camera.PHONE else view.height
            with camera.tab(
                self.browser, season.base_url, secret, width=width, height=height
            ) as page:
                camera.settled(page, address, view.at)
                size = camera.keep(page.screenshot(), self.folder / name)
            click.echo(f"    {name} {size // 1000} kB")

    def secret_of(self, season: IllustratedSeason, who: Who) -> str:
        if who not in self.secrets:
            self.secrets[who] = sign_in(season.installation, people(season)[who])
        return self.secrets[who]


def take_all(wanted: Sequence[View], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as data,
        serving(Path(data)) as (installation, address),
        stages_are_done(installation),
        camera.started() as browser,
    ):
        photographer = Photographer(browser, wanted, folder)
        season = IllustratedSeason(installation, address, click.echo, photographer.look)
        season.play()
        for caller in season.callers.values():
            caller.client.close()


def remove_strangers(folder: Path) -> None:
    """Pictures no view takes any more."""
    named = {name for view in VIEWS for name in files(view)}
    for file in folder.glob("*.webp"):
        if file.name not in named:
            file.unlink()


@click.command()
@click.argument("names", nargs=-1)
def main(names: tuple[str, ...]) -> None:
    """Take the named views, or all."""
    wanted = [view for view in VIEWS if not names or view.name in names]
    take_all(wanted, FOLDER)
    remove_strangers(FOLDER)
    problems = differences()
    for problem in problems:
        click.echo(problem, err=True)
    raise SystemExit(bool(problems))


if __name__ == "__main__":
    main()
