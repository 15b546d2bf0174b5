"""A piece of programs: rows of several datasets put together."""

import warnings
from collections.abc import Mapping
from functools import partial
from typing import Any

import torch
from torch import Tensor

from runtime.train.pieces.column import in_rows
from runtime.train.pieces.feed import gathered

IN_FILE = False  # all rows may be larger than memory


def zip_rows(columns: dict[str, Any]) -> dict[str, Any]:
    """Columns of several datasets side by side, row by row.

    Raises ValueError where they differ in length.
    """
    rows = {name: len(column) for name, column in columns.items()}
    if len(set(rows.values())) > 1:
        told = ", ".join(f"{name} has {count}" for name, count in rows.items())
        todo = "cut them to one length, or match them by a key with data.Join"
        raise ValueError(f"rows side by side must be as many, but {told}: {todo}")
    return columns


def join_rows(
    keys: Mapping[str, Any], left: Mapping[str, Any], right: Mapping[str, Any]
) -> dict[str, Any]:
    """Rows of two datasets that have the same key, in the order of the first.

    A row is repeated for each partner that it has; it warns of those that have none.
    Raises ValueError where none has.
    """
    (one, first), (other, second) = keys.items()
    ours, theirs = (
        column.tolist() if isinstance(column, Tensor) else list(column)
        for column in (first, second)
    )
    places: dict[Any, list[int]] = {}
    for at, key in enumerate(theirs):
        places.setdefault(key, []).append(at)
    pairs = [(row, at) for row, key in enumerate(ours) for at in places.get(key, ())]
    if not pairs:
        keys_of = f"{one} has {ours[:2]!s:.60}, {other} has {theirs[:2]!s:.60}"
        todo = "take columns that hold the same keys"
        raise ValueError(f"no key in common, {keys_of}: {todo}")
    rows, partners = torch.tensor(pairs).unbind(1)
    for name, total, met in ((one, ours, rows), (other, theirs, partners)):
        if alone := len(total) - len(met.unique()):
            have, are = ("has", "is") if alone == 1 else ("have", "are")
            what = f"{have} no partner and {are} left out"
            told = f"{alone} of {len(total)} rows {what}"
            warnings.warn(f"{name}: {told}", stacklevel=2)
    if IN_FILE:
        return {
            **{k: gathered_in_file(v, rows) for k, v in left.items()},
            **{k: gathered_in_file(v, partners) for k, v in right.items()},
        }
    else:  # noqa: RET505 - a program holds one of the two
        return {
            **{name: gathered(column, rows) for name, column in left.items()},
            **{name: gathered(column, partners) for name, column in right.items()},
        }


def gathered_in_file(column: Any, rows: Tensor) -> Any:
    """As `gathered`, but numbers and what was in a file go into a file again."""
    if isinstance(column, list):
        return gathered(column, rows)
    return in_rows(partial(gathered, column), rows)
