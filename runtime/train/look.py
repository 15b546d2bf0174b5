"""A look at a file, in a process: ``python -m runtime.train.look FILE`` prints what dataset or model it could be."""

import json
import re
import sys
from pathlib import Path
from typing import Any

import numpy as np

from runtime.graph.names import RESERVED, cleaned
from runtime.spec.models import look as look_at_models
from runtime.spec.paths import is_idx
from runtime.spec.tensor import DTYPES
from runtime.train.look_table import TABLES, look_at_table
from runtime.train.pieces.idx_values import idx_values

MOST_CLASSES = 50  # more different numbers than this are no classes
Look = dict[str, Any]


def look(path: Path) -> Look:
    """``{"type", "parameters", "rows", "notes"}`` of the dataset that a file could be, or ``{"problem": sentence}``.

    Of Python ``choices`` tells the parameters of each class; it is read and not run.
    """
    try:
        if path.suffix.lower() in TABLES:
            return look_at_table(path)
        if path.suffix.lower() == ".npz":
            return _arrays(path)
        if path.suffix.lower() == ".py":
            return look_at_models(path)
        if is_idx(path):
            return _idx(path)
    except (OSError, ValueError, UnicodeError, EOFError, KeyError) as error:
        told = str(error).splitlines()[0] if str(error) else type(error).__name__
        return {"problem": f"{path.name} cannot be read: {told}"}
    return {"problem": f"{path.name} is no .csv, .tsv, .jsonl, .parquet, .npz, .py or idx file"}


def _arrays(path: Path) -> Look:
    with np.load(path, allow_pickle=False) as arrays:
        found = {name: arrays[name] for name in arrays.files}
    lengths = [len(array) for array in found.values() if array.ndim]
    if not lengths:
        return {"problem": f"{path.name} holds no array with rows"}
    rows = max(set(lengths), key=lambda n: (lengths.count(n), n))
    fields: dict[str, Any] = {}
    notes: list[str] = []
    for name, array in found.items():
        about = _field(name, array, found) if array.ndim and len(array) == rows else None
        if about is None or cleaned(name) != name or name in RESERVED:
            if not name.endswith("_names"):
                notes.append(f"{name} is left out")
            continue
        fields[name] = about
    if not fields:
        return {"problem": f"{path.name} has no array that could be used: {'; '.join(notes)}"}
    return {"type": "data.Arrays", "parameters": {"fields": fields}, "rows": rows, "notes": notes}


def _idx(path: Path) -> Look:
    """The pictures of the file and the labels of the one beside it; dropping the labels means both too."""
    pictures = path.with_name(path.name.replace("labels", "images").replace("idx1", "idx3"))
    if not pictures.is_file():
        return {"problem": f"{path.name} holds labels, and {pictures.name} is not beside it"}
    labels = pictures.with_name(pictures.name.replace("images", "labels").replace("idx3", "idx1"))
    values = idx_values(pictures)
    sizes = [1, *values.shape[1:]] if values.ndim == 3 else list(values.shape[1:])
    if not sizes:
        return {"problem": f"{path.name} holds one number a row, no pictures"}
    fields: dict[str, Any] = {"image": f"{np.dtype(values.dtype).name}[{', '.join(map(str, sizes))}]"}
    notes = []
    if labels.is_file() and labels != pictures:
        classes = range(int(idx_values(labels).max()) + 1)
        fields["label"] = {"type": "int64[]", "classes": [str(each) for each in classes]}
    else:
        notes.append(f"no labels: {labels.name} is not beside it")
    return {
        "type": "data.Idx",
        "parameters": {"fields": fields},
        "path": str(pictures),
        "name": re.split(r"[-.]idx", pictures.name)[0],
        "rows": len(values),
        "notes": notes,
    }


def _field(name: str, array: Any, others: dict[str, Any]) -> Any:
    """The type of one sample of an array, with classes where it holds labels; None for what cannot be a field."""
    if array.dtype.kind == "U":
        return "text" if array.ndim == 1 else None
    dtype = {"float64": "float32"}.get(str(array.dtype), str(array.dtype))
    if dtype not in DTYPES:
        return None
    type = f"{dtype}[{', '.join(map(str, array.shape[1:]))}]"
    names = others.get(f"{name}_names")
    if names is not None and names.dtype.kind == "U":
        return {"type": type, "classes": [str(each) for each in names]}
    if array.dtype.kind == "i" and array.ndim == 1 and array.min() >= 0 and array.max() < MOST_CLASSES:
        return {"type": type, "classes": [str(each) for each in range(int(array.max()) + 1)]}
    return type


if __name__ == "__main__":
    print(json.dumps(look(Path(sys.argv[1]))))
