"""Dimensions as people name them, from the left or from the right, and what becomes of several of them."""

from typing import Any

from runtime.spec.node import Misfit
from runtime.spec.tensor import Dim, product


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
