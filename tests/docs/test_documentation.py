"""Whatever outsiders rely on is written down, and what is written down leads somewhere."""

import ast
import importlib
import json
import re
import shutil
from enum import StrEnum
from pathlib import Path

import click
import pytest
import yaml

import flows
import review_api
import schemas
import storage
from flows.assignment.planning import plan
from flows.compilation.compiling import compile_collection
from flows.decision.engine.deciding import decide
from flows.notices.letters import LETTERS
from flows.registry.columns import KINDS
from flows.registry.exporting import EXPORTS
from flows.runtime import environment
from review_api.api.shapes import SubmissionData
from review_api.app import create_app
from review_api.cli.main import COMMANDS, SHARED_MODULES, exit_code
from review_api.deps import SignInNeeded
from review_api.errors import STATUS, status_of
from schemas.assignment_problem import Problem as AssignmentProblem
from schemas.decision_problem import read_problem
from schemas.errors import MarathonError
from schemas.lifecycle import CONSEQUENCES, MOVES
from schemas.manifest import Manifest
from schemas.settings import Settings
from schemas.submission import ConsentKind

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([*DOCS.rglob("*.md"), *ROOT.glob("*.md")])
PACKAGES = (schemas, storage, flows, review_api)
LINK = re.compile(r"(?<!!)\[[^\]]+\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#{1,6} +(.+)$", re.MULTILINE)
CODE = re.compile(r"[a-z_]+")
OF_A_MACHINE = re.compile(r"(?<![\w.])/(?:work|home|root|Users)/|[A-Z]:\\")
# Codes about a file, an article, a criterion or an agreement: documented on pages of their own.
NOT_ERRORS = frozenset({"Criterion", "Rubric", "Gate", "AgreementText", "model_construct"})


def text_of(*parts):
    return DOCS.joinpath(*parts).read_text("utf-8")


def source_files():
    for package in PACKAGES:
        yield from sorted(Path(package.__file__).parent.rglob("*.py"))


def modules_with_words():
    folder = Path(schemas.__file__).parent
    return [importlib.import_module(f"schemas.{path.stem}") for path in folder.glob("[a-z]*.py")]


def closed_lists():
    found = {
        kind
        for module in modules_with_words()
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, StrEnum) and kind is not StrEnum
    }
    return sorted(found, key=lambda kind: kind.__name__)


def commands():
    for name, (module_name, _) in COMMANDS.items():
        module = importlib.import_module(f"review_api.cli.{module_name}")
        command = module.COMMANDS[name] if module_name in SHARED_MODULES else module.command
        yield f"marathon {name}", command
        if isinstance(command, click.Group):
            yield from ((f"marathon {name} {sub}", one) for sub, one in command.commands.items())


def error_codes():
    """Codes that are given to errors where they are raised, and those of error classes."""
    found = {kind.code for kind in subclasses(MarathonError)} | {MarathonError.code}
    for path in source_files():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and name_of(node.func) not in NOT_ERRORS:
                found |= codes_in(node)
    return sorted(found)


def codes_in(call):
    words = [keyword.value for keyword in call.keywords if keyword.arg == "code"]
    # problem(400, "bad_host", …) and answer(request, 422, "wrong_shape", …)
    has_status = any(isinstance(getattr(arg, "value", None), int) for arg in call.args[:2])
    if name_of(call.func) in {"problem", "answer"} and has_status:
        words += call.args[:3]
    values = (word.value for word in words if isinstance(word, ast.Constant))
    return {value for value in values if isinstance(value, str) and CODE.fullmatch(value)}


def name_of(function):
    return getattr(function, "attr", getattr(function, "id", ""))


def subclasses(kind):
    for child in kind.__subclasses__():
        yield child
        yield from subclasses(child)


def deployments():
    return yaml.safe_load((ROOT / "prefect.yaml").read_text("utf-8"))["deployments"]


def rows_of(page):
    return [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in page.splitlines()
        if line.startswith("|")
    ]


