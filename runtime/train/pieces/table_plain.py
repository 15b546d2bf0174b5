"""A piece of programs: tables of numbers, classes, dates and texts between commas."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import torch
from pyarrow.csv import ConvertOptions, ParseOptions, ReadOptions, open_csv

from runtime.train.pieces.table import as_list, kind_of, titles_of
from runtime.train.pieces.table_csv import csv_titles, csv_trouble
from runtime.train.pieces.table_rows import csv_line


def read_plain_csv(path: Path, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Columns of a CSV file in UTF-8.

    A field has the title of its column, or those of several, and what reads cells.
    Raises ValueError with file and line for what cannot be read.
    """
    texts = dict.fromkeys(titles_of(fields), pa.string())
    converted = ConvertOptions(include_columns=[*texts], column_types=texts)
    parsed = ParseOptions(newlines_in_values=True)
    in_order = ReadOptions(use_threads=False)  # so that errors name their row
    try:
        with path.open("rb") as file:
            table = open_csv(file, in_order, parsed, converted).read_all()
    except KeyError as error:
        title = str(error).removeprefix("Column ").partition(" in include")[0]
        there = csv_titles(path, ",", "utf-8", 0)
        raise ValueError(f"{path.name} has no column {title}, only {there}") from None
    except pa.ArrowException as error:
        told = csv_trouble(error, "utf-8", partial(csv_line, path, ",", "utf-8", 0))
        raise ValueError(f"{path.name}{told}") from None
    if not table.num_rows:
        raise ValueError(f"{path.name} has no rows")
    found = {}
    for name, (titles, reads) in fields.items():
        columns = [read_column(path, table, title, reads) for title in as_list(titles)]
        one = isinstance(titles, str)
        found[name] = columns[0] if one else torch.stack(columns, dim=1)
    return found


def read_column(path: Path, table: Any, title: str, reads: Callable[[Any], Any]) -> Any:
    """The cells of a column as a field wants them: a tensor, or a list of texts."""
    cells = reads(table[title])
    if isinstance(cells, list):
        return cells
    if cells.null_count:
        row = pc.index(cells.is_null(), True).as_py()
        what = f"{table[title][row].as_py()!r:.200} in {title!r}"
        todo = "correct it, or let bad_rows skip such rows"
        why = f"{what} cannot be read {kind_of(reads)}; {todo}"
        line = csv_line(path, ",", "utf-8", 0, row + 1)
        raise ValueError(f"{path.name}, {line}: {why}")
    return torch.tensor(cells.to_numpy())
