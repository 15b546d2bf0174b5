"""Rules that families share: from input types and parameters to an output type, or to a sentence saying why not."""

from typing import Any

from runtime.spec.node import Misfit
from runtime.spec.tensor import FLOATS, Dim, Size, Tensor, product

ORDER = ("bool", "uint8", "int8", "int16", "int32", "int64", "float16", "bfloat16", "float32", "float64")


def elementwise(self: Any, input: Tensor) -> Tensor:
    """Same dtype, same shape."""
    return Tensor(input.dtype, input.shape)


def elementwise_float(self: Any, input: Tensor) -> Tensor:
    """Same shape; whole numbers become float32, as torch does for sigmoid, exp and their kin."""
    return Tensor(input.dtype if input.dtype in FLOATS else "float32", input.shape)


def place(dim: int, rank: int, port: str = "input") -> int | Misfit:
    """A dim of a tensor of this rank as an index from the left; negative ones count from the right."""
    if -max(rank, 1) <= dim < max(rank, 1):
        return dim % max(rank, 1)
    last = (("Take the last dim", (("set", "{node}", "dim", -1),)),)
    why = f"has no dim {dim}: with {rank} dimensions, dim lies from {-max(rank, 1)} to {max(rank, 1) - 1}"
    return Misfit(why, port, last)


def places(dim: Any, rank: int) -> list[int] | Misfit:
    """One dim, several, or all for None, as indices from the left."""
    given = dim if isinstance(dim, list) else range(rank) if dim is None else [dim]
    found: list[int] = []
    for each in given:
        at = place(each, rank)
        if isinstance(at, Misfit):
            return at
        if at in found:
            once = list(dict.fromkeys(d % max(rank, 1) for d in given))
            repair = (("Name it once", (("set", "{node}", "dim", once),)),)
            return Misfit(f"names dim {at} twice in {dim}", "input", repair)
        found.append(at)
    return found


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


def batch_normalized(self: Any, input: Tensor) -> Tensor | Misfit:
    """Same shape; in training torch wants more than one value a channel."""
    if product((input.shape[0], *input.shape[2:])) == 1:
        return Misfit(f"needs more than one value a channel, got {input}", "input")
    return Tensor(input.dtype, input.shape)


def broadcast(one: tuple[Dim, ...], other: tuple[Dim, ...]) -> tuple[Dim, ...] | None:
    """The shape of two tensors together, right-aligned, ones stretched; None where they do not fit."""
    if one == other:
        return one
    width = max(len(one), len(other))
    pairs = zip((1,) * (width - len(one)) + one, (1,) * (width - len(other)) + other, strict=True)
    found = []
    for a, b in pairs:
        if a != b and a != 1 and b != 1:
            return None
        found.append(b if a == 1 else a)
    return tuple(found)


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


def flattened(shape: tuple[Dim, ...], start: int, end: int) -> tuple[Dim, ...]:
    """Dimensions `start` to `end`, both included, multiplied into one."""
    return (*shape[:start], product(shape[start : end + 1]), *shape[end + 1 :])


def insert(
    type_name: str, label: str, port: str = "input", at: int | None = None, **parameters: Any
) -> tuple[str, tuple[Any, ...]]:
    """A candidate repair: put a node on the wires into `port`, or on wire number `at` of them."""
    return label, (("insert", type_name, parameters, port, at),)