def anchor_of(heading):
    words = re.sub(r"[^\w\- ]", "", re.sub(r"`|\[|\]\([^)]*\)", "", heading)).strip().lower()
    return words.replace(" ", "-")


def shape_of(address):
    return re.sub(r"\{\w+(?::\w+)?\}", "{}", address)


@pytest.mark.parametrize(("name", "command"), list(commands()))
def test_every_command_and_option_is_explained(name, command):
    page = text_of("reference", "commands.md")
    assert name in page
    options = [one for one in command.params if isinstance(one, click.Option)]
    for option in (word for one in options for word in one.opts if word != "--help"):
        assert f"`{option}" in page or f" {option}`" in page, option


@pytest.mark.parametrize("field", Settings.model_fields)
def test_every_setting_has_a_row(field):
    assert f"| `MARATHON_{field.upper()}` |" in text_of("operations.md")


def test_settings_that_are_explained_exist():
    named = {word for page in PAGES for word in re.findall(r"MARATHON_[A-Z_]+", page.read_text())}
    assert {name.removeprefix("MARATHON_").lower() for name in named} <= {*Settings.model_fields}


def test_every_variable_given_to_prefect_has_a_row():
    given = environment.prefect_environment(Path("data"), port=1, auth="a:b", database_url="db")
    page = text_of("operations.md")
    assert [name for name in given if f"| `{name}` |" not in page] == []


@pytest.mark.parametrize("kind", MOVES)
def test_every_allowed_move_stands_in_the_table(kind):
    rows = {row[0]: row[2] for row in rows_of(section_about(kind)) if len(row) == 3}
    for status, following in MOVES[kind].items():
        assert set(re.findall(r"`(\w+)`", rows[f"`{status}`"])) == {*following}


def section_about(kind):
    sections = text_of("reference", "statuses.md").split("\n## ")
    return next(one for one in sections if one.lower().startswith(kind))


@pytest.mark.parametrize("kind", closed_lists(), ids=lambda kind: kind.__name__)
def test_every_status_and_code_of_the_domain_is_named(kind):
    page = "".join(path.read_text("utf-8") for path in DOCS.rglob("*.md"))
    assert [value.value for value in kind if f"`{value.value}`" not in page] == []


def test_russian_names_of_statuses_are_those_of_the_pages():
    page = text_of("reference", "statuses.md").casefold()
    for module in modules_with_words():
        for name, names in vars(module).items():
            if name.endswith("_NAMES") and all(isinstance(key, StrEnum) for key in names):
                for code, words in names.items():
                    assert f"| `{code.value}` | {words.casefold()} |" in page


def test_every_consequence_of_a_move_is_listed():
    rows = rows_of(section_about("what follows"))
    for (kind, status), what in CONSEQUENCES.items():
        row = next(row for row in rows if row[:2] == [kind, f"`{status.value}`"])
        assert (what.notice or "–") in row[2]
        assert (what.sweep or "–") in row[3]


@pytest.mark.parametrize(("template", "letter"), LETTERS.items())
def test_every_letter_is_listed(template, letter):
    assert f"| `{template}` | {letter.name} |" in text_of("reference", "statuses.md")


@pytest.mark.parametrize("entry", deployments(), ids=lambda entry: entry["name"])
def test_every_deployment_is_listed_with_its_schedule(entry):
    interval = (entry.get("schedules") or [{}])[0].get("interval")
    when = f"{interval} s" if interval else "on request"
    start = f"| `{entry['name']}` | `{entry['entrypoint']}` | {when} |"
    assert start in text_of("reference", "deployments.md")


def test_every_api_route_is_listed_and_every_listed_route_exists(installation):
    described = create_app(installation).openapi()["paths"]
    routes = {
        f"{method.upper()} {shape_of(path.removeprefix('/api/v1'))}"
        for path, methods in described.items()
        for method in methods
    }
    page = text_of("reference", "api.md")
    listed = {
        f"{method} {shape_of(path)}"
        for method, path in re.findall(r"`(GET|POST|PUT|PATCH|DELETE) (/[^`]*)`", page)
    }
    assert routes - listed == set()
    assert listed - routes <= {"GET /verify/{}", "GET /healthz"}


