"""How samples become a batch: stacked, filled up to one length, left as a list, or as a function says."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from runtime.check.rules.elementwise import HOLDS, reaching
from runtime.check.rules.repairs import insert
from runtime.graph.names import FURTHER, pads
from runtime.spec.listed import listed
from runtime.spec.node import Misfit
from runtime.spec.tensor import (
    BATCH,
    INTEGERS,
    Picture,
    Several,
    Size,
    Tensor,
    Text,
    Type,
    batched,
    parse_type,
)


def together(collate: Any, samples: Mapping[str, Type]) -> dict[str, Type] | Misfit:
    """The types of a batch, or why these samples do not become one."""
    if collate.collate_fn and (wrong := _untold(collate, samples)):
        return wrong
    found: dict[str, Type] = {}
    for name, type in samples.items():
        way = collate.collate.get(name, "stack")
        made = _own(collate, name) or joined(name, type, way)
        if isinstance(made, Misfit):
            return made if made.repairs else replace(made, repairs=(_otherwise(collate, name),))
        found[name] = made
        if pads(way) and not collate.collate_fn:
            found |= {f"{name}_{what}": type for what, type in zip(FURTHER, beside(name), strict=True)}
    return found


def _otherwise(collate: Any, name: str) -> tuple[str, tuple[Any, ...]]:
    """Another way for the samples of a field."""
    rest = {other: way for other, way in collate.collate.items() if other != name}
    label, ways = ("Stack them", rest) if name in collate.collate else ("Pad them", {**rest, name: "pad"})
    return label, (("set", "{node}", "collate", ways),)


def _untold(collate: Any, samples: Mapping[str, Type]) -> Misfit | None:
    """Fields of which a function for whole samples does not tell what it gives."""
    missing = [name for name in samples if _own(collate, name) is None]
    if not missing:
        return None
    said = _said(collate, {name: str(samples[name]) for name in missing})
    why = f"needs the type that collate_fn gives for {listed(missing[:4])}, such as int64[10]"
    return Misfit(why, None, (("Say that it gives what stacking gives", (said,)),))


def _said(collate: Any, types: dict[str, str]) -> tuple[Any, ...]:
    """The edit that declares types for some fields."""
    return ("set", "{node}", "collate_fn", {**collate.collate_fn, "outputs": _outputs(collate) | types})


def _outputs(collate: Any) -> dict[str, Any]:
    outputs = (collate.collate_fn or {}).get("outputs")
    return outputs if isinstance(outputs, dict) else {}


def _own(collate: Any, name: str) -> Type | None:
    """What the function for whole samples gives for a field, as the user says."""
    told = _outputs(collate).get(name)
    found = parse_type(told) if isinstance(told, str) else None
    return batched(found) if found else None


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
