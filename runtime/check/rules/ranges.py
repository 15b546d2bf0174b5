"""Rules of value ranges: what becomes of them, and numbers that do not lie where a node expects them."""

from math import inf, isfinite
from typing import Any

from runtime.check.rules.repairs import Candidate, insert
from runtime.spec.node import Misfit
from runtime.spec.tensor import FLOATS, Tensor

Range = tuple[float, float]
WIDE = 100.0  # numbers that lie further apart than this are not normalised
BRIGHT = 10.0  # nor are those from 0 on that reach beyond this: those of a picture
RAW = 10.0  # a mean and a deviation of 1 at most are not for numbers beyond this
OMIT: Candidate = ("Leave it out", (("omit",),))


def known(type: Tensor) -> Range | None:
    """Between which numbers those of a tensor lie: also whole ones, whose dtype or whose classes tell it.

    Bytes that are no single numbers are pictures, also where noise of fewer classes stands in for them.
    """
    if type.dtype in FLOATS:
        return type.bounds
    if type.dtype == "bool" or type.classes is None or (type.dtype == "uint8" and type.rank > 2):
        return {"uint8": (0.0, 255.0), "bool": (0.0, 1.0)}.get(type.dtype)
    return 0.0, float(max(type.classes - 1, 0))


def moved(type: Tensor, made: Tensor, *steps: tuple[float, float]) -> Tensor:
    """What comes out where each number is taken less by a mean and divided by a deviation, one such pair a channel."""
    found = known(type)
    if found is None or not all(map(isfinite, found)) or not all(deviation for _, deviation in steps):
        return made
    ends = [(end - mean) / deviation for end in found for mean, deviation in steps]
    return Tensor(made.dtype, made.shape, None, (min(ends), max(ends)))


def said(bounds: Range) -> str:
    """Bounds in words."""
    return f"numbers from {bounds[0]:.3g} to {bounds[1]:.3g}"


def unnormalised(type: Tensor, port: str = "input") -> list[Misfit]:
    """Numbers as large as those of pictures, of which layers with weights learn badly."""
    if type.bounds is None or not (WIDE if type.bounds[0] < 0 else BRIGHT) < type.bounds[1] - type.bounds[0] < inf:
        return []
    scale = "Insert transform.Scale", (("scale", port, max(map(abs, type.bounds))),)
    why = f"gets {said(type.bounds)}, of which layers learn badly: they expect some around 0 or up to 1"
    return [Misfit(why, port, (scale,))]


def scaled_already(self: Any, type: Tensor) -> list[Misfit]:
    """Numbers that a division makes tiny: it is for larger ones."""
    if type.bounds is None or not 0 < type.bounds[1] <= self.maximum / RAW:
        return []
    fitting = (f"Set maximum to {type.bounds[1]:g}", (("set", "{node}", "maximum", type.bounds[1]),))
    why = f"divides {said(type.bounds)} by {self.maximum:g}, so that almost nothing is left of them"
    return [Misfit(why, "input", (OMIT,) if type.bounds[1] <= 1 else (fitting, OMIT))]


def normalised_otherwise(self: Any, type: Tensor) -> list[Misfit]:
    """A mean and a deviation for numbers of another range, or for those that were not normalised yet."""
    if type.bounds is None or not all(map(isfinite, type.bounds)):
        return []
    low, high = type.bounds
    what = said(type.bounds)
    if high > RAW and max(map(abs, (*self.mean, *self.std))) <= 1:
        scale = insert("transform.Scale", "Insert transform.Scale", "input", maximum=high)
        return [Misfit(f"has a mean and a std for numbers from 0 to 1, but gets {what}", "input", (scale,))]
    if max(self.mean) > max(high, 1) and min(self.std) > 1:
        less = [("set", "{node}", name, [value / 255 for value in getattr(self, name)]) for name in ("mean", "std")]
        why = f"has a mean and a std for numbers from 0 to 255, but gets {what}"
        return [Misfit(why, "input", (("Divide mean and std by 255", tuple(less)),))]
    if low < 0 and min(self.mean) > 0 and max(self.std) <= 1:
        return [Misfit(f"normalises what is normalised already: it gets {what}", "input", (OMIT,))]
    return []
