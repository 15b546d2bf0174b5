"""Rules of value ranges: what becomes of them, and numbers that do not lie where a node expects them."""

from math import ceil, floor, inf, isfinite, log10
from typing import Any

from runtime.check.rules.repairs import Candidate, insert
from runtime.spec.node import Misfit
from runtime.spec.tensor import FLOATS, Tensor, within

Range = tuple[float, float]
WIDE = 100.0  # numbers that lie further apart than this are not normalised
BRIGHT = 10.0  # nor are those from 0 on that reach beyond this: those of a picture
FULL = (1.0, 16.0, 255.0)  # the largest number of pictures, after what they are counted in
NEARLY = 0.98  # of it is the largest of many pictures at least
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


def cut_off(made: Tensor, came: Range | None, low: float | None, high: float | None) -> Tensor:
    """What comes out where numbers that lie where those that `came` do are moved onto two limits; None limits nothing.

    Limits far apart tell nothing of how large the numbers of a layer are, as behind a ReLU that is cut off at 20.
    """
    least, most = -inf if low is None else low, inf if high is None else high
    if came is None or least > most:
        return within(made, low, high)
    low, high = (min(max(end, least), most) for end in came)
    if _wide((low, high)) and not all(map(isfinite, came)):
        low, high = (low, inf) if came[1] == inf else (-inf, high)
    return within(made, low, high)


def even(most: float) -> float:
    """By what numbers up to this one are divided: what those of pictures reach, or what it is in three digits at most.

    A look at data finds 254.999 where 255 is meant; divided by slightly more, none comes out above 1.
    """
    plain = next((each for each in FULL if NEARLY * each <= most <= each), most)
    if plain.is_integer():
        return plain
    step = 10.0 ** (floor(log10(most)) - 2)
    return float(f"{ceil(most / step) * step:.3g}") if step else most


def _wide(bounds: Range) -> bool:
    """Whether numbers lie as far apart as those of pictures do."""
    return (WIDE if bounds[0] < 0 else BRIGHT) < bounds[1] - bounds[0] < inf


def unnormalised(type: Tensor, port: str = "input") -> list[Misfit]:
    """Numbers as large as those of pictures, of which layers with weights learn badly."""
    if type.bounds is None or not _wide(type.bounds):
        return []
    scale = "Insert transform.Scale", (("scale", port, even(max(map(abs, type.bounds)))),)
    why = f"gets {said(type.bounds)}, of which layers learn badly: they expect some around 0 or up to 1"
    return [Misfit(why, port, (scale,))]


def scaled_already(self: Any, type: Tensor) -> list[Misfit]:
    """Numbers that a division makes tiny: it is for larger ones."""
    if type.bounds is None or not 0 < type.bounds[1] <= self.maximum / RAW:
        return []
    most = even(type.bounds[1])
    fitting = (f"Set maximum to {most:g}", (("set", "{node}", "maximum", most),))
    why = f"divides {said(type.bounds)} by {self.maximum:g}, so that almost nothing is left of them"
    return [Misfit(why, "input", (OMIT,) if type.bounds[1] <= 1 else (fitting, OMIT))]


def normalised_otherwise(self: Any, type: Tensor) -> list[Misfit]:
    """A mean and a deviation for numbers of another range, or for those that were not normalised yet."""
    if type.bounds is None or not all(map(isfinite, type.bounds)):
        return []
    low, high = type.bounds
    what = said(type.bounds)
    if high > RAW and max(map(abs, (*self.mean, *self.std))) <= 1:
        scale = insert("transform.Scale", "Insert transform.Scale", "input", maximum=even(high))
        return [Misfit(f"has a mean and a std for numbers from 0 to 1, but gets {what}", "input", (scale,))]
    if max(self.mean) > max(high, 1) and min(self.std) > 1:
        less = [("set", "{node}", name, [value / 255 for value in getattr(self, name)]) for name in ("mean", "std")]
        why = f"has a mean and a std for numbers from 0 to 255, but gets {what}"
        return [Misfit(why, "input", (("Divide mean and std by 255", tuple(less)),))]
    if low < 0 and min(self.mean) > 0 and max(self.std) <= 1:
        return [Misfit(f"normalises what is normalised already: it gets {what}", "input", (OMIT,))]
    return []
