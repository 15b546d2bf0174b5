"""A piece of programs: columns of a table, whatever file its rows come from."""

import sys
from collections.abc import Callable, Iterable, Mapping, Sized
from functools import partial, reduce
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import torch
from torch import Tensor


def read_table(
    path: Path,
    parts: Iterable[Any],
    fields: Mapping[str, tuple[Any, Callable[[Any], Any]]],
    skip_bad_rows: bool,
    place: Callable[[int], str] = "row {}".format,
    lost: Sized = (),
) -> dict[str, Any]:
    """Columns of a table that comes in parts, so that the whole of it is never there.

    A field tells the titles of its columns and what reads their cells; what that
    cannot read, it makes null. `lost` are rows that are no part of any part.
    Raises ValueError with file and row.
    """
    found: dict[str, list[Any]] = {name: [] for name in fields}
    rows = left_out = 0
    for part in parts:
        cells = [
            (title, reads, read_cells(path, title, part[title], reads))
            for titles, reads in fields.values()
            for title in as_list(titles)
        ]
        good = reduce(pc.and_, [are_read(each) for *_, each in cells])
        bad = len(good) - good.true_count
        if bad and not skip_bad_rows:
            raise ValueError(
                f"{path.name}, {unread_cell(part, cells, good, rows, place)}"
            )
        kept = iter([each if not bad else kept_cells(each, good) for *_, each in cells])
        for name, (titles, _) in fields.items():
            found[name].append(column_of(kept, titles))
        rows, left_out = rows + len(good), left_out + bad
    rows, left_out = rows + len(lost), left_out + len(lost)
    if rows == left_out:
        raise ValueError(f"{path.name} has no rows" + " that can be read" * bool(rows))
    if left_out:
        what = f"{left_out} of {rows} rows have cells that cannot be read"
        print(f"{path.name}: {what}; they are left out", file=sys.stderr)
    return {name: whole_column(found.pop(name)) for name in fields}


def as_list(titles: Any) -> list[str]:
    """The titles of the columns of a field, of which there may be one alone."""
    return [titles] if isinstance(titles, str) else titles


def titles_of(fields: Mapping[str, Any]) -> list[str]:
    """The titles of all columns that fields are made of, each once."""
    listed = [as_list(titles) for titles, _ in fields.values()]
    return list(dict.fromkeys(title for titles in listed for title in titles))


def read_cells(path: Path, title: str, cells: Any, reads: Callable[[Any], Any]) -> Any:
    """The cells of a column, read as a field wants them."""
    try:
        read = reads(cells)
        return read(path.parent) if callable(read) else read
    except pa.ArrowException:
        what = (
            f"{title!r} holds {cells.type}, which cannot be read {kind_of_cells(reads)}"
        )
        raise ValueError(f"{path.name}: {what}") from None


def are_read(cells: Any) -> Any:
    """For each cell whether something was read."""
    if isinstance(cells, list):
        return pa.array([cell is not None for cell in cells], pa.bool_())
    return cells.is_valid()


def kept_cells(cells: Any, good: Any) -> Any:
    """The cells of the good rows."""
    if isinstance(cells, list):
        return [
            cell for cell, kept in zip(cells, good.to_pylist(), strict=True) if kept
        ]
    return cells.filter(good)


def unread_cell(
    part: Any, cells: list[Any], good: Any, before: int, place: Callable[[int], str]
) -> str:
    """Where the first cell is that could not be read, and what it holds."""
    row = good.to_pylist().index(False)
    title, reads = next(
        each[:2] for each in cells if not are_read(each[2])[row].as_py()
    )
    cell = repr(part[title][row].as_py())[:200]
    return f"{place(before + row + 1)}: {cell} in {title!r} cannot be read {kind_of_cells(reads)}"


def kind_of_cells(reads: Any) -> str:
    """What `reads` reads cells as, as its name says."""
    while isinstance(reads, partial):
        reads = reads.keywords.get("reads", reads.func)
    return str(reads.__name__).replace("_", " ")


def column_of(cells: Any, titles: Any) -> Any:
    """The values of one field in a part: side by side where it has several columns."""
    if not isinstance(titles, str):
        return torch.stack([as_tensor(next(cells)) for _ in titles], dim=1)
    read = next(cells)
    if isinstance(read, list):
        return read
    return read.to_pylist() if pa.types.is_string(read.type) else as_tensor(read)


def as_tensor(cells: Any) -> Tensor:
    """Cells without gaps as a tensor."""
    if pa.types.is_nested(cells.type):
        numbers = pc.list_flatten(cells).cast("float32", safe=False)
        return as_tensor(numbers).reshape(len(cells), -1)
    return torch.tensor(cells.to_numpy(zero_copy_only=False))


def whole_column(parts: list[Any]) -> Any:
    """All parts of a field as one; each goes as soon as it is copied."""
    if isinstance(parts[0], list):
        return [value for part in parts for value in part]
    rows = sum(len(part) for part in parts)
    whole = parts[0].new_empty([rows, *parts[0].shape[1:]])
    for part in reversed(parts.copy()):
        whole[rows - len(part) : rows] = parts.pop()
        rows -= len(part)
    return whole
