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
    return Misfit(f"has no dim {dim}: the input has {rank} dimensions, so dim lies in {-rank} .. {rank - 1}", port)


def promoted(one: str, other: str) -> str:
    """The dtype that torch gives to the result of two tensors (torch.promote_types)."""
    if {one, other} == {"uint8", "int8"}:
        return "int16"
    if {one, other} == {"float16", "bfloat16"}:
        return "float32"
    return max(one, other, key=ORDER.index)


def broadcast(one: tuple[Dim, ...], other: tuple[Dim, ...]) -> tuple[Dim, ...] | None:
    """The shape of two tensors together, right-aligned, ones stretched; None where they do not fit."""
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
    if isinstance(room, Size):
        return (room + (stride - 1)) // stride + 1
    count = -(-room // stride) + 1
    return count - 1 if isinstance(size, int) and (count - 1) * stride >= size + padding else count


def slid(self: Any, input: Tensor, ceil: bool = False) -> tuple[Dim, ...] | Misfit:
    """Height and width after a window of `kernel_size` slid over them."""
    stride = self.kernel_size if self.stride is None else self.stride
    settings = zip(*map(pair, (self.kernel_size, stride, self.padding, self.dilation)), strict=True)
    found: list[Dim] = []
    for size, (kernel, step, padding, dilation), side in zip(
        input.shape[-2:], settings, ("height", "width"), strict=True
    ):
        reach = dilation * (kernel - 1) + 1
        if isinstance(size, int) and size + 2 * padding < reach:
            smaller = min(size + 2 * padding, kernel)
            repairs = (
                (f"Set kernel_size to {smaller}", (("set", "{node}", "kernel_size", smaller),)),
                ("Set padding so that the size stays", (("set", "{node}", "padding", reach // 2),)),
            )
            return Misfit(f"has a window of {reach}, larger than the {side} of {size + 2 * padding}", "input", repairs)
        found.append(windows(size, kernel, step, padding, dilation, ceil))
    return tuple(found)


def flattened(shape: tuple[Dim, ...], start: int, end: int) -> tuple[Dim, ...]:
    """Dimensions `start` to `end`, both included, multiplied into one."""
    return (*shape[:start], product(shape[start : end + 1]), *shape[end + 1 :])


def insert(
    type_name: str, label: str, port: str = "input", at: int | None = None, **parameters: Any
) -> tuple[str, tuple[Any, ...]]:
    """A candidate repair: put a node on the wires into `port`, or on wire number `at` of them."""
    return label, (("insert", type_name, parameters, port, at),)
