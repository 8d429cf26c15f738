"""Affinity files: coordinates or a matrix, in any number type, refused in words when unusable."""

import numpy as np
import pytest

from flows.assignment.bench.synthetic import Size, fit, people, save_matrix
from flows.assignment.checker.checking import check
from flows.assignment.planning import plan
from flows.assignment.problem_file import load_affinity
from schemas.errors import BadInput

SIZE = Size(14, 12, 6)


@pytest.fixture(scope="module")
def posed():
    return people(SIZE, seed=3)


@pytest.fixture(scope="module")
def values():
    return np.concatenate(list(fit(SIZE, seed=3)))


def coordinates(values):
    row, column = np.nonzero(~np.isnan(values))
    return {"row": row, "col": column, "value": values[row, column]}


@pytest.mark.parametrize("kind", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("name", ["a.npy", "a.npz", "compressed.npz", "coordinates.npz"])
def test_every_form_of_the_file_gives_the_same_plan(tmp_path, posed, values, kind, name):
    path, values = tmp_path / name, np.round(values.astype(kind), 4)
    if name == "a.npy":
        np.save(path, values)
    elif name == "a.npz":
        np.savez(path, matrix=values)
    elif name == "compressed.npz":
        np.savez_compressed(path, matrix=values)
    else:
        np.savez(path, **coordinates(values))
    affinity = load_affinity(path, posed)

    result = plan(posed, affinity=affinity)

    assert check(posed, result, affinity=affinity) == []
    assert result.certificate.unit == 10_000
    assert result.pairs == plan(posed, affinity=load_affinity(path, posed)).pairs


def test_small_integer_positions_are_used_as_they_are(tmp_path, posed, values):
    path, listed = tmp_path / "small.npz", coordinates(values)
    np.savez(
        path,
        row=listed["row"].astype(np.uint8),
        col=listed["col"].astype(np.int16),
        value=listed["value"],
    )

    affinity = load_affinity(path, posed)

    assert affinity.row.dtype == np.uint8
    assert check(posed, plan(posed, affinity=affinity), affinity=affinity) == []


def test_drawn_matrix_is_written_in_blocks_and_read_in_blocks(tmp_path, posed, values):
    path = tmp_path / "matrix.npy"
    save_matrix(path, SIZE, seed=3)

    blocks = [block for _, block in load_affinity(path, posed).blocks()]

    assert np.array_equal(np.concatenate(blocks), values, equal_nan=True)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (np.zeros((12, 14)), "таблица 12 × 14, а в задаче работ 14, экспертов 12"),
        (np.full((14, 12), 1.5), "вне промежутка от 0 до 1"),
        (np.asfortranarray(np.zeros((14, 12))), "не npy"),
        (np.zeros(14), "не npy"),
        (np.array([["a"] * 12] * 14), "не npy"),
    ],
)
def test_unusable_matrix_is_refused_in_words(tmp_path, posed, content, words):
    np.save(tmp_path / "a.npy", content)

    with pytest.raises(BadInput, match=words):
        load_affinity(tmp_path / "a.npy", posed)


def test_cut_off_file_is_refused_in_words(tmp_path, posed, values):
    path = tmp_path / "a.npy"
    np.save(path, values)
    path.write_bytes(path.read_bytes()[:-8])

    with pytest.raises(BadInput, match="не npy"):
        load_affinity(path, posed)


def test_pair_listed_twice_is_refused(tmp_path, posed):
    path = tmp_path / "a.npz"
    np.savez(path, row=[1, 2, 1], col=[3, 3, 3], value=[0.5, 0.5, 0.25])

    with pytest.raises(BadInput, match="дважды"):
        load_affinity(path, posed)
