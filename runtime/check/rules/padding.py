"""Rules of padding: what may be added before and after the last dimensions, or cut off there."""

from collections.abc import Callable
from typing import Any

from runtime.check.rules.windows import SIDES, empty
from runtime.spec.node import Misfit
from runtime.spec.tensor import BATCH, Dim, Size, Tensor

Ends = list[tuple[int, int]]
"""What is added before and after each dimension, the last dimension first, as torch.nn.functional.pad counts them."""

# What a dtype can hold: torch refuses a value beyond.
LIMITS = {
    "uint8": (0, 2**8 - 1),
    "int8": (-(2**7), 2**7 - 1),
    "int16": (-(2**15), 2**15 - 1),
    "int32": (-(2**31), 2**31 - 1),
    "int64": (-(2**63), 2**63),
    "float16": (-65504, 65504),
    "bfloat16": (-(2.0**128 - 2.0**120), 2.0**128 - 2.0**120),
    "float32": (-(2.0**128 - 2.0**104), 2.0**128 - 2.0**104),
}


def at_ends(padding: Any, rank: int) -> Ends:
    """One number for all ends, or two a dimension."""
    each = padding if isinstance(padding, list) else [padding] * (2 * rank)
    return list(zip(each[::2], each[1::2], strict=True))


def padded(self: Any, input: Tensor, around: Ends) -> Tensor | Misfit:
    """The last dimensions with what is added to them in this `mode`."""
    least, most = LIMITS.get(input.dtype, (self.value, self.value))
    if self.mode == "constant" and not least <= self.value <= most and any(max(both) > 0 for both in around):
        zero = ("Pad with zeros", (("set", "{node}", "value", 0.0),))
        return Misfit(f"has a value of {self.value:g}, which {input.dtype} cannot hold", "input", (zero,))
    if self.mode in ("reflect", "replicate") and (wrong := empty(input)):
        return wrong
    shape: list[Dim] = list(input.shape)
    for at, (before, after) in enumerate(around, start=1):
        size = shape[-at]
        if (least := _least(size)) is not None and (why := REFUSED[self.mode](least, before, after)):
            name = SIDES[len(around)][-at] if len(around) in SIDES else f"dim {input.rank - at}"
            repairs = (self.instead(),) if self.mode != "constant" else ()
            return Misfit(f"{why} a {name} of {size}, got a padding of {before} and {after}", "input", repairs)
        shape[-at] = size + (before + after)
    if self.mode in ("reflect", "replicate") and not any(shape[-len(around) :]):
        return Misfit(f"cannot cut off all there is of {input}", "input", (self.instead(),))
    return input.with_shape(*shape)


def _least(size: Dim) -> int | None:
    """What a dimension is at least: a batch has a row; other lengths are taken to be long enough."""
    if isinstance(size, int):
        return size
    return size.factor + size.offset if size.symbol == BATCH.symbol else None


def shifts_rows(input: Tensor, around: Ends) -> bool:
    """Whether something stands before the first row of a batch, or is cut off there: rows come out in other places."""
    at = len(input.shape)
    first = input.shape[0] if 0 < at <= len(around) else None
    return isinstance(first, Size) and first.symbol == BATCH.symbol and around[at - 1][0] != 0


def padded_anywhere(self: Any, input: Tensor) -> Tensor | Misfit:
    """As many dimensions as there are numbers for; what is no constant goes into three at most, in certain ranks."""
    count = len(self.pad) if isinstance(self.pad, list) else 2
    if count % 2 or count > 2 * input.rank:
        why = f"needs two numbers a dimension, before and after, at most {2 * input.rank}, got {count}"
        return Misfit(why, "input", (("Set pad to 1", (("set", "{node}", "pad", 1),)),))
    if self.mode != "constant" and (count > 6 or not 1 <= input.rank - count // 2 <= 2):
        why = f"needs one or two dimensions before those that are padded with {self.mode}, at most three, got {input}"
        return Misfit(why, "input", (self.instead(),))
    if self.mode in ("reflect", "replicate") and input.dtype == "bool":
        return Misfit(f"needs numbers for a mode of {self.mode}, got {input}", "input", (self.instead(),))
    return padded(self, input, at_ends(self.pad, 1))


def padded_oddly(self: Any, input: Tensor) -> list[Misfit]:
    """What runs, but is hardly meant."""
    found = []
    if self.value and self.mode != "constant":
        unset = ("Use no value", (("unset", "{node}", "value"),))
        found.append(Misfit(f"has a value of {self.value:g}, which a mode of {self.mode} does not use", None, (unset,)))
    if isinstance(self.pad, list) and len(self.pad) == 2 * input.rank and self.pad[-2:] != [0, 0]:
        found.append(Misfit("adds to the batch itself, or cuts off from it", "input"))
    return found


def _constant(size: int, before: int, after: int) -> str | None:
    left = min(size + before, size + after, size + before + after)
    return "cannot cut off more than all of" if left < 0 else None


def _reflect(size: int, before: int, after: int) -> str | None:
    if max(before, after) >= size:
        return f"can mirror at most {size - 1} numbers of"
    return _replicate(size, before, after)


def _replicate(size: int, before: int, after: int) -> str | None:
    return "cannot cut off more than all of" if size + before + after < 0 else None


def _circular(size: int, before: int, after: int) -> str | None:
    """Where something is cut off, torch takes up numbers that nobody wrote."""
    if min(before, after) < 0:
        return "cannot cut off and go round"
    return f"can go round once, over {size} numbers of" if max(before, after) > size else None


REFUSED: dict[str, Callable[[int, int, int], str | None]] = {
    "constant": _constant,
    "reflect": _reflect,
    "replicate": _replicate,
    "circular": _circular,
}