@pytest.mark.parametrize("code", error_codes())
def test_every_error_code_is_explained(code):
    named = ("errors.md", "extraction-codes.md")
    pages = [*(text_of("reference", name) for name in named), text_of("collection.md")]
    assert any(f"`{code}`" in page for page in pages)


@pytest.mark.parametrize(
    "kind", [kind for kind in STATUS if kind is not SignInNeeded], ids=lambda kind: kind.__name__
)
def test_kinds_of_errors_stand_with_their_status_and_exit_code(kind):
    error = kind("Предложение.")
    row = f"| `{kind.code}` | {kind.__name__} | {status_of(error)} | {exit_code(error)} |"
    assert row in text_of("reference", "errors.md")


@pytest.mark.parametrize("kind", KINDS)
def test_every_column_of_an_import_is_listed(kind):
    page = text_of("reference", "files.md")
    missing = [name for column in KINDS[kind] for name in column.names if name not in page]
    assert missing == []


@pytest.mark.parametrize("kind", EXPORTS)
def test_every_column_of_an_export_is_listed(kind):
    page = " ".join(text_of("reference", "files.md").split())
    assert [name for name in EXPORTS[kind][0] if name not in page] == []


def examples():
    return re.findall(r"```json\n(.*?)```", text_of("reference", "files.md"), re.DOTALL)


def test_example_of_assign_gives_a_full_plan():
    problem = next(one for one in examples() if '"experts"' in one)
    assert plan(AssignmentProblem.model_validate_json(problem)).status == "optimal"


def test_example_of_decide_gives_a_decision():
    problem = next(one for one in examples() if '"reviews": [' in one)
    assert len(decide(read_problem(problem)).submissions) == 1


def test_example_of_compile_gives_a_volume(tmp_path):
    manifest = Manifest.parse(next(one for one in examples() if '"sections"' in one))
    (tmp_path / "works").mkdir()
    shutil.copy(ROOT / "samples" / "marathon" / "files" / "01.docx", tmp_path / "works")
    build = compile_collection(manifest, source=tmp_path, out=tmp_path / "out")
    assert build.articles == 1
    assert "collection.pdf" in build.outputs


def test_example_of_the_api_is_a_material_that_can_be_taken():
    [data] = re.findall(r"-F 'data=(.*?)' \\", text_of("reference", "api.md"), re.DOTALL)
    assert len(SubmissionData.model_validate_json(data).consents) == len(ConsentKind)


def test_example_of_extract_is_a_line_of_json():
    line = next(one for one in examples() if '"rejected"' in one)
    assert json.loads(line)["reason"] == "encrypted"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_inside_the_project_lead_somewhere(page):
    for link in LINK.findall(page.read_text("utf-8")):
        address, _, anchor = link.partition("#")
        if "://" in address or address.startswith("mailto:"):
            continue
        target = (page.parent / address).resolve() if address else page
        assert target.exists(), link
        if anchor:
            headings = HEADING.findall(target.read_text("utf-8"))
            assert anchor in {anchor_of(heading) for heading in headings}, link


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_no_page_speaks_of_somebodys_machine(page):
    assert not OF_A_MACHINE.search(page.read_text("utf-8"))


def test_architecture_fits_into_a_page_and_decisions_into_forty_lines():
    assert len(text_of("architecture.md").splitlines()) < 150
    for record in (DOCS / "decisions").glob("*.md"):
        assert len(record.read_text("utf-8").splitlines()) <= 40, record.name


def test_paths_named_in_the_architecture_exist():
    page = text_of("architecture.md")
    named = {path for path in re.findall(r"`((?:\w+/)+\w+\.py)`", page) if "STAGE" not in path}
    places = [ROOT, ROOT / "flows", ROOT / "review_api"]
    missing = [path for path in named if not any((place / path).exists() for place in places)]
    assert missing == []


def test_every_make_target_is_explained():
    targets = re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    page = text_of("reference", "commands.md")
    assert [name for name in targets if name != "help" and f"`make {name}`" not in page] == []
