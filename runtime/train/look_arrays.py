"""A look at arrays: what .npz, .npy, .safetensors and .pt files hold, one row a sample."""

import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, is_zipfile

import numpy as np

from runtime.check.rules.ranges import BRIGHT
from runtime.graph.names import RESERVED, cleaned
from runtime.spec.tensor import DTYPES
from runtime.train.look_columns import MOST_CLASSES, of_classes, of_numbers, of_texts, shown
from runtime.train.look_thumbnails import is_picture, thumbnails

ARRAYS = (".npz", ".npy", ".safetensors", ".pt", ".pth")
LABELS = ("label", "labels", "target", "targets", "class", "classes", "species", "y", "category")
MOST_NAMED = 1_000  # classes of an array that is called like labels
ROOM = 64 * 1024**2  # bytes of an array that are looked at
SHOWN = 8  # samples
Look = dict[str, Any]


def look_at_arrays(path: Path) -> Look:
    """``data.Arrays`` with a field for each array that has as many rows as most of them, or a problem."""
    found = _opened(path)
    if any(title.rpartition(".")[2] == "weight" for title in found):
        return {"problem": f"{path.name} holds weights, and no layer is here that could have them"}
    lengths = [len(values) for values in found.values() if np.ndim(values)]
    if not lengths:
        return {"problem": f"{path.name} holds no array with rows"}
    rows = max(set(lengths), key=lambda n: (lengths.count(n), n))
    fields: dict[str, Any] = {}
    notes: list[str] = []
    columns: list[Look] = []
    for title, values in found.items():
        about = _field(title, values, found) if np.ndim(values) and len(values) == rows else None
        if about is None:
            if not title.endswith("_names"):
                notes.append(f"{title} is left out: it has {_why(values, rows)}")
            continue
        name = _name(title, about, values, fields)
        columns.append(_column(title, about, values, name))
        about = _ranged(about, values, columns[-1])
        fields[name] = about if name == title or path.suffix.lower() == ".npy" else _called(about, title)
    if not fields:
        return {"problem": f"{path.name} has no array that could be used: {'; '.join(notes)}"}
    told = {"type": "data.Arrays", "parameters": {"fields": fields}, "rows": rows, "notes": notes, "columns": columns}
    return told | {"samples": _samples(found, columns), **_thumbnails(found, columns, fields)}


def _opened(path: Path) -> dict[str, Any]:
    """The arrays of a file by name; lists of texts stay lists."""
    suffix = path.suffix.lower()
    if suffix == ".npz":
        with path.open("rb") as opened:
            if not is_zipfile(opened):
                raise ValueError("it is cut off, or no npz file")
        try:
            with np.load(path, allow_pickle=False) as arrays:
                return {name: _plain(arrays[name]) for name in arrays.files}
        except (ValueError, EOFError, BadZipFile, zlib.error):
            raise ValueError("an array holds Python objects, which could run code, or is damaged") from None
    if suffix == ".npy":
        try:
            return {path.stem: _plain(np.load(path, mmap_mode="r", allow_pickle=False))}
        except (ValueError, EOFError):
            raise ValueError("it is cut off, holds Python objects, which could run code, or no array") from None
    if suffix == ".safetensors":
        from safetensors import SafetensorError, safe_open

        try:
            with safe_open(path, framework="pt") as file:
                return {name: _numbers(file.get_tensor(name)) for name in file.keys()}  # noqa: SIM118 - no mapping
        except SafetensorError:
            raise ValueError("it is cut off, or no safetensors file") from None
    from runtime.train.pieces.saved import tensors_of

    return {name: values if isinstance(values, list) else _numbers(values) for name, values in tensors_of(path).items()}


def _numbers(tensor: Any) -> Any:
    """A tensor as an array; numpy has no bfloat16."""
    tensor = tensor.float() if str(tensor.dtype) == "torch.bfloat16" else tensor
    return tensor.detach().numpy()


def _plain(values: Any) -> Any:
    return [str(each) for each in values] if values.dtype.kind == "U" and values.ndim == 1 else values


