"""Rules of functions that work number by number: what two dtypes and two shapes make together."""

import math
import re
from typing import Any

from runtime.check.rules.padding import LIMITS
from runtime.check.rules.repairs import insert
from runtime.spec.node import Misfit
from runtime.spec.tensor import BATCH, FLOATS, Dim, Size, Tensor

ORDER = ("bool", "uint8", "int8", "int16", "int32", "int64", "float16", "bfloat16", "float32", "float64")

# As many rows as a batch has, two at most, are stretched to two whatever comes: a batch has one row at least.
ONE_OR_TWO = {Size("min(2, B)"), 2}

# The least and the largest number that a narrow dtype holds; what a parameter can be fits into the others.
HOLDS = {"float16": (-65504.0, 65504.0)} | {
    name: (0, 2**bits - 1) if name == "uint8" else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
    for name, bits in (("uint8", 8), ("int8", 8), ("int16", 16), ("int32", 32), ("int64", 64))
}


def elementwise(self: Any, input: Tensor) -> Tensor:
    """Same dtype, same shape."""
    return Tensor(input.dtype, input.shape)


def elementwise_float(self: Any, input: Tensor) -> Tensor:
    """Same shape; whole numbers become float32, as torch does for sigmoid, exp and their kin."""
    return Tensor(input.dtype if input.dtype in FLOATS else "float32", input.shape)


def promoted(one: str, other: str) -> str:
    """The dtype that torch gives to the result of two tensors (torch.promote_types)."""
    if {one, other} == {"uint8", "int8"}:
        return "int16"
    if {one, other} == {"float16", "bfloat16"}:
        return "float32"
    return max(one, other, key=ORDER.index)


def together(one: Tensor, other: Tensor) -> str:
    """The dtype of the result of two tensors: single numbers only count by their kind (torch.result_type)."""
    if (one.rank == 0) == (other.rank == 0):
        return promoted(one.dtype, other.dtype)
    number, tensor = (one.dtype, other.dtype) if one.rank == 0 else (other.dtype, one.dtype)
    kinds = [0 if dtype == "bool" else 2 if dtype in FLOATS else 1 for dtype in (number, tensor)]
    return tensor if kinds[0] <= kinds[1] else number


def broadcast(one: tuple[Dim, ...], other: tuple[Dim, ...]) -> tuple[Dim, ...] | None:
    """The shape of two tensors together, right-aligned, ones stretched; None where they do not fit."""
    if one == other:
        return one
    width = max(len(one), len(other))
    pairs = zip((1,) * (width - len(one)) + one, (1,) * (width - len(other)) + other, strict=True)
    found = []
    for a, b in pairs:
        if a != b and 1 not in (a, b) and {a, b} != ONE_OR_TWO:
            return None
        found.append(b if a == 1 or b == 2 else a)
    return tuple(found)


def beyond(input: Tensor, **settings: float) -> Misfit | None:
    """The first setting that the input's dtype does not hold: torch writes settings into numbers of that dtype."""
    least, most = HOLDS.get(input.dtype, (-math.inf, math.inf))
    for name, value in settings.items():
        if not least <= value <= most:
            cast = insert("Tensor.to", "Insert Tensor.to float32", "input")
            default = ("Use the default", (("unset", "{node}", name),))
            return Misfit(f"needs {name} from {least} to {most} for {input}, got {value:g}", "input", (cast, default))
    return None


def counts_rows(dim: Dim) -> bool:
    """Whether a dimension grows with the batch."""
    return isinstance(dim, Size) and BATCH.symbol in re.findall(r"\w+(?:\.\w+)?", dim.symbol)


def with_number(dtype: str, number: Any) -> str:
    """The dtype of a tensor together with a plain number, which only counts by its kind."""
    if dtype in FLOATS:
        return dtype
    if isinstance(number, float):
        return "float32"
    return "int64" if dtype == "bool" else dtype


def holds(dtype: str, number: Any) -> bool:
    """Whether torch writes a number into a tensor of a dtype; in bytes negative whole numbers count from 256 down."""
    if dtype not in LIMITS:
        return True
    if isinstance(number, float) and math.isinf(number):
        return dtype in FLOATS
    least, most = LIMITS[dtype]
    return bool((-most if dtype == "uint8" and isinstance(number, int) else least) <= number <= most)


def crossed(one: tuple[Dim, ...], other: tuple[Dim, ...], together: tuple[Dim, ...]) -> bool:
    """Whether stretching two shapes puts every row of one together with every row of the other."""
    return together.count(BATCH) > max(one.count(BATCH), other.count(BATCH))


def unchanged(self: Any, input: Tensor) -> Tensor:
    """Same dtype, same shape; whole numbers are what they were unless they are negative, others at most rounded."""
    if input.bounds is None:
        return input.rearranged(*input.shape)
    low, high = input.bounds
    around = (low if math.isinf(low) else float(math.floor(low)), high if math.isinf(high) else float(math.ceil(high)))
    return Tensor(input.dtype, input.shape, input.classes, around)


def reaching(input: Tensor, number: float) -> Tensor:
    """The same numbers, with this one in the place of some."""
    bounds = input.bounds and (min(input.bounds[0], number), max(input.bounds[1], number))
    return Tensor(input.dtype, input.shape, input.classes, bounds)


def number_by_number(self: Any, input: Tensor) -> Tensor:
    """Same shape and dtype, where yes and no count as 1 and 0."""
    return Tensor("int64" if input.dtype == "bool" else input.dtype, input.shape)
