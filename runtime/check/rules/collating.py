"""How samples become a batch: stacked, filled up to one length, left as a list, or as a function says."""

from dataclasses import replace
from typing import Any

from runtime.check.rules.elementwise import HOLDS, reaching
from runtime.check.rules.repairs import insert
from runtime.graph.names import pads
from runtime.spec.node import Misfit
from runtime.spec.tensor import BATCH, INTEGERS, Picture, Several, Size, Tensor, Text, Type, batched, parse_type


def joined(name: str, type: Type, way: Any) -> Type | Misfit:
    """The type of a batch of samples of `type` that are put together in this way."""
    if pads(way):
        return padded(name, type, way["pad"] if isinstance(way, dict) else 0)
    if isinstance(way, dict):
        output = parse_type(str(way.get("output")))
        return batched(output) if output else Misfit(f"needs the output type of the function for {name}", name)
    if isinstance(type, Picture):
        label, steps = insert("transform.Decode", "Insert transform.Decode", name, size=[224, 224])
        scale = insert("transform.Scale", f"{label} and transform.Scale", name)
        scaled = (scale[0], (*steps, *scale[1]))
        return Misfit("cannot put pictures together that are not decoded", name, (scaled, (label, steps)))
    if not isinstance(type, Tensor):
        if not isinstance(type, Text):
            return Misfit(f"cannot {way} samples of type {type}", name)
        return batched(type)
    if way == "list":
        return Several(type)
    if any(isinstance(size, Size) for size in type.shape[1:]):
        resize = insert("transform.Resize", "Insert transform.Resize", name)
        return Misfit(f"cannot stack samples of several sizes, {type}", name, (resize,))
    if ragged := next((size for size in type.shape if isinstance(size, Size)), None):
        return Misfit(f"cannot stack samples of which each has another size {ragged}, got {type}", name)
    return batched(type)


def padded(name: str, type: Type, value: float) -> Type | Misfit:
    """The type of samples that are filled up with a value to the length of the longest of their batch."""
    if not isinstance(type, Tensor):
        return Misfit(f"cannot pad samples of type {type}", name)
    if not type.shape:
        return Misfit("cannot pad single numbers", name)
    low, high = (0, 1) if type.dtype == "bool" else HOLDS.get(type.dtype, (value, value))
    if not low <= value <= high or (type.dtype in (*INTEGERS, "bool") and value != int(value)):
        return Misfit(f"cannot pad {type.dtype} with {value}", name)
    filled = reaching(type, float(value))
    if type.classes and not 0 <= value < type.classes:
        filled = replace(filled, classes=None)
    return filled.rearranged(BATCH, Size(f"{name}.T"), *type.shape[1:])


def beside(name: str) -> tuple[Tensor, Tensor]:
    """The types of the lengths and of the mask of a padded field."""
    return Tensor("int64", (BATCH,)), Tensor("bool", (BATCH, Size(f"{name}.T")))
