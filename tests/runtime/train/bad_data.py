"""Kinds of bad data as real files: how each comes to be, and the graph that reads it."""

import io
import json
import os
import pickle
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from safetensors.torch import save_file

ROWS = 24
LABEL = {"type": "int64[]", "classes": ["x", "y"]}
Spoil = Callable[[Path], None]


@dataclass(frozen=True)
class Data:
    """Good data, in a file or a folder, and the dataset that reads it."""

    path: str
    type: str
    fields: dict[str, Any]
    write: Callable[[Path], None]

    def graph(self, **parameters: Any) -> dict[str, Any]:
        """A graph that trains on it."""
        data = {"type": self.type, "parameters": {"path": self.path, "fields": self.fields, **parameters}}
        first, label = list(self.fields)
        pictures, whole = "picture" in str(self.fields[first]), str(self.fields[first]).startswith("uint8")
        texts = self.fields[first] == "text"
        nodes: dict[str, Any] = {"flowers": data}
        nodes |= {"tokens": {"type": "transform.Tokenize", "parameters": {"length": 3}}} if texts else {}
        nodes |= {"decoded": {"type": "transform.Decode", "parameters": {"size": [4, 4]}}} if pictures else {}
        nodes |= {"scale": {"type": "transform.Scale"}} if pictures or whole else {}
        nodes |= {
            "batches": {"type": "Collate", "parameters": {"fields": [first, label], "batch_size": 8}},
            **({"embedded": {"type": "nn.Embedding", "parameters": {"embedding_dim": 4}}} if texts else {}),
            "flat": {"type": "nn.Flatten"},
            "final": {"type": "nn.Linear", "parameters": {"out_features": 2}},
            "loss": {"type": "nn.CrossEntropyLoss"},
            "sgd": {"type": "optim.SGD", "parameters": {"lr": 0.1}},
        }
        way = ["decoded", "scale"] if pictures else ["scale"] if whole else ["tokens"] if texts else []
        ends = [f"flowers.{first}", *(end for node in way for end in (f"{node}.input", f"{node}.output"))]
        edges = [
            *zip(ends[::2], [*ends[1::2], f"batches.{first}"], strict=True),
            [f"flowers.{label}", f"batches.{label}"],
            *([["embedded.output", "flat.input"]] if texts else []),
            [f"batches.{first}", "embedded.input" if texts else "flat.input"],
            ["flat.output", "final.input"],
            ["final.output", "loss.input"],
            [f"batches.{label}", "loss.target"],
            ["loss.output", "sgd.loss"],
        ]
        return {"format": "torchweave", "version": 1, "nodes": nodes, "edges": edges, "run": {"epochs": 1}}


def lines() -> list[str]:
    """A table: two numbers and a word a row."""
    return ["a,b,kind", *(f"{row}.5,{row % 5},{'xy'[row % 2]}" for row in range(ROWS))]


def _table(path: Path) -> None:
    path.write_text("\n".join([*lines(), ""]), encoding="utf-8")


def columns() -> dict[str, Any]:
    """The same as arrays."""
    return {"point": np.random.default_rng(0).random((ROWS, 3), np.float32), "label": np.arange(ROWS) % 2}


def _arrays(path: Path) -> None:
    np.savez(path, **columns())


def _tensors() -> dict[str, Any]:
    return {name: torch.from_numpy(values) for name, values in columns().items()}


def _pictures(path: Path) -> None:
    for row in range(ROWS):
        file = path / "xy"[row % 2] / f"{row:02}.jpg"
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.effect_noise((16, 12), row + 1).convert("RGB").save(file)


def _idx(path: Path) -> None:
    path.write_bytes(struct.pack(">HBBIII", 0, 8, 3, ROWS, 4, 4) + bytes(ROWS * 16))
    path.with_name("train-labels-idx1-ubyte").write_bytes(struct.pack(">HBBI", 0, 8, 1, ROWS) + bytes([0, 1] * 12))


def _json_lines(path: Path) -> None:
    rows = [{"a": row + 0.5, "b": row % 5, "kind": "xy"[row % 2]} for row in range(ROWS)]
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")


def _parquet(path: Path) -> None:
    import pyarrow as pa
    from pyarrow.parquet import write_table

    numbers = list(range(ROWS))
    write_table(pa.table({"a": numbers, "b": numbers, "kind": ["xy"[row % 2] for row in numbers]}), path)


def _texts(path: Path) -> None:
    for row in range(ROWS):
        file = path / "xy"[row % 2] / f"{row:02}.txt"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"text {row}", encoding="utf-8")


def _table_of_pictures(path: Path) -> None:
    _pictures(path.parent)
    rows = [f"{'xy'[row % 2]}/{row:02}.jpg,{'xy'[row % 2]}" for row in range(ROWS)]
    path.write_text("\n".join(["photo,kind", *rows, ""]), encoding="utf-8")


