"""``marathon compile``: the collection from a manifest and files, without database or Prefect."""

import sys
from pathlib import Path

import click

from schemas.errors import BadInput


@click.command("compile")
@click.argument("manifest", type=click.Path(path_type=Path))
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    help="Папка для готового сборника / folder for the finished collection",
)
@click.option(
    "--cache",
    type=click.Path(path_type=Path, file_okay=False),
    help="Где хранить свёрстанные статьи / where set articles are kept "
    "(default: ~/.cache/teaching-marathon)",
)
def command(manifest: Path, out: Path, cache: Path | None) -> None:
    """Собрать сборник (PDF, EPUB, сайт, метаданные) / compile the collection.

    MANIFEST is a JSON file; articles lie beside it. Exit code 2 and one line on standard error
    mean that the manifest cannot be used as it is.
    """
    from flows.compilation.compiling import compile_collection, silent
    from flows.compilation.sources import open_manifest

    try:
        build = compile_collection(
            open_manifest(manifest),
            source=manifest.absolute().parent,
            out=out,
            progress=_say if sys.stderr.isatty() else silent,
            cache=cache or _own_cache(),
        )
    except BadInput as wrong:
        click.echo(wrong.sentence, err=True)
        sys.exit(2)
    for problem in build.problems:
        click.echo(f"«{problem.title}» ({problem.file}): {problem.sentence}", err=True)
    click.echo(str(out / "collection.pdf"))


def _own_cache() -> Path | None:
    """The user's own folder; none for an account without a home."""
    try:
        return Path.home() / ".cache" / "teaching-marathon"
    except RuntimeError:
        return None


def _say(share: float, message: str) -> None:
    click.echo(f"{share:4.0%} {message}", err=True)
