"""``marathon bench``: the project's own measurements, side by side with plain methods."""

import importlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from review_api.bench.sizes import SCENES

BENCHES: Mapping[str, str] = {
    "assign": "flows.assignment.bench.measuring",
    "decide": "flows.decision.bench.contest",
    "extract": "flows.documents.bench",
    "compile": "flows.compilation.bench",
    "web": "review_api.bench.measuring",
    "lists": "review_api.list_bench",
    "season": "review_api.rehearsal.season",
}
WEB = ("seconds", "only", "database_url")
SEASON = ("works", "experts", "checked", "printed", "entered", "until", "database_url")
STAGES = (
    *("settle", "check", "fill", "assign", "invite", "letters", "review", "collect", "decide"),
    *("confirm", "programme", "compile", "certificates", "report"),
)


@click.command("bench")
@click.argument("names", nargs=-1, type=click.Choice(list(BENCHES)))
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("bench.json"),
    help="Куда записать JSON / where to write JSON",
)
@click.option(
    "--large",
    is_flag=True,
    help="assign: ещё 5 000 × 2 000 и 20 000 × 6 000, только наш способ; decide: ещё 20 000 × 6 000;"
    " compile: 300 статей; web: полчаса загрузок, 10 000 файлов"
    " / larger problems, assign: ours alone; web: half an hour of uploads",
)
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=120,
    show_default=True,
    help="assign: секунд на один способ / seconds for one method",
)
@click.option(
    "--replications",
    type=click.IntRange(min=2),
    default=200,
    show_default=True,
    help="decide: сколько марафонов каждого рода / simulated marathons of each kind",
)
@click.option(
    "--hotcrp",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    envvar="HOTCRP_FLOW",
    help="assign: lib/mincostmaxflow.php из HotCRP / of a HotCRP checkout",
)
@click.option(
    "--works",
    type=click.IntRange(min=10),
    default=500,
    show_default=True,
    help="season: сколько работ / works",
)
@click.option(
    "--experts",
    type=click.IntRange(min=9),
    default=200,
    show_default=True,
    help="season: сколько экспертов / experts",
)
@click.option(
    "--checked",
    type=click.IntRange(min=1),
    default=40,
    show_default=True,
    help="season: сколько файлов прочитать на самом деле / files really read",
)
@click.option(
    "--printed",
    type=click.IntRange(min=1),
    default=100,
    show_default=True,
    help="season: сколько работ можно печатать / works that may be printed",
)
@click.option(
    "--entered",
    type=click.IntRange(min=0),
    default=200,
    show_default=True,
    help="season: сколько экспертиз внести по одной, остальные сразу / reviews entered one by one",
)
@click.option(
    "--until",
    type=click.Choice(STAGES),
    default=STAGES[-1],
    show_default=True,
    help="season: последний этап / the last stage",
)
@click.option(
    "--database-url",
    default="",
    help="season, web: пустая база PostgreSQL вместо своей / an empty PostgreSQL database",
)
@click.option(
    "--seconds",
    type=click.FloatRange(min=1),
    help="web: сколько длится каждая сцена последнего дня / length of every scene",
)
@click.option(
    "--only",
    multiple=True,
    type=click.Choice(SCENES),
    help="web: только эти сцены последнего дня / only these scenes of deadline day",
)
def command(
    names: tuple[str, ...],
    out: Path,
    limit: int,
    replications: int,
    hotcrp: Path | None,
    *,
    large: bool,
    **own: Any,  # noqa: ANN401  (options of one bench or two, by name)
) -> None:
    """Замеры: отношения к другим способам в одном прогоне. / Ratios in one run."""
    library = None if hotcrp is None else str(hotcrp)
    options: dict[str, dict[str, Any]] = {
        "assign": {"large": large, "limit": limit, "hotcrp": library},
        "decide": {"large": large, "replications": replications},
        "compile": {"large": large},
        "web": {"large": large, **{name: own[name] for name in WEB}},
        "season": {name: own[name] for name in SEASON},
    }
    results = {}
    for name in names or tuple(BENCHES):
        click.echo(f"{name}…", err=True)
        results[name] = importlib.import_module(BENCHES[name]).run(**options.get(name, {}))
        click.echo(json.dumps({name: results[name]}, ensure_ascii=False, indent=2))
    out.write_text(json.dumps(results, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
