"""Rules of products of matrices, and of parts of a matrix."""

from typing import Any

from runtime.check.rules.elementwise import broadcast
from runtime.check.rules.repairs import insert
from runtime.spec.node import Misfit
from runtime.spec.tensor import Dim, Tensor

Made = Tensor | Misfit


def multiplied(self: Any, input: Tensor, other: Tensor) -> Made:
    """Rows times columns; what stands before the last two dimensions is stretched."""
    if not input.shape or not other.shape:
        port = "other" if input.shape else "input"
        return Misfit(f"needs dimensions to multiply along, got {input} and {other}", port)
    if wrong := _unlike(input, other, "other"):
        return wrong
    inner, theirs = input.shape[-1], other.shape[max(0, other.rank - 2)]
    if inner != theirs:
        return _inner(input, other, "other")
    batch = broadcast(input.shape[:-2], other.shape[:-2])
    if batch is None:
        why = f"cannot multiply {input} by {other}: sizes before the last two must be equal or 1, from the right"
        return Misfit(why, "other")
    rows: tuple[Dim, ...] = input.shape[-2:-1]
    columns: tuple[Dim, ...] = other.shape[-1:] if other.rank > 1 else ()
    return input.with_shape(*batch, *rows, *columns)


def multiplied_each(self: Any, input: Tensor, mat2: Tensor) -> Made:
    """Rows times columns, matrix by matrix of a batch."""
    if wrong := _unlike(input, mat2, "mat2"):
        return wrong
    if input.shape[0] != mat2.shape[0]:
        why = f"needs as many matrices as {input}, got {mat2}"
        return Misfit(why, "mat2", (("Use torch.matmul", (("become", "torch.matmul"),)),))
    if input.shape[2] != mat2.shape[1]:
        return _inner(input, mat2, "mat2")
    return input.with_shape(*input.shape[:2], mat2.shape[2])


def dotted(input: Tensor, tensor: Tensor) -> Made:
    """One number of two vectors of one size and dtype."""
    if wrong := _unlike(input, tensor, "tensor"):
        return wrong
    if input.shape != tensor.shape:
        return Misfit(f"needs a vector as long as {input}, got {tensor}", "tensor")
    return input.with_shape()


def _unlike(input: Tensor, other: Tensor, port: str) -> Misfit | None:
    """Products of matrices take one dtype; numbers are not brought together."""
    if input.dtype == other.dtype:
        return None
    casts = [insert("Tensor.to", f"Insert Tensor.to {input.dtype} before {port}", port, dtype=input.dtype)]
    casts.append(insert("Tensor.to", f"Insert Tensor.to {other.dtype} before input", "input", dtype=other.dtype))
    return Misfit(f"needs the dtype of {input}, got {other}", port, tuple(casts))


def _inner(input: Tensor, other: Tensor, port: str) -> Misfit:
    """The sizes along which rows and columns meet differ."""
    theirs = other.shape[max(0, other.rank - 2)]
    turn = insert("torch.transpose", f"Insert torch.transpose before {port}", port, dim0=-2, dim1=-1)
    layer = [insert("nn.Linear", "Insert nn.Linear before input", out_features=theirs)] if theirs != 1 else []
    repairs = (turn, *layer) if isinstance(theirs, int) else (turn,)
    why = f"cannot multiply {input} by {other}: rows have {input.shape[-1]} numbers, columns have {theirs}"
    return Misfit(why, port, repairs)
