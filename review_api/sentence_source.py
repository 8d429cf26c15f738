"""Which Russian sentences the Python code can make: string literals and f-strings, read from its tree.

An f-string becomes a sentence with named gaps, «Работа «{title}» отправлена.»; a call of a plural
function becomes its forms joined by «|». ``python -m review_api.sentence_source`` brings the
catalogue ``sentences.po`` up to date and says what has no English yet.
"""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGES = ("schemas", "storage", "flows", "review_api")
CYRILLIC = re.compile(r"[А-Яа-яЁё]")
SEARCHED = re.compile(
    r"\\[bdsS]|\(\?|\[[^\]]*[А-Яа-яЁё]-[А-Яа-яЁё]|&state=|MMMM|^(?: |\{nbsp\})г\.$"
)
"""What only patterns of search and queries hold."""
LETTERS = frozenset("аеёя")
"""Endings and letters made one; other single letters are words or units."""
# What no page shows in another language, and why.
RUSSIAN_ONLY: Mapping[str, str] = {
    "storage/migrations": "the history of the database",
    "flows/compilation/bench_": "data of a measurement",
    "flows/compilation/synthetic.py": "texts of a sample volume",
    "flows/compilation/book/previews.py": "texts of a sample article",
    "flows/compilation/book/covers.py": "words of the volume",
    "flows/compilation/renditions/markup.py": "words of the volume",
    "flows/compilation/renditions/site.py": "pages of the volume",
    "flows/compilation/renditions/epub.py": "words of the volume",
    "flows/compilation/descriptions/metadata.py": "words of the volume",
    "flows/compilation/descriptions/citation.py": "words of the volume",
    "flows/compilation/renditions/docx_runs.py": "words of the volume",
    "flows/compilation/renditions/page_breaks.py": "words of the volume",
    "flows/compilation/renditions/docx_writer.py": "words of the volume",
    "flows/compilation/renditions/edition_facts.py": "words of the volume",
    "flows/compilation/corrections.py": "words of the volume",
    "flows/compilation/renditions/indexes.py": "words of the volume",
    "flows/compilation/renditions/manuscript.py": "words of the volume",
    "flows/compilation/descriptions/oai_dc.py": "words of the volume",
    "flows/compilation/renditions/page_metadata.py": "words of the volume",
    "flows/compilation/renditions/searching.py": "endings of Russian words",
    "review_api/oai.py": "answers to the programs of libraries",
    "review_api/pages/public/harvesting.py": "answers to the programs of libraries",
    "flows/council/docx.py": "words of the protocol, an official document",
    "flows/council/render.py": "words of the protocol, an official document",
    "flows/council/agenda.py": "words of the protocol, an official document",
    "flows/analytics/report.py": "words of the report, an official document",
    "flows/analytics/wordings.py": "words of the report, an official document",
    "flows/analytics/workbook.py": "words of the workbook, an official document",
    "flows/assignment/affinity/wording.py": "endings of Russian words",
    "flows/decision/screening/comments.py": "endings of Russian words",
    "schemas/alphabets.py": "letters of two alphabets",
    "flows/documents/preflight/latin_names.py": "letters of two alphabets",
    "flows/documents/cities.py": "names with their English beside them",
    "flows/documents/bench": "data of a measurement",
    "flows/documents/parsing/captions.py": "words looked for in files",
    "flows/documents/preflight/children.py": "words looked for in files",
    "flows/documents/preflight/contacts.py": "words looked for in files",
    "flows/documents/preflight/fingerprints.py": "words looked for in files",
    "flows/documents/preflight/given_names.py": "words looked for in files",
    "flows/documents/preflight/parts.py": "words looked for in files",
    "flows/documents/preflight/people.py": "words looked for in files",
    "flows/documents/parsing/hyphens.py": "words looked for in files",
    "flows/documents/parsing/pdf_margins.py": "words looked for in files",
    "flows/documents/printing/layout.py": "words looked for in files",
    "flows/documents/preflight/names.py": "endings of Russian words",
    "flows/documents/parsing/pdf_structure.py": "words looked for in files",
    "flows/documents/declension.py": "endings of Russian words",
    "flows/documents/family_names.py": "endings of Russian words",
    "flows/accounts/personal_data.py": "a file of what is kept about a person",
    "flows/accounts/common_passwords.py": "words looked for in passwords",
    "flows/notices/calendar_entry.py": "words of letters, which have their own English",
    "flows/notices/english": "words of letters, which have their own English",
    "flows/notices/letter": "words of letters, which have their own English",
    "flows/notices/texts": "words of letters, which have their own English",
    "flows/notices/words.py": "words of letters, which have their own English",
    "flows/programme/render.py": "words of the printed programme",
    "flows/programme/docx.py": "words of the printed programme",
    "flows/certificates/viewing.py": "words of certificates, which have their own English",
    "flows/certificates/batch.py": "names of files",
    "flows/documents/printing/participation.py": "words of the protocol, an official document",
    "flows/documents/wording.py": "rules of Russian print",
    "flows/registry/columns.py": "headings looked for in tables of people",
    "flows/registry/exporting.py": "headings of exported tables",
    "review_api/bench": "a command",
    "review_api/cli/": "commands",
    "review_api/demo": "sample data",
    "review_api/list_bench": "a command",
    "review_api/many_works": "made-up data of a measurement",
    "review_api/many_works.py": "made-up data",
    "review_api/rehearsal": "a command and its made-up data",
    "review_api/supervisor.py": "a command",
    "review_api/sentence": "this very machinery",
    "schemas/person_names.py": "endings of Russian words",
    "storage/repositories/people.py": "letters made one",
    "schemas/places.py": "words looked for in names of places",
}
SHOWN_TOO = frozenset({"review_api/cli/checks.py", "review_api/cli/sandbox_check.py"})
"""What the administrator's page shows of a command."""
LETTERS_OF_PEOPLE = "flows/notices/texts"
STEMS = ("schemas/specialisations.py",)
"""Modules whose words without a capital are beginnings of words looked for in texts."""
NAMED = frozenset({"Letter", "PracticeFormat"})
PLURALS = frozenset({"counted", "plural"})
FORMS = 3
TRANSPARENT = frozenset({"str", "round", "len", "join", "capitalize", "lower", "strip"})


