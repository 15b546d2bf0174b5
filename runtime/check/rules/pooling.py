"""Rules of pooling: one number for every window, or pictures brought to a given size."""

from collections.abc import Mapping
from typing import Any

from runtime.check.rules.repairs import insert
from runtime.check.rules.windows import SIDES, along, each, empty, slid, windows
from runtime.spec.node import Misfit
from runtime.spec.tensor import FLOATS, Dim, Size, Tensor, called, product

Pooled = Tensor | Mapping[str, Tensor]


def pooled(self: Any, input: Tensor) -> Tensor | Misfit:
    """A number a window, channel by channel."""
    if wrong := halved(self):
        return wrong
    size = slid(self, input, self.ceil_mode)
    return size if isinstance(size, Misfit) else input.with_shape(*input.shape[:2], *size)


def inside(self: Any, input: Tensor) -> Tensor | Misfit:
    """Averages of volumes want the window to fit in the volume itself, whatever is added (torch's avg_pool3d)."""
    for size, window, side in along(self, input):
        if isinstance(size, int) and 0 < size < window.kernel:
            why = f"needs a kernel_size of at most {size} for a {side} of {size}, padding aside, got {window.kernel}"
            return Misfit(why, None, ((f"Set kernel_size to {size}", (("set", "{node}", "kernel_size", size),)),))
    return pooled(self, input)


def halved(self: Any) -> Misfit | None:
    """Pooling takes a padding of at most half a window."""
    if all(2 * window.before <= window.kernel for window in windows(self)):
        return None
    repair = (("Use no padding", (("unset", "{node}", "padding"),)),)
    return Misfit(f"has a padding of {self.padding}, more than half of its window", None, repair)


def unseen(self: Any, input: Tensor) -> Misfit | None:
    """A window's points may lie so far apart that all fall into the padding; torch then writes beyond memory."""
    for size, window, side in along(self, input):
        starts = range(-window.before, 0, window.stride)[:1000]
        if isinstance(size, int) and size < window.dilation and any(at % window.dilation >= size for at in starts):
            repair = (("Set dilation to 1", (("unset", "{node}", "dilation"),)),)
            why = f"has a window that sees only padding: a dilation of {window.dilation} over a {side} of {size}"
            return Misfit(why, "input", repair)
    return None


def largest(self: Any, input: Tensor) -> Pooled | Misfit:
    """The largest number of every window, and where it stood."""
    found = pooled(self, input)
    if isinstance(found, Misfit):
        return found
    return unseen(self, input) or with_indices(self, input, found)


def with_indices(self: Any, input: Tensor, output: Tensor) -> Pooled:
    """The output, and beside it the places in its channel's plane that its numbers come from, if they are wanted."""
    if not self.return_indices:
        return output
    plane = product(input.shape[2:])
    return {"output": output, "indices": Tensor("int64", output.shape, plane if isinstance(plane, int) else None)}


def averaged(self: Any, input: Tensor) -> list[Misfit]:
    """Whole numbers have whole averages."""
    if input.dtype in FLOATS:
        return []
    cast = insert("Tensor.to", "Insert Tensor.to float32")
    return [Misfit(f"averages {input.dtype}, and cuts off what stands behind the point", "input", (cast,))]


def adaptive_average(self: Any, input: Tensor) -> Tensor | Misfit:
    """The given size; for a single average torch takes what is empty too."""
    sizes = each(self.output_size, self.rank)
    if any(size != 1 for size in sizes) and (wrong := empty(input)):
        return wrong
    return input.with_shape(*input.shape[:2], *sizes)


def adaptive_largest(self: Any, input: Tensor) -> Pooled | Misfit:
    """The given size, and where the numbers stood."""
    sizes = each(self.output_size, self.rank)
    return empty(input) or with_indices(self, input, input.with_shape(*input.shape[:2], *sizes))


def fractional(self: Any, input: Tensor) -> Pooled | Misfit:
    """The given size, or a share of the input's, from windows that lie at random."""
    if (self.output_size is None) == (self.output_ratio is None):
        came = "both" if self.output_ratio else "none of them"
        repairs = [(f"Set {name} to {value}", (("set", "{node}", name, value),)) for name, value in CHOSEN.items()]
        unset = [(f"Use no {name}", (("unset", "{node}", name),)) for name in CHOSEN]
        why = f"needs either an output_size or an output_ratio, got {came}"
        return Misfit(why, None, tuple(unset if self.output_ratio else repairs))
    if wrong := empty(input):
        return wrong
    found: list[Dim] = []
    kernels = each(self.kernel_size, self.rank)
    wishes, ratios = each(self.output_size, self.rank), each(self.output_ratio, self.rank)
    ways = zip(input.shape[2:], kernels, wishes, ratios, SIDES[self.rank], strict=True)
    for size, kernel, wish, ratio, side in ways:
        made = scaled(size, ratio) if wish is None else wish
        if isinstance(size, int) and isinstance(made, int) and made + kernel > size + (self.rank == 2):
            why = f"cannot place {made} windows of {kernel} at random in a {side} of {size}"
            return Misfit(why, "input", (("Set kernel_size to 1", (("set", "{node}", "kernel_size", 1),)),))
        found.append(made)
    return with_indices(self, input, input.with_shape(*input.shape[:2], *found))


CHOSEN = {"output_ratio": 0.7, "output_size": 1}


def scaled(size: Dim, by: float) -> Dim:
    """A dimension times a factor, rounded down."""
    if isinstance(size, int) or float(by).is_integer():
        return int(size * by) if isinstance(size, int) else size * int(by)
    return Size(called(f"int(({size})*{by})" if size.offset else f"int({size}*{by})"))
