"""Rules of windows that slide over series, pictures and volumes: convolutions, pooling, columns."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from runtime.spec.node import Misfit
from runtime.spec.tensor import Dim, Size, Tensor, called

SIDES = {1: ("length",), 2: ("height", "width"), 3: ("depth", "height", "width")}
SAID = {"length": "long", "height": "high", "width": "wide", "depth": "deep"}
FILLED = {1: "series", 2: "picture", 3: "volume"}


def each(value: Any, count: int) -> tuple[Any, ...]:
    """A value for all dimensions, or one for each."""
    return tuple(value) if isinstance(value, list) else (value,) * count


def pair(value: Any) -> tuple[int, int]:
    """A number for height and width, or one for each."""
    height, width = each(value, 2)
    return height, width


def shown(value: Any, count: int) -> str:
    """Sizes as one sees them on a node: ``3 × 3``."""
    return " × ".join(map(str, each(value, count)))


def divides(size: Dim, by: int) -> bool:
    """Whether a dimension is a multiple of a number, whatever its symbol stands for."""
    if isinstance(size, Size):
        return size.factor % by == 0 and size.offset % by == 0
    return size % by == 0


class Window(NamedTuple):
    """How a window slides along one dimension, at whose ends `before` and `after` are added."""

    kernel: int
    stride: int
    before: int
    after: int
    dilation: int

    @property
    def reach(self) -> int:
        """From its first point to its last, both counted."""
        return self.dilation * (self.kernel - 1) + 1

    def fitting(self, size: Dim, ceil: bool = False) -> Dim:
        """How many windows fit (torch.nn.Conv2d, torch.nn.MaxPool2d, "Shape")."""
        room = size + (self.before + self.after - self.reach)
        if not ceil:
            return room + 1 if self.stride == 1 else room // self.stride + 1
        count = (room + (self.stride - 1)) // self.stride + 1
        most = (size + (self.before - 1)) // self.stride + 1
        if isinstance(count, int) and isinstance(most, int):
            return min(count, most)  # a last window must not begin in the padding
        return count if self.stride + self.before <= self.reach else Size(called(f"min({count}, {most})"))

    def largest(self, size: int) -> int:
        """The largest kernel whose window fits."""
        return (size + self.before + self.after - 1) // self.dilation + 1


def windows(self: Any) -> list[Window]:
    """The window along each dimension; a stride of none is the window's own size."""
    kernels = each(self.kernel_size, self.rank)
    strides = kernels if self.stride is None else each(self.stride, self.rank)
    dilations = each(getattr(self, "dilation", 1), self.rank)
    paddings = each(getattr(self, "padding", 0), self.rank)
    ways = zip(kernels, strides, paddings, dilations, strict=True)
    return [Window(k, s, *_borders(p, d * (k - 1)), d) for k, s, p, d in ways]


def _borders(padding: int | str, more: int) -> tuple[int, int]:
    """What is added before and after; "same" makes up for what a window takes, the odd one behind."""
    if isinstance(padding, str):
        return (more // 2, more - more // 2) if padding == "same" else (0, 0)
    return padding, padding


def along(self: Any, input: Tensor) -> Iterator[tuple[Dim, Window, str]]:
    """Size, window and name of each dimension over which windows slide."""
    return zip(input.shape[-self.rank :], windows(self), SIDES[self.rank], strict=True)


def slid(self: Any, input: Tensor, ceil: bool = False) -> tuple[Dim, ...] | Misfit:
    """The last dimensions after a window of `kernel_size` slid over them."""
    if wrong := empty(input):
        return wrong
    found: list[Dim] = []
    for size, window, side in along(self, input):
        count = window.fitting(size, ceil)
        if isinstance(size, int) and isinstance(count, int) and count < 1:
            return _too_large(self, input, size, window, side)
        found.append(count)
    return tuple(found)


def empty(input: Tensor, first: int = 1) -> Misfit | None:
    """Batches may be empty where torch's windows slide, all other dimensions, from `first` on, may not."""
    if 0 in input.shape[first:]:
        return Misfit(f"needs at least one number in every dimension, got {input}", "input")
    return None


def _too_large(self: Any, input: Tensor, size: int, window: Window, side: str) -> Misfit:
    """A window that is larger than the picture."""
    most = window.largest(size)
    smaller = [min(w.kernel, w.largest(s)) if isinstance(s, int) else w.kernel for s, w, _ in along(self, input)]
    size_that_fits = smaller if isinstance(self.kernel_size, list) else min(smaller)
    repairs: list[Any] = [(f"Set kernel_size to {size_that_fits}", (("set", "{node}", "kernel_size", size_that_fits),))]
    if not hasattr(self, "out_channels") and size == 1:  # a pool with nothing left to put together
        behind = ("Leave it out and the pools behind it", (("omit row",),))
        repairs = [("Leave it out", (("omit",),)), behind, *repairs]
    if hasattr(self, "padding"):
        half = window.reach // 2
        repairs.append((f"Set padding to {half}", (("set", "{node}", "padding", half),)))
    if window.dilation > 1:
        repairs.append(("Set dilation to 1", (("unset", "{node}", "dilation"),)))
    repairs += [
        (f"Set kernel_size to {less}", (("set", "{node}", "kernel_size", less),)) for less in (3, 1) if less < most
    ]
    spread = f" at a dilation of {window.dilation}" if window.dilation > 1 else ""
    added = window.before + window.after
    room = f"{size} {SAID[side]}" + (f", {size + added} with padding" if added else "")
    why = f"needs a kernel_size of at most {most}{spread}: the {FILLED[self.rank]} is {room}"
    return Misfit(why, None, tuple(repairs))
