"""A piece of programs: tables whose cells are texts between commas, tabs or the like."""

import csv
from collections.abc import Iterator, Mapping
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow.csv import ConvertOptions, ParseOptions, ReadOptions, open_csv

from runtime.train.pieces.table import read_table, titles_of


def read_csv(
    path: Path,
    fields: Mapping[str, Any],
    separator: str = ",",
    encoding: str = "utf-8",
    skip_rows: int = 0,
    skip_bad_rows: bool = False,
) -> dict[str, Any]:
    """Columns of a CSV file, below `skip_rows` lines that are no part of the table.

    Raises ValueError with file and line for what cannot be read.
    """
    rows = partial(csv_rows, path, separator, encoding, skip_rows)
    uneven: list[Any] = []
    try:
        titles = titles_in(path, next(rows(), (0, []))[1], titles_of(fields))

        def note(row: Any) -> str:
            uneven.append(row)
            return "skip"

        parts = open_csv(
            path,
            read_options=ReadOptions(skip_rows=skip_rows, encoding=encoding),
            parse_options=ParseOptions(
                delimiter=separator, newlines_in_values=True, invalid_row_handler=note
            ),
            convert_options=ConvertOptions(
                include_columns=titles, column_types=dict.fromkeys(titles, pa.string())
            ),
        )
        if not skip_bad_rows:
            parts = even_parts(path, parts, uneven, rows)
        place = partial(line_of, rows)
        return read_table(path, parts, fields, skip_bad_rows, place, uneven)
    except (pa.ArrowException, UnicodeError, csv.Error) as error:
        why = str(error).splitlines()[0]
        if isinstance(error, UnicodeError) or "UTF8" in why:
            why = f"it is not written in {encoding}, but perhaps in latin-1"
        raise ValueError(f"{path.name} cannot be read: {why}") from None


def titles_in(path: Path, first: list[str], titles: list[str]) -> list[str]:
    """These titles, if each of them stands over one column."""
    first = [title.removeprefix("\ufeff") for title in first]
    for title in titles:
        if first.count(title) != 1:
            what = "several columns" if title in first else "no column"
            raise ValueError(f"{path.name} has {what} {title!r}")
    return titles


def csv_rows(
    path: Path, separator: str, encoding: str, skip_rows: int
) -> Iterator[tuple[int, list[str]]]:
    """The line at which each row of a CSV file begins, and its cells."""
    with path.open(newline="", encoding=encoding) as file:
        for _ in range(skip_rows):
            next(file, "")
        rows, line = csv.reader(file, delimiter=separator), skip_rows + 1
        for cells in rows:
            if cells:
                yield line, cells
            line = skip_rows + rows.line_num + 1


def line_of(rows: Any, row: int) -> str:
    """Where a row of the table is in its file."""
    return f"line {next(islice(rows(), row, None))[0]}"


def even_parts(path: Path, parts: Any, uneven: list[Any], rows: Any) -> Iterator[Any]:
    """The parts, as long as all rows have a cell for each title."""
    for part in parts:
        if uneven:
            break
        yield part
    if uneven:
        titles = len(next(rows())[1])
        line, cells = next(row for row in rows() if len(row[1]) != titles)
        what = f"{len(cells)} cells where {titles} are titled"
        raise ValueError(f"{path.name}, line {line} has {what}")