def _field(title: str, values: Any, others: Mapping[str, Any]) -> Any:
    """The type of one sample of an array, with classes where it holds labels; None for what cannot be a field."""
    if isinstance(values, list):
        return "text"
    dtype = {"float64": "float32"}.get(str(values.dtype.newbyteorder("=")), str(values.dtype.newbyteorder("=")))
    if dtype not in DTYPES:
        return None
    type = f"{dtype}[{', '.join(map(str, values.shape[1:]))}]"
    names = others.get(f"{title}_names")
    if isinstance(names, list):
        return {"type": type, "classes": names}
    if values.dtype.kind in "iu" and values.ndim == 1 and len(values) and values.min() >= 0:
        most = MOST_NAMED if title.lower() in LABELS else MOST_CLASSES
        if values.max() < most:
            return {"type": "int64[]", "classes": [str(each) for each in range(int(values.max()) + 1)]}
    return type


def _why(values: Any, rows: int) -> str:
    """What an array has that keeps it from being a field."""
    if not np.ndim(values):
        return "no rows"
    return f"{len(values):,} rows" if len(values) != rows else f"values of the type {values.dtype}"


def _name(title: str, about: Any, values: Any, taken: Mapping[str, Any]) -> str:
    """A field's name for an array."""
    wish = cleaned(title)
    if title.rpartition(".")[2].isdigit():  # of a tuple, where it has no name
        wish = "label" if isinstance(about, dict) else "features"
        wish = "image" if isinstance(about, str) and about != "text" and _is_picture(values) else wish
        wish = "text" if about == "text" else wish
    wish = "values" if wish in RESERVED else wish
    number, name = 1, wish
    while name in taken:
        number += 1
        name = f"{wish}_{number}"
    return name


def _called(about: Any, title: str) -> Look:
    """What is known of a field that is called otherwise in the file."""
    return {**(about if isinstance(about, dict) else {"type": about}), "column": title}


def _ranged(about: Any, values: Any, seen: Look) -> Any:
    """What is known of a field of pictures; of floats that are no shares of 1 their range too, which no dtype tells."""
    if about in ("text", None) or not _is_picture(values) or values.dtype.kind != "f" or "high" not in seen:
        return about
    low, high = seen["low"], seen["high"]
    return {"type": about, "range": [low, high]} if isinstance(about, str) and high - low > BRIGHT else about


def _some(values: Any) -> Any:
    """Rows of an array, evenly taken, as many as can be looked at in a moment."""
    row = max(1, values.nbytes // max(1, len(values)))
    return np.asarray(values[:: max(1, -(-len(values) * row // ROOM))])


def _column(title: str, about: Any, values: Any, field: str) -> Look:
    if isinstance(values, list):
        return of_texts(title, values, field)
    if isinstance(about, dict) and values.ndim == 1:
        return of_classes(title, values, about["classes"], field)
    type = about["type"] if isinstance(about, dict) else about
    return of_numbers(title, type, len(values), _some(values), field)


def _is_picture(values: Any) -> bool:
    return not isinstance(values, list) and is_picture(values.shape[1:], str(values.dtype))


def _samples(found: Mapping[str, Any], columns: list[Look]) -> list[dict[str, str]]:
    """The first rows in words."""
    titles = [column["title"] for column in columns]
    count = min(SHOWN, len(found[titles[0]]))
    return [
        {title: value[:200] if isinstance(value := found[title][at], str) else shown(value) for title in titles}
        for at in range(count)
    ]


def _thumbnails(found: Mapping[str, Any], columns: list[Look], fields: Mapping[str, Any]) -> Look:
    """Some rows of the first array of pictures."""
    pictures = next((found[each["title"]] for each in columns if _is_picture(found[each["title"]])), None)
    if pictures is None or not len(pictures):
        return {}
    label = next((each for each in columns if each["kind"] == "label"), None)
    if label is None:
        return {"thumbnails": thumbnails(pictures)}
    return {"thumbnails": thumbnails(pictures, found[label["title"]], fields[label["field"]]["classes"])}
