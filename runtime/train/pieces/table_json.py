"""A piece of programs: tables with an object of JSON a line."""

from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa

from runtime.train.pieces.table import read_table, titles_of
from runtime.train.pieces.table_rows import cells_of, json_rows, lines_in, without_bad

BAD = True  # rows that cannot be read may be left out
IN_FILE = False  # all rows may be larger than memory


def read_json_lines(
    path: Path,
    fields: Mapping[str, Any],
    bad_rows: Any = None,  # if BAD
    bad_files: Any = None,  # if BAD
) -> dict[str, Any]:
    """Columns of a file with an object a line. Raises ValueError with file and row."""
    parts = parts_of_json_lines(path, titles_of(fields))
    place, most = "row {}".format, lines_in(path)
    if BAD:
        left, where = without_bad(path, parts, fields, place, bad_rows, bad_files)
        return read_table(path, left, most, fields, where)
    else:  # noqa: RET505 - a program holds one of the two
        return read_table(path, parts, most, fields, place)


def parts_of_json_lines(path: Path, titles: list[str]) -> Iterator[Any]:
    """The columns of these titles that the first rows have, in parts."""
    if IN_FILE:  # as objects of Python they are many times as large
        with path.open("rb") as opened:
            longest = max(map(len, islice(opened, 64)), default=1)
        most = min(65536, 2**24 // longest + 1)
    with path.open(encoding="utf-8-sig") as file:
        rows = json_rows(path, file)
        known: set[str] = set()
        while part := list(islice(rows, (most if IN_FILE else 65536))):
            known.update(*part)
            cells = {each: cells_of(part, each) for each in titles if each in known}
            yield pa.RecordBatch.from_pydict(cells)
