"""The data file of an example whose dataset reads one: random rows of what its fields declare, always the same."""

import csv
import gzip
import io
from collections.abc import Mapping
from math import prod
from pathlib import PurePath
from random import Random
from typing import Any

from runtime.spec.tensor import FLOATS, Tensor, parse_type

ROWS = 60


def data_files(parameters: Mapping[str, Any]) -> dict[str, bytes]:
    """Name of each file beside the graph to its content, for a node with these parameters; none for most nodes."""
    path, fields = parameters.get("path"), parameters.get("fields")
    if not isinstance(path, str) or not isinstance(fields, dict):
        return {}
    if "-ubyte" in path:
        return _idx(path, fields)
    write = WRITERS.get(PurePath(path).suffix)
    return {path: write(fields)} if write else {}


def _table(fields: Mapping[str, Any]) -> bytes:
    """A column for every title that a field names."""
    random, columns = Random(0), {}
    for name, about in fields.items():
        classes = about.get("classes")
        for title in about.get("columns", [about.get("column", name)]):
            values = [random.choice(classes) if classes else f"{random.random():.2f}" for _ in range(ROWS)]
            columns[title] = values
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([columns, *zip(*columns.values(), strict=True)])
    return text.getvalue().encode()


def _arrays(fields: Mapping[str, Any]) -> bytes:
    """An array for every field."""
    import numpy

    random, arrays, file = numpy.random.default_rng(0), {}, io.BytesIO()
    save: Any = numpy.savez_compressed  # its types take every name for one of its own options
    for name, about in fields.items():
        given = about if isinstance(about, dict) else {"type": about}
        type, most = parse_type(given["type"]), len(given.get("classes", "ab"))
        assert isinstance(type, Tensor)
        shape = (ROWS, *(int(str(size)) for size in type.shape))
        values = random.random(shape) if type.dtype in FLOATS else random.integers(0, most, shape)
        arrays[name] = values.astype(type.dtype)
    save(file, **arrays)
    return file.getvalue()


def _idx(path: str, fields: Mapping[str, Any]) -> dict[str, bytes]:
    """The pictures, and their labels in a file beside them."""
    random, files = Random(0), {}
    for about in fields.values():
        given = about if isinstance(about, dict) else {"type": about}
        type, most = parse_type(given["type"]), len(given.get("classes", [0] * 256))
        assert isinstance(type, Tensor)
        sizes = [ROWS, *(int(str(size)) for size in type.shape[1:])]
        head = bytes([0, 0, 8, len(sizes)]) + b"".join(size.to_bytes(4, "big") for size in sizes)
        data = head + bytes(random.randrange(most) for _ in range(prod(sizes)))
        name = path if type.shape else path.replace("images", "labels").replace("idx3", "idx1")
        files[name] = gzip.compress(data, mtime=0) if name.endswith(".gz") else data
    return files


WRITERS = {".csv": _table, ".npz": _arrays}
