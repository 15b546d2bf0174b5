"""A piece of programs: rows of tables as they lie in files, before anything is made of them."""

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa


def lines_in(path: Path) -> int:
    """How many lines a file has, or one more."""
    with path.open("rb") as file:
        blocks = iter(lambda: file.read(2**20), b"")
        ends = ((b.count(b"\n"), b.count(b"\r"), b.count(b"\r\n")) for b in blocks)
        return 1 + sum(line + turn - both for line, turn, both in ends)


def csv_line(
    path: Path, separator: str, encoding: str, skip_rows: int, row: int
) -> str:
    """The line on which a row of a CSV file ends."""
    with path.open(newline="", encoding=encoding, errors="replace") as file:
        rows = csv.reader(islice(file, skip_rows, None), delimiter=separator)
        next(islice(filter(None, rows), row, None), [])
        return f"line {skip_rows + rows.line_num}"


def rows_begin_with_hash(
    path: Path, separator: str, encoding: str, skip_rows: int
) -> bool:
    """Whether rows of a CSV file do, so that ``#`` is no sign of a comment there."""
    with path.open(newline="", encoding=encoding, errors="replace") as file:
        rows = csv.reader(islice(file, skip_rows, None), delimiter=separator)
        titles = next(rows, [])
        first = [row[0] for row in islice(rows, 200) if len(row) == len(titles) > 0]
        return sum(cell.startswith("#") for cell in first) > len(first) / 10


def place_without(
    numbers: list[int], place: Callable[[int], str]
) -> Callable[[int], str]:
    """The place of a row that is counted without those of these numbers."""

    def of(number: int) -> str:
        for left_out in numbers:
            number += left_out <= number
        return place(number)

    return of


def without_bad(
    path: Path,
    parts: Iterable[Any],
    fields: Mapping[str, Any],
    place: Callable[[int], str],
    bad_rows: Any,
    bad_files: Any,
) -> tuple[Iterable[Any], Callable[[int], str]]:
    """Parts without what cannot be read, and the places of the rows that are left."""
    if bad_files:
        parts = bad_files.left_out(path, parts, fields, place)
        place = place_without(bad_files.numbers, place)
    if bad_rows:
        parts = bad_rows.left_out(path, parts, fields, place)
    return parts, place


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


def with_plain_texts(part: Any) -> Any:
    """The same columns, texts of all kinds as one kind."""
    kinds = (pa.large_string(), pa.string_view())
    fields = [
        field.with_type(getattr(field.type, "value_type", pa.string()))
        if field.type in kinds or pa.types.is_dictionary(field.type)
        else field
        for field in part.schema
    ]
    return part.cast(pa.schema(fields))
