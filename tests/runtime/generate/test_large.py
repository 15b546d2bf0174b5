"""Rows that are not kept in memory: the same batches, and all that is learnt, byte for byte."""

import csv
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest

from runtime.graph.edit import Edit, applied
from runtime.graph.model import Graph
from tests.runtime.generate.cases import imported, program_of
from tests.runtime.generate.fed import batches_of, loading

ROWS = 1_200
PARTS = {  # what programs read and make at a time, and as little that it is many times
    "size: int = 4096": "size: int = 500",
    "size: int = 65_536": "size: int = 500",
    "min(65536,": "min(500,",
    "2**22": "2**10",
    "use_threads=False,": "use_threads=False, block_size=2**14,",
}
FIELDS = {
    "features": {"type": "float32[2]", "columns": ["a", "b"], "missing": "keep"},
    "kind": {"type": "int64[]", "column": "kind", "classes": ["x", "y"]},
    "text": "text",
}


def rows() -> list[dict[str, Any]]:
    """Numbers, some of which are missing, classes and texts."""
    chance = random.Random(0)
    words = ["tea", "Ärger", "sun\nset", "a,b", "你好"]
    return [
        {
            "a": chance.choice([None, round(chance.random(), 3)]),
            "b": at,
            "kind": chance.choice("xy"),
            "text": " ".join(chance.choices(words, k=chance.randrange(1, 9))),
        }
        for at in range(ROWS)
    ]


def as_csv(folder: Path) -> str:
    """Texts between commas."""
    with (folder / "table.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["a", "b", "kind", "text"])
        writer.writeheader()
        writer.writerows(rows())
    return "table.csv"


def as_semicolons(folder: Path) -> str:
    """The same with another sign between them, which another function reads."""
    with (folder / "table.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["a", "b", "kind", "text"], delimiter=";")
        writer.writeheader()
        writer.writerows(rows())
    return "table.csv"


def as_json_lines(folder: Path) -> str:
    """An object a line."""
    (folder / "table.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows()), encoding="utf-8")
    return "table.jsonl"


def as_parquet(folder: Path) -> str:
    """A file of Parquet."""
    options = pa_csv.ParseOptions(newlines_in_values=True)
    pq.write_table(pa_csv.read_csv(folder / as_csv(folder), parse_options=options), folder / "table.parquet")
    return "table.parquet"


def of_table(path: str, **more: Any) -> Graph:
    """Numbers that are filled and standardized, and tokens."""
    fields = ["features", "kind", "text"]
    edits: list[Edit] = [
        ("add", "table", "data.Table", {"path": path, "fields": FIELDS, **more}, (0, 0)),
        ("add", "filled", "transform.Impute", {"strategy": "median"}, (0, 0)),
        ("add", "centred", "transform.Standardize", {}, (0, 0)),
        ("add", "numbered", "transform.Tokenize", {"vocabulary": 9}, (0, 0)),
        ("add", "batches", "Collate", {"fields": fields, "batch_size": 64, "validation": 0.2}, (0, 0)),
        ("set", "batches", "collate", {"text": {"pad": 0}}),
        ("add", "head", "nn.Linear", {"out_features": 2}, (0, 0)),
        ("add", "loss", "nn.CrossEntropyLoss", {}, (0, 0)),
        ("add", "sgd", "optim.SGD", {}, (0, 0)),
        ("connect", "table.features", "filled.input"),
        ("connect", "filled.output", "centred.input"),
        ("connect", "centred.output", "batches.features"),
        ("connect", "table.kind", "batches.kind"),
        ("connect", "table.text", "numbered.input"),
        ("connect", "numbered.output", "batches.text"),
        ("connect", "batches.features", "head.input"),
        ("connect", "head.output", "loss.input"),
        ("connect", "batches.kind", "loss.target"),
        ("connect", "loss.output", "sgd.loss"),
    ]
    return applied(Graph(), edits)


LETTERS = """import torch


def letters(texts):
    return torch.tensor([[len(text) / 1e3, text.count(" ") / 1e3] for text in texts])"""


def of_lines(path: str, **more: Any) -> Graph:
    """How long lines are, and how many words they have."""
    made = {"text": {"function": LETTERS.splitlines(), "output": "float32[2]"}}
    lines = {"path": path, "fields": {"text": "text"}, **more}
    edits: list[Edit] = [
        ("add", "lines", "data.Lines", lines, (0, 0)),
        ("add", "batches", "Collate", {"fields": ["text"], "batch_size": 64, "collate": made}, (0, 0)),
        ("add", "head", "nn.Linear", {"out_features": 2}, (0, 0)),
        ("add", "loss", "nn.MSELoss", {}, (0, 0)),
        ("add", "sgd", "optim.SGD", {}, (0, 0)),
        ("connect", "lines.text", "batches.text"),
        ("connect", "batches.text", "head.input"),
        ("connect", "head.output", "loss.input"),
        ("connect", "batches.text", "loss.target"),
        ("connect", "loss.output", "sgd.loss"),
    ]
    return applied(Graph(), edits)


def as_lines(folder: Path) -> str:
    """Texts with ends of lines of every kind, and some that are empty."""
    ends = ("\n", "\r\n", "\r", "\n\n")
    text = "".join(row["text"].replace("\n", " ") + ends[at % 4] for at, row in enumerate(rows()))
    (folder / "lines.txt").write_text(text + "the last one", encoding="utf-16", newline="")
    return "lines.txt"


KINDS: dict[str, tuple[Callable[[Path], str], Callable[..., Graph], dict[str, Any]]] = {
    "csv": (as_csv, of_table, {}),
    "semicolons": (as_semicolons, of_table, {"separator": ";"}),
    "json": (as_json_lines, of_table, {}),
    "parquet": (as_parquet, of_table, {}),
    "lines": (as_lines, of_lines, {}),
}


def in_small_parts(text: str) -> str:
    """A program that reads and makes a few rows at a time."""
    assert any(large in text for large in PARTS)
    for large, small in PARTS.items():
        text = text.replace(large, small)
    return text


@pytest.mark.parametrize("kind", KINDS)
def test_that_rows_in_files_give_the_same_batches_byte_for_byte(kind: str, tmp_path: Path) -> None:
    write, graph_of, more = KINDS[kind]
    path = write(tmp_path)
    kept, graph = graph_of(path, **more), graph_of(path, **more, in_memory=False)
    in_memory = imported(program_of(kept).text, tmp_path / "in_memory.py")
    in_file = imported(in_small_parts(program_of(graph).text), tmp_path / "in_file.py")
    expected = batches_of(in_memory)
    assert expected and batches_of(in_file) == expected
    assert isinstance(in_memory.make_samples(in_memory.options_from([]))[0]["text"], list)
    assert isinstance(in_file.make_samples(in_file.options_from([]))[0]["text"], in_file.Rows)
    for workers in (0, 2) if kind in ("csv", "lines") else ():
        loaded = imported(in_small_parts(loading(graph, workers)), tmp_path / f"loaded_{workers}.py")
        assert batches_of(loaded) == expected
