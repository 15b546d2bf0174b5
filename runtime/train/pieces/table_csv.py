"""A piece of programs: tables whose cells are texts between commas, tabs or the like."""

import csv
import re
from collections.abc import Callable, Mapping
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow.csv import ConvertOptions, ParseOptions, ReadOptions, open_csv

from runtime.train.pieces.table import read_table, titles_of
from runtime.train.pieces.table_rows import (
    csv_line,
    lines_in,
    place_without,
    rows_begin_with_hash,
    without_bad,
)

BAD = True  # rows that cannot be read may be left out


def read_csv(
    path: Path,
    fields: Mapping[str, Any],
    separator: str = ",",
    encoding: str = "utf-8",
    skip_rows: int = 0,
    bad_rows: Any = None,  # if BAD
    bad_files: Any = None,  # if BAD
) -> dict[str, Any]:
    """Columns of a CSV file whose titles stand below `skip_rows` lines.

    Raises ValueError with file and line for what cannot be read.
    """
    place: Any = partial(csv_line, path, separator, encoding, skip_rows)
    if BAD:
        uneven = None
        if bad_rows:
            hashed = rows_begin_with_hash(path, separator, encoding, skip_rows)
            comment, above = "" if hashed else "#", skip_rows + 1
            uneven = partial(bad_rows.uneven, above=above, place=place, comment=comment)
            place = place_without(bad_rows.numbers, place)
    titles = titles_of(fields)
    try:
        with path.open("rb") as file:
            parts = open_csv(
                file,
                read_options=ReadOptions(
                    use_threads=False, skip_rows=skip_rows, encoding=encoding
                ),
                parse_options=ParseOptions(
                    delimiter=separator,
                    newlines_in_values=True,
                    invalid_row_handler=uneven if BAD else None,
                ),
                convert_options=ConvertOptions(
                    include_columns=titles,
                    column_types=dict.fromkeys(titles, pa.string()),
                ),
            )
            if BAD:
                bad = (bad_rows, bad_files)
                parts, place = without_bad(path, parts, fields, place, *bad)
            return read_table(path, parts, lines_in(path), fields, place)
    except KeyError as error:
        title = str(error).removeprefix("Column ").partition(" in include")[0]
        there = csv_titles(path, separator, encoding, skip_rows)
        raise ValueError(f"{path.name} has no column {title}, only {there}") from None
    except (pa.ArrowException, UnicodeError) as error:
        told = csv_trouble(error, encoding, place, skip_rows + 1)
        raise ValueError(f"{path.name}{told}") from None


def csv_trouble(
    error: Exception, encoding: str, place: Callable[[int], str], above: int = 1
) -> str:
    """What is wrong with a CSV file, in which row, and what to do.

    So many rows stand above the first one that counts.
    """
    why = str(error).splitlines()[0].removeprefix("CSV parse error: ")
    if "UTF" in why or isinstance(error, UnicodeError):
        return f": it cannot be read as {encoding}, set its encoding: {why}"
    uneven = re.match(r"Row #(\d+): Expected (\d+) columns, got (\d+): (.*)", why)
    if not uneven:
        return f": {why}"
    row, titled, cells, text = uneven.groups()
    what = f"its cells are {cells}, not {titled}: {text!r:.80}"
    todo = "correct it or take it out, or let bad_rows skip such rows"
    return f", {place(int(row) - above)}: {what}; {todo}"


def csv_titles(path: Path, separator: str, encoding: str, skip_rows: int) -> str:
    """The titles of a CSV file, with commas between them."""
    with path.open(newline="", encoding=encoding, errors="replace") as file:
        rows = csv.reader(islice(file, skip_rows, None), delimiter=separator)
        return ", ".join(next(rows, []))
