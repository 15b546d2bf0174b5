"""Rows independent: whether a row that comes out of a node depends on the same row of what comes in alone."""

from collections.abc import Mapping
from typing import Any

from runtime.check.infer import Given
from runtime.check.rules.elementwise import counts_rows
from runtime.spec.node import Spec
from runtime.spec.tensor import Dim, Tensor, Type


def independent(
    spec: Spec, parameters: Mapping[str, Any], given: Given, outputs: Mapping[str, Type], training: bool = False
) -> frozenset[str]:
    """The outputs in which each row depends on the same row of all inputs alone, as far as that is sure.

    The batch comes first in all of them. In training a norm over the batch depends on all rows. What a definition or
    a function of the user's does is not looked at, so that nothing is said of it.
    """
    if spec.family == "definition" or spec.type.startswith("own."):
        return frozenset()
    if training and getattr(spec.declared, "over_batch", False):
        return frozenset()
    inputs = [each.shape for _, types in given for each in types if isinstance(each, Tensor) and each.shape]
    rows = {shape[0] for shape in inputs if counts_rows(shape[0])}
    if len(rows) > 1 or any(map(_elsewhere, inputs)) or _mixes(spec, parameters, given):
        return frozenset()
    return frozenset(name for name, type in outputs.items() if _of_the_same(type, rows))


def _elsewhere(shape: tuple[Dim, ...]) -> bool:
    """Whether the batch stands behind the first dimension: every row holds something of every row."""
    return any(map(counts_rows, shape[1:]))


def _of_the_same(type: Type, rows: set[Dim]) -> bool:
    """Whether the batch comes first, as it came in, and nowhere else."""
    return isinstance(type, Tensor) and bool(type.shape) and {type.shape[0]} == rows and not _elsewhere(type.shape)


def _mixes(spec: Spec, parameters: Mapping[str, Any], given: Given) -> bool:
    """Whether the node type says so of these parameters and types."""
    if not hasattr(spec.declared, "mixes"):
        return False
    many = {port.name for port in spec.inputs if port.many}
    types = {name: list(came) if name in many else came[0] for name, came in given}
    return bool(spec.values(parameters).mixes(**types))
