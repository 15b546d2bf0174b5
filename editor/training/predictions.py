"""What a trained model predicts for the validation rows, read from the folder of a run."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from editor.training.pyramid import Floats

FILE = "predictions.json"
CONFUSION, SCATTER, PICTURES = "confusion matrix", "predicted and true", "pictures"


@dataclass(frozen=True)
class Pictured:
    """A validation row as a picture, with what is true and what was predicted."""

    row: int
    worst: bool
    true: str
    predicted: str
    png: str  # in base64


@dataclass(frozen=True)
class Predictions:
    """How often each class was taken for each (`table`: a row for each true class), or pairs of numbers."""

    count: int
    left_out: int = 0  # rows that have none of the classes
    classes: tuple[str, ...] = ()
    table: tuple[tuple[int, ...], ...] = ()
    true: Floats = field(default_factory=lambda: np.empty(0))
    predicted: Floats = field(default_factory=lambda: np.empty(0))
    pictures: tuple[Pictured, ...] = ()
    field: str = ""  # that is predicted, where there are others too

    @property
    def plots(self) -> list[str]:
        """What can be shown of it."""
        found = [CONFUSION] if self.classes else [SCATTER]
        return found + [PICTURES] * bool(self.pictures)


def read(folder: Path | None) -> Predictions | None:
    """Those of a run; None where it has none, or none that this version understands."""
    if folder is None:
        return None
    try:
        found = json.loads((folder / FILE).read_bytes())
        return _made(found)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _made(found: dict[str, Any]) -> Predictions:
    classes = tuple(str(each) for each in found.get("classes", ()))
    table = tuple(tuple(int(each) for each in row) for row in found.get("table", ()))
    if [len(row) for row in table] != [len(classes)] * len(classes):
        raise ValueError("a table of another size")
    true, predicted = (np.array(found.get(side, ()), dtype=np.float64) for side in ("true", "predicted"))
    if true.shape != predicted.shape:
        raise ValueError("numbers without partners")
    keys = ("row", "worst", "true", "predicted", "png")
    pictures = tuple(Pictured(**{key: each[key] for key in keys}) for each in found.get("pictures", ()))
    counts = int(found["count"]), int(found.get("left_out", 0))
    return Predictions(*counts, classes, table, true, predicted, pictures, str(found.get("field", "")))
