"""The data file of an example whose dataset reads one: random rows of what its fields declare, always the same."""

import csv
import io
from collections.abc import Mapping
from pathlib import PurePath
from random import Random
from typing import Any

from runtime.spec.tensor import FLOATS, Tensor, parse_type

ROWS = 60


def data_files(parameters: Mapping[str, Any]) -> dict[str, bytes]:
    """Name of each file beside the graph to its content, for a node with these parameters; none for most nodes."""
    path, fields = parameters.get("path"), parameters.get("fields")
    write = WRITERS.get(PurePath(path).suffix) if isinstance(path, str) else None
    return {str(path): write(fields)} if write and isinstance(fields, dict) else {}


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


WRITERS = {".csv": _table, ".npz": _arrays}
