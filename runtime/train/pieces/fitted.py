"""Pieces of programs: what is learnt from the rows to train on alone, a few rows at a time."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import torch
from torch import Tensor

from runtime.train.pieces.column import Column
from runtime.train.pieces.feed import gathered

IN_FILE = False  # all rows may be larger than memory


def in_parts(column: Any, rows: Tensor, size: int = 256) -> Iterator[Any]:
    """The given rows in their order, `size` at a time, as what is learnt adds them up."""
    for some in rows.split(size):
        yield gathered(column, some)


def samples_in_parts(
    sample: Callable[[int], Any], rows: Tensor, size: int = 256
) -> Iterator[Any]:
    """The samples of rows in their order, `size` at a time, each made by itself."""
    for some in rows.split(size):
        found = [sample(row) for row in some.tolist()]
        yield torch.stack(found) if isinstance(found[0], Tensor) else found


def mean_and_deviation(parts: Iterable[Tensor], of: str) -> tuple[Tensor, Tensor]:
    """Mean and standard deviation over rows, added up in float64.

    There is one of each for each `number` of a sample, for each `channel` of pictures
    [C, H, W], or for `all`. Where all numbers are the same, the deviation is 1. Raises
    ValueError where numbers are missing.
    """
    count, dtype = 0, torch.float32
    mean = squares = low = high = torch.zeros((1,), dtype=torch.float64)
    for part in parts:
        if bool(part.isnan().any()):
            what = "a number is missing in the rows to train on"
            raise ValueError(f"{what}: put transform.Impute before it")
        numbers, dtype = part.double(), part.dtype
        rest = [dim for dim in range(part.dim()) if dim != part.dim() - 3]
        over = {"number": [0], "channel": rest, "all": list(range(part.dim()))}[of]
        least, most = numbers.amin(over, True), numbers.amax(over, True)
        low, high = (low.minimum(least), high.maximum(most)) if count else (least, most)
        own = numbers.mean(over, True)
        more, apart = numbers.numel() // own.numel(), own - mean
        squares = squares + (numbers - own).square().sum(over, True)
        squares = squares + apart.square() * (count * more / (count + more))
        mean = mean + apart * (more / (count + more))
        count += more
    deviation = (squares / max(count, 1)).sqrt()
    deviation = deviation.where(low < high, torch.ones_like(deviation))
    return mean[0].to(dtype), deviation[0].to(dtype)


def standardize_numbers(numbers: Tensor, fitted: tuple[Tensor, Tensor]) -> Tensor:
    """Less the mean, in standard deviations."""
    mean, deviation = fitted
    return (numbers - mean).div_(deviation)  # one copy, where there are many rows


def fillings(parts: Iterable[Tensor], strategy: str) -> Tensor:
    """A number for each place of a sample, to stand where numbers are missing (NaN).

    It is the mean, the median (the lower of two in the middle) or the most frequent
    one (the least of several). Raises ValueError where no row has a number.
    """
    if IN_FILE:
        held = Column()
        for part in parts:
            held.add(part)
        known = held.whole()
    else:
        known = torch.cat(list(parts))
    found = []
    for column in known.reshape(len(known), -1).T:
        numbers = column[~column.isnan()].double()
        if not len(numbers):
            raise ValueError("in some place no row to train on has a number")
        if strategy == "mean":
            found.append(numbers.mean())
        elif strategy == "median":
            found.append(numbers.median())
        else:
            values, counts = numbers.unique(return_counts=True)
            found.append(values[counts.argmax()])
    return torch.stack(found).reshape(known.shape[1:]).to(known.dtype)
