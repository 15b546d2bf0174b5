"""Dimensions as people name them, from the left or from the right, and what becomes of several of them."""

from typing import Any

from runtime.spec.node import Misfit
from runtime.spec.tensor import BATCH, Dim, Size, Tensor, called, product


def place(dim: int, rank: int, port: str = "input") -> int | Misfit:
    """A dim of a tensor of this rank as an index from the left; negative ones count from the right."""
    if -max(rank, 1) <= dim < max(rank, 1):
        return dim % max(rank, 1)
    last = (("Take the last dim", (("set", "{node}", "dim", -1),)),)
    why = f"has no dim {dim}: with {rank} dimensions, dim lies from {-max(rank, 1)} to {max(rank, 1) - 1}"
    return Misfit(why, port, last)


def places(dim: Any, rank: int) -> list[int] | Misfit:
    """One dim, several, or all for None, as indices from the left."""
    given = dim if isinstance(dim, list) else range(rank) if dim is None else [dim]
    found: list[int] = []
    for each in given:
        at = place(each, rank)
        if isinstance(at, Misfit):
            return at
        if at in found:
            once = list(dict.fromkeys(d % max(rank, 1) for d in given))
            repair = (("Name it once", (("set", "{node}", "dim", once),)),)
            return Misfit(f"names dim {at} twice in {dim}", "input", repair)
        found.append(at)
    return found


def flattened(shape: tuple[Dim, ...], start: int, end: int) -> tuple[Dim, ...]:
    """Dimensions `start` to `end`, both included, multiplied into one."""
    return (*shape[:start], product(shape[start : end + 1]), *shape[end + 1 :])


def at_least(size: Dim) -> int | None:
    """What a dimension is at least: a batch has a row; None for other lengths, which are taken to be long enough."""
    if isinstance(size, int):
        return size
    return size.factor + size.offset if size.symbol == BATCH.symbol and size.factor > 0 else None


def reaches(size: Dim, wanted: int) -> bool:
    """Whether a dimension is as large as `wanted`, as far as that is known."""
    known = at_least(size)
    return known is None or known >= wanted


def smaller(one: Dim, other: Dim) -> Dim:
    """The smaller of two dimensions, as an expression where only data can tell."""
    if isinstance(one, int) and isinstance(other, int):
        return min(one, other)
    if isinstance(one, Size) and isinstance(other, Size) and (one.symbol, one.factor) == (other.symbol, other.factor):
        return one if one.offset <= other.offset else other
    for number, size in ((one, other), (other, one)):
        if isinstance(number, int) and isinstance(size, Size) and _sure(size) >= number:
            return number
    return Size(called(f"min({', '.join(sorted(map(str, (one, other))))})"))


def _sure(size: Size) -> int:
    """What a dimension is at least, where nothing is taken for granted but that there is something."""
    worked_out = "(" in size.symbol or size.factor < 0
    return 0 if worked_out else max(0, size.factor + size.offset)


def rows(input: Tensor, at: int) -> bool:
    """Whether dimension `at` is the batch itself."""
    return at == 0 and input.rank > 0 and isinstance(input.shape[0], Size) and input.shape[0].symbol == BATCH.symbol
