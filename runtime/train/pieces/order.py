"""A piece of programs: which rows an epoch has, drawn by chance, and put together by length."""

from collections import Counter
from typing import Any

import torch
from torch import Tensor


def chances_of_classes(column: Any, rows: Tensor) -> Tensor:
    """A chance for each row, so that all classes are equally likely."""
    values = column.tolist() if isinstance(column, Tensor) else column
    classes = [values[row] for row in rows.tolist()]
    counts = Counter(classes)
    return torch.tensor([1 / counts[each] for each in classes], dtype=torch.float64)


def chances_by(column: Tensor, rows: Tensor) -> Tensor:
    """The chance that a column gives each row.

    Raises ValueError for a weight that is none, and where all are 0.
    """
    chances = column[rows].double()
    for row, chance in zip(rows.tolist(), chances.tolist(), strict=True):
        if not 0 <= chance < float("inf"):
            why = f"row {row} (counted from 0) of sample_by has the weight {chance}"
            raise ValueError(f"{why}: give it 0 or more, or set sampling to shuffle")
    if not chances.any():
        why = "all rows to train on have the weight 0 in sample_by"
        raise ValueError(f"{why}: give some more, or set sampling to shuffle")
    return chances


def drawn_rows(rows: Tensor, chances: Tensor, generator: torch.Generator) -> Tensor:
    """As many of the rows, each drawn anew."""
    ends = chances.cumsum(0)
    points = torch.rand(len(rows), dtype=torch.float64, generator=generator)
    return rows[torch.searchsorted(ends, points * ends[-1], right=True)]


def near_lengths(
    rows: Tensor, lengths: Tensor, batch_size: int, generator: torch.Generator
) -> Tensor:
    """The rows so that those of a batch are of nearly one length.

    They are sorted within stretches of 16 batches, then whole batches are mixed.
    """
    whole = len(rows) // batch_size
    stretches = rows[: whole * batch_size].split(16 * batch_size)
    ordered = [each[lengths[each].argsort(stable=True)] for each in stretches]
    batches = torch.cat(ordered).view(whole, batch_size)
    mixed = batches[torch.randperm(whole, generator=generator)]
    return torch.cat([mixed.flatten(), rows[whole * batch_size :]])
