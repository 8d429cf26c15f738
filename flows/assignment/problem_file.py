"""Problems and results as files: the only module of the engine that reads a disk."""

import json
import zipfile
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from pydantic import ValidationError

from flows.assignment.affinity_arrays import Affinity, AffinityArrays, AffinityMatrix, Whole
from flows.assignment.matrix_file import holds_matrix, open_matrix
from schemas.assignment_problem import Problem, Result
from schemas.base import Schema
from schemas.errors import BadInput

Shape = TypeVar("Shape", bound=Schema)
_SENTENCES = {
    "extra_forbidden": "неизвестный ключ",
    "missing": "не хватает обязательного ключа",
    "int_type": "нужно целое число",
    "int_parsing": "нужно целое число",
    "int_from_float": "нужно целое число",
    "int_parsing_size": "число слишком велико",
    "float_type": "нужно число",
    "float_parsing": "нужно число",
    "finite_number": "нужно обычное число",
    "string_type": "нужна строка",
    "bool_type": "нужно true или false",
    "bool_parsing": "нужно true или false",
    "tuple_type": "нужен список",
    "dict_type": "нужен объект в фигурных скобках",
    "model_type": "нужен объект в фигурных скобках",
    "model_attributes_type": "нужен объект в фигурных скобках",
    "literal_error": "такого значения нет, смотрите описание ключа",
    "too_long": "в строке списка слишком много значений",
    "too_short": "в списке слишком мало значений",
}
PLACES = "affinity", "conflicts", "fixed", "forbidden", "kept", "same_place"


def load_problem(path: Path) -> tuple[Problem, Affinity | None]:
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
        return f"Файл {path.name} — не JSON в кодировке UTF-8{_spot(error)}."
    first: Any = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"]) or "весь файл"
    short = first["type"] == "missing" and first["loc"][:1] in {(name,) for name in PLACES}
    what = "too_short" if short else first["type"]
    said = str(first.get("ctx", {}).get("error", first["msg"]))
    what = _SENTENCES.get(what, f"значение не подходит ({said})")
    more = error.error_count() - 1
    tail = f" Ещё ошибок: {more}." if more else ""
    return f"Файл {path.name}: {what} «{where}».{tail}"


def _spot(error: Exception) -> str:
    """Where the text stops being JSON."""
    if not isinstance(error, json.JSONDecodeError):
        return ""
    return f": строка {error.lineno}, знак {error.colno}"


def load_affinity(path: Path, problem: Problem) -> Affinity:
    """An npy of works x experts, or an npz with ``matrix`` or with ``row``, ``col`` and ``value``.

    Matrices hold 0..1 or NaN for "not listed" and are read in blocks, so they may be of any size.
    """
    try:
        if holds_matrix(path):
            return _matrix(path, problem)
        with np.load(path, allow_pickle=False) as arrays:
            row, column, value = (arrays[name].ravel() for name in ("row", "col", "value"))
    except FileNotFoundError:
        raise BadInput(f"Файл близости не найден: {path}.") from None
    except KeyError as error:
        raise BadInput(f"В файле близости {path.name} нет массива {error}.") from None
    except (OSError, ValueError, EOFError, AttributeError, zipfile.BadZipFile):
        raise BadInput(f"Файл близости {path.name} — не npy и не npz с массивами чисел.") from None
    _check_arrays(path.name, (row, column, value), problem)
    return AffinityArrays(row, column, value)


def _matrix(path: Path, problem: Problem) -> AffinityMatrix:
    matrix = open_matrix(path)
    wanted = len(problem.submissions), len(problem.experts)
    if matrix.shape != wanted:
        raise BadInput(
            f"В файле близости {path.name} таблица {matrix.shape[0]} × {matrix.shape[1]}, а в"
            f" задаче работ {wanted[0]}, экспертов {wanted[1]}."
        )
    for first, block in matrix.blocks():
        outside = (block < 0) | (block > 1)
        if outside.any():
            row = first + int(np.argmax(outside.any(axis=1)))
            raise BadInput(
                f"В файле близости {path.name} есть значения вне промежутка от 0 до 1"
                f" (строка {row}, считая с нуля)."
            )
    return matrix


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
    if len(value) and not (value.min() >= 0 and value.max() <= 1):  # NaN is neither
        raise BadInput(f"В файле близости {name} есть значения вне промежутка от 0 до 1.")
    if len(row) and _repeated(row, column, (len(problem.submissions), len(problem.experts))):
        raise BadInput(f"В файле близости {name} одна пара указана дважды.")


def _repeated(row: Whole, column: Whole, shape: tuple[int, int]) -> bool:
    """A byte per pair of the problem, however many are listed."""
    listed = np.zeros(shape, dtype=np.bool_)
    listed[row, column] = True
    return int(np.count_nonzero(listed)) < len(row)


def save_result(path: Path, result: Result) -> None:
    text = json.dumps(result.model_dump(mode="json"), ensure_ascii=False, indent=1)
    try:
        path.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise BadInput(f"Не удаётся записать {path}: {error.strerror}.") from None
