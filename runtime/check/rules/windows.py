"""Rules of windows that slide over a picture: convolutions and pooling."""

from typing import Any

from runtime.spec.node import Misfit
from runtime.spec.tensor import Dim, Size, Tensor


def pair(value: Any) -> tuple[int, int]:
    """A number for both dimensions, or one for each."""
    return (value[0], value[1]) if isinstance(value, list) else (value, value)


def windows(size: Dim, kernel: int, stride: int, padding: int, dilation: int, ceil: bool = False) -> Dim:
    """How many windows fit along one dimension (torch.nn.Conv2d, torch.nn.MaxPool2d, "Shape")."""
    room = size + (2 * padding - dilation * (kernel - 1) - 1)
    if not ceil:
        return room + 1 if stride == 1 else room // stride + 1
    count, most = (room + (stride - 1)) // stride + 1, (size + (padding - 1)) // stride + 1
    if isinstance(count, int) and isinstance(most, int):
        return min(count, most)  # a last window must not begin in the padding
    return count if stride + padding <= dilation * (kernel - 1) + 1 else Size(f"min({count}, {most})")


def slid(self: Any, input: Tensor, ceil: bool = False) -> tuple[Dim, ...] | Misfit:
    """Height and width after a window of `kernel_size` slid over them."""
    stride = self.kernel_size if self.stride is None else self.stride
    settings = zip(*map(pair, (self.kernel_size, stride, self.padding, self.dilation)), strict=True)
    found: list[Dim] = []
    for size, (kernel, step, padding, dilation), side in zip(input.shape[-2:], settings, SIDES, strict=True):
        count = windows(size, kernel, step, padding, dilation, ceil)
        if isinstance(size, int) and isinstance(count, int) and count < 1:
            return _too_large(self, input, (kernel, size, padding, dilation), side)
        found.append(count)
    return tuple(found)


def _too_large(self: Any, input: Tensor, along: tuple[int, int, int, int], side: str) -> Misfit:
    """A window that is larger than the picture."""
    kernel, size, padding, dilation = along
    most = _largest(size, padding, dilation)
    reach = (dilation * (kernel - 1) + 1) // 2
    ways = zip(input.shape[-2:], *map(pair, (self.kernel_size, self.padding, self.dilation)), strict=True)
    fitting = [min(k, _largest(s, p, d)) if isinstance(s, int) else k for s, k, p, d in ways]
    size_that_fits = fitting if isinstance(self.kernel_size, list) else min(fitting)
    repairs = [
        (f"Set kernel_size to {size_that_fits}", (("set", "{node}", "kernel_size", size_that_fits),)),
        (f"Set padding to {reach}", (("set", "{node}", "padding", reach),)),
        ("Set dilation to 1", (("unset", "{node}", "dilation"),)),
    ]
    repairs += [
        (f"Set kernel_size to {less}", (("set", "{node}", "kernel_size", less),)) for less in (3, 1) if less < most
    ]
    spread = f" at a dilation of {dilation}" if dilation > 1 else ""
    room = f"{size} {SAID[side]}" + (f", {size + 2 * padding} with padding" if padding else "")
    return Misfit(f"needs a kernel_size of at most {most}{spread}: the picture is {room}", None, tuple(repairs))


def _largest(size: int, padding: int, dilation: int) -> int:
    """The largest kernel whose window fits."""
    return (size + 2 * padding - 1) // dilation + 1


SAID = {"height": "high", "width": "wide"}


SIDES = ("height", "width")


def repeated(self: Any, input: Tensor) -> Misfit | None:
    """What stands in the way of filling the border with the picture itself (torch.nn.functional.pad)."""
    less = {"reflect": 1, "circular": 0}.get(self.padding_mode)
    if less is None:
        return None
    for size, padding, side in zip(input.shape[-2:], pair(self.padding), SIDES, strict=True):
        if isinstance(size, int) and padding > size - less:
            why = f"needs a {self.padding_mode} padding of at most {size - less} for a {side} of {size}, got {padding}"
            return Misfit(why, "input", (("Pad with zeros", (("unset", "{node}", "padding_mode"),)),))
    return None


def unseen(self: Any, input: Tensor) -> Misfit | None:
    """A window's points may lie so far apart that all fall into the padding; torch then writes beyond memory."""
    stride = self.kernel_size if self.stride is None else self.stride
    settings = zip(*map(pair, (stride, self.padding, self.dilation)), strict=True)
    for size, (step, padding, dilation), side in zip(input.shape[-2:], settings, SIDES, strict=True):
        starts = range(-padding, 0, step)[:1000]
        if isinstance(size, int) and size < dilation and any(start % dilation >= size for start in starts):
            repair = (("Set dilation to 1", (("unset", "{node}", "dilation"),)),)
            return Misfit(
                f"has a window that sees only padding: a dilation of {dilation} over a {side} of {size}",
                "input",
                repair,
            )
    return None
