"""A piece of programs: tables with an object of JSON a line."""

import json
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa

from runtime.train.pieces.table import lines_in, read_table, titles_of


def read_json_lines(
    path: Path, fields: Mapping[str, Any], bad_rows: Any = None
) -> dict[str, Any]:
    """Columns of a file with an object a line. Raises ValueError with file and row."""
    parts = parts_of_json_lines(path, titles_of(fields))
    return read_table(path, parts, lines_in(path), fields, bad_rows)


def parts_of_json_lines(path: Path, titles: list[str]) -> Iterator[Any]:
    """The columns of these titles that the first rows have, in parts."""
    with path.open(encoding="utf-8-sig") as file:
        rows = json_rows(path, file)
        known: set[str] = set()
        while part := list(islice(rows, 65536)):
            known.update(*part)
            cells = {each: cells_of(part, each) for each in titles if each in known}
            yield pa.RecordBatch.from_pydict(cells)


def json_rows(path: Path, file: Any) -> Iterator[dict[str, Any]]:
    """The object of each line that is not empty."""
    for number, line in enumerate(filter(str.strip, file), start=1):
        try:
            row = json.loads(line)
        except ValueError:
            row = None
        if not isinstance(row, dict):
            raise ValueError(f"{path.name}, row {number} is no object of JSON")
        yield row


def cells_of(rows: list[dict[str, Any]], title: str) -> Any:
    """Cells of one kind; those of several kinds become texts."""
    values = [row.get(title) for row in rows]
    try:
        return pa.array(values)
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):
        texts = [v if isinstance(v, str | None) else json.dumps(v) for v in values]
        return pa.array(texts, pa.string())
