"""``marathon bench``: the project's own measurements, side by side with plain methods."""

import importlib
import json
from collections.abc import Mapping
from pathlib import Path

import click

BENCHES: Mapping[str, str] = {
    "assign": "flows.assignment.bench.measuring",
    "decide": "flows.decision.bench",
    "extract": "flows.documents.bench",
    "compile": "flows.compilation.bench",
    "web": "review_api.bench",
}


@click.command("bench")
@click.argument("names", nargs=-1, type=click.Choice(list(BENCHES)))
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("bench.json"),
    help="Куда записать JSON / where to write JSON",
)
def command(names: tuple[str, ...], out: Path) -> None:
    """Замеры: отношения к другим способам в одном прогоне. / Ratios in one run."""
    results = {}
    for name in names or tuple(BENCHES):
        click.echo(f"{name}…", err=True)
        results[name] = importlib.import_module(BENCHES[name]).run()
        click.echo(json.dumps({name: results[name]}, ensure_ascii=False, indent=2))
    out.write_text(json.dumps(results, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
