"""Columns that lie in files since they are large: the same batches, and all that is learnt, byte for byte."""

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

ROWS = 4_200  # more than are made at a time
SMALL, LARGE = "2**28", "2**10"
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


KINDS: dict[str, tuple[Callable[[Path], str], dict[str, Any]]] = {
    "csv": (as_csv, {}),
    "semicolons": (as_semicolons, {"separator": ";"}),
    "json": (as_json_lines, {}),
    "parquet": (as_parquet, {}),
}


def in_files(text: str) -> str:
    """A program whose columns lie in files though they are small."""
    assert f"large: int = {SMALL}" in text
    return text.replace(SMALL, LARGE)


@pytest.mark.parametrize("kind", KINDS)
def test_that_columns_in_files_give_the_same_batches_byte_for_byte(kind: str, tmp_path: Path) -> None:
    write, more = KINDS[kind]
    graph = of_table(write(tmp_path), **more)
    text = program_of(graph).text
    program = imported(in_files(text), tmp_path / "files.py")
    small = imported(text, tmp_path / "memory.py")
    expected = batches_of(small)
    assert expected and batches_of(program) == expected
    columns = program.make_samples(program.options_from([]))[0]
    assert type(columns["text"]).__name__ == "Rows" and columns["features"].is_shared()
    assert isinstance(small.make_samples(small.options_from([]))[0]["text"], list)
    for workers in (0, 2) if kind == "csv" else (0,):
        loaded = imported(in_files(loading(graph, workers)), tmp_path / f"loaded_{workers}.py")
        assert batches_of(loaded) == expected
