"""A look at pictures as MNIST has them: idx files of pictures and of labels, to train on and to test with."""

import re
from pathlib import Path
from typing import Any

import numpy as np

from runtime.spec.paths import pictures_of
from runtime.train.look_columns import of_classes, of_numbers, shown
from runtime.train.look_thumbnails import is_picture, thumbnails
from runtime.train.pieces.idx_values import idx_values

SHOWN, RANGED = 8, 10_000  # samples, and pictures whose range is told
TRAINING, TEST = "train", "t10k"  # how the names of MNIST's files begin
Look = dict[str, Any]


def look_at_idx(path: Path) -> Look:
    """``data.Idx`` of the pictures and the labels beside them, or a problem; the labels may be what was dropped.

    Pictures to test with that lie beside those to train on are `test_path`.
    """
    pictures = pictures_of(path)
    if not pictures.is_file():
        return {"problem": f"{path.name} holds labels, and {pictures.name} is not beside it"}
    values = idx_values(pictures)
    sizes = [1, *values.shape[1:]] if values.ndim == 3 else list(values.shape[1:])
    if not sizes:
        return {"problem": f"{path.name} holds one number a row, no pictures"}
    type = f"{np.dtype(values.dtype).name}[{', '.join(map(str, sizes))}]"
    fields: Look = {"image": type}
    columns = [of_numbers("image", type, len(values), values[:: -(-len(values) // RANGED) or 1], "image")]
    labels, test = _labels(pictures), _test(pictures)
    notes = [f"{test.name} is kept for a test"] if test else []
    if labels is not None:
        classes = [str(each) for each in range(int(labels.max(initial=0)) + 1)]
        fields["label"] = {"type": "int64[]", "classes": classes}
        columns.append(of_classes("label", labels, classes, "label"))
    else:
        notes.append(f"no labels: {_beside(pictures).name} is not beside it")
    return {
        "type": "data.Idx",
        "parameters": {"fields": fields, **({"test_path": str(test)} if test else {})},
        "path": str(pictures),
        "name": re.split(r"[-.]idx", pictures.name)[0],
        "rows": len(values),
        "notes": notes,
        "columns": columns,
        **_seen(values, labels),
    }


def _beside(pictures: Path) -> Path:
    """Where the labels of pictures lie."""
    return pictures.with_name(pictures.name.replace("images", "labels").replace("idx3", "idx1"))


def _labels(pictures: Path) -> Any:
    """The labels, where there are any."""
    file = _beside(pictures)
    return idx_values(file) if file.is_file() and file != pictures else None


def _test(pictures: Path) -> Path | None:
    """The pictures to test with that lie beside those to train on, where their labels do too."""
    if not pictures.name.startswith(TRAINING):
        return None
    test = pictures.with_name(TEST + pictures.name.removeprefix(TRAINING))
    return test if test.is_file() and _beside(test).is_file() else None


def _seen(values: Any, labels: Any) -> Look:
    """The first rows in words, and some pictures of every class."""
    words = [{"image": shown(row)} for row in values[:SHOWN]]
    if labels is not None:
        words = [row | {"label": str(label)} for row, label in zip(words, labels, strict=False)]
    if not len(values) or not is_picture(values.shape[1:], str(values.dtype)):
        return {"samples": words}
    if labels is None or len(labels) != len(values):
        return {"samples": words, "thumbnails": thumbnails(values)}
    names = [str(each) for each in range(int(labels.max()) + 1)]
    return {"samples": words, "thumbnails": thumbnails(values, labels, names)}
