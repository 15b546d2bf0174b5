"""A piece of programs: columns of a table, whatever file its rows come from."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import torch

from runtime.train.pieces.column import Column

NESTED = True  # cells may hold more than texts
IN_FILE = False  # all rows may be larger than memory


def read_table(
    path: Path,
    parts: Iterable[Any],
    most: int,
    fields: Mapping[str, Any],
    place: Callable[[int], str],
) -> dict[str, Any]:
    """Columns of a table of at most so many rows, which comes in parts.

    A field has the title of its column, or those of several, and what reads cells.
    Raises ValueError with file and row.
    """
    found: dict[str, Any] = {k: Column() for k in fields} if IN_FILE else {}
    rows = 0
    for part in parts:
        if not part.num_rows and part.schema.names:  # its lists have no sizes
            continue
        for name, (titles, reads) in fields.items():
            columns = []
            for title in as_list(titles):
                cells = read_cells(path, part, title, reads)
                if (row := first_gap(cells)) >= 0:
                    cell, where = part[title][row].as_py(), place(rows + row + 1)
                    what = f"{cell!r:.200} in {title!r} cannot be read {kind_of(reads)}"
                    todo = "correct it, or let bad_rows skip such rows"
                    raise ValueError(f"{path.name}, {where}: {what}; {todo}")
                columns.append(values_of(cells))
            one = isinstance(titles, str)
            read = columns[0] if one else torch.stack(columns, dim=1)
            if IN_FILE:
                found[name].add(read)
            else:
                if isinstance(read, list):
                    found.setdefault(name, []).extend(read)
                    continue
                if name not in found:
                    found[name] = read.new_empty([most, *read.shape[1:]])
                found[name][rows : rows + len(read)] = read
        rows += part.num_rows
    if not rows:
        raise ValueError(f"{path.name} has no rows")
    if IN_FILE:
        return {name: column.whole() for name, column in found.items()}
    else:  # noqa: RET505 - a program holds one of the two
        return {name: column[:rows] for name, column in found.items()}


def as_list(titles: str | list[str]) -> list[str]:
    """The titles of the columns of a field, of which there may be one alone."""
    return [titles] if isinstance(titles, str) else titles


def titles_of(fields: Mapping[str, Any]) -> list[str]:
    """The titles of all columns that fields are made of, each once."""
    listed = [as_list(titles) for titles, _ in fields.values()]
    return list(dict.fromkeys(title for titles in listed for title in titles))


def read_cells(path: Path, part: Any, title: str, reads: Callable[[Any], Any]) -> Any:
    """The cells of a column as a field wants them, null where that is impossible."""
    if title not in part.schema.names:
        there = ", ".join(part.schema.names)
        raise ValueError(f"{path.name} has no column {title!r}, only {there}")
    try:
        read = reads(part[title])
    except pa.ArrowException:
        kind = part[title].type
        what = f"{title!r} holds {kind}, which cannot be read {kind_of(reads)}"
        if NESTED:  # noqa: SIM102 - a program holds the inner one alone
            if pa.types.is_struct(kind):
                first = kind.field(0).name if kind.num_fields else "x"
                what = f"{title!r} holds objects: write each of their values as a"
                what += f" column of its own, such as '{title}.{first}'"
        raise ValueError(f"{path.name}: {what}") from None
    return read(path.parent) if callable(read) else read


def kind_of(reads: Any) -> str:
    """What cells are read as, which is how the function is called."""
    return str(getattr(reads, "func", reads).__name__).replace("_", " ")


def first_gap(cells: Any) -> int:
    """The row of the first null, or -1."""
    if isinstance(cells, list):
        return cells.index(None) if None in cells else -1
    return int(pc.index(cells.is_null(), True).as_py()) if cells.null_count else -1


def values_of(cells: Any) -> Any:
    """Cells without gaps: numbers as a tensor, everything else as a list."""
    if isinstance(cells, list):
        return cells
    if NESTED:  # noqa: SIM102 - a program holds the inner one alone
        if pa.types.is_nested(cells.type):
            sizes, inner = [len(cells)], cells
            while pa.types.is_nested(inner.type):
                sizes.append(pc.list_value_length(inner)[0].as_py())
                inner = pc.list_flatten(inner)
            numbers = inner.cast("float32", safe=False)
            return torch.tensor(numbers.to_numpy()).reshape(sizes)
    return torch.tensor(cells.to_numpy(zero_copy_only=False))
