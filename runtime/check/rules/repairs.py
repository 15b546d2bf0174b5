"""Candidates for repairs that many rules propose; the checker tries them."""

from typing import Any

Candidate = tuple[str, tuple[Any, ...]]  # a label, and steps that runtime.check.repair makes into edits


def insert(type_name: str, label: str, port: str = "input", at: int | None = None, **parameters: Any) -> Candidate:
    """A candidate repair: put a node on the wires into `port`, or on wire number `at` of them."""
    return label, (("insert", type_name, parameters, port, at),)


def channels_first(port: str, rank: int) -> Candidate:
    """A candidate repair: put the last dimension behind the batch."""
    dims = [0, rank - 1, *range(1, rank - 1)]
    return insert("torch.permute", "Insert torch.permute, channels first", port, dims=dims)
