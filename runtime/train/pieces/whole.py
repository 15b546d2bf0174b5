"""Pieces of programs: rows of joined datasets that share a key of a join, which stay in one part of a split."""

import warnings
from collections import Counter
from typing import Any

import torch
from torch import Tensor

from runtime.train.pieces.feed import gathered
from runtime.train.pieces.split import rows_by_value


def kept_together(*keys: Any) -> Tensor:
    """For each row the first one of those that stay together with it.

    They have an equal value in one of the columns, or are led to each other by others.
    A row with values of its own is alone.
    """
    first = list(range(len(keys[0])))

    def first_of(row: int) -> int:
        while first[row] != row:
            first[row] = first[first[row]]
            row = first[row]
        return row

    for column in keys:
        seen: dict[Any, int] = {}
        values = column.tolist() if isinstance(column, Tensor) else column
        for row, key in enumerate(values):
            one, other = sorted((first_of(seen.setdefault(key, row)), first_of(row)))
            first[other] = one
    return torch.tensor([first_of(row) for row in range(len(first))])


def with_partners(first: Tensor, *parts: Tensor) -> tuple[Tensor, ...]:
    """The rows of each part of a split of the first rows, and all that stay with them.

    Raises ValueError where the first rows are too few for the shares.
    """
    firsts = first.unique()
    if len(firsts) < len(first) and not all(len(part) for part in parts):
        why = f"rows that share a key stay in one part, and those of {len(firsts)} keys"
        todo = "change the shares, or let a column say the parts"
        raise ValueError(f"{why} leave a part without rows: {todo}")
    return tuple(torch.isin(first, firsts[part]).nonzero().flatten() for part in parts)


def classes_of_firsts(classes: Any, first: Tensor) -> list[Any]:
    """The class of each first row: the rarest one of the rows that stay together."""
    values = classes.tolist() if isinstance(classes, Tensor) else classes
    counts, found = Counter(values), dict[int, Any]()
    for row, value in zip(first.tolist(), values, strict=True):
        found[row] = min(found.get(row, value), value, key=counts.__getitem__)
    return list(found.values())


def groups_with_keys(groups: Any, *keys: Any) -> Any:
    """The groups of rows, those that share a key as one; it warns where there are any."""
    found = gathered(groups, kept_together(groups, *keys))
    had, left = len(rows_by_value(groups)), len(rows_by_value(found))
    if left < had:
        told = (
            f"groups of split_by share keys of joined rows: {had} are split as {left}"
        )
        warnings.warn(f"{told}, so that no key is in two parts", stacklevel=2)
    return found


def tell_shared(keys: Any, *parts: Tensor) -> None:
    """Warn of keys in several parts of a split: rows of a dataset are there again."""
    found = [rows_by_value(gathered(keys, part)) for part in parts]
    counts = Counter(key for each in found for key in each)
    if shared := [key for key, count in counts.items() if count > 1]:
        told = f"{len(shared)} of {len(counts)} keys, such as {shared[0]!r:.40}"
        why = "are in several parts as split_by says, so that some of what is measured"
        todo = "was trained on: let it say one part for all rows of a key"
        warnings.warn(f"{told}, {why} {todo}", stacklevel=2)
