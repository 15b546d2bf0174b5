"""Room: how much memory tensors and weights need, and from where on that is more than there can be."""

from collections.abc import Mapping
from math import log10
from typing import Any, TypeGuard

from runtime.graph.model import Node
from runtime.spec.node import Misfit, Spec
from runtime.spec.tensor import BATCH, DTYPES, Dim, Size, Tensor, Type

MOST = 10**12  # bytes: no machine that trains a drawing in one process has as many
MUCH = 64 * 10**9  # bytes that few machines have
MOST_DIMENSIONS = 64  # with more of them torch and numpy refuse one thing or another
ADDRESSED = 2**63  # as many numbers torch can count, also where a view repeats those that are there
BEYOND = 2**80
WIDTHS = {dtype: int("".join(filter(str.isdigit, dtype)) or 8) // 8 for dtype in DTYPES}  # bytes a number
UNITS = ("bytes", "kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB")


def held(type: Type) -> int:
    """The bytes of a tensor, one row and one step where it is not known how many there are; BEYOND if too deep."""
    if not isinstance(type, Tensor):
        return 0
    if len(type.shape) > MOST_DIMENSIONS:
        return BEYOND
    total = WIDTHS[type.dtype]
    for dim in type.shape:
        total *= dim if isinstance(dim, int) else max(1, dim.factor + dim.offset)
    return total


def with_rows(type: Tensor, rows: int) -> Tensor:
    """The type of a batch of so many rows; other lengths stay unknown."""
    return type.with_shape(*(dim.factor * rows + dim.offset if _of_batch(dim) else dim for dim in type.shape))


def _of_batch(dim: Dim) -> TypeGuard[Size]:
    return isinstance(dim, Size) and dim.symbol == BATCH.symbol


def beyond(spec: Spec, node: Node, outputs: Mapping[str, Type], room: int) -> Misfit | None:
    """Why no machine can hold what comes out, whatever the size of a batch."""
    view = getattr(spec.declared, "view", False)
    for type in outputs.values():
        if not isinstance(type, Tensor):
            continue
        if type.rank > MOST_DIMENSIONS:
            return Misfit(f"would make {type.rank} dimensions; torch works with up to {MOST_DIMENSIONS}")
        if view and held(type) >= ADDRESSED * WIDTHS[type.dtype]:
            return Misfit(f"would make more numbers than torch can count, {type}", None, smaller(spec, node))
    if view or room <= MOST:
        return None
    largest = max(outputs.values(), key=held)
    return Misfit(f"would need {enough(room)} for what it makes, {largest}", None, smaller(spec, node))


def enough(room: int) -> str:
    """An amount of memory, and who has it: ``4 TB, more than a machine has,``."""
    return f"{in_bytes(room)}, more than {'a machine has' if room > MOST else 'most machines have'},"


def smaller(spec: Spec, node: Node) -> tuple[tuple[str, tuple[Any, ...]], ...]:
    """The parameters that ask for much, each back to its default."""
    asked = [name for name, value in node.parameters.items() if name in spec.parameter and _large(value)]
    return tuple((f"Use the default for {name}", (("unset", "{node}", name),)) for name in asked[:3])


def _large(value: Any) -> bool:
    return any(isinstance(each, int) and abs(each) > 1000 for each in (value if isinstance(value, list) else [value]))


def in_bytes(room: int) -> str:
    """``824 GB``; beyond all units the power of ten."""
    at = 0
    while room >= 999.5 * 1000**at and at < len(UNITS):
        at += 1
    return f"{room / 1000**at:.3g} {UNITS[at]}" if at < len(UNITS) else f"{in_words(room)} bytes"


def in_words(count: int) -> str:
    """``20,000``, or the power of ten where nobody counts the digits."""
    return f"{count:,}" if count < 10**9 else f"10^{int(log10(count))}"
