"""Small wrong changes of a module, one at a time: what a test of its rules ought to notice.

Beside the bodies of functions this changes what decides here and other tools leave alone: tables,
properties and lambdas of a module. Sentences for people and names of statuses stay as they are.
"""

import ast
from collections import Counter
from collections.abc import Callable, Iterator
from typing import NamedTuple

UNREAD = {"annotation", "returns", "decorator_list", "bases", "ctx", "type_params"}
ALIAS = (ast.Subscript, ast.Name, ast.Attribute, ast.BinOp)  # of a type, beside a class or function
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
GONE = (ast.Raise, ast.Continue, ast.Break, ast.AugAssign)
OTHER_OPERATOR = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
    ast.BitXor: ast.BitAnd,
    ast.MatMult: ast.Mult,
}
OTHER_NAME = {"min": "max", "max": "min", "any": "all", "all": "any", "sorted": "list"}
TIDYING = {"strip", "casefold", "lower", "upper", "clip"}  # methods that give their own thing back


class Mutant(NamedTuple):
    """``place`` is a name like ``Tally.passed``; ``change`` tells it from others of the place."""

    place: str
    change: str
    line: int


class Edit(NamedTuple):
    """Puts ``new`` where ``old`` stands in a field of ``parent``."""

    parent: ast.AST
    field: str
    position: int | None
    old: ast.AST
    new: ast.AST
    words: str

    def put(self, node: ast.AST) -> None:
        if self.position is None:
            setattr(self.parent, self.field, node)
        else:
            getattr(self.parent, self.field)[self.position] = node


def mutants(source: str) -> list[Mutant]:
    return [mutant for mutant, _ in mutated(ast.parse(source))]


def mutated(tree: ast.Module) -> Iterator[tuple[Mutant, ast.Module]]:
    """Every mutant with the tree, which is changed only until the next one is asked for."""
    met: Counter[tuple[str, str]] = Counter()
    for place, edit in list(_edits(tree, "")):
        met[place, edit.words] += 1
        times = met[place, edit.words]
        words = edit.words if times == 1 else f"{edit.words} ({times})"
        ast.copy_location(edit.new, edit.old)
        edit.put(ast.fix_missing_locations(edit.new))
        yield Mutant(place, words, getattr(edit.old, "lineno", 0)), tree
        edit.put(edit.old)


def _edits(parent: ast.AST, place: str) -> Iterator[tuple[str, Edit]]:
    for field, position, node in _children(parent):
        if not _is_read(parent, field, node):
            continue
        for new, words in _changes(parent, field, node, in_function="()" in place):
            yield _shown(place), Edit(parent, field, position, node, new, words)
        yield from _edits(node, _inside(place, node))


def _children(parent: ast.AST) -> Iterator[tuple[str, int | None, ast.AST]]:
    for field, value in ast.iter_fields(parent):
        if field in UNREAD:
            continue
        if isinstance(value, ast.AST):
            yield field, None, value
        elif isinstance(value, list):
            nodes = enumerate(value)
            yield from ((field, number, one) for number, one in nodes if isinstance(one, ast.AST))


def _inside(place: str, node: ast.AST) -> str:
    if isinstance(node, ast.ClassDef):
        return f"{place}{node.name}."
    if isinstance(node, FUNCTIONS):
        return f"{place}{node.name}()."
    if isinstance(node, ast.Assign) and not place and isinstance(node.targets[0], ast.Name):
        return f"{node.targets[0].id}."
    if isinstance(node, ast.AnnAssign) and not place and isinstance(node.target, ast.Name):
        return f"{node.target.id}."
    return place


def _shown(place: str) -> str:
    return place.replace("()", "").rstrip(".")


def _is_read(parent: ast.AST, field: str, node: ast.AST) -> bool:
    """Not imports, docstrings, aliases of types, texts with names in them, values of an enumeration."""
    if isinstance(node, ast.Import | ast.ImportFrom | ast.JoinedStr):
        return False
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return False
    if isinstance(parent, ast.Module) and isinstance(node, ast.Assign):
        return not (isinstance(node.value, ALIAS) and _names_a_type(node))
    return not (isinstance(node, ast.ClassDef) and _is_enumeration(node))


def _names_a_type(node: ast.Assign) -> bool:
    target = node.targets[0]
    return isinstance(target, ast.Name) and not target.id.isupper()


def _is_enumeration(node: ast.ClassDef) -> bool:
    return any("Enum" in ast.unparse(base) for base in node.bases)


