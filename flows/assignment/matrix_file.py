"""A matrix of affinities in a file: an npy, or the array ``matrix`` of an npz, read in blocks.

The file may be larger than memory: rows are read in order as they are needed and never all kept.
"""

import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np

from flows.assignment.affinity_arrays import AffinityMatrix, Numbers, rows_at_once

MEMBER = "matrix.npy"  # what numpy calls the array ``matrix`` inside an npz


@dataclass(frozen=True)
class Header:
    """What an npy file says before its numbers."""

    shape: tuple[int, ...]
    by_columns: bool
    kind: np.dtype[Any]


def holds_matrix(path: Path) -> bool:
    """True for an npy, and for an npz with an array ``matrix``; raises what reading raises."""
    if path.suffix == ".npy":
        return True
    with zipfile.ZipFile(path) as archive:
        return MEMBER in archive.namelist()


def open_matrix(path: Path) -> AffinityMatrix:
    """The matrix of the file; ValueError when it is not two-dimensional real numbers by rows."""
    with ExitStack() as stack:
        header = _header(_opened(path, stack))
    if len(header.shape) != 2 or header.kind.kind not in "fiu" or header.by_columns:  # noqa: PLR2004
        raise ValueError(header)
    works, experts = header.shape
    return AffinityMatrix((works, experts), lambda: _read(path))


def _opened(path: Path, stack: ExitStack) -> IO[bytes]:
    if path.suffix == ".npy":
        return stack.enter_context(path.open("rb"))
    archive = stack.enter_context(zipfile.ZipFile(path))
    return stack.enter_context(archive.open(MEMBER))


def _header(stream: IO[bytes]) -> Header:
    version = np.lib.format.read_magic(stream)
    older = version == (1, 0)
    read = np.lib.format.read_array_header_1_0 if older else np.lib.format.read_array_header_2_0
    return Header(*read(stream))


def _read(path: Path) -> Iterator[Numbers]:
    with ExitStack() as stack:
        stream = _opened(path, stack)
        header = _header(stream)
        works, experts = header.shape
        for first in range(0, works, rows_at_once(experts)):
            rows = min(rows_at_once(experts), works - first)
            numbers = stream.read(rows * experts * header.kind.itemsize)
            yield np.frombuffer(numbers, dtype=header.kind).reshape(rows, experts)