KINDS = {"type": "int64[]", "column": "kind", "classes": ["x", "y"]}
FEATURES = {"features": {"type": "float32[2]", "columns": ["a", "b"]}, "kind": KINDS}
POINTS = {"point": "float32[3]", "label": LABEL}
TABLE = Data("flowers.csv", "data.Table", FEATURES, _table)
PARQUET = Data("flowers.parquet", "data.Table", FEATURES, _parquet)
JSON = Data("flowers.jsonl", "data.Table", FEATURES, _json_lines)
ARRAYS = Data("flowers.npz", "data.Arrays", POINTS, _arrays)
SAFE = Data("flowers.safetensors", "data.Arrays", POINTS, lambda path: save_file(_tensors(), path))
SAVED = Data("flowers.pt", "data.Arrays", POINTS, lambda path: torch.save(_tensors(), path))
PICTURES = Data("flowers", "data.Pictures", {"picture": "picture", "label": LABEL}, _pictures)
NAMED = Data("flowers.csv", "data.Table", {"photo": {"type": "picture"}, "kind": KINDS}, _table_of_pictures)
TEXTS = Data("flowers", "data.Texts", {"text": "text", "label": LABEL}, _texts)
IDX = Data("train-images-idx3-ubyte", "data.Idx", {"image": "uint8[1, 4, 4]", "label": LABEL}, _idx)


def row(number: int, text: str) -> Spoil:
    """Another text in one line of a table; the titles are line 1."""

    def spoil(path: Path) -> None:
        found = lines()
        found[number - 1] = text
        path.write_text("\n".join([*found, ""]), encoding="utf-8")

    return spoil


def json_line(number: int, text: str) -> Spoil:
    """Another text in one line of JSON lines, counted from 1."""

    def spoil(path: Path) -> None:
        found = path.read_text(encoding="utf-8").splitlines()
        found[number - 1] = text
        path.write_text("\n".join([*found, ""]), encoding="utf-8")

    return spoil


def other_title(path: Path) -> None:
    """JSON lines in which a column has another title."""
    path.write_text(path.read_text(encoding="utf-8").replace('"b"', '"c"'), encoding="utf-8")


def without_column(path: Path) -> None:
    """A file of Parquet that lacks a column."""
    from pyarrow.parquet import read_table, write_table

    write_table(read_table(path).drop_columns(["b"]), path)


def holds(data: bytes, *within: str) -> Spoil:
    """Other bytes, in the file or in one of the folder."""

    def spoil(path: Path) -> None:
        file = path.joinpath(*within)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)

    return spoil


def cut(size: int, *within: str) -> Spoil:
    """The first bytes alone."""

    def spoil(path: Path) -> None:
        file = path.joinpath(*within)
        file.write_bytes(file.read_bytes()[:size])

    return spoil


def arrays(**changed: Any) -> Spoil:
    """Other arrays; pickled where they hold objects."""
    return lambda path: np.savez(path, **{**columns(), **changed})


def changed(name: str, *place: Any) -> Any:
    """One value of an array that is another one: where, and what."""
    values = columns()[name]
    values[place[:-1]] = place[-1]
    return values


def bomb() -> bytes:
    """The head of a PNG of 60,000 times 60,000 pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 60_000, 60_000, 1, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


class Code:
    """What runs when it is unpickled."""

    def __reduce__(self) -> Any:
        return os.mkdir, ("was_run",)


def code() -> bytes:
    """A pickle that runs code."""
    return pickle.dumps({"point": Code()})


def code_in_torch() -> bytes:
    """The same as torch.save writes it."""
    data = io.BytesIO()
    torch.save({"point": Code()}, data)
    return data.getvalue()


def code_in_npz(path: Path) -> None:
    """The same as an array of objects in an npz file."""
    data = io.BytesIO()
    np.save(data, np.array([Code()] * ROWS, dtype=object), allow_pickle=True)
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("point.npy", data.getvalue())


def gone(*within: str) -> Spoil:
    """A file is deleted."""
    return lambda path: path.joinpath(*within).unlink()


def emptied(*within: str) -> Spoil:
    """A folder that has no files any more."""

    def spoil(path: Path) -> None:
        for each in sorted(path.joinpath(*within).rglob("*"), reverse=True):
            each.rmdir() if each.is_dir() else each.unlink()

    return spoil


def a_folder(path: Path) -> None:
    """A folder in the place of the file."""
    path.unlink()
    path.mkdir()


def a_file(path: Path) -> None:
    """A file in the place of the folder."""
    emptied()(path)
    path.rmdir()
    path.write_text("no folder")


def a_pipe(*within: str) -> Spoil:
    """A pipe into which nobody writes."""

    def spoil(path: Path) -> None:
        file = path.joinpath(*within)
        file.unlink(missing_ok=True)
        os.mkfifo(file)

    return spoil


def a_device(path: Path) -> None:
    """A link to a device that never ends."""
    path.unlink()
    path.symlink_to("/dev/zero")


def a_loop(path: Path) -> None:
    """Links from a folder of pictures to itself, to what holds it, and to each other."""
    (path / "x" / "again").symlink_to(path)
    (path / "again").symlink_to(path)
    (path / "y" / "x").symlink_to(path / "x")
    (path / "self").symlink_to("self")


def as_json(data: dict[str, Any]) -> bytes:
    """A graph as its file."""
    return json.dumps(data).encode()
