"""A piece of programs: a table that may be larger than memory."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from runtime.train.pieces.column import Column
from runtime.train.pieces.table import read_table


def read_in_parts(
    path: Path,
    parts: Iterable[Any],
    fields: Mapping[str, Any],
    place: Callable[[int], str],
) -> dict[str, Any]:
    """As `read_table`, but columns lie in files."""
    found, rows = {name: Column() for name in fields}, 0
    for part in parts:
        if not part.num_rows and part.schema.names:
            continue

        def place_here(row: int, above: int = rows) -> str:
            return place(above + row)

        read = read_table(path, [part], part.num_rows, fields, place_here)
        for name, column in read.items():
            found[name].add(column)
        rows += part.num_rows
    if not rows:
        raise ValueError(f"{path.name} has no rows")
    return {name: column.whole() for name, column in found.items()}