def _changes(
    parent: ast.AST, field: str, node: ast.AST, *, in_function: bool
) -> Iterator[tuple[ast.AST, str]]:
    if field in {"test", "ifs"} and not isinstance(parent, ast.Assert):
        yield from _decided(parent, node)
    for kind, change in CHANGES:
        if isinstance(node, kind):
            for new in change(node):
                yield new, f"{_text(node)} -> {_text(new)}"
    if isinstance(node, ast.Set) or not in_function:
        yield from _without(node)


def _text(node: ast.AST) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= 120 else f"{text[:80]} ... {text[-35:]}"


def _decided(parent: ast.AST, test: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    """The condition is not asked; a loop is at least left."""
    endless = isinstance(parent, ast.While)
    answers = (False,) if endless else (True, False)
    for answer in answers[: 1 if isinstance(parent, ast.comprehension) else 2]:
        yield ast.Constant(answer), f"if {_text(test)} -> if {answer}"


def _other_operator(node: ast.BinOp | ast.AugAssign) -> Iterator[ast.AST]:
    changed = _with(node, op=OTHER_OPERATOR[type(node.op)]())
    yield changed


def _compared(node: ast.Compare) -> Iterator[ast.AST]:
    for place, operator in enumerate(node.ops):
        ops = [*node.ops]
        ops[place] = OTHER_OPERATOR[type(operator)]()
        yield _with(node, ops=ops)


def _joined(node: ast.BoolOp) -> Iterator[ast.AST]:
    """The other joint, and every operand left out."""
    yield _with(node, op=OTHER_OPERATOR[type(node.op)]())
    for place in range(len(node.values)):
        kept = [*node.values[:place], *node.values[place + 1 :]]
        yield kept[0] if len(kept) == 1 else _with(node, values=kept)


def _constant(node: ast.Constant) -> Iterator[ast.AST]:
    value = node.value
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, int | float):
        yield ast.Constant(value + 1)
    elif isinstance(value, str) and value.isascii():
        yield ast.Constant(f"XX{value}")


def _returned(node: ast.Return) -> Iterator[ast.AST]:
    if not (node.value is None or isinstance(node.value, ast.Constant)):
        yield ast.Return(ast.Constant(None))


def _called(node: ast.Call) -> Iterator[ast.AST]:
    if isinstance(node.func, ast.Name) and node.func.id in OTHER_NAME:
        yield _with(node, func=ast.Name(OTHER_NAME[node.func.id], ast.Load()))
        if node.func.id in {"min", "max"} and not node.keywords:
            yield from node.args[:2] if len(node.args) > 1 else ()
    if isinstance(node.func, ast.Attribute) and node.func.attr in TIDYING:
        yield node.func.value


def _gone(node: ast.stmt) -> Iterator[ast.AST]:
    bare = isinstance(node, ast.Expr) and not isinstance(node.value, ast.Constant)
    stored = isinstance(node, ast.Assign) and not isinstance(node.targets[0], ast.Name | ast.Tuple)
    if bare or stored or isinstance(node, GONE):
        yield ast.Pass()


CHANGES: tuple[tuple[type[ast.AST], Callable[..., Iterator[ast.AST]]], ...] = (
    (ast.BinOp, _other_operator),
    (ast.AugAssign, _other_operator),
    (ast.Compare, _compared),
    (ast.BoolOp, _joined),
    (ast.UnaryOp, lambda node: iter([node.operand])),
    (ast.Constant, _constant),
    (ast.Return, _returned),
    (ast.Call, _called),
    (ast.stmt, _gone),
)


def _without(node: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    """Every entry of a table left out."""
    if isinstance(node, ast.Set | ast.Tuple | ast.List):
        for place, entry in enumerate(node.elts):
            rest = [*node.elts[:place], *node.elts[place + 1 :]]
            new = _with(node, elts=rest) if rest or not isinstance(node, ast.Set) else _empty_set()
            yield new, f"without {_text(entry)}"
    elif isinstance(node, ast.Dict):
        for place, key in enumerate(node.keys):
            keys = [*node.keys[:place], *node.keys[place + 1 :]]
            values = [*node.values[:place], *node.values[place + 1 :]]
            yield ast.Dict(keys, values), f"without {_text(key) if key else '**'}"
    elif isinstance(node, ast.Call):
        for place, word in enumerate(node.keywords):
            rest = [*node.keywords[:place], *node.keywords[place + 1 :]]
            yield _with(node, keywords=rest), f"without {_text(word)} in {_text(node.func)}"


def _empty_set() -> ast.AST:
    return ast.Call(ast.Name("set", ast.Load()), [], [])


def _with(node: ast.AST, **fields: object) -> ast.AST:
    return type(node)(**{**dict(ast.iter_fields(node)), **fields})
