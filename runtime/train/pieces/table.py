"""A piece of programs: rows of a table."""

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor


def read_table(path: Path, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Columns of a CSV or TSV file: numbers as float32, categories as numbers of classes.

    Raises ValueError with file and row for what cannot be read.
    """
    between = "\t" if path.suffix.lower() == ".tsv" else ","
    with path.open(newline="", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file, delimiter=between))
    found: dict[str, Any] = {}
    for name, about in fields.items():
        columns = about.get("columns", [about.get("column", name)])
        missing = [column for column in columns if rows and column not in rows[0]]
        if missing or not rows:
            what = f"has no column {missing[0]!r}" if missing else "has no rows"
            raise ValueError(f"{path.name} {what}")
        if about["type"] == "text":
            found[name] = [row[columns[0]] for row in rows]
        elif "classes" in about:
            found[name] = classes_of(path, rows, columns[0], about["classes"])
        else:
            numbers = numbers_of(path, rows, columns)
            dtype = getattr(torch, about["type"].partition("[")[0])
            found[name] = (numbers if "columns" in about else numbers[:, 0]).to(dtype)
    return found


def classes_of(path: Path, rows: list[Any], column: str, classes: list[str]) -> Tensor:
    """The number of each row's class."""
    number = {name: at for at, name in enumerate(classes)}
    for line, row in enumerate(rows, start=2):
        if row[column] not in number:
            raise ValueError(
                f"{path.name}, line {line}: {row[column]!r} is no class of {column!r}"
            )
    return torch.tensor([number[row[column]] for row in rows])


def numbers_of(path: Path, rows: list[Any], columns: list[str]) -> Tensor:
    """A row of numbers for each row of the table, as float64."""
    found = []
    for line, row in enumerate(rows, start=2):
        try:
            found.append([float(row[column]) for column in columns])
        except (TypeError, ValueError):
            values = ", ".join(repr(row[column]) for column in columns)
            raise ValueError(
                f"{path.name}, line {line}: not all numbers: {values[:200]}"
            ) from None
    return torch.tensor(found, dtype=torch.float64)
