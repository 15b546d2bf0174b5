"""Candidates for repairs that many rules propose; the checker tries them."""

from typing import Any

from runtime.spec.tensor import Tensor

Candidate = tuple[str, tuple[Any, ...]]  # a label, and steps that runtime.check.steps makes into edits


def insert(type_name: str, label: str, port: str = "input", at: int | None = None, **parameters: Any) -> Candidate:
    """A candidate repair: put a node on the wires into `port`, or on wire number `at` of them."""
    return label, (("insert", type_name, parameters, port, at),)


def channels_first(port: str, rank: int) -> Candidate:
    """A candidate repair: put the last dimension behind the batch."""
    dims = [0, rank - 1, *range(1, rank - 1)]
    return insert("torch.permute", "Insert torch.permute, channels first", port, dims=dims)


def as_whole(cast: Candidate, type: Tensor, port: str = "input", target: bool = False) -> tuple[Candidate, ...]:
    """A cast to whole numbers; of numbers up to 1 nothing would be left, so rather what scaled them goes.

    Only targets may be the numbers 0 and 1 themselves.
    """
    if not tiny(type):
        return (cast,)
    leave = "Leave out what scales the numbers"
    unscaled = (leave, (("unscale", port),)), (f"{leave} and insert Tensor.to int64", (("unscale", port, "int64"),))
    return (*unscaled, cast) if target else unscaled


def tiny(type: Tensor) -> bool:
    """Whether all numbers are known to lie between -1 and 1."""
    return type.bounds is not None and type.bounds[0] >= -1 and type.bounds[1] <= 1
