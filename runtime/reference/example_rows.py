"""The data file of an example whose dataset reads one: random rows of what its fields declare, always the same."""

import csv
import gzip
import io
import json
from collections.abc import Mapping
from math import prod
from pathlib import PurePath
from random import Random
from typing import Any

from runtime.graph.model import Graph
from runtime.spec.tensor import FLOATS, Tensor, parse_type

ROWS = 60
SIDE = 16  # of a picture


def data_files(graph: Graph) -> dict[str, bytes]:
    """Name of each file that the datasets of a graph read beside it, to its content."""
    return {name: data for node in graph.nodes.values() for name, data in _read_by(node.parameters).items()}


def _read_by(parameters: Mapping[str, Any]) -> dict[str, bytes]:
    """The files of a node with these parameters; none for most nodes."""
    path, fields = parameters.get("path"), parameters.get("fields")
    if not isinstance(path, str) or not isinstance(fields, dict):
        return {}
    if "-ubyte" in path:
        return _idx(path, fields)
    if not PurePath(path).suffix:
        kinds = [kind for kind in FOLDERS if kind in fields.values()]
        return FOLDERS[kinds[0]](path, fields) if kinds else _saved(path, fields)
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


def _words(random: Random) -> str:
    return " ".join(random.choice(["a", "short", "very", "long", "text"]) for _ in range(random.randint(1, 9)))


def _lines(fields: Mapping[str, Any]) -> bytes:
    """A line of words a row."""
    random = Random(0)
    return "".join(f"{_words(random)}\n" for _ in range(ROWS)).encode()


def _texts(path: str, fields: Mapping[str, Any]) -> dict[str, bytes]:
    """A file of words a row, in the folder of its class."""
    random = Random(0)
    return {f"{folder}/{at}.txt": _words(random).encode() for at, folder in enumerate(_folders(path, fields))}


def _pictures(path: str, fields: Mapping[str, Any]) -> dict[str, bytes]:
    """A picture of one colour a row, in the folder of its class."""
    from PIL import Image

    random, files = Random(0), {}
    for at, folder in enumerate(_folders(path, fields)):
        file = io.BytesIO()
        Image.new("RGB", (SIDE, SIDE), (random.randrange(256), random.randrange(256), 0)).save(file, "png")
        files[f"{folder}/{at}.png"] = file.getvalue()
    return files


def _folders(path: str, fields: Mapping[str, Any]) -> list[str]:
    """The folder of each row, which is called like its class."""
    classes = next(about["classes"] for about in fields.values() if isinstance(about, dict))
    return [f"{path}/{classes[at % len(classes)]}" for at in range(ROWS)]


def _saved(path: str, fields: Mapping[str, Any]) -> dict[str, bytes]:
    """A folder as `save_to_disk` of Hugging Face's datasets writes it: random numbers, one dimension a row at most."""
    import pyarrow

    random, columns = Random(0), {}
    for name, about in fields.items():
        given = about if isinstance(about, dict) else {"type": about}
        type, most = parse_type(given["type"]), len(given.get("classes", "ab"))
        assert isinstance(type, Tensor)
        size = int(str(type.shape[0])) if type.shape else 0
        rows = [[random.random() for _ in range(size)] if size else random.randrange(most) for _ in range(ROWS)]
        kind = getattr(pyarrow, type.dtype)()
        columns[name] = pyarrow.array(rows, pyarrow.list_(kind) if size else kind)
    table, file = pyarrow.table(columns), io.BytesIO()
    with pyarrow.ipc.new_stream(file, table.schema) as stream:
        stream.write_table(table)
    state = json.dumps({"_data_files": [{"filename": "data-00000-of-00001.arrow"}]}).encode()
    return {f"{path}/state.json": state, f"{path}/data-00000-of-00001.arrow": file.getvalue()}


FOLDERS = {"text": _texts, "picture": _pictures}
WRITERS = {".csv": _table, ".npz": _arrays, ".txt": _lines}
