"""Rules of sequences: [B, L, features] where the batch comes first, [L, B, features] where it does not."""

from typing import Any

from runtime.spec.node import Misfit
from runtime.spec.tensor import BATCH, Dim, Tensor

FIRST = (("Set batch_first", (("set", "{node}", "batch_first", True),)),)


def apart(self: Any, tensor: Tensor) -> tuple[Dim, Dim]:
    """The size of the batch and the length of a sequence."""
    one, two = tensor.shape[:2]
    return (one, two) if self.batch_first else (two, one)


def together(self: Any, batch: Dim, length: Dim, *features: Dim) -> tuple[Dim, ...]:
    """The shape of a sequence."""
    return (batch, length, *features) if self.batch_first else (length, batch, *features)


def turned(self: Any, tensor: Tensor, port: str = "input") -> list[Misfit]:
    """A batch that comes first on the wire, but not for the layer: samples and steps change places, silently."""
    if self.batch_first or BATCH not in tensor.shape[:1]:
        return []
    return [
        Misfit(f"takes the batch for time steps: batch_first is not set, but the wire brings {tensor}", port, FIRST)
    ]


def heads(size: int, count: int, name: str, parameter: str) -> Misfit | None:
    """Heads share the features between them."""
    if size % count == 0:
        return None
    fitting = max(each for each in range(1, count + 1) if size % each == 0)
    repair = ((f"Set {parameter} to {fitting}", (("set", "{node}", parameter, fitting),)),)
    return Misfit(f"needs {name} that divide by {parameter}, got {size} features and {count} heads", None, repair)


def padding(mask: Tensor, batch: Dim, length: Dim, port: str) -> Misfit | None:
    """A mask of what is padding: one entry for each step of each sample."""
    wanted = Tensor(mask.dtype, (batch, length))
    return None if mask.shape == wanted.shape else Misfit(f"needs {wanted}, one entry a step, got {mask}", port)


def square(mask: Tensor, batch: Dim, rows: Dim, columns: Dim, count: int, port: str) -> Misfit | None:
    """A mask of which step may look at which: one for all, or one for each sample and head."""
    if mask.shape in ((rows, columns), (batch * count, rows, columns)):
        return None
    one, each = Tensor(mask.dtype, (rows, columns)), Tensor(mask.dtype, (batch * count, rows, columns))
    return Misfit(f"needs {one} or {each}, got {mask}", port)


def first(*found: Misfit | None) -> Misfit | None:
    """The first thing that is wrong."""
    return next((each for each in found if each), None)
