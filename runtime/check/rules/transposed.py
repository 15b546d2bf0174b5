"""Rules of windows read backwards: every number becomes a window of its own."""

from math import prod
from typing import Any

from runtime.check.rules.convolution import grouped
from runtime.check.rules.windows import along, divides, each, empty, slid
from runtime.spec.node import Misfit
from runtime.spec.tensor import Dim, Tensor, product


def transposed(self: Any, input: Tensor) -> Tensor | Misfit:
    """What a convolution with these parameters makes into `input`, and `output_padding` more."""
    if wrong := grouped(self, input) or empty(input):
        return wrong
    found: list[Dim] = []
    for (size, window, side), more in zip(along(self, input), each(self.output_padding, self.rank), strict=True):
        if more >= max(window.stride, window.dilation):
            why = f"needs an output_padding below its stride of {window.stride} or its dilation, got {more}"
            return Misfit(why, None, (("Use no output_padding", (("unset", "{node}", "output_padding"),)),))
        made = (size + -1) * window.stride + (window.reach - 2 * window.before + more)
        if isinstance(made, int) and made < 1:
            return _taken_away(window.before, side, made + 2 * window.before)
        found.append(made)
    return input.with_shape(input.shape[0], self.out_channels, *found)


def _taken_away(padding: int, side: str, size: int) -> Misfit:
    why = f"takes away a padding of {padding} on both sides of a {side} of {size}, which leaves nothing"
    return Misfit(why, None, (("Use no padding", (("unset", "{node}", "padding"),)),))


def unpooled(self: Any, input: Tensor, indices: Tensor) -> Tensor | Misfit:
    """Every number back in its window, at its index; zeros around it."""
    if indices.shape != input.shape:
        why = f"needs an index for each number, {Tensor('int64', input.shape)}, got {indices}"
        return Misfit(why, "indices")
    if wrong := empty(input):
        return wrong
    found = room(self, input)
    return found if isinstance(found, Misfit) else input.with_shape(*input.shape[:2], *found)


def room(self: Any, input: Tensor) -> tuple[Dim, ...] | Misfit:
    """The size that pooling with these parameters may have come from; `output_size` chooses another of them."""
    found: list[Dim] = []
    for (size, window, side), wish in zip(along(self, input), each(self.output_size, self.rank), strict=True):
        usual = (size + -1) * window.stride + (window.kernel - 2 * window.before)
        if wish is not None and not (isinstance(usual, int) and abs(usual - wish) < window.stride):
            repair = (("Take the usual size", (("unset", "{node}", "output_size"),)),)
            near = f"a {side} less than {window.stride} away from {usual}"
            return Misfit(f"needs an output_size with {near}, got {wish}", None, repair)
        if isinstance(usual, int) and usual < 1 and wish is None:
            return _taken_away(window.before, side, usual + 2 * window.before)
        found.append(usual if wish is None else wish)
    return tuple(found)


def places(self: Any, input: Tensor, indices: Tensor) -> dict[str, Dim]:
    """An index counts the places of one channel."""
    found = room(self, input)
    return {} if isinstance(found, Misfit) else {"indices": product(found)}


def misplaced(self: Any, input: Tensor, indices: Tensor) -> list[Misfit]:
    """Indices that were taken in planes of another size lead elsewhere, or nowhere."""
    found = room(self, input)
    plane = None if isinstance(found, Misfit) else product(found)
    if indices.classes is None or not isinstance(plane, int) or plane == indices.classes:
        return []
    ends = "training would stop at the first beyond them" if indices.classes > plane else "numbers would lie elsewhere"
    why = f"has places in a plane of {indices.classes} numbers, and makes one of {plane}, so {ends}"
    numbers = product(input.shape[2:])
    kernel = round((indices.classes / numbers) ** (1 / self.rank)) if isinstance(numbers, int) else 0
    repair = (f"Set kernel_size to {kernel}", (("set", "{node}", "kernel_size", kernel),))
    return [Misfit(why, "indices", (repair,) if kernel else ())]


def folded(self: Any, input: Tensor) -> Tensor | Misfit:
    """Columns, a window each, laid into a picture; where windows overlap, they are added."""
    if wrong := empty(input):
        return wrong
    height, width = each(self.output_size, 2)
    counts = slid(self, Tensor(input.dtype, (1, 1, height, width)))
    if isinstance(counts, Misfit):
        return counts
    window, columns = prod(each(self.kernel_size, 2)), product(counts)
    if input.shape[2] != columns:
        return Misfit(f"needs {columns} columns, one a window, for this output_size, got {input}", "input")
    channels = input.shape[1]
    if not divides(channels, window):
        return Misfit(f"needs columns of a multiple of {window} numbers, a window's, got {input}", "input")
    return input.with_shape(input.shape[0], channels // window, height, width)
