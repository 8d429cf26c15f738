"""Problems and results as files: the only module of the engine that reads a disk."""

import json
import zipfile
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from pydantic import ValidationError

from flows.assignment.affinity_arrays import AffinityArrays
from schemas.assignment_problem import Problem, Result
from schemas.base import Schema
from schemas.errors import BadInput

Shape = TypeVar("Shape", bound=Schema)
_SENTENCES = {
    "extra_forbidden": "неизвестный ключ",
    "missing": "не хватает обязательного ключа",
}


def load_problem(path: Path) -> tuple[Problem, AffinityArrays | None]:
    """The problem of a JSON file and the arrays of its ``affinity_file`` (beside it), if any."""
    problem = _load(path, Problem)
    if problem.affinity_file is None:
        return problem, None
    return problem, load_affinity(path.parent / problem.affinity_file, problem)


def load_result(path: Path) -> Result:
    return _load(path, Result)


def _load(path: Path, shape: type[Shape]) -> Shape:
    try:
        return shape.model_validate(json.loads(path.read_bytes()))
    except FileNotFoundError:
        raise BadInput(f"Файл не найден: {path}.") from None
    except OSError as error:
        raise BadInput(f"Файл не читается: {path} ({error.strerror}).") from None
    except (ValueError, RecursionError) as error:
        raise BadInput(_sentence(path, error)) from None


def _sentence(path: Path, error: ValueError | RecursionError) -> str:
    if not isinstance(error, ValidationError):
        return f"Файл {path.name} — не JSON в кодировке UTF-8: {error}."
    first: Any = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"]) or "весь файл"
    what = _SENTENCES.get(first["type"], f"значение не подходит ({first['msg']})")
    more = error.error_count() - 1
    tail = f" Ещё ошибок: {more}." if more else ""
    return f"Файл {path.name}: {what} «{where}».{tail}"


def load_affinity(path: Path, problem: Problem) -> AffinityArrays:
    """Arrays ``row``, ``column`` (key ``col``) and ``value`` of an npz file, checked."""
    try:
        with np.load(path, allow_pickle=False) as arrays:
            row, column, value = (arrays[name].ravel() for name in ("row", "col", "value"))
    except FileNotFoundError:
        raise BadInput(f"Файл близости не найден: {path}.") from None
    except KeyError as error:
        raise BadInput(f"В файле близости {path.name} нет массива {error}.") from None
    except (OSError, ValueError, EOFError, AttributeError, zipfile.BadZipFile):
        raise BadInput(f"Файл близости {path.name} — не npz с массивами чисел.") from None
    _check_arrays(path.name, (row, column, value), problem)
    return AffinityArrays(row.astype(np.int64), column.astype(np.int64), value.astype(np.float64))


def _check_arrays(name: str, arrays: tuple[Any, Any, Any], problem: Problem) -> None:
    row, column, value = arrays
    if not len(row) == len(column) == len(value):
        raise BadInput(f"В файле близости {name} массивы row, col и value разной длины.")
    if row.dtype.kind not in "iu" or column.dtype.kind not in "iu" or value.dtype.kind not in "fiu":
        raise BadInput(f"В файле близости {name} row и col должны быть целыми, value — числами.")
    sizes = {"row": (row, len(problem.submissions)), "col": (column, len(problem.experts))}
    for word, (positions, size) in sizes.items():
        if len(positions) and not (positions.min() >= 0 and positions.max() < size):
            raise BadInput(f"В файле близости {name} позиции {word} выходят за список.")
    if not ((value >= 0) & (value <= 1)).all():
        raise BadInput(f"В файле близости {name} есть значения вне промежутка от 0 до 1.")
    codes = row.astype(np.int64) * max(1, len(problem.experts)) + column.astype(np.int64)
    if len(np.unique(codes)) < len(codes):
        raise BadInput(f"В файле близости {name} одна пара указана дважды.")


def save_result(path: Path, result: Result) -> None:
    text = json.dumps(result.model_dump(mode="json"), ensure_ascii=False, indent=1)
    try:
        path.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise BadInput(f"Не удаётся записать {path}: {error.strerror}.") from None
