"""A piece of programs: tables in files of Parquet."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from runtime.train.pieces.parquet import (
    parquet_files,
    parts_of_parquet,
    rows_in_parquet,
)
from runtime.train.pieces.table import read_table, titles_of
from runtime.train.pieces.table_rows import without_bad

BAD = True  # rows that cannot be read may be left out


def read_parquet(
    path: Path,
    fields: Mapping[str, Any],
    bad_rows: Any = None,  # if BAD
    bad_files: Any = None,  # if BAD
) -> dict[str, Any]:
    """Columns of a Parquet file, or of those in a folder, in the order of their names.

    Raises ValueError with file and row.
    """
    counts = {file: rows_in_parquet(file) for file in parquet_files(path)}
    parts = parts_of_parquet([*counts], titles_of(fields))

    def place(number: int) -> str:
        for file, count in counts.items():
            if number <= count and file != path:
                return f"row {number} of {file.name}"
            number -= count if file != path else 0
        return f"row {number}"

    most = sum(counts.values())
    if BAD:
        left, where = without_bad(path, parts, fields, place, bad_rows, bad_files)
        return read_table(path, left, most, fields, where)
    else:  # noqa: RET505 - a program holds one of the two
        return read_table(path, parts, most, fields, place)
