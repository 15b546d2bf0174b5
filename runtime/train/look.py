"""A look at a file, in a process: ``python -m runtime.train.look FILE`` prints what dataset or model it could be."""

import csv
import json
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from runtime.graph.names import RESERVED, cleaned
from runtime.spec.models import look as look_at_models
from runtime.spec.paths import is_idx
from runtime.spec.tensor import DTYPES
from runtime.train.look_pictures import look_at_pictures
from runtime.train.pieces.idx_values import idx_values

NEARLY = 0.9  # of the cells of a column: where so many are numbers, the others are gaps and not texts
MOST_CLASSES = 50  # more different words than this are text, not categories
LABELS = ("label", "target", "class", "species", "y", "category")
Look = dict[str, Any]


def look(path: Path) -> Look:
    """``{"type", "parameters", "rows", "notes"}`` of the dataset that a file could be, or ``{"problem": sentence}``.

    Of Python ``choices`` tells the parameters of each class; it is read and not run.
    """
    try:
        if path.is_dir():
            return look_at_pictures(path)
        if path.suffix.lower() in (".csv", ".tsv"):
            return _table(path)
        if path.suffix.lower() == ".npz":
            return _arrays(path)
        if path.suffix.lower() == ".py":
            return look_at_models(path)
        if is_idx(path):
            return _idx(path)
    except (OSError, ValueError, csv.Error, UnicodeError, EOFError, KeyError) as error:
        told = str(error).splitlines()[0] if str(error) else type(error).__name__
        return {"problem": f"{path.name} cannot be read: {told}"}
    return {"problem": f"{path.name} is no .csv, .tsv, .npz, .py or idx file"}


def _table(path: Path) -> Look:
    with path.open(newline="", encoding="utf-8-sig") as file:
        rows = list(csv.reader(file, delimiter="\t" if path.suffix.lower() == ".tsv" else ","))
    if len(rows) < 2:
        return {"problem": f"{path.name} has no rows below its titles"}
    titles, body = rows[0], rows[1:]
    uneven = next((at for at, row in enumerate(body, start=2) if len(row) != len(titles)), None)
    if uneven:
        cells, titled = len(body[uneven - 2]), len(titles)
        told = f"{cells} cell{'s' * (cells != 1)} where {titled} {'is' if titled == 1 else 'are'} titled"
        return {"problem": f"{path.name}, line {uneven} has {told}"}
    if len(set(titles)) < len(titles):
        return {"problem": f"{path.name} has two columns of the same title"}
    columns = dict(zip(titles, map(list, zip(*body, strict=True)), strict=True))
    fields, notes = _fields_of(columns)
    if not fields:
        return {"problem": f"{path.name} has no column that could be used: {'; '.join(notes)}"}
    return {"type": "data.Table", "parameters": {"fields": fields}, "rows": len(body), "notes": notes}


def _fields_of(columns: dict[str, list[str]]) -> tuple[dict[str, Any], list[str]]:
    """Number columns together as `features`, categories one by one; columns with empty cells are left out."""
    numbers: list[str] = []
    single: dict[str, Any] = {}
    notes: list[str] = []
    last = list(columns)[-1]
    for title, cells in columns.items():
        different = sorted(set(cells))
        numeric = all(map(_is_number, different))
        if "" in different:
            notes.append(f"{title} has empty cells and is left out")
        elif gaps := _gaps(cells):
            no = f"of {len(cells)} cells {'is no number' if len(gaps) == 1 else 'are no numbers'}"
            notes.append(f"{title}: {len(gaps)} {no} ({', '.join(dict.fromkeys(gaps))[:40]}), it is left out")
        elif numeric and not _is_label(title, different, title == last):
            numbers.append(title)
        elif len(different) <= MOST_CLASSES:
            classes = sorted(different, key=float) if numeric else different
            single[_free(title, single)] = {"type": "int64[]", "column": title, "classes": classes}
        else:
            single[_free(title, single)] = {"type": "text", "column": title}
    together = {"type": f"float32[{len(numbers)}]", "columns": numbers}
    return ({"features": together} if numbers else {}) | single, notes


def _gaps(cells: list[str]) -> list[str]:
    """The few cells that are no numbers in a column of numbers."""
    found = [cell for cell in cells if not _is_number(cell)]
    return found if 1 - len(found) / len(cells) >= NEARLY else []


def _is_number(text: str) -> bool:
    try:
        return bool(np.isfinite(float(text)))
    except ValueError:
        return False


def _is_label(title: str, different: list[str], last: bool) -> bool:
    """Whole numbers that look like classes: few of them, in a column that is called so or stands last."""
    whole = all(float(text).is_integer() for text in different)
    return whole and len(different) <= 20 and (title.strip().lower() in LABELS or last)


def _free(title: str, taken: Iterable[str]) -> str:
    """A field's name for a title, different from those that are taken."""
    wish = cleaned(title)
    used = {*taken, "features", *RESERVED}
    number, name = 1, wish
    while name in used:
        number += 1
        name = f"{wish}_{number}"
    return name


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