def sentences(root: Path = ROOT) -> dict[str, list[str]]:
    """Every sentence with the files that make it."""
    found: dict[str, list[str]] = {}
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*.py")):
            name = path.relative_to(root).as_posix()
            for sentence in shown_from(name, path.read_text("utf-8")):
                places = found.setdefault(sentence, [])
                places += [] if name in places else [name]
    return found


def shown_from(name: str, source: str) -> Iterator[str]:
    """Sentences of the module ``name`` without those no page shows and words it only looks for."""
    if name.startswith((LETTERS_OF_PEOPLE, *STEMS)):
        yield from names_given(source)
    if name.startswith(tuple(RUSSIAN_ONLY)) and name not in SHOWN_TOO:
        return
    for sentence in sentences_in(source):
        if name not in STEMS or sentence[0].isupper():
            yield sentence


def names_given(source: str) -> Iterator[str]:
    """What people call each letter and each form of a practice: ``Letter(name=…)``."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and _called(node) in NAMED:
            yield from (
                str(one.value.value)
                for one in node.keywords
                if one.arg == "name" and isinstance(one.value, ast.Constant)
            )


def sentences_in(source: str) -> Iterator[str]:
    """Sentences of one module: docstrings, patterns of search and pieces of f-strings are not."""
    tree = ast.parse(source)
    passed = set(_passed_over(tree))
    for node in ast.walk(tree):
        if id(node) in passed:
            continue
        sentence = _sentence(node)
        if CYRILLIC.search(sentence) and not _only_looked_for(sentence):
            yield sentence


def _only_looked_for(sentence: str) -> bool:
    return sentence.casefold() in LETTERS or bool(SEARCHED.search(sentence))


def _sentence(node: ast.AST) -> str:
    if isinstance(node, ast.Call):
        return "|".join(_forms(node))
    if isinstance(node, ast.JoinedStr):
        return with_gaps(node)
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return ""


def _passed_over(tree: ast.AST) -> Iterator[int]:
    for node in ast.walk(tree):
        yield from (id(part) for part in _parts_passed_over(node))


def _parts_passed_over(node: ast.AST) -> Iterable[ast.AST]:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return (node.value,)
    if isinstance(node, ast.JoinedStr):
        return node.values
    if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("re."):
        return ast.walk(node)
    if isinstance(node, ast.Call) and _forms(node):
        return node.args[-FORMS:]
    return ()


def _forms(call: ast.Call) -> list[str]:
    """The three plural forms a call names, none when it is no call of a plural."""
    last = [one.value for one in call.args[-FORMS:] if isinstance(one, ast.Constant)]
    able = _called(call) in PLURALS and len(last) == FORMS
    return [str(one) for one in last] if able else []


def _called(call: ast.Call) -> str:
    return getattr(call.func, "attr", getattr(call.func, "id", ""))


def with_gaps(joined: ast.JoinedStr) -> str:
    """The f-string with each value replaced by a gap named after it: ``{title}``, ``{title2}``."""
    taken: dict[str, int] = {}
    written = []
    for part in joined.values:
        if isinstance(part, ast.FormattedValue):
            name = gap_name(part.value)
            taken[name] = taken.get(name, 0) + 1
            written.append("{" + (f"{name}{taken[name]}" if taken[name] > 1 else name) + "}")
        elif isinstance(part, ast.Constant):
            written.append(str(part.value))
    return "".join(written)


def gap_name(value: ast.AST) -> str:  # noqa: PLR0911  (a table of shapes)
    """What a person would call the value: the last name of what computes it."""
    match value:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name.lower().strip("_")
        case ast.Call(args=[inner, *_]) if _called(value) in TRANSPARENT:
            return gap_name(inner)
        case ast.Call():
            return _called(value).lower().strip("_") or "value"
        case ast.Subscript(value=inner) | ast.BinOp(left=inner) | ast.Await(value=inner):
            return gap_name(inner)
        case ast.BoolOp(values=[inner, *_]):
            return gap_name(inner)
        case ast.GeneratorExp(elt=inner) | ast.ListComp(elt=inner):
            return gap_name(inner)
    return "value"
